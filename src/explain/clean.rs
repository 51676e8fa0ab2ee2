//! What CI systems, containers and terminals put around a line, taken off; what is left keeps its indent.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;

/// The line as the program wrote it.
pub(super) fn clean(line: Cow<'_, str>) -> Cow<'_, str> {
    let line = plain(line);
    let head = head(&line);
    let line = match head {
        0 => line,
        head => Cow::Owned(line[head..].to_owned()),
    };
    unwrapped(line)
}

/// Without control sequences and what a carriage return overwrote.
fn plain(line: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = line.as_bytes();
    if !bytes.iter().any(|b| (*b < b' ' && *b != b'\t') || *b == 0x7f) {
        return line;
    }
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.next() {
                // CSI: parameters, then one final byte.
                Some('[') => while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
                // OSC, DCS and kin: up to BEL or ST.
                Some(']' | 'P' | 'X' | '^' | '_') => {
                    while let Some(c) = chars.next() {
                        if c == '\u{7}' || (c == '\u{1b}' && chars.next_if_eq(&'\\').is_some()) {
                            break;
                        }
                    }
                }
                _ => {}
            },
            '\r' => {
                if chars.peek().is_some_and(|next| *next != '\r') {
                    out.clear();
                }
            }
            '\u{8}' => _ = out.pop(),
            '\t' => out.push('\t'),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// How many bytes at the front are somebody else's.
fn head(line: &str) -> usize {
    let mut at = 0;
    // Prefixes nest: a container's within a CI system's.
    for _ in 0..5 {
        let rest = &line[at..];
        let Some(first) = rest.bytes().next() else { break };
        // Only these begin a prefix; an indented line has none.
        if !(first.is_ascii_digit() || b"[#>|:=-EWI".contains(&first) || first.is_ascii_alphabetic()) {
            break;
        }
        // A word in small letters may only be the name of a container.
        if first.is_ascii_lowercase() && !rest.contains('|') && !rest.starts_with("section_") {
            break;
        }
        match prefix().find(rest) {
            Some(found) if found.end() > 0 => at += found.end(),
            _ => break,
        }
    }
    at
}

fn prefix() -> &'static Regex {
    static PREFIX: OnceLock<Regex> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let forms = [
            // GitHub Actions, GitLab, Jenkins, k8s: a time stamp, with or without brackets, and GitLab's stream mark.
            r"\[?[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T _][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?\]?(?: [0-9]{2}[OE]\+?)?(?: |$)",
            r"\[?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?\]?(?: |$)",
            // docker build: `#12 3.456 `.
            r"#[0-9]+ (?:[0-9]+\.[0-9]+ )?",
            r" ?> \[[^\]]{1,80}\] ",
            // docker compose, tekton, drone, stern.
            r"[A-Za-z0-9_.-]{1,60} +\| ",
            r"\[(?:step-)?[a-z0-9_.-]{1,60}(?::L?[0-9]+)?(?::[0-9]+s?)?\] ",
            r"##\[(?:error|warning|debug|group|command)\]",
            r"::(?:error|warning|notice)(?: [^:]*)?::",
            r"section_(?:start|end):[0-9]+:[a-z_0-9]+",
            // log frameworks, Maven-like build tools.
            r"\[(?:INFO|ERROR|WARN|WARNING|FATAL|DEBUG)\] ",
            r"(?:ERROR|FATAL|WARN|INFO)(?:\[[0-9]{4}\])? +",
            r"[A-Z][a-z]{2} +[0-9]{1,2} [0-9]{2}:[0-9]{2}:[0-9]{2} [A-Za-z0-9_.-]+ [A-Za-z0-9_.-]+(?:\[[0-9]+\])?: ",
            // quoted in a mail or an issue.
            r"> ",
            r"\|  ?",
        ];
        Regex::new(&format!("^(?:{})", forms.join("|"))).expect("a constant")
    })
}

/// A message in the quotes of a structured log: its `\n`, `\t` and `\"` are line ends, tabs and quotes.
fn unwrapped(line: Cow<'_, str>) -> Cow<'_, str> {
    let structured = ["msg=\"", "\"log\":\"", "\"message\":\"", "\"msg\":\"", "error=\"", "err=\""];
    if (line.contains("\\n") || line.contains("\\\"")) && structured.iter().any(|mark| line.contains(mark)) {
        let text = line.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"");
        return Cow::Owned(text);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_line() {
        for (raw, want) in [
            ("go: x", "go: x"),
            ("\tgo.sum: h1:x", "\tgo.sum: h1:x"),
            ("2026-05-01T10:00:00.1234567Z go: x", "go: x"),
            ("2026-05-01T10:00:00.1234567Z \tdownloaded: y", "\tdownloaded: y"),
            ("2026-05-01T10:00:00.123456Z 01E go: x", "go: x"),
            ("[2026-05-01T10:00:00.123Z] go: x", "go: x"),
            ("10:11:12 go: x", "go: x"),
            ("#12 3.456 go: x", "go: x"),
            ("#12 3.456 \tserver response: y", "\tserver response: y"),
            ("##[error]go: x", "go: x"),
            ("::error file=a::go: x", "go: x"),
            ("web_1  | go: x", "go: x"),
            ("[build:L3:0s] go: x", "go: x"),
            ("2026/05/01 10:00:00 go: x", "go: x"),
            ("[ERROR] go: x", "go: x"),
            ("\u{1b}[31mgo: \u{1b}[0mx", "go: x"),
            ("\u{1b}]8;;http://a\u{7}go: x", "go: x"),
            ("10%\r50%\rgo: x\r", "go: x"),
            ("> go: x", "go: x"),
            ("go: a\u{0}b\u{7}", "go: ab"),
            ("main.go:4:2: no", "main.go:4:2: no"),
            ("level=fatal msg=\"a\\nb \\\"c\\\"\"", "level=fatal msg=\"a\nb \"c\"\""),
        ] {
            assert_eq!(clean(Cow::Borrowed(raw)), want, "{raw:?}");
        }
    }
}
