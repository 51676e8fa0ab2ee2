//! `gobs init`: a profile becomes settings, settings become one change, and then the consumers are asked.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use super::write::{Writing, Written, counted, declined, journal, plan_steps};
use super::{account, print, profile as load};
use crate::Exit;
use crate::cli::{Init, PlainFormat};
use crate::facts::go::EnvFile;
use crate::facts::{Facts, Looking};
use crate::model::{Failure, Finding, Msg, Step, TargetId};
use crate::plan::{AppliedProfile, Plan};
use crate::profile::{Given, Merged, Private, Resolved, VarSort, go_fault, resolve};
use crate::proof::{self, Shadow};
use crate::say;
use crate::text::url::Url;
use crate::text::words::nearest;
use crate::ui::{Label, Ui, finding_json, json_string, plan_json};
use crate::world::World;

pub(super) fn run(args: &Init, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    if args.print.is_none() && !args.dry_run && !args.check {
        account::may_write(world, args.root)?;
    }
    let source = load::Source {
        name: &args.profile,
        sha256: args.sha256.as_deref(),
        ca: args.ca.as_deref(),
    };
    let mut profile = load::load(world, &source, args.yes)?;
    for words in &args.private {
        profile.add_private(Private::from_words(words)?);
    }
    let facts = Facts::new(
        world,
        Looking {
            offline: args.offline,
            ..Looking::default()
        },
    );
    let given = given(args, world, ui, &profile, &facts)?;
    let resolved = resolve(&profile, &given)?;
    if let Some(form) = args.print {
        ui.raw(&print::render(form, &resolved.settings)?)?;
        return Ok(Exit::Fine);
    }
    let steps: Vec<Step> = resolved.settings.iter().cloned().map(Step::Set).collect();
    let writing = Writing {
        verb: "init",
        about: profile.chain.join(" < "),
        profile: Some(applied(&profile, &resolved)),
        undoes: None,
        yes: args.yes,
        dry_run: args.dry_run || args.check,
        json: args.format == PlainFormat::Json,
        draft: &|| plan_steps(world, &steps),
        heading: &|plan| heading(&profile, plan),
    };
    let written = writing.carry_out(world, ui)?;
    for note in &resolved.notes {
        ui.say(Label::Dim, note);
    }
    report(args, world, ui, &resolved, written)
}

/// What the profile is, and how much it would change.
fn heading(profile: &Merged, plan: &Plan) -> Msg {
    let (files, _) = counted(plan);
    let name = &profile.summary;
    let above = profile.chain.get(1..).unwrap_or_default().join(" < ");
    match above.is_empty() {
        true => say!(
            "{name} · {files} file(s) change",
            "{name} · 将改动 {files} 个文件",
            name,
            files
        ),
        false => say!(
            "{name} (extends {above}) · {files} file(s) change",
            "{name}（继承 {above}）· 将改动 {files} 个文件",
            name,
            above,
            files
        ),
    }
}

fn applied(profile: &Merged, resolved: &Resolved) -> AppliedProfile {
    AppliedProfile {
        name: profile.chain.first().cloned().unwrap_or_default(),
        settings: resolved.settings.clone(),
        private: resolved
            .private
            .iter()
            .map(|private| private.host.clone())
            .collect(),
    }
}

/// `--set` and the answers on a terminal, checked; what the proxy says it relays; the patterns in force now.
fn given(
    args: &Init,
    world: &World,
    ui: &mut Ui,
    profile: &Merged,
    facts: &Facts<'_>,
) -> anyhow::Result<Given> {
    let mut given = Given::default();
    for words in &args.set {
        let (name, value) = words.split_once('=').ok_or_else(|| {
            Failure::new(say!(
                "--set {words}: there is no `=`",
                "--set {words}：缺少 `=`",
                words
            ))
        })?;
        if let Some(var) = profile.vars.get(name) {
            check_var(name, var.sort, value)?;
            if !value.is_empty() {
                given
                    .vars
                    .insert(name.to_owned(), value.trim_end_matches('/').to_owned());
            }
        } else if crate::text::goenv::is_writable(name) {
            if let Some(what) = go_fault(name, value, false) {
                return Err(Failure::new(what).into());
            }
            given.set.insert(name.to_owned(), value.to_owned());
        } else {
            return Err(unknown_set(name, profile).into());
        }
    }
    ask_for(args, ui, profile, facts, &mut given)?;
    if let Some(proxy) = given.vars.get("proxy") {
        match facts.relays_sumdb(proxy, "sum.golang.org") {
            Ok(true) => _ = given.facts.insert("proxy.sumdb"),
            Ok(false) => {}
            Err(unknown) => {
                given.facts.insert("proxy.silent");
                ui.say(Label::Warn, &unknown.why);
            }
        }
    }
    if facts.platform_without_toolchain() {
        given.facts.insert("machine.no-toolchain");
    }
    given.patterns_now = patterns_now(facts);
    given.patterns_ours = patterns_ours(world);
    Ok(given)
}

