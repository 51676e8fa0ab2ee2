//! Machines whose netrc go reads otherwise than was meant, or not at all.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{doctor, expect, healthy, machine};
use crate::sandbox::Sandbox;

const SECRET: &str = "tok-93kd02kd0-secret";

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A machine with this netrc, and git.corp.example as its private host.
fn with(netrc: &str) -> Sandbox {
    let sandbox = machine();
    sandbox.write(".config/go/env", "GOPRIVATE=git.corp.example\n");
    chmod(&sandbox.write(".netrc", netrc), 0o600);
    sandbox
}

/// A project that needs a module of the private host.
fn project(sandbox: &Sandbox) {
    sandbox.write(
        "app/go.mod",
        "module example.com/app\n\ngo 1.26\n\nrequire git.corp.example/team/lib v1.0.0\n",
    );
    sandbox.write("app/go.sum", GO_SUM);
}

const GO_SUM: &str = "git.corp.example/team/lib v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\
                      git.corp.example/team/lib v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

#[test]
fn a_netrc_that_others_can_read() {
    let sandbox = with(&format!("machine git.corp.example login li password {SECRET}\n"));
    chmod(&sandbox.home().join(".netrc"), 0o644);
    expect(&sandbox, "", &[("netrc.mode", "netrc-too-open", ".netrc")]);
    let fixed = sandbox.gobs(&["fix", "netrc.mode", "--yes", "--offline"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    let mode = std::fs::metadata(sandbox.home().join(".netrc")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    healthy(&sandbox, "");
    // The mode was changed, the bytes were not looked at: no password stands in the journal.
    for entry in std::fs::read_dir(sandbox.home().join(".local/state/gobs/journal")).unwrap() {
        assert!(!std::fs::read_to_string(entry.unwrap().path()).unwrap().contains(SECRET));
    }
}

#[test]
fn a_record_without_a_password() {
    let sandbox = with("# logins\nmachine git.corp.example\n  login li\n");
    expect(&sandbox, "", &[("netrc.lines", "netrc-malformed", ".netrc:2")]);
}

#[test]
fn a_password_on_the_next_line() {
    let sandbox = with(&format!("machine git.corp.example login li password\n{SECRET}\n"));
    expect(&sandbox, "", &[("netrc.lines", "netrc-malformed", ".netrc:1")]);
}

#[test]
fn records_that_go_never_reaches() {
    let sandbox = with(&format!(
        "machine a.example.org login a password aaaa\ndefault\nmachine git.corp.example login li password {SECRET}\n"
    ));
    expect(&sandbox, "", &[("netrc.lines", "netrc-malformed", ".netrc:3")]);
    let sandbox =
        with(&format!("macdef init\ncd /pub\nmachine git.corp.example login li password {SECRET}\n"));
    expect(&sandbox, "", &[("netrc.lines", "netrc-malformed", ".netrc:3")]);
}

/// One defect is one finding, at its line.
#[test]
fn one_slip_is_told_once() {
    for (netrc, line) in [
        (format!("machine\n  git.corp.example\n  login li\n  password {SECRET}\n"), 1),
        (format!("\u{feff}machine git.corp.example login li password {SECRET}\n"), 1),
        (format!("machine=git.corp.example login=li password={SECRET}\n"), 1),
        (format!("machine git.corp.example user li password {SECRET}\n"), 1),
    ] {
        expect(&with(&netrc), "", &[("netrc.lines", "netrc-malformed", &format!(".netrc:{line}"))]);
    }
    // Behind a whole record words do no harm, and neither do tabs, carriage returns or an account.
    for netrc in [
        format!("machine git.corp.example login li password {SECRET} # token of li\n"),
        format!("machine\tgit.corp.example\tlogin\tli\tpassword\t{SECRET}\r\n"),
        format!("machine git.corp.example password {SECRET} login li\n"),
        format!("machine git.corp.example login li account x password {SECRET}\n"),
        format!("machine git.corp.example login li password {SECRET}\nmacdef init\ncd /pub\n\n"),
    ] {
        healthy(&with(&netrc), "");
    }
}

#[test]
fn a_password_in_quotes() {
    let sandbox = with(&format!("machine git.corp.example login li password \"{SECRET}\"\n"));
    expect(&sandbox, "", &[("netrc.lines", "netrc-malformed", ".netrc:1")]);
}

#[test]
fn almost_the_right_host() {
    for machine in [
        "gitlab.corp.example",
        "git.corp.exmaple",
        "Git.Corp.example",
        "git.corp.example:443",
        "git.corp.example:8443",
        "http://git.corp.example",
    ] {
        let sandbox = with(&format!("machine {machine} login li password {SECRET}\n"));
        project(&sandbox);
        expect(&sandbox, "app", &[("netrc.host", "netrc-wrong-host", ".netrc:1")]);
    }
}

/// Since 1.24 go takes a URL's scheme off, curl never does.
#[test]
fn a_url_for_a_machine() {
    let sandbox = with(&format!("machine https://git.corp.example login li password {SECRET}\n"));
    expect(&sandbox, "", &[("netrc.host", "netrc-wrong-host", ".netrc:1")]);
}

#[test]
fn a_proxy_with_a_port() {
    let sandbox = machine();
    sandbox.write(".config/go/env", "GOPROXY=https://goproxy.corp.example:8443\nGOSUMDB=off\n");
    chmod(
        &sandbox.write(".netrc", format!("machine goproxy.corp.example login li password {SECRET}\n")),
        0o600,
    );
    let outcome = doctor(&sandbox, "", &["--offline", "--only", "netrc"]);
    assert!(outcome.stdout.contains("netrc-wrong-host") && outcome.stdout.contains("port"), "{outcome}");
}

#[test]
fn a_variable_that_names_nothing() {
    let mut sandbox = with(&format!("machine git.corp.example login li password {SECRET}\n"));
    sandbox.set("NETRC", "/nowhere/netrc");
    expect(&sandbox, "", &[("netrc.file", "netrc-ignored", "$NETRC")]);
    sandbox.set("NETRC", "conf/netrc");
    expect(&sandbox, "", &[("netrc.file", "netrc-ignored", "$NETRC")]);
}

#[test]
fn goauth_that_leaves_netrc_out() {
    let sandbox = with(&format!("machine git.corp.example login li password {SECRET}\n"));
    sandbox.write(".config/go/env", "GOPRIVATE=git.corp.example\nGOAUTH=off\n");
    expect(&sandbox, "", &[("netrc.file", "netrc-ignored", ".config/go/env:2")]);
}

#[test]
fn a_netrc_that_is_no_file() {
    let sandbox = machine();
    let netrc = sandbox.home().join(".netrc");
    assert!(Command::new("mkfifo").arg(&netrc).status().unwrap().success());
    let start = Instant::now();
    expect(&sandbox, "", &[("netrc.file", "netrc-ignored", ".netrc")]);
    std::fs::remove_file(&netrc).unwrap();
    symlink("/dev/zero", &netrc).unwrap();
    expect(&sandbox, "", &[("netrc.file", "netrc-ignored", ".netrc")]);
    std::fs::remove_file(&netrc).unwrap();
    std::fs::create_dir(&netrc).unwrap();
    expect(&sandbox, "", &[("netrc.file", "netrc-ignored", ".netrc")]);
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// What go drops, by its own parser, is what the doctor names: `tests/it/netrc.rs` has the comparison; here nothing of it
/// gives a password away.
#[test]
fn passwords_are_never_shown() {
    let sandbox = with(&format!(
        "machine git.corp.example:443 login li password {SECRET}\nlogin li password {SECRET}\nmachine x login\n{SECRET}\n\
         machine quoted.example login li password \"{SECRET}\"\n"
    ));
    project(&sandbox);
    for format in ["text", "json", "markdown"] {
        let dir = sandbox.home().join("app").display().to_string();
        let outcome = sandbox.gobs(&["doctor", "--offline", "--format", format, "-C", &dir]);
        assert!(outcome.stdout.contains("netrc-malformed"), "{outcome}");
        assert!(!outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET), "{outcome}");
    }
}

#[test]
fn netrc_as_it_should_be() {
    let sandbox = with(&format!(
        "machine git.corp.example\n  login li\n  password {SECRET}\nmachine nexus.corp.example login li password other-secret\n"
    ));
    project(&sandbox);
    healthy(&sandbox, "app");
}

/// The private host goes over ssh, and the netrc is for the company's module proxy: another host on purpose.
#[test]
fn a_netrc_for_the_module_proxy() {
    let sandbox = machine();
    sandbox.write(
        ".config/go/env",
        "GOPROXY=https://nexus.corp.example/go\nGOSUMDB=sum.golang.google.cn\nGOPRIVATE=git.corp.example\n",
    );
    sandbox.write(
        ".gitconfig",
        "[url \"ssh://git@git.corp.example/\"]\n\tinsteadOf = https://git.corp.example/\n",
    );
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEKxHSJ7084RmkJ4YdEi5tngynE8aZe2uEoVVsB/OvYN";
    sandbox.write(".ssh/known_hosts", format!("git.corp.example {key}\n"));
    chmod(&sandbox.home().join(".ssh"), 0o700);
    let netrc =
        sandbox.write("secrets/netrc", format!("machine nexus.corp.example login li password {SECRET}\n"));
    chmod(&netrc, 0o600);
    symlink(&netrc, sandbox.home().join(".netrc")).unwrap();
    healthy(&sandbox, "");
}
