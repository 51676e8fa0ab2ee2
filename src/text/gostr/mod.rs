//! Strings as Go's `strings`, `strconv` and `unicode` treat them, as far as Go's own formats and messages need them.

mod quote;
#[allow(clippy::unreadable_literal, reason = "code points")]
mod tables;

use std::borrow::Cow;

pub use quote::{Unquote, quote, quote_bytes, quote_char, unquote};

/// `strings.Fields`: the words between Unicode spaces. Bytes that are not UTF-8 are no spaces.
pub fn fields(text: &[u8]) -> Vec<&[u8]> {
    let mut words = Vec::new();
    let mut start = None;
    let mut at = 0;
    while at < text.len() {
        let (c, size) = decode(&text[at..]);
        match (c.is_whitespace(), start) {
            (true, Some(from)) => {
                words.push(&text[from..at]);
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
        at += size;
    }
    words.extend(start.map(|from| &text[from..]));
    words
}

/// `utf8.DecodeRune` of a non-empty slice: the first rune and its size; U+FFFD and 1 where it is not UTF-8.
pub fn decode(text: &[u8]) -> (char, usize) {
    let first = text[0];
    if first < 0x80 {
        return (char::from(first), 1);
    }
    let size = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return (char::REPLACEMENT_CHARACTER, 1),
    };
    let known = text.get(..size).and_then(|rune| std::str::from_utf8(rune).ok());
    match known.and_then(|rune| rune.chars().next()) {
        Some(c) => (c, size),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

/// The text with every byte that is not UTF-8 replaced by U+FFFD, one by one, so that columns are Go's.
pub fn lossy(text: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut at = 0;
    while at < text.len() {
        let (c, size) = decode(&text[at..]);
        out.push(c);
        at += size;
    }
    Cow::Owned(out)
}

/// `strconv.IsPrint`: letters, numbers, punctuation, symbols and the ASCII space.
pub fn is_print(c: char) -> bool {
    within(tables::PRINT, c)
}

/// `unicode.IsLetter`.
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    within(tables::LETTER, c)
}

/// `strToFold` of x/mod/zip: two strings fold to the same text exactly if `strings.EqualFold` calls them equal.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(fold_char).collect())
}

fn fold_char(c: char) -> char {
    let rune = u32::from(c);
    let at = tables::FOLD.partition_point(|(first, ..)| *first <= rune);
    match at.checked_sub(1).map(|at| tables::FOLD[at]) {
        Some((first, last, step, to)) if rune <= last && (rune - first) % step == 0 => {
            char::from_u32(to + (rune - first)).unwrap_or(c)
        }
        _ => c,
    }
}

fn within(runs: &[(u32, u32)], c: char) -> bool {
    let code = u32::from(c);
    let at = runs.partition_point(|(first, _)| *first <= code);
    at.checked_sub(1).is_some_and(|at| code <= runs[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_between_unicode_spaces() {
        let text = "a\u{a0}b\u{3000}\tc\r";
        assert_eq!(fields(text.as_bytes()), [b"a", b"b", b"c"]);
        assert_eq!(fields(b"\x85 \xa0"), [b"\x85".as_slice(), b"\xa0"]);
        assert_eq!(fields(b" \n"), Vec::<&[u8]>::new());
    }

    #[test]
    fn every_bad_byte_is_one_rune() {
        assert_eq!(lossy(b"a\xe4\xbdb"), "a\u{fffd}\u{fffd}b");
        assert_eq!(lossy("中".as_bytes()), "中");
    }

    #[test]
    fn printable_letters_and_folds() {
        assert!(is_print(' ') && is_print('中') && is_print('\u{fffd}'));
        assert!(!is_print('\u{feff}') && !is_print('\u{3000}') && !is_print('\u{ad}') && !is_print('\0'));
        assert!(is_letter('é') && is_letter('中') && !is_letter('1') && !is_letter('\u{301}'));
        assert_eq!(fold("README.md"), "readme.md");
        assert_eq!(fold("\u{212a}ĀĂ"), fold("kāă"));
        assert_ne!(fold("ı"), fold("i"));
    }
}
