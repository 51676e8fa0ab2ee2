//! Zips and hashes against Go: the same zips, whole and damaged, get the same hashes and the same refusals.

use std::collections::BTreeMap;
use std::io::{self, Read};

use gobs::module::ModVer;
use gobs::module::dirhash::{Tree, hash_both, hash_dir, hash_zip, hash1};
use gobs::module::zip::{Archive, Inflater, ZipError, check_zip};
use proptest::prelude::*;
use proptest::sample::select;

use crate::oracle::{ask, ask_bytes, samples};

const NAMES: &[&str] = &[
    "a.go",
    "A.go",
    "go.mod",
    "GO.MOD",
    "sub/go.mod",
    "LICENSE",
    "sub/a.go",
    "sub/",
    "sub",
    "Sub/x",
    "é",
    "É",
    "ß",
    "SS",
    "\u{212a}",
    "k",
    "../x",
    "./x",
    "a//b",
    "con",
    "aux.txt",
    "a b",
    "a:b",
    "a\\b",
    "*",
    "",
    "/",
    "中文.go",
    "x.",
    ".hidden",
    "~1",
    "a~1.go",
    "deep/er/and/deeper",
    "deep/er",
    "n\nl",
    "\u{1}",
];

fn zips() -> Vec<Vec<u8>> {
    let name = prop_oneof![
        12 => select(NAMES).prop_map(|name| format!("ex.test/a@v1.0.0/{name}")),
        3 => "ex\\.test/a@v1\\.0\\.0/[a-c]{1,2}(/[a-c]{1,2}){0,2}",
        1 => select(NAMES).prop_map(str::to_owned),
    ];
    let content = prop_oneof![
        Just(Vec::new()),
        proptest::collection::vec(any::<u8>(), 0..200),
        "[a-c ]{0,3000}".prop_map(String::into_bytes)
    ];
    let entry = (select(&["s", "d", "d"][..]), name, content).prop_map(|(method, name, content)| {
        // Go's writer refuses content for a directory.
        let content = if name.ends_with('/') { Vec::new() } else { content };
        [format!("{method}{name}").into_bytes(), content]
    });
    let archive = proptest::collection::vec(entry, 0..5).prop_map(|entries| entries.concat());
    let cases = samples(&archive, 400);
    ask_bytes("zip.make", &cases).into_iter().map(|mut answer| answer.remove(0)).collect()
}

/// The zips, and each with some bytes changed, cut off or put in front.
fn damaged(zips: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let change = (any::<proptest::sample::Index>(), prop_oneof![any::<u8>(), Just(0), Just(0xff)]);
    let changes = (select(&[0, 1, 2, 3][..]), proptest::collection::vec(change, 1..4));
    let changes = samples(&changes, zips.len() * 4);
    let damage = |zip: &Vec<u8>, (kind, places): &(i32, Vec<(proptest::sample::Index, u8)>)| {
        let mut zip = zip.clone();
        match kind {
            0 => zip.truncate(places[0].0.index(zip.len())),
            1 => {
                zip.splice(0..0, vec![places[0].1; places[0].0.index(40)]);
            }
            _ => {
                // Most bytes of headers matter; aim there as often as anywhere.
                for (place, byte) in places {
                    let at = place.index(zip.len());
                    let at = if *kind == 3 { zip.len() - 1 - at % zip.len().min(150) } else { at };
                    zip[at] = *byte;
                }
            }
        }
        zip
    };
    changes.iter().enumerate().map(|(at, change)| damage(&zips[at % zips.len()], change)).collect()
}

/// The files that unpacking would make.
struct Unpacked(BTreeMap<String, Vec<u8>>);

impl Tree for Unpacked {
    fn files(&self) -> io::Result<Vec<String>> {
        Ok(self.0.keys().cloned().collect())
    }

    fn open(&self, _: usize, file: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.0[file].as_slice()))
    }
}

