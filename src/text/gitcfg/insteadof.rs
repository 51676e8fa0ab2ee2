//! `url.<base>.insteadOf` and `pushInsteadOf`: what git makes of a URL, and which rules get in each other's way.

use std::collections::{BTreeSet, HashMap};

use super::Entry;
use crate::model::{SafeUrl, Source};
use crate::order::Order;

/// One rule: URLs that begin with `prefix` begin with `base` instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub base: SafeUrl,
    pub prefix: SafeUrl,
    /// Where it is written.
    pub at: Source,
}

impl Rule {
    pub fn new(base: &str, prefix: &str, at: Source) -> Rule {
        Rule { base: SafeUrl::new(base), prefix: SafeUrl::new(prefix), at }
    }
}

/// All rules of one kind.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// In git's order.
    list: Vec<Rule>,
    /// Of each prefix the rule that git takes; sorted by prefix.
    taken: Vec<Taken>,
}

#[derive(Clone, Debug)]
struct Taken {
    /// An index into `list`.
    rule: usize,
    /// The longest other prefix that this one begins with: an index into `taken`.
    wider: Option<usize>,
}

/// Two rules of which one keeps the other from working.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair<'r> {
    /// The rule that git takes.
    pub wins: &'r Rule,
    /// The rule that does not apply, or not everywhere.
    pub loses: &'r Rule,
}

impl Rules {
    /// Takes rules in the order in which git reads them: system, global, repository, environment.
    ///
    /// git groups them by base, the bases in order of their first rule (`remote.c:make_rewrite`).
    pub fn new(rules: Vec<Rule>) -> Rules {
        let mut groups: HashMap<String, usize> = HashMap::new();
        let mut ranked: Vec<(usize, Rule)> = Vec::with_capacity(rules.len());
        for rule in rules {
            let next = groups.len();
            let group = *groups.entry(rule.base.reveal().to_owned()).or_insert(next);
            ranked.push((group, rule));
        }
        ranked.order_by_key(|(group, _)| *group);
        let list: Vec<Rule> = ranked.into_iter().map(|(_, rule)| rule).collect();
        let taken = first_of_each_prefix(&list);
        Rules { list, taken }
    }

