//! Why a pattern does not match what it was meant for: the usual slips, recognised.

use super::{Pattern, patterns};
use crate::text::goproxy::INVISIBLE;

/// A slip that keeps a pattern from matching (or makes it match more than meant).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Miss {
    /// `https://git.corp.com`: patterns match module paths, which have no scheme.
    Scheme,
    /// `git.corp.com:8443`: module paths have no port.
    Port,
    /// `git@git.corp.com`.
    User,
    /// `git.corp.com/group/...`: that is a package pattern, not a glob.
    Dots,
    /// `.corp.com`: suffixes need a star.
    LeadingDot,
    /// `"git.corp.com"`: the quotes became part of the value.
    Quotes,
    /// `a.com, b.com`: nothing is trimmed.
    Space,
    /// `a.com;b.com`, `a.com，b.com`, `a.com b.com`, `a.com|b.com`: only `,` separates.
    Separator,
    /// `GIT.corp.com`: matching is case-sensitive.
    Case,
    /// `git.corp.com//`, `/git.corp.com`: Go takes off one trailing slash only.
    Slashes,
    /// `git.corp.com/group/repo.git`: the module path has no `.git`.
    DotGit,
    /// `git.corp.com/*/*`: more elements than the path has.
    TooDeep,
    /// `*.corp.com`, but the path is at `corp.com` itself.
    BareDomain,
    /// `[`: `path.Match` cannot read it.
    Malformed,
}

/// A pattern with a slip, and how it should read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// Its place in the list, counted from 0.
    pub place: usize,
    /// As written.
    pub text: String,
    pub miss: Miss,
    /// What was meant; may be several patterns, separated by commas.
    pub better: String,
}

/// Each pattern of `list` that does not match `target` but would if it were written right; `better` does match it.
pub fn near_misses(list: &str, target: &str) -> Vec<NearMiss> {
    each_pattern(list, |text, glob| if hits(glob, target) { None } else { explain(text, target) })
}

/// Each pattern of `list` that can match no module path at all, whatever it was meant for.
pub fn slips(list: &str) -> Vec<NearMiss> {
    each_pattern(list, |_, glob| {
        let mut first = None;
        let mut glob = glob.to_owned();
        for (miss, repair) in &REPAIRS[..NEEDS_TARGET] {
            match repair(&glob, "") {
                Some(repaired) if repaired != glob && !repaired.is_empty() => {
                    first = first.or(Some(*miss));
                    glob = repaired;
                }
                _ => {}
            }
        }
        let host = first_elements(&glob, 1);
        if host.contains(|c: char| c.is_uppercase()) && !glob.contains('[') {
            first = first.or(Some(Miss::Case));
            glob = glob.replacen(&host, &host.to_lowercase(), 1);
        }
        if super::match_path(&glob, "").is_err() {
            first = first.or(Some(Miss::Malformed));
        }
        first.map(|miss| (miss, glob))
    })
}

fn each_pattern(list: &str, judge: impl Fn(&str, &str) -> Option<(Miss, String)>) -> Vec<NearMiss> {
    let judged = list.split(',').enumerate().filter_map(|(place, text)| {
        let glob = text.strip_suffix('/').unwrap_or(text);
        let (miss, better) = judge(text, glob).filter(|_| !glob.is_empty())?;
        Some(NearMiss { place, text: text.to_owned(), miss, better })
    });
    judged.collect()
}

fn hits(glob: &str, target: &str) -> bool {
    Pattern { place: 0, glob }.matches(target)
}

/// Repairs one slip after the other until the pattern matches; the first slip names the miss.
fn explain(text: &str, target: &str) -> Option<(Miss, String)> {
    let mut first = None;
    let mut glob = text.to_owned();
    for (miss, repair) in REPAIRS {
        let Some(repaired) = repair(&glob, target) else {
            continue;
        };
        if repaired == glob || repaired.is_empty() {
            continue;
        }
        first = first.or(Some(*miss));
        // It may have become a list (`a;b`): the part that matches is the one that was meant.
        if let Some(hit) = patterns(&repaired).find(|pattern| pattern.matches(target)) {
            return first.map(|miss| (miss, hit.glob.to_owned()));
        }
        glob = repaired;
    }
    None
}

type Repair = fn(&str, &str) -> Option<String>;

/// The repairs before this one look at the pattern alone.
const NEEDS_TARGET: usize = 9;

