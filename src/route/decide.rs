//! What go decides from its settings alone, before anything is asked: which patterns match the path, and which nearly do.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::recorded::Sum;
use crate::model::{Setting, Source};
use crate::text::gitcfg::insteadof::Rules;
use crate::text::goproxy::{self, Place};
use crate::text::httpproxy::HttpProxy;
use crate::text::netrc::Netrc;
use crate::text::pattern::{self, NearMiss};
use crate::text::{gosumdb, govcs};

/// A value in force and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    pub value: String,
    /// `None` for a default.
    pub from: Option<Source>,
}

/// Everything that decides a route, resolved beforehand.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `GOPROXY`, `GOPRIVATE` and their kin.
    pub go: BTreeMap<&'static str, Given>,
    /// Minor version of the go that would run: 26 for `go1.26.8`. `None` where it is not known.
    pub go_minor: Option<u32>,
    pub git: Option<PathBuf>,
    /// Why there is no git configuration to be read, if so: git itself would fail.
    pub git_broken: Option<String>,
    /// The insteadOf rules.
    pub rules: Rules,
    /// Values of a few git keys with where they stand: `http.proxy`, `http.sslverify`, `core.sshcommand` …
    pub git_keys: Vec<(String, Given)>,
    pub http_proxy: HttpProxy,
    /// The netrc that go reads.
    pub netrc: Option<(PathBuf, Netrc)>,
    /// What the project's go.sum says of the module.
    pub sums: Vec<Sum>,
    /// What the applied profile wants.
    pub wishes: Vec<Setting>,
    /// Host keys, or their SHA256 pins, that the applied profile vouches for: by the name ssh files them under.
    pub pins: Vec<(String, String)>,
    /// The profile that is only supposed to be in force: its values stand nowhere, and are put right in it.
    pub supposed: Option<String>,
    /// Hosts that a profile calls private.
    pub private_hosts: Vec<String>,
    /// Where go keeps what it saw of the checksum database.
    pub gomodcache: Option<PathBuf>,
    pub gopath: Option<PathBuf>,
    /// The proxy to propose: the applied profile's, or a public default.
    pub preferred_proxy: Option<String>,
}

/// The variables that matter here.
pub const VARIABLES: [&str; 9] =
    ["GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH", "GOFLAGS"];

impl Settings {
    pub fn value(&self, name: &str) -> &str {
        self.go.get(name).map_or("", |given| &given.value)
    }

    /// Where a variable stands.
    pub fn at(&self, name: &str) -> Option<&Source> {
        self.go.get(name).and_then(|given| given.from.as_ref()).filter(|_| self.supposed.is_none())
    }

    /// Whether the go that runs is at least `go1.{minor}`; one that is not known counts as current.
    pub fn go_since(&self, minor: u32) -> bool {
        self.go_minor.is_none_or(|have| have >= minor)
    }
}

/// What one pattern list says of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The variable that holds the list: GOPRIVATE where GONOPROXY inherits.
    pub variable: &'static str,
    pub matched: Option<String>,
    /// Patterns that were meant for it.
    pub near: Vec<NearMiss>,
}

/// All that is decided before anything is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decisions {
    pub private: Listed,
    /// Never sent to a proxy.
    pub no_proxy: Listed,
    /// Never looked up in the checksum database.
    pub no_sumdb: Listed,
    pub insecure: Listed,
    /// Where go asks, in order; for a path of GONOPROXY only `direct`. Or go's refusal of GOPROXY.
    pub proxies: Result<Vec<goproxy::Step>, goproxy::Problem>,
    /// The database that would be asked, `None` for none. Or go's refusal of GOSUMDB.
    pub sumdb: Result<Option<gosumdb::Database>, String>,
}

/// Go's own releases, as modules.
pub const TOOLCHAIN: &str = "golang.org/toolchain";

/// go's words where a toolchain cannot be verified.
pub const SUMDB_OFF: &str = "checksum database disabled by GOSUMDB=off";

/// `modfetch/proxy.go:proxyList`, `repo.go:lookup`, `sumdb.go:useSumDB` over a path.
pub fn decide(settings: &Settings, path: &str) -> Decisions {
    let listed = |name: &'static str, inherits: bool| {
        let own = settings.value(name);
        let variable = if own.is_empty() && inherits { "GOPRIVATE" } else { name };
        let list = settings.value(variable);
        let matched = pattern::matching(list, path).map(|pattern| pattern.glob.to_owned());
        let near = if matched.is_some() { Vec::new() } else { pattern::near_misses(list, path) };
        Listed { variable, matched, near }
    };
    let no_proxy = listed("GONOPROXY", true);
    let no_sumdb = listed("GONOSUMDB", true);
    let direct = || goproxy::Step { at: Place::Direct, on_any_error: false };
    let proxies = match (no_proxy.matched.is_some(), goproxy::steps(settings.value("GOPROXY"))) {
        (_, Err(problem)) => Err(problem),
        (true, Ok(_)) => Ok(vec![direct()]),
        (false, Ok(steps)) => Ok(steps),
    };
    // Toolchains cannot stand in go.sum: the database must vouch for them, whatever the settings say.
    let goproxy = settings.value("GOPROXY");
    let one_tree = goproxy.starts_with("file://") && !goproxy.contains([',', '|']);
    let toolchain = path == TOOLCHAIN && !one_tree;
    let sumdb = match (settings.value("GOSUMDB"), no_sumdb.matched.is_some()) {
        ("off", _) if toolchain => Err(SUMDB_OFF.into()),
        ("off", _) => Ok(None),
        (_, true) if !toolchain => Ok(None),
        (value, _) => gosumdb::parse(value).map(|db| match db {
            gosumdb::GoSumDb::Off => None,
            gosumdb::GoSumDb::Db(db) => Some(db),
        }),
    };
    Decisions {
        private: listed("GOPRIVATE", false),
        no_proxy,
        no_sumdb,
        insecure: listed("GOINSECURE", false),
        proxies,
        sumdb,
    }
}

