//! vendor/modules.txt against go.mod, in go's words (modload/vendor.go:checkVendorConsistency).

use super::at;
use crate::facts::Facts;
use crate::facts::project::{BuildMod, Main, Project};
use crate::model::{Finding, Findings, Known, Msg, Unknown, kind};
use crate::say;
use crate::text::gomod::File;
use crate::text::modulestxt::{self, Expected, Inconsistent, MainModule};

/// How many of go's lines are shown.
const SHOWN: usize = 8;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let project = facts.project()?;
    let Some(vendor) = project.vendor.as_ref().filter(|_| facts.build_mod() == Ok(BuildMod::Vendor)) else {
        return Ok(());
    };
    let path = vendor.join("modules.txt");
    let bytes = facts.text_of(&path)?;
    let inconsistent = check(project, bytes.as_bytes())?;
    let Some(first) = inconsistent.first() else {
        found.note(say!("vendored", "使用 vendor"));
        return Ok(());
    };
    let count = Msg::counted(inconsistent.len(), "module", "modules");
    let what = say!(
        "vendor does not fit go.mod ({count}): go refuses to build",
        "vendor 与 go.mod 不一致（{count} 个模块）：go 拒绝编译",
        count
    );
    let words: Vec<String> = inconsistent.iter().take(SHOWN).map(ToString::to_string).collect();
    let mut finding = Finding::error(kind::VENDOR_INCONSISTENT, what)
        .fact("module", first.module.path.clone())
        .seen(at(&path, line_of(&bytes, &first.module.path)), words.join("\n"));
    if let Some((main, line)) = required(project, first) {
        finding = finding.seen(at(&main.gomod, line), first.module.to_string());
    }
    let sub = if project.workspace.is_some() { "work" } else { "mod" };
    found.add(finding.command(
        say!("makes vendor anew; commit it together with go.mod", "重新生成 vendor；请与 go.mod 一起提交"),
        format!("go {sub} vendor"),
    ));
    Ok(())
}

fn check(project: &Project, txt: &[u8]) -> Known<Vec<Inconsistent>> {
    let unread = || Unknown::new(say!("go.mod cannot be read", "go.mod 读不了"));
    let txt = modulestxt::parse(txt);
    let mut parsed: Vec<(&File, String)> = Vec::new();
    for main in &project.mains {
        parsed
            .push((main.file.as_ref().map_err(|_| unread())?, main.dir.to_string_lossy().replace('\\', "/")));
    }
    let modules: Vec<MainModule<'_>> =
        parsed.iter().map(|(file, dir)| MainModule { file, name: "go.mod", dir }).collect();
    let root = project.root.to_string_lossy().replace('\\', "/");
    Ok(match (&project.workspace, modules.as_slice()) {
        (Some(work), modules) => {
            let work = work.file.as_ref().map_err(|_| unread())?;
            modulestxt::check(&txt, &Expected::Workspace { modules, work, name: "go.work", dir: &root })
        }
        (None, [module]) => modulestxt::check(&txt, &Expected::Module(*module)),
        (None, _) => Vec::new(),
    })
}

/// The line of modules.txt about a module; 0 where there is none.
fn line_of(txt: &str, path: &str) -> u32 {
    let about =
        |line: &str| line.strip_prefix("# ").and_then(|rest| rest.split_whitespace().next()) == Some(path);
    txt.lines().position(about).and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(0)
}

fn required<'p>(project: &'p Project, one: &Inconsistent) -> Option<(&'p Main, u32)> {
    project.mains.iter().find_map(|main| {
        let requires = &main.file.as_ref().ok()?.require;
        let require = requires.iter().find(|require| require.module.path == one.module.path)?;
        Some((main, require.line))
    })
}
