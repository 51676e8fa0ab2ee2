//! Whether go reads what was written into its env file.

use std::time::Duration;

use super::Shadow;
use crate::facts::Facts;
use crate::facts::acting::Scope;
use crate::facts::go::Layer;
use crate::model::{Evidence, Setting, Source, TargetId, Value};
use crate::world::{Cmd, World};

/// A variable of the process stands over the file, or one that the user's next shell will have.
pub(super) fn by_layers(facts: &Facts<'_>, settings: &[Setting]) -> Vec<Shadow> {
    let shadowed = |(setting, wanted): (&Setting, &String)| {
        let name = setting.key.name();
        let acting = facts.acting(name).ok()?.into_iter().find(|acting| {
            let over = match &acting.scope {
                Scope::Now(layer) => *layer == Layer::Process,
                Scope::NextShell { maybe } => maybe.is_none(),
                Scope::OtherShell => false,
            };
            over && acting.value != *wanted
        })?;
        let from = acting.places.first().cloned().unwrap_or(Source::Host);
        Some(Shadow {
            setting: setting.clone(),
            by: Evidence { from, seen: format!("{name}={}", acting.value) },
            next: matches!(acting.scope, Scope::NextShell { .. }),
            instead: acting.value,
        })
    };
    wanted(settings).filter_map(shadowed).collect()
}

/// `go env -json`: what it does not confirm. `None` where there is no go that answers.
pub(super) fn by_asking(world: &World, settings: &[Setting], budget: Duration) -> Option<Vec<Shadow>> {
    // GOTOOLCHAIN is kept from acting, so go cannot be asked for it; telemetry would make files.
    let asked: Vec<(&Setting, &String)> =
        wanted(settings).filter(|(setting, _)| setting.key.name() != "GOTOOLCHAIN").collect();
    if asked.is_empty() {
        return None;
    }
    let cmd = Cmd::new(world.which("go")?, budget)
        .cwd(world.places.root())
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off")
        .env("TEST_TELEMETRY_DIR", "/dev/null/none")
        .args(["env", "-json"])
        .args(asked.iter().map(|(setting, _)| setting.key.name()));
    let ran = world.exec.run(&cmd).ok()?;
    let answer: serde_json::Value = serde_json::from_slice(&ran.stdout).ok()?;
    let mut shadows = Vec::new();
    for (setting, wanted) in asked {
        let says = answer.get(setting.key.name()).and_then(serde_json::Value::as_str).unwrap_or("");
        // An older go does not know a newer variable and prints it empty.
        if says != wanted && !says.is_empty() {
            shadows.push(Shadow {
                setting: setting.clone(),
                instead: says.to_owned(),
                by: Evidence { from: Source::Command(cmd.shown()), seen: says.to_owned() },
                next: false,
            });
        }
    }
    Some(shadows)
}

fn wanted(settings: &[Setting]) -> impl Iterator<Item = (&Setting, &String)> {
    settings.iter().filter(|s| s.target == TargetId::GoEnv).filter_map(|setting| match &setting.value {
        Value::One(wanted) => Some((setting, wanted)),
        _ => None,
    })
}
