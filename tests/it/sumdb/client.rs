//! The client beside x/mod's own: the same server, the same cache, the same lies; both accept or both refuse.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use gobs::goproxy::{Refusal, Wrong};
use gobs::model::SafeUrl;
use gobs::module::ModVer;
use gobs::sumdb::tlog::Tile;
use gobs::sumdb::{Answers, Client, Kept, Trouble, Wanted};
use gobs::text::gosum::Part;
use gobs::text::gosumdb::{GoSumDb, parse};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::log::damaged;
use crate::oracle::{ask, ask_bytes, samples};
use crate::sandbox::Sandbox;

const SIZES: [&str; 4] = ["3", "270", "300", "530"];
const COUNT: usize = 530;

type Files = BTreeMap<String, Vec<u8>>;

struct World {
    vkey: String,
    skey: String,
    /// What the database serves, by size and path; `head` is its signed head.
    honest: BTreeMap<&'static str, Files>,
    /// The same key, another history from record 2 on.
    forked: BTreeMap<&'static str, Files>,
}

fn module(n: usize) -> (String, String, String) {
    let (path, version) = (format!("ex.test/m{n}"), format!("v1.{n}.0"));
    let text = format!("{path} {version} h1:zip{n}=\n{path} {version}/go.mod h1:mod{n}=\n");
    (path, version, text)
}

fn world() -> World {
    let keys = ask("note.keys", &[vec!["sum.test", "seed"]]).remove(0);
    let build = |fork: bool| {
        let mut args = vec![keys[0].clone(), SIZES.join(",")];
        for n in 0..COUNT {
            let (path, version, text) = module(n);
            let text = if fork && n >= 2 { text.replace("zip", "forged") } else { text };
            args.extend([path, version, text]);
        }
        let answer = ask_bytes("sumdb.build", &[args]).remove(0);
        let flat: Files = answer
            .chunks(2)
            .map(|pair| (String::from_utf8(pair[0].clone()).unwrap(), pair[1].clone()))
            .collect();
        let of = |size: &&'static str| {
            let records: u64 = size.parse().unwrap();
            let mut files = Files::new();
            for (name, bytes) in &flat {
                if let Some(lookup) = name.strip_suffix(&format!(" {size}")) {
                    files.insert(lookup.to_owned(), bytes.clone());
                } else if let Some(tile) = Tile::parse(&name[1..])
                    && (tile.n * 256 + u64::from(tile.w)) << (8 * tile.l) <= records
                {
                    files.insert(name.clone(), bytes.clone());
                }
            }
            files.insert("head".into(), flat[&format!("head/{size}")].clone());
            (*size, files)
        };
        SIZES.iter().map(of).collect()
    };
    World { vkey: keys[1].clone(), skey: keys[0].clone(), honest: build(false), forked: build(true) }
}

/// A server, a client's memory, and what is asked.
#[derive(Clone, Debug)]
struct Case {
    module: (String, String),
    head: Vec<u8>,
    remote: Files,
    cache: Files,
}

impl Case {
    fn of(server: &Files, head: &[u8], cache: &Files, n: usize) -> Case {
        let (path, version, _) = module(n);
        let needed = |name: &str| name.starts_with("/tile") || name.ends_with(&format!("{path}@{version}"));
        let remote = server.iter().filter(|(name, _)| needed(name));
        let cache =
            cache.iter().map(|(name, bytes)| (name.trim_start_matches('/').to_owned(), bytes.clone()));
        Case {
            module: (path.clone(), version.clone()),
            head: head.to_vec(),
            remote: remote.map(|(name, bytes)| (name.clone(), bytes.clone())).collect(),
            cache: cache.collect(),
        }
    }

    fn args(&self, vkey: &str) -> Vec<Vec<u8>> {
        let (path, version) = &self.module;
        let mut args: Vec<Vec<u8>> =
            vec![vkey.into(), self.head.clone(), path.clone().into(), version.clone().into()];
        for (name, bytes) in &self.remote {
            args.extend([name.clone().into_bytes(), bytes.clone()]);
        }
        for (name, bytes) in &self.cache {
            args.extend([format!("cache/sum.test/{name}").into_bytes(), bytes.clone()]);
        }
        args
    }

