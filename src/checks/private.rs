//! Private modules: whether go can fetch them, judged from the way it takes. One walk, and each row judges a part of it.

use super::Judged;
use crate::checks::project::leak;
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Kind, Known, Step, TargetId, Text, Unknown, Value, Verdict, kind};
use crate::order::Order;
use crate::route::{Outcome, Route, Step as Stage};
use crate::say;

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
        id: CheckId("private.subgroup"),
        title: Text { en: "nested GitLab groups are not cut short", zh: "GitLab 子组没有被截短" },
        why: Text {
            en: "Who is not signed in hears from GitLab that the first two path segments are the repository. For a project in a subgroup nothing is there; the go-get request needs a login, or the path a .git.",
            zh: "GitLab 对没登录的请求一律回答：路径前两段就是仓库。项目在子组里时，那里什么都没有；要让 go-get 请求带上账号，或在路径里写 .git。",
        },
        judge: |facts, found| judge(facts, found, "private.subgroup"),
    },
    Check {
        id: CheckId("private.plainhttp"),
        title: Text { en: "the private host speaks https", zh: "私有主机支持 https" },
        why: Text {
            en: "go does not ask a host over plain http unless GOINSECURE names it, and then code and passwords travel unencrypted. An http address in a go-import tag is followed all the same.",
            zh: "除非 GOINSECURE 写了这台主机，go 不会用明文 http 访问它；写了，代码和口令就是明文传输。但 go-import 标签里的 http 地址，go 会照用。",
        },
        judge: |facts, found| judge(facts, found, "private.plainhttp"),
    },
    Check {
        id: CheckId("private.netrc"),
        title: Text { en: "netrc has the login it was meant to have", zh: "netrc 中的账号能用上" },
        why: Text {
            en: "go and git pass over a record of netrc without a password, after `default`, or for a host spelt otherwise, and say nothing.",
            zh: "netrc 里缺口令、写在 default 之后、主机名对不上的记录，go 和 git 都会直接跳过，不给任何提示。",
        },
        judge: |facts, found| judge(facts, found, "private.netrc"),
    },
    Check {
        id: CheckId("private.https"),
        title: Text {
            en: "git gets in over https without asking", zh: "git 走 https 时无需询问就能登录"
        },
        why: Text {
            en: "go never lets git ask for a password: a credential helper or netrc has to answer. Where git clone works over ssh, go is still sent to https until an insteadOf rule says otherwise.",
            zh: "go 不允许 git 询问密码：必须由凭据助手或 netrc 自动回答。即使 git clone 走 ssh 没问题，没有 insteadOf 规则，go 走的还是 https。",
        },
        judge: |facts, found| judge(facts, found, "private.https"),
    },
    Check {
        id: CheckId("private.ssh"),
        title: Text { en: "git gets in over ssh", zh: "git 能通过 ssh 登录" },
        why: Text {
            en: "A key that the server does not know, that is locked with a passphrase or lies about too openly, or a port that is closed: go sees all of them as a failed fetch.",
            zh: "服务器不认的密钥、加了口令没解锁的密钥、权限太宽的密钥、不通的端口：在 go 看来都是拉取失败。",
        },
        judge: |facts, found| judge(facts, found, "private.ssh"),
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
pub fn row_of(kind: Kind) -> &'static str {
    match kind {
        kind::PRIVATE_MODULE_SENT_TO_PROXY
        | kind::PRIVATE_MODULE_SENT_TO_SUMDB
        | kind::GOPRIVATE_DOES_NOT_COVER_HOST
        | kind::GOPRIVATE_HAS_SCHEME => "private.pattern",
        kind::GO_IMPORT_META_MISSING | kind::GO_IMPORT_META_MISMATCH => "private.discovery",
        kind::GITLAB_SUBGROUP_PATH => "private.subgroup",
        kind::PLAIN_HTTP_HOST => "private.plainhttp",
        kind::NETRC_MALFORMED | kind::NETRC_WRONG_HOST => "private.netrc",
        kind::GIT_HTTPS_NO_CREDENTIALS | kind::GIT_HTTPS_AUTH_REJECTED | kind::GIT_REPO_NOT_FOUND => {
            "private.https"
        }
        kind::SSH_PUBLICKEY_DENIED
        | kind::SSH_CLIENT_FILES_BAD
        | kind::SSH_PORT_BLOCKED
        | kind::SSH_LEGACY_ALGORITHM => "private.ssh",
        kind::SSH_HOSTKEY_CHANGED | kind::SSH_HOSTKEY_UNKNOWN => "private.hostkey",
        kind::UNKNOWN_REVISION
        | kind::INVALID_VERSION
        | kind::MODULE_PATH_MISMATCH
        | kind::MAJOR_VERSION_SUFFIX
        | kind::PACKAGE_NOT_IN_MODULE
        | kind::PRIVATE_RETAGGED => "private.version",
        _ => "private.route",
    }
}

