//! Machines whose HTTP proxy variables say one thing to go and another to git, or nothing useful to either.

use std::net::TcpListener;

use super::{doctor, expect, healthy, machine};
use crate::sandbox::Sandbox;

fn with(vars: &[(&str, &str)]) -> Sandbox {
    let mut sandbox = machine();
    for (name, value) in vars {
        sandbox.set(name, *value);
    }
    sandbox
}

/// The ids and kinds that an online look at these checks finds.
fn online(sandbox: &Sandbox, only: &str) -> Vec<String> {
    let outcome = doctor(sandbox, "", &["--only", only]);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap().clone();
    let findings = checks.iter().flat_map(|check| {
        let found = check["findings"].as_array().cloned().unwrap_or_default();
        found.into_iter().map(|f| format!("{} {}", f["kind"].as_str().unwrap(), f["level"].as_str().unwrap()))
    });
    findings.collect()
}

/// A port of this machine where nobody listens.
fn closed() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn two_values_for_one_thing() {
    let sandbox = with(&[("HTTPS_PROXY", "http://10.0.0.1:3128"), ("https_proxy", "http://10.0.0.2:3128")]);
    expect(&sandbox, "", &[("httpproxy.case", "http-proxy-lowercase-conflict", "$HTTPS_PROXY")]);
    let sandbox = with(&[
        ("HTTPS_PROXY", "http://10.0.0.1:3128"),
        ("NO_PROXY", "corp.example,10.0.0.0/8"),
        ("no_proxy", "localhost"),
    ]);
    expect(&sandbox, "", &[("httpproxy.case", "http-proxy-lowercase-conflict", "$NO_PROXY")]);
}

#[test]
fn schemes_that_go_does_not_speak() {
    for value in ["socks://127.0.0.1:7890", "socks4://127.0.0.1:1080", "ftp://proxy.corp.example:21"] {
        let sandbox = with(&[("https_proxy", value)]);
        expect(&sandbox, "", &[("httpproxy.value", "http-proxy-bad-scheme", "$https_proxy")]);
    }
    // Quotes that no shell took off.
    let sandbox = with(&[("HTTP_PROXY", "\"http://10.0.0.1:3128\"")]);
    expect(&sandbox, "", &[("httpproxy.value", "http-proxy-bad-scheme", "$HTTP_PROXY")]);
}

/// A password that was not percent-encoded, a scheme without its colon: go takes `http` for the host.
#[test]
fn values_that_go_reads_otherwise() {
    for value in [
        "http://li:p#s3cret@10.0.0.1:3128",
        "http://li:p/s3cret@10.0.0.1:3128",
        "http://li:p?s3cret@10.0.0.1:3128",
        "http//li:s3cret@10.0.0.1:3128",
    ] {
        let sandbox = with(&[("HTTPS_PROXY", value)]);
        expect(&sandbox, "", &[("httpproxy.value", "http-proxy-bad-scheme", "$HTTPS_PROXY")]);
        let said = sandbox.gobs(&["doctor", "--offline"]).stdout;
        assert!(!said.contains("s3cret"), "{said}");
    }
    for value in
        ["10.0.0.1:3128", "http://10.0.0.1", "http://li:p@ss@10.0.0.1:3128", "socks5h://10.0.0.1:1080"]
    {
        healthy(&with(&[("HTTPS_PROXY", value)]), "");
    }
}

#[test]
fn a_proxy_for_git_alone() {
    let sandbox = with(&[("ALL_PROXY", "socks5://127.0.0.1:7890")]);
    expect(&sandbox, "", &[("httpproxy.all", "all-proxy-ignored", "$ALL_PROXY")]);
    let sandbox =
        with(&[("ALL_PROXY", "socks5://127.0.0.1:7890"), ("https_proxy", "socks5://127.0.0.1:7890")]);
    healthy(&sandbox, "");
}

