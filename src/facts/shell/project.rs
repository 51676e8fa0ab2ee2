//! Files of a project that set variables for whoever works in it: direnv's `.envrc`, mise's `[env]`.

use std::path::{Path, PathBuf};

use super::run::{Run, Scripts};
use super::stages::{Shell, Stage};
use crate::facts::Facts;
use crate::model::Source;
use crate::text::shellrc::Dialect;

/// What mise reads, in a directory and above it.
pub(in crate::facts) const MISE: [&str; 4] =
    ["mise.local.toml", "mise.toml", ".mise.toml", ".config/mise/config.toml"];

impl Facts<'_> {
    /// The line of a project's file that gives a variable the value it has in this process.
    pub(in crate::facts) fn project_line(&self, name: &str, value: &str) -> Option<Source> {
        self.above().find_map(|dir| {
            let envrc = dir.join(".envrc");
            self.envrc_line(&envrc, name, value)
                .or_else(|| MISE.iter().find_map(|file| self.mise_env_line(&dir.join(file), name, value)))
        })
    }

    /// Whether a file belongs to a project or to a version manager: its output is never edited.
    pub fn is_managed_file(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let parent = path.parent().and_then(Path::file_name).unwrap_or_default();
        [".envrc", "mise.local.toml", "mise.toml", ".mise.toml", ".tool-versions", ".go-version"]
            .contains(&&*name)
            || (parent == "mise" && name == "config.toml")
    }

    /// The current directory and those above it.
    pub(in crate::facts) fn above(&self) -> impl Iterator<Item = PathBuf> {
        self.world.cwd.ancestors().map(Path::to_path_buf).collect::<Vec<_>>().into_iter().take(64)
    }

    fn envrc_line(&self, path: &Path, name: &str, value: &str) -> Option<Source> {
        if !self.world.files.is_file(path) {
            return None;
        }
        let mut scripts = Scripts::default();
        let mut run = Run::new(self.world, &mut scripts, Shell::Bash);
        run.stage(&Stage::script(path.to_path_buf(), Dialect::Posix));
        let mut exported = run.exported();
        let (_, held) = exported.find(|(set, held)| {
            // `$PWD` and what direnv's own functions give are known to it alone.
            *set == name && held.value.as_deref().is_none_or(|known| known == value)
        })?;
        Some(Source::File(held.at.0.clone(), Some(held.at.1)))
    }

    fn mise_env_line(&self, path: &Path, name: &str, value: &str) -> Option<Source> {
        let text = self.world.files.text(path).ok()?;
        let table = toml_edit::Document::parse(text.as_str()).ok()?;
        let item = table.get("env")?.as_table_like()?.get(name)?;
        let line = line_at(&text, item.span()?.start);
        (item.as_str()? == value).then(|| Source::File(path.to_path_buf(), line))
    }
}

/// The line of a byte of a text, counted from 1.
pub(in crate::facts) fn line_at(text: &str, at: usize) -> Option<u32> {
    u32::try_from(text[..at].matches('\n').count() + 1).ok()
}
