//! GOPROXY that lets nothing in (`off`, or trees of files before it), and modules that a build still has to fetch.

use std::path::{Path, PathBuf};

use crate::checks::env::repaired;
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::{Acting, Scope};
use crate::facts::project::{BuildMod, Main};
use crate::facts::sources::Imported;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, Text, kind};
use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile};
use crate::say;
use crate::text::gomod::Require;
use crate::text::goproxy::{Place, steps};
use crate::text::modpath::{escape_path, escape_version};
use crate::text::pattern;
use crate::text::url::Url;

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("proxy.off"),
    title: Text { en: "what GOPROXY does not fetch is here", zh: "GOPROXY 不下载的模块本机都有" },
    why: Text {
        en: "With GOPROXY=off, or a tree of files and nothing behind it, go uses what is in the module cache and the tree, and fails on every other module: `module lookup disabled by GOPROXY=off`.",
        zh: "GOPROXY=off，或者只有本地目录时，go 只用模块缓存和该目录里已有的内容，其余模块一律失败：`module lookup disabled by GOPROXY=off`。",
    },
    judge,
}];

/// Modules named one by one.
const SHOWN: usize = 8;

/// A requirement that a build needs and go cannot have.
struct Missing<'a> {
    main: &'a Main,
    require: &'a Require,
    module: ModVer,
}

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let env = facts.go_env()?;
    let Ok(walk) = steps(&env.value("GOPROXY")) else { return Ok(()) };
    let mut trees: Vec<PathBuf> = Vec::new();
    for step in &walk {
        match &step.at {
            Place::Proxy(url) => match Url::parse(url.reveal()) {
                // A tree that is not there is the row's before.
                Ok(url) if url.scheme == "file" && facts.dir_exists(Path::new(&url.path)) => {
                    trees.push(PathBuf::from(url.path));
                }
                _ => return Ok(()),
            },
            Place::Direct => return Ok(()),
            Place::Off => {}
        }
    }
    let project = facts.project()?;
    let [main] = project.mains.as_slice() else { return Ok(()) };
    let Ok(file) = &main.file else { return Ok(()) };
    if facts.build_mod()? == BuildMod::Vendor {
        return Ok(());
    }
    let cache = facts.module_cache()?;
    let private = env.value("GONOPROXY");
    let mut missing: Vec<Missing<'_>> = Vec::new();
    for require in file.require.iter().filter(|require| !require.indirect) {
        let Some(module) = project.resolved(&require.module) else { continue };
        // What GONOPROXY names comes from its origin all the same.
        if !pattern::matches(&private, &module.path)
            && !is_cached(facts, &cache, &module)
            && !trees.iter().any(|tree| has(facts, tree, &module))
        {
            missing.push(Missing { main, require, module });
        }
    }
    if !missing.is_empty()
        && let Some(imports) = facts.imports(main)
    {
        let built: Vec<Imported> = imports.into_iter().filter(|import| import.always).collect();
        missing.retain(|one| built.iter().any(|import| import.is_below(&one.require.module.path)));
    }
    let acting = facts.acting("GOPROXY")?.into_iter().find(|acting| matches!(acting.scope, Scope::Now(_)));
    if let (Some(first), Some(acting)) = (missing.first(), acting) {
        found.add(finding(facts, &acting, first, &missing, trees.is_empty()));
    }
    Ok(())
}

fn finding(
    facts: &Facts<'_>,
    acting: &Acting,
    first: &Missing<'_>,
    missing: &[Missing<'_>],
    off: bool,
) -> Finding {
    let module = &first.module;
    let (value, count) = (&acting.value, Msg::counted(missing.len(), "module is", "modules are"));
    let (kind, what) = match off {
        true => (
            kind::GOPROXY_OFF,
            say!(
                "GOPROXY={value} forbids downloads, and {count} not in the module cache ({module})",
                "GOPROXY={value} 不允许下载，而模块缓存里缺 {count} 个模块（{module}）",
                value,
                count,
                module
            ),
        ),
        false => (
            kind::GOPROXY_UNREACHABLE,
            say!(
                "GOPROXY={value}: {count} neither in the tree nor in the module cache ({module})",
                "GOPROXY={value}：目录和模块缓存里都缺 {count} 个模块（{module}）",
                value,
                count,
                module
            ),
        ),
    };
    let bring = say!(
        "bring the modules in: go mod vendor, or a tree of files for GOPROXY=file:///DIR, made where there is a network",
        "请把这些模块带进来：在有网络的地方执行 go mod vendor，或做好供 GOPROXY=file:///目录 使用的模块目录"
    );
    let finding = match (off, facts.profile_value("GOPROXY"), facts.preferred_goproxy()) {
        (true, Some(profile), _) => repaired(facts, acting, kind, Level::Error, &what, &profile.clone()),
        (off, _, public) => {
            // A tree may be filled later; go itself names what it lacks.
            let level = if off { Level::Error } else { Level::Info };
            let finding = Finding::new(kind, level, what);
            let places = acting.places.iter();
            let finding = places.fold(finding, |finding, place| finding.seen(place.clone(), value.clone()));
            // `off` may be a policy: nobody but its owner opens it.
            match public.filter(|_| off) {
                Some(public) => finding.command(
                    say!("{bring}; where the network is open:", "{bring}；网络开放时可以：", bring),
                    format!("go env -w GOPROXY={public}"),
                ),
                None => finding.advice(bring),
            }
        }
    };
    let finding = finding.fact("module", module.path.clone()).fact("version", module.version.clone());
    missing.iter().take(SHOWN).fold(finding, |finding, one| {
        let at = Source::File(one.main.gomod.clone(), Some(one.require.line));
        let ModVer { path, version } = &one.require.module;
        finding.seen(at, format!("{path} {version}"))
    })
}

/// Whether a tree of files has the zip.
fn has(facts: &Facts<'_>, tree: &Path, module: &ModVer) -> bool {
    let (Ok(path), Ok(version)) = (escape_path(&module.path), escape_version(&module.version)) else {
        return false;
    };
    facts.file_exists(&tree.join(format!("{path}/@v/{version}.zip")))
}

/// Whether go needs nobody for a module: its go.mod is in the cache, and its files as zip or directory.
fn is_cached(facts: &Facts<'_>, cache: &Cache, module: &ModVer) -> bool {
    let has = |file| cache.file(module, file).is_ok_and(|path| facts.file_exists(&path));
    let extracted = || cache.extracted(module).is_ok_and(|dir| facts.dir_exists(&dir));
    has(CacheFile::Mod) && (has(CacheFile::Zip) || extracted())
}
