//! The project at hand: go.mod and go.work found as go finds them, and everything around them.

use std::path::{Path, PathBuf};

use super::Facts;
use crate::model::{Known, Unknown};
use crate::say;
use crate::text::gomod::{self, Error, File, Replace, Work};
use crate::world::{ReadError, World};

/// go.sum may be large; more than this is not read.
const GOSUM_CAP: u64 = 256 << 20;

/// A main module: the one of the directory, or one that go.work uses.
#[derive(Clone, Debug)]
pub struct Main {
    pub dir: PathBuf,
    pub gomod: PathBuf,
    pub bytes: Vec<u8>,
    /// What go makes of it, or its errors.
    pub file: Result<File, Vec<Error>>,
}

/// A go.work in force.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub path: PathBuf,
    pub file: Result<Work, Vec<Error>>,
}

/// What go would take for "the project" in this directory.
#[derive(Clone, Debug)]
pub struct Project {
    /// Where go.mod (or go.work) lies.
    pub root: PathBuf,
    /// In a workspace every module it uses that is there; else the one.
    pub mains: Vec<Main>,
    pub workspace: Option<Workspace>,
    /// Directories that go.work uses and that hold no go.mod, as written, with the line.
    pub missing_uses: Vec<(String, u32)>,
    /// The vendor directory in force, if there is one.
    pub vendor: Option<PathBuf>,
}

impl Main {
    /// Where its go.sum is; `-modfile` is not followed.
    pub fn gosum(&self) -> PathBuf {
        self.gomod.with_extension("sum")
    }
}

/// The value of a line, the file it is in, its number.
type Line = (String, PathBuf, u32);

impl Project {
    /// The `go` and `toolchain` lines that decide: go.work's where there is one.
    pub fn go_lines(&self) -> (Option<Line>, Option<Line>) {
        let named = |named: &Option<gomod::Named>, path: &Path| {
            named.as_ref().map(|named| (named.value.clone(), path.to_path_buf(), named.line))
        };
        if let Some(Workspace { path, file: Ok(work) }) = &self.workspace {
            return (named(&work.go, path), named(&work.toolchain, path));
        }
        match self.mains.first() {
            Some(Main { gomod, file: Ok(file), .. }) => {
                (named(&file.go, gomod), named(&file.toolchain, gomod))
            }
            _ => (None, None),
        }
    }

    /// Every replacement in force: go.work's before the modules' own, each with its file.
    pub fn replaces(&self) -> Vec<(&Path, &Path, &Replace)> {
        let mut all = Vec::new();
        if let Some(Workspace { path, file: Ok(work) }) = &self.workspace {
            let dir = path.parent().unwrap_or(Path::new("/"));
            all.extend(work.replace.iter().map(|replace| (path.as_path(), dir, replace)));
        }
        for main in &self.mains {
            if let Ok(file) = &main.file {
                all.extend(
                    file.replace.iter().map(|replace| (main.gomod.as_path(), main.dir.as_path(), replace)),
                );
            }
        }
        all
    }
}

impl Facts<'_> {
    /// The project of the current directory (`modload/init.go:findModuleRoot`, `FindGoWork`).
    pub fn project(&self) -> Known<&Project> {
        self.project.get(|| {
            let gowork = self.go_env().map(|env| env.value("GOWORK")).unwrap_or_default();
            look(self.world, &gowork)
        })
    }

    /// A go.sum of the project.
    pub fn gosum(&self, main: &Main) -> Known<Vec<u8>> {
        self.small_or_large(&main.gosum())
    }

    /// A file that may be as large as a go.sum; absent counts as empty.
    pub fn small_or_large(&self, path: &Path) -> Known<Vec<u8>> {
        match self.world.files.read_capped(path, GOSUM_CAP) {
            Ok(bytes) => Ok(bytes),
            Err(ReadError::Absent) => Ok(Vec::new()),
            Err(err) => {
                let (path, why) = (path.display(), err.msg());
                Err(Unknown::new(say!("cannot read {path}: {why}", "读不了 {path}：{why}", path, why)))
            }
        }
    }

    /// Whether there is a project here, and it has no vendor directory.
    pub fn project_without_vendor(&self) -> bool {
        self.project().is_ok_and(|project| project.vendor.is_none())
    }
}

fn look(world: &World, gowork: &str) -> Known<Project> {
    let found = find_up(world, "go.mod");
    let work = match gowork {
        "off" => None,
        "" | "auto" => find_up(world, "go.work"),
        path => Some(world.cwd.join(path)),
    };
    match (work, found) {
        (Some(path), _) => Ok(workspace(world, path)),
        (None, Some(gomod)) => Ok(single(world, gomod)),
        (None, None) => {
            Err(Unknown::new(say!("no go.mod in this directory or above", "当前目录及上级目录没有 go.mod")))
        }
    }
}

fn find_up(world: &World, name: &str) -> Option<PathBuf> {
    world
        .cwd
        .ancestors()
        .map(|dir| dir.join(name))
        .find(|path| world.files.lstat(path).is_ok() && !world.files.is_dir(path))
}

fn single(world: &World, gomod: PathBuf) -> Project {
    let main = main(world, gomod);
    let vendor = Some(main.dir.join("vendor")).filter(|dir| world.files.is_dir(dir));
    Project { root: main.dir.clone(), mains: vec![main], workspace: None, missing_uses: Vec::new(), vendor }
}

fn workspace(world: &World, path: PathBuf) -> Project {
    let root = path.parent().unwrap_or(Path::new("/")).to_path_buf();
    let bytes = world.files.read(&path).unwrap_or_default();
    let file = gomod::parse_work(&path.display().to_string(), &bytes);
    let mut mains = Vec::new();
    let mut missing_uses = Vec::new();
    for used in file.iter().flat_map(|work| &work.uses) {
        let gomod = root.join(&used.value).join("go.mod");
        match world.files.is_file(&gomod) {
            true => mains.push(main(world, gomod)),
            false => missing_uses.push((used.value.clone(), used.line)),
        }
    }
    let vendor = Some(root.join("vendor")).filter(|dir| world.files.is_dir(dir));
    Project { root, mains, workspace: Some(Workspace { path, file }), missing_uses, vendor }
}

fn main(world: &World, gomod: PathBuf) -> Main {
    let bytes = world.files.read(&gomod).unwrap_or_default();
    let file = gomod::parse_main(&gomod.display().to_string(), &bytes);
    let dir = gomod.parent().unwrap_or(Path::new("/")).to_path_buf();
    Main { dir, gomod, bytes, file }
}
