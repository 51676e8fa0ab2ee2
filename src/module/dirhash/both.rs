//! A zip and the directory it was extracted to, in one pass: an entry is inflated and hashed once, and the file beside it
//! is only compared with it.

use std::io::{self, Read};

use super::{BLOCK, EntrySums, Sum, Summary, Tree, hash_content, hash_zip, newline};
use crate::digest::Sha256;
use crate::module::zip::{Archive, Entry, Inflater, ReadAt, ZipError};

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
    let mut sides = Sides { tree, prefix, files: Side::all(files), next: 0, same: 0, both: Both::empty() };
    let zip = sides.walk(archive, inflater);
    let dir = match &zip {
        // One list of files, one hash.
        Ok(hash) if sides.same == archive.entries().len() && sides.same == sides.files.len() => {
            Ok(hash.clone())
        }
        _ => sides.finish_dir(),
    };
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
    /// The files of the directory by name, with what the zip says of them.
    files: Vec<Side>,
    /// The first of them that the zip, which is walked in the same order, has not passed.
    next: usize,
    /// How many are the same in both.
    same: usize,
    both: Both,
}

struct Side {
    name: String,
    /// Its place in the tree's own list.
    at: usize,
    beside: Beside,
}

impl Side {
    fn all(files: Vec<String>) -> Vec<Side> {
        let side = |(at, name)| Side { name, at, beside: Beside::Unseen };
        let mut all: Vec<Side> = files.into_iter().enumerate().map(side).collect();
        all.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        all
    }
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
        for at in sums.order.clone() {
            let entry = sums.entry(at)?;
            let file = self.file_of(entry);
            let place = file.and_then(|file| self.place(file));
            let side = place.map(|place| &self.files[place]);
            let opened = side.and_then(|side| self.tree.open(side.at, &side.name).ok());
            let mut twin = opened.map(|file| Twin::new(file, entry.size));
            let mut sum = Sha256::new();
            inflater.read(archive, entry, &mut |piece| {
                sum.update(piece);
                if let Some(twin) = &mut twin {
                    twin.compare(piece, buffer);
                }
                sums.spend(piece)
            })?;
            sums.sums[at] = sum.finalize();
            let same = twin.is_some_and(Twin::ended_same);
            match (file, place) {
                (_, Some(place)) if same => {
                    self.same += 1;
                    self.files[place].beside = Beside::Same(sums.sums[at]);
                }
                (Some(file), Some(place)) => {
                    self.both.changed.push(file.to_owned());
                    self.files[place].beside = Beside::Other;
                }
                (Some(file), None) => self.both.missing.push(file.to_owned()),
                (None, _) => {}
            }
        }
        sums.finish()
    }

    /// The path of an entry in the directory, if it is a file below the prefix.
    fn file_of<'e>(&self, entry: &'e Entry) -> Option<&'e str> {
        let file = entry.name.strip_prefix(self.prefix.as_bytes())?.strip_prefix(b"/")?;
        let file = std::str::from_utf8(file).ok().filter(|file| !file.is_empty())?;
        (!entry.is_dir()).then_some(file)
    }

    /// Where the directory has it. Each file is asked for once, in the order of the names.
    fn place(&mut self, file: &str) -> Option<usize> {
        while self.files.get(self.next).is_some_and(|side| side.name.as_str() < file) {
            self.next += 1;
        }
        self.files.get(self.next).filter(|side| side.name == file).map(|_| self.next)
    }

    /// Hashes what the zip did not settle.
    fn finish_dir(&mut self) -> io::Result<String> {
        let mut summary = Summary::default();
        for Side { name, at, beside } in &self.files {
            if let Beside::Unseen = beside {
                self.both.added.push(name.clone());
            }
            let sum = match beside {
                Beside::Same(sum) => *sum,
                _ => hash_content(self.tree.open(*at, name)?)?,
            };
            summary.add(format!("{}/{name}", self.prefix).into_bytes(), sum);
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
