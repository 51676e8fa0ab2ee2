//! ssh's own ways to cut a line into words, and to quote them.

/// What separates the words of a line; a carriage return is one of them.
pub(super) const WHITESPACE: &[u8] = b" \t\r\n";

/// `misc.c:strdelim`: the next word up to white space, a quote or one `=`. The rest stays in `text`.
///
/// `None` at the end, and for a quote that is not closed.
pub(super) fn delimited(text: &mut Option<&[u8]>) -> Option<Vec<u8>> {
    let line = text.take()?;
    let Some(at) = line.iter().position(|b| WHITESPACE.contains(b) || *b == b'"' || *b == b'=') else {
        return Some(line.to_vec());
    };
    let after = &line[at + 1..];
    if line[at] == b'"' {
        let end = after.iter().position(|b| *b == b'"')?;
        *text = Some(after_space(&after[end + 1..]));
        return Some([&line[..at], &after[..end]].concat());
    }
    let mut rest = after_space(after);
    if line[at] != b'=' && rest.first() == Some(&b'=') {
        rest = after_space(&rest[1..]);
    }
    *text = Some(rest);
    Some(line[..at].to_vec())
}

pub(super) fn after_space(text: &[u8]) -> &[u8] {
    let space = text.iter().take_while(|b| WHITESPACE.contains(b)).count();
    &text[space..]
}

/// `misc.c:argv_split`: the arguments of a line, up to a `#` that begins one. `None` for a quote that is not closed.
pub(super) fn arguments(text: &[u8]) -> Option<Vec<String>> {
    let mut arguments = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if byte == b' ' || byte == b'\t' {
            at += 1;
            continue;
        }
        if byte == b'#' {
            break;
        }
        let mut word = Vec::new();
        let mut quote = None;
        while let Some(&byte) = text.get(at) {
            match (byte, quote) {
                (b'\\', _) => match text.get(at + 1) {
                    Some(&next) if b"'\"\\".contains(&next) || quote.is_none() && next == b' ' => {
                        word.push(next);
                        at += 1;
                    }
                    _ => word.push(byte),
                },
                (b' ' | b'\t', None) => break,
                (b'"' | b'\'', None) => quote = Some(byte),
                (byte, Some(open)) if byte == open => quote = None,
                (byte, _) => word.push(byte),
            }
            at += 1;
        }
        if quote.is_some() {
            return None;
        }
        arguments.push(String::from_utf8_lossy(&word).into_owned());
    }
    Some(arguments)
}

/// A word in quotes where ssh would need them; [`arguments`] reads it back.
///
/// A backslash is written twice only where ssh would take it for an escape: older versions know no escapes,
/// and `C:\keys` must work with them too.
pub(super) fn quoted(word: &str) -> String {
    let quote =
        word.is_empty() || word.ends_with('\\') || word.contains([' ', '\t', '\x0c', '#', '"', '\'', '=']);
    let mut out = String::with_capacity(word.len() + 2);
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = match c {
            '"' => true,
            '\\' => match chars.peek() {
                Some(next) => matches!(next, '\\' | '"' | '\'' | ' '),
                None => true,
            },
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(c);
    }
    if quote { format!("\"{out}\"") } else { out }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn arguments_as_ssh_splits_them() {
        let split = |text: &str| arguments(text.as_bytes());
        let some = |words: &[&str]| Some(words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(split("a b\tc"), some(&["a", "b", "c"]));
        assert_eq!(split("a # b"), some(&["a"]));
        assert_eq!(split("a#b"), some(&["a#b"]));
        assert_eq!(split("\"a b\" 'c \"d'"), some(&["a b", "c \"d"]));
        assert_eq!(split("a\\ b C:\\keys \\\"q"), some(&["a b", "C:\\keys", "\"q"]));
        assert_eq!(split("x\"y z\"w"), some(&["xy zw"]));
        assert_eq!(split("\"\""), some(&[""]));
        assert_eq!(split("\"a"), None);
        assert_eq!(split(""), some(&[]));
    }

    #[test]
    fn words_before_an_equals_sign() {
        let words = |text: &str| {
            let mut rest = Some(text.as_bytes());
            let first = delimited(&mut rest).map(|word| String::from_utf8(word).unwrap());
            (first, rest.map(|rest| String::from_utf8(rest.to_vec()).unwrap()))
        };
        assert_eq!(words("Port 22"), (Some("Port".into()), Some("22".into())));
        assert_eq!(words("Port=22"), (Some("Port".into()), Some("22".into())));
        assert_eq!(words("Port = 22"), (Some("Port".into()), Some("22".into())));
        assert_eq!(words("Port==22"), (Some("Port".into()), Some("=22".into())));
        assert_eq!(words("\"Port\" 22"), (Some("Port".into()), Some("22".into())));
        assert_eq!(words("Po\"rt 22"), (None, None));
        assert_eq!(words("Port"), (Some("Port".into()), None));
    }

    proptest! {
        #[test]
        fn what_is_quoted_is_read_back(
            words in prop::collection::vec("[^\0\r\n]{0,8}", 0..4), odd in "[ \\\\\"'#=a]{0,8}",
        ) {
            let words: Vec<String> = words.into_iter().chain([odd]).collect();
            let line: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            prop_assert_eq!(arguments(line.join(" ").as_bytes()), Some(words));
        }
    }
}
