//! Wishes over a snapshot become a plan: each target drafts in turn on what the one before it left.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Plan, lines, parent, uncache};
use crate::model::plan::Edit;
use crate::model::{Change, Content, Msg, Setting, State, Step, TargetId};
use crate::order::Order;
use crate::say;
use crate::targets::{Draft, Ground, Refused, readable, target};
use crate::world::{Files, Seen, Snapshot};

/// A wish that was left out, and who stands in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub setting: Setting,
    pub why: Msg,
}

/// Looks at everything that [`plan`] will need to know for these steps.
pub fn survey(files: &Files, ground: Ground<'_>, steps: &[Step]) -> Snapshot {
    let mut paths: Vec<PathBuf> = Vec::new();
    for step in steps {
        match step {
            Step::Set(setting) => paths.extend(target(setting.target).files(ground)),
            Step::Chmod { path, .. } | Step::CommentOut { path, .. } | Step::Rewrite { path, .. } => {
                paths.push(path.clone());
            }
            Step::Uncache { .. } => paths.extend(uncache::place(step)),
            Step::Run { .. } => {}
        }
    }
    let above: Vec<PathBuf> =
        paths.iter().flat_map(|path| path.ancestors().skip(1).map(Path::to_path_buf)).collect();
    paths.extend(above.into_iter().filter(|dir| !dir.as_os_str().is_empty()));
    paths.order();
    paths.dedup();
    Snapshot::take(files, paths)
}

/// What has to change so that every step is done; nothing where all is as wished. Pure.
///
/// A `Run` step is not planned: it is for a person.
pub fn plan(ground: Ground<'_>, now: &Snapshot, steps: &[Step]) -> Result<Plan, Refused> {
    let mut drafting = Drafting {
        before: now,
        after: now.clone(),
        touched: Vec::new(),
        dirs: BTreeMap::new(),
        made: BTreeMap::new(),
        new_dir: 0o777 & !ground.host.umask,
    };
    let mut plan = Plan::default();
    drafting.lines(ground, steps, &mut plan)?;
    for id in TargetId::ALL {
        let wishes = wishes(steps, id);
        if wishes.is_empty() {
            continue;
        }
        let draft = target(id).draft(ground, &drafting.after, &wishes)?;
        drafting.take(&draft);
        plan.edits.extend(draft.edits.into_iter().map(|drafted| Edit {
            target: id,
            path: drafted.path,
            key: drafted.setting.key,
            before: drafted.before,
            after: drafted.setting.value,
            why: drafted.setting.why,
        }));
        plan.conflicts.extend(draft.conflicts.into_iter().map(|(setting, why)| Conflict { setting, why }));
        plan.notes.extend(draft.notes);
    }
    for step in steps {
        if let Step::Chmod { path, mode } = step {
            drafting.chmod(path, *mode);
        }
    }
    let asides = uncache::changes(steps);
    for change in &asides {
        drafting.aside(change)?;
    }
    plan.changes = drafting.changes()?;
    plan.changes.extend(asides);
    Ok(plan)
}

/// The settings wished of one target; of two wishes for a key the first counts.
fn wishes(steps: &[Step], id: TargetId) -> Vec<Setting> {
    let mut wishes: Vec<Setting> = Vec::new();
    for step in steps {
        if let Step::Set(setting) = step
            && setting.target == id
            && !wishes.iter().any(|wish| wish.key == setting.key)
        {
            wishes.push(setting.clone());
        }
    }
    wishes
}

struct Drafting<'s> {
    before: &'s Snapshot,
    after: Snapshot,
    touched: Vec<PathBuf>,
    /// Directories that a target wants with a mode of its own.
    dirs: BTreeMap<PathBuf, u32>,
    /// Directories to make for what is moved aside.
    made: BTreeMap<PathBuf, u32>,
    /// The mode of other directories that have to be made.
    new_dir: u32,
}

