//! `gobs fix`: the automatic remedies of what the doctor finds, as one plan; then the same checks again.

use serde_json::json;

use super::account;
use super::doctor::no_such_check;
use super::refetch::refetch;
use super::report::report_json;
use super::write::{Writing, Written, declined, git_rules, plan_steps};
use crate::Exit;
use crate::checks::{Check, Judged, examine, select};
use crate::cli::{Fix, PlainFormat};
use crate::facts::{Facts, Looking};
use crate::model::{Finding, Level, Msg, Remedy, Step, Verdict};
use crate::plan::Plan;
use crate::say;
use crate::ui::{Label, Ui, plan_json, show_finding};
use crate::world::{World, only_looking};

pub(super) fn run(args: &Fix, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    let checks = select(&args.ids, &[]).map_err(no_such_check)?;
    let module = args.module.as_deref().map(super::trace::wanted).transpose()?;
    let looking = Looking { offline: args.offline, module, ..Looking::default() };
    let facts = Facts::new(world, looking.clone());
    // Also after writing: what is mended is found mended.
    let _only = only_looking();
    let found = examine(&checks, &facts, |_| {});
    if !args.dry_run && found.iter().any(|one| mendable(one).next().is_some() || interrupted(one)) {
        account::may_write(world, args.root)?;
    }
    let mending: Vec<&Judged> = found.iter().filter(|one| mendable(one).next().is_some()).collect();
    let steps: Vec<Step> =
        mending.iter().flat_map(|one| mendable(one)).flat_map(|remedy| remedy.steps.clone()).collect();
    let about: Vec<&str> = mending.iter().map(|one| one.check.id.0).collect();
    let json = args.format == PlainFormat::Json;
    let rules = git_rules(world, &facts, &steps);
    let writing = Writing {
        verb: "fix",
        about: about.join(" "),
        profile: &|| None,
        undoes: None,
        yes: args.yes,
        dry_run: args.dry_run,
        json,
        draft: &|| plan_steps(world, &rules, &steps),
        heading: &|_| heading(&mending),
    };
    // An interrupted change is settled before anything else is written.
    let settled = !args.dry_run && found.iter().any(interrupted);
    let written = match steps.is_empty() && !settled {
        true => Written::Nothing(Plan::default()),
        false => writing.carry_out(world, ui)?,
    };
    if let Written::Done { .. } = written {
        refetch(world, ui, &Facts::new(world, looking.clone()), &steps);
    }
    let (plan, again) = match &written {
        Written::Done { plan, .. } | Written::Nothing(plan) if settled || !plan.is_empty() => {
            let again = |check: &&Check| about.contains(&check.id.0) || check.id.0 == "gobs.journal";
            let mended: Vec<_> = checks.iter().copied().filter(again).collect();
            let again = examine(&mended, &Facts::new(world, looking), |_| {});
            (plan, Some(again))
        }
        Written::Done { plan, .. }
        | Written::Nothing(plan)
        | Written::Shown(plan)
        | Written::Declined(plan) => (plan, None),
    };
    let mut left = left(&found, again.as_deref());
    if let Written::Shown(_) = written {
        left.retain(|(_, finding)| !finding.remedy.as_ref().is_some_and(Remedy::automatic));
    }
    report(world, ui, &written, plan, &found, &left, json)
}

fn mendable(one: &Judged) -> impl Iterator<Item = &Remedy> {
    one.verdict
        .findings()
        .iter()
        .filter_map(|finding| finding.remedy.as_ref())
        .filter(|remedy| remedy.automatic())
}

/// A change that a killed gobs left half-made.
fn interrupted(one: &Judged) -> bool {
    one.check.id.0 == "gobs.journal" && !one.verdict.findings().is_empty()
}

fn heading(mending: &[&Judged]) -> Msg {
    let ids: Vec<&str> = mending.iter().map(|one| one.check.id.0).collect();
    let ids = Msg::new(ids.join(", "), ids.join("、"));
    say!("repairs {ids}", "修复 {ids}", ids)
}

/// What is still wrong: judged again where something was mended, as found elsewhere. Remarks do not count.
fn left<'j>(found: &'j [Judged], again: Option<&'j [Judged]>) -> Vec<(&'static str, &'j Finding)> {
    let newest = |one: &'j Judged| {
        again.and_then(|again| again.iter().find(|a| a.check.id == one.check.id)).unwrap_or(one)
    };
    found
        .iter()
        .map(newest)
        .flat_map(|one| one.verdict.findings().iter().map(|finding| (one.check.id.0, finding)))
        .filter(|(_, finding)| finding.level > Level::Info)
        .collect()
}

#[allow(clippy::too_many_arguments, reason = "the last words need all that was learnt")]
fn report(
    world: &World,
    ui: &mut Ui,
    written: &Written,
    plan: &Plan,
    found: &[Judged],
    left: &[(&'static str, &Finding)],
    json: bool,
) -> anyhow::Result<Exit> {
    let crashed = found.iter().any(|one| matches!(one.verdict, Verdict::Crashed(_)));
    let exit = match written {
        Written::Declined(_) => declined(ui),
        Written::Shown(_) => Exit::Fine,
        _ if crashed => Exit::Failed,
        _ if left.is_empty() => Exit::Fine,
        _ => Exit::No,
    };
    if json {
        let (outcome, entry) = match written {
            Written::Nothing(_) => ("nothing", None),
            Written::Shown(_) => ("shown", None),
            Written::Declined(_) => ("declined", None),
            Written::Done { entry, .. } => ("done", Some(*entry)),
        };
        let left: Vec<_> =
            left.iter().map(|(id, finding)| json!({ "id": id, "kind": finding.kind })).collect();
        let fix = json!({ "outcome": outcome, "entry": entry, "left": left });
        let text = report_json(world, ui, "fix", found, &[("plan", plan_json(plan)), ("fix", fix)]);
        ui.raw(&text)?;
        return Ok(exit);
    }
    if let Written::Done { .. } = written {
        let (mark, words) = (ui.palette.marks.fine, say!("repaired", "已修复"));
        let back = say!("take it back: gobs undo", "撤销：gobs undo");
        let (words, back) = (ui.lang.pick(&words), ui.lang.pick(&back));
        ui.line(&[
            (Label::Good, mark),
            (Label::Plain, " "),
            (Label::Plain, words),
            (Label::Plain, "        "),
            (Label::Dim, back),
        ])?;
    }
    if matches!(written, Written::Declined(_)) {
        return Ok(exit);
    }
    if left.is_empty() {
        if matches!(written, Written::Nothing(_)) && !crashed {
            let words = say!("nothing to repair", "没有需要修复的问题");
            ui.line(&[
                (Label::Good, ui.palette.marks.fine),
                (Label::Plain, " "),
                (Label::Plain, ui.lang.pick(&words)),
            ])?;
        }
        return Ok(exit);
    }
    let words = match written {
        Written::Nothing(_) => {
            say!(
                "nothing that gobs may repair by itself; left for you:",
                "没有 gobs 可以自动修复的；需要你处理："
            )
        }
        Written::Shown(_) => say!("would be left for you:", "之后还需要你处理："),
        _ => say!("left for you:", "还需要你处理："),
    };
    if let Written::Done { .. } = written {
        ui.raw("\n")?;
    }
    ui.line(&[(Label::Strong, ui.lang.pick(&words))])?;
    for (id, finding) in left {
        show_finding(ui, id, finding, false)?;
    }
    Ok(exit)
}
