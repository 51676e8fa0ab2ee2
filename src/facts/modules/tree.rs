//! An extracted module as a tree of files to be hashed.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::PathBuf;

use crate::module::dirhash::Tree;
use crate::order::Gather;
use crate::world::{Below, FileKind, Files, Handle, ReadError};

/// The module that carries Go toolchains.
const TOOLCHAIN: &str = "golang.org/toolchain";

pub(super) struct Extracted<'w> {
    below: RefCell<Below<'w>>,
    /// Go copies each `_go.mod` of a toolchain to `go.mod` when it first runs it (toolchain/select.go:Exec).
    toolchain: bool,
    /// How to open each of the files.
    ways: RefCell<Vec<Way>>,
}

#[derive(Clone, Copy)]
struct Way {
    dir: Handle,
    /// Neither a file nor a directory.
    odd: bool,
}

impl<'w> Extracted<'w> {
    pub(super) fn new(files: &'w Files, root: PathBuf, module: &str) -> Extracted<'w> {
        Extracted {
            below: RefCell::new(Below::new(files, root)),
            toolchain: module == TOOLCHAIN,
            ways: RefCell::default(),
        }
    }
}

impl Tree for Extracted<'_> {
    fn files(&self) -> io::Result<Vec<String>> {
        let mut found: Vec<(String, bool, usize)> = Vec::new();
        let mut handles = Vec::new();
        let mut dirs = vec![(String::new(), Handle::default())];
        let mut below = self.below.borrow_mut();
        while let Some((dir, above)) = dirs.pop() {
            let (number, first) = (handles.len(), dirs.len());
            let handle = below.entries(above, &dir, &mut |name, kind| {
                let path = if dir.is_empty() { name.to_owned() } else { [&*dir, "/", name].concat() };
                match kind {
                    FileKind::Dir => dirs.push((path, Handle::default())),
                    kind => found.push((path, kind != FileKind::File, number)),
                }
            });
            let handle = handle.map_err(as_io)?;
            dirs[first..].iter_mut().for_each(|(_, above)| *above = handle);
            handles.push(handle);
        }
        if self.toolchain {
            let all: BTreeSet<String> = found.iter().map(|(path, ..)| path.clone()).gather_set();
            let copied = |path: &String| {
                path.strip_suffix("go.mod").is_some_and(|dir| {
                    (dir.is_empty() || dir.ends_with('/')) && all.contains(&format!("{dir}_go.mod"))
                })
            };
            found.retain(|(path, ..)| !copied(path));
        }
        let way = |(path, odd, number): (String, bool, usize)| (path, Way { dir: handles[number], odd });
        let (files, ways) = found.into_iter().map(way).unzip();
        self.ways.replace(ways);
        Ok(files)
    }

    fn open(&self, at: usize, file: &str) -> io::Result<Box<dyn Read + '_>> {
        let (Way { dir, odd }, below) = (self.ways.borrow()[at], self.below.borrow());
        let file = if odd { below.open_odd(file) } else { below.open(dir, file) };
        Ok(Box::new(file.map_err(as_io)?))
    }
}

fn as_io(err: ReadError) -> io::Error {
    match err {
        ReadError::Denied => io::ErrorKind::PermissionDenied.into(),
        err => io::Error::other(err.to_string()),
    }
}
