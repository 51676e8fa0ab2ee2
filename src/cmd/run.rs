//! `gobs run -- COMMAND`: the command unchanged, and after a failure what its output says.

use std::io::IsTerminal;

use super::explain::{Here, tell};
use crate::Exit;
use crate::cli::{ReportFormat, Run};
use crate::explain::explain;
use crate::model::Failure;
use crate::say;
use crate::ui::{Label, Ui};
use crate::world::{World, reason, tee};

/// Output and exit status are the command's. The explanation goes to stderr, after a failure only.
pub(super) fn run(args: &Run, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    let Some((program, rest)) = args.command.split_first() else {
        return Err(Failure::new(say!("there is no command", "没有给出命令")).into());
    };
    let (status, log) = tee(program, rest, &world.cwd).map_err(|err| {
        let (program, why) = (program.to_string_lossy().into_owned(), reason(&err));
        Failure::new(say!("cannot run {program}: {why}", "无法执行 {program}：{why}", program, why))
    })?;
    if status != 0 {
        let explanation = explain(log.as_slice())?;
        if !explanation.findings.is_empty() {
            ui.say(Label::Strong, &say!("gobs explains:", "gobs 的解释："));
            // stdout is the command's.
            std::mem::swap(&mut ui.out, &mut ui.err);
            std::mem::swap(&mut ui.palette, &mut ui.talk);
            let here =
                std::io::stderr().is_terminal().then(|| super::probe::probe(&explanation.findings, world));
            let here = here.as_deref().map_or(Here::Doctor, Here::Seen);
            tell(&explanation, here, ReportFormat::Text, ui)?;
        }
    }
    Ok(Exit::Child(status))
}
