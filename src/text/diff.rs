//! The difference between two states of a file, as unified lines.

use similar::algorithms::{Capture, Replace, myers};
use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, DiffTag};

/// Lines shown on either side of a change.
const CONTEXT: usize = 3;

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
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    // One algorithm by name: the crate's convenient front builds every one of them, half a megabyte of code.
    let mut hook = Replace::new(Capture::new());
    let Ok(()) = myers::diff(&mut hook, &old[..], 0..old.len(), &new[..], 0..new.len());
    let mut lines = Vec::new();
    for hunk in hook.into_inner().into_grouped_ops(CONTEXT) {
        lines.push(Line::Hunk(UnifiedHunkHeader::new(&hunk).to_string()));
        for (tag, before, after) in hunk.iter().map(DiffOp::as_tag_tuple) {
            match tag {
                DiffTag::Equal => tell(&mut lines, &old[before], Line::Same),
                _ => {
                    tell(&mut lines, &old[before], Line::Removed);
                    tell(&mut lines, &new[after], Line::Added);
                }
            }
        }
    }
    lines
}

fn tell(lines: &mut Vec<Line>, texts: &[&str], line: fn(String) -> Line) {
    for text in texts {
        lines.push(line(text.trim_end_matches('\n').to_owned()));
        if !text.ends_with('\n') {
            lines.push(Line::NoNewline);
        }
    }
}

/// The whole lines in which two texts differ: from the first that differs to the last, on both sides.
pub fn changed<'a>(before: &'a [u8], after: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let lines = |text: &'a [u8]| text.split_inclusive(|b| *b == b'\n').collect::<Vec<_>>();
    let (old, new) = (lines(before), lines(after));
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let inner = |text: &'a [u8], lines: &[&[u8]]| {
        let size = |lines: &[&[u8]]| lines.iter().map(|line| line.len()).sum::<usize>();
        &text[size(&lines[..head])..text.len() - size(&lines[lines.len() - tail..])]
    };
    (inner(before, &old), inner(after, &new))
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

    #[test]
    fn what_changed() {
        assert_eq!(changed(b"a\nb\nc\n", b"a\nX\nY\nc\n"), (&b"b\n"[..], &b"X\nY\n"[..]));
        assert_eq!(changed(b"a\n", b"a\n"), (&b""[..], &b""[..]));
        assert_eq!(changed(b"a\na\n", b"a\n"), (&b"a\n"[..], &b""[..]));
        assert_eq!(changed(b"", b"a"), (&b""[..], &b"a"[..]));
    }
}
