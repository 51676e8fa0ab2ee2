//! What a batch of answers is worth: which heads are of one log, which records are in it.

use std::collections::BTreeMap;

use super::Trouble;
use super::client::{Client, Received, Record, Wanted};
use super::heads::Head;
use super::tlog::{
    self, Hash, check_tree, prove_tree, record_hash, stored_index, tree_hash, tree_indexes,
    tree_proof_indexes,
};
use crate::model::{SafeUrl, Source};
use crate::module::ModVer;
use crate::order::{Gather, Order};
use crate::say;
use crate::text::gosum::Part;

/// The proven hashes at places of the newest tree.
type Hashes<'h> = &'h dyn Fn(&[u64]) -> Result<Vec<Hash>, Trouble>;

/// The worth of a batch.
pub(super) struct Round {
    pub(super) records: Vec<Result<Record, Trouble>>,
    /// Answers of go's cache that cannot be proven: to be asked for anew.
    pub(super) kept_and_wrong: Vec<bool>,
    /// Why none of it counts.
    pub(super) general: Option<Trouble>,
    pub(super) head: Option<Head>,
}

/// The head of the longest log; of equals the last.
pub(super) fn newest(heads: &[Head]) -> Option<&Head> {
    heads.iter().max_by_key(|head| head.tree.n)
}

