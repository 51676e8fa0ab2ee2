//! The real checksum database: public modules and a toolchain proven against it, and one changed byte found wherever
//! it is. Through the module proxy of this machine; where none relays the database, the tests say so and are counted.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use gobs::world::World;
use gobs::world::net::Request;
use serde_json::Value;

use crate::rig::{must, skipped};
use crate::sandbox::{Outcome, Sandbox};

const MODULES: [&str; 24] = [
    "github.com/BurntSushi/toml@v1.4.0",
    "github.com/cespare/xxhash/v2@v2.3.0",
    "github.com/davecgh/go-spew@v1.1.1",
    "github.com/fatih/color@v1.17.0",
    "github.com/golang/snappy@v0.0.4",
    "github.com/google/go-cmp@v0.6.0",
    "github.com/google/uuid@v1.6.0",
    "github.com/hashicorp/errwrap@v1.1.0",
    "github.com/hashicorp/go-multierror@v1.1.1",
    "github.com/inconshreveable/mousetrap@v1.1.0",
    "github.com/kr/pretty@v0.3.1",
    "github.com/kr/text@v0.2.0",
    "github.com/mattn/go-colorable@v0.1.13",
    "github.com/mattn/go-isatty@v0.0.20",
    "github.com/pkg/errors@v0.9.1",
    "github.com/pmezard/go-difflib@v1.0.0",
    "github.com/spf13/pflag@v1.0.5",
    "github.com/stretchr/testify@v1.9.0",
    "golang.org/x/mod@v0.20.0",
    "golang.org/x/sync@v0.8.0",
    "golang.org/x/term@v0.23.0",
    "golang.org/x/time@v0.6.0",
    "golang.org/x/xerrors@v0.0.0-20240716161551-93cc26a95ae9",
    "gopkg.in/yaml.v3@v3.0.1",
];
const TOOLCHAIN: &str = "golang.org/toolchain@v0.0.1-go1.21.13.linux-amd64";

/// The proxy of this machine, if it relays the database.
fn proxy() -> Option<&'static str> {
    static PROXY: OnceLock<Option<String>> = OnceLock::new();
    let look = || {
        let output =
            Command::new("go").args(["env", "GOPROXY"]).output().expect("the tests need the go command");
        let value = String::from_utf8(output.stdout).unwrap();
        let first = value.trim().split([',', '|']).next()?.to_owned();
        let ask = Request::get(format!("{first}/sumdb/sum.golang.org/supported"), Duration::from_secs(10));
        first.starts_with("http").then_some(())?;
        World::real().net.fetch(&ask, None).ok().filter(gobs::world::net::Response::ok)?;
        Some(first)
    };
    PROXY.get_or_init(look).as_deref()
}

/// A project that needs them all, with what go downloaded for it. Made once and kept, for it is large.
fn project(proxy: &str) -> Sandbox {
    static KEPT: OnceLock<PathBuf> = OnceLock::new();
    let kept = KEPT.get_or_init(|| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-modules");
        if !kept.exists() {
            let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            let sandbox = machine(proxy);
            fill(&sandbox);
            copy(&sandbox.home(), &dir.path().join("home"));
            // Another run may have been faster.
            let _ = std::fs::rename(dir.path().join("home"), &kept);
        }
        kept
    });
    let sandbox = machine(proxy);
    copy(&kept.join("go"), &sandbox.home().join("go"));
    copy(&kept.join("app"), &sandbox.home().join("app"));
    sandbox
}

fn fill(sandbox: &Sandbox) {
    sandbox.write("app/go.mod", "module example.org/app\n\ngo 1.22\n");
    let go = |words: &[&str]| {
        let output = sandbox.command("go").args(words).current_dir(sandbox.home().join("app")).output();
        must(output.unwrap(), words)
    };
    go(&[&["get"], &MODULES[..]].concat());
    go(&["mod", "download"]);
    // Its zip and hash, not the quarter of a gigabyte that unpacks from it.
    go(&["mod", "download", TOOLCHAIN]);
    let unpacked = sandbox.home().join("go/pkg/mod").join(TOOLCHAIN);
    std::fs::remove_dir_all(unpacked).unwrap();
}

fn machine(proxy: &str) -> Sandbox {
    let mut sandbox = Sandbox::bare();
    // No git: what is in doubt would be asked of its origin, too, which is for scenarios on loopback.
    sandbox.real("go");
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] {
        if let Some(value) = std::env::var_os(name) {
            sandbox.set(name, value);
        }
    }
    if std::env::var_os("SSL_CERT_FILE").is_none() {
        sandbox.set("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt");
    }
    for (name, value) in [("GOTOOLCHAIN", "local"), ("GOFLAGS", "-modcacherw"), ("GIT_CONFIG_NOSYSTEM", "1")]
    {
        sandbox.set(name, value);
    }
    sandbox.set("GOPROXY", proxy);
    sandbox.set("GOSUMDB", "sum.golang.org");
    sandbox
}

fn copy(from: &Path, to: &Path) {
    must(Command::new("cp").arg("-r").arg(from).arg(to).output().unwrap(), &["cp", "-r"]);
}

fn verify(sandbox: &Sandbox, words: &[&str]) -> (Outcome, Value) {
    let app = sandbox.home().join("app").display().to_string();
    let outcome = sandbox.gobs(&[&["verify", "--format", "json", "-C", &app], words].concat());
    let report = serde_json::from_str(&outcome.stdout).unwrap_or_else(|err| panic!("{err}: {outcome}"));
    (outcome, report)
}

