//! Private key files of ssh: whether `ssh` could load one, as far as its armour tells. Key material is never given out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::model::Msg;
use crate::say;

/// Why ssh cannot load a file as a private key (its words: `invalid format`, `error in libcrypto`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Empty,
    /// `\r\n` line ends, which the OpenSSH format does not allow.
    CarriageReturns,
    /// A byte order mark, a space or a line stands before `-----BEGIN`.
    SomethingBefore,
    /// The line `-----END …-----` is missing: cut off.
    Truncated,
    /// The last line does not end in a line end, which the OpenSSH format needs.
    NoFinalNewline,
    /// What stands between the two lines is no key.
    Body,
    /// A `PuTTY` key (`.ppk`).
    Putty,
    /// No private key at all.
    OtherFile,
}

const OPENSSH: &str = "OPENSSH PRIVATE KEY";
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether the bytes look like a private key (sound or not): what deserves narrow permissions.
pub fn is_private(bytes: &[u8]) -> bool {
    label(bytes).is_some() || bytes.starts_with(b"PuTTY-User-Key-File-")
}

/// What keeps ssh from loading the key; `None` where nothing does that can be seen without its passphrase.
///
/// `sshkey.c:private2_uudecode` for its own format, which is compared byte for byte; OpenSSL's `PEM_read_bio`
/// for the older ones, which forgives line ends and what stands around. A public key is no fault: ssh takes it
/// as the name of a key that the agent holds.
pub fn fault(bytes: &[u8]) -> Option<Fault> {
    if bytes.trim_ascii().is_empty() {
        return Some(Fault::Empty);
    }
    if bytes.starts_with(b"PuTTY-User-Key-File-") {
        return Some(Fault::Putty);
    }
    let Some(label) = label(bytes) else {
        return (!is_public(bytes)).then_some(Fault::OtherFile);
    };
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let at = find(bytes, begin.as_bytes())?;
    let rest = &bytes[at + begin.len()..];
    let Some(stop) = find(rest, end.as_bytes()) else { return Some(Fault::Truncated) };
    let (body, after) = (&rest[..stop], &rest[stop + end.len()..]);
    if label == OPENSSH {
        if at > 0 {
            return Some(Fault::SomethingBefore);
        }
        if rest.starts_with(b"\r") || after.starts_with(b"\r") {
            return Some(Fault::CarriageReturns);
        }
        if after.is_empty() {
            return Some(Fault::NoFinalNewline);
        }
    }
    // Headers of the old format (`Proc-Type: …`) end at an empty line.
    let body = String::from_utf8_lossy(body).replace('\r', "");
    let body = match body.split_once("\n\n") {
        Some((head, body)) if head.contains(':') => body,
        _ => &body,
    };
    let encoded: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    match STANDARD.decode(encoded) {
        Ok(blob) if label == OPENSSH => (!whole(&blob)).then_some(Fault::Body),
        // DER: a sequence whose length is that of the blob, or something encrypted.
        Ok(blob) => blob.is_empty().then_some(Fault::Body),
        Err(_) => Some(Fault::Body),
    }
}

/// `openssh-key-v1`, cipher, kdf, its options, how many keys, and each part as long as it says.
fn whole(blob: &[u8]) -> bool {
    let strings = |mut rest: &[u8], count: usize| -> Option<Vec<u8>> {
        for _ in 0..count {
            let (length, tail) = rest.split_first_chunk::<4>()?;
            rest = tail.get(usize::try_from(u32::from_be_bytes(*length)).ok()?..)?;
        }
        Some(rest.to_vec())
    };
    let Some(rest) = blob.strip_prefix(b"openssh-key-v1\0") else { return false };
    let keys = strings(rest, 3).and_then(|rest| rest.get(4..).map(<[u8]>::to_vec));
    keys.is_some_and(|rest| strings(&rest, 2).is_some())
}

/// `OPENSSH PRIVATE KEY`, `RSA PRIVATE KEY` …
fn label(bytes: &[u8]) -> Option<String> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let head = &bytes[..bytes.len().min(4096)];
    let at = find(head, BEGIN)? + BEGIN.len();
    let rest = &bytes[at..];
    let label = &rest[..find(rest, b"-----")?];
    label.ends_with(b"PRIVATE KEY").then(|| String::from_utf8_lossy(label).into_owned())
}

fn is_public(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(256)]).into_owned();
    let first = text.split_whitespace().next().unwrap_or("");
    ["ssh-", "ecdsa-", "sk-", "-----BEGIN PUBLIC", "----"].iter().any(|start| first.starts_with(start))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, what)
}

impl Fault {
    pub fn say(self) -> Msg {
        match self {
            Fault::Empty => say!("the file is empty", "文件是空的"),
            Fault::CarriageReturns => say!(
                "it has Windows line ends (CRLF), which ssh's key format does not allow",
                "它用的是 Windows 换行（CRLF），ssh 的密钥格式不允许"
            ),
            Fault::SomethingBefore => say!(
                "something stands before `-----BEGIN` (a byte order mark, a space, a line)",
                "`-----BEGIN` 前面有多余内容（BOM、空格或空行）"
            ),
            Fault::Truncated => {
                say!("it is cut off: the `-----END` line is missing", "文件不完整：缺少 `-----END` 这一行")
            }
            Fault::NoFinalNewline => say!(
                "its last line has no line end, which ssh's key format needs",
                "最后一行缺少换行符，而 ssh 的密钥格式要求有"
            ),
            Fault::Body => say!("its content is damaged", "内容已损坏"),
            Fault::Putty => {
                say!("it is a PuTTY key, which ssh cannot read", "它是 PuTTY 格式的密钥，ssh 读不了")
            }
            Fault::OtherFile => say!("it is no private key", "它不是私钥"),
        }
    }

    /// The command that repairs it, for a path quoted for a shell; `None` where only another key helps.
    pub fn command(self, path: &str) -> Option<String> {
        match self {
            Fault::CarriageReturns => Some(format!("sed -i 's/\\r$//' {path}")),
            Fault::NoFinalNewline => Some(format!("echo >> {path}")),
            Fault::Putty => Some(format!("puttygen {path} -O private-openssh-new -o {path}.openssh")),
            _ => None,
        }
    }
}
