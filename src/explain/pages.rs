//! The pages of `gobs explain KIND` and `gobs explain CHECK`: why it matters, how it is judged, what to do. Offline.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::catalogue::catalogue;
use crate::embedded;
use crate::model::{Kind, Msg, kind};
use crate::say;

/// What is known of a kind.
#[derive(Clone, Debug)]
pub struct KindPage {
    pub kind: Kind,
    /// In a few words.
    pub what: Msg,
    pub why: Msg,
    pub how: Msg,
    /// The safe next step.
    pub next: Msg,
    /// Commands for it; `{module}` and the like stand for what is meant.
    pub run: Vec<String>,
    /// The advice that circulates and must not be followed, with the reason.
    pub never: Option<Msg>,
    /// The checks that may find it.
    pub checks: Vec<String>,
}

/// How a check judges, and what it may find.
#[derive(Clone, Debug)]
pub struct CheckPage {
    pub how: Msg,
    pub kinds: Vec<KindPage>,
}

/// The page of a kind; every kind has one.
pub fn kind_page(kind: Kind) -> Option<KindPage> {
    of_machine(kind).or_else(|| of_log(kind))
}

/// The page of the check of that id.
pub fn check_page(id: &str) -> Option<CheckPage> {
    let table = documents().checks.get(id)?;
    let named = words(table, "kinds");
    let kinds = kind::ALL.iter().filter_map(|kind| {
        let page = kind_page(*kind)?;
        // A log's rule names checks that help, which is more than those that find it.
        let finds =
            documents().kinds.contains_key(kind.name()) && page.checks.iter().any(|check| check == id);
        (finds || named.iter().any(|name| name == kind.name())).then_some(page)
    });
    Some(CheckPage { how: msg(table, "how")?, kinds: kinds.collect() })
}

/// A kind that logs show: what its rule says, and a message that it is known by.
fn of_log(kind: Kind) -> Option<KindPage> {
    let rule = catalogue().iter().find(|rule| rule.kind == kind)?;
    let sample = rule.samples.first().and_then(|sample| sample.lines().next()).unwrap_or("");
    Some(KindPage {
        kind,
        what: rule.what.clone(),
        why: rule.why.clone(),
        how: say!("In a log, by messages such as: {sample}", "在日志里，凭这样的信息识别：{sample}", sample),
        next: rule.next.clone(),
        run: rule.run.clone(),
        never: Some(rule.never.clone()),
        checks: rule.checks.clone(),
    })
}

/// A kind that only machines show. What must not be done stands with the broader kind, where there is one.
fn of_machine(kind: Kind) -> Option<KindPage> {
    let table = documents().kinds.get(kind.name())?;
    let broader = of_log(kind).or_else(|| kind.family().and_then(Kind::named).and_then(of_log));
    Some(KindPage {
        kind,
        what: msg(table, "what")?,
        why: msg(table, "why")?,
        how: msg(table, "how")?,
        next: msg(table, "next")?,
        run: words(table, "run"),
        never: broader.and_then(|page| page.never),
        checks: words(table, "checks"),
    })
}

struct Documents {
    kinds: Map<String, Value>,
    checks: Map<String, Value>,
}

fn documents() -> &'static Documents {
    static DOCUMENTS: OnceLock<Documents> = OnceLock::new();
    DOCUMENTS.get_or_init(|| Documents { kinds: read(embedded::KINDS), checks: read(embedded::CHECKS) })
}

fn read(packed: &[u8]) -> Map<String, Value> {
    match embedded::table(packed) {
        Value::Object(table) => table,
        _ => Map::new(),
    }
}

/// `{ en = "…", zh = "…" }` under that key.
pub(super) fn msg(table: &Value, key: &str) -> Option<Msg> {
    let both = table.get(key)?;
    let word = |lang: &str| both.get(lang).and_then(Value::as_str).map(str::to_owned);
    Some(Msg::new(word("en")?, word("zh")?))
}

/// The texts of an array under that key; none where there is no such key.
pub(super) fn words(table: &Value, key: &str) -> Vec<String> {
    let array = table.get(key).and_then(Value::as_array);
    array.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_page_in_both_languages() {
        for kind in kind::ALL {
            let page = kind_page(*kind).unwrap_or_else(|| panic!("{kind} has no page, or a part is missing"));
            for msg in [&page.what, &page.why, &page.how, &page.next] {
                assert!(!msg.en.trim().is_empty() && !chinese(&msg.en), "{kind}: {}", msg.en);
                assert!(chinese(&msg.zh), "{kind}: {}", msg.zh);
            }
        }
    }

    #[test]
    fn every_page_is_whole() {
        for (name, table) in &documents().kinds {
            for part in ["what", "why", "how", "next"] {
                assert!(msg(table, part).is_some(), "{name}: {part}");
            }
        }
        for (id, table) in &documents().checks {
            for name in words(table, "kinds") {
                assert!(Kind::named(&name).is_some(), "{id}: no such kind: {name}");
            }
        }
    }

    fn chinese(text: &str) -> bool {
        text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }
}
