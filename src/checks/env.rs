//! Go's variables: each judged where it acts.

use super::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Setting, Step, Text, Value};
use crate::say;
use crate::text::goproxy;

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("env.goproxy"),
    title: Text { en: "GOPROXY is a list go can walk", zh: "GOPROXY 写法正确" },
    why: Text {
        en: "A mistake in GOPROXY stops every download, and go reports it only at the first one.",
        zh: "GOPROXY 写错会让所有下载失败，而 go 要到第一次下载时才报错。",
    },
    judge: goproxy,
}];

fn goproxy(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let effective = facts.go_env()?.get("GOPROXY");
    for problem in goproxy::problems(&effective.value) {
        let (element, says) = (&problem.element, &problem.go_says);
        let mut finding = Finding::error(
            problem.kind,
            say!(
                "GOPROXY: go cannot use `{element}` {says}",
                "GOPROXY：go 无法使用 `{element}` {says}",
                element,
                says
            ),
        )
        .fact("variable", "GOPROXY")
        .fact("value", effective.value.clone());
        if let Some(from) = &effective.from {
            finding = finding.seen(from.clone(), effective.value.clone());
        }
        found.add(finding.remedy(
            say!("sets a mirror that works in mainland China", "改为大陆可用的镜像"),
            vec![Step::Set(Setting::go("GOPROXY", Value::one("https://goproxy.cn,direct")))],
        ));
    }
    Ok(())
}
