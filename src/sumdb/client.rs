//! Looking modules up: many at once, each answer proven before it counts (x/mod/sumdb/client.go).
//!
//! The answers are collected first, then the newest head among them and the one go remembers is taken; one plan over
//! its tree proves every other head to be its beginning and every record to be in it. So the tiles that modules share
//! are fetched once, and all tiles side by side.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Instant;

use super::base::{Base, find_base};
use super::heads::Head;
use super::kept::{self, Damage, Kept};
use super::prove::Tiles;
use super::settle::{Round, newest};
use super::tlog::{self, tree_indexes};
use super::{Ask, Trouble};
use crate::goproxy::{Refusal, Wrong};
use crate::model::{SafeUrl, Source};
use crate::module::ModVer;
use crate::order::Order;
use crate::say;
use crate::text::goproxy::Step;
use crate::text::gosum::Part;
use crate::text::gosumdb::Database;

/// So many questions at a time.
pub(super) const AT_ONCE: usize = 16;

/// What is wanted: which of a module version's hashes must be in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub module: ModVer,
    pub parts: Vec<Part>,
}

/// A proven record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it was asked for, whether or not go's cache had the answer.
    pub url: SafeUrl,
    pub zip: Option<String>,
    pub gomod: Option<String>,
}

/// What came of looking modules up.
#[derive(Debug)]
pub struct Answers {
    /// In the order of what was wanted.
    pub records: Vec<Result<Record, Trouble>>,
    /// Why no record counts, even those that were not asked for: the head that go remembers is not of this log, or
    /// it cannot be told.
    pub general: Option<Trouble>,
    /// The newest head that was seen and is consistent with all others.
    pub head: Option<Head>,
    pub damages: Vec<Damage>,
    /// How many questions were asked over the network.
    pub asked: usize,
}

/// One database, asked in one run.
pub struct Client<'w> {
    pub(super) database: Database,
    steps: Vec<Step>,
    pub(super) kept: Kept<'w>,
    /// `None` asks nobody.
    ask: Option<Ask<'w>>,
    until: Instant,
    base: OnceLock<Result<Base, Trouble>>,
    /// Nobody answers any more: the rest need not wait for it.
    down: OnceLock<Trouble>,
    asked: AtomicUsize,
    pub(super) tiles: Tiles,
    pub(super) damages: Mutex<Vec<Damage>>,
}

/// An answer to a lookup, its signature seen, nothing proven.
pub(super) struct Received {
    pub(super) id: i64,
    pub(super) text: Vec<u8>,
    pub(super) head: Head,
    pub(super) url: SafeUrl,
    /// From go's cache.
    pub(super) kept: bool,
}

