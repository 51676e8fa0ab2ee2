//! What is asked for: `MODULE[@VERSION|@latest|@branch]`.

use std::fmt;

use crate::text::modpath::{self, PathError};
use crate::text::{pseudo, semver};

/// A module path and what to look for in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub path: String,
    pub query: Query,
}

/// What stands after the `@` (`modload/query.go:newQueryMatcher`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// `latest`, `upgrade`, `patch`, or nothing.
    Latest,
    /// A full version, also a pseudo-version.
    Version(String),
    /// `v1`, `v1.2`: the newest that begins so.
    Prefix(String),
    /// A branch, a tag that is no version, a commit.
    Revision(String),
}

/// Why that is nothing go could fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    Path(PathError),
    /// go's words for the version.
    Version(String),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::Path(err) => write!(f, "{err}"),
            Unfit::Version(why) => f.write_str(why),
        }
    }
}

impl Wanted {
    /// Reads an argument of the command line.
    pub fn parse(argument: &str) -> Result<Wanted, Unfit> {
        let (path, version) = argument.split_once('@').unwrap_or((argument, "latest"));
        modpath::check_path(path).map_err(Unfit::Path)?;
        if version.is_empty() {
            return Err(Unfit::Version(format!("invalid module version syntax {argument:?}")));
        }
        let query = match version {
            "latest" | "upgrade" | "patch" => Query::Latest,
            _ if !semver::is_valid(version) => Query::Revision(version.to_owned()),
            _ if semver::canonical(version) == version || version.ends_with("+incompatible") => {
                Query::Version(version.to_owned())
            }
            _ if semver::build(version).is_empty() => Query::Prefix(version.to_owned()),
            _ => Query::Revision(version.to_owned()),
        };
        if version.chars().any(char::is_control) {
            return Err(Unfit::Version(format!("version {version:?} invalid: disallowed version string")));
        }
        Ok(Wanted { path: path.to_owned(), query })
    }

    /// What go asks a proxy for, if it is one thing: `list` and `@latest` otherwise.
    pub fn exact(&self) -> Option<&str> {
        match &self.query {
            Query::Version(version) | Query::Revision(version) => Some(version),
            Query::Latest | Query::Prefix(_) => None,
        }
    }

    /// go's words where the version can never be one of this path (`module.CheckPathMajor`).
    ///
    /// A path without a suffix is none of those: v2 and later become `+incompatible` where there is no go.mod.
    pub fn wrong_major(&self) -> Option<String> {
        let Query::Version(version) = &self.query else { return None };
        let (_, major) = modpath::split_path_version(&self.path)?;
        if major.is_empty() {
            return None;
        }
        modpath::check_path_major(version, major).err().map(|err| err.to_string())
    }

    /// The first element of the path.
    pub fn host(&self) -> &str {
        self.path.split('/').next().unwrap_or("")
    }

    pub fn is_pseudo(&self) -> bool {
        matches!(&self.query, Query::Version(version) if pseudo::is_pseudo(version))
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = match &self.query {
            Query::Latest => "latest",
            Query::Version(version) | Query::Prefix(version) | Query::Revision(version) => version,
        };
        write!(f, "{}@{version}", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_versions() {
        let wrong = |argument: &str| Wanted::parse(argument).unwrap().wrong_major();
        assert_eq!(
            wrong("git.corp.com/a/v2@v1.0.0").as_deref(),
            Some("version \"v1.0.0\" invalid: should be v2, not v1")
        );
        assert_eq!(wrong("git.corp.com/a@v2.0.0"), None);
        assert_eq!(wrong("git.corp.com/a/v2@v2.1.0"), None);
        assert_eq!(wrong("git.corp.com/a/v2@main"), None);
    }

    #[test]
    fn arguments() {
        let query = |argument: &str| Wanted::parse(argument).map(|wanted| wanted.query);
        assert_eq!(query("git.corp.com/a"), Ok(Query::Latest));
        assert_eq!(query("git.corp.com/a@latest"), Ok(Query::Latest));
        assert_eq!(query("git.corp.com/a@v1.2.3"), Ok(Query::Version("v1.2.3".into())));
        assert_eq!(
            query("git.corp.com/a@v2.0.0+incompatible"),
            Ok(Query::Version("v2.0.0+incompatible".into()))
        );
        assert_eq!(query("git.corp.com/a@v1"), Ok(Query::Prefix("v1".into())));
        assert_eq!(query("git.corp.com/a@feature/x"), Ok(Query::Revision("feature/x".into())));
        assert_eq!(query("git.corp.com/a@4f2a1b9"), Ok(Query::Revision("4f2a1b9".into())));
        for (wrong, says) in [
            ("https://git.corp.com/a", "malformed module path"),
            ("fmt", "missing dot in first path element"),
            ("git.corp.com:8443/a", "invalid char ':'"),
            ("git.corp.com/a@", "invalid module version syntax"),
            ("", "empty string"),
            ("../x", "invalid path element"),
            ("git.corp.com/\u{1b}[2J", "invalid char"),
            ("git.corp.com/a@a\u{1b}b", "disallowed version string"),
        ] {
            let unfit = query(wrong).expect_err(wrong).to_string();
            assert!(unfit.contains(says), "{wrong}: {unfit}");
        }
    }
}
