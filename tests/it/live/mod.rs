//! Real programs: what gobs wrote as go, git and the shells read it, and the servers of the rig.

mod bricked;
mod completions;
mod disk;
mod fix;
mod project;
mod public;
mod race;
mod remedy;
mod servers;
mod settings;
mod situations;
mod sumdb;
mod terminal;
mod trace;
mod verdicts;
mod verify;

use std::process::Output;

use crate::rig::{Ca, GitWeb, Keys, Manner, Repos};
use crate::sandbox::Sandbox;

const HOST: &str = "git.corp.example";
const MODULE: &str = "git.corp.example/team/lib";

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

fn download(sandbox: &Sandbox, module: &str) -> Output {
    sandbox.command("go").args(["mod", "download", "-x", module]).output().unwrap()
}

/// ssh that reads nothing but these files: it takes the home of the account, not `$HOME`.
fn ssh_command(sandbox: &Sandbox, keys: &Keys, known_hosts: &str) -> String {
    let known = sandbox.write(".ssh/known_hosts", known_hosts);
    format!(
        "ssh -F /dev/null -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityFile={} -o UserKnownHostsFile={} \
         -o GlobalKnownHostsFile=/dev/null",
        keys.private().display(),
        known.display()
    )
}

/// A forge at `https://git.corp.example` as its users have it: an own CA that go and git trust, a token in netrc.
fn forge(ca: &Ca, repos: &Repos, manner: Manner) -> (GitWeb, Sandbox) {
    let web = GitWeb::of(repos)
        .at("127.0.0.2:443")
        .tls(ca, &[HOST])
        .manner(manner)
        .account("oauth2", "t0ken")
        .start();
    (web, signed_in(ca))
}

/// The machine of one of its users.
fn signed_in(ca: &Ca) -> Sandbox {
    let mut sandbox = machine();
    sandbox.set("SSL_CERT_FILE", ca.pem());
    sandbox.set("GIT_SSL_CAINFO", ca.pem());
    let netrc = sandbox.write(".netrc", format!("machine {HOST} login oauth2 password t0ken\n"));
    std::fs::set_permissions(netrc, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    sandbox
}
