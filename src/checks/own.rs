//! gobs itself: changes that were interrupted, and settings that moved away from the profile applied.

use super::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Setting, Source, TargetId, Text, Value, kind};
use crate::say;
use crate::text::shellword::shell_word;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("gobs.journal"),
        title: Text { en: "no change was left half-made", zh: "没有中断的改动" },
        why: Text {
            en: "A gobs that was killed between two files leaves its journal entry open; the next run that writes completes it or takes it back.",
            zh: "gobs 写到一半被杀掉时，日志条目会保持打开；下一次写入时会把它做完或撤回。",
        },
        judge: journal,
    },
    Check {
        id: CheckId("gobs.drift"),
        title: Text {
            en: "settings are as the applied profile wrote them", zh: "设置与已应用的方案一致"
        },
        why: Text {
            en: "Somebody, or some tool, has changed what `gobs init` wrote. That may be meant; `gobs init` brings the profile back.",
            zh: "`gobs init` 写入的设置后来被人或工具改过。可能是有意的；重新运行 `gobs init` 可以恢复。",
        },
        judge: drift,
    },
];

fn journal(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for (path, what) in facts.unreadable_entries() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let aside = format!("mv {} ~/gobs-{}", shell_word(&path.display().to_string()), shell_word(&name));
        found.add(
            Finding::warning(kind::JOURNAL_UNREADABLE, what)
                .seen(Source::File(path, None), "")
                .command(say!("look at what it holds, then move it away", "先看一眼内容，再把它移走"), aside),
        );
    }
    for (entry, path) in facts.open_entries()? {
        let (verb, about) = (&entry.verb, &entry.about);
        let what = say!(
            "`gobs {verb}` ({about}) was interrupted while it wrote",
            "`gobs {verb}`（{about}）写入途中被中断",
            verb,
            about
        );
        let files = entry.changes.iter().map(crate::model::Change::place).collect::<Vec<_>>().join(", ");
        found.add(
            Finding::warning(kind::JOURNAL_INTERRUPTED, what).seen(Source::File(path, None), files).command(
                say!("completes it or takes it back, as you choose", "由你选择做完还是撤回"),
                "gobs fix gobs.journal",
            ),
        );
    }
    Ok(())
}

fn drift(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let Some(applied) = facts.applied_profile() else { return Ok(()) };
    let profile = applied.name.clone();
    for setting in &applied.settings {
        let Some((at, now)) = standing(facts, setting)? else { continue };
        let (key, wanted) = (&setting.key, &setting.value);
        let what = match now.as_deref() {
            Some(now) => say!(
                "{key} is {now}; {profile} wants {wanted}",
                "{key} 现在是 {now}；{profile} 要求 {wanted}",
                key,
                now,
                profile,
                wanted
            ),
            None => say!(
                "{key} is not set; {profile} wants {wanted}",
                "{key} 没有设置；{profile} 要求 {wanted}",
                key,
                profile,
                wanted
            ),
        };
        let command = match profile.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:".contains(c)) {
            true => format!("gobs init --profile {profile}"),
            false => format!("gobs init --profile '{profile}'"),
        };
        found.add(Finding::info(kind::PROFILE_DRIFT, what).seen(at, now.unwrap_or_default()).command(
            say!("brings the profile's value back, if that is wanted", "如需恢复方案的值"),
            command,
        ));
    }
    Ok(())
}

/// Where a setting stands now and what it is, if it is not what was written.
fn standing(facts: &Facts<'_>, setting: &Setting) -> Known<Option<(Source, Option<String>)>> {
    let name = setting.key.name();
    Ok(match (setting.target, &setting.value) {
        (TargetId::GoEnv, Value::One(wanted)) => match facts.env_file_line(name) {
            Some((_, _, now)) if now == *wanted => None,
            // Patterns are a list that others add to.
            Some((_, _, now)) if wanted.split(',').all(|part| now.split(',').any(|there| there == part)) => {
                None
            }
            Some((path, line, now)) => Some((Source::File(path, Some(line)), Some(now))),
            None => facts.env_file_path().map(|path| (Source::File(path, None), None)),
        },
        (TargetId::Git, wanted) => {
            let [section, between @ .., name] = setting.key.0.as_slice() else { return Ok(None) };
            let view = facts.git_view()?;
            let section = section.to_ascii_lowercase();
            let here = view.entries.iter().filter(|entry| {
                entry.section == section
                    && entry.name.eq_ignore_ascii_case(name)
                    && entry.subsection.as_ref() == between.first()
            });
            let values: Vec<&str> = here.filter_map(|entry| entry.value.as_deref()).collect();
            let missing = wanted.list().iter().any(|value| !values.contains(&value.as_str()));
            missing.then(|| (Source::Command("git config --list --show-origin".into()), None))
        }
        _ => None,
    })
}
