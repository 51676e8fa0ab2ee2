//! Secrets planted in every place that gobs looks at: none of them is printed, by any verb, in any format or language.

use std::os::unix::fs::PermissionsExt;

use crate::sandbox::{Answers, Outcome, Sandbox};
use crate::trees;
use gobs::ui::Answer;

/// Each stands in one place, so that a leak names it.
const PLANTED: [&str; 24] = [
    "pw-goproxy-userinfo",
    "tok-goproxy-query",
    "pw-httpproxy",
    "pw-noscheme-proxy",
    "pw-netrc-one",
    "pw-netrc-dropped",
    "pw-netrc-default",
    "tok-ci-job",
    "pw-gitconfig-base",
    "tok-gitconfig-lone-user-name",
    "dTpiYXNpYy1leHRyYWhlYWRlcg==",
    "tok-private-header",
    "pw-git-proxy",
    "tok-goauth-argument",
    "bm90IGEga2V5IGJ1dCBzZWNyZXQgYWxsIHRoZSBzYW1lIDAxMjM0NTY3ODk=",
    "pw-in-the-log",
    "bearer-in-the-log",
    "a2V5IGluIHRoZSBsb2c=",
    "glpat-AbCdEf0123456789",
    "ghp_AbCdEfGhIjKlMnOpQrSt0123456789",
    "pw-exported-in-bashrc",
    "pw-goinsecure-url",
    "pw-sumdb-url",
    "pw%2Dwith%40escape",
];

fn planted() -> Sandbox {
    let mut sandbox = trees::machine();
    for (name, value) in [
        ("HTTPS_PROXY", "http://li:pw-httpproxy@127.0.0.1:9"),
        ("http_proxy", "li:pw-noscheme-proxy@127.0.0.1:8"),
        ("CI_JOB_TOKEN", "tok-ci-job"),
        ("GOAUTH", "helper --token=tok-goauth-argument"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "http.extraHeader"),
        ("GIT_CONFIG_VALUE_0", "PRIVATE-TOKEN: tok-private-header"),
        ("SHELL", "/bin/bash"),
    ] {
        sandbox.set(name, value);
    }
    sandbox.write(
        ".config/go/env",
        "GOPROXY=https://li:pw-goproxy-userinfo@127.0.0.1:9/go?token=tok-goproxy-query;direct\n\
         GOSUMDB=sum.golang.org https://li:pw-sumdb-url@127.0.0.1:9 extra\n\
         GOPRIVATE=https://li:pw%2Dwith%40escape@git.corp.example\nGOINSECURE=https://u:pw-goinsecure-url@*\n\
         GONOSUMCHECK=glpat-AbCdEf0123456789\nGOFLAGS=-x=ghp_AbCdEfGhIjKlMnOpQrSt0123456789 oops\n",
    );
    sandbox.write(".bashrc", "export GOPROXY=\"https://li:pw-exported-in-bashrc@127.0.0.1:9;direct\"\n");
    sandbox.write(
        ".netrc",
        "machine 127.0.0.1 login li password pw-netrc-one\nmachine a.example password pw-netrc-dropped\n\
         default login li password pw-netrc-default\n",
    );
    sandbox.write(
        ".gitconfig",
        "[url \"https://li:pw-gitconfig-base@git.corp.example/\"]\n\tinsteadOf = https://git.corp.example/\n\
         [url \"https://tok-gitconfig-lone-user-name@code.corp.example/\"]\n\tinsteadOf = https://code.corp.example/\n\
         [http]\n\textraHeader = Authorization: Basic dTpiYXNpYy1leHRyYWhlYWRlcg==\n\tsslVerify = false\n\
         \tproxy = http://li:pw-git-proxy@127.0.0.1:9\n[credential]\n\thelper = no-such-helper\n",
    );
    let key = sandbox.write(
        ".ssh/id_ed25519",
        "-----BEGIN OPENSSH PRIVATE KEY-----\r\nbm90IGEga2V5IGJ1dCBzZWNyZXQgYWxsIHRoZSBzYW1lIDAxMjM0NTY3ODk=\r\n-----END OPENSSH PRIVATE KEY-----\r\n",
    );
    std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o644)).unwrap();
    // The name of a file can be a secret, too.
    sandbox.write("glpat-AbCdEf0123456789/go.mod", GOMOD);
    sandbox.write("glpat-AbCdEf0123456789/go.sum", "<<<<<<< ghp_AbCdEfGhIjKlMnOpQrSt0123456789\n");
    sandbox.write("build.log", LOG);
    sandbox
}

const GOMOD: &str = "module corp.example/p\n\ngo 1.26\n\nrequire git.corp.example/team/lib v1.0.0\n";

const LOG: &str = "\
go: x.example/a@v1.0.0: reading https://li:pw-in-the-log@goproxy.corp.example/x.example/a/@v/v1.0.0.info: 401 Unauthorized
> GET /team/lib?go-get=1 HTTP/1.1
> Authorization: Bearer bearer-in-the-log
fatal: unable to access 'https://oauth2:glpat-AbCdEf0123456789@git.corp.example/team/lib.git/': The requested URL returned error: 403
-----BEGIN RSA PRIVATE KEY-----
a2V5IGluIHRoZSBsb2c=
-----END RSA PRIVATE KEY-----
git@git.corp.example: Permission denied (publickey). pw-netrc-one pw-netrc-dropped tok-ci-job tok-private-header
go: x.example/b@v1.0.0: module lookup disabled by GOPROXY=off pw-with@escape pw-noscheme-proxy dTpiYXNpYy1leHRyYWhlYWRlcg==
";

