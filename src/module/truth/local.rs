//! What the module cache says against go.sum or the database, and against itself.

use super::{Certainty, Culprit, Part, Said, View, hash_of};
use crate::model::{Kind, kind};

/// The culprit in the cache (or go.sum, if the cache agrees with itself against it).
pub(super) fn judge(view: &View<'_>) -> Option<Culprit> {
    let proven = view.database.is_some();
    let right = view.database.or(view.recorded()).map(|one| one.hash);
    let certainty = match (proven, right) {
        (true, _) => Certainty::Proven,
        (false, Some(_)) => Certainty::Recorded,
        (false, None) => Certainty::Likely,
    };
    let found = Found { view, right, certainty };
    if let Some(right) = right
        && !proven
        && found.cache_agrees_against(right)
    {
        let line = view.recorded().map(|line| line.at);
        let culprit = view.culprit(kind::GOSUM_WRONG_HASH, Certainty::Likely).at(line);
        return Some(culprit.right(found.whole().or(view.copy_hash())));
    }
    match (view.part, right) {
        (Part::Zip, Some(right)) => found.zip_against(right),
        (Part::Zip, None) => found.zip_against_itself(),
        (Part::GoMod, right) => found.gomod(right),
    }
}

struct Found<'v, 's> {
    view: &'v View<'s>,
    right: Option<&'s str>,
    certainty: Certainty,
}

impl<'s> Found<'_, 's> {
    /// The hash that zip, `.ziphash` and directory have in common, as far as they are there; two of them must be.
    fn whole(&self) -> Option<&'s str> {
        let copy = self.view.copy.filter(|(_, said)| **said != Said::Absent);
        let second = self.view.second.filter(|(_, said)| **said != Said::Absent);
        let ziphash = hash_of(self.view.ziphash?.1)?;
        let same =
            |one: Option<(usize, &'s Said)>| one.is_none_or(|(_, said)| hash_of(said) == Some(ziphash));
        ((copy.is_some() || second.is_some()) && same(copy) && same(second)).then_some(ziphash)
    }

    /// The cache is of one mind, another one than go.sum; and neither proxy nor origin sides with go.sum.
    fn cache_agrees_against(&self, right: &str) -> bool {
        if self.view.proxies.iter().chain(&self.view.origin).any(|other| other.hash == right) {
            return false;
        }
        match self.view.part {
            Part::Zip => self.whole().is_some_and(|whole| whole != right),
            Part::GoMod => {
                let copy = self.view.copy_hash();
                let inner = self.view.second.and_then(|(_, said)| hash_of(said));
                self.view.zip_is_sound && copy.is_some() && copy == inner && copy != Some(right)
            }
        }
    }

    fn culprit(&self, kind: Kind, at: Option<(usize, &Said)>) -> Option<Culprit> {
        Some(self.view.culprit(kind, self.certainty).at(at.map(|(at, _)| at)).right(self.right))
    }

    fn zip_against(&self, right: &str) -> Option<Culprit> {
        let view = self.view;
        let is = |said: &Said| hash_of(said) == Some(right);
        match view.copy {
            Some((_, Said::Broken(_))) => return self.culprit(kind::GOMODCACHE_CORRUPT_ZIP, view.copy),
            Some((_, said @ Said::Hash(_))) if !is(said) => {
                return self.culprit(kind::GOMODCACHE_TAMPERED_ZIP, view.copy);
            }
            _ => {}
        }
        match view.second {
            Some((_, said)) if *said != Said::Absent && !is(said) => {
                return self.culprit(kind::GOMODCACHE_TAMPERED_DIR, view.second);
            }
            _ => {}
        }
        self.ziphash_against(right)
    }

    /// `.ziphash` must be there as soon as zip or directory are, and have the right hash.
    fn ziphash_against(&self, right: &str) -> Option<Culprit> {
        let view = self.view;
        let there = |one: Option<(usize, &Said)>| one.is_some_and(|(_, said)| *said != Said::Absent);
        match view.ziphash {
            Some((_, Said::Hash(hash))) if hash == right => None,
            Some((_, Said::Absent)) | None if !there(view.copy) && !there(view.second) => None,
            None => None,
            Some(_) => self.culprit(kind::ZIPHASH_STALE, view.ziphash),
        }
    }

    fn zip_against_itself(&self) -> Option<Culprit> {
        let view = self.view;
        let hash = |one: Option<(usize, &'s Said)>| one.and_then(|(_, said)| hash_of(said));
        let (zip, dir, ziphash) = (hash(view.copy), hash(view.second), hash(view.ziphash));
        if let Some((_, Said::Broken(_))) = view.copy {
            return self.culprit(kind::GOMODCACHE_CORRUPT_ZIP, view.copy);
        }
        if let Some((_, Said::Broken(_))) = view.second {
            return self.culprit(kind::GOMODCACHE_TAMPERED_DIR, view.second);
        }
        let Some(zip) = zip else {
            let dir = dir?;
            return match ziphash {
                Some(ziphash) if ziphash != dir => self.culprit(kind::GOMODCACHE_TAMPERED_DIR, view.second),
                Some(_) => None,
                None => self.culprit(kind::ZIPHASH_STALE, view.ziphash),
            };
        };
        match (ziphash, dir) {
            (Some(ziphash), Some(dir)) if ziphash != zip && dir != zip => {
                self.culprit(kind::GOMODCACHE_TAMPERED_ZIP, view.copy)
            }
            (Some(ziphash), None) if ziphash != zip => self.culprit(kind::GOMODCACHE_TAMPERED_ZIP, view.copy),
            (_, Some(dir)) if dir != zip => self.culprit(kind::GOMODCACHE_TAMPERED_DIR, view.second),
            _ => self.ziphash_against(zip),
        }
    }

    fn gomod(&self, right: Option<&str>) -> Option<Culprit> {
        let view = self.view;
        let inner = view.second.and_then(|(_, said)| hash_of(said));
        let wrong = match view.copy?.1 {
            Said::Absent => false,
            Said::Broken(_) => true,
            Said::Hash(hash) => match (right, inner) {
                (Some(right), _) => hash != right,
                (None, Some(inner)) => hash != inner,
                (None, None) => false,
            },
        };
        if wrong { self.culprit(kind::GOMODCACHE_BAD_GOMOD, view.copy) } else { None }
    }
}
