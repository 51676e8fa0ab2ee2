//! Texts that are part of the binary, packed by `build.rs`. What the user writes and is told the line of (profiles) is not
//! among them: it is read as it stands.

use libdeflater::Decompressor;
use serde_json::Value;

macro_rules! packed {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".z"))
    };
}

pub const RULES: &[u8] = packed!("rules.toml");
pub const KINDS: &[u8] = packed!("kinds.toml");
pub const CHECKS: &[u8] = packed!("checks.toml");
pub const HOSTS: &[u8] = packed!("hosts.toml");
pub const BASH: &[u8] = packed!("gobs.bash");
pub const ZSH: &[u8] = packed!("_gobs");
pub const FISH: &[u8] = packed!("gobs.fish");
pub const POWERSHELL: &[u8] = packed!("_gobs.ps1");
pub const MAN: &[u8] = packed!("gobs.1");
/// Numbers of two bytes, little endian: see `text::gb18030`.
pub const GB18030: &[u8] = packed!("gb18030");

/// One of the constants above, as the file was.
pub fn text(packed: &[u8]) -> String {
    String::from_utf8(bytes(packed)).expect("build.rs read it as text")
}

/// The same of one that is no text.
pub fn bytes(packed: &[u8]) -> Vec<u8> {
    let (length, squeezed) = packed.split_first_chunk().expect("build.rs writes the length");
    let mut bytes = vec![0; u32::from_le_bytes(*length) as usize];
    Decompressor::new().deflate_decompress(squeezed, &mut bytes).expect("build.rs packed it");
    bytes
}

/// One that was TOML.
pub fn table(packed: &[u8]) -> Value {
    serde_json::from_str(&text(packed)).expect("build.rs wrote it")
}
