//! Machines with the wrong go, several of them, or none: distributions, archives, version managers, WSL.

use std::path::PathBuf;

use super::{doctor, expect, healthy, machine};
use crate::sandbox::Sandbox;

/// A Go tree anywhere under the sandbox, not on PATH yet.
fn tree(at: PathBuf, version: &str) -> PathBuf {
    std::fs::create_dir_all(at.join("pkg/tool")).unwrap();
    std::fs::write(at.join("VERSION"), format!("{version}\n")).unwrap();
    let defaults = "GOPROXY=https://proxy.golang.org,direct\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n";
    std::fs::write(at.join("go.env"), defaults).unwrap();
    Sandbox::program(&at.join("bin/go"), "#!/bin/sh\nexit 9\n");
    at
}

/// Puts directories before everything else on PATH.
fn first_on_path(sandbox: &mut Sandbox, dirs: &[PathBuf]) {
    let all: Vec<String> = dirs.iter().chain([&sandbox.bin()]).map(|dir| dir.display().to_string()).collect();
    sandbox.set("PATH", all.join(":"));
}

fn said(sandbox: &Sandbox, project: &str) -> String {
    doctor(sandbox, project, &["--offline", "--only", "go"]).stdout
}

#[test]
fn no_go_at_all() {
    let sandbox = machine();
    std::fs::remove_file(sandbox.bin().join("go")).unwrap();
    std::fs::remove_dir_all(sandbox.root().join("usr/local/go")).unwrap();
    expect(&sandbox, "", &[("go.installed", "go-missing", "-")]);
}

#[test]
fn a_go_that_only_the_next_shell_has() {
    let sandbox = machine();
    std::fs::remove_file(sandbox.bin().join("go")).unwrap();
    let go = sandbox.root().join("usr/local/go/bin");
    // Installed, and nobody put it on PATH.
    expect(&sandbox, "", &[("go.installed", "go-missing", "/usr/local/go/bin/go")]);
    sandbox.write(".bashrc", format!("PATH=~/bin:$PATH\nexport PATH=$PATH:{}\n", go.display()));
    expect(&sandbox, "", &[("go.installed", "go-missing", ".bashrc:2")]);
    let text = said(&sandbox, "");
    assert!(text.contains("open a new terminal (restart the IDE), or here:"), "{text}");
}

#[test]
fn a_start_file_that_puts_an_older_go_first() {
    let mut sandbox = machine();
    let old = tree(sandbox.home().join("sdk/go1.22.0"), "go1.22.0");
    sandbox.set("SHELL", "/usr/bin/fish");
    sandbox
        .write(".config/fish/config.fish", "fish_add_path ~/.local/bin\nfish_add_path ~/sdk/go1.22.0/bin\n");
    expect(&sandbox, "", &[("go.path", "go-shadowed", ".config/fish/config.fish:2")]);
    // The same go by another way, or one behind what is there, changes nothing.
    sandbox.set("SHELL", "/bin/bash");
    let bin = sandbox.root().join("usr/local/go/bin");
    sandbox.write(
        ".bashrc",
        format!("export PATH={}:$PATH\nexport PATH=$PATH:{}/bin\n", bin.display(), old.display()),
    );
    healthy(&sandbox, "");
}

#[test]
fn go_older_than_toolchain_lines() {
    let sandbox = machine();
    sandbox.install_go("/usr/lib/go-1.19", "go1.19.8");
    expect(&sandbox, "", &[("go.version", "go-too-old", "/usr/lib/go-1.19/VERSION:1")]);
}

#[test]
fn the_distribution_s_go_hides_a_newer_one() {
    let mut sandbox = machine();
    let old = tree(sandbox.root().join("usr/lib/go-1.22"), "go1.22.2");
    let link = sandbox.root().join("usr/bin/go");
    std::fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(old.join("bin/go"), &link).unwrap();
    let dir = link.parent().unwrap().to_path_buf();
    first_on_path(&mut sandbox, &[dir]);
    expect(&sandbox, "", &[("go.path", "go-shadowed", "/usr/bin/go")]);
    let text = said(&sandbox, "");
    assert!(text.contains("go1.22.2, the distribution's package"), "{text}");
    assert!(text.contains("go1.26.8 (the archive of go.dev)"), "{text}");
}

#[test]
fn snap_and_an_ide_s_sdk_behind_the_newest_are_a_remark() {
    let mut sandbox = machine();
    let snap = tree(sandbox.root().join("snap/go/1/"), "go1.25.1").join("bin");
    let sdk = tree(sandbox.home().join("go/sdk/go1.24.0"), "go1.24.0").join("bin");
    let newest = sandbox.bin();
    first_on_path(&mut sandbox, &[newest, snap, sdk]);
    healthy(&sandbox, "");
    let text = said(&sandbox, "");
    assert!(
        text.contains("go1.25.1 (snap)") && text.contains("go1.24.0 (an IDE's or golang.org/dl's own)"),
        "{text}"
    );
}

