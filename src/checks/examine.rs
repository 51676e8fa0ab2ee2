//! Running checks: side by side, told in catalogue order, a panic in a judge is a verdict.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError, mpsc};

use super::Check;
use crate::facts::{Facts, fact_at_work};
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
///
/// A check that crashed in the run that this one takes the place of is not judged again. Where nobody knows which it was,
/// they are judged one after the other.
pub fn examine(checks: &[&'static Check], facts: &Facts<'_>, mut told: impl FnMut(&Judged)) -> Vec<Judged> {
    let crashed = facts.crashed_before();
    if crashed.iter().any(|(name, _)| name == SOMEBODY) {
        return one_by_one(checks, facts, crashed, told);
    }
    let mut judged: Vec<Judged> = Vec::with_capacity(checks.len());
    let _somebody = AtWork::on(SOMEBODY);
    std::thread::scope(|scope| {
        let (tell, hear) = mpsc::channel();
        for (at, check) in checks.iter().enumerate() {
            let tell = tell.clone();
            let named = std::thread::Builder::new().name(format!("{NAMED}{}", check.id));
            let spawned =
                named.spawn_scoped(scope, move || tell.send((at, judge_or_not(check, facts, crashed))));
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

fn one_by_one(
    checks: &[&'static Check],
    facts: &Facts<'_>,
    crashed: &[(String, String)],
    mut told: impl FnMut(&Judged),
) -> Vec<Judged> {
    let judge = |check: &&'static Check| {
        let _at_work = AtWork::on(check.id.0);
        let judged = Judged { check, verdict: judge_or_not(check, facts, crashed) };
        told(&judged);
        judged
    };
    checks.iter().map(judge).collect()
}

/// Before the id in the name of a check's thread.
const NAMED: &str = "gobs:";
/// One of several, and nobody knows which: a check's own helper thread has no name.
const SOMEBODY: &str = "*";

/// The check that is judged now, where that is known.
static AT_WORK: Mutex<Option<&'static str>> = Mutex::new(None);

struct AtWork;

impl AtWork {
    fn on(name: &'static str) -> AtWork {
        *AT_WORK.lock().unwrap_or_else(PoisonError::into_inner) = Some(name);
        AtWork
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        *AT_WORK.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// For whoever hears a panic: the fact or else the check it is of. `None` where no check is judged.
pub fn at_work() -> Option<String> {
    let known = AT_WORK.lock().unwrap_or_else(PoisonError::into_inner).to_owned()?;
    if let Some(fact) = fact_at_work() {
        return Some(fact.to_owned());
    }
    let thread = std::thread::current();
    let of_thread = thread.name().and_then(|name| name.strip_prefix(NAMED));
    Some(of_thread.unwrap_or(known).to_owned())
}

fn judge_or_not(check: &Check, facts: &Facts<'_>, crashed: &[(String, String)]) -> Verdict {
    match crashed.iter().find(|(name, _)| name == check.id.0) {
        Some((_, said)) => Verdict::Crashed(said.clone()),
        None => judge(check, facts),
    }
}

/// Where panics unwind (in tests, and in libraries that others make of this) they are verdicts here and now.
fn judge(check: &Check, facts: &Facts<'_>) -> Verdict {
    let mut findings = Findings::default();
    #[cfg(debug_assertions)]
    crash_on_demand(check, facts);
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

/// So that a test can see the whole program survive it: `ID`, `ID thread` for a helper thread of the check, `ID fact` for a
/// fact that it asks for.
#[cfg(debug_assertions)]
fn crash_on_demand(check: &Check, facts: &Facts<'_>) {
    match facts.var("GOBS_TEST_CRASH").as_deref().and_then(|on| on.strip_prefix(check.id.0)) {
        Some("") => panic!("as the test wants it"),
        Some(" fact") => facts.crash(),
        Some(" thread") => _ = std::thread::spawn(|| panic!("as the test wants it")).join(),
        _ => {}
    }
}