impl Drafting<'_> {
    /// Lines come before settings: what a target drafts stands on what is left of the file.
    fn lines(&mut self, ground: Ground<'_>, steps: &[Step], plan: &mut Plan) -> Result<(), Refused> {
        let mut out: BTreeMap<&Path, Vec<(u32, &str)>> = BTreeMap::new();
        for step in steps {
            match step {
                Step::CommentOut { path, line, was } => out.entry(path).or_default().push((*line, was)),
                Step::Rewrite { path, from, to } => {
                    if let Some(after) = lines::rewrite(readable(&self.after, path)?, from, to) {
                        self.rewritten(path, after);
                    }
                }
                _ => {}
            }
        }
        for (path, numbers) in out {
            let (after, edits) = lines::comment_out(ground, path, readable(&self.after, path)?, numbers)?;
            self.rewritten(path, after);
            plan.edits.extend(edits);
        }
        Ok(())
    }

    fn rewritten(&mut self, path: &Path, bytes: Vec<u8>) {
        if let Some(state) = self.after.state(path).cloned() {
            self.after.put(path.to_path_buf(), Seen::File(State { content: Content::Bytes(bytes), ..state }));
            self.touch(path);
        }
    }

    fn take(&mut self, draft: &Draft) {
        for change in &draft.changes {
            match change {
                Change::File { path, after, .. } => {
                    let seen = after.clone().map_or(Seen::Absent, Seen::File);
                    self.after.put(path.clone(), seen);
                    self.touch(path);
                }
                Change::Dir { path, after: Some(mode), .. } => {
                    self.dirs.insert(path.clone(), *mode);
                }
                _ => {}
            }
        }
    }

    /// A mode of its own: the bytes are not looked at, or they would stand in the journal.
    fn chmod(&mut self, path: &Path, mode: u32) {
        match self.after.at(path).clone() {
            Seen::File(state) if state.mode != mode => {
                let content =
                    if self.touched.iter().any(|p| p == path) { state.content } else { Content::Same };
                self.after.put(path.to_path_buf(), Seen::File(State { content, mode }));
                self.touch(path);
            }
            Seen::Dir { mode: was } if was != mode => {
                self.dirs.insert(path.to_path_buf(), mode);
            }
            _ => {}
        }
    }

    /// The directories that something moved aside needs: only for us to enter.
    fn aside(&mut self, change: &Change) -> Result<(), Refused> {
        if let Change::Aside { to, .. } = change {
            for dir in missing_dirs(self.before, to)? {
                self.made.insert(dir, 0o700);
            }
        }
        Ok(())
    }

    fn touch(&mut self, path: &Path) {
        if !self.touched.iter().any(|p| p == path) {
            self.touched.push(path.to_path_buf());
        }
    }

    fn changes(self) -> Result<Vec<Change>, Refused> {
        let mut files = Vec::new();
        let mut dirs: BTreeMap<PathBuf, Change> = BTreeMap::new();
        for path in &self.touched {
            let after = self.after.state(path).cloned();
            let before = match (&after, self.before.state(path).cloned()) {
                (Some(State { content: Content::Same, .. }), Some(state)) => {
                    Some(State { content: Content::Same, ..state })
                }
                (_, before) => before,
            };
            if before == after {
                continue;
            }
            for dir in missing_dirs(self.before, path)? {
                let mode = self.dirs.get(&dir).copied().unwrap_or(self.new_dir);
                dirs.insert(dir.clone(), Change::Dir { path: dir, before: None, after: Some(mode) });
            }
            files.push(Change::File { path: path.clone(), before, after });
        }
        for (path, mode) in self.made {
            dirs.entry(path.clone()).or_insert(Change::Dir { path, before: None, after: Some(mode) });
        }
        for (path, mode) in &self.dirs {
            if let Seen::Dir { mode: was } = self.before.at(path)
                && was != mode
            {
                let change = Change::Dir { path: path.clone(), before: Some(*was), after: Some(*mode) };
                dirs.insert(path.clone(), change);
            }
        }
        Ok(dirs.into_values().chain(files).collect())
    }
}

/// The directories to make before `path` can be written, outermost first.
fn missing_dirs(now: &Snapshot, path: &Path) -> Result<Vec<PathBuf>, Refused> {
    let mut missing = Vec::new();
    let mut dir = parent(path);
    loop {
        match now.at(&dir) {
            Seen::Dir { .. } => break,
            Seen::Absent => missing.push(dir.clone()),
            Seen::File(_) | Seen::Unreadable(_) => {
                let (shown, file) = (dir.display(), path.display());
                return Err(Refused {
                    what: say!(
                        "{shown} is not a directory, so {file} cannot be written",
                        "{shown} 不是目录，无法写入 {file}",
                        shown,
                        file
                    ),
                    hint: None,
                });
            }
        }
        match dir.parent() {
            Some(up) if !up.as_os_str().is_empty() => dir = up.to_path_buf(),
            _ => break,
        }
    }
    missing.reverse();
    Ok(missing)
}
