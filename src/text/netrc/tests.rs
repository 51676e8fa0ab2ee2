//! Go's own test, specimens from the field, and the three views side by side.

use proptest::prelude::*;

use super::*;

/// `auth/netrc_test.go:testNetrc`.
const GO: &str = "
machine incomplete
password none

machine api.github.com
  login user
  password pwd

machine incomlete.host
  login justlogin

machine test.host
login user2
password pwd2

machine oneline login user3 password pwd3

machine ignore.host macdef ignore
  login nobody
  password nothing

machine hasmacro.too macdef ignore-next-lines login user4 password pwd4
  login nobody
  password nothing

default
login anonymous
password gopher@golang.org

machine after.default
login oops
password too-late-in-file
";

fn taken(text: &str) -> Vec<(String, String, String, u32)> {
    let entries = Netrc::parse(text).entries.into_iter();
    entries.map(|e| (e.machine, e.login.0, e.password.0, e.line)).collect()
}

fn dropped(text: &str) -> Vec<(u32, DropReason)> {
    Netrc::parse(text).dropped.into_iter().map(|d| (d.line, d.why)).collect()
}

fn incomplete(machine: &str, login: bool, password: bool) -> DropReason {
    DropReason::Incomplete { machine: machine.into(), login, password }
}

#[test]
fn go_reads_its_own_test() {
    let entry = |m: &str, l: &str, p: &str, line| (m.to_owned(), l.to_owned(), p.to_owned(), line);
    assert_eq!(
        taken(GO),
        [
            entry("api.github.com", "user", "pwd", 5),
            entry("test.host", "user2", "pwd2", 12),
            entry("oneline", "user3", "pwd3", 16),
            entry("hasmacro.too", "user4", "pwd4", 22),
        ]
    );
    assert_eq!(
        dropped(GO),
        [
            (2, incomplete("incomplete", false, true)),
            (9, incomplete("incomlete.host", true, false)),
            (18, incomplete("ignore.host", false, false)),
            (26, DropReason::Default),
            (30, DropReason::AfterDefault { machine: "after.default".into() }),
        ]
    );
}

#[test]
fn why_a_record_does_not_count() {
    let word = |w: &str| w.to_owned();
    for (text, want) in [
        ("machine a login b password c\n", vec![]),
        (
            "machine a\nlogin b password c\nmachine a login d password e\n",
            vec![(3, DropReason::Duplicate { machine: word("a"), first: 1 })],
        ),
        ("machine\na\nlogin b\npassword c\n", vec![(1, DropReason::Split { word: word("machine") })]),
        (
            "machine a username b password c\n",
            vec![(1, DropReason::UnknownWord { word: word("username") }), (1, incomplete("a", false, true))],
        ),
        (
            "machine a login\n",
            vec![(1, DropReason::Split { word: word("login") }), (1, incomplete("a", false, false))],
        ),
        ("default login a password b\nmachine c login d password e\n", vec![(1, DropReason::Default)]),
        (
            "macdef init\ncd /\nmachine a login b password c\n\nmachine d login e password f\n",
            vec![(3, DropReason::InMacro { machine: word("a") })],
        ),
        // With CRLF no line is empty, so the macro never ends.
        (
            "macdef x\r\n\r\nmachine a login b password c\r\n",
            vec![(3, DropReason::InMacro { machine: word("a") })],
        ),
        ("# machine a login b password c\nmachine d login e account f password g\n", vec![]),
        ("", vec![]),
    ] {
        let mut seen = dropped(text);
        seen.sort_by_key(|(line, why)| (*line, matches!(why, DropReason::Incomplete { .. })));
        assert_eq!(seen, want, "{text:?}");
    }
}

#[test]
fn go_knows_neither_comments_nor_quotes() {
    let text = "# old machine a login b password c\nmachine d login e password \"f g\"\n";
    let netrc = Netrc::parse(text);
    assert_eq!(netrc.entries.len(), 2);
    assert!(netrc.entries[0].commented && !netrc.entries[1].commented);
    assert!(netrc.entries[1].quoted);
    assert_eq!(netrc.entries[1].password.reveal(), "\"f");
    assert_eq!(netrc.for_git("a"), None);
    assert_eq!(netrc.for_git("d").unwrap().password.reveal(), "f g");
}

#[test]
fn go_wants_the_port_and_git_does_not() {
    let netrc =
        Netrc::parse("machine git.corp login a password b\nmachine git.corp:8443 login c password d\n");
    let go = |target: &str| netrc.for_go(target).map(|entry| entry.login.reveal());
    assert_eq!(go("git.corp"), Some("a"));
    assert_eq!(go("git.corp:8443"), Some("c"));
    assert_eq!(go("git.corp:8443/group/repo?go-get=1"), Some("c"));
    assert_eq!(go("git.corp:9"), None);
    assert_eq!(go("GIT.corp"), None);
    assert_eq!(netrc.for_git("git.corp").unwrap().login.reveal(), "a");
    assert_eq!(netrc.for_git("GIT.CORP").unwrap().login.reveal(), "a");
}