/// What a variable of the profile may hold.
fn check_var(name: &str, sort: VarSort, value: &str) -> Result<(), Failure> {
    let wrong = |what: Msg| {
        Failure::new(say!(
            "{name}={value}: {what}",
            "{name}={value}：{what}",
            name,
            value,
            what
        ))
    };
    if value.is_empty() {
        return Ok(());
    }
    match sort {
        VarSort::Url => match Url::parse(value) {
            Ok(url) if matches!(url.scheme.as_str(), "http" | "https" | "socks5") && !url.host.is_empty() => {
                Ok(())
            }
            _ => Err(wrong(say!("not an http or https URL", "不是 http 或 https 地址"))),
        },
        VarSort::Path if !std::path::Path::new(value).is_absolute() => {
            Err(wrong(say!("not an absolute path", "不是绝对路径")))
        }
        VarSort::Path | VarSort::Text => Ok(()),
    }
}

fn unknown_set(name: &str, profile: &Merged) -> Failure {
    let failure = Failure::new(say!(
        "--set {name}: neither a variable of this profile nor a Go variable",
        "--set {name}：既不是这个方案的变量，也不是 Go 的变量",
        name
    ));
    let go = [
        "GOPROXY",
        "GOSUMDB",
        "GOPRIVATE",
        "GOFLAGS",
        "GOTOOLCHAIN",
        "GOMODCACHE",
        "GOVCS",
        "GOAUTH",
    ];
    let known: Vec<&str> = profile.vars.keys().map(String::as_str).chain(go).collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => failure.hint(say!("did you mean `{near}`?", "是不是想写 `{near}`？", near)),
        None => {
            let known = profile.vars.keys().cloned().collect::<Vec<_>>().join(", ");
            failure.hint(say!(
                "variables of this profile: {known}",
                "这个方案的变量：{known}",
                known
            ))
        }
    }
}

/// Asks for variables that were not given. A company proxy that is in use already is kept without asking.
fn ask_for(
    args: &Init,
    ui: &mut Ui,
    profile: &Merged,
    facts: &Facts<'_>,
    given: &mut Given,
) -> anyhow::Result<()> {
    let in_use = company_proxy(profile, facts);
    let said: BTreeSet<&str> = args
        .set
        .iter()
        .filter_map(|words| words.split('=').next())
        .collect();
    for (name, var) in &profile.vars {
        if given.vars.contains_key(name) || said.contains(name.as_str()) {
            continue;
        }
        if name == "proxy"
            && !given.set.contains_key("GOPROXY")
            && let Some(url) = &in_use
        {
            ui.say(
                Label::Plain,
                &say!(
                    "keeping the module proxy you use: {url} (--set proxy= uses the public mirrors instead)",
                    "保留正在使用的模块代理 {url}（改用公共镜像请加 --set proxy=）",
                    url
                ),
            );
            given.vars.insert(name.clone(), url.clone());
            continue;
        }
        let quiet = args.yes
            || args.dry_run
            || args.check
            || args.print.is_some()
            || args.format == PlainFormat::Json;
        if quiet {
            continue;
        }
        let lang = ui.lang;
        if let (Some(question), Some(ask)) = (&var.ask, ui.ask.as_mut())
            && let Some(value) = ask.text(question, lang)?
        {
            check_var(name, var.sort, &value)?;
            given
                .vars
                .insert(name.clone(), value.trim_end_matches('/').to_owned());
        }
    }
    Ok(())
}

/// The first element of GOPROXY in the user's env file, if it is nobody's public mirror: their own server.
fn company_proxy(profile: &Merged, facts: &Facts<'_>) -> Option<String> {
    use crate::text::goproxy::{Place, steps};
    if profile.vars.get("proxy").is_none() {
        return None;
    }
    let env = facts.go_env().ok()?;
    let EnvFile::At { bytes: Ok(bytes), .. } = &env.file else {
        return None;
    };
    let line = crate::text::goenv::lookup(bytes, "GOPROXY")?;
    match steps(line.value).ok()?.into_iter().next()?.at {
        Place::Proxy(url)
            if crate::mirrors::known(url.reveal()).is_none() && !url.reveal().starts_with("file:") =>
        {
            Some(url.reveal().to_owned())
        }
        _ => None,
    }
}

