//! Variables that are not Go's own: proxies, certificate files, NETRC. Go reads them from the process alone.

use super::Facts;
use super::acting::{Acting, Scope};

impl Facts<'_> {
    /// Every value that acts, the one in this process first; what only a start file sets comes after it.
    pub fn acting_variable(&self, name: &str) -> Vec<Acting> {
        self.acting(name).unwrap_or_default()
    }

    /// The variables as one process would have them: this one, and the next shell where that differs.
    pub fn environments(&self, names: &[&'static str]) -> Vec<Environment> {
        let mut now = Environment { next: false, vars: Vec::new() };
        let mut next = Environment { next: true, vars: Vec::new() };
        let mut differs = false;
        for name in names {
            let acting = self.acting_variable(name);
            let here = acting.iter().find(|acting| matches!(acting.scope, Scope::Now(_)));
            let there = acting.iter().find(|acting| matches!(acting.scope, Scope::NextShell { .. }));
            differs |= there.is_some();
            now.vars.extend(here.cloned());
            next.vars.extend(there.or(here).cloned());
        }
        let mut all = vec![now];
        if differs {
            all.push(next);
        }
        all
    }
}

/// Values by name, with where each comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// That of the next shell.
    pub next: bool,
    pub vars: Vec<Acting>,
}

impl Environment {
    /// The value, where it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.acting(name).map(|acting| acting.value.as_str()).filter(|value| !value.is_empty())
    }

    pub fn acting(&self, name: &str) -> Option<&Acting> {
        self.vars.iter().find(|acting| acting.name == name)
    }

    /// Whether one of these is what the next shell adds: what else is said of it was said of this process.
    pub fn news(&self, names: &[&str]) -> bool {
        !self.next
            || names.iter().any(|name| {
                self.acting(name).is_some_and(|acting| matches!(acting.scope, Scope::NextShell { .. }))
            })
    }
}
