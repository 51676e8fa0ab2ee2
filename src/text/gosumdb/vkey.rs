//! Verifier keys, `name+hash+key` (x/mod/sumdb/note/note.go:NewVerifier).

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::digest::Sha256;

/// Base64 as Go's `StdEncoding` reads it: padding needed, spare bits ignored.
pub const GO_BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

const ED25519: u8 = 1;

/// A key that verifies the notes of one server.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    hash: u32,
    public: [u8; 32],
}

/// `note.NewVerifier`'s errors, in its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    Malformed,
    UnknownAlgorithm,
    /// The hash does not belong to name and key: one of the three was mistyped.
    WrongHash,
}

impl VerifierKey {
    /// `note.NewVerifier`.
    pub fn parse(text: &str) -> Result<VerifierKey, KeyError> {
        let mut parts = text.splitn(3, '+');
        let mut part = || parts.next().unwrap_or("");
        let (name, hash, key) = (part(), part(), part());
        let is_hash = hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let hash = u32::from_str_radix(hash, 16).ok().filter(|_| is_hash);
        let key = GO_BASE64.decode(key).ok().filter(|key| !key.is_empty());
        let (Some(hash), Some(key), true) = (hash, key, is_valid_name(name)) else {
            return Err(KeyError::Malformed);
        };
        if hash != key_hash(name, &key) {
            return Err(KeyError::WrongHash);
        }
        let public = match key.split_first() {
            Some((&ED25519, public)) => public.try_into().map_err(|_| KeyError::Malformed)?,
            _ => return Err(KeyError::UnknownAlgorithm),
        };
        Ok(VerifierKey { name: name.to_owned(), hash, public })
    }

    /// The key of a server of this name with this Ed25519 public key (`note.NewEd25519VerifierKey`).
    pub fn new(name: &str, public: [u8; 32]) -> VerifierKey {
        let key: Vec<u8> = [&[ED25519][..], &public].concat();
        VerifierKey { name: name.to_owned(), hash: key_hash(name, &key), public }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a signature names its key by, beside the name.
    pub fn hash(&self) -> u32 {
        self.hash
    }

    /// The Ed25519 public key.
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

/// `isValidName`: not empty, no Unicode space, no plus.
pub fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

/// The first four bytes of SHA-256 over name, newline, algorithm and key.
fn key_hash(name: &str, key: &[u8]) -> u32 {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update(b"\n");
    hash.update(key);
    let sum = hash.finalize();
    u32::from_be_bytes([sum[0], sum[1], sum[2], sum[3]])
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519][..], &self.public].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.hash, GO_BASE64.encode(key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyError::Malformed => "malformed verifier id",
            KeyError::UnknownAlgorithm => "unknown verifier algorithm",
            KeyError::WrongHash => "invalid verifier hash",
        })
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    use super::super::SUM_GOLANG_ORG;
    use super::*;

    #[test]
    fn known_keys_come_back_as_written() {
        for key in [
            SUM_GOLANG_ORG,
            "gosum.io+ce6e7565+AY5qEHUk/qmHc5btzW45JVoENfazw8LielDsaI+lEbq6",
            "sum.woa.com+643d7a06+Ac5f5VOC4N8NUXdmhbm8pZSXIWfhek5JSmWdWrq7pLX4",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            let parsed = VerifierKey::parse(key).unwrap();
            assert_eq!(parsed.to_string(), key);
            assert_eq!(VerifierKey::new(parsed.name(), *parsed.public()), parsed);
        }
    }

    #[test]
    fn go_words() {
        let peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        for (key, want) in [
            (String::new(), KeyError::Malformed),
            ("name".into(), KeyError::Malformed),
            (peter.replace("c74f", "c74"), KeyError::Malformed),
            (peter.replace("c74f", "+c74"), KeyError::Malformed),
            (peter.replace("TW", "T"), KeyError::Malformed),
            (peter.replace("Peter", "Peter "), KeyError::Malformed),
            (peter.replace("Peter", "Pete"), KeyError::WrongHash),
            (peter.replace("ARpc", "ARpd"), KeyError::WrongHash),
        ] {
            assert_eq!(VerifierKey::parse(&key), Err(want), "{key}");
        }
        let other = [&[2u8][..], &[0; 32]].concat();
        let key = format!("x+{:08x}+{}", key_hash("x", &other), GO_BASE64.encode(&other));
        assert_eq!(VerifierKey::parse(&key), Err(KeyError::UnknownAlgorithm));
        let short = [1u8, 2, 3];
        let key = format!("x+{:08x}+{}", key_hash("x", &short), GO_BASE64.encode(short));
        assert_eq!(VerifierKey::parse(&key), Err(KeyError::Malformed));
    }
}
