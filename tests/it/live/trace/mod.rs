//! `gobs trace` with go as the witness: both succeed or both fail, and gobs says at which step and why.

mod cures;
mod more;
mod names;
mod rows;

use std::path::Path;

use super::{HOST, MODULE as LIB, download, forge, machine, ssh_command, text};
use crate::rig::netns::{self, Net};
use crate::rig::{Ca, GitWeb, HttpProxy, Keys, Liar, Lie, Manner, Repos, Sshd};
use crate::sandbox::Sandbox;

/// What gobs says: the kind of the cause, the step where it ends; both empty where go would succeed.
fn traced(sandbox: &Sandbox, module: &str) -> (String, String, String) {
    let outcome = sandbox.gobs(&["trace", "--format", "json", module]);
    for secret in ["t0ken", "wr0ng", "b2F1dGgyOnQwa2Vu"] {
        assert!(
            !outcome.to_string().replace(&outcome.tree, "").contains(secret),
            "{secret} is shown: {outcome}"
        );
    }
    let report: serde_json::Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|err| panic!("{module}: {err}\n{outcome}"));
    let trace = &report["trace"];
    assert_eq!(trace["outcome"], if outcome.exit.code() == 0 { "arrives" } else { "fails" }, "{outcome}");
    let kind = if outcome.exit.code() == 0 {
        ""
    } else {
        report["checks"][0]["findings"][0]["kind"].as_str().unwrap()
    };
    let end = trace["ends_at"].as_u64().map(|at| &trace["hops"][usize::try_from(at).unwrap()]);
    let step = end.map_or("", |hop| hop["step"].as_str().unwrap());
    (kind.to_owned(), step.to_owned(), outcome.stdout)
}

/// go and gobs side by side; what they disagree about is told at the end, all of it.
#[derive(Default)]
struct Witness {
    wrong: Vec<String>,
    seen: usize,
}

impl Witness {
    /// gobs says this, and go agrees about success.
    fn agree(&mut self, what: &str, sandbox: &Sandbox, module: &str, kind: &str, step: &str) {
        let (said, at, report) = traced(sandbox, module);
        let cache = sandbox.home().join("go");
        let _ = std::fs::remove_dir_all(&cache);
        let output = download(sandbox, module);
        let _ = std::fs::remove_dir_all(&cache);
        self.seen += 1;
        if (said.as_str(), at.as_str()) != (kind, step) || output.status.success() != kind.is_empty() {
            let told = text(&output);
            let hops: Vec<&str> = report.lines().filter(|line| line.contains("\"en\"")).collect();
            let hops = hops.join("\n");
            self.wrong.push(format!("{what}: {said} at {at}, not {kind} at {step}\n{hops}\n--- go\n{told}"));
        }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n=====\n"));
            assert!(self.seen > 0);
        }
    }
}

