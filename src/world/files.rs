//! Reading the disk: bounded, never from a FIFO or a device, every error with its path.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::trace::{Trace, timed};
use crate::model::Msg;
use crate::order::Order;
use crate::say;

/// Configuration files are small; more than this is not one.
const CONFIG_CAP: u64 = 16 << 20;

/// Reads, lists and stats. Has no way to write.
#[derive(Clone)]
pub struct Files {
    trace: Arc<Trace>,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    Absent,
    Denied,
    /// A directory, FIFO, device or socket stands where a file should be.
    NotAFile(FileKind),
    TooLarge {
        size: u64,
        cap: u64,
    },
    Other(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    File,
    Dir,
    Symlink,
    Other,
}

/// What `stat` says, as far as anybody here asks.
#[derive(Clone, Debug)]
pub struct Stat {
    pub kind: FileKind,
    pub len: u64,
    /// Permission bits; 0o644 or 0o444 on Windows.
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub dev: u64,
    pub ino: u64,
    pub mtime: Option<SystemTime>,
    /// Nanoseconds of the inode's last change; 0 where there is none.
    pub ctime_ns: i128,
}

#[allow(clippy::disallowed_methods, reason = "the door")]
impl Files {
    pub(super) fn new(trace: Arc<Trace>) -> Files {
        Files { trace }
    }

    /// The bytes of a configuration file (16 MiB at most).
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        self.read_capped(path, CONFIG_CAP)
    }

    /// The bytes of a file of at most `cap` bytes.
    pub fn read_capped(&self, path: &Path, cap: u64) -> Result<Vec<u8>, ReadError> {
        let (read, took) = timed(|| {
            let stat = self.stat(path)?;
            if stat.kind == FileKind::Other
                && self.canonical(path).is_some_and(|at| at == Path::new("/dev/null"))
            {
                // `.bashrc -> /dev/null`: how people say that a file shall be empty.
                return Ok(Vec::new());
            }
            if stat.kind != FileKind::File {
                return Err(ReadError::NotAFile(stat.kind));
            }
            if stat.len > cap {
                return Err(ReadError::TooLarge { size: stat.len, cap });
            }
            let mut bytes = Vec::with_capacity(usize::try_from(stat.len).unwrap_or(0) + 1);
            let file = std::fs::File::open(path).map_err(|err| ReadError::of(&err))?;
            file.take(cap + 1).read_to_end(&mut bytes).map_err(|err| ReadError::of(&err))?;
            match bytes.len() as u64 {
                size if size > cap => Err(ReadError::TooLarge { size, cap }),
                _ => Ok(bytes),
            }
        });
        if self.trace.on() {
            match &read {
                Ok(bytes) => self.trace.saw("read", path.display(), format_args!("{} B", bytes.len()), took),
                Err(err) => self.trace.saw("read", path.display(), &err.msg().en, took),
            }
        }
        read
    }

