//! The cause of a failure as a finding: what happened, where, and what to do next. One place for each layer.

use super::look::Look;
use super::remedy;
use super::wanted::Wanted;
use crate::model::{Finding, Kind, Msg, SafeUrl, Setting, Source, Step, Value, kind};
use crate::say;
use crate::text::{pattern, url, x509};
use crate::world::net::{Fault, NetError, TlsFault};

/// Whom a request was for: the same failure has another name at each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Proxy,
    Origin,
    Sumdb,
}

/// A finding about this module, with the facts that every cause carries.
pub(super) fn about(wanted: &Wanted, host: &str, kind: Kind, what: Msg) -> Finding {
    let finding = Finding::error(kind, what).fact("module", wanted.path.clone());
    let finding = match wanted.exact() {
        Some(version) => finding.fact("version", version),
        None => finding,
    };
    if host.is_empty() { finding } else { finding.fact("host", host) }
}

/// Whether a host is not for the public (of a profile, of GOPRIVATE, by its name).
pub(super) fn is_private(look: &Look<'_>, host: &str) -> bool {
    let settings = look.settings;
    settings.private_hosts.iter().any(|private| private == host)
        || pattern::matches(settings.value("GOPRIVATE"), host)
        || url::looks_private(host)
}

/// No answer came.
pub(super) fn no_answer(
    look: &Look<'_>,
    wanted: &Wanted,
    role: Role,
    asked: &str,
    err: &NetError,
) -> Finding {
    let parsed = url::Url::parse(asked).unwrap_or_default();
    let host = parsed.hostname().to_owned();
    let (shown, place) = (SafeUrl::new(asked), parsed.host.clone());
    let why = err.msg();
    if let Some(via) = through_proxy(err) {
        return behind_proxy(look, wanted, &host, &via, err);
    }
    let kind = kind_of(role, &err.fault);
    let what = match role {
        Role::Proxy => {
            say!(
                "the module proxy {place} cannot be asked: {why}",
                "连不上模块代理 {place}：{why}",
                place,
                why
            )
        }
        Role::Origin => say!("{place} cannot be asked: {why}", "连不上 {place}：{why}", place, why),
        Role::Sumdb => {
            say!(
                "the checksum database {place} cannot be asked: {why}",
                "连不上校验库 {place}：{why}",
                place,
                why
            )
        }
    };
    let port = parsed.effective_port();
    let finding = about(wanted, &host, kind, what).seen(Source::Url(shown), err.text.clone());
    if matches!(err.fault, Fault::Tls(_)) && tls_advice(kind, &host).is_none() {
        return finding.command(tls_shown(&host), s_client(&host, port));
    }
    advise(signer(finding, look, &host, port), look, role, kind, &host, port)
}

/// Who signed a certificate that is not trusted.
pub(super) fn signer(finding: Finding, look: &Look<'_>, host: &str, port: u16) -> Finding {
    if finding.kind != kind::TLS_UNKNOWN_AUTHORITY {
        return finding;
    }
    let shown = look.world.net.certificate(host, port, look.budget()).ok();
    match shown.and_then(|der| x509::names(&der)) {
        Some(names) => {
            let (was, issuer) = (finding.what.clone(), names.issuer.clone());
            let what = say!("{was} ({issuer} signed it)", "{was}（签发者：{issuer}）", was, issuer);
            finding.in_words(what).fact("issuer", names.issuer)
        }
        None => finding,
    }
}

