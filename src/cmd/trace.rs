//! `gobs trace`: the way go takes to a module, told as it is walked.

use std::io;

use serde_json::{Value, json};

use super::report::report_json;
use super::suppose;
use crate::Exit;
use crate::checks::{Judged, private};
use crate::cli::{PlainFormat, Trace};
use crate::facts::{Facts, Looking};
use crate::model::{Failure, Remedy};
use crate::route::{Hop, Mark, Outcome, Route, Settings, Step, Wanted};
use crate::say;
use crate::text::forges;
use crate::ui::{Label, Loudness, Ui, evidence_json, place, show_finding};
use crate::world::World;

pub(super) fn run(args: &Trace, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    let wanted = wanted(&args.module)?;
    let supposed = args.profile.as_ref().map(|name| suppose::profile(world, name)).transpose()?;
    let world = supposed.as_ref().map_or(world, |supposed| &supposed.world);
    let facts = Facts::new(world, Looking { offline: args.offline, ..Looking::default() });
    let mut settings = Settings { sums: facts.sums_of(&wanted), ..facts.route_settings() };
    if let (Some(supposed), Some(name)) = (&supposed, &args.profile) {
        settings.supposed = Some(name.clone());
        settings.private_hosts.extend(supposed.private.iter().cloned());
    }
    match args.format {
        PlainFormat::Text => {
            let mut printed: io::Result<()> = Ok(());
            let route = facts.walk(&wanted, &settings, &mut |hop| {
                if printed.is_ok() {
                    printed = line(ui, hop);
                }
            });
            printed?;
            last_words(ui, &wanted, &route)?;
            Ok(exit(&route))
        }
        PlainFormat::Json => {
            let route = facts.walk(&wanted, &settings, &mut |_| {});
            let text = report(world, ui, &wanted, &route);
            ui.raw(&text)?;
            Ok(exit(&route))
        }
    }
}

/// What an argument asks for.
pub(super) fn wanted(argument: &str) -> Result<Wanted, Failure> {
    Wanted::parse(argument).map_err(|unfit| {
        let hint = say!(
            "a module path is host/path, without a scheme: git.corp.example.com/team/lib@v1.2.0",
            "模块路径的写法是 主机/路径，不带协议：git.corp.example.com/team/lib@v1.2.0"
        );
        Failure::new(say!("nothing that go could fetch: {unfit}", "go 无法获取：{unfit}", unfit)).hint(hint)
    })
}

/// 1 where go would fail; what was not walked to its end is no failure.
fn exit(route: &Route) -> Exit {
    match route.outcome {
        Outcome::Fails => Exit::No,
        Outcome::Arrives(_) | Outcome::Unknown(_) => Exit::Fine,
    }
}

/// One hop, with its evidence where it failed or everything is wanted, and with its time under `-v`.
fn line(ui: &mut Ui, hop: &Hop) -> io::Result<()> {
    let marks = ui.palette.marks;
    let verbose = ui.loudness == Loudness::Verbose;
    let (mark, label) = match hop.mark {
        Mark::Ok => (marks.fine, Label::Good),
        Mark::Failed => (marks.error, Label::Bad),
        Mark::Skipped => (marks.skipped, Label::Dim),
    };
    let step = format!(" {:<12}", hop.step.word());
    let what = ui.pick(&hop.what).to_owned();
    let took = match hop.took {
        Some(took) if verbose => format!("  {:.3} s", took.as_secs_f64()),
        _ => String::new(),
    };
    ui.line(&[(label, mark), (Label::Dim, &step), (Label::Plain, &what), (Label::Dim, &took)])?;
    if hop.mark == Mark::Ok && !verbose {
        return ui.out.flush();
    }
    for evidence in &hop.evidence {
        let at = place(&evidence.from, ui.lang);
        ui.line(&[(Label::Plain, "               "), (Label::Path, &at)])?;
        for seen in evidence.seen.lines().take(8) {
            ui.line(&[(Label::Plain, "               "), (Label::Dim, seen)])?;
        }
    }
    ui.out.flush()
}

