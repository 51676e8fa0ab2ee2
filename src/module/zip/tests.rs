use proptest::prelude::*;

use super::made::{Claim, Made, deflate, stored};
use super::*;
use crate::module::ModVer;

fn content(zip: &[u8]) -> Result<Vec<Vec<u8>>, ZipError> {
    let archive = Archive::open(zip)?;
    let mut inflater = Inflater::default();
    let read = |entry| {
        let mut out = Vec::new();
        inflater
            .read(&archive, entry, &mut |piece| {
                out.extend_from_slice(piece);
                Ok(())
            })
            .map(|()| out)
    };
    archive.entries().iter().map(read).collect()
}

fn fault(zip: &[u8]) -> (ZipFault, String) {
    let err = content(zip).unwrap_err();
    (err.fault, err.words)
}

const TEXT: &[u8] = b"package x\n\n// as long as it takes to be worth it\n";

#[test]
fn stored_deflated_and_large() {
    let large: Vec<u8> = (0..40_000_000_u32).map(|i| (i / 1000).to_le_bytes()[0]).collect();
    let zip = Made::new()
        .deflated("a", TEXT)
        .entry(b"b", TEXT, &Claim::stored(TEXT))
        .deflated("c", &large)
        .deflated("d", b"")
        .zip();
    assert_eq!(content(&zip).unwrap(), [TEXT, TEXT, &large, b""]);
}

