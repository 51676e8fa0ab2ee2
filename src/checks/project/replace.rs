//! Directories that stand in the place of modules.

use super::at;
use crate::facts::Facts;
use crate::facts::project::Project;
use crate::model::{Finding, Findings, Known, Level, kind};
use crate::say;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let project = facts.project()?;
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

fn requires(project: &Project, path: &str) -> bool {
    let files = project.mains.iter().filter_map(|main| main.file.as_ref().ok());
    files.flat_map(|file| &file.require).any(|require| require.module.path == path)
}