    /// The `insteadOf` rules among the entries of all files that git reads, with where each stands.
    pub fn fetch<'c>(entries: impl IntoIterator<Item = (Entry<'c>, Source)>) -> Rules {
        Rules::named("insteadof", entries)
    }

    /// The `pushInsteadOf` rules.
    pub fn push<'c>(entries: impl IntoIterator<Item = (Entry<'c>, Source)>) -> Rules {
        Rules::named("pushinsteadof", entries)
    }

    fn named<'c>(name: &str, entries: impl IntoIterator<Item = (Entry<'c>, Source)>) -> Rules {
        let rules = entries.into_iter().filter_map(|(entry, at)| {
            let ours = entry.section == "url" && entry.name == name;
            ours.then_some(Rule::new(entry.subsection?, entry.value?, at))
        });
        Rules::new(rules.collect())
    }

    /// All rules, in git's order.
    pub fn list(&self) -> &[Rule] {
        &self.list
    }

    /// What git makes of `url` and by which rule: of all prefixes the longest, of equal ones the first
    /// (`remote.c:alias_url`). `None` if no rule applies. git does not rewrite the result again.
    pub fn rewrite(&self, url: &str) -> Option<(SafeUrl, &Rule)> {
        let rule = &self.list[self.winner(url)?];
        Some((SafeUrl::new(rewritten(rule, url)), rule))
    }

    /// The URL that git pushes to where no `pushurl` is set; `self` are the `pushInsteadOf` rules.
    pub fn rewrite_push(&self, fetch: &Rules, url: &str) -> SafeUrl {
        let rewritten = self.rewrite(url).or_else(|| fetch.rewrite(url));
        rewritten.map_or_else(|| SafeUrl::new(url), |(url, _)| url)
    }

    /// The rule that git takes for this URL.
    fn winner(&self, url: &str) -> Option<usize> {
        let after = self.taken.partition_point(|taken| self.prefix(taken) <= url);
        // Every prefix of `url` in the list is a prefix of its neighbour too.
        let mut candidate = self.taken.get(after.checked_sub(1)?)?;
        let shared = shared(self.prefix(candidate), url);
        while self.prefix(candidate).len() > shared {
            candidate = &self.taken[candidate.wider?];
        }
        Some(candidate.rule)
    }

    fn prefix(&self, taken: &Taken) -> &str {
        self.list[taken.rule].prefix.reveal()
    }

    /// Circles: following the rules from one of these leads back to it, as with A → B and B → A.
    ///
    /// git rewrites once, so nothing hangs. But the two contradict each other, and a URL that was
    /// rewritten already (by a script, in `.gitmodules`) is turned back.
    pub fn loops(&self) -> Vec<Vec<&Rule>> {
        /// No person writes longer circles or more rules.
        const LONGEST: usize = 8;
        const MOST: usize = 10_000;
        let mut seen = BTreeSet::new();
        for start in self.list.iter().take(MOST) {
            let mut chain: Vec<usize> = Vec::new();
            let mut url = sample(start.prefix.reveal());
            while chain.len() < LONGEST {
                let Some(at) = self.winner(&url) else { break };
                if let Some(begin) = chain.iter().position(|seen| *seen == at) {
                    let mut circle = chain.split_off(begin);
                    let first = (0..circle.len()).min_by_key(|at| circle[*at]);
                    circle.rotate_left(first.unwrap_or(0));
                    if circle.len() > 1 {
                        seen.insert(circle);
                    }
                    break;
                }
                chain.push(at);
                url = rewritten(&self.list[at], &url);
            }
        }
        let rules = |circle: Vec<usize>| circle.into_iter().map(|at| &self.list[at]).collect();
        seen.into_iter().map(rules).collect()
    }

    /// Rules that never apply, because one with the same prefix and a different base comes first.
    pub fn conflicts(&self) -> Vec<Pair<'_>> {
        let mut taken: HashMap<&str, &Rule> = HashMap::new();
        let mut pairs = Vec::new();
        for loses in &self.list {
            let wins = *taken.entry(loses.prefix.reveal()).or_insert(loses);
            if wins.base != loses.base {
                pairs.push(Pair { wins, loses });
            }
        }
        pairs
    }

    /// Rules of which a part is diverted elsewhere by a rule with a longer prefix.
    pub fn shadows(&self) -> Vec<Pair<'_>> {
        let pairs = self.taken.iter().filter_map(|narrow| {
            let (wins, loses) = (&self.list[narrow.rule], &self.list[self.taken[narrow.wider?].rule]);
            let same = rewritten(loses, wins.prefix.reveal()) == wins.base.reveal();
            (!same).then_some(Pair { wins, loses })
        });
        pairs.collect()
    }
}

fn first_of_each_prefix(list: &[Rule]) -> Vec<Taken> {
    let prefix = |at: &usize| list[*at].prefix.reveal();
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.order_by_key(prefix);
    order.dedup_by_key(|at| prefix(at));
    let mut taken: Vec<Taken> = Vec::with_capacity(order.len());
    for at in order {
        let mut wider = taken.len().checked_sub(1);
        while let Some(candidate) = wider.map(|wider| &taken[wider]) {
            if prefix(&at).starts_with(prefix(&candidate.rule)) {
                break;
            }
            wider = candidate.wider;
        }
        taken.push(Taken { rule: at, wider });
    }
    taken
}

fn rewritten(rule: &Rule, url: &str) -> String {
    format!("{}{}", rule.base.reveal(), &url[rule.prefix.reveal().len()..])
}

/// How many bytes two texts have in common at their beginning.
fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

