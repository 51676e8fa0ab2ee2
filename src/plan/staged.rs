//! What waits beside a file while a change is under way, and clearing it away afterwards.

use std::path::{Path, PathBuf};

use super::parent;
use crate::journal::Entry;
use crate::model::Change;
use crate::world::{Disk, Files};

/// The names under which the new and the old bytes of a file wait, beside it.
pub(super) fn staged(real: &Path, id: u32) -> (PathBuf, PathBuf) {
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    let beside = |ext: &str| parent(real).join(format!(".{name}.gobs-{id:06}.{ext}"));
    (beside("new"), beside("old"))
}

/// Removes what was staged for an entry and is still there.
pub(super) fn sweep(disk: &mut Disk, files: &Files, entry: &Entry) {
    for change in &entry.changes {
        if let Change::File { path, .. } = change
            && let Some(real) = files.through_links(path)
        {
            let (new, old) = staged(&real, entry.id);
            for left in [new, old] {
                if files.lstat(&left).is_ok() {
                    let _ = disk.remove(&left);
                }
            }
        }
    }
}

/// Directories that the entry takes away, now that nothing staged is left in them. One that holds a file of
/// somebody's own stays.
pub(super) fn remove_dirs(disk: &mut Disk, files: &Files, entry: &Entry) {
    for change in &entry.changes {
        if let Change::Dir { path, after: None, .. } = change
            && files.list(path).is_ok_and(|names| names.is_empty())
        {
            let _ = disk.remove_dir(path);
        }
    }
}
