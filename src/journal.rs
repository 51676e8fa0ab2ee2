//! The journal: every change that was made, with the bytes that were there, so that it can be taken back.
//!
//! One file an entry, `000012.json`; while it is being carried out, `000012.open`. It holds old bytes of the
//! user's files, so the directory is 0700 and the files 0600.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use crate::model::plan::Edit;
use crate::model::{Change, Content, Failure, State};
use crate::order::Order;
use crate::say;
use crate::world::{Disk, Files, ReadError};

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub schema: String,
    pub id: u32,
    /// `init`, `fix`, `undo`.
    pub verb: String,
    /// For people: the profile's name, the checks' ids.
    pub about: String,
    /// Seconds since 1970-01-01 UTC.
    pub at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u32>,
    /// The profile that was applied, as typed, with the variables it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<AppliedProfile>,
    #[serde(with = "changes")]
    pub changes: Vec<Change>,
    pub edits: Vec<Edit>,
    /// git's own lock files that were held; a killed process leaves them behind.
    #[serde(default)]
    pub locks: Vec<PathBuf>,
}

/// Which profile stands behind an entry: what drift is measured against and remedies take their values from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedProfile {
    pub name: String,
    pub settings: Vec<crate::model::Setting>,
    /// Hosts that the profile calls private.
    pub private: Vec<String>,
    /// Host keys or their pins (`SHA256:…`), by the name ssh files them under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<(String, String)>,
}

pub const SCHEMA: &str = "gobs.journal/1";

/// The directory of entries.
#[derive(Clone, Debug)]
pub struct Journal {
    dir: PathBuf,
}

