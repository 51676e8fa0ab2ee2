//! Settings that make the real go fail: it is seen failing, `gobs fix --yes` repairs them, and go works; `gobs undo` brings
//! back every byte.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::thread;

use super::{HOST, MODULE, ssh_command, text};
use crate::rig::netns::{self, Net};
use crate::rig::{Ca, GitWeb, Keys, Repos, Sshd, must};
use crate::sandbox::{Sandbox, world_of};

/// On a host that is not private: else the leak guard would rightly add it to GOPRIVATE, too.
const LIB: &str = "github.com/gobs-dev/rig-lib";

/// A tree that serves `LIB`, and the go.sum of a project that uses it.
struct Shelf {
    dir: tempfile::TempDir,
    gosum: String,
}

impl Shelf {
    fn new() -> Shelf {
        let (repos, dir) = (Repos::new(), tempfile::tempdir().unwrap());
        repos.module("lib", LIB).publish(dir.path(), LIB, "v1.0.0");
        let mut shelf = Shelf { dir, gosum: String::new() };
        let mut sandbox = shelf.machine(&shelf.healthy());
        // No database knows the module; once it stands in go.sum none is asked.
        sandbox.set("GONOSUMDB", LIB);
        must(go(&sandbox, &["mod", "tidy"]), &["go mod tidy"]);
        shelf.gosum = sandbox.read("p/go.sum");
        shelf
    }

    fn tree(&self) -> String {
        format!("file://{}", self.dir.path().display())
    }

    /// An env file with which all is well. No compiler runs: the package has no dependency on the standard library.
    fn healthy(&self) -> String {
        let tree = self.tree();
        format!("GOFLAGS=-modcacherw\nGOPROXY={tree},off\nGOTOOLCHAIN=local\n")
    }

    /// A project in a home with this env file; nothing in the environment.
    fn machine(&self, env: &str) -> Sandbox {
        let mut sandbox = Sandbox::bare();
        for name in ["go", "git", "ssh"] {
            sandbox.real(name);
        }
        sandbox.set("GIT_CONFIG_NOSYSTEM", "1");
        sandbox.write(".config/go/env", env);
        sandbox.write("p/go.mod", format!("module corp.example/p\n\ngo 1.21\n\nrequire {LIB} v1.0.0\n"));
        sandbox.write("p/go.sum", &self.gosum);
        sandbox.write("p/p.go", format!("package p\n\nimport _ \"{LIB}\"\n"));
        sandbox
    }
}

/// The real go in the project, with a network that fails at once.
fn go(sandbox: &Sandbox, args: &[&str]) -> Output {
    let mut go = sandbox.command("go");
    go.args(args).current_dir(sandbox.home().join("p"));
    go.env("HTTPS_PROXY", "http://127.0.0.1:9").env("HTTP_PROXY", "http://127.0.0.1:9").output().unwrap()
}

fn remove(path: PathBuf) {
    if path.exists() {
        std::fs::remove_dir_all(path).unwrap();
    }
}

/// Only what gobs wrote or found: not go's caches.
fn settings(sandbox: &Sandbox) -> String {
    for dir in ["go", "p/cache", "p/gopath", ".cache", ".config/go/telemetry"] {
        remove(sandbox.home().join(dir));
    }
    world_of(sandbox)
}

fn fixed(sandbox: &Sandbox, name: &str) {
    let dir = sandbox.home().join("p").display().to_string();
    let outcome = sandbox.gobs(&["fix", "--yes", "--offline", "-C", &dir]);
    assert!(outcome.exit.code() < 2 && outcome.stdout.contains("repaired"), "{name}: {outcome}");
}

/// Fails, is repaired, works; is taken back, and fails again as before.
fn repairs(sandbox: &Sandbox, name: &str, build: impl Fn(&Sandbox) -> Output) {
    let was = settings(sandbox);
    let before = build(sandbox);
    assert!(!before.status.success(), "{name}: go does not mind: {}", text(&before));
    remove(sandbox.home().join("go"));
    fixed(sandbox, name);
    let after = build(sandbox);
    let env = sandbox.read(".config/go/env");
    assert!(after.status.success(), "{name}: still fails: {}\nfirst: {}\n{env}", text(&after), text(&before));
    let undone = sandbox.gobs(&["undo", "--yes"]);
    assert_eq!(undone.exit.code(), 0, "{name}: {undone}");
    assert_eq!(settings(sandbox), was, "{name}");
    assert!(!build(sandbox).status.success(), "{name}: works after the undo");
}

