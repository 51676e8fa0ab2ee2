//! What go trusts, and who signed what it is shown.

use std::path::Path;

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::Scope;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, Text, kind};
use crate::say;
use crate::text::goproxy::{Place, steps};
use crate::text::url::Url;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("tls.roots"),
        title: Text { en: "go finds certificate authorities", zh: "go 能找到根证书" },
        why: Text {
            en: "go reads the system's bundle, or what SSL_CERT_FILE names instead of it. A slim image without ca-certificates, or a variable that names a missing file, makes every https request fail.",
            zh: "go 读取系统的根证书，设置了 SSL_CERT_FILE 就只读它指定的文件。精简镜像没装 ca-certificates，或变量指向不存在的文件，所有 https 都会失败。",
        },
        judge: roots,
    },
    Check {
        id: CheckId("tls.clock"),
        title: Text { en: "the clock is right", zh: "系统时间准确" },
        why: Text {
            en: "A clock that is days off makes good certificates look expired or not yet valid.",
            zh: "系统时间差几天，正常的证书也会被判为过期或尚未生效。",
        },
        judge: clock,
    },
];

fn roots(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    named(facts, found);
    let Some(seen) = facts.roots() else { return Ok(()) };
    if !found.list.is_empty() {
        return Ok(());
    }
    if seen.count == 0 {
        let what = say!(
            "there is no certificate authority on this machine: every https request of go fails",
            "这台机器上没有任何根证书：go 的所有 https 请求都会失败"
        );
        let at = facts.var("SSL_CERT_FILE").map_or(Source::Host, |_| Source::Env("SSL_CERT_FILE".into()));
        let file = facts.var("SSL_CERT_FILE").unwrap_or_else(|| "/etc/ssl/certs".to_owned());
        found.add(
            Finding::error(kind::CA_BUNDLE_MISSING, what).seen(at, file).command(
                say!(
                    "installs the authorities (Debian, Ubuntu, UOS; elsewhere: dnf install ca-certificates, apk add ca-certificates)",
                    "安装根证书（Debian、Ubuntu、UOS；其他系统：dnf install ca-certificates 或 apk add ca-certificates）"
                ),
                "sudo apt-get install -y ca-certificates",
            ),
        );
    } else if let Some(file) = seen.file {
        let (count, file) =
            (Msg::counted(seen.count, "authority", "authorities"), file.display().to_string());
        found.note = Some(say!("{count} · {file}", "{count} 个根证书 · {file}", count, file));
    }
    Ok(())
}

/// What the two variables name and go does not find: in this process, or in the next shell.
fn named(facts: &Facts<'_>, found: &mut Findings) {
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        for acting in facts.acting_variable(name) {
            let now = matches!(acting.scope, Scope::Now(_));
            if acting.scope == Scope::OtherShell || acting.value.is_empty() {
                continue;
            }
            let value = &acting.value;
            let there = match name {
                "SSL_CERT_FILE" => facts.file_exists(Path::new(value)),
                // A list; one that is there is enough.
                _ => value.split(':').any(|dir| facts.dir_exists(Path::new(dir))),
            };
            if there {
                continue;
            }
            let what = match name {
                "SSL_CERT_FILE" => say!(
                    "SSL_CERT_FILE names {value}, which cannot be read: go then trusts no bundle, only what lies in the directories of certificates",
                    "SSL_CERT_FILE 指向 {value}，但读不了：go 就不读任何根证书文件，只剩证书目录里的",
                    value
                ),
                _ => say!(
                    "SSL_CERT_DIR names {value}, and there is no such directory: go does not look in the system's",
                    "SSL_CERT_DIR 指向 {value}，但目录不存在：go 也不会再看系统的证书目录",
                    value
                ),
            };
            let none = now && facts.roots().is_some_and(|seen| seen.count == 0);
            let level = if none { Level::Error } else { Level::Warning };
            let finding = Finding::new(kind::CA_BUNDLE_MISSING, level, what).fact("path", value.clone());
            let place = acting.places.iter();
            let finding = place.fold(finding, |f, place| f.seen(place.clone(), format!("{name}={value}")));
            found.add(finding.command(
                say!("take the variable away, or correct the path", "去掉该变量，或改正路径"),
                format!("unset {name}"),
            ));
        }
    }
}

/// A day: more than any time zone mistake makes up for, less than any certificate cares about.
const DAY: i64 = 86_400;

fn clock(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    facts.online()?;
    let value = facts.go_env()?.value("GOPROXY");
    let Ok(walk) = steps(&value) else { return Ok(()) };
    for step in walk {
        let Place::Proxy(proxy) = &step.at else { continue };
        if !proxy.reveal().starts_with("http") {
            continue;
        }
        let url = format!("{}/golang.org/x/mod/@v/list", proxy.reveal().trim_end_matches('/'));
        let Ok(answer) = facts.asked(&url)? else { continue };
        let Some(ahead) = answer.ahead.filter(|ahead| ahead.abs() > DAY) else { continue };
        let days = Msg::counted(ahead.abs() / DAY, "day", "days");
        let what = if ahead > 0 {
            say!(
                "this machine's clock is {days} behind that of {proxy}",
                "本机时间比 {proxy} 慢 {days} 天",
                days,
                proxy
            )
        } else {
            say!(
                "this machine's clock is {days} ahead of that of {proxy}",
                "本机时间比 {proxy} 快 {days} 天",
                days,
                proxy
            )
        };
        found.add(
            Finding::warning(kind::TLS_CERT_EXPIRED_OR_CLOCK, what)
                .seen(Source::Url(proxy.clone()), format!("{ahead:+} s"))
                .command(
                    say!("sets the clock from the network", "与网络时间同步"),
                    "sudo timedatectl set-ntp true",
                ),
        );
        break;
    }
    Ok(())
}

/// Whom to trust so that this host is believed; names who stands in between.
pub(super) fn trust(facts: &Facts<'_>, url: &str, finding: Finding) -> Finding {
    let url = Url::parse(url).unwrap_or_default();
    let names = facts.issuer(url.hostname(), url.effective_port());
    let finding = match &names {
        Some(names) => finding
            .fact("issuer", names.issuer.clone())
            .seen(Source::Host, format!("issuer: {}; subject: {}", names.issuer, names.subject)),
        None => finding,
    };
    let issuer = names.map_or_else(|| "?".to_owned(), |names| names.issuer);
    finding.command(
        say!(
            "if `{issuer}` is your company's authority, install it in the system (get the file from IT, compare its fingerprint); go reads it from there. Where the browser trusts it, go does not yet",
            "如果 `{issuer}` 是公司自己的 CA，请把它的证书装进系统（向 IT 索取文件并核对指纹），go 会从那里读取；浏览器信任不等于 go 信任",
            issuer
        ),
        "sudo cp company-ca.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates",
    )
}
