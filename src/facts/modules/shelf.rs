//! What a cache can have at all, from listings of its directories: each is read once, so that a go.sum of a million
//! lines costs no more looks than the cache has directories on the way.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile};
use crate::world::{Files, ReadError};

/// Both halves of a cache. Module versions are best asked for in order: neighbours share most of the way.
pub(super) struct Shelves<'w> {
    cache: &'w Cache,
    download: Shelf<'w>,
    extracted: Shelf<'w>,
}

impl<'w> Shelves<'w> {
    pub(super) fn new(files: &'w Files, cache: &'w Cache) -> Shelves<'w> {
        let shelf = |root| Shelf { files, root, way: Vec::new() };
        Shelves { cache, download: shelf(cache.download()), extracted: shelf(cache.root().to_path_buf()) }
    }

    /// Whether there may be anything of a module version: no only where nothing is there for certain.
    pub(super) fn may_have(&mut self, module: &ModVer) -> bool {
        let (Ok(zip), Ok(extracted)) =
            (self.cache.file(module, CacheFile::Zip), self.cache.extracted(module))
        else {
            return false;
        };
        self.extracted.may_have(&extracted, &[""]) || {
            // `v1.0.0.` with each of the endings.
            let stem = zip.with_extension("");
            self.download.may_have(&stem, &[".zip", ".ziphash", ".mod", ".info", ".partial"])
        }
    }
}

/// The listings on the way down to what was asked for last.
struct Shelf<'w> {
    files: &'w Files,
    root: PathBuf,
    way: Vec<Level>,
}

struct Level {
    /// The directory's own name in the one above; nothing for the root.
    name: OsString,
    /// What it holds, sorted; `None` where that cannot be told.
    names: Option<Vec<String>>,
}

impl Shelf<'_> {
    /// Whether the file of this name with one of these endings may be there.
    fn may_have(&mut self, file: &Path, endings: &[&str]) -> bool {
        let (Some(dir), Some(name)) = (file.parent(), file.file_name().and_then(OsStr::to_str)) else {
            return true;
        };
        match self.names(dir) {
            Some(names) => endings.iter().any(|ending| has(names, &format!("{name}{ending}"))),
            None => true,
        }
    }

    /// What a directory below the root holds; no names where it is not there, `None` where that cannot be told.
    fn names(&mut self, dir: &Path) -> Option<&[String]> {
        let below = dir.strip_prefix(&self.root).ok()?;
        let mut at = self.root.clone();
        self.step(0, OsStr::new(""), &at);
        for (depth, name) in below.iter().enumerate() {
            let above = self.way[depth].names.as_deref();
            if above.zip(name.to_str()).is_some_and(|(names, name)| !has(names, name)) {
                return Some(&[]);
            }
            at.push(name);
            self.step(depth + 1, name, &at);
        }
        self.way.get(below.iter().count())?.names.as_deref()
    }

    /// Makes the level at this depth the one of this directory.
    fn step(&mut self, depth: usize, name: &OsStr, dir: &Path) {
        if self.way.get(depth).is_some_and(|level| level.name == name) {
            return;
        }
        self.way.truncate(depth);
        let names = match self.files.list(dir) {
            Ok(names) => Some(names),
            Err(ReadError::Absent) => Some(Vec::new()),
            Err(_) => None,
        };
        self.way.push(Level { name: name.to_owned(), names });
    }
}

fn has(names: &[String], name: &str) -> bool {
    names.binary_search_by(|have| have.as_str().cmp(name)).is_ok()
}
