//! Go itself: which go runs, and its settings, resolved by us; the go command is a witness, never the source.

mod install;
mod settings;

pub use install::{GoInstall, OnPath};
pub use settings::{Effective, EnvFile, GoEnv, Layer};

use std::path::Path;

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
