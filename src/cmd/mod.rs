//! The verbs, one file each, reading like the manual. They may know everything below.

mod account;
mod completions;
mod doctor;
mod explain;
mod fix;
mod init;
mod page;
mod print;
mod probe;
mod profile;
mod refetch;
mod report;
mod run;
mod suppose;
mod trace;
mod undo;
mod usage;
mod verify;
mod write;

pub(crate) use usage::usage;

use crate::Exit;
use crate::cli::{Cli, Verb};
use crate::ui::Ui;
use crate::world::World;

/// Does what was typed.
pub(crate) fn run(cli: &Cli, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    match &cli.verb {
        Verb::Init(args) => init::run(args, world, ui),
        Verb::Doctor(args) => doctor::run(args, world, ui),
        Verb::Fix(args) => fix::run(args, world, ui),
        Verb::Undo(args) => undo::run(args, world, ui),
        Verb::Trace(args) => trace::run(args, world, ui),
        Verb::Explain(args) => explain::run(args, world, ui),
        Verb::Run(args) => run::run(args, world, ui),
        Verb::Verify(args) => verify::run(args, world, ui),
        Verb::Profile(args) => profile::run(args, world, ui),
        Verb::Completions(args) => completions::run(args, ui),
    }
}