#[test]
fn what_breaks_go_in_its_env_file_is_repaired() {
    let shelf = Shelf::new();
    let tree = shelf.tree();
    let healthy = shelf.healthy();
    let proxy = format!("GOPROXY={tree},off");
    let instead = |line: &str, with: &str| {
        assert!(healthy.contains(line), "{line}");
        healthy.replace(line, with)
    };
    let more = |line: &str| format!("{healthy}{line}\n");
    let defects = [
        ("semicolon", instead(&proxy, &format!("GOPROXY={tree};off"))),
        ("space", instead(&proxy, &format!("GOPROXY={tree} off"))),
        ("full-width comma", instead(&proxy, &format!("GOPROXY={tree}，off"))),
        ("quotes", instead(&proxy, &format!("GOPROXY=\"{tree},off\""))),
        ("export", instead(&proxy, &format!("export {proxy}"))),
        ("indent", instead(&proxy, &format!("  {proxy}"))),
        ("byte order mark", format!("\u{feff}{proxy}\n{}", healthy.replace(&format!("{proxy}\n"), ""))),
        ("carriage return", instead("GOTOOLCHAIN=local\n", "GOTOOLCHAIN=local\r\n")),
        ("no flag", instead("GOFLAGS=-modcacherw", "GOFLAGS=-modcacherw oops")),
        ("vendor without vendor", instead("GOFLAGS=-modcacherw", "GOFLAGS=-modcacherw -mod=vendor")),
        ("no -mod of that name", instead("GOFLAGS=-modcacherw", "GOFLAGS=-modcacherw -mod=readonlly")),
        ("a flag without its value", instead("GOFLAGS=-modcacherw", "GOFLAGS=-modcacherw -tags")),
        ("no boolean", instead("GOFLAGS=-modcacherw", "GOFLAGS=-modcacherw -trimpath=yes")),
        ("no such modfile", instead("GOFLAGS=-modcacherw", "GOFLAGS=-modcacherw -modfile=ci.mod")),
        ("flag and value apart", instead("GOFLAGS=-modcacherw", "GOFLAGS=-modcacherw -mod vendor")),
        ("no such platform", more("GOARCH=x86_64")),
        ("backticks", instead(&proxy, &format!("GOPROXY=`{tree},off`"))),
        ("invisible character", instead(&proxy, &format!("GOPROXY={tree}\u{200b},off"))),
        ("remark behind", instead(&proxy, &format!("GOPROXY={tree},off # the tree"))),
        ("colon for =", instead(&proxy, &format!("GOPROXY: {tree},off"))),
        ("capitals", more("GO111MODULE=ON")),
        ("modules off", more("GO111MODULE=off")),
        ("toolchain", instead("GOTOOLCHAIN=local", "GOTOOLCHAIN=latest")),
        ("tilde", more("GOPATH=~/go")),
        ("relative GOPATH", more("GOPATH=gopath")),
        ("relative GOMODCACHE", more("GOMODCACHE=cache")),
        ("relative GOCACHE", more("GOCACHE=cache")),
        ("GOCACHE off", more("GOCACHE=off")),
        ("no GOROOT", more("GOROOT=/usr/local/go1.9")),
    ];
    let build = |sandbox: &Sandbox| go(sandbox, &["build", "./..."]);
    must(build(&shelf.machine(&healthy)), &["a healthy machine does not build"]);
    thread::scope(|scope| {
        for (name, env) in &defects {
            let shelf = &shelf;
            scope.spawn(move || repairs(&shelf.machine(env), name, build));
        }
    });
}

