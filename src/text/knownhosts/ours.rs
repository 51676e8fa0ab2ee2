//! The file of ours: each host with its keys, written whole and read back.

use std::collections::{BTreeMap, BTreeSet};

use super::{HostKey, KnownHosts, Names, host_and_port};
use crate::model::Msg;
use crate::say;

/// The keys of one host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownKeys {
    /// Lower case, IPv6 without brackets.
    pub host: String,
    pub port: u16,
    pub keys: Vec<HostKey>,
}

/// A name that cannot stand in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritable(pub Msg);

const HEAD: &str = "# Host keys of gobs; `gobs undo` takes them back.\n";

/// The file: one line a key, sorted, none twice.
///
/// # Errors
/// A host's name that ssh would take for a pattern, a list or a comment.
pub fn render_ours(known: &[KnownKeys]) -> Result<Vec<u8>, Unwritable> {
    let mut lines = BTreeSet::new();
    for KnownKeys { host, port, keys } in known {
        if host.is_empty()
            || host.contains(|c: char| c.is_whitespace() || c.is_control() || "@?*#[]|'\"\\,!".contains(c))
        {
            let host = host.escape_debug();
            return Err(Unwritable(say!(
                "`{host}` cannot be the name of a host in known_hosts",
                "`{host}` 不能作为 known_hosts 里的主机名",
                host
            )));
        }
        lines.extend(keys.iter().map(|key| (host.to_ascii_lowercase(), *port, key)));
    }
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let lines = lines.into_iter().map(|(host, port, key)| format!("{} {key}\n", host_and_port(&host, port)));
    Ok((HEAD.to_owned() + &lines.collect::<String>()).into_bytes())
}

/// Reads such a file back, sorted. Lines with markers, patterns and hashes are not ours and not in the answer.
pub fn parse_ours(bytes: &[u8]) -> Vec<KnownKeys> {
    let mut known: BTreeMap<(String, u16), BTreeSet<HostKey>> = BTreeMap::new();
    for entry in KnownHosts::parse(bytes).entries {
        if let (None, Names::List(name)) = (entry.marker, &entry.names)
            && let Some((host, port)) = plain_name(name)
        {
            known.entry((host.to_owned(), port)).or_default().insert(entry.key);
        }
    }
    let keys = |((host, port), keys): (_, BTreeSet<HostKey>)| KnownKeys {
        host,
        port,
        keys: keys.into_iter().collect(),
    };
    known.into_iter().map(keys).collect()
}

fn plain_name(name: &str) -> Option<(&str, u16)> {
    let (host, port) = match name.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once("]:")?;
            (host, port.parse().ok()?)
        }
        None => (name, 22),
    };
    (!host.contains(['*', '?', ',', '!'])).then_some((host, port))
}
