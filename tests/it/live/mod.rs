//! Real programs: what gobs wrote as go, git and the shells read it, and the servers of the rig.

mod race;
mod servers;
mod settings;
mod trace;

use std::process::Output;

use crate::sandbox::Sandbox;

const HOST: &str = "git.corp.example";

/// A sandbox in which the real go, git and ssh run, with a private host and no way to the Internet.
fn machine() -> Sandbox {
    let mut sandbox = Sandbox::bare();
    for name in ["go", "git", "ssh"] {
        sandbox.real(name);
    }
    for (name, value) in [
        ("GOPRIVATE", "git.corp.example"),
        ("GOPROXY", "off"),
        ("GOTOOLCHAIN", "local"),
        ("GOFLAGS", "-modcacherw"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("SSH_AUTH_SOCK", ""),
    ] {
        sandbox.set(name, value);
    }
    sandbox
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|s| String::from_utf8_lossy(s).into_owned()).concat()
}

fn has(text: &str, words: &str) {
    assert!(text.contains(words), "no «{words}» in\n{text}");
}
