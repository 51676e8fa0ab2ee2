//! Proof: after writing, the real consumers are asked whether the values are in force, and if not, what shadows them.

use std::time::Duration;

use crate::facts::go::Layer;
use crate::facts::{Facts, Looking};
use crate::model::{Evidence, Finding, Setting, Source, TargetId, Value, kind};
use crate::say;
use crate::world::{Cmd, World};

/// A setting that was written and is not in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadow {
    pub setting: Setting,
    /// The value in force instead.
    pub instead: String,
    /// Who sets it.
    pub by: Evidence,
}

impl Shadow {
    pub fn finding(&self) -> Finding {
        let (name, value) = (&self.setting.key, &self.instead);
        let mut finding = Finding::warning(
            kind::ENV_VAR_OVERRIDES_GOENV,
            say!(
                "{name} is {value}, not the value written",
                "{name} 实际是 {value}，不是写入的值",
                name,
                value
            ),
        )
        .fact("variable", name.to_string())
        .fact("value", value.clone());
        finding.evidence.push(self.by.clone());
        match &self.by.from {
            Source::Env(name) => finding.advice(say!(
                "this process got it from its environment; find the line with: gobs doctor --only env.shadow",
                "它来自当前进程的环境变量；查找设置它的那一行：gobs doctor --only env.shadow",
            )).fact("name", name.clone()),
            _ => finding.advice(say!("change it there", "请在该处修改")),
        }
    }
}

/// What our own reading of go's layers says; costs nothing.
pub fn by_layers(world: &World, settings: &[Setting]) -> Vec<Shadow> {
    let facts = Facts::new(world, Looking { offline: true, ..Looking::default() });
    let Ok(env) = facts.go_env() else {
        return Vec::new();
    };
    let go = settings.iter().filter(|setting| setting.target == TargetId::GoEnv);
    go.filter_map(|setting| {
        let Value::One(wanted) = &setting.value else {
            return None;
        };
        let now = env.get(setting.key.name());
        (now.layer == Layer::Process && now.value != *wanted).then(|| Shadow {
            setting: setting.clone(),
            instead: now.value.clone(),
            by: Evidence {
                from: now.from.unwrap_or(Source::Host),
                seen: format!("{}={}", setting.key, now.value),
            },
        })
    })
    .collect()
}

/// Asks go itself, where there is one; what it does not confirm is explained by the layers.
pub fn by_asking(world: &World, settings: &[Setting], budget: Duration) -> Vec<Shadow> {
    let mut shadows = by_layers(world, settings);
    let Some(go) = world.which("go") else {
        return shadows;
    };
    let names: Vec<&str> =
        settings.iter().filter(|s| s.target == TargetId::GoEnv).map(|s| s.key.name()).collect();
    let cmd = Cmd::new(go, budget)
        .cwd(world.places.root())
        .env("GOWORK", "off")
        .args(["env", "-json"])
        .args(names.iter().map(ToString::to_string));
    let Ok(ran) = world.exec.run(&cmd) else {
        return shadows;
    };
    let Ok(answer) = serde_json::from_slice::<serde_json::Value>(&ran.stdout) else {
        return shadows;
    };
    for setting in settings.iter().filter(|s| s.target == TargetId::GoEnv) {
        let Value::One(wanted) = &setting.value else {
            continue;
        };
        let says = answer.get(setting.key.name()).and_then(serde_json::Value::as_str).unwrap_or("");
        // An older go does not know a newer variable and prints it empty.
        let unheard_of = says.is_empty();
        if says != wanted && !unheard_of && !shadows.iter().any(|s| s.setting.key == setting.key) {
            shadows.push(Shadow {
                setting: setting.clone(),
                instead: says.to_owned(),
                by: Evidence { from: Source::Command(cmd.shown()), seen: says.to_owned() },
            });
        }
    }
    shadows
}
