//! Versions in directives: what makes them canonical, and what go says where they are not
//! (x/mod/modfile/rule.go:parseVersion).

use crate::text::gostr;
use crate::text::modpath::{self, VersionError};

/// How versions are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Versions {
    /// No fixer: `module.CanonicalVersion` decides.
    Canonical,
    /// The fixer of the main module; what it would have to look up passes.
    Main,
    /// `dontFixRetract`: anything passes.
    AsWritten,
}

/// The value of a token, quoted or not; rewrites the token as go does (`AutoQuote`).
pub(super) fn parse_string(token: &mut String) -> Result<String, &'static str> {
    let value = if token.starts_with('"') {
        let bytes = gostr::unquote(token).map_err(|_| "invalid syntax")?;
        gostr::lossy(&bytes).into_owned()
    } else if token.contains(['"', '\'', '`']) {
        return Err("unquoted string cannot contain quote");
    } else {
        return Ok(token.clone());
    };
    *token = if must_quote(&value) { gostr::quote(&value) } else { value.clone() };
    Ok(value)
}

/// `modfile.MustQuote`.
fn must_quote(value: &str) -> bool {
    let odd = |c: char| match c {
        ' ' | '"' | '\'' | '`' => true,
        '(' | ')' | '[' | ']' | '{' | '}' | ',' => value.len() > 1,
        c => !gostr::is_print(c),
    };
    value.is_empty() || value.contains("//") || value.contains("/*") || value.contains(odd)
}

/// The version in a token, fixed as `how` says; the error is go's words, directive and module included.
///
/// Answers too whether go would have had to look the version up.
pub(super) fn parse_version(
    verb: &str,
    path: &str,
    token: &mut String,
    how: Versions,
) -> Result<(String, bool), String> {
    let about = if path.is_empty() { verb.to_owned() } else { format!("{verb} {path}") };
    let raw = token.clone();
    let text = parse_string(token).map_err(|why| format!("{about}: {}", VersionError::new(&raw, why)))?;
    let (version, lookup) = match how {
        Versions::AsWritten => (text, false),
        Versions::Canonical => match modpath::canonical_version(&text) {
            canonical if canonical.is_empty() => {
                let error = VersionError::new(&text, "must be of the form v1.2.3");
                return Err(format!("{about}: {error}"));
            }
            canonical => (canonical, false),
        },
        Versions::Main => fix(path, text).map_err(|error| format!("{about}: {error}"))?,
    };
    token.clone_from(&version);
    Ok((version, lookup))
}

/// `fixVersion` without its look-up.
fn fix(path: &str, text: String) -> Result<(String, bool), VersionError> {
    let version = match text.split_once("-gopkgin-") {
        Some((_, version)) if path.starts_with("gopkg.in/") => version.to_owned(),
        _ => text,
    };
    let Some((_, path_major)) = modpath::split_path_version(path) else {
        let why = format!("malformed module path {}", gostr::quote(path));
        return Err(VersionError::new(&version, why));
    };
    if version.is_empty() || modpath::canonical_version(&version) != version {
        return Ok((version, true));
    }
    modpath::check_path_major(&version, path_major)?;
    Ok((version, false))
}

/// `modfile.GoVersionRE`: `1.23`, `1.23.0`, `1.23rc1`; also `1.23.0rc1`.
pub(super) fn is_go_version(text: &str) -> bool {
    let Some((_, rest)) = number(text).filter(|(major, _)| *major != "0") else {
        return false;
    };
    let Some((_, mut rest)) = rest.strip_prefix('.').and_then(number) else {
        return false;
    };
    if let Some(patch) = rest.strip_prefix('.') {
        match number(patch) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
    rest.is_empty()
        || (digits.len() < rest.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// `laxGoVersionRE`: the `1.23` of `v1.23-whatever`, for dependencies written for a later Go.
pub(super) fn lax_go_version(text: &str) -> Option<&str> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (_, rest) = number(text).filter(|(major, _)| *major != "0")?;
    let (_, rest) = rest.strip_prefix('.').and_then(number)?;
    let more = rest.chars().next().is_some_and(|c| !c.is_ascii_digit());
    more.then(|| &text[..text.len() - rest.len()])
}

/// `modfile.ToolchainRE`: `default`, or something that starts like a Go 1.
pub(super) fn is_toolchain(text: &str) -> bool {
    text == "default" || text == "go1" || text.starts_with("go1.")
}

/// A decimal without needless zeros, and what follows.
fn number(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    // `0` is taken alone: in `01` the regular expression stops behind it.
    let digits = if text.starts_with('0') { 1 } else { digits };
    (digits > 0).then(|| text.split_at(digits))
}
