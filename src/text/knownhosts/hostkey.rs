//! A public key as `known_hosts` and `host_keys` write it: type and blob, checked down to its lengths.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::digest::Sha256;
use crate::model::Msg;
use crate::say;

/// `ssh-ed25519 AAAA…`, sound as far as its structure tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostKey {
    kind: String,
    blob: Vec<u8>,
}

/// What is wrong with a key. Made-up keys seldom have the right lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// The line ends before the key.
    Missing,
    /// A type that no OpenSSH knows.
    Type(String),
    NotBase64,
    /// Type on the line and type in the blob.
    OtherType {
        written: String,
        inside: String,
    },
    /// A part is longer than the rest of the blob: cut off, or made up.
    Truncated,
    /// A part that must have this many bytes has another number.
    Length {
        want: usize,
        seen: usize,
    },
    /// Something follows the last part.
    Surplus(usize),
    /// A part has a value that cannot be.
    Value,
    /// An RSA modulus shorter than the 1024 bits that ssh asks for.
    ShortRsa(usize),
}

impl HostKey {
    /// Reads `type base64 [comment]`.
    ///
    /// # Errors
    /// What `sshkey.c:sshkey_read` refuses, less what takes arithmetic on the curve.
    pub fn parse(text: &str) -> Result<HostKey, KeyFault> {
        let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
        let (Some(kind), Some(encoded)) = (words.next(), words.next()) else {
            return Err(KeyFault::Missing);
        };
        let encoded: String = encoded.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let blob = STANDARD.decode(encoded).map_err(|_| KeyFault::NotBase64)?;
        check(kind, &blob)?;
        Ok(HostKey { kind: kind.to_owned(), blob })
    }

    /// `ssh-ed25519` and the like.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&self.blob)))
    }
}

/// `type base64`.
impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, STANDARD.encode(&self.blob))
    }
}

/// `sshkey.c:sshkey_from_blob_internal` and each type's `deserialize_public`.
fn check(kind: &str, blob: &[u8]) -> Result<(), KeyFault> {
    let mut parts = Parts(blob);
    let shape = SHAPES.iter().find(|(name, _)| *name == kind);
    let Some((_, shape)) = shape else {
        return Err(KeyFault::Type(kind.to_owned()));
    };
    let inside = parts.take()?;
    if inside != kind.as_bytes() {
        return Err(KeyFault::OtherType {
            written: kind.to_owned(),
            inside: inside.escape_ascii().to_string(),
        });
    }
    for part in *shape {
        part.check(&mut parts)?;
    }
    match parts.0.len() {
        0 => Ok(()),
        more => Err(KeyFault::Surplus(more)),
    }
}

