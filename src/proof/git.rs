//! Whether git does what was written into the gitconfig.

use super::Shadow;
use crate::facts::Facts;
use crate::facts::git::GitEntry;
use crate::model::{Evidence, Setting, TargetId};

/// Asks git for every entry it reads here (`None` where it does not answer); a rule must win for its own prefix, another value must be the last.
pub(super) fn by_asking(facts: &Facts<'_>, settings: &[Setting]) -> Option<Vec<Shadow>> {
    let mut wanted = settings.iter().filter(|setting| setting.target == TargetId::Git).peekable();
    wanted.peek()?;
    let view = facts.git_view().ok()?;
    let rules = view.rules();
    let mut shadows = Vec::new();
    for setting in wanted {
        let [section, between @ .., name] = setting.key.0.as_slice() else { continue };
        let base = between.first();
        for value in setting.value.list() {
            let shadow = if section == "url" {
                let taken = rules.rewrite(value).map(|(_, rule)| rule);
                let wins = taken.is_some_and(|rule| Some(rule.base.reveal()) == base.map(String::as_str));
                (!wins).then(|| (taken.map(|rule| rule.base.to_string()), taken.map(|rule| rule.at.clone())))
            } else {
                let same = |entry: &&GitEntry| {
                    entry.section.eq_ignore_ascii_case(section)
                        && entry.name.eq_ignore_ascii_case(name)
                        && entry.subsection.as_ref() == base
                };
                let entries: Vec<&GitEntry> = view.entries.iter().filter(same).collect();
                // Helpers are a list: every one of them is asked.
                let holds = entries.iter().any(|entry| entry.value.as_ref() == Some(value));
                let last = entries.last();
                (!holds).then(|| (last.and_then(|e| e.value.clone()), last.map(|e| e.at.clone())))
            };
            if let Some((instead, at)) = shadow {
                let instead = instead.unwrap_or_default();
                let from = at.unwrap_or_else(|| crate::model::Source::Command("git config --list".into()));
                let by = Evidence { from, seen: instead.clone() };
                shadows.push(Shadow { setting: setting.clone(), instead, by, next: false });
            }
        }
    }
    Some(shadows)
}