#[test]
fn a_forge_over_https() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2").host("other.corp.example", "127.0.0.2"));
    let mut w = Witness::default();
    let (ca, repos) = (Ca::new(), Repos::new());
    let lib = repos.module("team/lib", LIB);
    lib.git(&["tag", "nonsense", "main"]);
    let two = repos.module("team/two", "git.corp.example/team/two/v2");
    two.tag("v2.0.0");
    let old = repos.module("team/old", "git.corp.example/team/old");
    old.tag("v2.0.0");
    let deep = "git.corp.example/team/sub/deep";
    repos.module("team/sub/deep", deep);
    let mono = repos.module("team/mono", "git.corp.example/team/mono");
    mono.commit(&[
        ("tool/go.mod", "module git.corp.example/team/mono/tool\n"),
        ("tool/t.go", "package tool\n"),
    ]);
    mono.tag("tool/v0.1.0");
    let commit = mono.git(&["rev-parse", "main"]);
    let (web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    let at = |module: &str, version: &str| format!("{module}@{version}");

    w.agree("all is well", &sandbox, &at(LIB, "v1.0.0"), "", "");
    w.agree("a subgroup, signed in", &sandbox, &at(deep, "v1.0.0"), "", "");
    w.agree("no such tag", &sandbox, &at(LIB, "v1.9.0"), "unknown-revision", "revision");
    w.agree("no such branch", &sandbox, &at(LIB, "master"), "unknown-revision", "revision");
    w.agree("a branch", &sandbox, &at(LIB, "main"), "", "");
    w.agree("the newest", &sandbox, &at(LIB, "latest"), "", "");
    w.agree("a submodule", &sandbox, &at("git.corp.example/team/mono/tool", "v0.1.0"), "", "");
    w.agree(
        "no submodule tag",
        &sandbox,
        &at("git.corp.example/team/mono/tool", "v0.2.0"),
        "unknown-revision",
        "revision",
    );
    w.agree("/v2 by its path", &sandbox, &at("git.corp.example/team/two/v2", "v2.0.0"), "", "");
    w.agree(
        "/v2 without it",
        &sandbox,
        &at("git.corp.example/team/two", "v1.0.0"),
        "major-version-suffix",
        "gomod",
    );
    w.agree(
        "/v2 of one that has none",
        &sandbox,
        &at("git.corp.example/team/old/v2", "v2.0.0"),
        "major-version-suffix",
        "gomod",
    );
    w.agree(
        "no such project",
        &sandbox,
        &at("git.corp.example/team/none", "v1.0.0"),
        "git-repo-not-found",
        "git",
    );
    let pseudo = format!("v0.0.0-20250615150641-{}", &commit[..12]);
    w.agree("a pseudo-version", &sandbox, &at("git.corp.example/team/mono/tool", &pseudo), "", "");
    let wrong = format!("v0.0.0-20250615150650-{}", &commit[..12]);
    w.agree(
        "its time is wrong",
        &sandbox,
        &at("git.corp.example/team/mono/tool", &wrong),
        "invalid-version",
        "revision",
    );
    let gone = "v0.0.0-20250615150641-0123456789ab";
    w.agree(
        "a commit that is gone",
        &sandbox,
        &at("git.corp.example/team/mono/tool", gone),
        "unknown-revision",
        "revision",
    );
    w.agree(
        "the path with .git",
        &sandbox,
        &at("git.corp.example/team/lib.git", "v9.0.0"),
        "unknown-revision",
        "revision",
    );

    sandbox.set("GOVCS", "private:hg");
    w.agree("GOVCS", &sandbox, &at(LIB, "v1.0.0"), "govcs-invalid", "govcs");
    sandbox.unset("GOVCS");
    sandbox.set("GIT_SSL_CAINFO", "/etc/ssl/certs/ca-certificates.crt");
    w.agree("git does not know the CA", &sandbox, &at(LIB, "v1.0.0"), "tls-unknown-authority", "git");
    sandbox.set("GIT_SSL_CAINFO", ca.pem());
    sandbox.set("SSL_CERT_FILE", "/dev/null");
    w.agree("go does not know the CA", &sandbox, &at(LIB, "v1.0.0"), "tls-unknown-authority", "tls");
    sandbox.set("SSL_CERT_FILE", ca.pem());
    sandbox.set("GOPRIVATE", "*.corp.example");
    w.agree(
        "another name",
        &sandbox,
        &at("other.corp.example/team/lib", "v1.0.0"),
        "tls-name-mismatch",
        "tls",
    );
    w.agree("no such host", &sandbox, &at("gone.corp.example/team/lib", "v1.0.0"), "dns-failure", "dns");
    sandbox.set("GOPRIVATE", HOST);

    let netrc = sandbox.read(".netrc");
    sandbox.write(".netrc", netrc.replace("t0ken", "wr0ng"));
    w.agree("a wrong token", &sandbox, &at(LIB, "v1.0.0"), "go-import-meta-missing", "meta");
    sandbox.write(".netrc", format!("machine {HOST} login oauth2\n"));
    w.agree("netrc without password", &sandbox, &at(LIB, "v1.0.0"), "netrc-malformed", "git");
    sandbox.write(".netrc", netrc.replace(HOST, "git.corp.exmaple"));
    w.agree("netrc for another host", &sandbox, &at(LIB, "v1.0.0"), "netrc-wrong-host", "git");
    std::fs::remove_file(sandbox.home().join(".netrc")).unwrap();
    w.agree("nobody is signed in", &sandbox, &at(LIB, "v1.0.0"), "git-https-no-credentials", "git");
    w.agree("a subgroup, not signed in", &sandbox, &at(deep, "v1.0.0"), "gitlab-subgroup-path", "git");
    sandbox.write(".gitconfig", "[credential]\n\thelper = \"!f() { sleep infinity; }; f\"\n");
    let (kind, step, _) = traced(&sandbox, &at(LIB, "v1.0.0"));
    assert_eq!((kind.as_str(), step.as_str()), ("git-https-no-credentials", "git"), "a helper that hangs");
    std::fs::remove_file(sandbox.home().join(".gitconfig")).unwrap();
    sandbox.write(".netrc", netrc);

    // What go sends itself, by each of its methods.
    let netrc = sandbox.read(".netrc");
    sandbox.set("GOAUTH", "off");
    w.agree("GOAUTH=off in a subgroup", &sandbox, &at(deep, "v1.0.0"), "gitlab-subgroup-path", "git");
    sandbox.write(".gitconfig", "[credential]\n\thelper = store\n");
    sandbox.write(".git-credentials", format!("https://oauth2:t0ken@{HOST}\n"));
    std::fs::remove_file(sandbox.home().join(".netrc")).unwrap();
    sandbox.unset("GOAUTH");
    w.agree("git has a login, go has none", &sandbox, &at(deep, "v1.0.0"), "gitlab-subgroup-path", "git");
    let command = sandbox.bin().join("goauth");
    Sandbox::program(
        &command,
        &format!("#!/bin/sh\nprintf 'https://{HOST}\\n\\nAuthorization: Basic b2F1dGgyOnQwa2Vu\\n\\n'\n"),
    );
    sandbox.set("GOAUTH", command.as_os_str());
    w.agree("GOAUTH with a command", &sandbox, &at(deep, "v1.0.0"), "", "");
    sandbox.unset("GOAUTH");
    sandbox.write(".netrc", netrc);

    let real = std::fs::read_link(sandbox.bin().join("git")).unwrap();
    std::fs::remove_file(sandbox.bin().join("git")).unwrap();
    let old = format!(
        "#!/bin/sh\nfor a; do [ \"$a\" = --end-of-options ] && {{ echo \"error: unknown option \\`end-of-options'\" >&2; exit 129; }}; done\nexec {} \"$@\"\n",
        real.display()
    );
    Sandbox::program(&sandbox.bin().join("git"), &old);
    w.agree("a git of old", &sandbox, &at(LIB, "v1.0.0"), "git-too-old", "git");
    std::fs::remove_file(sandbox.bin().join("git")).unwrap();
    w.agree("no git", &sandbox, &at(LIB, "v1.0.0"), "vcs-tool-missing", "git");
    drop(web);
}

