//! The project's own cached modules, for the doctor.

use super::look::look;
use super::memo::Memo;
use super::survey::survey_by;
use super::{Looked, Recorded, Wanted};
use crate::facts::Facts;
use crate::module::cache::Cache;

impl Facts<'_> {
    /// Every module version of go.sum that lies in the cache, hashed; what has not changed since last time is not.
    pub fn project_modules(&self, cache: &Cache, recorded: Recorded) -> Vec<Looked> {
        let wanted: Vec<Wanted> =
            recorded.lines.into_iter().map(|(module, lines)| Wanted { module, lines }).collect();
        let files = &self.world.files;
        let memo = Memo::load(self.world, cache);
        let looked = survey_by(files, cache, wanted, &|| {}, &|module, inflater| {
            let (mark, known) = memo.recall(files, cache, module);
            known.unwrap_or_else(|| {
                let looked = look(files, cache, module, inflater);
                if let Some(mark) = mark {
                    memo.remember(&looked, mark);
                }
                looked
            })
        });
        memo.store(self.world);
        looked
    }
}
