//! The one line that brings our hosts into the user's configuration.

use super::words;

/// Puts `Include path` at the very top, where no `Host` block can swallow it and its values come first.
///
/// Nothing changes if only comments stand above it; elsewhere in the file a line that includes just this
/// path is taken out. Line ends follow the file. A byte order mark stays where it is: ssh refuses the file with
/// it, above or below, and it is the user's to remove.
pub fn with_include(bytes: &[u8], path: &str) -> Vec<u8> {
    let mut lines = bytes.split_inclusive(|b| *b == b'\n');
    if lines.find(|line| says_something(line)).is_some_and(|line| includes_just(line, path)) {
        return bytes.to_vec();
    }
    let eol: &[u8] = match bytes.iter().position(|b| *b == b'\n') {
        Some(at) if at > 0 && bytes[at - 1] == b'\r' => b"\r\n",
        _ => b"\n",
    };
    [b"Include ", words::quoted(path).as_bytes(), eol, &without_include(bytes, path)].concat()
}

/// Takes out every line that includes `path` and nothing else.
pub fn without_include(bytes: &[u8], path: &str) -> Vec<u8> {
    let lines = bytes.split_inclusive(|b| *b == b'\n');
    lines.filter(|line| !includes_just(line, path)).flatten().copied().collect()
}

fn says_something(line: &[u8]) -> bool {
    let line = words::after_space(super::trim_end(line));
    !line.is_empty() && line[0] != b'#'
}

fn includes_just(line: &[u8], path: &str) -> bool {
    let mut rest = Some(super::trim_end(line));
    let keyword = match words::delimited(&mut rest) {
        Some(word) if word.is_empty() => words::delimited(&mut rest),
        word => word,
    };
    keyword.is_some_and(|keyword| keyword.eq_ignore_ascii_case(b"include"))
        && words::arguments(rest.unwrap_or_default()).is_some_and(|arguments| arguments == [path])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OURS: &str = "~/.ssh/gobs/config";

    fn with(text: &str) -> String {
        String::from_utf8(with_include(text.as_bytes(), OURS)).unwrap()
    }

    #[test]
    fn at_the_very_top() {
        assert_eq!(with(""), "Include ~/.ssh/gobs/config\n");
        assert_eq!(with("Host a\n  Port 2\n"), "Include ~/.ssh/gobs/config\nHost a\n  Port 2\n");
        assert_eq!(with("Host a\r\n"), "Include ~/.ssh/gobs/config\r\nHost a\r\n");
        assert_eq!(with("# mine\nHost a"), "Include ~/.ssh/gobs/config\n# mine\nHost a");
        assert_eq!(with("\u{feff}Host a\n"), "Include ~/.ssh/gobs/config\n\u{feff}Host a\n");
    }

    #[test]
    fn there_already() {
        for text in [
            "Include ~/.ssh/gobs/config\n",
            "# note\n\n  include = \"~/.ssh/gobs/config\" # ours\r\nHost a\n",
        ] {
            assert_eq!(with(text), text);
        }
    }

    #[test]
    fn moved_up_from_where_it_does_not_work() {
        let text = "Host a\n  Include ~/.ssh/gobs/config\n  Include ~/.ssh/gobs/config other\n";
        assert_eq!(with(text), "Include ~/.ssh/gobs/config\nHost a\n  Include ~/.ssh/gobs/config other\n");
    }

    #[test]
    fn a_path_with_a_space() {
        let text = with_include(b"", "C:/Users/Li Lei/gobs");
        assert_eq!(text, b"Include \"C:/Users/Li Lei/gobs\"\n");
        assert_eq!(with_include(&text, "C:/Users/Li Lei/gobs"), text);
    }

    proptest! {
        #[test]
        fn twice_is_once_and_taking_out_gives_it_back(
            lines in prop::collection::vec(
                prop::sample::select(vec!["Host a\n", " Port 1\r\n", "# c\n", "\n", "Include x\n", "\u{feff}", "名", "\r", "\"", "\0"]),
                0..6,
            ),
        ) {
            let text = lines.concat().into_bytes();
            let once = with_include(&text, OURS);
            prop_assert_eq!(&with_include(&once, OURS), &once);
            prop_assert_eq!(without_include(&once, OURS), text);
        }
    }
}