#[test]
fn forges_that_know_nothing_of_go() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2").host("other.corp.example", "127.0.0.2"));
    let mut w = Witness::default();
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let module = format!("{LIB}@v1.0.0");
    for (manner, kind) in [
        (Manner::SignIn, "go-import-meta-missing"),
        (Manner::Password, "go-import-meta-missing"),
        (Manner::Gitea, "git-https-no-credentials"),
        (Manner::Nothing, "go-import-meta-missing"),
    ] {
        let (_web, sandbox) = forge(&ca, &repos, manner);
        std::fs::remove_file(sandbox.home().join(".netrc")).unwrap();
        let step = if kind == "go-import-meta-missing" { "meta" } else { "git" };
        w.agree(&format!("{manner:?}"), &sandbox, &module, kind, step);
    }
    let expired = GitWeb::of(&repos).at("127.0.0.2:443").certificate(ca.expired(&[HOST])).start();
    let mut sandbox = machine();
    sandbox.set("SSL_CERT_FILE", ca.pem());
    w.agree("an expired certificate", &sandbox, &module, "tls-cert-expired-or-clock", "tls");
    drop(expired);
    let own = ca.own(HOST);
    let web = GitWeb::of(&repos).at("127.0.0.2:443").certificate(own.clone()).start();
    w.agree("a server that is its own authority", &sandbox, &module, "tls-unknown-authority", "tls");
    sandbox.set("SSL_CERT_FILE", &own.cert);
    sandbox.set("GIT_SSL_CAINFO", &own.cert);
    w.agree("and stands among the roots", &sandbox, &module, "", "");
    sandbox.set("GOPRIVATE", "*.corp.example");
    let other = "other.corp.example/team/lib@v1.0.0";
    w.agree("and is asked for by another name", &sandbox, other, "tls-name-mismatch", "tls");
    drop(web);
    // `openssl req -x509` and `-extensions v3_ca` make servers' certificates that could sign others.
    for (purpose, roots, kind) in [
        ("serverAuth", ca.pem(), ""),
        ("clientAuth", ca.pem(), "origin-unreachable"),
        ("serverAuth", own.cert.clone(), "tls-unknown-authority"),
    ] {
        let web = GitWeb::of(&repos).at("127.0.0.2:443").certificate(ca.authority(&[HOST], purpose)).start();
        let mut sandbox = machine();
        sandbox.set("SSL_CERT_FILE", &roots);
        sandbox.set("GIT_SSL_CAINFO", &roots);
        let step = if kind.is_empty() { "" } else { "tls" };
        w.agree(&format!("a CA as a server, {purpose}"), &sandbox, &module, kind, step);
        drop(web);
    }
    w.agree("nobody listens", &sandbox, &module, "origin-unreachable", "connect");
}

