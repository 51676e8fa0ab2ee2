//! Paths whose repository go knows without asking (`vcs/vcs.go:vcsPaths`): known sites, and `.git` inside a path.

use super::meta::has_path_prefix;

/// Where a module's code lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The part of the module path that is the repository.
    pub prefix: String,
    /// `git`, `hg`, …, or `mod` for a module proxy.
    pub vcs: String,
    pub repo: String,
    /// The directory in the repository where `prefix` begins.
    pub subdir: String,
}

/// How go finds a path's repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// Known without asking anybody.
    Known(Root),
    /// `host/path.git`: go tries schemes on `repo`, which has none and no `.git`.
    Suffix { prefix: String, vcs: String, repo: String },
    /// By a go-get page.
    Ask,
    /// Not at all; go's words.
    Refused(String),
}

const VCS: [&str; 5] = ["hg", "git", "svn", "bzr", "fossil"];

/// `repoRootFromVCSPaths` for a valid module path.
pub fn site(path: &str) -> Site {
    if has_path_prefix(path, "example.net") {
        return Site::Refused("no modules on example.net".into());
    }
    if path == "rsc.io" {
        return Site::Refused("rsc.io is not a module".into());
    }
    let elements: Vec<&str> = path.split('/').collect();
    for (at, take) in KNOWN {
        if !has_path_prefix(path, at) {
            continue;
        }
        let taken = take(&elements).filter(|taken| elements.iter().skip(taken.elements).all(|e| is_word(e)));
        let Some(taken) = taken else {
            return Site::Refused(format!("invalid {at} import path {path:?}"));
        };
        let prefix = elements[..taken.elements].join("/");
        let repo = format!("https://{prefix}");
        if taken.no_suffix && VCS.iter().any(|vcs| repo.ends_with(&format!(".{vcs}"))) {
            return Site::Refused(format!("invalid version control suffix in {at}/ path"));
        }
        return Site::Known(Root { prefix, vcs: taken.vcs.to_owned(), repo, subdir: String::new() });
    }
    suffixed(&elements).unwrap_or(Site::Ask)
}

/// How many elements of a path are the repository on a known site.
struct Taken {
    elements: usize,
    vcs: &'static str,
    /// `.git` and its like are an error.
    no_suffix: bool,
}

type Take = fn(&[&str]) -> Option<Taken>;

const KNOWN: [(&str, Take); 6] = [
    ("github.com", |path| words(path, 3, 1)),
    ("bitbucket.org", |path| words(path, 3, 1)),
    ("hub.jazz.net/git", |path| words(path, 4, 3).filter(|_| is_lower(path[2], ""))),
    ("git.apache.org", |path| {
        let repo = path.get(1)?.strip_suffix(".git")?;
        (is_lower(repo, "_.-")).then_some(Taken { elements: 2, vcs: "git", no_suffix: false })
    }),
    ("git.openstack.org", |path| Some(Taken { no_suffix: false, ..words(path, 3, 1)? })),
    ("chiselapp.com", |path| {
        let user = path.get(2).is_some_and(|u| !u.is_empty() && u.bytes().all(|b| b.is_ascii_alphanumeric()));
        let shape =
            path.len() == 5 && path[1] == "user" && user && path[3] == "repository" && is_word(path[4]);
        shape.then_some(Taken { elements: 5, vcs: "fossil", no_suffix: false })
    }),
];

/// The first `count` elements, of which those from `from` on are words.
fn words(path: &[&str], count: usize, from: usize) -> Option<Taken> {
    let fits = path.len() >= count && path[from..count].iter().all(|element| is_word(element));
    fits.then_some(Taken { elements: count, vcs: "git", no_suffix: true })
}

