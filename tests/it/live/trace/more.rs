//! More scenarios with go as the witness: logins, addresses, versions, releases of go, and what only one of them does.

use std::time::Duration;

use super::super::{HOST, MODULE as LIB, forge, machine, ssh_command, text};
use super::{Witness, traced};
use crate::rig::netns::{self, Net};
use crate::rig::{Ca, GitWeb, Keys, Liar, Lie, Manner, ModuleProxy, Repos, Sshd, go_of};
use crate::sandbox::Sandbox;

/// Tokens and who asks for them: 401, 404, a prompt that nobody sees.
#[test]
fn logins() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let mut w = Witness::default();
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    repos.module("team/dot", "git.corp.example/team/dot.git");
    let (page, dotted) = (format!("{LIB}@v1.0.0"), "git.corp.example/team/dot.git@v1.0.0");
    let (web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    let netrc = sandbox.read(".netrc");
    w.agree("a path with .git", &sandbox, dotted, "", "");
    sandbox.write(".netrc", netrc.replace("t0ken", "wr0ng"));
    w.agree("a wrong token, 404", &sandbox, &page, "go-import-meta-missing", "meta");
    w.agree("a wrong token, 401 of git", &sandbox, dotted, "git-https-auth-rejected", "git");
    std::fs::remove_file(sandbox.home().join(".netrc")).unwrap();
    w.agree("git would ask", &sandbox, dotted, "git-https-no-credentials", "git");
    // A window that asks; here it answers by itself, and then it does not.
    let window = sandbox.bin().join("window");
    Sandbox::program(&window, "#!/bin/sh\ncase $1 in Username*) echo oauth2;; *) echo t0ken;; esac\n");
    sandbox.set("GIT_ASKPASS", window.as_os_str());
    w.agree("GIT_ASKPASS answers", &sandbox, dotted, "", "");
    Sandbox::program(&window, "#!/bin/sh\nsleep infinity\n");
    let (kind, step, _) = traced(&sandbox, dotted);
    assert_eq!((kind.as_str(), step.as_str()), ("git-https-no-credentials", "git"), "a window that waits");
    sandbox.unset("GIT_ASKPASS");
    // GOAUTH=git asks git's own helper, once the page was refused.
    sandbox.write(".gitconfig", "[credential]\n\thelper = store\n");
    sandbox.write(".git-credentials", format!("https://oauth2:t0ken@{HOST}\n"));
    drop(web);
    let web = GitWeb::of(&repos).at("127.0.0.2:443").tls(&ca, &[HOST]).manner(Manner::Password);
    let web = web.account("oauth2", "t0ken").start();
    w.agree("go itself has no login, 401", &sandbox, &page, "go-import-meta-missing", "meta");
    sandbox.set("GOAUTH", format!("git {}", sandbox.home().display()));
    w.agree("GOAUTH=git", &sandbox, &page, "", "");
    sandbox.unset("GOAUTH");
    sandbox.write(".netrc", &netrc);
    std::fs::set_permissions(
        sandbox.home().join(".netrc"),
        std::os::unix::fs::PermissionsExt::from_mode(0o644),
    )
    .unwrap();
    w.agree("a netrc that all may read", &sandbox, &page, "", "");
    sandbox.set("NETRC", "/nonexistent");
    w.agree("NETRC names another file", &sandbox, &page, "go-import-meta-missing", "meta");
    drop(web);
}

