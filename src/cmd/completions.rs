//! `gobs completions`: the checked-in files, embedded; a test keeps them true.

use crate::Exit;
use crate::cli::{Completions, ShellArg};
use crate::embedded;
use crate::ui::Ui;

pub(super) fn run(args: &Completions, ui: &mut Ui) -> anyhow::Result<Exit> {
    ui.raw(&embedded::text(match args.shell {
        ShellArg::Bash => embedded::BASH,
        ShellArg::Zsh => embedded::ZSH,
        ShellArg::Fish => embedded::FISH,
        ShellArg::Powershell => embedded::POWERSHELL,
        ShellArg::Man => embedded::MAN,
    }))?;
    Ok(Exit::Fine)
}
