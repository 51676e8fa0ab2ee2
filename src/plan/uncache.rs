//! Damaged entries of the module cache, moved aside under go's own lock; undo moves them back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::{Change, Failure, Step};
use crate::say;
use crate::world::{Disk, Files, reason};

/// Go holds the lock for the length of a download; we do not wait for all of it.
const WAIT: Duration = Duration::from_secs(10);

/// The directory that a step moves things to, whose state the planner must know.
pub(super) fn place(step: &Step) -> Option<PathBuf> {
    match step {
        Step::Uncache { aside, .. } => Some(aside.join("entry")),
        _ => None,
    }
}

/// The moves of every step; two steps for one version move each file once.
pub(super) fn changes(steps: &[Step]) -> Vec<Change> {
    let mut moves: BTreeMap<&Path, &Path> = BTreeMap::new();
    for step in steps {
        if let Step::Uncache { entry, aside, .. } = step {
            for from in entry {
                moves.entry(from).or_insert(aside);
            }
        }
    }
    let aside = |(from, aside): (&Path, &Path)| {
        let to = aside.join(from.file_name().unwrap_or_default());
        Change::Aside { from: from.to_path_buf(), to }
    };
    moves.into_iter().map(aside).collect()
}

/// What takes a move back. What go has fetched since gives way: it is set aside in turn, so that this can be undone, too.
pub(super) fn back(files: &Files, planned: &[Change], from: &Path, to: &Path) -> Vec<Change> {
    let mut changes = Vec::new();
    let gone = planned.iter().any(|change| matches!(change, Change::Aside { from, .. } if from == to));
    if files.lstat(to).is_ok() && !gone {
        let name = from.file_name().unwrap_or_default().to_string_lossy();
        let free = (1_u32..).map(|n| from.with_file_name(format!("{name}.{n}")));
        let free = free.into_iter().find(|path| files.lstat(path).is_err());
        changes.extend(free.map(|free| Change::Aside { from: to.to_path_buf(), to: free }));
    }
    changes.push(Change::Aside { from: from.to_path_buf(), to: to.to_path_buf() });
    changes
}

/// Takes go's locks (`cache/download/…/@v/v1.2.3.lock`) for everything that moves out of or into a module cache.
pub(super) fn lock(files: &Files, disk: &mut Disk, changes: &[Change]) -> Result<Vec<File>, Failure> {
    let mut locks = BTreeSet::new();
    for change in changes {
        if let Change::Aside { from, to } = change {
            locks.extend([from, to].into_iter().filter_map(|path| lock_of(files, path)));
        }
    }
    locks.iter().map(|path| disk.go_lock(path, WAIT).map_err(|err| busy(path, &err))).collect()
}

/// The lock of a file under `@v`, or of an extracted directory: that of the same version in the same cache.
fn lock_of(files: &Files, path: &Path) -> Option<PathBuf> {
    if path.parent()?.file_name()? == "@v" {
        return Some(path.with_extension("lock"));
    }
    let version = path.file_name()?.to_str()?.split_once('@')?.1;
    path.ancestors().skip(1).find_map(|root| {
        let below = path.strip_prefix(root).ok()?.to_str()?.strip_suffix(version)?.strip_suffix('@')?;
        let dir = root.join("cache/download").join(below).join("@v");
        files.is_dir(&dir).then(|| dir.join(format!("{version}.lock")))
    })
}

fn busy(lock: &Path, err: &std::io::Error) -> Failure {
    let shown = lock.display();
    match err.kind() {
        std::io::ErrorKind::WouldBlock => Failure::new(say!(
            "go is at work on that module right now (it holds {shown}); nothing was moved",
            "go 正在处理这个模块（占用着 {shown}）；什么都没有移动",
            shown
        ))
        .hint(say!("run this again when it is done", "等它结束后重新运行")),
        _ => {
            let why = reason(err);
            Failure::new(say!(
                "cannot lock {shown}: {why}; nothing was moved",
                "锁不住 {shown}：{why}；什么都没有移动",
                shown,
                why
            ))
            .hint(say!(
                "the module cache belongs to somebody else or is read-only: repair it as its owner",
                "模块缓存属于别人或是只读的：请以它的所有者身份修复"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_moves_once_and_its_lock_is_known() {
        let step = |entry: &[&str], aside: &str| Step::Uncache {
            module: "ex.test/a".into(),
            version: "v1.0.0".into(),
            entry: entry.iter().map(PathBuf::from).collect(),
            aside: aside.into(),
        };
        let steps = [step(&["/c/@v/v1.0.0.zip", "/c/a@v1.0.0"], "/s/1"), step(&["/c/a@v1.0.0"], "/s/2")];
        let moves = changes(&steps);
        assert_eq!(
            moves,
            [
                Change::Aside { from: "/c/@v/v1.0.0.zip".into(), to: "/s/1/v1.0.0.zip".into() },
                Change::Aside { from: "/c/a@v1.0.0".into(), to: "/s/1/a@v1.0.0".into() },
            ]
        );
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test sets the scene")]
    fn the_lock_of_files_and_directories() {
        let cache = tempfile::tempdir().unwrap();
        let versions = cache.path().join("cache/download/ex.test/a/@v");
        std::fs::create_dir_all(&versions).unwrap();
        let world = crate::world::World::with(crate::world::Vars::default(), "/".into(), "/".into());
        let lock = |path: &str| lock_of(&world.files, &cache.path().join(path));
        let wanted = Some(versions.join("v1.2.0.lock"));
        assert_eq!(lock("cache/download/ex.test/a/@v/v1.2.0.zip"), wanted);
        assert_eq!(lock("ex.test/a@v1.2.0"), wanted);
        assert_eq!(lock("ex.test/b@v1.2.0"), None);
        assert_eq!(lock("ex.test/a"), None);
    }
}
