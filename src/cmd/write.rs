//! From a plan to the disk: show, ask, lock, look again, apply. The same for `init`, `fix` and `undo`.

use std::time::Duration;

use crate::Exit;
use crate::facts::{Facts, Looking};
use crate::journal::{self, AppliedProfile, Entry, Journal};
use crate::model::{Change, Failure, Msg, Step, TargetId};
use crate::plan::{Applied, Interrupted, Plan, Way, apply, plan, settle, survey};
use crate::say;
use crate::targets::{Ground, Refused};
use crate::text::gitcfg::insteadof::Rule;
use crate::ui::{Answer, Label, PlanView, Ui};
use crate::world::{Busy, Disk, World, reason};

/// How long another gobs is waited for.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// How often a plan is made again because files moved under it.
const ROUNDS: usize = 3;

/// What is to be written, and how it is to be asked for.
pub(super) struct Writing<'a> {
    pub(super) verb: &'static str,
    pub(super) about: String,
    /// The profile to take note of, over what is noted now.
    pub(super) profile: &'a dyn Fn() -> Option<AppliedProfile>,
    pub(super) undoes: Option<u32>,
    pub(super) yes: bool,
    pub(super) dry_run: bool,
    /// Nothing is printed on stdout but by the caller: it makes JSON.
    pub(super) json: bool,
    /// Makes the plan from what is on disk now.
    pub(super) draft: &'a dyn Fn() -> Result<Plan, Failure>,
    /// The first lines over the plan.
    pub(super) heading: &'a dyn Fn(&Plan) -> Msg,
}

/// How it ended.
#[derive(Debug)]
pub(super) enum Written {
    /// The plan is empty.
    Nothing(Plan),
    /// `--dry-run`.
    Shown(Plan),
    Declined(Plan),
    Done {
        plan: Plan,
        entry: u32,
    },
}

/// The ground that targets stand on in this world.
pub(super) fn ground<'w>(world: &'w World, git_rules: &'w [Rule]) -> Ground<'w> {
    Ground { places: &world.places, vars: &world.vars, cwd: &world.cwd, host: &world.host, git_rules }
}

/// The insteadOf rules git reads, where a step is about one; else nobody is asked.
pub(super) fn git_rules(world: &World, facts: &Facts<'_>, steps: &[Step]) -> Vec<Rule> {
    let about_urls = |step: &Step| matches!(step, Step::Set(setting) if setting.target == TargetId::Git && setting.key.first() == "url");
    if !steps.iter().any(about_urls) {
        return Vec::new();
    }
    // Whoever took long to answer a question has used up the time in which facts are looked for.
    let late = facts.is_over().then(|| Facts::new(world, Looking { offline: true, ..Looking::default() }));
    late.as_ref().unwrap_or(facts).git_rules().map(|rules| rules.list().to_vec()).unwrap_or_default()
}

/// The plan for steps, over what is on disk now.
pub(super) fn plan_steps(world: &World, git_rules: &[Rule], steps: &[Step]) -> Result<Plan, Failure> {
    let ground = ground(world, git_rules);
    let now = survey(&world.files, ground, steps);
    plan(ground, &now, steps).map_err(refused)
}

pub(super) fn refused(refused: Refused) -> Failure {
    Failure { what: refused.what, hint: refused.hint }
}

/// The journal of this account.
pub(super) fn journal(world: &World) -> Result<Journal, Failure> {
    world.places.state().map(Journal::under).ok_or_else(|| {
        Failure::new(say!("there is no place for gobs' journal", "没有地方存放 gobs 的改动记录"))
            .hint(say!("set HOME or XDG_STATE_HOME", "请设置 HOME 或 XDG_STATE_HOME"))
    })
}