fn kinds(report: &Value) -> Vec<String> {
    let found = report["checks"][0]["findings"].as_array().cloned().unwrap_or_default();
    found.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn public_modules_and_a_toolchain_are_proven() {
    let Some(proxy) = proxy() else {
        skipped(
            "live::public::public_modules_and_a_toolchain_are_proven",
            "no proxy here relays sum.golang.org",
        );
        return;
    };
    let sandbox = project(proxy);
    let proven = |sandbox: &Sandbox| {
        let (outcome, report) = verify(sandbox, &["--all"]);
        assert_eq!(outcome.exit.code(), 0, "{outcome}");
        let modules = report["verify"]["modules"].as_array().unwrap().clone();
        for wanted in MODULES.iter().chain([&TOOLCHAIN]) {
            let (path, version) = wanted.split_once('@').unwrap();
            let one = modules.iter().find(|one| one["module"] == path && one["version"] == version);
            let one = one.unwrap_or_else(|| panic!("no {wanted} in {modules:#?}"));
            assert_eq!((&one["database"], &one["verdict"]), (&"proven".into(), &"fine".into()), "{one:#}");
        }
        assert!(modules.iter().all(|one| one["database"] == "proven"), "{modules:#?}");
        assert!(report["verify"]["database"]["size"].as_u64().unwrap() > 60_000_000);
        (report["verify"]["database"]["questions"].as_u64().unwrap(), modules.len() as u64)
    };
    // With what go keeps of the database, hardly anybody is asked; without, each module once, and its tiles together.
    let (warm, modules) = proven(&sandbox);
    std::fs::remove_dir_all(sandbox.home().join("go/pkg/mod/cache/download/sumdb")).unwrap();
    std::fs::remove_dir_all(sandbox.home().join("go/pkg/sumdb")).unwrap();
    let (cold, _) = proven(&sandbox);
    assert!(warm <= 2 * modules / 3, "{warm} questions for {modules} modules");
    assert!(cold <= 3 * modules + 10, "{cold} questions for {modules} modules");
}

fn change(file: &Path, at: impl Fn(&[u8]) -> usize) -> Vec<u8> {
    let sound = std::fs::read(file).unwrap();
    let mut changed = sound.clone();
    let at = at(&sound);
    // Another letter of the base64 alphabet where it is one, else another byte.
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    std::fs::write(file, changed).unwrap();
    sound
}

#[test]
fn one_changed_byte_is_found_wherever_it_is() {
    let Some(proxy) = proxy() else {
        skipped(
            "live::public::one_changed_byte_is_found_wherever_it_is",
            "no proxy here relays sum.golang.org",
        );
        return;
    };
    let sandbox = project(proxy);
    let (cache, escaped) = (sandbox.home().join("go/pkg/mod"), "github.com/!burnt!sushi/toml");
    let files = cache.join("cache/download").join(escaped).join("@v");
    let kept = cache.join("cache/download/sumdb/sum.golang.org");
    let middle = |bytes: &[u8]| bytes.len() / 2;
    let of_line = |bytes: &[u8]| {
        let line = b"github.com/BurntSushi/toml v1.4.0 h1:";
        bytes.windows(line.len()).position(|window| window == line).unwrap() + line.len() + 5
    };
    let toolchain = cache.join("cache/download/golang.org/toolchain/@v/v0.0.1-go1.21.13.linux-amd64.zip");
    let lookup = kept.join(format!("lookup/{escaped}@v1.4.0"));
    let id: u64 = std::fs::read_to_string(&lookup).unwrap().lines().next().unwrap().parse().unwrap();
    let tile = gobs::sumdb::tlog::Tile { h: 8, l: 0, n: id / 256, w: 256 };
    let toml = "github.com/BurntSushi/toml@v1.4.0";
    let sources: Vec<(&str, PathBuf, Box<dyn Fn(&[u8]) -> usize>, &str, &[&str])> = vec![
        ("go.sum", sandbox.home().join("app/go.sum"), Box::new(of_line), toml, &["gosum-wrong-hash"]),
        (
            "zip",
            files.join("v1.4.0.zip"),
            Box::new(middle),
            toml,
            &["gomodcache-corrupt-zip", "gomodcache-tampered-zip"],
        ),
        (
            "directory",
            cache.join(escaped.to_owned() + "@v1.4.0/decode.go"),
            Box::new(middle),
            toml,
            &["gomodcache-tampered-dir"],
        ),
        ("go.mod", files.join("v1.4.0.mod"), Box::new(middle), toml, &["gomodcache-bad-gomod"]),
        ("ziphash", files.join("v1.4.0.ziphash"), Box::new(middle), toml, &["ziphash-stale"]),
        ("record", lookup.clone(), Box::new(middle), toml, &["sumdb-cache-damaged"]),
        ("tile", kept.join(tile.path()), Box::new(middle), toml, &["sumdb-cache-damaged"]),
        (
            "toolchain",
            toolchain,
            Box::new(middle),
            TOOLCHAIN,
            &["gomodcache-corrupt-zip", "gomodcache-tampered-zip"],
        ),
    ];
    for (what, file, at, module, want) in sources {
        let sound = change(&file, at);
        let (outcome, report) = verify(&sandbox, &[module]);
        let found = kinds(&report);
        assert!(found.len() == 1 && want.contains(&found[0].as_str()), "{what}: {found:?}\n{outcome}");
        assert_eq!(outcome.exit.code(), 1, "{what}: {outcome}");
        std::fs::write(&file, sound).unwrap();
    }
    let (outcome, report) = verify(&sandbox, &[toml, TOOLCHAIN]);
    assert_eq!((outcome.exit.code(), kinds(&report)), (0, Vec::new()), "{outcome}");
}
