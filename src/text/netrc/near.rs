//! Records for almost the right name.

use std::net::IpAddr;

use super::{Entry, go_key};
use crate::order::Order;
use crate::text::url::split_port;
use crate::text::words;

/// A record that was probably meant for the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NearMiss<'n> {
    pub entry: &'n Entry,
    pub how: Near,
}

/// In what the name differs, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Near {
    /// Written as a URL: Go takes `https://` off since 1.24, curl and git do not, and nobody takes `http://`.
    Scheme,
    /// Upper and lower case: Go compares them.
    Case,
    /// The host needs its port, the record has none.
    NoPort,
    /// The record has a port, the host needs none or another.
    OtherPort,
    /// A slip of the keyboard.
    Slip,
    /// Another host of the same domain.
    SameDomain,
}

/// Records that look like `host` (with port) and are not for it, the nearest first.
pub(super) fn misses<'n>(entries: &'n [Entry], host: &str) -> Vec<NearMiss<'n>> {
    let near = |entry: &'n Entry| nearness(&entry.machine, host).map(|how| NearMiss { entry, how });
    let mut misses: Vec<NearMiss<'n>> = entries.iter().filter_map(near).collect();
    misses.order_by_key(|miss| miss.how);
    misses
}

fn nearness(machine: &str, host: &str) -> Option<Near> {
    if machine == host {
        return None;
    }
    let bare = match machine.split_once("://") {
        Some((_, rest)) => {
            let authority = rest.split('/').next().unwrap_or("");
            let bare = authority.rsplit('@').next().unwrap_or("");
            if go_key(bare) == host {
                return Some(Near::Scheme);
            }
            bare
        }
        None => machine,
    };
    let (bare, host) = (bare.to_ascii_lowercase(), host.to_ascii_lowercase());
    if bare == host {
        return Some(Near::Case);
    }
    let ((name, port), (want, _)) = (split_port(&bare), split_port(&host));
    match (name == want, port) {
        (true, "") => Some(Near::NoPort),
        (true, _) => Some(Near::OtherPort),
        _ if is_address(name) || is_address(want) => None,
        _ if words::meant(name, [want]).is_some() => Some(Near::Slip),
        _ => same_domain(name, want).then_some(Near::SameDomain),
    }
}

fn is_address(name: &str) -> bool {
    name.parse::<IpAddr>().is_ok()
}

/// Whether two names end in the same domain that one company can own.
fn same_domain(a: &str, b: &str) -> bool {
    const SHARED: [&str; 6] = ["com", "net", "org", "gov", "edu", "ac"];
    let mut common = a.rsplit('.').zip(b.rsplit('.')).take_while(|(a, b)| a == b).map(|(a, _)| a);
    let top = common.next();
    match (top, common.next()) {
        (Some("cn"), Some(second)) if SHARED.contains(&second) => common.next().is_some(),
        (Some(_), second) => second.is_some(),
        (None, _) => false,
    }
}
