//! What a profile is resolved against: `--set`, the answers on a terminal, what the proxy says, what stands there now.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::{Init, PlainFormat};
use crate::facts::Facts;
use crate::facts::go::{EnvFile, GoEnv};
use crate::mirrors;
use crate::model::{Failure, Msg};
use crate::order::{Gather, Order};
use crate::profile::{Given, Merged, VarSort};
use crate::say;
use crate::text::goenv;
use crate::text::goproxy::{Place, steps};
use crate::text::govalue;
use crate::text::url::Url;
use crate::text::words::nearest;
use crate::ui::{Label, Ui};
use crate::world::World;

/// `--set` and the answers on a terminal, checked; what the proxy says it relays.
pub(super) fn given(args: &Init, ui: &mut Ui, profile: &Merged, facts: &Facts<'_>) -> anyhow::Result<Given> {
    let mut given = Given::default();
    for words in &args.set {
        let (name, value) = words.split_once('=').ok_or_else(|| {
            Failure::new(say!("--set {words}: there is no `=`", "--set {words}：缺少 `=`", words))
        })?;
        if let Some(var) = profile.vars.get(name) {
            check_var(name, var.sort, value)?;
            if !value.is_empty() {
                given.vars.insert(name.to_owned(), value.trim_end_matches('/').to_owned());
            }
        } else if goenv::is_writable(name) {
            if let Some(what) = govalue::fault(name, value) {
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
    Ok(given)
}

/// What a variable of the profile may hold.
fn check_var(name: &str, sort: VarSort, value: &str) -> Result<(), Failure> {
    let wrong =
        |what: Msg| Failure::new(say!("{name}={value}: {what}", "{name}={value}：{what}", name, value, what));
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
    let go = ["GOPROXY", "GOSUMDB", "GOPRIVATE", "GOFLAGS", "GOTOOLCHAIN", "GOMODCACHE", "GOVCS", "GOAUTH"];
    let known: Vec<&str> = profile.vars.keys().map(String::as_str).chain(go).collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => failure.hint(say!("did you mean `{near}`?", "是不是想写 `{near}`？", near)),
        None => {
            let known = profile.vars.keys().cloned().collect::<Vec<_>>().join(", ");
            failure.hint(say!("variables of this profile: {known}", "这个方案的变量：{known}", known))
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
    let said: BTreeSet<&str> = args.set.iter().filter_map(|words| words.split('=').next()).gather_set();
    // The module proxy decides most, so it is asked for first; the rest in the order of the names.
    let mut vars: Vec<_> = profile.vars.iter().collect();
    vars.order_by_key(|(name, _)| *name != "proxy");
    for (name, var) in vars {
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
            given.vars.insert(name.clone(), value.trim_end_matches('/').to_owned());
        }
    }
    Ok(())
}

/// The first element of GOPROXY in the user's env file, if it is nobody's public mirror: their own server.
fn company_proxy(profile: &Merged, facts: &Facts<'_>) -> Option<String> {
    if !profile.vars.contains_key("proxy") {
        return None;
    }
    let env = facts.go_env().ok()?;
    let EnvFile::At { bytes: Ok(bytes), .. } = &env.file else {
        return None;
    };
    let line = goenv::lookup(bytes, "GOPROXY")?;
    match steps(line.value).ok()?.into_iter().next()?.at {
        Place::Proxy(url) if mirrors::known(url.reveal()).is_none() && !url.reveal().starts_with("file:") => {
            Some(url.reveal().to_owned())
        }
        _ => None,
    }
}

/// The patterns that stand in the env file at this moment, by variable.
pub(in crate::cmd) fn patterns_now(world: &World, facts: &Facts<'_>) -> BTreeMap<String, Vec<String>> {
    let Ok(GoEnv { file: EnvFile::At { path, .. }, .. }) = facts.go_env() else {
        return BTreeMap::new();
    };
    let bytes = &world.files.read(path).unwrap_or_default();
    ["GOPRIVATE", "GONOPROXY", "GONOSUMDB"]
        .iter()
        .filter_map(|name| {
            let line = goenv::lookup(bytes, name)?;
            let patterns = line.value.split(',').filter(|p| !p.is_empty()).map(str::to_owned).collect();
            Some(((*name).to_owned(), patterns))
        })
        .gather_map()
}
