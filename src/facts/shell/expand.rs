//! Words as a shell of this user would expand them, where that is sure.

use std::path::{Path, PathBuf};

use super::run::{Held, Run};
use super::stages::Shell;
use crate::text::shellrc::{Asked, Part, Word, fits};

/// Stands for what PATH is before the first line touches it.
pub(super) const INHERITED: &str = "\u{1}";

impl Run<'_, '_> {
    /// The known value of a variable.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        match self.vars.get(name).map(|var| var.held.as_slice()) {
            Some([Held { value, maybe: None, .. }]) => value.clone(),
            Some([_, ..]) => None,
            Some([]) | None => self.given(name),
        }
    }

    /// Where an absolute path of a file lies: system files hang under the world's root.
    pub(super) fn here(&self, path: &Path) -> PathBuf {
        let places = &self.world.places;
        let root = places.root();
        let own = path.starts_with(root) || places.home().is_some_and(|home| path.starts_with(home));
        match path.to_str() {
            Some(text) if !own => places.system(text),
            _ => path.to_path_buf(),
        }
    }

    /// The words that a word stands for: the files, where its last part is a pattern.
    pub(super) fn globbed(&self, word: &Word) -> Option<Vec<String>> {
        let text = self.expand(word)?;
        let pattern = word.0.iter().any(|part| match part {
            Part::Text { text, quoted } => !quoted && text.contains(['*', '?']),
            _ => false,
        });
        if !pattern {
            return Some(vec![text]);
        }
        let (dir, name) = text.rsplit_once('/')?;
        if dir.contains(['*', '?']) {
            return None;
        }
        let names = self.world.files.list(&self.here(Path::new(dir))).unwrap_or_default();
        let hidden = name.starts_with('.');
        let fitting = names.into_iter().filter(|file| fits(name, file) && (hidden || !file.starts_with('.')));
        Some(fitting.map(|file| format!("{dir}/{file}")).collect())
    }

    /// What every shell of this user finds set, without a line in a file.
    fn given(&self, name: &str) -> Option<String> {
        let only = |shell: Shell| Some(if self.shell == shell { "5".to_owned() } else { String::new() });
        match name {
            "HOME" => self.world.places.home().map(|home| home.display().to_string()),
            // Somewhere in it stands the PATH that the shell is started with.
            "PATH" => Some(INHERITED.to_owned()),
            // The options of an interactive shell.
            "-" => Some("himBHs".to_owned()),
            "PS1" => Some("$ ".to_owned()),
            "BASH_VERSION" | "BASH" => only(Shell::Bash),
            "ZSH_VERSION" => only(Shell::Zsh),
            "FISH_VERSION" => only(Shell::Fish),
            "USER" | "LOGNAME" | "SHELL" | "XDG_CONFIG_HOME" | "ZDOTDIR" => {
                self.world.vars.get(name).map(str::to_owned)
            }
            _ => None,
        }
    }

    /// `~` at the beginning, and behind a `:` of an assignment, where it is not quoted.
    fn tilde(&self, text: &str, first: bool) -> Option<String> {
        let mut out = String::new();
        for (at, part) in text.split(':').enumerate() {
            if at > 0 {
                out.push(':');
            }
            match part.strip_prefix('~').filter(|_| first || at > 0) {
                Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                    out += &self.world.places.home()?.display().to_string();
                    out += rest;
                }
                // Somebody else's home.
                Some(_) => return None,
                None => out += part,
            }
        }
        Some(out)
    }
}

impl Asked for Run<'_, '_> {
    fn expand(&self, word: &Word) -> Option<String> {
        let mut out = String::new();
        for (at, part) in word.0.iter().enumerate() {
            match part {
                Part::Text { text, quoted: true } => out += text,
                Part::Text { text, quoted: false } => out += &self.tilde(text, at == 0)?,
                Part::Var(name) => out += &self.value(name)?,
                Part::VarOr(name, or) => match self.vars.get(name).map(|var| var.held.as_slice()) {
                    Some([_, ..]) => {
                        let value = self.value(name)?;
                        out += &if value.is_empty() { self.expand(or)? } else { value };
                    }
                    _ => out += &self.given(name).map_or_else(|| self.expand(or), Some)?,
                },
                Part::Unknown => return None,
            }
        }
        Some(out)
    }

    fn is_file(&self, path: &str) -> bool {
        self.world.files.is_file(&self.here(Path::new(path)))
    }

    fn is_dir(&self, path: &str) -> bool {
        self.world.files.is_dir(&self.here(Path::new(path)))
    }
}