/// What 1.26 does with plain http, page by page.
#[test]
fn a_forge_without_tls() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let mut w = Witness::default();
    let repos = Repos::new();
    repos.module("team/lib", LIB);
    let _web = GitWeb::of(&repos).at("127.0.0.2:80").start();
    let module = format!("{LIB}@v1.0.0");
    let mut sandbox = machine();
    w.agree("http only", &sandbox, &module, "plain-http-host", "connect");
    sandbox.set("GOINSECURE", "https://git.corp.example");
    w.agree("GOINSECURE with a scheme", &sandbox, &module, "plain-http-host", "connect");
    sandbox.set("GOINSECURE", HOST);
    w.agree("http only, and GOINSECURE", &sandbox, &module, "", "");
    // A page over https whose tag names http.
    let (ca, repos) = (Ca::new(), repos);
    let _tls = GitWeb::of(&repos)
        .at("127.0.0.2:443")
        .tls(&ca, &[HOST])
        .clone_base(&format!("http://{HOST}/"))
        .start();
    sandbox.set("SSL_CERT_FILE", ca.pem());
    sandbox.unset("GOINSECURE");
    w.agree("an http root in the tag", &sandbox, &module, "", "");
}

#[test]
fn over_ssh() {
    let mut w = Witness::default();
    let repos = Repos::new();
    repos.module("team/lib", &format!("{LIB}.git"));
    let (keys, strangers) = (Keys::new(), Keys::new());
    let sshd = Sshd::of(&repos, &[&keys]).start();
    let module = format!("{LIB}.git@v1.0.0");
    let mut sandbox = machine();
    sandbox.write(".gitconfig", format!("[url \"{}\"]\n\tinsteadOf = https://{HOST}/\n", sshd.url()));
    let ours = sshd.known_hosts(None);
    let command = ssh_command(&sandbox, &keys, &ours);
    sandbox.set("GIT_SSH_COMMAND", &command);
    w.agree("all is well", &sandbox, &module, "", "");
    w.agree(
        "no such project",
        &sandbox,
        &format!("{HOST}/team/none.git@v1.0.0"),
        "git-repo-not-found",
        "git",
    );
    let theirs = Sshd::of(&repos, &[&keys]).start();
    let swapped = theirs.known_hosts(None).replace(&theirs.port().to_string(), &sshd.port().to_string());
    let refused = ssh_command(&sandbox, &strangers, &ours);
    sandbox.set("GIT_SSH_COMMAND", refused);
    w.agree("the key is not welcome", &sandbox, &module, "ssh-publickey-denied", "git");
    let changed = ssh_command(&sandbox, &keys, &swapped);
    sandbox.set("GIT_SSH_COMMAND", changed);
    w.agree("the host key changed", &sandbox, &module, "ssh-hostkey-changed", "git");
    let unknown = ssh_command(&sandbox, &keys, "");
    sandbox.set("GIT_SSH_COMMAND", unknown);
    w.agree("the host key is unknown", &sandbox, &module, "ssh-hostkey-unknown", "git");
    sandbox.write(".ssh/known_hosts", &ours);
    sandbox.set("GIT_SSH_COMMAND", command);
    drop(sshd);
    w.agree("nobody listens", &sandbox, &module, "ssh-port-blocked", "connect");
    sandbox.write(
        ".gitconfig",
        format!("[url \"ssh://git@{HOST}:team/\"]\n\tinsteadOf = https://{HOST}/team/\n"),
    );
    w.agree("a port that is a path", &sandbox, &module, "insteadof-malformed-url", "rewrite");
}

