//! Versions of Go itself, `1.21rc1` (internal/gover), and names of toolchains, `go1.22.3-suffix` (cmd/go/internal/gover).

use std::cmp::Ordering;

use super::semver::{compare_decimals, decrement};

/// A Go version taken apart; the numbers are decimals of any length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version<'a> {
    pub major: &'a str,
    pub minor: &'a str,
    /// Empty for a language version from 1.21 on, and for a pre-release.
    pub patch: &'a str,
    /// `alpha`, `beta`, `rc` or empty.
    pub kind: &'a str,
    pub pre: &'a str,
}

/// `gover.Parse` of a version without `go` before it; `None` for a malformed one.
pub fn parse(version: &str) -> Option<Version<'_>> {
    let (major, rest) = decimal(version)?;
    if rest.is_empty() {
        // `1` is `1.0.0`.
        return Some(Version { major, minor: "0", patch: "0", ..Version::default() });
    }
    let (minor, rest) = decimal(rest.strip_prefix('.')?)?;
    let mut parsed = Version { major, minor, ..Version::default() };
    if rest.is_empty() {
        // Before 1.21 a missing patch was patch 0; since then `1.21` is the language, less than its releases.
        if compare_decimals(minor, "21").is_lt() {
            parsed.patch = "0";
        }
        return Some(parsed);
    }
    if let Some(patch) = rest.strip_prefix('.') {
        let (patch, rest) = decimal(patch)?;
        parsed.patch = patch;
        return rest.is_empty().then_some(parsed);
    }
    let letters = rest.bytes().take_while(|b| !b.is_ascii_digit()).count();
    let (kind, pre) = rest.split_at(letters);
    if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    parsed.kind = kind;
    if !pre.is_empty() {
        let (pre, rest) = decimal(pre)?;
        parsed.pre = pre;
        if !rest.is_empty() {
            return None;
        }
    }
    Some(parsed)
}

/// `gover.IsValid`.
pub fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

/// `gover.Compare`: `1.21 < 1.21rc1 < 1.21.0`; a malformed version is less than any other and equal to its kind.
pub fn compare(x: &str, y: &str) -> Ordering {
    let (x, y) = (parse(x).unwrap_or_default(), parse(y).unwrap_or_default());
    compare_decimals(x.major, y.major)
        .then_with(|| compare_decimals(x.minor, y.minor))
        .then_with(|| compare_decimals(x.patch, y.patch))
        .then_with(|| x.kind.cmp(y.kind))
        .then_with(|| compare_decimals(x.pre, y.pre))
}

/// `gover.Max`: the greater one; the first where they are equal.
pub fn max<'a>(x: &'a str, y: &'a str) -> &'a str {
    if compare(x, y).is_lt() { y } else { x }
}

/// `gover.IsLang`: a version of the language (`1.21`), not of a release.
pub fn is_lang(version: &str) -> bool {
    parse(version).is_some_and(|v| v.patch.is_empty() && v.kind.is_empty() && v.pre.is_empty())
}

/// `gover.Lang`: `1.21` of `1.21.3`; `""` for a malformed version.
pub fn lang(version: &str) -> String {
    match parse(version) {
        None => String::new(),
        Some(v) if v.minor.is_empty() || (v.major == "1" && v.minor == "0") => v.major.to_owned(),
        Some(v) => format!("{}.{}", v.major, v.minor),
    }
}

/// `gover.IsPrerelease`.
pub fn is_prerelease(version: &str) -> bool {
    parse(version).is_some_and(|v| !v.kind.is_empty())
}

/// `gover.Prev`: the language version before this one.
pub fn prev(version: &str) -> String {
    let Some(v) = parse(version) else {
        return String::new();
    };
    if compare_decimals(v.minor, "1").is_le() {
        return v.major.to_owned();
    }
    format!("{}.{}", v.major, decrement(v.minor).unwrap_or_default())
}

/// `gover.FromToolchain`: `1.22.3` of `go1.22.3` and `go1.22.3-suffix`; `None` for anything else.
pub fn from_toolchain(name: &str) -> Option<&str> {
    if name.contains(['\\', '/']) {
        return None;
    }
    let version = name.strip_prefix("go")?.split([' ', '\t', '-']).next().unwrap_or("");
    is_valid(version).then_some(version)
}