impl Writing<'_> {
    /// Shows, asks, writes.
    pub(super) fn carry_out(&self, world: &World, ui: &mut Ui) -> anyhow::Result<Written> {
        let journal = journal(world)?;
        self.settle_first(world, ui, &journal)?;
        let mut plan = (self.draft)()?;
        if plan.is_empty() {
            if !self.dry_run {
                self.record(world, ui, &journal)?;
            }
            return Ok(Written::Nothing(plan));
        }
        if self.dry_run {
            self.show(ui, &plan, true)?;
            return Ok(Written::Shown(plan));
        }
        for _ in 0..ROUNDS {
            if !self.yes && !self.asked(ui, &plan)? {
                return Ok(Written::Declined(plan));
            }
            let mut disk = open_disk(world, self.verb)?;
            let fresh = (self.draft)()?;
            if fresh.changes == plan.changes || self.yes {
                if fresh.is_empty() {
                    return Ok(Written::Nothing(fresh));
                }
                match apply(&world.files, &mut disk, &journal, self.entry(world, &fresh))? {
                    Applied::Done(entry) => {
                        if self.yes {
                            self.show(ui, &fresh, false)?;
                        }
                        return Ok(Written::Done { plan: fresh, entry });
                    }
                    Applied::Moved(_) => plan = fresh,
                }
            } else {
                let moved = say!(
                    "files changed while you were reading; this is the new difference:",
                    "查看期间文件被改动，以下是新的差异："
                );
                ui.say(Label::Warn, &moved);
                plan = fresh;
            }
        }
        Err(Failure::new(say!(
            "the files keep changing under gobs; nothing was written",
            "文件一直被其他程序改动，gobs 没有写入任何内容"
        ))
        .hint(say!("stop what edits them and run this again", "请停下正在修改它们的程序后重试"))
        .into())
    }

    /// A profile may change without changing a file here (host key pins, private hosts): an entry without changes tells
    /// the doctor. Where none can be written, everything is as it was.
    fn record(&self, world: &World, ui: &mut Ui, journal: &Journal) -> anyhow::Result<()> {
        let wanted = (self.profile)();
        if wanted.is_none() || wanted == journal.applied_profile(&world.files) {
            return Ok(());
        }
        let recorded = open_disk(world, self.verb).and_then(|mut disk| {
            apply(&world.files, &mut disk, journal, self.entry(world, &Plan::default()))
        });
        if let Err(failure) = recorded {
            let why = failure.what;
            let words =
                say!("the profile could not be recorded: {why}", "没能记下这次采用的方案：{why}", why);
            ui.say(Label::Warn, &words);
        }
        Ok(())
    }

    fn entry(&self, world: &World, plan: &Plan) -> Entry {
        Entry {
            schema: journal::SCHEMA.into(),
            id: 0,
            verb: self.verb.into(),
            about: self.about.clone(),
            at: world.clock.now(),
            undoes: self.undoes,
            profile: (self.profile)(),
            changes: plan.changes.clone(),
            edits: plan.edits.clone(),
            locks: Vec::new(),
        }
    }

    fn show(&self, ui: &mut Ui, plan: &Plan, whole: bool) -> anyhow::Result<()> {
        if self.json {
            return Ok(());
        }
        let heading = (self.heading)(plan);
        let heading = ui.pick(&heading).to_owned();
        ui.line(&[(Label::Strong, &heading)])?;
        ui.raw("\n")?;
        PlanView { plan }.settings(ui)?;
        if whole {
            ui.raw("\n")?;
            PlanView { plan }.diff(ui)?;
        }
        ui.raw("\n")?;
        Ok(())
    }

    fn asked(&self, ui: &mut Ui, plan: &Plan) -> anyhow::Result<bool> {
        if ui.ask.is_none() || self.json {
            return Err(Failure::new(say!(
                "something would change, and there is no terminal to ask on",
                "有改动需要确认，但当前不在终端里"
            ))
            .hint(say!(
                "add --yes to write it, or --dry-run to look at it",
                "加 --yes 直接写入，或加 --dry-run 只查看"
            ))
            .into());
        }
        self.show(ui, plan, false)?;
        let question = say!(
            "Write it? [y] yes  [d] whole difference  [N] no  ",
            "写入？ [y] 是  [d] 看完整差异  [N] 否  "
        );
        loop {
            let lang = ui.lang;
            let Some(ask) = ui.ask.as_mut() else {
                return Ok(false);
            };
            match ask.write_it(&question, lang)? {
                Answer::Yes => return Ok(true),
                Answer::No => return Ok(false),
                Answer::Diff => PlanView { plan }.diff(ui)?,
            }
        }
    }

    /// An entry that a killed gobs left open is settled before anything else is written.
    fn settle_first(&self, world: &World, ui: &mut Ui, journal: &Journal) -> anyhow::Result<()> {
        if self.dry_run || !journal.has_open(&world.files) {
            return Ok(());
        }
        // An open entry may be that of a gobs at work: only under the lock is it surely a dead one's.
        let mut disk = open_disk(world, self.verb)?;
        for broken in Interrupted::all(&world.files, journal)? {
            let (verb, about) = (broken.entry.verb.clone(), broken.entry.about.clone());
            let (made, all) = (broken.made, broken.entry.changes.len());
            let way = if !broken.halfway() {
                if made == all { Way::Complete } else { Way::RollBack }
            } else if self.yes {
                Way::RollBack
            } else {
                let question = say!(
                    "an earlier `gobs {verb}` ({about}) was interrupted after {made} of {all} changes",
                    "上次的 `gobs {verb}`（{about}）在完成 {made}/{all} 项改动后中断",
                    verb,
                    about,
                    made,
                    all
                );
                let lang = ui.lang;
                let Some(ask) = ui.ask.as_mut() else {
                    return Err(Failure::new(question)
                        .hint(say!("add --yes to take its changes back first", "加 --yes 先撤回它已做的改动"))
                        .into());
                };
                let choices =
                    [say!("take back what it did", "撤回已做的改动"), say!("do the rest", "把剩下的做完")];
                match ask.choose(&question, &choices, lang)? {
                    0 => Way::RollBack,
                    _ => Way::Complete,
                }
            };
            settle(&world.files, &mut disk, journal, &broken, way)?;
            let done = match way {
                Way::RollBack => say!(
                    "an interrupted `gobs {verb}` was taken back",
                    "已撤回上次中断的 `gobs {verb}`",
                    verb
                ),
                Way::Complete => {
                    say!("an interrupted `gobs {verb}` was completed", "已完成上次中断的 `gobs {verb}`", verb)
                }
            };
            ui.say(Label::Dim, &done);
            for place in &broken.foreign {
                ui.say(
                    Label::Warn,
                    &say!(
                        "{place} was edited since and is left as it is",
                        "{place} 之后又被改过，保持原样",
                        place
                    ),
                );
            }
        }
        Ok(())
    }
}

