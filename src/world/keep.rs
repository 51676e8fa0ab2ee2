//! What may be forgotten at any time: nameless files to download into, and notes under our own state directory.
//!
//! The only writing that is open to a doctor; nothing of the user's can be reached from here.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Files, World};

/// A note is small; a longer one is not read back.
const NOTE_CAP: u64 = 64 << 20;

#[allow(clippy::disallowed_methods, reason = "the door")]
impl World {
    /// An empty file without a name: gone when it is closed, also by Ctrl-C.
    pub fn scratch(&self) -> io::Result<File> {
        let named = self.vars.os("TMPDIR").map(PathBuf::from).filter(|dir| dir.is_absolute());
        match named {
            Some(dir) => tempfile::tempfile_in(dir),
            None => tempfile::tempfile(),
        }
    }

    /// A note that was kept before.
    pub fn note(&self, name: &str) -> Option<Vec<u8>> {
        self.files.read_capped(&self.note_path(name)?, NOTE_CAP).ok()
    }

    /// Keeps a note for next time. Where it cannot be kept, the next time takes longer.
    pub fn keep(&self, name: &str, bytes: &[u8]) {
        if let Some(path) = self.note_path(name) {
            let _ = replace(&self.files, &path, bytes);
        }
    }

    fn note_path(&self, name: &str) -> Option<PathBuf> {
        let state = self.places.state()?;
        // Never in a home that is not ours, and never for root in a user's home.
        let home = self.places.home()?;
        let ours = cfg!(windows) || self.files.stat(home).is_ok_and(|stat| stat.uid == self.host.uid);
        ours.then(|| state.join("notes").join(name))
    }
}

#[allow(clippy::disallowed_methods, reason = "the door")]
fn replace(files: &Files, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let dir = path.parent().unwrap_or(path);
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    if !files.is_dir(dir) {
        builder.create(dir)?;
    }
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}
