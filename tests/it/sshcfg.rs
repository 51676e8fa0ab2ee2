//! The real ssh judges our reading of its configuration.

use std::path::PathBuf;
use std::process::{Command, Output};

use gobs::text::sshcfg::keywords::{Standing, all};
use gobs::text::sshcfg::{Hit, HostBlock, Reading, SshConfig, render_hosts, with_include};
use proptest::prelude::*;

struct Ssh {
    dir: tempfile::TempDir,
}

impl Ssh {
    fn new() -> Ssh {
        Ssh { dir: tempfile::tempdir().expect("a temporary directory") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// `ssh -G`: prints what holds for a host and connects to nothing.
    fn ask(&self, config: &[u8], host: &str) -> Output {
        std::fs::write(self.path("config"), config).expect("the directory is ours");
        let mut ssh = Command::new("ssh");
        ssh.env("LC_ALL", "C").arg("-F").arg(self.path("config"));
        ssh.args(["-G", host]).output().expect("ssh is installed")
    }
}

fn first_values(out: &Output, keyword: &str) -> Vec<String> {
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let values = said.lines().filter_map(|line| line.strip_prefix(keyword)?.strip_prefix(' '));
    values.map(str::to_owned).collect()
}

fn complaints(out: &Output) -> Vec<u32> {
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    let lines = said.lines().filter_map(|line| line.split("line ").nth(1));
    let numbers = lines.filter_map(|rest| rest.split([':', ' ']).next()?.parse().ok());
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.dedup();
    numbers
}

fn agree(config: &[u8], host: &str) -> Result<(), TestCaseError> {
    let out = Ssh::new().ask(config, host);
    let ours = SshConfig::parse("config", config);
    let mut refused: Vec<u32> = ours.faults.iter().map(|fault| fault.line).collect();
    refused.extend(
        ours.unknown_options(host)
            .iter()
            .filter(|o| matches!(o.standing, None | Some(Standing::Vendor("macOS"))))
            .map(|o| o.line),
    );
    refused.sort_unstable();
    refused.dedup();
    if !out.status.success() {
        prop_assert_eq!(complaints(&out), refused, "{}", String::from_utf8_lossy(&out.stderr));
        return Ok(());
    }
    prop_assert!(refused.is_empty(), "ssh takes it: {:?}", ours);
    let reading = Reading::of(host, &ours, &mut |_| Vec::new()).expect("one file");
    prop_assert!(reading.hits.iter().all(|hit| hit.sure));
    for keyword in ["hostname", "user", "port", "hostkeyalias", "loglevel"] {
        if let Some(hit) = reading.first(keyword) {
            let want = match keyword {
                "hostname" => hit.value().replace("%h", host),
                "hostkeyalias" => hit.value().to_ascii_lowercase(),
                _ => hit.value().to_owned(),
            };
            prop_assert_eq!(first_values(&out, keyword), [want], "{}", keyword);
        }
    }
    let identities: Vec<String> = reading.all("identityfile").map(|hit| hit.value().to_owned()).collect();
    if !identities.is_empty() {
        let mut unique = Vec::new();
        for identity in identities {
            if !unique.contains(&identity) {
                unique.push(identity);
            }
        }
        prop_assert_eq!(first_values(&out, "identityfile"), unique);
    }
    Ok(())
}

const CORPUS: &[&str] = &[
    "",
    "Host git.corp\n\tHostName 10.0.0.1\n\tPort 2222\n\tUser git\n\tIdentityFile ~/.ssh/corp\nHost *\n\tUser me\n\tIdentityFile ~/.ssh/id\n",
    "Host gitlab\n    usr git\n",
    "Host a\n  Port\n  User \"x\n",
    "\u{feff}Host git.corp\n",
    "HOST=git.corp\nport =\t2222\nuser=\"a b\" # c\nIdentityFile 'a \"b' \n",
    "Host * !git.corp\nPort 1\nHost git.corp\nPort 2\n",
    "Host !x git.corp\nPort 1\n",
    "Host git.corp,other\nPort 1\n",
    "Match host git.corp\nPort 1\nMatch originalhost other\nPort 2\nMatch all\nPort 3\nLogLevel ERROR\n",
    "Host git\nHostName %h.corp\nMatch host git.corp\nUser x\n",
    "HostName git.corp\nMatch host GIT.corp\nUser x\nMatch !host x\nPort 9\n",
    "IgnoreUnknown UseKeychain,Foo*\nUseKeychain yes\nFooBar x\n",
    "UseKeychain yes\nIgnoreUnknown UseKeychain\n",
    "Match hosts x\nPort 1\n",
    "Match\n",
    "Match all all\n",
    "Match host\n",
    "Protocol 2\nCipher x\nRSAAuthentication yes\n",
    "IdentityFile C:\\Users\\li\\id\nIdentityFile \"C:\\\\x\\\\y\"\nIdentityFile a\\ b\n",
    "Host a\r\n\tPort 2\r\nHost git.corp\r\n\tPort 3\r\n",
    "User x\x0c\n\x0b\n",
    "  # comment\n\t\n   User   y   \n",
    "User a b\nHostName \"a\" # c\nPort 22 # c\nHostName ''\n",
    "Us\"er\" z\n",
    "Us\"er z\n",
];

#[test]
fn ssh_agrees_on_the_corpus() {
    for config in CORPUS {
        for host in ["git.corp", "git", "GIT.corp", "other"] {
            if let Err(why) = agree(config.as_bytes(), host) {
                panic!("{config:?} for {host}: {why}");
            }
        }
    }
}

fn line() -> impl Strategy<Value = String> {
    let condition = prop::sample::select(vec![
        "Host git.corp",
        "Host *.corp other",
        "Host !git.corp *",
        "Host *",
        "Host GIT.corp",
        "Host g?t*",
        "Match host git.corp",
        "Match host h1,*.corp",
        "Match !host git.corp",
        "Match originalhost git.corp host !x,*",
        "Match all",
        "Match  host=\"git.corp\"",
        "Match originalhost other",
    ])
    .prop_map(str::to_owned);
    let word = prop::sample::select(vec![
        "h1",
        "a\\ b",
        "\"a b\"",
        "'q w'",
        "x#y",
        "x # y",
        "%h.corp",
        "a\\\"b",
        "C:\\k\\id",
        "=e",
        "\"\\\\\"",
    ]);
    let option = (
        prop::sample::select(vec![
            "HostName",
            "User",
            "IdentityFile",
            "hostkeyalias",
            "\"User\"",
            "\tHostKeyAlias",
        ]),
        prop::sample::select(vec![" ", "=", " = ", "\t"]),
        word,
    )
        .prop_map(|(keyword, between, word)| format!("{keyword}{between}{word}"));
    let odd = prop::sample::select(vec![
        "",
        "# c",
        "  ",
        "Port 22",
        "usr x",
        "User",
        "User \"x",
        "LogLevel ERROR",
        "IgnoreUnknown usr",
        "User a b",
        "User \"\"",
        "User # c",
        "Host # c",
        "Host \"\"",
    ])
    .prop_map(str::to_owned);
    prop_oneof![3 => condition, 5 => option, 1 => odd]
}

proptest! {
    #[test]
    fn ssh_agrees_on_any_file(lines in prop::collection::vec(line(), 0..8), host in prop::sample::select(vec!["git.corp", "other", "git"])) {
        agree((lines.join("\n") + "\n").as_bytes(), host)?;
    }

    #[test]
    fn ssh_reads_the_hosts_file_of_ours(
        identities in prop::collection::vec("[^\0\r\n%~$]{1,8}", 1..4),
        user in "[a-z ]{1,5}",
    ) {
        prop_assume!(identities.iter().all(|identity| !identity.eq_ignore_ascii_case("none")));
        let options = identities.iter().map(|path| ("IdentityFile".to_owned(), vec![path.clone()]));
        let user = ("User".to_owned(), vec![user]);
        let block = HostBlock { patterns: vec!["git.corp".into()], options: options.chain([user.clone()]).collect() };
        let out = Ssh::new().ask(&render_hosts(&[block]).unwrap(), "git.corp");
        prop_assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        prop_assert_eq!(first_values(&out, "user"), user.1);
        let mut unique: Vec<String> = Vec::new();
        for identity in identities {
            if !unique.contains(&identity) {
                unique.push(identity);
            }
        }
        prop_assert_eq!(first_values(&out, "identityfile"), unique);
    }
}

/// The list of keywords against the ssh that is installed: what it should know it knows, what no ssh knows it refuses.
#[test]
fn ssh_knows_the_keywords() {
    let ssh = Ssh::new();
    let version = Command::new("ssh").arg("-V").output().expect("ssh is installed");
    let version = String::from_utf8_lossy(&version.stderr).into_owned();
    let digits =
        version.trim_start_matches("OpenSSH_").split(['p', ',']).next().unwrap_or_default().to_owned();
    let version: Vec<u8> = digits.split('.').filter_map(|n| n.parse().ok()).collect();
    for (keyword, standing) in all() {
        let out = ssh.ask(format!("Match originalhost nobody\n{keyword} x\n").as_bytes(), "h");
        let refused = String::from_utf8_lossy(&out.stderr).contains("Bad configuration option");
        let want = match standing {
            Standing::Known | Standing::Obsolete => false,
            Standing::Since(major, minor) => *version < [major, minor][..],
            Standing::Vendor(_) => continue,
        };
        assert_eq!(refused, want, "{keyword} in {digits}");
    }
}

#[test]
fn our_include_comes_first_and_does_not_leak() {
    let ssh = Ssh::new();
    let hosts = ssh.path("hosts");
    let block = |pattern: &str, port: &str| HostBlock {
        patterns: vec![pattern.to_owned()],
        options: vec![("Port".into(), vec![port.to_owned()])],
    };
    let rendered = render_hosts(&[block("*.corp", "1"), block("git.corp", "2222")]).expect("plain words");
    std::fs::write(&hosts, &rendered).expect("the directory is ours");
    let path = hosts.to_str().expect("a plain path");
    let users = b"User me\nHost git.corp\n  Port 22\n  User git\nHost *\n  Port 99\n";
    let config = with_include(users, path);
    let port = |host| first_values(&ssh.ask(&config, host), "port");
    assert_eq!(port("git.corp"), ["2222"]);
    assert_eq!(port("x.corp"), ["1"]);
    assert_eq!(port("elsewhere"), ["99"]);
    assert_eq!(first_values(&ssh.ask(&config, "elsewhere"), "user"), ["me"]);
    let (main, included) = (SshConfig::parse("config", &config), SshConfig::parse(path, &rendered));
    let reading = Reading::of("git.corp", &main, &mut |asked| {
        if asked == path { vec![&included] } else { vec![] }
    });
    let reading = reading.expect("one file deep");
    let first = reading.first("port").map(|hit: &Hit<'_>| (hit.file.path.clone(), hit.value().to_owned()));
    assert_eq!(first, Some((hosts, "2222".to_owned())));
}
