//! Cached modules against go.sum: which there are, what their zips, directories and go.mod files hash to.

mod aside;
mod graph;
mod leftovers;
mod look;
mod memo;
mod origin;
mod project;
mod proxies;
mod recorded;
mod required;
mod shelf;
mod since;
mod survey;
mod tree;
mod walk;

pub use graph::Graph;
pub use leftovers::Leftover;
pub use look::{Differing, Looked};
pub use recorded::{Line, Recorded, Refused};
pub use required::Required;
pub use survey::{Wanted, survey};
pub use walk::walk;

use super::Facts;
use crate::model::{Known, Unknown};
use crate::module::cache::Cache;
use crate::say;

impl Facts<'_> {
    /// The module cache go would use; it need not exist.
    pub fn module_cache(&self) -> Known<Cache> {
        let dir = self.go_env()?.value("GOMODCACHE");
        match dir.as_str() {
            "" => Err(Unknown::new(say!(
                "neither GOMODCACHE nor GOPATH nor HOME says where the module cache is",
                "GOMODCACHE、GOPATH、HOME 都没有说明模块缓存在哪里"
            ))),
            dir => Ok(Cache::new(self.world.cwd.join(dir))),
        }
    }

    /// What go.sum (with go.work.sum and those of the workspace) records, in the order in which go asks them.
    pub fn recorded(&self) -> Known<Recorded> {
        let mut recorded = Recorded::default();
        for (path, bytes) in self.sums()? {
            recorded.read(path, bytes);
        }
        Ok(recorded)
    }
}
