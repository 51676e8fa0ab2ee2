//! `gobs undo`: the inverse of an entry of the journal, through the same plan and the same question.

use serde_json::json;

use super::account;
use super::write::{Writing, Written, declined, ground, journal, refused};
use crate::Exit;
use crate::cli::{PlainFormat, Undo};
use crate::journal::Entry;
use crate::model::{Failure, Msg};
use crate::plan::{Plan, TakeBack, plan, survey, take_back};
use crate::say;
use crate::ui::{Label, Ui, json_string, plan_json};
use crate::world::World;

pub(super) fn run(args: &Undo, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    if args.list {
        return list(args, world, ui);
    }
    if !args.dry_run {
        account::may_write(world, args.root)?;
    }
    let Some(entry) = wanted(args, world)? else {
        let words = say!("nothing to undo", "没有可撤销的改动");
        if args.format == PlainFormat::Json {
            return json_report(ui, &Plan::default(), None, &TakeBack::default(), Exit::Fine);
        }
        ui.say(Label::Plain, &words);
        return Ok(Exit::Fine);
    };
    let back = take_back(&world.files, ground(world, &[]), &entry).map_err(refused)?;
    let writing = Writing {
        verb: "undo",
        about: format!("{}: {} {}", entry.id, entry.verb, entry.about),
        profile: &|| None,
        undoes: Some(entry.id),
        yes: args.yes,
        dry_run: args.dry_run,
        json: args.format == PlainFormat::Json,
        draft: &|| draft(world, &entry),
        heading: &|_| heading(&entry),
    };
    let written = writing.carry_out(world, ui)?;
    report(args, ui, &back, &written)
}

fn wanted(args: &Undo, world: &World) -> Result<Option<Entry>, Failure> {
    let journal = journal(world)?;
    let Some(id) = args.entry else {
        return journal.last(&world.files);
    };
    match journal.entry(&world.files, id)? {
        Some(entry) => Ok(Some(entry)),
        None => Err(Failure::new(say!("the history has no entry {id}", "历史记录中没有第 {id} 条", id))
            .hint(say!("see it with: gobs undo --list", "查看：gobs undo --list"))),
    }
}

/// Files that are still ours get their bytes; settings in the others are planned like any wish.
fn draft(world: &World, entry: &Entry) -> Result<Plan, Failure> {
    let back = take_back(&world.files, ground(world, &[]), entry).map_err(refused)?;
    let now = survey(&world.files, ground(world, &[]), &back.steps);
    let mut plan = plan(ground(world, &[]), &now, &back.steps).map_err(refused)?;
    plan.changes.splice(0..0, back.bytes);
    let undone = entry
        .edits
        .iter()
        .filter(|edit| !plan.edits.iter().any(|e| e.key == edit.key && e.path == edit.path));
    let files: Vec<_> = plan.files().map(std::path::Path::to_path_buf).collect();
    let inverse: Vec<_> = undone
        .filter(|edit| files.contains(&edit.path))
        .filter(|edit| {
            !back.kept.iter().any(|kept| kept.path == edit.path && kept.key == edit.key.to_string())
        })
        .map(|edit| crate::model::plan::Edit {
            before: edit.after.clone(),
            after: edit.before.clone(),
            why: None,
            ..edit.clone()
        })
        .collect();
    plan.edits.extend(inverse);
    Ok(plan)
}

fn heading(entry: &Entry) -> Msg {
    let (id, verb, about) = (entry.id, &entry.verb, &entry.about);
    say!("takes back {id}: {verb} {about}", "撤销第 {id} 条：{verb} {about}", id, verb, about)
}

