//! Who is wrong: from the hashes that each witness gives for a module version to one culprit. Pure.
//!
//! A proof from the checksum database outranks everything. Without one, go.sum is believed as go believes it, unless
//! the cache agrees with itself against it; then that is likely, and said to be no more.

mod local;
mod remote;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use crate::model::{Kind, Level};
pub use crate::text::gosum::Part;

/// Who says what a module version hashes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Witness {
    /// A line of go.sum (or go.work.sum); those of a part stand in the order in which go meets them.
    GoSum { file: Arc<Path>, line: u32 },
    /// The cache's `.ziphash` file.
    ZipHash,
    /// The cached zip itself.
    Zip,
    /// The extracted directory.
    Dir,
    /// The cached `.mod` file.
    Mod,
    /// The go.mod within the cached copy of the module.
    InnerMod,
    /// The checksum database, its signature and proofs verified.
    Database,
    /// A module proxy, by its address without secrets; in the order of GOPROXY.
    Proxy(String),
    /// The repository itself.
    Origin,
}

/// What a witness says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Hash(String),
    /// There, but no hash can be had of it: the words.
    Broken(String),
    Absent,
}

/// One witness about one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub witness: Witness,
    pub part: Part,
    pub said: Said,
}

impl Sighting {
    pub fn new(witness: Witness, part: Part, said: Said) -> Sighting {
        Sighting { witness, part, said }
    }

    pub fn hash(&self) -> Option<&str> {
        match &self.said {
            Said::Hash(hash) => Some(hash),
            _ => None,
        }
    }
}

/// Whether the checksum database could speak for a module. Where it did, it is among the witnesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Database {
    #[default]
    NotAsked,
    /// It was asked, and answered with proof.
    Asked,
    /// GONOSUMDB or GOPRIVATE keep the module from it, or it does not know it.
    Unaware,
    /// It could not be asked.
    Unreachable,
}

/// How much is known of a culprit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It cannot be said who is wrong.
    Open,
    /// Most likely.
    Likely,
    /// From what is written down here: go.sum, which go trusts too.
    Recorded,
    /// By the checksum database's signature and proofs.
    Proven,
}

/// Who is wrong about one part of a module version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Culprit {
    pub kind: Kind,
    pub level: Level,
    pub part: Part,
    pub certainty: Certainty,
    /// The sighting that is wrong, where it is one.
    pub at: Option<usize>,
    /// The hash that is right, as far as known.
    pub right: Option<String>,
}

impl Culprit {
    fn new(kind: Kind, part: Part, certainty: Certainty) -> Culprit {
        Culprit { kind, level: Level::Error, part, certainty, at: None, right: None }
    }

    fn warning(mut self) -> Culprit {
        self.level = Level::Warning;
        self
    }

    fn at(mut self, at: Option<usize>) -> Culprit {
        self.at = at;
        self
    }

    fn right(mut self, right: Option<&str>) -> Culprit {
        self.right = right.map(str::to_owned);
        self
    }

    /// Whether moving the version's cache entry aside and fetching it again repairs it.
    pub fn is_in_cache(&self) -> bool {
        use crate::model::kind::{
            GOMODCACHE_BAD_GOMOD, GOMODCACHE_BAD_INFO, GOMODCACHE_CORRUPT_ZIP, GOMODCACHE_TAMPERED_DIR,
            GOMODCACHE_TAMPERED_ZIP, ZIPHASH_STALE,
        };
        [
            GOMODCACHE_BAD_GOMOD,
            GOMODCACHE_BAD_INFO,
            GOMODCACHE_CORRUPT_ZIP,
            GOMODCACHE_TAMPERED_DIR,
            GOMODCACHE_TAMPERED_ZIP,
            ZIPHASH_STALE,
        ]
        .contains(&self.kind)
    }
}

/// The culprit for each part about which the witnesses do not agree; of both parts, if it is the same one, once.
pub fn culprits(sightings: &[Sighting], database: Database) -> Vec<Culprit> {
    let zip = judge(sightings, Part::Zip, database);
    let gomod = judge(sightings, Part::GoMod, database);
    match (zip, gomod) {
        (Some(zip), Some(gomod)) if zip.kind == gomod.kind && !zip.is_in_cache() => vec![zip],
        (zip, gomod) => zip.into_iter().chain(gomod).collect(),
    }
}

