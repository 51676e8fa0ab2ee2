//! Whose files: under sudo, without HOME, in the home of somebody else, as root in a container.

use crate::sandbox::{Outcome, Sandbox, world_of};

fn refused(sandbox: &Sandbox, args: &[&str], words: &[&str]) -> Outcome {
    let was = world_of(sandbox);
    let outcome = sandbox.gobs(args);
    assert_eq!(outcome.exit.code(), 2, "{outcome}");
    for words in words {
        assert!(outcome.stderr.contains(words), "no «{words}» in {outcome}");
    }
    assert_eq!(world_of(sandbox), was);
    outcome
}

/// These tests run as root in CI; what sudo sets is what counts.
fn under_sudo() -> Sandbox {
    let mut sandbox = Sandbox::new();
    for (name, value) in [("SUDO_UID", "1000"), ("SUDO_GID", "1000"), ("SUDO_USER", "li")] {
        sandbox.set(name, value);
    }
    sandbox
}

#[test]
fn under_sudo_nothing_is_written_unless_root_is_meant() {
    if !rustix::process::geteuid().is_root() {
        // An ordinary user with SUDO_UID in the environment is not under sudo.
        assert_eq!(under_sudo().gobs(&["init", "--yes", "--offline"]).exit.code(), 0);
        return;
    }
    let mut sandbox = under_sudo();
    // Something for `fix` to repair.
    sandbox.write(".config/go/env", "GOSUMDB=off\n");
    for verb in [&["init", "--yes", "--offline"][..], &["fix", "--yes", "--offline"], &["undo", "--yes"]] {
        refused(&sandbox, verb, &["running under sudo", "run it as li, without sudo", "--root"]);
    }
    // Looking is allowed, and so is root's own account.
    assert!(sandbox.gobs(&["doctor", "--offline"]).exit.code() < 2);
    assert_eq!(sandbox.gobs(&["init", "--dry-run", "--offline"]).exit.code(), 0);
    assert_eq!(sandbox.gobs(&["init", "--yes", "--offline", "--root"]).exit.code(), 0);
    sandbox.set("LANG", "zh_CN.UTF-8");
    refused(&sandbox, &["init", "--yes", "--offline"], &["正在 sudo 下运行", "请以 li 身份直接运行"]);
}

#[test]
fn without_a_home() {
    let mut sandbox = Sandbox::new();
    sandbox.unset("HOME");
    refused(&sandbox, &["init", "--yes", "--offline"], &["HOME is not set", "export HOME="]);
    // The doctor says so and goes on.
    let outcome = sandbox.gobs(&["doctor", "--offline"]);
    assert!(outcome.exit.code() < 2 && outcome.stdout.contains("HOME"), "{outcome}");
}

#[test]
fn a_home_that_is_not_there() {
    let mut sandbox = Sandbox::new();
    sandbox.set("HOME", "/nonexistent/li");
    refused(&sandbox, &["init", "--yes", "--offline"], &["HOME names a directory that does not exist"]);
}

#[test]
fn a_home_of_somebody_else() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let sandbox = Sandbox::new();
    std::os::unix::fs::chown(sandbox.home(), Some(1000), Some(1000)).unwrap();
    refused(&sandbox, &["init", "--yes", "--offline"], &["a directory of uid 1000, and this is uid 0"]);
}
