//! Pseudo-versions: versions for commits without a tag (x/mod/module/pseudo.go).

use super::modpath::VersionError;
use super::semver;

/// A pseudo-version taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pseudo<'a> {
    /// `vX.0.0`, `vX.Y.Z-pre.0` or `vX.Y.(Z+1)-0`.
    pub stem: &'a str,
    /// `yyyymmddhhmmss`; not checked to be a time.
    pub timestamp: &'a str,
    /// Usually 12 hex digits of the commit.
    pub rev: &'a str,
    /// `+incompatible` or empty.
    pub build: &'a str,
}

/// `module.IsPseudoVersion`.
pub fn is_pseudo(version: &str) -> bool {
    split(version).is_some()
}

/// The parts, or Go's `pseudo-version "x" invalid: syntax error`.
pub fn parse(version: &str) -> Result<Pseudo<'_>, VersionError> {
    split(version).ok_or_else(|| refuse(version, "syntax error"))
}

/// `module.PseudoVersionBase`: the tag it was counted from; `""` if there was none.
pub fn base(version: &str) -> Result<String, VersionError> {
    let Pseudo { stem, build, .. } = parse(version)?;
    match semver::prerelease(stem) {
        "" if build.is_empty() => Ok(String::new()),
        "" => {
            let build = super::gostr::quote(build);
            Err(refuse(version, format!("lacks base version, but has build metadata {build}")))
        }
        "-0" => {
            let next = &stem[..stem.len() - 2];
            let (head, patch) = next.rsplit_once('.').unwrap_or((next, ""));
            match semver::decrement(patch) {
                Some(patch) => Ok(format!("{head}.{patch}{build}")),
                None => {
                    Err(refuse(version, format!("version before {next} would have negative patch number")))
                }
            }
        }
        _ => Ok(format!("{}{build}", stem.strip_suffix(".0").unwrap_or(stem))),
    }
}

/// `module.PseudoVersionTime`, as RFC 3339 in UTC; an error where the digits are no time.
pub fn time(version: &str) -> Result<String, VersionError> {
    let stamp = parse(version)?.timestamp;
    let number = |from: usize, to: usize| stamp[from..to].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(0, 4), number(4, 6), number(6, 8));
    let (hour, minute, second) = (number(8, 10), number(10, 12), number(12, 14));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    if day == 0 || day > days || hour > 23 || minute > 59 || second > 59 {
        return Err(refuse(version, format!("malformed time {}", super::gostr::quote(stamp))));
    }
    Ok(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// `module.PseudoVersion` of a `yyyymmddhhmmss` timestamp: the version after the tag `older` (or `""`) at that commit.
pub fn make(major: &str, older: &str, timestamp: &str, rev: &str) -> String {
    let segment = format!("{timestamp}-{rev}");
    let build = semver::build(older);
    let tag = semver::canonical(older);
    if tag.is_empty() {
        let major = if major.is_empty() { "v0" } else { major };
        return format!("{major}.0.0-{segment}");
    }
    if !semver::prerelease(&tag).is_empty() {
        return format!("{tag}.0.{segment}{build}");
    }
    let (head, patch) = tag.rsplit_once('.').unwrap_or((&tag, "0"));
    format!("{head}.{}-0.{segment}{build}", semver::increment(patch))
}

/// `module.ZeroPseudoVersion`: the placeholder that replace directives use.
pub fn zero(major: &str) -> String {
    make(major, "", "00010101000000", "000000000000")
}

/// `module.IsZeroPseudoVersion`.
pub fn is_zero(version: &str) -> bool {
    version == zero(semver::major(version))
}

fn refuse(version: &str, why: impl Into<String>) -> VersionError {
    VersionError { pseudo: true, ..VersionError::new(version, why) }
}

/// `parsePseudoVersion`, whose regular expression asks for `vX.0.0-TIME-REV` or `vX.Y.Z-[pre.]0.TIME-REV`.
fn split(version: &str) -> Option<Pseudo<'_>> {
    if !semver::is_valid(version) {
        return None;
    }
    let build = semver::build(version);
    let plain = &version[..version.len() - build.len()];
    let (rest, rev) = plain.rsplit_once('-')?;
    if rev.is_empty() || !rev.bytes().all(|b| b.is_ascii_alphanumeric()) || rest.len() < 14 {
        return None;
    }
    let at = rest.len() - 14;
    let timestamp = rest.get(at..)?;
    let separator = rest.as_bytes().get(at.checked_sub(1)?)?;
    let stem = &rest[..at - 1];
    let follows = match separator {
        // No tag before: the stem is all zeros but the major version.
        b'-' => stem.strip_prefix(semver::major(version)) == Some(".0.0"),
        b'.' => stem.split_once('-').is_some_and(|(_, pre)| pre == "0" || pre.ends_with(".0")),
        _ => false,
    };
    let is_pseudo = follows && timestamp.bytes().all(|b| b.is_ascii_digit());
    is_pseudo.then_some(Pseudo { stem, timestamp, rev, build })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = "20060102150405";

    #[test]
    fn all_five_forms() {
        for (major, older, want) in [
            ("", "", "v0.0.0-20060102150405-hash"),
            ("v2", "", "v2.0.0-20060102150405-hash"),
            ("", "v1.2.3", "v1.2.4-0.20060102150405-hash"),
            ("", "v1.2.99", "v1.2.100-0.20060102150405-hash"),
            ("", "v1.2.3-pre", "v1.2.3-pre.0.20060102150405-hash"),
            ("", "v2.2.3+incompatible", "v2.2.4-0.20060102150405-hash+incompatible"),
            ("", "v2.3.4-pre+incompatible", "v2.3.4-pre.0.20060102150405-hash+incompatible"),
        ] {
            let made = make(major, older, TIME, "hash");
            assert_eq!(made, want);
            assert_eq!(base(&made).as_deref(), Ok(older), "{made}");
            assert_eq!(time(&made).as_deref(), Ok("2006-01-02T15:04:05Z"));
            assert_eq!(parse(&made).unwrap().rev, "hash");
        }
    }

    #[test]
    fn not_pseudo() {
        for version in [
            "v1.0.0",
            "v1.0.0-20060102150405",
            "v1.2.3-20060102150405-abc",
            "v0.0.0-2006010215040-abc",
            "v0.0.0-20060102150405-",
            "v0.0.0-a.20060102150405-abc",
            "v0.0.0-x0.20060102150405-abc",
            "v1.2.3-pre-0.20060102150405-abc",
        ] {
            assert!(!is_pseudo(version), "{version}");
        }
        assert_eq!(parse("v1").unwrap_err().to_string(), "pseudo-version \"v1\" invalid: syntax error");
        assert_eq!(
            base("v2.0.0-0.20060102150405-abc").unwrap_err().why,
            "version before v2.0.0 would have negative patch number"
        );
        assert_eq!(
            base("v2.0.0-20060102150405-abc+incompatible").unwrap_err().why,
            "lacks base version, but has build metadata \"+incompatible\""
        );
        assert_eq!(time("v0.0.0-20060230150405-abc").unwrap_err().why, "malformed time \"20060230150405\"");
    }

    #[test]
    fn zero_is_the_placeholder() {
        assert_eq!(zero(""), "v0.0.0-00010101000000-000000000000");
        assert!(is_zero(&zero("v3")) && !is_zero("v0.0.0-20060102150405-000000000000"));
    }
}
