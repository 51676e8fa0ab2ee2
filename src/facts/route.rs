//! What decides the way to a module, gathered for the walk; and the walk itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Facts;
use super::git::GitView;
use super::memo::Keyed;
use crate::model::{Known, Unknown};
use crate::route::decide::VARIABLES;
use crate::route::{Given, Hop, Look, Route, Settings, Wanted, walk};
use crate::say;
use crate::text::gitcfg::insteadof::{Rule, Rules};
use crate::text::httpproxy::HttpProxy;
use crate::text::pattern;

/// Ways that were walked, by what was asked for.
pub(super) type Routes = Keyed<String, Arc<Route>>;

/// How many modules of a project are tried: one of each private host.
const HOSTS: usize = 3;

/// The git keys that change how git connects.
const GIT_KEYS: [(&str, &str); 6] = [
    ("core", "sshcommand"),
    ("core", "askpass"),
    ("credential", "helper"),
    ("http", "proxy"),
    ("http", "sslverify"),
    ("http", "sslcainfo"),
];

impl Facts<'_> {
    /// The settings in force that decide where go goes.
    pub fn route_settings(&self) -> Settings {
        let mut settings = Settings {
            http_proxy: HttpProxy::from_vars(|name| self.world.vars.get(name)),
            netrc: self.netrc().ok().and_then(|file| Some((file.path.clone(), file.read.clone().ok()?))),
            private_hosts: self.applied_profile().map_or(Vec::new(), |applied| applied.private.clone()),
            preferred_proxy: self.preferred_goproxy(),
            go: self.go_settings(),
            ..Settings::default()
        };
        settings.gomodcache = self.module_cache().ok().map(|cache| cache.root().to_path_buf());
        settings.gopath = self.gopath();
        settings.go_minor = self.go().ok().and_then(|go| minor(&go.version));
        settings.git = self.git().ok().map(|git| git.program.clone());
        if let Ok(view) = self.git_view() {
            settings.rules = rules(view);
            settings.git_keys = keys(view);
        }
        settings
    }

    /// Go's own part of them.
    pub fn go_settings(&self) -> BTreeMap<&'static str, Given> {
        let Ok(env) = self.go_env() else { return BTreeMap::new() };
        let given = |name: &'static str| {
            let now = env.get(name);
            // What GONOPROXY and GONOSUMDB inherit is read where it stands.
            let inherited = now.from.is_none() && name.starts_with("GONO");
            let value = if inherited { String::new() } else { now.value };
            (name, Given { value, from: now.from })
        };
        VARIABLES.into_iter().map(given).collect()
    }

    /// The modules whose way is of interest: the one that was named, or one of each private host that the project needs.
    pub fn wanted_modules(&self) -> Known<Vec<Wanted>> {
        if let Some(wanted) = &self.looking.module {
            return Ok(vec![wanted.clone()]);
        }
        let project = self.project()?;
        let mut wanted: Vec<Wanted> = Vec::new();
        for main in &project.mains {
            for require in main.file.iter().flat_map(|file| &file.require) {
                let path = &require.module.path;
                let replaced = project.replaces().iter().any(|(_, _, replace)| replace.old.path == *path);
                let version = &require.module.version;
                let Ok(one) = Wanted::parse(&format!("{path}@{version}")) else { continue };
                let known = wanted.iter().any(|have| have.host() == one.host());
                if !replaced && !known && self.is_private_module(path) && wanted.len() < HOSTS {
                    wanted.push(one);
                }
            }
        }
        match wanted.is_empty() {
            true => Err(Unknown::new(say!("no private module is needed here", "这里没有用到私有模块"))),
            false => Ok(wanted),
        }
    }

    /// Whether a module is private: by its host, or by a pattern.
    pub fn is_private_module(&self, path: &str) -> bool {
        let host = path.split('/').next().unwrap_or("");
        let patterns = self.go_env().map(|env| env.value("GOPRIVATE")).unwrap_or_default();
        self.is_private_host(host) || pattern::matches(&patterns, path)
    }

    /// The way to a module, walked once however many checks ask.
    pub fn route(&self, wanted: &Wanted) -> Known<Arc<Route>> {
        self.routes.get(wanted.to_string(), || {
            self.online()?;
            let settings = self.route_settings();
            let budget = self.budget(crate::route::BUDGET);
            if budget.is_zero() {
                return Err(Unknown::new(say!("no time was left to ask", "总时限已到，没有来得及查询")));
            }
            let look =
                Look { world: self.world, settings: &settings, offline: false, budget, patience: budget };
            Ok(Arc::new(walk(wanted, &look, &mut |_| {})))
        })
    }

    /// Walks the way to a module, telling of each hop as it comes.
    pub fn walk(&self, wanted: &Wanted, settings: &Settings, tell: &mut dyn FnMut(&Hop)) -> Route {
        let look = Look {
            world: self.world,
            settings,
            offline: self.looking.offline,
            budget: crate::route::BUDGET,
            patience: crate::route::PATIENCE,
        };
        walk(wanted, &look, tell)
    }
}

/// The entries that count for go's git, which runs in go's own cache: not those of the repository at hand.
fn everywhere(view: &GitView) -> impl Iterator<Item = &super::git::GitEntry> {
    view.entries.iter().filter(|entry| !matches!(entry.scope.as_str(), "local" | "worktree"))
}

fn rules(view: &GitView) -> Rules {
    let rules = everywhere(view).filter(|entry| entry.is("url", "insteadof")).filter_map(|entry| {
        Some(Rule::new(entry.subsection.as_deref()?, entry.value.as_deref()?, entry.at.clone()))
    });
    Rules::new(rules.collect())
}

fn keys(view: &GitView) -> Vec<(String, Given)> {
    let wanted =
        |entry: &&super::git::GitEntry| GIT_KEYS.iter().any(|(section, name)| entry.is(section, name));
    let mut keys: Vec<(String, Given)> = everywhere(view)
        .filter(wanted)
        .map(|entry| {
            let value = entry.value.clone().unwrap_or_default();
            (format!("{}.{}", entry.section, entry.name), Given { value, from: Some(entry.at.clone()) })
        })
        .collect();
    // The last of equal keys counts.
    keys.reverse();
    keys
}

/// 26 for `go1.26.8`.
fn minor(version: &str) -> Option<u32> {
    let rest = version.strip_prefix("go1.")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::minor;

    #[test]
    fn minor_versions() {
        assert_eq!(minor("go1.26.8"), Some(26));
        assert_eq!(minor("go1.27rc1"), Some(27));
        assert_eq!(minor("devel go1.28-abc"), None);
    }
}
