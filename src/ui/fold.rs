//! Prose folded to the width of a terminal: at spaces, and between Chinese characters but not before their punctuation.

use super::palette::width;

/// Marks that never begin a line.
const CLOSING: &str = "，。；：、！？）」』》”’…,.;:!?)]}%";

/// Marks that never end one.
const OPENING: &str = "（「『《“‘([{";

/// The lines of a text: the first of at most `first` columns, the others of `then`. A word that is wider than a line
/// (a path, a URL) stands whole, so that it can be copied.
pub(super) fn fold(text: &str, first: usize, then: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = first;
    for piece in pieces(text) {
        let line = lines.last_mut().expect("there is always a line");
        let wide = width(piece.trim_end());
        // Nothing is gained by leaving a first line empty where the next is no wider.
        let fresh = line.is_empty() && room >= then;
        if wide > room && !fresh {
            let kept = line.trim_end().len();
            line.truncate(kept);
            lines.push(piece.trim_start().to_owned());
            room = then.saturating_sub(width(piece));
        } else {
            line.push_str(piece);
            room = room.saturating_sub(width(piece));
        }
    }
    lines
}

/// The text cut wherever a line may end.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| may_part(before, c)) {
            pieces.push(&text[from..at]);
            from = at;
        }
        before = Some(c);
    }
    pieces.push(&text[from..]);
    pieces
}

fn may_part(before: char, after: char) -> bool {
    if before == ' ' {
        return after != ' ';
    }
    let wide = |c: char| unicode_width::UnicodeWidthChar::width(c) == Some(2);
    (wide(before) || wide(after)) && !CLOSING.contains(after) && !OPENING.contains(before) && after != ' '
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_parts_at_spaces_and_chinese_anywhere_but_before_its_marks() {
        assert_eq!(fold("go asks the proxy first", 12, 10), ["go asks the", "proxy", "first"]);
        assert_eq!(fold("校验库关闭，什么都不校验", 10, 12), ["校验库关", "闭，什么都不", "校验"]);
        assert_eq!(
            fold("设为 https://goproxy.cn,direct 即可", 12, 12),
            ["设为", "https://goproxy.cn,direct", "即可"]
        );
        assert_eq!(fold("short", 80, 80), ["short"]);
        assert_eq!(fold("", 80, 80), [""]);
        assert_eq!(fold("wider-than-any-line and more", 4, 8), ["", "wider-than-any-line", "and more"]);
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_too_wide() {
        let text = "GOPROXY：`https://goproxy.cn` 之后（逗号）的代理，只有在返回 404 or 410 时才会用到 and never otherwise";
        for columns in 24..90 {
            let lines = fold(text, columns - 8, columns);
            let whole: String = lines.concat().split_whitespace().collect();
            assert_eq!(whole, text.split_whitespace().collect::<String>());
            for (at, line) in lines.iter().enumerate() {
                assert!(width(line) <= if at == 0 { columns - 8 } else { columns }, "{columns}: {line}");
            }
        }
    }
}
