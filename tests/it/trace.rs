//! `gobs trace` where no server is needed: what is typed, what is decided, what is shown.

use crate::sandbox::Sandbox;

fn machine() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.real("git");
    sandbox
}

#[test]
fn offline_shows_the_decisions_and_asks_nobody() {
    let mut sandbox = machine();
    sandbox.set("GOPROXY", "https://goproxy.cn,direct");
    sandbox.set("GOPRIVATE", "https://git.corp.example,gitee.com/acme");
    sandbox.write(
        ".gitconfig",
        "[url \"ssh://git@git.corp.example:2222/\"]\n\tinsteadOf = https://git.corp.example/\n",
    );
    let mut shown = String::new();
    for module in ["git.corp.example/team/lib@v1.2.0", "gitee.com/acme/lib", "github.com/pkg/errors@v0.9.1"] {
        let outcome = sandbox.gobs(&["trace", "--offline", module]);
        assert_eq!(outcome.exit.code(), 0, "{outcome}");
        shown += &format!("$ gobs trace --offline {module}\n{}\n", outcome.stdout);
    }
    let zh = sandbox.gobs(&["trace", "--offline", "--lang", "zh", "git.corp.example/team/lib@v1.2.0"]);
    shown += &zh.stdout;
    insta::assert_snapshot!(shown);
}

#[test]
fn what_is_no_module_path_is_a_mistake_in_typing() {
    let sandbox = machine();
    for module in ["https://git.corp.example/a", "fmt", "git.corp.example:8443/a", "a.b/c@", "\u{1b}[2J"] {
        let outcome = sandbox.gobs(&["trace", module]);
        assert_eq!(outcome.exit.code(), 2, "{outcome}");
        assert_eq!(outcome.stdout, "");
        assert!(outcome.stderr.contains("nothing that go could fetch"), "{outcome}");
        assert!(!outcome.stderr.contains('\u{1b}'), "{outcome}");
    }
}

#[test]
fn the_same_as_json() {
    let mut sandbox = machine();
    sandbox.set("GOPROXY", "off");
    let outcome = sandbox.gobs(&["trace", "--format", "json", "github.com/pkg/errors@v0.9.1"]);
    assert_eq!(outcome.exit.code(), 1, "{outcome}");
    insta::assert_snapshot!(outcome.stdout);
    let again = sandbox.gobs(&["trace", "--format", "json", "github.com/pkg/errors@v0.9.1"]);
    assert_eq!(again.stdout, outcome.stdout);
}

/// A pattern that was meant for a whole public forge is not put right: it would un-verify everybody's code.
#[test]
fn no_advice_covers_a_public_forge() {
    let mut sandbox = machine();
    sandbox.set("GOPROXY", "off");
    sandbox.write(".config/go/env", "GOPRIVATE=https://github.com\n");
    let outcome = sandbox.gobs(&["trace", "--format", "json", "github.com/acme/lib@v1.0.0"]);
    assert!(!outcome.stdout.contains("\"github.com\""), "{outcome}");
    sandbox.set("GOPROXY", format!("file://{}", sandbox.home().display()));
    let outcome = sandbox.gobs(&["trace", "--format", "json", "github.com/acme/lib@v1.0.0"]);
    assert!(outcome.stdout.contains("https://github.com,github.com/acme"), "{outcome}");
    assert!(!outcome.stdout.contains("\"github.com\""), "{outcome}");
}

/// A version of another major than the path's is refused before anybody is asked.
#[test]
fn a_major_version_that_is_not_the_path_s() {
    let mut sandbox = machine();
    sandbox.set("GOPROXY", "http://127.0.0.1:9");
    let outcome = sandbox.gobs(&["trace", "git.corp.example/a/v2@v1.0.0"]);
    assert_eq!(outcome.exit.code(), 1, "{outcome}");
    assert!(outcome.stdout.contains("major-version-suffix"), "{outcome}");
    assert!(!outcome.stdout.contains("127.0.0.1"), "{outcome}");
}
