//! An extracted module as a tree of files to be hashed.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::PathBuf;

use crate::module::dirhash::Tree;
use crate::world::{FileKind, Files, ReadError};

/// The module that carries Go toolchains.
const TOOLCHAIN: &str = "golang.org/toolchain";

pub(super) struct Extracted<'w> {
    pub(super) files: &'w Files,
    pub(super) root: PathBuf,
    /// Go copies each `_go.mod` of a toolchain to `go.mod` when it first runs it (toolchain/select.go:Exec).
    pub(super) toolchain: bool,
    /// Entries that are neither files nor directories.
    odd: RefCell<BTreeSet<String>>,
}

impl<'w> Extracted<'w> {
    pub(super) fn new(files: &'w Files, root: PathBuf, module: &str) -> Extracted<'w> {
        Extracted { files, root, toolchain: module == TOOLCHAIN, odd: RefCell::default() }
    }
}

impl Tree for Extracted<'_> {
    fn files(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut dirs = vec![String::new()];
        while let Some(dir) = dirs.pop() {
            for (name, kind) in self.files.entries(&self.root.join(&dir)).map_err(as_io)? {
                let path = if dir.is_empty() { name } else { format!("{dir}/{name}") };
                match kind {
                    FileKind::Dir => dirs.push(path),
                    FileKind::File => found.push(path),
                    _ => {
                        self.odd.borrow_mut().insert(path.clone());
                        found.push(path);
                    }
                }
            }
        }
        if self.toolchain {
            let all: BTreeSet<String> = found.iter().cloned().collect();
            let copied = |path: &String| {
                path.strip_suffix("go.mod").is_some_and(|dir| {
                    (dir.is_empty() || dir.ends_with('/')) && all.contains(&format!("{dir}_go.mod"))
                })
            };
            found.retain(|path| !copied(path));
        }
        Ok(found)
    }

    fn open(&self, file: &str) -> io::Result<Box<dyn Read + '_>> {
        let path = self.root.join(file);
        let file = match self.odd.borrow().contains(file) {
            true => self.files.open(&path).map(|(file, _)| file),
            false => self.files.open_entry(&path),
        };
        Ok(Box::new(file.map_err(as_io)?))
    }
}

fn as_io(err: ReadError) -> io::Error {
    match err {
        ReadError::Denied => io::ErrorKind::PermissionDenied.into(),
        err => io::Error::other(err.to_string()),
    }
}
