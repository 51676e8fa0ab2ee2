//! The one thing that can write. Only `cmd` opens one, so that a doctor cannot change anything.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::World;
use super::trace::{Trace, timed};

/// One step that changes the disk, told before it is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch<'a> {
    MakeDir(&'a Path),
    RemoveDir(&'a Path),
    Write(&'a Path),
    Rename(&'a Path, &'a Path),
    Remove(&'a Path),
    Chmod(&'a Path, u32),
}

/// Hears of every step first; an error from it stands in for the step (how tests crash us between two renames).
type Before = Box<dyn FnMut(&Touch<'_>) -> io::Result<()> + Send>;

/// The right to write, held together with the lock that all gobs processes of a user share.
pub struct Disk {
    _lock: File,
    /// Staged and not synced yet.
    unsynced: Vec<(PathBuf, File)>,
    before: Option<Before>,
    trace: Arc<Trace>,
}

/// Somebody else holds the lock.
#[derive(Debug)]
pub enum Busy {
    /// Still held after the wait; who holds it, as far as they said.
    Held {
        by: String,
        waited: Duration,
    },
    Io(PathBuf, io::Error),
}

#[allow(clippy::disallowed_methods, reason = "the door")]
impl Disk {
    /// Takes the lock under `state`, waiting at most `wait`; `whoami` is what others are told meanwhile.
    pub fn open(world: &World, state: &Path, whoami: &str, wait: Duration) -> Result<Disk, Busy> {
        private_dir(state).map_err(|err| Busy::Io(state.to_path_buf(), err))?;
        let path = state.join("lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut lock = options.open(&path).map_err(|err| Busy::Io(path.clone(), err))?;
        let start = Instant::now();
        let mut pause = Duration::from_micros(250);
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(std::fs::TryLockError::WouldBlock) if start.elapsed() >= wait => {
                    let by = holder(&state.join("holder"));
                    return Err(Busy::Held { by, waited: start.elapsed() });
                }
                Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(pause),
                Err(std::fs::TryLockError::Error(err)) => return Err(Busy::Io(path, err)),
            }
            pause = (pause * 2).min(Duration::from_millis(20));
        }
        let _ = lock.flush();
        // Beside the lock, since Windows lets nobody read a locked file.
        let _ = std::fs::write(state.join("holder"), format!("{whoami}\n"));
        Ok(Disk { _lock: lock, unsynced: Vec::new(), before: None, trace: world.trace.clone() })
    }

    /// From now on `before` hears of every step first and may make it fail.
    pub fn watch(&mut self, before: impl FnMut(&Touch<'_>) -> io::Result<()> + Send + 'static) {
        self.before = Some(Box::new(before));
    }

    fn touch<T>(&mut self, touch: &Touch<'_>, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if let Some(before) = &mut self.before {
            before(touch)?;
        }
        let (done, took) = timed(act);
        if self.trace.on() {
            let came = done.as_ref().map_or_else(ToString::to_string, |_| "done".to_owned());
            self.trace.saw("write", format_args!("{touch:?}"), came, took);
        }
        done
    }

    /// Makes one directory with these permission bits.
    pub fn make_dir(&mut self, path: &Path, mode: u32) -> io::Result<()> {
        self.touch(&Touch::MakeDir(path), || {
            #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
            let mut builder = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
            builder.create(path)?;
            set_mode(path, mode)
        })
    }

    /// Removes an empty directory.
    pub fn remove_dir(&mut self, path: &Path) -> io::Result<()> {
        self.touch(&Touch::RemoveDir(path), || std::fs::remove_dir(path))
    }

    /// Writes a new file, with its final permission bits and owner; [`Disk::sync`] makes it durable. It must not exist.
    pub fn stage(&mut self, path: &Path, bytes: &[u8], mode: u32, like: Option<&Path>) -> io::Result<()> {
        let file = self.touch(&Touch::Write(path), || {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            file.write_all(bytes)?;
            set_mode(path, mode)?;
            if let Some(like) = like {
                same_owner(path, like)?;
            }
            Ok(file)
        })?;
        self.unsynced.push((path.to_path_buf(), file));
        Ok(())
    }

    /// Makes durable what was staged, and what was made, renamed and removed in these directories. All at once: a file system
    /// commits them together, in the time that one takes. An error comes with the file it is of.
    pub fn sync(&mut self, dirs: impl IntoIterator<Item = PathBuf>) -> Result<(), (PathBuf, io::Error)> {
        let staged = std::mem::take(&mut self.unsynced);
        let dirs: Vec<PathBuf> = if cfg!(unix) { dirs.into_iter().collect() } else { Vec::new() };
        let count = format!("{} files, {} directories", staged.len(), dirs.len());
        let (done, took) = timed(|| sync_all(&staged, &dirs));
        if self.trace.on() {
            let came = done.as_ref().map_or_else(|(_, err)| err.to_string(), |()| "done".to_owned());
            self.trace.saw("sync", format_args!("{count}"), came, took);
        }
        done
    }

    /// Lets go of what was staged and is not wanted any more: an open file cannot be wholly removed on Windows.
    pub fn drop_staged(&mut self) {
        self.unsynced.clear();
    }

    pub fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.touch(&Touch::Rename(from, to), || rename(from, to))
    }

    /// Moves an entry of a module cache; a directory that go made read-only moves, too, and stays read-only.
    pub fn set_aside(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.touch(&Touch::Rename(from, to), || {
            let meta = std::fs::symlink_metadata(from)?;
            if !cfg!(unix) || !meta.is_dir() {
                return rename(from, to);
            }
            // Another parent is another `..` in it, which takes leave to write.
            let mode = mode_of(&meta);
            set_mode(from, mode | 0o200)?;
            let moved = rename(from, to);
            let back = set_mode(if moved.is_ok() { to } else { from }, mode);
            moved.and(back)
        })
    }

    /// The lock that go takes while it works on a module version (cmd/go/internal/lockedfile), held until dropped. An
    /// error of kind `WouldBlock` means that go still held it after `wait`.
    pub fn go_lock(&mut self, path: &Path, wait: Duration) -> io::Result<File> {
        let lock = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let start = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                Err(std::fs::TryLockError::WouldBlock) if start.elapsed() < wait => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(err) => return Err(err.into()),
            }
        }
    }

    pub fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.touch(&Touch::Remove(path), || std::fs::remove_file(path))
    }

    pub fn chmod(&mut self, path: &Path, mode: u32) -> io::Result<()> {
        self.touch(&Touch::Chmod(path, mode), || set_mode(path, mode))
    }

    /// A lock file of git's own kind, held until dropped. An error of kind `AlreadyExists` means git is writing.
    pub fn git_lock(&mut self, path: &Path) -> io::Result<GitLock> {
        self.touch(&Touch::Write(path), || OpenOptions::new().write(true).create_new(true).open(path))?;
        Ok(GitLock(path.to_path_buf()))
    }
}

