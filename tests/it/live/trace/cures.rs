//! What `trace` names, `gobs fix` mends where that is safe; then go succeeds, and after `undo` it fails as before.

use super::super::{HOST, MODULE as LIB, download, forge, machine, ssh_command, text};
use super::traced;
use crate::rig::netns::{self, Net};
use crate::rig::{Ca, GitWeb, Keys, Manner, Repos, Sshd};
use crate::sandbox::{Sandbox, world_of};

/// A private module that the project at hand needs, and that go cannot fetch.
struct Sick<'s> {
    sandbox: &'s mut Sandbox,
    module: &'s str,
}

impl<'s> Sick<'s> {
    fn new(sandbox: &'s mut Sandbox, module: &'s str) -> Sick<'s> {
        let (path, version) = module.split_once('@').unwrap();
        let gomod = format!("module x.example/app\n\ngo 1.21\n\nrequire {path} {version}\n");
        sandbox.write("go.mod", gomod);
        Sick { sandbox, module }
    }

    fn fetches(&self) -> bool {
        let _ = std::fs::remove_dir_all(self.sandbox.home().join("go"));
        let fetched = download(self.sandbox, self.module);
        for own in ["go", ".config/go/telemetry"] {
            let _ = std::fs::remove_dir_all(self.sandbox.home().join(own));
        }
        fetched.status.success()
    }

    /// `trace` and the doctor name the kind, `fix` repairs the row, go fetches; `undo` brings the trouble back.
    fn cured_by(&mut self, row: &str, kind: &str, new_shell: impl FnOnce(&mut Sandbox)) {
        assert_eq!(traced(self.sandbox, self.module).0, kind, "{row}");
        assert!(!self.fetches(), "{row}: go does not mind");
        let doctor = self.sandbox.gobs(&["doctor", "--only", row]);
        assert!(doctor.stdout.contains(kind), "{doctor}");
        let before = settings(self.sandbox);
        let fixed = self.sandbox.gobs(&["fix", row, "--yes"]);
        new_shell(self.sandbox);
        assert!(self.fetches(), "{fixed}\n{}", text(&download(self.sandbox, self.module)));
        assert_eq!(traced(self.sandbox, self.module).0, "", "{row}");
        let healthy = self.sandbox.gobs(&["doctor", "--only", "private"]);
        assert_eq!(healthy.exit.code(), 0, "{healthy}");
        let undone = self.sandbox.gobs(&["undo", "--yes"]);
        assert_eq!(undone.exit.code(), 0, "{undone}");
        assert_eq!(settings(self.sandbox), before, "{undone}");
    }
}

/// What gobs may write; go leaves files of its own around.
fn settings(sandbox: &Sandbox) -> Vec<Option<String>> {
    let files = [
        ".config/go/env",
        ".gitconfig",
        ".bashrc",
        ".ssh/config",
        ".ssh/gobs/config",
        ".ssh/gobs/known_hosts",
    ];
    files.iter().map(|file| std::fs::read_to_string(sandbox.home().join(file)).ok()).collect()
}

fn as_it_is(_: &mut Sandbox) {}

#[test]
fn patterns() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2").host("code.corp.example", "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    let tree = tempfile::tempdir().unwrap();
    sandbox.set("GOPROXY", format!("file://{}", tree.path().display()));
    sandbox.unset("GOPRIVATE");
    let module = format!("{LIB}@v1.0.0");
    for (value, kind) in [
        ("", "private-module-sent-to-proxy"),
        ("GOPRIVATE=https://git.corp.example\n", "goprivate-has-scheme"),
        ("GOPRIVATE=git.corp.example:443\n", "goprivate-has-scheme"),
        ("GOPRIVATE=.corp.example\n", "goprivate-does-not-cover-host"),
        ("GOPRIVATE=other.example,git.corp.example/team/lib/...\n", "goprivate-does-not-cover-host"),
    ] {
        sandbox.write(".config/go/env", value);
        Sick::new(&mut sandbox, &module).cured_by("private.pattern", kind, as_it_is);
    }
    // Two hosts, one value that covers both.
    sandbox.write(".config/go/env", "GOPRIVATE=https://git.corp.example\n");
    let two = format!(
        "module x.example/app\n\ngo 1.21\n\nrequire (\n\t{LIB} v1.0.0\n\tcode.corp.example/a/b v1.0.0\n)\n"
    );
    sandbox.write("go.mod", two);
    let fixed = sandbox.gobs(&["fix", "private.pattern", "--yes"]);
    assert_eq!(sandbox.read(".config/go/env"), "GOPRIVATE=git.corp.example,code.corp.example\n", "{fixed}");
}

