//! What was hashed before and has not changed since: by inode, size, mtime and ctime of every file.
//!
//! Only sound entries are remembered; what is damaged is hashed again each time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::look::Looked;
use crate::digest::Sha256;
use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile};
use crate::module::truth::{Part, Said, Sighting, Witness};
use crate::order::Order;
use crate::world::{FileKind, Files, Stat, World};

/// Module versions remembered at most.
const LIMIT: usize = 20_000;

#[derive(Default, Serialize, Deserialize)]
struct Note {
    schema: String,
    modules: BTreeMap<String, Kept>,
}

/// A sound entry.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    /// Of all its files.
    mark: String,
    /// What zip, `.ziphash` and directory have in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    zip: Option<String>,
    /// Which of them are there: `z`, `h`, `d`.
    there: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    gomod: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner: Option<String>,
}

/// The memory of one cache.
pub(super) struct Memo {
    name: String,
    old: BTreeMap<String, Kept>,
    new: Mutex<BTreeMap<String, Kept>>,
}

const SCHEMA: &str = "gobs.modules/1";

impl Memo {
    pub(super) fn load(world: &World, cache: &Cache) -> Memo {
        let root = Sha256::digest(cache.root().as_os_str().as_encoded_bytes());
        let name = format!("modules-{:02x}{:02x}{:02x}{:02x}.json", root[0], root[1], root[2], root[3]);
        let note: Note =
            world.note(&name).and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let old = if note.schema == SCHEMA { note.modules } else { BTreeMap::new() };
        Memo { name, old, new: Mutex::default() }
    }

    /// What is known of a version, if its files are as they were; and the mark to remember it by.
    pub(super) fn recall(
        &self,
        files: &Files,
        cache: &Cache,
        module: &ModVer,
    ) -> (Option<String>, Option<Looked>) {
        let Some(mark) = mark(files, cache, module) else { return (None, None) };
        let kept = self.old.get(&module.to_string()).filter(|kept| kept.mark == mark);
        let looked = kept.map(|kept| kept.looked(module));
        (Some(mark), looked)
    }

    /// Remembers a version, if it is sound.
    pub(super) fn remember(&self, looked: &Looked, mark: String) {
        if let Some(kept) = Kept::of(looked, mark)
            && let Ok(mut new) = self.new.lock()
        {
            new.insert(looked.module.to_string(), kept);
        }
    }

    pub(super) fn store(self, world: &World) {
        let new = self.new.into_inner().unwrap_or_default();
        if new.is_empty() {
            return;
        }
        let mut modules = if self.old.len() + new.len() > LIMIT { BTreeMap::new() } else { self.old };
        modules.extend(new);
        let note = Note { schema: SCHEMA.to_owned(), modules };
        world.keep(&self.name, &serde_json::to_vec(&note).unwrap_or_default());
    }
}

impl Kept {
    fn of(looked: &Looked, mark: String) -> Option<Kept> {
        let mut kept = Kept { mark, zip: None, there: String::new(), gomod: None, inner: None };
        let sound = looked.illegal.is_none()
            && looked.bad_info.is_none()
            && looked.unread.is_none()
            && looked.differing.is_empty();
        for one in &looked.sightings {
            let letter = match one.witness {
                Witness::Zip => 'z',
                Witness::ZipHash => 'h',
                Witness::Dir => 'd',
                Witness::Mod => {
                    kept.gomod = Some(one.hash()?.to_owned());
                    continue;
                }
                Witness::InnerMod => {
                    kept.inner = Some(one.hash()?.to_owned());
                    continue;
                }
                _ => continue,
            };
            match &one.said {
                Said::Hash(hash) if kept.zip.as_ref().is_none_or(|zip| zip == hash) => {
                    kept.zip = Some(hash.clone());
                    kept.there.push(letter);
                }
                Said::Absent if letter == 'h' => {}
                _ => return None,
            }
        }
        sound.then_some(kept)
    }

    fn looked(&self, module: &ModVer) -> Looked {
        let mut looked = Looked::new(module.clone());
        let mut saw = |witness: Witness, part, hash: &Option<String>| {
            if let Some(hash) = hash {
                looked.cached = true;
                looked.sightings.push(Sighting::new(witness, part, Said::Hash(hash.clone())));
            }
        };
        for letter in ['z', 'd', 'h'] {
            let witness = match letter {
                'z' => Witness::Zip,
                'd' => Witness::Dir,
                _ => Witness::ZipHash,
            };
            if self.there.contains(letter) {
                saw(witness, Part::Zip, &self.zip);
            }
        }
        saw(Witness::Mod, Part::GoMod, &self.gomod);
        saw(Witness::InnerMod, Part::GoMod, &self.inner);
        if !self.there.contains('h') {
            looked.sightings.push(Sighting::new(Witness::ZipHash, Part::Zip, Said::Absent));
        }
        looked
    }
}

/// What changes whenever a file of the entry does; `None` where nothing of it is there.
fn mark(files: &Files, cache: &Cache, module: &ModVer) -> Option<String> {
    let mut sum = Sha256::new();
    let mut any = false;
    let kinds = [CacheFile::Zip, CacheFile::ZipHash, CacheFile::Mod, CacheFile::Info, CacheFile::Partial];
    for kind in kinds {
        let stat = files.lstat(&cache.file(module, kind).ok()?).ok();
        any |= stat.is_some();
        add(&mut sum, kind.suffix(), stat.as_ref());
    }
    let root = cache.extracted(module).ok()?;
    let itself = files.lstat(&root).map(|stat| stat.kind);
    any |= itself.is_ok();
    sum.update([u8::from(itself == Ok(FileKind::Symlink)), u8::from(itself == Ok(FileKind::Dir))]);
    let mut dirs = vec![String::new()];
    while let Some(dir) = dirs.pop() {
        let Ok(mut entries) = files.entries(&join(&root, &dir)) else { continue };
        entries.order_by(|a, b| a.0.cmp(&b.0));
        for (name, kind) in entries {
            let path = if dir.is_empty() { name } else { format!("{dir}/{name}") };
            match kind {
                FileKind::Dir => dirs.push(path),
                _ => add(&mut sum, &path, files.lstat(&root.join(&path)).ok().as_ref()),
            }
        }
    }
    any.then(|| sum.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

fn join(root: &Path, below: &str) -> std::path::PathBuf {
    if below.is_empty() { root.to_path_buf() } else { root.join(below) }
}

fn add(sum: &mut Sha256, name: &str, stat: Option<&Stat>) {
    sum.update(name.as_bytes());
    sum.update([0]);
    if let Some(stat) = stat {
        sum.update([1, u8::from(stat.kind == FileKind::Symlink)]);
        sum.update(stat.dev.to_le_bytes());
        sum.update(stat.ino.to_le_bytes());
        sum.update(stat.len.to_le_bytes());
        sum.update(stat.ctime_ns.to_le_bytes());
        let since = stat.mtime.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        sum.update(since.map_or(0, |since| since.as_nanos()).to_le_bytes());
    }
}
