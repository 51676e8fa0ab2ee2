//! The checksum database's proofs: the log it serves goes on from the one go saw, and go's copy of it is sound.

use super::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::sumdb::{Damage, Misbehaviour, Trouble};
use crate::model::{Evidence, Finding, Findings, Known, Msg, Source, Step, Text, Unknown, kind};
use crate::module::ModVer;
use crate::module::cache::Cache;
use crate::say;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("sumdb.consistency"),
        title: Text {
            en: "the checksum database goes on from what go saw of it",
            zh: "校验库与 go 先前见过的一致",
        },
        why: Text {
            en: "The database is a log that only grows, and go remembers its last signed head. A head with a wrong signature, or a log that does not begin with the one go saw, means that somebody answers in the database's name.",
            zh: "校验库是只增不减的日志，go 会记住最后一次签名的树头。签名不对，或日志的开头与 go 见过的不同，说明有人在冒充校验库。",
        },
        judge: consistency,
    },
    Check {
        id: CheckId("sumdb.cache"),
        title: Text {
            en: "go's copy of the checksum database is sound", zh: "本地的校验库副本完好"
        },
        why: Text {
            en: "go keeps the last tree head in GOPATH/pkg/sumdb, records and tiles in the module cache, and believes none of them without proof. A damaged one stops every look-up of a new module, or of one module.",
            zh: "go 把最后的树头存在 GOPATH/pkg/sumdb，把记录和哈希块存在模块缓存，每次都要验证。其中一份损坏，就会让所有新模块（或某个模块）无法校验。",
        },
        judge: kept,
    },
];

fn consistency(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    facts.online()?;
    let (name, cache) = (facts.sumdb()?.name().to_owned(), facts.module_cache()?);
    let seen = facts.sumdb_latest(&cache)?;
    found.list.extend(damaged(facts, &cache, &name, &seen.damages));
    match seen.latest {
        Ok(head) => {
            let size = head.tree.n;
            found.note(say!("{size} records", "{size} 条记录", size));
            Ok(())
        }
        Err(trouble @ (Trouble::Inconsistent(_) | Trouble::Lagging { .. })) => {
            found.list.extend(trouble.finding(&name));
            Ok(())
        }
        // That it does not answer is sumdb.reach's.
        Err(trouble) => Err(Unknown::new(trouble.msg())),
    }
}

fn kept(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let (name, cache) = (facts.sumdb()?.name().to_owned(), facts.module_cache()?);
    let recorded = facts.recorded().unwrap_or_default();
    let (answers, sound) = facts.sumdb_kept(&cache, &recorded)?;
    found.list.extend(damaged(facts, &cache, &name, &answers.damages));
    match answers.general {
        Some(trouble @ (Trouble::Inconsistent(_) | Trouble::KeptTiles(_))) => {
            found.list.extend(trouble.finding(&name));
        }
        _ if sound > 0 => {
            found.note(say!("{sound} records proven from it", "用它证实了 {sound} 条记录", sound));
        }
        _ => {}
    }
    Ok(())
}

/// A lie about one module.
pub fn lie(name: &str, one: &Misbehaviour, module: &ModVer) -> Finding {
    let trouble = Trouble::Inconsistent(std::sync::Arc::new(one.clone()));
    let what = &one.what;
    let what = say!(
        "SECURITY: {module}: the checksum database {name}, or somebody in its name, gives a false answer: {what}",
        "安全警告：{module}：校验库 {name} 或冒充它的人给了假答案：{what}",
        module,
        name,
        what
    );
    let mut finding =
        trouble.finding(name).unwrap_or_else(|| Finding::error(kind::SUMDB_INCONSISTENT, what.clone()));
    finding.what = what;
    finding.fact("module", module.path.clone()).fact("version", module.version.clone())
}

/// What is damaged of go's copy, as one finding. Files that fresh and proven ones refute can be moved aside; the head
/// that go remembers is never touched, for it is what a fork of the log shows by.
pub fn damaged(facts: &Facts<'_>, cache: &Cache, name: &str, damages: &[Damage]) -> Option<Finding> {
    let first = damages.first()?;
    let (count, why) = (Msg::counted(damages.len(), "file", "files"), &first.why);
    let what = say!(
        "{count} of go's copy of the checksum database {name} cannot be used: {why}",
        "本地的校验库副本（{name}）有 {count} 个文件用不了：{why}",
        count,
        name,
        why
    );
    let mut finding = Finding::error(kind::SUMDB_CACHE_DAMAGED, what).fact("database", name);
    finding.evidence = damages
        .iter()
        .map(|one| Evidence { from: Source::File(one.file.clone(), None), seen: one.why.en.clone() })
        .collect();
    let safe = damages.iter().all(|one| one.refuted && cache.keeps_of_sumdb(&one.file));
    let aside = facts.sumdb_aside(cache, name).filter(|_| safe);
    Some(match aside {
        Some(aside) => finding.remedy(
            say!(
                "moves exactly these files aside; go fetches and proves them again",
                "只把这些文件移到一旁；go 会重新获取并验证"
            ),
            vec![Step::Uncache {
                module: name.to_owned(),
                version: "sumdb".to_owned(),
                entry: damages.iter().map(|one| one.file.clone()).collect(),
                aside,
            }],
        ),
        None if damages.iter().any(|one| facts.text_of(&one.file).is_err()) => finding.advice(say!(
            "make it a regular file that you may read (0644)",
            "把它变成你自己可读的普通文件（0644）"
        )),
        None => finding.advice(advice(cache, damages)),
    })
}

fn advice(cache: &Cache, damages: &[Damage]) -> Msg {
    match damages.iter().find(|one| !cache.keeps_of_sumdb(&one.file)) {
        Some(head) => {
            let file = head.file.display();
            say!(
                "keep a copy of {file} and find out what wrote there; go makes a new one when it is gone, but then takes whatever log it is shown first",
                "先保留一份 {file} 并查清是谁写坏的；删除后 go 会重建它，但会相信它见到的第一份日志",
                file
            )
        }
        None => say!(
            "run gobs verify where the checksum database can be reached: only a fresh and proven copy shows which is right",
            "请在能连到校验库的环境运行 gobs verify：只有取到新的、得到证明的副本才能判断谁对"
        ),
    }
}
