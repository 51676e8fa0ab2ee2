//! Machines whose Go variables are wrong, in the go env file and in the process.

use super::{doctor, expect, healthy, machine};
use crate::sandbox::Sandbox;

fn with_env_file(text: &str) -> Sandbox {
    let sandbox = machine();
    sandbox.write(".config/go/env", text);
    sandbox
}

fn with_var(name: &str, value: &str) -> Sandbox {
    let mut sandbox = machine();
    sandbox.set(name, value);
    sandbox
}

/// Every value stands on the second line of the file, below a good one.
#[test]
fn values_that_articles_recommend_in_the_env_file() {
    for (line, id, kind) in [
        (
            "GOSUMDB=sum.golang.org+https://gocenter.io/sumdb/sum.golang.org",
            "env.gosumdb",
            "gosumdb-malformed",
        ),
        ("GOSUMDB=https://sum.golang.google.cn/", "env.gosumdb", "gosumdb-malformed"),
        ("GOSUMDB=sum.golang.google.cn https://sum.golang.google.cn", "env.gosumdb", "gosumdb-malformed"),
        ("GOSUMDB=goproxy.cn", "env.gosumdb", "gosumdb-malformed"),
        (
            "GOSUMDB=gosum.io+ce6e7565+AY5qEHUk/qmHc5btzW45JVoENfazw8LielDsaI+lEbq6",
            "env.gosumdb",
            "sumdb-closed",
        ),
        ("GOSUMDB=off", "env.gosumdb", "gosumdb-off"),
        ("GOSUMDB=OFF", "env.gosumdb", "gosumdb-malformed"),
        ("GOSUMDB=false", "env.gosumdb", "gosumdb-malformed"),
        ("GOSUMDB=", "env.gosumdb", "gosumdb-malformed"),
        ("GOPROXY=https://goproxy.cn;direct", "env.goproxy", "goproxy-bad-separator"),
        ("GOPROXY=https://goproxy.cn，direct", "env.goproxy", "goproxy-bad-separator"),
        ("GOPROXY=https://goproxy.cn direct", "env.goproxy", "goproxy-has-space"),
        ("GOPROXY=https://goproxy.corp.example/go direct", "env.goproxy", "goproxy-has-space"),
        ("GOPROXY=file:///srv/tree off", "env.goproxy", "goproxy-has-space"),
        ("GOPROXY=file:///srv/tree", "proxy.tree", "goproxy-dead"),
        ("GOPROXY=\"https://goproxy.cn,direct\"", "env.goproxy", "goproxy-has-quotes"),
        ("GOPROXY=direct,https://goproxy.cn", "env.goproxy", "goproxy-ignored-elements"),
        ("GOPROXY=", "env.goproxy", "goproxy-config-invalid"),
        ("GOPROXY=http://goproxy.cn", "env.goproxy", "goproxy-plain-http"),
        ("GOPROXY=https://gocenter.io", "env.goproxy", "goproxy-dead"),
        ("GOPROXY=https://athens.azurefd.net,direct", "env.goproxy", "goproxy-dead"),
        ("GOPROXY=http://li:pw12345@goproxy.corp.example", "env.goproxy", "goproxy-credentials-http"),
        ("GOPROXY=https://goproxy.corp.internal|https://goproxy.cn", "env.goproxy", "goproxy-leaks-refused"),
        ("GOPRIVATE=https://git.corp.com", "env.goprivate", "goprivate-has-scheme"),
        ("GOPRIVATE=.corp.com", "env.goprivate", "goprivate-malformed"),
        ("GOPRIVATE=a.com, b.com", "env.goprivate", "goprivate-malformed"),
        ("GOPRIVATE=a.com;b.com", "env.goprivate", "goprivate-malformed"),
        ("GOPRIVATE=git.corp.com:8443", "env.goprivate", "goprivate-has-scheme"),
        ("GOPRIVATE=*", "env.goprivate", "gosumdb-off"),
        ("GOPRIVATE=github.com/*", "env.goprivate", "goprivate-too-wide"),
        ("GONOPROXY=*", "env.gonoproxy", "goprivate-too-wide"),
        ("GONOSUMDB=*", "env.gonosumdb", "gosumdb-off"),
        ("GOINSECURE=*", "env.goinsecure", "goinsecure-too-wide"),
        ("GOFLAGS=-insecure", "env.goflags", "goflags-insecure"),
        ("GOFLAGS=-mod=mod", "env.goflags", "goflags-mod-mod"),
        ("GOFLAGS=mod=vendor", "env.goflags", "goflags-invalid"),
        ("GO111MODULE=off", "env.go111module", "go111module-off"),
        ("GO111MODULE=ON", "env.go111module", "go111module-invalid"),
        ("GOPATH=~/go", "env.gopath", "gopath-relative"),
        ("GOPATH=$HOME/go", "env.gopath", "gopath-relative"),
        ("GOBIN=$GOPATH/bin", "env.dirs", "go-dir-relative"),
        ("GOMODCACHE=mod", "env.dirs", "go-dir-relative"),
        ("GOTMPDIR=tmp", "env.dirs", "go-dir-relative"),
        ("GOCACHE=off", "env.dirs", "gocache-off"),
        ("GOTOOLCHAIN=off", "env.gotoolchain", "gotoolchain-invalid"),
        ("GOTOOLCHAIN=latest", "env.gotoolchain", "gotoolchain-invalid"),
        ("GOTOOLCHAIN=1.22", "env.gotoolchain", "gotoolchain-invalid"),
        ("GOVCS=zz", "env.govcs", "govcs-invalid"),
        ("GOAUTH=off;netrc", "env.goauth", "goauth-invalid"),
        ("GOROOT=/usr/lib/go-1.99", "go.goroot", "goroot-wrong"),
    ] {
        let sandbox = with_env_file(&format!("AR=ar\n{line}\n"));
        expect(&sandbox, "", &[(id, kind, ".config/go/env:2")]);
    }
}