#[test]
fn proxies_and_databases() {
    let mut w = Witness::default();
    let repos = Repos::new();
    let lib = repos.module("team/lib", LIB);
    let tree = tempfile::tempdir().unwrap();
    lib.publish(tree.path(), LIB, "v1.0.0");
    let module = format!("{LIB}@v1.0.0");
    let mut sandbox = machine();
    sandbox.set("GOPRIVATE", "");
    sandbox.set("GOSUMDB", "off");
    w.agree("GOPROXY=off", &sandbox, &module, "goproxy-off", "proxy");
    let files = format!("file://{}", tree.path().display());
    sandbox.set("GOPROXY", &files);
    w.agree("a tree of files", &sandbox, &module, "", "");
    w.agree("not in the tree", &sandbox, &format!("{LIB}@v1.2.0"), "private-module-sent-to-proxy", "proxy");
    sandbox.set("GOPRIVATE", "https://git.corp.example");
    w.agree("a pattern with a scheme", &sandbox, &format!("{LIB}@v1.2.0"), "goprivate-has-scheme", "proxy");
    sandbox.set("GOPRIVATE", "git.corp.example ");
    w.agree(
        "a pattern with a space",
        &sandbox,
        &format!("{LIB}@v1.2.0"),
        "goprivate-does-not-cover-host",
        "proxy",
    );
    sandbox.set("GOPRIVATE", "");

    let server = Liar::http();
    let at = |what: &str| format!("/{LIB}/@v/{what}");
    let serve = |server: &Liar| {
        for what in ["list", "v1.0.0.info", "v1.0.0.mod", "v1.0.0.zip"] {
            let body = std::fs::read(tree.path().join(LIB).join("@v").join(what)).unwrap();
            server.on(&at(what), Lie::Answer(200, "", body));
        }
    };
    serve(&server);
    sandbox.set("GOPROXY", server.url());
    w.agree("a server", &sandbox, &module, "", "");
    for (status, kind) in [
        (401, "goproxy-auth-denied"),
        (403, "goproxy-auth-denied"),
        (404, "private-module-sent-to-proxy"),
        (410, "private-module-sent-to-proxy"),
        (429, "goproxy-server-error"),
        (502, "goproxy-server-error"),
    ] {
        server.on(&at("v1.0.0.info"), Lie::Answer(status, "Content-Type: text/plain", b"no\n".to_vec()));
        sandbox.set("GOPROXY", server.url());
        w.agree(&status.to_string(), &sandbox, &module, kind, "proxy");
        sandbox.set("GOPROXY", format!("{},{files}", server.url()));
        let next = if matches!(status, 404 | 410) { ("", "") } else { (kind, "proxy") };
        w.agree(&format!("{status}, then a tree"), &sandbox, &module, next.0, next.1);
        sandbox.set("GOPROXY", format!("{}|{files}", server.url()));
        w.agree(&format!("{status} | a tree"), &sandbox, &module, "", "");
    }
    sandbox.set("GOPROXY", server.url());
    for (lie, kind) in [
        (Lie::Answer(200, "", b"<html><title>Sign in</title></html>".to_vec()), "gateway-interference"),
        (Lie::Answer(200, "", b"{\"Version\":\"v1.0.1\"}".to_vec()), "goproxy-server-error"),
        (Lie::Round, "gateway-interference"),
        (Lie::Reset, "goproxy-unreachable"),
        (Lie::Cut(100, b"{}".to_vec()), "goproxy-unreachable"),
    ] {
        server.on(&at("v1.0.0.info"), lie.clone());
        w.agree(&format!("{lie:?}"), &sandbox, &module, kind, "proxy");
    }
    serve(&server);
    let database = Liar::http();
    sandbox.set("GOSUMDB", format!("sum.golang.org {}", database.url()));
    w.agree("the database knows nothing", &sandbox, &module, "private-module-sent-to-sumdb", "sumdb");
    database.on("*", Lie::Answer(500, "", Vec::new()));
    w.agree("the database fails", &sandbox, &module, "sumdb-unreachable", "sumdb");
    sandbox.set("GOSUMDB", "sum.golang.org");
    server.on("/sumdb/sum.golang.org/supported", Lie::Answer(502, "", Vec::new()));
    w.agree("the relay fails", &sandbox, &module, "goproxy-server-error", "sumdb");
    sandbox.set("GOSUMDB", "on");
    w.agree("a GOSUMDB that is none", &sandbox, &module, "gosumdb-malformed", "sumdb");
    sandbox.set("GOSUMDB", "off");
    for (value, kind) in [
        ("ftp://x", "goproxy-config-invalid"),
        ("nowhere", "goproxy-missing-scheme"),
        ("https://goproxy.cn direct", "goproxy-has-space"),
    ] {
        sandbox.set("GOPROXY", value);
        w.agree(value, &sandbox, &module, kind, "proxy");
    }
    let url = server.url();
    drop(server);
    sandbox.set("GOPROXY", url);
    w.agree("nobody listens", &sandbox, &module, "goproxy-unreachable", "proxy");
}

