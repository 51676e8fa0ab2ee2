//! Every module version of a cache: what lies under `cache/download`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::module::ModVer;
use crate::module::cache::{self, Cache};
use crate::world::{FileKind, Files, ReadError};

/// The module versions of which a zip or `.mod` is there. Unreadable directories and foreign names are passed over.
pub fn walk(files: &Files, cache: &Cache) -> Result<Vec<ModVer>, ReadError> {
    let top = cache.download();
    let mut found = BTreeSet::new();
    let mut dirs: Vec<(PathBuf, String)> = Vec::new();
    let mut step = |dir: PathBuf, path: String, dirs: &mut Vec<(PathBuf, String)>| {
        for (name, kind) in files.entries(&dir)? {
            if kind == FileKind::Dir && name == "@v" {
                found.extend(versions(files, &dir.join(name), &path));
            } else if kind == FileKind::Dir && !(path.is_empty() && name == "sumdb") {
                let below = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                dirs.push((dir.join(name), below));
            }
        }
        Ok(())
    };
    match step(top, String::new(), &mut dirs) {
        Err(ReadError::Absent) => return Ok(Vec::new()),
        other => other?,
    }
    while let Some((dir, path)) = dirs.pop() {
        let _ = step(dir, path, &mut dirs);
    }
    Ok(found.into_iter().collect())
}

fn versions(files: &Files, dir: &std::path::Path, escaped: &str) -> BTreeSet<ModVer> {
    let names = files.list(dir).unwrap_or_default();
    let stems = names.iter().filter_map(|name| {
        [".zip", ".mod", ".ziphash"].into_iter().find_map(|suffix| name.strip_suffix(suffix))
    });
    stems.filter_map(|version| cache::unescape(escaped, version).ok()).collect()
}
