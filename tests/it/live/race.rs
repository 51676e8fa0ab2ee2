//! Eight processes that write different variables at once: nobody's value is lost. `benches/race.sh` does the same with go.

use std::process::{Child, Command, Stdio};

use super::text;
use crate::sandbox::Sandbox;

const ROUNDS: usize = 60;
const NAMES: [&str; 8] =
    ["GOBIN", "GOCACHE", "GOFLAGS", "GOINSECURE", "GOMODCACHE", "GOPATH", "GOTMPDIR", "GOVCS"];

fn value(name: &str, round: usize) -> String {
    match name {
        "GOVCS" => format!("host{round}.corp.example:git,public:git"),
        "GOINSECURE" => format!("host{round}.corp.example"),
        "GOFLAGS" => format!("-p={}", round + 1),
        _ => format!("/srv/{round}"),
    }
}

fn init(sandbox: &Sandbox, more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_gobs"))
        .args(["init", "--yes", "--offline", "--no-proof", "--root"])
        .args(more)
        .env_clear()
        .env("HOME", sandbox.home())
        .env("SHELL", "/bin/bash")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn all_wrote(writers: [Child; 8], round: usize) {
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "round {round}: {}", text(&output));
    }
}

#[test]
fn eight_writers_lose_nothing() {
    let sandbox = Sandbox::bare();
    sandbox.write(".config/go/env", "# ours\nGOPROXY=https://goproxy.cn,direct\n");
    let (mut lost, mut malformed) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let writers = NAMES.map(|name| init(&sandbox, &["--set", &format!("{name}={}", value(name, round))]));
        all_wrote(writers, round);
        let file = sandbox.read(".config/go/env");
        let lines: Vec<&str> = file.lines().collect();
        for name in NAMES {
            let line = format!("{name}={}", value(name, round));
            if lines.iter().filter(|have| **have == line).count() != 1 {
                lost.push(line);
            }
        }
        let whole = |line: &&str| {
            line.starts_with('#') || line.split_once('=').is_some_and(|(name, _)| name.starts_with("GO"))
        };
        if lines.len() != NAMES.len() + 3 || !file.ends_with('\n') || !lines.iter().all(whole) {
            malformed.push(file);
        }
    }
    assert!(lost.is_empty() && malformed.is_empty(), "{} lost: {lost:?}\n{malformed:#?}", lost.len());
}

/// Each adds a host of its own to the same lists: what the others added stays, in the files and in the journal.
#[test]
fn eight_writers_of_one_list_lose_nothing() {
    const HOSTS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let sandbox = Sandbox::bare();
    for round in 0..6 {
        let host = |name: &str| format!("{name}{round}.corp.example");
        all_wrote(
            HOSTS.map(|name| {
                init(
                    &sandbox,
                    &["--private", &host(name), "--set", "http_proxy=http://proxy.corp.example:3128"],
                )
            }),
            round,
        );
        let go = sandbox.read(".config/go/env");
        let shell = sandbox.read(".config/gobs/env.sh");
        let last = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.contains(name)).unwrap_or_default();
            line.trim_end_matches('\'').split(['=', ',']).map(str::to_owned).collect::<Vec<_>>()
        };
        for name in HOSTS {
            assert!(last(&go, "GOPRIVATE").contains(&host(name)), "round {round}: {} lost\n{go}", host(name));
            assert!(
                last(&shell, "NO_PROXY").contains(&host(name)),
                "round {round}: {} lost\n{shell}",
                host(name)
            );
        }
    }
}