#[test]
fn through_an_http_proxy() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let mut w = Witness::default();
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let module = format!("{LIB}@v1.0.0");
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    let open = HttpProxy::open();
    sandbox.set("HTTPS_PROXY", open.url());
    w.agree("an open proxy", &sandbox, &module, "", "");
    let guarded = HttpProxy::guarded("li", "secret");
    sandbox.set("HTTPS_PROXY", guarded.url());
    w.agree("a proxy that wants a password", &sandbox, &module, "http-proxy-auth", "discovery");
    sandbox.set("HTTPS_PROXY", "http://127.0.0.1:9");
    w.agree("a dead proxy", &sandbox, &module, "no-proxy-misses-private-host", "connect");
    sandbox.set("NO_PROXY", ".corp.example");
    w.agree("a dead proxy, bypassed", &sandbox, &module, "", "");
}

/// go waits for minutes; gobs does not.
#[test]
fn a_host_that_never_answers() {
    netns::inside!(
        Net::new()
            .host(HOST, "203.0.113.7")
            .host("mute.corp.example", "127.0.0.2")
            .address("203.0.113.7/32")
            .drops("203.0.113.7", 443)
    );
    let mut sandbox = machine();
    sandbox.set("GOPRIVATE", "*.corp.example");
    let (kind, step, _) = traced(&sandbox, &format!("{LIB}@v1.0.0"));
    assert_eq!((kind.as_str(), step.as_str()), ("origin-unreachable", "connect"));
    let ca = Ca::new();
    let mute = Liar::start("127.0.0.2:443", Some(&ca.leaf(&["mute.corp.example"])));
    mute.on("*", Lie::Hang);
    sandbox.set("SSL_CERT_FILE", ca.pem());
    let (kind, step, _) = traced(&sandbox, "mute.corp.example/a@v1.0.0");
    assert_eq!((kind.as_str(), step.as_str()), ("origin-unreachable", "discovery"));
}

