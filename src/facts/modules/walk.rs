//! Every module version of a cache: what lies under `cache/download`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::module::ModVer;
use crate::module::cache::{self, Cache};
use crate::order::{Gather, Order};
use crate::world::{FileKind, Files, ReadError};

/// What lies in a cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// The module versions of which a zip or `.mod` is there.
    pub modules: Vec<ModVer>,
    /// Directories that may not be read: what is below them is not known.
    pub unread: Vec<PathBuf>,
}

/// Foreign names and what is no directory are passed over.
pub fn walk(files: &Files, cache: &Cache) -> Result<Walked, ReadError> {
    let top = cache.download();
    let mut walked = Walked::default();
    let mut dirs: Vec<(PathBuf, String)> = Vec::new();
    let mut step = |dir: PathBuf, path: &str, dirs: &mut Vec<(PathBuf, String)>| {
        for (name, kind) in files.entries(&dir)? {
            if kind == FileKind::Dir && name == "@v" {
                let dir = dir.join(name);
                match versions(files, &dir, path) {
                    Ok(found) => walked.modules.extend(found),
                    Err(ReadError::Denied) => walked.unread.push(dir),
                    Err(_) => {}
                }
            } else if kind == FileKind::Dir && !(path.is_empty() && name == "sumdb") {
                let below = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                dirs.push((dir.join(name), below));
            }
        }
        Ok(())
    };
    match step(top, "", &mut dirs) {
        Err(ReadError::Absent) => return Ok(Walked::default()),
        other => other?,
    }
    let mut unread = Vec::new();
    while let Some((dir, path)) = dirs.pop() {
        if step(dir.clone(), &path, &mut dirs) == Err(ReadError::Denied) {
            unread.push(dir);
        }
    }
    walked.unread.extend(unread);
    walked.modules.order();
    walked.unread.order();
    Ok(walked)
}

fn versions(files: &Files, dir: &std::path::Path, escaped: &str) -> Result<BTreeSet<ModVer>, ReadError> {
    let names = files.list(dir)?;
    let stems = names.iter().filter_map(|name| {
        [".zip", ".mod", ".ziphash"].into_iter().find_map(|suffix| name.strip_suffix(suffix))
    });
    let known = stems.filter_map(|version| cache::unescape(escaped, version).ok());
    Ok(known.filter(ModVer::is_canonical).gather_set())
}
