//! `gobs doctor`: every check, judged side by side, told in order.

use serde_json::json;

use super::report::report_json;
use crate::Exit;
use crate::checks::{Check, Judged, NoSuchCheck, examine, select};
use crate::cli::{Doctor, ReportFormat};
use crate::facts::{Facts, Looking};
use crate::model::Failure;
use crate::say;
use crate::ui::{ID, Label, Report, Totals, Ui, json_string, markdown, pad};
use crate::world::{World, only_looking};

pub(super) fn run(args: &Doctor, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    let checks = select(&args.only, &args.skip).map_err(no_such_check)?;
    if args.list {
        return list(&checks, args.format, ui);
    }
    let module = args.module.as_deref().map(super::trace::wanted).transpose()?;
    let looking = Looking { offline: args.offline, quick: args.quick, module, ..Looking::default() };
    let facts = Facts::new(world, looking);
    let _only = only_looking();
    if !facts.crashed_before().is_empty() {
        let again = say!(
            "gobs crashed in a check, which is our fault; it looks again without it",
            "gobs 在一项检查中崩溃，这是 gobs 的问题；现在跳过它重新检查"
        );
        ui.say(Label::Warn, &again);
    }
    let judged = match args.format {
        ReportFormat::Text => {
            let mut report = Report::default();
            let mut printed = Ok(());
            let judged = examine(&checks, &facts, |one| {
                if printed.is_ok() {
                    printed = report.row(ui, one);
                }
            });
            printed?;
            report.finish(ui, &judged)?;
            judged
        }
        ReportFormat::Json => {
            let judged = examine(&checks, &facts, |_| {});
            let text = report_json(world, ui, "doctor", &judged, &[]);
            ui.raw(&text)?;
            judged
        }
        ReportFormat::Markdown => {
            let judged = examine(&checks, &facts, |_| {});
            let text = markdown(&judged, ui.lang, &ui.redact);
            ui.raw(&text)?;
            judged
        }
    };
    Ok(exit(&judged, args.strict))
}

/// 1 where something is wrong, 2 where a check crashed.
pub(super) fn exit(judged: &[Judged], strict: bool) -> Exit {
    let totals = Totals::of(judged);
    if totals.crashed > 0 {
        Exit::Failed
    } else if totals.error > 0 || (strict && totals.warning > 0) {
        Exit::No
    } else {
        Exit::Fine
    }
}

pub(super) fn no_such_check(no: NoSuchCheck) -> Failure {
    let word = &no.word;
    let failure = Failure::new(say!("there is no check `{word}`", "没有检查 `{word}`", word));
    match no.near {
        Some(near) => failure.hint(say!(
            "did you mean `{near}`? all of them: gobs doctor --list",
            "是不是想写 `{near}`？全部检查：gobs doctor --list",
            near
        )),
        None => failure.hint(say!("all of them: gobs doctor --list", "全部检查：gobs doctor --list")),
    }
}

fn list(checks: &[&'static Check], format: ReportFormat, ui: &mut Ui) -> anyhow::Result<Exit> {
    if format == ReportFormat::Json {
        let rows: Vec<_> = checks
            .iter()
            .map(|check| json!({ "id": check.id, "title": check.title, "why": check.why }))
            .collect();
        let text = json_string(json!({ "schema": "gobs.checks/1", "checks": rows }), &ui.redact);
        ui.raw(&text)?;
        return Ok(Exit::Fine);
    }
    if format == ReportFormat::Markdown {
        for check in checks {
            ui.raw(&format!("- `{}`: {}\n", check.id, ui.lang.text(check.title)))?;
        }
        return Ok(Exit::Fine);
    }
    for check in checks {
        let (id, title) = (pad(check.id.0, ID), ui.lang.text(check.title));
        ui.line(&[(Label::Strong, &id), (Label::Plain, title)])?;
    }
    Ok(Exit::Fine)
}
