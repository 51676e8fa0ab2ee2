//! The last words of `init`: what was written, whether it is in force, how to take it back.

use std::time::Duration;

use serde_json::json;

use crate::Exit;
use crate::cli::{Init, PlainFormat};
use crate::cmd::write::{Written, declined};
use crate::facts::{Facts, Looking};
use crate::model::{Finding, Msg, Setting, TargetId};
use crate::profile::Resolved;
use crate::proof::{self, Proof, Shadow};
use crate::say;
use crate::ui::{Label, PlanView, Ui, finding_json, json_string, plan_json, show_finding};
use crate::world::World;

/// The last words: what was written, whether it is in force, how to take it back.
pub(super) fn report(
    args: &Init,
    world: &World,
    ui: &mut Ui,
    facts: &Facts<'_>,
    resolved: &Resolved,
    written: Written,
) -> anyhow::Result<Exit> {
    let (plan, exit, done) = match &written {
        Written::Nothing(plan) => (plan, Exit::Fine, None),
        Written::Shown(plan) => (plan, if args.check { Exit::No } else { Exit::Fine }, None),
        Written::Declined(plan) => (plan, declined(ui), None),
        Written::Done { plan, entry } => (plan, Exit::Fine, Some(*entry)),
    };
    // What was left out is told as such.
    let left_out = |setting: &&Setting| plan.conflicts.iter().any(|left| left.setting.key == setting.key);
    let wanted: Vec<Setting> = resolved.settings.iter().filter(|s| !left_out(s)).cloned().collect();
    let Proof { shadows, asked } = match (&written, args.no_proof) {
        (Written::Done { .. }, false) => proof::by_asking(world, &wanted, Duration::from_secs(5)),
        // Start files that were not touched are as they were read.
        (Written::Nothing(_), _) => Proof::by_layers(facts, &wanted),
        (Written::Done { .. }, true) if !plan.edits.iter().any(|edit| edit.target == TargetId::Shell) => {
            Proof::by_layers(facts, &wanted)
        }
        (Written::Done { .. }, true) => {
            let now = Facts::new(world, Looking { offline: true, ..Looking::default() });
            Proof::by_layers(&now, &wanted)
        }
        _ => Proof::default(),
    };
    let exit = if shadows.is_empty() && plan.conflicts.is_empty() { exit } else { exit.max(Exit::No) };
    if args.format == PlainFormat::Json {
        let findings: Vec<Finding> = shadows.iter().map(Shadow::finding).collect();
        let document = json!({
            "schema": "gobs.report/1",
            "gobs": env!("CARGO_PKG_VERSION"),
            "verb": "init",
            "plan": plan_json(plan),
            "applied": done,
            "findings": findings.iter().map(finding_json).collect::<Vec<_>>(),
        });
        let text = json_string(document, &ui.redact);
        ui.raw(&text)?;
        return Ok(exit);
    }
    match &written {
        Written::Nothing(_) if !plan.conflicts.is_empty() => {
            let words = say!("nothing was written; this is left as it is:", "没有写入；以下设置保持原样：");
            ui.line(&[
                (Label::Warn, ui.palette.marks.warning),
                (Label::Plain, " "),
                (Label::Plain, ui.lang.pick(&words)),
            ])?;
            PlanView { plan }.settings(ui)?;
        }
        Written::Nothing(_) if !shadows.is_empty() => {
            let words = say!(
                "the files are as the profile wants them, but not all of it is in force:",
                "文件与方案一致，但有设置没有生效："
            );
            ui.line(&[
                (Label::Warn, ui.palette.marks.warning),
                (Label::Plain, " "),
                (Label::Plain, ui.lang.pick(&words)),
            ])?;
        }
        Written::Nothing(_) => {
            ui.line(&[
                (Label::Good, ui.palette.marks.fine),
                (Label::Plain, " "),
                (
                    Label::Plain,
                    ui.lang.pick(&say!(
                        "nothing to do: everything is as the profile wants it",
                        "无需改动：现有设置与方案一致"
                    )),
                ),
            ])?;
        }
        Written::Done { .. } if shadows.is_empty() && !plan.conflicts.is_empty() => {
            let words = say!("written, but for what is marked ! above", "已写入，上面标 ! 的设置除外");
            ui.line(&[
                (Label::Warn, ui.palette.marks.warning),
                (Label::Plain, " "),
                (Label::Plain, ui.lang.pick(&words)),
            ])?;
        }
        Written::Done { .. } if shadows.is_empty() => {
            let proven = proven(&asked);
            let back = say!("take it back: gobs undo", "撤销：gobs undo");
            let (proven, back) = (ui.lang.pick(&proven), ui.lang.pick(&back));
            ui.line(&[
                (Label::Good, ui.palette.marks.fine),
                (Label::Plain, " "),
                (Label::Plain, proven),
                (Label::Plain, "        "),
                (Label::Dim, back),
            ])?;
        }
        Written::Done { .. } => {
            let words = say!("written, but not all of it is in force:", "已写入，但有设置没有生效：");
            ui.line(&[
                (Label::Warn, ui.palette.marks.warning),
                (Label::Plain, " "),
                (Label::Plain, ui.lang.pick(&words)),
            ])?;
        }
        _ => {}
    }
    for shadow in &shadows {
        let finding = shadow.finding();
        show_finding(ui, "init", &finding, false)?;
    }
    if let Some(note) = shell_note(args, resolved, done.is_some()) {
        ui.say(Label::Dim, &note);
    }
    Ok(exit)
}

/// Who confirmed the new values.
fn proven(asked: &[&str]) -> Msg {
    match asked {
        [] => say!("written", "已写入"),
        [one] => say!("written; {one} reads the new values", "已写入，{one} 已读到新值", one),
        [many @ .., last] => {
            let (some, all) = (many.join(", "), asked.join("、"));
            Msg::new(
                format!("written; {some} and {last} read the new values"),
                format!("已写入，{all} 均已读到新值"),
            )
        }
    }
}

/// Variables of start files reach new shells only, and desktop programs not at all.
fn shell_note(args: &Init, resolved: &Resolved, done: bool) -> Option<Msg> {
    let shell = resolved.settings.iter().any(|setting| setting.target == TargetId::Shell);
    (shell && done).then(|| match args.desktop {
        false => say!(
            "the proxy variables hold in new shells; an IDE started from the desktop does not read them: add --desktop for it",
            "代理变量在新开的终端里生效；从桌面启动的 IDE 读不到，需要的话加 --desktop"
        ),
        true => say!(
            "the proxy variables hold in new shells, and on the desktop after the next login",
            "代理变量在新开的终端里生效；桌面程序要重新登录后才能读到"
        ),
    })
}
