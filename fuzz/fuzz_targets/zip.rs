//! The index of a zip and its entries: no panic, memory as flat as ever, and both ways of hashing agree.
#![no_main]

use std::io::{self, Read};

use gobs::module::ModVer;
use gobs::module::dirhash::{Tree, file_sums, hash_both, hash_zip};
use gobs::module::zip::{Archive, Inflater, check_zip};
use libfuzzer_sys::fuzz_target;

struct Empty;

impl Tree for Empty {
    fn files(&self) -> io::Result<Vec<String>> {
        Ok(vec!["a.go".to_owned()])
    }

    fn open(&self, _: usize, _: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(&b"package a\n"[..]))
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(archive) = Archive::open(data) else { return };
    let module = ModVer::new("ex.test/a", "v1.0.0");
    let _ = check_zip(&module, &archive).map(|checked| checked.refusal());
    let mut inflater = Inflater::default();
    let alone = hash_zip(&archive, &mut inflater);
    let both = hash_both(&archive, &mut inflater, &Empty, &module.to_string());
    assert_eq!(alone, both.zip);
    assert_eq!(alone.is_ok(), file_sums(&archive, &mut inflater).is_ok());
});
