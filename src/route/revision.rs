//! Which tag, branch or commit of a repository a version is, and where in it the module lies (`modfetch/coderepo.go`).

use std::collections::BTreeMap;

use super::meta::has_path_prefix;
use super::sites::Root;
use super::wanted::Query;
use crate::order::Order;
use crate::text::{modpath, pseudo, semver};

/// The refs of a repository by full name; an annotated tag stands for its commit.
pub type Refs = BTreeMap<String, String>;

/// Where a module lies in its repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The directory, also the prefix of its tags; empty at the root.
    pub dir: String,
    /// `/v2`, `.v2` for gopkg.in, or nothing.
    pub major: String,
    /// A `v2` directory beside it may hold the module as well.
    pub may_be_below: bool,
}

/// `newCodeRepo`; go's words where the path cannot be in that repository.
pub fn place(root: &Root, path: &str) -> Result<Place, String> {
    if !has_path_prefix(path, &root.prefix) {
        return Err(format!("mismatched repo: found {} for {path}", root.prefix));
    }
    let (head, major) =
        modpath::split_path_version(path).ok_or_else(|| format!("invalid module path {path:?}"))?;
    let whole = root.prefix == path;
    let mut dir = String::new();
    if !whole {
        if !has_path_prefix(head, &root.prefix) {
            return Err(format!("repository rooted at {} cannot contain module {path}", root.prefix));
        }
        head[root.prefix.len()..].trim_matches('/').clone_into(&mut dir);
    }
    if !root.subdir.is_empty() {
        let both = format!("{dir}/{}", root.subdir);
        dir = both.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/");
    }
    let may_be_below = !major.is_empty() && !whole && !major.starts_with('.');
    Ok(Place { dir, major: major.to_owned(), may_be_below })
}

impl Place {
    /// The tag of a version: `sub/v1.0.0`.
    pub fn tag(&self, version: &str) -> String {
        let version = version.strip_suffix("+incompatible").unwrap_or(version);
        if self.dir.is_empty() { version.to_owned() } else { format!("{}/{version}", self.dir) }
    }

    /// The go.mod files that may speak for the module.
    pub fn gomods(&self) -> Vec<String> {
        let join = |dir: &str| if dir.is_empty() { "go.mod".to_owned() } else { format!("{dir}/go.mod") };
        let mut files = vec![join(&self.dir)];
        if self.may_be_below {
            let below = format!("{}{}", self.dir, self.major);
            files.push(join(below.trim_start_matches('/')));
        }
        files
    }
}

/// What git's `ls-remote` says (`git.go:loadRefs`).
pub fn refs(listing: &str) -> Refs {
    let mut refs = Refs::new();
    let mut peeled = Vec::new();
    for line in listing.lines() {
        let mut words = line.split_whitespace();
        let (Some(hash), Some(name), None) = (words.next(), words.next(), words.next()) else { continue };
        if name != "HEAD" && !name.starts_with("refs/heads/") && !name.starts_with("refs/tags/") {
            continue;
        }
        match name.strip_suffix("^{}") {
            Some(tag) => peeled.push((tag.to_owned(), hash.to_owned())),
            None => _ = refs.insert(name.to_owned(), hash.to_owned()),
        }
    }
    refs.extend(peeled);
    refs
}

/// A revision that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// `refs/tags/v1.2.3`; `None` for a commit that no ref names: only a full fetch tells whether it is there.
    pub reference: Option<String>,
    pub hash: String,
    /// The version that go would use, where it is clear from the refs.
    pub version: Option<String>,
}

/// Why a version is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// This tag, branch or commit. `near` are refs that look like it.
    Revision {
        name: String,
        near: Vec<String>,
    },
    /// No version begins so; the versions there are, newest first.
    NoVersion {
        prefix: String,
        have: Vec<String>,
    },
    /// Nothing at all in the repository.
    Empty,
    Ambiguous(String),
}

