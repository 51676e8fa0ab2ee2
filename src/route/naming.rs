//! What go calls a commit that was asked for by branch or hash: the version of a tag, or a pseudo-version
//! (`modfetch/coderepo.go:convert`).

use std::cell::OnceCell;
use std::cmp::Ordering;

use super::direct::Listed;
use super::git::{Failed, Fetched, Git};
use super::revision::{self, Found, Place};
use crate::text::gomod::{self, Retract};
use crate::text::{modpath, pseudo, semver, time};

/// A commit of a repository, as it was found and fetched.
pub(super) struct Naming<'a, 'w> {
    pub git: &'a Git<'a, 'w>,
    pub listed: &'a Listed,
    pub place: &'a Place,
    pub found: &'a Found,
    pub fetched: &'a Fetched,
    /// What was asked for.
    pub name: &'a str,
}

/// `time` as a pseudo-version has it: `20250615150640`.
pub(super) fn stamp(seconds: i64) -> String {
    let utc = time::utc(u64::try_from(seconds).unwrap_or(0));
    utc.chars().filter(char::is_ascii_digit).collect()
}

impl Naming<'_, '_> {
    /// The version; an error where git cannot tell the history.
    pub(super) fn version(&self) -> Result<String, Failed> {
        let named = self.found.reference.as_deref().and_then(|full| full.strip_prefix("refs/tags/"));
        if let Some((version, true)) = named.and_then(|tag| self.read(tag))
            && self.fits(&version)
        {
            return Ok(self.whole(version));
        }
        let retracted = OnceCell::new();
        let retracted = |version: &str| {
            let all = retracted.get_or_init(|| self.retractions());
            all.iter().any(|range| within(range, version))
        };
        let (mut highest, mut base) = (String::new(), String::new());
        for (version, canonical) in self.tags_here() {
            if semver::is_valid(self.name) && semver::compare(&version, self.name) == Ordering::Equal {
                if canonical {
                    return Ok(self.whole(version));
                }
                base.clone_from(&version);
            }
            let higher = semver::compare(&highest, &version) == Ordering::Less;
            if canonical && higher && self.fits(&version) && !retracted(&version) {
                highest = version;
            }
        }
        if !highest.is_empty() {
            return Ok(self.whole(highest));
        }
        if base.is_empty() && self.may_have_base() {
            self.git.history(&self.listed.root.repo)?;
            let before = self.git.tags_before(&self.fetched.commit)?;
            let all = before.iter().filter_map(|tag| self.read(tag)).map(|(version, _)| version);
            let sound = all.filter(|version| self.fits(version) && !retracted(version));
            base = sound.max_by(|a, b| semver::compare(a, b)).unwrap_or_default();
        }
        let major = modpath::path_major_prefix(&self.place.major).unwrap_or("");
        let short: String = self.fetched.commit.chars().take(12).collect();
        Ok(self.whole(pseudo::make(major, &base, &stamp(self.fetched.time), &short)))
    }

    /// `tagToVersion`: the version a tag gives this module, and whether the tag says just that.
    fn read(&self, tag: &str) -> Option<(String, bool)> {
        let trimmed = tag.strip_prefix(&self.place.tag(""))?;
        if pseudo::is_pseudo(tag) {
            return None;
        }
        let version = semver::canonical(trimmed);
        let sound = !version.is_empty() && trimmed.starts_with(&version);
        sound.then(|| (version.clone(), version == trimmed))
    }

    /// The versions of the tags on this commit.
    fn tags_here(&self) -> impl Iterator<Item = (String, bool)> {
        let here = self.listed.refs.iter().filter(|(_, hash)| **hash == self.fetched.commit);
        here.filter_map(|(full, _)| self.read(full.strip_prefix("refs/tags/")?))
    }

    /// Whether any tag could lie before it; without one the history need not be fetched.
    fn may_have_base(&self) -> bool {
        let plausible = format!("refs/tags/{}v", self.place.tag(""));
        self.listed.refs.keys().any(|full| full.starts_with(&plausible))
    }

    fn fits(&self, version: &str) -> bool {
        modpath::match_path_major(version, &self.place.major) || self.may_be_incompatible(version)
    }

    /// `canUseIncompatible`: no go.mod at the root, and none below `vN/`.
    fn may_be_incompatible(&self, version: &str) -> bool {
        let plain = self.place.dir.is_empty() && self.place.major.is_empty();
        let below = format!("{}:{}/go.mod", self.fetched.commit, semver::major(version));
        plain && self.fetched.gomods.iter().all(Option::is_none) && matches!(self.git.blob(&below), Ok(None))
    }

    /// `checkCanonical`'s suffix.
    fn whole(&self, version: String) -> String {
        match modpath::match_path_major(&version, &self.place.major) {
            true => version,
            false => version + "+incompatible",
        }
    }

    /// `retractedVersions`: what the go.mod of the newest release takes back; nothing where it cannot be read.
    fn retractions(&self) -> Vec<Retract> {
        let versions = revision::versions(self.place, &self.listed.refs);
        let own = || versions.iter().filter(|(version, _)| !version.ends_with("+incompatible"));
        let release = own().rfind(|(version, _)| semver::prerelease(version).is_empty());
        let Some((version, hash)) = release.or_else(|| own().next_back()) else { return Vec::new() };
        let reference = Some(format!("refs/tags/{}", self.place.tag(version)));
        let newest = Found { reference, hash: hash.clone(), version: None };
        let gomods = match *hash == self.fetched.commit {
            true => self.fetched.gomods.clone(),
            false => {
                let fetched = self.git.fetch(&self.listed.root.repo, &newest, self.place);
                fetched.map(|fetched| fetched.gomods).unwrap_or_default()
            }
        };
        let text = gomods.into_iter().flatten().next_back().unwrap_or_default();
        gomod::parse_lax("go.mod", &text).map(|file| file.retract).unwrap_or_default()
    }
}

fn within(range: &Retract, version: &str) -> bool {
    semver::compare(&range.low, version) != Ordering::Greater
        && semver::compare(version, &range.high) != Ordering::Greater
}