/// Where insteadOf stands, and where it leads.
#[test]
fn addresses() {
    netns::inside!(
        Net::new()
            .host(HOST, "127.0.0.2")
            .host("gopkg.in", "127.0.0.3")
            .address("203.0.113.7/32")
            .drops("203.0.113.7", 22)
    );
    let mut w = Witness::default();
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", &format!("{LIB}.git"));
    let module = format!("{LIB}.git@v1.0.0");
    let keys = Keys::new();
    let sshd = Sshd::of(&repos, &[&keys]).at("127.0.0.2:2222").start();
    let mut sandbox = machine();
    sandbox.set("GIT_SSH_COMMAND", ssh_command(&sandbox, &keys, &sshd.known_hosts(Some(HOST))));
    let rule = |base: &str| format!("[url \"{base}\"]\n\tinsteadOf = https://{HOST}/\n");
    sandbox.write(".gitconfig", "[user]\n\tname = Li\n[include]\n\tpath = work.inc\n");
    sandbox.write("work.inc", rule(&format!("ssh://git@{HOST}:2222/")));
    w.agree("a rule in an included file", &sandbox, &module, "", "");
    let told = sandbox.gobs(&["trace", "-v", &module]);
    assert!(told.stdout.contains("work.inc:2"), "{told}");
    assert!(told.stdout.contains("the server took"), "{told}");
    sandbox.write("work.inc", rule(&format!("ssh://git@{HOST}:2223/")));
    w.agree("a wrong port", &sandbox, &module, "ssh-port-blocked", "connect");
    sandbox.write("work.inc", rule(&format!("https://{HOST}:8443/")));
    w.agree("a wrong port of https", &sandbox, &module, "origin-unreachable", "connect");
    sandbox.write("work.inc", rule("htps://git.corp.example/"));
    w.agree("a scheme misspelt", &sandbox, &module, "insteadof-malformed-url", "rewrite");
    sandbox.write("work.inc", rule("ssh://git@203.0.113.7/"));
    assert_eq!(traced(&sandbox, &module).0, "ssh-port-blocked");

    // A key with a passphrase, and nobody at the terminal.
    sandbox.write("work.inc", rule(&format!("ssh://git@{HOST}:2222/")));
    let words = ["-q", "-p", "-P", "", "-N", "correct horse", "-f", &keys.private().display().to_string()];
    assert!(sandbox.command("ssh-keygen").args(words).status().unwrap().success());
    w.agree("a key that is locked", &sandbox, &module, "ssh-publickey-denied", "git");
    let told = sandbox.gobs(&["trace", &module]);
    assert!(told.stdout.contains("ssh-add"), "{told}");

    // gopkg.in is a page like any other, and its majors stand behind a dot.
    repos.module("yaml", "gopkg.in/yaml.v2").tag("v2.4.0");
    let pages = Liar::start("127.0.0.3:443", Some(&ca.leaf(&["gopkg.in"])));
    let web = GitWeb::of(&repos).at("127.0.0.2:443").tls(&ca, &[HOST]).start();
    let tag = format!("<meta name=\"go-import\" content=\"gopkg.in/yaml.v2 git https://{HOST}/yaml\">");
    pages.page("/yaml.v2", 200, tag);
    sandbox.write(".gitconfig", "");
    sandbox.set("SSL_CERT_FILE", ca.pem());
    sandbox.set("GIT_SSL_CAINFO", ca.pem());
    sandbox.set("GOPROXY", "direct");
    sandbox.set("GOSUMDB", "off");
    w.agree("gopkg.in", &sandbox, "gopkg.in/yaml.v2@v2.4.0", "", "");
    w.agree("its newest", &sandbox, "gopkg.in/yaml.v2@latest", "", "");
    w.agree("a major that is not", &sandbox, "gopkg.in/yaml.v2@v3.0.0", "major-version-suffix", "revision");
    drop(web);
}

