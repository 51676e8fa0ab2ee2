//! Module zips, read as Go's archive/zip reads them: what it accepts is accepted, what it refuses is refused in its words.
//!
//! A reader of its own, because the `zip` crate keeps one entry per name, refuses what Go ignores (encryption flags) and
//! ignores what Go checks (data descriptors); hashes must be over exactly Go's view of the file.
//! Deflate: libdeflater for entries up to 16 MiB (measured: 1.0 GB/s against 0.6 GB/s of zlib-rs), zlib-rs in small
//! pieces beyond, so that memory stays flat.

mod check;
mod directory;
mod inflate;
mod readat;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

pub use check::{CheckedFiles, FileError, check_zip, unexpected_file};
pub use inflate::Inflater;
pub use readat::ReadAt;

/// No module zip is larger, nor what it unpacks to (`zip.MaxZipFile`).
pub const MAX_ZIP_FILE: u64 = 500 << 20;
/// No go.mod in a zip is larger (`zip.MaxGoMod`).
pub const MAX_GO_MOD: u64 = 16 << 20;
/// No LICENSE in a zip is larger (`zip.MaxLICENSE`).
pub const MAX_LICENSE: u64 = 16 << 20;

/// An open zip: its central directory is read, its entries are read on demand.
#[derive(Debug)]
pub struct Archive<R> {
    /// No two archives of a process have the same; none has 0.
    id: u64,
    reader: R,
    size: u64,
    entries: Vec<Entry>,
}

static NEXT: AtomicU64 = AtomicU64::new(1);

/// One entry of the central directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As written; UTF-8 in any zip that go accepts.
    pub name: Vec<u8>,
    /// What it claims to unpack to.
    pub size: u64,
    compressed: u64,
    method: u16,
    flags: u16,
    crc: u32,
    /// Where its local header is claimed to be; may lie outside the file.
    header: i64,
}

impl Entry {
    /// A name that ends in a slash: no content, but a line in the hash.
    pub fn is_dir(&self) -> bool {
        self.name.ends_with(b"/")
    }

    /// The name for messages.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }
}

impl<R: ReadAt> Archive<R> {
    /// `zip.NewReader`.
    pub fn open(reader: R) -> Result<Archive<R>, ZipError> {
        let size = reader.size().map_err(|err| ZipError::reading(&err))?;
        let entries = directory::read(&reader, size)?;
        Ok(Archive { id: NEXT.fetch_add(1, Ordering::Relaxed), reader, size, entries })
    }

    /// Every entry of the central directory, in its order; a name may stand there twice.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The size of the zip file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What all entries claim to unpack to.
    pub fn unpacked_size(&self) -> u64 {
        self.entries.iter().fold(0, |sum, entry| sum.saturating_add(entry.size))
    }
}

/// Why a zip cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZipError {
    pub fault: ZipFault,
    /// Go's words.
    pub words: String,
    /// The entry it happened in.
    pub entry: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZipFault {
    /// Not a zip, or its structure is broken: `zip: not a valid zip file`.
    Format,
    /// It ends too early: `unexpected EOF`.
    Truncated,
    /// Content that does not fit its CRC-32: `zip: checksum error`.
    Checksum,
    /// Compressed data that cannot be decompressed.
    Corrupt,
    /// Neither stored nor deflated.
    Algorithm,
    /// More than go would unpack.
    TooLarge,
    /// A name that cannot be hashed.
    Name,
    /// The file could not be read.
    Io,
}

impl ZipError {
    pub(super) fn new(fault: ZipFault, words: impl Into<String>) -> ZipError {
        ZipError { fault, words: words.into(), entry: None }
    }

    pub(super) fn format() -> ZipError {
        ZipError::new(ZipFault::Format, "zip: not a valid zip file")
    }

    pub(super) fn truncated() -> ZipError {
        ZipError::new(ZipFault::Truncated, "unexpected EOF")
    }

    fn checksum() -> ZipError {
        ZipError::new(ZipFault::Checksum, "zip: checksum error")
    }

    fn reading(err: &std::io::Error) -> ZipError {
        match err.kind() {
            std::io::ErrorKind::UnexpectedEof => ZipError::truncated(),
            _ => ZipError::new(ZipFault::Io, err.to_string()),
        }
    }

    fn in_entry(self, entry: &Entry) -> ZipError {
        ZipError { entry: Some(entry.shown()), ..self }
    }
}

impl fmt::Display for ZipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for ZipError {}

#[cfg(test)]
pub(crate) mod made;
#[cfg(test)]
mod tests;
