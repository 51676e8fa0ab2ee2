//! A pasted log becomes causes: the root first, each with its lines, its facts and a safe next step.

mod answer;
mod block;
mod catalogue;
mod clean;
mod derive;
mod extract;
mod foreign;
mod lines;
mod matcher;
mod pages;

use std::io::{self, Read};

pub use catalogue::{Rule, catalogue, rule};
pub use pages::{CheckPage, KindPage, check_page, kind_page};

use crate::model::Finding;

/// What a log says.
#[derive(Debug, Default)]
pub struct Explanation {
    /// The root cause first. Empty where nothing is about the environment.
    pub findings: Vec<Finding>,
    /// How many lines were read.
    pub lines: u64,
}

/// Reads a log to its end, in bounded memory.
pub fn explain(log: impl Read) -> io::Result<Explanation> {
    let rules = catalogue();
    let mut matcher = matcher::Matcher::new(rules);
    let mut blocks = block::Blocks::default();
    let mut lines = lines::Lines::new(log);
    let mut count = 0;
    while let Some(line) = lines.next_line()? {
        count += 1;
        let text = clean::clean(line);
        if let Some(block) = blocks.add(count, &text) {
            matcher.look(&block);
        }
    }
    if let Some(block) = blocks.end() {
        matcher.look(&block);
    }
    Ok(Explanation { findings: answer::answer(rules, matcher.done()), lines: count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_won_by_its_rule() {
        let mut wrong = Vec::new();
        for rule in catalogue() {
            for sample in &rule.samples {
                let found = explain(sample.as_bytes()).unwrap().findings;
                let first = found.first().map_or("nothing", |finding| finding.kind.name());
                if first != rule.kind.name() {
                    wrong.push(format!("{} is taken for {first}:\n{sample}", rule.kind));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}
