//! Eight processes that write different variables at once: nobody's value is lost. `benches/race.sh` does the same with go.

use std::process::{Command, Stdio};

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

#[test]
fn eight_writers_lose_nothing() {
    let sandbox = Sandbox::bare();
    sandbox.write(".config/go/env", "# ours\nGOPROXY=https://goproxy.cn,direct\n");
    let (mut lost, mut malformed) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let writers = NAMES.map(|name| {
            Command::new(env!("CARGO_BIN_EXE_gobs"))
                .args(["init", "--yes", "--offline", "--no-proof", "--root", "--set"])
                .arg(format!("{name}={}", value(name, round)))
                .env_clear()
                .env("HOME", sandbox.home())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        });
        for writer in writers {
            let output = writer.wait_with_output().unwrap();
            assert!(output.status.success(), "round {round}: {}", text(&output));
        }
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