#[test]
fn values_that_are_right_though_they_look_odd() {
    for line in [
        "GOSUMDB=sum.golang.google.cn",
        "GOSUMDB=sum.golang.org https://goproxy.cn/sumdb/sum.golang.org",
        "GOPROXY=goproxy.cn",
        "GOPROXY=https://goproxy.cn, direct",
        "GOPROXY=https://goproxy.cn|https://mirrors.aliyun.com/goproxy/|direct",
        "GOPROXY=off",
        "GOPROXY=direct",
        "GOPRIVATE=*.corp.com,git.corp.com/*",
        "GONOPROXY=none",
        "GOINSECURE=git.corp.com",
        "GOFLAGS=-modcacherw \"-ldflags=-s -w\"",
        "GO111MODULE=on",
        "GO111MODULE=auto",
        "GOPATH=/data/go:/data/more",
        "GOMODCACHE=/data/mod",
        "GOCACHE=/data/cache",
        "GOTOOLCHAIN=go1.26.8+auto",
        "GOVCS=public:git,private:all",
        "GOAUTH=git /",
    ] {
        healthy(&with_env_file(&format!("{line}\n")), "");
    }
}

#[test]
fn env_files_that_do_not_say_what_they_seem_to() {
    let bom = "\u{feff}GOPROXY=https://goproxy.cn,direct\nGOSUMDB=sum.golang.google.cn\n";
    for (text, id, kind, line) in [
        (bom, "go.envfile", "goenv-bom", 1),
        ("AR=ar\nGOPRIVATE=git.corp.example\r\n", "go.envfile", "goenv-crlf", 2),
        ("# x\nexport GOPROXY=https://goproxy.cn\n", "go.envfile", "goenv-line-ignored", 2),
        (" GOPROXY=https://goproxy.cn\n", "go.envfile", "goenv-line-ignored", 1),
        ("GOPROXY = https://goproxy.cn\n", "go.envfile", "goenv-line-ignored", 1),
        ("AR=ar\nGOFLAGS=\n", "go.envfile", "goenv-empty-value", 2),
        ("AR=ar\n\nGONOSUMCHECK=1\n", "go.unknown", "goenv-unknown-variable", 3),
        ("GOPROXIES=https://goproxy.cn\n", "go.unknown", "goenv-unknown-variable", 1),
        ("GO_PROXY=https://goproxy.cn\n", "go.unknown", "goenv-unknown-variable", 1),
    ] {
        expect(&with_env_file(text), "", &[(id, kind, &format!(".config/go/env:{line}"))]);
    }
    for text in
        ["", "\n\n# GOSUMDB=off\n#GOPROXY=x\n", "GOPROXY=https://goproxy.cn,direct\r\n", "goproxy=x\n"]
    {
        healthy(&with_env_file(text), "");
    }
}

#[test]
fn two_defects_in_two_places() {
    let sandbox = with_env_file("GOPROXY=https://goproxy.cn;direct\nGOSUMDB=off\n");
    sandbox.write(".bashrc", "export GO111MODULE=off\nexport GOFLAGS=-insecure\n");
    expect(
        &sandbox,
        "",
        &[
            ("env.goproxy", "goproxy-bad-separator", ".config/go/env:1"),
            ("env.gosumdb", "gosumdb-off", ".config/go/env:2"),
            ("env.go111module", "go111module-off", ".bashrc:1"),
            ("env.goflags", "goflags-insecure", ".bashrc:2"),
        ],
    );
}

