//! What the origin has for a module version now: fetched by go itself, from the repository, into a directory of ours.

use std::time::Duration;

use serde::Deserialize;

use super::look::Looked;
use crate::facts::Facts;
use crate::module::truth::{Part, Said, Sighting, Witness};
use crate::world::{Cmd, Scratch};

/// A repository may be large.
const FETCH: Duration = Duration::from_mins(2);

/// Where the database has spoken already, the origin only tells why.
const FETCH_FOR_MORE: Duration = Duration::from_secs(20);

/// What `go mod download -json` says.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Download {
    sum: String,
    go_mod_sum: String,
}

impl Facts<'_> {
    /// Has go fetch the version from its repository, past every proxy, and adds the hashes. The user's module cache,
    /// go.sum and settings are not touched; what is fetched is only hashed, so nothing is verified on the way.
    pub fn ask_origin(&self, looked: &mut Looked) {
        let (Ok(()), Ok(go), Ok(scratch)) = (self.online(), self.go(), Scratch::new()) else { return };
        let proven = looked.record.is_some();
        let budget = if proven { FETCH_FOR_MORE } else { FETCH };
        let cmd = Cmd::new(go.goroot.join("bin").join("go"), budget)
            .cwd(scratch.path())
            .args(["mod", "download", "-json", &looked.module.to_string()])
            .env("GOMODCACHE", scratch.path().join("mod"))
            .env("GOPROXY", "direct")
            .env("GONOPROXY", "")
            .env("GOSUMDB", "off")
            .env("GOFLAGS", "-modcacherw")
            .env("GOTOOLCHAIN", "local")
            .env("GO111MODULE", "on")
            .env("GOWORK", "off")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GCM_INTERACTIVE", "never");
        let Ok(ran) = self.world.exec.run(&cmd) else { return };
        let Ok(found) = serde_json::from_slice::<Download>(&ran.stdout) else { return };
        for (part, hash) in [(Part::Zip, found.sum), (Part::GoMod, found.go_mod_sum)] {
            if !hash.is_empty() {
                looked.sightings.push(Sighting::new(Witness::Origin, part, Said::Hash(hash)));
            }
        }
    }
}
