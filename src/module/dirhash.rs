//! The h1 hash: of a zip, of a directory, of both at once, of a go.mod (x/mod/sumdb/dirhash).
//!
//! Both at once costs one pass: an entry is inflated and hashed once, and the file beside it is only compared with it.

use std::collections::BTreeMap;
use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::zip::{Archive, Entry, Inflater, MAX_ZIP_FILE, ReadAt, ZipError, ZipFault};

type Sum = [u8; 32];

/// The list that is hashed: a line per file, in the order of the names.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    lines: Vec<(Vec<u8>, Sum)>,
}

impl Summary {
    /// A file with the SHA-256 of its content.
    pub fn add(&mut self, name: impl Into<Vec<u8>>, sum: Sum) {
        self.lines.push((name.into(), sum));
    }

    /// `h1:` and the hash; `None` where a name has a newline, which Go refuses.
    pub fn finish(mut self) -> Option<String> {
        self.lines.sort_unstable();
        let mut all = Sha256::new();
        for (name, sum) in &self.lines {
            if name.contains(&b'\n') {
                return None;
            }
            all.update(hex(sum));
            all.update(b"  ");
            all.update(name);
            all.update(b"\n");
        }
        Some(format!("h1:{}", STANDARD.encode(all.finalize())))
    }
}

/// `Hash1`: of files by name, each with a reader of its content.
pub fn hash1<R: Read>(files: impl IntoIterator<Item = (String, R)>) -> io::Result<String> {
    let mut summary = Summary::default();
    for (name, content) in files {
        summary.add(name, hash_content(content)?);
    }
    summary.finish().ok_or_else(newline)
}

/// The hash of a go.mod, as it stands in go.sum behind a version with `/go.mod`.
pub fn hash_go_mod(content: &[u8]) -> String {
    let mut summary = Summary::default();
    summary.add("go.mod", Sha256::digest(content).into());
    summary.finish().unwrap_or_default()
}

/// `HashZip`: every entry of the central directory counts; of entries of one name the last content, for each of them.
///
/// A zip that unpacks to more than go would unpack is refused when it does. (Go hashes it all and refuses it later.)
pub fn hash_zip<R: ReadAt>(archive: &Archive<R>, inflater: &mut Inflater) -> Result<String, ZipError> {
    let mut sums = EntrySums::new(archive);
    for at in sums.order() {
        let mut sum = Sha256::new();
        inflater.read(archive, sums.entry(at)?, &mut |piece| {
            sum.update(piece);
            sums.spend(piece)
        })?;
        sums.sums[at] = sum.finalize().into();
    }
    sums.finish()
}

/// The SHA-256 of each file of a zip, by its name in there.
pub type Sums = BTreeMap<Vec<u8>, [u8; 32]>;

/// What the files of a zip hash to, one by one: for saying where two zips differ.
pub fn file_sums<R: ReadAt>(archive: &Archive<R>, inflater: &mut Inflater) -> Result<Sums, ZipError> {
    let mut sums = EntrySums::new(archive);
    let mut files = Sums::new();
    for at in sums.order() {
        let entry = sums.entry(at)?;
        let mut sum = Sha256::new();
        inflater.read(archive, entry, &mut |piece| {
            sum.update(piece);
            sums.spend(piece)
        })?;
        files.insert(entry.name.clone(), sum.finalize().into());
    }
    Ok(files)
}

/// A directory tree, as far as its hash is concerned.
pub trait Tree {
    /// The files below it, with slashes; directories left out, symlinks listed as files (`DirFiles`).
    fn files(&self) -> io::Result<Vec<String>>;

    /// One of `files`.
    fn open(&self, file: &str) -> io::Result<Box<dyn Read + '_>>;
}

/// `HashDir`: the names are `prefix` (`path@version`), a slash and the file's path.
pub fn hash_dir(tree: &dyn Tree, prefix: &str) -> io::Result<String> {
    let mut summary = Summary::default();
    for file in tree.files()? {
        let sum = hash_content(tree.open(&file)?)?;
        summary.add(format!("{prefix}/{file}"), sum);
    }
    summary.finish().ok_or_else(newline)
}

/// What a zip and the directory beside it come to.
#[derive(Debug)]
pub struct Both {
    pub zip: Result<String, ZipError>,
    pub dir: io::Result<String>,
    /// Files of the directory whose content is not the zip's.
    pub changed: Vec<String>,
    /// Files that only the directory has.
    pub added: Vec<String>,
    /// Files that only the zip has.
    pub missing: Vec<String>,
}