const REPAIRS: &[(Miss, Repair)] = &[
    (Miss::Quotes, |glob, _| Some(glob.replace(['"', '\'', '“', '”', '‘', '’', '`'], ""))),
    // A remark behind it, as a shell has it, goes with the space before it.
    (Miss::Space, |glob, _| {
        let plain = glob.split(" #").next().unwrap_or(glob).replace(INVISIBLE, "");
        Some(plain.trim().to_owned())
    }),
    (Miss::Separator, |glob, _| {
        let apart = glob.replace([';', '；', '，', '、', '|'], ",");
        Some(apart.split_whitespace().collect::<Vec<_>>().join(","))
    }),
    (Miss::Scheme, |glob, _| each(glob, |one| one.find("://").map(|at| one[at + 3..].to_owned()))),
    (Miss::User, |glob, _| {
        each(glob, |one| {
            let host = one.split('/').next().unwrap_or("");
            host.rfind('@').map(|at| one[at + 1..].replacen(':', "/", 1))
        })
    }),
    (Miss::Port, |glob, _| {
        each(glob, |one| {
            let (host, path) = one.split_once('/').unwrap_or((one, ""));
            let (name, port) = host.split_once(':')?;
            port.bytes().all(|b| b.is_ascii_digit()).then(|| join(name, path))
        })
    }),
    (Miss::Slashes, |glob, _| {
        each(glob, |one| {
            let parts: Vec<&str> = one.split('/').filter(|part| !part.is_empty()).collect();
            Some(parts.join("/"))
        })
    }),
    (Miss::Dots, |glob, _| {
        each(glob, |one| one.strip_suffix("/...").or(one.strip_suffix("...")).map(str::to_owned))
    }),
    (Miss::LeadingDot, |glob, _| each(glob, |one| one.starts_with('.').then(|| format!("*{one}")))),
    (Miss::DotGit, |glob, _| each(glob, |one| one.strip_suffix(".git").map(str::to_owned))),
    (Miss::Case, |glob, target| {
        let lower = target.to_lowercase();
        each(glob, |one| {
            let folded = one.to_lowercase();
            let same = hits(&folded, &lower);
            same.then(|| first_elements(target, one.matches('/').count() + 1))
        })
    }),
    (Miss::TooDeep, |glob, target| {
        each(glob, |one| {
            let mut shorter = one;
            while let Some(head) = shorter.strip_suffix("/*") {
                shorter = head;
                if hits(shorter, target) {
                    return Some(shorter.to_owned());
                }
            }
            None
        })
    }),
    (Miss::BareDomain, |glob, target| {
        each(glob, |one| {
            let bare = one.strip_prefix("*.")?;
            (Pattern { place: 0, glob: bare }).matches(target).then(|| bare.to_owned())
        })
    }),
    (Miss::Malformed, |glob, target| {
        let host = first_elements(target, 1);
        each(glob, |one| {
            let readable = super::match_path(one, "").is_ok();
            (!readable && one.replace(['[', ']', '\\'], "").starts_with(&host)).then(|| host.clone())
        })
    }),
];

/// Repairs each pattern of a list that `repair` has something to say about.
#[allow(clippy::unnecessary_wraps, reason = "what a repair answers")]
fn each(list: &str, repair: impl Fn(&str) -> Option<String>) -> Option<String> {
    let parts: Vec<String> =
        list.split(',').map(|one| repair(one).unwrap_or_else(|| one.to_owned())).collect();
    Some(parts.join(","))
}

fn join(host: &str, path: &str) -> String {
    if path.is_empty() { host.to_owned() } else { format!("{host}/{path}") }
}

fn first_elements(path: &str, count: usize) -> String {
    path.split('/').take(count).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_named_and_repaired() {
        let target = "git.corp.com/group/repo";
        for (list, miss, better) in [
            ("https://git.corp.com", Miss::Scheme, "git.corp.com"),
            ("https://git.corp.com:8443/group", Miss::Scheme, "git.corp.com/group"),
            ("git.corp.com:8443", Miss::Port, "git.corp.com"),
            ("git@git.corp.com", Miss::User, "git.corp.com"),
            ("git@git.corp.com:group/repo.git", Miss::User, "git.corp.com/group/repo"),
            ("\"git.corp.com\"", Miss::Quotes, "git.corp.com"),
            (" git.corp.com", Miss::Space, "git.corp.com"),
            ("git.corp.com # internal", Miss::Space, "git.corp.com"),
            ("git.corp.com\u{200b}", Miss::Space, "git.corp.com"),
            ("git.corp.com\r", Miss::Space, "git.corp.com"),
            ("a.com;git.corp.com", Miss::Separator, "git.corp.com"),
            ("a.com，git.corp.com", Miss::Separator, "git.corp.com"),
            ("a.com git.corp.com", Miss::Separator, "git.corp.com"),
            (".corp.com", Miss::LeadingDot, "*.corp.com"),
            ("git.corp.com/...", Miss::Dots, "git.corp.com"),
            ("git.corp.com//", Miss::Slashes, "git.corp.com"),
            ("GIT.corp.com", Miss::Case, "git.corp.com"),
            ("git.corp.com/Group", Miss::Case, "git.corp.com/group"),
            ("git.corp.com/group/repo.git", Miss::DotGit, "git.corp.com/group/repo"),
            ("git.corp.com/*/*/*", Miss::TooDeep, "git.corp.com/*/*"),
            ("*.git.corp.com", Miss::BareDomain, "git.corp.com"),
            ("[git.corp.com", Miss::Malformed, "git.corp.com"),
        ] {
            let found = near_misses(list, target);
            let want = NearMiss { place: 0, text: list.to_owned(), miss, better: better.to_owned() };
            assert_eq!(found, [want], "{list}");
            assert!(super::super::matches(better, target));
        }
    }

    #[test]
    fn patterns_that_can_match_nothing() {
        let list = "a.com, b.com,https://c.com/,.d.com,E.com,f.com/...,[,g.com:80,ok.com/X,*.ok,h.com;i.com";
        let found: Vec<_> =
            slips(list).into_iter().map(|slip| (slip.place, slip.miss, slip.better)).collect();
        let want = [
            (1, Miss::Space, "b.com"),
            (2, Miss::Scheme, "c.com"),
            (3, Miss::LeadingDot, "*.d.com"),
            (4, Miss::Case, "e.com"),
            (5, Miss::Dots, "f.com"),
            (6, Miss::Malformed, "["),
            (7, Miss::Port, "g.com"),
            (10, Miss::Separator, "h.com,i.com"),
        ];
        assert_eq!(found, want.map(|(place, miss, better)| (place, miss, better.to_owned())));
    }

    #[test]
    fn what_was_meant_for_others_is_no_miss() {
        for list in [
            "other.com",
            "https://other.com",
            "*.other.com",
            "git.corp.com/other",
            "none",
            "git.corp.com",
            "",
            "[a",
        ] {
            assert_eq!(near_misses(list, "git.corp.com/group/repo"), [], "{list}");
        }
    }
}
