//! Go's variables: each value is judged where it acts, with the file and line to repair.

mod goproxy;
mod gosumdb;
mod patterns;
mod process;
mod repair;
mod rest;
mod shadow;

pub(super) use repair::repair;

use super::Check;
use crate::facts::Facts;
use crate::facts::acting::{Acting, Scope};
use crate::facts::go::Layer;
use crate::model::{Finding, Kind, Known, Level, Msg, Value};
use crate::say;

pub(super) const CHECKS: &[&[Check]] =
    &[goproxy::CHECKS, gosumdb::CHECKS, patterns::CHECKS, rest::CHECKS, shadow::CHECKS, process::CHECKS];

/// A finding about one acting value: the level by where it acts, the places as evidence.
fn about(acting: &Acting, kind: Kind, level: Level, what: &Msg) -> Finding {
    let (what, level) = match &acting.scope {
        Scope::Now(_) => (what.clone(), level),
        Scope::NextShell { maybe: None } => {
            (say!("in your next shell: {what}", "在新开的终端里：{what}", what), level.min(Level::Warning))
        }
        Scope::NextShell { maybe: Some(condition) } => (
            say!(
                "maybe in your next shell ({condition}): {what}",
                "新开的终端里可能（{condition}）：{what}",
                condition,
                what
            ),
            level.min(Level::Warning),
        ),
        Scope::OtherShell => {
            (say!("in another shell: {what}", "在另一种 shell 里：{what}", what), Level::Info)
        }
    };
    let finding = Finding::new(kind, level, what)
        .fact("variable", acting.name.clone())
        .fact("value", acting.value.clone());
    acting.places.iter().fold(finding, |finding, place| finding.seen(place.clone(), acting.value.clone()))
}

/// A finding about one acting value, with the remedy that puts `wanted` in its place.
pub(super) fn repaired(
    facts: &Facts<'_>,
    acting: &Acting,
    kind: Kind,
    level: Level,
    what: &Msg,
    wanted: &Value,
) -> Finding {
    repair(facts, acting, wanted, about(acting, kind, level, what))
}

/// Every acting value of a variable, in turn. A carriage return at the end of a line of the env file is told of by
/// `go.envfile`; here the value before it is judged.
fn each(facts: &Facts<'_>, name: &str, mut judge: impl FnMut(&Acting)) -> Known<()> {
    for mut acting in facts.acting(name)? {
        if acting.scope == Scope::Now(Layer::UserFile) && acting.value.ends_with('\r') {
            acting.value.truncate(acting.value.trim_end_matches('\r').len());
        }
        judge(&acting);
    }
    Ok(())
}