/// Hashes a zip and the directory it was extracted to, and says where they differ.
///
/// `prefix` is `path@version`. What cannot be read of one does not keep the other from being hashed; the lists of
/// differences are empty or short then, except `changed`, which names files that differ from what could be read.
pub fn hash_both<R: ReadAt>(
    archive: &Archive<R>,
    inflater: &mut Inflater,
    tree: &dyn Tree,
    prefix: &str,
) -> Both {
    let files = match tree.files() {
        Ok(files) => files,
        Err(err) => return Both { zip: hash_zip(archive, inflater), dir: Err(err), ..Both::empty() },
    };
    let mut sides = Sides {
        tree,
        prefix,
        files: files.into_iter().map(|file| (file, Beside::Unseen)).collect(),
        both: Both::empty(),
    };
    let zip = sides.walk(archive, inflater);
    let dir = sides.finish_dir();
    let mut both = sides.both;
    if zip.is_err() {
        both.added.clear();
    }
    both.zip = zip;
    both.dir = dir;
    both
}

impl Both {
    fn empty() -> Both {
        let (zip, dir) = (Ok(String::new()), Ok(String::new()));
        Both { zip, dir, changed: Vec::new(), added: Vec::new(), missing: Vec::new() }
    }
}

/// Both sides while the zip is walked.
struct Sides<'t> {
    tree: &'t dyn Tree,
    prefix: &'t str,
    /// The files of the directory, with what the zip says of them.
    files: BTreeMap<String, Beside>,
    both: Both,
}

/// A file of the directory, seen from the zip.
enum Beside {
    Unseen,
    /// The same content, which has this sum.
    Same(Sum),
    Other,
}

impl Sides<'_> {
    fn walk<R: ReadAt>(&mut self, archive: &Archive<R>, inflater: &mut Inflater) -> Result<String, ZipError> {
        let mut buffer = std::mem::take(&mut inflater.beside);
        buffer.resize(BLOCK + 1, 0);
        let walked = self.walk_with(archive, inflater, &mut buffer);
        inflater.beside = buffer;
        walked
    }

    fn walk_with<R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        inflater: &mut Inflater,
        buffer: &mut [u8],
    ) -> Result<String, ZipError> {
        let mut sums = EntrySums::new(archive);
        for at in sums.order() {
            let entry = sums.entry(at)?;
            let file = self.file_of(entry);
            let known = file.as_ref().is_some_and(|file| self.files.contains_key(file));
            let opened = file.as_ref().filter(|_| known).and_then(|file| self.tree.open(file).ok());
            let mut twin = opened.map(|file| Twin::new(file, entry.size));
            let mut sum = Sha256::new();
            inflater.read(archive, entry, &mut |piece| {
                sum.update(piece);
                if let Some(twin) = &mut twin {
                    twin.compare(piece, buffer);
                }
                sums.spend(piece)
            })?;
            sums.sums[at] = sum.finalize().into();
            let same = twin.is_some_and(Twin::ended_same);
            match file {
                Some(file) if same => {
                    self.files.insert(file, Beside::Same(sums.sums[at]));
                }
                Some(file) if known => {
                    self.both.changed.push(file.clone());
                    self.files.insert(file, Beside::Other);
                }
                Some(file) => self.both.missing.push(file),
                None => {}
            }
        }
        sums.finish()
    }

    /// The path of an entry in the directory, if it is a file below the prefix.
    fn file_of(&self, entry: &Entry) -> Option<String> {
        let file = entry.name.strip_prefix(self.prefix.as_bytes())?.strip_prefix(b"/")?;
        let file = std::str::from_utf8(file).ok().filter(|file| !file.is_empty())?;
        (!entry.is_dir()).then(|| file.to_owned())
    }

    /// Hashes what the zip did not settle.
    fn finish_dir(&mut self) -> io::Result<String> {
        let mut summary = Summary::default();
        for (file, beside) in &self.files {
            if let Beside::Unseen = beside {
                self.both.added.push(file.clone());
            }
            let sum = match beside {
                Beside::Same(sum) => *sum,
                _ => hash_content(self.tree.open(file)?)?,
            };
            summary.add(format!("{}/{file}", self.prefix), sum);
        }
        summary.finish().ok_or_else(newline)
    }
}

/// The file beside an entry, compared with it piece by piece.
struct Twin<'t> {
    file: Box<dyn Read + 't>,
    /// What of the entry is still to come.
    left: u64,
    same: bool,
    ended: bool,
}

const BLOCK: usize = 256 << 10;

