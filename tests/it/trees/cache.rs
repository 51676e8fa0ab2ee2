//! Caches that go cannot use, and caches that are well.

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use gobs::world::Volume;

use super::{doctor, expect, expect_with, findings, healthy, machine, report};
use crate::sandbox::{Outcome, ROOMY, Sandbox};

const H: &str = "h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=";

#[test]
fn a_module_cache_on_a_full_disk() {
    let mut sandbox = machine();
    let dir = sandbox.write("go/pkg/mod/cache/lock", "").ancestors().nth(2).unwrap().to_path_buf();
    sandbox.mount(dir, Volume { free: 3 << 20, ..ROOMY });
    expect(&sandbox, "", &[("cache.space", "disk-full", "go/pkg/mod")]);
    assert_eq!(level(&sandbox, "cache.space"), "error");
}

#[test]
fn a_home_that_is_nearly_full() {
    let mut sandbox = machine();
    sandbox.mount(sandbox.home(), Volume { free: 300 << 20, ..ROOMY });
    expect(&sandbox, "", &[("cache.space", "disk-full", "go/pkg/mod")]);
    assert_eq!(level(&sandbox, "cache.space"), "warning");
}

#[test]
fn a_build_cache_without_inodes() {
    let mut sandbox = machine();
    sandbox.write(".cache/go-build/README", "");
    sandbox.mount(sandbox.home().join(".cache"), Volume { inodes: Some(12), ..ROOMY });
    expect(&sandbox, "", &[("cache.space", "disk-full", ".cache/go-build")]);
}

#[test]
fn a_build_cache_on_a_read_only_file_system() {
    let mut sandbox = machine();
    sandbox.write(".cache/go-build/README", "");
    sandbox.mount(sandbox.home().join(".cache"), Volume { read_only: true, ..ROOMY });
    expect(&sandbox, "", &[("cache.dirs", "cache-dir-unusable", ".cache/go-build")]);
    assert_eq!(level(&sandbox, "cache.dirs"), "error");
}

#[test]
fn a_file_for_a_module_cache() {
    let sandbox = machine();
    sandbox.write("go/pkg/mod", "");
    expect(&sandbox, "", &[("cache.dirs", "cache-dir-unusable", "go/pkg/mod")]);
}

#[test]
fn a_place_for_temporary_files_that_is_gone() {
    let sandbox = machine();
    let gone = sandbox.home().join("gone");
    sandbox.write(".config/go/env", format!("GOTMPDIR={}\n", gone.display()));
    expect(&sandbox, "", &[("cache.dirs", "cache-dir-unusable", "gone")]);
}

#[test]
fn a_place_for_temporary_files_where_nothing_starts() {
    let mut sandbox = machine();
    let tmp = sandbox.home().join("tmp");
    std::fs::create_dir(&tmp).unwrap();
    sandbox.set("TMPDIR", &tmp);
    sandbox.mount(&tmp, Volume { no_exec: true, ..ROOMY });
    expect(&sandbox, "", &[("cache.dirs", "tmp-noexec", "tmp")]);
}

#[test]
fn an_empty_zip_is_seen_without_hashing() {
    let sandbox = with_cache();
    let zip = sandbox.write("go/pkg/mod/cache/download/github.com/acme/a/@v/v1.0.0.zip", "");
    expect_with(
        &sandbox,
        "app",
        &["--offline", "--quick"],
        &[(
            "cache.leftovers",
            "gomodcache-corrupt-zip",
            "go/pkg/mod/cache/download/github.com/acme/a/@v/v1.0.0.zip",
        )],
    );
    let app = sandbox.home().join("app").display().to_string();
    let outcome = sandbox.gobs(&["-C", &app, "fix", "cache.*", "--offline", "--yes"]);
    assert!(!zip.exists(), "{outcome}");
}

#[test]
fn what_an_interrupted_download_left_is_a_remark() {
    let sandbox = with_cache();
    sandbox.write("go/pkg/mod/cache/download/github.com/acme/a/@v/v1.0.0.zip2319.tmp", "half");
    sandbox.write("go/pkg/mod/cache/download/github.com/acme/a/@v/v1.0.0.lock", "");
    healthy(&sandbox, "app");
    let report = report(&doctor(&sandbox, "app", &["--offline", "--only", "cache.leftovers"]));
    let found = &report["checks"][0]["findings"];
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!((&found[0]["kind"], &found[0]["level"]), (&"gomodcache-leftovers".into(), &"info".into()));
}

#[test]
fn a_cache_on_nfs_is_a_remark() {
    let mut sandbox = with_cache();
    sandbox.mount(sandbox.home(), Volume { remote: Some("nfs"), ..ROOMY });
    healthy(&sandbox, "app");
    assert_eq!(level(&sandbox, "cache.filesystem"), "info");
}

#[test]
fn a_cache_filled_by_somebody_else_on_a_read_only_volume_serves_builds() {
    let mut sandbox = with_cache();
    sandbox.mount(sandbox.home().join("go"), Volume { read_only: true, free: 0, ..ROOMY });
    expect(&sandbox, "app", &[("cache.dirs", "cache-dir-unusable", "go/pkg/mod")]);
    assert_eq!(level(&sandbox, "cache.dirs"), "warning");
}

