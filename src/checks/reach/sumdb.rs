//! The checksum database: does it answer the way go would ask it.

use super::{finding, trouble};
use crate::checks::env::repaired;
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::Scope;
use crate::facts::sumdb::Base;
use crate::model::{Findings, Known, Level, Msg, Text, Unknown, Value, kind};
use crate::say;
use crate::text::goproxy::{Place, steps};
use crate::text::gosumdb::{GoSumDb, parse};

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("sumdb.reach"),
    title: Text { en: "the checksum database answers", zh: "校验库能访问" },
    why: Text {
        en: "Every module that go.sum does not list yet is looked up there: through a module proxy that relays it, else directly. sum.golang.org itself does not answer in mainland China; sum.golang.google.cn is the same database.",
        zh: "go.sum 里还没有的模块都要去校验库查：先走能转发它的模块代理，否则直连。sum.golang.org 在大陆访问不了，sum.golang.google.cn 是同一个库的国内入口。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    facts.online()?;
    let env = facts.go_env()?;
    let value = env.value("GOSUMDB");
    // `off` and what go cannot parse are env.gosumdb's; without downloads nobody asks the database.
    let Ok(GoSumDb::Db(db)) = parse(&value) else { return Ok(()) };
    let goproxy = env.value("GOPROXY");
    let Ok(walk) = steps(&goproxy) else { return Ok(()) };
    if walk.first().is_some_and(|step| step.at == Place::Off) || env.value("GOFLAGS").contains("-mod=vendor")
    {
        return Ok(());
    }
    let Base { url: base, relay } = match facts.sumdb_base(&db, &walk)? {
        Ok(base) => base,
        // A proxy that does not answer at all is proxy.reach's.
        Err(trouble) if trouble.is_silence() => return Err(Unknown::new(trouble.msg())),
        Err(trouble) => {
            let finding = trouble.finding(db.name());
            found.list.extend(finding.map(|finding| finding.at_level(Level::Error)));
            return Ok(());
        }
    };
    let through = relay.map(|proxy| proxy.to_string());
    let base = base.reveal();
    if base.starts_with("file:") {
        return Ok(());
    }
    let url = format!("{base}/latest");
    let asked = facts.asked(&url)?;
    let told = |answer: &crate::facts::net::Answer| {
        answer.status == 200 && answer.body.starts_with("go.sum database tree")
    };
    if asked.as_ref().is_ok_and(told) {
        found.note = Some(match &through {
            Some(proxy) => say!("{value}, through {proxy}", "{value}，经由 {proxy}", value, proxy),
            None => Msg::plain(value),
        });
        return Ok(());
    }
    let trouble = trouble(&asked, kind::SUMDB_UNREACHABLE).unwrap_or_else(|| super::Trouble {
        kind: kind::SUMDB_UNREACHABLE,
        why: say!("what answers is no checksum database", "应答的不是校验库"),
    });
    // Whatever the reason, this is what stops go.
    let trouble = super::Trouble {
        kind: if trouble.kind == kind::TLS_UNKNOWN_AUTHORITY {
            trouble.kind
        } else {
            kind::SUMDB_UNREACHABLE
        },
        ..trouble
    };
    let (why, name) = (&trouble.why, db.name());
    let what = match &through {
        Some(proxy) => say!(
            "the checksum database {name} does not answer through {proxy}: {why}; no new module can be verified",
            "经由 {proxy} 访问校验库 {name} 失败：{why}；新模块无法校验",
            name,
            proxy,
            why
        ),
        None => say!(
            "the checksum database {name} does not answer: {why}; no new module can be verified",
            "校验库 {name} 没有应答：{why}；新模块无法校验",
            name,
            why
        ),
    };
    let mut one = finding(facts, Level::Error, what.clone(), &url, &asked, &trouble).fact("database", name);
    if trouble.kind == kind::SUMDB_UNREACHABLE {
        one.remedy = None;
        let acting =
            facts.acting("GOSUMDB")?.into_iter().find(|acting| matches!(acting.scope, Scope::Now(_)));
        let better = facts.preferred_gosumdb();
        let public = db.url.is_none() && name == "sum.golang.org" && value != "sum.golang.google.cn";
        let acting = acting.unwrap_or_else(|| crate::facts::acting::Acting {
            name: "GOSUMDB".into(),
            value: value.clone(),
            places: Vec::new(),
            scope: Scope::Now(crate::facts::go::Layer::Default),
        });
        for place in acting.places.iter().rev() {
            one.evidence.insert(0, crate::model::Evidence { from: place.clone(), seen: value.clone() });
        }
        one = match better {
            better @ Value::One(_) if public && better != Value::one(&value) => {
                one.remedied_as(repaired(facts, &acting, trouble.kind, Level::Error, &what, &better))
            }
            _ => one.advice(say!(
                "ask for a module proxy that relays the database, or have the database let through; do not switch verification off",
                "请让模块代理转发校验库，或让网络管理员放行校验库；不要关闭校验"
            )),
        };
    }
    found.add(one);
    Ok(())
}
