//! Files that are the user's own to edit, and lines of them.

use std::path::{Path, PathBuf};

use super::Facts;
use crate::journal::{Entry, Journal};
use crate::model::{Known, Msg, Unknown};
use crate::text::goenv;

impl Facts<'_> {
    /// Whether a file lies in the user's home (or the one ssh reads) and is theirs: gobs may edit it.
    pub fn is_own_file(&self, path: &Path) -> bool {
        let homes = [self.world.places.home(), self.world.places.ssh_home()];
        let inside = homes.into_iter().flatten().any(|home| path.starts_with(home));
        inside
            && (cfg!(windows)
                || self.world.files.stat(path).is_ok_and(|stat| stat.uid == self.world.host.uid))
    }

    /// Whether a file lies in the user's home.
    pub fn is_at_home(&self, path: &Path) -> bool {
        self.world.places.home().is_some_and(|home| path.starts_with(home))
    }

    /// `$HOME`, as go and git have it.
    pub fn home(&self) -> Option<&Path> {
        self.world.places.home()
    }

    /// The home that the passwd entry names.
    pub fn account_home(&self) -> Option<&Path> {
        self.world.host.account.as_ref().map(|account| account.home.as_path())
    }

    /// The uid that owns a file or directory; `None` where there is none.
    pub fn owner(&self, path: &Path) -> Option<u32> {
        self.world.files.stat(path).ok().map(|stat| stat.uid)
    }

    /// Whether that uid is the one this process runs as; on Windows nobody asks.
    pub fn is_me(&self, uid: u32) -> bool {
        cfg!(windows) || uid == self.world.host.uid
    }

    /// The checks and facts that crashed in the runs that this one takes the place of, with what was said.
    pub fn crashed_before(&self) -> &'static [(String, String)] {
        crate::world::crashed()
    }

    /// A fact that cannot be had: see `checks::examine`.
    #[cfg(debug_assertions)]
    pub fn crash(&self) {
        let _ = super::memo::Once::<()>::new().get(|| panic!("as the test wants it"));
    }

    /// Entries of our journal that cannot be read, and why.
    pub fn unreadable_entries(&self) -> Vec<(PathBuf, Msg)> {
        let unreadable = |state| {
            Journal::under(state)
                .unreadable(&self.world.files)
                .into_iter()
                .map(|(path, why)| (path, why.what))
        };
        self.world.places.state().into_iter().flat_map(unreadable).collect()
    }

    /// Changes that a killed gobs left half-made, each with its journal file.
    pub fn open_entries(&self) -> Known<Vec<(Entry, PathBuf)>> {
        let Some(state) = self.world.places.state() else { return Ok(Vec::new()) };
        let journal = Journal::under(state);
        let entries =
            journal.open_entries(&self.world.files).map_err(|failure| Unknown::new(failure.what))?;
        Ok(entries
            .into_iter()
            .map(|entry| {
                let path = journal.open_path(entry.id);
                (entry, path)
            })
            .collect())
    }

    /// The env file go would read without GOENV, and how many settings it holds.
    pub fn default_env_file(&self) -> Option<(PathBuf, usize)> {
        let path = self.world.places.config().ok()?.join("go").join("env");
        let bytes = self.world.files.read(&path).ok()?;
        let lines = goenv::lines(&bytes).count();
        Some((path, lines))
    }
}

impl Facts<'_> {
    /// A variable of this process, where it is set and not empty.
    pub fn var(&self, name: &str) -> Option<String> {
        self.world.vars.get(name).map(str::to_owned)
    }

    pub fn dir_exists(&self, path: &Path) -> bool {
        self.world.files.is_dir(path)
    }

    /// Whether a variable is there at all, be it empty.
    pub fn has_var(&self, name: &str) -> bool {
        self.world.vars.has(name)
    }

    /// Whether a program is there: by path, or on PATH.
    pub fn has_program(&self, word: &Path) -> bool {
        match word.components().count() {
            1 => self.world.which(&word.to_string_lossy()).is_some(),
            _ => self.world.files.is_program(&self.world.cwd.join(word)),
        }
    }

    /// Whether anything is at a path as a variable writes it.
    pub fn exists(&self, written: &str) -> bool {
        self.world.files.exists(&self.world.cwd.join(written))
    }

    pub fn file_exists(&self, path: &Path) -> bool {
        self.world.files.is_file(path)
    }

    /// Whether two paths are one file.
    pub fn same_file(&self, one: &Path, other: &Path) -> bool {
        let files = &self.world.files;
        one == other || files.canonical(one).is_some_and(|one| files.canonical(other) == Some(one))
    }

    /// Remembers a secret that was met, so that no output shows it.
    pub fn learn_secret(&self, secret: &str) {
        self.world.secrets.learn(secret);
    }
}
