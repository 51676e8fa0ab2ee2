//! A profile and what it extends, as one: the child's rows come first, private hosts merge by name.

use std::collections::BTreeMap;

use super::{Private, Profile, Row, Var};
use crate::model::Msg;

/// A chain of profiles, merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The names from the child up to the root.
    pub chain: Vec<String>,
    pub summary: Msg,
    pub vars: BTreeMap<String, Var>,
    pub rows: Vec<Row>,
    pub private: Vec<Private>,
}

/// Merges a chain, the child first.
pub fn merge(chain: Vec<Profile>) -> Merged {
    let mut merged = Merged::default();
    for profile in chain {
        if merged.summary == Msg::default() {
            merged.summary = profile.summary;
        }
        merged.chain.push(profile.name);
        for (name, var) in profile.vars {
            merged.vars.entry(name).or_insert(var);
        }
        merged.rows.extend(profile.rows);
        for private in profile.private {
            merged.add_private_below(private);
        }
    }
    merged
}

impl Merged {
    /// Adds a host from the command line: what it says counts before what the profile says of the same host.
    pub fn add_private(&mut self, private: Private) {
        match self.private.iter_mut().find(|p| p.host == private.host) {
            Some(there) => *there = private.over(std::mem::take(there)),
            None => self.private.push(private),
        }
    }

    fn add_private_below(&mut self, private: Private) {
        match self.private.iter_mut().find(|p| p.host == private.host) {
            Some(there) => *there = std::mem::take(there).over(private),
            None => self.private.push(private),
        }
    }
}
