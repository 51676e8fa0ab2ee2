//! Module, import and file paths, and versions that fit them: what Go accepts, in Go's words (x/mod/module).

mod check;
mod escape;
mod major;

use std::fmt;

use super::gostr;
use super::semver;

pub use check::{check_elem_of_file, check_file_path, check_import_path, check_path};
pub use escape::{escape_path, escape_version, unescape_path, unescape_version};
pub use major::{check_path_major, match_path_major, path_major_prefix, split_path_version};

/// A module version (`module.Version`): a path and a version, both unescaped.
///
/// In directives the version may be empty: all versions, or none because the path is a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModVer {
    pub path: String,
    pub version: String,
}

impl ModVer {
    pub fn new(path: impl Into<String>, version: impl Into<String>) -> ModVer {
        ModVer { path: path.into(), version: version.into() }
    }
}

impl fmt::Display for ModVer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version.as_str() {
            "" => f.write_str(&self.path),
            version => write!(f, "{}@{version}", self.path),
        }
    }
}

/// What a path names; the rules differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    Module,
    Import,
    File,
}

/// `InvalidPathError`: `malformed module path "x": why`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    pub kind: PathKind,
    pub path: String,
    pub why: String,
}

/// `InvalidVersionError`: `version "x" invalid: why`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionError {
    pub version: String,
    /// It was to be a pseudo-version.
    pub pseudo: bool,
    pub why: String,
}

/// Why a path and a version are no module version (`module.Check`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckError {
    Path(PathError),
    Version { path: String, error: VersionError },
}

/// `module.Check`: a valid path, a semantic version, and both of one major version.
pub fn check(path: &str, version: &str) -> Result<(), CheckError> {
    check_path(path).map_err(CheckError::Path)?;
    let refuse = |error| CheckError::Version { path: path.to_owned(), error };
    if !semver::is_valid(version) {
        return Err(refuse(VersionError::new(version, "not a semantic version")));
    }
    let (_, path_major) = split_path_version(path).unwrap_or((path, ""));
    check_path_major(version, path_major).map_err(refuse)
}

impl ModVer {
    /// Whether the version is one in full and fits the path, as go names its files after it.
    pub fn is_canonical(&self) -> bool {
        check(&self.path, &self.version).is_ok() && canonical_version(&self.version) == self.version
    }
}

/// `module.CanonicalVersion`: `semver.Canonical`, but `+incompatible` stays.
pub fn canonical_version(version: &str) -> String {
    let canonical = semver::canonical(version);
    match semver::build(version) {
        "+incompatible" => canonical + "+incompatible",
        _ => canonical,
    }
}

impl VersionError {
    pub fn new(version: &str, why: impl Into<String>) -> VersionError {
        VersionError { version: version.to_owned(), pseudo: false, why: why.into() }
    }

    fn noun(&self) -> &'static str {
        if self.pseudo { "pseudo-version" } else { "version" }
    }
}

impl fmt::Display for PathKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PathKind::Module => "module",
            PathKind::Import => "import",
            PathKind::File => "file",
        })
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed {} path {}: {}", self.kind, gostr::quote(&self.path), self.why)
    }
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} invalid: {}", self.noun(), gostr::quote(&self.version), self.why)
    }
}

impl fmt::Display for CheckError {
    /// `ModuleError.Error`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckError::Path(error) => error.fmt(f),
            CheckError::Version { path, error } => {
                write!(f, "{path}@{}: invalid {}: {}", error.version, error.noun(), error.why)
            }
        }
    }
}

impl std::error::Error for PathError {}
impl std::error::Error for VersionError {}
impl std::error::Error for CheckError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_version_must_fit() {
        assert_eq!(check("ex.test/a/v2", "v2.1.0"), Ok(()));
        assert_eq!(
            check("ex.test/a", "v2.0.0").unwrap_err().to_string(),
            "ex.test/a@v2.0.0: invalid version: should be v0 or v1, not v2"
        );
        assert_eq!(
            check("ex.test/a", "main").unwrap_err().to_string(),
            "ex.test/a@main: invalid version: not a semantic version"
        );
        assert_eq!(
            check("A.test/a", "v1.0.0").unwrap_err().to_string(),
            "malformed module path \"A.test/a\": invalid char 'A' in first path element"
        );
    }

    #[test]
    fn canonical_versions() {
        assert_eq!(canonical_version("v2.0.0+incompatible"), "v2.0.0+incompatible");
        assert_eq!(canonical_version("v2.0.0+meta"), "v2.0.0");
        assert_eq!(canonical_version("master"), "");
    }
}
