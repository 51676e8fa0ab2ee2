//! The values of the proxy variables: what Go takes otherwise than it looks, or than curl and git take it.

use super::{environments, in_force, level, read, seen, tagged, take_away};
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::variable::Environment;
use crate::model::{Finding, Findings, Known, Level, SafeUrl, Text, kind};
use crate::order::Order;
use crate::say;
use crate::text::httpproxy::{known_scheme, parse_proxy};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("httpproxy.value"),
        title: Text { en: "go can use the HTTP proxy variables", zh: "HTTP 代理变量 go 能用" },
        why: Text {
            en: "go speaks http, https and socks5 to a proxy. With any other scheme (socks://, socks4://, ftp://) it speaks plain HTTP to that port, which fails in words that do not name the proxy.",
            zh: "go 只会用 http、https、socks5 与代理通信。写成别的协议（socks://、socks4://、ftp://），它就对那个端口讲普通 HTTP，失败信息里还看不出是代理的问题。",
        },
        judge: value,
    },
    Check {
        id: CheckId("httpproxy.case"),
        title: Text { en: "upper and lower case proxy variables agree", zh: "大小写代理变量一致" },
        why: Text {
            en: "go takes HTTPS_PROXY before https_proxy, curl and git the other way round: with two values the two go different ways, and one of them fails.",
            zh: "go 先看 HTTPS_PROXY 再看 https_proxy，curl 和 git 正好相反：两个值不同时，go 和 git 走的路就不同，总有一个失败。",
        },
        judge: case,
    },
    Check {
        id: CheckId("httpproxy.all"),
        title: Text { en: "go does not depend on ALL_PROXY", zh: "没有指望 go 使用 ALL_PROXY" },
        why: Text {
            en: "curl and git use ALL_PROXY, go ignores it: with nothing else set git gets out and go does not.",
            zh: "curl 和 git 认 ALL_PROXY，go 不认：只设了它的话，git 能出网而 go 不能。",
        },
        judge: all_proxy,
    },
];

/// The pairs, upper case first.
const PAIRS: [(&str, &str); 3] =
    [("HTTPS_PROXY", "https_proxy"), ("HTTP_PROXY", "http_proxy"), ("NO_PROXY", "no_proxy")];

fn value(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for environment in &environments(facts) {
        for (upper, lower) in &PAIRS[..2] {
            let Some(name) = in_force(environment, upper, lower).filter(|name| environment.news(&[name]))
            else {
                continue;
            };
            bad_value(environment, name, found);
        }
        cgi(environment, found);
    }
    Ok(())
}

fn bad_value(environment: &Environment, name: &str, found: &mut Findings) {
    let raw = environment.get(name).unwrap_or("");
    let value = SafeUrl::new(raw);
    let why = match parse_proxy(raw) {
        None => say!(
            "go cannot read it as a URL and uses no proxy, silently",
            "go 无法把它解析为 URL，会悄悄不用代理"
        ),
        Some(proxy) if !known_scheme(&proxy.scheme) => {
            let scheme = &proxy.scheme;
            say!(
                "go knows no `{scheme}://` proxy and speaks plain HTTP to that port",
                "go 不认识 `{scheme}://` 代理，会对那个端口讲普通 HTTP",
                scheme
            )
        }
        Some(proxy) if raw.contains("//") && known_scheme(proxy.hostname()) => {
            let host = proxy.hostname();
            say!(
                "go takes `{host}` for the name of the proxy's host; a `#`, `/` or `?` in a password is written %23, %2F, %3F, and a scheme ends in `://`",
                "go 会把 `{host}` 当成代理的主机名；密码里的 `#`、`/`、`?` 要写成 %23、%2F、%3F，协议后面要有 `://`",
                host
            )
        }
        Some(proxy) if proxy.hostname().is_empty() => say!("it names no host", "其中没有主机名"),
        // Quotes that a shell would have taken off: from an env file of Docker or systemd.
        Some(_) if raw.contains(['"', '\'', ' ']) => {
            say!("quotes and spaces are a part of it", "引号和空格被当成了值的一部分")
        }
        Some(_) => return,
    };
    let meant = meant(raw);
    let what = say!("{name}={value}: {why}", "{name}={value}：{why}", name, value, why);
    let finding = Finding::new(
        kind::HTTP_PROXY_BAD_SCHEME,
        level(environment, Level::Error),
        tagged(environment, what),
    )
    .fact("variable", name);
    let finding = seen(environment, name, finding);
    found.add(match meant {
        Some(meant) => {
            let shown = SafeUrl::new(meant);
            finding.command(
                say!(
                    "write the scheme that the proxy speaks: socks5:// for SOCKS, http:// for HTTP (also for https sites)",
                    "写成代理实际使用的协议：SOCKS 用 socks5://，HTTP 代理用 http://（访问 https 网站也是它）"
                ),
                format!("export {name}={shown}"),
            )
        }
        None => finding.command(
            say!("correct the value, or take the variable away", "改正该值，或去掉这个变量"),
            take_away(environment, name),
        ),
    });
}

