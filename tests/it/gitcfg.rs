//! The real git judges our reader, our editor and our rewriting of URLs.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use gobs::facts::{Facts, Looking};
use gobs::model::Source;
use gobs::text::gitcfg::insteadof::{Rule, Rules};
use gobs::text::gitcfg::{GitConfig, Key, urlmatch};
use gobs::world::{Vars, World};
use proptest::prelude::*;

/// Runs git in an empty place, with `config` as its only configuration.
struct Git {
    dir: tempfile::TempDir,
}

impl Git {
    fn new() -> Git {
        Git { dir: tempfile::tempdir().expect("a temporary directory") }
    }

    fn file(&self) -> std::path::PathBuf {
        self.dir.path().join("config")
    }

    fn run(&self, config: &[u8], args: &[&str]) -> Output {
        std::fs::write(self.file(), config).expect("the directory is ours");
        let mut git = Command::new("git");
        git.env_clear().current_dir(self.dir.path()).args(args);
        git.env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.file())
            .env("GIT_CEILING_DIRECTORIES", self.dir.path().parent().unwrap_or(Path::new("/")))
            .env("LC_ALL", "C");
        git.output().expect("git is installed")
    }

    /// `git config --list`: names and values, or the line that git refuses.
    fn list(&self, config: &[u8]) -> Result<Vec<(String, Option<String>)>, u32> {
        let out = self.run(config, &["config", "-l", "-z", "-f", "config"]);
        if !out.status.success() {
            let said = String::from_utf8_lossy(&out.stderr).into_owned();
            let line = said.split("bad config line ").nth(1).and_then(|rest| rest.split(' ').next());
            return Err(line.and_then(|line| line.parse().ok()).expect(&said));
        }
        let records = out.stdout.split(|b| *b == 0).filter(|record| !record.is_empty());
        Ok(records
            .map(|record| {
                let text = String::from_utf8_lossy(record).into_owned();
                match text.split_once('\n') {
                    Some((name, value)) => (name.to_owned(), Some(old_spaces(value))),
                    None => (text, None),
                }
            })
            .collect())
    }
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).trim_end().to_owned()
}

/// git before 2.45 reads a tab between two words of a value as a space.
fn old_spaces(value: &str) -> String {
    value.replace(['\t', '\r'], " ")
}

fn ours(config: &[u8]) -> Result<Vec<(String, Option<String>)>, u32> {
    match GitConfig::parse(config) {
        Ok(config) => Ok(config.entries().map(|e| (e.canonical(), e.value.map(old_spaces))).collect()),
        Err(malformed) => Err(malformed.line),
    }
}

/// Files from the field and from git's own tests, and what broke readers before.
const CORPUS: &[&[u8]] = &[
    b"",
    b"\n",
    b"[user]\n\tname = A U Thor\n\temail = a@b\n",
    b"[url \"ssh://git@git.corp.example:2222/\"]\n\tinsteadOf = https://git.corp.example/\n\tinsteadOf = http://git.corp.example/\n",
    b"[alias]\n\tlg = log --graph --pretty='%h %s' # comment\n\tst = \"status -sb\" ; x\n",
    b"\xef\xbb\xbf[core]\r\n\tautocrlf = true\r\n",
    b"\xef\xbb[core]\n",
    b"\xef\n\xbb",
    b"\xff\xfe[\0c\0o\0r\0e\0]\0",
    b"[user]\n\tname = \xc0\xee\xc0\xd7\n\temail=li@corp",
    b"[section \"\xc0\xee\"] key\n",
    b"[a]b=c",
    b"[a][b]c=d\n[e]f",
    b"[A.B \"C\"]\nK=1\n[x \"a.b\"]y=2\n[.q]z=3\n[ \"q\"]z\n[\t\"q\"]z\n",
    b"[a]\nb = \\\n  c \\\n d ; e \\\nf = g\n",
    b"[a]\nb = x\\",
    b"[a]\nb = x\\\n",
    b"[a]\nb = \"x\\",
    b"[a]\nb = \"x\n",
    b"[a]\nb = \"x",
    b"[a]\nb = a\\qb\n",
    b"[a]\nb = C:\\Users\\li\n",
    b"[a\n[b]\n",
    b"[a",
    b"[a \"",
    b"[a \"\n\"]",
    b"[a \"b\\",
    b"[a \"b\\\n\"]",
    b"[a \"b\"",
    b"[a \"b\" ]",
    b"[a\n\"b\"]",
    b"[]",
    b"[ ]",
    b"[a]\n1b = c",
    b"[a]\n-b = c",
    b"[a]\nb-1-c",
    b"[a]\nb_c = d",
    b"[a]\nb : d",
    b"[a]\nb # d\n",
    b"[a]\nb # d",
    b"[a]\n= d\n",
    b"key = before any section\n",
    b"key\n",
    b"[a]\nb = c\rd = e\r",
    b"[a]\nb\r\nc = \r\n",
    b"[a]\nb\r",
    b"[a]\nb = \"c\r\nd\"\n",
    b"[a]\nb = x\0y\nc = d\n",
    b"[a \"x\0y\"]\nb = c\n",
    b"[a \"x.y\0z\"]\nb = c\n",
    b"[a]\0",
    b"\0",
    b"#only a comment",
    b"; \\\n[a]b=c\n",
    b"<<<<<<< HEAD\n[a]\n",
    b"[a]\nb = ' \" ; # \" ' ; #\n",
    b"[a]\n\tb = \t x \t y \t \n",
    b"[a]\x0b\n",
    b"[a]\nb = \x0bx\x0c\n",
    b"[includeIf \"gitdir:~/work/\"]\n\tpath = ~/work/.gitconfig\n",
    b"[http \"https://git.corp.example:8443/\"]\n\tsslCAInfo = /etc/pki/corp.pem\n",
    b"[credential]\n\thelper =\n\thelper = !f() { echo \\\"username=x\\\"; }; f\n",
];

