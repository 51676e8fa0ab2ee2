//! Signed notes, tree heads and records of a checksum database: no panic, and nothing is believed without its signature.
#![no_main]

use gobs::sumdb::note::{open, signers};
use gobs::sumdb::tlog::{parse_record, parse_tree};
use gobs::text::gosumdb::VerifierKey;
use libfuzzer_sys::fuzz_target;

const KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

fuzz_target!(|data: &[u8]| {
    let key = VerifierKey::parse(KEY).expect("the key of sum.golang.org");
    let _ = (parse_record(data), signers(data));
    if let Some(tree) = parse_tree(data) {
        let again = format!("go.sum database tree\n{}\n", tree.n);
        assert!(data.starts_with(again.as_bytes()), "not the canonical number");
    }
    if let Ok(text) = open(data, &key) {
        assert!(data.starts_with(text) && text.ends_with(b"\n"));
    }
});
