//! Settings that stop the real go at its first command: gobs finds them, repairs them, and go works again.

use std::process::Output;

use super::text;
use crate::sandbox::Sandbox;

fn machine() -> Sandbox {
    let sandbox = Sandbox::bare();
    for name in ["go", "git", "bash", "zsh", "fish"] {
        sandbox.real(name);
    }
    sandbox
}

fn go(sandbox: &Sandbox) -> Output {
    sandbox.command("go").args(["list", "errors"]).output().unwrap()
}

fn repaired(sandbox: &Sandbox, id: &str) {
    let fixed = sandbox.gobs(&["fix", id, "--offline", "--yes"]);
    assert_eq!(fixed.exit.code(), 0, "{id}: {fixed}");
}

#[test]
fn lines_of_the_env_file() {
    for (line, id, says) in [
        ("GOTOOLCHAIN=bash", "env.gotoolchain", "invalid GOTOOLCHAIN"),
        ("GOTOOLCHAIN=latest", "env.gotoolchain", "invalid GOTOOLCHAIN"),
        ("GOFLAGS=mod=vendor", "env.goflags", "parsing $GOFLAGS"),
        ("GO111MODULE=yes", "env.go111module", "unknown environment setting"),
        ("GOPATH=~/go", "env.gopath", "cannot start with shell metacharacter"),
        ("GOPATH=rel", "env.gopath", "must be absolute path"),
        ("GOROOT=/nonexistent", "go.goroot", "cannot find GOROOT directory"),
    ] {
        let sandbox = machine();
        sandbox.write(".config/go/env", format!("GOPRIVATE=git.corp.example\n{line}\n"));
        let broken = go(&sandbox);
        assert!(!broken.status.success() && text(&broken).contains(says), "{line}: {}", text(&broken));
        repaired(&sandbox, id);
        let works = go(&sandbox);
        assert!(works.status.success(), "{line}: {}", text(&works));
        assert!(sandbox.read(".config/go/env").contains("GOPRIVATE=git.corp.example\n"), "{line}");
    }
}

#[test]
fn lines_of_start_files() {
    for (shell, file, line) in [
        ("bash", ".bashrc", "export GO111MODULE=ON"),
        ("zsh", ".zshrc", "export GOFLAGS='mod=vendor'"),
        ("fish", ".config/fish/config.fish", "set -gx GOTOOLCHAIN latest"),
        ("bash", ".bashrc", "export GOPATH=\"~/go\""),
    ] {
        let mut sandbox = machine();
        sandbox.set("SHELL", format!("/bin/{shell}"));
        sandbox.write(file, format!("# mine\n{line}\n"));
        let go = |sandbox: &Sandbox| {
            let mut command = sandbox.command(shell);
            command.args(["-i", "-c", "go list errors"]).stdin(std::process::Stdio::null());
            command.output().unwrap()
        };
        assert!(!go(&sandbox).status.success(), "{line}");
        repaired(&sandbox, "env");
        let works = go(&sandbox);
        assert!(works.status.success(), "{line}: {}", text(&works));
    }
}
