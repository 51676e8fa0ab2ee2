//! `gobs completions`: the checked-in files, embedded; a test keeps them true.

use crate::Exit;
use crate::cli::{Completions, ShellArg};
use crate::ui::Ui;

pub(super) fn run(args: &Completions, ui: &mut Ui) -> anyhow::Result<Exit> {
    ui.raw(match args.shell {
        ShellArg::Bash => include_str!("../../completions/gobs.bash"),
        ShellArg::Zsh => include_str!("../../completions/_gobs"),
        ShellArg::Fish => include_str!("../../completions/gobs.fish"),
        ShellArg::Powershell => include_str!("../../completions/_gobs.ps1"),
        ShellArg::Man => include_str!("../../completions/gobs.1"),
    })?;
    Ok(Exit::Fine)
}
