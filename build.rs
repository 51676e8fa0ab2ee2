//! Packs the texts that the binary carries: TOML becomes JSON, which reads ten times as fast, and all of it is deflated.
//! `src/embedded.rs` unpacks it.

#![allow(
    clippy::disallowed_methods,
    reason = "a build script reads files; `world` is the door of the program only"
)]

use std::path::Path;
use std::{env, fs};

use libdeflater::{CompressionLvl, Compressor};

/// Read as TOML, embedded as JSON.
const TABLES: [&str; 4] = [
    "src/explain/rules.toml",
    "src/explain/pages/kinds.toml",
    "src/explain/pages/checks.toml",
    "src/text/forges/hosts.toml",
];

/// Embedded as they are.
const TEXTS: [&str; 5] = [
    "completions/gobs.bash",
    "completions/_gobs",
    "completions/gobs.fish",
    "completions/_gobs.ps1",
    "completions/gobs.1",
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for file in TABLES {
        let table: serde_json::Value =
            toml_edit::de::from_str(&read(file)).unwrap_or_else(|err| panic!("{file}: {err}"));
        pack(file, table.to_string().as_bytes());
    }
    for file in TEXTS {
        pack(file, read(file).as_bytes());
    }
}

fn read(file: &str) -> String {
    println!("cargo:rerun-if-changed={file}");
    fs::read_to_string(file).unwrap_or_else(|err| panic!("{file}: {err}"))
}

/// Four bytes of length, little endian, then the deflated text, as `OUT_DIR/<file name>.z`.
fn pack(file: &str, text: &[u8]) {
    let mut squeeze = Compressor::new(CompressionLvl::best());
    let mut packed = u32::try_from(text.len()).expect("a text fits").to_le_bytes().to_vec();
    packed.resize(4 + squeeze.deflate_compress_bound(text.len()), 0);
    let length = squeeze.deflate_compress(text, &mut packed[4..]).expect("the bound is enough");
    packed.truncate(4 + length);
    let name = Path::new(file).file_name().expect("a file has a name").to_string_lossy();
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join(format!("{name}.z"));
    fs::write(&out, packed).unwrap_or_else(|err| panic!("{}: {err}", out.display()));
}
