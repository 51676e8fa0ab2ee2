//! The checksum database, honest and lying, with the go command beside gobs: both accept or both refuse.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::{download, text};
use crate::rig::{Liar, Lie, ModuleProxy, NAME, Said, SumDb, must, publish};
use crate::sandbox::Sandbox;

const LIB: &str = "lib.corp-one.org/team/lib";
const OTHER: &str = "lib.corp-one.org/team/other";
const FILLER: &str = "filler.corp-one.org/f";

/// Two modules, and a machine whose go takes them from a tree.
fn scene() -> (tempfile::TempDir, Sandbox) {
    let tree = tempfile::tempdir().unwrap();
    for module in [LIB, OTHER] {
        publish(tree.path(), module, "v1.0.0", &[("x.go", "package lib\n")]);
    }
    publish(tree.path(), LIB, "v1.1.0", &[("x.go", "package lib // more\n")]);
    let mut sandbox = Sandbox::bare();
    sandbox.real("go");
    sandbox.real("git");
    for (name, value) in [("GOTOOLCHAIN", "local"), ("GOFLAGS", "-modcacherw"), ("GIT_CONFIG_NOSYSTEM", "1")]
    {
        sandbox.set(name, value);
    }
    sandbox.set("GOPROXY", format!("file://{}", tree.path().display()));
    (tree, sandbox)
}

/// What `gobs verify MODULE@VERSION` came to.
struct Seen {
    /// `proven`, `unaware`, `unreachable`, `not-asked`.
    database: String,
    kinds: Vec<String>,
    exit: u8,
    questions: u64,
    shown: String,
}

fn verify(sandbox: &Sandbox, module: &str) -> Seen {
    let outcome = sandbox.gobs(&["verify", "--format", "json", module]);
    let report: Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|err| panic!("{err}: {outcome}"));
    let found = report["checks"][0]["findings"].as_array().cloned().unwrap_or_default();
    Seen {
        database: report["verify"]["modules"][0]["database"].as_str().unwrap().to_owned(),
        kinds: found.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect(),
        exit: outcome.exit.code(),
        questions: report["verify"]["database"]["questions"].as_u64().unwrap_or(0),
        shown: outcome.stdout,
    }
}

/// Gobs first, for go writes its caches; then go. Gives what gobs saw.
fn both(what: &str, sandbox: &Sandbox, module: &str) -> Seen {
    let before = crate::sandbox::tree(&sandbox.home());
    let seen = verify(sandbox, module);
    let after = crate::sandbox::tree(&sandbox.home());
    assert!(before == after, "{what}: gobs wrote\n{before}\n---\n{after}");
    let output = download(sandbox, module);
    let accepts = seen.database == "proven" && seen.exit == 0;
    assert_eq!(accepts, output.status.success(), "{what}\n{}\n--- go\n{}", seen.shown, text(&output));
    seen
}

fn forget_cache(sandbox: &Sandbox) {
    let _ = std::fs::remove_dir_all(sandbox.home().join("go/pkg/mod"));
}

fn forget_all(sandbox: &Sandbox) {
    let _ = std::fs::remove_dir_all(sandbox.home().join("go"));
}