/// git clone works over ssh, go is sent to https and has no login there.
#[test]
fn ssh_where_https_has_no_login() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let keys = Keys::new();
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::Gitea);
    std::fs::remove_file(sandbox.home().join(".netrc")).unwrap();
    let sshd = Sshd::of(&repos, &[&keys]).at("127.0.0.2:22").start();
    sandbox.set("GIT_SSH_COMMAND", ssh_command(&sandbox, &keys, &sshd.known_hosts(Some(HOST))));
    let module = format!("{LIB}@v1.0.0");
    Sick::new(&mut sandbox, &module).cured_by("private.https", "git-https-no-credentials", as_it_is);
    let told = sandbox.gobs(&["trace", &module]);
    assert!(told.stdout.contains("git ls-remote ssh://git@git.corp.example/team/lib.git"), "{told}");
    // Where ssh does not get in either, nothing is proposed that would not work.
    let strangers = Keys::new();
    sandbox.set("GIT_SSH_COMMAND", ssh_command(&sandbox, &strangers, &sshd.known_hosts(Some(HOST))));
    let told = sandbox.gobs(&["trace", &module]);
    assert!(told.stdout.contains("git credential approve"), "{told}");
    assert!(!told.stdout.contains("insteadOf"), "{told}");
}

/// The profile pins the host's key: it is taken over the network only if it is that one.
#[test]
fn a_host_key_that_is_pinned() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let keys = Keys::new();
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::Gitea);
    sandbox.real("ssh-keyscan");
    std::fs::remove_file(sandbox.home().join(".netrc")).unwrap();
    let sshd = Sshd::of(&repos, &[&keys]).at("127.0.0.2:2222").start();
    let pin = gobs::text::knownhosts::HostKey::parse(&sshd.host_key("ed25519")).unwrap().fingerprint();
    let profile = |pin: &str| {
        format!(
            "schema = 1\nsummary = {{ zh = \"甲\", en = \"Acme\" }}\n[[private]]\nhost = \"{HOST}\"\n\
             transport = \"ssh\"\nport = 2222\nhost_keys = [\"{pin}\"]\n"
        )
    };
    // The real ssh reads the home of the account, not the sandbox's.
    let files = ["gobs/known_hosts", "known_hosts"].map(|file| sandbox.home().join(".ssh").join(file));
    let command = format!(
        "ssh -F /dev/null -p 2222 -o IdentitiesOnly=yes -o IdentityFile={} -o UserKnownHostsFile='{} {}' \
         -o GlobalKnownHostsFile=/dev/null",
        keys.private().display(),
        files[0].display(),
        files[1].display()
    );
    sandbox.set("GIT_SSH_COMMAND", command);
    sandbox.unset("GOPRIVATE");
    let module = format!("{LIB}@v1.0.0");
    for (pin, vouched) in [(format!("SHA256:{}", "A".repeat(43)), false), (pin, true)] {
        let path = sandbox.write("acme.toml", profile(&pin)).display().to_string();
        sandbox.gobs(&["init", "--profile", &path, "--yes", "--offline", "--no-proof"]);
        let mut sick = Sick::new(&mut sandbox, &module);
        if vouched {
            sick.cured_by("private.hostkey", "ssh-hostkey-unknown", as_it_is);
        } else {
            assert_eq!(traced(sick.sandbox, &module).0, "ssh-hostkey-unknown");
            let fixed = sick.sandbox.gobs(&["fix", "private.hostkey", "--yes"]);
            assert_eq!(fixed.exit.code(), 1, "{fixed}");
            assert!(!sick.sandbox.home().join(".ssh/gobs/known_hosts").exists(), "{fixed}");
            assert!(fixed.stdout.contains(&pin), "{fixed}");
            sick.sandbox.gobs(&["undo", "--yes"]);
        }
    }
}

