//! Notes, indexes, tiles and proofs, as x/mod computes them.

#![allow(clippy::cast_possible_truncation, reason = "logs of a few hundred records")]

use gobs::sumdb::note;
use gobs::sumdb::tlog::{
    self, Hash, Plan, Tile, Tree, check_record, check_tree, prove_record, prove_tree, record_hash,
    record_proof_indexes, split_stored_index, stored_index, tree_hash, tree_indexes, tree_proof_indexes,
};
use gobs::text::gosumdb::VerifierKey;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::oracle::{ask, ask_bytes, samples};

/// Some bytes changed, cut off or doubled.
pub(super) fn damaged(bytes: &[u8], how: u8, at: Index, byte: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if bytes.is_empty() {
        return bytes;
    }
    let place = at.index(bytes.len());
    match how {
        0 => bytes[place] ^= 1 << (byte % 8),
        1 => bytes[place] = byte,
        2 => bytes.truncate(place),
        3 => bytes.insert(place, byte),
        _ => _ = bytes.remove(place),
    }
    bytes
}

#[test]
fn notes_are_opened_as_go_opens_them() {
    let pairs = [["sum.test", "a"], ["sum.test", "b"], ["other.test/db", "a"]];
    let keys = ask("note.keys", &pairs.map(|pair| pair.to_vec()));
    let texts = ["x\n", "go.sum database tree\n5\nAAAA\n", "two\n\nparts\n", "中文\n"];
    let cases: Vec<Vec<&str>> =
        keys.iter().flat_map(|key| texts.iter().map(|text| vec![key[0].as_str(), *text])).collect();
    let signed = ask("note.sign", &cases);
    let mut notes: Vec<Vec<u8>> = signed.into_iter().map(|mut one| one.remove(0).into_bytes()).collect();
    // Signed by two, and twice.
    for (one, other) in [(0, 4), (4, 0), (0, 8), (0, 0)] {
        let after = String::from_utf8(notes[other].clone()).unwrap();
        let more = after.rsplit_once("\n\n").unwrap().1.as_bytes().to_vec();
        notes.push([notes[one].clone(), more].concat());
    }
    let many = notes[8].rsplit(|byte| *byte == b'\n').nth(1).unwrap().to_vec();
    let lines = |count: usize| (0..count).flat_map(|_| [&many[..], b"\n"].concat()).collect::<Vec<u8>>();
    notes.push([notes[0].clone(), lines(99)].concat());
    notes.push([notes[0].clone(), lines(100)].concat());
    let change = (0u8..5, any::<Index>(), prop_oneof![any::<u8>(), select(b"\n +=\xe2\x80\x94".as_slice())]);
    let changes = samples(&change, 1500);
    let all: Vec<Vec<u8>> = notes
        .iter()
        .cloned()
        .chain(
            changes.iter().zip(notes.iter().cycle()).map(|((how, at, byte), n)| damaged(n, *how, *at, *byte)),
        )
        .collect();
    let vkey = keys[0][1].clone();
    let cases: Vec<Vec<Vec<u8>>> =
        all.iter().map(|one| vec![one.clone(), vkey.clone().into_bytes()]).collect();
    let key = VerifierKey::parse(&vkey).unwrap();
    let mut opened = 0;
    for (said, note) in ask_bytes("note.open", &cases).into_iter().zip(&all) {
        let ours = match note::open(note, &key) {
            Ok(text) => vec![Vec::new(), text.to_vec()],
            Err(err) => vec![err.to_string().into_bytes()],
        };
        opened += u32::from(ours.len() == 2);
        assert_eq!(ours, said, "{}", String::from_utf8_lossy(note));
    }
    assert!(opened > 10);
}