#[test]
fn variables_of_the_process() {
    for (name, value, id, kind) in [
        ("GOPROXY", "'https://goproxy.cn'", "env.goproxy", "goproxy-has-quotes"),
        ("GOSUMDB", "off", "env.gosumdb", "gosumdb-off"),
        ("GODEBUG", "netdns=go,tlsrsakex=1", "env.godebug", "godebug-weakens"),
        ("GOENV", ".goenv", "env.goenv", "goenv-relative"),
        ("GOPATH", "go", "env.gopath", "gopath-relative"),
        ("GOROOT", "/opt/go", "go.goroot", "goroot-wrong"),
    ] {
        expect(&with_var(name, value), "", &[(id, kind, &format!("${name}"))]);
    }
    healthy(&with_var("GODEBUG", "netdns=go,http2client=0"), "");
    // A line in the env file has no effect: go reads GODEBUG from the process alone.
    healthy(&with_env_file("GOFLAGS=-trimpath\n"), "");
}

#[test]
fn gonoproxy_that_replaces_goprivate() {
    let sandbox = with_env_file("GONOPROXY=github.com/me\nGOPRIVATE=git.corp.example\n");
    expect(&sandbox, "", &[("env.gonoproxy", "gonoproxy-replaces-goprivate", ".config/go/env:1")]);
    let sandbox = with_env_file("GONOSUMDB=github.com/me\nGOPRIVATE=git.corp.example\n");
    expect(&sandbox, "", &[("env.gonosumdb", "gonosumdb-replaces-goprivate", ".config/go/env:1")]);
}

#[test]
fn goenv_that_leaves_the_file_unread() {
    let mut sandbox = with_env_file("GOPROXY=https://goproxy.cn,direct\n");
    sandbox.set("GOENV", "off");
    sandbox.write(".profile", "export GOENV=off\n");
    expect(&sandbox, "", &[("env.goenv", "goenv-ignored", ".profile:1")]);
}

#[test]
fn gopath_is_the_go_tree() {
    let sandbox = machine();
    let tree = sandbox.root().join("usr/local/go");
    sandbox.write(".zprofile", format!("export GOPATH={}\n", tree.display()));
    healthy(&sandbox, "");
    let mut sandbox = sandbox;
    sandbox.set("SHELL", "/bin/zsh");
    expect(&sandbox, "", &[("env.gopath", "gopath-is-goroot", ".zprofile:1")]);
}

#[test]
fn a_docker_stage_without_home() {
    let mut sandbox = machine();
    sandbox.write_system("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
    sandbox.unset("HOME");
    expect(
        &sandbox,
        "",
        &[("cache.dirs", "cache-dir-unusable", "$HOME"), ("cache.dirs", "cache-dir-unusable", "$HOME")],
    );
    let said = doctor(&sandbox, "", &["--offline"]).stdout;
    assert!(said.contains("\"command\": \"export HOME=/root\""), "{said}");
    for (name, dir) in [("GOCACHE", "cache/build"), ("GOPATH", "cache/go")] {
        let dir = sandbox.base().join(dir);
        sandbox.set(name, dir);
    }
    healthy(&sandbox, "");
}

#[test]
fn a_user_in_sudo() {
    let mut sandbox = machine();
    std::os::unix::fs::chown(sandbox.home(), Some(4242), Some(4242)).unwrap();
    sandbox.set("SUDO_UID", "4242");
    sandbox.set("SUDO_USER", "li");
    expect(&sandbox, "", &[("env.home", "home-of-another", "$HOME")]);
    let said = doctor(&sandbox, "", &["--offline"]).stdout;
    assert!(said.contains("running under sudo"), "{said}");
}

#[test]
fn a_fifo_or_a_directory_in_place_of_a_file() {
    let sandbox = machine();
    let path = sandbox.home().join(".bashrc");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    std::fs::create_dir_all(sandbox.home().join(".config/go/env")).unwrap();
    expect(
        &sandbox,
        "",
        &[
            ("env.startfiles", "shell-file-unreadable", ".bashrc"),
            ("go.envfile", "goenv-unreadable", ".config/go/env"),
        ],
    );
}

#[test]
fn ten_thousand_entries_on_path() {
    let mut sandbox = machine();
    let path: Vec<String> =
        (0..10_000).map(|n| format!("/none/{n}")).chain([sandbox.bin().display().to_string()]).collect();
    sandbox.set("PATH", path.join(":"));
    healthy(&sandbox, "");
}
