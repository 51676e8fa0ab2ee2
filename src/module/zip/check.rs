//! What go accepts in a module zip (x/mod/zip/zip.go:checkZip).

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Archive, MAX_GO_MOD, MAX_LICENSE, MAX_ZIP_FILE, ReadAt};
use crate::module::ModVer;
use crate::text::{gostr, modpath};

/// The verdict on the entries of a zip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedFiles {
    /// How many files would be unpacked.
    pub valid: usize,
    pub invalid: Vec<FileError>,
    /// The whole is too large; go names nothing else then.
    pub size_error: Option<String>,
}

/// An entry that go refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    pub name: String,
    pub words: String,
}

impl CheckedFiles {
    /// Go's words, if it would refuse the zip (`CheckedFiles.Err`).
    pub fn refusal(&self) -> Option<String> {
        if let Some(words) = &self.size_error {
            return Some(words.clone());
        }
        let lines: Vec<String> = self.invalid.iter().map(|e| format!("{}: {}", e.name, e.words)).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// `checkZip`. The error is for a module version that no zip can be of.
pub fn check_zip<R: ReadAt>(module: &ModVer, archive: &Archive<R>) -> Result<CheckedFiles, String> {
    let canonical = modpath::canonical_version(&module.version);
    if canonical != module.version {
        let (version, canonical) = (gostr::quote(&module.version), gostr::quote(&canonical));
        return Err(format!("version {version} is not canonical (should be {canonical})"));
    }
    modpath::check(&module.path, &module.version).map_err(|err| err.to_string())?;
    let mut checked = CheckedFiles::default();
    if archive.size() > MAX_ZIP_FILE {
        let size = archive.size();
        let words = format!("module zip file is too large ({size} bytes; limit is {MAX_ZIP_FILE} bytes)");
        checked.size_error = Some(words);
        return Ok(checked);
    }
    let prefix = format!("{module}/");
    let mut collisions = Collisions(HashMap::with_capacity(archive.entries().len() * 5 / 4));
    let mut total = 0;
    for entry in archive.entries() {
        let Some(name) = entry.name.strip_prefix(prefix.as_bytes()) else {
            let words = format!("path does not have prefix {}", gostr::quote(&prefix));
            checked.invalid.push(FileError { name: entry.shown(), words });
            continue;
        };
        if name.is_empty() {
            continue;
        }
        let file = name.strip_suffix(b"/");
        let is_dir = file.is_some();
        let name = match check_name(file.unwrap_or(name), is_dir, &mut collisions) {
            Ok(name) => name,
            Err(words) => {
                checked.invalid.push(FileError { name: entry.shown(), words });
                continue;
            }
        };
        if is_dir {
            continue;
        }
        let limit = match name {
            "go.mod" => MAX_GO_MOD,
            "LICENSE" => MAX_LICENSE,
            _ => u64::MAX,
        };
        if i64::try_from(entry.size).is_ok() && MAX_ZIP_FILE - total >= entry.size {
            total += entry.size;
        } else if checked.size_error.is_none() {
            let words = format!(
                "total uncompressed size of module contents too large (max size is {MAX_ZIP_FILE} bytes)"
            );
            checked.size_error = Some(words);
        }
        if entry.size > limit && i64::try_from(entry.size).is_ok() {
            let words = format!("{name} file too large (max size is {limit} bytes)");
            checked.invalid.push(FileError { name: entry.shown(), words });
            continue;
        }
        checked.valid += 1;
    }
    Ok(checked)
}

/// The check before the hash (`downloadZip`): the words for the first entry that is not of this module version.
pub fn unexpected_file<R: ReadAt>(module: &ModVer, archive: &Archive<R>) -> Option<String> {
    let prefix = format!("{module}/");
    let stray = archive.entries().iter().find(|entry| !entry.name.starts_with(prefix.as_bytes()))?;
    Some(format!("zip for {module} has unexpected file {}", stray.shown()))
}

/// The checks of one name, without the slash of a directory.
fn check_name<'n>(name: &'n [u8], is_dir: bool, collisions: &mut Collisions<'n>) -> Result<&'n str, String> {
    if !is_clean(name) {
        return Err("file path is not clean".into());
    }
    let Ok(name) = std::str::from_utf8(name) else {
        return Err(format!("malformed file path {}: invalid UTF-8", gostr::quote_bytes(name)));
    };
    modpath::check_file_path(name).map_err(|err| err.to_string())?;
    collisions.check(name, is_dir)?;
    let base = name.rsplit('/').next().unwrap_or(name);
    if !is_dir && base.eq_ignore_ascii_case("go.mod") {
        if base != name {
            return Err("go.mod file not in module root directory".into());
        }
        if name != "go.mod" {
            return Err("go.mod files must have lowercase names".into());
        }
    }
    Ok(name)
}

/// Whether `path.Clean` would leave the name as it is.
fn is_clean(name: &[u8]) -> bool {
    if name == b"." || name == b"/" {
        return true;
    }
    let rooted = name.starts_with(b"/");
    let mut climbing = !rooted;
    name[usize::from(rooted)..].split(|b| *b == b'/').all(|element| match element {
        b"" | b"." => false,
        b".." => climbing,
        _ => {
            climbing = false;
            true
        }
    })
}

/// `collisionChecker`: the paths so far, folded, with how they were written and whether they are directories.
struct Collisions<'n>(HashMap<Cow<'n, str>, (&'n str, bool)>);

impl<'n> Collisions<'n> {
    fn check(&mut self, path: &'n str, is_dir: bool) -> Result<(), String> {
        let (mut path, mut is_dir) = (path, is_dir);
        loop {
            let folded = gostr::fold(path);
            match self.0.get(folded.as_ref()) {
                Some((other, _)) if *other != path => {
                    let (other, path) = (gostr::quote(other), gostr::quote(path));
                    return Err(format!("case-insensitive file name collision: {other} and {path}"));
                }
                Some((_, other)) if *other != is_dir => {
                    return Err(format!("entry {} is both a file and a directory", gostr::quote(path)));
                }
                Some(_) if !is_dir => {
                    return Err(format!("multiple entries for file {}", gostr::quote(path)));
                }
                // A directory that is known has known parents.
                Some(_) => return Ok(()),
                None => _ = self.0.insert(folded, (path, is_dir)),
            }
            match path.rsplit_once('/') {
                Some((parent, _)) => (path, is_dir) = (parent, true),
                None => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_names() {
        for clean in ["a", "a/b", "..", "../a", ".", "/", "/a", "../../a", "..a"] {
            assert!(is_clean(clean.as_bytes()), "{clean}");
        }
        for not in ["", "a/", "a//b", "./a", "a/.", "a/../b", "/..", "//", "../a/.."] {
            assert!(!is_clean(not.as_bytes()), "{not}");
        }
    }
}
