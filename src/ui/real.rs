//! The streams of this process: whether they are terminals, how wide, whether to colour.

use std::io::{IsTerminal, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};

use super::{Ask, Lang, Loudness, Palette, Redact, Terminal, Ui, lang};
use crate::world::{FileKind, Vars, World};

/// Off a terminal lines are laid out for this width, so that two runs give the same bytes.
const PLAIN_WIDTH: usize = 100;

impl Ui {
    /// stdout for data, stderr for talk, questions only where both ends are a terminal.
    pub fn real(world: &World) -> Ui {
        let (out_tty, err_tty) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        let unicode = lang::unicode_marks(&world.vars);
        let ask: Option<Box<dyn Ask>> = match std::io::stdin().is_terminal() && err_tty {
            true => Some(Box::new(Terminal)),
            false => None,
        };
        let width = match out_tty {
            true => usize::from(dialoguer::console::Term::stdout().size().1).max(40),
            false => PLAIN_WIDTH,
        };
        // A home that is not there, or another account's, is named in full: `HOME is ~` would say nothing.
        let own = |home: &&Path| {
            world
                .files
                .stat(home)
                .is_ok_and(|stat| stat.kind == FileKind::Dir && (cfg!(windows) || stat.uid == world.host.uid))
        };
        let home = world.places.home().filter(own);
        Ui {
            out: Box::new(AutoStream::new(std::io::stdout(), ColorChoice::Always)),
            err: Box::new(AutoStream::new(std::io::stderr(), ColorChoice::Always)),
            tracer: Some(Box::new(std::io::stderr())),
            lang: Lang::of(&world.vars),
            palette: Palette::new(colour(&world.vars, out_tty), unicode),
            talk: Palette::new(colour(&world.vars, err_tty), unicode),
            width,
            fold: out_tty,
            loudness: Loudness::Normal,
            redact: Redact::new(home, world.secrets.clone()),
            ask,
        }
    }

    /// What is still buffered; a reader that went away does not matter any more.
    pub fn flush(&mut self) {
        let _ = self.out.flush();
        let _ = self.err.flush();
    }
}

/// no-color.org and bixense.com/clicolors, then the terminal.
fn colour(vars: &Vars, terminal: bool) -> bool {
    let forced = vars.get("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    match () {
        () if vars.get("NO_COLOR").is_some() => false,
        () if forced => true,
        () if vars.get("CLICOLOR") == Some("0") => false,
        () => terminal && vars.get("TERM") != Some("dumb"),
    }
}
