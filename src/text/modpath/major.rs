//! Major versions in paths: `/v2`, gopkg.in's `.v2`, and which versions fit them (x/mod/module/module.go).

use super::VersionError;
use crate::text::semver;

/// `module.SplitPathVersion`: what stands before the major version, and the major version with its separator.
///
/// `None` for a path whose last element breaks the rules (`x/v1`, `x/v02`, `gopkg.in/x`).
pub fn split_path_version(path: &str) -> Option<(&str, &str)> {
    if path.starts_with("gopkg.in/") {
        return split_gopkg_in(path);
    }
    let number = path.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let (head, number) = path.split_at(path.len() - number);
    if number.is_empty() || !head.ends_with("/v") {
        return Some((path, ""));
    }
    if number.contains('.') || number.starts_with('0') || number == "1" {
        return None;
    }
    Some(path.split_at(head.len() - 2))
}

fn split_gopkg_in(path: &str) -> Option<(&str, &str)> {
    let stable = path.strip_suffix("-unstable").unwrap_or(path);
    let head = stable.trim_end_matches(|c: char| c.is_ascii_digit());
    head.strip_suffix(".v")?;
    let major = &path[head.len() - 2..];
    if major.len() <= 2 || (major.starts_with(".v0") && major != ".v0") {
        return None;
    }
    Some(path.split_at(head.len() - 2))
}

/// `module.MatchPathMajor`.
pub fn match_path_major(version: &str, path_major: &str) -> bool {
    check_path_major(version, path_major).is_ok()
}

/// `module.CheckPathMajor`: whether the version fits the major version of a path (`""`, `/v2`, `.v1`).
pub fn check_path_major(version: &str, path_major: &str) -> Result<(), VersionError> {
    let path_major = without_unstable(path_major);
    if version.starts_with("v0.0.0-") && path_major == ".v1" {
        // Pseudo-versions of gopkg.in .v1 were once made so, and go.mod files still have them.
        return Ok(());
    }
    let major = semver::major(version);
    let want = match path_major.strip_prefix(['/', '.']) {
        None if path_major.is_empty() => {
            if major == "v0" || major == "v1" || semver::build(version) == "+incompatible" {
                return Ok(());
            }
            "v0 or v1"
        }
        Some(want) if major == want => return Ok(()),
        Some(want) => want,
        None => path_major,
    };
    Err(VersionError::new(version, format!("should be {want}, not {major}")))
}

/// `module.PathMajorPrefix`: the major version that tags must have (`v2`); `""` for v0 or v1.
///
/// `None` for something that is no major version of a path.
pub fn path_major_prefix(path_major: &str) -> Option<&str> {
    if path_major.is_empty() {
        return Some("");
    }
    let major = without_unstable(path_major).strip_prefix(['/', '.'])?;
    (!major.is_empty() && semver::major(major) == major).then_some(major)
}

fn without_unstable(path_major: &str) -> &str {
    match path_major.strip_suffix("-unstable") {
        Some(stable) if path_major.starts_with(".v") => stable,
        _ => path_major,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits() {
        assert_eq!(split_path_version("x.y/z"), Some(("x.y/z", "")));
        assert_eq!(split_path_version("x.y/z/v2"), Some(("x.y/z", "/v2")));
        assert_eq!(split_path_version("x.y/zv2"), Some(("x.y/zv2", "")));
        assert_eq!(split_path_version("x.y/v"), Some(("x.y/v", "")));
        assert_eq!(split_path_version("gopkg.in/yaml.v2"), Some(("gopkg.in/yaml", ".v2")));
        assert_eq!(split_path_version("gopkg.in/yaml.v2-unstable"), Some(("gopkg.in/yaml", ".v2-unstable")));
        for bad in [
            "x.y/z/v0",
            "x.y/z/v1",
            "x.y/z/v02",
            "x.y/z/v2.1",
            "gopkg.in/yaml",
            "gopkg.in/yaml.v",
            "gopkg.in/yaml.v01",
        ] {
            assert_eq!(split_path_version(bad), None, "{bad}");
        }
    }

    #[test]
    fn fits() {
        for (version, major, good) in [
            ("v1.0.0", "", true),
            ("v2.0.0", "", false),
            ("v2.0.0+incompatible", "", true),
            ("v2.0.0", "/v2", true),
            ("v3.0.0", "/v2", false),
            ("v2.0.0+incompatible", "/v2", true),
            ("v0.0.0-20161208181325-20d25e280405", ".v1", true),
            ("v2.1.0", ".v2-unstable", true),
        ] {
            assert_eq!(match_path_major(version, major), good, "{version} {major}");
        }
        assert_eq!(
            check_path_major("v3.0.0", "/v2").unwrap_err().to_string(),
            "version \"v3.0.0\" invalid: should be v2, not v3"
        );
        assert_eq!(
            (
                path_major_prefix("/v2"),
                path_major_prefix(""),
                path_major_prefix(".v1-unstable"),
                path_major_prefix("v2")
            ),
            (Some("v2"), Some(""), Some("v1"), None)
        );
    }
}
