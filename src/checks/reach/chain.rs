//! The certificates of the hosts in use: who signed them, for how long, and those that Go's TLS cannot read.

use super::no_answer;
use super::tls::trust;
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::net::{Asked, Fault, TlsFault};
use crate::model::{Finding, Findings, Known, Level, Msg, SafeUrl, Source, Text, Unknown, kind};
use crate::say;
use crate::text::goproxy::{Place, steps};
use crate::text::url::Url;
use crate::text::{time, x509};

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("tls.chain"),
    title: Text {
        en: "go accepts the certificates of the hosts in use", zh: "go 接受所用主机的证书"
    },
    why: Text {
        en: "A company's gateway or server may show a certificate of its own authority, one for another name, one that ends soon, or an SM2 one (GM/T), which neither Go nor git can read.",
        zh: "公司网关或服务器的证书，可能由公司自己的 CA 签发、域名不符、即将到期，或者是 Go 和 git 都读不了的国密 SM2 证书。",
    },
    judge,
}];

/// Two weeks: long enough to have it renewed.
const SOON: u64 = 14 * 86_400;

/// A host that go asks over https.
struct Served {
    url: String,
    /// Another row says what is wrong with it (`proxy.reach`, `private.*`): only the certificate is looked at here.
    told: bool,
}

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    facts.online()?;
    let served = served(facts);
    let urls: Vec<String> = served.iter().map(|served| served.url.clone()).collect();
    let mut away = None;
    for (served, asked) in served.iter().zip(facts.asked_all(&urls)) {
        let asked = asked?;
        let url = Url::parse(&served.url).unwrap_or_default();
        match &asked {
            Ok(answer) => {
                if let Some(until) =
                    answer.certificate.as_deref().and_then(x509::validity).map(|(_, until)| until)
                {
                    ends_soon(facts, &url, until, found);
                }
            }
            Err(err) => match &err.fault {
                Fault::Tls(fault) if sm2(facts, &url, *fault) => guomi(&served.url, &url, &asked, found),
                Fault::Tls(_) | Fault::NotTls if !served.told => refused(facts, served, &url, &asked, found),
                Fault::NoSuchHost | Fault::DnsFailed if !served.told => {
                    let host = url.hostname();
                    away.get_or_insert(Unknown::new(say!(
                        "{host} does not resolve: not on the company network?",
                        "{host} 解析不到：是否没有接入公司网络？",
                        host
                    )));
                }
                _ => {}
            },
        }
    }
    away.map_or(Ok(()), Err)
}

/// The module proxies, asked as proxy.reach asks them; the private hosts, asked as go asks for a module's repository.
fn served(facts: &Facts<'_>) -> Vec<Served> {
    let mut all = Vec::new();
    let value = facts.go_env().map(|env| env.value("GOPROXY")).unwrap_or_default();
    for step in steps(&value).unwrap_or_default() {
        if let Place::Proxy(url) = &step.at
            && url.reveal().starts_with("https:")
        {
            let url = format!("{}{}", url.reveal().trim_end_matches('/'), super::proxy::ASKED);
            all.push(Served { url, told: true });
        }
    }
    for private in facts.private_hosts().into_iter().filter(|private| !private.needed) {
        all.push(Served { url: format!("https://{}/?go-get=1", private.host), told: false });
    }
    all
}

/// A handshake that failed over a certificate that only GM software reads.
fn sm2(facts: &Facts<'_>, url: &Url, fault: TlsFault) -> bool {
    let by_algorithm = matches!(fault, TlsFault::NoCommonGround | TlsFault::Other | TlsFault::UnknownIssuer);
    let shown = || facts.certificate(url.hostname(), url.effective_port());
    by_algorithm && shown().is_some_and(|der| x509::is_sm2(&der))
}

fn guomi(asked: &str, url: &Url, answer: &Asked, found: &mut Findings) {
    let host = url.hostname();
    let what = say!(
        "{host} shows an SM2 certificate (GM/T, TLCP): Go and git cannot talk to it",
        "{host} 出示的是国密 SM2 证书（TLCP）：Go 和 git 都无法与它通信",
        host
    );
    let seen = answer.as_ref().map_or_else(|err| err.text.clone(), |answer| answer.status_line.clone());
    found.add(
        Finding::warning(kind::TLS_SM2_CERTIFICATE, what)
            .fact("host", host)
            .seen(Source::Url(SafeUrl::new(asked)), seen)
            .advice(say!(
                "ask for its port with an RSA or ECDSA certificate (gateways often have both), or for a gateway before it that speaks standard TLS",
                "请管理员提供使用 RSA/ECDSA 证书的端口（很多网关两种都有），或在前面加一层标准 TLS 网关"
            )),
    );
}

fn refused(facts: &Facts<'_>, served: &Served, url: &Url, asked: &Asked, found: &mut Findings) {
    let Err(err) = asked else { return };
    let trouble = no_answer(err, kind::ORIGIN_UNREACHABLE);
    let (host, why) = (url.hostname(), &trouble.why);
    let what = say!("go cannot ask {host} for modules: {why}", "go 无法向 {host} 查询模块：{why}", host, why);
    let finding = Finding::new(trouble.kind, Level::Warning, what)
        .fact("host", host)
        .seen(Source::Url(SafeUrl::new(&served.url)), err.text.clone());
    found.add(match trouble.kind {
        kind::TLS_UNKNOWN_AUTHORITY => trust(facts, &served.url, finding),
        kind::TLS_NAME_MISMATCH => finding.advice(say!(
            "use a name that the certificate carries, or have it reissued with {host} in it",
            "改用证书里有的域名，或请管理员重新签发包含 {host} 的证书",
            host
        )),
        kind::TLS_CERT_EXPIRED_OR_CLOCK => finding.advice(say!(
            "compare this machine's clock with a watch (`date -u`); if it is right, the server's certificate needs renewal",
            "先核对本机时间（`date -u`）；如果时间没错，就需要服务器更新证书"
        )),
        kind::PLAIN_HTTP_HOST => finding.advice(say!(
            "have TLS put before that server; go asks private hosts over https only",
            "请给该服务器加上 TLS；go 只通过 https 访问私有主机"
        )),
        _ => finding,
    });
}

fn ends_soon(facts: &Facts<'_>, url: &Url, until: u64, found: &mut Findings) {
    let Some(left) = until.checked_sub(facts.now()).filter(|left| *left < SOON) else { return };
    let (host, day) = (url.hostname(), time::utc(until));
    let days = Msg::counted(left / 86_400, "day", "days");
    let day = day.split(' ').next().unwrap_or("").to_owned();
    let what = say!(
        "the certificate of {host} ends in {days}, on {day}",
        "{host} 的证书还有 {days} 天到期（{day}）",
        host,
        days,
        day
    );
    found.add(
        Finding::info(kind::TLS_CERT_EXPIRES_SOON, what)
            .fact("host", host)
            .seen(Source::Url(SafeUrl::new(url.bare())), day)
            .advice(say!("tell whoever runs that server", "请提醒该服务器的管理员更新证书")),
    );
}
