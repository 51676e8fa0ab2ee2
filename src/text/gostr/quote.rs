//! `strconv.Quote` and `strconv.Unquote`: how Go shows a string in a message, and reads one in go.mod.

use std::fmt::Write;

use super::{decode, is_print};

/// `%q` of a string.
pub fn quote(text: &str) -> String {
    quote_bytes(text.as_bytes())
}

/// `%q` of a string that need not be UTF-8: bad bytes become `\x..`.
pub fn quote_bytes(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut at = 0;
    while at < text.len() {
        let (c, size) = decode(&text[at..]);
        if c == char::REPLACEMENT_CHARACTER && size == 1 {
            let _ = write!(out, "\\x{:02x}", text[at]);
        } else {
            push_escaped(&mut out, c, '"');
        }
        at += size;
    }
    out.push('"');
    out
}

/// `%q` of a rune.
pub fn quote_char(c: char) -> String {
    let mut out = String::from("'");
    push_escaped(&mut out, c, '\'');
    out.push('\'');
    out
}

/// `appendEscapedRune`.
fn push_escaped(out: &mut String, c: char, quote: char) {
    let rune = u32::from(c);
    let _ = match c {
        '\\' => out.write_str("\\\\"),
        c if c == quote => write!(out, "\\{c}"),
        c if is_print(c) => out.write_char(c),
        '\x07' => out.write_str("\\a"),
        '\x08' => out.write_str("\\b"),
        '\x0c' => out.write_str("\\f"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\x0b' => out.write_str("\\v"),
        _ if rune < 0x20 || rune == 0x7f => write!(out, "\\x{rune:02x}"),
        _ if rune < 0x10000 => write!(out, "\\u{rune:04x}"),
        _ => write!(out, "\\U{rune:08x}"),
    };
}

/// The one error of `strconv.Unquote`: `invalid syntax`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unquote;

impl std::fmt::Display for Unquote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("invalid syntax")
    }
}

/// `strconv.Unquote` of a `"…"` or a raw string; a `'…'` is not asked for anywhere and refused.
///
/// Escapes may make bytes that are not UTF-8 (`\xff`).
pub fn unquote(text: &str) -> Result<Vec<u8>, Unquote> {
    let inner = |quote| {
        text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).filter(|_| text.len() >= 2)
    };
    if let Some(raw) = inner('`') {
        if raw.contains('`') {
            return Err(Unquote);
        }
        return Ok(raw.bytes().filter(|b| *b != b'\r').collect());
    }
    let mut rest = inner('"').ok_or(Unquote)?;
    let mut out = Vec::with_capacity(rest.len());
    while let Some(c) = rest.chars().next() {
        if c == '"' || c == '\n' {
            return Err(Unquote);
        }
        if c != '\\' {
            out.extend_from_slice(&rest.as_bytes()[..c.len_utf8()]);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        rest = unescape(&rest[1..], &mut out)?;
    }
    Ok(out)
}

/// What follows a backslash; answers what follows the escape.
fn unescape<'a>(rest: &'a str, out: &mut Vec<u8>) -> Result<&'a str, Unquote> {
    let c = rest.chars().next().ok_or(Unquote)?;
    let after = &rest[c.len_utf8()..];
    let digits = |count: usize, radix| {
        let digits = after.get(..count).ok_or(Unquote)?;
        if !digits.chars().all(|c| c.is_digit(radix)) {
            return Err(Unquote);
        }
        u32::from_str_radix(digits, radix).map_err(|_| Unquote)
    };
    let plain = match c {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' | '"' => c as u8,
        'x' => {
            out.push(u8::try_from(digits(2, 16)?).map_err(|_| Unquote)?);
            return Ok(&after[2..]);
        }
        'u' | 'U' => {
            let count = if c == 'u' { 4 } else { 8 };
            let rune = char::from_u32(digits(count, 16)?).ok_or(Unquote)?;
            out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
            return Ok(&after[count..]);
        }
        '0'..='7' => {
            let value = (c as u32 - '0' as u32) * 64 + digits(2, 8)?;
            out.push(u8::try_from(value).map_err(|_| Unquote)?);
            return Ok(&after[2..]);
        }
        _ => return Err(Unquote),
    };
    out.push(plain);
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_as_go_shows() {
        assert_eq!(quote("a\"b\\\n中\u{feff}"), r#""a\"b\\\n中\ufeff""#);
        assert_eq!(quote_bytes(b"\xff\0"), r#""\xff\x00""#);
        assert_eq!(quote_char('\''), r"'\''");
        assert_eq!(quote_char('"'), "'\"'");
    }

    #[test]
    fn read_as_go_reads() {
        assert_eq!(unquote(r#""a\x41\u4e2d\101""#).unwrap(), "aA中A".as_bytes());
        assert_eq!(unquote("`a\r\\`").unwrap(), b"a\\");
        for bad in [
            "",
            "\"",
            "\"a",
            "\"a\"b\"",
            r#""\'""#,
            r#""\400""#,
            r#""\ud800""#,
            "`a`b`",
            r#""\+1""#,
            "'a'",
            r#""\""#,
        ] {
            assert_eq!(unquote(bad), Err(Unquote), "{bad}");
        }
    }
}
