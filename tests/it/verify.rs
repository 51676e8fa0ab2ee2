//! `gobs verify` as its users meet it: what it prints in both languages, which way it exits, what it takes.

use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::live::situations::{Dir, Made, Mod, SOUND, Situation, Sum, Zip, make};
use crate::sandbox::{Outcome, Sandbox};

/// A sandbox whose module cache holds a module for each situation, and a project that requires them all.
fn scene(situations: &[Situation]) -> Sandbox {
    let sandbox = Sandbox::new();
    let all = make(situations);
    for made in &all {
        made.fill(&cache(&sandbox));
    }
    let sums: String = all.iter().map(Made::gosum).collect();
    let mut gomod = "module main.test/m\n\ngo 1.21\n\n".to_owned();
    for made in &all {
        let _ = writeln!(gomod, "require ex.test/s{} v1.0.0", made.n);
    }
    sandbox.write("project/go.mod", gomod);
    sandbox.write("project/go.sum", sums);
    sandbox
}

fn cache(sandbox: &Sandbox) -> PathBuf {
    sandbox.home().join("go/pkg/mod")
}

fn verify(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    let project = sandbox.home().join("project").display().to_string();
    sandbox.gobs(&[&["verify", "--offline", "-C", &project], args].concat())
}

fn said(outcome: &Outcome) -> String {
    format!("exit {}\n{}--- stderr\n{}", outcome.exit.code(), outcome.stdout, outcome.stderr)
}

fn in_both(mut sandbox: Sandbox, args: &[&str]) -> String {
    let english = said(&verify(&sandbox, args));
    sandbox.set("LANG", "zh_CN.UTF-8");
    format!("{english}\n=== zh\n{}", said(&verify(&sandbox, args)))
}

fn damaged() -> Sandbox {
    scene(&[
        SOUND,
        Situation { zip: Zip::Truncated, ..SOUND },
        Situation { dir: Dir::Touched, ..SOUND },
        Situation { sum: Sum::WrongZip, ..SOUND },
        Situation { gomod: Mod::Page, ..SOUND },
        Situation { sum: Sum::NoZip, ..SOUND },
    ])
}

#[test]
fn a_sound_cache() {
    assert_snapshot!(in_both(scene(&[SOUND, SOUND]), &[]));
}

#[test]
fn who_is_wrong() {
    assert_snapshot!(in_both(damaged(), &[]));
}

#[test]
fn who_is_wrong_as_json() {
    assert_snapshot!(said(&verify(&damaged(), &["ex.test/s2", "--format", "json"])));
}

#[test]
fn modules_by_name() {
    let sandbox = damaged();
    let sound = verify(&sandbox, &["ex.test/s0"]);
    assert_eq!(sound.exit.code(), 0, "{}", said(&sound));
    let version = verify(&sandbox, &["ex.test/s0@v1.0.0", "ex.test/s1@v1.0.0"]);
    assert!(version.exit.code() == 1 && version.stdout.contains("ex.test/s1"), "{}", said(&version));
    assert!(!version.stdout.contains("ex.test/s2"), "{}", said(&version));
    assert_snapshot!("a slip in a path", in_both(damaged(), &["ex.test/s00"]));
    assert_snapshot!("a slip in a version", in_both(damaged(), &["ex.test/s0@v1.0.9"]));
}

#[test]
fn the_whole_cache() {
    let sandbox = damaged();
    // Without a project there is no go.sum: the cache against itself.
    let home = sandbox.home().display().to_string();
    let all = sandbox.gobs(&["verify", "--offline", "--all", "-C", &home]);
    assert_eq!(all.exit.code(), 1, "{}", said(&all));
    for (module, wrong) in [("s0", false), ("s1", true), ("s2", true), ("s3", false), ("s4", true)] {
        assert_eq!(all.stdout.contains(&format!("ex.test/{module}@")), wrong, "{module}: {}", said(&all));
    }
}