#[test]
fn an_honest_database_by_every_way() {
    let (tree, mut sandbox) = scene();
    let database = SumDb::start(tree.path(), 700, FILLER);
    let lib = format!("{LIB}@v1.0.0");
    // Directly.
    sandbox.set("GOSUMDB", format!("{} {}", database.key(), database.url()));
    let cold = both("direct", &sandbox, &lib);
    assert!(cold.questions <= 6, "{} questions", cold.questions);
    // Now go has tiles, a record and a head of its own: nobody need be asked.
    assert_eq!(both("warm", &sandbox, &lib).questions, 0);
    let near = both("warm, another module", &sandbox, &format!("{OTHER}@v1.0.0"));
    assert!(near.questions <= 4, "{} questions", near.questions);
    // Through the first proxy that relays it, after one that does not, and past what needs no relay.
    sandbox.set("GOSUMDB", database.key());
    let nothing = Liar::http();
    for goproxy in [
        database.url(),
        format!("{},{}", nothing.url(), database.url()),
        format!("http://127.0.0.1:1|{}", database.url()),
    ] {
        forget_all(&sandbox);
        sandbox.set("GOPROXY", &goproxy);
        both(&goproxy, &sandbox, &lib);
    }
    // As a company's goproxy relays it.
    forget_all(&sandbox);
    let files = format!("file://{}", tree.path().display());
    let relayed = format!("{NAME} {}", database.url());
    let proxy = ModuleProxy::relaying(&files, &relayed);
    sandbox.set("GOPROXY", proxy.url());
    both("goproxy", &sandbox, &lib);
    // A tree of files that carries the database, as a bundle does.
    let kept = sandbox.home().join("go/pkg/mod/cache/download");
    let carried = tempfile::tempdir().unwrap();
    must(
        std::process::Command::new("cp")
            .arg("-r")
            .arg(&kept)
            .arg(carried.path().join("tree"))
            .output()
            .unwrap(),
        &["cp"],
    );
    std::fs::write(carried.path().join(format!("tree/sumdb/{NAME}/supported")), "").unwrap();
    forget_all(&sandbox);
    sandbox.set("GOPROXY", format!("file://{}", carried.path().join("tree").display()));
    both("carried", &sandbox, &lib);
    // Not in its log; and kept from it by GONOSUMDB, where go asks nobody.
    forget_all(&sandbox);
    sandbox.set("GOPROXY", database.url());
    let unknown = sandbox.gobs(&["verify", "lib.corp-one.org/team/none@v1.0.0"]);
    assert_eq!(unknown.exit.code(), 2, "{unknown}");
    assert!(unknown.stderr.contains("has lib.corp-one.org/team/none@v1.0.0"), "{unknown}");
    sandbox.set("GONOSUMDB", "lib.corp-one.org");
    must(download(&sandbox, &lib), &["go mod download"]);
    let exempt = verify(&sandbox, &lib);
    assert_eq!((exempt.database.as_str(), exempt.questions), ("unaware", 0), "{}", exempt.shown);
}

fn tile(path: &str) -> bool {
    path.contains("/tile/")
}

fn lookup(path: &str) -> bool {
    path.contains("/lookup/")
}

fn flipped(mut body: Vec<u8>, at: usize) -> Vec<u8> {
    let at = at % body.len();
    body[at] ^= 1;
    body
}

fn replaced(said: &Said, from: &str, to: &str) -> Said {
    let text = String::from_utf8_lossy(&said.body).into_owned();
    assert!(text.contains(from), "{text}");
    Said::ok(text.replace(from, to))
}

type Twist = Arc<dyn Fn(&str, Said) -> Said + Send + Sync>;