#[test]
fn git_agrees_on_the_corpus() {
    let git = Git::new();
    for file in CORPUS {
        assert_eq!(ours(file), git.list(file), "{:?}", String::from_utf8_lossy(file));
    }
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let sound = prop::sample::select(vec![
        "[a]",
        "[a \"s\"]",
        "[b]\n",
        "[A.s]",
        "[a \"S\\\"\\\\\"]\n",
        "k = v",
        "k = v\n",
        "\tk=w\n",
        "K = \"x y\" # c\n",
        "k\n",
        "k = \\\n v\n",
        "other = 1\n",
        "# note\n",
        "; note",
        "\n",
        "\r\n",
        "  ",
        "k = a;b\n",
        "k=\n",
        "k = \"\"\n",
        "\u{feff}",
        "k = 值\n",
        "[a]\r\n",
        "k = v\r\n",
        "k = a \\t b\n",
    ])
    .prop_map(|text| text.as_bytes().to_vec());
    let any = prop::collection::vec(
        prop::sample::select(b"[]\"\\\n\r\t =#;.ab-1\xc0\xee\x00\xef\xbb\xbf".to_vec()),
        1..4,
    );
    prop_oneof![8 => sound, 1 => any]
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..8).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "https://h/",
            "x y",
            "",
            " lead",
            "trail ",
            "a;b",
            "#",
            "q\"\\",
            "a\nb",
            "a\tb",
            "值"
        ])
        .prop_map(str::to_owned),
        "[^\0]{0,6}",
    ]
}

proptest! {
    #[test]
    fn git_agrees_on_any_file(file in file()) {
        let git = Git::new();
        prop_assert_eq!(ours(&file), git.list(&file));
    }

    #[test]
    fn git_reads_exactly_what_was_set(
        file in file(),
        values in prop::collection::vec(value(), 0..4),
        key in prop::sample::select(vec![("a", None, "k"), ("a", Some("s"), "k"), ("url", Some("a \"b\\c.d"), "insteadOf")]),
    ) {
        let Ok(mut config) = GitConfig::parse(&file) else { return Ok(()) };
        let key: Key<'_> = key;
        config.set(key, &values).unwrap();
        let git = Git::new();
        let name = [Some(key.0), key.1, Some(key.2)].into_iter().flatten().collect::<Vec<_>>().join(".");
        let out = git.run(&config.render(), &["config", "-z", "-f", "config", "--get-all", &name]);
        let read: Vec<&str> = str::from_utf8(&out.stdout).unwrap().split_terminator('\0').collect();
        prop_assert_eq!(read, values);
        prop_assert_eq!(ours(&config.render()), git.list(&config.render()));
    }

    #[test]
    fn git_rewrites_the_same_url(
        rules in prop::collection::vec((prefix(), prefix()), 1..6),
        url in prefix(),
    ) {
        let mut lines = Vec::new();
        for (base, prefix) in &rules {
            lines.extend(format!("[url \"{base}\"]\n\tinsteadOf = {prefix}\n").into_bytes());
        }
        let config = GitConfig::parse(&lines).unwrap();
        let rules = Rules::fetch(config.entries().map(|entry| (entry, Source::Host)));
        let url = format!("{url}x");
        let want = rules.rewrite(&url).map_or(url.clone(), |(url, _)| url.reveal().to_owned());
        let out = Git::new().run(&lines, &["ls-remote", "--get-url", &url]);
        prop_assert_eq!(said(&out), want);
    }

    #[test]
    fn git_picks_the_same_section_for_a_url(
        patterns in prop::collection::vec(pattern(), 1..6),
        url in pattern(),
    ) {
        let sections = patterns.iter().enumerate().map(|(n, pattern)| {
            format!("[http \"{pattern}\"]\n\tsslCAInfo = {n}\n")
        });
        let file = String::from("[http]\n\tsslCAInfo = none\n") + &sections.collect::<String>();
        let config = GitConfig::parse(file.as_bytes()).unwrap();
        let out = Git::new().run(file.as_bytes(), &["config", "-f", "config", "--get-urlmatch", "http.sslCAInfo", &url]);
        if out.status.code() == Some(128) {
            prop_assert_eq!(urlmatch::Normal::of_url(&url), None, "{}", url);
        } else {
            let ours = urlmatch::best(config.entries(), "http", "sslCAInfo", &url).and_then(|entry| entry.value);
            prop_assert_eq!(said(&out), ours.unwrap_or(""), "{} in {}", url, file);
        }
    }
}

