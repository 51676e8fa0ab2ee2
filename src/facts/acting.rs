//! Where a variable's value acts: in this process, in the user's next shell, or only in another shell.

use super::Facts;
use super::go::Layer;
use crate::model::{Known, Msg, Source};

/// A value of a variable that acts somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    pub name: String,
    pub value: String,
    /// The place to repair first; the places it passed through after it.
    pub places: Vec<Source>,
    pub scope: Scope,
}

/// Where a value acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In this process, from this layer of Go's settings.
    Now(Layer),
    /// A start file of the user's own shell sets it for the next one; `maybe` names the condition it stands under.
    NextShell { maybe: Option<Msg> },
    /// A start file of a shell that is not the user's.
    OtherShell,
}

impl Facts<'_> {
    /// Every value of a variable that acts somewhere, the one in this process first. Defaults are not listed.
    pub fn acting(&self, name: &str) -> Known<Vec<Acting>> {
        let env = self.go_env()?;
        let mut acting = Vec::new();
        let now = env.get(name);
        let lines = self.shell_lines(name);
        if let Some(from) = now.from.clone() {
            let mut places = vec![from];
            if now.layer == Layer::Process {
                // The line that set it is the place to repair; the variable itself only passes it on.
                let project = self.project_line(name, &now.value).map(|place| vec![place]);
                let start =
                    || lines.iter().find(|line| line.value == now.value).map(|line| line.places.clone());
                places.splice(0..0, project.or_else(start).unwrap_or_default());
            }
            acting.push(Acting {
                name: name.to_owned(),
                value: now.value.clone(),
                places,
                scope: Scope::Now(now.layer),
            });
        }
        let process = (now.layer == Layer::Process).then_some(&now.value);
        acting.extend(lines.into_iter().filter(|line| Some(&line.value) != process));
        Ok(acting)
    }
}
