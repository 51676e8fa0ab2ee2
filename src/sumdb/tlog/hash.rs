//! The hashes of records and of inner nodes (RFC 6962, section 2.1).

use std::fmt;

use base64::Engine;

use crate::digest::Sha256;
use crate::text::gosumdb::GO_BASE64;

/// A hash of a record or of a subtree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; Hash::SIZE]);

impl Hash {
    pub const SIZE: usize = 32;

    /// Of the tree without records: SHA-256 of nothing.
    pub fn empty_tree() -> Hash {
        Hash(Sha256::digest([]))
    }

    /// `ParseHash`.
    pub fn parse(text: &str) -> Option<Hash> {
        // Go's decoder passes over line ends.
        let text: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
        GO_BASE64.decode(text).ok()?.try_into().ok().map(Hash)
    }
}

/// `RecordHash`: of the text of a record.
pub fn record_hash(text: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(text);
    Hash(hash.finalize())
}

/// `NodeHash`: of an inner node.
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    let mut bytes = [1; 1 + 2 * Hash::SIZE];
    bytes[1..=Hash::SIZE].copy_from_slice(&left.0);
    bytes[1 + Hash::SIZE..].copy_from_slice(&right.0);
    Hash(Sha256::digest(bytes))
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&GO_BASE64.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