/// What follows the type in a blob.
enum Part {
    /// Exactly these bytes.
    Exactly(&'static str),
    /// This many bytes.
    Bytes(usize),
    /// A point of a curve: 4 and two coordinates.
    Point(usize),
    /// A number, not negative.
    Number,
    /// The modulus of RSA.
    Modulus,
    /// Text of any length.
    Text,
    /// The rest of a certificate, which is not judged.
    Certificate,
}

const SHAPES: [(&str, &[Part]); 15] = [
    ("ssh-ed25519", &[Part::Bytes(32)]),
    ("ssh-rsa", &[Part::Number, Part::Modulus]),
    ("ecdsa-sha2-nistp256", &[Part::Exactly("nistp256"), Part::Point(32)]),
    ("ecdsa-sha2-nistp384", &[Part::Exactly("nistp384"), Part::Point(48)]),
    ("ecdsa-sha2-nistp521", &[Part::Exactly("nistp521"), Part::Point(66)]),
    ("ssh-dss", &[Part::Number, Part::Number, Part::Number, Part::Number]),
    ("sk-ssh-ed25519@openssh.com", &[Part::Bytes(32), Part::Text]),
    ("sk-ecdsa-sha2-nistp256@openssh.com", &[Part::Exactly("nistp256"), Part::Point(32), Part::Text]),
    ("ssh-ed25519-cert-v01@openssh.com", &[Part::Certificate]),
    ("ssh-rsa-cert-v01@openssh.com", &[Part::Certificate]),
    ("ecdsa-sha2-nistp256-cert-v01@openssh.com", &[Part::Certificate]),
    ("ecdsa-sha2-nistp384-cert-v01@openssh.com", &[Part::Certificate]),
    ("ecdsa-sha2-nistp521-cert-v01@openssh.com", &[Part::Certificate]),
    ("sk-ssh-ed25519-cert-v01@openssh.com", &[Part::Certificate]),
    ("sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", &[Part::Certificate]),
];

impl Part {
    fn check(&self, parts: &mut Parts<'_>) -> Result<(), KeyFault> {
        let length = |want: usize, part: &[u8]| match part.len() {
            seen if seen == want => Ok(()),
            seen => Err(KeyFault::Length { want, seen }),
        };
        if let Part::Certificate = self {
            parts.0 = &[];
            return Ok(());
        }
        let part = parts.take()?;
        match self {
            Part::Bytes(want) => length(*want, part),
            Part::Exactly(text) if part != text.as_bytes() => Err(KeyFault::Value),
            Part::Point(size) => {
                length(2 * size + 1, part)?;
                if part[0] == 4 { Ok(()) } else { Err(KeyFault::Value) }
            }
            Part::Number | Part::Modulus if part.first().is_none_or(|first| *first >= 0x80) => {
                Err(KeyFault::Value)
            }
            Part::Modulus => match bits(part) {
                bits if bits < 1024 => Err(KeyFault::ShortRsa(bits)),
                _ => Ok(()),
            },
            Part::Exactly(_) | Part::Number | Part::Text | Part::Certificate => Ok(()),
        }
    }
}

fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let significant = &number[zeros..];
    let unused = significant.first().map_or(0, |first| first.leading_zeros() as usize);
    significant.len() * 8 - unused
}

/// The strings of ssh's wire format (RFC 4251), one after another.
pub(super) struct Parts<'b>(pub(super) &'b [u8]);

impl<'b> Parts<'b> {
    pub(super) fn take(&mut self) -> Result<&'b [u8], KeyFault> {
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or(KeyFault::Truncated)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (part, rest) = rest.split_at_checked(length).ok_or(KeyFault::Truncated)?;
        self.0 = rest;
        Ok(part)
    }
}

impl KeyFault {
    pub fn say(&self) -> Msg {
        match self {
            KeyFault::Missing => say!("the line ends before the key", "这一行没有写密钥"),
            KeyFault::Type(kind) => {
                say!("`{kind}` is no key type that ssh knows", "ssh 不认识密钥类型 `{kind}`", kind)
            }
            KeyFault::NotBase64 => {
                say!("the key is not base64: cut off or mangled", "密钥不是合法的 base64，可能被截断或改坏了")
            }
            KeyFault::OtherType { written, inside } => say!(
                "the line says {written}, the key itself says {inside}",
                "行里写的是 {written}，密钥内容却是 {inside}",
                written,
                inside
            ),
            KeyFault::Truncated => say!(
                "the key is cut off or made up: its parts do not fit",
                "密钥被截断或者是编造的：内部长度对不上"
            ),
            KeyFault::Length { want, seen } => say!(
                "the key is damaged or made up: {seen} bytes where {want} belong",
                "密钥已损坏或者是编造的：应为 {want} 字节，实际 {seen} 字节",
                want,
                seen
            ),
            KeyFault::Surplus(more) => say!(
                "the key is damaged or made up: {more} bytes follow its end",
                "密钥已损坏或者是编造的：末尾多出 {more} 字节",
                more
            ),
            KeyFault::Value => say!("the key is damaged or made up", "密钥已损坏或者是编造的"),
            KeyFault::ShortRsa(bits) => say!(
                "an RSA key of {bits} bits; ssh accepts none below 1024",
                "RSA 密钥只有 {bits} 位，ssh 不接受 1024 位以下的密钥",
                bits
            ),
        }
    }
}
