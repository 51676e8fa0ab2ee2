//! Go itself: which go runs, and its settings, resolved by us; the go command is a witness, never the source.

mod install;
mod settings;

pub use install::GoInstall;
pub use settings::{Effective, EnvFile, GoEnv, Layer};

use super::Facts;
use crate::model::Known;

impl Facts<'_> {
    /// The go that a shell would run.
    pub fn go(&self) -> Known<&GoInstall> {
        self.go.get(|| install::look(self.world, self.budget(install::ASK)))
    }

    /// Every Go setting with where it comes from. Known also where no go is installed.
    pub fn go_env(&self) -> Known<&GoEnv> {
        self.go_env.get(|| Ok(GoEnv::look(self.world, self.go().ok())))
    }
}
