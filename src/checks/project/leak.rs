//! The leak guard: required modules on private hosts that go would name to a public proxy or the public database.

use std::collections::BTreeMap;

use super::at;
use crate::checks::env::repair;
use crate::facts::Facts;
use crate::facts::acting::Scope;
use crate::facts::project::Main;
use crate::model::{Finding, Findings, Kind, Known, Level, Msg, Setting, Step, Value, kind};
use crate::module::cache::CacheFile;
use crate::route::Settings;
use crate::route::decide::{Decisions, decide};
use crate::route::private_pattern;
use crate::say;
use crate::text::gomod::{ModVer, Require};
use crate::text::goproxy::Place;
use crate::text::gosum::{self, Part};
use crate::text::pattern;
use crate::text::url::Url;

/// A module that would be named to the public.
struct Leak<'a> {
    main: &'a Main,
    require: &'a Require,
    /// What go asks for: the requirement, or what replaces it.
    module: ModVer,
    /// The public proxy it is told to.
    proxy: Option<String>,
    /// The public database it is looked up in.
    database: Option<String>,
    /// GOPROXY holds the company's own proxy or tree: then the module is to go there, and only the database is to be spared.
    own_proxy: bool,
}

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let mut by_pattern: BTreeMap<String, Vec<Leak<'_>>> = BTreeMap::new();
    for leak in all(facts)? {
        by_pattern.entry(private_pattern(&leak.module.path)).or_default().push(leak);
    }
    for (pattern, leaks) in &by_pattern {
        found.add(finding(facts, pattern, leaks));
    }
    Ok(())
}

/// Whether this row tells of the module, too: then the walk need not say it again. That the company's own proxy was
/// asked in vain only the walk knows.
pub(in crate::checks) fn tells(facts: &Facts<'_>, path: &str, kind: Kind) -> bool {
    let told = |leak: &Leak<'_>| leak.proxy.is_some() || kind == kind::PRIVATE_MODULE_SENT_TO_SUMDB;
    all(facts).is_ok_and(|all| all.iter().any(|leak| leak.module.path == path && told(leak)))
}

fn all<'f>(facts: &'f Facts<'_>) -> Known<Vec<Leak<'f>>> {
    let project = facts.project()?;
    let settings = Settings { go: facts.go_settings(), ..Settings::default() };
    let mut leaks = Vec::new();
    for main in &project.mains {
        for require in main.file.iter().flat_map(|file| &file.require) {
            let Some(module) = project.resolved(&require.module) else { continue };
            let decisions = decide(&settings, &module.path);
            if !is_private(facts, &settings, &module.path, &decisions) {
                continue;
            }
            let (proxy, own_proxy) = proxies(facts, &decisions);
            let database = decisions.sumdb.ok().flatten().filter(|db| {
                let host =
                    db.base().and_then(|base| Url::parse(&base).ok()).map(|url| url.hostname().to_owned());
                !facts.is_private_host(host.as_deref().unwrap_or(db.name()))
            });
            let database = database.map(|db| db.name().to_owned());
            if proxy.is_some() || database.is_some() {
                leaks.push(Leak { main, require, module, proxy, database, own_proxy });
            }
        }
    }
    Ok(leaks)
}

/// A private host, or a pattern that was meant for the path; but not what the rows of the variables tell of already.
fn is_private(facts: &Facts<'_>, settings: &Settings, path: &str, decisions: &Decisions) -> bool {
    let host = path.split('/').next().unwrap_or("");
    let slips = pattern::slips(settings.value("GOPRIVATE"));
    let told = decisions.private.near.iter().any(|near| slips.iter().any(|slip| slip.place == near.place));
    decisions.private.matched.is_none()
        && !told
        && (facts.is_private_host(host) || !decisions.private.near.is_empty())
}

/// The first public proxy that go comes to, and whether there is one that is not public.
fn proxies(facts: &Facts<'_>, decisions: &Decisions) -> (Option<String>, bool) {
    let (mut public, mut own) = (None, false);
    for step in decisions.proxies.iter().flatten() {
        let Place::Proxy(base) = &step.at else { break };
        let url = Url::parse(base.reveal()).unwrap_or_default();
        match url.scheme == "file" || facts.is_private_host(url.hostname()) {
            true => own = true,
            false => public = public.or_else(|| Some(url.hostname().to_owned())),
        }
    }
    (public, own)
}

