//! The last writer: the home directory becomes `~`, credentials become `***`, control characters become visible.

use std::path::Path;

use crate::model::secret::{MASK, Secrets, mask_userinfo};
use crate::order::Order;

/// What to mask on the way out.
#[derive(Clone, Default)]
pub struct Redact {
    home: Option<String>,
    secrets: Secrets,
}

impl Redact {
    pub fn new(home: Option<&Path>, secrets: Secrets) -> Redact {
        let home = home.map(|home| home.display().to_string()).filter(|home| home.len() > 1);
        Redact { home, secrets }
    }

    /// For people: masked, `~` for home, escapes made visible.
    pub fn show(&self, text: &str) -> String {
        visible(&self.tilde(&self.mask(text)))
    }

    /// For machines: masked only. Paths stay absolute; JSON escapes by itself.
    pub fn mask(&self, text: &str) -> String {
        mask_tokens(&self.secrets.mask(&mask_userinfo(text)))
    }

    fn tilde(&self, text: &str) -> String {
        let Some(home) = &self.home else {
            return text.to_owned();
        };
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(home.as_str()) {
            let (head, tail) = rest.split_at(at);
            let after = &tail[home.len()..];
            // A whole path, not the beginning of a longer name, and not the middle of one.
            let ends = after.chars().next().is_none_or(|c| !(c.is_alphanumeric() || "-_.".contains(c)));
            let begins = head
                .chars()
                .next_back()
                .is_none_or(|c| !(c.is_alphanumeric() || "-_./".contains(c)) || head.ends_with("://"));
            out.push_str(head);
            out.push_str(if ends && begins && !head.ends_with("://") { "~" } else { home });
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// Other programs' control characters, escaped: `\x1b` shows as `\u{1b}`. Tabs become spaces.
pub fn visible(text: &str) -> String {
    if !text.chars().any(is_hidden) {
        return text.to_owned();
    }
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '\t' => out.push_str("    "),
            c if is_hidden(c) => out.extend(c.escape_default()),
            c => out.push(c),
        }
        out
    })
}

/// Control characters, and the ones that turn the direction of a line.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Tokens that are known by their shape, wherever they stand.
fn mask_tokens(text: &str) -> String {
    const PREFIXES: [&str; 9] =
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glcbt-"];
    let mut out = mask_named(&mask_keys(text));
    for prefix in PREFIXES {
        let mut from = 0;
        while let Some(at) = out[from..].find(prefix).map(|at| at + from) {
            let start = at + prefix.len();
            let end = out[start..]
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
                .map_or(out.len(), |len| start + len);
            if end - start >= 8 {
                out.replace_range(at..end, MASK);
                from = at + MASK.len();
            } else {
                from = end;
            }
        }
    }
    out
}

/// What stands after a word that announces a secret: a header of a login, a parameter of a URL.
fn mask_named(text: &str) -> String {
    const HEADERS: [&str; 3] = ["authorization:", "private-token:", "job-token:"];
    const SCHEMES: [&str; 4] = ["basic", "bearer", "token", "digest"];
    const PARAMETERS: [&str; 6] =
        ["access_token=", "private_token=", "job_token=", "password=", "passwd=", "token="];
    let lower = text.to_ascii_lowercase();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let word = |from: usize| {
        let start = from + text[from..].len() - text[from..].trim_start_matches(' ').len();
        let len = text[start..].find(|c: char| c.is_whitespace() || "&\"'`,;<>，；。）".contains(c));
        (start, len.map_or(text.len(), |len| start + len))
    };
    for header in HEADERS {
        for (at, _) in lower.match_indices(header) {
            let (start, end) = word(at + header.len());
            let scheme = SCHEMES.contains(&&lower[start..end]);
            spans.push(if scheme { word(end) } else { (start, end) });
        }
    }
    for parameter in PARAMETERS {
        for (at, _) in lower.match_indices(parameter) {
            let from = at + parameter.len();
            let before = text[..at].chars().next_back();
            let begins = before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
            if begins && !text[from..].starts_with(' ') {
                spans.push(word(from));
            }
        }
    }
    spans.retain(|(start, end)| end > start && &text[*start..*end] != MASK);
    spans.order();
    let mut out = text.to_owned();
    let mut last = usize::MAX;
    for (start, end) in spans.into_iter().rev().filter(|(_, end)| *end <= text.len()) {
        if end <= last {
            out.replace_range(start..end, MASK);
            last = start;
        }
    }
    out
}

/// The body of a private key in PEM, to its end line or to the end of the text.
fn mask_keys(text: &str) -> String {
    const BEGIN: &str = "PRIVATE KEY-----";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let (head, body) = rest.split_at(at + BEGIN.len());
        out.push_str(head);
        // `-----END … PRIVATE KEY-----` names it, too, and has no body.
        if head.rsplit("-----").nth(1).is_some_and(|words| words.starts_with("END ")) {
            rest = body;
            continue;
        }
        let end = body.find("-----END").unwrap_or(body.len());
        if !body[..end].trim().is_empty() {
            out.push_str(MASK);
        }
        rest = &body[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_announced_and_what_a_key_holds() {
        let redact = Redact::default();
        for (seen, shown) in [
            ("Authorization: Basic dTpw", "Authorization: Basic ***"),
            ("http.extraHeader=AUTHORIZATION: bearer abc.def", "http.extraHeader=AUTHORIZATION: bearer ***"),
            ("PRIVATE-TOKEN: abc and more", "PRIVATE-TOKEN: *** and more"),
            ("https://h/x?private_token=abc&x=1", "https://h/x?private_token=***&x=1"),
            ("mytoken=abc", "mytoken=abc"),
            ("GOAUTH=helper --token=abc", "GOAUTH=helper --token=***"),
            ("需要 password=abc，", "需要 password=***，"),
            ("Authorization: ", "Authorization: "),
            (
                "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\nbnNz\n-----END OPENSSH PRIVATE KEY----- ok",
                "-----BEGIN OPENSSH PRIVATE KEY-----***-----END OPENSSH PRIVATE KEY----- ok",
            ),
            ("-----BEGIN PRIVATE KEY-----\nMIIE", "-----BEGIN PRIVATE KEY-----***"),
        ] {
            assert_eq!(redact.mask(seen), shown);
            assert_eq!(redact.mask(shown), shown);
        }
    }

    #[test]
    fn home_tokens_and_escapes() {
        let secrets = Secrets::default();
        secrets.learn("s3cr3t-pw");
        let redact = Redact::new(Some(Path::new("/home/li")), secrets);
        assert_eq!(redact.show("/home/li/.netrc:3"), "~/.netrc:3");
        assert_eq!(redact.show("/home/lin/x /data/home/li"), "/home/lin/x /data/home/li");
        assert_eq!(redact.show("file:///home/li/x"), "file:///home/li/x");
        assert_eq!(redact.show("https://u:p@h/x"), "https://***@h/x");
        assert_eq!(redact.show("token glpat-abcdefgh12345678 end"), "token *** end");
        assert_eq!(redact.show("password s3cr3t-pw"), "password ***");
        assert_eq!(redact.show("a\x1b[31mb\tc"), "a\\u{1b}[31mb    c");
    }
}
