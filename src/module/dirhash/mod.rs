//! The h1 hash: of a zip, of a directory, of both at once, of a go.mod (x/mod/sumdb/dirhash).

mod both;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub use both::{Both, hash_both};

use super::zip::{Archive, Entry, Inflater, MAX_ZIP_FILE, ReadAt, ZipError, ZipFault};
use crate::digest::Sha256;
use crate::order::Gather;

type Sum = [u8; 32];

/// The list that is hashed: a line per file, in the order of the names.
#[derive(Clone, Debug, Default)]
pub struct Summary<'n> {
    lines: Vec<(Cow<'n, [u8]>, Sum)>,
}

impl<'n> Summary<'n> {
    /// A file with the SHA-256 of its content.
    pub fn add(&mut self, name: impl Into<Cow<'n, [u8]>>, sum: Sum) {
        self.lines.push((name.into(), sum));
    }

    /// `h1:` and the hash; `None` where a name has a newline, which Go refuses.
    pub fn finish(mut self) -> Option<String> {
        self.lines.sort_unstable();
        let mut all = Sha256::new();
        let mut line = Vec::new();
        for (name, sum) in &self.lines {
            if name.contains(&b'\n') {
                return None;
            }
            line.clear();
            line.extend_from_slice(&hex(sum));
            line.extend_from_slice(b"  ");
            line.extend_from_slice(name);
            line.push(b'\n');
            all.update(&line);
        }
        Some(format!("h1:{}", STANDARD.encode(all.finalize())))
    }
}

/// `Hash1`: of files by name, each with a reader of its content.
pub fn hash1<R: Read>(files: impl IntoIterator<Item = (String, R)>) -> io::Result<String> {
    let mut summary = Summary::default();
    for (name, content) in files {
        summary.add(name.into_bytes(), hash_content(content)?);
    }
    summary.finish().ok_or_else(newline)
}

/// The hash of a go.mod, as it stands in go.sum behind a version with `/go.mod`.
pub fn hash_go_mod(content: &[u8]) -> String {
    let mut summary = Summary::default();
    summary.add(b"go.mod".as_slice(), Sha256::digest(content));
    summary.finish().unwrap_or_default()
}

/// `HashZip`: every entry of the central directory counts; of entries of one name the last content, for each of them.
///
/// A zip that unpacks to more than go would unpack is refused when it does. (Go hashes it all and refuses it later.)
pub fn hash_zip<R: ReadAt>(archive: &Archive<R>, inflater: &mut Inflater) -> Result<String, ZipError> {
    let mut sums = EntrySums::new(archive);
    for at in sums.order.clone() {
        let mut sum = Sha256::new();
        inflater.read(archive, sums.entry(at)?, &mut |piece| {
            sum.update(piece);
            sums.spend(piece)
        })?;
        sums.sums[at] = sum.finalize();
    }
    sums.finish()
}

/// The SHA-256 of each file of a zip, by its name in there.
pub type Sums = BTreeMap<Vec<u8>, [u8; 32]>;

/// What the files of a zip hash to, one by one: for saying where two zips differ.
pub fn file_sums<R: ReadAt>(archive: &Archive<R>, inflater: &mut Inflater) -> Result<Sums, ZipError> {
    let mut sums = EntrySums::new(archive);
    let mut files = Sums::new();
    for at in sums.order.clone() {
        let entry = sums.entry(at)?;
        let mut sum = Sha256::new();
        inflater.read(archive, entry, &mut |piece| {
            sum.update(piece);
            sums.spend(piece)
        })?;
        files.insert(entry.name.clone(), sum.finalize());
    }
    Ok(files)
}

/// A directory tree, as far as its hash is concerned.
pub trait Tree {
    /// The files below it, with slashes; directories left out, symlinks listed as files (`DirFiles`).
    fn files(&self) -> io::Result<Vec<String>>;

    /// One of `files`: its place there, and its name.
    fn open(&self, at: usize, file: &str) -> io::Result<Box<dyn Read + '_>>;
}