/// The value that was probably meant.
fn meant(raw: &str) -> Option<String> {
    let (scheme, rest) = raw.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "socks" | "socks4" | "socks4a" => Some(format!("socks5://{rest}")),
        "ftp" | "htp" | "htttp" | "tcp" | "proxy" => Some(format!("http://{rest}")),
        _ => None,
    }
}

/// `config.proxyForURL`: under CGI the variable may come from a request's `Proxy:` header.
fn cgi(environment: &Environment, found: &mut Findings) {
    let proxy = read(environment);
    if !proxy.cgi
        || proxy.http.is_empty()
        || !environment.news(&["REQUEST_METHOD", "HTTP_PROXY", "http_proxy"])
    {
        return;
    }
    let what = say!(
        "REQUEST_METHOD is set, so go refuses HTTP_PROXY: every plain http request fails",
        "设置了 REQUEST_METHOD，go 会拒绝使用 HTTP_PROXY：所有 http 请求都会失败"
    );
    let finding =
        Finding::new(kind::HTTP_PROXY_CGI, level(environment, Level::Warning), tagged(environment, what));
    found.add(seen(environment, "REQUEST_METHOD", finding).command(
        say!("take it away where go runs", "在运行 go 的地方去掉它"),
        take_away(environment, "REQUEST_METHOD"),
    ));
}

fn case(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for environment in &environments(facts) {
        for (upper, lower) in PAIRS {
            let (Some(go), Some(curl)) = (environment.get(upper), environment.get(lower)) else { continue };
            if go == curl || !environment.news(&[upper, lower]) || same_list(go, curl) {
                continue;
            }
            let (go, curl) = (SafeUrl::new(go), SafeUrl::new(curl));
            let what = say!(
                "{upper}={go}, but {lower}={curl}: go follows the first, curl and git the second",
                "{upper}={go}，而 {lower}={curl}：go 用前者，curl 和 git 用后者",
                upper,
                go,
                lower,
                curl
            );
            let finding =
                Finding::new(kind::HTTP_PROXY_LOWERCASE_CONFLICT, Level::Warning, tagged(environment, what))
                    .fact("variable", upper);
            let finding = seen(environment, lower, seen(environment, upper, finding));
            found.add(finding.command(
                say!("give both the same value, or take one away", "让两者相同，或去掉其中一个"),
                format!("export {lower}=\"${upper}\""),
            ));
        }
    }
    Ok(())
}

/// Lists in another order, and a slash at the end of a proxy's address, are the same.
fn same_list(a: &str, b: &str) -> bool {
    let parts = |list: &str| {
        let mut parts: Vec<String> =
            list.split(',').map(|part| part.trim().trim_end_matches('/').to_owned()).collect();
        parts.order();
        parts
    };
    parts(a) == parts(b)
}

fn all_proxy(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for environment in &environments(facts) {
        let Some(name) = in_force(environment, "ALL_PROXY", "all_proxy") else { continue };
        let https = in_force(environment, "HTTPS_PROXY", "https_proxy").is_some();
        if https || !environment.news(&["ALL_PROXY", "all_proxy"]) {
            continue;
        }
        let value = SafeUrl::new(environment.get(name).unwrap_or(""));
        let what = say!(
            "{name}={value} is for curl and git; go ignores it and connects directly",
            "{name}={value} 只对 curl 和 git 有效；go 不认它，会直接连接",
            name,
            value
        );
        let finding = Finding::new(kind::ALL_PROXY_IGNORED, Level::Warning, tagged(environment, what));
        let go_takes = parse_proxy(value.reveal()).is_some_and(|proxy| known_scheme(&proxy.scheme));
        let wanted = if go_takes { format!("\"${name}\"") } else { "http://HOST:PORT".to_owned() };
        found.add(seen(environment, name, finding).command(
            say!(
                "if go shall go through it too, set what go reads",
                "如果 go 也要走这个代理，请设置 go 能识别的变量"
            ),
            format!("export HTTPS_PROXY={wanted} HTTP_PROXY={wanted}"),
        ));
    }
    Ok(())
}
