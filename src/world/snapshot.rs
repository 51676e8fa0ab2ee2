//! What a set of files held at one moment: the ground that targets draft on and apply checks against.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{FileKind, Files, ReadError};
use crate::model::State;
use crate::order::Gather;

/// A file as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Absent,
    File(State),
    Dir { mode: u32 },
    Unreadable(ReadError),
}

/// Files and directories by path, read once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, Seen>);

impl Snapshot {
    /// Looks at each path; symlinks are followed, the key stays as asked.
    pub fn take(files: &Files, paths: impl IntoIterator<Item = PathBuf>) -> Snapshot {
        Snapshot(paths.into_iter().map(|path| (path.clone(), look(files, &path))).gather_map())
    }

    /// What stands at `path`; a path nobody asked for counts as absent.
    pub fn at(&self, path: &Path) -> &Seen {
        self.0.get(path).unwrap_or(&Seen::Absent)
    }

    /// The bytes at `path`: empty where absent, an error where it is no readable file.
    pub fn bytes(&self, path: &Path) -> Result<&[u8], ReadError> {
        match self.at(path) {
            Seen::Absent => Ok(&[]),
            Seen::File(state) => Ok(state.known_bytes().unwrap_or(&[])),
            Seen::Dir { .. } => Err(ReadError::NotAFile(FileKind::Dir)),
            Seen::Unreadable(err) => Err(err.clone()),
        }
    }

    /// Puts a state in place of what was seen: how a draft sees the one before it.
    pub fn put(&mut self, path: PathBuf, seen: Seen) {
        self.0.insert(path, seen);
    }

    /// The file's state; `None` where there is no file.
    pub fn state(&self, path: &Path) -> Option<&State> {
        match self.at(path) {
            Seen::File(state) => Some(state),
            _ => None,
        }
    }
}

fn look(files: &Files, path: &Path) -> Seen {
    match files.stat(path) {
        Err(ReadError::Absent) => Seen::Absent,
        Err(err) => Seen::Unreadable(err),
        Ok(stat) if stat.kind == FileKind::Dir => Seen::Dir { mode: stat.mode },
        Ok(stat) => match files.read(path) {
            Ok(bytes) => Seen::File(State::bytes(bytes, stat.mode)),
            Err(err) => Seen::Unreadable(err),
        },
    }
}