    /// The text of a configuration file, with bytes that are not UTF-8 replaced.
    pub fn text(&self, path: &Path) -> Result<String, ReadError> {
        self.read(path).map(|bytes| match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(err) => String::from_utf8_lossy(err.as_bytes()).into_owned(),
        })
    }

    /// Follows symlinks.
    pub fn stat(&self, path: &Path) -> Result<Stat, ReadError> {
        self.looked();
        std::fs::metadata(path).map(|meta| Stat::of(&meta)).map_err(|err| ReadError::of(&err))
    }

    /// Does not follow a symlink at the end of `path`.
    pub fn lstat(&self, path: &Path) -> Result<Stat, ReadError> {
        self.looked();
        std::fs::symlink_metadata(path).map(|meta| Stat::of(&meta)).map_err(|err| ReadError::of(&err))
    }

    /// Counts a look.
    pub(super) fn looked(&self) {
        self.trace.looked();
    }

    pub fn exists(&self, path: &Path) -> bool {
        self.stat(path).is_ok()
    }

    pub fn is_dir(&self, path: &Path) -> bool {
        self.stat(path).is_ok_and(|stat| stat.kind == FileKind::Dir)
    }

    pub fn is_file(&self, path: &Path) -> bool {
        self.stat(path).is_ok_and(|stat| stat.kind == FileKind::File)
    }

    /// A file somebody may execute; on Windows, a file.
    pub fn is_program(&self, path: &Path) -> bool {
        self.stat(path).is_ok_and(|s| s.kind == FileKind::File && (cfg!(windows) || s.mode & 0o111 != 0))
    }

    /// Whether we may make files in this directory, as the kernel judges it (a read-only file system included).
    pub fn is_writable_dir(&self, path: &Path) -> bool {
        #[cfg(unix)]
        {
            use rustix::fs::{Access, AtFlags, CWD, accessat};
            accessat(CWD, path, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).is_ok()
        }
        #[cfg(not(unix))]
        {
            self.is_dir(path)
        }
    }

    /// The names in a directory, sorted.
    pub fn list(&self, path: &Path) -> Result<Vec<String>, ReadError> {
        self.looked();
        let mut names = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|err| ReadError::of(&err))? {
            let entry = entry.map_err(|err| ReadError::of(&err))?;
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
        names.order();
        Ok(names)
    }

    /// The names in a directory with their kinds, in no order; symlinks are not followed.
    pub fn entries(&self, path: &Path) -> Result<Vec<(String, FileKind)>, ReadError> {
        self.looked();
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|err| ReadError::of(&err))? {
            let entry = entry.map_err(|err| ReadError::of(&err))?;
            let kind = entry.file_type().map_err(|err| ReadError::of(&err))?;
            entries.push((entry.file_name().to_string_lossy().into_owned(), FileKind::of(kind)));
        }
        Ok(entries)
    }

    /// The path without symlinks, where it exists.
    pub fn canonical(&self, path: &Path) -> Option<PathBuf> {
        std::fs::canonicalize(path).ok()
    }

    /// The file a write to `path` reaches: symlinks followed to their end, be it absent. `None` in a loop.
    pub fn through_links(&self, path: &Path) -> Option<PathBuf> {
        let mut at = path.to_path_buf();
        for _ in 0..40 {
            match std::fs::read_link(&at) {
                Ok(to) => at = at.parent().unwrap_or(Path::new("/")).join(to),
                Err(_) => return Some(at),
            }
        }
        None
    }

    /// An open file for streaming, with its stat. FIFOs and devices are refused.
    pub fn open(&self, path: &Path) -> Result<(std::fs::File, Stat), ReadError> {
        let stat = self.stat(path)?;
        if stat.kind != FileKind::File {
            return Err(ReadError::NotAFile(stat.kind));
        }
        let file = std::fs::File::open(path).map_err(|err| ReadError::of(&err))?;
        self.trace.saw("open", path.display(), format_args!("{} B", stat.len), std::time::Duration::ZERO);
        Ok((file, stat))
    }

    /// Opens what [`Files::entries`] has just called a file: without another look at what it is, which would cost as
    /// much as opening it.
    pub fn open_entry(&self, path: &Path) -> Result<std::fs::File, ReadError> {
        self.looked();
        std::fs::File::open(path).map_err(|err| ReadError::of(&err))
    }
}

impl ReadError {
    pub(super) fn of(err: &io::Error) -> ReadError {
        match err.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Absent,
            io::ErrorKind::PermissionDenied => ReadError::Denied,
            io::ErrorKind::IsADirectory => ReadError::NotAFile(FileKind::Dir),
            _ => ReadError::Other(err.to_string()),
        }
    }

    pub fn msg(&self) -> Msg {
        match self {
            ReadError::Absent => say!("no such file", "文件不存在"),
            ReadError::Denied => say!("permission denied", "没有读取权限"),
            ReadError::NotAFile(FileKind::Dir) => say!("it is a directory", "它是一个目录"),
            ReadError::NotAFile(_) => say!("it is not a regular file", "它不是普通文件"),
            ReadError::TooLarge { size, cap } => {
                say!("too large: {size} bytes, limit {cap}", "文件过大：{size} 字节，上限 {cap}", size, cap)
            }
            ReadError::Other(why) => Msg::plain(why.clone()),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.msg().en)
    }
}

impl std::error::Error for ReadError {}

impl FileKind {
    fn of(kind: std::fs::FileType) -> FileKind {
        match kind {
            t if t.is_file() => FileKind::File,
            t if t.is_dir() => FileKind::Dir,
            t if t.is_symlink() => FileKind::Symlink,
            _ => FileKind::Other,
        }
    }
}

impl Stat {
    fn of(meta: &std::fs::Metadata) -> Stat {
        let kind = FileKind::of(meta.file_type());
        #[cfg(unix)]
        let (mode, uid, gid, dev, ino, ctime_ns) = {
            use std::os::unix::fs::MetadataExt;
            let ctime = i128::from(meta.ctime()) * 1_000_000_000 + i128::from(meta.ctime_nsec());
            (meta.mode() & 0o7777, meta.uid(), meta.gid(), meta.dev(), meta.ino(), ctime)
        };
        #[cfg(not(unix))]
        let (mode, uid, gid, dev, ino, ctime_ns) =
            (if meta.permissions().readonly() { 0o444 } else { 0o644 }, 0, 0, 0, 0, 0);
        Stat { kind, len: meta.len(), mode, uid, gid, dev, ino, mtime: meta.modified().ok(), ctime_ns }
    }
}

#[allow(clippy::disallowed_methods, reason = "the door")]
pub(super) fn current_dir() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
}
