//! A gobs was killed in the middle: its open journal entry says what it was about. Go on, or go back.

use super::staged::{staged, sweep};
use crate::journal::{Entry, Journal};
use crate::model::{Change, Content, Failure, State};
use crate::say;
use crate::world::{Disk, Files, Seen, Snapshot};

/// An entry that was begun and not closed, and how far it got.
#[derive(Clone, Debug)]
pub struct Interrupted {
    pub entry: Entry,
    /// Of its changes, how many are on disk.
    pub made: usize,
    /// Files that hold neither the old nor the new bytes: somebody else wrote there since.
    pub foreign: Vec<String>,
}

impl Interrupted {
    /// The entries that somebody has to settle.
    pub fn all(files: &Files, journal: &Journal) -> Result<Vec<Interrupted>, Failure> {
        let look = |entry: Entry| {
            let steps: Vec<At> = entry.changes.iter().map(|change| at(files, change)).collect();
            let made = steps.iter().filter(|at| **at == At::After).count();
            let foreign = entry
                .changes
                .iter()
                .zip(&steps)
                .filter(|(_, at)| **at == At::Foreign)
                .map(|(change, _)| change.place())
                .collect();
            Interrupted { entry, made, foreign }
        };
        Ok(journal.open_entries(files)?.into_iter().map(look).collect())
    }

    /// Whether there is a choice: some changes are made and some are not.
    pub fn halfway(&self) -> bool {
        let all = self.entry.changes.len();
        self.made > 0 && self.made < all
    }
}

/// Which way to settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Complete,
    RollBack,
}

/// Brings every file of the entry to its new (or its old) state, removes what was staged, closes the entry.
///
/// A file that holds foreign bytes is left alone.
pub fn settle(
    files: &Files,
    disk: &mut Disk,
    journal: &Journal,
    broken: &Interrupted,
    way: Way,
) -> Result<(), Failure> {
    let entry = &broken.entry;
    let fail = |change: &Change, err: &std::io::Error| {
        let place = change.place();
        Failure::new(say!(
            "the interrupted change of {place} cannot be settled: {err}",
            "{place} 上次中断的改动无法了结：{err}",
            place,
            err
        ))
    };
    for lock in &entry.locks {
        // A lock of git's that the killed process held; git itself would refuse to write until it is gone.
        if files.stat(lock).is_ok_and(|stat| stat.len == 0) {
            let _ = disk.remove(lock);
        }
    }
    let changes: Vec<Change> = match way {
        Way::Complete => entry.changes.clone(),
        Way::RollBack => entry.changes.iter().rev().map(Change::inverse).collect(),
    };
    let goes = |change: &&Change| matches!(change, Change::Dir { after: None, .. });
    for change in changes.iter().filter(|change| !goes(change)) {
        if at(files, change) == At::Before {
            bring(files, disk, change, entry.id).map_err(|err| fail(change, &err))?;
        }
    }
    sweep(disk, files, entry);
    for change in changes.iter().filter(goes) {
        bring(files, disk, change, entry.id).map_err(|err| fail(change, &err))?;
    }
    let closed = match way {
        Way::Complete => journal.close(disk, entry.id),
        Way::RollBack => journal.forget(disk, entry.id),
    };
    closed
        .map_err(|err| Failure::new(say!("the journal cannot be closed: {err}", "日志无法收尾：{err}", err)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Before,
    After,
    Foreign,
}

fn at(files: &Files, change: &Change) -> At {
    match change {
        Change::File { path, before, after } => {
            let now = Snapshot::take(files, [path.clone()]);
            let holds = |state: &Option<State>| match (now.at(path), state) {
                (Seen::Absent, None) => true,
                (Seen::File(now), Some(State { content: Content::Same, mode })) => now.mode == *mode,
                (Seen::File(now), Some(state)) => now.content == state.content,
                _ => false,
            };
            match (holds(after), holds(before)) {
                (true, _) => At::After,
                (false, true) => At::Before,
                _ => At::Foreign,
            }
        }
        Change::Dir { path, after, .. } => match (files.is_dir(path), after) {
            (true, Some(_)) | (false, None) => At::After,
            _ => At::Before,
        },
        Change::Aside { from, .. } => {
            if files.lstat(from).is_ok() {
                At::Before
            } else {
                At::After
            }
        }
        Change::Var { .. } => At::After,
    }
}

fn bring(files: &Files, disk: &mut Disk, change: &Change, id: u32) -> std::io::Result<()> {
    match change {
        Change::File { path, after, .. } => {
            let real = files.through_links(path).unwrap_or_else(|| path.clone());
            match after {
                None => disk.remove(&real),
                Some(State { content: Content::Same, mode }) => disk.chmod(&real, *mode),
                Some(State { content: Content::Bytes(bytes), mode }) => {
                    // Not the staged files: they may be half written. The journal holds the bytes whole.
                    let (fresh, _) = staged(&real, id);
                    if files.lstat(&fresh).is_ok() {
                        disk.remove(&fresh)?;
                    }
                    let like = files.stat(&real).is_ok().then_some(real.as_path());
                    disk.stage(&fresh, bytes, *mode, like)?;
                    disk.sync([]).map_err(|(_, err)| err)?;
                    disk.rename(&fresh, &real)
                }
            }
        }
        Change::Dir { path, after: Some(mode), .. } => disk.make_dir(path, *mode),
        Change::Dir { path, after: None, .. } => {
            if files.list(path).is_ok_and(|names| names.is_empty()) {
                return disk.remove_dir(path);
            }
            Ok(())
        }
        Change::Aside { from, to } => disk.set_aside(from, to),
        Change::Var { .. } => Ok(()),
    }
}
