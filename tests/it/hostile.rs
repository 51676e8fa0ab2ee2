//! Machines that nobody should have: pipes and devices for files, bytes that are no text, a PATH of thousands, programs that
//! are missing or hang, a go.sum of a hundred megabytes. Each run ends, with a verdict and without a panic.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use crate::sandbox::{Outcome, Sandbox};
use crate::trees;

/// Runs the doctor offline in `project`; no check crashed. What waited for these files and programs would never end.
fn doctor(sandbox: &Sandbox, project: &str) -> serde_json::Value {
    let outcome = trees::doctor(sandbox, project, &["--offline"]);
    sound(&outcome)
}

fn sound(outcome: &Outcome) -> serde_json::Value {
    assert!(outcome.exit.code() < 2, "{outcome}");
    let report: serde_json::Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|err| panic!("{err}: {outcome}"));
    assert_eq!(report["summary"]["crashed"], 0, "{report:#}");
    report
}

/// The verdict and kinds of a check.
fn verdict(report: &serde_json::Value, id: &str) -> String {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    let kinds: Vec<&str> = check["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["kind"].as_str().unwrap())
        .collect();
    format!("{} {}", check["verdict"].as_str().unwrap(), kinds.join(" ")).trim_end().to_owned()
}

/// Everything that reads its settings from files of these names.
const FILES: [&str; 14] = [
    ".config/go/env",
    ".gitconfig",
    ".config/git/config",
    ".netrc",
    ".ssh/config",
    ".ssh/known_hosts",
    ".bashrc",
    ".profile",
    ".bash_profile",
    ".zshrc",
    ".config/fish/config.fish",
    "p/go.mod",
    "p/go.sum",
    "p/go.work",
];

fn fifo(path: &Path) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mkfifoat(rustix::fs::CWD, path, mode).unwrap();
}

#[test]
fn pipes_devices_and_directories_for_files() {
    for place in ["pipe", "/dev/zero", "/dev/tty", "directory", "circle"] {
        let mut sandbox = trees::machine();
        sandbox.set("SHELL", "/bin/bash");
        for file in FILES {
            let path = sandbox.home().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            match place {
                "pipe" => fifo(&path),
                "directory" => std::fs::create_dir_all(&path).unwrap(),
                "circle" => std::os::unix::fs::symlink(&path, &path).unwrap(),
                device => std::os::unix::fs::symlink(device, &path).unwrap(),
            }
        }
        let report = doctor(&sandbox, "p");
        if place != "circle" {
            assert_eq!(verdict(&report, "go.envfile"), "found goenv-unreadable", "{place}");
            assert_eq!(
                verdict(&report, "git.config"),
                "found gitconfig-syntax-error gitconfig-syntax-error",
                "{place}"
            );
        }
        // What writes does not wait for a pipe either, and says which file is none.
        let outcome = sandbox.gobs(&["init", "--yes", "--offline"]);
        assert_eq!(outcome.exit.code(), 2, "{place}: {outcome}");
        assert!(outcome.stderr.contains(".config/go/env"), "{place}: {outcome}");
        for args in [
            &["fix", "--offline", "--yes"][..],
            &["verify", "--offline"],
            &["trace", "--offline", "git.corp.example/a"],
        ] {
            let outcome =
                sandbox.gobs(&[args, &["-C", &sandbox.home().join("p").display().to_string()]].concat());
            assert!(!(outcome.stdout + &outcome.stderr).is_empty(), "{place} {args:?}");
        }
    }
}

