//! `gobs verify`: go.sum against the module cache, the checksum database and the proxies, with a verdict on who is wrong.

mod ask;
mod report;

use std::path::PathBuf;

use crate::Exit;
use crate::checks::cache::{cache_unread, gosum_lacks, gosum_refused};
use crate::cli::{ReportFormat, Verify};
use crate::facts::modules::{Looked, Recorded, Required, Walked, Wanted, survey, walk};
use crate::facts::{Facts, Looking};
use crate::model::{Failure, Finding, Level, Msg, Unknown};
use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile};
use crate::module::truth::{Database, Said};
use crate::say;
use crate::text::modpath;
use crate::text::words::nearest;
use crate::ui::{Bar, Loudness, Ui};
use crate::world::World;

/// What a run came to.
pub(super) struct Verified {
    modules: Vec<Judgement>,
    /// Findings that are of no single module.
    general: Vec<Finding>,
    /// Why nothing was proven, where it was not.
    unproven: Option<Unknown>,
    /// Whether a finding says so.
    unproven_told: bool,
    /// The database that was asked.
    database: Option<Asked>,
    cache: PathBuf,
    bytes: u64,
}

/// The database that was asked, and how much it came to.
pub(super) struct Asked {
    name: String,
    /// Records in its log.
    size: Option<u64>,
    questions: usize,
}

/// A module version with its verdict.
pub(super) struct Judgement {
    looked: Looked,
    database: Database,
    findings: Vec<Finding>,
}

pub(super) fn run(args: &Verify, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    let looking = Looking { offline: args.offline, ..Looking::default() };
    let facts = Facts::new(world, looking);
    let cache = facts.module_cache().map_err(|unknown| Failure::new(unknown.why))?;
    if world.files.exists(cache.root()) && !world.files.is_dir(cache.root()) {
        let root = cache.root().display();
        return Err(Failure::new(say!(
            "the module cache {root} is not a directory",
            "模块缓存 {root} 不是目录",
            root
        ))
        .hint(say!(
            "give go another one: go env -w GOMODCACHE=DIR",
            "请改用别的目录：go env -w GOMODCACHE=目录"
        ))
        .into());
    }
    for word in &args.modules {
        well_formed(word)?;
    }
    let recorded = recorded(args, &facts)?;
    let (required, unread) = required(&facts);
    let mut general: Vec<Finding> = recorded.refused.iter().map(gosum_refused).collect();
    // What is missing in a file that go cannot read is not known.
    let asked = |one: &&Required| {
        recorded.refused.is_empty() && (args.modules.is_empty() || names(&args.modules, &one.module))
    };
    let lacking = required.iter().filter(asked);
    general.extend(lacking.filter_map(|one| Some(gosum_lacks(one, recorded.lacks(one)?))));
    let path_is_named = |module: &&ModVer| {
        args.modules.iter().any(|word| word.split_once('@').is_some_and(|(path, _)| path == module.path))
    };
    let versions: Vec<ModVer> = recorded.lines.keys().filter(path_is_named).cloned().collect();
    let wanted = wanted(args, world, &cache, recorded, &required, &mut general)?;
    let quiet = ui.loudness == Loudness::Quiet || args.format == ReportFormat::Json;
    let bar = Bar::new(wanted.len() as u64, quiet);
    let looked = survey(&world.files, &cache, wanted, &|| bar.step());
    bar.finish();
    let bytes = looked.iter().map(|looked| looked.bytes).sum();
    let modules = looked.into_iter().map(|looked| Judgement {
        looked,
        database: Database::NotAsked,
        findings: Vec::new(),
    });
    let modules = modules.collect();
    let root = cache.root().to_path_buf();
    let mut verified = Verified {
        modules,
        general,
        unproven: None,
        unproven_told: false,
        database: None,
        cache: root,
        bytes,
    };
    ask::everybody(args, &facts, &cache, &mut verified, quiet);
    if let Some(module) =
        verified.modules.iter().find(|one| names(&args.modules, &one.looked.module) && one.is_unheard_of())
    {
        let module = &module.looked.module;
        let known = versions.iter().filter(|known| known.path == module.path);
        let known: Vec<&str> = known.map(|known| known.version.as_str()).collect();
        return Err(unknown_version(module, &cache, &known).into());
    }
    if let Some(unread) = unread {
        let why = match verified.unproven.filter(|_| !verified.unproven_told) {
            Some(also) => also.why.then("; ", &unread),
            None => unread,
        };
        (verified.unproven, verified.unproven_told) = (Some(Unknown::new(why)), false);
    }
    let exit = verified.exit(args.strict);
    report::show(args.format, world, ui, verified)?;
    Ok(exit)
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
    general: &mut Vec<Finding>,
) -> Result<Vec<Wanted>, Failure> {
    let mut lines = recorded.lines;
    for one in required {
        lines.entry(one.module.clone()).or_default();
    }
    if args.all {
        let Walked { modules, unread } = walk(&world.files, cache).map_err(|err| {
            let (dir, why) = (cache.download(), err.msg());
            let dir = dir.display();
            Failure::new(say!("cannot read {dir}: {why}", "读不了 {dir}：{why}", dir, why))
        })?;
        for module in modules {
            lines.entry(module).or_default();
        }
        general.extend(unread.iter().map(|dir| cache_unread(dir)));
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
                let known = lines.keys().filter(|known| known.path == path);
                let known: Vec<&str> = known.map(|known| known.version.as_str()).collect();
                // With the network the database and the proxies may still be compared.
                if args.offline && !known.contains(&version) && !in_cache(world, cache, &module) {
                    return Err(unknown_version(&module, cache, &known));
                }
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
                    return Err(unknown_module(word, lines.keys().map(|module| module.path.as_str())));
                }
            }
        }
    }
    Ok(wanted)
}

