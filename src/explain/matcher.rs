//! Messages against rules: one scan finds which patterns are worth trying.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::block::Block;
use super::catalogue::Rule;
use super::extract::{self, Facts};

/// The best match of one rule in a log, and how often it came.
#[derive(Debug)]
pub(super) struct Hit {
    /// The rule's place in the catalogue.
    pub rule: usize,
    pub line: u64,
    pub seen: String,
    pub facts: Facts,
    pub count: u64,
}

pub(super) struct Matcher<'r> {
    rules: &'r [Rule],
    scan: AhoCorasick,
    /// Which patterns a literal stands for: rule and pattern.
    of: Vec<Vec<(usize, usize)>>,
    hits: BTreeMap<usize, Hit>,
    tried: Vec<(usize, usize)>,
}

impl<'r> Matcher<'r> {
    pub(super) fn new(rules: &'r [Rule]) -> Matcher<'r> {
        let mut literals: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
        for (at, rule) in rules.iter().enumerate() {
            for (which, pattern) in rule.patterns.iter().enumerate() {
                for literal in &pattern.literals {
                    literals.entry(literal).or_default().push((at, which));
                }
            }
        }
        let scan = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(literals.keys())
            .expect("a few hundred short words");
        Matcher {
            rules,
            scan,
            of: literals.into_values().collect(),
            hits: BTreeMap::new(),
            tried: Vec::new(),
        }
    }

    /// Looks at one message: of the rules that match, the one nearest to the cause is its reading.
    pub(super) fn look(&mut self, block: &Block) {
        self.tried.clear();
        for found in self.scan.find_overlapping_iter(&block.text) {
            self.tried.extend(&self.of[found.pattern().as_usize()]);
        }
        self.tried.sort_unstable();
        self.tried.dedup();
        let mut best: Option<(u8, usize, Facts)> = None;
        for (at, which) in &self.tried {
            let rule = &self.rules[*at];
            // Patterns come in the order of the catalogue: of one tier the first rule stays.
            if best.as_ref().is_some_and(|(tier, ..)| *tier <= rule.tier) {
                continue;
            }
            if let Some(captures) = rule.patterns[*which].regex().captures(&block.text) {
                let facts = extract::facts(&block.text, &rule.patterns[*which], &captures);
                best = Some((rule.tier, *at, facts));
            }
        }
        if let Some((_, rule, facts)) = best {
            self.note(rule, block, facts);
        }
    }

    fn note(&mut self, rule: usize, block: &Block, facts: Facts) {
        match self.hits.get_mut(&rule) {
            Some(hit) => {
                hit.count += 1;
                // What the first message does not say, a later one may.
                for (name, value) in facts {
                    hit.facts.entry(name).or_insert(value);
                }
            }
            None => {
                let seen = extract::shown(&block.text);
                self.hits.insert(rule, Hit { rule, line: block.line, seen, facts, count: 1 });
            }
        }
    }

    pub(super) fn done(self) -> Vec<Hit> {
        self.hits.into_values().collect()
    }
}
