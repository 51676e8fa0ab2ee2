//! The checksum database, asked for a proven record of the version: it sees public code only.

use std::path::PathBuf;
use std::time::Instant;

use super::cause::{self, Role};
use super::decide::{Decisions, SUMDB_OFF};
use super::hop::{Hop, Mark, Step, Trail};
use super::look::Look;
use super::recorded::Sum;
use super::remedy;
use super::wanted::Wanted;
use crate::goproxy::{Refusal, Wrong};
use crate::model::{Finding, Level, SafeUrl, Source, kind};
use crate::module::ModVer;
use crate::module::cache::{Cache, sumdb_latest};
use crate::say;
use crate::sumdb::{self, Answers, Client, Damage, Kept, Trouble};
use crate::text::gosum::Part;
use crate::text::gosumdb::Database;
use crate::text::{goproxy, pattern};
use crate::world::net::Request;

/// Asks for the module's record where go would ask; `version` is what the proxies or tags gave.
pub(super) fn ask(
    look: &Look<'_>,
    wanted: &Wanted,
    decisions: &Decisions,
    version: Option<&str>,
    trail: &mut Trail<'_>,
) -> Result<(), Finding> {
    let database = match &decisions.sumdb {
        Ok(Some(database)) => database,
        Ok(None) => {
            let what = not_asked(look, decisions);
            trail.ok(Step::Sumdb, what);
            return Ok(());
        }
        Err(why) => return Err(malformed(look, wanted, why, trail)),
    };
    let name = database.name();
    if let Err(unknown) = look.online() {
        let why = unknown.why;
        trail.skipped(Step::Sumdb, say!("{name} would be asked; {why}", "会查询 {name}；{why}", name, why));
        return Ok(());
    }
    let Some(version) = version else {
        trail.skipped(
            Step::Sumdb,
            say!("{name} is asked once the version is known", "确定版本后才会查询 {name}", name),
        );
        return Ok(());
    };
    if let (Some(zip), Some(_)) = (known(look, version, Part::Zip), known(look, version, Part::GoMod)) {
        let what = say!("not asked: go.sum has {version}", "不查询：go.sum 中已有 {version}", version);
        trail.add(Hop::new(Step::Sumdb, Mark::Ok, what).seen(zip.at.clone(), zip.hash.clone()));
        return Ok(());
    }
    let asker = Asker { look, wanted, database };
    let start = Instant::now();
    match asker.lookup(version) {
        Ok(url) => {
            let what = say!("{url} has a proven record", "{url} 有记录，且已得到证明", url);
            trail.add(Hop::new(Step::Sumdb, Mark::Ok, what).since(start));
            Ok(())
        }
        Err(finding) => {
            let hop = Hop::new(Step::Sumdb, Mark::Failed, finding.what.clone()).since(start);
            trail.add(Hop { evidence: finding.evidence.clone(), ..hop });
            Err(finding)
        }
    }
}

fn known<'l>(look: &'l Look<'_>, version: &str, part: Part) -> Option<&'l Sum> {
    look.settings.sums.iter().find(|sum| sum.version == version && sum.part == part)
}

fn not_asked(look: &Look<'_>, decisions: &Decisions) -> crate::model::Msg {
    match &decisions.no_sumdb.matched {
        Some(pattern) => {
            let variable = decisions.no_sumdb.variable;
            say!(
                "not asked: {variable} has {pattern}",
                "不查询：{variable} 中有 {pattern}",
                variable,
                pattern
            )
        }
        None => {
            let value = look.settings.value("GOSUMDB");
            say!("not asked: GOSUMDB={value}", "不查询：GOSUMDB={value}", value)
        }
    }
}

fn malformed(look: &Look<'_>, wanted: &Wanted, why: &str, trail: &mut Trail<'_>) -> Finding {
    let what = say!("GOSUMDB cannot be used: {why}", "GOSUMDB 的值不可用：{why}", why);
    trail.failed(Step::Sumdb, what.clone());
    let at = look.settings.at("GOSUMDB").cloned().unwrap_or(Source::Host);
    let kind = if why == SUMDB_OFF { kind::GOSUMDB_OFF } else { kind::GOSUMDB_MALFORMED };
    let finding = cause::about(wanted, "", kind, what);
    finding.seen(at, look.settings.value("GOSUMDB")).command(
        say!("take the value away, or set sum.golang.google.cn", "删除这个值，或改为 sum.golang.google.cn"),
        "go env -u GOSUMDB",
    )
}

struct Asker<'a, 'w> {
    look: &'a Look<'w>,
    wanted: &'a Wanted,
    database: &'a Database,
}

