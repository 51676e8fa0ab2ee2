//! Words with optional quotes, as GOFLAGS, CC and GOAUTH commands are split (`cmd/internal/quoted`).

/// `quoted.Split`: quotes count only at the start of a word; nothing is unescaped.
pub fn split(text: &str) -> Result<Vec<&str>, String> {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let mut words = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            quote @ ('"' | '\'') => {
                rest[1..].split_once(quote).ok_or_else(|| format!("unterminated {quote} string"))?
            }
            _ => rest.split_at(rest.find(is_space).unwrap_or(rest.len())),
        };
        words.push(word);
        rest = after.trim_start_matches(is_space);
    }
    Ok(words)
}

/// One word quoted, where it needs it, so that `split` gives it back. `None` if it holds both quotes.
pub fn quote(word: &str) -> Option<String> {
    let needs = word.is_empty() || word.contains([' ', '\t', '\n', '\r', '\'', '"']);
    match (needs, word.contains('\''), word.contains('"')) {
        (false, ..) => Some(word.to_owned()),
        (true, false, _) => Some(format!("'{word}'")),
        (true, true, false) => Some(format!("\"{word}\"")),
        (true, true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words() {
        assert_eq!(
            split("-mod=mod  '-ldflags=-s -w' \"a b\"c").unwrap(),
            ["-mod=mod", "-ldflags=-s -w", "a b", "c"]
        );
        assert_eq!(split("a'b").unwrap(), ["a'b"]);
        assert_eq!(split("'a").unwrap_err(), "unterminated ' string");
        assert_eq!(split(" \t").unwrap(), [] as [&str; 0]);
    }

    proptest! {
        #[test]
        fn quote_is_undone_by_split(word in "[a-z \"']{0,8}") {
            if let Some(quoted) = quote(&word) {
                prop_assert_eq!(split(&quoted).unwrap(), [word.as_str()]);
            }
        }
    }
}
