//! ssh: its configuration is readable, its files are kept to their owner, its keys sound, the hosts' keys known.

mod agent;
mod config;
mod hosts;
mod installed;
mod keys;
mod modes;
mod weak;

use super::Check;
use crate::facts::Facts;
use crate::facts::hosts::SshHost;

pub(super) const CHECKS: &[&[Check]] = &[
    installed::CHECKS,
    config::CHECKS,
    modes::CHECKS,
    keys::CHECKS,
    agent::CHECKS,
    hosts::CHECKS,
    weak::CHECKS,
];

/// The hosts whose configuration matters: those git reaches over ssh, and the private ones.
fn hosts_of_interest(facts: &Facts<'_>) -> Vec<SshHost> {
    let mut hosts = facts.ssh_hosts();
    for private in facts.private_hosts() {
        if !hosts.iter().any(|known| known.host.eq_ignore_ascii_case(&private.host)) {
            hosts.push(SshHost {
                host: private.host,
                port: None,
                user: None,
                private: true,
                at: crate::model::Source::Host,
            });
        }
    }
    hosts
}
