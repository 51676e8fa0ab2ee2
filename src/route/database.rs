//! The checksum database, asked whether it knows the version: it sees public code only.

use std::time::Instant;

use super::cause::{self, Role};
use super::decide::Decisions;
use super::hop::{Hop, Mark, Step, Trail};
use super::look::{Look, PAGE};
use super::remedy;
use super::wanted::Wanted;
use crate::model::{Finding, SafeUrl, Source, kind};
use crate::say;
use crate::text::goproxy::{self, Place};
use crate::text::gosumdb::Database;
use crate::text::{modpath, pattern};

/// Asks for the module's record where go would ask; `version` is what the proxies or tags gave.
pub(super) fn ask(
    look: &Look<'_>,
    wanted: &Wanted,
    decisions: &Decisions,
    version: Option<&str>,
    trail: &mut Trail<'_>,
) -> Result<(), Box<Finding>> {
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
    let asker = Asker { look, wanted, database };
    let start = Instant::now();
    match asker.lookup(version) {
        Ok(base) => {
            let what = say!("{base} has a record of {version}", "{base} 有 {version} 的记录", base, version);
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

fn malformed(look: &Look<'_>, wanted: &Wanted, why: &str, trail: &mut Trail<'_>) -> Box<Finding> {
    let what = say!("GOSUMDB cannot be used: {why}", "GOSUMDB 的值不可用：{why}", why);
    trail.failed(Step::Sumdb, what.clone());
    let at = look.settings.at("GOSUMDB").cloned().unwrap_or(Source::Host);
    let finding = cause::about(wanted, "", kind::GOSUMDB_MALFORMED, what);
    Box::new(finding.seen(at, look.settings.value("GOSUMDB")).command(
        say!("take the value away, or set sum.golang.google.cn", "删除这个值，或改为 sum.golang.google.cn"),
        "go env -u GOSUMDB",
    ))
}

struct Asker<'a, 'w> {
    look: &'a Look<'w>,
    wanted: &'a Wanted,
    database: &'a Database,
}

impl Asker<'_, '_> {
    fn lookup(&self, version: &str) -> Result<SafeUrl, Box<Finding>> {
        let base = self.base()?;
        let path = modpath::escape_path(&self.wanted.path).unwrap_or_default();
        let escaped = modpath::escape_version(version).unwrap_or_default();
        let asked = format!("{base}/lookup/{path}@{escaped}").replace('!', "%21");
        let answer = self
            .look
            .get(&asked, PAGE)
            .map_err(|err| Box::new(cause::no_answer(self.look, self.wanted, Role::Sumdb, &asked, &err)))?;
        let (shown, line) = (SafeUrl::new(&base), answer.status_line.trim());
        match answer.status {
            200 => Ok(shown),
            404 | 410 => Err(Box::new(self.unknown(&shown, version, line, &answer.body))),
            _ => {
                let what = say!("{shown} fails: {line}", "{shown} 出错：{line}", shown, line);
                let finding = cause::about(self.wanted, "", kind::SUMDB_UNREACHABLE, what);
                Err(Box::new(finding.seen(Source::Url(SafeUrl::new(asked)), line).advice(say!(
                    "keep verification on: another way to the database is GOSUMDB=sum.golang.google.cn",
                    "不要关闭校验：可以换个入口，GOSUMDB=sum.golang.google.cn"
                ))))
            }
        }
    }

    /// The database cannot see it: private, or not there.
    fn unknown(&self, base: &SafeUrl, version: &str, line: &str, body: &[u8]) -> Finding {
        let path = &self.wanted.path;
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
        let words = String::from_utf8_lossy(&body[..body.len().min(300)]).trim().to_owned();
        let finding =
            cause::about(self.wanted, self.wanted.host(), kind, what).seen(Source::Url(base.clone()), words);
        remedy::make_private(self.look, self.wanted, finding)
    }

    /// `sumdb.go:initBase`: the second field, else the first proxy that relays it, else itself.
    fn base(&self) -> Result<String, Box<Finding>> {
        if let Some(base) = self.database.base() {
            return Ok(base);
        }
        let steps = goproxy::steps(self.look.settings.value("GOPROXY")).unwrap_or_default();
        for step in steps {
            let Place::Proxy(proxy) = &step.at else { break };
            let base = format!("{}/sumdb/{}", proxy.reveal(), self.database.name());
            let asked = format!("{base}/supported");
            if !asked.starts_with("http") {
                continue;
            }
            let finding = match self.look.get(&asked, 4096) {
                Ok(answer) if answer.ok() => return Ok(base),
                Ok(answer) if matches!(answer.status, 404 | 410) => continue,
                Ok(answer) => {
                    let line = answer.status_line.trim();
                    let what = say!(
                        "{proxy} fails when asked for the checksum database: {line}",
                        "向 {proxy} 查询校验库时出错：{line}",
                        proxy,
                        line
                    );
                    let finding = cause::about(self.wanted, "", kind::GOPROXY_SERVER_ERROR, what);
                    finding.seen(Source::Url(SafeUrl::new(&asked)), line).advice(say!(
                        "have the proxy answer 404 where it does not relay the database, or name the database's address: GOSUMDB=\"sum.golang.org https://sum.golang.google.cn\"",
                        "不转发校验库的代理应当返回 404；也可以写明校验库地址：GOSUMDB=\"sum.golang.org https://sum.golang.google.cn\""
                    ))
                }
                Err(err) => cause::no_answer(self.look, self.wanted, Role::Proxy, &asked, &err),
            };
            if !step.on_any_error {
                return Err(Box::new(finding));
            }
        }
        Ok(self.database.direct())
    }
}