/// A company's forge over https and ssh, a private module, and what stands in the way of fetching it.
#[test]
fn what_breaks_a_private_fetch_is_repaired() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos, keys) = (Ca::new(), Repos::new(), Keys::new());
    repos.module("team/lib", MODULE);
    repos.module("team/plain", &format!("{HOST}/team/plain.git"));
    let _web = GitWeb::of(&repos).at("127.0.0.2:443").tls(&ca, &[HOST]).account("oauth2", "t0ken").start();
    // go tries ssh by itself where https fails, and without a user: such a login is not let in.
    let sshd = Sshd::of(&repos, &[&keys]).line("AllowUsers git").at("127.0.0.2:22").start();
    let machine = |env: &str, gitconfig: &str| {
        let mut sandbox = Sandbox::bare();
        for name in ["go", "git", "ssh"] {
            sandbox.real(name);
        }
        sandbox.set("SSL_CERT_FILE", ca.pem());
        let system = sandbox.root().join("etc/gitconfig");
        std::fs::write(&system, format!("[http]\n\tsslCAInfo = {}\n", ca.pem().display())).unwrap();
        sandbox.set("GIT_CONFIG_SYSTEM", system);
        sandbox.set("GIT_SSH_COMMAND", ssh_command(&sandbox, &keys, &sshd.known_hosts(Some(HOST))));
        let netrc = sandbox.write(".netrc", format!("machine {HOST} login oauth2 password t0ken\n"));
        only_mine(&netrc);
        sandbox
            .write(".config/go/env", format!("GOFLAGS=-modcacherw\nGOPROXY=off\nGOTOOLCHAIN=local\n{env}"));
        sandbox.write(".gitconfig", gitconfig);
        sandbox.write("p/go.mod", "module corp.example/p\n\ngo 1.21\n");
        sandbox
    };
    let private = "GOPRIVATE=git.corp.example\n";
    let fetch = |module: &'static str| {
        move |sandbox: &Sandbox| {
            let version = format!("{module}@v1.0.0");
            let dir = sandbox.home().join("p");
            sandbox.command("go").args(["mod", "download", &version]).current_dir(dir).output().unwrap()
        }
    };
    let plain: &'static str = "git.corp.example/team/plain.git";
    let rule = |base: &str, prefix: &str| format!("[url \"{base}\"]\n\tinsteadOf = {prefix}\n");
    must(fetch(MODULE)(&machine(private, "")), &["a healthy machine does not fetch over https"]);
    let over_ssh = rule(&format!("ssh://git@{HOST}/"), "https://git.corp.example/");
    must(fetch(plain)(&machine(private, &over_ssh)), &["a healthy machine does not fetch over ssh"]);
    let good = "https://git.corp.example/";
    for (name, module, env, gitconfig) in [
        ("scheme in GOPRIVATE", MODULE, "GOPRIVATE=https://git.corp.example\n", String::new()),
        ("port in GOPRIVATE", MODULE, "GOPRIVATE=git.corp.example:443\n", String::new()),
        ("quotes in GOPRIVATE", MODULE, "GOPRIVATE=\"git.corp.example\"\n", String::new()),
        ("GOVCS", MODULE, "GOPRIVATE=git.corp.example\nGOVCS=git\n", String::new()),
        ("GOAUTH", MODULE, "GOPRIVATE=git.corp.example\nGOAUTH=netrc;off\n", String::new()),
        ("no GOAUTH directory", MODULE, "GOPRIVATE=git.corp.example\nGOAUTH=git /nowhere\n", String::new()),
        ("remark behind", MODULE, "GOPRIVATE=git.corp.example # internal\n", String::new()),
        ("double slash", MODULE, "GOPRIVATE=git.corp.example//team\n", String::new()),
        ("boolean misspelt", MODULE, private, "[http]\n\tsslVerify = ture\n".to_owned()),
        ("core value misspelt", MODULE, private, "[core]\n\tautocrlf = inptu\n".to_owned()),
        ("GONOPROXY", MODULE, "GOPRIVATE=git.corp.example\nGONOPROXY=git.other.example\n", String::new()),
        ("authority file", MODULE, private, "[http]\n\tsslCAInfo = /etc/ssl/corp-ca-2019.pem\n".to_owned()),
        ("scheme misspelt", plain, private, rule("htps://git.corp.example/", good)),
        (
            "colon after ssh://",
            plain,
            private,
            rule("ssh://git@git.corp.example:team/", "https://git.corp.example/team/"),
        ),
        ("port without ssh://", plain, private, rule("git@git.corp.example:22/", good)),
    ] {
        repairs(&machine(env, &gitconfig), name, fetch(module));
    }
}

fn only_mine(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
