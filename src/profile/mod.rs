//! Profiles: what an organisation wants of a Go environment, as TOML. Pure; `cmd` reads the files.

mod embedded;
mod lint;
mod merge;
mod parse;
mod private;
mod reader;
mod resolve;

use std::collections::BTreeMap;

pub use embedded::{EMBEDDED, embedded};
pub use lint::{Refused, lint};
pub use merge::{Merged, merge};
pub use parse::parse;
pub use private::{Private, Transport};
pub use resolve::{FACTS, Given, Resolved, resolve};

use crate::model::{Key, Msg, TargetId, Value};

/// One profile file, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The name it goes by: `enterprise`, `./acme.toml`, a URL.
    pub name: String,
    pub summary: Msg,
    pub extends: Option<Extends>,
    pub vars: BTreeMap<String, Var>,
    /// In file order; per key the first row whose condition holds wins.
    pub rows: Vec<Row>,
    pub private: Vec<Private>,
}

/// The profile this one builds on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extends {
    /// An embedded name, a path relative to this file, or an https URL.
    pub name: String,
    /// The SHA-256 of what the URL holds, in hexadecimal.
    pub sha256: Option<String>,
    pub at: At,
}

/// A value that differs from machine to machine: asked for on a terminal, or given by `--set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Var {
    pub sort: VarSort,
    pub ask: Option<Msg>,
    pub at: At,
}

/// What a variable may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VarSort {
    /// An http or https URL.
    Url,
    /// An absolute path.
    Path,
    Text,
}

/// One wish for one key, under a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub target: TargetId,
    pub key: Key,
    /// The name of a variable that must be given, or of a fact ([`FACTS`]) that must hold.
    pub when: Option<String>,
    /// With `${variable}` in it; `Absent` wishes the key away.
    pub value: Value,
    pub why: Option<Msg>,
    /// Where the value is written, and where the condition.
    pub at: At,
    pub when_at: At,
}

/// Where in which file something is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct At {
    pub file: String,
    pub line: u32,
    pub column: u32,
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
