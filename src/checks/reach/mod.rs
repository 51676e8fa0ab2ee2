//! What answers over the network: module proxies, the checksum database, certificates.

mod chain;
mod off;
mod proxy;
mod sumdb;
mod tls;

use super::Check;
use crate::facts::Facts;
use crate::facts::net::{Answer, Asked};
use crate::facts::net::{Fault, NetError, TlsFault};
use crate::model::{Evidence, Finding, Kind, Level, Msg, Source, kind};
use crate::say;
use crate::text::url::Url;

pub(super) const CHECKS: &[&[Check]] =
    &[proxy::CHECKS, off::CHECKS, sumdb::CHECKS, tls::CHECKS, chain::CHECKS];

/// Why a server gave no usable answer: a kind, and the words.
struct Trouble {
    kind: Kind,
    why: Msg,
}

/// What is wrong with an answer as one of a server of Go's protocols; `None` where it may be right.
fn trouble(asked: &Asked, unreachable: Kind) -> Option<Trouble> {
    match asked {
        Err(err) => Some(no_answer(err, unreachable)),
        Ok(answer) => bad_answer(answer),
    }
}

fn no_answer(err: &NetError, unreachable: Kind) -> Trouble {
    let kind = match &err.fault {
        Fault::ProxyAuth => kind::HTTP_PROXY_AUTH,
        Fault::ProxyFailed => kind::HTTP_PROXY_BROKEN,
        // What is in between did not take the connection, not the server itself.
        Fault::Refused | Fault::NoSuchHost | Fault::Unreachable if err.via.is_some() => {
            kind::HTTP_PROXY_BROKEN
        }
        Fault::NoSuchHost | Fault::DnsFailed => kind::DNS_FAILURE,
        Fault::Tls(TlsFault::UnknownIssuer) => kind::TLS_UNKNOWN_AUTHORITY,
        Fault::Tls(TlsFault::Expired | TlsFault::NotYetValid) => kind::TLS_CERT_EXPIRED_OR_CLOCK,
        Fault::Tls(TlsFault::WrongName) => kind::TLS_NAME_MISMATCH,
        Fault::NotTls => kind::PLAIN_HTTP_HOST,
        _ => unreachable,
    };
    Trouble { kind, why: err.msg() }
}

fn bad_answer(answer: &Answer) -> Option<Trouble> {
    let status = answer.status_line.clone();
    let kind = match answer.status {
        401 | 403 => kind::GOPROXY_AUTH_DENIED,
        407 => kind::HTTP_PROXY_AUTH,
        500.. => kind::GOPROXY_SERVER_ERROR,
        200 if answer.html => kind::GATEWAY_INTERFERENCE,
        _ => return None,
    };
    let why = match kind {
        kind::GATEWAY_INTERFERENCE => say!(
            "a web page came back instead (a sign-in page or a gateway's notice?)",
            "返回的是网页（登录页或网关提示页？）"
        ),
        _ => say!("it answers {status}", "返回 {status}", status),
    };
    Some(Trouble { kind, why })
}

/// A finding with what was asked as evidence, and who signed the certificate if that is the trouble.
fn finding(
    facts: &Facts<'_>,
    level: Level,
    what: Msg,
    url: &str,
    asked: &Asked,
    trouble: &Trouble,
) -> Finding {
    let host = Url::parse(url).map(|url| url.hostname().to_owned()).unwrap_or_default();
    let seen = match asked {
        Ok(answer) => format!("{} {}", answer.status_line, first_words(&answer.body)).trim_end().to_owned(),
        Err(err) => err.text.clone(),
    };
    let from = Source::Url(crate::model::SafeUrl::new(url));
    let mut finding = Finding::new(trouble.kind, level, what).fact("host", host.clone());
    finding.evidence.push(Evidence { from, seen });
    if let Err(NetError { via: Some(via), .. }) = asked {
        finding = finding.fact("http_proxy", via.to_string());
    }
    match trouble.kind {
        kind::TLS_UNKNOWN_AUTHORITY => tls::trust(facts, url, finding),
        kind::TLS_CERT_EXPIRED_OR_CLOCK => finding.advice(say!(
            "compare this machine's clock with a watch (`date -u`); if it is right, the server's certificate needs renewal",
            "先核对本机时间（`date -u`）；如果时间没错，就需要服务器更新证书"
        )),
        kind::HTTP_PROXY_AUTH => finding.advice(say!(
            "put the login into the proxy's address, http://user:password@proxy:port, where HTTPS_PROXY is set",
            "在设置 HTTPS_PROXY 的地方把用户名密码写进代理地址：http://用户:密码@代理:端口"
        )),
        kind::DNS_FAILURE => finding.command(
            say!("check the name, the VPN and the name servers", "检查域名、VPN 和 DNS"),
            format!("getent hosts {host}"),
        ),
        kind::GATEWAY_INTERFERENCE => finding.advice(say!(
            "open the address in a browser and sign in, or have it let through",
            "用浏览器打开该地址完成登录认证，或请网络管理员放行"
        )),
        _ => finding,
    }
}

/// The first line of a body that says something, cut to a readable length.
fn first_words(body: &str) -> String {
    let line = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    line.chars().take(160).collect()
}