#[test]
fn bytes_that_are_no_text() {
    let mut sandbox = trees::machine();
    let noise: Vec<u8> =
        (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    for file in FILES {
        sandbox.write(file, &noise);
    }
    let raw = || OsString::from_vec(b"\xff\xfe,https://\x80\xc3\x28".to_vec());
    for name in [
        "GOPROXY",
        "GOSUMDB",
        "GOFLAGS",
        "GOPRIVATE",
        "HTTPS_PROXY",
        "NO_PROXY",
        "SHELL",
        "GOBS_LANG",
        "SSL_CERT_FILE",
    ] {
        sandbox.set(name, raw());
    }
    let report = doctor(&sandbox, "p");
    assert!(verdict(&report, "git.config").starts_with("found gitconfig-syntax-error"), "{report:#}");
    // Names of directories, too.
    let odd = sandbox.home().join(OsString::from_vec(b"\xff\xfe".to_vec()));
    std::fs::create_dir_all(&odd).unwrap();
    std::fs::write(odd.join("go.mod"), "module a.example/b\n").unwrap();
    sandbox.set("GOPATH", odd.clone());
    doctor(&sandbox, "p");
    for args in [&["fix", "--offline"][..], &["verify", "--offline"], &["init", "--dry-run", "--offline"]] {
        let outcome =
            sandbox.gobs(&[args, &["-C", &sandbox.home().join("p").display().to_string()]].concat());
        assert!(outcome.exit.code() <= 2, "{outcome}");
        assert!(!outcome.stdout.contains('\u{1b}') && !outcome.stderr.contains("panicked"), "{outcome}");
    }
}

#[test]
fn a_path_of_ten_thousand_entries() {
    let mut sandbox = trees::machine();
    let mut path = sandbox.bin().into_os_string();
    for n in 0..10_000 {
        path.push(format!(":/n/{n}"));
    }
    sandbox.set("PATH", path);
    let report = doctor(&sandbox, "");
    assert_eq!(verdict(&report, "go.installed"), "fine");
    assert_eq!(verdict(&report, "git.installed"), "fine");
    // The one that counts may be the last.
    let mut path = OsString::from("/none:".repeat(10_000));
    path.push(sandbox.bin());
    sandbox.set("PATH", path);
    assert_eq!(verdict(&doctor(&sandbox, ""), "go.installed"), "fine");
}

#[test]
fn nothing_is_installed() {
    let sandbox = Sandbox::bare();
    let report = doctor(&sandbox, "");
    assert_eq!(verdict(&report, "go.installed"), "found go-missing");
    assert_eq!(verdict(&report, "git.installed"), "found vcs-tool-missing");
    assert_eq!(verdict(&report, "git.insteadof"), "skipped");
    assert_eq!(verdict(&report, "go.version"), "skipped");
    // What does not need them is judged all the same.
    sandbox.write(".config/go/env", "GOSUMDB=off\n");
    assert_eq!(verdict(&doctor(&sandbox, ""), "env.gosumdb"), "found gosumdb-off");
}

#[test]
fn no_home_no_path_no_variables() {
    let mut sandbox = trees::machine();
    for name in ["HOME", "PATH", "LANG"] {
        sandbox.unset(name);
        doctor(&sandbox, "");
    }
}

/// git, ssh and go that never answer; also one that shouts, one that dies at once, and one that is no program.
#[test]
fn programs_that_hang_shout_or_die() {
    let module = "git.corp.example/team/lib.git@v1.0.0";
    for (manner, script) in [
        ("hangs", "#!/bin/sh\nexec sleep infinity\n"),
        ("hangs in a child", "#!/bin/sh\nsleep infinity & wait\n"),
        ("hangs, deaf to signals", "#!/bin/sh\ntrap '' TERM INT HUP\nwhile :; do sleep 1; done\n"),
        ("shouts", "#!/bin/sh\nexec yes\n"),
        ("dies", "#!/bin/sh\nkill -9 $$\n"),
        ("is no program", "\x7fELF nonsense"),
    ] {
        let mut sandbox = Sandbox::new();
        for tool in ["sleep", "yes"] {
            sandbox.real(tool);
        }
        for tool in ["git", "ssh", "go"] {
            let path = sandbox.bin().join(tool);
            let _ = std::fs::remove_file(&path);
            Sandbox::program(&path, script);
        }
        sandbox.set("GOPRIVATE", "git.corp.example");
        let report = doctor(&sandbox, "");
        assert!(verdict(&report, "git.installed").starts_with("found"), "{manner}: {report:#}");
        for id in ["git.insteadof", "git.sslverify"] {
            let verdict = verdict(&report, id);
            assert!(verdict == "skipped" || verdict.starts_with("found"), "{manner}: {id} {verdict}");
        }
        let outcome = sandbox.gobs(&["trace", "--offline", module]);
        assert!(!outcome.stdout.is_empty(), "{manner}: {outcome}");
    }
}

/// A go.sum of 100 MB, one that is nothing but one line, and one of more modules than any project has.
#[test]
fn a_gosum_of_a_hundred_megabytes() {
    let sandbox = trees::machine();
    sandbox.write("p/go.mod", "module a.example/p\n\ngo 1.26\n\nrequire a.example/m0 v1.0.0\n");
    let line = |n: usize| format!("a.example/m{n} v1.0.0 h1:7KI2Sl6eA3yWwJ4RZxkTNZx1yCbTxRL3nXwQo9Nqh9U=\n");
    let block: String = (0..1000).map(line).collect();
    sandbox.write("p/go.sum", block.repeat((100 << 20) / block.len() + 1));
    let report = doctor(&sandbox, "p");
    assert_eq!(verdict(&report, "cache.content"), "skipped");
    assert!(report.to_string().contains("too large: 104"), "{report:#}");
    sandbox.write("p/go.sum", vec![b'x'; 100 << 20]);
    assert_eq!(verdict(&doctor(&sandbox, "p"), "cache.content"), "skipped");
    sandbox.write("p/go.sum", (0..30_000).map(line).collect::<String>());
    let report = doctor(&sandbox, "p");
    assert_eq!(verdict(&report, "cache.content"), "skipped");
    assert!(report.to_string().contains("names 30000 module versions"), "{report:#}");
    // verify cannot do its work on it, and says so.
    sandbox.write("p/go.sum", vec![b'x'; 100 << 20]);
    let outcome =
        sandbox.gobs(&["verify", "--offline", "-C", &sandbox.home().join("p").display().to_string()]);
    assert_eq!(outcome.exit.code(), 2, "{outcome}");
    assert!(outcome.stderr.contains("too large"), "{outcome}");
}

/// A start file that reads itself, and two that read each other.
#[test]
fn start_files_in_a_circle() {
    let mut sandbox = trees::machine();
    sandbox.set("SHELL", "/bin/bash");
    sandbox.write(".bashrc", ". ~/.bashrc\n. ~/.bash_aliases\nexport GOSUMDB=off\n");
    sandbox.write(".bash_aliases", "source ~/.bashrc\n");
    sandbox.write(".profile", ". ~/.profile\n");
    doctor(&sandbox, "");
    // The same for the files of git and ssh.
    sandbox.write(".gitconfig", "[include]\n\tpath = ~/.gitconfig\n");
    sandbox.write(".ssh/config", "Include config\nInclude ~/.ssh/*\n");
    doctor(&sandbox, "");
}