fn leaks(args: &[String], outcome: &Outcome) -> Vec<String> {
    let mut leaks = Vec::new();
    let unescaped = ["pw-with@escape"];
    for secret in PLANTED.iter().chain(&unescaped) {
        for (stream, text) in [("stdout", &outcome.stdout), ("stderr", &outcome.stderr)] {
            if let Some(line) = text.lines().find(|line| line.contains(secret)) {
                leaks.push(format!("gobs {}: {stream}: {line}", args.join(" ")));
            }
        }
    }
    leaks
}

#[test]
fn none_is_printed() {
    let sandbox = planted();
    let dir = sandbox.home().join("glpat-AbCdEf0123456789").display().to_string();
    let log = sandbox.home().join("build.log").display().to_string();
    let module = "git.corp.example/team/lib@v1.0.0";
    let runs: Vec<(Vec<&str>, &[&str])> = vec![
        (vec!["doctor", "--offline"], &["text", "json", "markdown"]),
        (vec!["doctor"], &["text", "json"]),
        (vec!["doctor", "--module", "code.corp.example/a/b@v1.0.0"], &["text", "json"]),
        (vec!["doctor", "--list"], &["text", "json"]),
        (vec!["fix", "--offline", "--dry-run"], &["text", "json"]),
        (vec!["trace", "--offline", module], &["text", "json"]),
        (vec!["trace", module], &["text", "json"]),
        (vec!["explain", &log], &["text", "json", "markdown"]),
        (vec!["explain", "glpat-AbCdEf0123456789"], &["text"]),
        (vec!["verify", "--offline"], &["text", "json", "markdown"]),
        (vec!["init", "--offline", "--dry-run"], &["text", "json"]),
        (
            vec!["init", "--offline", "--dry-run", "--set", "http_proxy=http://li:pw-httpproxy@127.0.0.1:9"],
            &["text", "json"],
        ),
        (
            vec!["init", "--offline", "--check", "--private", "https://li:pw-netrc-one@git.corp.example"],
            &["text", "json"],
        ),
        (vec!["init", "--nonsense", "https://li:pw-in-the-log@x.example"], &["text"]),
        (vec!["profile", "show", "enterprise"], &[]),
        (vec!["profile", "show", "https://li:pw-in-the-log@127.0.0.1:9/acme.toml"], &[]),
        (vec!["run", "--", "/no/such/glpat-AbCdEf0123456789"], &[]),
    ];
    let mut found = Vec::new();
    for (words, formats) in runs {
        let formats: Vec<Option<&str>> = match formats {
            [] => vec![None],
            some => some.iter().copied().map(Some).collect(),
        };
        for format in formats {
            for more in [&["--lang", "en"][..], &["--lang", "zh"], &["--lang", "en", "-v"]] {
                let mut args: Vec<&str> = vec![words[0]];
                args.extend(["-C", &dir]);
                args.extend(more);
                args.extend(format.iter().flat_map(|format| ["--format", format]));
                args.extend(&words[1..]);
                let outcome = sandbox.gobs(&args);
                assert_ne!(outcome.exit.code(), 130, "{outcome}");
                found.extend(leaks(&args.iter().map(|&arg| arg.to_owned()).collect::<Vec<_>>(), &outcome));
            }
        }
    }
    assert!(found.is_empty(), "{} leaks\n{}", found.len(), found.join("\n"));
}

/// What is written, asked, listed and taken back shows them no more than what is only looked at.
#[test]
fn none_is_printed_while_writing() {
    let mut found = Vec::new();
    for lang in ["en", "zh"] {
        for format in ["text", "json"] {
            let sandbox = planted();
            let proxy = "http_proxy=http://li:pw-httpproxy@127.0.0.1:9";
            let mut run = |words: &[&str], answers: Option<Answers>| {
                let args = [words, &["--lang", lang, "-v"]].concat();
                let outcome = sandbox.gobs_answering(&args, answers);
                found.extend(leaks(&args.iter().map(|&arg| arg.to_owned()).collect::<Vec<_>>(), &outcome));
                outcome.exit.code()
            };
            let asked = Answers { write: vec![Answer::Diff, Answer::No], ..Answers::default() };
            assert_eq!(run(&["fix", "--offline"], Some(asked)), 1);
            assert!(run(&["fix", "--offline", "--yes", "--format", format], None) < 2);
            let asked = Answers { write: vec![Answer::Diff, Answer::Yes], ..Answers::default() };
            assert!(run(&["init", "--offline", "--no-proof", "--set", proxy], Some(asked)) < 2);
            run(&["init", "--offline", "--yes", "--format", format], None);
            assert_eq!(run(&["undo", "--list", "--format", format], None), 0);
            run(&["undo", "--dry-run", "1", "--format", format], None);
            run(&["undo", "1", "--yes", "--format", format], None);
            run(&["doctor", "--offline", "--format", format], None);
        }
    }
    assert!(found.is_empty(), "{} leaks\n{}", found.len(), found.join("\n"));
}