/// Pages that no honest server sends: bounded, escaped, told.
#[test]
fn hostile_servers() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let mut w = Witness::default();
    let ca = Ca::new();
    let liar = Liar::start("127.0.0.2:443", Some(&ca.leaf(&[HOST])));
    let mut sandbox = machine();
    sandbox.set("SSL_CERT_FILE", ca.pem());
    let module = format!("{LIB}@v1.0.0");
    let tag =
        |content: &str| format!("<html><head><meta name=\"go-import\" content=\"{content}\"></head></html>");
    for (what, page, kind) in [
        ("no tag", "<html><head></head></html>".to_owned(), "go-import-meta-missing"),
        (
            "another path",
            tag("git.corp.example:8443/team/lib git https://git.corp.example:8443/team/lib"),
            "go-import-meta-mismatch",
        ),
        (
            "two tags",
            tag(&format!("{LIB} git https://a.corp.example/b"))
                .repeat(2)
                .replace("</head></html><html><head>", ""),
            "go-import-meta-mismatch",
        ),
        ("an scp address", tag(&format!("{LIB} git git@{HOST}:team/lib.git")), "go-import-meta-missing"),
        ("a file", tag(&format!("{LIB} git file:///etc")), "go-import-meta-missing"),
        ("an unknown vcs", tag(&format!("{LIB} cvs https://{HOST}/x")), "go-import-meta-missing"),
        (
            "in GBK",
            "<?xml version=\"1.0\" encoding=\"gbk\"?>".to_owned()
                + &tag(&format!("{LIB} git https://{HOST}/x")),
            "go-import-meta-missing",
        ),
        (
            "a script before it",
            "<script>if (1 < 2) {}</script>".to_owned() + &tag(&format!("{LIB} git https://{HOST}/x")),
            "go-import-meta-missing",
        ),
    ] {
        liar.page("/team/lib", 200, page);
        w.agree(what, &sandbox, &module, kind, "meta");
    }
    liar.page("/team/lib", 200, tag(&format!("{HOST}/team git https://{HOST}/team")));
    liar.page("/team", 200, tag(&format!("{HOST}/team git https://{HOST}/other")));
    w.agree("pages that disagree", &sandbox, &module, "go-import-meta-mismatch", "meta");
    liar.on("/team/lib", Lie::Round);
    w.agree("round and round", &sandbox, &module, "gateway-interference", "discovery");
    liar.on("/team/lib", Lie::To("http://git.corp.example/team/lib".to_owned()));
    w.agree("from https to http", &sandbox, &module, "plain-http-host", "discovery");
    liar.on("/team/lib", Lie::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()));
    w.agree("another protocol", &sandbox, &module, "origin-unreachable", "discovery");
    liar.on("/team/lib", Lie::Flood(10 << 20));
    w.agree("10 MB", &sandbox, &module, "go-import-meta-missing", "meta");
    for lie in [Lie::HangHalfway, Lie::Drip] {
        liar.on("/team/lib", lie);
        let (kind, step, _) = traced(&sandbox, &module);
        assert_eq!((kind.as_str(), step.as_str()), ("origin-unreachable", "discovery"));
    }
    let escapes = "<title>\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}</title>";
    liar.page("/team/lib", 403, escapes);
    let outcome = sandbox.gobs(&["trace", &module]);
    assert_eq!(outcome.exit.code(), 1, "{outcome}");
    let wild = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!outcome.stdout.contains(wild) && !outcome.stderr.contains(wild), "{outcome}");
    assert!(outcome.stdout.contains("403"), "{outcome}");
}