/// The profile wants ssh for a host whose https has no login; somebody took the rule out.
#[test]
fn ssh_because_the_profile_says_so() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let keys = Keys::new();
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::Gitea);
    std::fs::remove_file(sandbox.home().join(".netrc")).unwrap();
    let sshd = Sshd::of(&repos, &[&keys]).at("127.0.0.2:2222").start();
    sandbox.set("GIT_SSH_COMMAND", ssh_command(&sandbox, &keys, &sshd.known_hosts(Some(HOST))));
    let wish = format!("ssh://git@{HOST}:2222");
    let module = format!("{LIB}@v1.0.0");
    sandbox.gobs(&["init", "--private", &wish, "--yes", "--offline", "--no-proof"]);
    sandbox.write(".gitconfig", "[user]\n\tname = Li\n");
    Sick::new(&mut sandbox, &module).cured_by("private.https", "git-https-no-credentials", as_it_is);
}

#[test]
fn a_private_host_behind_a_dead_http_proxy() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    sandbox.set("SHELL", "/bin/bash");
    sandbox.set("HTTPS_PROXY", "http://127.0.0.1:9");
    sandbox.set("NO_PROXY", "localhost");
    sandbox.write(".bashrc", "# mine\n");
    let module = format!("{LIB}@v1.0.0");
    Sick::new(&mut sandbox, &module).cured_by("private.route", "no-proxy-misses-private-host", |sandbox| {
        // What the next shell will have.
        let script = ". ~/.bashrc; echo \"$NO_PROXY $no_proxy\"";
        let output = sandbox.command("bash").args(["-c", script]).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(told.trim(), "localhost,git.corp.example localhost,git.corp.example");
        sandbox.set("NO_PROXY", "localhost,git.corp.example");
        sandbox.set("no_proxy", "localhost,git.corp.example");
    });
}

/// As if a profile were in force: what it would change is walked, and nothing is written.
#[test]
fn a_profile_that_is_only_supposed() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", LIB);
    let keys = Keys::new();
    let web = GitWeb::of(&repos).at("127.0.0.2:443").tls(&ca, &[HOST]).manner(Manner::Gitea);
    let _web = web.account("oauth2", "t0ken").start();
    let sshd = Sshd::of(&repos, &[&keys]).at("127.0.0.2:2222").start();
    let mut sandbox = machine();
    sandbox.set("SSL_CERT_FILE", ca.pem());
    sandbox.set("GIT_SSL_CAINFO", ca.pem());
    sandbox.unset("GOPRIVATE");
    let key = keys.private().display().to_string();
    let text = format!(
        "schema = 1\nsummary = {{ zh = \"甲\", en = \"Acme\" }}\n[[private]]\nhost = \"{HOST}\"\n\
         transport = \"ssh\"\nport = 2222\nidentity_file = \"{key}\"\nhost_keys = [\"{}\"]\n",
        sshd.host_key("ed25519")
    );
    let profile = sandbox.write("acme.toml", text).display().to_string();
    let module = format!("{LIB}@v1.0.0");
    let before = world_of(&sandbox);
    assert_eq!(traced(&sandbox, &module).0, "goproxy-off");
    let supposed = sandbox.gobs(&["trace", "--profile", &profile, &module]);
    assert_eq!(supposed.exit.code(), 0, "{supposed}");
    assert!(supposed.stdout.contains("insteadOf https://git.corp.example/"), "{supposed}");
    assert!(supposed.stdout.contains("host key known"), "{supposed}");
    assert_eq!(world_of(&sandbox), before);
    let missing = sandbox.gobs(&["trace", "--profile", "enterprize", &module]);
    assert_eq!(missing.exit.code(), 2, "{missing}");
}
