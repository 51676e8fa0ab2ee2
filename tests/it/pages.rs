//! The pages of `gobs explain`: one for every check and every kind, in both languages, whole, and offline.

use gobs::explain::{check_page, kind_page};
use gobs::model::{Msg, kind};
use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const DANGEROUS: [&str; 8] = [
    "GOSUMDB=off",
    "GONOSUMDB=*",
    "GOPRIVATE=*",
    "GOINSECURE=*",
    "sslVerify false",
    "StrictHostKeyChecking no",
    "chmod 777",
    "rm go.sum",
];

#[test]
fn every_check_and_every_kind_has_a_whole_page() {
    let mut sandbox = Sandbox::new();
    // A page needs nothing of the machine.
    sandbox.unset("HOME");
    let names =
        gobs::checks::all().into_iter().map(|check| check.id.0).chain(kind::ALL.iter().map(|k| k.name()));
    let mut missing = Vec::new();
    for name in names {
        for (lang, heads) in [
            ("en", [["Why it matters", "How it is judged"], ["What to do", "How to repair"]]),
            ("zh", [["为什么重要", "如何判断"], ["怎么办", "如何修复"]]),
        ] {
            let outcome = sandbox.gobs(&["explain", name, "--lang", lang]);
            let has = |head: &str| {
                let after = outcome.stdout.split_once(&format!("\n{head}\n")).map(|(_, after)| after);
                after.is_some_and(|after| after.lines().next().is_some_and(|line| line.starts_with("  ")))
            };
            let [both, one] = heads;
            if outcome.exit.code() != 0 || !both.iter().all(|h| has(h)) || !one.iter().any(|h| has(h)) {
                missing.push(format!("{name} ({lang}): {}{}", outcome.stdout, outcome.stderr));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_check_says_what_it_may_find() {
    for check in gobs::checks::all() {
        let page = check_page(check.id.0).unwrap_or_else(|| panic!("{} has no page", check.id));
        assert!(!page.kinds.is_empty(), "{} finds nothing", check.id);
        let chinese = |text: &Msg| text.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(!page.how.en.is_empty() && chinese(&page.how), "{}", check.id);
    }
}

#[test]
fn no_page_advises_what_gobs_never_advises() {
    for kind in kind::ALL {
        let page = kind_page(*kind).unwrap();
        for text in [&page.next.en, &page.next.zh].into_iter().chain(&page.run) {
            for bad in DANGEROUS {
                assert!(!text.contains(bad), "{kind}: {text}");
            }
        }
    }
}

#[test]
fn pages_as_they_are_read() {
    let mut sandbox = Sandbox::new();
    let page = |sandbox: &Sandbox, args: &[&str], columns| {
        sandbox.gobs_at(&[&["explain"], args].concat(), None, columns).stdout
    };
    assert_snapshot!("kind of a machine", page(&sandbox, &["goproxy-bad-separator"], Some(80)));
    assert_snapshot!("kind of a log", page(&sandbox, &["sumdb-unreachable"], Some(80)));
    assert_snapshot!("check", page(&sandbox, &["env.dirs"], Some(80)));
    assert_snapshot!("check as Markdown", page(&sandbox, &["env.dirs", "--format", "markdown"], None));
    sandbox.set("LANG", "zh_CN.UTF-8");
    assert_snapshot!("kind of a machine in Chinese", page(&sandbox, &["goproxy-bad-separator"], Some(80)));
    assert_snapshot!("check in Chinese", page(&sandbox, &["env.dirs"], Some(48)));
}

#[test]
fn a_slip_is_put_right_and_a_list_has_them_all() {
    let mut sandbox = Sandbox::new();
    for (slip, meant) in [("goproxy-bad-seperator", "goproxy-bad-separator"), ("env.gosumbd", "env.gosumdb")]
    {
        let outcome = sandbox.gobs(&["explain", slip]);
        assert_eq!(outcome.exit.code(), 2);
        assert!(outcome.stderr.contains(&format!("did you mean `{meant}`?")), "{outcome}");
    }
    sandbox.set("LANG", "zh_CN.UTF-8");
    let outcome = sandbox.gobs(&["explain", "完全不像"]);
    assert!(outcome.stderr.contains("gobs explain --list"), "{outcome}");
    let list = sandbox.gobs(&["explain", "--list"]).stdout;
    let names: Vec<&str> = list.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names.len(), kind::ALL.len() + gobs::checks::all().len());
    assert!(names.contains(&"env.goproxy") && names.contains(&"go-missing"));
}