#[test]
fn asdf_chooses_by_tool_versions() {
    let mut sandbox = machine();
    tree(sandbox.home().join(".asdf/installs/golang/1.25.0/go"), "go1.25.0");
    let shims = sandbox.home().join(".asdf/shims");
    Sandbox::program(&shims.join("go"), "#!/bin/sh\nexit 126\n");
    first_on_path(&mut sandbox, &[shims]);
    sandbox.write("p/q/x", "");
    expect(&sandbox, "p/q", &[("go.installed", "go-shim-undecided", ".asdf/shims/go")]);
    sandbox.write("p/.tool-versions", "nodejs 20\ngolang 1.25.0\n");
    healthy(&sandbox, "p/q");
    let text = said(&sandbox, "p/q");
    assert!(text.contains("home/p/.tool-versions\",") && text.contains("golang 1.25.0"), "{text}");
    sandbox.write("p/.tool-versions", "golang 1.99.0\n");
    expect(&sandbox, "p/q", &[("go.installed", "go-shim-undecided", ".asdf/shims/go")]);
}

#[test]
fn mise_chooses_by_its_own_files() {
    let mut sandbox = machine();
    tree(sandbox.home().join(".local/share/mise/installs/go/1.26"), "go1.26.5");
    let shims = sandbox.home().join(".local/share/mise/shims");
    Sandbox::program(&shims.join("go"), "#!/bin/sh\nexit 1\n");
    first_on_path(&mut sandbox, &[shims]);
    sandbox.write(".config/mise/config.toml", "[tools]\nnode = \"20\"\ngo = \"1.26\"\n");
    sandbox.write("p/x", "");
    healthy(&sandbox, "p");
    let text = said(&sandbox, "p");
    assert!(text.contains(".config/mise/config.toml") && text.contains("\"line\": 3"), "{text}");
    sandbox.write("p/mise.toml", "[tools]\ngo = { version = \"1.20\" }\n");
    expect(&sandbox, "p", &[("go.installed", "go-shim-undecided", ".local/share/mise/shims/go")]);
}

#[test]
fn goenv_chooses_by_its_version_file() {
    let mut sandbox = machine();
    tree(sandbox.home().join(".goenv/versions/1.26.3"), "go1.26.3");
    let shims = sandbox.home().join(".goenv/shims");
    Sandbox::program(&shims.join("go"), "#!/bin/sh\nexit 1\n");
    first_on_path(&mut sandbox, &[shims]);
    sandbox.write(".goenv/version", "1.26.3\n");
    healthy(&sandbox, "");
}

#[test]
fn gvm_with_an_older_go() {
    let mut sandbox = machine();
    let gvm = tree(sandbox.home().join(".gvm/gos/go1.22.1"), "go1.22.1");
    sandbox.write(".gvm/environments/default", "export gvm_go_name; gvm_go_name=\"go1.22.1\"\n");
    first_on_path(&mut sandbox, &[gvm.join("bin")]);
    sandbox.set("GOROOT", gvm);
    healthy(&sandbox, "");
    let text = said(&sandbox, "");
    assert!(text.contains(".gvm/environments/default") && text.contains("gvm"), "{text}");
}

#[test]
fn direnv_puts_a_go_on_path() {
    let mut sandbox = machine();
    let own = tree(sandbox.home().join("p/.sdk"), "go1.25.2").join("bin");
    let envrc = sandbox.write("p/.envrc", "# go of the project\nPATH_add .sdk/bin\n");
    first_on_path(&mut sandbox, &[own]);
    sandbox.set("DIRENV_FILE", envrc);
    healthy(&sandbox, "p");
    let text = said(&sandbox, "p");
    assert!(text.contains("PATH_add .sdk/bin") && text.contains("direnv"), "{text}");
}

#[test]
fn wsl_with_the_go_of_windows() {
    let mut sandbox = machine();
    let windows = sandbox.root().join("mnt/c/Program Files/Go/bin");
    Sandbox::program(&windows.join("go.exe"), "MZ");
    first_on_path(&mut sandbox, std::slice::from_ref(&windows));
    // A go of its own comes behind it: nothing wrong, a shell does not run `go.exe` for `go`.
    healthy(&sandbox, "");
    std::fs::remove_file(sandbox.bin().join("go")).unwrap();
    expect(&sandbox, "", &[("go.installed", "go-of-windows", "/mnt/c/Program Files/Go/bin/go.exe")]);
}

#[test]
fn goroot_of_the_last_version() {
    let mut sandbox = machine();
    let old = tree(sandbox.root().join("usr/local/go1.25"), "go1.25.5");
    sandbox.write(".bash_profile", format!("export GOROOT={}\n", old.display()));
    expect(&sandbox, "", &[("go.goroot", "goroot-mismatch", ".bash_profile:1")]);
    sandbox.set("GOROOT", old);
    expect(&sandbox, "", &[("go.goroot", "goroot-mismatch", ".bash_profile:1")]);
}
