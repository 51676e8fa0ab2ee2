//! Cutting and pasting whole lines of a file.

use std::ops::Range;

/// A replacement of bytes.
pub(super) type Edit = (Range<usize>, Vec<u8>);

pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// What stands on the line before `at`.
pub(super) fn lead(bytes: &[u8], at: usize) -> &[u8] {
    let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |nl| nl + 1);
    &bytes[start..at]
}

/// Where the line after the one that holds `at` begins.
pub(super) fn line_after(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |nl| at + nl + 1)
}

/// Spans with nothing but space between them on one line become one.
pub(super) fn join_on_line(bytes: &[u8], spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if bytes[last.end..span.start].iter().all(|b| is_blank(*b)) => last.end = span.end,
            _ => joined.push(span),
        }
    }
    joined
}

/// The whole line if the span is all there is on it; else the span and the space before it.
pub(super) fn whole_line(bytes: &[u8], span: Range<usize>) -> Range<usize> {
    let lead = lead(bytes, span.start);
    let after = &bytes[span.end..];
    let blanks = after.iter().take_while(|b| is_blank(**b)).count();
    let line_end = match &after[blanks..] {
        [b'\r', b'\n', ..] => Some(2),
        [b'\n', ..] => Some(1),
        [] => Some(0),
        _ => None,
    };
    match line_end {
        Some(eol) if lead.iter().all(|b| is_blank(*b)) => span.start - lead.len()..span.end + blanks + eol,
        _ => {
            let blanks = lead.iter().rev().take_while(|b| is_blank(**b)).count();
            span.start - blanks..span.end
        }
    }
}

/// Replaces sorted, disjoint spans.
pub(super) fn apply(bytes: &[u8], edits: Vec<Edit>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for (span, text) in edits {
        out.extend_from_slice(&bytes[done..span.start]);
        out.extend(text);
        done = span.end;
    }
    out.extend_from_slice(&bytes[done..]);
    out
}