/// Paths, branches, commits, tags that were moved.
#[test]
fn versions() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let mut w = Witness::default();
    let (ca, repos) = (Ca::new(), Repos::new());
    let lib = repos.module("team/lib", LIB);
    repos.module("team/fork", LIB);
    let two = repos.module("team/two", "git.corp.example/team/two");
    two.commit(&[("go.mod", "module git.corp.example/team/two/v2\n")]);
    two.tag("v2.0.0");
    let mono = repos.module("team/mono", "git.corp.example/team/mono");
    mono.commit(&[
        ("LICENSE", "MIT\n"),
        ("tool/go.mod", "module git.corp.example/team/mono/tool\n\ngo 1.24\n"),
        ("tool/t.go", "package tool\n"),
        ("tool/vendor/a/a.go", "package a\n"),
        ("tool/vendor/modules.txt", "# a\n"),
        ("tool/inner/go.mod", "module git.corp.example/team/mono/tool/inner\n"),
        ("tool/inner/i.go", "package inner\n"),
    ]);
    mono.tag("tool/v0.1.0");
    let (_web, sandbox) = forge(&ca, &repos, Manner::GitLab);
    // `go mod download` takes a fork under its own name, `go get` does not.
    let fork = "git.corp.example/team/fork@v1.0.0";
    let (kind, step, _) = traced(&sandbox, fork);
    assert_eq!((kind.as_str(), step.as_str()), ("module-path-mismatch", "gomod"));
    sandbox.write("go.mod", "module x.example/app\n\ngo 1.21\n");
    let get = sandbox.command("go").args(["get", fork]).output().unwrap();
    assert!(text(&get).contains("module declares its path as: git.corp.example/team/lib"), "{}", text(&get));
    std::fs::remove_file(sandbox.home().join("go.mod")).unwrap();
    w.agree("v2 without /v2", &sandbox, "git.corp.example/team/two@v2.0.0", "major-version-suffix", "gomod");
    w.agree("v2 with it", &sandbox, "git.corp.example/team/two/v2@v2.0.0", "", "");
    let commit = lib.git(&["rev-parse", "main"]);
    w.agree("a whole commit", &sandbox, &format!("{LIB}@{commit}"), "", "");
    w.agree("some of it", &sandbox, &format!("{LIB}@{}", &commit[..12]), "", "");
    assert_eq!(traced(&sandbox, LIB).0, "", "no version");
    w.agree("a beginning", &sandbox, &format!("{LIB}@v1"), "", "");
    w.agree("a beginning of none", &sandbox, &format!("{LIB}@v3"), "unknown-revision", "revision");

    // go.sum has what go took; then the tag is moved.
    for (module, repo) in
        [(format!("{LIB}@v1.0.0"), &lib), ("git.corp.example/team/mono/tool@v0.1.0".to_owned(), &mono)]
    {
        let (path, version) = module.split_once('@').unwrap();
        sandbox.write("go.mod", format!("module x.example/app\n\ngo 1.21\n\nrequire {path} {version}\n"));
        let _ = std::fs::remove_file(sandbox.home().join("go.sum"));
        let tidy = sandbox.command("go").args(["mod", "download", "-modcacherw"]).output().unwrap();
        assert!(tidy.status.success(), "{}", text(&tidy));
        let sum = sandbox.command("go").args(["get", &module]).output().unwrap();
        assert!(sum.status.success(), "{}", text(&sum));
        assert!(sandbox.read("go.sum").contains(version));
        w.agree("as recorded", &sandbox, &module, "", "");
        let told = sandbox.gobs(&["trace", &module]);
        assert!(told.stdout.contains("its content is what go.sum records"), "{told}");
        let below = if path.ends_with("tool") { "tool/more.go" } else { "more.go" };
        repo.commit(&[(below, "package more\n")]);
        repo.tag(if path.ends_with("tool") { "tool/v0.1.0" } else { "v1.0.0" });
        w.agree("a moved tag", &sandbox, &module, "private-retagged", "gosum");
    }
    // With both lines in go.sum nobody asks the checksum database.
    let gone = Liar::http();
    let url = gone.url();
    drop(gone);
    lib.git(&["tag", "v1.1.0", "v1.0.0"]);
    let mut sandbox = sandbox;
    sandbox.write("go.mod", format!("module x.example/app\n\ngo 1.21\n\nrequire {LIB} v1.1.0\n"));
    std::fs::remove_file(sandbox.home().join("go.sum")).unwrap();
    let sum = sandbox.command("go").args(["get", &format!("{LIB}@v1.1.0")]).output().unwrap();
    assert!(sum.status.success(), "{}", text(&sum));
    sandbox.set("GOSUMDB", format!("sum.golang.org {url}"));
    sandbox.set("GONOSUMDB", "none");
    w.agree("go.sum vouches", &sandbox, &format!("{LIB}@v1.1.0"), "", "");
    std::fs::remove_file(sandbox.home().join("go.sum")).unwrap();
    w.agree("nobody vouches", &sandbox, &format!("{LIB}@v1.1.0"), "sumdb-unreachable", "sumdb");
}

