//! Semantic versions with Go's leading `v` (x/mod/semver).

use std::cmp::Ordering;

use crate::order::Order;

/// The parts of a version as written; `short` is what `canonical` adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parsed<'a> {
    major: &'a str,
    minor: &'a str,
    patch: &'a str,
    short: &'static str,
    /// With its `-`.
    prerelease: &'a str,
    /// With its `+`.
    build: &'a str,
}

/// `semver.IsValid`.
pub fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

/// `semver.Canonical`: missing parts filled in, build metadata dropped; `""` for an invalid version.
pub fn canonical(version: &str) -> String {
    match parse(version) {
        None => String::new(),
        Some(parsed) if !parsed.build.is_empty() => version[..version.len() - parsed.build.len()].to_owned(),
        Some(parsed) => format!("{version}{}", parsed.short),
    }
}

/// `semver.Major`: `v2` of `v2.1.0`; `""` for an invalid version.
pub fn major(version: &str) -> &str {
    parse(version).map_or("", |parsed| &version[..=parsed.major.len()])
}

/// `semver.MajorMinor`: `v2.1` of `v2.1.0`; `""` for an invalid version.
pub fn major_minor(version: &str) -> String {
    parse(version).map_or(String::new(), |parsed| format!("v{}.{}", parsed.major, parsed.minor))
}

/// `semver.Prerelease`: `-pre` of `v2.1.0-pre+meta`.
pub fn prerelease(version: &str) -> &str {
    parse(version).map_or("", |parsed| parsed.prerelease)
}

/// `semver.Build`: `+meta` of `v2.1.0-pre+meta`.
pub fn build(version: &str) -> &str {
    parse(version).map_or("", |parsed| parsed.build)
}

/// `semver.Compare`: by precedence; an invalid version is less than any valid one and equal to any invalid one.
pub fn compare(v: &str, w: &str) -> Ordering {
    match (parse(v), parse(w)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(v), Some(w)) => compare_decimals(v.major, w.major)
            .then_with(|| compare_decimals(v.minor, w.minor))
            .then_with(|| compare_decimals(v.patch, w.patch))
            .then_with(|| compare_prereleases(v.prerelease, w.prerelease)),
    }
}

/// `semver.Sort`'s order: by precedence, then as strings.
pub fn compare_fully(v: &str, w: &str) -> Ordering {
    compare(v, w).then_with(|| v.cmp(w))
}

/// `semver.Sort`.
pub fn sort<S: AsRef<str>>(versions: &mut [S]) {
    versions.order_by(|v, w| compare_fully(v.as_ref(), w.as_ref()));
}

fn parse(version: &str) -> Option<Parsed<'_>> {
    let mut parsed = Parsed { major: "", minor: "0", patch: "0", short: ".0.0", prerelease: "", build: "" };
    let rest;
    (parsed.major, rest) = decimal(version.strip_prefix('v')?)?;
    if rest.is_empty() {
        return Some(parsed);
    }
    let rest_of;
    (parsed.minor, rest_of) = decimal(rest.strip_prefix('.')?)?;
    parsed.short = ".0";
    if rest_of.is_empty() {
        return Some(parsed);
    }
    let mut tail;
    (parsed.patch, tail) = decimal(rest_of.strip_prefix('.')?)?;
    parsed.short = "";
    if tail.starts_with('-') {
        (parsed.prerelease, tail) = tail.split_at(tail.find('+').unwrap_or(tail.len()));
        if !identifiers(&parsed.prerelease[1..], |ident| !is_bad_number(ident)) {
            return None;
        }
    }
    if tail.starts_with('+') {
        (parsed.build, tail) = (tail, "");
        if !identifiers(&parsed.build[1..], |_| true) {
            return None;
        }
    }
    tail.is_empty().then_some(parsed)
}

/// A number without needless zeros, and what follows it.
fn decimal(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || (digits > 1 && text.starts_with('0')) {
        return None;
    }
    Some(text.split_at(digits))
}

fn identifiers(text: &str, good: impl Fn(&str) -> bool) -> bool {
    text.split('.').all(|ident| {
        !ident.is_empty() && ident.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && good(ident)
    })
}

fn is_number(ident: &str) -> bool {
    ident.bytes().all(|b| b.is_ascii_digit())
}

fn is_bad_number(ident: &str) -> bool {
    is_number(ident) && ident.len() > 1 && ident.starts_with('0')
}