/// The disk, under the lock that all gobs processes share.
pub(super) fn open_disk(world: &World, verb: &str) -> Result<Disk, Failure> {
    let state = world.places.state().ok_or_else(|| Failure::new(say!("HOME is not set", "没有设置 HOME")))?;
    let whoami = format!("gobs {verb}, pid {}", std::process::id());
    Disk::open(world, state, &whoami, LOCK_WAIT).map_err(|busy| match busy {
        Busy::Held { by, waited } => {
            let seconds = waited.as_secs();
            Failure::new(say!(
                "another gobs is writing ({by}); waited {seconds} s",
                "另一个 gobs 正在写入（{by}），已等待 {seconds} 秒",
                by,
                seconds
            ))
            .hint(say!("run this again when it is done", "等它结束后重新运行"))
        }
        Busy::Io(path, err) => {
            let (path, why) = (path.display(), reason(&err));
            Failure::new(say!("cannot write {path}: {why}", "写不了 {path}：{why}", path, why)).hint(say!(
                "gobs keeps its history there; it has to be writable by you",
                "gobs 的改动记录放在那里，需要对它有写权限"
            ))
        }
    })
}

/// Says where the plan changed things, for the line after a success.
pub(super) fn counted(plan: &Plan) -> (usize, Vec<String>) {
    let files: Vec<String> = plan.files().map(|path| path.display().to_string()).collect();
    let moved = plan.changes.iter().filter(|change| matches!(change, Change::Aside { .. })).count();
    (files.len() + moved, files)
}

/// The exit of a verb that only proposed.
pub(super) fn declined(ui: &mut Ui) -> Exit {
    ui.say(Label::Plain, &say!("nothing was written", "没有写入"));
    Exit::No
}
