//! `--probe`: what this machine says about a log. Only the checks that tell the message's causes apart are made.

use std::collections::BTreeSet;

use crate::checks::{Judged, all, examine};
use crate::explain::rule;
use crate::facts::{Facts, Looking};
use crate::model::{Finding, Msg, Remedy, Verdict};
use crate::order::{Gather, Order};
use crate::say;
use crate::ui::{Label, Ui, detail_parts, place};
use crate::world::World;

/// Makes the checks that the catalogue names for these findings, within one budget.
pub(super) fn probe(findings: &[Finding], world: &World) -> Vec<Judged> {
    let wanted: BTreeSet<&str> = findings.iter().flat_map(checks_of).gather_set();
    let checks: Vec<_> = all().into_iter().filter(|check| wanted.contains(check.id.0)).collect();
    examine(&checks, &Facts::new(world, Looking { quick: true, ..Looking::default() }), |_| {})
}

/// The checks whose facts decide between the causes of this message.
pub(super) fn checks_of(finding: &Finding) -> impl Iterator<Item = &'static str> {
    rule(finding.kind.name()).into_iter().flat_map(|rule| rule.checks.iter().map(String::as_str))
}

/// Whether what was found here is the cause that the log speaks of, or one of its refinements.
fn is_cause(here: &Finding, logged: &Finding) -> bool {
    here.kind == logged.kind || here.kind.family() == Some(logged.kind.name())
}

/// What was found here, below one finding of the log: the cause first.
pub(super) fn tell(logged: &Finding, judged: &[Judged], ui: &mut Ui) -> anyhow::Result<()> {
    let ids: Vec<&str> = checks_of(logged).collect();
    let asked = || judged.iter().filter(|one| ids.contains(&one.check.id.0));
    let mut found: Vec<(&Judged, &Finding)> =
        asked().flat_map(|one| one.verdict.findings().iter().map(move |finding| (one, finding))).collect();
    found.order_by_key(|(_, here)| (!is_cause(here, logged), std::cmp::Reverse(here.level)));
    let decided = found.iter().any(|(_, here)| is_cause(here, logged));
    for (one, here) in &found {
        let word = match is_cause(here, logged) {
            true => say!("cause", "原因"),
            false => say!("also", "另外"),
        };
        let from = here.evidence.first().map(|evidence| place(&evidence.from, ui.lang)).unwrap_or_default();
        let (what, kind) = (ui.pick(&here.what).to_owned(), here.kind.name());
        detail_parts(ui, &word, &[(Label::Strong, &what), (Label::Plain, "  "), (Label::Path, &from)])?;
        let fix = match here.remedy.as_ref().is_some_and(Remedy::automatic) {
            true => format!("$ gobs fix {}", one.check.id),
            false => format!("$ gobs doctor --only {} -v", one.check.id),
        };
        detail_parts(
            ui,
            &Msg::plain(""),
            &[(Label::Command, &fix), (Label::Plain, "  "), (Label::Dim, kind)],
        )?;
    }
    let named = |fits: fn(&Verdict) -> bool| -> String {
        let ids: Vec<&str> = asked().filter(|one| fits(&one.verdict)).map(|one| one.check.id.0).collect();
        ids.join(" ")
    };
    let fine = named(|verdict| matches!(verdict, Verdict::Fine { .. }));
    let unseen = named(|verdict| matches!(verdict, Verdict::Skipped(_) | Verdict::Crashed(_)));
    if !fine.is_empty() {
        detail_parts(ui, &say!("fine", "正常"), &[(Label::Plain, &fine)])?;
    }
    if !unseen.is_empty() {
        detail_parts(ui, &say!("unseen", "未查"), &[(Label::Dim, &unseen)])?;
    }
    if !decided && !fine.is_empty() {
        let words = say!(
            "what the log speaks of does not show here now: it may be from another machine, shell or moment",
            "日志里的问题此刻在本机看不到：可能来自别的机器、别的终端，或已经过去"
        );
        let words = ui.pick(&words).to_owned();
        detail_parts(ui, &say!("here", "本机"), &[(Label::Plain, &words)])?;
    }
    Ok(())
}
