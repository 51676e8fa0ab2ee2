//! The doctor's table for a ticket: masked, no colours; first what was found, then its details, then what was fine.

use super::report::{Totals, place};
use super::{Lang, Redact};
use crate::checks::Judged;
use crate::model::{Evidence, Finding, Level, Msg, Verdict};
use crate::say;

/// The report as Markdown, ending with the totals.
pub fn markdown(judged: &[Judged], lang: Lang, redact: &Redact) -> String {
    let rows: Vec<String> = judged.iter().flat_map(|one| rows(one, lang, redact)).collect();
    let mut text = String::new();
    if !rows.is_empty() {
        let heads = [say!("check", "检查"), say!("result", "结果"), say!("what", "说明")];
        let heads: Vec<&str> = heads.iter().map(|head| lang.pick(head)).collect();
        text.push_str(&format!("| {} |\n|---|---|---|\n{}", heads.join(" | "), rows.concat()));
    }
    for one in judged {
        for finding in one.verdict.findings() {
            let what = escaped(lang.pick(&finding.what), redact).replace('\n', " ");
            text.push_str(&format!("\n### `{}` {what}\n\n", one.check.id));
            text.push_str(&details(one.check.id.0, finding, lang, redact));
        }
    }
    let fine = judged.iter().filter(|one| matches!(one.verdict, Verdict::Fine { .. }));
    let fine: Vec<String> = fine.map(|one| format!("`{}`", one.check.id)).collect();
    if !fine.is_empty() {
        let list = fine.join(" ");
        text.push_str(&format!("\n{}\n", lang.pick(&say!("Fine: {list}", "正常：{list}", list))));
    }
    text.push_str(&format!("\n**{}**\n", Totals::of(judged).words(lang, "·")));
    text
}

/// A row for each finding, and for a check that could not be judged.
fn rows(one: &Judged, lang: Lang, redact: &Redact) -> Vec<String> {
    let id = one.check.id;
    let row = |result: &str, what: &str| {
        format!("| `{id}` | {result} | {} |\n", escaped(what, redact).replace('|', "\\|").replace('\n', " "))
    };
    let skipped = |why: &Msg| row(lang.pick(&say!("skipped", "跳过")), lang.pick(why));
    match &one.verdict {
        Verdict::Found { findings, unknown } => {
            let found = findings.iter().map(|finding| {
                let level = match finding.level {
                    Level::Error => say!("error", "错误"),
                    Level::Warning => say!("warning", "警告"),
                    Level::Info => say!("info", "提示"),
                };
                row(&format!("{} `{}`", lang.pick(&level), finding.kind), lang.pick(&finding.what))
            });
            found.chain(unknown.iter().map(|unknown| skipped(&unknown.why))).collect()
        }
        Verdict::Skipped(unknown) => vec![skipped(&unknown.why)],
        Verdict::Crashed(why) => vec![row(lang.pick(&say!("crashed", "检查崩溃")), why)],
        Verdict::Fine { .. } => Vec::new(),
    }
}

fn escaped(text: &str, redact: &Redact) -> String {
    redact.show(text).replace('<', "&lt;")
}

/// Evidence and remedy of one finding.
fn details(id: &str, finding: &Finding, lang: Lang, redact: &Redact) -> String {
    let mut text = String::new();
    for Evidence { from, seen } in &finding.evidence {
        text.push_str(&format!("- `{}`\n", redact.show(&place(from, lang))));
        text.push_str(&fenced(seen, "", redact));
    }
    if let Some(remedy) = &finding.remedy {
        text.push_str(&format!("- {}\n", escaped(lang.pick(&remedy.say), redact)));
        if remedy.automatic() {
            text.push_str(&fenced(&format!("gobs fix {id}"), "sh", redact));
        }
        for command in remedy.commands() {
            text.push_str(&fenced(command, "sh", redact));
        }
    }
    text
}

/// A block of what was seen or is to be pasted, longer fenced than anything in it.
fn fenced(block: &str, language: &str, redact: &Redact) -> String {
    if block.trim().is_empty() {
        return String::new();
    }
    let lines: String = block.lines().take(12).map(|line| format!("  {}\n", redact.show(line))).collect();
    let fence = if lines.contains("```") { "`````" } else { "```" };
    format!("  {fence}{language}\n{lines}  {fence}\n")
}
