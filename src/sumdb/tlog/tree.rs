//! What a database says in text: tree heads and records (x/mod/sumdb/tlog/note.go).

use super::Hash;

/// The size and root of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tree {
    pub n: u64,
    pub hash: Hash,
}

impl Tree {
    /// The log without records, from which every log grows.
    pub fn empty() -> Tree {
        Tree { n: 0, hash: Hash::empty_tree() }
    }
}

/// `ParseTree`: the text of a signed tree head.
pub fn parse_tree(text: &[u8]) -> Option<Tree> {
    const LONGEST: usize = 1_000_000;
    let mut lines = text.strip_prefix(b"go.sum database tree\n")?.split(|byte| *byte == b'\n');
    if text.len() > LONGEST {
        return None;
    }
    let mut line = || std::str::from_utf8(lines.next()?).ok();
    let (size, root) = (line()?, line()?);
    // The line of the root has an end, too.
    lines.next()?;
    let n: u64 = size.parse().ok()?;
    let canonical = n.to_string() == size && i64::try_from(n).is_ok();
    Some(Tree { n, hash: Hash::parse(root)? }).filter(|_| canonical)
}

/// A record as a database serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'m> {
    pub id: i64,
    /// The go.sum lines: all that the record's hash covers, and so all that is proven.
    pub text: &'m [u8],
    /// What follows it: a signed tree head in the answer to a lookup.
    pub rest: &'m [u8],
}

/// `ParseRecord`.
pub fn parse_record(message: &[u8]) -> Option<Record<'_>> {
    let at = message.iter().position(|byte| *byte == b'\n')?;
    let id = std::str::from_utf8(&message[..at]).ok()?.parse().ok()?;
    let message = &message[at + 1..];
    let end = message.windows(2).position(|pair| pair == b"\n\n")?;
    let (text, rest) = (&message[..=end], &message[end + 2..]);
    is_record_text(text).then_some(Record { id, text, rest })
}

/// `isValidRecordText`: UTF-8 without control characters or empty lines, with an end of line.
fn is_record_text(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    text.ends_with('\n') && !text.contains("\n\n") && !text.chars().any(|c| u32::from(c) < 0x20 && c != '\n')
}