fn unpack(module: &ModVer, archive: &Archive<&[u8]>) -> Result<Unpacked, ZipError> {
    let prefix = format!("{module}/");
    let mut inflater = Inflater::default();
    let mut files = BTreeMap::new();
    for entry in archive.entries().iter().filter(|entry| !entry.is_dir()) {
        let mut content = Vec::new();
        inflater.read(archive, entry, &mut |piece| {
            content.extend_from_slice(piece);
            Ok(())
        })?;
        files.insert(entry.shown()[prefix.len()..].to_owned(), content);
    }
    Ok(Unpacked(files))
}

/// What we say of a zip, in the order of the helper's answer.
pub(crate) fn judge(module: &ModVer, zip: &[u8]) -> [String; 5] {
    let archive = match Archive::open(zip) {
        Ok(archive) => archive,
        Err(err) => {
            return [String::new(), err.to_string(), err.to_string(), "refused".into(), String::new()];
        }
    };
    let (hash, words) = match hash_zip(&archive, &mut Inflater::default()) {
        Ok(hash) => (hash, String::new()),
        Err(err) => (String::new(), err.to_string()),
    };
    let refusal = check_zip(module, &archive).map(|checked| checked.refusal());
    let refusal = refusal.unwrap_or_else(Some).unwrap_or_default();
    let unpacked = match refusal.as_str() {
        "" => unpack(module, &archive).ok(),
        _ => None,
    };
    let unzip = if unpacked.is_some() { "" } else { "refused" };
    let dir = unpacked.map(|tree| {
        let dir = hash_dir(&tree, &module.to_string()).unwrap();
        let both = hash_both(&archive, &mut Inflater::default(), &tree, &module.to_string());
        assert_eq!(both.zip.as_deref().unwrap_or(""), hash);
        assert_eq!(both.dir.unwrap(), dir);
        assert!(both.changed.is_empty() && both.added.is_empty() && both.missing.is_empty());
        dir
    });
    [hash, words, refusal, unzip.into(), dir.unwrap_or_default()]
}

/// Without what only one of us can know: where a decoder noticed, what a file was called.
pub(crate) fn plain(words: &str) -> String {
    if words.ends_with("negative offset") {
        return "negative offset".into();
    }
    match words.split_once("flate: corrupt input before offset") {
        Some((before, _)) => format!("{before}flate: corrupt input"),
        None => words.to_owned(),
    }
}

#[test]
fn whole_and_damaged_zips() {
    let module = ModVer::new("ex.test/a", "v1.0.0");
    let whole = zips();
    let broken = damaged(&whole);
    let all: Vec<&Vec<u8>> = whole.iter().chain(&broken).collect();
    let cases: Vec<Vec<&[u8]>> =
        all.iter().map(|zip| vec![b"ex.test/a".as_slice(), b"v1.0.0", zip.as_slice()]).collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (at, (zip, theirs)) in all.iter().zip(ask("zip.judge", &cases)).enumerate() {
        let ours = judge(&module, zip);
        *seen.entry(plain(&theirs[1])).or_default() += 1;
        let ours: Vec<String> = ours.iter().map(|words| plain(words)).collect();
        let theirs: Vec<String> = theirs.iter().map(|words| plain(words)).collect();
        assert_eq!(ours, theirs, "zip {at}: {:?}", String::from_utf8_lossy(zip));
    }
    // The damage was of many kinds, and some zips came through.
    assert!(seen.len() >= 6 && seen[""] > 300, "{seen:?}");
}

#[test]
fn lists_of_files() {
    let file = ("[a-c/\\PC]{0,4}", proptest::collection::vec(any::<u8>(), 0..50));
    let lists = samples(&proptest::collection::btree_map(file.0, file.1, 0..6), 300);
    let flat = |list: &BTreeMap<String, Vec<u8>>| {
        list.iter()
            .flat_map(|(name, content)| [name.clone().into_bytes(), content.clone()])
            .collect::<Vec<_>>()
    };
    let cases: Vec<Vec<Vec<u8>>> = lists.iter().map(flat).collect();
    for (list, theirs) in lists.iter().zip(ask("hash1", &cases)) {
        let ours = hash1(list.iter().map(|(name, content)| (name.clone(), content.as_slice()))).unwrap();
        assert_eq!([ours, String::new()], theirs.as_slice(), "{list:?}");
    }
}