fn kind_of(role: Role, fault: &Fault) -> Kind {
    match (fault, role) {
        (Fault::Tls(TlsFault::UnknownIssuer), _) => kind::TLS_UNKNOWN_AUTHORITY,
        (Fault::Tls(TlsFault::Expired | TlsFault::NotYetValid), _) => kind::TLS_CERT_EXPIRED_OR_CLOCK,
        (Fault::Tls(TlsFault::WrongName), _) => kind::TLS_NAME_MISMATCH,
        (Fault::ProxyAuth, _) => kind::HTTP_PROXY_AUTH,
        (Fault::ProxyFailed, _) => kind::HTTP_PROXY_BROKEN,
        (Fault::TooManyRedirects, _) => kind::GATEWAY_INTERFERENCE,
        (Fault::NotTls | Fault::InsecureRedirect(_), Role::Origin) => kind::PLAIN_HTTP_HOST,
        (Fault::InsecureRedirect(_), _) => kind::GATEWAY_INTERFERENCE,
        (Fault::NoSuchHost | Fault::DnsFailed, Role::Origin) => kind::DNS_FAILURE,
        (_, Role::Origin) => kind::ORIGIN_UNREACHABLE,
        (_, Role::Proxy) => kind::GOPROXY_UNREACHABLE,
        (_, Role::Sumdb) => kind::SUMDB_UNREACHABLE,
    }
}

fn advise(finding: Finding, look: &Look<'_>, role: Role, kind: Kind, host: &str, port: u16) -> Finding {
    let preferred = look.settings.preferred_proxy.clone();
    let private = is_private(look, host);
    if let Some(advice) = tls_advice(kind, host) {
        return finding.command(advice, s_client(host, port));
    }
    let advice = match (kind, role) {
        (kind::PLAIN_HTTP_HOST, _) => return remedy::plain_http(finding, host),
        (kind::GATEWAY_INTERFERENCE, _) => say!(
            "something between here and {host} answers in its place: sign in at the gateway, or have the host allowed",
            "有网关在中间代答 {host}：请先登录网关，或申请放行该主机",
            host
        ),
        (_, Role::Proxy) => match preferred {
            Some(proxy) => {
                let set = Step::Set(Setting::go("GOPROXY", Value::one(proxy.clone())));
                let advice =
                    say!("use a proxy that can be reached: {proxy}", "换一个连得上的代理：{proxy}", proxy);
                return finding.remedy(advice, vec![set]);
            }
            None => say!(
                "check the address and the network (VPN, firewall); ask who runs the company's module proxy",
                "请检查地址和网络（VPN、防火墙），或询问公司模块代理的管理员"
            ),
        },
        (_, Role::Sumdb) => say!(
            "keep verification on: GOSUMDB=sum.golang.google.cn, or a GOPROXY that relays /sumdb/",
            "不要关闭校验：改用 GOSUMDB=sum.golang.google.cn，或使用转发 /sumdb/ 的 GOPROXY"
        ),
        (kind::DNS_FAILURE, _) if private => say!(
            "not on the company network? connect the VPN, or check the DNS servers and the spelling of {host}",
            "是否没有接入公司网络？请连接 VPN，或检查 DNS 和 {host} 的拼写",
            host
        ),
        (kind::DNS_FAILURE, _) => {
            say!(
                "check the spelling of {host} and this machine's DNS",
                "请检查 {host} 的拼写和本机 DNS",
                host
            )
        }
        (_, Role::Origin) if private => say!(
            "{host} is inside: connect the VPN or have the port opened",
            "{host} 在内网：请连接 VPN，或申请开通端口",
            host
        ),
        (_, Role::Origin) => say!(
            "let go take public modules from a module proxy instead of their origin",
            "公共模块请走模块代理，不要直连源站"
        ),
    };
    finding.advice(advice)
}

/// It answers, so neither VPN nor firewall is the trouble.
fn tls_shown(host: &str) -> Msg {
    say!(
        "{host} answers, but not in a TLS that can be checked here: show its administrator what it sends",
        "{host} 有应答，但这里无法验证它的 TLS：请把下面命令的输出交给它的管理员",
        host
    )
}

fn s_client(host: &str, port: u16) -> String {
    format!("openssl s_client -connect {host}:{port} -servername {host} </dev/null")
}

