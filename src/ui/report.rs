//! The doctor's table: trouble gets room, healthy areas fold into one line. Also as Markdown for a ticket.

use std::io;

use super::palette::{Label, pad, width};
use super::{Lang, Loudness, Redact, Ui};
use crate::checks::Judged;
use crate::model::{Evidence, Finding, Level, Msg, Source, Step, Unknown, Verdict};
use crate::say;

/// Columns before the text: the widest id.
const ID: usize = 18;

/// Counts for the last line and the exit status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub fine: usize,
    pub info: usize,
    pub warning: usize,
    pub error: usize,
    pub skipped: usize,
    pub crashed: usize,
}

impl Totals {
    pub fn of(judged: &[Judged]) -> Totals {
        let mut totals = Totals::default();
        for one in judged {
            match &one.verdict {
                Verdict::Fine { .. } => totals.fine += 1,
                Verdict::Skipped(_) => totals.skipped += 1,
                Verdict::Crashed(_) => totals.crashed += 1,
                Verdict::Found { findings, .. } => {
                    for finding in findings {
                        match finding.level {
                            Level::Error => totals.error += 1,
                            Level::Warning => totals.warning += 1,
                            Level::Info => totals.info += 1,
                        }
                    }
                }
            }
        }
        totals
    }

    /// `1 error · 1 warning · 39 fine · 4 skipped`, leaving out what is nought.
    pub fn words(&self, lang: Lang, dot: &str) -> String {
        let counted = [
            (self.crashed, say!("crashed", "个检查崩溃")),
            (self.error, if self.error == 1 { say!("error", "个错误") } else { say!("errors", "个错误") }),
            (
                self.warning,
                if self.warning == 1 { say!("warning", "个警告") } else { say!("warnings", "个警告") },
            ),
            (self.info, say!("info", "条提示")),
            (self.fine, say!("fine", "项正常")),
            (self.skipped, say!("skipped", "项跳过")),
        ];
        let words = counted
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {}", lang.pick(word)));
        words.collect::<Vec<_>>().join(&format!(" {dot} "))
    }
}

