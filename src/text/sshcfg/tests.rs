//! Specimens of the reader and of what holds for a host.

use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> SshConfig {
    SshConfig::parse("/home/li/.ssh/config", text.as_bytes())
}

fn held(text: &str, host: &str) -> Vec<(u32, bool)> {
    parse(text).host_lines(host).iter().map(|hit| (hit.line.number, hit.sure)).collect()
}

#[test]
fn lines_keywords_arguments_blocks() {
    let config = parse(
        "# c\nUser li\n\nHost a \"b c\"\n\tPort=2222 # no\n  HostName = \"x y\"\r\nMatch all\nbatchmode yes\x0c\n",
    );
    let seen: Vec<_> = config
        .lines
        .iter()
        .map(|line| (line.number, line.keyword.as_str(), line.arguments.join("|"), line.block))
        .collect();
    assert_eq!(
        seen,
        [
            (2, "user", "li".to_owned(), 0),
            (4, "host", "a|b c".to_owned(), 1),
            (5, "port", "2222".to_owned(), 1),
            (6, "hostname", "x y".to_owned(), 1),
            (7, "match", "all".to_owned(), 2),
            (8, "batchmode", "yes".to_owned(), 2),
        ]
    );
    assert!(config.faults.is_empty());
    let proxy = parse("ProxyCommand ssh -W \"[%h]:%p\" jump");
    assert_eq!(proxy.lines[0].rest, "ssh -W \"[%h]:%p\" jump");
}

#[test]
fn lines_that_ssh_dies_of() {
    let faults = |text: &str| -> Vec<(u32, FaultKind)> {
        parse(text).faults.into_iter().map(|fault| (fault.line, fault.what)).collect()
    };
    assert_eq!(faults("\u{feff}Host a\n"), [(1, FaultKind::ByteOrderMark)]);
    assert_eq!(faults("Host a\nPort\n"), [(2, FaultKind::NoArgument("port".into()))]);
    assert_eq!(faults("User \"li\nPort '2\n"), [(1, FaultKind::Quotes), (2, FaultKind::Quotes)]);
    assert_eq!(
        faults("Match hosts a\n"),
        [(1, FaultKind::Match("Unsupported Match attribute hosts".into()))]
    );
    assert_eq!(faults("User li lei\n"), [(1, FaultKind::ExtraArguments("user".into()))]);
    assert_eq!(faults("SendEnv A B\nUserKnownHostsFile a b\nProtocol 2 1\nunknown a b\n"), []);
    assert_eq!(faults("User \"\"\n"), [(1, FaultKind::EmptyArgument("user".into()))]);
    assert_eq!(faults("Match host\n").len(), 1);
    assert_eq!(faults("Match host a all\n").len(), 0);
    assert_eq!(faults("Match host a user b all\n").len(), 1);
    assert_eq!(faults("Match all host a\n").len(), 1);
}

/// The file of a log from the field: `config: line 2: Bad configuration option: usr`.
#[test]
fn unknown_options() {
    let found =
        parse("Host gitlab.corp\n    usr git\n    UseKeychain yes\n    PubkeyAcceptedAlgorithms +ssh-rsa\n")
            .unknown_options("x");
    let seen: Vec<_> = found
        .iter()
        .map(|option| (option.line, option.name.as_str(), option.standing, option.meant))
        .collect();
    assert_eq!(
        seen,
        [
            (2, "usr", None, Some("user")),
            (3, "usekeychain", Some(Standing::Vendor("macOS")), None),
            (4, "pubkeyacceptedalgorithms", Some(Standing::Since(8, 5)), None),
        ]
    );
}

#[test]
fn ignore_unknown_holds_from_its_line_on() {
    let text = "early 1\nHost b\n IgnoreUnknown *\nHost a\n IgnoreUnknown UseKeychain,new*\nHost *\n UseKeychain yes\n newthing 1\n other 1\n";
    let names = |host: &str| -> Vec<String> {
        parse(text).unknown_options(host).into_iter().map(|option| option.name).collect()
    };
    assert_eq!(names("a"), ["early", "other"]);
    assert_eq!(names("b"), ["early"]);
    assert_eq!(names("c"), ["early", "usekeychain", "newthing", "other"]);
}