/// URLs and prefixes that have a good chance to begin with one another.
fn prefix() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!["https://h/", "ssh://git@h/", "a/", "b/", "git@h:"]),
        1..4,
    )
    .prop_map(|parts| parts.concat())
}

fn pattern() -> impl Strategy<Value = String> {
    let part = |list: &'static [&'static str]| prop::sample::select(list);
    (
        part(&["https://", "http://", "HTTPS://", "https:/", "file://"]),
        part(&["", "", "", "u@", "u:p@", "@", "%75@"]),
        part(&["h", "H", "*", "git.h", "*.h", "h.", "[::1]", "", "a_b", "h h"]),
        part(&["", "", ":443", ":80", ":0443", ":8443", ":", ":0", ":99999", ":x"]),
        part(&[
            "", "/", "/a", "/a/", "/a/b", "/a/../b", "/./a", "/..", "/a//b", "/%61", "/a%2Fb", "/a%2", "?q",
            "/a?q=/", "/a/.", "/a/b/..",
        ]),
    )
        .prop_map(|(scheme, user, host, port, path)| [scheme, user, host, port, path].concat())
}

/// A rule that git itself shows not to work: the fault is found, and git's words are what the log has.
#[test]
fn git_stumbles_where_a_fault_is_found() {
    let git = Git::new();
    let rule = Rule::new("htps://h/", "https://h/", Source::Host);
    assert!(rule.fault().is_some());
    let out = git
        .run(b"[url \"htps://h/\"]\n\tinsteadOf = https://h/\n", &["ls-remote", "https://h/group/repo.git"]);
    assert!(String::from_utf8_lossy(&out.stderr).contains("remote-htps"));
}

/// What gobs reads by itself is what the real git answers; where it cannot know, it says so and asks.
#[test]
fn rules_that_are_read_are_those_that_git_has() {
    let home = tempfile::tempdir().unwrap();
    let rule = |base: &str, prefix: &str| format!("[url \"{base}\"]\n\tinsteadOf = {prefix}\n");
    let facts_of = |vars: &[(&str, &str)], cwd: &Path| {
        let own = [("HOME", home.path().to_str().unwrap()), ("PATH", "/usr/bin:/bin")];
        let vars: Vars = own.iter().chain(vars).copied().collect();
        World::with(vars, cwd.to_path_buf(), PathBuf::from("/"))
    };
    let known = |vars: &[(&str, &str)], cwd: &Path, config: &str| {
        std::fs::write(home.path().join(".gitconfig"), config).unwrap();
        let world = facts_of(vars, cwd);
        let facts = Facts::new(&world, Looking::default());
        let theirs = facts.git_view().map(|view| view.rules().list().to_vec());
        assert_eq!(facts.git_rules().map(|rules| rules.list().to_vec()), theirs, "{config}");
        (facts.plain_git_rules().is_some(), theirs.map_or(0, |rules| rules.len()))
    };
    let (ssh, own) = (rule("ssh://git@a.test/", "https://a.test/"), rule("https://a.test/", "git@a.test:"));
    let here = home.path();
    assert_eq!(known(&[], here, ""), (true, 0));
    assert_eq!(known(&[], here, &ssh), (true, 1));
    assert_eq!(known(&[], here, &[&*ssh, &own, &ssh, "[user]\n\tname = 李\n"].concat()), (true, 3));
    std::fs::create_dir_all(here.join(".config/git")).unwrap();
    std::fs::write(here.join(".config/git/config"), rule("https://b.test/", "https://c.test/")).unwrap();
    assert_eq!(known(&[], here, &ssh), (true, 2));
    // Where only git knows.
    std::fs::write(here.join("more"), &own).unwrap();
    assert_eq!(known(&[], here, &[&*ssh, "[include]\n\tpath = ~/more\n"].concat()), (false, 3));
    let count =
        [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "url.x.insteadOf"), ("GIT_CONFIG_VALUE_0", "y")];
    assert_eq!(known(&count, here, &ssh), (false, 3));
    assert_eq!(known(&[], here, "[url \"x\"\n"), (false, 0));
    let repository = here.join("repository/below");
    std::fs::create_dir_all(&repository).unwrap();
    let init = Command::new("git").args(["init", "-q"]).arg(here.join("repository")).status().unwrap();
    assert!(init.success());
    std::fs::write(here.join("repository/.git/config"), [&*own, "[core]\n\tbare = false\n"].concat())
        .unwrap();
    assert_eq!(known(&[], &repository, &ssh), (false, 3));
}
