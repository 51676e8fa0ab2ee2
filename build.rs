//! Packs the texts that the binary carries: TOML becomes JSON, which reads ten times as fast, and all of it is deflated.
//! `src/embedded.rs` unpacks it.

#![allow(
    clippy::disallowed_methods,
    reason = "a build script reads files; `world` is the door of the program only"
)]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use encoding_rs::GB18030;
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
    pack("gb18030", &gb18030());
    link_smaller();
}

fn read(file: &str) -> String {
    println!("cargo:rerun-if-changed={file}");
    fs::read_to_string(file).unwrap_or_else(|err| panic!("{file}: {err}"))
}

/// The table of `src/text/gb18030.rs`: for each pair of a lead and a trail byte how far its character is from the last one's,
/// then number and character of each run of characters of four bytes.
fn gb18030() -> Vec<u8> {
    let char = |bytes: &[u8]| {
        let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
        text.and_then(|text| text.chars().next()).map_or(0, u32::from)
    };
    let mut table: Vec<u16> = Vec::new();
    let unit = |number: u32| u16::try_from(number).expect("the basic plane");
    let mut last = 0;
    for lead in 0x81..=0xfe {
        for trail in (0x40..=0x7e).chain(0x80..=0xfe) {
            let char = unit(char(&[lead, trail]));
            table.push(char.wrapping_sub(last));
            last = char;
        }
    }
    let mut next = 0;
    for number in 0..39_420 {
        let byte = |by: u32, of: u32, from: u32| u8::try_from(number / by % of + from).expect("a byte");
        let char =
            char(&[byte(12_600, 126, 0x81), byte(1260, 10, 0x30), byte(10, 126, 0x81), byte(1, 10, 0x30)]);
        if char != next {
            table.extend([unit(number), unit(char)]);
        }
        next = char + 1;
    }
    table.into_iter().flat_map(u16::to_le_bytes).collect()
}

/// What a linker can do to make the binary smaller, where this machine's linker knows it and its loader runs what comes of it:
/// packed relocations (0.27 MB, glibc 2.36 and later), functions of the same code only once (0.07 MB).
fn link_smaller() {
    let var = |name| env::var(name).unwrap_or_default();
    if var("PROFILE") != "release" || var("HOST") != var("TARGET") || var("CARGO_CFG_TARGET_OS") != "linux" {
        return;
    }
    for flag in ["-Wl,-z,pack-relative-relocs", "-Wl,--icf=all"] {
        if links(flag) {
            println!("cargo:rustc-link-arg-bins={flag}");
        }
    }
}

/// Whether a program that is linked so starts.
fn links(flag: &str) -> bool {
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).to_path_buf();
    let (source, probe) = (out.join("probe.rs"), out.join("probe"));
    fs::write(&source, "fn main() {}").unwrap_or_else(|err| panic!("{}: {err}", source.display()));
    let mut rustc = Command::new(env::var_os("RUSTC").expect("cargo sets it"));
    rustc.arg(&source).arg("-o").arg(&probe).arg(format!("-Clink-arg={flag}"));
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        rustc.arg(format!("-Clinker={}", linker.to_string_lossy()));
    }
    let runs = |command: &mut Command| command.output().is_ok_and(|out| out.status.success());
    runs(&mut rustc) && runs(&mut Command::new(&probe))
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
