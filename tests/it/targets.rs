//! ssh, `known_hosts` and the shells' variables: written by `init`, read by the real programs, taken back by `undo`.

use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, world_of};

const ACME: &str = r#"
schema  = 1
extends = "enterprise"
summary = { zh = "Acme 研发", en = "Acme engineering" }

[[private]]
host          = "git.acme.example"
transport     = "ssh"
port          = 2222
identity_file = "~/.ssh/id_work"
host_keys     = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEKxHSJ7084RmkJ4YdEi5tngynE8aZe2uEoVVsB/OvYN"]
why           = { zh = "公司代码，不外发", en = "Company code stays inside" }
"#;

fn acme(shell: &str) -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.set("SHELL", format!("/bin/{shell}"));
    std::fs::write(sandbox.base().join("acme.toml"), ACME).unwrap();
    sandbox
}

fn init(sandbox: &Sandbox, more: &[&str]) -> crate::sandbox::Outcome {
    let profile = sandbox.base().join("acme.toml").display().to_string();
    let args = [&["init", "--profile", &profile, "--yes", "--offline"], more].concat();
    sandbox.gobs(&args)
}

#[test]
fn a_private_host_with_everything() {
    let sandbox = acme("bash");
    sandbox.write(".bashrc", "alias ll='ls -l'");
    sandbox.write(".ssh/config", "# mine\nHost *\n  User li\n");
    let before = world_of(&sandbox);
    let more = ["--set", "http_proxy=http://proxy.acme.example:3128", "--desktop"];
    assert_snapshot!(init(&sandbox, &more));
    let again = init(&sandbox, &more);
    assert!(again.stdout.contains("nothing to do"), "{again}");
    assert_eq!(sandbox.gobs(&["undo", "--yes"]).exit.code(), 0);
    assert_eq!(world_of(&sandbox), before);
}

/// A profile that changed in its pins alone changes no file, and what `trace` compares with is the new one. Taking back
/// the run that wrote takes the record with it.
#[test]
fn a_profile_that_changes_no_file_is_recorded() {
    let sandbox = acme("bash");
    let pinned = |with: &str| {
        let pin = format!("\"SHA256:{}\"", with.repeat(43));
        let key = ACME.split_once("host_keys     = [").unwrap().1.split_once(']').unwrap().0;
        std::fs::write(sandbox.base().join("acme.toml"), ACME.replace(key, &pin)).unwrap();
    };
    let recorded = || {
        let state = sandbox.home().join(".local/state/gobs");
        let profile = gobs::journal::Journal::under(&state).applied_profile(&sandbox.world().files);
        profile.map(|profile| {
            (profile.private, profile.pins.into_iter().map(|(_, pin)| pin).collect::<Vec<_>>())
        })
    };
    pinned("a");
    assert_eq!(init(&sandbox, &["--private", "git.other.example"]).exit.code(), 0);
    let before = world_of(&sandbox);
    pinned("b");
    let checked = sandbox.gobs(&[
        "init",
        "--profile",
        &sandbox.base().join("acme.toml").display().to_string(),
        "--check",
    ]);
    assert_eq!(checked.exit.code(), 0, "{checked}");
    for _ in 0..2 {
        let again = init(&sandbox, &[]);
        assert!(again.stdout.contains("nothing to do"), "{again}");
        assert_eq!(world_of(&sandbox), before);
        let (private, pins) = recorded().unwrap();
        assert_eq!(private, ["git.acme.example", "git.other.example"]);
        assert_eq!(pins, [format!("SHA256:{}", "b".repeat(43))]);
    }
    let list = sandbox.gobs(&["undo", "--list"]).stdout;
    assert_eq!(list.matches("init ").count(), 2, "{list}");
    assert!(list.contains("no file; gobs took note of the profile"), "{list}");
    assert_eq!(sandbox.gobs(&["undo", "--yes"]).exit.code(), 0);
    assert_eq!(recorded(), None);
    assert_eq!(sandbox.gobs(&["undo", "--yes"]).exit.code(), 0);
    assert_eq!(recorded().unwrap().1, [format!("SHA256:{}", "b".repeat(43))]);
}