impl Judgement {
    /// Nobody has it: no go.sum, no cache, no proxy, no database that was asked.
    fn is_unheard_of(&self) -> bool {
        !matches!(self.database, Database::Asked | Database::Unreachable)
            && self.findings.is_empty()
            && self.looked.sightings.iter().all(|one| one.said == Said::Absent)
    }
}

/// What go.mod requires; and why that is not known, where a go.mod cannot be read.
fn required(facts: &Facts<'_>) -> (Vec<Required>, Option<Msg>) {
    let required = facts.required().unwrap_or_default();
    let mains = facts.project().map(|project| project.mains.as_slice()).unwrap_or_default();
    let unread = mains.iter().find_map(|main| {
        let path = main.gomod.display();
        let why = main.file.as_ref().err()?.first()?.to_string();
        Some(say!(
            "{path} cannot be read, so what it requires was not looked for in go.sum ({why})",
            "{path} 读不懂，没有核对它的依赖在 go.sum 里是否齐全（{why}）",
            path,
            why
        ))
    });
    (required, unread)
}

/// `PATH` or `PATH@VERSION`, the version in full.
fn well_formed(word: &str) -> Result<(), Failure> {
    let (path, version) = word.split_once('@').unwrap_or((word, "v0.0.0"));
    let named = ModVer::new(path, version);
    if named.is_canonical() || (!word.contains('@') && modpath::check_path(path).is_ok()) {
        return Ok(());
    }
    let why = modpath::check(path, version).err().map(|err| err.to_string());
    let why = why.unwrap_or_else(|| format!("version {version} is not in full"));
    Err(Failure::new(say!("`{word}`: {why}", "`{word}`：{why}", word, why)).hint(say!(
        "a module is PATH or PATH@VERSION, like golang.org/x/mod@v0.20.0",
        "模块写作 路径 或 路径@版本，例如 golang.org/x/mod@v0.20.0"
    )))
}

/// Whether one of the words names this module, with its version or without.
fn names(words: &[String], module: &ModVer) -> bool {
    words.iter().any(|word| *word == module.path || *word == module.to_string())
}

fn in_cache(world: &World, cache: &Cache, module: &ModVer) -> bool {
    let files = [CacheFile::Zip, CacheFile::Mod, CacheFile::ZipHash].map(|kind| cache.file(module, kind));
    files.into_iter().chain([cache.extracted(module)]).flatten().any(|path| world.files.lstat(&path).is_ok())
}

fn unknown_version(module: &ModVer, cache: &Cache, known: &[&str]) -> Failure {
    let root = cache.root().display();
    let failure = Failure::new(say!(
        "neither go.sum nor the module cache {root} has {module}",
        "go.sum 和模块缓存 {root} 里都没有 {module}",
        root,
        module
    ));
    let (path, version) = (&module.path, known.join(", "));
    match known.is_empty() {
        true => failure.hint(say!(
            "fetch it first: go mod download {module}",
            "请先下载：go mod download {module}",
            module
        )),
        false => failure.hint(say!(
            "go.sum has {path} at {version}",
            "go.sum 里 {path} 的版本是 {version}",
            path,
            version
        )),
    }
}

fn unknown_module<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Failure {
    let failure = Failure::new(say!("go.sum knows no module {word}", "go.sum 里没有模块 {word}", word));
    match nearest(word, known) {
        Some(near) => failure.hint(say!("did you mean {near}?", "是不是想写 {near}？", near)),
        None => failure.hint(say!(
            "name its version to look at the cache alone: gobs verify {word}@v1.2.3",
            "只看缓存时请写明版本：gobs verify {word}@v1.2.3",
            word
        )),
    }
}
