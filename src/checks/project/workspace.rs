//! go.work: the modules it uses, and the module at hand.

use std::path::Path;

use super::at;
use crate::checks::env::repaired;
use crate::facts::Facts;
use crate::facts::acting::Scope;
use crate::facts::project::{Main, Workspace};
use crate::model::{Finding, Findings, Known, Level, Value, kind};
use crate::say;
use crate::text::gover;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    gowork(facts, found)?;
    let project = facts.project()?;
    let Some(work) = &project.workspace else { return Ok(()) };
    for (used, line) in &project.missing_uses {
        let what = say!(
            "go.work uses {used}, where no go.mod is: every go command in the workspace stops",
            "go.work 使用了 {used}，但那里没有 go.mod：工作区里所有 go 命令都会停下",
            used
        );
        let finding = Finding::error(kind::GOWORK_USE_MISSING, what)
            .fact("directory", used.clone())
            .seen(at(&work.path, *line), format!("use {used}"));
        found.add(finding.command(
            say!(
                "drops it, unless the directory is to be checked out",
                "去掉它；如果本该有这个目录，请把它检出"
            ),
            format!("go work edit -dropuse={used}"),
        ));
    }
    for main in &project.mains {
        older(work, main, found);
    }
    twice(work, &project.mains, found);
    if let Some(gomod) = &project.unlisted {
        found.add(unlisted(&work.path, gomod));
    }
    Ok(())
}

/// A GOWORK that names no file go could use.
fn gowork(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for acting in facts.acting("GOWORK")? {
        let value = &acting.value;
        if matches!(value.as_str(), "" | "off" | "auto") {
            continue;
        }
        let (kind, what) = if !Path::new(value).is_absolute() {
            (
                kind::GO_DIR_RELATIVE,
                say!("GOWORK={value} is not an absolute path", "GOWORK={value} 不是绝对路径", value),
            )
        } else if facts.is_absent(Path::new(value)) {
            (
                kind::GOWORK_MISSING,
                say!("GOWORK={value}: there is no such file", "GOWORK={value}：没有这个文件", value),
            )
        } else {
            continue;
        };
        let level = if matches!(acting.scope, Scope::OtherShell) { Level::Info } else { Level::Error };
        found.add(repaired(facts, &acting, kind, level, &what, &Value::Absent));
    }
    Ok(())
}

/// A module that asks for a newer language than its workspace.
fn older(work: &Workspace, main: &Main, found: &mut Findings) {
    let (Ok(of_work), Ok(file)) = (&work.file, &main.file) else { return };
    let Some(go) = &file.go else { return };
    let of_work = of_work.go.as_ref();
    let (listed, line) = of_work.map_or((gover::DEFAULT_GO_WORK, 0), |go| (go.value.as_str(), go.line));
    if gover::compare(&go.value, listed).is_le() {
        return;
    }
    let needs = &go.value;
    let what = say!(
        "a module of the workspace needs go {needs}, go.work says {listed}: every go command stops",
        "工作区里有模块要求 go {needs}，而 go.work 写的是 {listed}：所有 go 命令都会停下",
        needs,
        listed
    );
    let finding = Finding::error(kind::GOWORK_GO_TOO_OLD, what)
        .seen(at(&work.path, line), format!("go {listed}"))
        .seen(at(&main.gomod, go.line), format!("go {needs}"));
    found.add(finding.command(say!("raises the line in go.work", "提高 go.work 里的 go 行"), "go work use"));
}

/// Two directories with one module (`modload/init.go:makeMainModules`).
fn twice(work: &Workspace, mains: &[Main], found: &mut Findings) {
    let path = |main: &Main| Some(main.file.as_ref().ok()?.module.as_ref()?.path.clone());
    for (now, main) in mains.iter().enumerate() {
        let Some(module) = path(main) else { continue };
        let Some(first) = mains[..now].iter().find(|other| path(other).as_ref() == Some(&module)) else {
            continue;
        };
        let (one, other) = (first.dir.display(), main.dir.display());
        let what = say!(
            "go.work uses two directories with the module {module} ({one}, {other}): every go command stops",
            "go.work 使用的两个目录是同一个模块 {module}（{one}、{other}）：所有 go 命令都会停下",
            module,
            one,
            other
        );
        let line =
            |main: &Main| main.file.as_ref().map_or(0, |file| file.module.as_ref().map_or(0, |m| m.line));
        found.add(
            Finding::error(kind::GOWORK_DUPLICATE_MODULE, what)
                .fact("module", module.clone())
                .seen(at(&main.gomod, line(main)), format!("module {module}"))
                .seen(at(&first.gomod, line(first)), format!("module {module}"))
                .seen(at(&work.path, 0), "use")
                .advice(say!(
                    "take one of the two out of go.work, or give the copy a module path of its own",
                    "从 go.work 去掉其中一个，或给副本改一个模块路径"
                )),
        );
    }
}

fn unlisted(work: &Path, gomod: &Path) -> Finding {
    let what = say!(
        "go.work does not use the module of this directory, and go does not build it here",
        "go.work 没有列入当前目录的模块，go 不会在这里编译它"
    );
    Finding::error(kind::GOWORK_MODULE_NOT_LISTED, what)
        .seen(at(work, 0), "use")
        .seen(at(gomod, 0), String::new())
        .command(
            say!("adds it; GOWORK=off builds it by itself", "把它加进去；也可以用 GOWORK=off 单独编译"),
            "go work use .",
        )
}
