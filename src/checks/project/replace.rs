//! Directories that stand in the place of modules.

use std::path::Path;

use super::at;
use crate::facts::Facts;
use crate::facts::project::Project;
use crate::model::{Finding, Findings, Known, Level, kind};
use crate::say;
use crate::text::gomod::Replace;
use crate::text::shellword::shell_word;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let project = facts.project()?;
    conflicts(project, found);
    for (file, dir, replace) in project.replaces() {
        let Some(target) = Project::replacement_dir(dir, replace) else { continue };
        if facts.holds_module(&target) {
            continue;
        }
        let (old, new) = (&replace.old.path, &replace.new.path);
        let what = match facts.is_absent(&target) {
            true => say!(
                "{old} is replaced by {new}, which does not exist",
                "{old} 被替换为 {new}，但这个目录不存在",
                old,
                new
            ),
            false => say!(
                "{old} is replaced by {new}, which holds no go.mod",
                "{old} 被替换为 {new}，但那里没有 go.mod",
                old,
                new
            ),
        };
        // A replacement of what nobody requires is never looked at.
        let level = if requires(project, old) { Level::Error } else { Level::Warning };
        let seen = format!("replace {} => {new}", replace.old);
        let finding = Finding::new(kind::REPLACE_DIR_MISSING, level, what)
            .fact("module", old.clone())
            .fact("directory", new.clone())
            .seen(at(file, replace.line), seen);
        found.add(finding.advice(say!(
            "check the directory out where the line says (a sibling repository, a submodule), or drop the replace",
            "把该目录检出到所写的位置（同级仓库或子模块），或去掉这条 replace"
        )));
    }
    Ok(())
}

/// Two replacements of one module version: go stops, unless go.work says a third thing (`modload/modfile.go:indexModFile`,
/// `init.go:makeMainModules`).
fn conflicts(project: &Project, found: &mut Findings) {
    let all = project.replaces();
    let work = project.workspace.as_ref().map(|work| work.path.as_path());
    for (at_now, (file, dir, replace)) in all.iter().enumerate() {
        let same = |(_, _, other): &&(&Path, &Path, &Replace)| other.old == replace.old;
        let overridden = all.iter().filter(same).any(|(of, ..)| Some(*of) == work) && Some(*file) != work;
        let target = |dir: &Path, replace: &Replace| Project::replacement_dir(dir, replace);
        let differs = |(_, of, other): &&(&Path, &Path, &Replace)| {
            (other.new.version != replace.new.version)
                || target(of, other) != target(dir, replace)
                || (target(dir, replace).is_none() && other.new != replace.new)
        };
        let before = all[..at_now].iter().filter(same).find(differs);
        let (Some((of, _, other)), false) = (before, overridden) else { continue };
        let (old, new, first) = (&replace.old, replaced_by(replace), replaced_by(other));
        let what = say!(
            "{old} is replaced twice, by {first} and by {new}: every go command stops",
            "{old} 被替换了两次（{first} 和 {new}）：所有 go 命令都会停下",
            old,
            first,
            new
        );
        let finding = Finding::error(kind::REPLACE_CONFLICT, what)
            .fact("module", old.path.clone())
            .seen(at(file, replace.line), format!("replace {old} => {new}"))
            .seen(at(of, other.line), format!("replace {old} => {first}"));
        found.add(match work {
            // There a path begins at go.work.
            Some(_) => {
                let new = target(dir, replace).map_or(new.clone(), |dir| {
                    let below = dir.strip_prefix(&project.root).map(|below| format!("./{}", below.display()));
                    below.unwrap_or_else(|_| dir.display().to_string())
                });
                finding.command(
                    say!("decides it for the whole workspace, in go.work", "在 go.work 里为整个工作区定一个"),
                    format!("go work edit {}", shell_word(&format!("-replace={old}={new}"))),
                )
            }
            None => finding.advice(say!("take one of the two lines out", "去掉其中一行")),
        });
    }
}

fn replaced_by(replace: &Replace) -> String {
    replace.new.to_string()
}

fn requires(project: &Project, path: &str) -> bool {
    let files = project.mains.iter().filter_map(|main| main.file.as_ref().ok());
    files.flat_map(|file| &file.require).any(|require| require.module.path == path)
}