#[test]
fn host_patterns() {
    let text = "User top\nHost git.corp *.cn !bad.cn\nPort 1\nHost *\nPort 2\nHost GIT.corp\nPort 3\nHost a,b\nPort 4\n";
    assert_eq!(held(text, "git.corp"), [(1, true), (3, true), (5, true)]);
    assert_eq!(held(text, "x.cn"), [(1, true), (3, true), (5, true)]);
    assert_eq!(held(text, "bad.cn"), [(1, true), (5, true)]);
    assert_eq!(held(text, "a"), [(1, true), (5, true)]);
}

#[test]
fn match_conditions() {
    for (condition, want) in [
        ("all", Some(true)),
        ("!all", None),
        ("host git.*,other", Some(true)),
        ("!host git.*", None),
        ("host other", None),
        ("originalhost GIT.CORP", Some(true)),
        ("host=git.corp", Some(true)),
        ("host git.corp exec \"test -f x\"", Some(false)),
        ("exec true host other", None),
        ("user git", Some(false)),
        ("!user git", Some(false)),
        ("final", Some(false)),
        ("!final host git.corp", Some(true)),
        ("tagged x", Some(false)),
    ] {
        let text = format!("Match {condition}\nPort 1\n");
        let want: Vec<(u32, bool)> = want.map(|sure| (2, sure)).into_iter().collect();
        assert_eq!(held(&text, "git.corp"), want, "{condition}");
    }
}

#[test]
fn match_host_compares_the_name_given_by_hostname() {
    let text = "Host g\nHostName %h.corp\nMatch host g.corp\nPort 1\nMatch originalhost g\nPort 2\nMatch host g\nPort 3\n";
    assert_eq!(held(text, "g"), [(2, true), (4, true), (6, true)]);
    // Not known any more once a HostName may or may not hold.
    let text = "Match user x\nHostName other\nMatch host g\nPort 1\n";
    assert_eq!(held(text, "g"), [(2, false), (4, false)]);
}

#[test]
fn includes_hold_where_they_stand() {
    let inner = SshConfig::parse("inner", b"Port 1\nHost other\nPort 2\nHost *\nHostName h\n");
    let main = parse("Host a\nInclude inner\nUser u\nMatch host h\nPort 3\n");
    let lines = |host: &str| -> Vec<(String, u32)> {
        let reading = Reading::of(host, &main, &mut |path| {
            if path == "inner" { vec![&inner] } else { vec![] }
        })
        .unwrap();
        let name = |hit: &Hit<'_>| hit.file.path.file_name().unwrap().to_string_lossy().into_owned();
        reading.hits.iter().map(|hit| (name(hit), hit.line.number)).collect()
    };
    let at = |name: &str, line| (name.to_owned(), line);
    assert_eq!(
        lines("a"),
        [at("inner", 1), at("inner", 5), at("config", 2), at("config", 3), at("config", 5)]
    );
    assert_eq!(lines("other"), []);
}

#[test]
fn files_that_include_themselves() {
    let main = parse("Include me\nInclude me\n");
    assert_eq!(Reading::of("a", &main, &mut |_| vec![&main]), Err(TooDeep));
}

#[test]
fn the_first_value_and_where() {
    let main = parse("Host a\n IdentityFile x\nHost *\n IdentityFile y\n");
    let reading = Reading::of("a", &main, &mut |_| vec![]).unwrap();
    assert_eq!(reading.first("identityfile").map(Hit::value), Some("x"));
    assert_eq!(
        reading.first("identityfile").map(Hit::at),
        Some(Source::File("/home/li/.ssh/config".into(), Some(2)))
    );
    assert_eq!(reading.all("identityfile").count(), 2);
}

proptest! {
    #[test]
    fn anything_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..300), host in "[a-z.]{0,5}") {
        let config = SshConfig::parse("x", &bytes);
        prop_assert!(config.host_lines(&host).len() <= config.lines.len());
        config.unknown_options(&host);
    }
}
