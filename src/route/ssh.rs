//! What ssh would do for a host: its real name, port, keys and known host keys, asked of `ssh -G`, which connects nowhere.

use std::path::PathBuf;

use super::address::Address;
use super::look::Look;
use crate::text::knownhosts::{HostKey, KnownHosts, Marker};
use crate::world::{Cmd, Ran};

/// ssh's own reading of its configuration for one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Client {
    pub user: String,
    pub host: String,
    pub port: u16,
    /// Another program or host stands in between: its port cannot be tried directly.
    pub jumps: bool,
    /// The name host keys are filed under.
    pub alias: Option<String>,
    files: Vec<PathBuf>,
}

/// What the `known_hosts` files hold for a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Types of the keys, and the first place.
    Yes {
        kinds: Vec<String>,
        file: PathBuf,
        line: u32,
    },
    No,
}

impl Client {
    /// `None` where there is no ssh, or it does not answer.
    pub(super) fn of(look: &Look<'_>, address: &Address) -> Option<Client> {
        let mut args = vec!["-G".to_owned()];
        if let Some(port) = address.port {
            args.extend(["-p".to_owned(), port.to_string()]);
        }
        if let Some(user) = &address.user {
            args.extend(["-l".to_owned(), user.clone()]);
        }
        // A host that begins with a dash would be an option.
        if address.host.starts_with('-') {
            return None;
        }
        args.push(address.host.clone());
        let out = look.world.exec.run(&command(look, &args)?).ok().filter(Ran::ok)?.out();
        let value = |key: &str| {
            out.lines().find_map(|line| {
                line.split_once(' ').filter(|(name, _)| *name == key).map(|(_, value)| value.trim())
            })
        };
        let set = |key: &str| value(key).filter(|value| !matches!(*value, "" | "none"));
        let files = ["userknownhostsfile", "globalknownhostsfile"]
            .iter()
            .filter_map(|key| value(key))
            .flat_map(str::split_whitespace)
            .map(|file| expand(look, file));
        Some(Client {
            user: value("user").unwrap_or("").to_owned(),
            host: value("hostname").unwrap_or(&address.host).to_owned(),
            port: value("port").and_then(|port| port.parse().ok()).unwrap_or(22),
            jumps: set("proxycommand").is_some() || set("proxyjump").is_some(),
            alias: set("hostkeyalias").map(str::to_owned),
            files: files.collect(),
        })
    }

    /// The host keys on file.
    pub(super) fn known(&self, look: &Look<'_>) -> Known {
        let name = self.alias.as_deref().unwrap_or(&self.host);
        let port = if self.alias.is_some() { 22 } else { self.port };
        for file in &self.files {
            let Ok(bytes) = look.world.files.read(file) else { continue };
            let known = KnownHosts::parse(&bytes);
            let found = known.lookup(name, port);
            let sound: Vec<_> =
                found.iter().filter(|found| found.entry.marker != Some(Marker::Revoked)).collect();
            if let Some(first) = sound.first() {
                let kinds = sound.iter().map(|found| found.entry.key.kind().to_owned()).collect();
                return Known::Yes { kinds, file: file.clone(), line: first.entry.line };
            }
        }
        Known::No
    }

    /// `host`, or `[host]:port` as `known_hosts` writes it.
    pub(super) fn filed_as(&self) -> String {
        crate::text::knownhosts::host_and_port(self.alias.as_deref().unwrap_or(&self.host), self.port)
    }
}

fn expand(look: &Look<'_>, file: &str) -> PathBuf {
    match (file.strip_prefix("~/"), look.world.places.ssh_home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(file),
    }
}

/// The host keys a server shows to whoever asks: to be held against pins, never to be trusted.
pub(super) fn scan(look: &Look<'_>, client: &Client) -> Vec<HostKey> {
    let Some(program) = look.world.which("ssh-keyscan") else { return Vec::new() };
    let port = client.port.to_string();
    let words = ["-T", "2", "-p", &port, "-t", "ed25519,ecdsa,rsa", "--", &client.host];
    let ran = look.world.exec.run(&Cmd::new(program, look.glance()).args(words));
    let out = ran.map(|ran| ran.out()).unwrap_or_default();
    let lines = out.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(_, key)| HostKey::parse(key).ok()).collect()
}

/// The ssh that git would run, with these words; the user's own command goes through the shell, as git has it.
fn command(look: &Look<'_>, args: &[String]) -> Option<Cmd> {
    let cmd = match own_command(look) {
        Some(own) => {
            let script = format!("{own} \"$@\"");
            Cmd::new(shell(look), look.budget()).args(["-c", &script, "ssh"]).args(args)
        }
        None => Cmd::new(look.world.which("ssh")?, look.budget()).args(args),
    };
    Some(cmd.env("LC_ALL", "C").env("SSH_ASKPASS_REQUIRE", "never").without("SSH_ASKPASS"))
}

/// The shell that git was built with is in a fixed place.
fn shell(look: &Look<'_>) -> PathBuf {
    let fixed = PathBuf::from("/bin/sh");
    if look.world.files.is_program(&fixed) { fixed } else { look.world.which("sh").unwrap_or(fixed) }
}

/// `GIT_SSH_COMMAND`, `core.sshCommand` (`connect.c:get_ssh_command`).
pub(super) fn own_command<'l>(look: &'l Look<'_>) -> Option<&'l str> {
    let configured = look.settings.git_keys.iter().find(|(key, _)| key == "core.sshcommand");
    look.world.vars.get("GIT_SSH_COMMAND").or(configured.map(|(_, given)| given.value.as_str()))
}
