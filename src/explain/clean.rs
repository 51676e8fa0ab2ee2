//! What CI systems, containers and terminals put around a line, taken off; what is left keeps its indent.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;

/// The line as the program wrote it.
pub(super) fn clean(line: Cow<'_, str>) -> Cow<'_, str> {
    let line = plain(recorded(line));
    let head = head(&line);
    let line = match head {
        0 => line,
        head => Cow::Owned(line[head..].to_owned()),
    };
    unwrapped(plain_quotes(line))
}

/// With the quotes that go wrote, where a web page or a chat made others of them.
fn plain_quotes(line: Cow<'_, str>) -> Cow<'_, str> {
    // Most lines have neither an ampersand nor the first byte of such a quote.
    if memchr::memchr2(b'&', 0xe2, line.as_bytes()).is_none() {
        return line;
    }
    if line.contains("&quot;") || line.contains("&#34;") || line.contains("&#39;") {
        let text = line.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'");
        return Cow::Owned(text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&"));
    }
    // macOS quotes a certificate's name so: only what stands around a URL was changed by others.
    if line.contains("“http") || line.contains("‘http") {
        return Cow::Owned(line.replace(['“', '”'], "\"").replace(['‘', '’'], "'"));
    }
    line
}

/// A line as Docker's `json-file` driver keeps it: `{"log":"go: …\n","stream":"stderr","time":"…"}`.
fn recorded(line: Cow<'_, str>) -> Cow<'_, str> {
    if !line.starts_with("{\"log\":\"") {
        return line;
    }
    let value: Option<serde_json::Value> = serde_json::from_str(line.trim_end()).ok();
    match value.as_ref().and_then(|value| value.get("log")).and_then(serde_json::Value::as_str) {
        Some(text) => Cow::Owned(text.trim_end_matches('\n').to_owned()),
        None => line,
    }
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

/// No prefix is longer.
const LONGEST: usize = 200;

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
        if first.is_ascii_lowercase() && !may_be_a_name(rest) {
            break;
        }
        match prefix().find(rest) {
            // Bounds within the forms would make an automaton of hundreds of states.
            Some(found) if (1..=LONGEST).contains(&found.end()) => at += found.end(),
            _ => break,
        }
    }
    at
}

/// Whether a word in small letters may be the name of a container, a job or a stream.
fn may_be_a_name(rest: &str) -> bool {
    let word = rest.split([' ', '\t']).next().unwrap_or("");
    rest.contains(['|', '\t'])
        || rest.starts_with("section_")
        || rest.starts_with("std")
        || (word.ends_with(':') && word.contains('-'))
}

fn prefix() -> &'static Regex {
    static PREFIX: OnceLock<Regex> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let forms = [
            // GitHub Actions, GitLab, Jenkins, k8s: a time stamp, with or without brackets, and GitLab's stream mark.
            r"\[?[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T _][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?\]?(?: [0-9]{2}[OE]\+?)?(?: |$)",
            r"\[?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?\]?(?:  ?|$)",
            // What a container's runtime puts behind its own.
            r"std(?:out|err) [FP] ",
            // `gh run view --log`: job, step and time; Bamboo: stream and time.
            r"[^\t]+\t[^\t]+\t\u{feff}?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z ",
            r"(?:build|error|simple|command)\t[0-9]{2}-[A-Z][a-z]{2}-[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}\t",
            // docker build: `#12 3.456 `, or in its summary `3.456 `.
            r"#[0-9]+ (?:[0-9]+\.[0-9]+ )?",
            r"[0-9]{1,4}\.[0-9]{1,3} ",
            r" ?> \[[^\]]+\] ",
            // docker compose, tekton, drone, stern.
            r"[A-Za-z0-9_.-]+ +\| ",
            r"\[[A-Za-z][^\[\]]*\] (?: {0,3}\| )?",
            // Argo, with the name of the pod.
            r"[a-z0-9]+(?:-[a-z0-9]+)*-[a-z]*[0-9][a-z0-9]{4,}: ",
            // TeamCity: time, stream, step.
            r"\[[0-9:]{8}\](?:[EWFit]?:\t ?|\[Step [0-9]+/[0-9]+\] )",
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
    let structured = [
        "msg=\"",
        "\"log\":\"",
        "\"message\":\"",
        "\"msg\":\"",
        "error=\"",
        "err=\"",
        "\"stderr\": \"",
        "\"stdout\": \"",
        "\"msg\": \"",
        "\\n\\t",
    ];
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
            ("go: Get &#34;https://a&#34;: EOF", "go: Get \"https://a\": EOF"),
            ("go: Get “https://a”: EOF", "go: Get \"https://a\": EOF"),
            ("x509: “a.test” certificate is not trusted", "x509: “a.test” certificate is not trusted"),
            ("1.214 \tgo.sum: h1:x", "\tgo.sum: h1:x"),
            ("10:11:12  go: x", "go: x"),
            ("[Build API] \tgo.sum: h1:x", "\tgo.sum: h1:x"),
            ("[build : compile] go: x", "go: x"),
            ("[CI/build]   | go: x", "go: x"),
            ("[08:00:03]E:\t [Step 2/3] go: x", "go: x"),
            ("[08:00:03][Step 2/3] \tgo.sum: h1:x", "\tgo.sum: h1:x"),
            ("build-7xk2d-351897: \tserver response: y", "\tserver response: y"),
            ("build\tRun go build\t2026-04-07T08:00:01.1112223Z \tgo.sum: h1:x", "\tgo.sum: h1:x"),
            ("error\t07-Apr-2026 08:00:03\tgo: x", "go: x"),
            ("2026-05-01T10:00:00.123456789+08:00 stderr F go: x", "go: x"),
            (
                r#"{"log":"\tgo.sum: h1:x\n","stream":"stderr","time":"2026-05-01T10:00:00Z"}"#,
                "\tgo.sum: h1:x",
            ),
            ("pkg-config: exec format error", "pkg-config: exec format error"),
            ("go: a\u{0}b\u{7}", "go: ab"),
            ("main.go:4:2: no", "main.go:4:2: no"),
            ("level=fatal msg=\"a\\nb \\\"c\\\"\"", "level=fatal msg=\"a\nb \"c\"\""),
        ] {
            assert_eq!(clean(Cow::Borrowed(raw)), want, "{raw:?}");
        }
    }
}
