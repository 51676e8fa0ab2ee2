//! The `known_hosts` file of ours as a target: host keys that a profile pins. ssh's own file is left to ssh.

use std::path::PathBuf;

use super::{Draft, Drafted, Ground, Located, Refused, Target, ssh};
use crate::model::{Change, Key, Setting, State, TargetId, Value};
use crate::say;
use crate::text::knownhosts::{HostKey, KnownKeys, host_and_port, parse_ours, render_ours};
use crate::world::Snapshot;

pub(super) struct KnownHosts;

impl Target for KnownHosts {
    fn id(&self) -> TargetId {
        TargetId::KnownHosts
    }

    fn files(&self, ground: Ground<'_>) -> Vec<PathBuf> {
        file(ground).into_iter().collect()
    }

    fn read(&self, ground: Ground<'_>, now: &Snapshot) -> Vec<Located> {
        let Ok(path) = file(ground) else { return Vec::new() };
        parse_ours(now.bytes(&path).unwrap_or(&[]))
            .iter()
            .map(|known| Located {
                path: path.clone(),
                line: None,
                key: Key::new([host_and_port(&known.host, known.port)]),
                value: keys(Some(known)),
            })
            .collect()
    }

    fn draft(&self, ground: Ground<'_>, now: &Snapshot, wishes: &[Setting]) -> Result<Draft, Refused> {
        let path = file(ground)?;
        let bytes = super::readable(now, &path)?;
        let mut known = parse_ours(bytes);
        let mut draft = Draft::default();
        for wish in wishes {
            let (host, port) = place(wish.key.name());
            let at = known.iter().position(|known| known.host == host && known.port == port);
            let before = keys(at.map(|at| &known[at]));
            let after = wish.value.over(&before);
            if before.list() == after.list() {
                continue;
            }
            let keys = after.list().iter().map(|text| host_key(wish, text)).collect::<Result<_, _>>()?;
            let entry = KnownKeys { host, port, keys };
            match at {
                Some(at) => known[at] = entry,
                None => known.push(entry),
            }
            draft.edits.push(Drafted {
                path: path.clone(),
                before,
                setting: Setting { value: after, ..wish.clone() },
            });
        }
        let after = render_ours(&known).map_err(|bad| Refused { what: bad.0, hint: None })?;
        if after != bytes {
            let state = now.state(&path).cloned();
            let mode = state.as_ref().map_or(0o600, |state| state.mode);
            super::private_dir(now, &ssh::dir(ground)?, &mut draft);
            super::private_dir(now, &ssh::dir(ground)?.join("gobs"), &mut draft);
            let after = (!after.is_empty()).then(|| State::bytes(after, mode));
            draft.changes.push(Change::File { path, before: state, after });
        }
        Ok(draft)
    }
}

fn file(ground: Ground<'_>) -> Result<PathBuf, Refused> {
    Ok(ssh::dir(ground)?.join("gobs").join("known_hosts"))
}

fn keys(known: Option<&KnownKeys>) -> Value {
    let keys = known.iter().flat_map(|known| &known.keys).map(ToString::to_string);
    Value::from_list(keys.collect())
}

/// `[host]:port` or a plain name, as `known_hosts` writes them.
fn place(name: &str) -> (String, u16) {
    let with_port = name.strip_prefix('[').and_then(|rest| rest.split_once("]:"));
    match with_port.and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => (host.to_ascii_lowercase(), port),
        None => (name.to_ascii_lowercase(), 22),
    }
}

fn host_key(wish: &Setting, text: &str) -> Result<HostKey, Refused> {
    HostKey::parse(text).map_err(|fault| {
        let (host, why) = (&wish.key, fault.say());
        Refused {
            what: say!(
                "the host key given for {host} is no key: {why}",
                "为 {host} 指定的主机密钥无效：{why}",
                host,
                why
            ),
            hint: Some(say!(
                "copy the whole line of the server's /etc/ssh/ssh_host_ed25519_key.pub into host_keys",
                "把服务器上 /etc/ssh/ssh_host_ed25519_key.pub 的整行内容填进 host_keys"
            )),
        }
    })
}
