//! What a reader sees: the table at the width of a terminal and off one, in both languages, and the manners of a program
//! among others: pipes, colours, signals, homes that cannot be written.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr;

use crate::rig::{Liar, Lie};
use crate::sandbox::Sandbox;
use crate::trees;

const BROKEN: &str = "\
GOPROXY=https://goproxy.cn;direct
GOSUMDB=sum.golang.org+https://gocenter.io/sumdb/sum.golang.org
GONOSUMCHECK=1
GOPRIVATE=https://git.corp.example.com
";

fn broken() -> Sandbox {
    let sandbox = trees::machine();
    sandbox.write(".config/go/env", BROKEN);
    sandbox.write(
        ".gitconfig",
        "[safe]\n\tdirectory = *\n[url \"https://li:s3cr3t@git.corp.example/\"]\n\tinsteadOf = https://git.corp.example/\n",
    );
    sandbox
}

/// The rows that the layout is looked at with, whatever else is judged.
const ROWS: &str = "go.installed,go.version,go.unknown,env.goproxy,env.gosumdb,env.goprivate,proxy.reach,\
                    proxy.protocol,sumdb.reach,httpproxy.reach,tls.roots,tls.clock,git.installed,git.secrets,git.safe,cache.content,\
                    private.pattern,private.hostkey,gobs.journal";

/// This machine's git and authorities are its own.
fn doctor(sandbox: &Sandbox, lang: &str, columns: Option<usize>, more: &[&str]) -> String {
    let outcome = sandbox.gobs_at(&[&["doctor", "--offline", "--lang", lang], more].concat(), None, columns);
    assert!(outcome.stderr.is_empty() || more.contains(&"-v"), "{outcome}");
    let version =
        outcome.stdout.split_once("git 2.").map(|(_, rest)| rest.split(' ').next().unwrap().to_owned());
    let text = version.map_or(outcome.stdout.clone(), |version| {
        outcome.stdout.replace(&format!("git 2.{version}"), "git 2.X")
    });
    let authorities = ["authorities", "个根证书"].iter().find_map(|word| {
        let (head, _) = text.split_once(&format!(" {word}"))?;
        Some(head.rsplit(' ').next().unwrap().to_owned())
    });
    authorities.map_or(text.clone(), |count| text.replace(&format!(" {count} "), " N "))
}

#[test]
fn the_table_in_both_languages() {
    let sandbox = broken();
    for lang in ["en", "zh"] {
        assert_snapshot!(format!("off a terminal {lang}"), doctor(&sandbox, lang, None, &["--only", ROWS]));
        assert_snapshot!(format!("80 columns {lang}"), doctor(&sandbox, lang, Some(80), &["--only", ROWS]));
        assert_snapshot!(format!("44 columns {lang}"), doctor(&sandbox, lang, Some(44), &["--only", ROWS]));
        assert_snapshot!(
            format!("markdown {lang}"),
            doctor(&sandbox, lang, None, &["--only", ROWS, "--format", "markdown"])
        );
    }
}

#[test]
fn a_healthy_machine_is_a_few_green_lines() {
    let sandbox = trees::machine();
    for lang in ["en", "zh"] {
        let text = doctor(&sandbox, lang, Some(80), &[]);
        let marks: Vec<char> =
            text.lines().filter_map(|line| line.chars().next()).filter(|c| *c != ' ').collect();
        let (last, marks) = marks.split_last().unwrap();
        assert!(last.is_ascii_digit() && marks.iter().all(|mark| "✓–".contains(*mark)), "{text}");
        assert!(text.lines().count() < 20, "{text}");
        assert_snapshot!(format!("healthy {lang}"), doctor(&sandbox, lang, Some(80), &["--only", ROWS]));
    }
    assert_snapshot!(
        "all of it",
        doctor(&sandbox, "en", Some(80), &["-v", "--only", "git.safe,git.helper,gobs.journal"])
            .replace(&sandbox.base().display().to_string(), "[SANDBOX]")
    );
}

