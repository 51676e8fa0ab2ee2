//! What a profile wants and a target holds: one setting of one configuration file.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Msg;

/// The configuration that a setting lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetId {
    /// Go's env file (`go env GOENV`).
    GoEnv,
    /// The user's gitconfig.
    Git,
    /// `~/.ssh/config` and the hosts file of ours it includes.
    Ssh,
    /// The `known_hosts` file of ours.
    KnownHosts,
    /// Variables for new shells.
    Shell,
}

impl TargetId {
    pub const ALL: [TargetId; 5] =
        [TargetId::GoEnv, TargetId::Git, TargetId::Ssh, TargetId::KnownHosts, TargetId::Shell];
}

/// A path of names: `GOPROXY`, `url` / `ssh://git@h/` / `insteadOf`, `git.acme.example` / `Port`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(pub Vec<String>);

impl Key {
    pub fn new<S: Into<String>>(parts: impl IntoIterator<Item = S>) -> Key {
        Key(parts.into_iter().map(Into::into).collect())
    }

    /// The one name of a flat key, or the last name of a path.
    pub fn name(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// The first name: the variable, the git section, the ssh host.
    pub fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

/// A setting's value. `Many` is the whole list of a multi-valued key; `Among` wishes that these be in the list,
/// whatever else is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Absent,
    One(String),
    Many(Vec<String>),
    Among { among: Vec<String> },
}

impl Value {
    pub fn one(value: impl Into<String>) -> Value {
        Value::One(value.into())
    }

    /// The list form: nothing, one or many.
    pub fn list(&self) -> &[String] {
        match self {
            Value::Absent => &[],
            Value::One(value) => std::slice::from_ref(value),
            Value::Many(values) | Value::Among { among: values } => values,
        }
    }

    /// The wish that these be among the values.
    pub fn among<S: Into<String>>(values: impl IntoIterator<Item = S>) -> Value {
        Value::Among { among: values.into_iter().map(Into::into).collect() }
    }

    /// What a key that holds `now` shall hold: `Among` keeps what is there and adds what is not.
    pub fn over(&self, now: &Value) -> Value {
        match self {
            Value::Among { among } => {
                let mut list = now.list().to_vec();
                list.extend(among.iter().filter(|value| !now.list().contains(value)).cloned());
                Value::from_list(list)
            }
            other => other.clone(),
        }
    }

    /// `Absent` for an empty list, so that "no values" has one form.
    pub fn from_list(values: Vec<String>) -> Value {
        match values.len() {
            0 => Value::Absent,
            _ => Value::Many(values),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.list().join(", "))
    }
}

/// A wish: this key of this target shall have this value, because of `why`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    pub target: TargetId,
    pub key: Key,
    pub value: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Msg>,
    /// It stood there before and comes back: nobody judges whether it was right.
    #[serde(skip)]
    pub back: bool,
}

impl Setting {
    pub fn new(target: TargetId, key: Key, value: Value) -> Setting {
        Setting { target, key, value, why: None, back: false }
    }

    /// What was there before a change.
    pub fn back(target: TargetId, key: Key, value: Value) -> Setting {
        Setting { back: true, ..Setting::new(target, key, value) }
    }

    /// A variable of the Go env file.
    pub fn go(name: &str, value: Value) -> Setting {
        Setting::new(TargetId::GoEnv, Key::new([name]), value)
    }

    pub fn because(mut self, why: Msg) -> Setting {
        self.why = Some(why);
        self
    }
}