    /// What our client makes of it, and the paths it asked for.
    fn ours(&self, vkey: &str) -> (Answers, Vec<String>) {
        let sandbox = Sandbox::bare();
        for (name, bytes) in &self.cache {
            sandbox.write(&format!("cache/{name}"), bytes);
        }
        let latest = sandbox.write("latest", &self.head);
        let world = sandbox.world();
        let kept = Kept { files: &world.files, cache: sandbox.home().join("cache"), latest: Some(latest) };
        let asked = Mutex::new(Vec::new());
        let get = |url: &str, _: u64| {
            let path = url.strip_prefix("http://db").unwrap();
            asked.lock().unwrap().push(path.to_owned());
            let missing = || {
                let wrong = Wrong::Status { status: 404, line: "404 Not Found".into(), words: String::new() };
                Refusal { url: SafeUrl::new(url), wrong }
            };
            self.remote.get(path).cloned().ok_or_else(missing)
        };
        let Ok(GoSumDb::Db(database)) = parse(&format!("{vkey} http://db")) else { panic!("{vkey}") };
        let until = Instant::now() + Duration::from_mins(5);
        let client = Client::new(database, Vec::new(), kept, Some(&get), until);
        let (path, version) = &self.module;
        let wanted = Wanted {
            module: ModVer::new(path.as_str(), version.as_str()),
            parts: vec![Part::Zip, Part::GoMod],
        };
        let answers = client.look_up(&[wanted], &|| {});
        (answers, asked.into_inner().unwrap())
    }
}

/// Accepted: proven, and nothing to complain of.
fn accepted(answers: &Answers) -> Option<String> {
    let record = answers.records[0].as_ref().ok()?;
    let clean = answers.general.is_none() && answers.damages.is_empty();
    clean
        .then(|| format!("{} {}", record.zip.as_deref().unwrap_or(""), record.gomod.as_deref().unwrap_or("")))
}

/// What go kept after it verified: the tiles of that size, and sometimes the lookup.
fn warm(files: &Files, n: usize, lookup: bool) -> Files {
    let name = format!("/lookup/ex.test/m{n}@v1.{n}.0");
    let keep = |path: &str| path.starts_with("/tile") || (lookup && path == name);
    files.iter().filter(|(path, _)| keep(path)).map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
}

fn flip(files: &mut Files, which: Index, (how, at, byte): (u8, Index, u8)) {
    if files.is_empty() {
        return;
    }
    let name = files.keys().nth(which.index(files.len())).unwrap().clone();
    let changed = damaged(&files[&name], how, at, byte);
    files.insert(name, changed);
}

