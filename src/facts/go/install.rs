//! Which go runs here: found on PATH, its GOROOT and version read from its own files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::managers::{self, Origin};
use crate::model::{Known, Unknown};
use crate::say;
use crate::world::{Cmd, World};

/// How long go itself is waited for, where its files do not say enough.
pub(super) const ASK: Duration = Duration::from_secs(2);

/// An installed go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoInstall {
    /// As found on PATH.
    pub program: PathBuf,
    /// Its tree (`cfg.go:findGOROOT`), without symlinks.
    pub goroot: PathBuf,
    /// `go1.26.8`, also `devel …` of a build of one's own.
    pub version: String,
}

/// One go among those on PATH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnPath {
    pub program: PathBuf,
    /// Without symlinks.
    pub real: PathBuf,
    /// `None` for a shim that stands for no go here.
    pub version: Option<String>,
    /// Who put it there.
    pub origin: Option<Origin>,
}

/// Every go on PATH, in its order; the same file is listed once.
pub(super) fn all(world: &World) -> Vec<OnPath> {
    let mut gos: Vec<OnPath> = Vec::new();
    let path = world.vars.os("PATH").unwrap_or_default().to_os_string();
    for dir in std::env::split_paths(&path) {
        let program = dir.join(if cfg!(windows) { "go.exe" } else { "go" });
        if !world.files.is_program(&program) {
            continue;
        }
        let real = world.files.canonical(&program).unwrap_or_else(|| program.clone());
        if !gos.iter().any(|go| go.real == real) {
            let version = goroot_of(world, &program).and_then(|goroot| version_of(world, &goroot));
            let origin = managers::origin(world, &program, &real);
            gos.push(OnPath { program, real, version, origin });
        }
    }
    gos
}

/// The `go.exe` of Windows that WSL hands down on PATH.
pub(super) fn of_windows(world: &World) -> Option<PathBuf> {
    let path = world.vars.os("PATH").unwrap_or_default().to_os_string();
    let programs = std::env::split_paths(&path).map(|dir| dir.join("go.exe"));
    programs.into_iter().find(|program| !cfg!(windows) && world.files.is_program(program))
}

/// The first go on PATH.
pub(super) fn look(world: &World, budget: Duration) -> Known<GoInstall> {
    let program =
        world.which("go").ok_or_else(|| Unknown::new(say!("go is not on PATH", "PATH 中没有 go 命令")))?;
    match goroot_of(world, &program).and_then(|goroot| Some((version_of(world, &goroot)?, goroot))) {
        Some((version, goroot)) => Ok(GoInstall { program, goroot, version }),
        None => ask(world, program, budget),
    }
}

/// `cfg.go:findGOROOT`: the directory above `bin` that holds `pkg/tool`, also after following symlinks; for the shim
/// of a version manager, the tree that it chooses in the current directory.
pub(super) fn goroot_of(world: &World, program: &Path) -> Option<PathBuf> {
    let real = world.files.canonical(program);
    let places = std::iter::once(program).chain(real.as_deref());
    let up = places.filter_map(|path| path.parent()?.parent());
    let own = up.map(Path::to_path_buf).find(|dir| world.files.is_dir(&dir.join("pkg").join("tool")));
    own.or_else(|| managers::shim(world, program)?.1)
}

/// The first line of the VERSION file.
pub(super) fn version_of(world: &World, goroot: &Path) -> Option<String> {
    let text = world.files.text(&goroot.join("VERSION")).ok()?;
    text.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
}

/// A shim of a version manager: only it knows which go it stands for.
fn ask(world: &World, program: PathBuf, budget: Duration) -> Known<GoInstall> {
    let cmd = witness(world, &program, budget).args(["env", "GOROOT", "GOVERSION"]);
    let ran = world.exec.run(&cmd).map_err(|err| {
        let (shown, why) = (program.display(), err.msg());
        Unknown::new(say!("`{shown} env` failed: {why}", "`{shown} env` 失败：{why}", shown, why))
    })?;
    let out = ran.out();
    match out.lines().map(str::trim).collect::<Vec<_>>().as_slice() {
        [goroot, version, ..] if ran.ok() => {
            Ok(GoInstall { program, goroot: PathBuf::from(goroot), version: (*version).to_owned() })
        }
        _ => {
            let (shown, says) = (program.display(), ran.err().lines().next().unwrap_or("").to_owned());
            Err(Unknown::new(say!("`{shown} env` failed: {says}", "`{shown} env` 失败：{says}", shown, says)))
        }
    }
}

/// The go command, kept from switching toolchains, from go.mod, from workspaces and from the network.
pub(super) fn witness(world: &World, program: &Path, budget: Duration) -> Cmd {
    Cmd::new(program, budget)
        .cwd(world.places.root())
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off")
        .env("GOPROXY", "off")
        .env("GO111MODULE", "on")
        .env("GOFLAGS", "")
        // Looking must leave nothing behind: go 1.23 and later would make files for its telemetry.
        .env("TEST_TELEMETRY_DIR", "/dev/null/none")
}
