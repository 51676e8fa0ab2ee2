//! Looking at many module versions on all cores, with memory for one of them per core.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::look::{Looked, look};
use super::recorded::Line;
use super::shelf::Shelves;
use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile};
use crate::module::zip::Inflater;
use crate::order::Order;
use crate::world::Files;

/// A module version to look at, with what go.sum says of it.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub module: ModVer,
    pub lines: Vec<Line>,
}

/// Looks at each; answers in the order of `wanted`. `told` hears of each that is done, from any thread.
pub fn survey(files: &Files, cache: &Cache, wanted: Vec<Wanted>, told: &(dyn Fn() + Sync)) -> Vec<Looked> {
    survey_by(files, cache, wanted, told, &|module, inflater| look(files, cache, module, inflater))
}

/// The same, looking at each one of which anything is here in a way of the caller's.
pub(super) fn survey_by(
    files: &Files,
    cache: &Cache,
    wanted: Vec<Wanted>,
    told: &(dyn Fn() + Sync),
    look: &(dyn Fn(&ModVer, &mut Inflater) -> Looked + Sync),
) -> Vec<Looked> {
    let mut shelves = Shelves::new(files, cache);
    let mut order: Vec<(u64, usize)> = Vec::new();
    let size = |module: &ModVer| {
        let zip = cache.file(module, CacheFile::Zip).ok();
        zip.and_then(|zip| files.stat(&zip).ok()).map_or(0, |stat| stat.len)
    };
    let mut all = Vec::with_capacity(wanted.len());
    for (at, Wanted { module, lines }) in wanted.into_iter().enumerate() {
        let mut looked = match cache.file(&module, CacheFile::ZipHash) {
            Err(_) => Looked::new(module),
            Ok(_) if shelves.may_have(&module) => {
                order.push((size(&module), at));
                Looked::new(module)
            }
            Ok(_) => Looked::absent(module),
        };
        if order.last().is_none_or(|(_, last)| *last != at) {
            told();
        }
        looked.recorded(lines);
        all.push(looked);
    }
    // The largest first, so that no core ends alone with a large one.
    order.order_by(|a, b| b.cmp(a));
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Looked)>> = Mutex::default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(order.len());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mut inflater = Inflater::default();
                while let Some((_, at)) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let looked = look(&all[*at].module, &mut inflater);
                    if let Ok(mut done) = done.lock() {
                        done.push((*at, looked));
                    }
                    told();
                }
            });
        }
    });
    for (at, mut looked) in done.into_inner().unwrap_or_default() {
        let lines = std::mem::take(&mut all[at].sightings);
        looked.sightings.splice(..0, lines);
        all[at] = looked;
    }
    all
}
