//! go.sum: one hash per line, read as go reads it, and what is odd about a file (modfetch/fetch.go:readGoSum).

mod index;
mod odd;

use std::borrow::Cow;

pub use index::{Conflict, Have, Index};
pub use odd::Encoding;

use super::gostr;

/// The hash of a go.mod of no bytes: lines with it were written by an old bug, and go drops them silently.
pub const EMPTY_GO_MOD: &str = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=";

/// Which content of a module version a hash is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The module zip (and so the extracted directory).
    Zip,
    /// The go.mod file alone; its version ends in `/go.mod` in go.sum.
    GoMod,
}

/// One line with a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Counted from 1.
    pub line: u32,
    pub path: &'a str,
    /// Without `/go.mod`.
    pub version: &'a str,
    pub part: Part,
    /// `h1:…`, or of an algorithm that go does not know and ignores.
    pub hash: &'a str,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Go refuses the file: not three fields, but so many.
    Fields(u32),
    /// `<<<<<<<`, `|||||||`, `=======`, `>>>>>>>`: a merge that was not finished. Go may or may not refuse it.
    MergeMarker,
    /// Not UTF-8; go takes the line as it is, and it fits no module.
    NotUtf8,
}

/// A go.sum as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoSum<'a> {
    pub entries: Vec<Entry<'a>>,
    /// Line and problem, in order.
    pub problems: Vec<(u32, Problem)>,
    /// Lines with [`EMPTY_GO_MOD`], which go ignores.
    pub dropped: Vec<u32>,
    /// Some lines end in CR LF; go does not mind.
    pub crlf: bool,
    pub encoding: Encoding,
}

/// Reads a go.sum. Never fails: what go would refuse is in `problems`.
///
/// A file in UTF-16 has no entries; see `encoding`.
pub fn parse(data: &[u8]) -> GoSum<'_> {
    let mut sum = GoSum { encoding: Encoding::of(data), ..GoSum::default() };
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    sum.entries.reserve(data.len() / 96);
    let mut number = 0;
    let mut start = 0;
    while start < data.len() {
        let end = memchr::memchr(b'\n', &data[start..]).map_or(data.len(), |at| start + at);
        number += 1;
        let line = &data[start..end];
        sum.crlf |= line.ends_with(b"\r");
        sum.read_line(number, line);
        start = end + 1;
    }
    sum
}

impl<'a> GoSum<'a> {
    /// Whether go would refuse the file, and its words: `malformed go.sum:⏎file:3: wrong number of fields 2`.
    pub fn refusal(&self, file: &str) -> Option<String> {
        self.problems.iter().find_map(|(line, problem)| match problem {
            Problem::Fields(count) => {
                Some(format!("malformed go.sum:\n{file}:{line}: wrong number of fields {count}\n"))
            }
            _ => None,
        })
    }

    /// Whether an unfinished merge is in the file.
    pub fn has_merge_markers(&self) -> bool {
        self.problems.iter().any(|(_, problem)| *problem == Problem::MergeMarker)
    }

    fn read_line(&mut self, number: u32, line: &'a [u8]) {
        let Some((words, count)) = three_words(line) else {
            return;
        };
        if self.encoding.is_utf16() {
            // Go reads words full of NULs, usually three of them, and fails at the last line.
            if count != 3 {
                self.problems.push((number, Problem::Fields(count)));
            }
            return;
        }
        if odd::is_merge_marker(words[0]) {
            self.problems.push((number, Problem::MergeMarker));
            if count == 3 {
                return;
            }
        }
        if count != 3 {
            self.problems.push((number, Problem::Fields(count)));
            return;
        }
        let [path, version, hash] = words.map(std::str::from_utf8);
        let (Ok(path), Ok(version), Ok(hash)) = (path, version, hash) else {
            self.problems.push((number, Problem::NotUtf8));
            return;
        };
        if hash == EMPTY_GO_MOD {
            self.dropped.push(number);
            return;
        }
        let (version, part) = match version.strip_suffix("/go.mod") {
            Some(version) => (version, Part::GoMod),
            None => (version, Part::Zip),
        };
        self.entries.push(Entry { line: number, path, version, part, hash });
    }
}

impl Entry<'_> {
    /// The version as it stands in the file.
    pub fn written_version(&self) -> Cow<'_, str> {
        match self.part {
            Part::Zip => Cow::Borrowed(self.version),
            Part::GoMod => Cow::Owned(format!("{}/go.mod", self.version)),
        }
    }
}

impl std::fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.path, self.written_version(), self.hash)
    }
}

