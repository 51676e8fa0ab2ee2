//! The configurations that gobs writes: each reads settings out of bytes and drafts bytes with settings in them.

mod git;
mod goenv;
mod known_hosts;
mod shell;
mod ssh;

use std::path::{Path, PathBuf};

pub use shell::DESKTOP;
pub use ssh::host_blocks;

use crate::model::{Change, Key, Msg, Setting, TargetId, Value};
use crate::say;
use crate::text::gitcfg::insteadof::Rule;
use crate::world::{Host, Places, Seen, Snapshot, Vars};

/// A setting as it stands in a file, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    pub path: PathBuf,
    pub line: Option<u32>,
    pub key: Key,
    pub value: Value,
}

/// What a target proposes for its wishes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Files with their new states; directories only where they need a mode of their own.
    pub changes: Vec<Change>,
    /// Which file holds which setting, and what it held before.
    pub edits: Vec<Drafted>,
    /// Wishes left out because they would have no effect, with who stands in the way.
    pub conflicts: Vec<(Setting, Msg)>,
    pub notes: Vec<Msg>,
}

/// A setting that a draft changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafted {
    pub path: PathBuf,
    pub before: Value,
    pub setting: Setting,
}

/// Why a target cannot draft: its file cannot be read or understood. Nothing is written then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub what: Msg,
    pub hint: Option<Msg>,
}

/// What targets may know of the world: where things are and what the variables say. They read no disk.
#[derive(Clone, Copy)]
pub struct Ground<'w> {
    pub places: &'w Places,
    pub vars: &'w Vars,
    pub cwd: &'w Path,
    pub host: &'w Host,
    /// The insteadOf rules that git reads from anywhere, in its order; empty where nobody asked git.
    pub git_rules: &'w [Rule],
}

/// One configuration. Pure: bytes in, bytes out, idempotent.
pub trait Target: Sync {
    fn id(&self) -> TargetId;

    /// Every file it may read or write here; what a snapshot must hold before the other two are called.
    fn files(&self, ground: Ground<'_>) -> Vec<PathBuf>;

    /// The settings that stand there now.
    fn read(&self, ground: Ground<'_>, now: &Snapshot) -> Vec<Located>;

    /// Whether two keys name one setting.
    fn same(&self, one: &Key, other: &Key) -> bool {
        one == other
    }

    /// The files with the wishes in them.
    fn draft(&self, ground: Ground<'_>, now: &Snapshot, wishes: &[Setting]) -> Result<Draft, Refused>;
}

/// The target of that name.
pub fn target(id: TargetId) -> &'static dyn Target {
    match id {
        TargetId::GoEnv => &goenv::GoEnv,
        TargetId::Git => &git::Git,
        TargetId::Ssh => &ssh::Ssh,
        TargetId::KnownHosts => &known_hosts::KnownHosts,
        TargetId::Shell => &shell::Shell,
    }
}

/// The bytes of a file that is to be edited; none where there is no file.
pub fn readable<'s>(now: &'s Snapshot, path: &Path) -> Result<&'s [u8], Refused> {
    now.bytes(path).map_err(|err| {
        let (shown, why) = (path.display(), err.msg());
        Refused {
            what: say!("cannot read {shown}: {why}", "读不了 {shown}：{why}", shown, why), hint: None
        }
    })
}

/// A directory that has to be made for the owner alone. One that is there keeps its mode.
fn private_dir(now: &Snapshot, path: &Path, draft: &mut Draft) {
    if matches!(now.at(path), Seen::Absent) {
        let path = path.to_path_buf();
        draft.changes.push(Change::Dir { path, before: None, after: Some(0o700) });
    }
}
