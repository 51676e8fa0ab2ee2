//! Touching the disk, in one place: all changes or none, also when the disk is full or the process is killed.
//!
//! The order is what makes it safe. The journal entry is on disk first; then the new bytes *and* the old ones
//! are staged beside each file and synced together with the journal, so that both going on and going back are renames;
//! then the renames; then the entry is closed.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::staged::{remove_dirs, staged, sweep};
use super::{parent, uncache};
use crate::journal::{Entry, Journal};
use crate::model::{Change, Content, Failure, Msg, State, TargetId};
use crate::order::Gather;
use crate::say;
use crate::world::{Disk, Files, Seen, Snapshot, reason};

/// How an application ended, when it did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// Done and written down; the number of the entry.
    Done(u32),
    /// These places no longer hold what the plan saw; nothing was touched.
    Moved(Vec<PathBuf>),
}

/// Carries out the changes of `entry` (its id and locks are filled in here). On failure everything is put back.
pub fn apply(
    files: &Files,
    disk: &mut Disk,
    journal: &Journal,
    mut entry: Entry,
) -> Result<Applied, Failure> {
    let moved = moved(files, &entry.changes);
    if !moved.is_empty() {
        return Ok(Applied::Moved(moved));
    }
    refuse_mounts(files, &entry.changes)?;
    refuse_dead_links(files, &entry.changes)?;
    let _go = uncache::lock(files, disk, &entry.changes)?;
    entry.id = journal.next_id(files);
    entry.locks = git_locks(files, &entry);
    make_journal(files, disk, journal)?;
    let locks = entry.locks.clone();
    journal
        .begin(disk, &entry)
        .map_err(|err| failed(say!("the journal cannot be written", "日志写不进去"), journal.dir(), &err))?;
    let mut work = Work::new(files, disk, journal.dir(), &entry);
    match work.carry_out(&locks) {
        Ok(()) => {
            sweep(disk, files, &entry);
            remove_dirs(disk, files, &entry);
            journal.close(disk, entry.id).map_err(|err| {
                let what = say!(
                    "written, but the journal cannot be closed; the next gobs does it",
                    "已写入，但日志无法收尾；下次运行 gobs 时会补上"
                );
                failed(what, journal.dir(), &err)
            })?;
            Ok(Applied::Done(entry.id))
        }
        Err(failure) => {
            let back = work.put_back();
            let made = work.made_dirs();
            disk.drop_staged();
            sweep(disk, files, &entry);
            for dir in made.into_iter().rev() {
                let _ = disk.remove_dir(&dir);
            }
            let _ = journal.forget(disk, entry.id);
            Err(match back {
                Ok(()) => failure,
                Err(err) => Failure::new(failure.what.then("; ", &reason(&err))),
            })
        }
    }
}

/// The places whose state differs from a change's `before`.
fn moved(files: &Files, changes: &[Change]) -> Vec<PathBuf> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::File { path, before, .. } => {
                let now = Snapshot::take(files, [path.clone()]);
                let same = match (now.at(path), before) {
                    (Seen::Absent, None) => true,
                    (Seen::File(now), Some(State { content: Content::Same, mode })) => now.mode == *mode,
                    (Seen::File(now), Some(before)) => now == before,
                    _ => false,
                };
                (!same).then(|| path.clone())
            }
            Change::Dir { path, before: Some(_), .. } => (!files.is_dir(path)).then(|| path.clone()),
            Change::Aside { from, .. } => files.lstat(from).is_err().then(|| from.clone()),
            Change::Dir { .. } | Change::Var { .. } => None,
        })
        .collect()
}

/// A file that is itself a mount point (containers bind-mount single files) cannot be renamed over.
fn refuse_mounts(files: &Files, changes: &[Change]) -> Result<(), Failure> {
    let Ok(mounts) = files.text(Path::new("/proc/self/mountinfo")) else {
        return Ok(());
    };
    let points: BTreeSet<&str> = mounts.lines().filter_map(|line| line.split(' ').nth(4)).gather_set();
    for change in changes {
        if let Change::File { path, .. } = change
            && let Some(real) = files.through_links(path)
            && points.contains(real.to_string_lossy().as_ref())
        {
            let shown = path.display();
            return Err(Failure::new(say!(
                "{shown} is mounted on its own, so it cannot be replaced from in here; nothing was written",
                "{shown} 是单独挂载进来的文件，在这里无法替换；什么都没有写",
                shown
            ))
            .hint(say!(
                "edit the file where it is mounted from, or mount its directory instead",
                "请在挂载来源处修改，或改为挂载它所在的目录"
            )));
        }
    }
    Ok(())
}