/// `[\w.\-]+`
fn is_word(element: &str) -> bool {
    !element.is_empty()
        && element.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

fn is_lower(element: &str, more: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || more.as_bytes().contains(&b);
    !element.is_empty() && element.bytes().all(fits)
}

/// The general rule: the first element that ends in `.git` and its like, below a host with a dot.
fn suffixed(path: &[&str]) -> Option<Site> {
    let word = |element: &str| is_word(element.strip_prefix('~').unwrap_or(element));
    let host = path.first()?;
    let name = host.split(':').next().unwrap_or("");
    let dotted = name.split_once('.').is_some_and(|(head, tail)| !head.is_empty() && !tail.is_empty());
    if !dotted || !is_lower(name, ".-") {
        return None;
    }
    let (at, vcs) = path.iter().enumerate().skip(1).find_map(|(at, element)| {
        let (stem, vcs) = element.rsplit_once('.')?;
        (VCS.contains(&vcs) && word(stem)).then_some((at, vcs))
    })?;
    if !path[1..at].iter().chain(&path[at + 1..]).all(|element| word(element)) {
        return None;
    }
    let prefix = path[..=at].join("/");
    let repo = prefix[..prefix.len() - vcs.len() - 1].to_owned();
    Some(Site::Suffix { prefix, vcs: vcs.to_owned(), repo })
}

/// The schemes go tries for a `.git` path, in its order (`vcs.go:vcsGit`, `isSecureScheme`).
pub fn schemes(insecure: bool, allow: Option<&str>) -> Vec<&'static str> {
    let secure = |scheme: &str| match allow.filter(|allow| !allow.is_empty()) {
        Some(allow) => allow.split(':').any(|allowed| allowed == scheme),
        None => matches!(scheme, "https" | "git+ssh" | "ssh"),
    };
    ["git", "https", "http", "git+ssh", "ssh"]
        .into_iter()
        .filter(|scheme| insecure || secure(scheme))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str) -> String {
        match site(path) {
            Site::Known(root) => format!("{} {}", root.vcs, root.repo),
            Site::Suffix { prefix, vcs, repo } => format!("{vcs} ?://{repo} for {prefix}"),
            Site::Ask => "ask".into(),
            Site::Refused(why) => format!("! {why}"),
        }
    }

    /// `vcs_test.go:TestRepoRootForImportPath`, the rows that need no network, and go's words where it refuses.
    #[test]
    fn as_go_knows_them() {
        for (path, want) in [
            ("github.com/golang/groupcache", "git https://github.com/golang/groupcache"),
            ("github.com/acme/lib/v2", "git https://github.com/acme/lib"),
            (
                "github.com/user/unicode/испытание",
                "! invalid github.com import path \"github.com/user/unicode/испытание\"",
            ),
            ("github.com/foo", "! invalid github.com import path \"github.com/foo\""),
            ("github.com/a/b.git", "! invalid version control suffix in github.com/ path"),
            ("github.com", "! invalid github.com import path \"github.com\""),
            ("hub.jazz.net/git/user1/pkgname", "git https://hub.jazz.net/git/user1/pkgname"),
            (
                "hub.jazz.net/git/user1/pkgname/submodule/submodule/submodule",
                "git https://hub.jazz.net/git/user1/pkgname",
            ),
            ("hub.jazz.net", "ask"),
            ("hub.jazz.net/someotherprefix/user1/pkgname", "ask"),
            (
                "hub.jazz.net/git/user.1/pkgname",
                "! invalid hub.jazz.net/git import path \"hub.jazz.net/git/user.1/pkgname\"",
            ),
            ("hub.jazz.net/git/user/pkg.name", "git https://hub.jazz.net/git/user/pkg.name"),
            (
                "hub.jazz.net/git/USER/pkgname",
                "! invalid hub.jazz.net/git import path \"hub.jazz.net/git/USER/pkgname\"",
            ),
            ("git.openstack.org/openstack/swift", "git https://git.openstack.org/openstack/swift"),
            ("git.openstack.org/openstack/swift.git", "git https://git.openstack.org/openstack/swift.git"),
            (
                "git.openstack.org/openstack/swift/go/hummingbird",
                "git https://git.openstack.org/openstack/swift",
            ),
            (
                "git.openstack.org/openstack",
                "! invalid git.openstack.org import path \"git.openstack.org/openstack\"",
            ),
            ("git.apache.org/package-name.git", "git https://git.apache.org/package-name.git"),
            (
                "git.apache.org/package-name_2.x.git/path/to/lib",
                "git https://git.apache.org/package-name_2.x.git",
            ),
            (
                "git.apache.org/package-name/path/to/lib",
                "! invalid git.apache.org import path \"git.apache.org/package-name/path/to/lib\"",
            ),
            (
                "chiselapp.com/user/kyle/repository/fossilgg",
                "fossil https://chiselapp.com/user/kyle/repository/fossilgg",
            ),
            (
                "chiselapp.com/user/kyle/fossilgg",
                "! invalid chiselapp.com import path \"chiselapp.com/user/kyle/fossilgg\"",
            ),
            ("bitbucket.org/workspace/pkgname", "git https://bitbucket.org/workspace/pkgname"),
            ("example.net/a", "! no modules on example.net"),
            ("rsc.io", "! rsc.io is not a module"),
            ("rsc.io/quote", "ask"),
            (
                "git.corp.com/group/sub/repo.git",
                "git ?://git.corp.com/group/sub/repo for git.corp.com/group/sub/repo.git",
            ),
            ("git.corp.com/g/repo.git/sub/v2", "git ?://git.corp.com/g/repo for git.corp.com/g/repo.git"),
            ("git.corp.com/repo.git", "git ?://git.corp.com/repo for git.corp.com/repo.git"),
            ("git.corp.com/~li/repo.hg/x", "hg ?://git.corp.com/~li/repo for git.corp.com/~li/repo.hg"),
            ("git.corp.com/.git", "ask"),
            ("git.corp.com/group/repo", "ask"),
            ("gitee.com/acme/lib", "ask"),
        ] {
            assert_eq!(shown(path), want, "{path}");
        }
    }

    /// `vcs_test.go:TestIsSecureGitAllowProtocol`.
    #[test]
    fn schemes_that_count_as_secure() {
        assert_eq!(schemes(false, None), ["https", "git+ssh", "ssh"]);
        assert_eq!(schemes(true, None), ["git", "https", "http", "git+ssh", "ssh"]);
        assert_eq!(schemes(false, Some("https:foo")), ["https"]);
        assert_eq!(schemes(false, Some("")), ["https", "git+ssh", "ssh"]);
    }
}