/// The doctor judges the same way, and what it can repair safely makes go succeed.
#[test]
fn the_doctor_walks_it_too() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    let tree = tempfile::tempdir().unwrap();
    sandbox.unset("GOPRIVATE");
    sandbox.set("GOPROXY", format!("file://{}", tree.path().display()));
    sandbox.set("GONOSUMDB", "git.corp.example");
    sandbox.write("go.mod", format!("module x.example/app\n\ngo 1.21\n\nrequire {LIB} v1.0.0\n"));
    let module = format!("{LIB}@v1.0.0");
    let named = sandbox.gobs(&["doctor", "--only", "private", "--module", &module]);
    assert_eq!(named.exit.code(), 1, "{named}");
    assert!(named.stdout.contains("private-module-sent-to-proxy"), "{named}");
    let project = sandbox.gobs(&["doctor", "--only", "private"]);
    assert_eq!(named.stdout, project.stdout);
    // What would leak to the public is told by the leak guard, once.
    sandbox.unset("GONOSUMDB");
    sandbox.set("GOPROXY", format!("file://{},https://goproxy.cn", tree.path().display()));
    let leaking = sandbox.gobs(&["doctor", "--offline", "--only", "private,project.leak"]);
    assert!(leaking.stdout.contains("goprivate-does-not-cover-host"), "{leaking}");
    assert!(!leaking.stdout.contains("private-module-sent-to-proxy"), "{leaking}");
    sandbox.set("GOPROXY", format!("file://{}", tree.path().display()));
    sandbox.set("GONOSUMDB", "git.corp.example");
    assert!(!download(&sandbox, &module).status.success());
    let fixed = sandbox.gobs(&["fix", "private.pattern", "--yes"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    assert!(sandbox.read(".config/go/env").contains("GOPRIVATE=git.corp.example\n"), "{fixed}");
    assert!(download(&sandbox, &module).status.success());
    let after = sandbox.gobs(&["doctor", "--only", "private"]);
    assert_eq!(after.exit.code(), 0, "{after}");
    let undone = sandbox.gobs(&["undo", "--yes"]);
    assert_eq!(undone.exit.code(), 0, "{undone}");
    assert!(!sandbox.home().join(".config/go/env").exists(), "{undone}");

    // Away from the company network the doctor does not cry; trace, which was asked, does.
    sandbox.write("go.mod", "module x.example/app\n\ngo 1.21\n\nrequire gone.corp.example/a v1.0.0\n");
    sandbox.set("GOPRIVATE", "*.corp.example");
    let away = sandbox.gobs(&["doctor", "--only", "private"]);
    assert_eq!(away.exit.code(), 0, "{away}");
    assert!(away.stdout.contains("not on the company network?"), "{away}");
    assert_eq!(traced(&sandbox, "gone.corp.example/a@v1.0.0").0, "dns-failure");
}

/// What a whole trace costs beside the download it foretells, over the same servers: processes and connections.
/// `benches/trace.sh` has the seconds.
#[test]
fn it_costs_no_more_than_the_download() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    let lib = repos.module("team/lib", LIB);
    lib.commit(&[("more.go", "package lib\n")]);
    let (web, sandbox) = forge(&ca, &repos, Manner::GitLab);
    sandbox.link("gobs", Path::new(env!("CARGO_BIN_EXE_gobs")));
    for query in ["v1.0.0", "latest", "main"] {
        let module = format!("{LIB}@{query}");
        let go = cost(&sandbox, &web, &["go", "mod", "download", &module]);
        let gobs = cost(&sandbox, &web, &["gobs", "trace", &module]);
        assert!(gobs.processes < go.processes, "{module}: {gobs:?}, {go:?}");
        // One connection more, which only tries the port.
        assert!(gobs.connections <= go.connections + 1, "{module}: {gobs:?}, {go:?}");
        assert!(gobs.requests <= go.requests, "{module}: {gobs:?}, {go:?}");
        assert!(go.requests > 2 && go.connections > 1, "{module}: {go:?}");
    }
}

#[derive(Debug)]
struct Cost {
    processes: usize,
    connections: usize,
    requests: usize,
}

/// What the kernel and the server saw of a command, with an empty cache.
fn cost(sandbox: &Sandbox, web: &GitWeb, command: &[&str]) -> Cost {
    let _ = std::fs::remove_dir_all(sandbox.home().join("go"));
    sandbox.command(command[0]);
    let (calls, before) = (sandbox.base().join("calls"), web.log().lines().count());
    let mut strace = sandbox.command("strace");
    strace.args(["-f", "-qq", "-e", "trace=execve,connect", "-o"]).arg(&calls).args(command);
    let output = strace.output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let calls = std::fs::read_to_string(calls).unwrap();
    let count = |what: &str, also: &str| {
        calls.lines().filter(|line| line.contains(what) && line.contains(also)).count()
    };
    Cost {
        processes: count("execve(", " = 0"),
        connections: count("connect(", "htons(443)"),
        requests: web.log().lines().count() - before,
    }
}
