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
pub use walk::{Walked, walk};

use std::path::Path;

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
            // `modfetch/cache.go:checkCacheDir`
            dir if !Path::new(dir).is_absolute() => Err(Unknown::new(say!(
                "GOMODCACHE={dir} is a relative path, which go refuses",
                "GOMODCACHE={dir} 是相对路径，go 不接受",
                dir
            ))),
            dir => Ok(Cache::new(dir)),
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
