//! Go itself: which go runs, and its settings, resolved by us; the go command is a witness, never the source.

mod install;
mod managers;
mod settings;

pub use install::{GoInstall, OnPath};
pub use managers::Origin;
pub use settings::{Effective, EnvFile, GoEnv, Layer};

use std::path::{Path, PathBuf};

use super::Facts;
use crate::model::Known;

impl Facts<'_> {
    /// The go that a shell would run.
    pub fn go(&self) -> Known<&GoInstall> {
        self.go.get(|| install::look(self.world, self.budget(install::ASK)))
    }

    /// Every go on PATH, the one that runs first; their versions as their trees say.
    pub fn gos_on_path(&self) -> Vec<OnPath> {
        install::all(self.world)
    }

    /// The manager whose shim the first go on PATH is, where it has no version chosen here that is installed.
    pub fn undecided_shim(&self) -> Option<(PathBuf, &'static str)> {
        let program = self.world.which("go")?;
        let (name, tree) = managers::shim(self.world, &program)?;
        tree.is_none().then_some((program, name))
    }

    /// Who put the go that runs where it is.
    pub fn origin_of_go(&self) -> Option<Origin> {
        let program = self.world.which("go")?;
        let real = self.world.files.canonical(&program).unwrap_or_else(|| program.clone());
        managers::origin(self.world, &program, &real)
    }

    /// A Go tree that is here and not on PATH.
    pub fn go_off_path(&self) -> Option<PathBuf> {
        let usual =
            ["/usr/local/go", "/usr/lib/go", "/usr/lib/golang"].map(|dir| self.world.places.system(dir));
        let home = self.world.places.home();
        let own =
            home.into_iter().flat_map(|home| [home.join("go/sdk"), home.join("sdk"), home.join(".local")]);
        let below = own.flat_map(|dir| {
            let names = self.world.files.list(&dir).unwrap_or_default();
            names.into_iter().rev().filter(|name| name.starts_with("go")).map(move |name| dir.join(name))
        });
        let mut trees = usual.into_iter().chain(below).map(|tree| tree.join("bin").join("go"));
        trees.find(|program| self.world.files.is_program(program))
    }

    /// The version of the tree that a program lies in.
    pub fn version_of_program(&self, program: &Path) -> Option<String> {
        install::version_of(self.world, &install::goroot_of(self.world, program)?)
    }

    /// A `go.exe` on the PATH of a system that is not Windows.
    pub fn go_of_windows(&self) -> Option<PathBuf> {
        install::of_windows(self.world)
    }

    /// The version in a Go tree; `None` where there is no tree.
    pub fn goroot_version(&self, dir: &Path) -> Option<String> {
        let tree = self.world.files.is_dir(&dir.join("pkg")) && self.world.files.is_dir(&dir.join("bin"));
        tree.then(|| install::version_of(self.world, dir)).flatten()
    }

    /// Every Go setting with where it comes from. Known also where no go is installed.
    pub fn go_env(&self) -> Known<&GoEnv> {
        self.go_env.get(|| Ok(GoEnv::look(self.world, self.go().ok())))
    }
}
