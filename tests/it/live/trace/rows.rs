//! Every row of `private.*`, well and ill, and what it says in both languages; what `fix` makes of several at once.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;

use super::super::{HOST, MODULE as LIB, download, forge, signed_in, ssh_command, text};
use crate::rig::netns::{self, Net};
use crate::rig::{Ca, GitWeb, HttpProxy, Keys, Manner, Repos, Sshd};
use crate::sandbox::Sandbox;

/// The verdict of a row, and the kinds it found.
fn verdict(sandbox: &Sandbox, row: &str, module: &str) -> (String, Vec<String>) {
    let outcome = sandbox.gobs(&["doctor", "--only", row, "--module", module, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|err| {
        panic!("{err}: {outcome}");
    });
    let check = &report["checks"][0];
    assert_eq!(check["id"], row, "{outcome}");
    let found = check["findings"].as_array().into_iter().flatten();
    let kinds = found.map(|finding| finding["kind"].as_str().unwrap().to_owned()).collect();
    (check["verdict"].as_str().unwrap().to_owned(), kinds)
}

fn well(sandbox: &Sandbox, row: &str, module: &str) {
    assert_eq!(verdict(sandbox, row, module), ("fine".to_owned(), Vec::new()), "{row}");
    for lang in ["en", "zh"] {
        let told = sandbox.gobs(&["doctor", "--only", row, "--module", module, "--lang", lang]);
        assert_eq!(told.exit.code(), 0, "{told}");
    }
}

/// The row finds this kind; what the doctor and `trace` say of it is kept, and read by those who change it.
fn ill(sandbox: &Sandbox, row: &str, module: &str, kind: &str) {
    ill_as(&format!("{row} {kind}"), sandbox, row, module, kind);
}

/// The same where one row has several ways to find a kind.
fn ill_as(name: &str, sandbox: &Sandbox, row: &str, module: &str, kind: &str) {
    assert_eq!(verdict(sandbox, row, module), ("found".to_owned(), vec![kind.to_owned()]), "{row}");
    let mut told = String::new();
    for lang in ["en", "zh"] {
        for command in [&["doctor", "--only", row, "--module"][..], &["trace"]] {
            let outcome = sandbox.gobs(&[command, &[module, "--lang", lang]].concat());
            assert_eq!(outcome.exit.code(), 1, "{outcome}");
            let _ = writeln!(told, "$ gobs {} {module} # {lang}\n{}", command.join(" "), outcome.stdout);
        }
    }
    insta::assert_snapshot!(name, steady(&told));
}

/// Without what differs from run to run.
fn steady(told: &str) -> String {
    let words = told.split_inclusive([' ', '\n', '=', ':', '/']).map(|word| {
        let bare = word.trim_end_matches([' ', '\n', '=', ':', '/']);
        let temp = bare.starts_with(".tmp") && bare.len() == 10;
        if temp { word.replace(bare, "[TEMP]") } else { word.to_owned() }
    });
    words.collect()
}

#[test]
fn https_rows() {
    netns::inside!(
        Net::new().host(HOST, "127.0.0.2").host("plain.corp.example", "127.0.0.3").address("203.0.113.7/32")
    );
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let deep = &format!("{HOST}/team/sub/deep@v1.0.0");
    repos.module("team/sub/deep", deep.trim_end_matches("@v1.0.0"));
    let module = &format!("{LIB}@v1.0.0");
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    let _plain = GitWeb::of(&repos).at("127.0.0.3:80").start();
    let empty = tempfile::tempdir().unwrap();
    for row in ["pattern", "discovery", "plainhttp", "netrc", "https", "version", "route"] {
        well(&sandbox, &format!("private.{row}"), module);
    }
    well(&sandbox, "private.subgroup", deep);

    sandbox.unset("GOPRIVATE");
    sandbox.set("GONOSUMDB", HOST);
    sandbox.set("GOPROXY", format!("file://{}", empty.path().display()));
    ill(&sandbox, "private.pattern", module, "private-module-sent-to-proxy");

    let mut sandbox = signed_in(&ca);
    ill(&sandbox, "private.version", &format!("{LIB}@v1.9.0"), "unknown-revision");
    sandbox.set("SSL_CERT_FILE", "/dev/null");
    ill(&sandbox, "private.route", module, "tls-unknown-authority");
    sandbox.set("SSL_CERT_FILE", ca.pem());
    sandbox.set("GIT_SSL_CAINFO", "/etc/ssl/certs/ca-certificates.crt");
    let name = "private.route git trusts it not";
    ill_as(name, &sandbox, "private.route", deep, "tls-unknown-authority");

    let mut sandbox = signed_in(&ca);
    sandbox.set("GOPRIVATE", "*.corp.example");
    ill(&sandbox, "private.plainhttp", "plain.corp.example/team/lib@v1.0.0", "plain-http-host");
    let guarded = HttpProxy::guarded("li", "secret");
    sandbox.set("HTTPS_PROXY", guarded.url());
    let port = guarded.url().rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    let told: String = ["en", "zh"]
        .map(|lang| sandbox.gobs(&["trace", module, "--lang", lang]).stdout.replace(&port, "[PORT]"))
        .concat();
    insta::assert_snapshot!("private.route http-proxy-auth", steady(&told));
    assert_eq!(verdict(&sandbox, "private.route", module).1, ["http-proxy-auth"]);

    let sandbox = signed_in(&ca);
    let netrc = sandbox.read(".netrc");
    sandbox.write(".netrc", netrc.replace("t0ken", "wr0ng"));
    ill(&sandbox, "private.discovery", module, "go-import-meta-missing");
    sandbox.write(".netrc", format!("machine {HOST} login oauth2\n"));
    ill(&sandbox, "private.netrc", module, "netrc-malformed");
    std::fs::remove_file(sandbox.home().join(".netrc")).unwrap();
    ill(&sandbox, "private.https", module, "git-https-no-credentials");
    ill(&sandbox, "private.subgroup", deep, "gitlab-subgroup-path");
}

#[test]
fn ssh_rows() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let (keys, strangers) = (Keys::new(), Keys::new());
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::Gitea);
    let sshd = Sshd::of(&repos, &[&keys]).at("127.0.0.2:22").start();
    sandbox.write(".gitconfig", format!("[url \"ssh://git@{HOST}/\"]\n\tinsteadOf = https://{HOST}/\n"));
    let (module, known) = (&format!("{LIB}@v1.0.0"), sshd.known_hosts(Some(HOST)));
    let command = ssh_command(&sandbox, &keys, &known);
    sandbox.set("GIT_SSH_COMMAND", command);
    for row in ["private.ssh", "private.hostkey"] {
        well(&sandbox, row, module);
    }
    let command = ssh_command(&sandbox, &strangers, &known);
    sandbox.set("GIT_SSH_COMMAND", command);
    assert_eq!(verdict(&sandbox, "private.ssh", module).1, ["ssh-publickey-denied"]);
    let told = sandbox.gobs(&["trace", module, "--lang", "zh"]);
    assert!(told.stdout.contains("公钥"), "{told}");
    let command = ssh_command(&sandbox, &keys, "");
    sandbox.set("GIT_SSH_COMMAND", command);
    assert_eq!(verdict(&sandbox, "private.hostkey", module).1, ["ssh-hostkey-unknown"]);
    let told = sandbox.gobs(&["trace", module, "--lang", "zh"]);
    assert!(told.stdout.contains("主机密钥"), "{told}");
}

