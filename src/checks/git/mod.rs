//! git: installed, its configuration readable, its rewriting sound, its verification on.

mod config;
mod env;
mod include;
mod rewrite;
mod store;
mod trust;
mod values;

use std::path::Path;

use super::Check;
use crate::facts::Facts;
use crate::facts::git::GitEntry;
use crate::model::{Finding, Key, Msg, Setting, Source, Step, TargetId, Value};
use crate::say;
use crate::text::shellword::shell_word;

pub(super) const CHECKS: &[&[Check]] =
    &[config::CHECKS, env::CHECKS, include::CHECKS, rewrite::CHECKS, trust::CHECKS, store::CHECKS];

/// The path of names of an entry.
fn key(entry: &GitEntry) -> Key {
    let parts = [Some(&entry.section), entry.subsection.as_ref(), Some(&entry.name)];
    Key::new(parts.into_iter().flatten().cloned())
}

/// Adds the remedy that takes one value of a key away: a step where the file is the user's own, else a command.
fn take_away(facts: &Facts<'_>, entry: &GitEntry, rest: Vec<String>, finding: Finding) -> Finding {
    let key = key(entry);
    match &entry.at {
        Source::File(path, _) if entry.scope == "global" && facts.is_own_file(path) => {
            let step = Step::Set(Setting::new(TargetId::Git, key, Value::from_list(rest)));
            let shown = path.display();
            finding
                .remedy(say!("takes the line out of {shown}", "从 {shown} 中去掉这一行", shown), vec![step])
        }
        Source::File(path, _) => {
            // Other values of the key stay: git takes a regular expression for the one that goes.
            let only = entry.value.as_deref().filter(|_| !rest.is_empty());
            let command = unset(facts, path, &key.to_string(), only);
            finding.command(say!("take the line out", "去掉这一行"), command)
        }
        _ => finding.advice(say!(
            "it comes from the environment or the command line; take it away there",
            "它来自环境变量或命令行，请在那里去掉"
        )),
    }
}

/// The command that takes a key out of a file, or one value of it; with sudo where the file is not the user's own.
fn unset(facts: &Facts<'_>, path: &Path, key: &str, value: Option<&str>) -> String {
    let sudo = if facts.is_own_file(path) { "" } else { "sudo " };
    let (file, key) = (shell_word(&path.display().to_string()), shell_word(key));
    let value = value.map_or(String::new(), |value| format!(" {}", shell_word(&regex_quoted(value))));
    format!("{sudo}git config --file {file} --unset-all {key}{value}")
}

/// git takes a regular expression there.
fn regex_quoted(text: &str) -> String {
    let escaped: String =
        text.chars().flat_map(|c| if ".*+?[]()^$\\".contains(c) { vec!['\\', c] } else { vec![c] }).collect();
    format!("^{escaped}$")
}

/// The values of the same key that stay when this one goes.
fn others(facts: &Facts<'_>, entry: &GitEntry) -> Vec<String> {
    let Ok(view) = facts.git_view() else { return Vec::new() };
    let same = |other: &&GitEntry| {
        key(other) == key(entry)
            && other.scope == entry.scope
            && other.at != entry.at
            && other.value != entry.value
    };
    view.entries.iter().filter(same).filter_map(|other| other.value.clone()).collect()
}

/// A name that a message gives an entry.
pub(super) fn shown(entry: &GitEntry) -> Msg {
    Msg::plain(crate::model::secret::mask_userinfo(&key(entry).to_string()))
}
