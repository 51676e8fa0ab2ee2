//! The project's own cached modules, for the doctor.

use super::{Looked, Recorded, Wanted, survey};
use crate::facts::Facts;
use crate::module::cache::Cache;

impl Facts<'_> {
    /// Every module version of go.sum that lies in the cache, hashed.
    pub fn project_modules(&self, cache: &Cache, recorded: Recorded) -> Vec<Looked> {
        let wanted: Vec<Wanted> =
            recorded.lines.into_iter().map(|(module, lines)| Wanted { module, lines }).collect();
        survey(&self.world.files, cache, &wanted, &|_| {})
    }
}
