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
        // A remark behind the value, as in a shell.
        ("GOSUMDB=sum.golang.google.cn # 国内", "env.gosumdb", "gosumdb-malformed"),
        ("GOPROXY=https://goproxy.cn,direct # 国内", "env.goproxy", "goproxy-has-space"),
        ("GOPRIVATE=git.corp.example # 内部", "env.goprivate", "goprivate-malformed"),
        ("GOTOOLCHAIN=local # pinned", "env.gotoolchain", "gotoolchain-invalid"),
        ("GOTOOLCHAIN=go1.22.x", "env.gotoolchain", "gotoolchain-invalid"),
        ("GOTOOLCHAIN=default", "env.gotoolchain", "gotoolchain-invalid"),
        ("GOTOOLCHAIN=go1.26.8+", "env.gotoolchain", "gotoolchain-invalid"),
        ("GOTOOLCHAIN=auto+local", "env.gotoolchain", "gotoolchain-invalid"),
        ("GOPROXY=https:/goproxy.cn,direct", "env.goproxy", "goproxy-config-invalid"),
        ("GOPROXY=https://,direct", "env.goproxy", "goproxy-config-invalid"),
        ("GOPROXY=htttps://goproxy.cn,direct", "env.goproxy", "goproxy-config-invalid"),
        ("GOPROXY=https://goproxy.cn,Direct", "env.goproxy", "goproxy-missing-scheme"),
        ("GOPROXY=https://goproxy.cn:direct", "env.goproxy", "goproxy-config-invalid"),
        ("GOPROXY=`https://goproxy.cn,direct`", "env.goproxy", "goproxy-has-quotes"),
        ("GOPROXY=“https://goproxy.cn,direct”", "env.goproxy", "goproxy-has-quotes"),
        ("GOPROXY=https://goproxy.cn\u{200b},direct", "env.goproxy", "goproxy-has-space"),
        ("GOPROXY=/srv/goproxy", "env.goproxy", "goproxy-config-invalid"),
        ("GOPRIVATE=git.corp.example//team", "env.goprivate", "goprivate-malformed"),
        ("GOPRIVATE=git.corp.example/...", "env.goprivate", "goprivate-malformed"),
        ("GOPRIVATE=git.corp.example\u{200b}", "env.goprivate", "goprivate-malformed"),
        ("GOPRIVATE=git@git.corp.example:team", "env.goprivate", "goprivate-has-scheme"),
        ("GOPRIVATE=github.com", "env.goprivate", "goprivate-too-wide"),
        ("GOINSECURE=git.corp.example:8080", "env.goinsecure", "goprivate-has-scheme"),
        ("GOINSECURE=http://git.corp.example", "env.goinsecure", "goprivate-has-scheme"),
        ("GOINSECURE=a.corp.example, b.corp.example", "env.goinsecure", "goprivate-malformed"),
        ("GOINSECURE=github.com", "env.goinsecure", "goinsecure-too-wide"),
        ("GOFLAGS=-mod vendor", "env.goflags", "goflags-invalid"),
        ("GOFLAGS=-mod=readonlly", "env.goflags", "goflags-invalid"),
        ("GOFLAGS=-tags", "env.goflags", "goflags-invalid"),
        ("GOFLAGS=-trimpath=yes", "env.goflags", "goflags-invalid"),
        ("GOFLAGS=-buildvcs=no", "env.goflags", "goflags-invalid"),
        ("GOVCS=public:git,public:hg", "env.govcs", "govcs-invalid"),
        ("GOAUTH=git /nowhere", "env.goauth", "goauth-invalid"),
        ("GOAUTH=git src", "env.goauth", "goauth-invalid"),
        ("GOAUTH=netrc; corp-login --json", "env.goauth", "goauth-invalid"),
        ("GOARCH=x86_64", "platform.cpu", "unsupported-platform"),
        ("GOARCH=s390x", "platform.cpu", "goarch-foreign"),
        ("GOOS=plan9", "platform.cpu", "goarch-foreign"),
        ("GOPATH=/data/a:more", "env.gopath", "gopath-relative"),
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
        "GOPRIVATE=git.corp.example/",
        "GOPRIVATE=git.corp.example/*,",
        "GOPRIVATE=gitee.com/acme",
        "GOPROXY=https://goproxy.cn||direct",
        "GOPROXY=http://nexus.corp.example:8081/repository/go/",
        "GOPROXY=https://goproxy.cn\u{a0},direct",
        "GOSUMDB=sum.golang.org https://sum.golang.google.cn",
        "GOTOOLCHAIN=path",
        "GOTOOLCHAIN=local+path",
        "GOTOOLCHAIN=go1.26.8-corp",
        "GOTOOLCHAIN=go1.21rc2",
        "GOVCS=*:all",
        "GOFLAGS=-buildvcs=false -trimpath -mod=readonly",
        "GOFLAGS=-tags=netgo,osusergo -p=4",
        "CGO_ENABLED=0",
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
        ("# x\nGOPROXY: https://goproxy.cn,direct\n", "go.envfile", "goenv-line-ignored", 2),
        ("GOPROXY https://goproxy.cn,direct\n", "go.envfile", "goenv-line-ignored", 1),
        ("{\"GOPROXY\": \"https://goproxy.cn\"}\n", "go.envfile", "goenv-line-ignored", 1),
        ("set GOPROXY=https://goproxy.cn,direct\n", "go.envfile", "goenv-line-ignored", 1),
        (
            "AR=ar\n<<<<<<< HEAD\nGOPRIVATE=a.corp.example\n=======\nGOPRIVATE=b.corp.example\n>>>>>>> x\n",
            "go.envfile",
            "goenv-line-ignored",
            2,
        ),
        ("GODEBUG=netdns=go\n", "go.unknown", "goenv-unknown-variable", 1),
        // The last of equal keys counts.
        ("GOSUMDB=sum.golang.google.cn\nGOSUMDB=off\n", "env.gosumdb", "gosumdb-off", 2),
    ] {
        expect(&with_env_file(text), "", &[(id, kind, &format!(".config/go/env:{line}"))]);
    }
    healthy(&with_env_file("GOSUMDB=off\nGOSUMDB=sum.golang.google.cn\n"), "");
    let sandbox = machine();
    let utf16: Vec<u8> = "\u{feff}GOSUMDB=off\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let file = sandbox.write(".config/go/env", utf16);
    expect(&sandbox, "", &[("go.envfile", "goenv-bom", ".config/go/env:1")]);
    // What is to be pasted does it.
    let said = sandbox.gobs(&["doctor", "--offline", "--only", "go.envfile"]).stdout;
    let command = said.split_once("$ ").unwrap().1.lines().next().unwrap();
    let done = sandbox.command("sh").args(["-c", command]).env("PATH", "/usr/bin:/bin").status().unwrap();
    assert!(done.success(), "{command}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "GOSUMDB=off\n");
    for text in
        ["", "\n\n# GOSUMDB=off\n#GOPROXY=x\n", "GOPROXY=https://goproxy.cn,direct\r\n", "goproxy=x\n"]
    {
        healthy(&with_env_file(text), "");
    }
}

