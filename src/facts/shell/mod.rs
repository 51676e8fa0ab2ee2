//! The start files of shells, read, never executed: what they will have set in the user's next shell.

mod expand;
pub(super) mod project;
mod run;
mod stages;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Facts;
use super::acting::{Acting, Scope};
use crate::model::{Known, Msg, Source};
use crate::text::shellrc::{Dialect, comment_out};
use crate::world::{ReadError, World};
use run::{Held, Run, Scripts};
use stages::Shell;

/// What start files say.
#[derive(Clone, Debug, Default)]
pub(super) struct StartFiles {
    /// By variable: the lines whose value may be in force in the next shell, then those of other shells.
    lines: BTreeMap<String, Vec<Acting>>,
    /// What PATH becomes in a terminal, line by line.
    path: Vec<Held>,
    /// Files of the user's shell that are there and cannot be read.
    unread: Vec<(PathBuf, ReadError)>,
}

impl StartFiles {
    fn look(world: &World) -> StartFiles {
        let mut scripts = Scripts::default();
        let mut found = StartFiles::default();
        let own = Shell::of(world);
        for way in own.ways(world) {
            let mut run = Run::new(world, &mut scripts, own);
            run.stages(&way);
            for (name, held) in run.exported() {
                let maybe = held.maybe.clone().map(Msg::plain);
                found.add(name, held, Scope::NextShell { maybe });
            }
            found.path.clone_from(&run.path);
            for unread in run.unread {
                if !found.unread.contains(&unread) {
                    found.unread.push(unread);
                }
            }
        }
        for shell in Shell::READ.into_iter().filter(|shell| *shell != own) {
            for way in shell.own_ways(world) {
                let mut run = Run::new(world, &mut scripts, shell);
                run.stages(&way);
                for (name, held) in run.exported() {
                    found.add(name, held, Scope::OtherShell);
                }
            }
        }
        found
    }

    /// Adds a line, unless it is known already.
    fn add(&mut self, name: &str, held: &Held, scope: Scope) {
        let Some(value) = held.value.clone().filter(|value| !value.is_empty()) else { return };
        let place = Source::File(held.at.0.clone(), Some(held.at.1));
        let lines = self.lines.entry(name.to_owned()).or_default();
        if !lines.iter().any(|line| line.places.first() == Some(&place) && line.value == value) {
            lines.push(Acting { name: name.to_owned(), value, places: vec![place], scope });
        }
    }
}

impl Facts<'_> {
    fn start_files(&self) -> Known<&StartFiles> {
        self.start_files.get(|| Ok(StartFiles::look(self.world)))
    }

    /// The lines of start files that set a variable for other programs: those of the user's shell first.
    pub fn shell_lines(&self, name: &str) -> Vec<Acting> {
        let lines = self.start_files().ok().and_then(|files| files.lines.get(name));
        lines.cloned().unwrap_or_default()
    }

    /// Start files of the user's shell that are there and cannot be read, each with why.
    pub fn unread_start_files(&self) -> Known<&[(PathBuf, ReadError)]> {
        Ok(&self.start_files()?.unread)
    }

    /// The go of the user's next shell, where start files put its directory before (or without) the PATH that is there
    /// already, and the line that does.
    pub fn go_of_next_shell(&self) -> Option<(PathBuf, Source)> {
        let lines = &self.start_files().ok()?.path;
        let last = lines.last()?.value.as_deref()?;
        let here = self.world.which("go").is_some();
        let dirs = last.split(':').take_while(|dir| !here || *dir != expand::INHERITED);
        let (dir, program) = dirs
            .map(|dir| (dir, Path::new(dir).join("go")))
            .find(|(_, program)| program.is_absolute() && self.world.files.is_program(program))?;
        let adds =
            |held: &&Held| held.value.as_deref().is_some_and(|path| path.split(':').any(|at| at == dir));
        let line = lines.iter().find(adds)?;
        Some((program, Source::File(line.at.0.clone(), Some(line.at.1))))
    }

    /// Whether the shell that started this process set the variable itself (`false`: it was handed down to it, by a
    /// login, an IDE, a service); `None` where the parent's environment cannot be seen.
    pub fn set_by_this_shell(&self, name: &str) -> Option<bool> {
        self.world.parent().map(|parent| parent.get(name) != self.world.vars.get(name))
    }

    /// A line of a file as it stands there.
    pub fn raw_line(&self, path: &Path, line: u32) -> String {
        let text = self.world.files.text(path).unwrap_or_default();
        text.split('\n').nth(line.saturating_sub(1) as usize).unwrap_or("").to_owned()
    }

    /// What a line of a start file becomes when it is commented out; `None` where it cannot go by itself.
    pub fn commented_out(&self, path: &Path, line: u32) -> Option<String> {
        let bytes = self.world.files.read(path).unwrap_or_default();
        let after = comment_out(Dialect::of(path), &bytes, line)?;
        let line = after.split(|b| *b == b'\n').nth(line.saturating_sub(1) as usize)?;
        Some(String::from_utf8_lossy(line).into_owned())
    }
}
