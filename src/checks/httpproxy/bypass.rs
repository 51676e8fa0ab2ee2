//! `NO_PROXY`: what it says, and the private hosts that it leaves out.

use std::path::Path;

use super::{environments, in_force, level, read, seen, tagged};
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::variable::Environment;
use crate::model::{
    Finding, Findings, Key, Known, Level, Msg, Setting, Source, Step, TargetId, Text, Value, kind,
};
use crate::say;
use crate::text::goproxy::{Place, steps};
use crate::text::httpproxy::{Decision, HttpProxy, Odd, odd_elements};
use crate::text::url::{Url, looks_private};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("httpproxy.private"),
        title: Text { en: "private hosts bypass the HTTP proxy", zh: "私有主机不走 HTTP 代理" },
        why: Text {
            en: "A forward proxy leads out of the company; asked for an inside host it answers 403, 502 or nothing, and sees its name. NO_PROXY has to cover what is inside.",
            zh: "正向代理是用来出公司网络的：让它访问内部主机，只会得到 403、502 或没有应答，还暴露了主机名。NO_PROXY 要覆盖内部主机。",
        },
        judge: private,
    },
    Check {
        id: CheckId("httpproxy.noproxy"),
        title: Text { en: "NO_PROXY says what it means", zh: "NO_PROXY 写法有效" },
        why: Text {
            en: "go reads NO_PROXY as a list with commas: hosts, which cover what is below them, addresses and networks. Spaces, URLs, `10.1.*` and `*corp` match nothing; `*.corp` works for go alone, not for git.",
            zh: "go 把 NO_PROXY 当作逗号分隔的列表：主机（包含其下级域名）、地址和网段。空格分隔、URL、`10.1.*`、`*corp` 都匹配不到任何主机；`*.corp` 只对 go 有效，对 git 无效。",
        },
        judge: syntax,
    },
];

/// A URL that go asks for, and the host in it.
struct Asked {
    url: Url,
    host: String,
    needed: bool,
}

/// The private hosts, and the module proxies and databases inside.
fn asked(facts: &Facts<'_>) -> Vec<Asked> {
    let mut all: Vec<Asked> = Vec::new();
    let mut add = |url: &str, needed: bool| {
        let Ok(url) = Url::parse(url) else { return };
        let host = url.hostname().to_owned();
        if !host.is_empty()
            && !all.iter().any(|known| known.url.host == url.host && known.url.scheme == url.scheme)
        {
            all.push(Asked { url, host, needed });
        }
    };
    for private in facts.private_hosts() {
        add(&format!("https://{}/", private.host), private.needed);
    }
    let value = facts.go_env().map(|env| env.value("GOPROXY")).unwrap_or_default();
    for step in steps(&value).unwrap_or_default() {
        if let Place::Proxy(url) = &step.at
            && Url::parse(url.reveal()).is_ok_and(|url| looks_private(url.hostname()))
        {
            add(url.reveal(), true);
        }
    }
    all
}

fn private(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let environments = environments(facts);
    let later = environments.get(1).map(read);
    let asked = asked(facts);
    for environment in &environments {
        if !environment.news(&[
            "HTTPS_PROXY",
            "https_proxy",
            "HTTP_PROXY",
            "http_proxy",
            "NO_PROXY",
            "no_proxy",
        ]) {
            continue;
        }
        let proxy = read(environment);
        let through = |asked: &&Asked| matches!(proxy.decide(&asked.url), Decision::Proxied(_));
        let missed: Vec<&Asked> = asked.iter().filter(through).collect();
        if missed.is_empty() {
            continue;
        }
        // The next shell has it right: nothing is left to repair but this process.
        let mended = |later: &HttpProxy| {
            !environment.next
                && !missed.iter().any(|asked| matches!(later.decide(&asked.url), Decision::Proxied(_)))
        };
        let mended = later.as_ref().is_some_and(mended);
        found.add(misses(facts, environment, &proxy, &missed, mended));
    }
    Ok(())
}