/// The cause and the remedy, or that go would have it.
fn last_words(ui: &mut Ui, wanted: &Wanted, route: &Route) -> io::Result<()> {
    ui.raw("\n")?;
    let mut name = ui.pick(&say!("cause", "原因")).to_owned();
    if route.outcome != Outcome::Fails {
        ui.pick(&say!("also", "另外")).clone_into(&mut name);
    }
    for finding in &route.findings {
        show_finding(ui, &name, finding, false)?;
        if finding.remedy.as_ref().is_some_and(Remedy::automatic) {
            let command = format!("gobs fix {} --module {wanted}", private::row_of(finding.kind));
            let margin = " ".repeat(12);
            ui.line(&[(Label::Plain, &margin), (Label::Dim, "$ "), (Label::Command, &command)])?;
        }
        ui.pick(&say!("also", "另外")).clone_into(&mut name);
    }
    let path = &wanted.path;
    let (label, words) = match &route.outcome {
        Outcome::Fails if at_origin(route) => return about_host(ui, wanted.host()),
        Outcome::Fails => return Ok(()),
        Outcome::Arrives(Some(version)) => (
            Label::Good,
            say!("go can fetch {path} {version}", "go 能够获取 {path} {version}", path, version),
        ),
        Outcome::Arrives(None) => {
            (Label::Good, say!("go can fetch {wanted}", "go 能够获取 {wanted}", wanted))
        }
        Outcome::Unknown(why) => {
            (Label::Plain, say!("not walked to the end: {why}", "没有检查到底：{why}", why))
        }
    };
    let words = ui.pick(&words).to_owned();
    ui.line(&[(label, &words)])
}

/// What is known of the family of the host, where go fails on it.
fn about_host(ui: &mut Ui, host: &str) -> io::Result<()> {
    let Some(found) = forges::of_host(host) else { return Ok(()) };
    let forge = found.forge();
    if forge.notes.is_empty() {
        return Ok(());
    }
    let name = ui.pick(&forge.name).to_owned();
    let heading = ui.pick(&say!("Known of {name}:", "关于 {name}：", name)).to_owned();
    ui.raw("\n")?;
    ui.line(&[(Label::Plain, &heading)])?;
    for note in &forge.notes {
        let note = ui.pick(note).to_owned();
        ui.line(&[(Label::Dim, "    - "), (Label::Plain, &note)])?;
    }
    Ok(())
}

/// Whether it ends at the host itself: what is known of hosts is of no use where go did not come so far.
fn at_origin(route: &Route) -> bool {
    let end = route.ends_at.and_then(|at| route.hops.get(at));
    end.is_some_and(|hop| {
        matches!(hop.step, Step::Discovery | Step::Meta | Step::Rewrite | Step::Ssh | Step::Git)
    })
}

fn report(world: &World, ui: &Ui, wanted: &Wanted, route: &Route) -> String {
    let judged: Vec<Judged> = private::judged(route);
    let verbose = ui.loudness == Loudness::Verbose;
    let hops: Vec<Value> = route.hops.iter().map(|hop| hop_json(hop, verbose)).collect();
    let outcome = match &route.outcome {
        Outcome::Arrives(_) => "arrives",
        Outcome::Fails => "fails",
        Outcome::Unknown(_) => "unknown",
    };
    let version = match &route.outcome {
        Outcome::Arrives(version) => version.as_deref(),
        Outcome::Fails | Outcome::Unknown(_) => None,
    };
    let trace = json!({
        "module": wanted.path, "asked": wanted.to_string(), "version": version, "outcome": outcome,
        "ends_at": route.ends_at, "family": forges::of_host(wanted.host()).map(|found| &found.forge().id),
        "hops": hops,
    });
    report_json(world, ui, "trace", &judged, &[("trace", trace)])
}

fn hop_json(hop: &Hop, verbose: bool) -> Value {
    let mut row = json!({
        "step": hop.step,
        "verdict": hop.mark,
        "what": hop.what,
        "evidence": hop.evidence.iter().map(evidence_json).collect::<Vec<_>>(),
    });
    if let (Some(took), true) = (hop.took, verbose) {
        row["seconds"] = json!(took.as_secs_f64());
    }
    row
}
