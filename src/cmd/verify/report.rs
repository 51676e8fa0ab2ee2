//! What `verify` prints: the findings as `doctor` shows them, a summary, and each module with its hashes as JSON.

use serde_json::{Value, json};

use super::{Asked, Judgement, Verified};
use crate::checks::Judged;
use crate::checks::cache::CONTENT;
use crate::cli::ReportFormat;
use crate::cmd::report::report_json;
use crate::model::{Finding, Msg, Verdict};
use crate::module::truth::{Database, Part, Said, Sighting, Witness};
use crate::say;
use crate::ui::{Label, Report, Ui, markdown};
use crate::world::World;

pub(super) fn show(
    format: ReportFormat,
    world: &World,
    ui: &mut Ui,
    verified: Verified,
) -> anyhow::Result<()> {
    let modules: Vec<Value> = match format {
        ReportFormat::Json => verified.modules.iter().map(module).collect(),
        _ => Vec::new(),
    };
    let summary = summary(&verified);
    let mut said = json!({ "modules": modules });
    if let Some(asked) = &verified.database {
        said["database"] = database(asked);
    }
    let judged = [judged(verified, summary.clone())];
    match format {
        ReportFormat::Text => {
            let mut report = Report::default();
            let fine = matches!(judged[0].verdict, Verdict::Fine { .. });
            report.row(ui, &judged[0])?;
            report.finish(ui, &judged)?;
            if !fine {
                let summary = ui.pick(&summary).to_owned();
                ui.line(&[(Label::Dim, &summary)])?;
            }
        }
        ReportFormat::Json => {
            let text = report_json(world, ui, "verify", &judged, &[("verify", said)]);
            ui.raw(&text)?;
        }
        ReportFormat::Markdown => {
            let mut text = markdown(&judged, ui.lang, &ui.redact);
            text.push_str(&format!("\n{}\n", ui.pick(&summary)));
            ui.raw(&text)?;
        }
    }
    Ok(())
}

fn judged(verified: Verified, note: Msg) -> Judged {
    let unknown = verified.unproven.filter(|_| !verified.unproven_told);
    let of_modules = verified.modules.into_iter().flat_map(|one| one.findings);
    let findings: Vec<Finding> = verified.general.into_iter().chain(of_modules).collect();
    let verdict = match findings.is_empty() {
        true => Verdict::Fine { note: Some(note) },
        false => Verdict::Found { findings, unknown },
    };
    Judged { check: &CONTENT, verdict }
}

fn summary(verified: &Verified) -> Msg {
    let all = verified.modules.len();
    let cached = verified.modules.iter().filter(|one| one.looked.cached).count();
    let wrong = verified.modules.iter().filter(|one| !one.findings.is_empty()).count();
    let mb = verified.bytes >> 20;
    let dir = verified.cache.display();
    let counts = match (all, cached, wrong) {
        (0, ..) => say!("there is no module to verify", "没有需要核对的模块"),
        (_, 0, 0) => say!(
            "none of {all} modules is in the module cache {dir} yet",
            "{all} 个模块都还不在模块缓存 {dir} 里",
            all,
            dir
        ),
        (_, _, 0) => say!(
            "{cached} of {all} modules in the cache, all sound ({mb} MB)",
            "{all} 个模块中 {cached} 个在缓存里，全部完好（{mb} MB）",
            cached,
            all,
            mb
        ),
        _ => say!(
            "{cached} of {all} modules in the cache, {wrong} with findings ({mb} MB)",
            "{all} 个模块中 {cached} 个在缓存里，{wrong} 个有问题（{mb} MB）",
            cached,
            all,
            wrong,
            mb
        ),
    };
    let proven = verified.modules.iter().filter(|one| one.database == Database::Asked).count();
    let counts = match &verified.database {
        // A finding says why nothing is.
        Some(asked) if proven > 0 || !verified.unproven_told => {
            let name = &asked.name;
            say!(
                "{counts}; {proven} proven by {name}",
                "{counts}；{name} 证实了 {proven} 个",
                counts,
                proven,
                name
            )
        }
        _ => counts,
    };
    // Where something is found, it has a line of its own.
    match &verified.unproven {
        Some(unknown) if verified.findings().next().is_none() => {
            let why = &unknown.why;
            say!("{counts}; {why}", "{counts}；{why}", counts, why)
        }
        _ => counts,
    }
}

/// `{name, size?, questions}`.
fn database(asked: &Asked) -> Value {
    let mut row = json!({ "name": asked.name, "questions": asked.questions });
    if let Some(size) = asked.size {
        row["size"] = json!(size);
    }
    row
}

/// `{module, version, hashes, database, verdict}`.
fn module(one: &Judgement) -> Value {
    let module = &one.looked.module;
    let verdict = match (one.findings.first(), one.looked.cached) {
        (Some(finding), _) => finding.kind.name(),
        (None, true) => "fine",
        (None, false) => "not-cached",
    };
    json!({
        "module": module.path,
        "version": module.version,
        "hashes": one.looked.sightings.iter().map(sighting).collect::<Vec<_>>(),
        "database": match one.database {
            Database::NotAsked => "not-asked",
            Database::Asked => "proven",
            Database::Unaware => "unaware",
            Database::Unreachable => "unreachable",
        },
        "verdict": verdict,
    })
}

fn sighting(one: &Sighting) -> Value {
    let (source, place) = match &one.witness {
        Witness::GoSum { file, line } => ("go.sum", json!({ "path": &**file, "line": line })),
        Witness::ZipHash => ("ziphash", Value::Null),
        Witness::Zip => ("zip", Value::Null),
        Witness::Dir => ("dir", Value::Null),
        Witness::Mod => ("mod", Value::Null),
        Witness::InnerMod => ("dir-go.mod", Value::Null),
        Witness::Database => ("sumdb", Value::Null),
        Witness::Proxy(url) => ("proxy", json!({ "url": url })),
        Witness::Origin => ("origin", Value::Null),
    };
    let part = match one.part {
        Part::Zip => "zip",
        Part::GoMod => "go.mod",
    };
    let mut row = json!({ "source": source, "part": part });
    match &one.said {
        Said::Hash(hash) => row["hash"] = json!(hash),
        Said::Broken(words) => row["broken"] = json!(words),
        Said::Absent => row["absent"] = json!(true),
    }
    if !place.is_null() {
        row["at"] = place;
    }
    row
}