/// `<file>.lock`, which git respects.
pub struct GitLock(PathBuf);

#[allow(clippy::disallowed_methods, reason = "the door")]
impl Drop for GitLock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Half of it on another thread: what waits for the disk is then committed together.
#[allow(clippy::disallowed_methods, reason = "the door")]
fn sync_all(files: &[(PathBuf, File)], dirs: &[PathBuf]) -> Result<(), (PathBuf, io::Error)> {
    let file = |(path, file): &(PathBuf, File)| file.sync_all().map_err(|err| (path.clone(), err));
    // Some file systems sync no directories: what can be done is done.
    let dir = |dir: &PathBuf| _ = File::open(dir).and_then(|dir| dir.sync_all());
    let (files, other_files) = files.split_at(files.len().div_ceil(2));
    let (other_dirs, dirs) = dirs.split_at(dirs.len().div_ceil(2));
    let half = |files: &[(PathBuf, File)], dirs: &[PathBuf]| {
        dirs.iter().for_each(dir);
        files.iter().try_for_each(file)
    };
    if other_files.is_empty() && other_dirs.is_empty() {
        return half(files, dirs);
    }
    std::thread::scope(|scope| {
        let others = || half(other_files, other_dirs);
        // Where no thread is to be had, all is synced here.
        let Ok(there) = std::thread::Builder::new().spawn_scoped(scope, others) else {
            return half(files, dirs).and_then(|()| others());
        };
        let here = half(files, dirs);
        here.and(there.join().unwrap_or_else(|_| Err((PathBuf::new(), io::Error::other("sync panicked")))))
    })
}

/// Makes a directory only we can enter, with its parents.
#[allow(clippy::disallowed_methods, reason = "the door")]
fn private_dir(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[allow(clippy::disallowed_methods, reason = "the door")]
fn holder(path: &Path) -> String {
    std::fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default()
}

/// Windows refuses to rename over a file that a scanner holds open for a moment: try again, briefly.
#[allow(clippy::disallowed_methods, reason = "the door")]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let tries = if cfg!(windows) { 10 } else { 1 };
    let mut last = Ok(());
    for n in 0..tries {
        last = std::fs::rename(from, to);
        match &last {
            Err(err) if err.kind() == io::ErrorKind::PermissionDenied && n + 1 < tries => {
                std::thread::sleep(Duration::from_millis(20));
            }
            _ => break,
        }
    }
    last
}

#[cfg(unix)]
#[allow(clippy::disallowed_methods, reason = "the door")]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(unix)]
fn mode_of(meta: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o7777
}

#[cfg(not(unix))]
fn mode_of(_meta: &std::fs::Metadata) -> u32 {
    0
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Gives `path` the owner of `like`, where they differ and we may.
#[cfg(unix)]
#[allow(clippy::disallowed_methods, reason = "the door")]
fn same_owner(path: &Path, like: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let (ours, theirs) = (std::fs::metadata(path)?, std::fs::metadata(like)?);
    if (ours.uid(), ours.gid()) == (theirs.uid(), theirs.gid()) {
        return Ok(());
    }
    std::os::unix::fs::chown(path, Some(theirs.uid()), Some(theirs.gid()))
}

#[cfg(not(unix))]
fn same_owner(_path: &Path, _like: &Path) -> io::Result<()> {
    Ok(())
}
