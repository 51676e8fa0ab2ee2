//! Whether the go.mod at a revision speaks for the module that was asked for (`coderepo.go:findDir`, `modload/modfile.go`).

use super::revision::Place;
use crate::text::gomod::module_path;
use crate::text::{modpath, semver};

/// How a go.mod does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It declares another path.
    OtherPath { declares: String },
    /// The major versions of path, tag and go.mod do not go together; go's words.
    Major { declares: String, says: String },
    /// There is none where one must be; go's words.
    Absent { says: String },
}

/// Judges the go.mod files that [`Place::gomods`] names, in that order; `None` for one that is not there.
pub fn fits(path: &str, place: &Place, version: &str, files: &[Option<Vec<u8>>]) -> Result<(), Unfit> {
    let names = place.gomods();
    let of = |at: usize| files.get(at).and_then(Option::as_ref).map(|bytes| module_path(bytes));
    let (first, second) = (of(0), of(1));
    let incompatible = version.ends_with("+incompatible");
    if incompatible && first.is_some() {
        let major = semver::major(version);
        let says = format!(
            "module contains a go.mod file, so module path must match major version (\"{path}/{major}\")"
        );
        return Err(Unfit::Major { declares: first.unwrap_or_default(), says });
    }
    let right_major =
        |declares: &str| major_of(declares).is_some_and(|major| same_major(major, &place.major));
    let taken = match (&first, &second) {
        (_, Some(below)) if right_major(below) => below,
        (_, Some(below)) => {
            let says = format!("{} has non-...{} module path {below:?}", names[1], place.major);
            return Err(Unfit::Major { declares: below.clone(), says });
        }
        (Some(declares), None) if right_major(declares) => declares,
        (Some(declares), None) => return Err(wrong_major(place, &names[0], declares, version)),
        (None, None) if place.dir.is_empty() && (place.major.is_empty() || place.major.starts_with('.')) => {
            return Ok(());
        }
        (None, None) => {
            let says = match names.get(1) {
                Some(below) => format!("missing {} and {below}", names[0]),
                None => format!("missing {}", names[0]),
            };
            return Err(Unfit::Absent { says });
        }
    };
    match taken == path {
        true => Ok(()),
        false => Err(Unfit::OtherPath { declares: taken.clone() }),
    }
}

fn wrong_major(place: &Place, file: &str, declares: &str, version: &str) -> Unfit {
    let says = if declares.is_empty() {
        format!("{file} is missing module path")
    } else if !place.major.is_empty() {
        let below = if place.may_be_below {
            format!(" (and ...{}/go.mod does not exist)", place.major)
        } else {
            String::new()
        };
        format!("{file} has non-...{} module path {declares:?}{below}", place.major)
    } else {
        let major = if semver::is_valid(version) { semver::major(version) } else { "v0" };
        format!("{file} has post-{major} module path {declares:?}")
    };
    Unfit::Major { declares: declares.to_owned(), says }
}

fn major_of(declares: &str) -> Option<&str> {
    let (head, major) = modpath::split_path_version(declares)?;
    (!head.is_empty()).then_some(major)
}

/// `isMajor`: the digits agree; a path without a suffix takes v0 and v1 of gopkg.in, too.
fn same_major(have: &str, want: &str) -> bool {
    match (have.is_empty(), want.is_empty()) {
        (_, true) => matches!(modpath::path_major_prefix(have), Some("" | "v0" | "v1")),
        (true, false) => false,
        (false, false) => have[1..] == want[1..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(dir: &str, major: &str, below: bool) -> Place {
        Place { dir: dir.into(), major: major.into(), may_be_below: below }
    }

    fn gomod(path: &str) -> Option<Vec<u8>> {
        Some(format!("module {path}\n\ngo 1.21\n").into_bytes())
    }

    fn says(found: Result<(), Unfit>) -> String {
        match found {
            Ok(()) => "fits".into(),
            Err(Unfit::OtherPath { declares }) => format!("declares {declares}"),
            Err(Unfit::Major { says, .. } | Unfit::Absent { says }) => says,
        }
    }

    #[test]
    fn as_go_judges() {
        let root = place("", "", false);
        let two = place("", "/v2", true);
        for (path, place, version, files, want) in [
            ("a.b/r", &root, "v1.0.0", vec![gomod("a.b/r")], "fits"),
            ("a.b/r", &root, "v1.0.0", vec![None], "fits"),
            ("a.b/r", &root, "v1.0.0", vec![gomod("a.b/R")], "declares a.b/R"),
            (
                "a.b/r",
                &root,
                "v1.0.0",
                vec![gomod("a.b/r/v2")],
                "go.mod has post-v1 module path \"a.b/r/v2\"",
            ),
            (
                "a.b/r",
                &root,
                "v2.0.0+incompatible",
                vec![gomod("a.b/r")],
                "module contains a go.mod file, so module path must match major version (\"a.b/r/v2\")",
            ),
            ("a.b/r", &root, "v2.0.0+incompatible", vec![None], "fits"),
            ("a.b/r/v2", &two, "v2.0.0", vec![gomod("a.b/r/v2"), None], "fits"),
            ("a.b/r/v2", &two, "v2.0.0", vec![gomod("a.b/r"), gomod("a.b/r/v2")], "fits"),
            (
                "a.b/r/v2",
                &two,
                "v2.0.0",
                vec![gomod("a.b/r"), None],
                "go.mod has non-.../v2 module path \"a.b/r\" (and .../v2/go.mod does not exist)",
            ),
            ("a.b/r/v2", &two, "v2.0.0", vec![None, None], "missing go.mod and v2/go.mod"),
            ("a.b/r/sub", &place("sub", "", false), "v0.1.0", vec![None], "missing sub/go.mod"),
            ("a.b/r", &root, "v1.0.0", vec![Some(b"garbage".to_vec())], "go.mod is missing module path"),
        ] {
            assert_eq!(says(fits(path, place, version, &files)), want, "{path}@{version}");
        }
    }
}
