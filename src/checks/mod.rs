//! Judging: every check is a row with a pure judge over the facts. Rows stand in catalogue order.

pub mod cache;
mod env;
mod examine;
mod git;
mod go;
mod httpproxy;
mod netrc;
mod own;
mod platform;
pub mod private;
mod project;
mod reach;
mod select;
mod ssh;
pub mod sumdb;

use std::fmt;

use serde::{Serialize, Serializer};

pub use examine::{Judged, at_work, examine};
pub use select::{NoSuchCheck, select};

use crate::facts::Facts;
use crate::model::{Findings, Known, Text};
use crate::order::Order;

/// `area.subject`: names what is looked at, never what may be wrong with it. Permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckId(pub &'static str);

impl CheckId {
    pub fn area(self) -> &'static str {
        self.0.split('.').next().unwrap_or(self.0)
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for CheckId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// The areas, in the order of the table. A closed list.
pub const AREAS: [&str; 14] = [
    "go",
    "env",
    "proxy",
    "sumdb",
    "httpproxy",
    "tls",
    "git",
    "ssh",
    "netrc",
    "project",
    "cache",
    "private",
    "platform",
    "gobs",
];

/// One row.
pub struct Check {
    pub id: CheckId,
    pub title: Text,
    /// Why it matters, for its page.
    pub why: Text,
    /// Adds what it finds; asks for facts with `?`. What was found before a fact could not be had stays found.
    pub judge: fn(&Facts<'_>, &mut Findings) -> Known<()>,
}

/// Every check, in catalogue order: area by area, within an area as its rooms list them.
pub fn all() -> Vec<&'static Check> {
    let rooms: &[&[&[Check]]] = &[
        go::CHECKS,
        env::CHECKS,
        reach::CHECKS,
        httpproxy::CHECKS,
        &[sumdb::CHECKS],
        git::CHECKS,
        project::CHECKS,
        ssh::CHECKS,
        netrc::CHECKS,
        cache::CHECKS,
        &[private::CHECKS],
        platform::CHECKS,
        &[own::CHECKS],
    ];
    let mut all: Vec<&Check> = rooms.iter().copied().flatten().copied().flatten().collect();
    all.order_by_key(|check| AREAS.iter().position(|area| *area == check.id.area()));
    all
}
