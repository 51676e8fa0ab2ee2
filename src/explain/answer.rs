//! From what matched to findings: consequences out, the root first.

use super::catalogue::Rule;
use super::derive::derive;
use super::extract::Facts;
use super::matcher::Hit;
use crate::model::{Finding, Level, Msg, Source, Step};
use crate::order::Order;

/// The findings, the root cause first.
pub(super) fn answer(rules: &[Rule], mut hits: Vec<Hit>) -> Vec<Finding> {
    let present: Vec<usize> = hits.iter().map(|hit| hit.rule).collect();
    let consequence = |hit: &Hit| {
        present.iter().any(|other| {
            *other != hit.rule && rules[*other].over.iter().any(|kind| kind == rules[hit.rule].kind.name())
        })
    };
    hits.retain(|hit| !consequence(hit));
    hits.order_by_key(|hit| (rules[hit.rule].tier, hit.line));
    hits.into_iter().map(|hit| finding(&rules[hit.rule], hit)).collect()
}

fn finding(rule: &Rule, mut hit: Hit) -> Finding {
    if let Some(variable) = &rule.variable {
        hit.facts.entry("variable").or_insert_with(|| variable.clone());
    }
    let mut known = hit.facts.clone();
    derive(&mut known);
    let mut finding = Finding::new(rule.kind, Level::Error, rule.what.clone());
    if hit.count > 1 {
        finding = finding.fact("count", hit.count.to_string());
    }
    let line = u32::try_from(hit.line).unwrap_or(u32::MAX);
    let advice = rule.advice.iter().find_map(|advice| {
        let holds = |(name, value): &(String, String)| known.get(name.as_str()).is_some_and(|v| v == value);
        if !advice.when.as_ref().is_none_or(holds) {
            return None;
        }
        let say = |text: &str| filled(text, &known, Goes::Words);
        Some((Msg::new(say(&advice.say.en)?, say(&advice.say.zh)?), advice.run.as_ref()))
    });
    let (said, own) = advice.unwrap_or_else(|| (rule.next.clone(), None));
    let commands = own.unwrap_or(&rule.run).iter().filter_map(|run| filled(run, &known, Goes::Command));
    let steps = commands.map(|command| Step::Run { command }).collect();
    for (name, value) in hit.facts {
        finding = finding.fact(name, value);
    }
    finding.seen(Source::Log(line), hit.seen).remedy(said, steps)
}

/// Where a value from a log goes.
#[derive(Clone, Copy, PartialEq)]
enum Goes {
    Words,
    Command,
}

/// The text with the log's own values; `None` where one is missing, or not plain enough for where it goes.
fn filled(text: &str, facts: &Facts, goes: Goes) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('{') {
        let (name, after) = tail.split_once('}')?;
        let value = facts.iter().find(|(known, _)| **known == name).map(|(_, value)| value)?;
        // Text from a log goes into a command line: nothing a shell would act on.
        let quoted = head.ends_with('\'') && after.starts_with('\'');
        let safe =
            |c: char| c.is_ascii_alphanumeric() || "-._~/:@+=".contains(c) || (quoted && "[]".contains(c));
        if goes == Goes::Command && (!value.chars().all(safe) || value.starts_with('-')) {
            return None;
        }
        if value.is_empty() || value.len() > 300 || value.chars().any(char::is_control) {
            return None;
        }
        out.push_str(head);
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}