/// A link into a directory that is not there: making that directory is nobody's wish.
fn refuse_dead_links(files: &Files, changes: &[Change]) -> Result<(), Failure> {
    for change in changes {
        let Change::File { path, .. } = change else { continue };
        let Some(real) = files.through_links(path).filter(|real| real != path) else { continue };
        let dir = super::parent(&real);
        if !files.is_dir(&dir) {
            let (shown, dir) = (path.display(), dir.display());
            return Err(Failure::new(say!(
                "{shown} is a symbolic link into {dir}, which is not there; nothing was written",
                "{shown} 是指向 {dir} 的符号链接，而这个目录不存在；什么都没有写",
                shown,
                dir
            ))
            .hint(say!(
                "make that directory, or remove the link, then run this again",
                "请先建好这个目录或删除该链接，再重新运行"
            )));
        }
    }
    Ok(())
}

/// git's lock files for the gitconfigs among the changes.
fn git_locks(files: &Files, entry: &Entry) -> Vec<PathBuf> {
    let gitconfigs: BTreeSet<PathBuf> = entry
        .edits
        .iter()
        .filter(|edit| edit.target == TargetId::Git)
        .filter_map(|edit| files.through_links(&edit.path))
        .gather_set();
    gitconfigs.into_iter().map(|path| with_suffix(&path, ".lock")).collect()
}

fn make_journal(files: &Files, disk: &mut Disk, journal: &Journal) -> Result<(), Failure> {
    if files.is_dir(journal.dir()) {
        return Ok(());
    }
    disk.make_dir(journal.dir(), 0o700)
        .map_err(|err| failed(say!("the journal cannot be made", "日志目录建不了"), journal.dir(), &err))
}

struct Work<'w> {
    files: &'w Files,
    disk: &'w mut Disk,
    /// The journal's directory, synced with what is staged.
    journal: &'w Path,
    entry: &'w Entry,
    /// Changes already made, for going back.
    done: Vec<&'w Change>,
}

