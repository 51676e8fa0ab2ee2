//! The glob lists of GOPRIVATE and its kin: `module.MatchPrefixPatterns`, and why a pattern misses what it was meant for.

mod glob;
mod near;

pub use glob::{BadPattern, match_path};
pub use near::{Miss, NearMiss, near_misses, slips};

/// One pattern of a list, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern<'a> {
    /// Its place in the list, counted from 0; empty places count.
    pub place: usize,
    /// Without one trailing slash, which Go takes off too.
    pub glob: &'a str,
}

/// The patterns of a list that Go looks at: split at commas only, nothing trimmed, empty ones skipped.
pub fn patterns(list: &str) -> impl Iterator<Item = Pattern<'_>> {
    list.split(',')
        .enumerate()
        .map(|(place, text)| Pattern { place, glob: text.strip_suffix('/').unwrap_or(text) })
        .filter(|pattern| !pattern.glob.is_empty())
}

/// `module.MatchPrefixPatterns`: whether a pattern of the list matches a path prefix of `target`.
pub fn matches(list: &str, target: &str) -> bool {
    matching(list, target).is_some()
}

/// The first pattern of the list that matches.
pub fn matching<'a>(list: &'a str, target: &str) -> Option<Pattern<'a>> {
    patterns(list).find(|pattern| pattern.matches(target))
}

impl Pattern<'_> {
    /// Whether this pattern matches the first elements of `target`, as many as it has itself.
    pub fn matches(&self, target: &str) -> bool {
        let slashes = self.glob.matches('/').count();
        let prefix = match target.match_indices('/').nth(slashes) {
            Some((end, _)) => &target[..end],
            None if target.matches('/').count() == slashes => target,
            None => return false,
        };
        match_path(self.glob, prefix) == Ok(true)
    }

    /// Whether `path.Match` cannot read it; such a pattern never matches.
    pub fn malformed(&self) -> bool {
        match_path(self.glob, "").is_err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_go_matches() {
        for (list, target, want) in [
            ("git.corp.com", "git.corp.com/g/repo", true),
            ("git.corp.com", "git.corp.com", true),
            ("git.corp.com", "sub.git.corp.com/x", false),
            ("git.corp.com", "git.corp.com.evil.org/x", false),
            ("git.corp.com/", "git.corp.com/g/repo", true),
            ("git.corp.com//", "git.corp.com/g/repo", false),
            ("git.corp.com/*", "git.corp.com/group/sub/repo/pkg", true),
            ("git.corp.com/*", "git.corp.com", false),
            ("git.corp.com/*/*", "git.corp.com/group", false),
            ("git.corp.com/*/*", "git.corp.com/group/repo/v2", true),
            ("git.corp.com/group", "git.corp.com/group2/x", false),
            ("*.corp.com", "a.b.corp.com/x", true),
            ("*.corp.com", "corp.com/x", false),
            (".corp.com", "git.corp.com/x", false),
            ("*corp.com", "evilcorp.com/x", true),
            ("https://git.corp.com", "git.corp.com/x", false),
            ("git.corp.com, git2.corp.com", "git2.corp.com/x", false),
            ("GIT.corp.com", "git.corp.com/x", false),
            ("*", "a/b", true),
            ("*/*", "anything.org", false),
            ("*/*", "anything.org/x/y", true),
            ("[", "a", false),
            ("[,git.corp.com", "git.corp.com/x", true),
            ("git.corp.com/...", "git.corp.com/x", false),
            ("github.com/MyOrg", "github.com/MyOrg/r", true),
            ("github.com/myorg/*", "github.com/myorg", false),
            ("", "a", false),
            (",,", "a", false),
        ] {
            assert_eq!(matches(list, target), want, "{list} {target}");
        }
    }

    #[test]
    fn which_one_matched() {
        assert_eq!(matching("a.b,,*.c,d.c", "d.c/x"), Some(Pattern { place: 2, glob: "*.c" }));
    }
}