#[test]
fn not_zips() {
    for not in [&b""[..], b"PK\x05\x06", b"<!DOCTYPE html>", &[0; 5000]] {
        assert_eq!(fault(not), (ZipFault::Format, "zip: not a valid zip file".into()));
    }
    let zip = Made::new().deflated("a", TEXT).zip();
    for cut in 0..zip.len() {
        assert!(content(&zip[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn wrong_checksums_and_sizes() {
    let claim = |change: fn(&mut Claim)| {
        let mut claim = Claim { method: 8, ..Claim::stored(TEXT) };
        change(&mut claim);
        fault(&Made::new().entry(b"a", &deflate(TEXT), &claim).zip())
    };
    assert_eq!(claim(|claim| claim.crc ^= 1), (ZipFault::Checksum, "zip: checksum error".into()));
    assert_eq!(claim(|claim| claim.size -= 1).0, ZipFault::Format);
    assert_eq!(claim(|claim| claim.size += 1), (ZipFault::Truncated, "unexpected EOF".into()));
    assert_eq!(claim(|claim| claim.method = 12).0, ZipFault::Algorithm);
    assert_eq!(claim(|claim| claim.flags = 8).0, ZipFault::Checksum);
    let mut corrupt = deflate(TEXT);
    corrupt[0] = 0xff;
    let claim = Claim { method: 8, ..Claim::stored(TEXT) };
    assert_eq!(fault(&Made::new().entry(b"a", &corrupt, &claim).zip()).0, ZipFault::Corrupt);
}

#[test]
fn what_go_overlooks_is_overlooked() {
    let good =
        |data: &[u8], claim: &Claim| assert!(content(&Made::new().entry(b"a", data, claim).zip()).is_ok());
    // No checksum, an encryption flag, a comment in front, more data than the stream needs.
    good(TEXT, &Claim { crc: 0, ..Claim::stored(TEXT) });
    good(TEXT, &Claim { flags: 1, ..Claim::stored(TEXT) });
    good(&[deflate(TEXT), b"more".to_vec()].concat(), &Claim { method: 8, ..Claim::stored(TEXT) });
    let zip = [b"#!/bin/sh\n", stored(&[("a", TEXT)]).as_slice()].concat();
    assert_eq!(content(&zip).unwrap(), [TEXT]);
}

#[test]
fn data_descriptors() {
    let crc = libdeflater::crc32(TEXT);
    let numbers = [crc, 0, 0].map(u32::to_le_bytes).concat();
    let with = |descriptor: Vec<u8>| {
        let claim = Claim { flags: 8, descriptor, ..Claim::stored(TEXT) };
        content(&Made::new().entry(b"a", TEXT, &claim).zip())
    };
    assert!(with(numbers.clone()).is_ok());
    assert!(with([&b"PK\x07\x08"[..], &numbers].concat()).is_ok());
    assert_eq!(with(vec![0; 12]).unwrap_err().fault, ZipFault::Checksum);
}

#[test]
fn zip64_sizes() {
    let size = TEXT.len() as u64;
    let extra = [&[1, 0, 8, 0][..], &size.to_le_bytes()].concat();
    let claim = Claim { size: u64::from(u32::MAX), extra, ..Claim::stored(TEXT) };
    let zip = Made::new().entry(b"a", TEXT, &claim).zip();
    assert_eq!(Archive::open(zip.as_slice()).unwrap().entries()[0].size, size);
    assert_eq!(content(&zip).unwrap(), [TEXT]);
}

fn refusal(entries: &[(&str, &[u8])]) -> Option<String> {
    let archive = Archive::open(stored(entries)).unwrap();
    check_zip(&ModVer::new("ex.test/a", "v1.0.0"), &archive).unwrap().refusal()
}

#[test]
fn what_go_refuses_in_a_module_zip() {
    let name = |name: &str| refusal(&[(&format!("ex.test/a@v1.0.0/{name}"), b"")]);
    assert_eq!(
        refusal(&[
            ("ex.test/a@v1.0.0/", b""),
            ("ex.test/a@v1.0.0/go.mod", b""),
            ("ex.test/a@v1.0.0/a/", b""),
            ("ex.test/a@v1.0.0/a/b", b"")
        ]),
        None
    );
    assert_eq!(refusal(&[("a", b"")]).unwrap(), "a: path does not have prefix \"ex.test/a@v1.0.0/\"");
    assert!(
        name("../x").unwrap().ends_with("/../x: malformed file path \"../x\": invalid path element \"..\"")
    );
    assert!(name("a/../x").unwrap().ends_with(": file path is not clean"));
    assert!(name("a\\b").unwrap().ends_with("invalid char '\\\\'"));
    assert!(name("sub/go.mod").unwrap().ends_with(": go.mod file not in module root directory"));
    assert!(name("GO.mod").unwrap().ends_with(": go.mod files must have lowercase names"));
    assert!(name("aux.go").unwrap().contains("\"aux\" disallowed"));
    let pair = |a: &str, b: &str| {
        refusal(&[(&format!("ex.test/a@v1.0.0/{a}"), b""), (&format!("ex.test/a@v1.0.0/{b}"), b"")]).unwrap()
    };
    assert!(pair("a.go", "A.go").ends_with("case-insensitive file name collision: \"a.go\" and \"A.go\""));
    assert!(pair("a", "a/b").ends_with("entry \"a\" is both a file and a directory"));
    assert!(pair("a", "a").ends_with("multiple entries for file \"a\""));
    assert!(pair("x/a", "X/b").ends_with("case-insensitive file name collision: \"x\" and \"X\""));
}

#[test]
fn limits() {
    let checked = |name: &str, size| {
        let zip = Made::new().claiming(&format!("ex.test/a@v1.0.0/{name}"), b"", size).zip();
        check_zip(&ModVer::new("ex.test/a", "v1.0.0"), &Archive::open(zip).unwrap()).unwrap().refusal()
    };
    assert_eq!(checked("x", MAX_ZIP_FILE), None);
    assert_eq!(
        checked("x", MAX_ZIP_FILE + 1).unwrap(),
        "total uncompressed size of module contents too large (max size is 524288000 bytes)"
    );
    assert_eq!(checked("go.mod", MAX_GO_MOD), None);
    assert!(
        checked("go.mod", MAX_GO_MOD + 1)
            .unwrap()
            .ends_with("go.mod file too large (max size is 16777216 bytes)")
    );
    assert!(
        checked("LICENSE", MAX_LICENSE + 1)
            .unwrap()
            .ends_with("LICENSE file too large (max size is 16777216 bytes)")
    );
    assert_eq!(checked("LICENSE.md", MAX_LICENSE + 1), None);
}

#[test]
fn module_versions_that_no_zip_is_of() {
    let archive = Archive::open(stored(&[])).unwrap();
    let words = |path, version| check_zip(&ModVer::new(path, version), &archive).unwrap_err();
    assert_eq!(words("ex.test/a", "v1"), "version \"v1\" is not canonical (should be \"v1.0.0\")");
    assert_eq!(words("ex.test/a", "v2.0.0"), "ex.test/a@v2.0.0: invalid version: should be v0 or v1, not v2");
    let stray = Archive::open(stored(&[("ex.test/a@v1.0.1/x", b"")])).unwrap();
    assert_eq!(
        unexpected_file(&ModVer::new("ex.test/a", "v1.0.0"), &stray).unwrap(),
        "zip for ex.test/a@v1.0.0 has unexpected file ex.test/a@v1.0.1/x"
    );
}

proptest! {
    #[test]
    fn damaged_zips_end(flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut zip = Made::new().deflated("a", TEXT).entry(b"b", TEXT, &Claim::stored(TEXT)).zip();
        for (at, with) in flips {
            let at = at.index(zip.len());
            zip[at] = with;
        }
        let _ = content(&zip);
    }

    #[test]
    fn anything_ends(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = content(&bytes);
    }
}
