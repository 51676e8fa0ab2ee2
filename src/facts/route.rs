//! What decides the way to a module, gathered for the walk; and the walk itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Facts;
use super::git::GitView;
use super::memo::Keyed;
use super::net::ASK;
use crate::model::{Known, Source, Unknown};
use crate::order::Gather;
use crate::route::decide::VARIABLES;
use crate::route::recorded::Sum;
use crate::route::{Given, Hop, Look, Outcome, Route, Settings, Wanted, walk};
use crate::say;
use crate::text::gitcfg::insteadof::{Rule, Rules};
use crate::text::httpproxy::HttpProxy;
use crate::text::pattern;

/// Ways that were walked, by what was asked for.
pub(super) type Routes = Keyed<String, Arc<Route>>;

/// How many modules of a project are tried: one of each private host first, then others.
const MODULES: usize = 6;

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
            wishes: self.applied_profile().map_or(Vec::new(), |applied| applied.settings.clone()),
            pins: self.applied_profile().map_or(Vec::new(), |applied| applied.pins.clone()),
            private_hosts: self.applied_profile().map_or(Vec::new(), |applied| applied.private.clone()),
            preferred_proxy: self.preferred_goproxy(),
            go: self.go_settings(),
            ..Settings::default()
        };
        settings.gomodcache = self.module_cache().ok().map(|cache| cache.root().to_path_buf());
        settings.gopath = self.gopath();
        settings.go_minor = self.go().ok().and_then(|go| minor(&go.version));
        settings.git = self.world.which("git");
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
        VARIABLES.into_iter().map(given).gather_map()
    }

    /// The modules whose way is of interest: the one that was named, or private ones that the project needs.
    pub fn wanted_modules(&self) -> Known<Vec<Wanted>> {
        if let Some(wanted) = &self.looking.module {
            return Ok(vec![wanted.clone()]);
        }
        let project = self.project()?;
        let (mut wanted, mut more): (Vec<Wanted>, Vec<Wanted>) = (Vec::new(), Vec::new());
        for require in project.mains.iter().flat_map(|main| main.file.iter().flat_map(|file| &file.require)) {
            let path = &require.module.path;
            let replaced = project.replaces().iter().any(|(_, _, replace)| replace.old.path == *path);
            let version = &require.module.version;
            let Ok(one) = Wanted::parse(&format!("{path}@{version}")) else { continue };
            if replaced || !self.is_private_module(path) || wanted.contains(&one) || more.contains(&one) {
                continue;
            }
            match wanted.iter().any(|have| have.host() == one.host()) {
                false => wanted.push(one),
                true => more.push(one),
            }
        }
        wanted.extend(more);
        wanted.truncate(MODULES);
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

    /// The ways to all modules of interest, walked side by side.
    pub fn ways(&self) -> Known<Vec<(Wanted, Known<Arc<Route>>)>> {
        let wanted = self.wanted_modules()?;
        Ok(std::thread::scope(|scope| {
            let walks: Vec<_> = wanted
                .into_iter()
                .map(|one| {
                    (
                        scope.spawn({
                            let one = one.clone();
                            move || self.route(&one)
                        }),
                        one,
                    )
                })
                .collect();
            let joined = walks.into_iter().map(|(walk, one)| {
                let died = || Unknown::new(say!("gobs itself failed while looking", "gobs 自身在查看时出错"));
                (one, walk.join().unwrap_or_else(|_| Err(died())))
            });
            joined.collect()
        }))
    }

    /// The way to a module, walked once however many checks ask, and no longer than the run lasts.
    fn route(&self, wanted: &Wanted) -> Known<Arc<Route>> {
        self.routes.get(wanted.to_string(), || {
            self.online()?;
            let settings = Settings { sums: self.sums_of(wanted), ..self.route_settings() };
            let late = || Unknown::new(say!("no time was left to ask", "总时限已到，没有来得及查询"));
            let look = Look::new(self.world, &settings).until(self.until, ASK);
            if look.budget().is_zero() {
                return Err(late());
            }
            let route = walk(wanted, &look, &mut |_| {});
            // What failed because the run's time was over did not fail.
            match route.outcome == Outcome::Fails && look.unheard() {
                true => Err(late()),
                false => Ok(Arc::new(route)),
            }
        })
    }

    /// The lines of go.sum about a module.
    pub fn sums_of(&self, wanted: &Wanted) -> Vec<Sum> {
        let lines = self.recorded().map(|recorded| recorded.lines).unwrap_or_default();
        let of_module = lines.into_iter().filter(|(module, _)| module.path == wanted.path);
        let sums = of_module.flat_map(|(module, lines)| {
            lines.into_iter().map(move |line| Sum {
                at: Source::File(line.file.to_path_buf(), Some(line.line)),
                version: module.version.clone(),
                part: line.part,
                hash: line.hash.into(),
            })
        });
        sums.collect()
    }

    /// Walks the way to a module, telling of each hop as it comes.
    pub fn walk(&self, wanted: &Wanted, settings: &Settings, tell: &mut dyn FnMut(&Hop)) -> Route {
        let look = Look::new(self.world, settings).offline(self.looking.offline);
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
