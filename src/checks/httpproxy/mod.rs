//! The HTTP proxies of the environment, as Go reads them and as curl and git do: this process's, and the next shell's.

mod bypass;
mod reach;
mod values;

use super::Check;
use crate::facts::Facts;
use crate::facts::variable::Environment;
use crate::model::{Finding, Level, Msg, Source};
use crate::say;
use crate::text::httpproxy::HttpProxy;

pub(super) const CHECKS: &[&[Check]] = &[values::CHECKS, reach::CHECKS, bypass::CHECKS];

/// The variables that decide; upper case first, as Go takes them.
const NAMES: [&str; 9] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
    "REQUEST_METHOD",
];

/// This process's variables, and the next shell's where they differ.
fn environments(facts: &Facts<'_>) -> Vec<Environment> {
    facts.environments(&NAMES)
}

/// What Go makes of them.
fn read(environment: &Environment) -> HttpProxy {
    HttpProxy::from_vars(|name| environment.get(name))
}

/// The name under which Go finds a value: the upper case one, else the lower.
fn in_force(environment: &Environment, upper: &'static str, lower: &'static str) -> Option<&'static str> {
    [upper, lower].into_iter().find(|name| environment.get(name).is_some())
}

/// What is wrong in the next shell only is a warning at most.
fn level(environment: &Environment, level: Level) -> Level {
    if environment.next { level.min(Level::Warning) } else { level }
}

/// "in new shells", for what this process does not have.
fn tagged(environment: &Environment, what: Msg) -> Msg {
    if environment.next { say!("in new shells: {what}", "新开的终端中：{what}", what) } else { what }
}

/// The places of a variable as evidence, the one to repair first. Userinfo in a value is masked on the way out.
fn seen(environment: &Environment, name: &str, finding: Finding) -> Finding {
    let Some(acting) = environment.acting(name) else { return finding };
    acting
        .places
        .iter()
        .fold(finding, |finding, place| finding.seen(place.clone(), format!("{name}={}", acting.value)))
}

/// The command that takes a variable away, by where it stands.
fn take_away(environment: &Environment, name: &str) -> String {
    match environment.acting(name).and_then(|acting| acting.places.first()) {
        Some(Source::File(path, Some(line))) => {
            let file = crate::text::shellword::shell_word(&path.display().to_string());
            format!("sed -i '{line}s/^/# /' {file}; unset {name}")
        }
        _ => format!("unset {name}"),
    }
}
