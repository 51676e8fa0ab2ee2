//! A plan for the eye: first the settings with their reasons, on demand the whole difference.

use std::io;
use std::path::Path;

use super::Ui;
use super::palette::{Label, pad, width};
use crate::model::plan::Edit;
use crate::model::{Change, Content, State, TargetId, Value};
use crate::plan::Plan;
use crate::say;
use crate::text::diff;

/// How to show a plan.
pub struct PlanView<'p> {
    pub plan: &'p Plan,
}

impl PlanView<'_> {
    /// Settings by file, aligned, each with its reason; then what was left out, then notes.
    pub fn settings(&self, ui: &mut Ui) -> io::Result<()> {
        let mut shown: Vec<&Path> = Vec::new();
        for change in &self.plan.changes {
            let Change::File { path, before, after } = change else {
                continue;
            };
            if shown.contains(&path.as_path()) {
                continue;
            }
            shown.push(path);
            let path_text = path.display().to_string();
            ui.line(&[(Label::Plain, "  "), (Label::Path, &path_text)])?;
            let edits: Vec<&Edit> = self.plan.edits_of(path).collect();
            // A long name reaches into the next column rather than pushing it away from all others.
            let wide =
                edits.iter().map(|edit| width(&title(edit))).filter(|wide| *wide <= 40).max().unwrap_or(0);
            for edit in &edits {
                row(ui, edit, wide)?;
            }
            if edits.is_empty() {
                let what = file_summary(before.as_ref(), after.as_ref());
                let what = ui.pick(&what).to_owned();
                ui.line(&[(Label::Plain, "  "), (Label::Dim, &what)])?;
            }
        }
        for change in &self.plan.changes {
            if let Change::Aside { from, .. } = change {
                let (from, word) =
                    (from.display().to_string(), ui.pick(&say!("moved aside", "移到一边")).to_owned());
                ui.line(&[
                    (Label::Plain, "  "),
                    (Label::Path, &from),
                    (Label::Dim, "  "),
                    (Label::Dim, &word),
                ])?;
            }
        }
        for conflict in &self.plan.conflicts {
            let key = conflict.setting.key.to_string();
            let why = ui.pick(&conflict.why).to_owned();
            ui.line(&[
                (Label::Warn, "  ! "),
                (Label::Plain, &key),
                (Label::Plain, ": "),
                (Label::Plain, &why),
            ])?;
        }
        for note in &self.plan.notes {
            let note = ui.pick(note).to_owned();
            ui.line(&[(Label::Dim, "  "), (Label::Dim, &note)])?;
        }
        Ok(())
    }

    /// Every file's unified difference.
    pub fn diff(&self, ui: &mut Ui) -> io::Result<()> {
        for change in &self.plan.changes {
            match change {
                Change::File { path, before, after } => file_diff(ui, path, before.as_ref(), after.as_ref())?,
                Change::Dir { path, before: None, after: Some(mode) } => {
                    let line = format!("mkdir -m {mode:o} {}", path.display());
                    ui.line(&[(Label::Added, "+ "), (Label::Added, &line)])?;
                }
                Change::Dir { path, before: Some(_), after: None } => {
                    let line = format!("rmdir {}", path.display());
                    ui.line(&[(Label::Removed, "- "), (Label::Removed, &line)])?;
                }
                Change::Dir { path, before, after } => mode_line(ui, path, *before, *after)?,
                Change::Var { name, before, after } => {
                    for (label, sign, value) in [(Label::Removed, "- ", before), (Label::Added, "+ ", after)]
                    {
                        if let Some(value) = value {
                            ui.line(&[(label, sign), (label, name), (label, "="), (label, value)])?;
                        }
                    }
                }
                Change::Aside { from, to } => {
                    let (from, to) = (from.display().to_string(), to.display().to_string());
                    let arrow = format!(" {} ", ui.palette.marks.arrow);
                    ui.line(&[(Label::Removed, &from), (Label::Dim, &arrow), (Label::Dim, &to)])?;
                }
            }
        }
        Ok(())
    }
}

