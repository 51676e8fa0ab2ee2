//! Whom `verify` asks: the database about every module; proxies, origin and git's history about those in doubt.

use super::{Asked, Judgement, Verified};
use crate::checks::cache::{Case, findings};
use crate::checks::sumdb::{damaged, lie};
use crate::cli::Verify;
use crate::facts::Facts;
use crate::facts::modules::Looked;
use crate::facts::sumdb::{Spoken, Trouble};
use crate::model::{Finding, Kind, Source, Unknown, kind};
use crate::module::cache::Cache;
use crate::module::truth::Database;
use crate::say;
use crate::ui::Bar;

/// Verdicts in which what the repository has now may speak.
const ORIGIN_KNOWS: [Kind; 5] = [
    kind::GOSUM_WRONG_HASH,
    kind::GOSUM_DUPLICATE_CONFLICT,
    kind::SUMDB_MISMATCH,
    kind::MIRROR_OTHER_BYTES,
    kind::SOURCES_DISAGREE,
];

/// Asks everybody who may know, and judges every module by what they say.
pub(super) fn everybody(
    args: &Verify,
    facts: &Facts<'_>,
    cache: &Cache,
    verified: &mut Verified,
    quiet: bool,
) {
    let lies = ask_database(facts, cache, verified, quiet);
    let judge = |one: &mut Judgement| one.findings = judged(facts, cache, one, None);
    verified.modules.iter_mut().for_each(judge);
    let in_doubt = |one: &&mut Judgement| args.deep || !one.findings.is_empty();
    let mut suspects: Vec<&mut Judgement> = verified.modules.iter_mut().filter(in_doubt).collect();
    let mut looked: Vec<&mut Looked> = suspects.iter_mut().map(|one| &mut one.looked).collect();
    facts.ask_proxies(cache, &mut looked);
    for one in suspects {
        judge(one);
        let private = args.deep && one.database == Database::Unaware;
        if private || one.findings.iter().any(|finding| ORIGIN_KNOWS.contains(&finding.kind)) {
            facts.ask_origin(&mut one.looked);
            judge(one);
        }
        if let Some(since) = since(facts, &one.findings) {
            one.findings = judged(facts, cache, one, Some(&since));
        }
    }
    for (at, lie) in lies {
        verified.modules[at].findings.insert(0, lie);
    }
}

fn judged(facts: &Facts<'_>, cache: &Cache, one: &Judgement, since: Option<&str>) -> Vec<Finding> {
    findings(&Case {
        looked: &one.looked,
        cache,
        database: one.database,
        since,
        aside: &|module| facts.aside_dir(cache, module),
    })
}

/// Since when the wrong line stands in go.sum.
fn since(facts: &Facts<'_>, findings: &[Finding]) -> Option<String> {
    let lines = findings.iter().filter_map(|finding| finding.evidence.first());
    let mut lines = lines.filter_map(|evidence| match &evidence.from {
        Source::File(file, Some(_)) => Some((file, evidence.seen.lines().next()?)),
        _ => None,
    });
    let (file, hash) = lines.next()?;
    facts.since(file, hash)
}

/// Asks the database about all; gives the lies it told about single modules.
fn ask_database(
    facts: &Facts<'_>,
    cache: &Cache,
    verified: &mut Verified,
    quiet: bool,
) -> Vec<(usize, Finding)> {
    let bar = Bar::new(verified.modules.len() as u64, quiet);
    let mut looked: Vec<&mut Looked> = verified.modules.iter_mut().map(|one| &mut one.looked).collect();
    let spoken = facts.ask_database(cache, &mut looked, &|| bar.step());
    bar.finish();
    let Spoken { name, of, general, damages, head, asked } = match spoken {
        Ok(spoken) => spoken,
        Err(unknown) => {
            verified.unproven = Some(unknown);
            return Vec::new();
        }
    };
    let mut lies = Vec::new();
    let mut failed: Vec<Trouble> = general.iter().cloned().collect();
    for (at, (state, trouble)) in of.into_iter().enumerate() {
        verified.modules[at].database = state;
        match trouble {
            Some(Trouble::Inconsistent(one)) if general.is_none() => {
                lies.push((at, lie(&name, &one, &verified.modules[at].looked.module)));
            }
            Some(trouble) if !failed.contains(&trouble) => failed.push(trouble),
            _ => {}
        }
    }
    // One server that fails fails for everybody; its first words are enough.
    let mut found: Vec<Finding> = Vec::new();
    for finding in failed.iter().filter_map(|trouble| trouble.finding(&name)) {
        if !found.iter().any(|have| have.kind == finding.kind) {
            found.push(finding);
        }
    }
    verified.unproven_told = !found.is_empty();
    verified.general.extend(found);
    verified.general.extend(damaged(facts, cache, &name, &damages));
    verified.unproven = failed.first().map(|trouble| {
        let why = trouble.msg();
        Unknown::new(say!("not all is proven by {name}: {why}", "{name} 未能全部证实：{why}", name, why))
    });
    verified.database = Some(Asked { name, size: head.map(|head| head.tree.n), questions: asked });
    lies
}
