//! Machines whose git is configured wrong, with the real git beside.

use std::process::Command;

use super::{doctor, expect, healthy, machine};
use crate::sandbox::Sandbox;

fn with(gitconfig: &str) -> Sandbox {
    let sandbox = machine();
    sandbox.write(".gitconfig", gitconfig);
    sandbox
}

/// A file below the sandbox's `/etc`.
fn etc(sandbox: &Sandbox, name: &str, text: &str) {
    std::fs::write(sandbox.root().join("etc").join(name), text).unwrap();
}

/// Whether the real git can list its configuration.
fn git_lists(sandbox: &Sandbox) -> bool {
    sandbox.command("git").args(["config", "--list"]).output().unwrap().status.success()
}

/// Where the real git would fetch a URL from.
fn goes_to(sandbox: &Sandbox, url: &str) -> String {
    let output = sandbox.command("git").args(["ls-remote", "--get-url", url]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn git_that_verifies_nothing() {
    let sandbox = with("[user]\n\tname = Li\n[http]\n\tsslVerify = false\n[safe]\n\tdirectory = *\n");
    expect(
        &sandbox,
        "",
        &[
            ("git.sslverify", "sslverify-disabled", ".gitconfig:4"),
            ("git.safe", "safe-directory-wildcard", ".gitconfig:6"),
        ],
    );
    let fixed = sandbox.gobs(&["fix", "git", "--yes", "--offline"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    healthy(&sandbox, "");
}

#[test]
fn verification_off_by_a_variable() {
    let mut sandbox = machine();
    sandbox.set("GIT_SSL_NO_VERIFY", "1");
    expect(&sandbox, "", &[("git.sslverify", "sslverify-disabled", "$GIT_SSL_NO_VERIFY")]);
}

/// The system's file says no, the user's own yes: the last one counts.
#[test]
fn verification_that_is_back_on() {
    let sandbox = with("[http]\n\tsslVerify = true\n");
    etc(&sandbox, "gitconfig", "[http]\n\tsslVerify = false\n");
    healthy(&sandbox, "");
}

#[test]
fn git_as_most_people_have_it() {
    let sandbox = with("[user]\n\tname = Li\n\temail = li@example.com\n[pull]\n\trebase = true\n");
    healthy(&sandbox, "");
}

/// git counts the line after an unclosed header, and so do we.
#[test]
fn a_line_that_git_cannot_read() {
    let sandbox = with("[user]\n\tname = Li\n[url \"ssh://git@h/\"\n\tinsteadOf = https://h/\n");
    assert!(!git_lists(&sandbox));
    expect(&sandbox, "", &[("git.config", "gitconfig-syntax-error", ".gitconfig:4")]);
}

#[test]
fn a_line_that_git_cannot_read_in_an_included_file() {
    let sandbox = with("[include]\n\tpath = git/corp.inc\n");
    sandbox.write("git/corp.inc", "[http]\n\tproxy = \"http://10.0.0.1:3128\n");
    assert!(!git_lists(&sandbox));
    expect(&sandbox, "", &[("git.config", "gitconfig-syntax-error", "git/corp.inc:2")]);
}

/// Read only in `~/work`: git dies there and nowhere else.
#[test]
fn a_line_that_git_cannot_read_under_a_condition() {
    let sandbox = with("[includeIf \"gitdir:~/work/\"]\n\tpath = ~/.gitconfig-work\n");
    sandbox.write(".gitconfig-work", "[user\n");
    assert!(git_lists(&sandbox));
    expect(&sandbox, "", &[("git.config", "gitconfig-syntax-error", ".gitconfig-work:1")]);
}

#[test]
fn the_system_file_is_broken() {
    let sandbox = machine();
    etc(&sandbox, "gitconfig", "[core]\nautocrlf input\n");
    expect(&sandbox, "", &[("git.config", "gitconfig-syntax-error", "/etc/gitconfig:2")]);
    let outcome = doctor(&sandbox, "", &["--offline", "--only", "git.config"]);
    assert!(outcome.stdout.contains("sudoedit "), "{outcome}");
}

#[test]
fn files_that_include_each_other() {
    let sandbox = with("[include]\n\tpath = .gitconfig\n");
    assert!(!git_lists(&sandbox));
    expect(&sandbox, "", &[("git.include", "git-config-broken", ".gitconfig:2")]);
}

/// The trap: `git clone` works in ~/work, go's own clones are elsewhere.
#[test]
fn a_rewrite_that_only_holds_in_one_directory() {
    let sandbox = with("[includeIf \"gitdir:~/work/\"]\n\tpath = ~/.gitconfig-work\n");
    sandbox.write(
        ".gitconfig-work",
        "[user]\n\temail = li@corp.example\n[url \"ssh://git@git.corp.example/\"]\n\tinsteadOf = https://git.corp.example/\n",
    );
    sandbox.write(".config/go/env", "GOPRIVATE=git.corp.example\n");
    expect(&sandbox, "", &[("git.condition", "git-include-conditional", ".gitconfig:2")]);
    // The real git, in the project and in a clone of go's.
    let url = "https://git.corp.example/team/lib";
    for (dir, to) in [("work/app", "ssh://git@git.corp.example/team/lib"), ("go/pkg/mod/cache/vcs/0", url)] {
        let dir = sandbox.home().join(dir);
        std::fs::create_dir_all(&dir).unwrap();
        assert!(sandbox.command("git").args(["init", "-q"]).arg(&dir).status().unwrap().success());
        let asked = sandbox.command("git").current_dir(&dir).args(["ls-remote", "--get-url", url]).output();
        assert_eq!(String::from_utf8(asked.unwrap().stdout).unwrap().trim(), to);
    }
    // A condition that holds everywhere below the home.
    sandbox.write(".gitconfig", "[includeIf \"gitdir:~/\"]\n\tpath = ~/.gitconfig-work\n");
    let outcome = doctor(&sandbox, "", &["--offline", "--only", "git.condition"]);
    assert!(!outcome.stdout.contains("git-include-conditional"), "{outcome}");
}

/// Name and address by directory: what conditions are for.
#[test]
fn an_identity_by_directory() {
    let sandbox = with(
        "[user]\n\tname = Li\n[include]\n\tpath = ~/.gitconfig.local\n[includeIf \"gitdir:~/work/\"]\n\tpath = ~/.gitconfig-work\n",
    );
    sandbox.write(".gitconfig-work", "[user]\n\temail = li@corp.example\n");
    sandbox.write(".config/go/env", "GOPRIVATE=git.corp.example\n");
    healthy(&sandbox, "");
}

#[test]
fn rules_that_turn_each_other_round() {
    let sandbox = with(
        "[url \"https://github.com/\"]\n\tinsteadOf = git@github.com:\n[url \"git@github.com:\"]\n\tinsteadOf = https://github.com/\n",
    );
    expect(&sandbox, "", &[("git.insteadof", "gitconfig-insteadof-loop", ".gitconfig:2")]);
}

#[test]
fn a_rule_that_git_cannot_follow_is_mended() {
    let sandbox = with("[url \"ssh://git@gitee.com:acme/\"]\n\tinsteadOf = https://gitee.com/acme/\n");
    expect(&sandbox, "", &[("git.insteadof", "insteadof-malformed-url", ".gitconfig:2")]);
    let fixed = sandbox.gobs(&["fix", "git.insteadof", "--yes", "--offline"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    assert_eq!(goes_to(&sandbox, "https://gitee.com/acme/lib"), "ssh://git@gitee.com/acme/lib");
}

#[test]
fn a_rule_in_the_way_of_another() {
    let sandbox = with("[url \"git@github.com:\"]\n\tinsteadOf = https://github.com/\n");
    etc(&sandbox, "gitconfig", "[url \"https://mirror.example.org/\"]\n\tinsteadOf = https://github.com/\n");
    assert_eq!(goes_to(&sandbox, "https://github.com/a/b"), "https://mirror.example.org/a/b");
    expect(&sandbox, "", &[("git.insteadof", "insteadof-shadows", ".gitconfig:2")]);
}

#[test]
fn a_rule_of_the_system_is_taken_out_with_sudo() {
    let sandbox = machine();
    etc(&sandbox, "gitconfig", "[url \"htps://mirror.example.org/\"]\n\tinsteadOf = https://github.com/\n");
    expect(&sandbox, "", &[("git.insteadof", "insteadof-malformed-url", "/etc/gitconfig:2")]);
    let outcome = doctor(&sandbox, "", &["--offline", "--only", "git.insteadof"]);
    assert!(outcome.stdout.contains("sudo git config --file "), "{outcome}");
}

#[test]
fn a_token_in_a_rule() {
    let token = "glpat-0123456789abcdefghij";
    let sandbox = with(&format!(
        "[url \"https://oauth2:{token}@git.corp.example/\"]\n\tinsteadOf = https://git.corp.example/\n"
    ));
    expect(&sandbox, "", &[("git.secrets", "token-in-gitconfig", ".gitconfig:2")]);
    for format in ["text", "json", "markdown"] {
        let outcome = sandbox.gobs(&["doctor", "--offline", "--format", format]);
        assert!(!outcome.stdout.contains(token) && !outcome.stderr.contains(token), "{outcome}");
    }
}

#[test]
fn helpers_and_authorities_that_are_not_there() {
    let mut sandbox = with("[credential]\n\thelper = manager-core\n[http]\n\tsslCAInfo = ~/ca.pem\n");
    expect(
        &sandbox,
        "",
        &[
            ("git.helper", "credential-helper-missing", ".gitconfig:2"),
            ("git.sslcainfo", "sslcainfo-missing", ".gitconfig:4"),
        ],
    );
    sandbox.write(".gitconfig", "");
    sandbox.set("GIT_SSL_CAINFO", "/nowhere/ca.pem");
    expect(&sandbox, "", &[("git.sslcainfo", "sslcainfo-missing", "$GIT_SSL_CAINFO")]);
}

#[test]
fn a_helper_that_an_empty_line_takes_back() {
    let sandbox = with("[credential]\n\thelper = store\n[credential]\n\thelper =\n");
    expect(&sandbox, "", &[("git.helper", "git-setting-shadowed", ".gitconfig:4")]);
    // As Git for Windows has it: emptied, then named.
    let sandbox = with("[credential]\n\thelper =\n\thelper = cache\n");
    healthy(&sandbox, "");
}

#[test]
fn passwords_that_git_keeps_in_plain_text() {
    let sandbox = with("[user]\n\tname = Li\n[credential]\n\thelper = store\n");
    expect(&sandbox, "", &[("git.store", "credential-store-plaintext", ".gitconfig:4")]);
    let said = sandbox.gobs(&["doctor", "--offline", "--only", "git.store"]).stdout;
    assert!(said.contains("--replace-all credential.helper 'cache --timeout=28800' '^store$'"), "{said}");
    // The command does what it says, beside another helper, too.
    sandbox.write(".gitconfig", "[credential]\n\thelper = cache\n\thelper = store\n");
    let said = sandbox.gobs(&["doctor", "--offline", "--only", "git.store", "--format", "json"]).stdout;
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let step = &report["checks"][0]["findings"][0]["remedy"]["steps"][0]["command"];
    let base = sandbox.base().display().to_string();
    let command = step.as_str().unwrap().replace("[SANDBOX]", &base);
    assert!(sandbox.command("sh").args(["-c", &command]).status().unwrap().success(), "{command}");
    assert_eq!(
        sandbox.read(".gitconfig"),
        "[credential]\n\thelper = cache\n\thelper = cache --timeout=28800\n"
    );
    healthy(&sandbox, "");
}

#[test]
fn passwords_that_others_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = with("[credential \"https://git.corp.example\"]\n\thelper = store --file ~/.corp-logins\n");
    let kept = sandbox.write(".corp-logins", "https://li:s3cr3t-w0rd@git.corp.example\n");
    std::fs::set_permissions(&kept, std::fs::Permissions::from_mode(0o640)).unwrap();
    expect(
        &sandbox,
        "",
        &[
            ("git.store", "credential-store-plaintext", ".gitconfig:2"),
            ("git.store", "git-credentials-too-open", ".corp-logins"),
        ],
    );
    let fixed = sandbox.gobs(&["fix", "git.store", "--yes", "--offline"]);
    assert!(!fixed.stdout.contains("s3cr3t"), "{fixed}");
    assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(sandbox.gobs(&["undo", "--yes"]).exit.code(), 0);
    assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o640);
}

/// What an administrator chose, what an empty line takes back, and what is no store.
#[test]
fn helpers_that_keep_nothing_in_plain_text() {
    let sandbox = machine();
    etc(&sandbox, "gitconfig", "[credential]\n\thelper = store\n");
    healthy(&sandbox, "");
    for helper in ["cache --timeout=3600", "!f() { echo username=x; echo password=$T; }; f"] {
        healthy(&with(&format!("[credential]\n\thelper = store\n\thelper =\n\thelper = \"{helper}\"\n")), "");
    }
}

/// The file parses, and git dies of what stands in it.
#[test]
fn values_that_git_gives_up_at() {
    for (gitconfig, line) in [
        ("[core]\n\tfileMode = flase\n", 2),
        ("[core]\n\tautocrlf = inptu\n", 2),
        ("[core]\n\tcompression = best\n", 2),
        ("[protocol]\n\tversion = v2\n", 2),
        ("[user]\n\tname = Li\n[push]\n\tdefault = all\n", 4),
        ("[http]\n\tsslVerify = flase\n", 2),
        ("[http \"https://127.0.0.1:9/\"]\n\tpostBuffer = 500MB\n", 2),
        ("[http]\n\tfollowRedirects = always\n", 2),
    ] {
        let sandbox = with(gitconfig);
        let asked = |sandbox: &Sandbox| {
            let output =
                sandbox.command("git").args(["ls-remote", "https://127.0.0.1:9/x"]).output().unwrap();
            String::from_utf8(output.stderr).unwrap()
        };
        assert!(!asked(&sandbox).contains("127.0.0.1 port 9"), "{gitconfig}");
        expect(&sandbox, "", &[("git.config", "git-config-broken", &format!(".gitconfig:{line}"))]);
        let fixed = sandbox.gobs(&["fix", "git.config", "--yes", "--offline"]);
        assert_eq!(fixed.exit.code(), 0, "{fixed}");
        assert!(asked(&sandbox).contains("127.0.0.1 port 9"), "{gitconfig}: {}", asked(&sandbox));
        assert_eq!(sandbox.gobs(&["undo", "--yes"]).exit.code(), 0);
        assert_eq!(sandbox.read(".gitconfig"), gitconfig);
    }
    let sound = "[core]\n\tfileMode = 0\n\tautocrlf = input\n\tquotePath\n\tsymlinks = ON\n[http]\n\tpostBuffer = 500m\n\tfollowRedirects = initial\n";
    healthy(&with(sound), "");
}

#[test]
fn files_that_include_each_other_by_way_of_a_third() {
    let sandbox = with("[user]\n\tname = Li\n[include]\n\tpath = a.inc\n");
    sandbox.write("a.inc", "[include]\n\tpath = b.inc\n");
    sandbox.write("b.inc", "[core]\n\tquotePath = false\n[include]\n\tpath = ~/.gitconfig\n");
    assert!(!git_lists(&sandbox));
    expect(&sandbox, "", &[("git.include", "git-config-broken", "b.inc:4")]);
    // One file, included twice, is no circle.
    let sandbox = with("[include]\n\tpath = a.inc\n[include]\n\tpath = b.inc\n");
    sandbox.write("a.inc", "[include]\n\tpath = b.inc\n");
    sandbox.write("b.inc", "[user]\n\tname = Li\n");
    assert!(git_lists(&sandbox));
    healthy(&sandbox, "");
}

#[test]
fn an_ssh_command_of_the_gitconfig_that_is_not_there() {
    let sandbox = with("[core]\n\tsshCommand = /opt/corp/ssh -i key\n");
    let output = sandbox.command("git").args(["ls-remote", "ssh://git@127.0.0.1:9/x"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("not found"));
    expect(&sandbox, "", &[("git.env", "vcs-tool-missing", ".gitconfig:2")]);
    // The variable counts before it.
    let mut sandbox = sandbox;
    sandbox.set("GIT_SSH_COMMAND", "ssh");
    healthy(&sandbox, "");
    healthy(&with("[core]\n\tsshCommand = ssh -i ~/.ssh/id_corp\n"), "");
}

#[test]
fn a_proxy_scheme_that_git_does_not_know() {
    let sandbox = with("[http]\n\tproxy = sock5://127.0.0.1:7890\n");
    expect(&sandbox, "", &[("git.proxy", "http-proxy-bad-scheme", ".gitconfig:2")]);
    for fine in ["socks5h://127.0.0.1:7890", "10.0.0.1:3128", "http://10.0.0.1:3128"] {
        healthy(&with(&format!("[http]\n\tproxy = {fine}\n")), "");
    }
}

#[test]
fn a_token_in_a_header() {
    for header in ["Authorization: Bearer", "PRIVATE-TOKEN:", "Cookie: session="] {
        let sandbox = with(&format!(
            "[http \"https://git.corp.example/\"]\n\textraHeader = \"{header} glpat-0123456789abcdefghij\"\n"
        ));
        expect(&sandbox, "", &[("git.secrets", "token-in-gitconfig", ".gitconfig:2")]);
        let said = sandbox.gobs(&["doctor", "--offline"]).stdout;
        assert!(!said.contains("glpat-"), "{said}");
    }
    healthy(&with("[http]\n\textraHeader = \"X-Team: platform\"\n"), "");
}

/// go's clones have a remote, and no branch.
#[test]
fn conditions_that_are_not_directories() {
    for (condition, holds) in
        [("hasconfig:remote.*.url:https://git.corp.example/**", true), ("onbranch:main", false)]
    {
        let sandbox = with(&format!("[includeIf \"{condition}\"]\n\tpath = ~/.corp\n"));
        sandbox.write(
            ".corp",
            "[url \"ssh://git@git.corp.example/\"]\n\tinsteadOf = https://git.corp.example/\n",
        );
        sandbox.write(".config/go/env", "GOPRIVATE=git.corp.example\n");
        let clone = sandbox.home().join("go/pkg/mod/cache/vcs/0");
        std::fs::create_dir_all(&clone).unwrap();
        let url = "https://git.corp.example/team/lib";
        let git = |args: &[&str]| {
            let output = sandbox.command("git").current_dir(&clone).args(args).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        git(&["init", "-q", "--bare"]);
        git(&["remote", "add", "origin", "--", url]);
        git(&["symbolic-ref", "HEAD", "refs/heads/trunk"]);
        assert_eq!(git(&["ls-remote", "--get-url", url]) != url, holds, "{condition}");
        std::fs::remove_dir_all(sandbox.home().join("go")).unwrap();
        let told = ("git.condition", "git-include-conditional", ".gitconfig:2");
        let outcome = doctor(&sandbox, "", &["--offline", "--only", "git.condition"]);
        assert_eq!(outcome.stdout.contains(told.1), !holds, "{outcome}");
    }
}

#[test]
fn variables_that_git_gives_up_at() {
    for vars in [
        &[("GIT_CONFIG_COUNT", "many")][..],
        &[("GIT_CONFIG_COUNT", "1")],
        &[("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "http.proxy")],
        &[("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "proxy"), ("GIT_CONFIG_VALUE_0", "x")],
    ] {
        let mut sandbox = machine();
        for (name, value) in vars {
            sandbox.set(name, *value);
        }
        assert!(!git_lists(&sandbox), "{vars:?}");
        expect(&sandbox, "", &[("git.env", "git-config-broken", "$GIT_CONFIG_COUNT")]);
    }
    let mut sandbox = machine();
    sandbox.set("GIT_CONFIG_COUNT", "1");
    sandbox.set("GIT_CONFIG_KEY_0", "user.name");
    sandbox.set("GIT_CONFIG_VALUE_0", "");
    assert!(git_lists(&sandbox));
    healthy(&sandbox, "");
}

#[test]
fn a_gitconfig_that_a_variable_hides() {
    let mut sandbox = with("[url \"git@github.com:\"]\n\tinsteadOf = https://github.com/\n");
    sandbox.set("GIT_CONFIG_GLOBAL", "/nowhere/gitconfig");
    assert_eq!(goes_to(&sandbox, "https://github.com/a/b"), "https://github.com/a/b");
    expect(&sandbox, "", &[("git.env", "git-config-ignored", "$GIT_CONFIG_GLOBAL")]);
}

#[test]
fn git_over_an_ssh_that_is_not_there() {
    let mut sandbox = machine();
    sandbox.set("GIT_SSH_COMMAND", "/opt/corp/ssh-wrapper -i key");
    expect(&sandbox, "", &[("git.env", "vcs-tool-missing", "$GIT_SSH_COMMAND")]);
    let sandbox = with("[url \"ssh://git@git.corp.example/\"]\n\tinsteadOf = https://git.corp.example/\n");
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEKxHSJ7084RmkJ4YdEi5tngynE8aZe2uEoVVsB/OvYN";
    sandbox.write(".ssh/known_hosts", format!("git.corp.example {key}\n"));
    healthy(&sandbox, "");
    std::fs::remove_file(sandbox.bin().join("ssh")).unwrap();
    expect(&sandbox, "", &[("ssh.installed", "vcs-tool-missing", ".gitconfig:2")]);
}

#[test]
fn a_git_that_hangs() {
    let sandbox = machine();
    std::fs::remove_file(sandbox.bin().join("git")).unwrap();
    Sandbox::program(&sandbox.bin().join("git"), "#!/bin/sh\nwhile :; do /bin/sleep 1; done\n");
    expect(&sandbox, "", &[("git.installed", "git-no-answer", "-")]);
}

#[test]
fn a_pipe_in_place_of_the_gitconfig() {
    let sandbox = machine();
    assert!(Command::new("mkfifo").arg(sandbox.home().join(".gitconfig")).status().unwrap().success());
    expect(&sandbox, "", &[("git.config", "gitconfig-syntax-error", ".gitconfig")]);
}

#[test]
fn a_gitconfig_in_another_encoding() {
    let sandbox = machine();
    // 李 in GBK, where git takes bytes as they are.
    sandbox.write(".gitconfig", b"[user]\n\tname = \xc0\xee\n");
    assert!(git_lists(&sandbox));
    healthy(&sandbox, "");
    sandbox.write(".gitconfig", b"\xff\xfe[\0u\0s\0e\0r\0]\0");
    assert!(!git_lists(&sandbox));
    expect(&sandbox, "", &[("git.config", "gitconfig-syntax-error", ".gitconfig:1")]);
}
