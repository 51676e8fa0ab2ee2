//! The doctor's table: trouble gets room, healthy areas fold into one line, what was skipped is told once, by reason.

use std::collections::BTreeMap;
use std::io;

use super::palette::{Label, pad, width};
use super::{Lang, Loudness, Ui};
use crate::checks::Judged;
use crate::model::{Finding, Level, Msg, Source, Unknown, Verdict};
use crate::say;

/// Columns of a check's id: the widest, and a space.
pub const ID: usize = 20;

/// Columns before what a log or a way has to say.
const NAME: usize = 18;

/// On a terminal narrower than this the text stands under the name, not beside it.
const NARROW: usize = 64;

/// How much of what was seen is shown on one line.
const SEEN: usize = 400;

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
    /// The areas that were looked at, in order, and whether all of each was fine and had nothing to say.
    areas: Vec<(&'static str, bool)>,
    /// Skipped checks by reason.
    skipped: Vec<(Unknown, Vec<&'static str>)>,
    /// How many checks of each area there were.
    rows: BTreeMap<&'static str, usize>,
    /// What the healthy checks of the area at hand have to say.
    notes: Vec<Msg>,
}

impl Report {
    /// A row: trouble, and remarks of what is fine. The rest waits for the last lines.
    pub fn row(&mut self, ui: &mut Ui, one: &Judged) -> io::Result<()> {
        let (id, area) = (one.check.id.0, one.check.id.area());
        let verbose = ui.loudness == Loudness::Verbose;
        let silent = matches!(one.verdict, Verdict::Fine { note: None }) && !verbose;
        *self.rows.entry(area).or_default() += 1;
        let trouble = matches!(one.verdict, Verdict::Found { .. } | Verdict::Crashed(_));
        if trouble || self.areas.last().is_some_and(|(at, _)| *at != area) {
            self.noted(ui)?;
        }
        match self.areas.last_mut() {
            Some((at, fine)) if *at == area => *fine &= silent,
            _ => self.areas.push((area, silent)),
        }
        match &one.verdict {
            Verdict::Fine { note: None } if !verbose => Ok(()),
            Verdict::Fine { note: Some(note) } if !verbose => {
                self.notes.push(note.clone());
                Ok(())
            }
            Verdict::Fine { note } => {
                let mark = ui.palette.marks.fine;
                let (label, words) = match note {
                    Some(note) => (Label::Plain, ui.pick(note).to_owned()),
                    None => (Label::Dim, ui.lang.text(one.check.title).to_owned()),
                };
                row(ui, (Label::Good, mark), (Label::Plain, id, ID), (label, &words), "")
            }
            Verdict::Found { findings, unknown } => {
                for found in findings {
                    told(ui, id, ID, found, true)?;
                }
                match unknown {
                    Some(unknown) => skipped_line(ui, id, unknown, ""),
                    None => Ok(()),
                }
            }
            Verdict::Skipped(unknown) => {
                match self.skipped.iter_mut().find(|(why, _)| why == unknown) {
                    Some((_, ids)) => ids.push(id),
                    None => self.skipped.push((unknown.clone(), vec![id])),
                }
                Ok(())
            }
            Verdict::Crashed(why) => {
                let mark = ui.palette.marks.crashed;
                let words = say!(
                    "this check itself crashed: {why}; report it as a bug in gobs",
                    "这项检查自身崩溃：{why}；这是 gobs 的缺陷，请反馈",
                    why
                );
                let words = ui.pick(&words).to_owned();
                row(ui, (Label::Bad, mark), (Label::Strong, id, ID), (Label::Plain, &words), "")
            }
        }
    }

    /// The remarks of an area so far, on one line.
    fn noted(&mut self, ui: &mut Ui) -> io::Result<()> {
        let notes = std::mem::take(&mut self.notes);
        let Some((area, _)) = self.areas.last().filter(|_| !notes.is_empty()) else { return Ok(()) };
        let dot = format!(" {} ", ui.palette.marks.dot);
        let words = notes.iter().map(|note| ui.pick(note).to_owned()).collect::<Vec<_>>().join(&dot);
        let mark = ui.palette.marks.fine;
        row(ui, (Label::Good, mark), (Label::Plain, area, ID), (Label::Plain, &words), "")
    }

    /// The end of the table: the healthy areas, what was skipped, and the totals.
    pub fn finish(mut self, ui: &mut Ui, judged: &[Judged]) -> io::Result<()> {
        self.noted(ui)?;
        self.healthy(ui)?;
        for (unknown, ids) in &self.skipped {
            let names = self.names(ids);
            match names.as_slice() {
                [one] => skipped_line(ui, one, unknown, "")?,
                several => {
                    let count = ids.len();
                    let name = ui.pick(&say!("{count} checks", "{count} 项检查", count)).to_owned();
                    skipped_line(ui, &name, unknown, &several.join(" "))?;
                }
            }
        }
        let totals = Totals::of(judged).words(ui.lang, ui.palette.marks.dot);
        ui.raw("\n")?;
        ui.prose(Label::Strong, &totals, 0)
    }

    /// `✓ env  ✓ httpproxy  ✓ gobs`, as many on a line as fit.
    fn healthy(&self, ui: &mut Ui) -> io::Result<()> {
        let mark = ui.palette.marks.fine;
        let mut parts: Vec<(Label, String)> = Vec::new();
        let mut used = 0;
        for (area, _) in self.areas.iter().filter(|(_, fine)| *fine) {
            let wide = width(mark) + 1 + area.len();
            if used > 0 && used + 2 + wide > ui.width {
                flush(ui, &mut parts)?;
                used = 0;
            }
            if used > 0 {
                parts.push((Label::Plain, "  ".into()));
                used += 2;
            }
            parts.push((Label::Good, mark.into()));
            parts.push((Label::Plain, format!(" {area}")));
            used += wide;
        }
        flush(ui, &mut parts)
    }

    /// The checks by name; an area of which all were skipped for one reason by its glob.
    fn names(&self, ids: &[&'static str]) -> Vec<String> {
        let area = |id: &'static str| id.split('.').next().unwrap_or(id);
        let mut names: Vec<String> = Vec::new();
        for id in ids {
            let of_area = ids.iter().filter(|other| area(other) == area(id)).count();
            let name = match of_area > 1 && self.rows.get(area(id)) == Some(&of_area) {
                true => format!("{}.*", area(id)),
                false => (*id).to_owned(),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

fn flush(ui: &mut Ui, parts: &mut Vec<(Label, String)>) -> io::Result<()> {
    let parts = std::mem::take(parts);
    if parts.is_empty() {
        return Ok(());
    }
    let parts: Vec<(Label, &str)> = parts.iter().map(|(label, text)| (*label, text.as_str())).collect();
    ui.line(&parts)
}

/// A mark, a name in its column, words, and at the right end of the last line a remark.
fn row(
    ui: &mut Ui,
    (label, mark): (Label, &str),
    (name_label, name, column): (Label, &str, usize),
    (words_label, words): (Label, &str),
    right: &str,
) -> io::Result<()> {
    let name = if width(name) < column { pad(name, column) } else { format!("{name} ") };
    let beside = !ui.fold || ui.width >= NARROW;
    let indent = if beside { 2 + column } else { 4 };
    let mut head = vec![(label, mark.to_owned()), (Label::Plain, " ".to_owned()), (name_label, name.clone())];
    if !beside {
        name.trim_end().clone_into(&mut head[2].1);
        flush(ui, &mut head)?;
        head = vec![(Label::Plain, " ".repeat(indent))];
    }
    let first = if beside { 2 + width(&name) } else { indent };
    let lines = ui.folded(words, first, indent);
    let last = lines.len() - 1;
    for (at, line) in lines.iter().enumerate() {
        let mut used = if at == 0 { first } else { indent };
        if at > 0 {
            head.push((Label::Plain, " ".repeat(indent)));
        }
        head.push((words_label, line.clone()));
        used += width(line);
        if at == last && !right.is_empty() {
            let wide = width(right);
            let gap = if used + 2 + wide <= ui.width { ui.width - used - wide } else { 2 };
            if ui.fold && used + gap + wide > ui.width {
                flush(ui, &mut head)?;
                head.push((Label::Plain, " ".repeat(indent)));
            } else {
                head.push((Label::Plain, " ".repeat(gap)));
            }
            head.push((Label::Dim, right.to_owned()));
        }
        flush(ui, &mut head)?;
    }
    Ok(())
}

/// One finding with its evidence and remedy, as `explain`, `trace` and `init` show it.
pub fn finding(ui: &mut Ui, name: &str, finding: &Finding, offer_fix: bool) -> io::Result<()> {
    told(ui, name, NAME, finding, offer_fix)
}

fn told(ui: &mut Ui, name: &str, column: usize, finding: &Finding, offer_fix: bool) -> io::Result<()> {
    let marks = ui.palette.marks;
    let mark = match finding.level {
        Level::Error => (Label::Bad, marks.error),
        Level::Warning => (Label::Warn, marks.warning),
        Level::Info => (Label::Plain, marks.info),
    };
    let what = ui.pick(&finding.what).to_owned();
    row(ui, mark, (Label::Strong, name, column), (Label::Plain, &what), finding.kind.name())?;
    for evidence in &finding.evidence {
        detail(ui, &say!("at", "位置"), Label::Path, &place(&evidence.from, ui.lang))?;
        for seen in evidence.seen.lines().take(12) {
            detail(ui, &say!("seen", "看到"), Label::Plain, &shortened(seen))?;
        }
    }
    let Some(remedy) = &finding.remedy else {
        return Ok(());
    };
    let words = ui.pick(&remedy.say).to_owned();
    if remedy.automatic() && offer_fix {
        let command = format!("gobs fix {name}");
        let beside = DETAIL + command.len() + 4;
        if !ui.fold || beside + width(&words) <= ui.width {
            let parts =
                [(Label::Command, command.as_str()), (Label::Plain, "    "), (Label::Plain, words.as_str())];
            return detail_parts(ui, &say!("fix", "修复"), &parts);
        }
        detail(ui, &say!("fix", "修复"), Label::Command, &command)?;
        return ui.prose(Label::Plain, &words, DETAIL);
    }
    for (at, line) in ui.folded(&words, DETAIL, DETAIL).iter().enumerate() {
        let word = if at == 0 { say!("next", "下一步") } else { Msg::plain("") };
        detail(ui, &word, Label::Plain, line)?;
    }
    for command in remedy.commands() {
        for line in command.lines() {
            detail_parts(ui, &Msg::plain(""), &[(Label::Dim, "$ "), (Label::Command, line)])?;
        }
    }
    Ok(())
}

/// What was seen, as far as it says anything on one line.
fn shortened(seen: &str) -> String {
    match seen.char_indices().nth(SEEN) {
        Some((at, _)) => format!("{}…", &seen[..at]),
        None => seen.to_owned(),
    }
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

/// Columns before a detail.
const DETAIL: usize = 12;

/// A labelled line below a finding.
pub fn detail(ui: &mut Ui, word: &Msg, label: Label, text: &str) -> io::Result<()> {
    detail_parts(ui, word, &[(label, text)])
}

pub fn detail_parts(ui: &mut Ui, word: &Msg, parts: &[(Label, &str)]) -> io::Result<()> {
    let word = format!("    {}", pad(ui.lang.pick(word), 8));
    let mut line: Vec<(Label, &str)> = vec![(Label::Dim, &word)];
    line.extend_from_slice(parts);
    ui.line(&line)
}

/// What was not judged, and why; `which` checks, where the name does not say.
fn skipped_line(ui: &mut Ui, name: &str, unknown: &Unknown, which: &str) -> io::Result<()> {
    let mark = ui.palette.marks.skipped;
    let why = &unknown.why;
    let words = match which.is_empty() {
        true => say!("skipped: {why}", "跳过：{why}", why),
        false => say!("skipped: {why} ({which})", "跳过：{why}（{which}）", why, which),
    };
    let words = ui.pick(&words).to_owned();
    row(ui, (Label::Dim, mark), (Label::Dim, name, ID), (Label::Dim, &words), "")
}