/// Finds what is asked for among the refs.
pub fn find(query: &Query, place: &Place, refs: &Refs) -> Result<Found, Missing> {
    match query {
        Query::Version(version) if pseudo::is_pseudo(version) => {
            let commit = pseudo::parse(version).map_or("", |pseudo| pseudo.rev).to_owned();
            let found = revision(&commit, refs)?;
            Ok(Found { version: Some(version.clone()), ..found })
        }
        Query::Version(version) => {
            let tag = place.tag(version);
            let full = format!("refs/tags/{tag}");
            match refs.get(&full) {
                Some(hash) => {
                    Ok(Found { reference: Some(full), hash: hash.clone(), version: Some(version.clone()) })
                }
                None => Err(Missing::Revision { near: near_tags(version, &tag, refs), name: tag }),
            }
        }
        Query::Revision(name) => revision(name, refs),
        Query::Latest => match best(place, refs, "") {
            Some(found) => Ok(found),
            None => match refs.get("HEAD") {
                Some(hash) => Ok(Found { reference: Some("HEAD".into()), hash: hash.clone(), version: None }),
                None => Err(Missing::Empty),
            },
        },
        Query::Prefix(prefix) => best(place, refs, prefix).ok_or_else(|| {
            let mut have: Vec<String> =
                versions(place, refs).into_iter().map(|(version, _)| version).collect();
            have.reverse();
            Missing::NoVersion { prefix: prefix.clone(), have }
        }),
    }
}

/// `git.go:stat`: a tag, a branch, HEAD, or the beginning of a commit.
fn revision(name: &str, refs: &Refs) -> Result<Found, Missing> {
    let named = [format!("refs/tags/{name}"), format!("refs/heads/{name}")];
    let direct = named.into_iter().chain((name == "HEAD").then(|| "HEAD".to_owned()));
    for full in direct {
        if let Some(hash) = refs.get(&full) {
            return Ok(Found { reference: Some(full), hash: hash.clone(), version: None });
        }
    }
    let hex = (7..=40).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !hex {
        let near = near_refs(name, refs);
        return Err(Missing::Revision { name: name.to_owned(), near });
    }
    let mut hit: Option<(&String, &String)> = None;
    for (full, hash) in refs.iter().filter(|(_, hash)| hash.starts_with(name)) {
        match hit {
            Some((_, other)) if other != hash => return Err(Missing::Ambiguous(name.to_owned())),
            Some(_) => {}
            None => hit = Some((full, hash)),
        }
    }
    Ok(match hit {
        Some((full, hash)) => Found { reference: Some(full.clone()), hash: hash.clone(), version: None },
        None => Found { reference: None, hash: name.to_owned(), version: None },
    })
}

/// The versions of the module among the tags, oldest first.
pub(super) fn versions(place: &Place, refs: &Refs) -> Vec<(String, String)> {
    let prefix = place.tag("");
    let mut found: Vec<(String, String)> = refs
        .iter()
        .filter_map(|(full, hash)| {
            let version = full.strip_prefix("refs/tags/")?.strip_prefix(&prefix)?;
            let sound = semver::is_valid(version)
                && semver::canonical(version) == version
                && !pseudo::is_pseudo(version);
            if !sound {
                return None;
            }
            if modpath::match_path_major(version, &place.major) {
                return Some((version.to_owned(), hash.clone()));
            }
            let incompatible = place.dir.is_empty() && place.major.is_empty();
            incompatible.then(|| (format!("{version}+incompatible"), hash.clone()))
        })
        .collect();
    found.order_by(|a, b| semver::compare(&a.0, &b.0));
    found
}

/// The newest version: releases before pre-releases, those with the right major before incompatible ones.
fn best(place: &Place, refs: &Refs, prefix: &str) -> Option<Found> {
    let fits = |version: &str| {
        prefix.is_empty()
            || version
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    };
    let all: Vec<(String, String)> =
        versions(place, refs).into_iter().filter(|(version, _)| fits(version)).collect();
    let rank = |version: &str| (!version.ends_with("+incompatible"), semver::prerelease(version).is_empty());
    let top = all.iter().map(|(version, _)| rank(version)).max()?;
    let (version, hash) = all.iter().rev().find(|(version, _)| rank(version) == top)?;
    Some(Found {
        reference: Some(format!("refs/tags/{}", place.tag(version))),
        hash: hash.clone(),
        version: Some(version.clone()),
    })
}

