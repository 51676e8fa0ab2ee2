//! The checksum database as the settings in force have it: whom it speaks for, where it is asked, what go keeps of it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Facts;
use super::modules::{Looked, Recorded};
use super::net;
use crate::goproxy::{self, Refusal, Wrong};
use crate::model::{Known, SafeUrl, Unknown};
use crate::module::ModVer;
use crate::module::cache::{Cache, sumdb_latest};
use crate::module::truth::{Database as State, Part, Said, Sighting, Witness};
use crate::order::Order;
use crate::say;
pub use crate::sumdb::{Answers, Base, Damage, Head, Misbehaviour, Trouble};
use crate::sumdb::{Client, Kept, Wanted, find_base};
use crate::text::goproxy::{Step, steps};
use crate::text::gosumdb::{Database, GoSumDb, parse};
use crate::text::pattern;

/// For one question, where nobody waits for a table.
const ASK: Duration = Duration::from_secs(10);

/// For all of them.
const ALL: Duration = Duration::from_mins(3);

/// Its hash may stand in no go.sum, so go asks the database whatever the patterns say (`sumdb.go:useSumDB`).
const TOOLCHAIN: &str = "golang.org/toolchain";

/// The database that sees everybody's questions.
const PUBLIC: &str = "sum.golang.org";

/// How long the database is waited for.
#[derive(Clone, Copy)]
struct Patience {
    question: Duration,
    all: Duration,
    /// What the checks of reachability ask too is asked by the probes of the run.
    probes: bool,
}

/// What the database said of each of many modules.
pub struct Spoken {
    /// Its name.
    pub name: String,
    /// In the order of the modules.
    pub of: Vec<(State, Option<Trouble>)>,
    /// Why no record counts at all.
    pub general: Option<Trouble>,
    pub damages: Vec<Damage>,
    pub head: Option<Head>,
    /// Questions asked over the network.
    pub asked: usize,
}

/// What the database shows of itself.
pub struct Latest {
    pub latest: Result<Head, Trouble>,
    /// What go keeps of it and fresh files refute.
    pub damages: Vec<Damage>,
    pub base: Result<Base, Trouble>,
}