/// Prints rows as verdicts come, in catalogue order.
#[derive(Default)]
pub struct Report {
    /// Healthy areas that wait for their common line.
    folded: Vec<&'static str>,
    /// The area under way, and whether all of it was fine so far.
    area: Option<(&'static str, bool)>,
    /// Skipped checks of the area under way, by reason.
    skipped: Vec<(Unknown, Vec<&'static str>)>,
}

impl Report {
    /// A row; the area before it is closed when a new one begins.
    pub fn row(&mut self, ui: &mut Ui, one: &Judged) -> io::Result<()> {
        let area = one.check.id.area();
        if self.area.is_some_and(|(at, _)| at != area) {
            self.close_area(ui)?;
        }
        let fine = self.area.is_none_or(|(_, fine)| fine);
        let verbose = ui.loudness == Loudness::Verbose;
        self.area = Some((area, fine && matches!(one.verdict, Verdict::Fine { .. }) && !verbose));
        match &one.verdict {
            Verdict::Fine { note: Some(note) } => {
                self.area = Some((area, false));
                self.unfold(ui)?;
                let (mark, note) = (ui.palette.marks.fine, ui.pick(note).to_owned());
                let id = if verbose { one.check.id.0 } else { area };
                ui.line(&[
                    (Label::Good, mark),
                    (Label::Plain, " "),
                    (Label::Plain, &pad(id, ID)),
                    (Label::Plain, &note),
                ])?;
            }
            Verdict::Fine { note: None } if verbose => {
                let (mark, title) = (ui.palette.marks.fine, ui.lang.text(one.check.title));
                ui.line(&[
                    (Label::Good, mark),
                    (Label::Plain, " "),
                    (Label::Plain, &pad(one.check.id.0, ID)),
                    (Label::Dim, title),
                ])?;
            }
            Verdict::Fine { note: None } => {}
            Verdict::Found { findings, unknown } => {
                self.unfold(ui)?;
                for found in findings {
                    finding(ui, one.check.id.0, found, true)?;
                }
                if let Some(unknown) = unknown {
                    skipped_line(ui, one.check.id.0, unknown)?;
                }
            }
            Verdict::Skipped(unknown) => match self.skipped.iter_mut().find(|(why, _)| why == unknown) {
                Some((_, ids)) => ids.push(one.check.id.0),
                None => self.skipped.push((unknown.clone(), vec![one.check.id.0])),
            },
            Verdict::Crashed(why) => {
                self.unfold(ui)?;
                let mark = ui.palette.marks.crashed;
                let words = say!(
                    "this check itself crashed: {why}; report it as a bug in gobs",
                    "这项检查自身崩溃：{why}；这是 gobs 的缺陷，请反馈",
                    why
                );
                let words = ui.pick(&words).to_owned();
                ui.line(&[
                    (Label::Bad, mark),
                    (Label::Plain, " "),
                    (Label::Plain, &pad(one.check.id.0, ID)),
                    (Label::Plain, &words),
                ])?;
            }
        }
        Ok(())
    }

    /// The end of the table: what is still folded, and the totals.
    pub fn finish(mut self, ui: &mut Ui, judged: &[Judged]) -> io::Result<()> {
        self.close_area(ui)?;
        self.unfold(ui)?;
        let totals = Totals::of(judged).words(ui.lang, ui.palette.marks.dot);
        ui.raw("\n")?;
        ui.line(&[(Label::Strong, &totals)])
    }

    fn close_area(&mut self, ui: &mut Ui) -> io::Result<()> {
        if let Some((area, true)) = self.area.take()
            && self.skipped.is_empty()
        {
            self.folded.push(area);
        }
        for (unknown, ids) in std::mem::take(&mut self.skipped) {
            self.unfold(ui)?;
            let area = ids[0].split('.').next().unwrap_or("");
            let name = if ids.len() == 1 { ids[0].to_owned() } else { format!("{area}.* ({})", ids.len()) };
            skipped_line(ui, &name, &unknown)?;
        }
        Ok(())
    }

    fn unfold(&mut self, ui: &mut Ui) -> io::Result<()> {
        if self.folded.is_empty() {
            return Ok(());
        }
        let mark = ui.palette.marks.fine;
        let mut parts: Vec<(Label, String)> = Vec::new();
        for area in std::mem::take(&mut self.folded) {
            if !parts.is_empty() {
                parts.push((Label::Plain, "  ".into()));
            }
            parts.push((Label::Good, mark.into()));
            parts.push((Label::Plain, format!(" {area}")));
        }
        let parts: Vec<(Label, &str)> = parts.iter().map(|(label, text)| (*label, text.as_str())).collect();
        ui.line(&parts)
    }
}

/// One finding with its evidence and remedy, as `doctor`, `explain`, `trace` and `verify` show it.
pub fn finding(ui: &mut Ui, name: &str, finding: &Finding, offer_fix: bool) -> io::Result<()> {
    let marks = ui.palette.marks;
    let (mark, label) = match finding.level {
        Level::Error => (marks.error, Label::Bad),
        Level::Warning => (marks.warning, Label::Warn),
        Level::Info => (marks.info, Label::Plain),
    };
    let what = ui.pick(&finding.what).to_owned();
    let kind = finding.kind.name();
    let head = pad(name, ID);
    let shown = ui.redact.show(&what);
    let used = 2 + width(&head) + width(&shown);
    let gap = if used + 2 + kind.len() <= ui.width { ui.width - used - kind.len() } else { 2 };
    ui.line(&[
        (label, mark),
        (Label::Plain, " "),
        (Label::Strong, &head),
        (Label::Plain, &what),
        (Label::Plain, &" ".repeat(gap)),
        (Label::Dim, kind),
    ])?;
    for evidence in &finding.evidence {
        detail(ui, &say!("at", "位置"), Label::Path, &place(&evidence.from, ui.lang))?;
        for seen in evidence.seen.lines().take(12) {
            detail(ui, &say!("seen", "看到"), Label::Plain, seen)?;
        }
    }
    let Some(remedy) = &finding.remedy else {
        return Ok(());
    };
    let words = ui.pick(&remedy.say).to_owned();
    if remedy.automatic() && offer_fix {
        let command = format!("gobs fix {name}");
        let parts =
            [(Label::Command, command.as_str()), (Label::Plain, "    "), (Label::Plain, words.as_str())];
        return detail_parts(ui, &say!("fix", "修复"), &parts);
    }
    detail(ui, &say!("next", "下一步"), Label::Plain, &words)?;
    for command in remedy.commands() {
        for line in command.lines() {
            detail_parts(ui, &Msg::plain(""), &[(Label::Dim, "$ "), (Label::Command, line)])?;
        }
    }
    Ok(())
}

/// Where an evidence comes from, for people.
pub fn place(from: &Source, lang: Lang) -> String {
    match from {
        Source::Env(name) => format!("${name}"),
        Source::File(path, None) => path.display().to_string(),
        Source::File(path, Some(line)) => format!("{}:{line}", path.display()),
        Source::Command(argv) => format!("$ {argv}"),
        Source::Url(url) => url.to_string(),
        Source::Log(line) => lang.pick(&say!("line {line}", "第 {line} 行", line)).to_owned(),
        Source::Host => lang.pick(&say!("this machine", "本机")).to_owned(),
    }
}

pub fn detail(ui: &mut Ui, word: &Msg, label: Label, text: &str) -> io::Result<()> {
    detail_parts(ui, word, &[(label, text)])
}

pub fn detail_parts(ui: &mut Ui, word: &Msg, parts: &[(Label, &str)]) -> io::Result<()> {
    let word = format!("    {}", pad(ui.lang.pick(word), 8));
    let mut line: Vec<(Label, &str)> = vec![(Label::Dim, &word)];
    line.extend_from_slice(parts);
    ui.line(&line)
}

fn skipped_line(ui: &mut Ui, name: &str, unknown: &Unknown) -> io::Result<()> {
    let mark = ui.palette.marks.skipped;
    let word = ui.pick(&say!("skipped: ", "跳过：")).to_owned();
    let why = ui.pick(&unknown.why).to_owned();
    ui.line(&[
        (Label::Dim, mark),
        (Label::Plain, " "),
        (Label::Dim, &pad(name, ID)),
        (Label::Dim, &word),
        (Label::Dim, &why),
    ])
}

/// The report for a ticket: masked, no colours, one table and the details of what was found.
pub fn markdown(judged: &[Judged], lang: Lang, redact: &Redact) -> String {
    let escape = |text: &str| redact.show(text).replace('|', "\\|").replace('<', "&lt;");
    let mut text = String::new();
    let heads = [say!("check", "检查"), say!("result", "结果"), say!("what", "说明")];
    let heads: Vec<&str> = heads.iter().map(|head| lang.pick(head)).collect();
    text.push_str(&format!("| {} | {} | {} |\n|---|---|---|\n", heads[0], heads[1], heads[2]));
    for one in judged {
        let id = one.check.id;
        match &one.verdict {
            Verdict::Found { findings, .. } => {
                for finding in findings {
                    let level = serde_json::to_value(finding.level).unwrap_or_default();
                    let level = level.as_str().unwrap_or("").to_owned();
                    let what = escape(lang.pick(&finding.what));
                    text.push_str(&format!("| `{id}` | {level} `{}` | {what} |\n", finding.kind));
                }
            }
            Verdict::Skipped(unknown) => {
                text.push_str(&format!("| `{id}` | skipped | {} |\n", escape(lang.pick(&unknown.why))));
            }
            other => text.push_str(&format!("| `{id}` | {} | |\n", other.word())),
        }
    }
    for one in judged {
        for finding in one.verdict.findings() {
            text.push_str(&format!("\n### `{}` {}\n\n", one.check.id, escape(lang.pick(&finding.what))));
            text.push_str(&details(finding, lang, redact));
        }
    }
    text
}

/// Evidence and remedy of one finding, as Markdown.
pub(super) fn details(finding: &Finding, lang: Lang, redact: &Redact) -> String {
    let mut text = String::new();
    for Evidence { from, seen } in &finding.evidence {
        text.push_str(&format!("- `{}`", redact.show(&place(from, lang))));
        match seen.is_empty() {
            true => text.push('\n'),
            false => {
                text.push_str(&format!("\n  ```\n  {}\n  ```\n", redact.show(seen).replace('\n', "\n  ")));
            }
        }
    }
    if let Some(remedy) = &finding.remedy {
        text.push_str(&format!("- {}\n", redact.show(lang.pick(&remedy.say))));
        let commands = remedy.steps.iter().filter_map(|step| match step {
            Step::Run { command } => Some(command),
            _ => None,
        });
        for command in commands {
            text.push_str(&format!("  ```sh\n  {}\n  ```\n", redact.show(command).replace('\n', "\n  ")));
        }
    }
    text
}