fn judge(facts: &Facts<'_>, found: &mut Findings, row: &str) -> Known<()> {
    let named = facts.looking().module.is_some();
    let mut unknown = None;
    for (wanted, way) in facts.ways()? {
        let seen = way.and_then(|route| match route.findings.iter().find(|finding| away(facts, finding)) {
            Some(_) if !named && row != "private.pattern" => Err(not_here(wanted.host())),
            _ => Ok(route),
        });
        let route = match seen {
            Ok(route) => route,
            Err(why) => {
                unknown = Some(why);
                continue;
            }
        };
        let before = found.list.len();
        let mut told = false;
        for finding in route.findings.iter().filter(|finding| row_of(finding.kind) == row) {
            if !named && row == "private.pattern" && leak::tells(facts, &wanted.path, finding.kind) {
                told = true;
                continue;
            }
            // Several modules of one host fail by one cause.
            if !found.list.iter().any(|have| same(have, finding)) {
                found.add(finding.clone());
            }
        }
        // What lies behind the place where it ended was not seen.
        if told {
            unknown = Some(Unknown::new(say!("project.leak tells of it", "见 project.leak")));
        } else if found.list.len() == before
            && let Err(why) = ended_before(&route, row)
        {
            unknown = Some(why);
        }
    }
    let now = facts.go_env().map(|env| env.value("GOPRIVATE")).unwrap_or_default();
    together(&mut found.list, &now);
    unknown.map_or(Ok(()), Err)
}

fn not_here(host: &str) -> Unknown {
    Unknown::new(say!(
        "{host} does not resolve: not on the company network?",
        "{host} 解析不到：是否没有接入公司网络？",
        host
    ))
}

/// One cause: the same kind at the same host, where the module does not matter.
fn same(have: &Finding, one: &Finding) -> bool {
    let of_module = matches!(row_of(one.kind), "private.version" | "private.pattern" | "private.subgroup");
    have.kind == one.kind && have.facts.get("host") == one.facts.get("host") && !of_module || have == one
}

/// Several remedies that write GOPRIVATE become one value: each puts an element of `now` right, or adds one.
fn together(found: &mut [Finding], now: &str) {
    let before: Vec<&str> = now.split(',').filter(|_| !now.is_empty()).collect();
    let mut all: Vec<String> = before.iter().map(|element| (*element).to_owned()).collect();
    for value in found.iter_mut().filter_map(goprivate).map(|value| value.to_string()) {
        for (place, element) in value.split(',').enumerate() {
            match before.get(place) {
                Some(was) if *was == element => {}
                Some(_) => element.clone_into(&mut all[place]),
                None if all.iter().any(|have| have == element) => {}
                None => all.push(element.to_owned()),
            }
        }
    }
    for value in found.iter_mut().filter_map(goprivate) {
        *value = Value::one(all.join(","));
    }
}

/// What a remedy would make of GOPRIVATE.
fn goprivate(finding: &mut Finding) -> Option<&mut Value> {
    finding.remedy.as_mut()?.steps.iter_mut().find_map(|step| match step {
        Step::Set(set) if set.target == TargetId::GoEnv && set.key.name() == "GOPRIVATE" => {
            Some(&mut set.value)
        }
        _ => None,
    })
}

/// A private host that has no address here.
fn away(facts: &Facts<'_>, finding: &Finding) -> bool {
    let host = finding.facts.get("host").map_or("", String::as_str);
    finding.kind == kind::DNS_FAILURE && facts.is_private_host(host)
}

/// A row whose part of the way was never reached has nothing to say.
fn ended_before(route: &Route, row: &str) -> Known<()> {
    let first = match row {
        "private.discovery" | "private.subgroup" | "private.plainhttp" => Stage::Root,
        "private.netrc" | "private.https" | "private.ssh" | "private.hostkey" => Stage::Git,
        "private.version" => Stage::Revision,
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
    rows.order_by_key(|row| Some(row.check.id.0) != cause);
    rows
}