/// The patterns that stand in the env file now, by variable.
fn patterns_now(facts: &Facts<'_>) -> BTreeMap<String, Vec<String>> {
    let Ok(env) = facts.go_env() else {
        return BTreeMap::new();
    };
    let EnvFile::At { bytes: Ok(bytes), .. } = &env.file else {
        return BTreeMap::new();
    };
    ["GOPRIVATE", "GONOPROXY", "GONOSUMDB"]
        .iter()
        .filter_map(|name| {
            let line = crate::text::goenv::lookup(bytes, name)?;
            let patterns = line
                .value
                .split(',')
                .filter(|p| !p.is_empty())
                .map(str::to_owned)
                .collect();
            Some(((*name).to_owned(), patterns))
        })
        .collect()
}

/// The patterns that the profile applied before put there: they go if the new one does not want them.
fn patterns_ours(world: &World) -> BTreeSet<String> {
    let Ok(journal) = journal(world) else {
        return BTreeSet::new();
    };
    let applied = journal.applied_profile(&world.files);
    let hosts = applied.iter().flat_map(|applied| applied.private.iter().cloned());
    hosts.collect()
}

/// The last words: what was written, whether it is in force, how to take it back.
fn report(
    args: &Init,
    world: &World,
    ui: &mut Ui,
    resolved: &Resolved,
    written: Written,
) -> anyhow::Result<Exit> {
    let (plan, exit, done) = match &written {
        Written::Nothing(plan) => (plan, Exit::Fine, None),
        Written::Shown(plan) => (plan, if args.check { Exit::No } else { Exit::Fine }, None),
        Written::Declined(plan) => (plan, declined(ui), None),
        Written::Done { plan, entry } => (plan, Exit::Fine, Some(*entry)),
    };
    let shadows = match (&written, args.no_proof) {
        (Written::Nothing(_), _) | (Written::Done { .. }, true) => {
            proof::by_layers(world, &resolved.settings)
        }
        (Written::Done { .. }, false) => proof::by_asking(world, &resolved.settings, Duration::from_secs(5)),
        _ => Vec::new(),
    };
    let exit = if shadows.is_empty() && plan.conflicts.is_empty() {
        exit
    } else {
        exit.max(Exit::No)
    };
    if args.format == PlainFormat::Json {
        let findings: Vec<Finding> = shadows.iter().map(Shadow::finding).collect();
        let document = json!({
            "schema": "gobs.report/1",
            "gobs": env!("CARGO_PKG_VERSION"),
            "verb": "init",
            "plan": plan_json(plan),
            "applied": done,
            "findings": findings.iter().map(finding_json).collect::<Vec<_>>(),
        });
        let text = json_string(document, &ui.redact);
        ui.raw(&text)?;
        return Ok(exit);
    }
    match &written {
        Written::Nothing(_) => {
            ui.line(&[
                (Label::Good, ui.palette.marks.fine),
                (Label::Plain, " "),
                (
                    Label::Plain,
                    ui.lang.pick(&say!(
                        "nothing to do: everything is as the profile wants it",
                        "无需改动：现有设置与方案一致"
                    )),
                ),
            ])?;
        }
        Written::Done { .. } if shadows.is_empty() => {
            let proven = if args.no_proof {
                say!("written", "已写入")
            } else {
                say!(
                    "written; go, git and ssh read the new values",
                    "已写入，go、git、ssh 均已读到新值"
                )
            };
            let back = say!("take it back: gobs undo", "撤销：gobs undo");
            let (proven, back) = (ui.lang.pick(&proven), ui.lang.pick(&back));
            ui.line(&[
                (Label::Good, ui.palette.marks.fine),
                (Label::Plain, " "),
                (Label::Plain, proven),
                (Label::Plain, "        "),
                (Label::Dim, back),
            ])?;
        }
        Written::Done { .. } => {
            let words = say!(
                "written, but not all of it is in force:",
                "已写入，但有设置没有生效："
            );
            ui.line(&[
                (Label::Warn, ui.palette.marks.warning),
                (Label::Plain, " "),
                (Label::Plain, ui.lang.pick(&words)),
            ])?;
        }
        _ => {}
    }
    for shadow in &shadows {
        let finding = shadow.finding();
        crate::ui::show_finding(ui, "init", &finding, false)?;
    }
    if let Some(note) = shell_note(resolved, done.is_some()) {
        ui.say(Label::Dim, &note);
    }
    Ok(exit)
}

/// Variables of start files reach new shells only, and desktop programs not at all.
fn shell_note(resolved: &Resolved, done: bool) -> Option<Msg> {
    let shell = resolved
        .settings
        .iter()
        .any(|setting| setting.target == TargetId::Shell);
    (shell && done).then(|| {
        say!(
            "the proxy variables hold in new shells; an IDE started from the desktop reads ~/.config/environment.d instead",
            "代理变量在新开的终端里生效；从桌面启动的 IDE 读取的是 ~/.config/environment.d"
        )
    })
}
