//! Private modules: whether go can fetch them, judged from the way it takes. One walk, and each row judges a part of it.

use super::Judged;
use crate::checks::project::leaks;
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Kind, Known, Text, Unknown, Verdict, kind};
use crate::route::{Outcome, Route, Step};
use crate::say;
use crate::text::url;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("private.pattern"),
        title: Text { en: "GOPRIVATE covers the private modules", zh: "GOPRIVATE 覆盖了私有模块" },
        why: Text {
            en: "A private module that no pattern covers is asked of public proxies and looked up in the public checksum database: its name leaks, and go refuses it.",
            zh: "没有被规则覆盖的私有模块会去问公共代理、查公共校验库：名字泄露出去，go 还会拒绝它。",
        },
        judge: |facts, found| judge(facts, found, "private.pattern"),
    },
    Check {
        id: CheckId("private.discovery"),
        title: Text {
            en: "go finds the repository of a private module", zh: "go 能找到私有模块的仓库"
        },
        why: Text {
            en: "go asks the host over https where the code is (?go-get=1), with credentials of its own. git clone does not need that step, so it may work where go fails; insteadOf does not change it.",
            zh: "go 要先通过 https 问主机代码在哪（?go-get=1），用的是它自己的账号。git clone 没有这一步，所以 git 能克隆而 go 失败并不奇怪；insteadOf 也改变不了这一步。",
        },
        judge: |facts, found| judge(facts, found, "private.discovery"),
    },
    Check {
        id: CheckId("private.credentials"),
        title: Text { en: "git gets in without asking", zh: "git 无需询问就能登录" },
        why: Text {
            en: "go never lets git ask for a password: a credential helper, netrc or an ssh key has to answer by itself.",
            zh: "go 不允许 git 询问密码：必须由凭据助手、netrc 或 ssh 密钥自动完成登录。",
        },
        judge: |facts, found| judge(facts, found, "private.credentials"),
    },
    Check {
        id: CheckId("private.hostkey"),
        title: Text { en: "ssh knows the private host's key", zh: "ssh 认得私有主机的密钥" },
        why: Text {
            en: "A host key that is unknown or has changed ends every fetch over ssh, since nobody is there to confirm it.",
            zh: "主机密钥未知或有变化时，没有人在场确认，走 ssh 的拉取都会失败。",
        },
        judge: |facts, found| judge(facts, found, "private.hostkey"),
    },
    Check {
        id: CheckId("private.version"),
        title: Text {
            en: "the version is there, under its own name", zh: "版本存在，且模块路径一致"
        },
        why: Text {
            en: "A tag that was not pushed, a directory without its tag prefix, or a go.mod that declares another path: go sees all of them as `unknown revision` or a mismatch.",
            zh: "标签没有推送、子目录模块的标签缺少前缀、go.mod 声明了别的路径：在 go 看来都是版本不存在或路径不符。",
        },
        judge: |facts, found| judge(facts, found, "private.version"),
    },
    Check {
        id: CheckId("private.route"),
        title: Text { en: "nothing else stands in the way", zh: "获取模块没有其他障碍" },
        why: Text {
            en: "Proxies, the checksum database, HTTP proxies, certificates and tools all have a say before a module is fetched.",
            zh: "模块代理、校验库、HTTP 代理、证书和工具，都会影响模块能否获取。",
        },
        judge: |facts, found| judge(facts, found, "private.route"),
    },
];

