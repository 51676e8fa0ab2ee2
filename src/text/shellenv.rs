//! The files of ours that hold variables: for POSIX shells, for fish, for systemd's `environment.d`.

use std::collections::BTreeMap;

use crate::order::Gather;

/// Who reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reader {
    /// sh, dash, bash, zsh, ksh: `export NAME='value'`.
    Posix,
    /// `set -gx NAME 'value'`.
    Fish,
    /// systemd's user manager, and the desktop it starts: `NAME="value"`.
    EnvironmentD,
}

const HEAD: &str = "# Variables of gobs; `gobs undo` takes them back.\n";

/// The file for these variables; empty where there are none.
///
/// A value must hold no line break and no NUL ([`is_writable`]).
pub fn render(reader: Reader, vars: &BTreeMap<String, String>) -> Vec<u8> {
    if vars.is_empty() {
        return Vec::new();
    }
    let mut text = HEAD.to_owned();
    for (name, value) in vars {
        text.push_str(&match reader {
            Reader::Posix => format!("export {name}={}\n", posix_quoted(value)),
            Reader::Fish => format!("set -gx {name} {}\n", fish_quoted(value)),
            Reader::EnvironmentD => format!("{name}={}\n", systemd_quoted(value)),
        });
    }
    text.into_bytes()
}

/// Reads such a file back. Lines of another shape are not ours and not in the answer.
pub fn parse(reader: Reader, bytes: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .filter_map(|line| {
            let (name, value) = match reader {
                Reader::Posix => line.strip_prefix("export ")?.split_once('=')?,
                Reader::Fish => line.strip_prefix("set -gx ")?.split_once(' ')?,
                Reader::EnvironmentD => line.split_once('=')?,
            };
            let value = match reader {
                Reader::Posix => value.strip_prefix('\'')?.strip_suffix('\'')?.replace("'\\''", "'"),
                Reader::Fish => unescaped(value.strip_prefix('\'')?.strip_suffix('\'')?),
                Reader::EnvironmentD => {
                    unescaped(value.strip_prefix('"')?.strip_suffix('"')?).replace("$$", "$")
                }
            };
            Some((name.to_owned(), value))
        })
        .gather_map()
}

/// Whether every reader can hold the value.
pub fn is_writable(value: &str) -> bool {
    !value.contains(['\n', '\r', '\0'])
}

/// The line that makes a POSIX shell or fish read our file. `path` may start with `$HOME/`.
pub fn source_line(reader: Reader, path: &str) -> String {
    match (reader, path.strip_prefix("$HOME/")) {
        (Reader::Fish, Some(rest)) => format!("source \"$HOME/{}\"", escaped(rest, "\\\"$")),
        (Reader::Fish, None) => format!("source {}", fish_quoted(path)),
        (_, Some(rest)) => format!(". \"$HOME/{}\"", escaped(rest, "\\\"$`")),
        (_, None) => format!(". {}", posix_quoted(path)),
    }
}

/// The start file with `line` as its last, in the file's own line ends; unchanged where the line stands already.
pub fn with_line(bytes: &[u8], line: &str) -> Vec<u8> {
    if bytes.split(|b| *b == b'\n').any(|there| there.trim_ascii() == line.as_bytes()) {
        return bytes.to_vec();
    }
    let mut out = bytes.to_vec();
    if !out.is_empty() && !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    out.extend_from_slice(line.as_bytes());
    out.push(b'\n');
    out
}

/// The start file without that line.
pub fn without_line(bytes: &[u8], line: &str) -> Vec<u8> {
    let lines = bytes.split_inclusive(|b| *b == b'\n');
    lines.filter(|there| there.trim_ascii() != line.as_bytes()).flatten().copied().collect()
}

fn posix_quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "'\\''"))
}

fn fish_quoted(value: &str) -> String {
    format!("'{}'", escaped(value, "\\'"))
}

/// `environment.d(5)`: shell-like quotes, and `$` expands even inside them.
fn systemd_quoted(value: &str) -> String {
    format!("\"{}\"", escaped(value, "\\\"`").replace('$', "$$"))
}

fn escaped(text: &str, special: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if special.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_reader_its_quotes() {
        let vars = BTreeMap::from([("NO_PROXY".to_owned(), "it's $5, \"a\\b\"".to_owned())]);
        let text =
            |reader| String::from_utf8(render(reader, &vars)).unwrap().lines().nth(1).unwrap().to_owned();
        assert_eq!(text(Reader::Posix), "export NO_PROXY='it'\\''s $5, \"a\\b\"'");
        assert_eq!(text(Reader::Fish), "set -gx NO_PROXY 'it\\'s $5, \"a\\\\b\"'");
        assert_eq!(text(Reader::EnvironmentD), "NO_PROXY=\"it's $$5, \\\"a\\\\b\\\"\"");
        assert_eq!(render(Reader::Posix, &BTreeMap::new()), b"");
    }

    #[test]
    fn one_line_in_the_start_file() {
        let line = source_line(Reader::Posix, "$HOME/.config/gobs/env.sh");
        assert_eq!(line, ". \"$HOME/.config/gobs/env.sh\"");
        assert_eq!(with_line(b"alias a=b", &line), format!("alias a=b\n{line}\n").as_bytes());
        assert_eq!(source_line(Reader::Posix, "/x y/env.sh"), ". '/x y/env.sh'");
        assert_eq!(source_line(Reader::Fish, "/x'y/env.fish"), "source '/x\\'y/env.fish'");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            vars in prop::collection::btree_map("[A-Za-z_]{1,8}", "[^\0\r\n]{0,12}", 0..4),
            reader in prop::sample::select(vec![Reader::Posix, Reader::Fish, Reader::EnvironmentD]),
        ) {
            prop_assume!(vars.values().all(|value| is_writable(value) && !value.contains(['\u{85}', '\u{2028}', '\u{2029}'])));
            prop_assert_eq!(parse(reader, &render(reader, &vars)), vars);
        }

        #[test]
        fn the_line_goes_in_once_and_out_again(lines in prop::collection::vec("[ -~]{0,9}", 0..5)) {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            let line = ". \"$HOME/.config/gobs/env.sh\"";
            let once = with_line(text.as_bytes(), line);
            prop_assert_eq!(&with_line(&once, line), &once);
            prop_assert_eq!(without_line(&once, line), text.into_bytes());
        }
    }
}
