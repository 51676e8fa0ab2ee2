//! The hosts that private code comes from here, who names them, and which of them git reaches over ssh.

use super::Facts;
use crate::model::{Source, TargetId};
use crate::route::address::{Address, Transport};
use crate::text::forges;
use crate::text::gitcfg::insteadof::Rules;

/// A host whose code is private here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateHost {
    /// In lower case, without port.
    pub host: String,
    /// The project requires a module of it.
    pub needed: bool,
}

/// A host that git reaches over ssh, as it is given to ssh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshHost {
    pub host: String,
    /// `None`: the one of ssh's configuration.
    pub port: Option<u16>,
    pub user: Option<String>,
    /// What is fetched from it is private here.
    pub private: bool,
    /// Who sends git there.
    pub at: Source,
}

impl Facts<'_> {
    /// The private hosts: of the applied profile, of GOPRIVATE and GONOPROXY, of the project's go.mod. Public forges, on
    /// which only some owner's code is private, are not among them.
    pub fn private_hosts(&self) -> Vec<PrivateHost> {
        let mut hosts: Vec<PrivateHost> = Vec::new();
        let mut add = |name: &str, needed: bool| {
            let host = name.split('/').next().unwrap_or("").split(':').next().unwrap_or("");
            let host = host.to_ascii_lowercase();
            let plain = !host.is_empty() && !host.contains(['*', '?', '[', '\\', ' ', '"', '\'']);
            if !plain || forges::is_public(&host) {
                return;
            }
            match hosts.iter_mut().find(|known| known.host == host) {
                Some(known) => known.needed |= needed,
                None => hosts.push(PrivateHost { host, needed }),
            }
        };
        if let Ok(project) = self.project() {
            for require in
                project.mains.iter().flat_map(|main| main.file.iter().flat_map(|file| &file.require))
            {
                let path = &require.module.path;
                if self.is_private_module(path) {
                    add(path, true);
                }
            }
        }
        for pattern in self.applied_profile().iter().flat_map(|applied| &applied.private) {
            add(pattern, false);
        }
        if let Ok(env) = self.go_env() {
            for name in ["GOPRIVATE", "GONOPROXY"] {
                let value = env.value(name);
                value
                    .split(',')
                    .map(str::trim)
                    .filter(|p| *p != "none")
                    .for_each(|pattern| add(pattern, false));
            }
        }
        hosts
    }

    /// The hosts that git reaches over ssh for go: where insteadOf sends it, and those of the applied profile.
    pub fn ssh_hosts(&self) -> Vec<SshHost> {
        let private = self.private_hosts();
        let is_private = |host: &str| {
            self.is_private_host(host) || private.iter().any(|known| known.host.eq_ignore_ascii_case(host))
        };
        let mut hosts: Vec<SshHost> = Vec::new();
        let mut add = |address: &Address, wanted: bool, at: Source| {
            if address.host.is_empty() || address.host.starts_with('-') {
                return;
            }
            let host = SshHost {
                host: address.host.clone(),
                port: address.port,
                user: address.user.clone(),
                private: wanted || is_private(&address.host),
                at,
            };
            match hosts.iter_mut().find(|known| known.host == host.host && known.port == host.port) {
                Some(known) => known.private |= host.private,
                None => hosts.push(host),
            }
        };
        let rules = self.git_view().map(super::git::GitView::rules).unwrap_or_default();
        for rule in rules.list().iter().filter(|rule| rule.fault().is_none()) {
            let base = rule.base.reveal();
            let Some(to) = Address::parse(base).filter(|to| to.transport == Transport::Ssh) else { continue };
            let from = Address::parse(rule.prefix.reveal());
            // `ssh://git@h/` for `git@h:` is another spelling, not a decision for ssh.
            let wanted = from.is_some_and(|from| is_private(&from.host));
            add(&to, wanted || self.owned_part(rule.prefix.reveal()), rule.at.clone());
        }
        if let Some(applied) = self.applied_profile() {
            for setting in applied.settings.iter().filter(|s| s.target == TargetId::Ssh && s.key.0.len() == 2)
            {
                let host = setting.key.first().to_owned();
                let at = Source::Command(format!("gobs init --profile {}", applied.name));
                let address = Address {
                    transport: Transport::Ssh,
                    user: None,
                    host,
                    port: None,
                    path: String::new(),
                    scp: false,
                };
                if !hosts_has(&rules, &address.host) && !address.host.contains(['*', '?', '!', ' ']) {
                    add(&address, true, at);
                }
            }
        }
        hosts
    }

    /// Whether a rewritten prefix is the private part of a public forge: `https://github.com/acme/` under
    /// GOPRIVATE=github.com/acme.
    fn owned_part(&self, prefix: &str) -> bool {
        let Some(from) = Address::parse(prefix) else { return false };
        let patterns = self.go_env().map(|env| env.value("GOPRIVATE")).unwrap_or_default();
        let mut owners = patterns.split(',').map(str::trim).filter(|pattern| !pattern.is_empty());
        owners.any(|pattern| pattern.split('/').next() == Some(from.host.as_str()))
    }
}

fn hosts_has(rules: &Rules, host: &str) -> bool {
    rules.list().iter().any(|rule| {
        Address::parse(rule.base.reveal()).is_some_and(|to| to.transport == Transport::Ssh && to.host == host)
    })
}