#[test]
fn caches_of_ones_own() {
    let sandbox = with_cache();
    sandbox.write(".cache/go-build/00/x-d", "");
    // Extracted modules are read-only, as go leaves them.
    let dir = sandbox.write("go/pkg/mod/github.com/acme/a@v1.0.0/x.go", "package a\n");
    let dir = dir.parent().unwrap();
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o555)).unwrap();
    expect_with(&sandbox, "app", &["--offline", "--quick"], &[]);
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// An ordinary user whose `sudo go build` left directories of root's: the real program, as that user.
#[test]
fn directories_that_belong_to_root() {
    if !rustix::process::geteuid().is_root() {
        // Only root can give files away; somebody else sees the same in a directory without leave to write.
        let sandbox = machine();
        let dir = sandbox.home().join(".cache/go-build");
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o555)).unwrap();
        expect(&sandbox, "", &[("cache.dirs", "cache-dir-unusable", ".cache/go-build")]);
        return;
    }
    let sandbox = machine();
    sandbox.write("go/pkg/mod/cache/download/github.com/acme/a/@v/v1.0.0.info", "{}");
    sandbox.write(".cache/go-build/3f/x-d", "");
    given_away(&sandbox.base());
    std::fs::set_permissions(sandbox.base(), std::fs::Permissions::from_mode(0o755)).unwrap();
    for dir in [".cache/go-build/3f", "go/pkg/mod/cache/download/github.com"] {
        chown(sandbox.home().join(dir), Some(0), Some(0)).unwrap();
    }
    let program = sandbox.base().join("gobs");
    Sandbox::copy_program(Path::new(env!("CARGO_BIN_EXE_gobs")), &program);
    let run = |vars: &[(&str, &Path)]| {
        use std::os::unix::process::CommandExt as _;
        let mut command = Command::new(&program);
        command.args(["doctor", "--offline", "--quick", "--format", "json", "--only", "cache.dirs"]);
        command.env_clear().env("HOME", sandbox.home()).env("PATH", sandbox.bin()).envs(vars.iter().copied());
        let output = command.current_dir(sandbox.home()).uid(USER).gid(USER).output().unwrap();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        Outcome { exit: gobs::Exit::Fine, stdout, stderr, tree: String::new() }
    };
    let outcome = run(&[]);
    let mut found = findings(&sandbox, &outcome);
    found.sort();
    let wanted = [".cache/go-build/3f", "go/pkg/mod/cache/download/github.com"]
        .map(|place| format!("cache.dirs cache-dir-unusable {place}"));
    assert_eq!(found, wanted, "{outcome}");
    assert!(outcome.stdout.contains("sudo chown -R"), "{outcome}");
    given_away(&sandbox.base());
    let outcome = run(&[]);
    assert_eq!(findings(&sandbox, &outcome), Vec::<String>::new(), "{outcome}");
    // A directory that is others' is not taken over, whole or as HOME: the one that is missing is made.
    let others = sandbox.base().join("others");
    std::fs::create_dir(&others).unwrap();
    let outcome = run(&[("GOMODCACHE", &others.join("mod"))]);
    assert!(outcome.stdout.contains("sudo install -d") && !outcome.stdout.contains("chown"), "{outcome}");
    let outcome = run(&[("HOME", &others)]);
    assert!(outcome.stdout.contains("cache-dir-unusable"), "{outcome}");
    assert!(!outcome.stdout.contains("sudo"), "{outcome}");
}

const USER: u32 = 4711;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn given_away(dir: &Path) {
    chown(dir, Some(USER), Some(USER)).unwrap();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let meta = std::fs::symlink_metadata(&path).unwrap();
        if meta.is_dir() {
            given_away(&path);
        } else if meta.is_file() {
            chown(&path, Some(USER), Some(USER)).unwrap();
        }
    }
}

/// A project with one module in the cache.
fn with_cache() -> Sandbox {
    let sandbox = machine();
    sandbox
        .write("app/go.mod", "module github.com/acme/app\n\ngo 1.22\n\nrequire github.com/acme/a v1.0.0\n");
    let go_mod = "module github.com/acme/a\n";
    let hash = gobs::module::dirhash::hash_go_mod(go_mod.as_bytes());
    sandbox.write(
        "app/go.sum",
        format!("github.com/acme/a v1.0.0 {H}\ngithub.com/acme/a v1.0.0/go.mod {hash}\n"),
    );
    let version = "go/pkg/mod/cache/download/github.com/acme/a/@v/v1.0.0";
    sandbox.write(&format!("{version}.mod"), go_mod);
    sandbox.write(&format!("{version}.info"), "{\"Version\":\"v1.0.0\",\"Time\":\"2024-01-02T03:04:05Z\"}");
    sandbox
}

/// The level of the one finding of a check.
fn level(sandbox: &Sandbox, id: &str) -> String {
    let project = if sandbox.home().join("app").exists() { "app" } else { "" };
    let report = report(&doctor(sandbox, project, &["--offline", "--only", id]));
    report["checks"][0]["findings"][0]["level"].as_str().unwrap_or("none").to_owned()
}
