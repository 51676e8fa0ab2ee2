//! git: installed, its configuration readable, its rewriting sound, its verification on.

mod config;
mod rewrite;
mod trust;

use super::Check;
use crate::facts::Facts;
use crate::facts::git::GitEntry;
use crate::model::{Finding, Key, Msg, Setting, Source, Step, TargetId, Value};
use crate::say;

pub(super) const CHECKS: &[&[Check]] = &[config::CHECKS, rewrite::CHECKS, trust::CHECKS];

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
            let sudo = if entry.scope == "system" { "sudo " } else { "" };
            let file = path.display();
            let command = format!("{sudo}git config --file '{file}' --unset-all '{key}'");
            finding.command(say!("take the line out", "去掉这一行"), command)
        }
        _ => finding.advice(say!(
            "it comes from the environment or the command line; take it away there",
            "它来自环境变量或命令行，请在那里去掉"
        )),
    }
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
