//! Looking: what checks ask for, each fact computed at most once, by whoever asks first.

pub mod acting;
mod around;
pub mod dirs;
pub mod git;
pub mod gitfiles;
pub mod go;
pub mod hosts;
mod memo;
pub mod modules;
pub mod net;
pub mod netrc;
mod own;
pub mod platform;
mod preferred;
pub mod project;
mod proxy;
mod route;
mod shell;
pub mod sources;
pub mod ssh;
pub mod sumdb;
pub mod toolchain;
pub mod variable;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::journal::AppliedProfile;
use crate::model::{Known, Unknown};
use crate::route::Wanted;
use crate::say;
use crate::text::gitcfg::insteadof::Rules;
use crate::world::World;
use memo::Once;
pub use memo::fact_at_work;

pub use crate::world::{FileKind, ReadError};

/// What the doctor was told about how to look.
#[derive(Clone, Debug)]
pub struct Looking {
    /// Make no connection at all.
    pub offline: bool,
    /// Leave out what hashes.
    pub quick: bool,
    /// For the whole run.
    pub budget: Duration,
    /// The module whose way is walked.
    pub module: Option<Wanted>,
}

/// A run is promised to end within 5 s: what is left of them is for starting, judging and printing.
const RUN: Duration = Duration::from_millis(4800);

impl Default for Looking {
    fn default() -> Looking {
        Looking { offline: false, quick: false, budget: RUN, module: None }
    }
}

/// The facts of one run. Judges see nothing of the world but this.
pub struct Facts<'w> {
    world: &'w World,
    looking: Looking,
    until: Instant,
    go: Once<go::GoInstall>,
    go_env: Once<go::GoEnv>,
    git: Once<git::GitInstall>,
    git_view: Once<git::GitView>,
    git_rules: Once<Rules>,
    plain_git_rules: Once<Option<Rules>>,
    start_files: Once<shell::StartFiles>,
    applied: OnceLock<Option<AppliedProfile>>,
    project: Once<project::Project>,
    sums: Once<Vec<project::SumFile>>,
    netrc: Once<netrc::NetrcFile>,
    ssh: Once<ssh::SshFiles>,
    ssh_version: Once<String>,
    routes: route::Routes,
    probes: net::Probes,
    connections: memo::Keyed<(String, u16), Result<(), crate::world::net::NetError>>,
    certificates: memo::Keyed<(String, u16), Option<Vec<u8>>>,
}

impl<'w> Facts<'w> {
    pub fn new(world: &'w World, looking: Looking) -> Facts<'w> {
        let until = Instant::now() + looking.budget;
        Facts {
            world,
            looking,
            until,
            go: Once::new(),
            go_env: Once::new(),
            git: Once::new(),
            git_view: Once::new(),
            git_rules: Once::new(),
            plain_git_rules: Once::new(),
            start_files: Once::new(),
            applied: OnceLock::new(),
            project: Once::new(),
            sums: Once::new(),
            netrc: Once::new(),
            ssh: Once::new(),
            ssh_version: Once::new(),
            routes: memo::Keyed::new(),
            probes: memo::Keyed::new(),
            connections: memo::Keyed::new(),
            certificates: memo::Keyed::new(),
        }
    }

    /// The time a probe may take: its own budget, or what is left of the run.
    pub fn budget(&self, own: Duration) -> Duration {
        own.min(self.until.saturating_duration_since(Instant::now()))
    }

    /// Whether the run's time is over: no program and nobody on the network is asked any more.
    pub fn is_over(&self) -> bool {
        self.budget(Duration::MAX).is_zero()
    }

    /// Leave for network facts.
    pub fn online(&self) -> Known<()> {
        match self.looking.offline {
            true => Err(Unknown::new(say!("--offline makes no connection", "--offline 不联网"))),
            false => Ok(()),
        }
    }

    pub fn looking(&self) -> &Looking {
        &self.looking
    }
}