/// The toolchain of the greater version; the first where they are equal.
///
/// Something that is no toolchain name (`default`, `local`) is less than any toolchain.
pub fn toolchain_max<'a>(x: &'a str, y: &'a str) -> &'a str {
    let version = |name| from_toolchain(name).unwrap_or("");
    if compare(version(x), version(y)).is_lt() { y } else { x }
}

/// The toolchain that a `go` line asks for: `go1.22` is not released, its first toolchain is `go1.22.0`
/// (`toolchain/select.go:Select`).
pub fn toolchain_for(go_line: &str) -> String {
    let first = is_lang(go_line) && compare(go_line, "1.21").is_ge();
    format!("go{go_line}{}", if first { ".0" } else { "" })
}

/// The version that a module without a `go` line is taken to have (`gover.DefaultGoModVersion`).
pub const DEFAULT_GO_MOD: &str = "1.16";

/// The version that a go.work without a `go` line is taken to have.
pub const DEFAULT_GO_WORK: &str = "1.18";

/// `gover.ModCompare`: `go` and `toolchain` have versions of Go, all else has semantic versions.
pub fn compare_of_module(path: &str, x: &str, y: &str) -> Ordering {
    fn maybe_toolchain(name: &str) -> &str {
        if is_valid(name) { name } else { from_toolchain(name).unwrap_or("") }
    }
    match path {
        "go" => compare(x, y),
        "toolchain" => compare(maybe_toolchain(x), maybe_toolchain(y)),
        _ => super::semver::compare(x, y),
    }
}

fn decimal(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || (digits > 1 && text.starts_with('0')) {
        return None;
    }
    Some(text.split_at(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order() {
        let sorted = [
            "bad",
            "1",
            "1.1",
            "1.5",
            "1.19rc1",
            "1.19",
            "1.19.1",
            "1.20",
            "1.21",
            "1.21beta1",
            "1.21rc1",
            "1.21rc2",
            "1.21.0",
            "1.21.1",
            "1.22",
            "1.100",
            "2.0",
        ];
        for (i, x) in sorted.iter().enumerate() {
            for (j, y) in sorted.iter().enumerate() {
                assert_eq!(compare(x, y), i.cmp(&j), "{x} {y}");
            }
        }
        assert_eq!(compare("1.20", "1.20.0"), Ordering::Equal);
        assert_eq!(max("1.20", "1.20.0"), "1.20");
    }

    #[test]
    fn languages_and_prereleases() {
        for (version, is, of, pre, before) in [
            ("1.21", true, "1.21", false, "1.20"),
            ("1.20", false, "1.20", false, "1.19"),
            ("1.21rc1", false, "1.21", true, "1.20"),
            ("1.21.0", false, "1.21", false, "1.20"),
            ("1", false, "1", false, "1"),
            ("1.0", false, "1", false, "1"),
            ("x", false, "", false, ""),
        ] {
            assert_eq!(
                (is_lang(version), lang(version).as_str(), is_prerelease(version), prev(version).as_str()),
                (is, of, pre, before),
                "{version}"
            );
        }
        for bad in
            ["", "1.", "1.21.0rc1", "1.021", "01.2", "1.21RC1", "1.21.", "1.21rc01", "go1.21", "1.21-x"]
        {
            assert!(!is_valid(bad), "{bad}");
        }
        assert!(is_valid("1.21rc"));
    }

    #[test]
    fn toolchain_names() {
        assert_eq!(from_toolchain("go1.22.3-bigcorp"), Some("1.22.3"));
        assert_eq!(from_toolchain("go1.22.3 X:boring"), Some("1.22.3"));
        for bad in ["1.22.3", "gccgo-go1.22", "go/1.2", "local", "go1.22.3.4"] {
            assert_eq!(from_toolchain(bad), None, "{bad}");
        }
        assert_eq!(toolchain_max("go1.22.3-a", "go1.22.3"), "go1.22.3-a");
        assert_eq!(toolchain_max("default", "go1.4"), "go1.4");
        assert_eq!(
            (toolchain_for("1.22"), toolchain_for("1.20"), toolchain_for("1.22rc1")),
            ("go1.22.0".into(), "go1.20".into(), "go1.22rc1".into())
        );
    }
}
