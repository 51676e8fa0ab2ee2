//! `CheckPath`, `CheckImportPath`, `CheckFilePath` (x/mod/module/module.go).

use super::{PathError, PathKind, split_path_version};
use crate::text::gostr;

/// `module.CheckPath`: a path that a module may have.
pub fn check_path(path: &str) -> Result<(), PathError> {
    check_module_path(path).map_err(|why| refuse(PathKind::Module, path, why))
}

/// `module.CheckImportPath`.
pub fn check_import_path(path: &str) -> Result<(), PathError> {
    check_elems(path, PathKind::Import).map_err(|why| refuse(PathKind::Import, path, why))
}

/// `module.CheckFilePath`: a slash-separated path that every system can have.
pub fn check_file_path(path: &str) -> Result<(), PathError> {
    check_elems(path, PathKind::File).map_err(|why| refuse(PathKind::File, path, why))
}

/// `checkElem` as a file name; why not.
pub fn check_elem_of_file(elem: &str) -> Result<(), String> {
    check_elem(elem, PathKind::File)
}

fn refuse(kind: PathKind, path: &str, why: String) -> PathError {
    PathError { kind, path: path.to_owned(), why }
}

fn check_module_path(path: &str) -> Result<(), String> {
    check_elems(path, PathKind::Module)?;
    let first = path.split('/').next().unwrap_or("");
    if first.is_empty() {
        return Err("leading slash".into());
    }
    if !first.contains('.') {
        return Err("missing dot in first path element".into());
    }
    if first.starts_with('-') {
        return Err("leading dash in first path element".into());
    }
    let allowed = |c: char| matches!(c, '-' | '.' | '0'..='9' | 'a'..='z');
    if let Some(c) = first.chars().find(|c| !allowed(*c)) {
        return Err(format!("invalid char {} in first path element", gostr::quote_char(c)));
    }
    match split_path_version(path) {
        Some(_) => Ok(()),
        None => Err("invalid version".into()),
    }
}

fn check_elems(path: &str, kind: PathKind) -> Result<(), String> {
    if path.is_empty() {
        return Err("empty string".into());
    }
    if path.starts_with('-') && kind != PathKind::File {
        return Err("leading dash".into());
    }
    if path.contains("//") {
        return Err("double slash".into());
    }
    if path.ends_with('/') {
        return Err("trailing slash".into());
    }
    path.split('/').try_for_each(|elem| check_elem(elem, kind))
}

fn check_elem(elem: &str, kind: PathKind) -> Result<(), String> {
    if elem.is_empty() {
        return Err("empty path element".into());
    }
    if elem.bytes().all(|b| b == b'.') {
        return Err(format!("invalid path element {}", gostr::quote(elem)));
    }
    if elem.starts_with('.') && kind == PathKind::Module {
        return Err("leading dot in path element".into());
    }
    if elem.ends_with('.') {
        return Err("trailing dot in path element".into());
    }
    if let Some(c) = elem.chars().find(|c| !allowed(*c, kind)) {
        return Err(format!("invalid char {}", gostr::quote_char(c)));
    }
    let short = elem.split('.').next().unwrap_or("");
    if is_reserved_on_windows(short) {
        let short = gostr::quote(short);
        return Err(format!("{short} disallowed as path element component on Windows"));
    }
    let short_name = |tail: &str| !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_digit());
    if kind != PathKind::File && short.rsplit_once('~').is_some_and(|(_, tail)| short_name(tail)) {
        return Err("trailing tilde and digits in path element".into());
    }
    Ok(())
}

fn allowed(c: char, kind: PathKind) -> bool {
    let in_module = c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    match kind {
        PathKind::Module => in_module,
        PathKind::Import => in_module || c == '+',
        PathKind::File if c.is_ascii() => {
            in_module
                || matches!(
                    c,
                    '!' | '#'..='&' | '(' | ')' | '+' | ',' | '=' | '@' | '[' | ']' | '^' | '{' | '}' | ' '
                )
        }
        PathKind::File => gostr::is_letter(c),
    }
}

fn is_reserved_on_windows(name: &str) -> bool {
    let is = |start: &[u8], reserved: &[&str]| {
        reserved.iter().any(|name| start.eq_ignore_ascii_case(name.as_bytes()))
    };
    match name.as_bytes() {
        all @ [_, _, _] => is(all, &["CON", "PRN", "AUX", "NUL"]),
        [start @ .., b'1'..=b'9'] if start.len() == 3 => is(start, &["COM", "LPT"]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why<E: std::fmt::Debug>(result: Result<(), E>, pick: fn(E) -> String) -> String {
        pick(result.unwrap_err())
    }

    #[test]
    fn module_paths() {
        for good in [
            "ex.test/a",
            "github.com/BurntSushi/toml",
            "gopkg.in/yaml.v3",
            "ex.test/a/v2",
            "x.y",
            "ex.test/a~b",
            "ex.test/a.b/c_d",
        ] {
            assert_eq!(check_path(good), Ok(()), "{good}");
        }
        for (bad, words) in [
            ("", "empty string"),
            ("-x.y/a", "leading dash"),
            ("/x.y", "empty path element"),
            ("x//y", "double slash"),
            ("x.y/", "trailing slash"),
            ("xy/a", "missing dot in first path element"),
            ("X.y/a", "invalid char 'X' in first path element"),
            ("x_.y/a", "invalid char '_' in first path element"),
            ("x.y/a:b", "invalid char ':'"),
            ("x.y/é", "invalid char 'é'"),
            ("x.y/..", "invalid path element \"..\""),
            ("x.y/.a", "leading dot in path element"),
            ("x.y/a.", "trailing dot in path element"),
            ("x.y/con.txt", "\"con\" disallowed as path element component on Windows"),
            ("x.y/a~1", "trailing tilde and digits in path element"),
            ("x.y/a/v1", "invalid version"),
            ("x.y/a/v02", "invalid version"),
            ("x.y/a/v2.0", "invalid version"),
            ("gopkg.in/yaml", "invalid version"),
        ] {
            assert_eq!(why(check_path(bad), |err| err.why), words, "{bad}");
        }
    }

    #[test]
    fn import_and_file_paths() {
        assert_eq!(check_import_path("fmt"), Ok(()));
        assert_eq!(check_import_path("x/g++"), Ok(()));
        assert_eq!(check_file_path("-a b/中文 (1)/.x~1"), Ok(()));
        assert_eq!(
            why(check_file_path("a/b\"c"), |err| err.to_string()),
            "malformed file path \"a/b\\\"c\": invalid char '\"'"
        );
        assert_eq!(
            why(check_file_path("a/COM1"), |err| err.why),
            "\"COM1\" disallowed as path element component on Windows"
        );
        assert_eq!(why(check_file_path("a\u{301}"), |err| err.why), "invalid char '\u{301}'");
    }
}