#[test]
fn go_takes_the_scheme_off_and_walks_up_the_path() {
    let netrc =
        Netrc::parse("machine https://git.corp/ login a password b\nmachine h/group login c password d\n");
    assert_eq!(netrc.for_go("git.corp/x").map(|entry| entry.line), Some(1));
    assert_eq!(netrc.for_go("h/group/repo").map(|entry| entry.line), Some(2));
    assert_eq!(netrc.for_go("h/groups").map(|entry| entry.line), None);
    assert_eq!(netrc.for_git("git.corp"), None);
}

#[test]
fn git_uses_default_and_skips_what_is_incomplete() {
    let netrc = Netrc::parse(
        "machine git.corp login a\nmachine git.corp login b password c\ndefault login d password e\n",
    );
    let login = |host: &str| netrc.for_git(host).map(|login| (login.login.0, login.line, login.default));
    assert_eq!(login("git.corp"), Some(("b".into(), 2, false)));
    assert_eq!(login("other"), Some(("d".into(), 3, true)));
    assert_eq!(Netrc::parse("machine a login \"b\n").for_git("a"), None);
    assert_eq!(Netrc::parse("").for_git("a"), None);
}

#[test]
fn names_that_are_almost_right() {
    let text = "machine https://git.corp.example:8443 login a password b
machine git.corp.example login a password b
machine git.corp.example:9 login a password b
machine gti.corp.example:8443 login a password b
machine Git.corp.example:8443 login a password b
machine wiki.corp.example login a password b
machine github.com login a password b
machine git.corp.example:8443 login a password b
";
    let seen = |host: &str| -> Vec<(u32, Near)> {
        Netrc::parse(text).near_misses(host).iter().map(|miss| (miss.entry.line, miss.how)).collect()
    };
    assert_eq!(
        seen("git.corp.example:8443"),
        [
            (1, Near::Scheme),
            (5, Near::Case),
            (2, Near::NoPort),
            (3, Near::OtherPort),
            (4, Near::Slip),
            (6, Near::SameDomain),
        ]
    );
    assert_eq!(seen("gitlab.com"), []);
    let near = |machine: &str, host: &str| {
        let netrc = Netrc::parse(&format!("machine {machine} login a password b"));
        netrc.near_misses(host).first().map(|miss| miss.how)
    };
    assert_eq!(near("corp.com.cn", "other.com.cn"), None);
    assert_eq!(near("wiki.corp.com.cn", "git.corp.com.cn"), Some(Near::SameDomain));
    assert_eq!(near("10.0.0.1", "10.0.0.2:8443"), None);
    assert_eq!(near("localhost", "other"), None);
}

#[test]
fn secrets_do_not_show() {
    let netrc = Netrc::parse("machine a login ghp_token password hunter2\n");
    let shown = format!("{netrc:?} {:?} {:?}", netrc.for_git("a"), netrc.near_misses("a:1"));
    assert!(!shown.contains("hunter2") && !shown.contains("ghp_token"), "{shown}");
}

#[test]
fn every_reason_speaks_both_languages() {
    for why in dropped(GO).into_iter().map(|(_, why)| why).chain([
        DropReason::Split { word: "login".into() },
        DropReason::Stray { word: "login".into() },
        DropReason::UnknownWord { word: "user".into() },
        DropReason::InMacro { machine: "a".into() },
        DropReason::Duplicate { machine: "a".into(), first: 1 },
    ]) {
        let said = why.say();
        let chinese = |text: &str| text.contains(|c| ('\u{4e00}'..'\u{a000}').contains(&c));
        assert!(!chinese(&said.en) && chinese(&said.zh), "{said:?}");
    }
}

proptest! {
    #[test]
    fn every_machine_is_taken_or_explained(
        words in prop::collection::vec(
            prop::sample::select(vec!["machine", "h1", "h2", "login", "password", "\n", "\n\n", "default", "macdef", "#", " ", "x"]),
            0..30,
        ),
    ) {
        let text = words.join(" ").replace(" \n ", "\n").replace("\n \n", "\n\n");
        let netrc = Netrc::parse(&text);
        netrc.for_git("h1");
        netrc.near_misses("h1:2");
        let lines = text.split('\n').zip(1_u32..);
        for (line, number) in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words.chunks_exact(2).any(|pair| pair[0] == "machine") {
                let known = netrc.entries.iter().any(|e| e.line == number) || netrc.dropped.iter().any(|d| d.line == number);
                prop_assert!(known, "line {} of {:?}: {:?}", number, text, netrc);
            }
        }
    }
}