impl Asker<'_, '_> {
    /// Has the record looked up and proven; gives its address.
    fn lookup(&self, version: &str) -> Result<SafeUrl, Finding> {
        let settings = self.look.settings;
        let name = self.database.name();
        let none = PathBuf::new();
        let kept = Kept {
            files: &self.look.world.files,
            cache: Cache::new(settings.gomodcache.as_ref().unwrap_or(&none)).sumdb(name),
            latest: settings.gopath.as_ref().map(|gopath| sumdb_latest(gopath, name)),
        };
        let steps = goproxy::steps(settings.value("GOPROXY")).unwrap_or_default();
        let get = |url: &str, cap: u64| self.get(url, cap);
        let until = Instant::now() + self.look.patience();
        let client = Client::new(self.database.clone(), steps, kept, Some(&get), until);
        let module = ModVer::new(self.wanted.path.as_str(), version);
        let module = sumdb::Wanted { module, parts: vec![Part::Zip, Part::GoMod] };
        let Answers { mut records, general, damages, .. } = client.look_up(&[module], &|| {});
        let record = match (general, records.pop()) {
            (Some(trouble), _) | (None, Some(Err(trouble))) => Err(self.finding(trouble, version)),
            (None, Some(Ok(record))) => Ok(record.url),
            (None, None) => Err(self.finding(Trouble::NoTime, version)),
        };
        match (record, damages.first()) {
            (Ok(_), Some(damage)) => Err(self.damaged(damage)),
            (record, _) => record,
        }
    }

    fn get(&self, url: &str, cap: u64) -> Result<Vec<u8>, Refusal> {
        if url.starts_with("file://") {
            return crate::goproxy::fetch(self.look.world, &|_| None, url, cap, self.look.budget(), None);
        }
        let url = url.replace('!', "%21");
        let ask = Request::get(url.as_str(), self.look.budget()).cap(cap);
        let refused = |err| Refusal { url: SafeUrl::new(&url), wrong: Wrong::Net(err) };
        crate::goproxy::answered(&ask, self.look.get(&url, cap).map_err(refused)?)
    }

    fn finding(&self, trouble: Trouble, version: &str) -> Finding {
        let (wanted, name) = (self.wanted, self.database.name());
        let finding = match &trouble {
            Trouble::Unknown(refusal) => return self.unknown(refusal, version),
            Trouble::Unanswered { relay, refusal: Refusal { url, wrong: Wrong::Net(err) } } => {
                let role = if relay.is_some() { Role::Proxy } else { Role::Sumdb };
                return cause::no_answer(self.look, wanted, role, url.reveal(), err);
            }
            other => other.finding(name),
        };
        let mut finding = finding.unwrap_or_else(|| Finding::error(kind::SUMDB_UNREACHABLE, trouble.msg()));
        let about = cause::about(wanted, "", finding.kind, finding.what.clone());
        finding.facts.extend(about.facts.clone());
        finding.at_level(Level::Error)
    }

    /// What go keeps of the database does not verify, and go asks nobody else then.
    fn damaged(&self, damage: &Damage) -> Finding {
        let (name, why) = (self.database.name(), &damage.why);
        let what = say!(
            "go's copy of the checksum database {name} is damaged: {why}",
            "本地的校验库副本（{name}）已损坏：{why}",
            name,
            why
        );
        let finding = cause::about(self.wanted, "", kind::SUMDB_CACHE_DAMAGED, what);
        finding.seen(Source::File(damage.file.clone(), None), why.en.clone()).advice(say!(
            "gobs fix sumdb.cache moves damaged files aside where fresh ones are proven",
            "gobs fix sumdb.cache 会在取到并验证新文件后把损坏的移到一旁"
        ))
    }

    /// The database cannot see it: private, or not there.
    fn unknown(&self, refusal: &Refusal, version: &str) -> Finding {
        let path = &self.wanted.path;
        let (line, words) = match &refusal.wrong {
            Wrong::Status { line, words, .. } => (line.trim().to_owned(), words.clone()),
            _ => (refusal.msg().into_en(), String::new()),
        };
        let what = say!(
            "the checksum database cannot see {path} {version} ({line}), so go refuses it",
            "校验库看不到 {path} {version}（{line}），go 因此拒绝使用",
            path,
            version,
            line
        );
        let near = !pattern::near_misses(self.look.settings.value("GOPRIVATE"), path).is_empty();
        let kind =
            if near { kind::GOPRIVATE_DOES_NOT_COVER_HOST } else { kind::PRIVATE_MODULE_SENT_TO_SUMDB };
        let finding = cause::about(self.wanted, self.wanted.host(), kind, what)
            .seen(Source::Url(refusal.url.clone()), words);
        remedy::make_private(self.look, self.wanted, finding)
    }
}
