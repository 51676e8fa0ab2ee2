//! Changes to the world as data: looked at before they happen, inverted to undo them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Key, Msg, Setting, TargetId, Value};

/// What a file holds, as far as a change is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Not read, not recorded, not written: only the mode changes (a private key must not enter a journal).
    Same,
    Bytes(Vec<u8>),
}

/// A file as it is or shall be. `mode` is the permission bits; ignored on Windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub content: Content,
    pub mode: u32,
}

impl State {
    pub fn bytes(bytes: impl Into<Vec<u8>>, mode: u32) -> State {
        State { content: Content::Bytes(bytes.into()), mode }
    }

    /// The bytes, where they are part of the change.
    pub fn known_bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Same => None,
        }
    }
}

/// One change with its inverse built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    File {
        path: PathBuf,
        before: Option<State>,
        after: Option<State>,
    },
    Dir {
        path: PathBuf,
        before: Option<u32>,
        after: Option<u32>,
    },
    /// A variable of the Windows user environment (`HKCU\Environment`).
    Var {
        name: String,
        before: Option<String>,
        after: Option<String>,
    },
    /// A module-cache entry, moved under gobs' state directory; the inverse moves it back.
    Aside {
        from: PathBuf,
        to: PathBuf,
    },
}

impl Change {
    pub fn inverse(&self) -> Change {
        match self.clone() {
            Change::File { path, before, after } => Change::File { path, before: after, after: before },
            Change::Dir { path, before, after } => Change::Dir { path, before: after, after: before },
            Change::Var { name, before, after } => Change::Var { name, before: after, after: before },
            Change::Aside { from, to } => Change::Aside { from: to, to: from },
        }
    }

    /// The place that changes, for messages.
    pub fn place(&self) -> String {
        match self {
            Change::File { path, .. } | Change::Dir { path, .. } => path.display().to_string(),
            Change::Var { name, .. } => name.clone(),
            Change::Aside { from, .. } => from.display().to_string(),
        }
    }
}

/// One setting that a change of a file makes: the row a reader sees, and what `undo` takes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    pub target: TargetId,
    pub path: PathBuf,
    pub key: Key,
    pub before: Value,
    pub after: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Msg>,
}

/// What a remedy consists of. Everything but `Run` becomes [`Change`]s; a `Run` is only ever printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    Set(Setting),
    Chmod {
        path: PathBuf,
        mode: u32,
    },
    /// The line of a start file, commented out with a note; `was` guards against a moved line.
    CommentOut {
        path: PathBuf,
        line: u32,
        was: String,
    },
    /// The one place of a file that reads `from`, changed to `to`: how `undo` puts a line back.
    Rewrite {
        path: PathBuf,
        from: String,
        to: String,
    },
    /// A damaged entry of the module cache, moved aside.
    Uncache {
        module: String,
        version: String,
        /// The files and directories of the version that are damaged.
        entry: Vec<PathBuf>,
        /// A directory that is not there yet, on the same file system.
        aside: PathBuf,
    },
    /// A command for a person to paste, one string as a shell reads it.
    Run {
        command: String,
    },
}
