//! Hashes that go.sum lacks and a build needs (modload/init.go:keepSums, import.go:importFromModules, mustHaveSums).
//!
//! Go writes the go.mod hash of every requirement, always. It writes the zip hash of every module whose path is that of
//! an imported package or a parent of it, be the import the project's own or one of a dependency: so that it knows the
//! package to come from exactly one of them. Other modules may well lack theirs: a tidy module shows nothing here, and Go
//! files are looked at only where something is missing. Before Go 1.17 go.mod does not name all of these modules; then
//! the whole graph is loaded, and each go.mod of it has to be recorded.

use std::collections::{BTreeMap, BTreeSet};

use super::{at, relative};
use crate::facts::Facts;
use crate::facts::modules::Graph;
use crate::facts::project::{BuildMod, Main, Project};
use crate::facts::sources::{Imported, Provider};
use crate::model::{Finding, Findings, Known, Level, Unknown, kind};
use crate::module::cache::Cache;
use crate::order::{Gather, Order};
use crate::say;
use crate::text::gomod::{File, ModVer, Require};
use crate::text::gosum::{self, Part};
use crate::text::gover;

/// Modules told one by one.
const SHOWN: usize = 10;

/// A module version of the build list or of the graph, and what go.sum lacks of it.
struct Lack<'a> {
    required: ModVer,
    /// What stands in its place, itself if nothing.
    module: ModVer,
    /// The line of go.mod, where it stands there.
    require: Option<&'a Require>,
    zip: bool,
    gomod: bool,
}

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let project = facts.project()?;
    // Only there does go insist (import.go:mustHaveSums).
    let [main] = project.mains.as_slice() else { return Ok(()) };
    if project.workspace.is_some() || facts.build_mod()? != BuildMod::Readonly {
        return Ok(());
    }
    let Ok(file) = &main.file else {
        return Err(Unknown::new(say!("go.mod cannot be read", "go.mod 读不了")));
    };
    let bytes = facts.sums()?.first().map_or(&[][..], |(_, bytes)| bytes);
    let sum = gosum::parse(bytes);
    if sum.refusal("").is_some() {
        return Err(Unknown::new(say!("go.sum cannot be read", "go.sum 读不了")));
    }
    let graph = if is_pruned(file) { None } else { facts.module_graph(project, main) };
    let lacks = lacks(project, file, graph.as_ref(), &sum);
    if lacks.is_empty() {
        return Ok(());
    }
    let imports = imports(facts, project, main, file, graph.as_ref());
    let findings: Vec<Finding> =
        lacks.iter().filter_map(|lack| judge_one(facts, main, file, lack, imports.as_deref())).collect();
    let more = findings.len().saturating_sub(SHOWN);
    found.list.extend(findings.into_iter().take(SHOWN));
    if more > 0 {
        let what = say!("go.sum lacks {more} more", "go.sum 另外还缺 {more} 个模块", more);
        found
            .add(Finding::warning(kind::GOSUM_MISSING_ENTRY, what).seen(at(&main.gosum(), 0), String::new()));
    }
    Ok(())
}

/// Since Go 1.17 go.mod names every module that provides a package, and go loads no other for a build.
fn is_pruned(file: &File) -> bool {
    gover::compare(file.go.as_ref().map_or(gover::DEFAULT_GO_MOD, |go| &go.value), "1.17").is_ge()
}

fn lacks<'a>(
    project: &Project,
    file: &'a File,
    graph: Option<&Graph>,
    sum: &gosum::GoSum<'_>,
) -> Vec<Lack<'a>> {
    let excluded = |module: &ModVer| file.exclude.iter().any(|exclude| exclude.module == *module);
    let unresolved = |module: &ModVer| file.unresolved.iter().any(|(_, open)| open == module);
    let of_file = file.require.iter().filter(|require| !excluded(&require.module));
    let mut needed: BTreeMap<&ModVer, Option<&Require>> =
        graph.iter().flat_map(|graph| &graph.nodes).map(|module| (module, None)).gather_map();
    needed.extend(of_file.map(|require| (&require.module, Some(require))));
    let needed: Vec<(&ModVer, Option<&Require>, ModVer)> = needed
        .into_iter()
        .filter_map(|(required, require)| Some((required, require, project.resolved(required)?)))
        .filter(|(_, _, module)| !unresolved(module))
        .collect();
    // One pass over the file, however large: what is asked about is little.
    let mut has: BTreeMap<(&str, &str), [bool; 2]> = BTreeMap::new();
    for (_, _, module) in &needed {
        has.insert((&module.path, &module.version), [false; 2]);
    }
    for entry in sum.entries.iter().filter(|entry| entry.hash.starts_with("h1:")) {
        if let Some(has) = has.get_mut(&(entry.path, entry.version)) {
            has[usize::from(entry.part == Part::GoMod)] = true;
        }
    }
    // A lower version than the one selected has a say in versions only.
    let selected =
        |module: &ModVer| graph.is_none_or(|graph| graph.selected.get(&module.path) == Some(module));
    let mut lacks: Vec<Lack<'_>> = needed
        .iter()
        .filter_map(|(required, require, module)| {
            let [zip, gomod] = has[&(module.path.as_str(), module.version.as_str())];
            let (zip, gomod) = (!zip && selected(required), !gomod);
            let (required, module, require) = ((*required).clone(), module.clone(), *require);
            (zip || gomod).then_some(Lack { required, module, require, zip, gomod })
        })
        .collect();
    // As go.mod has them, then the rest.
    lacks.order_by_key(|lack| lack.require.map_or(u32::MAX, |require| require.line));
    lacks
}