/// Words that can be copied (paths, URLs, commands) are never cut; nothing else is wider than the terminal.
#[test]
fn nothing_is_wider_than_the_terminal() {
    let sandbox = broken();
    for lang in ["en", "zh"] {
        for columns in [40, 52, 63, 64, 72, 80, 100, 132, 200] {
            let text = doctor(&sandbox, lang, Some(columns), &[]);
            for line in text.lines().filter(|line| line.width() > columns) {
                let detail = ["at ", "seen ", "fix ", "$ ", "位置", "看到", "修复"];
                let copied = detail.iter().any(|word| line.trim_start().starts_with(word));
                let longest = line.split(' ').map(UnicodeWidthStr::width).max().unwrap();
                assert!(copied || longest + 24 > columns, "{lang}, {columns}: {line}");
            }
        }
    }
}

#[test]
fn ids_line_up_whatever_their_length() {
    for check in gobs::checks::all() {
        assert!(check.id.0.len() < gobs::ui::ID, "{}: wants a wider column", check.id);
    }
}

#[test]
fn only_and_skip_and_strict() {
    let sandbox = broken();
    let ids = |args: &[&str]| {
        let outcome = sandbox.gobs(&[&["doctor", "--offline", "--format", "json"], args].concat());
        let report: serde_json::Value =
            serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome}"));
        let ids =
            report["checks"].as_array().unwrap().iter().map(|check| check["id"].as_str().unwrap().to_owned());
        (ids.collect::<Vec<_>>(), outcome.exit.code())
    };
    let (env, code) = ids(&["--only", "env"]);
    assert!(env.len() > 5 && env.iter().all(|id| id.starts_with("env.")) && code == 1, "{env:?}");
    assert_eq!(ids(&["--only", "env.*"]).0, env);
    assert_eq!(ids(&["--only", "env.go*proxy,git.safe"]).0, ["env.goproxy", "env.gonoproxy", "git.safe"]);
    assert_eq!(
        ids(&["--only", "git.s*", "--skip", "git.ssl*"]),
        (vec!["git.secrets".into(), "git.safe".into(), "git.store".into()], 0)
    );
    assert_eq!(ids(&["--only", "git.safe", "--strict"]).1, 1);
    assert_eq!(ids(&["--only", "git.sslverify", "--strict"]).1, 0);
    let none = sandbox.gobs(&["doctor", "--only", "gti"]);
    assert_eq!((none.exit.code(), none.stdout.as_str()), (2, ""));
    assert!(none.stderr.contains("did you mean `git`?"), "{none}");
    let list = sandbox.gobs(&["doctor", "--list", "--only", "git"]).stdout;
    assert!(list.lines().count() >= 7 && list.lines().all(|line| line.starts_with("git.")), "{list}");
    assert_eq!(sandbox.gobs(&["doctor", "--list"]).stdout.lines().count(), gobs::checks::all().len());
}

/// The program itself in an empty home; offline, so that nothing is waited for.
fn gobs(home: &Path, args: &[&str], vars: &[(&str, &str)]) -> Output {
    command(home, args, vars).output().unwrap()
}

/// Whoever runs these tests in the background has them ignore Ctrl-C, and gobs heeds that: here it is as at a terminal.
fn command(home: &Path, args: &[&str], vars: &[(&str, &str)]) -> Command {
    let mut command = Command::new("/usr/bin/env");
    let path = std::env::var_os("PATH").unwrap();
    command
        .args(["--default-signal", env!("CARGO_BIN_EXE_gobs")])
        .args(args)
        .current_dir("/")
        .stdin(Stdio::null())
        .env_clear()
        .env("PATH", path)
        .env("LANG", "C.UTF-8");
    command.env("HOME", home).envs(vars.iter().copied());
    command
}

