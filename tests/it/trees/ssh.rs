//! Machines whose ssh is configured wrong, with the real ssh beside: what it refuses, and that it works after the repair.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use super::{doctor, expect, healthy, machine};
use crate::sandbox::Sandbox;

const REWRITE: &str = "[url \"ssh://git@git.corp.example:2222/\"]\n\tinsteadOf = https://git.corp.example/\n";
/// The key of gitee.com, under any name.
const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEKxHSJ7084RmkJ4YdEi5tngynE8aZe2uEoVVsB/OvYN";
/// What GitHub withdrew in 2023.
const WITHDRAWN: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEAq2A7hRGmdnm9tUDbO9IDSwBK6TbQa+PXYPCPy6rbTrTtw7PHkccKrpp0yVhp5HdEIcKr6pLlVDBfOLX9QUsyCOV0wzfjIJNlGEYsdlLJizHhbn2mUjvSAHQqZETYP81eFzLQNnPHt4EVVUh7VfDESU84KezmD5QlWpXLmvU31/yMf+Se8xhHTvKSCZIFImWwoG6mbUoWf9nzpIoaSjB+weqqUUmpaaasXVal72J+UX2B+2RPW3RcT0eOzQgqlJL3RKrTJvdsjE3JEAvGq3lGHSZXy28G3skua2SmVi/w4yCE6gbODqnTWlg7+wC604ydGXA8VJiS5ap43JXiUFFAaQ==";

/// A machine with this `~/.ssh/config`, in the modes that ssh wants.
fn with(config: &str) -> Sandbox {
    let sandbox = machine();
    write(&sandbox, "config", config, 0o600);
    sandbox
}

/// A file below `~/.ssh`.
fn write(sandbox: &Sandbox, name: &str, text: impl AsRef<[u8]>, mode: u32) {
    let path = sandbox.write(&format!(".ssh/{name}"), text);
    chmod(&sandbox.home().join(".ssh"), 0o700);
    chmod(&path, mode);
}

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A machine whose git goes to git.corp.example over ssh, with the host's key on file.
fn corporate(config: &str) -> Sandbox {
    let sandbox = with(config);
    sandbox.write(".gitconfig", REWRITE);
    sandbox.write(".config/go/env", "GOPRIVATE=git.corp.example\n");
    write(&sandbox, "known_hosts", format!("[git.corp.example]:2222 {ED25519}\n"), 0o600);
    sandbox
}

fn keygen(sandbox: &Sandbox, name: &str) {
    let path = sandbox.home().join(".ssh").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    chmod(path.parent().unwrap(), 0o700);
    let made = sandbox
        .command("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "tree", "-f"])
        .arg(path)
        .status();
    assert!(made.unwrap().success());
}

/// The real ssh, which reads the home of the passwd entry: in a mount namespace where that is the sandbox's.
fn real_ssh(sandbox: &Sandbox, args: &[&str]) -> Output {
    let passwd = sandbox.base().join("tmp/passwd");
    let uid = rustix::process::geteuid().as_raw();
    let home = sandbox.home();
    std::fs::write(
        &passwd,
        format!("li:x:0:0::{0}:/bin/sh\nli:x:{uid}:{uid}::{0}:/bin/sh\n", home.display()),
    )
    .unwrap();
    let mut command = Command::new("unshare");
    command.arg("-m");
    if uid != 0 {
        command.arg("-r");
    }
    command.args(["sh", "-c", "mount --bind \"$0\" /etc/passwd && exec ssh \"$@\""]).arg(passwd).args(args);
    command.env("HOME", home).env("LC_ALL", "C").output().unwrap()
}

fn loads(sandbox: &Sandbox, key: &str) -> bool {
    let path = sandbox.home().join(".ssh").join(key);
    sandbox.command("ssh-keygen").args(["-y", "-P", "", "-f"]).arg(path).output().unwrap().status.success()
}

fn refused(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(words), "{}: {said}", output.status);
}

