//! Where the cache is of one mind against go.sum, either may be wrong: zip and `.ziphash` are easily replaced together.
//! Then a doctor asks the proxies, and the checksum database if they side with the cache.

use crate::facts::Facts;
use crate::facts::modules::Looked;
use crate::model::kind;
use crate::module::cache::Cache;
use crate::module::truth::{Certainty, Database, culprits};

/// Adds what others say about the modules in doubt, in the time that is left of the run; answers for each module
/// whether the database has spoken.
pub(super) fn settle(facts: &Facts<'_>, cache: &Cache, all: &mut [Looked]) -> Vec<Database> {
    let mut databases = vec![Database::NotAsked; all.len()];
    if facts.online().is_err() {
        return databases;
    }
    let (_, mut suspects) = in_doubt(all);
    facts.ask_proxies_in_time(cache, &mut suspects);
    let (places, mut suspects) = in_doubt(all);
    if suspects.is_empty() {
        return databases;
    }
    // What else the database shows of itself is told by sumdb.*.
    if let Ok(spoken) = facts.ask_database_in_time(cache, &mut suspects) {
        for (at, (state, _)) in places.into_iter().zip(spoken.of) {
            if state == Database::Asked {
                databases[at] = state;
            }
        }
    }
    databases
}

/// Those of which go.sum is only likely to be wrong, with their places.
fn in_doubt(all: &mut [Looked]) -> (Vec<usize>, Vec<&mut Looked>) {
    let doubtful = |looked: &Looked| {
        let mut found = culprits(&looked.sightings, Database::NotAsked).into_iter();
        found.any(|one| one.kind == kind::GOSUM_WRONG_HASH && one.certainty == Certainty::Likely)
    };
    all.iter_mut().enumerate().filter(|(_, looked)| doubtful(looked)).unzip()
}
