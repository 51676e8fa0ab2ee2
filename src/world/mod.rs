//! The only door to processes, network, environment and disk. Everything else is handed a [`World`].

mod again;
mod below;
mod clock;
mod disk;
mod exec;
mod files;
mod host;
mod keep;
#[cfg(unix)]
mod leash;
pub mod net;
mod places;
mod reason;
pub mod roots;
mod scratch;
mod secrets;
mod snapshot;
mod tee;
mod trace;
mod vars;
mod volumes;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

pub use again::{OnlyLooking, crashed, only_looking, start_over};
pub use below::{Below, Handle};
pub use clock::Clock;
pub use disk::{Busy, Disk, Touch};
pub use exec::{Cmd, Exec, ExecError, Ran};
pub use files::{FileKind, Files, ReadError, Stat};
pub use host::{Account, Host, Os};
pub use net::Net;
pub use places::Places;
pub use reason::reason;
pub use scratch::Scratch;
pub use snapshot::{Seen, Snapshot};
pub use tee::tee;
pub use trace::Trace;
pub use vars::Vars;
pub use volumes::{Volume, Volumes};

use crate::model::secret::Secrets;

/// Everything outside the process, as a value. Tests build one over a temp HOME.
pub struct World {
    pub vars: Vars,
    /// See [`World::parent`].
    pub parent: OnceLock<Option<Vars>>,
    pub cwd: PathBuf,
    pub host: Host,
    pub places: Places,
    pub files: Files,
    pub exec: Arc<dyn Exec>,
    pub net: Arc<dyn Net>,
    pub clock: Clock,
    pub volumes: Volumes,
    pub trace: Arc<Trace>,
    /// What must never be shown, as it is met.
    pub secrets: Secrets,
}

impl World {
    /// This machine, as this process finds it.
    pub fn real() -> World {
        let vars = Vars::of_process();
        let cwd = files::current_dir();
        World { parent: OnceLock::new(), ..World::with(vars, cwd, PathBuf::from("/")) }
    }

    /// The environment that the parent process was started with, where it can be seen (`/proc/PPID/environ`).
    pub fn parent(&self) -> Option<&Vars> {
        self.parent.get_or_init(|| host::parent_environ(&self.files)).as_ref()
    }

    /// A world over these variables; system files (`/etc/…`) are looked for under `root`.
    pub fn with(vars: Vars, cwd: PathBuf, root: PathBuf) -> World {
        let trace = Arc::new(Trace::default());
        let files = Files::new(trace.clone());
        let host = Host::look(&files, &root);
        let places = Places::new(&vars, &host, root);
        World {
            exec: Arc::new(exec::Real::new(vars.clone(), trace.clone())),
            net: Arc::new(net::Real::new(vars.clone(), host.os, places.root().to_path_buf(), trace.clone())),
            clock: Clock::Real,
            volumes: Volumes::Real,
            vars,
            parent: OnceLock::from(None),
            cwd,
            host,
            places,
            files,
            trace,
            secrets: Secrets::default(),
        }
    }

    /// This machine with other variables: for a look at what would be, if they were set.
    pub fn with_vars(&self, vars: Vars) -> World {
        let (root, trace) = (self.places.root().to_path_buf(), self.trace.clone());
        let mut places = Places::new(&vars, &self.host, root.clone());
        if let Some(home) = self.places.ssh_home() {
            places.set_ssh_home(home.to_path_buf());
        }
        World {
            exec: Arc::new(exec::Real::new(vars.clone(), trace.clone())),
            net: Arc::new(net::Real::new(vars.clone(), self.host.os, root, trace.clone())),
            clock: self.clock,
            volumes: self.volumes.clone(),
            vars,
            parent: self.parent.clone(),
            cwd: self.cwd.clone(),
            host: self.host.clone(),
            places,
            files: self.files.clone(),
            trace,
            secrets: self.secrets.clone(),
        }
    }

    /// A command with the world's variables, for this program of PATH.
    pub fn which(&self, program: &str) -> Option<PathBuf> {
        exec::which(program, &self.vars, &self.cwd)
    }
}
