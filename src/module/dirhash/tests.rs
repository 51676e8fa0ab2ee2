//! Known hashes; zips and directories that differ in every way.

use super::*;
use crate::module::zip::made::{Claim, Made, stored};

/// Files in memory; one that is `None` cannot be opened.
struct Files(Vec<(&'static str, Option<&'static [u8]>)>);

impl Tree for Files {
    fn files(&self) -> io::Result<Vec<String>> {
        Ok(self.0.iter().map(|(name, _)| (*name).to_owned()).collect())
    }

    fn open(&self, _: usize, file: &str) -> io::Result<Box<dyn Read + '_>> {
        let found = self.0.iter().find(|(name, _)| *name == file).and_then(|(_, content)| *content);
        found
            .map(|content| Box::new(content) as Box<dyn Read>)
            .ok_or_else(|| io::Error::other("no such file"))
    }
}

const PREFIX: &str = "ex.test/a@v1.0.0";
const WANT: &str = "h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=";
const GO: &[u8] = b"package x\n";
const MOD: &[u8] = b"module ex.test/a\n";

fn zip() -> Vec<u8> {
    stored(&[("ex.test/a@v1.0.0/x.go", GO), ("ex.test/a@v1.0.0/go.mod", MOD)])
}

fn both(zip: &[u8], files: Files) -> Both {
    hash_both(&Archive::open(zip).unwrap(), &mut Inflater::default(), &files, PREFIX)
}

fn whole() -> Files {
    Files(vec![("go.mod", Some(MOD)), ("x.go", Some(GO))])
}

#[test]
fn known_hashes() {
    let zip = zip();
    let archive = Archive::open(zip.as_slice()).unwrap();
    assert_eq!(hash_zip(&archive, &mut Inflater::default()).as_deref(), Ok(WANT));
    assert_eq!(hash_dir(&whole(), PREFIX).unwrap(), WANT);
    assert_eq!(hash_go_mod(MOD), "h1:C0T/DOQhzlZPwAf3OOI5JvCBsWOyeujTcoQaba6cNoQ=");
    assert_eq!(hash_go_mod(b""), crate::text::gosum::EMPTY_GO_MOD);
}

#[test]
fn names_with_newlines_are_refused() {
    assert_eq!(hash1([("a\nb".to_owned(), GO)]).unwrap_err().to_string(), newline().to_string());
    let zip = stored(&[("a\nb", GO)]);
    let err = hash_zip(&Archive::open(zip).unwrap(), &mut Inflater::default()).unwrap_err();
    assert_eq!((err.fault, err.words), (ZipFault::Name, newline().to_string()));
}

#[test]
fn directory_entries_count_and_the_last_of_equals_does() {
    let hash = |entries: &[(&str, &[u8])]| {
        let zip = stored(entries);
        hash_zip(&Archive::open(zip).unwrap(), &mut Inflater::default()).unwrap()
    };
    assert_ne!(hash(&[("a/", b""), ("a/b", GO)]), hash(&[("a/b", GO)]));
    assert_eq!(hash(&[("a", MOD), ("a", GO)]), hash(&[("a", GO), ("a", GO)]));
    assert_ne!(hash(&[("a", MOD), ("a", GO)]), hash(&[("a", GO)]));
}

#[test]
fn same_on_both_sides() {
    let both = both(&zip(), whole());
    assert_eq!((both.zip.as_deref(), both.dir.unwrap().as_str()), (Ok(WANT), WANT));
    assert!(both.changed.is_empty() && both.added.is_empty() && both.missing.is_empty());
}

#[test]
fn differences_are_named_and_hashed() {
    let odd = || Files(vec![("go.mod", Some(b"module ex.test/b\n")), (".DS_Store", Some(b"x"))]);
    let both = both(&zip(), odd());
    assert_eq!(both.zip.as_deref(), Ok(WANT));
    assert_eq!(both.dir.unwrap(), hash_dir(&odd(), PREFIX).unwrap());
    assert_eq!(
        (both.changed, both.added, both.missing),
        (vec!["go.mod".to_owned()], vec![".DS_Store".to_owned()], vec!["x.go".to_owned()])
    );
    for (tail, name) in [(&b"package x\n "[..], "longer"), (b"package x", "shorter"), (b"", "empty")] {
        let files = || Files(vec![("go.mod", Some(MOD)), ("x.go", Some(tail))]);
        let both = super::tests::both(&zip(), files());
        assert_eq!(both.changed, ["x.go"], "{name}");
        assert_eq!(both.dir.unwrap(), hash_dir(&files(), PREFIX).unwrap());
    }
}

#[test]
fn one_damaged_side_does_not_hide_the_other() {
    let mut broken =
        Made::new().deflated("ex.test/a@v1.0.0/go.mod", MOD).deflated("ex.test/a@v1.0.0/x.go", GO).zip();
    let at = memchr::memmem::find(&broken, b"x.go").unwrap() + 4;
    broken[at] ^= 0x55;
    let both = both(&broken, whole());
    assert!(both.zip.is_err());
    assert_eq!(both.dir.unwrap(), WANT);
    let both = super::tests::both(&zip(), Files(vec![("go.mod", Some(MOD)), ("x.go", None)]));
    assert_eq!(both.zip.as_deref(), Ok(WANT));
    assert_eq!(both.dir.unwrap_err().to_string(), "no such file");
}

#[test]
fn bombs_are_stopped() {
    let block = crate::module::zip::made::deflate(&vec![0; 30 << 20]);
    let crc = libdeflater::crc32(&vec![0; 30 << 20]);
    let claim = Claim { method: 8, crc, size: 30 << 20, ..Claim::stored(b"") };
    let made = (0..20).fold(Made::new(), |made, at| made.entry(format!("{at}").as_bytes(), &block, &claim));
    let err = hash_zip(&Archive::open(made.zip()).unwrap(), &mut Inflater::default()).unwrap_err();
    assert_eq!(err.fault, ZipFault::TooLarge);
}
