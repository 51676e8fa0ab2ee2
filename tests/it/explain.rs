//! `explain` and `run`: real logs with their answers, logs of other troubles, hostile input.

use std::path::Path;
use std::process::{Command, Stdio};

use gobs::explain::explain;
use insta::assert_snapshot;

use crate::sandbox::Sandbox;

fn kinds(log: &[u8]) -> Vec<&'static str> {
    explain(log).unwrap().findings.iter().map(|finding| finding.kind.name()).collect()
}

fn logs() -> std::path::PathBuf {
    std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/logs")
}

#[test]
fn real_logs_get_their_right_answer() {
    let table = std::fs::read_to_string(logs().join("labels.tsv")).unwrap();
    let mut wrong = Vec::new();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (file, want) = (cells[1], cells[2]);
        let found = explain(std::fs::File::open(logs().join(file)).unwrap()).unwrap().findings;
        let first = found.first().map_or("nothing-recognized", |finding| finding.kind.name());
        if first != want {
            wrong.push(format!("{file}: {first}, not {want}"));
        }
        // What the answer has to name, as far as it is `name=value` with a plain value.
        for fact in cells[4].split("; ") {
            if let Some((name @ ("module" | "version" | "toolchain" | "line" | "library"), value)) =
                fact.split_once('=')
            {
                let said = found.first().and_then(|finding| finding.facts.get(name));
                let meant = value.split(' ').next().unwrap_or("");
                if said.is_none_or(|said| said != meant) {
                    wrong.push(format!("{file}: {name} is {said:?}, not {meant}"));
                }
            }
        }
        for finding in &found {
            let remedy = finding.remedy.as_ref().unwrap();
            for command in remedy.commands() {
                for bad in DANGEROUS {
                    assert!(!command.contains(bad), "{file}: {command}");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The messages of a file: `=== kind name=value …` (the facts its answer has to name), then its lines; a line that
/// begins with `\\===` means `===`.
fn messages(file: &Path) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in std::fs::read_to_string(file).unwrap().lines() {
        match (line.strip_prefix("=== "), all.last_mut()) {
            (Some(kind), _) => all.push((kind.to_owned(), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line.strip_prefix('\\').filter(|rest| rest.starts_with("===")).unwrap_or(line));
                text.push('\n');
            }
            (None, None) => panic!("{}: no kind before {line}", file.display()),
        }
    }
    all
}

#[test]
fn every_known_message_is_read_rightly() {
    // The catalogue of go's own messages, the wordings of the tools around it in both languages, logs of real
    // commands in broken places, messages of others, what people pasted into issues and articles, and the wordings of other versions, systems and wrappers.
    for (file, least) in [
        ("specimens.txt", 166),
        ("families.txt", 300),
        ("lab.txt", 200),
        ("others.txt", 230),
        ("found.txt", 300),
        ("wordings.txt", 550),
    ] {
        let all = messages(&logs().join(file));
        assert!(all.len() >= least, "{file}: {}", all.len());
        let mut wrong = Vec::new();
        for (head, text) in &all {
            let found = explain(text.as_bytes()).unwrap().findings;
            let mut words = head.split(' ');
            let kind = words.next().unwrap();
            let first = found.first().map_or("nothing-recognized", |finding| finding.kind.name());
            if first != kind {
                wrong.push(format!("{first}, not {kind}:\n{text}"));
            }
            for (name, value) in words.map(|fact| fact.split_once('=').unwrap()) {
                let said = found.first().and_then(|finding| finding.facts.get(name));
                if said.is_none_or(|said| said != value) {
                    wrong.push(format!("{name} is {said:?}, not {value}:\n{text}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{file}: {} of {}\n{}", wrong.len(), all.len(), wrong.join("\n"));
    }
}

#[test]
fn the_checks_that_rules_name_exist() {
    let known: Vec<&str> = gobs::checks::all().iter().map(|check| check.id.0).collect();
    for rule in gobs::explain::catalogue() {
        for check in &rule.checks {
            assert!(known.contains(&check.as_str()), "{}: {check}", rule.kind);
        }
    }
}

/// What no command that gobs prints may hold.
const DANGEROUS: [&str; 14] = [
    "GOSUMDB=off",
    "GONOSUMDB=*",
    "GOPRIVATE=*",
    "GOFLAGS=-insecure",
    "GOINSECURE=*",
    "-mod=mod",
    "sslVerify",
    "GIT_SSL_NO_VERIFY",
    "StrictHostKeyChecking",
    "safe.directory=*",
    "chmod 777",
    "credential.helper=store",
    "rm go.sum",
    "clean -modcache",
];

#[test]
fn no_command_of_the_catalogue_is_dangerous() {
    for rule in gobs::explain::catalogue() {
        let own = rule.advice.iter().filter_map(|advice| advice.run.as_ref()).flatten();
        for command in rule.run.iter().chain(own) {
            for bad in DANGEROUS {
                assert!(!command.contains(bad), "{}: {command}", rule.kind);
            }
        }
    }
}

#[test]
fn other_troubles_are_nobodys_environment() {
    for entry in std::fs::read_dir(logs().join("none")).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(kinds(&std::fs::read(&path).unwrap()), [""; 0], "{}", path.display());
    }
}

#[test]
fn what_ci_systems_put_around_it_changes_nothing() {
    let log = "go: git.corp.example/a@v1.0.0: invalid version: git ls-remote -q origin in /root/x: exit status 128:\n\tHost key verification failed.\n\tfatal: Could not read from remote repository.\n";
    let around = |prefix: &str, end: &str| {
        log.lines().map(|line| format!("{prefix}{line}{end}")).collect::<String>().into_bytes()
    };
    for (prefix, end) in [
        ("", "\n"),
        ("", "\r\n"),
        ("2026-05-01T10:00:00.1234567Z ", "\n"),
        ("#14 12.34 ", "\n"),
        ("[2026-05-01T10:00:00.000Z] ", "\r\n"),
        ("web_1  | ", "\n"),
        ("14.12 ", "\n"),
        ("10:00:01  ", "\n"),
        ("[Build API] ", "\n"),
        ("[build : compile] ", "\n"),
        ("[CI/build]   | ", "\n"),
        ("[08:00:03]E:\t [Step 2/3] ", "\n"),
        ("[pod/build-1/go] ", "\n"),
        ("build-7xk2d-3518972345: ", "\n"),
        ("build\tRun go build\t2026-05-01T10:00:00.1234567Z ", "\n"),
        ("2026-05-01T10:00:00.123456789+08:00 stderr F ", "\n"),
        ("\u{1b}[31m", "\u{1b}[0m\n"),
        ("10%\r50%\r", "\n"),
    ] {
        assert_eq!(kinds(&around(prefix, end)), ["ssh-hostkey-unknown"], "{prefix:?}");
    }
    let wide: Vec<u8> = format!("\u{feff}{log}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(kinds(&wide), ["ssh-hostkey-unknown"]);
    let (gbk, ..) = encoding_rs::GBK
        .encode("致命错误：could not read Username for 'https://gitee.com': terminal prompts disabled\n");
    assert_eq!(kinds(&gbk), ["git-https-no-credentials"]);
}

#[test]
fn hostile_input() {
    assert_eq!(kinds(b""), [""; 0]);
    assert_eq!(kinds(&[0xff, 0xfe, 0x00, 0xd8, 0x01]), [""; 0]);
    let binary: Vec<u8> =
        (0..2_000_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    assert_eq!(kinds(&binary), [""; 0]);
    // 100 MB and no newline.
    let endless = std::io::Read::take(std::io::repeat(b'x'), 100 << 20);
    assert!(explain(endless).unwrap().findings.is_empty());
    let log = "go: \u{1b}]0;owned\u{7}x.example/a@v1.0.0: \u{1b}[2Jmodule lookup disabled by GOPROXY=off\n";
    let found = explain(log.as_bytes()).unwrap().findings;
    assert!(!found[0].evidence[0].seen.contains('\u{1b}'));
}

#[test]
fn secrets_of_a_log_stay_in_it() {
    let sandbox = Sandbox::new();
    let log = "go: x.example/a@v1.0.0: reading https://li:hunter2@goproxy.corp.example/x.example/a/@v/v1.0.0.info: 401 Unauthorized\n";
    sandbox.write("build.log", log);
    for format in ["text", "json", "markdown"] {
        let outcome = sandbox.gobs(&["explain", "build.log", "--format", format]);
        assert!(outcome.stdout.contains("goproxy-auth-denied"), "{outcome}");
        assert!(!outcome.stdout.contains("hunter2"), "{outcome}");
    }
}

#[test]
fn a_log_its_page_and_both_languages() {
    let mut sandbox = Sandbox::new();
    let log = "go: github.com/pkg/errors@v0.8.1: verifying module: github.com/pkg/errors@v0.8.1: Get \"https://sum.golang.org/lookup/github.com/pkg/errors@v0.8.1\": dial tcp 172.217.160.113:443: i/o timeout\n";
    sandbox.write("build.log", log);
    assert_snapshot!("log in English", sandbox.gobs(&["explain", "build.log"]).stdout);
    assert_snapshot!("page", sandbox.gobs(&["explain", "sumdb-unreachable"]).stdout);
    assert_snapshot!("check page", sandbox.gobs(&["explain", "env.goproxy"]).stdout);
    sandbox.set("LANG", "zh_CN.UTF-8");
    assert_snapshot!("log in Chinese", sandbox.gobs(&["explain", "build.log"]).stdout);
    let outcome = sandbox.gobs(&["explain", "sumdb-unreachabel"]);
    assert_eq!(outcome.exit.code(), 2);
    assert!(outcome.stderr.contains("sumdb-unreachable"), "{outcome}");
}

#[test]
fn run_passes_everything_through() {
    let gobs = env!("CARGO_BIN_EXE_gobs");
    let script = "echo out; echo 'go: x.example/a@v1.0.0: module lookup disabled by GOPROXY=off' >&2; exit 3";
    let home = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(gobs);
        command.args(args).stdin(Stdio::null()).env("HOME", home.path()).env("LANG", "C.UTF-8");
        command.output().unwrap()
    };
    let out = run(&["run", "--", "sh", "-c", script]);
    assert_eq!(out.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&out.stdout), "out\n");
    let err = String::from_utf8_lossy(&out.stderr);
    assert!(err.starts_with("go: x.example/a@v1.0.0: module lookup disabled"), "{err}");
    assert!(err.contains("goproxy-off"), "{err}");
    // What it names to go on with is there to be typed.
    assert!(!err.contains("--probe"), "{err}");
    let next = err.split("(on this machine: gobs ").nth(1).and_then(|rest| rest.split(')').next()).unwrap();
    let words: Vec<&str> = next.split(' ').chain(["--offline"]).collect();
    let next = run(&words);
    assert!(next.status.code() != Some(2) && !next.stdout.is_empty(), "{words:?} {next:?}");
    let out = run(&["run", "--", "true"]);
    assert!(out.status.success() && out.stdout.is_empty() && out.stderr.is_empty());
    assert_eq!(run(&["run", "--", "no-such-program-here"]).status.code(), Some(2));
    assert_eq!(run(&["run", "--", "sh", "-c", "kill -TERM $$"]).status.code(), Some(143));
}

#[test]
#[cfg(unix)]
fn run_passes_signals_on() {
    use std::io::{BufRead, BufReader};
    use std::os::unix::process::CommandExt;

    let home = tempfile::tempdir().unwrap();
    let script = "trap 'echo asked to end; exit 9' TERM; echo ready; sleep 20 >/dev/null 2>&1 & wait";
    let mut child = Command::new(env!("CARGO_BIN_EXE_gobs"))
        .args(["run", "--", "sh", "-c", script])
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "asked to end");
    assert_eq!(child.wait().unwrap().code(), Some(9));
    // The sleeper that the shell left behind.
    let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
}

#[test]
fn probe_looks_here_and_decides() {
    let sandbox = Sandbox::new();
    sandbox.write(".config/go/env", "GOPROXY=\"https://goproxy.cn,direct\"\n");
    let log = "go: x.example/a@v1.0.0: parse \"\\\"https://goproxy.cn\": first path segment in URL cannot contain colon\n";
    sandbox.write("build.log", log);
    let quiet = sandbox.gobs(&["explain", "build.log"]).stdout;
    assert!(quiet.contains("--probe") && !quiet.contains("cause"), "{quiet}");
    let outcome = sandbox.gobs(&["explain", "--probe", "build.log"]);
    assert!(outcome.stdout.contains("goproxy-has-quotes"), "{outcome}");
    assert!(outcome.stdout.contains("gobs fix env.goproxy"), "{outcome}");
    let json = sandbox.gobs(&["explain", "--probe", "build.log", "--format", "json"]).stdout;
    assert!(json.contains("\"probe\"") && json.contains("env.goproxy"), "{json}");
}