impl<'w> Work<'w> {
    fn new(files: &'w Files, disk: &'w mut Disk, journal: &'w Path, entry: &'w Entry) -> Work<'w> {
        Work { files, disk, journal, entry, done: Vec::new() }
    }

    fn carry_out(&mut self, locks: &[PathBuf]) -> Result<(), Failure> {
        let entry = self.entry;
        for change in &entry.changes {
            if let Change::Dir { path, after: Some(mode), .. } = change {
                self.dir(path, *mode).map_err(|err| failed(cannot_write(), path, &err))?;
                self.done.push(change);
            }
        }
        let mut held = Vec::new();
        for lock in locks {
            held.push(self.disk.git_lock(lock).map_err(|err| match err.kind() {
                io::ErrorKind::AlreadyExists => git_is_writing(lock),
                _ => failed(cannot_write(), lock, &err),
            })?);
        }
        for change in &entry.changes {
            if let Change::File { path, before, after } = change {
                self.stage(path, before.as_ref(), after.as_ref())
                    .map_err(|err| failed(cannot_write(), path, &err))?;
            }
        }
        let synced = self.disk.sync([self.journal.to_path_buf()]);
        synced.map_err(|(path, err)| failed(cannot_write(), &path, &err))?;
        for change in entry.changes.iter().filter(|change| !matches!(change, Change::Dir { after: None, .. }))
        {
            self.commit(change).map_err(|err| match err.kind() {
                io::ErrorKind::ResourceBusy => failed(
                    say!("a mount point cannot be replaced", "挂载点无法被替换"),
                    Path::new(&change.place()),
                    &err,
                ),
                _ => failed(cannot_write(), Path::new(&change.place()), &err),
            })?;
            if !matches!(change, Change::Dir { after: Some(_), .. }) {
                self.done.push(change);
            }
        }
        // Of a linked file the directory that it is in, not the link's.
        let dir = |change: &Change| {
            let place = PathBuf::from(change.place());
            parent(&self.files.through_links(&place).unwrap_or(place))
        };
        let dirs: BTreeSet<PathBuf> = entry.changes.iter().map(dir).gather_set();
        self.disk.sync(dirs).map_err(|(path, err)| failed(cannot_write(), &path, &err))
    }

    fn dir(&mut self, path: &Path, mode: u32) -> io::Result<()> {
        match self.files.stat(path) {
            Ok(stat) if stat.mode == mode => Ok(()),
            Ok(_) => self.disk.chmod(path, mode),
            Err(_) => self.disk.make_dir(path, mode),
        }
    }

    fn stage(&mut self, path: &Path, before: Option<&State>, after: Option<&State>) -> io::Result<()> {
        let real = self.real(path)?;
        let (new, old) = staged(&real, self.entry.id);
        let like = self.files.stat(&real).is_ok().then_some(real.as_path());
        let bytes = |state: Option<&State>| state.and_then(State::known_bytes).map(<[u8]>::to_vec);
        if let (Some(bytes), Some(after)) = (bytes(after), after) {
            self.disk.stage(&new, &bytes, after.mode, like)?;
        }
        if let (Some(bytes), Some(before)) = (bytes(before), before) {
            self.disk.stage(&old, &bytes, before.mode, like)?;
        }
        Ok(())
    }

    fn commit(&mut self, change: &Change) -> io::Result<()> {
        match change {
            Change::File { path, after, .. } => {
                let real = self.real(path)?;
                let (new, _) = staged(&real, self.entry.id);
                match after {
                    None => self.disk.remove(&real),
                    Some(State { content: Content::Same, mode }) => self.disk.chmod(&real, *mode),
                    Some(_) => self.disk.rename(&new, &real),
                }
            }
            Change::Dir { .. } | Change::Var { .. } => Ok(()),
            Change::Aside { from, to } => self.disk.set_aside(from, to),
        }
    }

    /// Undoes what was done, last first; renames only, so a full disk cannot stop it.
    fn put_back(&mut self) -> io::Result<()> {
        let mut worst = Ok(());
        for change in self.done.clone().into_iter().rev() {
            let back = match change {
                Change::File { path, before, .. } => self.real(path).and_then(|real| {
                    let (_, old) = staged(&real, self.entry.id);
                    match before {
                        None => self.disk.remove(&real),
                        Some(State { content: Content::Same, mode }) => self.disk.chmod(&real, *mode),
                        Some(_) => self.disk.rename(&old, &real),
                    }
                }),
                Change::Dir { before: None, .. } => Ok(()),
                Change::Dir { path, before: Some(mode), .. } => self.disk.chmod(path, *mode),
                Change::Aside { from, to } => self.disk.set_aside(to, from),
                Change::Var { .. } => Ok(()),
            };
            worst = worst.and(back);
        }
        worst
    }

    /// The directories made so far: to be removed when nothing staged is left in them.
    fn made_dirs(&self) -> Vec<PathBuf> {
        let made = |change: &&Change| match change {
            Change::Dir { path, before: None, .. } => Some(path.clone()),
            _ => None,
        };
        self.done.iter().filter_map(made).collect()
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        self.files
            .through_links(path)
            .ok_or_else(|| io::Error::other(format!("{}: too many symbolic links", path.display())))
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn cannot_write() -> Msg {
    say!("cannot write; everything is as it was before", "写入失败，所有文件保持原样")
}

fn git_is_writing(lock: &Path) -> Failure {
    let shown = lock.display();
    Failure::new(say!("git holds {shown}; nothing was written", "{shown} 被 git 占用；什么都没有写", shown))
        .hint(say!(
            "wait for the other git command; if none is running, remove {shown}",
            "等另一个 git 命令结束；如果没有 git 在运行，删除 {shown} 即可",
            shown
        ))
}

fn failed(what: Msg, path: &Path, err: &io::Error) -> Failure {
    let at = Msg::plain(path.display().to_string()).then(": ", &reason(err));
    Failure::new(what.then(": ", &at))
}
