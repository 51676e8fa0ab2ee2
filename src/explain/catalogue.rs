//! The catalogue: one rule a kind, read from `rules.toml`, which is part of the binary.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use super::pages::{msg, words};
use crate::embedded;
use crate::model::{Kind, Level, Msg};

/// What is known of one kind of failure.
#[derive(Debug)]
pub struct Rule {
    pub kind: Kind,
    pub level: Level,
    /// 1: the words themselves name the cause; 2: usual; 3: often a consequence of something above it.
    pub tier: u8,
    pub what: Msg,
    /// What it means and how its causes are told apart.
    pub why: Msg,
    /// The safe next step.
    pub next: Msg,
    /// The same for a log that says more: the first whose `{names}` are all known is taken instead.
    pub advice: Vec<Advice>,
    /// The setting that this is about.
    pub variable: Option<String>,
    /// Commands for it, with `{module}` and the like where the log says them.
    pub run: Vec<String>,
    /// The advice that circulates and must not be followed, with the reason.
    pub never: Msg,
    /// The doctor's checks that look at the same thing on the machine.
    pub checks: Vec<String>,
    /// May be said by what a server relays (`server response:`): everything else there was seen from another place.
    pub relayed: bool,
    /// Only where the repository's URL ends before the module's path does.
    pub cut: bool,
    /// Kinds that are consequences of this one where both are in a log.
    pub over: Vec<String>,
    pub patterns: Vec<Pattern>,
    /// Messages in which this rule must win.
    pub samples: Vec<String>,
}

/// A next step for a log that says more.
#[derive(Debug)]
pub struct Advice {
    /// Only where this fact has this value.
    pub when: Option<(String, String)>,
    pub say: Msg,
    /// Its own commands instead of the rule's.
    pub run: Option<Vec<String>>,
}

/// One wording.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    regex: OnceLock<Regex>,
    /// Every match contains one of these: regexes are tried only where one stands.
    pub literals: Vec<String>,
}

impl Pattern {
    pub fn regex(&self) -> &Regex {
        self.regex.get_or_init(|| compile(&self.source).expect("a test compiles every pattern"))
    }
}

fn compile(source: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("(?m){source}"))
}

/// Every rule, in the order of the file.
pub fn catalogue() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| read(&embedded::table(embedded::RULES)).expect("a test reads the catalogue"))
}

/// The rule of that kind.
pub fn rule(kind: &str) -> Option<&'static Rule> {
    catalogue().iter().find(|rule| rule.kind.name() == kind)
}

fn read(file: &Value) -> Result<Vec<Rule>, String> {
    let macros = file.get("macros").and_then(Value::as_object).into_iter().flatten();
    let macros: Vec<(String, &str)> =
        macros.filter_map(|(name, text)| Some((format!("%{name}%"), text.as_str()?))).collect();
    let rules = file.get("rule").and_then(Value::as_array).ok_or("no [[rule]]")?;
    rules.iter().map(|table| one(table, &macros)).collect()
}

fn one(table: &Value, macros: &[(String, &str)]) -> Result<Rule, String> {
    let name = table.get("kind").and_then(Value::as_str).ok_or("a rule without kind")?;
    let wrong = |what: &str| format!("{name}: {what}");
    let need = |key: &str| msg(table, key).ok_or_else(|| wrong(key));
    let flag = |key: &str| table.get(key).and_then(Value::as_bool).unwrap_or(false);
    let advice = table.get("advice").and_then(Value::as_array).into_iter().flatten().map(|advice| {
        let word = |lang: &str| {
            advice.get(lang).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| wrong(lang))
        };
        let when = advice.get("when").and_then(Value::as_str).and_then(|when| when.split_once('='));
        Ok(Advice {
            when: when.map(|(name, value)| (name.to_owned(), value.to_owned())),
            say: Msg::new(word("en")?, word("zh")?),
            run: advice.get("run").map(|_| words(advice, "run")),
        })
    });
    let patterns = words(table, "patterns").into_iter().map(|mut source| {
        for (name, text) in macros {
            if source.contains(name) {
                source = source.replace(name, text);
            }
        }
        let literals = literals(&source).ok_or_else(|| wrong(&format!("no literal in {source}")))?;
        Ok(Pattern { source, regex: OnceLock::new(), literals })
    });
    let tier = table.get("tier").map_or(Some(2), Value::as_u64);
    Ok(Rule {
        kind: Kind::named(name).ok_or_else(|| wrong("no such kind"))?,
        level: Level::Error,
        tier: tier.and_then(|tier| u8::try_from(tier).ok()).ok_or_else(|| wrong("tier"))?,
        what: need("what")?,
        why: need("why")?,
        next: need("next")?,
        advice: advice.collect::<Result<_, String>>()?,
        variable: table.get("variable").and_then(Value::as_str).map(str::to_owned),
        run: words(table, "run"),
        never: need("never")?,
        checks: words(table, "checks"),
        relayed: flag("relayed"),
        cut: flag("cut"),
        over: words(table, "over"),
        patterns: patterns.collect::<Result<_, String>>()?,
        samples: words(table, "samples"),
    })
}

/// Texts of which every match holds one: the plain run, or where that is no rare one, one from each alternative of a group.
fn literals(source: &str) -> Option<Vec<String>> {
    const RARE: usize = 6;
    let plain = literal(source).map(|one| vec![one]);
    let shortest = |texts: &Vec<String>| texts.iter().map(String::len).min().unwrap_or(0);
    if plain.as_ref().is_some_and(|texts| shortest(texts) >= RARE) {
        return plain;
    }
    let grouped = groups(source).into_iter().filter_map(|group| group.iter().map(|a| literal(a)).collect());
    plain.into_iter().chain(grouped).rev().max_by_key(shortest)
}

