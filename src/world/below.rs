//! Many files below one directory: opened by their names in their own directories, so that the kernel does not walk the
//! whole path for each, and listed through one large buffer. Where there is no `openat`, by path.

use std::fs::File;
use std::path::PathBuf;

use super::files::{FileKind, Files, ReadError};

/// Directories that one reader keeps open at most. What lies below others is opened by path.
#[cfg(target_os = "linux")]
const OPEN: usize = 128;

/// A directory whose files are read; one thread's.
pub struct Below<'w> {
    files: &'w Files,
    root: PathBuf,
    #[cfg(target_os = "linux")]
    kept: Vec<std::os::fd::OwnedFd>,
    /// Always empty: only its room is used.
    #[cfg(target_os = "linux")]
    buffer: Vec<u8>,
}

/// A directory below, listed: how its files are opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Handle(#[cfg(target_os = "linux")] Option<u16>);

impl<'w> Below<'w> {
    pub fn new(files: &'w Files, root: PathBuf) -> Below<'w> {
        Below {
            files,
            root,
            #[cfg(target_os = "linux")]
            kept: Vec::new(),
            #[cfg(target_os = "linux")]
            buffer: Vec::new(),
        }
    }

    /// Names and kinds in a directory, in no order; symlinks are not followed. `dir` is its path from the root (empty:
    /// the root itself), `above` the handle of the directory that holds it.
    pub fn entries(
        &mut self,
        above: Handle,
        dir: &str,
        each: &mut dyn FnMut(&str, FileKind),
    ) -> Result<Handle, ReadError> {
        #[cfg(target_os = "linux")]
        {
            self.entries_at(above, dir, each)
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = above;
            for (name, kind) in self.files.entries(&self.path(dir))? {
                each(&name, kind);
            }
            Ok(Handle::default())
        }
    }

    /// Opens what [`Below::entries`] has just called a file, without another look at what it is. `above` is the handle
    /// of the directory that holds it.
    pub fn open(&self, above: Handle, file: &str) -> Result<File, ReadError> {
        #[cfg(target_os = "linux")]
        if let Some(dir) = self.kept(above) {
            use rustix::fs::{Mode, OFlags, openat};
            self.files.looked();
            let flags = OFlags::RDONLY | OFlags::CLOEXEC;
            let file = openat(dir, last(file), flags, Mode::empty());
            return file.map(File::from).map_err(|err| ReadError::of(&err.into()));
        }
        #[cfg(not(target_os = "linux"))]
        let _ = above;
        self.files.open_entry(&self.path(file))
    }

    /// Opens what may be anything; FIFOs and devices are refused.
    pub fn open_odd(&self, file: &str) -> Result<File, ReadError> {
        self.files.open(&self.path(file)).map(|(file, _)| file)
    }

    fn path(&self, below: &str) -> PathBuf {
        if below.is_empty() { self.root.clone() } else { self.root.join(below) }
    }
}

#[cfg(target_os = "linux")]
impl Below<'_> {
    fn kept(&self, handle: Handle) -> Option<&std::os::fd::OwnedFd> {
        self.kept.get(usize::from(handle.0?))
    }

    fn entries_at(
        &mut self,
        above: Handle,
        dir: &str,
        each: &mut dyn FnMut(&str, FileKind),
    ) -> Result<Handle, ReadError> {
        use rustix::fs::{CWD, Mode, OFlags, RawDir, openat};
        let of = |err: rustix::io::Errno| ReadError::of(&err.into());
        self.files.looked();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = match self.kept(above) {
            Some(above) => openat(above, last(dir), flags, Mode::empty()),
            None => openat(CWD, self.path(dir), flags, Mode::empty()),
        };
        let fd = fd.map_err(of)?;
        self.buffer.reserve(64 << 10);
        let mut listing = RawDir::new(&fd, self.buffer.spare_capacity_mut());
        while let Some(entry) = listing.next() {
            let entry = entry.map_err(of)?;
            let name = entry.file_name().to_string_lossy();
            if name == "." || name == ".." {
                continue;
            }
            let kind = match FileKind::listed(entry.file_type()) {
                // Some file systems do not tell in listings.
                None => self.files.lstat(&self.root.join(dir).join(&*name))?.kind,
                Some(kind) => kind,
            };
            each(&name, kind);
        }
        if self.kept.len() >= OPEN {
            return Ok(Handle(None));
        }
        self.kept.push(fd);
        Ok(Handle(u16::try_from(self.kept.len() - 1).ok()))
    }
}

/// The name at the end of a path with slashes.
#[cfg(target_os = "linux")]
fn last(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(target_os = "linux")]
impl FileKind {
    fn listed(kind: rustix::fs::FileType) -> Option<FileKind> {
        use rustix::fs::FileType;
        match kind {
            FileType::RegularFile => Some(FileKind::File),
            FileType::Directory => Some(FileKind::Dir),
            FileType::Symlink => Some(FileKind::Symlink),
            FileType::Unknown => None,
            _ => Some(FileKind::Other),
        }
    }
}
