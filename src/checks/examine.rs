//! Running checks: side by side, told in catalogue order, a panic in a judge is a verdict.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use super::Check;
use crate::facts::Facts;
use crate::model::{Findings, Level, Verdict};

/// A check and what it came to.
pub struct Judged {
    pub check: &'static Check,
    pub verdict: Verdict,
}

impl Judged {
    /// The worst level found; `None` where nothing was.
    pub fn worst(&self) -> Option<Level> {
        self.verdict.findings().iter().map(|finding| finding.level).max()
    }
}

/// Judges every check on a thread of its own; `told` hears of each as soon as it and all before it are done.
pub fn examine(checks: &[&'static Check], facts: &Facts<'_>, mut told: impl FnMut(&Judged)) -> Vec<Judged> {
    let mut judged: Vec<Judged> = Vec::with_capacity(checks.len());
    std::thread::scope(|scope| {
        let (tell, hear) = mpsc::channel();
        for (at, check) in checks.iter().enumerate() {
            let tell = tell.clone();
            let named = std::thread::Builder::new().name(format!("gobs:{}", check.id));
            let spawned = named.spawn_scoped(scope, move || tell.send((at, judge(check, facts))));
            debug_assert!(spawned.is_ok());
        }
        drop(tell);
        let mut waiting: Vec<Option<Verdict>> = checks.iter().map(|_| None).collect();
        for (at, verdict) in hear {
            waiting[at] = Some(verdict);
            while let Some(verdict) = waiting.get_mut(judged.len()).and_then(Option::take) {
                judged.push(Judged { check: checks[judged.len()], verdict });
                if let Some(last) = judged.last() {
                    told(last);
                }
            }
        }
    });
    judged
}

fn judge(check: &Check, facts: &Facts<'_>) -> Verdict {
    let mut findings = Findings::default();
    let known = catch_unwind(AssertUnwindSafe(|| (check.judge)(facts, &mut findings)));
    match known {
        Err(panic) => {
            let words = panic.downcast_ref::<String>().cloned();
            let words = words.or_else(|| panic.downcast_ref::<&str>().map(|&s| s.to_owned()));
            Verdict::Crashed(words.unwrap_or_default())
        }
        Ok(Err(unknown)) if findings.list.is_empty() => Verdict::Skipped(unknown),
        Ok(known) if findings.list.is_empty() => {
            debug_assert!(known.is_ok());
            Verdict::Fine { note: findings.note }
        }
        Ok(known) => Verdict::Found { findings: findings.list, unknown: known.err() },
    }
}