#[test]
fn heads_and_records_are_read_as_go_reads_them() {
    let heads = [
        "go.sum database tree\n5\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\n",
        "go.sum database tree\n0\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\nmore\nlines\n",
        "go.sum database tree\n9223372036854775807\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeJ=\n",
        "go.sum database tree\n9223372036854775808\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\n",
        "go.sum database tree\n05\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\n",
        "go.sum database tree\n+5\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\n",
    ];
    let records = [
        "5\nex.test/a v1.0.0 h1:x=\nex.test/a v1.0.0/go.mod h1:y=\n\nrest\n\nof it\n",
        "-3\nx\n\n",
        "+3\nx\n\n",
        "x\ny\n\n",
        "1\n\n\n",
        "1\nx\n",
        "9223372036854775808\nx\n\n",
    ];
    let change = (0u8..5, any::<Index>(), prop_oneof![any::<u8>(), select(b"\n0123456789-+ \r".as_slice())]);
    let changes = samples(&change, 800);
    let more = |seeds: &[&str]| -> Vec<Vec<u8>> {
        let spoilt = changes
            .iter()
            .zip(seeds.iter().cycle())
            .map(|((how, at, byte), seed)| damaged(seed.as_bytes(), *how, *at, *byte));
        seeds.iter().map(|seed| seed.as_bytes().to_vec()).chain(spoilt).collect()
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for (name, all) in [("tlog.tree", more(&heads)), ("tlog.record", more(&records))] {
        let cases: Vec<Vec<Vec<u8>>> = all.iter().map(|one| vec![one.clone()]).collect();
        let mut read = 0;
        for (said, one) in ask(name, &cases).into_iter().zip(&all) {
            let ours = match name {
                "tlog.tree" => match tlog::parse_tree(one) {
                    Some(tree) => vec![String::new(), tree.n.to_string(), tree.hash.to_string()],
                    None => vec!["malformed tree note".into()],
                },
                _ => match tlog::parse_record(one) {
                    Some(r) => vec![String::new(), r.id.to_string(), text(r.text), text(r.rest)],
                    None => vec!["malformed record data".into()],
                },
            };
            read += u32::from(ours.len() > 1);
            assert_eq!(ours, said, "{}", text(one));
        }
        assert!(read > 20);
    }
}

#[test]
fn indexes_and_tile_paths() {
    let place = (1u32..=10, 0u32..20, prop_oneof![0u64..600, 0u64..1 << 30]);
    let places = samples(&place, 1000);
    let cases: Vec<Vec<String>> = places
        .iter()
        .map(|(h, level, n)| [u64::from(*h), u64::from(*level), *n].map(|x| x.to_string()).to_vec())
        .collect();
    for (said, (h, level, n)) in ask("tlog.index", &cases).into_iter().zip(&places) {
        let index = stored_index(*level, *n);
        let (l, m) = split_stored_index(index);
        let ours = [index.to_string(), format!("{l} {m}"), Tile::for_index(*h, index).0.path()];
        assert_eq!(ours.to_vec(), said, "{h} {level} {n}");
    }
    let part = prop_oneof![
        select(
            &[
                "tile", "8", "0", "1", "data", "-1", "x001", "001", "x234", "067.p", "p", "5", "255", "256",
                "999", "x1", "", "067", "1000", "30", "31"
            ][..]
        )
        .prop_map(str::to_owned),
        "[0-9]{3}",
        "x[0-9]{3}",
    ];
    let free = proptest::collection::vec(part, 1..7).prop_map(|parts| parts.join("/"));
    let sound =
        (1u32..12, -1i32..5, prop_oneof![0u64..2000, any::<u32>().prop_map(u64::from)], any::<Index>())
            .prop_map(|(h, l, n, w)| Tile { h, l, n, w: w.index(1 << h) as u32 + 1 }.path());
    let far = Just("tile/8/0/x999/x999/x999/x999/x999/x999/x999/999".to_owned());
    let paths = samples(&prop_oneof![10 => free, 10 => sound, 1 => far], 1000);
    let cases: Vec<Vec<&str>> = paths.iter().map(|path| vec![path.as_str()]).collect();
    for (said, path) in ask("tlog.tile", &cases).into_iter().zip(&paths) {
        let ours = Tile::parse(path).map(|t| format!("{} {} {} {}", t.h, t.l, t.n, t.w));
        let theirs = said[0].is_empty().then(|| said[1].clone());
        assert_eq!(ours, theirs, "{path}");
    }
}

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.chunks(Hash::SIZE).map(|chunk| Hash(chunk.try_into().unwrap())).collect()
}

