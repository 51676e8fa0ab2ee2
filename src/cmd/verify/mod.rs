//! `gobs verify`: go.sum against the module cache, the checksum database and the proxies, with a verdict on who is wrong.

mod report;

use crate::Exit;
use crate::checks::cache::{Case, findings, gosum_lacks, gosum_refused};
use crate::cli::{ReportFormat, Verify};
use crate::facts::modules::{Looked, Recorded, Required, Wanted, survey, walk};
use crate::facts::{Facts, Looking};
use crate::model::{Failure, Finding, Level, Unknown};
use crate::module::ModVer;
use crate::module::cache::Cache;
use crate::module::truth::Database;
use crate::say;
use crate::ui::{Bar, Loudness, Ui};
use crate::world::World;

/// What a run came to.
pub(super) struct Verified {
    modules: Vec<Judgement>,
    /// Findings that are of no single module.
    general: Vec<Finding>,
    /// Why nothing was proven, where it was not.
    unproven: Option<Unknown>,
    bytes: u64,
}

/// A module version with its verdict.
pub(super) struct Judgement {
    looked: Looked,
    findings: Vec<Finding>,
}

pub(super) fn run(args: &Verify, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    let looking = Looking { offline: args.offline, ..Looking::default() };
    let facts = Facts::new(world, looking);
    let cache = facts.module_cache().map_err(|unknown| Failure::new(unknown.why))?;
    let recorded = recorded(args, &facts)?;
    let required = facts.required().unwrap_or_default();
    let mut general: Vec<Finding> = recorded.refused.iter().map(gosum_refused).collect();
    // What is missing in a file that go cannot read is not known.
    let asked = |one: &&Required| {
        recorded.refused.is_empty() && (args.modules.is_empty() || names(&args.modules, &one.module))
    };
    let lacking = required.iter().filter(asked);
    general.extend(lacking.filter_map(|one| Some(gosum_lacks(one, recorded.lacks(one)?))));
    let wanted = wanted(args, world, &cache, recorded, &required)?;
    let quiet = ui.loudness == Loudness::Quiet || args.format == ReportFormat::Json;
    let bar = Bar::new(wanted.len() as u64, quiet);
    let looked = survey(&world.files, &cache, &wanted, &|_| bar.step());
    bar.finish();
    let mut verified = Verified { modules: Vec::new(), general, unproven: None, bytes: 0 };
    for looked in looked {
        let findings = judged(&facts, &looked, &cache, None);
        verified.bytes += looked.bytes;
        verified.modules.push(Judgement { looked, findings });
    }
    ask_proxies(args, &facts, &cache, &mut verified.modules);
    verified.unproven = Some(Unknown::new(say!("no checksum database was asked", "没有向校验库求证")));
    let exit = verified.exit(args.strict);
    report::show(args.format, world, ui, verified)?;
    Ok(exit)
}

fn judged(facts: &Facts<'_>, looked: &Looked, cache: &Cache, since: Option<&str>) -> Vec<Finding> {
    findings(&Case {
        looked,
        cache,
        database: Database::NotAsked,
        since,
        aside: &|module| facts.aside_dir(cache, module),
    })
}

/// Asks the proxies about every module in doubt (with `--deep`: about every one), and judges those again.
fn ask_proxies(args: &Verify, facts: &Facts<'_>, cache: &Cache, modules: &mut [Judgement]) {
    let in_doubt = |one: &&mut Judgement| args.deep || !one.findings.is_empty();
    let mut suspects: Vec<&mut Judgement> = modules.iter_mut().filter(in_doubt).collect();
    let mut looked: Vec<&mut Looked> = suspects.iter_mut().map(|one| &mut one.looked).collect();
    facts.ask_proxies(cache, &mut looked);
    for one in suspects {
        one.findings = judged(facts, &one.looked, cache, None);
    }
}

impl Verified {
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.general.iter().chain(self.modules.iter().flat_map(|one| &one.findings))
    }

    fn exit(&self, strict: bool) -> Exit {
        let worst = self.findings().map(|finding| finding.level).max();
        match worst {
            Some(Level::Error) => Exit::No,
            _ if strict && (worst == Some(Level::Warning) || self.unproven.is_some()) => Exit::No,
            _ => Exit::Fine,
        }
    }
}

/// go.sum as read. Where there is no project, only the whole cache or a named version can be verified.
fn recorded(args: &Verify, facts: &Facts<'_>) -> Result<Recorded, Failure> {
    let named = !args.modules.is_empty() && args.modules.iter().all(|word| word.contains('@'));
    match facts.project() {
        Ok(_) => facts.recorded().map_err(|unknown| Failure::new(unknown.why)),
        Err(_) if args.all || named => Ok(Recorded::default()),
        Err(unknown) => Err(Failure::new(unknown.why).hint(say!(
            "run it in a project, or for the whole module cache: gobs verify --all",
            "请在项目里运行，或核对整个模块缓存：gobs verify --all"
        ))),
    }
}

/// The module versions to look at, in order.
fn wanted(
    args: &Verify,
    world: &World,
    cache: &Cache,
    recorded: Recorded,
    required: &[Required],
) -> Result<Vec<Wanted>, Failure> {
    let mut lines = recorded.lines;
    for one in required {
        lines.entry(one.module.clone()).or_default();
    }
    if args.all {
        let found = walk(&world.files, cache).map_err(|err| {
            let (dir, why) = (cache.download(), err.msg());
            let dir = dir.display();
            Failure::new(say!("cannot read {dir}: {why}", "读不了 {dir}：{why}", dir, why))
        })?;
        for module in found {
            lines.entry(module).or_default();
        }
    }
    if args.modules.is_empty() {
        return Ok(lines.into_iter().map(|(module, lines)| Wanted { module, lines }).collect());
    }
    let mut wanted = Vec::new();
    for word in &args.modules {
        let before = wanted.len();
        match word.split_once('@') {
            Some((path, version)) => {
                let module = ModVer::new(path, version);
                let lines = lines.remove(&module).unwrap_or_default();
                wanted.push(Wanted { module, lines });
            }
            None => {
                let versions: Vec<ModVer> =
                    lines.keys().filter(|module| module.path == *word).cloned().collect();
                for module in versions {
                    let lines = lines.remove(&module).unwrap_or_default();
                    wanted.push(Wanted { module, lines });
                }
                if wanted.len() == before {
                    return Err(unknown_module(word));
                }
            }
        }
    }
    Ok(wanted)
}

/// Whether one of the words names this module, with its version or without.
fn names(words: &[String], module: &ModVer) -> bool {
    words.iter().any(|word| *word == module.path || *word == module.to_string())
}

fn unknown_module(word: &str) -> Failure {
    Failure::new(say!("go.sum knows no module {word}", "go.sum 里没有模块 {word}", word)).hint(say!(
        "name its version to look at the cache alone: gobs verify {word}@v1.2.3",
        "只看缓存时请写明版本：gobs verify {word}@v1.2.3",
        word
    ))
}