impl Journal {
    /// The journal under gobs' state directory; it need not exist yet.
    pub fn under(state: &Path) -> Journal {
        Journal { dir: state.join("journal") }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Every closed entry, oldest first.
    pub fn entries(&self, files: &Files) -> Result<Vec<Entry>, Failure> {
        self.ids(files, "json").into_iter().map(|id| self.read(files, id, "json")).collect()
    }

    /// The last closed entry that changed something.
    pub fn last(&self, files: &Files) -> Result<Option<Entry>, Failure> {
        for id in self.ids(files, "json").into_iter().rev() {
            let entry = self.read(files, id, "json")?;
            if !entry.changes.is_empty() {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    pub fn entry(&self, files: &Files, id: u32) -> Result<Option<Entry>, Failure> {
        self.ids(files, "json").contains(&id).then(|| self.read(files, id, "json")).transpose()
    }

    /// Entries that were begun and never closed: a gobs was killed.
    pub fn open_entries(&self, files: &Files) -> Result<Vec<Entry>, Failure> {
        self.ids(files, "open").into_iter().map(|id| self.read(files, id, "open")).collect()
    }

    /// Of the latest entries and of those that are open, which cannot be read, and why.
    pub fn unreadable(&self, files: &Files) -> Vec<(PathBuf, Failure)> {
        const LATEST: usize = 20;
        let of = |ext| self.ids(files, ext).into_iter().rev().map(move |id| (id, ext));
        let failed = |(id, ext)| Some((self.path(id, ext), self.read(files, id, ext).err()?));
        of("json").take(LATEST).chain(of("open")).filter_map(failed).collect()
    }

    /// Whether an entry is open: of a gobs that was killed, or of one that is writing at this moment.
    pub fn has_open(&self, files: &Files) -> bool {
        !self.ids(files, "open").is_empty()
    }

    /// The profile in force: of the last `init` that was not taken back, or as one that had nothing to change
    /// recorded it since.
    pub fn applied_profile(&self, files: &Files) -> Option<AppliedProfile> {
        let mut undone = std::collections::BTreeSet::new();
        let mut newer = None;
        // Newest first, and no further than it takes: a journal may hold years.
        for id in self.ids(files, "json").into_iter().rev() {
            let entry = self.read(files, id, "json").ok()?;
            let taken_back = undone.contains(&id);
            match entry.undoes {
                Some(id) if !taken_back => _ = undone.insert(id),
                // What was recorded over it is gone with it.
                None if taken_back && entry.profile.is_some() => newer = None,
                None if !taken_back && entry.profile.is_some() => match entry.changes.is_empty() {
                    true => newer = newer.or(entry.profile),
                    false => return newer.or(entry.profile),
                },
                _ => {}
            }
        }
        newer
    }

    /// The number of the next entry.
    pub fn next_id(&self, files: &Files) -> u32 {
        let last = |ext| self.ids(files, ext).pop().unwrap_or(0);
        last("json").max(last("open")) + 1
    }

    /// Puts an open entry on disk, to be synced with its directory before the first rename. It is never there in part.
    pub(crate) fn begin(&self, disk: &mut Disk, entry: &Entry) -> std::io::Result<()> {
        let bytes = serde_json::to_vec_pretty(entry).map_err(std::io::Error::other)?;
        let draft = self.path(entry.id, "draft");
        let staged = disk.stage(&draft, &bytes, 0o600, None);
        if let Err(err) = staged.and_then(|()| disk.sync([]).map_err(|(_, err)| err)) {
            let _ = disk.remove(&draft);
            return Err(err);
        }
        disk.rename(&draft, &self.path(entry.id, "open"))
    }

    /// Closes an entry: what it says has been done. Not synced: where power fails now, the open entry comes back, and all of
    /// it is found made.
    pub(crate) fn close(&self, disk: &mut Disk, id: u32) -> std::io::Result<()> {
        disk.rename(&self.path(id, "open"), &self.path(id, "json"))
    }

    /// Forgets an open entry: what it says has not been done.
    pub(crate) fn forget(&self, disk: &mut Disk, id: u32) -> std::io::Result<()> {
        disk.remove(&self.path(id, "open"))
    }

    /// Where an entry stands that is not closed yet.
    pub fn open_path(&self, id: u32) -> PathBuf {
        self.path(id, "open")
    }

    fn path(&self, id: u32, ext: &str) -> PathBuf {
        self.dir.join(format!("{id:06}.{ext}"))
    }

    fn ids(&self, files: &Files, ext: &str) -> Vec<u32> {
        let names = files.list(&self.dir).unwrap_or_default();
        let id = |name: &String| name.strip_suffix(ext)?.strip_suffix('.')?.parse().ok();
        let mut ids: Vec<u32> = names.iter().filter_map(id).collect();
        ids.order();
        ids
    }

    fn read(&self, files: &Files, id: u32, ext: &str) -> Result<Entry, Failure> {
        let path = self.path(id, ext);
        let shown = path.display();
        let bytes = files.read_capped(&path, 256 << 20).map_err(|err: ReadError| {
            let why = err.msg();
            Failure::new(say!("cannot read {shown}: {why}", "读不了 {shown}：{why}", shown, why))
        })?;
        let entry: Entry = serde_json::from_slice(&bytes).map_err(|why| {
            Failure::new(say!(
                "{shown} is not a journal entry: {why}",
                "{shown} 不是日志条目：{why}",
                shown,
                why
            ))
            .hint(say!("move it away to go on without it", "把它移走即可继续"))
        })?;
        match entry.schema.as_str() {
            SCHEMA => Ok(entry),
            other => Err(Failure::new(say!(
                "{shown} was written by another gobs ({other})",
                "{shown} 由另一版本的 gobs 写入（{other}）",
                shown,
                other
            ))),
        }
    }
}

/// How changes stand in JSON: bytes as base64, since a gitconfig may be GBK.
mod changes {
    use serde::{Deserializer, Serializer};

    use super::{BASE64, Change, Content, Deserialize, Engine, PathBuf, Serialize, State};

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "change", rename_all = "kebab-case")]
    enum Stored {
        File { path: PathBuf, before: Option<StoredState>, after: Option<StoredState> },
        Dir { path: PathBuf, before: Option<u32>, after: Option<u32> },
        Var { name: String, before: Option<String>, after: Option<String> },
        Aside { from: PathBuf, to: PathBuf },
    }

    #[derive(Serialize, Deserialize)]
    struct StoredState {
        mode: u32,
        /// Absent where only the mode changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes: Option<String>,
    }

    pub(super) fn serialize<S: Serializer>(changes: &[Change], out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(changes.iter().map(store))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Change>, D::Error> {
        let stored = Vec::<Stored>::deserialize(from)?;
        stored.into_iter().map(|one| load(one).map_err(serde::de::Error::custom)).collect()
    }

    fn store(change: &Change) -> Stored {
        match change.clone() {
            Change::File { path, before, after } => {
                Stored::File { path, before: before.map(store_state), after: after.map(store_state) }
            }
            Change::Dir { path, before, after } => Stored::Dir { path, before, after },
            Change::Var { name, before, after } => Stored::Var { name, before, after },
            Change::Aside { from, to } => Stored::Aside { from, to },
        }
    }

    fn store_state(state: State) -> StoredState {
        let bytes = match state.content {
            Content::Bytes(bytes) => Some(BASE64.encode(bytes)),
            Content::Same => None,
        };
        StoredState { mode: state.mode, bytes }
    }

    fn load(stored: Stored) -> Result<Change, base64::DecodeError> {
        Ok(match stored {
            Stored::File { path, before, after } => Change::File {
                path,
                before: before.map(load_state).transpose()?,
                after: after.map(load_state).transpose()?,
            },
            Stored::Dir { path, before, after } => Change::Dir { path, before, after },
            Stored::Var { name, before, after } => Change::Var { name, before, after },
            Stored::Aside { from, to } => Change::Aside { from, to },
        })
    }

    fn load_state(stored: StoredState) -> Result<State, base64::DecodeError> {
        let content = match stored.bytes {
            Some(bytes) => Content::Bytes(BASE64.decode(bytes)?),
            None => Content::Same,
        };
        Ok(State { content, mode: stored.mode })
    }
}