/// A rule of the user's that git would take first: it is told each time, and never that all is as wanted.
#[test]
fn a_setting_that_is_left_out_is_not_called_done() {
    let mut sandbox = acme("bash");
    sandbox.real("git");
    sandbox.set("GIT_CONFIG_NOSYSTEM", "1");
    sandbox.write(".gitconfig", "[url \"git@git.acme.example:\"]\n\tinsteadOf = https://git.acme.example/\n");
    let first = init(&sandbox, &[]);
    assert_eq!(first.exit.code(), 1, "{first}");
    assert!(first.stdout.contains("written, but for what is marked ! above"), "{first}");
    assert!(!first.stdout.contains("insteadof-shadows"), "{first}");
    let again = init(&sandbox, &["--lang", "zh"]);
    assert_eq!(again.exit.code(), 1, "{again}");
    assert!(again.stdout.starts_with("! 没有写入；以下设置保持原样：\n  ! url.ssh://"), "{again}");
    let drift = sandbox.gobs(&["doctor", "--only", "gobs.drift", "--offline"]);
    assert!(drift.stdout.contains("is not set; "), "{drift}");
}

/// What go would not take today comes back as it stood: CR line ends, unknown names.
#[test]
fn undo_after_an_edit_gives_back_what_go_would_not_take() {
    let sandbox = Sandbox::new();
    sandbox.write(".config/go/env", "GOPROXY=https://old.example\r\nGOSUMDB=sum.golang.org\r\n");
    assert_eq!(sandbox.gobs(&["init", "--yes", "--offline", "--set", "proxy="]).exit.code(), 0);
    let text = sandbox.read(".config/go/env") + "GOFLAGS=-mod=vendor\n";
    sandbox.write(".config/go/env", text);
    let outcome = sandbox.gobs(&["undo", "--yes"]);
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
    assert_eq!(
        sandbox.read(".config/go/env"),
        "GOFLAGS=-mod=vendor\nGOPROXY=https://old.example\r\nGOSUMDB=sum.golang.org\r\n"
    );
}