#[test]
fn what_go_accepts_gobs_accepts_what_go_refuses_gobs_refuses() {
    let world = world();
    let size = select(&SIZES[..]);
    let change = || (0u8..5, any::<Index>(), any::<u8>());
    // Server fork?, size; remembered head: none, honest, forked; cache warm?, with lookup?; lie; which file; how.
    let shape = (
        (prop::bool::weighted(0.15), size.clone()),
        (0u8..5, size),
        (any::<bool>(), any::<bool>(), prop_oneof![0usize..3, 0usize..COUNT]),
        (0u8..9, any::<Index>(), change()),
    );
    let mut cases = Vec::new();
    for ((fork, served), (kept, of), (warmed, lookup, n), (lie, which, how)) in samples(&shape, 300) {
        let servers = if fork { &world.forked } else { &world.honest };
        let size: usize = served.parse().unwrap();
        let n = n % size;
        let (head, cache) = match kept {
            0 => (Vec::new(), Files::new()),
            1 => (world.forked[of]["head"].clone(), warm(&world.forked[of], n, lookup)),
            _ => (world.honest[of]["head"].clone(), warm(&world.honest[of], n, lookup)),
        };
        let cache = if warmed { cache } else { Files::new() };
        let mut case = Case::of(&servers[served], &head, &cache, n);
        match lie {
            0..=2 => flip(&mut case.remote, which, how),
            3 => flip(&mut case.cache, which, how),
            4 => case.head = damaged(&case.head, how.0, how.1, how.2),
            5 => {
                // Another module's record, true in itself.
                let (path, version, _) = module((n + 1) % size);
                let other = servers[served][&format!("/lookup/{path}@{version}")].clone();
                let (path, version) = &case.module;
                case.remote.insert(format!("/lookup/{path}@{version}"), other);
            }
            6 => {
                // A tile in another's place.
                let tiles: Vec<String> =
                    case.remote.keys().filter(|name| name.starts_with("/tile")).cloned().collect();
                let (from, to) = (&tiles[which.index(tiles.len())], &tiles[how.1.index(tiles.len())]);
                let bytes = case.remote[from].clone();
                case.remote.insert(to.clone(), bytes);
            }
            _ => {}
        }
        cases.push(case);
    }
    let args: Vec<Vec<Vec<u8>>> = cases.iter().map(|case| case.args(&world.vkey)).collect();
    let (mut both, mut neither) = (0, 0);
    for (said, case) in ask("sumdb.client", &args).into_iter().zip(&cases) {
        let theirs = said[0].is_empty().then_some(&said[2]);
        let (answers, asked) = case.ours(&world.vkey);
        let ours = accepted(&answers);
        let shown = || {
            let head = String::from_utf8_lossy(&case.head);
            format!(
                "go: {said:?}\ngobs: {answers:#?}\nasked: {asked:?}\n{:?} {:?}\n{head}",
                case.module,
                case.cache.keys()
            )
        };
        assert_eq!(ours.is_some(), theirs.is_some(), "{}", shown());
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            let (path, version) = &case.module;
            let (zip, gomod) = ours.split_once(' ').unwrap();
            let lines = format!("{path} {version} {zip}\n{path} {version}/go.mod {gomod}");
            assert_eq!(&lines, theirs);
            both += 1;
        } else {
            neither += 1;
        }
        // Go calls a fork a fork: then so do we.
        if said[1].contains("misbehavior") {
            assert!(matches!(answers.general, Some(Trouble::Inconsistent(_))), "{}", shown());
        }
    }
    assert!(both > 60 && neither > 60, "{both} accepted, {neither} refused");
}

/// What each of the three holes of 2026 let through, in one process; the live tests show them to the go command.
#[test]
fn the_three_holes_of_2026_are_closed() {
    let world = world();
    let (served, n) = ("530", 5);
    let honest = &world.honest[served];
    let (path, version, text) = module(n);
    let name = format!("/lookup/{path}@{version}");
    let refused = |what: &str, change: &dyn Fn(&mut Case)| {
        let mut case = Case::of(honest, &[], &Files::new(), n);
        change(&mut case);
        let (answers, _) = case.ours(&world.vkey);
        let Err(Trouble::Inconsistent(lie)) = &answers.records[0] else { panic!("{what}: {answers:#?}") };
        lie.words.clone()
    };
    let (other, of_other, _) = module(n + 1);
    let other = honest[&format!("/lookup/{other}@{of_other}")].clone();
    let words = refused("CVE-2026-42501", &|case| _ = case.remote.insert(name.clone(), other.clone()));
    assert_eq!(words, "checksum missing from sumdb response");
    // The wanted lines, signed with the tree head, behind another module's true record.
    let (record, note) = std::str::from_utf8(&other).unwrap().split_once("\n\n").unwrap();
    let head = note.split_once("\n\n").unwrap().0;
    let signed = ask("note.sign", &[vec![world.skey.clone(), format!("{head}\n{text}")]]).remove(0).remove(0);
    let forged = format!("{record}\n\n{signed}").into_bytes();
    let words = refused("CVE-2026-56864", &|case| _ = case.remote.insert(name.clone(), forged.clone()));
    assert_eq!(words, "checksum missing from sumdb response");
    // 530 = 512 + 16 + 2: the last two subtrees share a tile, so the first tile after them was never compared.
    let words = refused("CVE-2026-56865", &|case| {
        let record = format!("{path} {version} h1:forged=\n{path} {version}/go.mod h1:mod{n}=\n");
        let leaf = gobs::sumdb::tlog::record_hash(record.as_bytes());
        let at = n * 32;
        case.remote.get_mut("/tile/8/0/000").unwrap()[at..at + 32].copy_from_slice(&leaf.0);
        let lookup = case.remote.get_mut(&name).unwrap();
        let forged = String::from_utf8_lossy(lookup).replace(&text, &record);
        *lookup = forged.into_bytes();
    });
    assert_eq!(words, "downloaded inconsistent tile");
}