#[test]
fn go_in_a_cgi_program() {
    let sandbox = with(&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://10.0.0.1:3128")]);
    expect(&sandbox, "", &[("httpproxy.value", "http-proxy-cgi", "$REQUEST_METHOD")]);
}

#[test]
fn lists_that_match_nothing() {
    for (list, count) in [
        ("localhost 127.0.0.1 corp.example", 1),
        ("https://git.corp.example,10.1.*", 2),
        ("localhost;corp.example", 1),
        ("*corp.example,corp.example.", 2),
    ] {
        let sandbox = with(&[("HTTPS_PROXY", "http://10.0.0.1:3128"), ("NO_PROXY", list)]);
        let planted = vec![("httpproxy.noproxy", "no-proxy-malformed", "$NO_PROXY"); count];
        expect(&sandbox, "", &planted);
    }
    // go takes this one, git does not: a remark.
    let sandbox = with(&[("HTTPS_PROXY", "http://10.0.0.1:3128"), ("NO_PROXY", "*.corp.example")]);
    healthy(&sandbox, "");
    let outcome = doctor(&sandbox, "", &["--offline", "--only", "httpproxy.noproxy"]);
    assert!(outcome.stdout.contains("no-proxy-malformed"), "{outcome}");
}

fn project(sandbox: &Sandbox) {
    sandbox.write(".config/go/env", "GOPRIVATE=git.corp.example\n");
    sandbox.write(
        "app/go.mod",
        "module example.com/app\n\ngo 1.26\n\nrequire git.corp.example/team/lib v1.0.0\n",
    );
    let hash = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let module = "git.corp.example/team/lib v1.0.0";
    sandbox.write("app/go.sum", format!("{module} {hash}\n{module}/go.mod {hash}\n"));
}

#[test]
fn the_private_host_through_the_proxy() {
    let sandbox = with(&[("HTTPS_PROXY", "http://10.0.0.1:3128"), ("NO_PROXY", "localhost,.other.example")]);
    project(&sandbox);
    expect(&sandbox, "app", &[("httpproxy.private", "no-proxy-misses-private-host", "$NO_PROXY")]);
    let sandbox = with(&[("https_proxy", "http://10.0.0.1:3128")]);
    project(&sandbox);
    expect(&sandbox, "app", &[("httpproxy.private", "no-proxy-misses-private-host", "$https_proxy")]);
    for fine in ["corp.example", ".corp.example", "git.corp.example", "*"] {
        let sandbox = with(&[("HTTPS_PROXY", "http://10.0.0.1:3128"), ("NO_PROXY", fine)]);
        project(&sandbox);
        healthy(&sandbox, "app");
    }
}

/// The module proxy inside, asked in plain http: `HTTP_PROXY` is what counts.
#[test]
fn the_company_proxy_through_the_proxy() {
    let sandbox = with(&[("HTTP_PROXY", "http://10.0.0.1:3128")]);
    sandbox.write(".config/go/env", "GOPROXY=http://goproxy.corp.example/\n");
    let outcome = doctor(&sandbox, "", &["--offline", "--only", "httpproxy"]);
    assert!(outcome.stdout.contains("no-proxy-misses-private-host"), "{outcome}");
    let sandbox = with(&[("HTTPS_PROXY", "http://10.0.0.1:3128")]);
    sandbox.write(".config/go/env", "GOPROXY=http://goproxy.corp.example/\n");
    let outcome = doctor(&sandbox, "", &["--offline", "--only", "httpproxy"]);
    assert!(!outcome.stdout.contains("no-proxy-misses-private-host"), "{outcome}");
}

/// What a profile wants for shells, gobs may complete.
#[test]
fn the_list_in_the_file_of_ours_is_completed() {
    let mut sandbox = machine();
    sandbox.set("SHELL", "/bin/bash");
    sandbox.write(
        "acme.toml",
        "schema = 1\nsummary = { en = \"Acme\", zh = \"Acme\" }\n[[shell.HTTPS_PROXY]]\nvalue = \"http://10.0.0.1:3128\"\n[[shell.NO_PROXY]]\nvalue = \"localhost\"\n",
    );
    let profile = sandbox.home().join("acme.toml").display().to_string();
    let applied = sandbox.gobs(&["init", "--profile", &profile, "--yes", "--offline"]);
    assert!(sandbox.home().join(".config/gobs/env.sh").exists(), "{applied}");
    // A shell opened since.
    sandbox.set("HTTPS_PROXY", "http://10.0.0.1:3128");
    sandbox.set("NO_PROXY", "localhost");
    project(&sandbox);
    let dir = sandbox.home().join("app").display().to_string();
    let fixed = sandbox.gobs(&["fix", "httpproxy.private", "--yes", "--offline", "-C", &dir]);
    assert!(sandbox.read(".config/gobs/env.sh").contains("NO_PROXY='localhost,git.corp.example'"), "{fixed}");
}

#[test]
fn a_proxy_that_is_gone() {
    let port = closed();
    let dead = format!("http://127.0.0.1:{port}");
    let sandbox = with(&[("HTTPS_PROXY", &dead), ("http_proxy", &dead)]);
    healthy(&sandbox, "");
    assert_eq!(online(&sandbox, "httpproxy"), ["http-proxy-dead error"]);
    let sandbox = machine();
    sandbox.write(".gitconfig", format!("[http]\n\tproxy = {dead}\n"));
    assert_eq!(online(&sandbox, "git.proxy"), ["http-proxy-dead error"]);
}

#[test]
fn a_proxy_that_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let alive = format!("http://{}", listener.local_addr().unwrap());
    let sandbox =
        with(&[("HTTPS_PROXY", &alive), ("HTTP_PROXY", &alive), ("NO_PROXY", "corp.example,10.0.0.0/8")]);
    sandbox.write(".gitconfig", format!("[http]\n\tproxy = {alive}\n"));
    assert_eq!(online(&sandbox, "httpproxy"), [""; 0]);
    assert_eq!(online(&sandbox, "git.proxy"), [""; 0]);
    healthy(&sandbox, "");
}

