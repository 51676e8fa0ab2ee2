//! `known_hosts`: whose key is which, read as ssh reads it (`hostfile.c`); and the file of ours.

mod hostkey;
mod ours;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

pub use hostkey::{HostKey, KeyFault};
pub use ours::{KnownKeys, Unwritable, parse_ours, render_ours};

use super::sshcfg::pattern::{Listed, in_list};

/// One file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownHosts {
    pub entries: Vec<Entry>,
    /// Lines that ssh passes over without a word.
    pub malformed: Vec<Malformed>,
}

/// A line that ssh takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From 1.
    pub line: u32,
    pub marker: Option<Marker>,
    pub names: Names,
    pub key: HostKey,
}

/// What a line says about its key beside that it is the host's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// `@revoked`: never accept it.
    Revoked,
    /// `@cert-authority`: it signs the certificates of these hosts.
    CertAuthority,
}

/// Whom a line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// Patterns separated by commas; `[host]:port` for ports other than 22.
    List(String),
    /// `|1|salt|hash`.
    Hashed { salt: [u8; 20], hash: [u8; 20] },
}

/// A line that ssh does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    pub line: u32,
    /// The names as written: a line for our host that does not count matters most.
    pub names: String,
    pub why: LineFault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// Neither `@revoked` nor `@cert-authority`, or two of them.
    Marker,
    /// `|1|…` that does not decode.
    Hash,
    Key(KeyFault),
}

/// A line that is for a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'k> {
    pub entry: &'k Entry,
    /// `false`: the line names the host without the port. ssh accepts its key for another port too, as a second choice.
    pub exact: bool,
}

impl KnownHosts {
    /// Reads a file; nothing is refused.
    pub fn parse(bytes: &[u8]) -> KnownHosts {
        let mut known = KnownHosts::default();
        for (line, number) in bytes.split(|b| *b == b'\n').zip(1..) {
            let line = line.split(|b| *b == 0).next().unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            let line = line.trim_start_matches(BLANK).trim_end_matches('\r');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match entry(line, number) {
                Ok(entry) => known.entries.push(entry),
                Err((names, why)) => {
                    known.malformed.push(Malformed { line: number, names: names.to_owned(), why });
                }
            }
        }
        known
    }

    /// The lines for a host, exact ones first (`sshconnect.c:check_host_key`).
    pub fn lookup(&self, host: &str, port: u16) -> Vec<Found<'_>> {
        let name = host_and_port(host, port);
        let found = |name: &str, exact| {
            let entries = self.entries.iter().filter(|entry| entry.names.matches(name));
            entries.map(|entry| Found { entry, exact }).collect::<Vec<_>>()
        };
        let mut lines = found(&name, true);
        if port != 22 {
            let plain = found(&host_and_port(host, 22), false);
            lines.extend(plain.into_iter().filter(|plain| !plain.entry.names.matches(&name)));
        }
        lines
    }
}

/// A host's name in `known_hosts` (`misc.c:put_host_port`), in lower case.
pub fn host_and_port(host: &str, port: u16) -> String {
    let host = host.to_ascii_lowercase();
    if port == 22 { host } else { format!("[{host}]:{port}") }
}

impl Names {
    /// Whether they cover this name, as made by [`host_and_port`].
    pub fn matches(&self, name: &str) -> bool {
        match self {
            Names::List(list) => in_list(name, list) == Listed::Yes,
            Names::Hashed { salt, hash } => {
                let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt);
                hmac::verify(&key, name.as_bytes(), hash).is_ok()
            }
        }
    }
}

const BLANK: [char; 2] = [' ', '\t'];

/// `hostfile.c:hostkeys_foreach_file`, one line.
fn entry(line: &str, number: u32) -> Result<Entry, (&str, LineFault)> {
    let (marker, line) = marker(line).ok_or(("", LineFault::Marker))?;
    let (names, key) = line.split_at(line.find(BLANK).unwrap_or(line.len()));
    let fault = |why| (names, why);
    let key = HostKey::parse(key.trim_start_matches(BLANK)).map_err(|why| fault(LineFault::Key(why)))?;
    let names = match names.strip_prefix('|') {
        Some(hashed) => hashed_names(hashed).ok_or(fault(LineFault::Hash))?,
        None => Names::List(names.to_owned()),
    };
    Ok(Entry { line: number, marker, names, key })
}

/// `check_markers`: a marker ends at the first space, or at a tab if the line has no space.
fn marker(line: &str) -> Option<(Option<Marker>, &str)> {
    if !line.starts_with('@') {
        return Some((None, line));
    }
    let (word, rest) = line.split_once(' ').or_else(|| line.split_once('\t'))?;
    let marker = match word {
        "@cert-authority" => Marker::CertAuthority,
        "@revoked" => Marker::Revoked,
        _ => return None,
    };
    let rest = rest.trim_start_matches(BLANK);
    (!rest.starts_with('@')).then_some((Some(marker), rest))
}

fn hashed_names(hashed: &str) -> Option<Names> {
    let (salt, hash) = hashed.strip_prefix("1|")?.split_once('|')?;
    let decode = |text: &str| <[u8; 20]>::try_from(STANDARD.decode(text).ok()?).ok();
    Some(Names::Hashed { salt: decode(salt)?, hash: decode(hash)? })
}
