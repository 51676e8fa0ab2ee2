//! The difference between two states of a file, as unified lines.

/// One line of a unified difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// `@@ -1,3 +1,4 @@`
    Hunk(String),
    Same(String),
    Removed(String),
    Added(String),
    /// `\ No newline at end of file`, said of the line above.
    NoNewline,
}

/// The hunks from `before` to `after`, three lines of context; bytes that are not UTF-8 are shown replaced.
pub fn unified(before: &[u8], after: &[u8]) -> Vec<Line> {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let diff = similar::TextDiff::from_lines(before.as_ref(), after.as_ref());
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        lines.push(Line::Hunk(hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let text = change.value().trim_end_matches('\n').to_owned();
            lines.push(match change.tag() {
                similar::ChangeTag::Equal => Line::Same(text),
                similar::ChangeTag::Delete => Line::Removed(text),
                similar::ChangeTag::Insert => Line::Added(text),
            });
            if !change.value().ends_with('\n') {
                lines.push(Line::NoNewline);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_last_newline_is_said() {
        let lines = unified(b"a\nb", b"a\nb\nc\n");
        assert_eq!(
            lines,
            [
                Line::Hunk("@@ -1,2 +1,3 @@".into()),
                Line::Same("a".into()),
                Line::Removed("b".into()),
                Line::NoNewline,
                Line::Added("b".into()),
                Line::Added("c".into()),
            ]
        );
        assert_eq!(unified(b"a\n", b"a\n"), []);
    }
}