/// A URL that a rule with this prefix is meant for.
pub(super) fn sample(prefix: &str) -> String {
    let joint = if prefix.is_empty() || prefix.ends_with(['/', ':', '@']) { "" } else { "/" };
    format!("{prefix}{joint}group/repo.git")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(list: &[(&str, &str)]) -> Rules {
        Rules::new(
            list.iter()
                .zip(1..)
                .map(|((base, prefix), line)| Rule::new(base, prefix, Source::Log(line)))
                .collect(),
        )
    }

    fn url(rules: &Rules, url: &str) -> String {
        rules.rewrite(url).map_or("-".into(), |(url, _)| url.reveal().into())
    }

    fn lines(pairs: &[Pair<'_>]) -> Vec<(Source, Source)> {
        pairs.iter().map(|pair| (pair.wins.at.clone(), pair.loses.at.clone())).collect()
    }

    #[test]
    fn the_longest_prefix_wins_wherever_it_stands() {
        let rules = rules(&[
            ("ssh://git@h/", "https://h/"),
            ("https://h/pub/", "https://h/pub/"),
            ("git@h:", "gh:"),
            ("x/", "https://h/pub/deep/er/"),
        ]);
        assert_eq!(url(&rules, "https://h/a/b"), "ssh://git@h/a/b");
        assert_eq!(url(&rules, "https://h/pub/b"), "https://h/pub/b");
        assert_eq!(url(&rules, "https://h/pub/deep/erratic"), "https://h/pub/deep/erratic");
        assert_eq!(url(&rules, "https://h/zzz"), "ssh://git@h/zzz");
        assert_eq!(url(&rules, "gh:a"), "git@h:a");
        assert_eq!(url(&rules, "https://H/a"), "-");
        assert_eq!(url(&rules, ""), "-");
    }

    #[test]
    fn of_equal_prefixes_the_base_seen_first_wins() {
        let simple = rules(&[("one:", "p:"), ("two:", "p:")]);
        assert_eq!(url(&simple, "p:x"), "one:x");
        assert_eq!(lines(&simple.conflicts()), [(Source::Log(1), Source::Log(2))]);
        // `two:` was seen first as a base, so its later rule comes before that of `one:`.
        let grouped = rules(&[("two:", "other:"), ("one:", "p:"), ("two:", "p:")]);
        assert_eq!(url(&grouped, "p:x"), "two:x");
        assert_eq!(lines(&grouped.conflicts()), [(Source::Log(3), Source::Log(2))]);
        assert!(rules(&[("one:", "p:"), ("one:", "p:")]).conflicts().is_empty());
    }

    #[test]
    fn push_takes_its_own_rule_or_the_other() {
        let fetch = rules(&[("https://mirror/", "https://h/")]);
        let push = rules(&[("ssh://git@h/", "https://h/me/")]);
        assert_eq!(push.rewrite_push(&fetch, "https://h/me/x").reveal(), "ssh://git@h/x");
        assert_eq!(push.rewrite_push(&fetch, "https://h/you/x").reveal(), "https://mirror/you/x");
        assert_eq!(push.rewrite_push(&fetch, "other").reveal(), "other");
    }

    #[test]
    fn circles() {
        let two = rules(&[("git@h:", "https://h/"), ("https://h/", "git@h:")]);
        let found: Vec<Vec<Source>> =
            two.loops().iter().map(|circle| circle.iter().map(|rule| rule.at.clone()).collect()).collect();
        assert_eq!(found, [[Source::Log(1), Source::Log(2)]]);
        let three = rules(&[("b:", "a:"), ("c:", "b:"), ("a:", "c:"), ("x:", "y:")]);
        assert_eq!(three.loops().len(), 1);
        assert_eq!(three.loops()[0].len(), 3);
        let partial = rules(&[("https://b/", "https://a/"), ("https://a/x/", "https://b/x/")]);
        assert_eq!(partial.loops().len(), 1);
    }

    #[test]
    fn what_is_no_circle() {
        for list in [
            &[("https://h/", "https://h/")][..],
            &[("https://h/group/", "https://h/")],
            &[("ssh://git@h/", "https://h/"), ("ssh://git@h/", "http://h/")],
            &[("https://mirror/https://github.com/", "https://github.com/")],
            &[("git@h:", "https://h/"), ("https://h/", "gh:")],
        ] {
            assert!(rules(list).loops().is_empty(), "{list:?}");
        }
    }

    #[test]
    fn a_longer_prefix_diverts_a_part() {
        let found =
            rules(&[("ssh://git@h:2222/", "https://h/"), ("https://mirror/infra/", "https://h/infra/")]);
        assert_eq!(lines(&found.shadows()), [(Source::Log(2), Source::Log(1))]);
        // Leads to the same place.
        let same = rules(&[("ssh://git@h/", "https://h/"), ("ssh://git@h/infra/", "https://h/infra/")]);
        assert!(same.shadows().is_empty());
    }

    #[test]
    fn secrets_do_not_show() {
        let rules = rules(&[("https://oauth2:glpat-secret@h/", "https://h/")]);
        let shown = format!("{rules:?} {:?}", rules.rewrite("https://h/x"));
        assert!(!shown.contains("glpat"), "{shown}");
    }

    #[test]
    fn many_nested_prefixes_stay_fast() {
        let list: Vec<Rule> =
            (0..5000).map(|n| Rule::new("b:", &format!("a{}", "/".repeat(n)), Source::Host)).collect();
        let rules = Rules::new(list);
        assert_eq!(rules.rewrite("a///x").unwrap().0.reveal(), "b:x");
        assert!(rules.loops().is_empty());
    }
}
