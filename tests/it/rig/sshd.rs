//! OpenSSH's own server, as a forge runs it: public keys only, Git only, repositories below one folder.

use std::fmt::Write as _;
use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use super::repos::Repos;
use super::server::{Server, on_port, out, program};

/// A running `sshd`.
pub struct Sshd {
    at: SocketAddr,
    server: Server,
    dir: tempfile::TempDir,
}

/// How it shall run; see [`Sshd::of`].
pub struct Wanted<'a> {
    repos: &'a Repos,
    keys: &'a [&'a Keys],
    at: Option<SocketAddr>,
    lines: String,
}

/// A key pair of a user, in a folder of its own: `id_ed25519` and `id_ed25519.pub`.
pub struct Keys {
    dir: tempfile::TempDir,
}

impl Keys {
    pub fn new() -> Keys {
        let dir = tempfile::tempdir().unwrap();
        keygen(dir.path(), "ed25519", "id_ed25519");
        Keys { dir }
    }

    pub fn private(&self) -> PathBuf {
        self.dir.path().join("id_ed25519")
    }

    pub fn public(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("id_ed25519.pub")).unwrap()
    }
}

/// Only reading, only below the root; the words for what is not there are GitLab's.
const GIT_ONLY: &str = r#"#!/bin/sh
case $SSH_ORIGINAL_COMMAND in
  "git-upload-pack '"*"'" | "git upload-pack '"*"'")
    path=${SSH_ORIGINAL_COMMAND#*\'}; path=${path%\'}; path=${path#/}; path=ROOT/${path%.git}.git
    case $path in *..*) exit 1;; esac
    [ -d "$path" ] && exec git-upload-pack "$path"
    echo 'ERROR: The project you were looking for could not be found or you do not have permission to view it.' >&2
    exit 1;;
  '') echo 'Welcome to the rig!'; exit 0;;
  *) echo 'ERROR: Unknown command' >&2; exit 1;;
esac
"#;

impl Sshd {
    /// A server of these repositories that lets `keys` in, under the name of whoever runs the tests.
    pub fn of<'a>(repos: &'a Repos, keys: &'a [&'a Keys]) -> Wanted<'a> {
        Wanted { repos, keys, at: None, lines: String::new() }
    }

    pub fn port(&self) -> u16 {
        self.at.port()
    }

    /// `ssh://user@127.0.0.1:port/`: a repository's path follows.
    pub fn url(&self) -> String {
        format!("ssh://{}@{}/", whoami(), self.at)
    }

    /// Lines for `known_hosts`, both keys, under this name; without one, under the server's address.
    pub fn known_hosts(&self, name: Option<&str>) -> String {
        let port = self.at.port();
        let name = name.map_or_else(|| self.at.ip().to_string(), str::to_owned);
        let name = if port == 22 { name } else { format!("[{name}]:{port}") };
        let mut lines = String::new();
        for kind in ["ed25519", "rsa"] {
            let _ = writeln!(lines, "{name} {}", self.host_key(kind));
        }
        lines
    }

    /// The public host key of a kind, `ed25519` or `rsa`: type and blob.
    pub fn host_key(&self, kind: &str) -> String {
        let text = std::fs::read_to_string(self.dir.path().join(format!("host_{kind}.pub"))).unwrap();
        text.split(' ').take(2).collect::<Vec<_>>().join(" ")
    }

    /// What the server logged: who connected, which key it took or refused.
    pub fn log(&self) -> String {
        self.server.said()
    }
}

impl Wanted<'_> {
    /// On this address and port; without, on a free port of 127.0.0.1.
    pub fn at(mut self, at: &str) -> Self {
        self.at = Some(at.parse().unwrap());
        self
    }

    /// One more line of `sshd_config`, before all others.
    pub fn line(mut self, line: &str) -> Self {
        let _ = writeln!(self.lines, "{line}");
        self
    }

    pub fn start(self) -> Sshd {
        let dir = tempfile::tempdir().unwrap();
        let here = dir.path();
        keygen(here, "ed25519", "host_ed25519");
        for name in ["host_rsa", "host_rsa.pub"] {
            std::fs::copy(rsa().join(name), here.join(name)).unwrap();
        }
        let keys: String = self.keys.iter().map(|keys| keys.public()).collect();
        std::fs::write(here.join("authorized_keys"), keys).unwrap();
        let script = GIT_ONLY.replace("ROOT", &self.repos.root().display().to_string());
        crate::sandbox::Sandbox::program(&here.join("git-only"), &script);
        if rustix::process::geteuid().is_root() {
            // Compiled in: sshd wants this empty folder when it starts as root.
            std::fs::create_dir_all("/run/sshd").unwrap();
        }
        let (at, server) = on_port(self.at, |at| {
            let here = here.display();
            let config = format!(
                "{lines}ListenAddress {ip}:{port}\nHostKey {here}/host_ed25519\nHostKey {here}/host_rsa\n\
                 PidFile none\nAuthorizedKeysFile {here}/authorized_keys\nStrictModes no\nUsePAM no\n\
                 PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n\
                 LogLevel VERBOSE\nUseDNS no\nPrintMotd no\nMaxStartups 100\nForceCommand {here}/git-only\n",
                lines = self.lines,
                ip = at.ip(),
                port = at.port(),
            );
            let file = dir.path().join("sshd_config");
            std::fs::write(&file, config).unwrap();
            let sshd = program("sshd");
            let command = [sshd.as_str(), "-D", "-e", "-f", &file.display().to_string()];
            Server::start(dir.path(), &command, &[], || greets(at))
        });
        Sshd { at, server, dir }
    }
}

/// Whether an SSH server introduces itself there.
fn greets(at: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect_timeout(&at, Duration::from_secs(1)) else {
        return false;
    };
    let mut word = [0; 4];
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.read_exact(&mut word).is_ok() && word == *b"SSH-"
}

/// An RSA key takes a while to make; all servers of all runs share one.
fn rsa() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rsa-host-key");
        if !kept.exists() {
            // Made aside and renamed: two runs of the tests may come here at once, and the first one wins.
            let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            keygen(dir.path(), "rsa", "host_rsa");
            let _ = std::fs::rename(dir.path(), &kept);
        }
        kept
    })
}

fn keygen(dir: &Path, kind: &str, name: &str) {
    let bits: &[&str] = if kind == "rsa" { &["-b", "2048"] } else { &[] };
    let words = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "rig", "-f", name];
    out(dir, &[&words, bits].concat());
}

/// The account that runs the tests: the one that sshd can let in without being anybody else.
pub fn whoami() -> String {
    out(Path::new("/"), &["id", "-un"])
}
