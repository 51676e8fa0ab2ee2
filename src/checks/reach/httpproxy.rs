//! The HTTP proxies of the environment: do they take connections.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Source, Text, kind};
use crate::say;
use crate::text::httpproxy::parse_proxy;

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("httpproxy.reach"),
    title: Text { en: "the HTTP proxies take connections", zh: "HTTP 代理能连上" },
    why: Text {
        en: "With a dead HTTP proxy everything fails at once, and the message names the address that was wanted, not the proxy.",
        zh: "HTTP 代理挂了，所有访问都会失败，而报错里写的往往是目标地址，不是代理。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let mut asked: Vec<(String, u16)> = Vec::new();
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"] {
        let Some(value) = facts.var(name).filter(|value| !value.is_empty()) else { continue };
        let Some(proxy) = parse_proxy(&value).filter(|proxy| !proxy.hostname().is_empty()) else { continue };
        let port = match proxy.scheme.as_str() {
            _ if !proxy.port().is_empty() => proxy.effective_port(),
            "https" => 443,
            "socks5" | "socks5h" => 1080,
            _ => 80,
        };
        let place = (proxy.hostname().to_owned(), port);
        if asked.contains(&place) {
            continue;
        }
        asked.push(place.clone());
        let Err(err) = facts.connects(&place.0, port)? else { continue };
        let (host, why) = (format!("{}:{port}", place.0), err.msg());
        let what = say!(
            "the HTTP proxy {host} takes no connection ({why}): everything that goes through it fails",
            "HTTP 代理 {host} 连不上（{why}）：所有经过它的访问都会失败",
            host,
            why
        );
        found.add(
            Finding::error(kind::HTTP_PROXY_DEAD, what)
                .fact("host", place.0)
                .fact("variable", name)
                .seen(Source::Env(name.into()), value)
                .command(
                    say!(
                        "start the proxy or correct its port; where it is needed no more, take the variable away",
                        "启动代理或改正端口；如果不再需要代理，去掉这个变量"
                    ),
                    format!("unset {name}"),
                ),
        );
    }
    Ok(())
}
