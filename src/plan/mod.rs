//! From settings and steps to changes: what `init`, `fix` and `undo` share. Pure; only `apply` touches the disk.

mod apply;
mod draft;
mod lines;
mod settle;
mod staged;
mod uncache;
mod undo;

use std::path::{Path, PathBuf};

pub use apply::{Applied, apply};
pub use draft::{Conflict, plan, survey};
pub use settle::{Interrupted, Way, settle};
pub use undo::{Kept, TakeBack, take_back};

use crate::model::plan::Edit;
use crate::model::{Change, Msg};

/// Everything that shall happen, before it happens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order in which they are made: directories before the files in them.
    pub changes: Vec<Change>,
    /// The same as settings: what a reader sees first.
    pub edits: Vec<Edit>,
    /// Settings that were left out, since they would have no effect.
    pub conflicts: Vec<Conflict>,
    pub notes: Vec<Msg>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The files that change, without the directories made for them.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.changes.iter().filter_map(|change| match change {
            Change::File { path, .. } => Some(path.as_path()),
            _ => None,
        })
    }

    /// The edits that one file holds.
    pub fn edits_of<'p>(&'p self, path: &'p Path) -> impl Iterator<Item = &'p Edit> {
        self.edits.iter().filter(move |edit| edit.path == path)
    }
}

/// The directory a file lies in; never empty.
fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