#[test]
fn ssh_takes_our_values_for_the_host_and_the_users_for_others() {
    let sandbox = acme("bash");
    sandbox.write(".ssh/config", "Host *\n  User li\n  Port 2200\n");
    assert_eq!(init(&sandbox, &[]).exit.code(), 0);
    let asked = |host: &str| {
        let config = sandbox.home().join(".ssh/config");
        let mut ssh = Command::new("ssh");
        let ssh = ssh.arg("-F").arg(config).args(["-G", host]).env("HOME", sandbox.home());
        let out = ssh.output().expect("ssh is needed: run scripts/test");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let ours = asked("git.acme.example");
    for line in ["user git", "port 2222", "identityfile ~/.ssh/id_work"] {
        assert!(ours.lines().any(|said| said == line), "{line} in {ours}");
    }
    assert!(
        ours.lines().any(|said| said.starts_with("userknownhostsfile ") && said.contains("gobs/known_hosts"))
    );
    let theirs = asked("other.example");
    assert!(theirs.contains("user li\n") && theirs.contains("port 2200\n"), "{theirs}");
    let known = sandbox.home().join(".ssh/gobs/known_hosts");
    let found = Command::new("ssh-keygen").args(["-F", "[git.acme.example]:2222", "-f"]).arg(known).output();
    assert!(found.unwrap().status.success());
}

#[test]
fn each_shell_reads_its_file_cleanly() {
    for (shell, program, start) in [
        ("bash", vec!["bash", "--norc", "-c"], Some(".bashrc")),
        ("zsh", vec!["zsh", "-f", "-c"], Some(".zshrc")),
        ("dash", vec!["dash", "-c"], Some(".profile")),
        ("fish", vec!["fish", "--no-config", "-c"], None),
    ] {
        let sandbox = acme(shell);
        let outcome = init(&sandbox, &["--set", "http_proxy=http://li:it's%20$HOME@proxy.acme.example:3128"]);
        assert_eq!(outcome.exit.code(), 0, "{outcome}");
        let file = start.map_or_else(|| ".config/fish/conf.d/gobs.fish".to_owned(), str::to_owned);
        let read = if shell == "fish" { "source" } else { "." };
        let script = format!("{read} \"$HOME/{file}\"; printf %s \"$HTTPS_PROXY|$no_proxy\"");
        let out = Command::new(program[0])
            .args(&program[1..])
            .arg(script)
            .env("HOME", sandbox.home())
            .env_remove("HTTPS_PROXY")
            .output()
            .unwrap_or_else(|_| panic!("{shell} is needed: run scripts/test"));
        assert_eq!(String::from_utf8_lossy(&out.stderr), "", "{shell}");
        assert_eq!(
            String::from_utf8_lossy(&out.stdout),
            "http://li:it's%20$HOME@proxy.acme.example:3128|localhost,127.0.0.1,::1,git.acme.example",
            "{shell}"
        );
    }
}

#[test]
fn what_was_edited_since_stays_and_ours_goes() {
    let sandbox = acme("zsh");
    init(&sandbox, &["--set", "http_proxy=http://proxy.acme.example:3128"]);
    let append = |path: &str, line: &str| sandbox.write(path, sandbox.read(path) + line);
    append(".zshrc", "alias g=git\n");
    append(".ssh/config", "Host other\n  Port 9\n");
    let outcome = sandbox.gobs(&["undo", "--yes"]);
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
    assert_eq!(sandbox.read(".zshrc"), "alias g=git\n");
    assert_eq!(sandbox.read(".ssh/config"), "Host other\n  Port 9\n");
    assert!(!exists(&sandbox.home().join(".ssh/gobs/config")));
    assert!(!exists(&sandbox.home().join(".config/gobs/env.sh")));
}

/// In a file that cannot be read nothing looks gone.
#[test]
fn undo_stops_at_a_gitconfig_that_git_cannot_read() {
    let sandbox = acme("zsh");
    init(&sandbox, &[]);
    let broken = sandbox.read(".gitconfig") + "[user\n";
    sandbox.write(".gitconfig", &broken);
    let before = crate::sandbox::tree(&sandbox.home());
    let outcome = sandbox.gobs(&["undo", "--yes"]);
    assert_eq!(outcome.exit.code(), 2, "{outcome}");
    assert!(outcome.stderr.contains("~/.gitconfig:3: git cannot read this line"), "{outcome}");
    assert_eq!(crate::sandbox::tree(&sandbox.home()), before);
}

/// The environment names another file now: what stands there is none of ours, and what we wrote is named.
#[test]
fn undo_takes_back_from_the_file_that_was_written() {
    for (name, wrote, other) in
        [("GOENV", "mine/env", ".config/go/env"), ("GIT_CONFIG_GLOBAL", "mine/gitconfig", ".gitconfig")]
    {
        let mut sandbox = acme("zsh");
        sandbox.set(name, sandbox.home().join(wrote));
        init(&sandbox, &[]);
        let (ours, edited) = (sandbox.read(wrote), sandbox.read(wrote) + "# mine\n");
        sandbox.unset(name);
        sandbox.write(wrote, &edited);
        sandbox.write(other, &ours);
        let outcome = sandbox.gobs(&["undo", "--yes"]);
        assert_eq!(outcome.exit.code(), 1, "{outcome}");
        assert_eq!(sandbox.read(other), ours, "{outcome}");
        assert_eq!(sandbox.read(wrote), edited, "{outcome}");
        assert!(outcome.stdout.contains(&format!("~/{wrote}")), "{outcome}");
    }
}

/// Git writes names in lower case and new values beside ours.
#[test]
fn a_gitconfig_edited_since_loses_our_rule_and_no_other() {
    for edit in [
        "[user]\n\tname = Li\n",
        "[url \"ssh://git@git.acme.example:2222/\"]\n\tINSTEADOF = https://mine.example/\n",
    ] {
        let sandbox = acme("zsh");
        init(&sandbox, &[]);
        let ours = sandbox.read(".gitconfig");
        assert!(ours.contains("insteadOf = https://git.acme.example/"), "{ours}");
        sandbox.write(".gitconfig", ours.clone() + edit);
        let outcome = sandbox.gobs(&["undo", "--yes"]);
        assert_eq!(outcome.exit.code(), 0, "{outcome}");
        assert!(
            outcome.stdout.contains("- insteadOf") || outcome.stdout.contains("~ insteadOf"),
            "{outcome}"
        );
        assert_eq!(sandbox.read(".gitconfig"), edit, "{outcome}");
        let again = sandbox.gobs(&["undo", "--yes"]);
        assert!(sandbox.read(".gitconfig").contains("insteadOf = https://git.acme.example/"), "{again}");
    }
}

#[test]
fn configurations_that_ssh_or_git_cannot_read_are_named_by_line() {
    for (path, text, says) in [
        (".ssh/config", "Host a\n  Port \"22\n", "~/.ssh/config:2: "),
        (".gitconfig", "[user]\n  name = \"x\n", "~/.gitconfig:2: "),
    ] {
        let sandbox = acme("bash");
        sandbox.write(path, text);
        let before = world_of(&sandbox);
        let outcome = init(&sandbox, &[]);
        assert_eq!(outcome.exit.code(), 2, "{outcome}");
        assert!(outcome.stderr.contains(says), "{outcome}");
        assert_eq!(world_of(&sandbox), before);
    }
}

#[test]
fn ssh_refuses_what_others_may_write_and_secrets_stay_ours() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = acme("bash");
    init(&sandbox, &["--set", "http_proxy=http://li:secret@proxy.acme.example:3128"]);
    let mode =
        |path: &str| std::fs::metadata(sandbox.home().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(".ssh"), mode(".ssh/gobs")), (0o700, 0o700));
    for path in [".ssh/config", ".ssh/gobs/config", ".ssh/gobs/known_hosts", ".config/gobs/env.sh"] {
        assert_eq!(mode(path), 0o600, "{path}");
    }
}

