//! Go files as far as their imports, the project's own and those of its dependencies: looked at only where an import
//! decides something.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Facts;
use super::project::Main;
use crate::order::Order;
use crate::text::gosource;
use crate::world::{FileKind, Files};

/// An import in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub path: String,
    pub file: PathBuf,
    pub line: u32,
    /// Every `go build` takes the file: it is no test, and no constraint stands in it or in its name.
    pub always: bool,
}

impl Imported {
    /// Whether the package could be one of the module of this path.
    pub fn is_below(&self, module: &str) -> bool {
        self.path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
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
        imports.order_by(|a, b| (!a.always, &a.file, a.line).cmp(&(!b.always, &b.file, b.line)));
        (seen > 0).then_some(imports)
    }
}

/// A module that may provide packages, and where its files are; `None` where they are not at hand.
pub type Provider = (String, Option<PathBuf>);

impl Facts<'_> {
    /// What the packages behind these imports import in turn, through modules at hand. As in `go build`, the tests of
    /// dependencies do not count; what stands under a constraint anywhere on the way is not `always` imported.
    pub fn imports_beyond(&self, imports: &[Imported], providers: &[Provider]) -> Vec<Imported> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut beyond = Vec::new();
        let mut files = 0;
        // What every build takes first: of two ways to a package that is the one to tell of.
        for always in [true, false] {
            let mut open: VecDeque<(String, bool)> = imports
                .iter()
                .chain(&beyond)
                .filter(|i| i.always || !always)
                .map(|i| (i.path.clone(), i.always))
                .collect();
            while let Some((path, on_every_way)) = open.pop_front() {
                if files > FILES || !seen.insert(path.clone()) {
                    continue;
                }
                let Some(dir) = self.package_dir(&path, providers) else { continue };
                for (name, kind) in self.world.files.entries(&dir).unwrap_or_default() {
                    if kind != FileKind::File || !is_source(&name) || name.ends_with("_test.go") {
                        continue;
                    }
                    files += 1;
                    for mut import in of_file(&self.world.files, &name, &dir.join(&name)) {
                        import.always &= on_every_way;
                        if import.always || !always {
                            open.push_back((import.path.clone(), import.always));
                        }
                        beyond.push(import);
                    }
                }
            }
        }
        beyond.order_by(|a, b| (!a.always, &a.file, a.line).cmp(&(!b.always, &b.file, b.line)));
        beyond
    }

    /// The directory of a package: in the module of the longest path that has it (`modload/import.go:dirInModule`).
    fn package_dir(&self, path: &str, providers: &[Provider]) -> Option<PathBuf> {
        let mut dirs: Vec<(usize, PathBuf)> = Vec::new();
        for (module, root) in providers {
            let Some(below) = path.strip_prefix(module.as_str()) else { continue };
            let Some(root) = root else { continue };
            match below.strip_prefix('/') {
                _ if below.is_empty() => dirs.push((module.len(), root.clone())),
                Some(below) => dirs.push((module.len(), root.join(below))),
                None => {}
            }
        }
        dirs.order_by_key(|(len, _)| std::cmp::Reverse(*len));
        dirs.into_iter().map(|(_, dir)| dir).find(|dir| self.holds_source(dir))
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