fn misses(
    facts: &Facts<'_>,
    environment: &Environment,
    proxy: &HttpProxy,
    missed: &[&Asked],
    mended: bool,
) -> Finding {
    let mut hosts: Vec<&str> = missed.iter().map(|asked| asked.host.as_str()).collect();
    hosts.dedup();
    let names = hosts.join(", ");
    let via = match proxy.decide(&missed[0].url) {
        Decision::Proxied(via) => via.host,
        _ => String::new(),
    };
    let what = say!(
        "{names} would be asked through the HTTP proxy {via}: NO_PROXY does not cover it",
        "访问 {names} 会经过 HTTP 代理 {via}：NO_PROXY 没有覆盖它",
        names,
        via
    );
    let worst = if missed.iter().any(|asked| asked.needed) { Level::Warning } else { Level::Info };
    let worst = if mended { Level::Info } else { worst };
    let finding = Finding::new(
        kind::NO_PROXY_MISSES_PRIVATE_HOST,
        level(environment, worst),
        tagged(environment, what),
    )
    .fact("host", hosts[0])
    .fact("http_proxy", via);
    let name = in_force(environment, "NO_PROXY", "no_proxy");
    let sets = in_force(environment, "HTTPS_PROXY", "https_proxy").or(in_force(
        environment,
        "HTTP_PROXY",
        "http_proxy",
    ));
    let finding = match name.or(sets) {
        Some(name) => seen(environment, name, finding),
        None => finding,
    };
    if mended {
        return finding
            .advice(say!("open a new shell: there it is right", "新开一个终端即可，那里已经是对的"));
    }
    let mut list: Vec<&str> =
        proxy.no_proxy.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    list.extend(hosts.iter().copied());
    let wanted = list.join(",");
    let say = say!(
        "adds {names} to NO_PROXY; open a new shell afterwards",
        "把 {names} 加进 NO_PROXY；之后请新开一个终端",
        names
    );
    // Ours to write: the variable stands in the file of ours, or the profile wants it.
    let ours = name.or(sets).and_then(|name| environment.acting(name)).is_some_and(|acting| {
        acting.places.iter().any(|place| matches!(place, Source::File(path, _) if is_ours(path)))
    });
    let of_profile = facts.applied_profile().is_some_and(|applied| {
        applied.settings.iter().any(|s| s.target == TargetId::Shell && s.key.0 == ["NO_PROXY"])
    });
    if ours || of_profile {
        let step = Step::Set(Setting::new(TargetId::Shell, Key::new(["NO_PROXY"]), Value::one(&wanted)));
        return finding.remedy(say, vec![step]);
    }
    let name = name.unwrap_or("NO_PROXY");
    finding.command(say, format!("export {name}={wanted}"))
}

/// Whether a file is the one that gobs writes variables for shells into.
fn is_ours(path: &Path) -> bool {
    ["gobs/env.sh", "fish/conf.d/gobs.fish", "environment.d/60-gobs.conf"]
        .iter()
        .any(|ours| path.ends_with(ours))
}

fn syntax(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for environment in &environments(facts) {
        for name in ["NO_PROXY", "no_proxy"] {
            let Some(value) = environment.get(name).filter(|_| environment.news(&[name])) else { continue };
            // Nobody looks at it while there is no proxy.
            let proxy = read(environment);
            let idle = proxy.http.is_empty() && proxy.https.is_empty();
            // The lower case one is git's alone where both are set.
            let shadowed = name == "no_proxy" && environment.get("NO_PROXY").is_some();
            let odd = odd_elements(value);
            for (element, odd) in odd.iter().filter(|_| !shadowed) {
                let worst = if idle || *odd == Odd::GoOnly { Level::Info } else { Level::Warning };
                found.add(element_finding(environment, name, element, *odd, level(environment, worst)));
            }
        }
    }
    Ok(())
}

