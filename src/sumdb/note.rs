//! Signed notes: a text and, after a blank line, who signed it (x/mod/sumdb/note/note.go:Open).

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine;
use ring::signature::{ED25519, UnparsedPublicKey};

use crate::order::Gather;
use crate::text::gosumdb::{GO_BASE64, VerifierKey, is_valid_name};

/// Why a note does not count, in go's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteError {
    Malformed,
    /// Nobody whose key is known signed it.
    Unverified,
    /// It claims to be signed by the key, and is not.
    InvalidSignature {
        name: String,
        hash: u32,
    },
}

/// More signatures than this are not looked at.
const MOST: usize = 100;

/// The text of a note, its final newline included, once the key is seen to have signed it. Other signatures are
/// passed over; one by the key that is wrong spoils the note.
pub fn open<'m>(message: &'m [u8], key: &VerifierKey) -> Result<&'m [u8], NoteError> {
    let whole = std::str::from_utf8(message).map_err(|_| NoteError::Malformed)?;
    if whole.chars().any(|c| u32::from(c) < 0x20 && c != '\n') {
        return Err(NoteError::Malformed);
    }
    let split = whole.rfind("\n\n").ok_or(NoteError::Malformed)?;
    let (text, signatures) = (&message[..=split], &whole[split + 2..]);
    let lines = signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?;
    let mut verified = false;
    for (at, line) in lines.split('\n').enumerate() {
        let (name, hash, signature) = signature(line).ok_or(NoteError::Malformed)?;
        if at >= MOST {
            return Err(NoteError::Malformed);
        }
        // A key is believed, or not, by its first signature.
        if (name, hash) != (key.name(), key.hash()) || verified {
            continue;
        }
        if !is_signed(text, &signature, key) {
            return Err(NoteError::InvalidSignature { name: name.to_owned(), hash });
        }
        verified = true;
    }
    if verified { Ok(text) } else { Err(NoteError::Unverified) }
}

/// Who signed a note, true or not: `name+hash` of each signature.
pub fn signers(message: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(message);
    let after = text.rsplit_once("\n\n").map_or("", |(_, signatures)| signatures);
    let signed = after.lines().filter_map(signature);
    signed.map(|(name, hash, _)| format!("{name}+{hash:08x}")).gather_set()
}

/// `— name base64(hash, signature)`.
fn signature(line: &str) -> Option<(&str, u32, Vec<u8>)> {
    let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = GO_BASE64.decode(encoded).ok().filter(|bytes| bytes.len() >= 5)?;
    let (hash, signature) = bytes.split_first_chunk()?;
    is_valid_name(name).then(|| (name, u32::from_be_bytes(*hash), signature.to_vec()))
}

fn is_signed(text: &[u8], signature: &[u8], key: &VerifierKey) -> bool {
    UnparsedPublicKey::new(&ED25519, key.public()).verify(text, signature).is_ok()
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoteError::Malformed => f.write_str("malformed note"),
            NoteError::Unverified => f.write_str("note has no verifiable signatures"),
            NoteError::InvalidSignature { name, hash } => {
                write!(f, "invalid signature for key {name}+{hash:08x}")
            }
        }
    }
}
