//! A directory of our own for the length of a look, gone when it is dropped: git needs one to fetch into.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Those that are in use, for the case that gobs is interrupted.
static LIVE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// An empty directory that nobody else may enter.
#[derive(Debug)]
pub struct Scratch {
    dir: PathBuf,
}

impl Scratch {
    /// Makes one in the system's place for temporary files.
    #[allow(clippy::disallowed_methods, reason = "the door")]
    pub fn new() -> std::io::Result<Scratch> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let base = std::env::temp_dir();
        loop {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let dir = base.join(format!("gobs-{}-{count}-{now:08x}", std::process::id()));
            match create(&dir) {
                Err(err) if err.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(err) => return Err(err),
                Ok(()) => {
                    LIVE.lock().unwrap_or_else(PoisonError::into_inner).push(dir.clone());
                    return Ok(Scratch { dir });
                }
            }
        }
    }

    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// A file in it, for a program that reads files only.
    #[allow(clippy::disallowed_methods, reason = "the door")]
    pub fn put(&self, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
        let path = self.dir.join(name);
        std::fs::write(&path, bytes)?;
        Ok(path)
    }
}

#[allow(clippy::disallowed_methods, reason = "the door")]
fn create(dir: &Path) -> std::io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

impl Drop for Scratch {
    #[allow(clippy::disallowed_methods, reason = "the door")]
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
        LIVE.lock().unwrap_or_else(PoisonError::into_inner).retain(|dir| *dir != self.dir);
    }
}

/// Takes all of them away: the process ends without dropping anything.
#[cfg(unix)]
#[allow(clippy::disallowed_methods, reason = "the door")]
pub(super) fn sweep() {
    for dir in LIVE.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let _ = std::fs::remove_dir_all(dir);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods)]
    fn it_is_gone_afterwards() {
        let scratch = Scratch::new().unwrap();
        let dir = scratch.path().to_path_buf();
        std::fs::write(dir.join("x"), "y").unwrap();
        drop(scratch);
        assert!(!dir.exists());
    }
}