fn element_finding(environment: &Environment, name: &str, element: &str, odd: Odd, level: Level) -> Finding {
    let why: Msg = match odd {
        Odd::Separator => say!("only commas separate", "只能用英文逗号分隔"),
        Odd::Url => say!("a host is written without scheme", "主机名不能带协议"),
        Odd::Star => {
            say!("a star stands only alone or in `*.corp.com`", "星号只能单独用，或写成 `*.corp.com`")
        }
        Odd::FinalDot => {
            say!("with the dot at its end it matches no usual URL", "末尾多了一个点，匹配不到正常的 URL")
        }
        Odd::Slash => say!("it is neither a network nor a host", "既不是网段也不是主机"),
        Odd::GoOnly => say!("go takes it, curl and git do not", "go 认它，curl 和 git 不认"),
    };
    let what = say!("`{element}` in {name}: {why}", "{name} 中的 `{element}`：{why}", element, name, why);
    let finding =
        Finding::new(kind::NO_PROXY_MALFORMED, level, tagged(environment, what)).fact("element", element);
    let finding = seen(environment, name, finding);
    match mended(element, odd) {
        Some(better) => finding.advice(say!(
            "write {better} instead, which go, curl and git all take",
            "改写成 {better}，go、curl 和 git 都认",
            better
        )),
        None => finding.advice(say!(
            "write hosts (corp.com covers what is below it), addresses or networks (10.0.0.0/8), with commas between",
            "写主机（corp.com 包含其下级域名）、地址或网段（10.0.0.0/8），用英文逗号分隔"
        )),
    }
}

/// The element as it was meant.
fn mended(element: &str, odd: Odd) -> Option<String> {
    match odd {
        Odd::Separator => {
            let parts = element
                .split(|c: char| c.is_whitespace() || ";，、".contains(c))
                .filter(|part| !part.is_empty());
            Some(parts.collect::<Vec<_>>().join(","))
        }
        Odd::Url => Url::parse(element).ok().map(|url| url.host).filter(|host| !host.is_empty()),
        Odd::FinalDot => Some(element.trim_end_matches('.').to_owned()),
        Odd::GoOnly => Some(element.trim_start_matches("*.").to_owned()),
        Odd::Star => network(element).or_else(|| {
            let bare = element.trim_start_matches('*');
            (!bare.contains('*') && !bare.is_empty()).then(|| bare.to_owned())
        }),
        Odd::Slash => None,
    }
}

/// `10.1.*` and `10.1.*.*` as a network.
fn network(element: &str) -> Option<String> {
    let parts: Vec<&str> = element.split('.').collect();
    let fixed = parts.iter().take_while(|part| part.parse::<u8>().is_ok()).count();
    let stars = parts[fixed..].iter().all(|part| *part == "*");
    if !(1..4).contains(&fixed) || !stars || parts.len() > 4 {
        return None;
    }
    let mut octets: Vec<&str> = parts[..fixed].to_vec();
    octets.resize(4, "0");
    Some(format!("{}/{}", octets.join("."), fixed * 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_as_they_were_meant() {
        for (element, odd, want) in [
            ("a.cn b.cn", Odd::Separator, Some("a.cn,b.cn")),
            ("a.cn;b.cn；", Odd::Separator, Some("a.cn,b.cn；")),
            ("https://git.corp:8443/x", Odd::Url, Some("git.corp:8443")),
            ("10.1.*", Odd::Star, Some("10.1.0.0/16")),
            ("192.168.*.*", Odd::Star, Some("192.168.0.0/16")),
            ("*corp.com", Odd::Star, Some("corp.com")),
            ("git.*", Odd::Star, None),
            ("corp.com.", Odd::FinalDot, Some("corp.com")),
            ("10.0.0.0/99", Odd::Slash, None),
        ] {
            assert_eq!(mended(element, odd).as_deref(), want, "{element}");
        }
    }
}
