//! The process environment as a value: read once, passed down, replaced in tests.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use crate::order::Gather;

/// Environment variables by name. On Windows names are upper-cased, as they are case-insensitive there.
#[derive(Clone, Debug, Default)]
pub struct Vars(BTreeMap<OsString, OsString>);

impl Vars {
    #[allow(clippy::disallowed_methods, reason = "the door")]
    pub(super) fn of_process() -> Vars {
        std::env::vars_os().collect()
    }

    /// The value where it is set, not empty and valid UTF-8: as Go, empty counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.os(name).and_then(OsStr::to_str)
    }

    /// Like [`get`](Vars::get), without asking for UTF-8.
    pub fn os(&self, name: &str) -> Option<&OsStr> {
        self.0.get(&key(name.as_ref())).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// Whether the variable is there at all, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(&key(name.as_ref()))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.0.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.0.insert(key(name.as_ref()), value.into());
    }

    pub fn remove(&mut self, name: &str) {
        self.0.remove(&key(name.as_ref()));
    }
}

impl<K: AsRef<OsStr>, V: Into<OsString>> FromIterator<(K, V)> for Vars {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(pairs: T) -> Vars {
        Vars(pairs.into_iter().map(|(name, value)| (key(name.as_ref()), value.into())).gather_map())
    }
}

fn key(name: &OsStr) -> OsString {
    if cfg!(windows) { name.to_ascii_uppercase() } else { name.to_owned() }
}