/// `vcs.go:checkGOVCS`: go's refusal to use `vcs` for a repository rooted at `root`.
pub fn check_govcs(settings: &Settings, vcs: &str, root: &str) -> Result<(), String> {
    if vcs == "mod" {
        return Ok(());
    }
    let private = pattern::matches(settings.value("GOPRIVATE"), root);
    let rules = govcs::rules(settings.value("GOVCS"))?;
    let matching = rules.into_iter().chain(govcs::built_in()).find(|rule| match rule.pattern.as_str() {
        "private" => private,
        "public" => !private,
        glob => pattern::matches(glob, root),
    });
    let what = if private { "private" } else { "public" };
    match matching.is_none_or(|rule| rule.allows(vcs)) {
        true => Ok(()),
        false => Err(format!("GOVCS disallows using {vcs} for {what} {root}; see 'go help vcs'")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&'static str, &str)]) -> Settings {
        let mut settings = Settings::default();
        for (name, value) in [("GOPROXY", "https://proxy.golang.org,direct"), ("GOSUMDB", "sum.golang.org")]
            .iter()
            .chain(pairs)
        {
            settings.go.insert(name, Given { value: (*value).to_owned(), from: None });
        }
        settings
    }

    fn walked(decisions: &Decisions) -> Vec<String> {
        let steps = decisions.proxies.as_ref().unwrap();
        let name = |step: &goproxy::Step| match &step.at {
            Place::Proxy(url) => url.to_string(),
            Place::Direct => "direct".into(),
            Place::Off => "off".into(),
        };
        steps.iter().map(name).collect()
    }

    #[test]
    fn a_private_path_goes_direct_also_past_off() {
        let decisions =
            decide(&settings(&[("GOPRIVATE", "git.corp.com"), ("GOPROXY", "off")]), "git.corp.com/a");
        assert_eq!(walked(&decisions), ["direct"]);
        assert_eq!(decisions.no_proxy.variable, "GOPRIVATE");
        assert_eq!(decisions.sumdb, Ok(None));
    }

    #[test]
    fn gonoproxy_replaces_goprivate() {
        let given = settings(&[("GOPRIVATE", "git.corp.com"), ("GONOPROXY", "none")]);
        let decisions = decide(&given, "git.corp.com/a");
        assert_eq!(walked(&decisions), ["https://proxy.golang.org", "direct"]);
        assert_eq!((decisions.no_proxy.variable, &decisions.no_proxy.matched), ("GONOPROXY", &None));
        assert_eq!(decisions.sumdb, Ok(None));
    }

    #[test]
    fn near_misses_are_kept() {
        let decisions = decide(&settings(&[("GOPRIVATE", "https://git.corp.com")]), "git.corp.com/a");
        assert_eq!(decisions.no_proxy.near[0].better, "git.corp.com");
        assert!(matches!(decisions.sumdb, Ok(Some(_))));
    }

    #[test]
    fn toolchains_are_always_verified() {
        let sumdb = |pairs: &[(&'static str, &str)]| decide(&settings(pairs), TOOLCHAIN).sumdb;
        assert!(matches!(sumdb(&[("GONOSUMDB", "golang.org")]), Ok(Some(_))));
        assert_eq!(sumdb(&[("GOSUMDB", "off")]), Err(SUMDB_OFF.to_owned()));
        assert_eq!(sumdb(&[("GOSUMDB", "off"), ("GOPROXY", "file:///srv/go")]), Ok(None));
    }

    #[test]
    fn bad_values_are_refused() {
        let decisions = decide(&settings(&[("GOPROXY", "ftp://x"), ("GOSUMDB", "on")]), "git.corp.com/a");
        assert!(decisions.proxies.is_err());
        assert_eq!(decisions.sumdb.unwrap_err(), "invalid GOSUMDB: malformed verifier id");
    }

    /// `vcs_test.go:TestParseGOVCS` and go's own words for what it refuses.
    #[test]
    fn govcs_as_go_applies_it() {
        for (govcs, goprivate, vcs, fine) in [
            ("", "", "git", true),
            ("", "", "svn", false),
            ("", "git.corp.com", "svn", true),
            ("public:off", "", "git", false),
            ("private:hg", "git.corp.com", "git", false),
            ("git.corp.com:svn", "", "svn", true),
            ("git.corp.com:svn", "", "git", false),
            ("*:off", "", "git", false),
            ("*:off", "", "mod", true),
            ("other.com:off", "", "git", true),
        ] {
            let given = settings(&[("GOVCS", govcs), ("GOPRIVATE", goprivate)]);
            assert_eq!(check_govcs(&given, vcs, "git.corp.com/a").is_ok(), fine, "{govcs} {goprivate} {vcs}");
        }
        let refused = check_govcs(&settings(&[("GOVCS", "public:off")]), "git", "git.corp.com/a");
        assert_eq!(
            refused.unwrap_err(),
            "GOVCS disallows using git for public git.corp.com/a; see 'go help vcs'"
        );
        assert!(
            check_govcs(&settings(&[("GOVCS", "off")]), "git", "a.b").unwrap_err().contains("missing colon")
        );
    }
}
