//! Files of variables that no shell reads: PAM's `/etc/environment`, systemd's `environment.d`, fish's universal variables.

use super::{Part, Word, is_name};

/// `NAME=VALUE` on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub name: String,
    pub value: Word,
    pub line: u32,
}

/// `pam_env(8)`: `export` may stand before it, one pair of quotes around the value, nothing is expanded.
pub fn pam_environment(text: &str) -> Vec<Assignment> {
    numbered(text)
        .filter_map(|(line, body)| {
            let body = body.split('#').next()?.trim();
            let (name, value) = body.strip_prefix("export ").unwrap_or(body).trim_start().split_once('=')?;
            let inner = |quote: char| value.strip_prefix(quote).map(|v| v.strip_suffix(quote).unwrap_or(v));
            let value = inner('"').or_else(|| inner('\'')).unwrap_or(value);
            let mut word = Word::default();
            word.push(value, true);
            is_name(name).then(|| Assignment { name: name.to_owned(), value: word, line })
        })
        .collect()
}

/// `environment.d(5)`: quotes as in a shell, `$NAME`, `${NAME}`, `${NAME:-WORD}`, `$$`; a backslash continues a line.
pub fn environment_d(text: &str) -> Vec<Assignment> {
    let mut found = Vec::new();
    let mut lines = numbered(text);
    while let Some((line, first)) = lines.next() {
        let mut body = first.trim_start().to_owned();
        if body.starts_with(['#', ';']) {
            continue;
        }
        while body.ends_with('\\') && !body.ends_with("\\\\") {
            body.pop();
            body.push_str(lines.next().map_or("", |(_, more)| more));
        }
        if let Some((name, value)) = body.split_once('=')
            && is_name(name.trim())
        {
            let value = systemd_word(value.trim());
            found.push(Assignment { name: name.trim().to_owned(), value, line });
        }
    }
    found
}

/// `~/.config/fish/fish_variables`: `SETUVAR --export NAME:value`, with `\xHH` for what is no letter and `\x1e` between list elements.
pub fn universal(text: &str) -> Vec<Assignment> {
    numbered(text)
        .filter_map(|(line, body)| {
            let (name, value) = body.strip_prefix("SETUVAR --export ")?.split_once(':')?;
            let mut word = Word::default();
            word.push(&unescaped(value), true);
            is_name(name).then(|| Assignment { name: name.to_owned(), value: word, line })
        })
        .collect()
}

fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.split('\n'))
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let code = rest[at..].strip_prefix("\\x").and_then(|hex| hex.get(..2));
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(0x1e) => out.push(' '),
            Some(byte) => out.push(char::from(byte)),
            None => {
                out.push_str(rest[at + 1..].chars().next().map_or("", |c| &rest[at + 1..][..c.len_utf8()]));
                rest = &rest[at + 1..];
                rest = rest.chars().next().map_or("", |c| &rest[c.len_utf8()..]);
                continue;
            }
        }
        rest = &rest[at + 4..];
    }
    out.push_str(rest);
    out
}

fn systemd_word(text: &str) -> Word {
    let mut word = Word::default();
    let mut quote = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '"' | '\'' if quote.is_none() => {
                quote = Some(c);
                word.push("", true);
            }
            c if quote == Some(c) => quote = None,
            '\\' if quote != Some('\'') => {
                let next = rest.chars().next().unwrap_or('\\');
                rest = &rest[next.len_utf8().min(rest.len())..];
                word.push(next.encode_utf8(&mut [0; 4]), true);
            }
            '$' if rest.starts_with('$') => {
                rest = &rest[1..];
                word.push("$", true);
            }
            '$' => {
                let braced = rest.starts_with('{');
                let body = rest.strip_prefix('{').unwrap_or(rest);
                let end = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(body.len());
                let (name, behind) = body.split_at(end);
                rest = behind;
                if braced {
                    let close = behind.find('}').unwrap_or(behind.len());
                    let more = &behind[..close];
                    rest = behind.get(close + 1..).unwrap_or("");
                    word.0.push(match more.strip_prefix(":-") {
                        Some(default) => Part::VarOr(name.to_owned(), Word::text(default)),
                        None if more.is_empty() => Part::Var(name.to_owned()),
                        None => Part::Unknown,
                    });
                } else if name.is_empty() {
                    word.push("$", true);
                } else {
                    word.0.push(Part::Var(name.to_owned()));
                }
            }
            c => word.push(c.encode_utf8(&mut [0; 4]), true),
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(found: Vec<Assignment>) -> Vec<(String, Option<String>, u32)> {
        found.into_iter().map(|a| (a.name, a.value.plain(), a.line)).collect()
    }

    #[test]
    fn pam_takes_one_pair_of_quotes_and_expands_nothing() {
        let text = |name: &str, value: &str, line| (name.to_owned(), Some(value.to_owned()), line);
        let got = plain(pam_environment(
            "# x\nPATH=\"/usr/bin\"\nexport GOPROXY='https://a,direct' # y\nGOPATH=$HOME/go\n1X=y\n",
        ));
        assert_eq!(
            got,
            [
                text("PATH", "/usr/bin", 2),
                text("GOPROXY", "https://a,direct", 3),
                text("GOPATH", "$HOME/go", 4)
            ]
        );
    }

    #[test]
    fn systemd_expands_and_continues() {
        let found = environment_d(
            "GOPROXY=\"https://a\\\"b\"\nGOPATH=${HOME}/go\nGOFLAGS=-a \\\n-b\nX=$$5\nY=${Z:-w}\n",
        );
        let values: Vec<_> = found.iter().map(|a| a.value.plain()).collect();
        assert_eq!(values[0].as_deref(), Some("https://a\"b"));
        assert_eq!(
            found[1].value.0,
            [Part::Var("HOME".into()), Part::Text { text: "/go".into(), quoted: true }]
        );
        assert_eq!((values[2].as_deref(), found[3].line), (Some("-a -b"), 5));
        assert_eq!(values[3].as_deref(), Some("$5"));
        assert_eq!(found[4].value.0, [Part::VarOr("Z".into(), Word::text("w"))]);
    }

    #[test]
    fn universal_variables_of_fish() {
        let text = "# This file\nSETUVAR EDITOR:vi\nSETUVAR --export GOPROXY:https\\x3a//goproxy\\x2ecn\\x2cdirect\n";
        assert_eq!(
            plain(universal(text)),
            [("GOPROXY".to_owned(), Some("https://goproxy.cn,direct".to_owned()), 3)]
        );
    }
}