#[test]
fn another_profile_takes_away_what_only_the_first_one_wanted() {
    let sandbox = Sandbox::new();
    sandbox.gobs(&["init", "--profile", "offline", "--yes"]);
    assert!(sandbox.read(".config/go/env").contains("GOTOOLCHAIN=local"));
    let outcome = sandbox.gobs(&["init", "--profile", "enterprise", "--yes"]);
    assert!(outcome.stdout.contains("only offline wanted it"), "{outcome}");
    assert!(!sandbox.read(".config/go/env").contains("GOTOOLCHAIN"));
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[test]
fn settings_that_moved_away_from_the_profile_are_a_remark() {
    let mut sandbox = Sandbox::new();
    sandbox.real("git");
    sandbox.set("GIT_CONFIG_NOSYSTEM", "1");
    init_plain(&sandbox);
    let quiet = sandbox.gobs(&["doctor", "--only", "gobs", "--offline"]);
    assert!(!quiet.stdout.contains("profile-drift"), "{quiet}");
    let text = sandbox.read(".config/go/env").replace("sum.golang.google.cn", "sum.golang.org");
    sandbox.write(".config/go/env", text);
    std::fs::remove_file(sandbox.home().join(".gitconfig")).unwrap();
    let outcome = sandbox.gobs(&["doctor", "--only", "gobs.drift", "--offline"]);
    assert_snapshot!(outcome.stdout);
    assert_eq!(outcome.exit.code(), 0);
}

fn init_plain(sandbox: &Sandbox) {
    let outcome = sandbox.gobs(&["init", "--yes", "--private", "ssh://git.corp.example.com"]);
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
}

#[test]
fn a_change_that_was_interrupted_is_found_and_settled() {
    let sandbox = Sandbox::new();
    sandbox.gobs(&["init", "--yes"]);
    let journal = sandbox.home().join(".local/state/gobs/journal");
    // As a kill between the renames and the closing leaves it.
    std::fs::rename(journal.join("000001.json"), journal.join("000001.open")).unwrap();
    let outcome = sandbox.gobs(&["doctor", "--only", "gobs.journal", "--offline"]);
    assert!(outcome.stdout.contains("journal-interrupted"), "{outcome}");
    let outcome = sandbox.gobs(&["fix", "gobs.journal", "--yes", "--offline"]);
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
    assert!(exists(&journal.join("000001.json")));
    let outcome = sandbox.gobs(&["doctor", "--only", "gobs.journal", "--offline"]);
    assert!(!outcome.stdout.contains("journal-"), "{outcome}");
    // Half an entry takes nothing back, and is said to be there.
    let entry = sandbox.read(".local/state/gobs/journal/000001.json");
    sandbox.write(".local/state/gobs/journal/000001.json", &entry[..entry.len() / 2]);
    let outcome = sandbox.gobs(&["doctor", "--only", "gobs.journal", "--offline"]);
    assert!(outcome.stdout.contains("journal-unreadable"), "{outcome}");
    assert!(outcome.stdout.contains("000001.json ~/gobs-000001.json"), "{outcome}");
}
