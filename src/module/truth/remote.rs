//! What go.sum, the database, the proxies and the origin say against one another.

use super::{Certainty, Culprit, Database, View};
use crate::model::kind;

/// The culprit among those who are asked, not kept; `None` leaves the cache to be judged.
pub(super) fn judge(view: &View<'_>) -> Option<Culprit> {
    match view.database {
        Some(proof) => proven(view, proof.hash).or_else(|| lines_differ(view, Some(proof.hash))),
        None => lines_differ(view, None).or_else(|| unproven(view)),
    }
}

/// The database has spoken: everybody else is measured against it.
fn proven(view: &View<'_>, right: &str) -> Option<Culprit> {
    let culprit = |kind| view.culprit(kind, Certainty::Proven).right(Some(right));
    if let Some(origin) = view.origin.filter(|origin| origin.hash != right) {
        return Some(culprit(kind::TAG_MOVED).at(Some(origin.at)));
    }
    let recorded = view.recorded();
    let copy = view.copy_hash();
    let wrong = view.proxies.iter().position(|proxy| proxy.hash != right);
    if let Some(line) = recorded.filter(|line| line.hash != right)
        && (copy.is_some() || !view.proxies.is_empty())
        && copy.is_none_or(|copy| copy == line.hash)
        && view.proxies.iter().all(|proxy| proxy.hash == line.hash)
        && view.origin.is_none()
    {
        return Some(culprit(kind::SUMDB_MISMATCH).at(Some(line.at)));
    }
    if let Some(place) = wrong {
        let proxy = view.proxies[place];
        let mirror = culprit(kind::MIRROR_OTHER_BYTES).at(Some(proxy.at));
        if place == 0 || copy == Some(proxy.hash) {
            return Some(mirror);
        }
        // Go asks the one before it and would not notice.
        if recorded.is_none_or(|line| line.hash == right) {
            return Some(mirror.warning());
        }
    }
    let line = recorded.filter(|line| line.hash != right)?;
    match view.lines.iter().any(|line| line.hash == right) {
        true => None,
        false => Some(culprit(kind::GOSUM_WRONG_HASH).at(Some(line.at))),
    }
}

/// One version, two hashes in go.sum: go believes the first.
fn lines_differ(view: &View<'_>, proof: Option<&str>) -> Option<Culprit> {
    let first = view.recorded()?;
    let other = view.lines.iter().find(|line| line.hash != first.hash)?;
    let right = proof.or_else(|| {
        let copy = view.copy_hash()?;
        view.lines.iter().any(|line| line.hash == copy).then_some(copy)
    });
    let certainty = match (proof, right) {
        (Some(_), _) => Certainty::Proven,
        (None, Some(_)) => Certainty::Likely,
        (None, None) => Certainty::Open,
    };
    let culprit = view.culprit(kind::GOSUM_DUPLICATE_CONFLICT, certainty).right(right);
    Some(match right == Some(first.hash) {
        true => culprit.at(Some(other.at)).warning(),
        false => culprit.at(Some(first.at)),
    })
}

/// No database: go.sum is what is known, and who contradicts it is weighed.
fn unproven(view: &View<'_>) -> Option<Culprit> {
    let Some(line) = view.recorded() else { return unrecorded(view) };
    let differs = view.proxies.iter().position(|proxy| proxy.hash != line.hash);
    match view.origin {
        Some(origin) if origin.hash != line.hash => {
            let kind = match view.database_state {
                Database::Unaware => kind::PRIVATE_RETAGGED,
                _ => kind::SOURCES_DISAGREE,
            };
            return Some(view.culprit(kind, Certainty::Open).at(Some(origin.at)));
        }
        Some(origin) => {
            let place = differs?;
            let proxy = view.proxies[place];
            let mirror = view.culprit(kind::MIRROR_OTHER_BYTES, Certainty::Likely).right(Some(origin.hash));
            let mirror = mirror.at(Some(proxy.at));
            let filled = view.copy_hash() == Some(proxy.hash);
            return Some(if place == 0 || filled { mirror } else { mirror.warning() });
        }
        None => {}
    }
    let place = differs?;
    let proxy = view.proxies[place];
    // All sources and the cache against go.sum: the cache's own judgement says how likely that is.
    if view.proxies.iter().all(|other| other.hash == proxy.hash) && view.copy_hash() == Some(proxy.hash) {
        return None;
    }
    let open = view.culprit(kind::SOURCES_DISAGREE, Certainty::Open).at(Some(proxy.at));
    Some(if place == 0 { open } else { open.warning() })
}

/// Neither the database nor go.sum knows the version: proxies and origin can only contradict one another.
fn unrecorded(view: &View<'_>) -> Option<Culprit> {
    let mut asked = view.proxies.iter().chain(view.origin.as_ref());
    let first = asked.next()?;
    let against = view.copy_hash().filter(|copy| *copy != first.hash).map(|_| first.at);
    let other = asked.find(|other| other.hash != first.hash).map(|other| other.at).or(against)?;
    Some(view.culprit(kind::SOURCES_DISAGREE, Certainty::Open).at(Some(other)))
}