/// A real module proxy, its words, and the releases of go that it serves.
#[test]
fn module_proxies() {
    let mut w = Witness::default();
    let repos = Repos::new();
    let lib = repos.module("team/lib", LIB);
    let tree = tempfile::tempdir().unwrap();
    lib.publish(tree.path(), LIB, "v1.0.0");
    let proxy = ModuleProxy::of(tree.path());
    let mut sandbox = machine();
    sandbox.set("GOPRIVATE", "");
    sandbox.set("GOSUMDB", "off");
    sandbox.set("GOPROXY", proxy.url());
    w.agree("a module proxy", &sandbox, &format!("{LIB}@v1.0.0"), "", "");
    w.agree("its newest", &sandbox, &format!("{LIB}@latest"), "", "");
    w.agree("not there", &sandbox, &format!("{LIB}@v1.5.0"), "private-module-sent-to-proxy", "proxy");
    let told = sandbox.gobs(&["trace", &format!("{LIB}@v1.5.0")]);
    assert!(told.stdout.contains("404 Not Found: not found"), "the proxy's own words: {told}");

    let server = Liar::http();
    sandbox.set("GOPROXY", server.url());
    let gone = b"not found: git.corp.example/team/lib@v1.0.0: unrecognized import path".to_vec();
    server.on(
        &format!("/{LIB}/@v/v1.0.0.info"),
        Lie::Answer(410, "Content-Type: text/plain; charset=utf-8", gone),
    );
    w.agree("410 with words", &sandbox, &format!("{LIB}@v1.0.0"), "private-module-sent-to-proxy", "proxy");
    let told = sandbox.gobs(&["trace", &format!("{LIB}@v1.0.0")]);
    assert!(told.stdout.contains("410 Gone: not found: git.corp.example/team/lib"), "{told}");
    sandbox.set("GOPROXY", format!("{},off", server.url()));
    w.agree("and then off", &sandbox, &format!("{LIB}@v1.0.0"), "private-module-sent-to-proxy", "proxy");
    sandbox.set("GOPROXY", server.url().replace("http://", "http://li:s3cret@"));
    w.agree("a password over http", &sandbox, &format!("{LIB}@v1.0.0"), "goproxy-credentials-http", "proxy");

    // Toolchains are verified whatever GOSUMDB says.
    let release = "v0.0.1-go1.99.0.linux-amd64";
    let toolchain = repos.empty("toolchain");
    toolchain.commit(&[("go.mod", "module golang.org/toolchain\n"), ("bin/go", "#!/bin/sh\n")]);
    toolchain.tag(release);
    toolchain.publish(tree.path(), "golang.org/toolchain", release);
    let wanted = format!("golang.org/toolchain@{release}");
    sandbox.set("GOPROXY", format!("file://{}", tree.path().display()));
    w.agree("a toolchain out of a tree", &sandbox, &wanted, "", "");
    sandbox.set("GOPROXY", proxy.url());
    w.agree("a toolchain, GOSUMDB=off", &sandbox, &wanted, "gosumdb-off", "sumdb");
}

