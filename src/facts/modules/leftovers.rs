//! Files in the cache that say by their name or size alone that something was interrupted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::facts::Facts;
use crate::model::{Known, Unknown};
use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile};
use crate::say;
use crate::text::gosum;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// `v1.0.0.zip123456.tmp`, `v1.0.0.partial`: go passes over it.
    Stale(PathBuf),
    /// A file of no bytes, which go takes for the real one.
    Empty(ModVer, CacheFile, PathBuf),
}

/// Modules looked at: a project has fewer.
const MODULES: usize = 3000;

/// A go.sum beyond this belongs to no project whose cache could be looked through in time.
const LARGE: usize = 16 << 20;

impl Facts<'_> {
    /// Those of the project's own modules; locks are normal and not told. Only names and sizes are looked at.
    pub fn leftovers(&self, cache: &Cache) -> Known<Vec<Leftover>> {
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let files = self.sums()?;
        if files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > LARGE {
            return Err(Unknown::new(say!("go.sum is too large for that", "go.sum 过大，不逐个查看")));
        }
        let sums: Vec<gosum::GoSum<'_>> = files.iter().map(|(_, bytes)| gosum::parse(bytes)).collect();
        for entry in sums.iter().flat_map(|sum| &sum.entries) {
            if versions.len() >= MODULES && !versions.contains_key(entry.path) {
                break;
            }
            let known = versions.entry(entry.path).or_default();
            if known.last() != Some(&entry.version) {
                known.push(entry.version);
            }
        }
        let mut found = Vec::new();
        for (path, versions) in versions {
            let Ok(dir) = cache.versions(path) else { continue };
            let names = self.world.files.list(&dir).unwrap_or_default();
            let stale = names.iter().filter(|name| {
                Path::new(name).extension().is_some_and(|ext| ext == "tmp" || ext == "partial")
            });
            found.extend(stale.map(|name| Leftover::Stale(dir.join(name))));
            if !names.is_empty() {
                found.extend(
                    versions.into_iter().flat_map(|version| self.empty(cache, &ModVer::new(path, version))),
                );
            }
        }
        Ok(found)
    }

    fn empty(&self, cache: &Cache, module: &ModVer) -> Vec<Leftover> {
        let kinds = [CacheFile::Zip, CacheFile::Mod, CacheFile::Info];
        let of = |kind| {
            let path = cache.file(module, kind).ok()?;
            let empty = self.world.files.stat(&path).is_ok_and(|stat| stat.len == 0);
            empty.then(|| Leftover::Empty(module.clone(), kind, path))
        };
        kinds.into_iter().filter_map(of).collect()
    }
}

impl Leftover {
    pub fn stale(&self) -> Option<&Path> {
        match self {
            Leftover::Stale(path) => Some(path),
            Leftover::Empty(..) => None,
        }
    }

    pub fn empty(&self) -> Option<(&ModVer, CacheFile, &Path)> {
        match self {
            Leftover::Empty(module, file, path) => Some((module, *file, path)),
            Leftover::Stale(_) => None,
        }
    }
}
