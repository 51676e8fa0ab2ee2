//! Messages against rules: one scan finds which patterns are worth trying.

use std::collections::BTreeMap;

use aho_corasick::Input;
use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;

use super::block::Block;
use super::catalogue::Rule;
use super::extract::{self, Facts};
use super::foreign::{Tests, foreign};
use crate::order::Order;

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
    scan: NFA,
    /// Which patterns a literal stands for: rule and pattern.
    of: Vec<Vec<(usize, usize)>>,
    hits: BTreeMap<usize, Hit>,
    tried: Vec<(usize, usize)>,
    tests: Tests,
    /// The rule of the message before.
    last: Option<usize>,
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
        let scan = NFA::new(literals.keys()).expect("a few hundred short words");
        Matcher {
            rules,
            scan,
            of: literals.into_values().collect(),
            hits: BTreeMap::new(),
            tried: Vec::new(),
            tests: Tests::default(),
            last: None,
        }
    }

    /// Looks at one message: of the rules that match, the one nearest to the cause is its reading.
    pub(super) fn look(&mut self, block: &Block) {
        if self.tests.print(&block.text) {
            return;
        }
        let before = self.last.take();
        if let Some(package) = given_up(&block.text) {
            if let Some(hit) = before.and_then(|rule| self.hits.get_mut(&rule)) {
                hit.facts.entry("package").or_insert_with(|| package.to_owned());
            }
            return;
        }
        if ends_a_copy(&block.text) {
            if let Some(rule) = before.filter(|rule| self.rules[*rule].kind.name().starts_with("ssh-")) {
                self.forget(rule);
            }
            return;
        }
        self.tried.clear();
        let found = self.scan.try_find_overlapping_iter(Input::new(&block.text));
        for found in found.expect("every match is wanted") {
            self.tried.extend(&self.of[found.pattern().as_usize()]);
        }
        if self.tried.is_empty() || foreign(&block.text) {
            return;
        }
        self.tried.order();
        self.tried.dedup();
        // What stands behind these words was seen from the server's place, not from here.
        let own = block.text.find("server response:").map_or(&*block.text, |at| &block.text[..at]);
        let mut best: Option<(u8, usize, usize, Facts)> = None;
        for (at, which) in &self.tried {
            let rule = &self.rules[*at];
            // Patterns come in the order of the catalogue: of one tier the first rule stays.
            if best.as_ref().is_some_and(|(tier, ..)| *tier <= rule.tier) {
                continue;
            }
            let text = match rule.relayed {
                true => &block.text,
                false => own,
            };
            let pattern = &rule.patterns[*which];
            // Most do not match, and to know that costs no memory for groups.
            if pattern.regex().is_match(text)
                && let Some(captures) = pattern.regex().captures(text)
            {
                let facts = extract::facts(&block.text, pattern, &captures);
                if (rule.cut && !extract::url_is_cut(&block.text, &facts))
                    || extract::reaches_its_host(text, &captures)
                {
                    continue;
                }
                let place = captures.get(0).map_or(0, |whole| whole.end());
                best = Some((rule.tier, *at, place, facts));
            }
        }
        if let Some((_, rule, place, facts)) = best {
            self.note(rule, block, place, facts);
            self.last = Some(rule);
        }
    }

    fn note(&mut self, rule: usize, block: &Block, place: usize, facts: Facts) {
        match self.hits.get_mut(&rule) {
            Some(hit) => {
                hit.count += 1;
                // What the first message does not say, a later one may.
                for (name, value) in facts {
                    match hit.facts.get_mut(name) {
                        Some(had) if newer_libc(&value, had) => *had = value,
                        Some(_) => {}
                        None => drop(hit.facts.insert(name, value)),
                    }
                }
            }
            None => {
                // Of what compilers say about a package only the line in question.
                let (line, seen) = match block.is_package() {
                    true => (block.line_at(place), extract::shown(line_of(&block.text, place))),
                    false => (block.line, extract::shown(&block.text)),
                };
                self.hits.insert(rule, Hit { rule, line, seen, facts, count: 1 });
            }
        }
    }

    /// Takes the last message of a rule back.
    fn forget(&mut self, rule: usize) {
        match self.hits.get_mut(&rule) {
            Some(hit) if hit.count > 1 => hit.count -= 1,
            _ => drop(self.hits.remove(&rule)),
        }
    }

    pub(super) fn done(self) -> Vec<Hit> {
        self.hits.into_values().collect()
    }
}

/// `package a/b: exit status 128`, which `go get` of the GOPATH days wrote below what git said about it.
fn given_up(text: &str) -> Option<&str> {
    let (package, status) = text.strip_prefix("package ")?.split_once(": exit status ")?;
    (!package.contains(' ') && status.len() <= 4).then_some(package)
}

/// What scp and rsync write below the words of ssh: somebody's files were copied, no module was fetched.
fn ends_a_copy(text: &str) -> bool {
    let begins = [
        "rsync: connection unexpectedly closed",
        "rsync error: ",
        "scp: Connection closed",
        "lost connection",
    ];
    begins.iter().any(|begin| text.starts_with(begin))
}

/// Whether `GLIBC_2.34` is asked for after `GLIBC_2.32`: the highest one counts.
fn newer_libc(value: &str, had: &str) -> bool {
    let minor = |text: &str| text.strip_prefix("GLIBC_2.")?.parse::<u32>().ok();
    minor(value).zip(minor(had)).is_some_and(|(value, had)| value > had)
}

/// The line that ends at or after this place.
fn line_of(text: &str, place: usize) -> &str {
    let start = text[..place].rfind('\n').map_or(0, |at| at + 1);
    let end = text[place..].find('\n').map_or(text.len(), |at| place + at);
    &text[start..end]
}
