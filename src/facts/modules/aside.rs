//! Where the damaged entry of a module version would be moved to.

use std::path::PathBuf;

use crate::facts::Facts;
use crate::module::ModVer;
use crate::module::cache::Cache;

impl Facts<'_> {
    /// A directory that is not there yet: under our state directory, or in the cache where that is another file system.
    pub fn aside_dir(&self, cache: &Cache, module: &ModVer) -> Option<PathBuf> {
        let files = &self.world.files;
        let state = self.world.places.state()?;
        let device = |path: &std::path::Path| {
            let there = path.ancestors().find_map(|dir| files.stat(dir).ok());
            there.map(|stat| stat.dev)
        };
        let base = match device(state) == device(cache.root()) {
            true => state.join("aside"),
            false => cache.root().join("cache/gobs-aside"),
        };
        let name = module.to_string().replace('/', "_");
        (1_u32..=u32::MAX).map(|n| base.join(format!("{name}.{n}"))).find(|dir| files.lstat(dir).is_err())
    }
}