/// What the witnesses say about one part.
pub(crate) struct View<'s> {
    part: Part,
    database_state: Database,
    /// The `h1:` lines of go.sum, in go's order.
    lines: Vec<Hash<'s>>,
    database: Option<Hash<'s>>,
    proxies: Vec<Hash<'s>>,
    origin: Option<Hash<'s>>,
    /// The cached zip, or the cached `.mod`.
    copy: Option<(usize, &'s Said)>,
    ziphash: Option<(usize, &'s Said)>,
    /// The extracted directory, or the go.mod within the module.
    second: Option<(usize, &'s Said)>,
    /// Whether the module's zip is what go.sum (or the database) says: then the go.mod in it is, too.
    zip_is_sound: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct Hash<'s> {
    at: usize,
    hash: &'s str,
}

/// The culprit for one part; `None` where nobody contradicts anybody.
pub fn judge(sightings: &[Sighting], part: Part, database: Database) -> Option<Culprit> {
    let view = View::new(sightings, part, database);
    let verdict = remote::judge(&view);
    match verdict {
        Some(found) if found.level == Level::Error => Some(found),
        // A lesser remark does not hide damage here.
        lesser => local::judge(&view).or(lesser),
    }
}

impl<'s> View<'s> {
    fn new(sightings: &'s [Sighting], part: Part, database_state: Database) -> View<'s> {
        let of_part = || sightings.iter().enumerate().filter(move |(_, one)| one.part == part);
        let hashes = |wanted: fn(&Witness) -> bool| {
            let with_hash = of_part().filter(move |(_, one)| wanted(&one.witness));
            with_hash.filter_map(|(at, one)| Some(Hash { at, hash: one.hash()? })).collect::<Vec<_>>()
        };
        let one =
            |witness: Witness| of_part().find(|(_, one)| one.witness == witness).map(|(at, s)| (at, &s.said));
        let (copy, second) = match part {
            Part::Zip => (Witness::Zip, Witness::Dir),
            Part::GoMod => (Witness::Mod, Witness::InnerMod),
        };
        let mut lines = hashes(|witness| matches!(witness, Witness::GoSum { .. }));
        lines.retain(|line| line.hash.starts_with("h1:"));
        View {
            part,
            database_state,
            lines,
            database: hashes(|witness| *witness == Witness::Database).first().copied(),
            proxies: hashes(|witness| matches!(witness, Witness::Proxy(_))),
            origin: hashes(|witness| *witness == Witness::Origin).first().copied(),
            copy: one(copy),
            ziphash: one(Witness::ZipHash),
            second: one(second),
            zip_is_sound: part == Part::GoMod && zip_is_sound(sightings),
        }
    }

    /// The hash go compares with.
    fn recorded(&self) -> Option<Hash<'s>> {
        self.lines.first().copied()
    }

    fn copy_hash(&self) -> Option<&'s str> {
        self.copy.and_then(|(_, said)| hash_of(said))
    }

    fn culprit(&self, kind: Kind, certainty: Certainty) -> Culprit {
        Culprit::new(kind, self.part, certainty)
    }
}

fn hash_of(said: &Said) -> Option<&str> {
    match said {
        Said::Hash(hash) => Some(hash),
        _ => None,
    }
}

fn zip_is_sound(sightings: &[Sighting]) -> bool {
    let hash = |wanted: fn(&Witness) -> bool| {
        let mut found = sightings.iter().filter(|one| one.part == Part::Zip && wanted(&one.witness));
        found.find_map(Sighting::hash)
    };
    let right = hash(|w| *w == Witness::Database).or(hash(|w| matches!(w, Witness::GoSum { .. })));
    let copy = hash(|w| *w == Witness::Zip);
    right.is_some() && right == copy && hash(|w| *w == Witness::Dir).is_none_or(|dir| Some(dir) == right)
}
