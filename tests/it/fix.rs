//! `gobs fix`: what it proposes, asks, writes, judges again and leaves; its words in both languages.

use gobs::ui::Answer;
use insta::assert_snapshot;

use crate::sandbox::{Answers, Sandbox, world_of};
use crate::trees;

const ENV: &str = "# ours\nGOPROXY=https://goproxy.cn;direct\nGOSUMDB=off\nGONOSUMCHECK=1\n";
const GIT: &str = "[user]\n\tname = Li\n[http]\n\tsslVerify = false\n";

/// Two things that gobs repairs by itself, in two files, and one that is for a person.
fn broken() -> Sandbox {
    let sandbox = trees::machine();
    sandbox.write(".config/go/env", ENV);
    sandbox.write(
        ".gitconfig",
        format!(
            "{GIT}[url \"https://li:s3cr3t@git.corp.example/\"]\n\tinsteadOf = https://git.corp.example/\n"
        ),
    );
    sandbox
}

fn answering(answers: &[Answer]) -> Option<Answers> {
    Some(Answers { write: answers.to_vec(), ..Answers::default() })
}

fn chinese(mut sandbox: Sandbox) -> Sandbox {
    sandbox.set("LANG", "zh_CN.UTF-8");
    sandbox
}

/// Two faults of one value have one remedy, without the other fault in it; the profile's own patterns outlive a `*`.
#[test]
fn one_value_with_two_faults_is_repaired_at_once() {
    let sandbox = trees::machine();
    let init = sandbox.gobs(&["init", "--yes", "--offline", "--private", "git.acme.example"]);
    assert_eq!(init.exit.code(), 0, "{init}");
    let text = sandbox.read(".config/go/env").replace("GOPRIVATE=git.acme.example", "GOPRIVATE=*");
    sandbox.write(".config/go/env", text + "GOFLAGS=-insecure -mod=mod '-ldflags=-X a.b=-insecure c'\n");
    let ids = ["env.goflags", "env.goprivate"];
    let said = sandbox.gobs(&["doctor", "--offline", "--only", &ids.join(",")]).stdout;
    assert_eq!(said.matches("sets GOFLAGS to '-ldflags=-X a.b=-insecure c'").count(), 2, "{said}");
    let fixed = sandbox.gobs(&["fix", "--offline", "--yes", ids[0], ids[1]]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    let text = sandbox.read(".config/go/env");
    assert!(text.contains("GOFLAGS='-ldflags=-X a.b=-insecure c'\n"), "{text}");
    assert!(text.contains("GOPRIVATE=git.acme.example\n"), "{text}");
}

#[test]
fn repairs_and_says_what_is_left() {
    let fix = ["fix", "--offline"];
    let sandbox = broken();
    let was = world_of(&sandbox);
    assert_snapshot!("in English", sandbox.gobs_answering(&fix, answering(&[Answer::Diff, Answer::Yes])));
    assert_snapshot!("again", sandbox.gobs(&fix));
    assert_eq!(sandbox.gobs(&["undo", "--yes"]).exit.code(), 0);
    assert_eq!(world_of(&sandbox), was);
    let sandbox = chinese(broken());
    assert_snapshot!("in Chinese", sandbox.gobs_answering(&fix, answering(&[Answer::Diff, Answer::Yes])));
    assert_snapshot!("again in Chinese", sandbox.gobs(&fix));
}

#[test]
fn dry_run_and_no_change_nothing() {
    for sandbox in [broken(), chinese(broken())] {
        let was = world_of(&sandbox);
        let dry = sandbox.gobs(&["fix", "--offline", "--dry-run"]);
        assert_eq!(dry.exit.code(), 0, "{dry}");
        let declined = sandbox.gobs_answering(&["fix", "--offline"], answering(&[Answer::No]));
        assert_eq!(declined.exit.code(), 1, "{declined}");
        let silent = sandbox.gobs(&["fix", "--offline"]);
        assert_eq!(silent.exit.code(), 2, "{silent}");
        assert!(silent.stderr.contains("--yes"), "{silent}");
        assert_eq!(world_of(&sandbox), was);
        assert_eq!(sandbox.gobs(&["undo", "--list"]).stdout, "");
        let lang = if dry.stdout.contains("修复") { "zh" } else { "en" };
        assert_snapshot!(format!("dry run {lang}"), dry.stdout);
        assert_snapshot!(format!("declined {lang}"), format!("{}---\n{}", declined.stdout, declined.stderr));
        assert_snapshot!(format!("no terminal {lang}"), silent.stderr);
    }
}

#[test]
fn ids_and_areas_select() {
    let sandbox = broken();
    let outcome = sandbox.gobs(&["fix", "--offline", "--yes", "env.gosumdb"]);
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
    // Sorted, as `go env -w` leaves the file.
    let now = "# ours\nGONOSUMCHECK=1\nGOPROXY=https://goproxy.cn;direct\nGOSUMDB=sum.golang.google.cn\n";
    assert_eq!(sandbox.read(".config/go/env"), now);
    let outcome = sandbox.gobs(&["fix", "--offline", "--yes", "git"]);
    assert_eq!(outcome.exit.code(), 1, "git.secrets is left: {outcome}");
    assert!(!sandbox.read(".gitconfig").contains("sslVerify"));
    assert!(sandbox.read(".config/go/env").contains("GONOSUMCHECK"));
    let outcome = sandbox.gobs(&["fix", "--offline", "--yes", "env.*", "go.unknown"]);
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
    assert_eq!(
        sandbox.read(".config/go/env"),
        "# ours\nGOPROXY=https://goproxy.cn,direct\nGOSUMDB=sum.golang.google.cn\n"
    );
}

#[test]
fn a_check_that_does_not_exist() {
    for (sandbox, words) in
        [(broken(), "did you mean `env.gosumdb`?"), (chinese(broken()), "是不是想写 `env.gosumdb`？")]
    {
        let was = world_of(&sandbox);
        let outcome = sandbox.gobs(&["fix", "env.gosumbd", "--yes"]);
        assert_eq!(outcome.exit.code(), 2, "{outcome}");
        assert!(outcome.stderr.contains(words), "{outcome}");
        assert_eq!(world_of(&sandbox), was);
    }
    assert!(broken().gobs(&["fix", "evn"]).stderr.contains("`env`"));
}

#[test]
fn nothing_to_repair() {
    let mut shown = String::new();
    for sandbox in [trees::machine(), chinese(trees::machine())] {
        let outcome = sandbox.gobs(&["fix", "--offline"]);
        assert_eq!(outcome.exit.code(), 0, "{outcome}");
        // Nothing is written, not even gobs' own directories.
        assert_eq!(outcome.tree, "");
        shown += &outcome.stdout;
    }
    assert_snapshot!(shown);
}

/// Nothing to write needs no place to write to.
#[test]
fn without_a_home() {
    let mut sandbox = trees::machine();
    sandbox.unset("HOME");
    let outcome = sandbox.gobs(&["fix", "--offline", "env.gosumdb"]);
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
    sandbox.set("GOSUMDB", "off");
    let outcome = sandbox.gobs(&["fix", "--offline", "env.gosumdb"]);
    assert_eq!(outcome.exit.code(), 1, "{outcome}");
    assert!(outcome.stdout.contains("unset GOSUMDB"), "{outcome}");
}

/// What stands in the environment is nobody's file: it is told, not written.
#[test]
fn a_variable_of_the_process_is_left_with_a_command() {
    let mut sandbox = trees::machine();
    sandbox.set("GO111MODULE", "off");
    let outcome = sandbox.gobs(&["fix", "--offline", "--yes"]);
    assert_eq!(outcome.exit.code(), 1, "{outcome}");
    assert!(outcome.stdout.contains("$ unset GO111MODULE"), "{outcome}");
    assert_eq!(outcome.tree, "");
}