/// Pastes the commands that the doctor proposes for a check.
fn paste_all(sandbox: &Sandbox, id: &str) {
    let outcome = doctor(sandbox, "", &["--offline", "--only", id]);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let findings = report["checks"][0]["findings"].as_array().unwrap().clone();
    let steps = findings.iter().flat_map(|finding| finding["remedy"]["steps"].as_array().unwrap().clone());
    let base = sandbox.base().display().to_string();
    let mut pasted = 0;
    for step in steps {
        paste(&step["command"].as_str().unwrap().replace("[SANDBOX]", &base));
        pasted += 1;
    }
    assert!(pasted > 0, "{outcome}");
}

fn paste(command: &str) {
    assert!(Command::new("sh").args(["-c", command]).status().unwrap().success(), "{command}");
}

#[test]
fn a_slip_in_the_config_is_spelled_right() {
    let sandbox = with("Host git.corp.example\n    # mine\n    Usr git\n    Port 2222\n");
    refused(&real_ssh(&sandbox, &["-G", "a"]), "Bad configuration option: usr");
    expect(&sandbox, "", &[("ssh.config", "ssh-config-bad-option", ".ssh/config:3")]);
    let fixed = sandbox.gobs(&["fix", "ssh.config", "--yes", "--offline"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    assert_eq!(
        sandbox.read(".ssh/config"),
        "Host git.corp.example\n    # mine\n    User git\n    Port 2222\n"
    );
    assert!(real_ssh(&sandbox, &["-G", "a"]).status.success());
    healthy(&sandbox, "");
    assert_eq!(sandbox.gobs(&["undo", "--yes"]).exit.code(), 0);
    assert!(sandbox.read(".ssh/config").contains("    Usr git\n"));
}

#[test]
fn an_unknown_word_in_an_included_file() {
    let sandbox = with("Host *\n  ServerAliveInterval 30\nInclude config.d/*.conf\n");
    write(&sandbox, "config.d/corp.conf", "Host git.corp.example\n  Frobnicate yes\n", 0o600);
    write(&sandbox, "config.d/notes.txt", "not read\n", 0o600);
    refused(&real_ssh(&sandbox, &["-G", "a"]), "Bad configuration option: frobnicate");
    expect(&sandbox, "", &[("ssh.config", "ssh-config-bad-option", ".ssh/config.d/corp.conf:2")]);
    paste_all(&sandbox, "ssh.config");
    assert!(real_ssh(&sandbox, &["-G", "a"]).status.success());
    healthy(&sandbox, "");
}

#[test]
fn a_config_from_a_mac() {
    let sandbox = with("Host *\n  UseKeychain yes\n  AddKeysToAgent yes\n");
    refused(&real_ssh(&sandbox, &["-G", "a"]), "usekeychain");
    expect(&sandbox, "", &[("ssh.config", "ssh-config-bad-option", ".ssh/config:2")]);
    paste_all(&sandbox, "ssh.config");
    assert!(real_ssh(&sandbox, &["-G", "a"]).status.success());
    healthy(&sandbox, "");
}

#[test]
fn a_config_saved_by_a_windows_editor() {
    let sandbox = with("\u{feff}Host a\n  Port 22\n");
    refused(&real_ssh(&sandbox, &["-G", "a"]), "line 1");
    expect(&sandbox, "", &[("ssh.config", "ssh-config-malformed", ".ssh/config:1")]);
}

#[test]
fn values_that_only_ssh_refuses() {
    let sandbox = with("Host a\n  Port many\n\nHost b\n  StrictHostKeyChecking maybe\n");
    refused(&real_ssh(&sandbox, &["-G", "a"]), "Bad port");
    let at = |line| format!(".ssh/config:{line}");
    let [two, five] = [at(2), at(5)];
    expect(
        &sandbox,
        "",
        &[("ssh.config", "ssh-config-malformed", &two), ("ssh.config", "ssh-config-malformed", &five)],
    );
}

#[test]
fn an_include_of_nothing() {
    let sandbox = with("Include ~/.ssh/corp/config\nInclude none.d/*\nHost a\n  Port 22\n");
    assert!(real_ssh(&sandbox, &["-G", "a"]).status.success());
    expect(&sandbox, "", &[("ssh.include", "ssh-config-bad-include", ".ssh/config:1")]);
}

#[test]
fn files_that_include_each_other() {
    let sandbox = with("Include more\n");
    write(&sandbox, "more", "Include ~/.ssh/config\n", 0o600);
    refused(&real_ssh(&sandbox, &["-G", "a"]), "Too many recursive");
    expect(&sandbox, "", &[("ssh.config", "ssh-config-malformed", ".ssh/config")]);
}

#[test]
fn the_key_for_the_private_host_is_not_there() {
    let sandbox = corporate(
        "Host git.corp.example\n  IdentityFile ~/.ssh/corp_ed25519\n  IdentitiesOnly yes\nHost other.example.org\n  IdentityFile ~/.ssh/other\n",
    );
    expect(&sandbox, "", &[("ssh.identity", "ssh-identityfile-missing", ".ssh/config:2")]);
    // The public half names a key of the agent.
    write(&sandbox, "corp_ed25519.pub", format!("{ED25519} li\n"), 0o644);
    healthy(&sandbox, "");
}

#[test]
fn a_key_that_others_can_read() {
    let sandbox = corporate("Host git.corp.example\n  IdentityFile ~/.ssh/corp\n");
    keygen(&sandbox, "corp");
    keygen(&sandbox, "spare");
    chmod(&sandbox.home().join(".ssh/corp"), 0o644);
    chmod(&sandbox.home().join(".ssh/spare"), 0o640);
    assert!(!loads(&sandbox, "corp"));
    let planted =
        [("ssh.keys", "ssh-key-too-open", ".ssh/corp"), ("ssh.keys", "ssh-key-too-open", ".ssh/spare")];
    expect(&sandbox, "", &planted);
    let fixed = sandbox.gobs(&["fix", "ssh.keys", "--yes", "--offline"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    assert!(loads(&sandbox, "corp"));
    healthy(&sandbox, "");
    // No byte of a private key stands in the journal.
    let journal = sandbox.home().join(".local/state/gobs/journal");
    for entry in std::fs::read_dir(journal).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
        assert!(!text.contains("PRIVATE KEY"));
    }
}

#[test]
fn a_config_that_others_can_write() {
    let sandbox = with("Host a\n  Port 22\nInclude extra\n");
    write(&sandbox, "extra", "Host b\n  Port 2222\n", 0o646);
    chmod(&sandbox.home().join(".ssh/config"), 0o666);
    chmod(&sandbox.home().join(".ssh"), 0o777);
    refused(&real_ssh(&sandbox, &["-G", "a"]), "Bad owner or permissions");
    expect(
        &sandbox,
        "",
        &[
            ("ssh.modes", "ssh-dir-too-open", ".ssh"),
            ("ssh.modes", "ssh-dir-too-open", ".ssh/config"),
            ("ssh.modes", "ssh-dir-too-open", ".ssh/extra"),
        ],
    );
    let fixed = sandbox.gobs(&["fix", "ssh.modes", "--yes", "--offline"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    assert!(real_ssh(&sandbox, &["-G", "a"]).status.success());
    healthy(&sandbox, "");
}

/// Every fault of a key file that our reader names keeps the real one from loading it, and the other way round.
#[test]
fn keys_as_ssh_loads_them() {
    let sandbox = with("");
    keygen(&sandbox, "k");
    let made = sandbox
        .command("ssh-keygen")
        .args(["-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f"])
        .arg(sandbox.home().join(".ssh/r"))
        .status();
    assert!(made.unwrap().success());
    let (k, r) = (sandbox.read(".ssh/k"), sandbox.read(".ssh/r"));
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let mut lines: Vec<&str> = k.lines().collect();
    lines.remove(2);
    for (name, text) in [
        ("sound", k.clone()),
        ("sound-pem", r.clone()),
        ("crlf", crlf(&k)),
        ("crlf-pem", crlf(&r)),
        ("no-newline", k.trim_end().to_owned()),
        ("no-newline-pem", r.trim_end().to_owned()),
        ("cut", k[..200].to_owned()),
        ("cut-pem", r[..400].to_owned()),
        ("line-lost", lines.join("\n") + "\n"),
        ("empty", String::new()),
        ("blank-before", format!("\n{k}")),
        ("bom", format!("\u{feff}{k}")),
        ("bom-pem", format!("\u{feff}{r}")),
        ("junk-after", format!("{k}junk\n")),
        ("spaces-inside", k.replacen("\nb3", "\nb 3", 1)),
    ] {
        write(&sandbox, name, &text, 0o600);
        let fault = gobs::text::sshkey::fault(text.as_bytes());
        assert_eq!(fault.is_none(), loads(&sandbox, name), "{name}: {fault:?}");
    }
}

#[test]
fn a_key_that_went_through_windows() {
    let sandbox = with("");
    keygen(&sandbox, "id_ed25519");
    let key = sandbox.read(".ssh/id_ed25519").replace('\n', "\r\n");
    write(&sandbox, "id_ed25519", &key, 0o600);
    assert!(!loads(&sandbox, "id_ed25519"));
    expect(&sandbox, "", &[("ssh.keys", "ssh-key-invalid", ".ssh/id_ed25519")]);
    let outcome = doctor(&sandbox, "", &["--offline"]);
    let secret = key.lines().nth(1).unwrap();
    assert!(!outcome.stdout.contains(&secret[..20]) && !outcome.stderr.contains(&secret[..20]));
    paste_all(&sandbox, "ssh.keys");
    assert!(loads(&sandbox, "id_ed25519"));
    healthy(&sandbox, "");
}

#[test]
fn a_key_that_was_cut_off() {
    let sandbox = with("");
    keygen(&sandbox, "id_ed25519");
    let key = sandbox.read(".ssh/id_ed25519");
    write(&sandbox, "id_ed25519", &key[..200], 0o600);
    expect(&sandbox, "", &[("ssh.keys", "ssh-key-invalid", ".ssh/id_ed25519")]);
}

#[test]
fn a_host_whose_key_nobody_knows() {
    let sandbox = corporate("Host git.corp.example\n  User git\n");
    // Without the port: ssh asks for `[git.corp.example]:2222`.
    write(&sandbox, "known_hosts", format!("gitlab.corp.example {ED25519}\n"), 0o600);
    expect(&sandbox, "", &[("ssh.hostkey", "known-hosts-missing", ".ssh/known_hosts")]);
}

#[test]
fn a_host_key_that_somebody_made_up() {
    let sandbox = corporate("");
    let cut = &ED25519[..ED25519.len() - 4];
    write(&sandbox, "known_hosts", format!("# keys\n[git.corp.example]:2222 {cut}\n"), 0o600);
    expect(&sandbox, "", &[("ssh.hostkey", "known-hosts-missing", ".ssh/known_hosts:2")]);
}

#[test]
fn the_key_that_github_withdrew() {
    let sandbox = with("");
    let text = format!("gitee.com {ED25519}\ngithub.com,140.82.112.3 {WITHDRAWN}\n");
    write(&sandbox, "known_hosts", text, 0o600);
    expect(&sandbox, "", &[("ssh.revoked", "ssh-hostkey-revoked", ".ssh/known_hosts:2")]);
    paste_all(&sandbox, "ssh.revoked");
    healthy(&sandbox, "");
}

#[test]
fn a_key_under_the_name_of_github() {
    let sandbox = with("");
    write(&sandbox, "known_hosts", format!("[ssh.github.com]:443 {ED25519}\n"), 0o600);
    expect(&sandbox, "", &[("ssh.revoked", "ssh-hostkey-changed", ".ssh/known_hosts:1")]);
}

#[test]
fn ssh_that_takes_any_host_key() {
    let sandbox = with(
        "Host 192.168.56.*\n  StrictHostKeyChecking no\nHost *\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n",
    );
    expect(&sandbox, "", &[("ssh.strict", "ssh-hostkey-check-off", ".ssh/config:4")]);
}

#[test]
fn git_that_tells_ssh_to_take_any_host_key() {
    let mut sandbox = with("");
    sandbox.write(".gitconfig", "[core]\n\tsshCommand = ssh -o StrictHostKeyChecking=no\n");
    sandbox.set("GIT_SSH_COMMAND", "ssh -oStrictHostKeyChecking=off -i k");
    expect(
        &sandbox,
        "",
        &[
            ("ssh.strict", "ssh-hostkey-check-off", "$GIT_SSH_COMMAND"),
            ("ssh.strict", "ssh-hostkey-check-off", ".gitconfig:2"),
        ],
    );
}

#[test]
fn old_algorithms_for_everybody() {
    let sandbox = with(
        "Host old.corp.example\n  HostKeyAlgorithms +ssh-rsa\nHost *\n  HostKeyAlgorithms +ssh-rsa\n  Ciphers -3des-cbc\n",
    );
    expect(&sandbox, "", &[("ssh.algorithms", "ssh-legacy-too-wide", ".ssh/config:4")]);
}

#[test]
fn an_agent_that_is_gone() {
    let mut sandbox = corporate("");
    sandbox.set("SSH_AUTH_SOCK", sandbox.base().join("tmp/agent.1"));
    expect(&sandbox, "", &[("ssh.agent", "ssh-agent-unreachable", "$SSH_AUTH_SOCK")]);
    // A socket that its agent left behind.
    sandbox.real("ssh-add");
    drop(std::os::unix::net::UnixListener::bind(sandbox.base().join("tmp/agent.1")).unwrap());
    expect(&sandbox, "", &[("ssh.agent", "ssh-agent-unreachable", "$SSH_AUTH_SOCK")]);
}

#[test]
fn pipes_and_devices_in_place_of_files() {
    let sandbox = machine();
    let ssh = sandbox.home().join(".ssh");
    std::fs::create_dir(&ssh).unwrap();
    chmod(&ssh, 0o700);
    for name in ["config", "known_hosts", "id_rsa"] {
        assert!(Command::new("mkfifo").arg(ssh.join(name)).status().unwrap().success());
    }
    symlink("/dev/zero", ssh.join("id_ed25519")).unwrap();
    expect(
        &sandbox,
        "",
        &[
            ("ssh.config", "ssh-client-files-bad", ".ssh/config"),
            ("ssh.keys", "ssh-key-invalid", ".ssh/id_rsa"),
            ("ssh.keys", "ssh-key-invalid", ".ssh/id_ed25519"),
            ("ssh.revoked", "ssh-client-files-bad", ".ssh/known_hosts"),
        ],
    );
}

#[test]
fn an_ssh_that_hangs() {
    let sandbox = with("Host a\n  Port 22\n");
    std::fs::remove_file(sandbox.bin().join("ssh")).unwrap();
    Sandbox::program(&sandbox.bin().join("ssh"), "#!/bin/sh\nwhile :; do /bin/sleep 1; done\n");
    healthy(&sandbox, "");
    let outcome = doctor(&sandbox, "", &["--offline", "--only", "ssh.config"]);
    assert!(outcome.stdout.contains("\"skipped\"") && outcome.stdout.contains("ssh -G"), "{outcome}");
}

#[test]
fn a_config_that_is_no_text() {
    let sandbox = machine();
    write(&sandbox, "config", b"# \xc4\xe3\xba\xc3\nHost a\n  User \xc0\xee\n  Fr\xff 1\n", 0o600);
    expect(&sandbox, "", &[("ssh.config", "ssh-config-bad-option", ".ssh/config:4")]);
}

#[test]
fn a_machine_without_ssh_and_nothing_for_it() {
    let sandbox = machine();
    std::fs::remove_file(sandbox.bin().join("ssh")).unwrap();
    healthy(&sandbox, "");
}

/// Include with a glob, Match, `IgnoreUnknown`, a hashed `known_hosts`, a port, an alias, a moved `known_hosts`.
#[test]
fn ssh_as_a_company_has_it() {
    let sandbox = corporate(
        "IgnoreUnknown UseKeychain,Frob*\nInclude config.d/*\nHost *\n  UseKeychain yes\n  ServerAliveInterval 30\n",
    );
    write(
        &sandbox,
        "config.d/10-corp",
        "Match host git.corp.example,*.corp.example\n  User git\n  IdentityFile ~/.ssh/keys/%h\n  HostKeyAlias corp\n  UserKnownHostsFile ~/.ssh/corp_hosts /dev/null\n",
        0o644,
    );
    keygen(&sandbox, "keys/git.corp.example");
    write(&sandbox, "corp_hosts", format!("corp {ED25519}\n"), 0o644);
    write(&sandbox, "known_hosts", "", 0o644);
    let hosts = sandbox.home().join(".ssh/corp_hosts");
    // Names become hashes.
    paste(&format!("ssh-keygen -q -H -f {} 2>/dev/null", hosts.display()));
    std::fs::remove_file(hosts.with_extension("old")).unwrap();
    healthy(&sandbox, "");
}

/// Asking ssh would run the program of a `Match exec`: looking must not.
#[test]
fn nothing_of_the_users_is_run() {
    let sandbox = machine();
    let mark = sandbox.base().join("tmp/ran");
    write(&sandbox, "config", format!("Match exec \"touch {}\"\n  Port 22\n", mark.display()), 0o600);
    healthy(&sandbox, "");
    assert!(!mark.exists());
}

/// Ways to the company's host that are right though they look odd: the key is on file under the name that ssh asks for.
#[test]
fn roundabout_ways_to_a_known_host() {
    let key = |name: &str| format!("{name} {ED25519}\n");
    let usual = key("[git.corp.example]:2222");
    for (config, known_hosts) in [
        ("Match host git.corp.example\n    User git\n".to_owned(), usual.clone()),
        ("Host git.corp.example\n    StrictHostKeyChecking accept-new\n".to_owned(), usual.clone()),
        (
            "Host git.corp.example\n    HostKeyAlgorithms +ssh-rsa\n    PubkeyAcceptedAlgorithms +ssh-rsa\n"
                .to_owned(),
            usual.clone(),
        ),
        ("Host git.corp.example\n    HostKeyAlias forge\n".to_owned(), key("forge")),
        ("Host git.corp.example\n    HostName 10.1.2.3\n".to_owned(), key("[10.1.2.3]:2222")),
        // `sshconnect.c:check_host_key`: "checking without port identifier".
        (String::new(), key("git.corp.example")),
        (String::new(), format!("@cert-authority *.corp.example {ED25519}\n")),
        (String::new(), format!("@cert-authority [*.corp.example]:2222 {ED25519}\n")),
        (String::new(), format!("# old\n\n[other]:2222,[git.corp.example]:2222 {ED25519} li@pc\n")),
        ("Include conf.d/*\nHost *\n    ServerAliveInterval 30\n".to_owned(), usual.clone()),
        (
            "Host git.corp.example\n    IdentityFile ~/.ssh/id_%r_corp\n    IdentityFile ${HOME}/.ssh/none\n"
                .to_owned(),
            usual.clone(),
        ),
    ] {
        let sandbox = corporate(&config);
        write(&sandbox, "known_hosts", &known_hosts, 0o600);
        let found = doctor(
            &sandbox,
            "",
            &["--offline", "--only", "ssh.hostkey,ssh.config,ssh.strict,ssh.algorithms"],
        );
        assert!(
            !found.stdout.contains("\"level\": \"warning\"")
                && !found.stdout.contains("\"level\": \"error\""),
            "{config}\n{known_hosts}\n{found}"
        );
    }
}

#[test]
fn a_proxy_command_that_is_not_there() {
    let sandbox =
        corporate("Host git.corp.example\n    ProxyCommand ncat-corp --proxy 10.0.0.1:3128 %h %p\n");
    expect(&sandbox, "", &[("ssh.installed", "vcs-tool-missing", ".ssh/config:2")]);
    for command in ["none", "ssh -W %h:%p bastion", "exec ssh -W %h:%p bastion", "$(corp-proxy) %h"] {
        let config = format!("Host git.corp.example\n    ProxyCommand {command}\n");
        healthy(&corporate(&config), "");
    }
}

#[test]
fn a_host_on_the_way_whose_key_nobody_knows() {
    let sandbox = corporate("Host git.corp.example\n    ProxyJump li@bastion.corp.example:2200\n");
    expect(&sandbox, "", &[("ssh.hostkey", "known-hosts-missing", ".ssh/known_hosts")]);
    let said = sandbox.gobs(&["doctor", "--offline", "--only", "ssh.hostkey"]).stdout;
    assert!(said.contains("[bastion.corp.example]:2200 has no known host key"), "{said}");
    let known = format!("[git.corp.example]:2222 {ED25519}\n[bastion.corp.example]:2200 {ED25519}\n");
    write(&sandbox, "known_hosts", known, 0o600);
    healthy(&sandbox, "");
    healthy(&corporate("Host git.corp.example\n    ProxyJump none\n"), "");
}

#[test]
fn keys_on_file_under_another_name() {
    for (config, known_hosts) in [
        ("", format!("[git.corp.example]:22 {ED25519}\n")),
        ("", format!("@revoked [git.corp.example]:2222 {ED25519}\n")),
        ("Host git.corp.example\n    HostKeyAlias forge\n", format!("[git.corp.example]:2222 {ED25519}\n")),
        (
            "Host git.corp.example\n    UserKnownHostsFile ~/.ssh/corp_hosts\n",
            format!("[git.corp.example]:2222 {ED25519}\n"),
        ),
        (
            "Host git.corp.example\n    ProxyJump bastion.corp.example\n",
            format!("[git.corp.example]:2222 {ED25519}\n"),
        ),
    ] {
        let sandbox = corporate(config);
        write(&sandbox, "known_hosts", &known_hosts, 0o600);
        let outcome = doctor(&sandbox, "", &["--offline", "--only", "ssh.hostkey"]);
        assert!(outcome.stdout.contains("known-hosts-missing"), "{config}\n{known_hosts}\n{outcome}");
    }
}

/// A container that runs as a uid of its own (OpenShift): ssh looks its user up before anything else. The real ssh is asked where
/// this test may become such a uid.
#[test]
fn ssh_for_a_uid_without_an_account() {
    let sandbox = machine();
    let real = Command::new("setpriv")
        .args(["--reuid", "424242", "--regid", "424242", "--clear-groups", "ssh", "-V"])
        .output()
        .unwrap();
    let says = String::from_utf8_lossy(&real.stderr).trim().to_owned();
    assert_eq!(says, "No user exists for uid 424242", "{real:?}");
    let ssh = sandbox.bin().join("ssh");
    let _ = std::fs::remove_file(&ssh);
    Sandbox::program(&ssh, &format!("#!/bin/sh\necho '{says}' >&2\nexit 255\n"));
    let told = doctor(&sandbox, "", &["--offline", "--only", "ssh.installed"]);
    assert!(told.stdout.contains("ssh-account-missing"), "{told}");
}
