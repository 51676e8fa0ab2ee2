//! Signed tree heads: what the database says its log is at a moment.

use std::fmt;

use super::note::{self, NoteError};
use super::tlog::{Tree, parse_tree};
use crate::text::gosumdb::VerifierKey;

/// A tree with the note that vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub tree: Tree,
    pub note: String,
}

/// Why a note is no head, in go's words (`mergeLatestMem`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadError {
    Note(NoteError),
    Tree,
}

impl Head {
    /// A head that the key has signed.
    pub fn open(message: &[u8], key: &VerifierKey) -> Result<Head, HeadError> {
        let text = note::open(message, key).map_err(HeadError::Note)?;
        let tree = parse_tree(text).ok_or(HeadError::Tree)?;
        Ok(Head { tree, note: String::from_utf8_lossy(message).into_owned() })
    }

    /// What is known before anything was seen: the log without records.
    pub fn empty() -> Head {
        Head { tree: Tree::empty(), note: String::new() }
    }
}

impl HeadError {
    /// Whether it is a matter of signatures, not of bytes that are no note at all.
    pub fn is_forged(&self) -> bool {
        matches!(self, HeadError::Note(NoteError::Unverified | NoteError::InvalidSignature { .. }))
    }
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HeadError::Note(err) => write!(f, "reading tree note: {err}"),
            HeadError::Tree => f.write_str("reading tree: malformed tree note"),
        }
    }
}
