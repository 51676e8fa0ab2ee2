//! Private modules: whether go can fetch them, judged from the way it takes.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Findings, Known, Text, Unknown, Verdict};
use crate::route::{Outcome, Route};
use crate::say;

/// The row under which `trace` reports what it found.
pub static ROUTE: Check = Check {
    id: CheckId("private.route"),
    title: Text { en: "go can fetch the module", zh: "go 能够获取该模块" },
    why: Text {
        en: "A module that git can clone may still be out of go's reach: patterns, proxies, discovery and credentials all have a say.",
        zh: "git 能克隆的模块，go 不一定能获取：通配规则、代理、go-get 发现和账号都会影响结果。",
    },
    judge,
};

fn judge(_: &Facts<'_>, _: &mut Findings) -> Known<()> {
    Err(Unknown::new(say!("no module was named (--module)", "没有指定模块（--module）")))
}

/// What a walked way comes to.
pub fn verdict(route: &Route) -> Verdict {
    let unknown = match &route.outcome {
        Outcome::Unknown(why) => Some(Unknown::new(why.clone())),
        Outcome::Arrives(_) | Outcome::Fails => None,
    };
    match (route.findings.is_empty(), unknown) {
        (true, None) => Verdict::Fine { note: None },
        (true, Some(unknown)) => Verdict::Skipped(unknown),
        (false, unknown) => Verdict::Found { findings: route.findings.clone(), unknown },
    }
}