impl Facts<'_> {
    /// The database of GOSUMDB.
    pub fn sumdb(&self) -> Known<Database> {
        let value = self.go_env()?.value("GOSUMDB");
        match parse(&value) {
            Ok(GoSumDb::Db(database)) => Ok(database),
            Ok(GoSumDb::Off) => Err(Unknown::new(say!(
                "GOSUMDB=off, so no checksum database was asked",
                "GOSUMDB=off，没有向校验库求证"
            ))),
            Err(words) => Err(Unknown::new(say!(
                "no checksum database was asked: {words}",
                "没有向校验库求证：{words}",
                words
            ))),
        }
    }

    /// Asks the database about each of these, and adds what it proves to what is known of them.
    ///
    /// A module that looks private is not asked of the public database, even where go would: the question alone
    /// tells its name.
    pub fn ask_database(
        &self,
        cache: &Cache,
        looked: &mut [&mut Looked],
        told: &(dyn Fn() + Sync),
    ) -> Known<Spoken> {
        self.ask_database_for(cache, looked, told, Patience { question: ASK, all: ALL, probes: false })
    }

    /// The same within what is left of the run's budget. Where the database could not prove anything, nothing is added.
    pub fn ask_database_in_time(&self, cache: &Cache, looked: &mut [&mut Looked]) -> Known<Spoken> {
        self.ask_database_for(cache, looked, &|| {}, self.patience())
    }

    fn ask_database_for(
        &self,
        cache: &Cache,
        looked: &mut [&mut Looked],
        told: &(dyn Fn() + Sync),
        patience: Patience,
    ) -> Known<Spoken> {
        let database = self.sumdb()?;
        if self.online().is_err() {
            return Err(Unknown::new(say!("no checksum database was asked", "没有向校验库求证")));
        }
        let public = database.name() == PUBLIC;
        let ask = |path: &str| {
            path == TOOLCHAIN || (self.uses_sumdb(path) && !(public && self.is_private_module(path)))
        };
        let asked: Vec<usize> = (0..looked.len()).filter(|at| ask(&looked[*at].module.path)).collect();
        let wanted: Vec<Wanted> = asked.iter().map(|at| wanted(looked[*at])).collect();
        let name = database.name().to_owned();
        let Answers { records, general, head, damages, asked: questions } =
            self.with_client(cache, database, patience, |client| client.look_up(&wanted, told))?;
        let mut of: Vec<(State, Option<Trouble>)> = looked.iter().map(|_| (State::Unaware, None)).collect();
        for (at, record) in asked.into_iter().zip(records) {
            of[at] = match record {
                Ok(record) => {
                    let said = [(Part::Zip, record.zip), (Part::GoMod, record.gomod)];
                    let said = said.into_iter().filter_map(|(part, hash)| Some((part, hash?)));
                    let said =
                        said.map(|(part, hash)| Sighting::new(Witness::Database, part, Said::Hash(hash)));
                    looked[at].sightings.extend(said);
                    looked[at].record = Some(record.url);
                    (State::Asked, None)
                }
                Err(Trouble::Unknown(_)) => (State::Unaware, None),
                Err(trouble) => (State::Unreachable, Some(trouble)),
            };
        }
        Ok(Spoken { name, of, general, damages, head, asked: questions })
    }

    /// `sumdb.go:useSumDB`.
    fn uses_sumdb(&self, path: &str) -> bool {
        self.go_env().is_ok_and(|env| !pattern::matches(&env.value("GONOSUMDB"), path))
    }

    /// Where go would ask the database, found out with the probes of the run.
    pub fn sumdb_base(&self, database: &Database, steps: &[Step]) -> Known<Result<Base, Trouble>> {
        self.online()?;
        Ok(find_base(database, steps, &|url, cap| self.fetch_once(url, cap)))
    }

    /// A small file of the database's, by a probe of the run: asked once, whoever asks.
    fn fetch_once(&self, url: &str, cap: u64) -> Result<Vec<u8>, Refusal> {
        let refused = |wrong| Err(Refusal { url: SafeUrl::new(url), wrong });
        if url.starts_with("file://") {
            return goproxy::fetch(self.world, &|_| None, url, cap, net::ASK, None);
        }
        match self.asked(url) {
            Ok(Ok(answer)) if answer.status == 200 => Ok(answer.body.into_bytes()),
            Ok(Ok(answer)) => {
                let (status, line) = (answer.status, answer.status_line);
                refused(Wrong::Status { status, line, words: String::new() })
            }
            Ok(Err(err)) => refused(Wrong::Net(err)),
            Err(unknown) => refused(Wrong::Disk(unknown.why.into_en())),
        }
    }

    /// The database's newest head, signed and consistent with the one go remembers.
    pub fn sumdb_latest(&self, cache: &Cache) -> Known<Latest> {
        self.online()?;
        self.with_client(cache, self.sumdb()?, self.patience(), |client| {
            let (latest, damages) = client.latest();
            Latest { latest, damages, base: client.base().cloned() }
        })
    }

    /// What go keeps of the database about these modules, looked at without asking anybody: what is damaged, how much
    /// is sound.
    pub fn sumdb_kept(&self, cache: &Cache, recorded: &Recorded) -> Known<(Answers, usize)> {
        let database = self.sumdb()?;
        let kept = self.kept(cache, &database)?;
        let there = recorded.lines.iter().filter(|(module, _)| kept.lookup(module).is_some());
        let wanted: Vec<Wanted> = there
            .map(|(module, lines)| Wanted {
                module: module.clone(),
                parts: lines.iter().map(|line| line.part).collect(),
            })
            .collect();
        let client = Client::new(database, Vec::new(), kept, None, Instant::now());
        let answers = client.look_up(&wanted, &|| {});
        let sound = answers.records.iter().filter(|record| record.is_ok()).count();
        Ok((answers, sound))
    }

    fn with_client<T>(
        &self,
        cache: &Cache,
        database: Database,
        patience: Patience,
        ask: impl FnOnce(&Client<'_>) -> T,
    ) -> Known<T> {
        let kept = self.kept(cache, &database)?;
        let goproxy = self.go_env()?.value("GOPROXY");
        let steps = steps(&goproxy).map_err(|problem| {
            let words = problem.go_says;
            Unknown::new(say!("no checksum database was asked: {words}", "没有向校验库求证：{words}", words))
        })?;
        let login = |url: &str| self.netrc_login(url);
        let get = |url: &str, cap: u64| {
            if patience.probes && (url.ends_with("/supported") || url.ends_with("/latest")) {
                return self.fetch_once(url, cap);
            }
            goproxy::fetch(self.world, &login, url, cap, patience.question.min(patience.all), None)
        };
        let client = Client::new(database, steps, kept, Some(&get), Instant::now() + patience.all);
        Ok(ask(&client))
    }

    /// Of a run that somebody waits for.
    fn patience(&self) -> Patience {
        Patience { question: net::ASK, all: self.budget(ALL), probes: true }
    }

    fn kept(&self, cache: &Cache, database: &Database) -> Known<Kept<'_>> {
        Ok(Kept {
            files: &self.world.files,
            cache: cache.sumdb(database.name()),
            latest: self.gopath().map(|gopath| sumdb_latest(&gopath, database.name())),
        })
    }

    /// The first directory of GOPATH, which is where go remembers heads.
    pub(super) fn gopath(&self) -> Option<PathBuf> {
        let gopath = self.go_env().ok()?.value("GOPATH");
        std::env::split_paths(&gopath).next().filter(|path| path.is_absolute())
    }

    /// Where damaged files of a database's would be moved to.
    pub fn sumdb_aside(&self, cache: &Cache, name: &str) -> Option<PathBuf> {
        self.aside_dir(cache, &ModVer::new(name, "sumdb"))
    }
}

/// The hashes that must be proven: those of go.sum, else of what lies here, else all.
fn wanted(looked: &Looked) -> Wanted {
    let parts = |wanted: &dyn Fn(&Witness) -> bool| {
        let all = looked.sightings.iter().filter(|one| wanted(&one.witness) && one.said != Said::Absent);
        let mut parts: Vec<Part> = all.map(|one| one.part).collect();
        parts.order();
        parts.dedup();
        parts
    };
    let recorded = parts(&|witness| matches!(witness, Witness::GoSum { .. }));
    let here = if recorded.is_empty() { parts(&|_| true) } else { recorded };
    let parts = if here.is_empty() { vec![Part::Zip, Part::GoMod] } else { here };
    Wanted { module: looked.module.clone(), parts }
}
