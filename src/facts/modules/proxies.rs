//! What each module proxy has for a version: asked only where there is doubt, or where everything is to be asked.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::look::{Differing, Looked, of_zip};
use crate::facts::Facts;
use crate::goproxy::{Proxy, Refusal};
use crate::model::SafeUrl;
use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile};
use crate::module::dirhash::{Sums, file_sums, hash_go_mod, hash_zip};
use crate::module::truth::{Part, Said, Sighting, Witness};
use crate::module::zip::{Archive, Inflater};
use crate::text::goproxy::{Place, steps};
use crate::text::pattern;

/// So many questions at a time.
const AT_ONCE: usize = 8;

/// Asked as long as the server takes.
const PATIENT: Duration = Duration::MAX;

impl Facts<'_> {
    /// Asks every proxy of GOPROXY for each of these, and adds what they say. A module that GONOPROXY keeps from
    /// proxies is not asked for. With `--offline` nobody is asked.
    pub fn ask_proxies(&self, cache: &Cache, suspects: &mut [&mut Looked]) {
        self.ask_proxies_for(cache, suspects, &|| PATIENT);
    }

    /// The same within what is left of the run's budget; those that it does not last for are not asked for.
    pub fn ask_proxies_in_time(&self, cache: &Cache, suspects: &mut [&mut Looked]) {
        self.ask_proxies_for(cache, suspects, &|| self.budget(PATIENT));
    }

    fn ask_proxies_for(
        &self,
        cache: &Cache,
        suspects: &mut [&mut Looked],
        left: &(dyn Fn() -> Duration + Sync),
    ) {
        let (Ok(()), Ok(env)) = (self.online(), self.go_env()) else { return };
        let private = env.value("GONOPROXY");
        let proxies: Vec<SafeUrl> = steps(&env.value("GOPROXY"))
            .unwrap_or_default()
            .into_iter()
            .filter_map(|step| match step.at {
                Place::Proxy(url) => Some(url),
                Place::Direct | Place::Off => None,
            })
            .collect();
        let next = AtomicUsize::new(0);
        let slots: Vec<Mutex<&mut Looked>> =
            suspects.iter_mut().map(|looked| Mutex::new(&mut **looked)).collect();
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(slots.len()) {
                scope.spawn(|| {
                    let mut inflater = Inflater::default();
                    while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let Ok(mut looked) = slot.lock() else { continue };
                        if !pattern::matches(&private, &looked.module.path) {
                            for proxy in &proxies {
                                self.ask_proxy(cache, proxy, left, &mut looked, &mut inflater);
                            }
                        }
                    }
                });
            }
        });
    }

    fn ask_proxy(
        &self,
        cache: &Cache,
        base: &SafeUrl,
        left: &dyn Fn() -> Duration,
        looked: &mut Looked,
        inflater: &mut Inflater,
    ) {
        let login = |url: &str| self.netrc_login(url);
        let proxy = || Proxy::new(self.world, base.clone(), &login).within(left());
        if left().is_zero() {
            return;
        }
        let module = looked.module.clone();
        let witness = || Witness::Proxy(base.to_string());
        if looked.sightings.iter().any(|one| one.part == Part::GoMod) {
            let said = match proxy().gomod(&module) {
                Ok(bytes) => Said::Hash(hash_go_mod(&bytes)),
                Err(refusal) => of_refusal(&refusal),
            };
            looked.sightings.push(Sighting::new(witness(), Part::GoMod, said));
        }
        if !looked.sightings.iter().any(|one| one.part == Part::Zip && one.said != Said::Absent) {
            return;
        }
        let said = match proxy().zip(&module).map(Archive::open) {
            Ok(Ok(archive)) => {
                let said = of_zip(hash_zip(&archive, inflater));
                if looked.differs_from(Part::Zip, &said)
                    && looked.mirror.is_none()
                    && let Ok(theirs) = file_sums(&archive, inflater)
                    && let Some(ours) = self.cached_sums(cache, &module, inflater)
                {
                    looked.mirror = Some((base.to_string(), differing(&ours, &theirs)));
                }
                said
            }
            Ok(Err(err)) => Said::Broken(err.to_string()),
            Err(refusal) => of_refusal(&refusal),
        };
        looked.sightings.push(Sighting::new(witness(), Part::Zip, said));
    }

    fn cached_sums(&self, cache: &Cache, module: &ModVer, inflater: &mut Inflater) -> Option<Sums> {
        let path = cache.file(module, CacheFile::Zip).ok()?;
        let (file, _) = self.world.files.open(&path).ok()?;
        file_sums(&Archive::open(file).ok()?, inflater).ok()
    }
}

fn of_refusal(refusal: &Refusal) -> Said {
    Said::Broken(refusal.msg().into_en())
}

/// Which files of `theirs` are not as in `ours`.
fn differing(ours: &Sums, theirs: &Sums) -> Differing {
    let shown = |name: &Vec<u8>| {
        let name = String::from_utf8_lossy(name);
        // The module's own directory says nothing.
        name.split_once('@')
            .and_then(|(_, rest)| rest.split_once('/'))
            .map_or(name.to_string(), |(_, file)| file.to_owned())
    };
    let mut differing = Differing::default();
    for (name, sum) in theirs {
        match ours.get(name) {
            Some(other) if other == sum => {}
            Some(_) => differing.changed.push(shown(name)),
            None => differing.added.push(shown(name)),
        }
    }
    differing.missing = ours.keys().filter(|name| !theirs.contains_key(*name)).map(shown).collect();
    differing
}
