//! gobs makes Go environments work behind walls, and tells the truth when they do not.
//!
//! The house, from the ground up: `model` and `text` are words and formats, `world` is the only door
//! to the outside, `facts` look, `checks` judge, `targets` and `plan` propose and touch, `cmd` speaks.

pub mod checks;
pub mod cli;
mod cmd;
pub mod digest;
pub mod embedded;
pub mod explain;
pub mod facts;
pub mod goproxy;
pub mod journal;
pub mod mirrors;
pub mod model;
pub mod module;
pub mod order;
pub mod plan;
pub mod profile;
pub mod proof;
pub mod route;
pub mod sumdb;
pub mod targets;
pub mod text;
pub mod ui;
pub mod world;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::FromArgMatches;

use cli::{Cli, ColorArg};
use model::Failure;
use ui::{Lang, Loudness, Ui};
use world::World;

/// How a run ended. Ordered: the worse is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All is well.
    Fine,
    /// The answer is no: something is wrong, something would change, the user declined.
    No,
    /// It could not be done: usage, I/O, lock.
    Failed,
    Interrupted,
    /// The status of a child that was run for the user.
    Child(u8),
}

impl Exit {
    /// The exit status; the same in every output format.
    pub fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::No => 1,
            Exit::Failed => 2,
            Exit::Interrupted => 130,
            Exit::Child(code) => code,
        }
    }
}

/// The whole program over its arguments (the program's own name first), the world and the terminal.
pub fn run(args: impl IntoIterator<Item = OsString>, world: &mut World, ui: &mut Ui) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    world.meet_secrets();
    if let Some(lang) = cli::lang_of(&args) {
        ui.lang = lang;
    }
    let parsed = cli::command_for(ui.lang, &args)
        .try_get_matches_from(&args)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(err) => return cmd::usage(&err, &args, ui),
    };
    settle_ui(&cli, world, ui);
    let there = cli.global.chdir.as_ref().is_none_or(|_| world.files.is_dir(&world.cwd));
    match if there { cmd::run(&cli, world, ui) } else { Err(no_such_dir(world).into()) } {
        Ok(exit) => exit,
        Err(err) => match err.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::BrokenPipe) => Exit::Fine,
            Some(io::ErrorKind::Interrupted) => Exit::Interrupted,
            _ => {
                ui.fail(&err);
                Exit::Failed
            }
        },
    }
}

fn no_such_dir(world: &World) -> Failure {
    let dir = world.cwd.display();
    Failure::new(say!("-C {dir}: there is no such directory", "-C {dir}：没有这个目录", dir))
}

/// What the global options say of the terminal and the working directory.
fn settle_ui(cli: &Cli, world: &mut World, ui: &mut Ui) {
    let global = &cli.global;
    if let Some(lang) = global.lang {
        ui.lang = Lang::from(lang);
    }
    match global.color {
        ColorArg::Auto => {}
        ColorArg::Always => (ui.palette.colour, ui.talk.colour) = (true, true),
        ColorArg::Never => (ui.palette.colour, ui.talk.colour) = (false, false),
    }
    if let Some(dir) = &global.chdir {
        world.cwd = world.cwd.join(dir);
    }
    ui.loudness = match (global.quiet, global.verbose) {
        (true, _) => Loudness::Quiet,
        (_, true) => Loudness::Verbose,
        _ => Loudness::Normal,
    };
    if global.verbose {
        let redact = ui.redact.clone();
        let mut out = ui.tracer.take();
        world.trace.listen(move |line| {
            if let Some(out) = &mut out {
                // One write a line: the report may go to the same terminal.
                let _ = out.write_all(format!("{}\n", redact.show(line)).as_bytes());
            }
        });
    }
}