/// For one command it is how one cross-compiles; in a file it is in the way of every other.
#[test]
fn a_platform_to_build_for() {
    healthy(&with_var("GOARCH", "s390x"), "");
    let sandbox = machine();
    sandbox.write(".bashrc", "export GOOS=windows\n");
    expect(&sandbox, "", &[("platform.cpu", "goarch-foreign", ".bashrc:1")]);
    let arch = sandbox.world().host.goarch().to_owned();
    healthy(&with_env_file(&format!("GOARCH={arch}\n")), "");
}

#[test]
fn a_file_that_goflags_names() {
    let sandbox = with_env_file("GOFLAGS=-trimpath -modfile=ci.mod\n");
    sandbox.write("p/go.mod", "module corp.example/p\n\ngo 1.22\n");
    expect(&sandbox, "p", &[("env.goflags", "goflags-invalid", ".config/go/env:1")]);
    sandbox.gobs(&[
        "fix",
        "env.goflags",
        "--yes",
        "--offline",
        "-C",
        &sandbox.home().join("p").display().to_string(),
    ]);
    assert_eq!(sandbox.read(".config/go/env"), "GOFLAGS=-trimpath\n");
    sandbox.write(".config/go/env", "GOFLAGS=-modfile=ci.mod\n");
    sandbox.write("p/ci.mod", "module corp.example/p\n\ngo 1.22\n");
    healthy(&sandbox, "p");
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