#[test]
fn a_password_in_a_proxy_is_never_shown() {
    let sandbox = with(&[
        ("HTTPS_PROXY", "http://li:pr0xy-secret@127.0.0.1:9"),
        ("https_proxy", "socks://li:pr0xy-secret@127.0.0.1:9"),
        ("ALL_PROXY", "http://li:pr0xy-secret@127.0.0.1:9"),
    ]);
    project(&sandbox);
    let dir = sandbox.home().join("app").display().to_string();
    for format in ["text", "json", "markdown"] {
        let outcome = sandbox.gobs(&["doctor", "--offline", "--format", format, "-C", &dir]);
        assert!(outcome.stdout.contains("http-proxy-lowercase-conflict"), "{outcome}");
        assert!(
            !outcome.stdout.contains("pr0xy-secret") && !outcome.stderr.contains("pr0xy-secret"),
            "{outcome}"
        );
    }
}

/// What only a start file sets is judged for the next shell, at its line.
#[test]
fn variables_of_the_next_shell() {
    let mut sandbox = machine();
    sandbox.set("SHELL", "/bin/bash");
    sandbox.write(
        ".bashrc",
        "# proxy\nexport HTTPS_PROXY=http://10.0.0.1:3128\nexport https_proxy=socks://10.0.0.1:7890\nexport NO_PROXY='localhost 127.0.0.1'\nexport SSL_CERT_FILE=/nowhere/ca.pem\nexport NETRC=/nowhere/netrc\n",
    );
    project(&sandbox);
    expect(
        &sandbox,
        "app",
        &[
            ("httpproxy.case", "http-proxy-lowercase-conflict", ".bashrc:2"),
            ("httpproxy.noproxy", "no-proxy-malformed", ".bashrc:4"),
            ("httpproxy.private", "no-proxy-misses-private-host", ".bashrc:4"),
            ("netrc.file", "netrc-ignored", ".bashrc:6"),
            ("tls.roots", "ca-bundle-missing", ".bashrc:5"),
        ],
    );
}

/// The same value here and in the start file: the line that set it is the place to repair.
#[test]
fn a_variable_that_a_start_file_gave_this_process() {
    let mut sandbox = machine();
    sandbox.set("SHELL", "/bin/bash");
    sandbox.write(".bashrc", "\nexport https_proxy=socks://10.0.0.1:7890\n");
    sandbox.set("https_proxy", "socks://10.0.0.1:7890");
    expect(&sandbox, "", &[("httpproxy.value", "http-proxy-bad-scheme", ".bashrc:2")]);
}
