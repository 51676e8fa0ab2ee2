//! Hashes that go.sum lacks and a build needs (modload/init.go:keepSums, import.go:mustHaveSums).
//!
//! Go writes the go.mod hash of every requirement, always. It writes the zip hash of a module that provides an
//! imported package (or whose path could); of the direct requirements that are all. So a tidy module shows nothing here, whatever its
//! indirect ones lack, and Go files are looked at only where something is missing.

use std::collections::BTreeMap;

use super::{at, relative};
use crate::facts::Facts;
use crate::facts::project::{BuildMod, Main, Project};
use crate::facts::sources::Imported;
use crate::model::{Finding, Findings, Known, Level, Unknown, kind};
use crate::say;
use crate::text::gomod::{File, ModVer, Require};
use crate::text::gosum::{self, Part};
use crate::text::gover;

/// Modules told one by one.
const SHOWN: usize = 10;

/// A requirement and what go.sum lacks of it.
struct Lack<'a> {
    require: &'a Require,
    /// What stands in its place, itself if nothing.
    module: ModVer,
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
    let lacks = lacks(project, file, &sum);
    if lacks.is_empty() {
        return Ok(());
    }
    let imports = facts.imports(main);
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

fn lacks<'a>(project: &Project, file: &'a File, sum: &gosum::GoSum<'_>) -> Vec<Lack<'a>> {
    let excluded = |module: &ModVer| file.exclude.iter().any(|exclude| exclude.module == *module);
    let unresolved = |module: &ModVer| file.unresolved.iter().any(|(_, open)| open == module);
    let required = file.require.iter().filter(|require| !excluded(&require.module));
    let needed: Vec<(&Require, ModVer)> = required
        .filter_map(|require| Some((require, project.resolved(&require.module)?)))
        .filter(|(_, module)| !unresolved(module))
        .collect();
    // One pass over the file, however large: what is asked about is little.
    let mut has: BTreeMap<(&str, &str), [bool; 2]> = BTreeMap::new();
    for (_, module) in &needed {
        has.insert((&module.path, &module.version), [false; 2]);
    }
    for entry in sum.entries.iter().filter(|entry| entry.hash.starts_with("h1:")) {
        if let Some(has) = has.get_mut(&(entry.path, entry.version)) {
            has[usize::from(entry.part == Part::GoMod)] = true;
        }
    }
    let mut lacks = Vec::new();
    for (require, module) in &needed {
        let [zip, gomod] = has[&(module.path.as_str(), module.version.as_str())];
        let (zip, gomod) = (!require.indirect && !zip, !gomod);
        if zip || gomod {
            lacks.push(Lack { require, module: module.clone(), zip, gomod });
        }
    }
    lacks
}

fn judge_one(
    facts: &Facts<'_>,
    main: &Main,
    file: &File,
    lack: &Lack<'_>,
    imports: Option<&[Imported]>,
) -> Option<Finding> {
    let path = &lack.require.module.path;
    let of_module = |package: &str| {
        package.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let import = imports.and_then(|imports| imports.iter().find(|import| of_module(&import.path)));
    let tool = file.tool.iter().find(|tool| of_module(&tool.value));
    // Without a Go file at hand (a Docker stage that copies go.mod first) go.mod's word counts: it is no indirect one.
    let used = import.is_some() || tool.is_some() || (imports.is_none() && !lack.require.indirect);
    if lack.zip && !lack.gomod && !used {
        return None;
    }
    // Before 1.17 go loads every requirement's go.mod for any build.
    let unpruned =
        gover::compare(file.go.as_ref().map_or(gover::DEFAULT_GO_MOD, |go| &go.value), "1.17").is_lt();
    let stops = import.is_some_and(|import| import.always) || (lack.gomod && unpruned);
    let level = if stops { Level::Error } else { Level::Warning };
    let (module, line) = (&lack.module, lack.require.line);
    let (kind, what) = if lack.gomod {
        (
            kind::GOSUM_MISSING_ENTRY,
            match lack.zip && used {
                true => say!("go.sum has no line for {module}", "go.sum 里没有 {module}", module),
                false => say!(
                    "go.sum has no go.mod hash of {module}",
                    "go.sum 里没有 {module} 的 go.mod 哈希",
                    module
                ),
            },
        )
    } else {
        (
            kind::GOSUM_MISSING_H1,
            say!("go.sum has no zip hash of {module}", "go.sum 里没有 {module} 的 zip 哈希", module),
        )
    };
    let mut finding = Finding::new(kind, level, what)
        .fact("module", module.path.clone())
        .fact("version", module.version.clone())
        .seen(at(&main.gosum(), 0), "missing go.sum entry")
        .seen(at(&main.gomod, line), format!("{} {}", lack.require.module.path, lack.require.module.version));
    if let Some(import) = import {
        let package = &import.path;
        finding = finding
            .fact("package", package.clone())
            .seen(at(&import.file, import.line), format!("import {package:?}"));
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
