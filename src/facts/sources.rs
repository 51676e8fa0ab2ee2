//! The project's own Go files, as far as their imports: looked at only where an import decides something.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::Facts;
use super::project::Main;
use crate::text::gosource;
use crate::world::{FileKind, Files};

/// An import in a file of the main module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub path: String,
    pub file: PathBuf,
    pub line: u32,
    /// Every `go build` takes the file: it is no test, and no constraint stands in it or in its name.
    pub always: bool,
}

/// Files looked at, and bytes of each: imports stand at the beginning.
const FILES: usize = 20_000;
const HEAD: u64 = 64 << 10;

impl Facts<'_> {
    /// What the packages of a main module import, file by file; `None` where it has no Go file.
    pub fn imports(&self, main: &Main) -> Option<Vec<Imported>> {
        let mut imports = Vec::new();
        let mut dirs = vec![main.dir.clone()];
        let mut seen = 0;
        while let Some(dir) = dirs.pop() {
            for (name, kind) in self.world.files.entries(&dir).unwrap_or_default() {
                let path = dir.join(&name);
                match kind {
                    FileKind::Dir if is_package_dir(&self.world.files, &name, &path) => dirs.push(path),
                    FileKind::File if is_source(&name) && seen < FILES => {
                        seen += 1;
                        imports.extend(of_file(&self.world.files, &name, &path));
                    }
                    _ => {}
                }
            }
        }
        imports.sort_by(|a, b| (!a.always, &a.file, a.line).cmp(&(!b.always, &b.file, b.line)));
        (seen > 0).then_some(imports)
    }
}

/// `modload/search.go:matchPackages`: not vendored, not hidden, not another module.
fn is_package_dir(files: &Files, name: &str, path: &Path) -> bool {
    !name.starts_with(['.', '_'])
        && !matches!(name, "testdata" | "vendor" | "node_modules")
        && !files.is_file(&path.join("go.mod"))
}

/// A file that go would compile, as far as its name goes.
pub(super) fn is_source(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ext| ext == "go") && !name.starts_with(['.', '_'])
}

fn of_file(files: &Files, name: &str, path: &Path) -> Vec<Imported> {
    let Ok((file, _)) = files.open(path) else { return Vec::new() };
    let mut head = Vec::new();
    if file.take(HEAD).read_to_end(&mut head).is_err() {
        return Vec::new();
    }
    let source = gosource::parse(&String::from_utf8_lossy(&head));
    if source.ignored {
        return Vec::new();
    }
    let always = !source.constrained && !gosource::constrained_name(name);
    let imported = source.imports.into_iter();
    imported
        .map(|import| Imported { path: import.path, file: path.to_path_buf(), line: import.line, always })
        .collect()
}