fn report(args: &Undo, ui: &mut Ui, back: &TakeBack, written: &Written) -> anyhow::Result<Exit> {
    let (plan, done, exit) = match written {
        Written::Done { plan, entry } => (plan, Some(*entry), Exit::Fine),
        Written::Declined(plan) => (plan, None, declined(ui)),
        Written::Nothing(plan) | Written::Shown(plan) => (plan, None, Exit::Fine),
    };
    let exit = if back.kept.is_empty() { exit } else { exit.max(Exit::No) };
    if args.format == PlainFormat::Json {
        return json_report(ui, plan, done, back, exit);
    }
    let (mark, words) = match written {
        Written::Done { .. } => (ui.palette.marks.fine, say!("taken back", "已撤销")),
        Written::Nothing(_) if back.kept.is_empty() => (
            ui.palette.marks.fine,
            say!("nothing to undo: all of it is gone already", "没有可撤销的：这些改动已不存在"),
        ),
        Written::Nothing(_) => (ui.palette.marks.warning, say!("nothing was taken back", "没有撤销任何内容")),
        _ => return Ok(exit),
    };
    ui.line(&[(Label::Good, mark), (Label::Plain, " "), (Label::Plain, ui.lang.pick(&words))])?;
    for kept in &back.kept {
        let line = kept.line.map_or(String::new(), |line| format!(":{line}"));
        let (place, key, now) = (format!("{}{line}", kept.path.display()), &kept.key, kept.now.to_string());
        let words = match key.is_empty() {
            true => {
                say!("{place} was edited since and stays as it is", "{place} 之后又被改过，保持原样", place)
            }
            false => say!(
                "{place}: {key} was edited since ({now}) and stays",
                "{place}：{key} 之后又被改过（{now}），保持不变",
                place,
                key,
                now
            ),
        };
        let words = ui.lang.pick(&words).to_owned();
        ui.line(&[(Label::Warn, ui.palette.marks.warning), (Label::Plain, " "), (Label::Plain, &words)])?;
    }
    Ok(exit)
}

fn json_report(
    ui: &mut Ui,
    plan: &Plan,
    done: Option<u32>,
    back: &TakeBack,
    exit: Exit,
) -> anyhow::Result<Exit> {
    let kept: Vec<_> = back
        .kept
        .iter()
        .map(|kept| json!({ "path": kept.path, "line": kept.line, "key": kept.key, "now": kept.now }))
        .collect();
    let document = json!({
        "schema": "gobs.report/1",
        "gobs": env!("CARGO_PKG_VERSION"),
        "verb": "undo",
        "plan": plan_json(plan),
        "applied": done,
        "kept": kept,
    });
    let text = json_string(document, &ui.redact);
    ui.raw(&text)?;
    Ok(exit)
}

fn list(args: &Undo, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    let entries = journal(world)?.entries(&world.files)?;
    if args.format == PlainFormat::Json {
        let rows: Vec<_> = entries
            .iter()
            .map(|entry| {
                let files: Vec<_> = entry.changes.iter().map(crate::model::Change::place).collect();
                json!({ "id": entry.id, "verb": entry.verb, "about": entry.about, "at": entry.at, "undoes": entry.undoes, "places": files })
            })
            .collect();
        let text = json_string(json!({ "schema": "gobs.history/1", "entries": rows }), &ui.redact);
        ui.raw(&text)?;
        return Ok(Exit::Fine);
    }
    for entry in entries.iter().rev() {
        let (id, when) = (format!("{:>4}  ", entry.id), crate::text::time::utc(entry.at));
        let what = format!("  {} {}", entry.verb, entry.about);
        ui.line(&[(Label::Strong, &id), (Label::Dim, &when), (Label::Plain, &what)])?;
        if entry.changes.is_empty() {
            let words = say!("no file; gobs took note of the profile", "没有改文件，只记下了方案");
            let words = ui.lang.pick(&words).to_owned();
            ui.line(&[(Label::Plain, "        "), (Label::Dim, &words)])?;
        }
        for change in &entry.changes {
            if !matches!(change, crate::model::Change::Dir { .. }) {
                ui.line(&[(Label::Plain, "        "), (Label::Path, &change.place())])?;
            }
        }
    }
    Ok(Exit::Fine)
}