/// What the project imports, itself and through its dependencies; `None` where it has no Go file.
fn imports(
    facts: &Facts<'_>,
    project: &Project,
    main: &Main,
    file: &File,
    graph: Option<&Graph>,
) -> Option<Vec<Imported>> {
    let mut imports = facts.imports(main)?;
    let cache = facts.module_cache().ok();
    let built: BTreeSet<&ModVer> = match graph {
        Some(graph) => graph.selected.values().gather_set(),
        None => file.require.iter().map(|require| &require.module).gather_set(),
    };
    let providers: Vec<Provider> = built
        .into_iter()
        .map(|module| (module.path.clone(), root(project, cache.as_ref(), module)))
        .collect();
    let tool = |tool: &crate::text::gomod::Named| Imported {
        path: tool.value.clone(),
        file: main.gomod.clone(),
        line: tool.line,
        always: false,
    };
    imports.extend(file.tool.iter().map(tool));
    let beyond = facts.imports_beyond(&imports, &providers);
    imports.extend(beyond);
    // Every build before some, the project's own before those of others.
    imports.order_by_key(|import| !import.always);
    Some(imports)
}

/// Where the files of a module are.
fn root(project: &Project, cache: Option<&Cache>, module: &ModVer) -> Option<std::path::PathBuf> {
    match project.resolved(module) {
        Some(module) => cache?.extracted(&module).ok(),
        None => project.replacement(module),
    }
}

fn judge_one(
    facts: &Facts<'_>,
    main: &Main,
    file: &File,
    lack: &Lack<'_>,
    imports: Option<&[Imported]>,
) -> Option<Finding> {
    let path = &lack.required.path;
    let import = imports.and_then(|imports| imports.iter().find(|import| import.is_below(path)));
    // Without a Go file at hand (a Docker stage that copies go.mod first) go.mod's word counts: it is no indirect one.
    let direct = lack.require.is_some_and(|require| !require.indirect);
    let zip = lack.zip && (import.is_some() || imports.is_none() && direct);
    if !zip && !lack.gomod {
        return None;
    }
    let stops = import.is_some_and(|import| import.always) || (lack.gomod && !is_pruned(file));
    let level = if stops { Level::Error } else { Level::Warning };
    let module = &lack.module;
    let (kind, what) = match (lack.gomod, zip) {
        (true, true) => (
            kind::GOSUM_MISSING_ENTRY,
            say!("go.sum has no line for {module}", "go.sum 里没有 {module}", module),
        ),
        (true, false) => (
            kind::GOSUM_MISSING_ENTRY,
            say!("go.sum has no go.mod hash of {module}", "go.sum 里没有 {module} 的 go.mod 哈希", module),
        ),
        (false, _) => (
            kind::GOSUM_MISSING_H1,
            say!("go.sum has no zip hash of {module}", "go.sum 里没有 {module} 的 zip 哈希", module),
        ),
    };
    let mut finding = Finding::new(kind, level, what)
        .fact("module", module.path.clone())
        .fact("version", module.version.clone())
        .seen(at(&main.gosum(), 0), "missing go.sum entry");
    if let Some(require) = lack.require {
        let ModVer { path, version } = &lack.required;
        finding = finding.seen(at(&main.gomod, require.line), format!("{path} {version}"));
    }
    if let Some(import) = import {
        let package = &import.path;
        let seen = match file.tool.iter().any(|tool| tool.value == *package) {
            true => format!("tool {package}"),
            false => format!("import {package:?}"),
        };
        finding = finding.fact("package", package.clone()).seen(at(&import.file, import.line), seen);
    }
    let gosum = relative(facts, &main.gosum());
    Some(finding.command(
        say!(
            "completes {gosum}; commit it together with go.mod",
            "补全 {gosum}；请与 go.mod 一起提交",
            gosum
        ),
        "go mod tidy",
    ))
}