/// Compares two decimals without needless zeros, of any length.
pub(super) fn compare_decimals(x: &str, y: &str) -> Ordering {
    x.len().cmp(&y.len()).then_with(|| x.cmp(y))
}

/// None is greater than any; then identifier by identifier, numbers below words, longer above shorter.
fn compare_prereleases(x: &str, y: &str) -> Ordering {
    match (x.is_empty(), y.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut xs, mut ys) = (x[1..].split('.'), y[1..].split('.'));
    loop {
        let (x, y) = match (xs.next(), ys.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => (x, y),
        };
        let order = match (is_number(x), is_number(y)) {
            (true, true) => compare_decimals(x, y),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => x.cmp(y),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The decimal plus one (`pseudo.go:incDecimal`).
pub(super) fn increment(decimal: &str) -> String {
    let nines = decimal.bytes().rev().take_while(|b| *b == b'9').count();
    let (head, tail) = decimal.split_at(decimal.len() - nines);
    let zeros = "0".repeat(tail.len());
    match head.as_bytes() {
        [] => format!("1{zeros}"),
        [front @ .., last] => format!("{}{}{zeros}", &head[..front.len()], char::from(last + 1)),
    }
}

/// The decimal minus one; `None` of zero (`pseudo.go:decDecimal`).
pub(super) fn decrement(decimal: &str) -> Option<String> {
    let zeros = decimal.bytes().rev().take_while(|b| *b == b'0').count();
    let (head, tail) = decimal.split_at(decimal.len() - zeros);
    let nines = "9".repeat(tail.len());
    match head.as_bytes() {
        [] => None,
        [b'1'] if zeros > 0 => Some(nines),
        [front @ .., last] => Some(format!("{}{}{nines}", &head[..front.len()], char::from(last - 1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_and_parts() {
        for (version, want) in [
            ("bad", ""),
            ("v1", "v1.0.0"),
            ("v1.2", "v1.2.0"),
            ("v1.2.3-pre+meta", "v1.2.3-pre"),
            ("v1.2.3+incompatible", "v1.2.3"),
            ("v01.2.3", ""),
            ("v1.2.3-01", ""),
            ("v1.2.3-0a", "v1.2.3-0a"),
            ("v1.2-pre", ""),
            ("v1.2.3-", ""),
            ("v1.2.3+", ""),
            ("v1.2.3-a..b", ""),
            ("v1.2.3.4", ""),
            ("v1.2.3-é", ""),
        ] {
            assert_eq!(canonical(version), want, "{version}");
        }
        assert_eq!(
            (major("v2.1.0"), major_minor("v2"), prerelease("v2.1.0-a+b"), build("v2.1.0-a+b")),
            ("v2", "v2.0".into(), "-a", "+b")
        );
    }

    #[test]
    fn order_of_semver_org() {
        let sorted = [
            "bad",
            "v0.9.9",
            "v1.0.0-alpha",
            "v1.0.0-alpha.1",
            "v1.0.0-alpha.beta",
            "v1.0.0-beta",
            "v1.0.0-beta.2",
            "v1.0.0-beta.11",
            "v1.0.0-rc.1",
            "v1.0.0",
            "v1.0.1",
            "v1.2.0",
            "v1.10.0",
            "v2.0.0",
        ];
        for (i, v) in sorted.iter().enumerate() {
            for (j, w) in sorted.iter().enumerate() {
                assert_eq!(compare(v, w), i.cmp(&j), "{v} {w}");
            }
        }
        let mut mixed = ["v1", "v1.0.0+b", "v1.0", "v1.0.0+a"];
        sort(&mut mixed);
        assert_eq!(mixed, ["v1", "v1.0", "v1.0.0+a", "v1.0.0+b"]);
    }

    #[test]
    fn decimals_of_any_length() {
        let long = "9".repeat(40);
        assert_eq!(increment(&long), format!("1{}", "0".repeat(40)));
        assert_eq!(decrement(&increment(&long)).as_deref(), Some(long.as_str()));
        assert_eq!((increment("0"), increment("19")), ("1".into(), "20".into()));
        assert_eq!(
            (decrement("0"), decrement("1"), decrement("10"), decrement("20")),
            (None, Some("0".into()), Some("9".into()), Some("19".into()))
        );
    }
}
