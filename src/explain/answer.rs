//! From what matched to findings: consequences out, the root first.

use super::catalogue::Rule;
use super::matcher::Hit;
use crate::model::{Finding, Level, Source, Step};

/// The findings, the root cause first.
pub(super) fn answer(rules: &[Rule], mut hits: Vec<Hit>) -> Vec<Finding> {
    let present: Vec<usize> = hits.iter().map(|hit| hit.rule).collect();
    let consequence = |hit: &Hit| {
        present.iter().any(|other| {
            *other != hit.rule && rules[*other].over.iter().any(|kind| kind == rules[hit.rule].kind.name())
        })
    };
    hits.retain(|hit| !consequence(hit));
    hits.sort_by_key(|hit| (rules[hit.rule].tier, hit.line));
    hits.into_iter().map(|hit| finding(&rules[hit.rule], hit)).collect()
}

fn finding(rule: &Rule, hit: Hit) -> Finding {
    let mut finding = Finding::new(rule.kind, Level::Error, rule.what.clone());
    if hit.count > 1 {
        finding = finding.fact("count", hit.count.to_string());
    }
    let line = u32::try_from(hit.line).unwrap_or(u32::MAX);
    let mut steps = Vec::new();
    for command in &rule.run {
        if let Some(command) = filled(command, &hit) {
            steps.push(Step::Run { command });
        }
    }
    for (name, value) in hit.facts {
        finding = finding.fact(name, value);
    }
    finding.seen(Source::Log(line), hit.seen).remedy(rule.next.clone(), steps)
}

/// The command with the log's own values; `None` where one is missing or not plain enough to paste.
fn filled(command: &str, hit: &Hit) -> Option<String> {
    let mut out = String::new();
    let mut rest = command;
    while let Some((head, tail)) = rest.split_once('{') {
        let (name, after) = tail.split_once('}')?;
        let value = hit.facts.iter().find(|(known, _)| **known == name).map(|(_, value)| value)?;
        // Text from a log goes into a command line: nothing a shell would act on.
        let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/:@+=".contains(c));
        if !plain || value.starts_with('-') {
            return None;
        }
        out.push_str(head);
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}