impl Client<'_> {
    /// Judges answers, given the head that is trusted already.
    pub(super) fn settle(
        &self,
        known: Option<&Head>,
        wanted: &[Wanted],
        received: Vec<Result<Option<Received>, Trouble>>,
    ) -> Round {
        let answers = || received.iter().filter_map(|one| one.as_ref().ok()?.as_ref());
        let mut heads: Vec<Head> = Vec::new();
        for head in answers().map(|one| &one.head).chain(known) {
            if !heads.iter().any(|have| have.tree == head.tree) {
                heads.push(head.clone());
            }
        }
        let Some(newest) = newest(&heads) else {
            let kept_and_wrong = received.iter().map(|one| matches!(one, Ok(None))).collect();
            let records =
                received.into_iter().map(|one| Err(one.err().unwrap_or(Trouble::Offline))).collect();
            return Round { records, kept_and_wrong, general: None, head: None };
        };
        let shortest = answers().map(|one| one.head.tree.n).max();
        let lags = |trouble: Trouble| match shortest {
            Some(has) if has < newest.tree.n => self.lags(has, newest, trouble),
            _ => trouble,
        };
        let leaf = |one: &Received| u64::try_from(one.id).ok().filter(|id| *id < newest.tree.n);
        // One plan for all; where it fails, each is proven alone, so that one bad tile does not spoil the rest.
        let older: Vec<&Head> = heads.iter().filter(|head| head.tree != newest.tree).collect();
        let mut indexes: Vec<u64> = older.iter().flat_map(|head| tree_indexes(head.tree.n)).collect();
        indexes.extend(answers().filter_map(leaf).map(|id| stored_index(0, id)));
        indexes.order();
        indexes.dedup();
        let batch: Option<BTreeMap<u64, Hash>> = match self.hashes(newest, &indexes) {
            Ok(hashes) => Some(indexes.into_iter().zip(hashes).gather_map()),
            Err(_) => None,
        };
        let hashes = |wanted: &[u64]| match &batch {
            Some(all) => Ok(wanted.iter().filter_map(|index| all.get(index).copied()).collect()),
            None => self.hashes(newest, wanted),
        };
        let mut unproven: Vec<(&Head, Trouble)> = Vec::new();
        // Go proves the head it remembers first of all, and with it falls everything.
        let mut general = known.and_then(|known| self.hashes(known, &[]).map_err(lags).err());
        for head in &older {
            let begins =
                hashes(&tree_indexes(head.tree.n)).and_then(|got| self.begins_with(newest, head, &got));
            if let Err(trouble) = begins {
                let trouble = lags(trouble);
                if matches!(trouble, Trouble::Inconsistent(_)) || known == Some(head) {
                    general.get_or_insert(trouble.clone());
                }
                unproven.push((head, trouble));
            }
        }
        let mut kept_and_wrong = vec![false; received.len()];
        let mut records = Vec::with_capacity(received.len());
        for (at, one) in received.iter().enumerate() {
            let one = match one {
                Ok(Some(one)) => one,
                Ok(None) => {
                    kept_and_wrong[at] = true;
                    records.push(Err(Trouble::Offline));
                    continue;
                }
                Err(trouble) => {
                    records.push(Err(trouble.clone()));
                    continue;
                }
            };
            let of_head = unproven.iter().find(|(head, _)| head.tree == one.head.tree);
            let record = match (&general, of_head) {
                (Some(trouble), _) | (None, Some((_, trouble))) => Err(trouble.clone()),
                (None, None) => self.record(&wanted[at], one, newest, leaf(one), &hashes).map_err(&lags),
            };
            let lie = matches!(&record, Err(Trouble::Inconsistent(_)));
            kept_and_wrong[at] = one.kept && lie && general.is_none();
            records.push(record);
        }
        let head = general.is_none().then(|| newest.clone());
        Round { records, kept_and_wrong, general, head }
    }

    /// One record: in the tree, and about what was asked.
    fn record(
        &self,
        wanted: &Wanted,
        one: &Received,
        newest: &Head,
        leaf: Option<u64>,
        hashes: Hashes<'_>,
    ) -> Result<Record, Trouble> {
        let (id, size, url) = (one.id, newest.tree.n, &one.url);
        let shown = || {
            let text = String::from_utf8_lossy(&one.text);
            vec![(Source::Url(url.clone()), format!("{id}\n{text}")), (self.source(""), newest.note.clone())]
        };
        let Some(leaf) = leaf else {
            let what = say!(
                "record {id} is not in its tree of {size} records",
                "它的树只有 {size} 条记录，没有第 {id} 条",
                id,
                size
            );
            let words = format!("cannot validate record {id} in tree of size {size}");
            return Err(Trouble::lie(what, words, shown()));
        };
        let proven = hashes(&[stored_index(0, leaf)])?;
        if proven.first() != Some(&record_hash(&one.text)) {
            let what =
                say!("record {id} is not the one in its signed tree", "第 {id} 条记录与签名树里的不一致", id);
            return Err(Trouble::lie(what, "cannot authenticate record data in server response", shown()));
        }
        let record = lines(&wanted.module, &one.text, url);
        let missing = wanted.parts.iter().any(|part| match part {
            Part::Zip => record.zip.is_none(),
            Part::GoMod => record.gomod.is_none(),
        });
        if missing {
            // No line is no proof (CVE-2026-42501, go.dev/issue/79070).
            let module = &wanted.module;
            let what = say!(
                "asked for {module}, it answers with a true record that does not have it",
                "查询 {module}，它给出的却是一条真实但与之无关的记录",
                module
            );
            return Err(Trouble::lie(what, "checksum missing from sumdb response", shown()));
        }
        Ok(record)
    }

    /// Whether the log of `newest` begins with that of `older`; `hashes` are those of `older`'s subtrees in it.
    pub(super) fn begins_with(&self, newest: &Head, older: &Head, hashes: &[Hash]) -> Result<(), Trouble> {
        let now = tree_hash(older.tree.n, hashes);
        if now == Some(older.tree.hash) {
            return Ok(());
        }
        let (old, new) = (older.tree.n, newest.tree.n);
        let what = say!(
            "its signed tree of {new} records does not go on from its signed tree of {old}: the log was forked",
            "它签名的 {new} 条记录的树不是先前签名的 {old} 条记录的延续：日志被分叉了",
            new,
            old
        );
        let mut proof = now.map_or(String::new(), |now| now.to_string());
        for hash in self.proof_of(newest, older, now).unwrap_or_default() {
            proof = format!("{proof}\n{hash}");
        }
        let evidence = vec![
            (self.source(""), format!("old database:\n{}", older.note)),
            (self.source(""), format!("new database:\n{}", newest.note)),
            (self.source(""), format!("proof of misbehavior:\n{proof}")),
        ];
        Err(Trouble::lie(what, "go.sum database server misbehavior detected!", evidence))
    }

    /// That the newest tree has other records where the older one had its own: a consistency proof for what it has.
    fn proof_of(&self, newest: &Head, older: &Head, now: Option<Hash>) -> Option<tlog::Proof> {
        let (t, n) = (newest.tree.n, older.tree.n);
        let hashes = self.hashes(newest, &tree_proof_indexes(t, n)?).ok()?;
        let proof = prove_tree(t, n, &hashes)?;
        check_tree(&proof, t, newest.tree.hash, n, now?).then_some(proof)
    }

    /// A tile of the longer tree that is not there, of a server whose own tree is shorter: it lags, and does not lie.
    pub(super) fn lags(&self, has: u64, newest: &Head, trouble: Trouble) -> Trouble {
        match trouble.not_exist() {
            true => {
                let base = self.base().map(|base| base.url.clone());
                let url = base.unwrap_or_else(|_| SafeUrl::new(self.database.direct()));
                Trouble::Lagging { url, has, known: newest.tree.n }
            }
            false => trouble,
        }
    }
}

/// The lines of a proven record about a module; of several with `h1:` the first, as go compares
/// (`fetch.go:checkSumDB`). What is not of the record itself is never looked at (CVE-2026-56864, go.dev/issue/80745).
fn lines(module: &ModVer, text: &[u8], url: &SafeUrl) -> Record {
    let text = String::from_utf8_lossy(text);
    let line = |tail: &str| {
        let prefix = format!("{} {}{tail} ", module.path, module.version);
        let hash = text.lines().find_map(|line| line.strip_prefix(&prefix).filter(|h| h.starts_with("h1:")));
        hash.map(str::to_owned)
    };
    Record { url: url.clone(), zip: line(""), gomod: line("/go.mod") }
}
