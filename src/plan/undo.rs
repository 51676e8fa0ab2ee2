//! Taking an entry back: the bytes where they are still ours, else only the settings that still are.

use std::path::PathBuf;

use super::{lines, uncache};
use crate::journal::Entry;
use crate::model::plan::Edit;
use crate::model::{Change, Content, Setting, State, Step, Value};
use crate::targets::{Ground, Refused, target};
use crate::world::{Files, Seen, Snapshot};

/// How an entry is taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakeBack {
    /// Files whose bytes are still what we wrote: they get their old bytes, mode or absence.
    pub bytes: Vec<Change>,
    /// Settings in files that were edited since: each gets its old value.
    pub steps: Vec<Step>,
    /// What was edited since and stays.
    pub kept: Vec<Kept>,
}

/// A setting that somebody changed after us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub path: PathBuf,
    pub line: Option<u32>,
    pub key: String,
    pub now: Value,
}

/// Decides per file, by what stands there now.
pub fn take_back(files: &Files, ground: Ground<'_>, entry: &Entry) -> Result<TakeBack, Refused> {
    let mut back = TakeBack::default();
    for change in entry.changes.iter().rev() {
        let inverse = change.inverse();
        match &inverse {
            Change::File { path, before: ours, after: old } => {
                if let Some(fresh) = still_ours(files, path, ours.as_ref(), old.as_ref()) {
                    back.bytes.push(fresh);
                } else {
                    let edits: Vec<&Edit> = entry.edits.iter().filter(|edit| &edit.path == path).collect();
                    settings_back(files, ground, &edits, &mut back)?;
                    if edits.is_empty() && files.exists(path) {
                        back.kept.push(Kept {
                            path: path.clone(),
                            line: None,
                            key: String::new(),
                            now: Value::Absent,
                        });
                    }
                }
            }
            Change::Dir { path, before: Some(_), .. } if !files.is_dir(path) => {}
            Change::Aside { from, .. } if files.lstat(from).is_err() => {}
            Change::Aside { from, to } => {
                let moves = uncache::back(files, &back.bytes, from, to);
                back.bytes.extend(moves);
            }
            _ => back.bytes.push(inverse),
        }
    }
    Ok(back)
}

/// The inverse of a file's change, with the mode it has now as `before`; `None` where the bytes are not ours.
fn still_ours(
    files: &Files,
    path: &std::path::Path,
    ours: Option<&State>,
    old: Option<&State>,
) -> Option<Change> {
    let now = Snapshot::take(files, [path.to_path_buf()]);
    let before = match (now.at(path), ours) {
        (Seen::Absent, None) => None,
        (Seen::File(now), Some(State { content: Content::Same, mode })) if now.mode == *mode => {
            Some(State { content: Content::Same, mode: now.mode })
        }
        (Seen::File(now), Some(ours)) if now.content == ours.content => Some(now.clone()),
        _ => return None,
    };
    Some(Change::File { path: path.to_path_buf(), before, after: old.cloned() })
}

fn settings_back(
    files: &Files,
    ground: Ground<'_>,
    edits: &[&Edit],
    back: &mut TakeBack,
) -> Result<(), Refused> {
    for edit in edits {
        if let Some(step) = lines::back(edit) {
            let still = match &step {
                Step::Rewrite { path, from, to } => {
                    let bytes = files.read(path).unwrap_or_default();
                    lines::rewrite(&bytes, from, to).is_some()
                }
                _ => false,
            };
            match still {
                true => back.steps.push(step),
                false => back.kept.push(Kept {
                    path: edit.path.clone(),
                    line: edit.key.name().parse().ok(),
                    key: String::new(),
                    now: Value::Absent,
                }),
            }
            continue;
        }
        let target = target(edit.target);
        // What cannot be read any more would look as if it were gone.
        target.draft(ground, &Snapshot::take(files, target.files(ground)), &[])?;
        let find = |paths: Vec<PathBuf>| {
            let found = target.read(ground, &Snapshot::take(files, paths)).into_iter();
            let mut found = found.filter(|at| at.path == edit.path);
            found.find(|at| target.same(&at.key, &edit.key))
        };
        let standing = find(target.files(ground));
        // The environment, or a file that was made since, sends this target elsewhere now.
        let alone = || find(vec![edit.path.clone()]);
        if !target.files(ground).contains(&edit.path) || (standing.is_none() && alone().is_some()) {
            let (key, line) = (String::new(), None);
            let kept = Kept { path: edit.path.clone(), line, key, now: Value::Absent };
            if !back.kept.contains(&kept) {
                back.kept.push(kept);
            }
            continue;
        }
        let value = standing.as_ref().map_or(Value::Absent, |at| at.value.clone());
        if value.list() == edit.after.list() {
            back.steps.push(Step::Set(Setting::back(edit.target, edit.key.clone(), edit.before.clone())));
        } else if let Some(theirs) = without_ours(&value, edit) {
            back.steps.push(Step::Set(Setting::back(edit.target, edit.key.clone(), theirs)));
        } else if value.list() != edit.before.list() {
            back.kept.push(Kept {
                path: edit.path.clone(),
                line: standing.and_then(|at| at.line),
                key: edit.key.to_string(),
                now: value,
            });
        }
    }
    Ok(())
}

/// A list of values to which we and others added: theirs alone. `None` where ours are not all there.
fn without_ours(now: &Value, edit: &Edit) -> Option<Value> {
    let (Value::Many(now), Value::Many(after)) = (now, &edit.after) else { return None };
    let before = edit.before.list();
    let ours: Vec<&String> = after.iter().filter(|value| !before.contains(value)).collect();
    let added = !ours.is_empty() && before.iter().all(|value| after.contains(value));
    let there = ours.iter().all(|value| now.contains(value));
    let theirs = now.iter().filter(|value| !ours.contains(value)).cloned().collect();
    (added && there).then(|| Value::from_list(theirs))
}