/// The row that a kind belongs to.
fn row_of(kind: Kind) -> &'static str {
    match kind {
        kind::PRIVATE_MODULE_SENT_TO_PROXY
        | kind::PRIVATE_MODULE_SENT_TO_SUMDB
        | kind::GOPRIVATE_DOES_NOT_COVER_HOST
        | kind::GOPRIVATE_HAS_SCHEME => "private.pattern",
        kind::GO_IMPORT_META_MISSING
        | kind::GO_IMPORT_META_MISMATCH
        | kind::GITLAB_SUBGROUP_PATH
        | kind::PLAIN_HTTP_HOST => "private.discovery",
        kind::GIT_HTTPS_NO_CREDENTIALS
        | kind::GIT_HTTPS_AUTH_REJECTED
        | kind::GIT_REPO_NOT_FOUND
        | kind::NETRC_MALFORMED
        | kind::NETRC_WRONG_HOST
        | kind::SSH_PUBLICKEY_DENIED
        | kind::SSH_CLIENT_FILES_BAD => "private.credentials",
        kind::SSH_HOSTKEY_CHANGED | kind::SSH_HOSTKEY_UNKNOWN => "private.hostkey",
        kind::UNKNOWN_REVISION
        | kind::INVALID_VERSION
        | kind::MODULE_PATH_MISMATCH
        | kind::MAJOR_VERSION_SUFFIX
        | kind::PACKAGE_NOT_IN_MODULE => "private.version",
        _ => "private.route",
    }
}

fn judge(facts: &Facts<'_>, found: &mut Findings, row: &str) -> Known<()> {
    let named = facts.looking().module.is_some();
    for wanted in facts.wanted_modules()? {
        let route = facts.route(&wanted)?;
        // The row project.leak has told of it, offline too.
        let told = !named && row == "private.pattern" && leaks(facts, &wanted.path);
        for finding in route.findings.iter().filter(|finding| row_of(finding.kind) == row && !told) {
            if !named && away(finding) {
                let host = wanted.host();
                let why = say!(
                    "{host} does not resolve: not on the company network?",
                    "{host} 解析不到：是否没有接入公司网络？",
                    host
                );
                return Err(Unknown::new(why));
            }
            found.add(finding.clone());
        }
        // What lies behind the place where it ended was not seen.
        if route.findings.is_empty() || found.list.is_empty() {
            ended_before(&route, row)?;
        }
    }
    Ok(())
}

/// A private host that has no address here.
fn away(finding: &Finding) -> bool {
    let host = finding.facts.get("host").map_or("", String::as_str);
    finding.kind == kind::DNS_FAILURE && url::looks_private(host)
}

/// A row whose part of the way was never reached has nothing to say.
fn ended_before(route: &Route, row: &str) -> Known<()> {
    let first = match row {
        "private.discovery" => Step::Root,
        "private.credentials" | "private.hostkey" => Step::Git,
        "private.version" => Step::Revision,
        _ => return Ok(()),
    };
    let reached = route.hops.iter().any(|hop| hop.step == first);
    match (&route.outcome, reached) {
        (Outcome::Fails, false) => Err(Unknown::new(say!("the way ends before that", "在此之前就已经失败"))),
        _ => Ok(()),
    }
}

/// What a walked way comes to, as rows: those with findings, or the one that says all is well.
pub fn judged(route: &Route) -> Vec<Judged> {
    let unknown = match &route.outcome {
        Outcome::Unknown(why) => Some(Unknown::new(why.clone())),
        Outcome::Arrives(_) | Outcome::Fails => None,
    };
    let mut rows: Vec<Judged> = Vec::new();
    for check in CHECKS {
        let of_row = |finding: &&Finding| row_of(finding.kind) == check.id.0;
        let findings: Vec<Finding> = route.findings.iter().filter(of_row).cloned().collect();
        if !findings.is_empty() {
            rows.push(Judged { check, verdict: Verdict::Found { findings, unknown: None } });
        }
    }
    if let (true, Some(last)) = (rows.is_empty() || unknown.is_some(), CHECKS.last()) {
        let verdict = unknown.map_or(Verdict::Fine { note: None }, Verdict::Skipped);
        rows.push(Judged { check: last, verdict });
    }
    // The cause stands first.
    let cause = route.findings.first().map(|finding| row_of(finding.kind));
    rows.sort_by_key(|row| Some(row.check.id.0) != cause);
    rows
}