impl<'t> Twin<'t> {
    fn new(file: Box<dyn Read + 't>, size: u64) -> Twin<'t> {
        Twin { file, left: size, same: true, ended: false }
    }

    /// `buffer` has room for a block and one byte more.
    fn compare(&mut self, mut piece: &[u8], buffer: &mut [u8]) {
        while self.same && !piece.is_empty() {
            let (block, rest) = piece.split_at(piece.len().min(BLOCK));
            self.left = self.left.saturating_sub(block.len() as u64);
            // Behind the last block a byte more is asked for: a file that has none needs no further look at its end.
            let last = self.left == 0 && rest.is_empty();
            let got = fill(&mut self.file, &mut buffer[..block.len() + usize::from(last)], block.len());
            self.same = got.is_some_and(|got| got == block.len() && buffer[..got] == *block);
            self.ended = last;
            piece = rest;
        }
    }

    /// Whether all was the same, and nothing follows.
    fn ended_same(mut self) -> bool {
        self.same && (self.ended || matches!(self.file.read(&mut [0]), Ok(0)))
    }
}

/// Reads until the buffer has at least `enough` bytes or the file ends; answers how many. `None` where it cannot be read.
fn fill(file: &mut dyn Read, buffer: &mut [u8], enough: usize) -> Option<usize> {
    let mut got = 0;
    while got < enough {
        match file.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(got)
}

/// The sums of a zip's entries; of entries of one name the last one counts for all.
struct EntrySums<'a> {
    entries: &'a [Entry],
    last: BTreeMap<&'a [u8], usize>,
    sums: Vec<Sum>,
    /// What may still be unpacked.
    left: u64,
}

impl<'a> EntrySums<'a> {
    fn new<R: ReadAt>(archive: &'a Archive<R>) -> EntrySums<'a> {
        let entries = archive.entries();
        let last = entries.iter().enumerate().map(|(at, entry)| (entry.name.as_slice(), at)).collect();
        EntrySums { entries, last, sums: vec![[0; 32]; entries.len()], left: MAX_ZIP_FILE }
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

    /// The entries whose content counts, in the order of their names: Go's, so that its first error is ours.
    fn order(&self) -> Vec<usize> {
        self.last.values().copied().collect()
    }

    fn entry(&self, at: usize) -> Result<&'a Entry, ZipError> {
        let entry = &self.entries[at];
        if entry.name.contains(&b'\n') {
            return Err(ZipError::new(ZipFault::Name, newline().to_string()));
        }
        Ok(entry)
    }

    fn finish(self) -> Result<String, ZipError> {
        let mut summary = Summary::default();
        for entry in self.entries {
            summary.add(entry.name.as_slice(), self.sums[self.last[entry.name.as_slice()]]);
        }
        summary.finish().ok_or_else(|| ZipError::new(ZipFault::Name, newline().to_string()))
    }
}

fn hash_content(mut content: impl Read) -> io::Result<Sum> {
    let mut sum = Sha256::new();
    let mut buffer = vec![0; BLOCK];
    loop {
        match content.read(&mut buffer) {
            Ok(0) => return Ok(sum.finalize().into()),
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
mod tests {
    use super::*;
    use crate::module::zip::made::{Claim, Made, stored};

    /// Files in memory; one that is `None` cannot be opened.
    struct Files(Vec<(&'static str, Option<&'static [u8]>)>);

    impl Tree for Files {
        fn files(&self) -> io::Result<Vec<String>> {
            Ok(self.0.iter().map(|(name, _)| (*name).to_owned()).collect())
        }

        fn open(&self, file: &str) -> io::Result<Box<dyn Read + '_>> {
            let found = self.0.iter().find(|(name, _)| *name == file).and_then(|(_, content)| *content);
            found
                .map(|content| Box::new(content) as Box<dyn Read>)
                .ok_or_else(|| io::Error::other("no such file"))
        }
    }

    const PREFIX: &str = "ex.test/a@v1.0.0";
    const WANT: &str = "h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=";
    const GO: &[u8] = b"package x\n";
    const MOD: &[u8] = b"module ex.test/a\n";

    fn zip() -> Vec<u8> {
        stored(&[("ex.test/a@v1.0.0/x.go", GO), ("ex.test/a@v1.0.0/go.mod", MOD)])
    }

    fn both(zip: &[u8], files: Files) -> Both {
        hash_both(&Archive::open(zip).unwrap(), &mut Inflater::default(), &files, PREFIX)
    }

    fn whole() -> Files {
        Files(vec![("go.mod", Some(MOD)), ("x.go", Some(GO))])
    }

    #[test]
    fn known_hashes() {
        let zip = zip();
        let archive = Archive::open(zip.as_slice()).unwrap();
        assert_eq!(hash_zip(&archive, &mut Inflater::default()).as_deref(), Ok(WANT));
        assert_eq!(hash_dir(&whole(), PREFIX).unwrap(), WANT);
        assert_eq!(hash_go_mod(MOD), "h1:C0T/DOQhzlZPwAf3OOI5JvCBsWOyeujTcoQaba6cNoQ=");
        assert_eq!(hash_go_mod(b""), crate::text::gosum::EMPTY_GO_MOD);
    }

    #[test]
    fn names_with_newlines_are_refused() {
        assert_eq!(hash1([("a\nb".to_owned(), GO)]).unwrap_err().to_string(), newline().to_string());
        let zip = stored(&[("a\nb", GO)]);
        let err = hash_zip(&Archive::open(zip).unwrap(), &mut Inflater::default()).unwrap_err();
        assert_eq!((err.fault, err.words), (ZipFault::Name, newline().to_string()));
    }

    #[test]
    fn directory_entries_count_and_the_last_of_equals_does() {
        let hash = |entries: &[(&str, &[u8])]| {
            let zip = stored(entries);
            hash_zip(&Archive::open(zip).unwrap(), &mut Inflater::default()).unwrap()
        };
        assert_ne!(hash(&[("a/", b""), ("a/b", GO)]), hash(&[("a/b", GO)]));
        assert_eq!(hash(&[("a", MOD), ("a", GO)]), hash(&[("a", GO), ("a", GO)]));
        assert_ne!(hash(&[("a", MOD), ("a", GO)]), hash(&[("a", GO)]));
    }

    #[test]
    fn same_on_both_sides() {
        let both = both(&zip(), whole());
        assert_eq!((both.zip.as_deref(), both.dir.unwrap().as_str()), (Ok(WANT), WANT));
        assert!(both.changed.is_empty() && both.added.is_empty() && both.missing.is_empty());
    }

    #[test]
    fn differences_are_named_and_hashed() {
        let odd = || Files(vec![("go.mod", Some(b"module ex.test/b\n")), (".DS_Store", Some(b"x"))]);
        let both = both(&zip(), odd());
        assert_eq!(both.zip.as_deref(), Ok(WANT));
        assert_eq!(both.dir.unwrap(), hash_dir(&odd(), PREFIX).unwrap());
        assert_eq!(
            (both.changed, both.added, both.missing),
            (vec!["go.mod".to_owned()], vec![".DS_Store".to_owned()], vec!["x.go".to_owned()])
        );
        for (tail, name) in [(&b"package x\n "[..], "longer"), (b"package x", "shorter"), (b"", "empty")] {
            let files = || Files(vec![("go.mod", Some(MOD)), ("x.go", Some(tail))]);
            let both = super::tests::both(&zip(), files());
            assert_eq!(both.changed, ["x.go"], "{name}");
            assert_eq!(both.dir.unwrap(), hash_dir(&files(), PREFIX).unwrap());
        }
    }

    #[test]
    fn one_damaged_side_does_not_hide_the_other() {
        let mut broken =
            Made::new().deflated("ex.test/a@v1.0.0/go.mod", MOD).deflated("ex.test/a@v1.0.0/x.go", GO).zip();
        let at = memchr::memmem::find(&broken, b"x.go").unwrap() + 4;
        broken[at] ^= 0x55;
        let both = both(&broken, whole());
        assert!(both.zip.is_err());
        assert_eq!(both.dir.unwrap(), WANT);
        let both = super::tests::both(&zip(), Files(vec![("go.mod", Some(MOD)), ("x.go", None)]));
        assert_eq!(both.zip.as_deref(), Ok(WANT));
        assert_eq!(both.dir.unwrap_err().to_string(), "no such file");
    }

    #[test]
    fn bombs_are_stopped() {
        let block = crate::module::zip::made::deflate(&vec![0; 30 << 20]);
        let crc = libdeflater::crc32(&vec![0; 30 << 20]);
        let claim = Claim { method: 8, crc, size: 30 << 20, ..Claim::stored(b"") };
        let made =
            (0..20).fold(Made::new(), |made, at| made.entry(format!("{at}").as_bytes(), &block, &claim));
        let err = hash_zip(&Archive::open(made.zip()).unwrap(), &mut Inflater::default()).unwrap_err();
        assert_eq!(err.fault, ZipFault::TooLarge);
    }
}