/// What to do about a certificate; `None` for other kinds.
pub(super) fn tls_advice(kind: Kind, host: &str) -> Option<Msg> {
    Some(match kind {
        kind::TLS_UNKNOWN_AUTHORITY => say!(
            "install the authority that signed {host}'s certificate, for the system and for git (http.sslCAInfo); this shows what {host} sends",
            "请把签发 {host} 证书的 CA 装进系统和 git（http.sslCAInfo）；下面的命令会列出它发来的证书",
            host
        ),
        kind::TLS_NAME_MISMATCH => say!(
            "use a name that stands in the certificate, or have it reissued for {host}",
            "请使用证书里的域名，或为 {host} 重新签发证书",
            host
        ),
        kind::TLS_CERT_EXPIRED_OR_CLOCK => say!(
            "look at this machine's clock first (date), then have {host}'s certificate renewed",
            "先核对本机时间（date），再让管理员更新 {host} 的证书",
            host
        ),
        _ => return None,
    })
}

fn through_proxy(err: &NetError) -> Option<String> {
    let broken = matches!(
        err.fault,
        Fault::ProxyAuth
            | Fault::ProxyFailed
            | Fault::Refused
            | Fault::Unreachable
            | Fault::NoSuchHost
            | Fault::DnsFailed
            | Fault::TimedOut
            | Fault::Reset
            | Fault::Eof
    );
    err.via
        .as_ref()
        .filter(|_| broken)
        .map(|via| url::Url::parse(via.reveal()).map_or(via.to_string(), |via| via.bare()))
        .map(|via| via.trim_end_matches('/').to_owned())
}

/// The HTTP proxy in between did not let it through.
pub(super) fn behind_proxy(
    look: &Look<'_>,
    wanted: &Wanted,
    host: &str,
    via: &str,
    err: &NetError,
) -> Finding {
    let why = err.msg();
    let variable = proxy_variable(look);
    let at = Source::Env(variable.clone());
    if is_private(look, host) && err.fault != Fault::ProxyAuth {
        let what = say!(
            "{host} is inside, but is asked for through the HTTP proxy {via}: {why}",
            "{host} 是内网主机，却经 HTTP 代理 {via} 访问：{why}",
            host,
            via,
            why
        );
        return remedy::no_proxy(about(wanted, host, kind::NO_PROXY_MISSES_PRIVATE_HOST, what), look, host)
            .seen(at, via);
    }
    let (kind, advice) = match err.fault {
        Fault::ProxyAuth => (
            kind::HTTP_PROXY_AUTH,
            say!(
                "write a valid login into {variable}, as USER:PASSWORD@ before the proxy's name, special characters percent-encoded; or {host} into NO_PROXY, if it can be reached without",
                "请在 {variable} 的代理主机名前写上有效的账号口令（用户名:口令@，特殊字符要百分号编码）；如果 {host} 不经代理也能访问，就把它加入 NO_PROXY",
                variable,
                host
            ),
        ),
        Fault::ProxyFailed => (
            kind::HTTP_PROXY_BROKEN,
            say!(
                "ask who runs the HTTP proxy whether {host} is allowed",
                "请向 HTTP 代理的管理员确认是否放行 {host}",
                host
            ),
        ),
        _ => (
            kind::HTTP_PROXY_DEAD,
            say!("correct or unset HTTPS_PROXY and HTTP_PROXY", "请改正或取消 HTTPS_PROXY、HTTP_PROXY"),
        ),
    };
    let what = match err.fault {
        Fault::ProxyAuth => {
            say!("the HTTP proxy {via} asks for a login (407)", "HTTP 代理 {via} 要求登录（407）", via)
        }
        _ => say!("the HTTP proxy {via} cannot be used: {why}", "HTTP 代理 {via} 不可用：{why}", via, why),
    };
    about(wanted, host, kind, what).seen(at, via).advice(advice)
}

fn proxy_variable(look: &Look<'_>) -> String {
    let names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    let set = names.into_iter().find(|name| look.world.vars.get(name).is_some());
    set.unwrap_or("HTTPS_PROXY").to_owned()
}