/// What is known of a family of hosts is told where go fails on one of them, and nowhere else.
#[test]
fn what_is_known_of_the_host() {
    netns::inside!(Net::new().host("gitlab.com", "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    let web = GitWeb::of(&repos).at("127.0.0.2:443").tls(&ca, &["gitlab.com"]);
    let _web = web.account("oauth2", "t0ken").start();
    let mut sandbox = signed_in(&ca);
    let module = "gitlab.com/acme/sub/lib@v1.0.0";
    for (private, told) in [("gitlab.com/acme", true), ("", false)] {
        sandbox.set("GOPRIVATE", private);
        for (lang, heading) in
            [("en", "\nKnown of GitLab, JiHu:\n    - "), ("zh", "\n关于 GitLab／极狐：\n    - ")]
        {
            let outcome = sandbox.gobs(&["trace", module, "--lang", lang]);
            assert_eq!(outcome.exit.code(), 1, "{outcome}");
            assert_eq!(outcome.stdout.contains(heading), told, "{outcome}");
        }
    }
}

/// Three hosts, one of them under a pattern with a slip: one `fix` writes one value, and go has them all.
#[test]
fn several_hosts_in_one_pattern() {
    let hosts = [HOST, "code.corp.example", "src.corp.example"];
    netns::inside!(hosts.iter().fold(Net::new(), |net, host| net.host(host, "127.0.0.2")));
    let (ca, repos) = (Ca::new(), Repos::new());
    for (host, name) in hosts.iter().zip(["team/git", "team/code", "team/src"]) {
        repos.module(name, &format!("{host}/{name}"));
    }
    let modules = ["git.corp.example/team/git", "code.corp.example/team/code", "src.corp.example/team/src"];
    let _web = GitWeb::of(&repos).at("127.0.0.2:443").tls(&ca, &hosts).start();
    let mut sandbox = signed_in(&ca);
    let empty = tempfile::tempdir().unwrap();
    sandbox.unset("GOPRIVATE");
    sandbox.set("GONOSUMDB", "*.corp.example");
    sandbox.set("GOPROXY", format!("file://{}", empty.path().display()));
    sandbox.write(".config/go/env", "GOPRIVATE=old.example/*,https://code.corp.example\n");
    let requires: String = modules.iter().map(|path| format!("\t{path} v1.0.0\n")).collect();
    sandbox.write("go.mod", format!("module x.example/app\n\ngo 1.21\n\nrequire (\n{requires})\n"));
    for path in modules {
        assert!(!download(&sandbox, &format!("{path}@v1.0.0")).status.success(), "{path}");
    }
    let fixed = sandbox.gobs(&["fix", "private.pattern", "--yes"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    let env = sandbox.read(".config/go/env");
    let value = env.trim().strip_prefix("GOPRIVATE=").unwrap_or_else(|| panic!("{env}"));
    let mut elements: Vec<&str> = value.split(',').collect();
    assert_eq!(elements[..2], ["old.example/*", "code.corp.example"], "{fixed}");
    elements.sort_unstable();
    assert_eq!(elements, ["code.corp.example", HOST, "old.example/*", "src.corp.example"], "{fixed}");
    for path in modules {
        let fetched = download(&sandbox, &format!("{path}@v1.0.0"));
        assert!(fetched.status.success(), "{}", text(&fetched));
    }
    let after = sandbox.gobs(&["doctor", "--only", "private"]);
    assert_eq!(after.exit.code(), 0, "{after}");
    let undone = sandbox.gobs(&["undo", "--yes"]);
    assert_eq!(undone.exit.code(), 0, "{undone}");
    assert!(sandbox.read(".config/go/env").contains("https://code.corp.example"), "{undone}");
}

/// A netrc that everybody may read is closed by `fix`; go reads it before and after.
#[test]
fn the_mode_of_netrc() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    let deep = &format!("{HOST}/team/sub/deep");
    repos.module("team/sub/deep", deep);
    let (_web, sandbox) = forge(&ca, &repos, Manner::GitLab);
    let netrc = sandbox.home().join(".netrc");
    let mode = || std::fs::metadata(&netrc).unwrap().permissions().mode() & 0o777;
    std::fs::set_permissions(&netrc, PermissionsExt::from_mode(0o644)).unwrap();
    for (lang, words) in [("en", "can be read by others (mode 0644)"), ("zh", "可以被他人读取（权限 0644）")]
    {
        let doctor = sandbox.gobs(&["doctor", "--only", "netrc.mode", "--lang", lang]);
        assert!(doctor.stdout.contains(words), "{doctor}");
    }
    let fixed = sandbox.gobs(&["fix", "netrc.mode", "--yes"]);
    assert_eq!((fixed.exit.code(), mode()), (0, 0o600), "{fixed}");
    // In a subgroup go needs the login itself.
    let fetched = download(&sandbox, &format!("{deep}@v1.0.0"));
    assert!(fetched.status.success(), "{}", text(&fetched));
    let after = sandbox.gobs(&["doctor", "--only", "netrc.mode"]);
    assert_eq!(after.exit.code(), 0, "{after}");
    let undone = sandbox.gobs(&["undo", "--yes"]);
    assert_eq!((undone.exit.code(), mode()), (0, 0o644), "{undone}");
}
