//! Paths and versions as they stand in the cache and in proxy URLs: `!x` for `X` (x/mod/module/module.go).

use super::check::check_elem_of_file;
use super::{PathError, VersionError, check_path};
use crate::text::gostr;

/// `module.EscapePath`; the path must be valid.
pub fn escape_path(path: &str) -> Result<String, PathError> {
    check_path(path)?;
    Ok(escaped(path))
}

/// `module.EscapeVersion`: any file name without `!`, so branch names too. The error is Go's words.
pub fn escape_version(version: &str) -> Result<String, String> {
    if check_elem_of_file(version).is_err() || version.contains('!') {
        return Err(VersionError::new(version, "disallowed version string").to_string());
    }
    if !version.is_ascii() {
        return Err("internal error: inconsistency in EscapePath".into());
    }
    Ok(escaped(version))
}

/// `module.UnescapePath`; the words say what was wrong.
pub fn unescape_path(escaped: &str) -> Result<String, String> {
    let quoted = gostr::quote(escaped);
    let path = unescaped(escaped).ok_or_else(|| format!("invalid escaped module path {quoted}"))?;
    match check_path(&path) {
        Ok(()) => Ok(path),
        Err(err) => Err(format!("invalid escaped module path {quoted}: {err}")),
    }
}

/// `module.UnescapeVersion`.
pub fn unescape_version(escaped: &str) -> Result<String, String> {
    let Some(version) = unescaped(escaped) else {
        return Err(format!("invalid escaped version {}", gostr::quote(escaped)));
    };
    match check_elem_of_file(&version) {
        Ok(()) => Ok(version),
        Err(why) => Err(format!("invalid escaped version {}: {why}", gostr::quote(&version))),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '!' => out.push(chars.next().filter(char::is_ascii_lowercase)?.to_ascii_uppercase()),
            c if !c.is_ascii() || c.is_ascii_uppercase() => return None,
            c => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_case_becomes_bang_and_comes_back() {
        for (plain, escaped) in
            [("github.com/BurntSushi/toml", "github.com/!burnt!sushi/toml"), ("ex.test/a", "ex.test/a")]
        {
            assert_eq!(escape_path(plain).unwrap(), escaped);
            assert_eq!(unescape_path(escaped).unwrap(), plain);
        }
        assert_eq!(escape_version("v1.0.0-RC1").unwrap(), "v1.0.0-!r!c1");
        assert_eq!(unescape_version("v1.0.0-!r!c1").unwrap(), "v1.0.0-RC1");
    }

    #[test]
    fn go_words() {
        assert_eq!(escape_version("a/b").unwrap_err(), "version \"a/b\" invalid: disallowed version string");
        assert_eq!(unescape_path("Ex.test").unwrap_err(), "invalid escaped module path \"Ex.test\"");
        assert_eq!(unescape_path("!!a").unwrap_err(), "invalid escaped module path \"!!a\"");
        assert_eq!(
            unescape_path("!a.b").unwrap_err(),
            "invalid escaped module path \"!a.b\": malformed module path \"A.b\": invalid char 'A' in first path element"
        );
        assert_eq!(unescape_version("v1!").unwrap_err(), "invalid escaped version \"v1!\"");
    }
}