/// The alternatives of each group that stands outside any other and is not optional.
fn groups(source: &str) -> Vec<Vec<String>> {
    let (mut groups, mut open): (Vec<Vec<String>>, Vec<String>) = (Vec::new(), Vec::new());
    let mut depth = 0;
    let mut in_class = false;
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        let mut push = |text: &[char]| {
            if let Some(last) = open.last_mut() {
                last.extend(text);
            }
        };
        match c {
            '\\' => {
                let next = chars.next().unwrap_or('\\');
                push(&['\\', next]);
            }
            '[' if !in_class => {
                in_class = true;
                push(&['[']);
                // `]` right at the beginning of a class is a member.
                if let Some(c) = chars.next_if(|c| matches!(c, '^' | ']')) {
                    push(&[c]);
                }
            }
            ']' if in_class => {
                in_class = false;
                push(&[']']);
            }
            c if in_class => push(&[c]),
            '(' => {
                depth += 1;
                if depth == 1 {
                    open = vec![String::new()];
                    if chars.next_if_eq(&'?').is_some() {
                        // `?:` or `?P<name>`.
                        for c in chars.by_ref() {
                            if c == ':' || c == '>' {
                                break;
                            }
                        }
                    }
                } else {
                    push(&['(']);
                }
            }
            ')' => {
                depth -= 1;
                if depth == 0 {
                    let optional = matches!(chars.peek(), Some('?' | '*' | '{'));
                    let group = std::mem::take(&mut open);
                    if !optional {
                        groups.push(group);
                    }
                } else {
                    push(&[')']);
                }
            }
            '|' if depth == 1 => open.push(String::new()),
            c => push(&[c]),
        }
    }
    groups
}

/// The longest run of plain characters that every match of a pattern holds: outside groups and classes, and not
/// optional. `None` where there is none of at least two.
fn literal(source: &str) -> Option<String> {
    let (mut best, mut run) = (String::new(), String::new());
    let mut chars = source.chars().peekable();
    let mut depth = 0;
    let mut flush = |run: &mut String| {
        if run.len() > best.len() {
            best.clone_from(run);
        }
        run.clear();
    };
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => match chars.next() {
                Some(c) if !c.is_ascii_alphanumeric() => Some(c),
                _ => None,
            },
            '[' => {
                // A class: `]` right at its beginning is a member.
                let _ = chars.next_if_eq(&'^');
                let _ = chars.next_if_eq(&']');
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => _ = chars.next(),
                        ']' => break,
                        _ => {}
                    }
                }
                None
            }
            '(' => {
                depth += 1;
                None
            }
            ')' => {
                depth -= 1;
                None
            }
            '.' | '^' | '$' | '|' | '*' | '+' | '?' => None,
            '{' => {
                for c in chars.by_ref() {
                    if c == '}' {
                        break;
                    }
                }
                None
            }
            c => Some(c),
        };
        match plain {
            Some(c) if depth == 0 && !matches!(chars.peek(), Some('?' | '*' | '{')) => run.push(c),
            _ => flush(&mut run),
        }
    }
    flush(&mut run);
    (best.len() >= 2).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_match_holds() {
        assert_eq!(literal(r"checksum mismatch\s+downloaded").as_deref(), Some("checksum mismatch"));
        assert_eq!(literal(r"(?:a|b) refused[^x]{1,9}abcs?").as_deref(), Some(" refused"));
        assert_eq!(literal(r"\(publickey\)").as_deref(), Some("(publickey)"));
        assert_eq!(literal(r"(abc)"), None);
        assert_eq!(literals(r"(?:ab[)|]c|(?:x|y)def)"), Some(vec!["ab".to_owned(), "def".to_owned()]));
        assert_eq!(literals(r"(?:abc|d)?[0-9]"), None);
        assert_eq!(literals(r"go: (?:refused|ended)"), Some(vec!["refused".to_owned(), "ended".to_owned()]));
        assert_eq!(literals(r"go: (?:no|ended)"), Some(vec!["go: ".to_owned()]));
    }

    /// A pattern whose rarest literal is short is tried on every other line of a log.
    #[test]
    fn every_pattern_is_looked_for_by_a_rare_word() {
        for rule in read(&embedded::table(embedded::RULES)).unwrap() {
            for pattern in &rule.patterns {
                for literal in &pattern.literals {
                    assert!(literal.len() >= 6, "{}: {literal:?} of {}", rule.kind, pattern.source);
                }
            }
        }
    }

    #[test]
    fn every_pattern_compiles_and_every_rule_is_whole() {
        let rules = read(&embedded::table(embedded::RULES)).unwrap();
        let mut kinds = std::collections::BTreeSet::new();
        for rule in &rules {
            let name = rule.kind.name();
            assert!(kinds.insert(name), "{name} stands twice");
            assert!(!rule.patterns.is_empty() && !rule.samples.is_empty(), "{name}");
            for pattern in &rule.patterns {
                compile(&pattern.source).unwrap_or_else(|err| panic!("{name}: {err}"));
            }
            for other in &rule.over {
                assert!(Kind::named(other).is_some(), "{name}: over {other}");
            }
            for msg in [&rule.what, &rule.why, &rule.next, &rule.never] {
                assert!(!msg.en.is_empty() && !msg.zh.is_empty(), "{name}");
            }
        }
    }
}
