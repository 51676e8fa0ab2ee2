//! The same values as JSON: one document, masked, absolute paths, no times.

use serde_json::{Map, Value, json};

use super::Redact;
use crate::checks::Judged;
use crate::model::plan::Edit;
use crate::model::{Change, Evidence, Finding, Level, Source, Step, Verdict};
use crate::plan::Plan;

/// Pretty-printed, with every string masked, and a newline at the end.
pub fn to_string(mut document: Value, redact: &Redact) -> String {
    mask(&mut document, redact);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn mask(value: &mut Value, redact: &Redact) {
    match value {
        Value::String(text) => *text = redact.mask(text),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, redact)),
        Value::Object(members) => members.values_mut().for_each(|member| mask(member, redact)),
        _ => {}
    }
}

/// `checks` and `summary` of a report.
pub fn checks(judged: &[Judged]) -> (Value, Value) {
    let rows = judged.iter().map(|one| {
        let mut row = Map::new();
        row.insert("id".into(), json!(one.check.id));
        row.insert("title".into(), json!(one.check.title));
        row.insert("verdict".into(), json!(one.verdict.word()));
        let because = match &one.verdict {
            Verdict::Skipped(unknown) | Verdict::Found { unknown: Some(unknown), .. } => {
                Some(json!(unknown.why))
            }
            Verdict::Crashed(why) => Some(json!({ "en": why, "zh": why })),
            _ => None,
        };
        if let Some(because) = because {
            row.insert("because".into(), because);
        }
        row.insert("findings".into(), one.verdict.findings().iter().map(finding).collect());
        Value::Object(row)
    });
    let count = |word: &str| judged.iter().filter(|one| one.verdict.word() == word).count();
    let level = |level: Level| {
        judged.iter().flat_map(|one| one.verdict.findings()).filter(|f| f.level == level).count()
    };
    let summary = json!({
        "fine": count("fine"), "info": level(Level::Info), "warning": level(Level::Warning),
        "error": level(Level::Error), "skipped": count("skipped"), "crashed": count("crashed"),
    });
    (rows.collect(), summary)
}

/// One finding.
pub fn finding(finding: &Finding) -> Value {
    let mut members = Map::new();
    members.insert("kind".into(), json!(finding.kind));
    if let Some(family) = finding.kind.family() {
        members.insert("family".into(), json!(family));
    }
    members.insert("level".into(), json!(finding.level));
    members.insert("what".into(), json!(finding.what));
    members.insert("facts".into(), json!(finding.facts));
    members.insert("evidence".into(), finding.evidence.iter().map(evidence).collect());
    if let Some(remedy) = &finding.remedy {
        members.insert(
            "remedy".into(),
            json!({
                "steps": remedy.steps.iter().map(step).collect::<Vec<_>>(),
                "read": remedy.say,
                "automatic": remedy.automatic(),
            }),
        );
    }
    Value::Object(members)
}

pub fn evidence(evidence: &Evidence) -> Value {
    let from = match &evidence.from {
        Source::Env(name) => json!({ "type": "env", "name": name }),
        Source::File(path, None) => json!({ "type": "file", "path": path }),
        Source::File(path, Some(line)) => json!({ "type": "file", "path": path, "line": line }),
        Source::Command(argv) => json!({ "type": "command", "argv": argv }),
        Source::Url(url) => json!({ "type": "url", "url": url }),
        Source::Log(line) => json!({ "type": "log", "line": line }),
        Source::Host => json!({ "type": "host" }),
    };
    json!({ "from": from, "seen": evidence.seen })
}

fn step(step: &Step) -> Value {
    match step {
        Step::Set(setting) => json!({
            "step": "set", "target": setting.target, "key": setting.key.0, "value": setting.value,
        }),
        Step::Chmod { path, mode } => json!({ "step": "chmod", "path": path, "mode": format!("{mode:o}") }),
        other => json!(other),
    }
}

/// `plan` of a report: `{"changes": […]}`.
pub fn plan(plan: &Plan) -> Value {
    let changes = plan.changes.iter().map(|change| match change {
        Change::File { path, before, after } => json!({
            "change": "file",
            "path": path,
            "action": match (before, after) { (None, _) => "create", (_, None) => "remove", _ => "modify" },
            "mode": after.as_ref().map(|state| format!("{:o}", state.mode)),
            "edits": plan.edits_of(path).map(edit).collect::<Vec<_>>(),
        }),
        Change::Dir { path, before, after } => json!({
            "change": "dir",
            "path": path,
            "action": match (before, after) { (None, _) => "create", (_, None) => "remove", _ => "modify" },
            "mode": after.map(|mode| format!("{mode:o}")),
        }),
        Change::Var { name, before, after } => {
            json!({ "change": "var", "name": name, "before": before, "after": after })
        }
        Change::Aside { from, to } => json!({ "change": "aside", "from": from, "to": to }),
    });
    json!({
        "changes": changes.collect::<Vec<_>>(),
        "conflicts": plan.conflicts.iter().map(|conflict| json!({
            "target": conflict.setting.target, "key": conflict.setting.key.0, "why": conflict.why,
        })).collect::<Vec<_>>(),
        "notes": plan.notes,
    })
}

fn edit(edit: &Edit) -> Value {
    json!({
        "target": edit.target, "key": edit.key.0, "before": edit.before, "after": edit.after, "why": edit.why,
    })
}
