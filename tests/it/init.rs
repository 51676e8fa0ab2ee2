//! `init`, `undo` and their words, in a temp HOME, in both languages.

use insta::assert_snapshot;

use crate::sandbox::{Answers, Sandbox, world_of};
use gobs::ui::Answer;

#[test]
fn an_empty_home_gets_the_enterprise_profile() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.gobs(&["init", "--yes"]));
    assert_snapshot!("second run", sandbox.gobs(&["init", "--yes"]));
}

#[test]
fn chinese_and_a_question() {
    let mut sandbox = Sandbox::new();
    sandbox.set("LANG", "zh_CN.UTF-8");
    let answers = Answers { write: vec![Answer::Diff, Answer::Yes], ..Answers::default() };
    assert_snapshot!(sandbox.gobs_answering(&["init", "--private", "git.corp.example.com"], Some(answers)));
}

/// The module proxy decides most.
#[test]
fn the_module_proxy_is_asked_for_first() {
    for profile in ["enterprise", "offline", "xinchuang"] {
        let sandbox = Sandbox::new();
        let texts = vec![Some("https://goproxy.corp.example/goproxy/"), None, None];
        let answers = Answers { write: vec![Answer::Yes], texts, ..Answers::default() };
        let words = ["init", "--offline", "--profile", profile];
        let outcome = sandbox.gobs_answering(&words, Some(answers));
        assert_eq!(outcome.exit.code(), 0, "{outcome}");
        let env = sandbox.read(".config/go/env");
        assert!(env.contains("GOPROXY=https://goproxy.corp.example/goproxy\n"), "{env}");
    }
}

#[test]
fn no_terminal_and_no_yes_is_an_error_that_names_the_flag() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.gobs(&["init"]));
}

#[test]
fn declining_writes_nothing() {
    let sandbox = Sandbox::new();
    let answers = Answers { write: vec![Answer::No], ..Answers::default() };
    let outcome = sandbox.gobs_answering(&["init"], Some(answers));
    assert_eq!(outcome.exit.code(), 1);
    assert_eq!(world_of(&sandbox), "");
}

#[test]
fn undo_brings_back_what_was_there_and_what_was_not() {
    for before in [None, Some("GOFLAGS=-x\n"), Some("# mine\r\nGOFLAGS=-x\r\nGOSUMDB=off"), Some("")] {
        let sandbox = Sandbox::new();
        if let Some(text) = before {
            sandbox.write(".config/go/env", text);
        }
        let was = world_of(&sandbox);
        assert_eq!(sandbox.gobs(&["init", "--yes"]).exit.code(), 0);
        assert_ne!(world_of(&sandbox), was);
        assert_eq!(sandbox.gobs(&["undo", "--yes"]).exit.code(), 0);
        assert_eq!(world_of(&sandbox), was, "{before:?}");
        // The last entry is now the undo: its inverse does it again.
        assert_eq!(sandbox.gobs(&["undo", "--yes"]).exit.code(), 0);
        assert!(sandbox.read(".config/go/env").contains("GOSUMDB=sum.golang.google.cn"));
    }
}

#[test]
fn undo_over_later_edits_takes_back_only_what_is_still_ours() {
    let sandbox = Sandbox::new();
    sandbox.write(".config/go/env", "GOSUMDB=off\n");
    sandbox.gobs(&["init", "--yes"]);
    let edited =
        sandbox.read(".config/go/env").replace("GOPROXY=", "# tuned by hand\nGOPROXY=https://mine.example,");
    sandbox.write(".config/go/env", edited);
    assert_snapshot!(sandbox.gobs(&["undo", "--yes"]));
}

#[test]
fn check_and_dry_run_only_look() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.gobs(&["init", "--check"]).exit.code(), 1);
    assert_snapshot!(sandbox.gobs(&["init", "--dry-run"]));
    sandbox.gobs(&["init", "--yes"]);
    assert_eq!(sandbox.gobs(&["init", "--check"]).exit.code(), 0);
}

#[test]
fn a_company_proxy_in_use_is_kept() {
    let sandbox = Sandbox::new();
    sandbox.write(".config/go/env", "GOPROXY=https://goproxy.corp.example,direct\n");
    assert_snapshot!(sandbox.gobs(&["init", "--yes", "--offline"]));
}

#[test]
fn a_variable_in_the_process_shadows_what_was_written() {
    let mut sandbox = Sandbox::new();
    sandbox.set("GOPROXY", "https://goproxy.io,direct");
    assert_snapshot!(sandbox.gobs(&["init", "--yes"]));
}

/// A long key of git reaches into the next column; its value still stands apart.
#[test]
fn long_names_do_not_touch_their_values() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "acme.toml",
        "schema = 1\nextends = \"enterprise\"\n[[git.\"http.https://git.corp.example.com/.sslCAInfo\"]]\nvalue = \"/etc/ca.pem\"\n",
    );
    let profile = sandbox.home().join("acme.toml").display().to_string();
    let shown = sandbox.gobs(&["init", "--dry-run", "--offline", "--profile", &profile]);
    assert!(shown.stdout.contains("http.https://git.corp.example.com/.sslCAInfo  /etc/ca.pem"), "{shown}");
}