/// A log of 600 records: every root, and proofs between many of its sizes.
#[test]
fn roots_and_proofs() {
    const SIZE: u64 = 600;
    let log = &ask_bytes("tlog.log", &[vec![SIZE.to_string(), "r".into()]])[0];
    let (stored, roots) = (hashes(&log[0]), hashes(&log[1]));
    let at = |indexes: Vec<u64>| indexes.into_iter().map(|index| stored[index as usize]).collect::<Vec<_>>();
    for t in 1..=SIZE {
        assert_eq!(tree_hash(t, &at(tree_indexes(t))), Some(roots[t as usize - 1]), "{t}");
    }
    assert_eq!(tree_hash(0, &[]), Some(Tree::empty().hash));
    assert_eq!(stored[stored_index(0, 41) as usize], record_hash(b"r 41\n"));
    let pair = (1u64..=SIZE, 0u64..=SIZE);
    let mut pairs = samples(&pair, 120);
    pairs.extend([(1, 0), (1, 1), (256, 256), (512, 256), (600, 600), (600, 1), (257, 256)]);
    let cases: Vec<Vec<String>> =
        pairs.iter().map(|(t, n)| vec![SIZE.to_string(), "r".into(), t.to_string(), n.to_string()]).collect();
    for (said, &(t, n)) in ask_bytes("tlog.prove", &cases).iter().zip(&pairs) {
        let root = roots[t as usize - 1];
        let record = record_proof_indexes(t, n).map(|indexes| prove_record(t, n, &at(indexes)).unwrap());
        assert_eq!(record.is_some(), said[1].is_empty(), "{t} {n}");
        if let Some(proof) = record {
            assert_eq!(proof, hashes(&said[0]), "{t} {n}");
            let leaf = stored[stored_index(0, n) as usize];
            assert!(check_record(&proof, t, root, n, leaf));
            every_change_is_seen(&proof, |proof| check_record(proof, t, root, n, leaf));
            assert!(!check_record(&proof, t, root, n, root) || t == 1);
            assert!(n + 1 == t || !check_record(&proof, t, root, n + 1, leaf));
        }
        let tree = tree_proof_indexes(t, n).map(|indexes| prove_tree(t, n, &at(indexes)).unwrap());
        assert_eq!(tree.is_some(), said[3].is_empty(), "{t} {n}");
        if let Some(proof) = tree {
            assert_eq!(proof, hashes(&said[2]), "{t} {n}");
            let old = roots[n as usize - 1];
            assert!(check_tree(&proof, t, root, n, old));
            every_change_is_seen(&proof, |proof| check_tree(proof, t, root, n, old));
            assert!(n == t || !check_tree(&proof, t, root, n, root));
        }
    }
}

fn every_change_is_seen(proof: &[Hash], check: impl Fn(&[Hash]) -> bool) {
    for at in 0..proof.len() {
        let mut other = proof.to_vec();
        other[at].0[at % 32] ^= 4;
        assert!(!check(&other));
        other.remove(at);
        assert!(!check(&other));
    }
    let longer = [proof, &[Hash::empty_tree()]].concat();
    assert!(!check(&longer));
}

/// Tiles of small height, so that there are many levels: what a plan proves is what was stored; one bit changed in
/// any tile is found, whichever it is (CVE-2026-56865).
#[test]
fn tiles_prove_hashes_and_no_changed_tile_passes() {
    const SIZE: u64 = 100;
    let log = &ask_bytes("tlog.log", &[vec![SIZE.to_string(), "t".into()]])[0];
    let (stored, roots) = (hashes(&log[0]), hashes(&log[1]));
    let data = |tile: &Tile| -> Vec<u8> {
        let start = tile.n << tile.h;
        let level = tile.h * u32::try_from(tile.l).unwrap();
        let range = (start..start + u64::from(tile.w)).map(|n| stored[stored_index(level, n) as usize].0);
        range.flatten().collect()
    };
    for h in [1, 2, 3, 8] {
        for n in [1, 2, 5, 7, 8, 16, 27, 64, 85, 99, 100] {
            let tree = Tree { n, hash: roots[n as usize - 1] };
            for record in [0, n / 3, n / 2, n - 1] {
                let wanted = [stored_index(0, record), stored_index(0, n / 2)];
                let plan = Plan::new(tree, h, &wanted).unwrap();
                let tiles: Vec<Vec<u8>> = plan.tiles().iter().map(data).collect();
                let want: Vec<Hash> = wanted.iter().map(|index| stored[*index as usize]).collect();
                assert_eq!(plan.check(&tiles), Ok(want), "{h} {n} {record}");
                for at in 0..tiles.len() {
                    let mut forged = tiles.clone();
                    let byte = (at * 7) % forged[at].len();
                    forged[at][byte] ^= 0x10;
                    assert!(plan.check(&forged).is_err(), "{h} {n} {record}: {}", plan.tiles()[at]);
                    forged[at].pop();
                    assert!(plan.check(&forged).is_err());
                }
            }
            assert!(Plan::new(tree, h, &[stored_index(0, n)]).is_err());
        }
    }
    assert!(Plan::new(Tree { n: u64::MAX, hash: Hash::empty_tree() }, 8, &[]).is_err());
}