fn row(ui: &mut Ui, edit: &Edit, wide: usize) -> io::Result<()> {
    let (sign, label) = match (&edit.before, &edit.after) {
        (Value::Absent, _) => ("+ ", Label::Added),
        (_, Value::Absent) => ("- ", Label::Removed),
        _ => ("~ ", Label::Warn),
    };
    let title = title(edit);
    let name = if title.is_empty() { title } else { pad(&title, wide) + "  " };
    let value = match (&edit.before, &edit.after) {
        (Value::Absent, after) => shown(edit, after),
        (before, Value::Absent) => shown(edit, before),
        (before, after) => {
            format!("{} {} {}", shown(edit, before), ui.palette.marks.arrow, shown(edit, after))
        }
    };
    ui.line(&[(label, "  "), (label, sign), (Label::Strong, &name), (Label::Plain, &value)])?;
    if let Some(why) = &edit.why {
        let why = ui.pick(why).to_owned();
        let indent = " ".repeat(wide + 6);
        ui.line(&[(Label::Plain, &indent), (Label::Dim, &why)])?;
    }
    Ok(())
}

/// The name of a setting as its owner writes it.
fn title(edit: &Edit) -> String {
    match (edit.target, edit.key.0.as_slice()) {
        (TargetId::Git, [section, .., last]) if section == "url" => last.clone(),
        (_, [word, number]) if word == "line" => format!(":{number}"),
        (TargetId::Shell, [.., name]) if name != "." => name.clone(),
        (TargetId::Shell, _) => String::new(),
        (TargetId::Ssh, [host, option]) => format!("{host} {option}"),
        _ => edit.key.to_string(),
    }
}

fn shown(edit: &Edit, value: &Value) -> String {
    match (edit.target, edit.key.0.as_slice()) {
        (TargetId::Git, [section, base, _]) if section == "url" => format!("{value} → {base}"),
        (_, [word, _]) if word == "line" => value.to_string().trim_end().replace('\n', "⏎"),
        _ => value.to_string(),
    }
}

fn file_summary(before: Option<&State>, after: Option<&State>) -> crate::model::Msg {
    match (before, after) {
        (Some(State { content: Content::Same, mode: was }), Some(State { mode, .. })) => {
            say!("mode {was} → {mode}", "权限 {was} → {mode}", was = Octal(*was), mode = Octal(*mode))
        }
        (_, None) => say!("is removed", "删除"),
        (None, _) => say!("is made", "新建"),
        _ => say!("is changed", "修改"),
    }
}

struct Octal(u32);

impl std::fmt::Display for Octal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:o}", self.0)
    }
}

fn mode_line(ui: &mut Ui, path: &Path, before: Option<u32>, after: Option<u32>) -> io::Result<()> {
    let (was, mode) = (before.unwrap_or(0), after.unwrap_or(0));
    let line = format!("chmod {mode:o} {}   # {was:o}", path.display());
    ui.line(&[(Label::Warn, "~ "), (Label::Warn, &line)])
}

fn file_diff(ui: &mut Ui, path: &Path, before: Option<&State>, after: Option<&State>) -> io::Result<()> {
    if let (Some(State { content: Content::Same, mode: was }), Some(State { mode, .. })) = (before, after) {
        return mode_line(ui, path, Some(*was), Some(*mode));
    }
    let name = |there: bool| {
        if there { path.display().to_string() } else { "/dev/null".to_owned() }
    };
    let (old, new) = (name(before.is_some()), name(after.is_some()));
    ui.line(&[(Label::Strong, "--- "), (Label::Strong, &old)])?;
    ui.line(&[(Label::Strong, "+++ "), (Label::Strong, &new)])?;
    let bytes = |state: Option<&State>| state.and_then(State::known_bytes).unwrap_or(&[]).to_vec();
    for line in diff::unified(&bytes(before), &bytes(after)) {
        match line {
            diff::Line::Hunk(text) => ui.line(&[(Label::Hunk, &text)])?,
            diff::Line::Same(text) => ui.line(&[(Label::Plain, " "), (Label::Plain, &text)])?,
            diff::Line::Removed(text) => ui.line(&[(Label::Removed, "-"), (Label::Removed, &text)])?,
            diff::Line::Added(text) => ui.line(&[(Label::Added, "+"), (Label::Added, &text)])?,
            diff::Line::NoNewline => ui.line(&[(Label::Dim, "\\ No newline at end of file")])?,
        }
    }
    Ok(())
}