fn finding(facts: &Facts<'_>, pattern: &str, leaks: &[Leak<'_>]) -> Finding {
    let first = &leaks[0];
    let (path, count) = (&first.module.path, leaks.len());
    let whom = match (&first.proxy, &first.database) {
        (Some(proxy), Some(database)) => {
            say!("{proxy} and {database}", "{proxy} 和 {database}", proxy, database)
        }
        (Some(one), None) | (None, Some(one)) => Msg::plain(one.clone()),
        (None, None) => Msg::default(),
    };
    let what = match count {
        1 => say!(
            "no pattern covers {path}: go tells {whom} of it",
            "没有规则覆盖 {path}：go 会把它告诉 {whom}",
            path,
            whom
        ),
        _ => say!(
            "no pattern covers {pattern}: go tells {whom} of {count} modules",
            "没有规则覆盖 {pattern}：go 会把其中 {count} 个模块告诉 {whom}",
            pattern,
            whom,
            count
        ),
    };
    let kind = match (&first.proxy, first.own_proxy) {
        (None, true) => kind::PRIVATE_MODULE_SENT_TO_SUMDB,
        _ => kind::GOPRIVATE_DOES_NOT_COVER_HOST,
    };
    let finding = Finding::new(kind, level(facts, leaks), what)
        .fact("module", path.clone())
        .fact("host", path.split('/').next().unwrap_or(""))
        .fact("pattern", pattern);
    let finding = leaks.iter().fold(finding, |finding, leak| {
        finding.seen(at(&leak.main.gomod, leak.require.line), leak.require.module.to_string())
    });
    let name = if kind == kind::PRIVATE_MODULE_SENT_TO_SUMDB { "GONOSUMDB" } else { "GOPRIVATE" };
    covered(facts, name, pattern, finding)
}

/// What is neither in the cache nor in go.sum is asked for by the next build; the rest by the next upgrade.
fn level(facts: &Facts<'_>, leaks: &[Leak<'_>]) -> Level {
    let cache = facts.module_cache().ok();
    let cached = |module: &ModVer| {
        let zip = cache.as_ref().and_then(|cache| cache.file(module, CacheFile::Zip).ok());
        zip.is_some_and(|zip| !facts.is_absent(&zip))
    };
    let recorded = |module: &ModVer| {
        let files = facts.sums().unwrap_or_default();
        files.iter().any(|(_, bytes)| {
            let sum = gosum::parse(bytes);
            let mut lines = sum.entries.iter();
            lines.any(|line| {
                line.part == Part::Zip && line.path == module.path && line.version == module.version
            })
        })
    };
    let asked = |leak: &Leak<'_>| match &leak.proxy {
        Some(_) => !cached(&leak.module),
        None => !recorded(&leak.module),
    };
    match leaks.iter().any(asked) {
        true => Level::Error,
        false if leaks.iter().all(|leak| leak.proxy.is_none()) => Level::Info,
        false => Level::Warning,
    }
}

/// Adds the remedy that puts the pattern into force.
fn covered(facts: &Facts<'_>, name: &str, pattern: &str, finding: Finding) -> Finding {
    let env = match facts.go_env() {
        Ok(env) => env.value(name),
        Err(_) => String::new(),
    };
    let value = match env.trim_end_matches(',') {
        "" => pattern.to_owned(),
        list => format!("{list},{pattern}"),
    };
    let acting = facts.acting(name).unwrap_or_default();
    match acting.iter().find(|acting| matches!(acting.scope, Scope::Now(_))) {
        Some(acting) => repair(facts, acting, &Value::one(value), finding),
        None => finding.remedy(
            say!("sets {name} to {value}", "把 {name} 设为 {value}", name, value),
            vec![Step::Set(Setting::go(name, Value::one(value)))],
        ),
    }
}
