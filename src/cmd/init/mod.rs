//! `gobs init`: a profile becomes settings, settings become one change, and then the consumers are asked.

mod given;
mod report;
mod stale;

pub(super) use given::patterns_now;

use std::cell::RefCell;

use super::write::{Writing, counted, git_rules, plan_steps};
use super::{account, print, profile as load};
use crate::Exit;
use crate::cli::{Init, PlainFormat};
use crate::facts::{Facts, Looking};
use crate::journal::{AppliedProfile, Journal};
use crate::model::{Failure, Key, Msg, Setting, Step, TargetId};
use crate::plan::Plan;
use crate::profile::{EMBEDDED, Given, Merged, Private, Resolved, resolve};
use crate::say;
use crate::targets::DESKTOP;
use crate::text::forges::dangerous_pattern;
use crate::ui::{Label, Ui};
use crate::world::World;

pub(super) fn run(args: &Init, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    if args.print.is_none() && !args.dry_run && !args.check {
        account::may_write(world, args.root)?;
    }
    let facts = Facts::new(world, Looking { offline: args.offline, ..Looking::default() });
    std::thread::scope(|scope| {
        // What takes longest is looked at while the change is made: git's rules, if it has to be asked for them, and start files.
        if args.print.is_none() {
            // The profiles that come with gobs rewrite no URLs.
            let rewrites = !args.private.is_empty() || EMBEDDED.iter().all(|(name, _)| *name != args.profile);
            if rewrites && facts.plain_git_rules().is_none() {
                scope.spawn(|| facts.git_view());
            }
            scope.spawn(|| facts.acting("GOPROXY"));
        }
        let profile = profile(args, world)?;
        carry_out(args, world, ui, &profile, &facts)
    })
}

/// The profile that was asked for, with the private hosts of the command line.
fn profile(args: &Init, world: &World) -> anyhow::Result<Merged> {
    let source = load::Source::new(&args.profile, &args.pinned);
    let mut profile = load::load(world, &source, args.yes)?;
    for words in &args.private {
        let private = Private::from_words(words)?;
        if let Some((pattern, why)) = private
            .patterns()
            .into_iter()
            .find_map(|pattern| Some((pattern.clone(), dangerous_pattern(&pattern)?)))
        {
            return Err(Failure::new(say!(
                "--private {words}: `{pattern}`: {why}",
                "--private {words}：`{pattern}`：{why}",
                words,
                pattern,
                why
            ))
            .into());
        }
        profile.add_private(private);
    }
    Ok(profile)
}

fn carry_out(
    args: &Init,
    world: &World,
    ui: &mut Ui,
    profile: &Merged,
    facts: &Facts<'_>,
) -> anyhow::Result<Exit> {
    let given = given::given(args, ui, profile, facts)?;
    let resolved = || -> Result<Resolved, Failure> {
        // As they are at this moment: another gobs may have added its own.
        let before = applied_now(world).map_or_else(Vec::new, |before| before.private);
        let given =
            Given { patterns_now: patterns_now(world, facts), private_before: before, ..given.clone() };
        let mut resolved = resolve(profile, &given)?;
        if args.desktop {
            let twins: Vec<Setting> = resolved.settings.iter().filter_map(for_desktop).collect();
            resolved.settings.extend(twins);
        }
        Ok(resolved)
    };
    let latest = RefCell::new(resolved()?);
    if let Some(form) = args.print {
        ui.raw(&print::render(form, &latest.borrow().settings)?)?;
        return Ok(Exit::Fine);
    }
    let steps = |resolved: &Resolved| -> Vec<Step> {
        let stale = stale::stale(world, facts, profile, resolved);
        resolved.settings.iter().chain(&stale).cloned().map(Step::Set).collect()
    };
    let rules = git_rules(world, facts, &steps(&latest.borrow()));
    let writing = Writing {
        verb: "init",
        about: profile.chain.join(" < "),
        profile: &|| {
            Some(applied(load::lasting(world, profile), &latest.borrow(), applied_now(world).as_ref()))
        },
        undoes: None,
        yes: args.yes,
        dry_run: args.dry_run || args.check,
        json: args.format == PlainFormat::Json,
        draft: &|| {
            *latest.borrow_mut() = resolved()?;
            plan_steps(world, &rules, &steps(&latest.borrow()))
        },
        heading: &|plan| heading(profile, plan),
    };
    let written = writing.carry_out(world, ui)?;
    let resolved = latest.into_inner();
    for note in &resolved.notes {
        ui.say(Label::Dim, note);
    }
    report::report(args, world, ui, facts, &resolved, written)
}

/// What the profile is, and how much it would change.
fn heading(profile: &Merged, plan: &Plan) -> Msg {
    let files = Msg::counted(counted(plan).0, "file changes", "files change");
    let unnamed = Msg::plain(profile.chain.first().cloned().unwrap_or_default());
    let name = if profile.summary == Msg::default() { &unnamed } else { &profile.summary };
    let above = profile.chain.get(1..).unwrap_or_default().join(" < ");
    match above.is_empty() {
        true => say!("{name} · {files}", "{name} · 将改动 {files} 个文件", name, files),
        false => say!(
            "{name} (extends {above}) · {files}",
            "{name}（继承 {above}）· 将改动 {files} 个文件",
            name,
            above,
            files
        ),
    }
}

/// The profile in force at this moment.
fn applied_now(world: &World) -> Option<AppliedProfile> {
    Journal::under(world.places.state()?).applied_profile(&world.files)
}

/// The same variable for programs that the desktop starts.
fn for_desktop(setting: &Setting) -> Option<Setting> {
    (setting.target == TargetId::Shell)
        .then(|| Setting { key: Key::new([DESKTOP, setting.key.name()]), ..setting.clone() })
}

/// What is in force from now on. Private hosts, their keys and rules add up over the runs.
fn applied(name: String, resolved: &Resolved, before: Option<&AppliedProfile>) -> AppliedProfile {
    let mut applied =
        AppliedProfile { name, settings: resolved.settings.clone(), private: Vec::new(), pins: Vec::new() };
    for private in &resolved.private {
        applied.private.push(private.host.clone());
        let name = private.known_as();
        applied.pins.extend(private.host_keys.iter().map(|key| (name.clone(), key.clone())));
    }
    let Some(before) = before else { return applied };
    let named: Vec<String> = resolved.private.iter().map(Private::known_as).collect();
    applied.pins.extend(before.pins.iter().filter(|(name, _)| !named.contains(name)).cloned());
    let others = before.private.iter().filter(|host| !resolved.private.iter().any(|p| p.host == **host));
    applied.private.extend(others.cloned());
    let rules = before.settings.iter().filter(|old| {
        matches!(old.target, TargetId::Git | TargetId::Ssh | TargetId::KnownHosts)
            && !resolved.settings.iter().any(|new| new.target == old.target && new.key == old.key)
    });
    applied.settings.extend(rules.cloned());
    applied
}