#[test]
fn colours_where_they_are_wanted() {
    let home = tempfile::tempdir().unwrap();
    let coloured = |args: &[&str], vars: &[(&str, &str)]| {
        let output = gobs(home.path(), &[&["doctor", "--offline"], args].concat(), vars);
        assert!(!output.stdout.is_empty());
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured(&[], &[]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    // JSON has no colours, whatever is wanted.
    assert!(!coloured(&["--color", "always", "--format", "json"], &[]));
}

#[test]
fn ascii_where_the_locale_has_no_more() {
    let home = tempfile::tempdir().unwrap();
    for locale in ["C", "POSIX", "zh_CN.GBK"] {
        let output = gobs(home.path(), &["doctor", "--offline", "--only", "env"], &[("LC_ALL", locale)]);
        assert!(output.stdout.is_ascii(), "{locale}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = tempfile::tempdir().unwrap();
    for args in [
        &["doctor", "--offline"][..],
        &["doctor", "--offline", "--format", "json"],
        &["explain", "--list"],
        &["doctor", "--list"],
    ] {
        let mut child =
            command(home.path(), args, &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(said, "", "{args:?}");
        assert!(status.code() == Some(0) || status.signal() == Some(13), "{args:?}: {status}");
    }
}

/// Ctrl-C while a server is waited for: at once, silent, status 130 as a shell sees it, nothing left behind.
#[test]
fn an_interrupt_ends_it_at_once() {
    let home = tempfile::tempdir().unwrap();
    let silent = Liar::http();
    silent.on("*", Lie::Hang);
    let args = ["doctor", "--only", "proxy.reach"];
    let proxy = silent.url();
    let mut doctor = command(home.path(), &args, &[("GOPROXY", &proxy)]);
    let mut child = doctor.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while silent.asked().is_empty() && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    // The server still keeps it waiting: only the signal can have ended it.
    let status = child.wait().unwrap();
    assert_eq!(status.code().unwrap_or(128 + status.signal().unwrap_or(0)), 130);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
    assert_eq!(crate::sandbox::tree(home.path()), "");
}

/// git stands in a group of its own, with what it starts: all of it ends with gobs, and what it was given to work in goes.
#[test]
fn an_interrupt_ends_what_gobs_runs() {
    use rustix::process::{Pid, Signal, kill_process};

    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let home = tempfile::tempdir().unwrap();
        let (bin, temp) = (home.path().join("bin"), home.path().join("temp"));
        std::fs::create_dir_all(&temp).unwrap();
        let ids = home.path().join("ids");
        let at = ids.display();
        let script = format!("#!/bin/sh\nsleep 60 &\necho $$ $! >{at}.new\nmv {at}.new {at}\nwait\n");
        Sandbox::program(&bin.join("git"), &script);
        let path = format!("{}:/usr/bin:/bin", bin.display());
        let vars = [("PATH", path.as_str()), ("TMPDIR", temp.to_str().unwrap())];
        let mut doctor = command(home.path(), &["doctor", "--only", "git.installed", "--offline"], &vars);
        let mut child = doctor.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let start = Instant::now();
        while !ids.exists() && start.elapsed() < Duration::from_secs(4) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let ids = std::fs::read_to_string(ids).unwrap();
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal.as_raw()), "{status}");
        for id in ids.split_whitespace() {
            // Where nobody collects the dead, they are still listed.
            let runs = || {
                let told = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
                told.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with(['Z', 'X']))
            };
            let start = Instant::now();
            while runs() && start.elapsed() < Duration::from_secs(2) {
                std::thread::sleep(Duration::from_millis(10));
            }
            assert!(!runs(), "{id} outlives gobs after {signal:?}");
        }
        assert_eq!(crate::sandbox::tree(&temp), "");
    }
}

/// The doctor looks and leaves nothing behind.
#[test]
fn looking_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    for args in [
        &["doctor", "--offline"][..],
        &["fix", "--offline"],
        &["trace", "--offline", "a.example/b"],
        &["undo", "--list"],
        &["init", "--dry-run", "--offline"],
    ] {
        gobs(home.path(), args, &[]);
        assert_eq!(crate::sandbox::tree(home.path()), "", "{args:?}");
    }
}