/// 1.26 and 1.27 do the same about plain http: the page decides, not the address in it.
#[test]
fn plain_http_and_the_next_go() {
    let next = go_of("1.27.1");
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let mut w = Witness::default();
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let module = format!("{LIB}@v1.0.0");
    let mut sandbox = machine();
    sandbox.set("SSL_CERT_FILE", ca.pem());
    for version in ["1.26", "1.27"] {
        if version == "1.27" {
            sandbox.link("go", &next);
            let output = sandbox.command("go").arg("version").output().unwrap();
            assert!(text(&output).contains("go1.27.1"), "{}", text(&output));
        }
        let plain = GitWeb::of(&repos).at("127.0.0.2:80").start();
        let at = |what: &str| format!("{version}: {what}");
        w.agree(&at("http only"), &sandbox, &module, "plain-http-host", "connect");
        let tls = GitWeb::of(&repos).at("127.0.0.2:443").tls(&ca, &[HOST]);
        let tls = tls.clone_base(&format!("http://{HOST}/")).start();
        w.agree(&at("a safe page that names http"), &sandbox, &module, "", "");
        drop(tls);
        sandbox.set("GOINSECURE", HOST);
        w.agree(&at("GOINSECURE"), &sandbox, &module, "", "");
        sandbox.unset("GOINSECURE");
        let liar = Liar::start("127.0.0.2:443", Some(&ca.leaf(&[HOST])));
        liar.on("/team/lib", Lie::To(format!("http://{HOST}/team/lib?go-get=1")));
        w.agree(&at("led from https to http"), &sandbox, &module, "plain-http-host", "discovery");
        drop((liar, plain));
    }
}

/// A name server that does not answer, beside one that says no.
#[test]
fn names_that_do_not_resolve() {
    netns::inside!(Net::new().dead_dns());
    let mut sandbox = machine();
    sandbox.set("GOPRIVATE", "*.corp.example");
    let (kind, step, _) = traced(&sandbox, &format!("{LIB}@v1.0.0"));
    assert_eq!((kind.as_str(), step.as_str()), ("dns-failure", "dns"));
    // go is still waiting when gobs has long said why.
    let mut go = sandbox.command("go").args(["mod", "download", &format!("{LIB}@v1.0.0")]).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(8));
    assert!(go.try_wait().unwrap().is_none(), "go gave up first");
    go.kill().unwrap();
    go.wait().unwrap();
    assert!(!download_is_there(&sandbox));
}

fn download_is_there(sandbox: &Sandbox) -> bool {
    sandbox.home().join("go/pkg/mod/cache/download").join(LIB).join("@v/v1.0.0.zip").exists()
}

/// Hosts that swallow every packet, from the doctor's side: they are waited for side by side.
#[test]
fn the_doctor_does_not_wait() {
    let hosts: Vec<(String, String)> =
        (7..13).map(|at| (format!("mute{at}.corp.example"), format!("203.0.113.{at}"))).collect();
    netns::inside!(hosts.iter().fold(Net::new(), |net, (name, ip)| {
        net.host(name, ip).address(&format!("{ip}/32")).drops(ip, 443)
    }));
    let mut sandbox = machine();
    sandbox.set("GOPRIVATE", "*.corp.example");
    let requires: String = hosts.iter().map(|(name, _)| format!("\t{name}/a v1.0.0\n")).collect();
    sandbox.write("go.mod", format!("module x.example/app\n\ngo 1.21\n\nrequire (\n{requires})\n"));
    let outcome = sandbox.gobs(&["doctor", "--only", "private"]);
    // One after the other they would take half a minute.
    assert_eq!(outcome.exit.code(), 1, "{outcome}");
    for (host, _) in &hosts {
        assert!(outcome.stdout.contains(host.as_str()), "{outcome}");
    }
    let zh = sandbox.gobs(&["doctor", "--only", "private", "--lang", "zh"]);
    assert!(zh.stdout.contains("申请开通端口"), "{zh}");
}
