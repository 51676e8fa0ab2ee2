//! The directories go writes to: the module cache, the build cache, the place for temporary files.

use std::path::{Path, PathBuf};

use super::Facts;
use super::go::Layer;
use crate::model::{Known, Msg, Source};
use crate::order::Order;
use crate::say;
use crate::world::{FileKind, ReadError, Stat, Volume};

/// One of them, as go finds it.
#[derive(Clone, Debug)]
pub struct GoDir {
    /// `GOMODCACHE`, `GOCACHE`, `GOTMPDIR`.
    pub name: &'static str,
    pub path: PathBuf,
    /// Where it is set; `None` for a default.
    pub from: Option<Source>,
    pub state: DirState,
    /// Where it is, or would be made.
    pub volume: Option<Volume>,
}

/// Whether go can write there.
#[derive(Clone, Debug)]
pub enum DirState {
    Usable,
    /// Not there yet; go makes it.
    ToBeMade,
    /// Not there, and go cannot make it below this directory.
    CannotBeMade(PathBuf, Option<Stat>),
    NotADirectory,
    /// There, and not ours to write to.
    ReadOnly(Stat),
    /// What is in it belongs to somebody else: so many entries, the first of them.
    Foreign(usize, PathBuf, u32),
}

/// Entries looked at below a cache.
const ENTRIES: usize = 2000;

impl Facts<'_> {
    /// Every directory, or why go finds none.
    pub fn go_dirs(&self) -> Known<Vec<Result<GoDir, (&'static str, Msg)>>> {
        let env = self.go_env()?;
        let of = |name| (env.value(name), env.get(name).from);
        let modcache = match of("GOMODCACHE") {
            (value, _) if value.is_empty() => Err((
                "GOMODCACHE",
                say!("neither GOMODCACHE nor GOPATH nor HOME is set", "GOMODCACHE、GOPATH、HOME 都没有设置"),
            )),
            (value, from) => Ok(self.look_at_dir("GOMODCACHE", PathBuf::from(value), from)),
        };
        let build = match (of("GOCACHE"), self.world.places.cache()) {
            ((value, from), _) if !value.is_empty() => Ok((PathBuf::from(value), from)),
            (_, Ok(cache)) => Ok((cache.join("go-build"), None)),
            (_, Err(why)) => Err(("GOCACHE", why.clone())),
        };
        let build = build.map(|(path, from)| self.look_at_dir("GOCACHE", path, from));
        let tmp = self.tmp_dir().map(|(path, from)| Ok(self.look_at_dir("GOTMPDIR", path, from)));
        let all = [Some(modcache), Some(build), tmp].into_iter().flatten();
        // That a path is relative is told where it is set.
        Ok(all.filter(|dir| dir.as_ref().ok().is_none_or(|dir| dir.path.is_absolute())).collect())
    }

    /// `GOTMPDIR`, else what `os.TempDir` answers; the default only where it is there.
    fn tmp_dir(&self) -> Option<(PathBuf, Option<Source>)> {
        let own = self.go_env().ok()?.get("GOTMPDIR");
        if own.layer != Layer::Default && !own.value.is_empty() {
            return Some((PathBuf::from(own.value), own.from));
        }
        if let Some(dir) = self.world.vars.os("TMPDIR") {
            return Some((PathBuf::from(dir), Some(Source::Env("TMPDIR".into()))));
        }
        let dir = self.world.places.system("/tmp");
        self.world.files.is_dir(&dir).then_some((dir, None))
    }

    fn look_at_dir(&self, name: &'static str, path: PathBuf, from: Option<Source>) -> GoDir {
        let files = &self.world.files;
        let there = path.ancestors().find(|dir| files.exists(dir)).unwrap_or(&path);
        let volume = self.world.volumes.of(there);
        let locked = volume.as_ref().is_some_and(|volume| volume.read_only);
        let writable = |dir: &Path| !locked && files.is_writable_dir(dir);
        let state = match files.stat(&path) {
            Ok(stat) if stat.kind != FileKind::Dir => DirState::NotADirectory,
            Ok(stat) if !writable(&path) => DirState::ReadOnly(stat),
            Ok(_) => self.foreign(name, &path).unwrap_or(DirState::Usable),
            // Go makes every directory but the one for temporary files.
            Err(ReadError::Absent) if name == "GOTMPDIR" => DirState::CannotBeMade(path.clone(), None),
            Err(_) if files.is_dir(there) && writable(there) => DirState::ToBeMade,
            Err(_) => DirState::CannotBeMade(there.to_path_buf(), files.stat(there).ok()),
        };
        GoDir { name, path, from, state, volume }
    }

    /// What `sudo go` leaves behind: directories of somebody else in which we cannot write.
    fn foreign(&self, name: &str, path: &Path) -> Option<DirState> {
        let dirs: &[&str] = match name {
            "GOMODCACHE" => &["", "cache", "cache/download", "cache/vcs"],
            "GOCACHE" => &[""],
            _ => return None,
        };
        let files = &self.world.files;
        let below = dirs.iter().flat_map(|dir| {
            let dir = path.join(dir);
            let entries = files.entries(&dir).unwrap_or_default();
            entries.into_iter().map(move |(name, kind)| (dir.join(&name), name, kind))
        });
        // Extracted modules are read-only by go's own doing.
        let candidates = below.filter(|(_, name, kind)| *kind == FileKind::Dir && !name.contains('@'));
        let mut foreign: Vec<(PathBuf, u32)> = candidates
            .take(ENTRIES)
            .filter_map(|(dir, _, _)| Some((files.lstat(&dir).ok()?, dir)))
            .filter(|(stat, dir)| stat.uid != self.world.host.uid && !files.is_writable_dir(dir))
            .map(|(stat, dir)| (dir, stat.uid))
            .collect();
        foreign.order();
        let (first, uid) = foreign.first().cloned()?;
        Some(DirState::Foreign(foreign.len(), first, uid))
    }
}