/// The first three words of a line and how many there are; `None` of a blank line.
fn three_words(line: &[u8]) -> Option<([&[u8]; 3], u32)> {
    if !line.is_ascii() {
        let words = gostr::fields(line);
        let word = |at: usize| words.get(at).copied().unwrap_or(b"");
        let count = u32::try_from(words.len()).unwrap_or(u32::MAX);
        return (count > 0).then(|| ([word(0), word(1), word(2)], count));
    }
    // The usual case by hand: it is what the speed of reading go.sum hangs on.
    let space = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r');
    let mut words: [&[u8]; 3] = [b""; 3];
    let mut count = 0;
    let mut rest = line;
    loop {
        rest = &rest[rest.iter().take_while(|b| space(b)).count()..];
        if rest.is_empty() {
            return (count > 0).then_some((words, count));
        }
        let end = rest.iter().position(&space).unwrap_or(rest.len());
        if let Some(word) = words.get_mut(count as usize) {
            *word = &rest[..end];
        }
        count += 1;
        rest = &rest[end..];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const H: &str = "h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=";

    #[test]
    fn lines_as_go_reads_them() {
        let text = format!(
            "ex.test/a v1.0.0 {H}\r\n\n\tex.test/a  v1.0.0/go.mod {H}\nex.test/b v1.0.0/go.mod {EMPTY_GO_MOD}\nex.test/c v1 h2:x"
        );
        let sum = parse(text.as_bytes());
        let seen: Vec<_> = sum.entries.iter().map(|e| (e.line, e.path, e.version, e.part, e.hash)).collect();
        let want = [
            (1, "ex.test/a", "v1.0.0", Part::Zip, H),
            (3, "ex.test/a", "v1.0.0", Part::GoMod, H),
            (5, "ex.test/c", "v1", Part::Zip, "h2:x"),
        ];
        assert_eq!(seen, want);
        assert_eq!((sum.dropped.as_slice(), sum.crlf, sum.refusal("go.sum")), (&[4][..], true, None));
        assert_eq!(sum.entries[1].to_string(), format!("ex.test/a v1.0.0/go.mod {H}"));
    }

    #[test]
    fn what_go_refuses() {
        let sum = parse(b"a v1 h1:x\nb v1\nc\n");
        assert_eq!(sum.problems, [(2, Problem::Fields(2)), (3, Problem::Fields(1))]);
        assert_eq!(
            sum.refusal("go.sum").as_deref(),
            Some("malformed go.sum:\ngo.sum:2: wrong number of fields 2\n")
        );
    }

    #[test]
    fn unfinished_merges() {
        let sum = parse(b"<<<<<<< HEAD\na v1 h1:x\n=======\na v1 h1:y\n>>>>>>> feature tip\n");
        assert!(sum.has_merge_markers());
        let markers = [
            (1, Problem::MergeMarker),
            (1, Problem::Fields(2)),
            (3, Problem::MergeMarker),
            (3, Problem::Fields(1)),
            (5, Problem::MergeMarker),
        ];
        assert_eq!(sum.problems, markers);
        assert_eq!(sum.entries.len(), 2);
    }

    #[test]
    fn bytes_of_other_encodings() {
        let utf16: Vec<u8> = "\u{feff}a v1 h1:x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let sum = parse(&utf16);
        assert_eq!((sum.encoding, sum.entries.len()), (Encoding::Utf16Le, 0));
        assert_eq!(sum.problems, [(2, Problem::Fields(1))]);
        let sum = parse("\u{feff}a v1 h1:x\n".as_bytes());
        assert_eq!((sum.encoding, sum.entries[0].path), (Encoding::Utf8Bom, "a"));
        assert_eq!(parse(b"\xff\xff\xff v1 h1:x").problems, [(1, Problem::NotUtf8)]);
        assert_eq!(parse("a\u{a0}v1\u{3000}h1:x".as_bytes()).entries.len(), 1);
    }

    proptest! {
        #[test]
        fn never_panics(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            let sum = parse(&data);
            prop_assert!(sum.entries.len() <= data.len());
        }

        #[test]
        fn entries_come_back(lines in proptest::collection::vec(("[a-z./]{1,9}", "v[0-9.]{1,5}(/go\\.mod)?", "h[12]:[a-z]{1,5}"), 0..20)) {
            let text = lines.iter().map(|(p, v, h)| format!("{p} {v} {h}\n")).collect::<Vec<_>>().concat();
            let sum = parse(text.as_bytes());
            let again = sum.entries.iter().map(|entry| format!("{entry}\n")).collect::<Vec<_>>().concat();
            prop_assert_eq!(again, text);
        }
    }
}
