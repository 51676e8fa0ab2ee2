//! `GOPROXY`: can go walk it, does it leak, does it name somebody who is gone.

use super::repair::repair;
use super::{about, each};
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::Acting;
use crate::mirrors::State;
use crate::model::{Findings, Known, Level, Text, Value, kind};
use crate::say;
use crate::text::goproxy::{INVISIBLE, Place, Problem, elements, problems, steps};
use crate::text::url::{Url, looks_private};

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("env.goproxy"),
    title: Text { en: "GOPROXY is a list go can walk", zh: "GOPROXY 写法正确" },
    why: Text {
        en: "A mistake in GOPROXY stops every download, and go reports it only at the first one. A `|` after a company proxy carries requests that its policy refused to a public server.",
        zh: "GOPROXY 写错会让所有下载失败，而 go 要到第一次下载时才报错。公司代理后面用 `|`，会把被公司策略拒绝的请求转发给公共服务器。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    each(facts, "GOPROXY", |acting| {
        let preferred = facts.preferred_goproxy().map_or(Value::Absent, Value::One);
        let bad = if acting.value.is_empty() { Vec::new() } else { problems(&acting.value) };
        for (at, problem) in bad.iter().enumerate() {
            // A pair of quotes around a list shows at both ends of it: one mistake.
            if bad[..at].iter().any(|before| before.kind == problem.kind) {
                continue;
            }
            let better = spelled_right(problem, &acting.value).map_or(preferred.clone(), Value::One);
            found.add(repair(
                facts,
                acting,
                &better,
                about(acting, problem.kind, Level::Error, &problem.msg()),
            ));
        }
        if acting.value.is_empty() {
            let what = say!(
                "GOPROXY is set to nothing: since Go 1.21 that is an empty list, and every download fails",
                "GOPROXY 被设成了空值：Go 1.21 起这等于空列表，所有下载都会失败"
            );
            found.add(repair(
                facts,
                acting,
                &Value::Absent,
                about(acting, kind::GOPROXY_CONFIG_INVALID, Level::Error, &what),
            ));
        } else if bad.is_empty() {
            elements_one_by_one(facts, found, acting, &preferred);
        }
    })
}

/// The value as it was meant, where that is plain: quotes off, `;`, `，` and spaces as commas.
fn spelled_right(problem: &Problem, value: &str) -> Option<String> {
    let meant = match problem.kind {
        kind::GOPROXY_HAS_QUOTES => value.replace(['"', '\'', '`', '“', '”', '‘', '’'], ""),
        kind::GOPROXY_BAD_SEPARATOR => value.replace([';', '，', '、', '；'], ",").replace('｜', "|"),
        // A remark, as a shell has it.
        kind::GOPROXY_HAS_SPACE if value.contains(" #") => value.split(" #").next().unwrap_or("").to_owned(),
        kind::GOPROXY_HAS_SPACE if value.contains(INVISIBLE) => value.replace(INVISIBLE, ""),
        kind::GOPROXY_HAS_SPACE => value.split_whitespace().collect::<Vec<_>>().join(",").replace(",,", ","),
        _ => return None,
    };
    let meant = meant.trim().trim_end_matches(',').to_owned();
    let usable = problems(&meant).is_empty() && steps(&meant).is_ok();
    let alive = elements(&meant)
        .all(|(element, _)| crate::mirrors::known(element).is_none_or(|m| m.state != State::Dead));
    (usable && alive).then_some(meant)
}

fn elements_one_by_one(facts: &Facts<'_>, found: &mut Findings, acting: &Acting, preferred: &Value) {
    let Ok(walk) = steps(&acting.value) else { return };
    let mut inside_before = false;
    for step in &walk {
        let Place::Proxy(proxy) = &step.at else { continue };
        let url = Url::parse(proxy.reveal()).unwrap_or_default();
        let mirror = crate::mirrors::known(proxy.reveal());
        if mirror.is_some_and(|mirror| mirror.state == State::Dead) {
            let what = say!("{proxy} has closed and answers nobody", "{proxy} 早已关闭，不再应答", proxy);
            found.add(repair(
                facts,
                acting,
                preferred,
                about(acting, kind::GOPROXY_DEAD, Level::Error, &what).fact("host", url.hostname()),
            ));
        }
        if url.scheme == "http" && url.userinfo.is_some() {
            let what = say!(
                "{proxy}: go refuses to send a password over plain http",
                "{proxy}：go 拒绝通过明文 http 发送密码",
                proxy
            );
            found.add(
                about(acting, kind::GOPROXY_CREDENTIALS_HTTP, Level::Error, &what)
                    .fact("host", url.hostname())
                    .advice(say!(
                        "give the proxy TLS and write https://, or leave the login out",
                        "给代理配置 TLS 并改用 https://，或者去掉用户名密码"
                    )),
            );
        } else if url.scheme == "http" && mirror.is_some() {
            let what = say!(
                "{proxy}: a public mirror over plain http can be read and changed on the way",
                "{proxy}：公共镜像走明文 http，途中可被窃听和篡改",
                proxy
            );
            let https = acting.value.replacen("http://", "https://", 1);
            found.add(repair(
                facts,
                acting,
                &Value::one(https),
                about(acting, kind::GOPROXY_PLAIN_HTTP, Level::Warning, &what).fact("host", url.hostname()),
            ));
        }
        let inside = looks_private(url.hostname()) || facts.is_private_host(url.hostname());
        if inside_before && !inside && mirror.is_some() {
            let what = say!(
                "`|` before {proxy}: what the company proxy refuses (403) is then asked of the public",
                "{proxy} 前面是 `|`：公司代理拒绝（403）的请求会被转发到公网",
                proxy
            );
            let comma = acting.value.replace('|', ",");
            found.add(repair(
                facts,
                acting,
                &Value::one(comma),
                about(acting, kind::GOPROXY_LEAKS_REFUSED, Level::Warning, &what),
            ));
        }
        inside_before = inside && step.on_any_error;
    }
    let all = elements(&acting.value).count();
    if all > walk.len() {
        let last = if walk.last().is_some_and(|step| step.at == Place::Off) { "off" } else { "direct" };
        let what = say!(
            "GOPROXY: what stands after `{last}` is never asked",
            "GOPROXY：`{last}` 后面的内容永远不会被访问",
            last
        );
        let rest: Vec<&str> =
            elements(&acting.value).map(|(element, _)| element).filter(|e| *e != last).collect();
        let better = format!("{},{last}", rest.join(","));
        found.add(repair(
            facts,
            acting,
            &Value::one(better),
            about(acting, kind::GOPROXY_IGNORED_ELEMENTS, Level::Warning, &what),
        ));
    }
}