#[test]
fn where_there_is_nothing_to_verify() {
    let sandbox = Sandbox::new();
    sandbox.write("project/nothing", "");
    assert_snapshot!("no project", in_both(sandbox, &[]));
    let sandbox = Sandbox::new();
    sandbox.write("project/nothing", "");
    assert_snapshot!("no cache", in_both(sandbox, &["--all"]));
    let sandbox = scene(&[SOUND]);
    std::fs::remove_dir_all(cache(&sandbox)).unwrap();
    assert_snapshot!("nothing downloaded", in_both(sandbox, &[]));
    let sandbox = Sandbox::new();
    sandbox.write("project/go.mod", "module main.test/m\n\ngo 1.21\n");
    assert_snapshot!("nothing required", in_both(sandbox, &[]));
}

/// The parser alone reads 10⁶ lines in a test of its own; here a file of 10⁵ goes all the way.
#[test]
fn a_very_long_go_sum() {
    let sandbox = scene(&[SOUND]);
    let mut text = sandbox.read("project/go.sum");
    for n in 0..100_000 {
        let _ = writeln!(text, "ex.test/m{n} v1.0.0 h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=");
    }
    text.push_str("ex.test/m1 v1.0.0\n");
    sandbox.write("project/go.sum", text);
    let outcome = verify(&sandbox, &["ex.test/s0"]);
    assert_eq!(outcome.exit.code(), 1, "{}", said(&outcome));
    assert!(outcome.stdout.contains("go.sum:100003"), "{}", said(&outcome));
    assert!(outcome.stdout.contains("wrong number of fields 2"), "{}", said(&outcome));
}

#[test]
fn a_go_sum_of_a_million_lines_is_read() {
    let line = |n: u32| format!("ex.test/m{n} v1.0.0 h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=\n");
    let text: String = (0..1_000_000).map(line).collect();
    let sum = gobs::text::gosum::parse(text.as_bytes());
    assert_eq!((sum.entries.len(), sum.problems.len()), (1_000_000, 0));
    let found = sum.index().recorded("ex.test/m777777", "v1.0.0", gobs::text::gosum::Part::Zip);
    assert_eq!(found.map(|entry| entry.line), Some(777_778));
}

/// Larger than go would ever download; sparse, so that nobody has to write it.
#[test]
fn a_zip_that_is_too_large() {
    let sandbox = scene(&[SOUND]);
    let zip = cache(&sandbox).join("cache/download/ex.test/s0/@v/v1.0.0.zip");
    std::fs::OpenOptions::new().write(true).open(&zip).unwrap().set_len(3 << 30).unwrap();
    let start = Instant::now();
    let outcome = verify(&sandbox, &[]);
    assert!(outcome.stdout.contains("gomodcache-corrupt-zip"), "{}", said(&outcome));
    assert!(start.elapsed() < Duration::from_secs(20));
}

/// Ctrl-C at several moments.
#[test]
fn interrupted_it_leaves_everything_as_it_was() {
    let sandbox = scene(&[SOUND; 100]);
    let before = crate::sandbox::world_of(&sandbox);
    let mut signals = 0;
    for delay in [5, 20, 40, 80] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gobs"))
            .args(["verify", "--offline", "-C"])
            .arg(sandbox.home().join("project"))
            .env_clear()
            .envs(sandbox.environment())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        let pid = rustix::process::Pid::from_child(&child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        let status = child.wait().unwrap();
        signals += usize::from(status.signal() == Some(2) || status.code() == Some(130));
    }
    assert!(signals > 0, "it was always done before");
    assert_eq!(crate::sandbox::world_of(&sandbox), before);
    assert!(!sandbox.home().join(".local/state/gobs/lock").exists());
    assert_eq!(leftovers(&sandbox.base().join("tmp")), 0);
}

fn leftovers(dir: &Path) -> usize {
    std::fs::read_dir(dir).unwrap().count()
}