/// `HashDir`: the names are `prefix` (`path@version`), a slash and the file's path.
pub fn hash_dir(tree: &dyn Tree, prefix: &str) -> io::Result<String> {
    let mut summary = Summary::default();
    for (at, file) in tree.files()?.into_iter().enumerate() {
        let sum = hash_content(tree.open(at, &file)?)?;
        summary.add(format!("{prefix}/{file}").into_bytes(), sum);
    }
    summary.finish().ok_or_else(newline)
}

/// The sums of a zip's entries; of entries of one name the last one counts for all.
struct EntrySums<'a> {
    entries: &'a [Entry],
    /// The entries whose content counts, in the order of their names: Go's, so that its first error is ours.
    order: Vec<usize>,
    sums: Vec<Sum>,
    /// What may still be unpacked.
    left: u64,
}

impl<'a> EntrySums<'a> {
    fn new<R: ReadAt>(archive: &'a Archive<R>) -> EntrySums<'a> {
        let entries = archive.entries();
        let name = |at: usize| entries[at].name.as_slice();
        let mut order: Vec<usize> = (0..entries.len()).collect();
        // The last of each name comes first, and stays.
        order.sort_unstable_by(|a, b| name(*a).cmp(name(*b)).then(b.cmp(a)));
        order.dedup_by(|again, kept| name(*again) == name(*kept));
        EntrySums { entries, order, sums: vec![[0; 32]; entries.len()], left: MAX_ZIP_FILE }
    }

    /// Takes note of so much content; an error where it becomes more than go would unpack.
    fn spend(&mut self, piece: &[u8]) -> Result<(), ZipError> {
        self.left = self.left.checked_sub(piece.len() as u64).ok_or_else(|| {
            let words = format!(
                "total uncompressed size of module contents too large (max size is {MAX_ZIP_FILE} bytes)"
            );
            ZipError::new(ZipFault::TooLarge, words)
        })?;
        Ok(())
    }

    fn entry(&self, at: usize) -> Result<&'a Entry, ZipError> {
        let entry = &self.entries[at];
        if entry.name.contains(&b'\n') {
            return Err(ZipError::new(ZipFault::Name, newline().to_string()));
        }
        Ok(entry)
    }

    fn finish(self) -> Result<String, ZipError> {
        let mut summary = Summary { lines: Vec::with_capacity(self.entries.len()) };
        for at in &self.order {
            summary.add(self.entries[*at].name.as_slice(), self.sums[*at]);
        }
        if self.order.len() < self.entries.len() {
            self.add_twins(&mut summary);
        }
        summary.finish().ok_or_else(|| ZipError::new(ZipFault::Name, newline().to_string()))
    }

    /// A line for each entry whose content does not count, with the sum of the one whose does.
    fn add_twins(&self, summary: &mut Summary<'a>) {
        let last: BTreeMap<&[u8], usize> =
            self.order.iter().map(|at| (self.entries[*at].name.as_slice(), *at)).gather_map();
        for (at, entry) in self.entries.iter().enumerate() {
            let counts = last[entry.name.as_slice()];
            if counts != at {
                summary.add(entry.name.as_slice(), self.sums[counts]);
            }
        }
    }
}

const BLOCK: usize = 256 << 10;

fn hash_content(mut content: impl Read) -> io::Result<Sum> {
    let mut sum = Sha256::new();
    let mut buffer = vec![0; BLOCK];
    loop {
        match content.read(&mut buffer) {
            Ok(0) => return Ok(sum.finalize()),
            Ok(count) => sum.update(&buffer[..count]),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
}

fn newline() -> io::Error {
    io::Error::other("dirhash: filenames with newlines are not supported")
}

fn hex(sum: &Sum) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = [0; 64];
    for (pair, byte) in out.as_chunks_mut::<2>().0.iter_mut().zip(sum) {
        *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
    out
}

#[cfg(test)]
mod tests;
