//! Whether ssh takes what was written for its hosts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Shadow;
use crate::model::{Evidence, Setting, Source, TargetId};
use crate::order::Gather;
use crate::world::{Cmd, World};

/// The options that `ssh -G` prints as they were written.
const ASKED: [&str; 3] = ["HostName", "Port", "User"];

/// `ssh -G HOST` for every host written; `None` where ssh does not answer. ssh reads the home of the passwd entry; another home is given with `-F`.
pub(super) fn by_asking(world: &World, settings: &[Setting], budget: Duration) -> Option<Vec<Shadow>> {
    let wanted: Vec<&Setting> = settings
        .iter()
        .filter(|s| s.target == TargetId::Ssh && ASKED.contains(&s.key.name()) && !s.value.list().is_empty())
        .collect();
    let hosts: BTreeSet<&str> = wanted.iter().map(|setting| setting.key.first()).gather_set();
    if hosts.is_empty() {
        return None;
    }
    let ssh = world.which("ssh")?;
    let mut shadows = Vec::new();
    for host in hosts {
        let mut cmd = Cmd::new(ssh.clone(), budget).cwd(world.places.root());
        let passwd_home = world.host.account.as_ref().map(|account| account.home.as_path());
        if let Some(home) = world.places.ssh_home().filter(|home| Some(*home) != passwd_home) {
            cmd = cmd.args(["-F".into(), home.join(".ssh").join("config").into_os_string()]);
        }
        let cmd = cmd.args(["-G", host]);
        let ran = world.exec.run(&cmd).ok().filter(crate::world::Ran::ok)?;
        let out = ran.out();
        let says: BTreeMap<&str, &str> = out.lines().filter_map(|line| line.split_once(' ')).gather_map();
        for setting in wanted.iter().filter(|setting| setting.key.first() == host) {
            let Some(instead) = says.get(setting.key.name().to_ascii_lowercase().as_str()) else { continue };
            if setting.value.list() != [*instead] {
                shadows.push(Shadow {
                    setting: (*setting).clone(),
                    instead: (*instead).to_owned(),
                    by: Evidence { from: Source::Command(cmd.shown()), seen: (*instead).to_owned() },
                    next: false,
                });
            }
        }
    }
    Some(shadows)
}
