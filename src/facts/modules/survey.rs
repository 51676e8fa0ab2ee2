//! Looking at many module versions on all cores, with memory for one of them per core.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::look::{Looked, look};
use super::recorded::Line;
use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile};
use crate::module::zip::Inflater;
use crate::world::Files;

/// A module version to look at, with what go.sum says of it.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub module: ModVer,
    pub lines: Vec<Line>,
}

/// Looks at each; answers in the order of `wanted`. `told` hears of each as it is done, from any thread.
pub fn survey(
    files: &Files,
    cache: &Cache,
    wanted: &[Wanted],
    told: &(dyn Fn(&Looked) + Sync),
) -> Vec<Looked> {
    survey_by(files, cache, wanted, &|module, inflater| {
        let looked = look(files, cache, module, inflater);
        told(&looked);
        looked
    })
}

/// The same, looking at each one in a way of the caller's.
pub(super) fn survey_by(
    files: &Files,
    cache: &Cache,
    wanted: &[Wanted],
    look: &(dyn Fn(&ModVer, &mut Inflater) -> Looked + Sync),
) -> Vec<Looked> {
    // The largest first, so that no core ends alone with a large one.
    let size = |module: &ModVer| {
        let zip = cache.file(module, CacheFile::Zip).ok();
        zip.and_then(|zip| files.stat(&zip).ok()).map_or(0, |stat| stat.len)
    };
    let mut order: Vec<(u64, usize)> =
        wanted.iter().enumerate().map(|(at, one)| (size(&one.module), at)).collect();
    order.sort_by(|a, b| b.cmp(a));
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<Looked>>> = Mutex::new(wanted.iter().map(|_| None).collect());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(order.len());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mut inflater = Inflater::default();
                while let Some((_, at)) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let one = &wanted[*at];
                    let mut looked = look(&one.module, &mut inflater);
                    let lines = one.lines.iter().map(Line::sighting);
                    looked.sightings = lines.chain(looked.sightings).collect();
                    if let Ok(mut done) = done.lock() {
                        done[*at] = Some(looked);
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_default().into_iter().flatten().collect()
}