/// Tags that may have been meant: without the `v`, in another directory, or of other versions.
fn near_tags(version: &str, tag: &str, refs: &Refs) -> Vec<String> {
    let bare = version.trim_start_matches('v').trim_end_matches("+incompatible");
    let tags: Vec<&str> = refs.keys().filter_map(|full| full.strip_prefix("refs/tags/")).collect();
    let mut near: Vec<String> = tags
        .iter()
        .filter(|have| {
            let last = have.rsplit('/').next().unwrap_or(have);
            last.trim_start_matches(['v', 'V']) == bare && **have != tag
        })
        .map(|have| (*have).to_owned())
        .collect();
    if near.is_empty() {
        let mut others: Vec<&str> = tags.into_iter().filter(|have| semver::is_valid(have)).collect();
        others.order_by(|a, b| semver::compare(b, a));
        near = others.into_iter().take(3).map(str::to_owned).collect();
    }
    near.truncate(3);
    near
}

/// Branches and tags whose name differs in case only, or that contain the name.
fn near_refs(name: &str, refs: &Refs) -> Vec<String> {
    let lower = name.to_lowercase();
    let short = |full: &str| {
        full.strip_prefix("refs/heads/").or(full.strip_prefix("refs/tags/")).unwrap_or(full).to_owned()
    };
    let swapped = match name {
        "master" => "main",
        "main" => "master",
        _ => "",
    };
    let names = refs.keys().map(|full| short(full)).filter(|have| {
        have.to_lowercase() == lower
            || have == swapped
            || (lower.len() > 2 && have.to_lowercase().contains(&lower))
    });
    names.take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(prefix: &str, subdir: &str) -> Root {
        Root {
            prefix: prefix.into(),
            vcs: "git".into(),
            repo: format!("https://{prefix}"),
            subdir: subdir.into(),
        }
    }

    #[test]
    fn where_a_module_lies() {
        for (prefix, subdir, path, dir, major, gomods) in [
            ("a.b/r", "", "a.b/r", "", "", &["go.mod"][..]),
            ("a.b/r", "", "a.b/r/sub/x", "sub/x", "", &["sub/x/go.mod"]),
            ("a.b/r", "", "a.b/r/v2", "", "/v2", &["go.mod", "v2/go.mod"]),
            ("a.b/r", "", "a.b/r/sub/v3", "sub", "/v3", &["sub/go.mod", "sub/v3/go.mod"]),
            ("a.b/r/v2", "", "a.b/r/v2", "", "/v2", &["go.mod"]),
            ("gopkg.in/yaml.v2", "", "gopkg.in/yaml.v2", "", ".v2", &["go.mod"]),
            ("a.b/r", "go/lib", "a.b/r", "go/lib", "", &["go/lib/go.mod"]),
            ("a.b/r", "go", "a.b/r/x/v2", "x/go", "/v2", &["x/go/go.mod", "x/go/v2/go.mod"]),
        ] {
            let place = place(&root(prefix, subdir), path).expect(path);
            assert_eq!((place.dir.as_str(), place.major.as_str()), (dir, major), "{path}");
            assert_eq!(place.gomods(), gomods, "{path}");
        }
        assert!(place(&root("a.b/r", ""), "a.b/other").unwrap_err().starts_with("mismatched repo"));
        assert!(place(&root("a.b/r/v2/x", ""), "a.b/r/v2").is_err());
    }

    fn some_refs() -> Refs {
        refs(
            "1111111111111111111111111111111111111111\tHEAD\n\
              1111111111111111111111111111111111111111\trefs/heads/main\n\
              2222222222222222222222222222222222222222\trefs/heads/release/1.x\n\
              3333333333333333333333333333333333333333\trefs/pull/1/head\n\
              aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\trefs/tags/v1.0.0\n\
              4444444444444444444444444444444444444444\trefs/tags/v1.0.0^{}\n\
              5555555555555555555555555555555555555555\trefs/tags/v1.10.0-rc.1\n\
              6666666666666666666666666666666666666666\trefs/tags/v1.9.0\n\
              7777777777777777777777777777777777777777\trefs/tags/v2.1.0\n\
              8888888888888888888888888888888888888888\trefs/tags/sub/v0.3.0\n\
              9999999999999999999999999999999999999999\trefs/tags/1.4.0\n\
              garbage\n",
        )
    }

    fn found(path: &str, query: Query) -> Result<(String, String), Missing> {
        let place = place(&root("a.b/r", ""), path).unwrap();
        find(&query, &place, &some_refs())
            .map(|found| (found.reference.unwrap_or_default(), found.version.unwrap_or_default()))
    }

    fn pair(a: &str, b: &str) -> Result<(String, String), Missing> {
        Ok((a.to_owned(), b.to_owned()))
    }

    #[test]
    fn annotated_tags_stand_for_their_commit() {
        let refs = some_refs();
        assert!(refs["refs/tags/v1.0.0"].starts_with("4444"));
        assert!(!refs.contains_key("refs/pull/1/head"));
    }

    #[test]
    fn versions_and_revisions() {
        let version = |version: &str| Query::Version(version.into());
        let revision = |name: &str| Query::Revision(name.into());
        assert_eq!(found("a.b/r", version("v1.0.0")), pair("refs/tags/v1.0.0", "v1.0.0"));
        assert_eq!(found("a.b/r/sub", version("v0.3.0")), pair("refs/tags/sub/v0.3.0", "v0.3.0"));
        assert_eq!(found("a.b/r/v2", version("v2.1.0")), pair("refs/tags/v2.1.0", "v2.1.0"));
        assert_eq!(
            found("a.b/r", version("v2.1.0+incompatible")),
            pair("refs/tags/v2.1.0", "v2.1.0+incompatible")
        );
        assert_eq!(found("a.b/r", Query::Latest), pair("refs/tags/v1.9.0", "v1.9.0"));
        assert_eq!(found("a.b/r/v2", Query::Latest), pair("refs/tags/v2.1.0", "v2.1.0"));
        assert_eq!(found("a.b/r/v3", Query::Latest), pair("HEAD", ""));
        assert_eq!(
            found("a.b/r", Query::Prefix("v1.1".into())),
            Err(Missing::NoVersion {
                prefix: "v1.1".into(),
                have: ["v2.1.0+incompatible", "v1.10.0-rc.1", "v1.9.0", "v1.0.0"].map(str::to_owned).to_vec(),
            })
        );
        assert_eq!(
            found("a.b/r", Query::Prefix("v1.10".into())),
            pair("refs/tags/v1.10.0-rc.1", "v1.10.0-rc.1")
        );
        assert_eq!(found("a.b/r", revision("main")), pair("refs/heads/main", ""));
        assert_eq!(found("a.b/r", revision("release/1.x")), pair("refs/heads/release/1.x", ""));
        assert_eq!(found("a.b/r", revision("1111111")), pair("HEAD", ""));
        assert_eq!(found("a.b/r", revision("abcdef0")), pair("", ""));
        assert_eq!(
            found("a.b/r", version("v0.0.0-20250101000000-666666666666")),
            pair("refs/tags/v1.9.0", "v0.0.0-20250101000000-666666666666")
        );
    }

    #[test]
    fn what_is_missing_and_what_was_meant() {
        let near = |path: &str, query: Query| match found(path, query) {
            Err(Missing::Revision { name, near }) => (name, near),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            near("a.b/r", Query::Version("v1.4.0".into())),
            ("v1.4.0".into(), vec!["1.4.0".to_owned()])
        );
        assert_eq!(
            near("a.b/r/other", Query::Version("v0.3.0".into())),
            ("other/v0.3.0".into(), vec!["sub/v0.3.0".to_owned()])
        );
        assert_eq!(near("a.b/r", Query::Revision("master".into())).1, ["main"]);
        assert_eq!(
            near("a.b/r", Query::Version("v5.0.0+incompatible".into())).1,
            ["v2.1.0", "v1.10.0-rc.1", "v1.9.0"]
        );
        assert_eq!(
            find(&Query::Latest, &place(&root("a.b", ""), "a.b").unwrap(), &Refs::new()),
            Err(Missing::Empty)
        );
    }
}