/// Every lie, told by the database itself and by the proxy that relays it.
#[test]
fn go_refuses_what_gobs_refuses() {
    let (tree, mut sandbox) = scene();
    let database = SumDb::start(tree.path(), 600, FILLER);
    let lib = format!("{LIB}@v1.0.0");
    // The module is in the log before anybody lies.
    let answer = |path: &str| crate::rig::get(database.url()[7..].parse().unwrap(), path);
    let honest = answer(&format!("/lookup/{lib}")).body;
    let other = answer(&format!("/lookup/{FILLER}@v1.0.7")).body;
    let honest_text = String::from_utf8(honest).unwrap();
    let (record, note) = honest_text.split_once("\n\n").unwrap();
    let signed_text = note.rsplit_once("\n\n").unwrap().0.to_owned() + "\n";
    let forged_lines = format!("{LIB} v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    // CVE-2026-56864: a true record of another module, and the wanted line in the text that follows it, signed.
    let (other_record, _) = std::str::from_utf8(&other).unwrap().split_once("\n\n").unwrap();
    let with_lines = format!("{other_record}\n\n{}", SumDb::sign(&format!("{signed_text}{forged_lines}")));
    // The same, unsigned, behind everything.
    let behind = format!("{honest_text}{forged_lines}");
    let stranger = note.replace("sum.corp.example", "sum.other.example");
    let stranger = format!("{record}\n\n{stranger}");
    let of_lookup = |body: Vec<u8>| -> Twist {
        Arc::new(move |path: &str, said| if lookup(path) { Said::ok(body.clone()) } else { said })
    };
    let of_tile = |change: fn(Vec<u8>) -> Vec<u8>| -> Twist {
        Arc::new(move |path: &str, said: Said| match tile(path) && said.status == 200 {
            true => Said::ok(change(said.body)),
            false => said,
        })
    };
    let security = "sumdb-inconsistent";
    // The name, the lie, the kind; `server` is goproxy-server-error of a relay, sumdb-unreachable of the database.
    let lies: Vec<(&str, Twist, &str)> = vec![
        ("nothing is changed", Arc::new(|_, said| said), ""),
        ("another module's record (CVE-2026-42501)", of_lookup(other), security),
        ("lines in a signed note (CVE-2026-56864)", of_lookup(with_lines.into_bytes()), security),
        ("lines behind the note", of_lookup(behind.into_bytes()), "server"),
        (
            "a record with another hash",
            { Arc::new(|path: &str, said| if lookup(path) { replaced(&said, "h1:", "h1:A") } else { said }) },
            security,
        ),
        ("a signature of another key", of_lookup(stranger.into_bytes()), security),
        (
            "a record number beyond the tree",
            {
                let body = honest_text.replacen("600\n", "100000\n", 1);
                of_lookup(body.into_bytes())
            },
            security,
        ),
        (
            "another record number",
            {
                let body = honest_text.replacen("600\n", "599\n", 1);
                of_lookup(body.into_bytes())
            },
            security,
        ),
        (
            "a size that was not signed",
            {
                Arc::new(
                    |path: &str, said| {
                        if lookup(path) { replaced(&said, "tree\n601\n", "tree\n602\n") } else { said }
                    },
                )
            },
            security,
        ),
        ("a web page for the record", of_lookup(b"<html>sign in</html>\n".to_vec()), "server"),
        ("half a record", of_lookup(honest_text.as_bytes()[..40].to_vec()), "server"),
        ("tiles with one bit changed", of_tile(|body| flipped(body, 100)), security),
        ("tiles cut short", of_tile(|body| body[..body.len() / 2].to_vec()), "server"),
        ("a web page for tiles", of_tile(|_| b"<html>sign in</html>".to_vec()), "server"),
        (
            "the first leaf tile forged (CVE-2026-56865)",
            {
                Arc::new(|path: &str, said| {
                    match path.ends_with("tile/8/0/002.p/89") || path.ends_with("tile/8/0/000") {
                        true => Said::ok(flipped(said.body, 5)),
                        false => said,
                    }
                })
            },
            security,
        ),
        (
            "no tiles",
            {
                Arc::new(
                    |path: &str, said| if tile(path) { Said { status: 404, body: Vec::new() } } else { said },
                )
            },
            "server",
        ),
        (
            "errors",
            {
                Arc::new(
                    |path: &str, said| {
                        if lookup(path) { Said { status: 503, body: b"busy".to_vec() } } else { said }
                    },
                )
            },
            "server",
        ),
    ];
    let count = AtomicUsize::new(0);
    for (what, twist, kind) in lies {
        let liar = database.twisted(move |path, said| twist(path, said));
        for relay in [false, true] {
            forget_all(&sandbox);
            let (gosumdb, goproxy) = match relay {
                false => (format!("{} {}", database.key(), liar.url()), database.url()),
                true => (database.key().to_owned(), liar.url()),
            };
            sandbox.set("GOSUMDB", gosumdb);
            sandbox.set("GOPROXY", goproxy);
            let seen = both(&format!("{what}, relay: {relay}"), &sandbox, &lib);
            let want = match (kind, relay) {
                ("", _) => Vec::new(),
                ("server", true) => vec!["goproxy-server-error"],
                ("server", false) => vec!["sumdb-unreachable"],
                (kind, _) => vec![kind],
            };
            assert_eq!(seen.kinds, want, "{what}, relay: {relay}\n{}", seen.shown);
            if kind == security {
                assert_eq!(seen.exit, 1, "{what}");
                assert!(seen.shown.contains("SECURITY"), "{}", seen.shown);
                assert!(!seen.shown.contains("\"automatic\":true"), "{}", seen.shown);
            }
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
    assert_eq!(count.into_inner(), 34);
}

/// Redirects: to the true database (go follows, and so do we), to a liar, and round and round.
#[test]
fn redirected_elsewhere() {
    let (tree, mut sandbox) = scene();
    let database = SumDb::start(tree.path(), 300, FILLER);
    let liar = database.twisted(|path, said| if tile(path) { Said::ok(flipped(said.body, 9)) } else { said });
    let front = Liar::http();
    sandbox.set("GOSUMDB", format!("{} {}", database.key(), front.url()));
    let (there, lies) = (database.url(), liar.url());
    front.otherwise(move |path| Lie::To(format!("{there}{path}")));
    let lib = format!("{LIB}@v1.0.0");
    assert!(both("to the database", &sandbox, &lib).kinds.is_empty());
    forget_all(&sandbox);
    front.otherwise(move |path| Lie::To(format!("{lies}{path}")));
    assert_eq!(both("to a liar", &sandbox, &lib).kinds, ["sumdb-inconsistent"]);
    forget_all(&sandbox);
    front.otherwise(|_| Lie::Round);
    assert_eq!(both("round and round", &sandbox, &lib).kinds, ["sumdb-unreachable"]);
}

/// Another log under the same key: a fork, shorter, as long, longer; and one that merely lags.
#[test]
fn forks_rollbacks_and_lags() {
    let (tree, mut sandbox) = scene();
    let honest = SumDb::start(tree.path(), 400, FILLER);
    let lib = format!("{LIB}@v1.0.0");
    let next = format!("{LIB}@v1.1.0");
    let learn = |sandbox: &mut Sandbox| {
        forget_all(sandbox);
        sandbox.set("GOSUMDB", format!("{} {}", honest.key(), honest.url()));
        must(download(sandbox, &lib), &["go mod download"]);
    };
    for (count, what) in [(300, "shorter"), (400, "as long"), (600, "longer")] {
        learn(&mut sandbox);
        let fork = SumDb::start(tree.path(), count, "fork.corp-one.org/f");
        sandbox.set("GOSUMDB", format!("{} {}", fork.key(), fork.url()));
        let seen = both(&format!("{what} fork"), &sandbox, &next);
        assert_eq!(seen.kinds, ["sumdb-inconsistent"], "{what}\n{}", seen.shown);
        assert!(seen.shown.contains("proof of misbehavior"), "{what}: {}", seen.shown);
        // With the tiles gone and the head still there.
        forget_cache(&sandbox);
        let seen = both(&format!("{what} fork, tiles gone"), &sandbox, &next);
        match what {
            "longer" => assert_eq!(seen.kinds, ["sumdb-inconsistent"], "{}", seen.shown),
            _ => assert!(!seen.kinds.is_empty(), "{}", seen.shown),
        }
    }
    // A copy of the log as it was: smaller and consistent. With the tiles that go has it is proven to be that.
    let (grown, behind) = (SumDb::start(tree.path(), 300, FILLER), SumDb::start(tree.path(), 300, FILLER));
    forget_all(&sandbox);
    sandbox.set("GOSUMDB", format!("{} {}", grown.key(), grown.url()));
    must(download(&sandbox, &lib), &["go mod download"]);
    for n in 300..400 {
        let path = format!("/lookup/{FILLER}@v1.0.{n}");
        assert_eq!(crate::rig::get(grown.url()[7..].parse().unwrap(), &path).status, 200);
    }
    must(download(&sandbox, &next), &["go mod download"]);
    sandbox.set("GOSUMDB", format!("{} {}", behind.key(), behind.url()));
    let cache = sandbox.home().join("go/pkg/mod/cache/download");
    std::fs::remove_dir_all(cache.join(LIB)).unwrap();
    std::fs::remove_dir_all(sandbox.home().join("go/pkg/mod/lib.corp-one.org")).unwrap();
    std::fs::remove_dir_all(cache.join("sumdb").join(NAME).join("lookup")).unwrap();
    let seen = both("lags, tiles here", &sandbox, &lib);
    assert!(seen.kinds.is_empty(), "{}", seen.shown);
    // Without them it cannot be told, which is no attack.
    forget_cache(&sandbox);
    let seen = both("lags, tiles gone", &sandbox, &lib);
    assert_eq!(seen.kinds, ["sumdb-unreachable"], "{}", seen.shown);
    assert_eq!(seen.exit, 0);
}

/// Go's own copy of the database, damaged in each of its files: found, and what can be fetched again is set right.
#[test]
fn a_damaged_copy_of_the_database() {
    let (tree, mut sandbox) = scene();
    let database = SumDb::start(tree.path(), 300, FILLER);
    sandbox.set("GOSUMDB", format!("{} {}", database.key(), database.url()));
    let lib = format!("{LIB}@v1.0.0");
    must(download(&sandbox, &lib), &["go mod download"]);
    sandbox.write("app/go.mod", "module example.org/app\n\ngo 1.21\n");
    let list = download(&sandbox, &lib);
    assert!(list.status.success());
    let kept = sandbox.home().join("go/pkg/mod/cache/download/sumdb").join(NAME);
    let latest = sandbox.home().join("go/pkg/sumdb").join(NAME).join("latest");
    let files: Vec<std::path::PathBuf> =
        ["lookup", "tile"].iter().flat_map(|dir| found(&kept.join(dir))).chain([latest.clone()]).collect();
    assert!(files.len() >= 4, "{files:?}");
    let zip = sandbox.home().join(format!("go/pkg/mod/cache/download/{LIB}/@v"));
    for file in &files {
        let sound = std::fs::read(file).unwrap();
        std::fs::write(file, flipped(sound.clone(), sound.len() - 3)).unwrap();
        // So that go asks again.
        let aside = sandbox.home().join("aside");
        std::fs::rename(&zip, &aside).unwrap();
        let output = download(&sandbox, &lib);
        let _ = std::fs::remove_dir_all(&zip);
        std::fs::rename(&aside, &zip).unwrap();
        let seen = verify(&sandbox, &lib);
        let name = file.display();
        // A tile of a head that is not needed any more may lie there damaged unseen, by go as by gobs.
        assert_eq!(
            output.status.success(),
            seen.kinds.is_empty(),
            "{name}\n{}\n{}",
            text(&output),
            seen.shown
        );
        if !output.status.success() {
            assert_eq!(seen.kinds, ["sumdb-cache-damaged"], "{name}\n{}", seen.shown);
            assert_eq!(seen.exit, 1);
        }
        std::fs::write(file, &sound).unwrap();
    }
    assert!(verify(&sandbox, &lib).kinds.is_empty());
}

/// Every file below.
fn found(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(found(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// A project whose go.sum is complete, so that go asks for another module only; `gobs fix` on a damaged tile.
#[test]
fn fix_moves_a_damaged_tile_aside_and_undo_brings_it_back() {
    let (tree, mut sandbox) = scene();
    let database = SumDb::start(tree.path(), 300, FILLER);
    sandbox.set("GOSUMDB", format!("{} {}", database.key(), database.url()));
    sandbox.write("app/go.mod", "module example.org/app\n\ngo 1.21\n");
    let go = |sandbox: &Sandbox, words: &[&str]| {
        let output = sandbox.command("go").args(words).current_dir(sandbox.home().join("app")).output();
        output.unwrap()
    };
    must(go(&sandbox, &["get", &format!("{LIB}@v1.0.0")]), &["go get"]);
    let kept = sandbox.home().join("go/pkg/mod/cache/download/sumdb").join(NAME);
    let tile = kept.join("tile/8/0/001.p/45");
    let sound = std::fs::read(&tile).unwrap();
    let damaged = flipped(sound.clone(), 40);
    std::fs::write(&tile, &damaged).unwrap();
    let other = format!("{OTHER}@v1.0.0");
    let refused = go(&sandbox, &["mod", "download", &other]);
    super::has(&text(&refused), "downloaded inconsistent tile");
    let app = sandbox.home().join("app").display().to_string();
    let gobs = |words: &[&str]| sandbox.gobs(&[words, &["-C", &app]].concat());
    let found = gobs(&["doctor", "--only", "sumdb.consistency"]);
    assert!(found.stdout.contains("sumdb-cache-damaged"), "{found}");
    let fixed = gobs(&["fix", "sumdb.consistency", "--yes", "--root"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    assert!(!tile.exists() || std::fs::read(&tile).unwrap() == sound, "{fixed}");
    must(go(&sandbox, &["mod", "download", &other]), &["go mod download"]);
    let undone = gobs(&["undo", "--yes", "--root"]);
    assert_eq!(undone.exit.code(), 0, "{undone}");
    assert!(std::fs::read(&tile).unwrap() == damaged, "{undone}");
}

/// What go remembers of the database is never moved, whatever is wrong with it.
#[test]
fn the_head_that_go_remembers_is_never_touched() {
    let (tree, mut sandbox) = scene();
    let database = SumDb::start(tree.path(), 10, FILLER);
    sandbox.set("GOSUMDB", format!("{} {}", database.key(), database.url()));
    sandbox.write("app/go.mod", "module example.org/app\n\ngo 1.21\n");
    must(download(&sandbox, &format!("{LIB}@v1.0.0")), &["go mod download"]);
    let latest = sandbox.home().join("go/pkg/sumdb").join(NAME).join("latest");
    let damaged = flipped(std::fs::read(&latest).unwrap(), 30);
    std::fs::write(&latest, &damaged).unwrap();
    let app = sandbox.home().join("app").display().to_string();
    let fixed = sandbox.gobs(&["fix", "sumdb.cache", "sumdb.consistency", "--yes", "--root", "-C", &app]);
    assert_eq!(fixed.exit.code(), 1, "{fixed}");
    assert!(fixed.stdout.contains("sumdb-cache-damaged"), "{fixed}");
    assert!(std::fs::read(&latest).unwrap() == damaged);
    assert!(!download(&sandbox, &format!("{OTHER}@v1.0.0")).status.success());
}

/// A hundred and fifty modules: each asked for once, their tiles once together, many at a time.
#[test]
fn many_modules_share_few_questions() {
    let tree = tempfile::tempdir().unwrap();
    let (_modules, mut sandbox) = scene();
    let database = SumDb::start(tree.path(), 3000, FILLER);
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = most.clone();
    let relay = database.twisted(move |_, said| {
        let count = now.fetch_add(1, Ordering::SeqCst) + 1;
        seen.fetch_max(count, Ordering::SeqCst);
        std::thread::sleep(std::time::Duration::from_millis(30));
        now.fetch_sub(1, Ordering::SeqCst);
        said
    });
    sandbox.set("GOSUMDB", format!("{} {}", database.key(), relay.url()));
    let lines = |n: usize| format!("{FILLER} v1.0.{n} h1:zip=\n{FILLER} v1.0.{n}/go.mod h1:mod=\n");
    let gosum: String = (0..150).map(|n| lines(n * 20)).collect();
    sandbox.write("app/go.mod", "module example.org/app\n\ngo 1.21\n");
    sandbox.write("app/go.sum", gosum);
    let app = sandbox.home().join("app").display().to_string();
    let started = std::time::Instant::now();
    let outcome = sandbox.gobs(&["verify", "--format", "json", "-C", &app]);
    let took = started.elapsed();
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let modules = report["verify"]["modules"].as_array().unwrap();
    assert_eq!(modules.iter().filter(|one| one["database"] == "proven").count(), 150, "{outcome}");
    // 150 lookups, twelve leaf tiles and one above them.
    let asked = relay.asked();
    let tiles = asked.iter().filter(|line| line.contains("/tile/")).count();
    assert_eq!((asked.len() - tiles, tiles), (150, 13), "{asked:?}");
    let most = most.load(Ordering::SeqCst);
    assert!((8..=16).contains(&most), "{most} at a time");
    assert!(took < std::time::Duration::from_secs(3), "{took:?}");
}