impl<'w> Client<'w> {
    /// A client that asks along `steps` (GOPROXY) until `until`; with no `ask` it makes do with what go keeps.
    pub fn new(
        database: Database,
        steps: Vec<Step>,
        kept: Kept<'w>,
        ask: Option<Ask<'w>>,
        until: Instant,
    ) -> Client<'w> {
        Client {
            database,
            steps,
            kept,
            ask,
            until,
            base: OnceLock::new(),
            down: OnceLock::new(),
            asked: AtomicUsize::new(0),
            tiles: Tiles::default(),
            damages: Mutex::default(),
        }
    }

    /// Looks all of these up. `told` hears of each answer as it comes, from any thread.
    pub fn look_up(&self, wanted: &[Wanted], told: &(dyn Fn() + Sync)) -> Answers {
        let known = self.remembered();
        let received = side_by_side(wanted.len(), AT_ONCE, &|at| {
            let received = self.receive(&wanted[at].module, true);
            told();
            received
        });
        let mut round = self.settle(known.as_ref(), wanted, received);
        // What go keeps and cannot be proven is asked for anew; only then is it known to be damaged.
        let again: Vec<usize> = (0..wanted.len()).filter(|at| round.kept_and_wrong[*at]).collect();
        if !again.is_empty() {
            let fresh: Vec<Wanted> = again.iter().map(|at| wanted[*at].clone()).collect();
            let received = side_by_side(fresh.len(), AT_ONCE, &|at| self.receive(&fresh[at].module, false));
            let second = self.settle(round.head.as_ref().or(known.as_ref()), &fresh, received);
            for (at, record) in again.into_iter().zip(second.records) {
                self.doubted(&wanted[at].module, record.is_ok());
                round.records[at] = record;
            }
            round.general = round.general.or(second.general);
            round.head = second.head;
        }
        let Round { records, general, head, .. } = round;
        let lies = matches!(general, Some(Trouble::Inconsistent(_)));
        let damages = self.take_damages(known.is_some() && general.is_none() && head.is_some(), lies);
        Answers { records, general, head, damages, asked: self.asked.load(Ordering::Relaxed) }
    }

    /// The head the database has now, seen to go on from the one go remembers; and what go keeps that is damaged.
    pub fn latest(&self) -> (Result<Head, Trouble>, Vec<Damage>) {
        let known = self.remembered();
        let latest = self.read("latest", kept::LARGEST).and_then(|(url, bytes)| self.open(&bytes, &url));
        let latest = latest.and_then(|head| self.goes_on(known.as_ref(), head));
        let lies = matches!(latest, Err(Trouble::Inconsistent(_)));
        (latest.clone(), self.take_damages(known.is_some() && latest.is_ok(), lies))
    }

    fn goes_on(&self, known: Option<&Head>, head: Head) -> Result<Head, Trouble> {
        let heads: Vec<Head> = known.into_iter().chain([&head]).cloned().collect();
        let newest = newest(&heads).unwrap_or(&head);
        let lags = |trouble| match head.tree.n < newest.tree.n {
            true => self.lags(head.tree.n, newest, trouble),
            false => trouble,
        };
        for older in heads.iter().filter(|one| one.tree != newest.tree) {
            let hashes = self.hashes(newest, &tree_indexes(older.tree.n)).map_err(lags)?;
            self.begins_with(newest, older, &hashes)?;
        }
        self.hashes(newest, &[]).map_err(lags)?;
        Ok(head)
    }

    /// What was found to be damaged. Where two histories were seen, what is kept of the one is no damage.
    fn take_damages(&self, consistent: bool, lies: bool) -> Vec<Damage> {
        let mut damages = self.damages.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default();
        damages.retain(|damage| !(damage.refuted && lies));
        damages.order_by(|a, b| a.file.cmp(&b.file));
        damages.dedup_by(|a, b| a.file == b.file);
        for damage in &mut damages {
            damage.refuted &= consistent;
        }
        damages
    }

    /// Where the database is asked; found out by the first who needs it.
    pub fn base(&self) -> Result<&Base, Trouble> {
        let ask = self.ask.ok_or(Trouble::Offline)?;
        let counted = |url: &str, cap: u64| {
            self.asked.fetch_add(1, Ordering::Relaxed);
            ask(url, cap)
        };
        self.base
            .get_or_init(|| find_base(&self.database, &self.steps, &counted))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// The head that go remembers, if there is a sound one.
    fn remembered(&self) -> Option<Head> {
        match self.kept.head(&self.database.key) {
            Ok(head) => head,
            Err(why) => {
                let file = self.kept.latest.clone().unwrap_or_default();
                if let Ok(mut damages) = self.damages.lock() {
                    damages.push(Damage { file, why, refuted: false });
                }
                None
            }
        }
    }

    fn doubted(&self, module: &ModVer, refuted: bool) {
        let file = self.kept.lookup_path(module);
        let why = match refuted {
            true => say!(
                "not the record that the database has; a fresh one is proven",
                "与校验库里的记录不同；新取回的一份已得到证明"
            ),
            false => say!(
                "no record that can be proven, and no fresh one could be had",
                "这份记录无法证明，也没能取到新的"
            ),
        };
        if let Ok(mut damages) = self.damages.lock() {
            damages.push(Damage { file, why, refuted });
        }
    }

    /// The answer to a lookup: from go's cache if `kept` allows, else from the network. `None` is a kept one that
    /// is none.
    fn receive(&self, module: &ModVer, kept: bool) -> Result<Option<Received>, Trouble> {
        let name = kept::lookup_name(module).map_err(Trouble::Settings)?;
        if kept && let Some(bytes) = self.kept.lookup(module) {
            let url = match self.base.get() {
                Some(Ok(base)) => base.url.reveal().to_owned(),
                _ => self.database.base().unwrap_or_else(|| self.database.direct()),
            };
            let url = SafeUrl::new(format!("{url}/{name}"));
            return Ok(self.parse(&bytes, &url, true).ok());
        }
        let (url, bytes) = self.read(&name, kept::LARGEST).map_err(|trouble| match trouble {
            Trouble::Unanswered { refusal, .. } if refusal.not_exist() => Trouble::Unknown(refusal),
            other => other,
        })?;
        self.parse(&bytes, &url, false).map(Some)
    }

    fn parse(&self, bytes: &[u8], url: &SafeUrl, kept: bool) -> Result<Received, Trouble> {
        let record = tlog::parse_record(bytes)
            .filter(|record| record.id >= 0)
            .ok_or_else(|| self.garbled(url.clone(), "malformed record data".into(), bytes))?;
        let head = self.open(record.rest, url)?;
        Ok(Received { id: record.id, text: record.text.to_vec(), head, url: url.clone(), kept })
    }

    fn open(&self, note: &[u8], url: &SafeUrl) -> Result<Head, Trouble> {
        Head::open(note, &self.database.key).map_err(|err| match err.is_forged() {
            false => self.garbled(url.clone(), err.to_string(), note),
            true => {
                let key = self.database.key.to_string();
                let what = say!(
                    "what {url} gives is not signed by the key of GOSUMDB",
                    "{url} 给出的内容没有 GOSUMDB 密钥的有效签名",
                    url
                );
                let seen = String::from_utf8_lossy(note).into_owned();
                let evidence = vec![(Source::Url(url.clone()), seen), (Source::Env("GOSUMDB".into()), key)];
                Trouble::lie(what, err.to_string(), evidence)
            }
        })
    }

    /// Asks for a file of the database's; gives its address, too.
    pub(super) fn read(&self, path: &str, cap: u64) -> Result<(SafeUrl, Vec<u8>), Trouble> {
        let base = self.base()?;
        if let Some(down) = self.down.get() {
            return Err(down.clone());
        }
        if Instant::now() >= self.until {
            return Err(Trouble::NoTime);
        }
        let ask = self.ask.ok_or(Trouble::Offline)?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        let url = format!("{}/{path}", base.url.reveal());
        match ask(&url, cap) {
            Ok(bytes) => Ok((SafeUrl::new(url), bytes)),
            Err(refusal) => {
                let silent = matches!(&refusal, Refusal { wrong: Wrong::Net(_), .. });
                let trouble = Trouble::Unanswered { relay: base.relay.clone(), refusal };
                if silent {
                    let _ = self.down.set(trouble.clone());
                }
                Err(trouble)
            }
        }
    }

    pub(super) fn garbled(&self, url: SafeUrl, why: String, bytes: &[u8]) -> Trouble {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned();
        let printable = |c: &char| !c.is_control();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(3);
        let shown = lines.map(|line| line.chars().filter(printable).take(160).collect::<String>());
        let relay = self.base().ok().and_then(|base| base.relay.clone());
        Trouble::Garbled { relay, url, why, shown: shown.collect::<Vec<_>>().join("\n") }
    }

    /// An address below the database's, for evidence.
    pub(super) fn source(&self, path: &str) -> Source {
        let base = self.base().map_or_else(|_| self.database.direct(), |base| base.url.reveal().to_owned());
        Source::Url(SafeUrl::new(format!("{base}/{path}").trim_end_matches('/').to_owned()))
    }
}

/// Does so many things, some at a time; the results stand in order.
pub(super) fn side_by_side<T: Send>(
    count: usize,
    at_once: usize,
    work: &(dyn Fn(usize) -> T + Sync),
) -> Vec<T> {
    if count <= 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        for _ in 0..at_once.min(count) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return;
                    }
                    let one = work(at);
                    if let Ok(mut done) = done.lock() {
                        done.push((at, one));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.order_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, one)| one).collect()
}