/// A home in which nothing can be made, not even by root; no home; a home that is not there.
#[test]
fn homes_that_cannot_be_written() {
    for home in ["/proc/self", "/no/such/home"] {
        let looked = gobs(Path::new(home), &["doctor", "--offline"], &[]);
        assert!(looked.status.code().unwrap() < 2, "{home}: {}", String::from_utf8_lossy(&looked.stderr));
        assert!(looked.stderr.is_empty(), "{home}: {}", String::from_utf8_lossy(&looked.stderr));
        let wrote = gobs(Path::new(home), &["init", "--yes", "--offline"], &[]);
        let said = String::from_utf8_lossy(&wrote.stderr).into_owned();
        assert_eq!(wrote.status.code(), Some(2), "{home}: {said}");
        assert!(
            said.starts_with("gobs: ") && (said.contains("HOME") || said.contains("~/")),
            "{home}: {said}"
        );
    }
    let mut command = command(Path::new("/"), &["doctor", "--offline"], &[]);
    let looked = command.env_remove("HOME").output().unwrap();
    assert!(looked.status.code().unwrap() < 2 && looked.stderr.is_empty());
    let mut command = self::command(Path::new("/"), &["init", "--yes", "--offline"], &[]);
    let wrote = command.env_remove("HOME").output().unwrap();
    assert_eq!(wrote.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrote.stderr).contains("export HOME="));
}

/// The released program does not unwind: it starts over without the check that panicked, on whatever thread of it.
#[test]
fn a_check_that_panics_is_a_verdict_of_the_whole_program() {
    let home = tempfile::tempdir().unwrap();
    let run = |args: &[&str], on: &str| {
        let output = gobs(home.path(), args, &[("GOBS_TEST_CRASH", on)]);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    for on in ["gobs.journal", "gobs.journal thread"] {
        let (code, stdout, stderr) = run(&["doctor", "--offline", "--format", "json"], on);
        let report: serde_json::Value =
            serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
        assert_eq!((code, &report["summary"]["crashed"]), (Some(2), &1.into()), "{stdout}");
        let checks = report["checks"].as_array().unwrap();
        let crashed = checks.iter().find(|check| check["verdict"] == "crashed").unwrap();
        assert_eq!(crashed["id"], "gobs.journal");
        assert!(crashed.to_string().contains("as the test wants it"), "{crashed}");
        let (code, stdout, stderr) = run(&["doctor", "--offline"], on);
        assert_eq!(code, Some(2), "{stdout}{stderr}");
        assert!(stdout.contains("as the test wants it"), "{stdout}");
        assert!(stderr.contains("it looks again without it"), "{stderr}");
    }
    // A fact that cannot be had is unknown to whoever asks for it, and that is all.
    let (_, stdout, stderr) = run(&["doctor", "--offline"], "gobs.journal fact");
    assert!(stderr.contains("it looks again without it"), "{stderr}");
    assert!(!stdout.contains("as the test wants it"), "{stdout}");
}

/// What came through a pipe does not come again: better no answer than one about nothing.
#[test]
fn a_check_that_panics_over_a_piped_log() {
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("log");
    let mismatch = "go: example.com/x@v1.0.0: verifying module: checksum mismatch\n\tdownloaded: h1:aaaa=\n\tsum.golang.org: h1:bbbb=\n";
    std::fs::write(&log, mismatch).unwrap();
    let explain = |on: &str| {
        let mut explain = command(home.path(), &["explain", "--probe"], &[("GOBS_TEST_CRASH", on)]);
        explain.stdin(std::fs::File::open(&log).unwrap()).output().unwrap()
    };
    assert_eq!(explain("").status.code(), Some(0));
    let crashed = explain("env.gosumdb");
    assert!(String::from_utf8_lossy(&crashed.stderr).contains("as the test wants it"), "{crashed:?}");
}
