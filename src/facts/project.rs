//! The project at hand: go.mod and go.work found as go finds them, and everything around them.

use std::path::{Component, Path, PathBuf};

use super::Facts;
use crate::model::{Known, Unknown};
use crate::say;
use crate::text::gomod::{self, Error, File, ModVer, Replace, Work};
use crate::text::{goflags, gover};
use crate::world::{ReadError, World};

/// A million lines of go.sum, and no project comes near that; more is not read.
const GOSUM_CAP: u64 = 96 << 20;

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
    /// The go.mod of this directory, where go.work does not use its module: go refuses to work there.
    pub unlisted: Option<PathBuf>,
    /// The vendor directory, if there is one.
    pub vendor: Option<PathBuf>,
}

/// Where go takes the packages of other modules from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildMod {
    /// From the module cache; go.mod and go.sum must be complete.
    Readonly,
    Vendor,
    /// From the module cache; go.mod and go.sum are completed.
    Mod,
}

/// A go.sum (or go.work.sum) of the project.
pub type SumFile = (PathBuf, Vec<u8>);

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

    /// What stands in the place of a required module; `None` for a directory, which needs no sum.
    pub fn resolved(&self, module: &ModVer) -> Option<ModVer> {
        match self.replace_of(module) {
            Some((_, replace)) if replace.new.version.is_empty() => None,
            Some((_, replace)) => Some(replace.new.clone()),
            None => Some(module.clone()),
        }
    }

    /// The directory that stands in the place of a required module.
    pub fn replacement(&self, module: &ModVer) -> Option<PathBuf> {
        let (dir, replace) = self.replace_of(module)?;
        Project::replacement_dir(dir, replace)
    }

    /// The replacement of a module, with the directory its paths begin at (`modload.Replacement`: a version's own before
    /// all).
    fn replace_of(&self, module: &ModVer) -> Option<(&Path, &Replace)> {
        let of = |version: &str| {
            let mut all = self.replaces().into_iter().map(|(_, dir, replace)| (dir, replace));
            all.find(|(_, replace)| replace.old.path == module.path && replace.old.version == version)
        };
        of(&module.version).or_else(|| of(""))
    }

    /// The directory that a replacement names; `None` for a module.
    pub fn replacement_dir(dir: &Path, replace: &Replace) -> Option<PathBuf> {
        replace.new.version.is_empty().then(|| cleaned(&dir.join(&replace.new.path)))
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

    /// go.work.sum and every go.sum in force, in the order in which go asks them; absent ones are left out.
    pub fn sums(&self) -> Known<&[SumFile]> {
        let look = || {
            let project = self.project()?;
            let work = project.workspace.as_ref().map(|work| work.path.with_extension("work.sum"));
            let files = work.into_iter().chain(project.mains.iter().map(Main::gosum));
            let present = files.filter(|path| self.world.files.lstat(path).is_ok());
            present.map(|path| Ok((path.clone(), self.small_or_large(&path)?))).collect()
        };
        self.sums.get(look).map(Vec::as_slice)
    }

    /// `modload/init.go:setDefaultBuildMod`, for `go build`.
    pub fn build_mod(&self) -> Known<BuildMod> {
        let project = self.project()?;
        let goflags = self.go_env()?.value("GOFLAGS");
        let flags = goflags::flags(&goflags).unwrap_or_default();
        let explicit = flags.iter().rev().find(|flag| flag.name == "mod").and_then(|flag| flag.value);
        Ok(match explicit {
            Some("mod") => BuildMod::Mod,
            Some("vendor") => BuildMod::Vendor,
            Some("readonly") => BuildMod::Readonly,
            _ if self.vendor_counts(project) => BuildMod::Vendor,
            _ => BuildMod::Readonly,
        })
    }

    /// Whether go takes a vendor directory without being told: it is for this mode, and the `go` line is recent enough.
    fn vendor_counts(&self, project: &Project) -> bool {
        let Some(vendor) = &project.vendor else { return false };
        let (Some((go, _, _)), _) = project.go_lines() else { return false };
        let head = self.world.files.text(&vendor.join("modules.txt")).unwrap_or_default();
        // modulesTextIsForWorkspace
        let annotations = head.lines().next().and_then(|line| line.strip_prefix("## ")).unwrap_or("");
        let for_work = annotations.split(';').any(|entry| entry.trim() == "workspace");
        for_work == project.workspace.is_some() && gover::compare(&go, "1.14").is_ge()
    }

    /// Whether a directory holds a go.mod, as a replacement or a `use` must.
    pub fn holds_module(&self, dir: &Path) -> bool {
        self.world.files.is_file(&dir.join("go.mod"))
    }

    /// A file that may be as large as a go.sum; absent counts as empty.
    fn small_or_large(&self, path: &Path) -> Known<Vec<u8>> {
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
        (Some(path), found) => Ok(workspace(world, path, found)),
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
    Project {
        root: main.dir.clone(),
        mains: vec![main],
        workspace: None,
        missing_uses: Vec::new(),
        unlisted: None,
        vendor,
    }
}

fn workspace(world: &World, path: PathBuf, here: Option<PathBuf>) -> Project {
    let root = path.parent().unwrap_or(Path::new("/")).to_path_buf();
    let name = path.display().to_string();
    let file = match world.files.read(&path) {
        Ok(bytes) => gomod::parse_work(&name, &bytes),
        Err(err) => Err(vec![unreadable(name, &err)]),
    };
    let mut mains = Vec::new();
    let mut missing_uses = Vec::new();
    for used in file.iter().flat_map(|work| &work.uses) {
        let gomod = cleaned(&root.join(&used.value)).join("go.mod");
        match world.files.is_file(&gomod) {
            true => mains.push(main(world, gomod)),
            false => missing_uses.push((used.value.clone(), used.line)),
        }
    }
    let vendor = Some(root.join("vendor")).filter(|dir| world.files.is_dir(dir));
    let same = |main: &Main, gomod: &Path| world.files.canonical(&main.gomod) == world.files.canonical(gomod);
    let unlisted = here.filter(|gomod| file.is_ok() && !mains.iter().any(|main| same(main, gomod)));
    Project { root, mains, workspace: Some(Workspace { path, file }), missing_uses, unlisted, vendor }
}

/// `filepath.Clean`: without `.`, and with `..` taken off the name before it.
fn cleaned(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

fn main(world: &World, gomod: PathBuf) -> Main {
    let name = gomod.display().to_string();
    let (bytes, file) = match world.files.read(&gomod) {
        Ok(bytes) => {
            let file = gomod::parse_main(&name, &bytes);
            (bytes, file)
        }
        Err(err) => (Vec::new(), Err(vec![unreadable(name, &err)])),
    };
    let dir = gomod.parent().unwrap_or(Path::new("/")).to_path_buf();
    Main { dir, gomod, bytes, file }
}

/// A file that cannot be read, in the form of one that cannot be parsed.
fn unreadable(file: String, err: &ReadError) -> Error {
    Error { file, line: 0, column: 1, module: None, words: err.to_string() }
}
