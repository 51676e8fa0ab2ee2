//! The HTTP proxies, of the environment and of git: do they take connections.

use super::{environments, in_force, level, seen, tagged, take_away};
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::git::GitEntry;
use crate::model::{Finding, Findings, Known, Level, Msg, SafeUrl, Source, Text, kind};
use crate::say;
use crate::text::httpproxy::{parse_proxy, proxy_port};
use crate::text::shellword::shell_word;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("httpproxy.reach"),
        title: Text { en: "the HTTP proxies take connections", zh: "HTTP 代理能连上" },
        why: Text {
            en: "With a dead HTTP proxy everything fails at once, and the message names the address that was wanted, not the proxy.",
            zh: "HTTP 代理挂了，所有访问都会失败，而报错里写的往往是目标地址，不是代理。",
        },
        judge: reach,
    },
    Check {
        id: CheckId("git.proxy"),
        title: Text {
            en: "git's own HTTP proxy takes connections", zh: "git 自己的 HTTP 代理能连上"
        },
        why: Text {
            en: "http.proxy in a gitconfig outranks the variables, for git alone: left over from another network it stops every https fetch, while go and the browser get out.",
            zh: "gitconfig 里的 http.proxy 优先于环境变量，而且只对 git 有效：换了网络却没有改，git 的 https 拉取就会全部失败，go 和浏览器却正常。",
        },
        judge: of_git,
    },
];

/// A proxy's address and port; `None` where the value names none.
fn address(value: &str) -> Option<(String, u16)> {
    let proxy = parse_proxy(value).filter(|proxy| !proxy.hostname().is_empty())?;
    Some((proxy.hostname().to_owned(), proxy_port(&proxy)))
}

fn reach(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let mut asked: Vec<(String, u16)> = Vec::new();
    for environment in &environments(facts) {
        for (upper, lower) in [("HTTPS_PROXY", "https_proxy"), ("HTTP_PROXY", "http_proxy")] {
            // The lower case one is curl's and git's where both are set.
            let first = in_force(environment, upper, lower);
            for name in first.into_iter().chain(Some(lower).filter(|name| first != Some(*name))) {
                let Some((host, port)) = environment.get(name).and_then(address) else { continue };
                if !environment.news(&[name]) || asked.contains(&(host.clone(), port)) {
                    continue;
                }
                asked.push((host.clone(), port));
                let Err(err) = facts.connects(&host, port)? else { continue };
                let finding = Finding::new(
                    kind::HTTP_PROXY_DEAD,
                    level(environment, Level::Error),
                    tagged(environment, dead(&host, port, &err.msg())),
                );
                let finding = seen(environment, name, finding.fact("host", host).fact("variable", name));
                found.add(finding.command(
                    say!(
                        "start the proxy or correct its port; where it is needed no more, take the variable away",
                        "启动代理或改正端口；如果不再需要代理，去掉这个变量"
                    ),
                    take_away(environment, name),
                ));
            }
        }
    }
    Ok(())
}

fn dead(host: &str, port: u16, why: &Msg) -> Msg {
    say!(
        "the HTTP proxy {host}:{port} takes no connection ({why}): everything that goes through it fails",
        "HTTP 代理 {host}:{port} 连不上（{why}）：所有经过它的访问都会失败",
        host,
        port,
        why
    )
}

fn of_git(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let view = facts.git_view()?;
    let proxies = view.named("http", "proxy").chain(view.named("https", "proxy"));
    let mut asked: Vec<&GitEntry> = Vec::new();
    for entry in proxies {
        let Some(value) = entry.value.as_deref().filter(|value| !value.is_empty()) else { continue };
        let name = crate::checks::git::shown(entry);
        let shown = SafeUrl::new(value);
        if entry.section == "https" {
            let what = say!(
                "git has no setting {name}; http.proxy is for https as well",
                "git 没有 {name} 这个设置；http.proxy 对 https 也有效",
                name
            );
            found.add(
                Finding::info(kind::GIT_CONFIG_IGNORED, what)
                    .seen(entry.at.clone(), format!("{name} = {shown}", name = name.en))
                    .advice(say!("take the line out", "去掉这一行")),
            );
            continue;
        }
        // `http.c:init_curl_http_auth`, `get_curl_handle`: what it does not know it takes for http.
        if let Some((scheme, _)) = value.split_once("://")
            && !matches!(scheme, "http" | "https" | "socks" | "socks4" | "socks4a" | "socks5" | "socks5h")
        {
            let what = say!(
                "{name}: git knows no proxy scheme {scheme}://, and speaks plain HTTP to that port",
                "{name}：git 不认识 {scheme}:// 这种代理，会按普通 HTTP 代理去连那个端口",
                name,
                scheme
            );
            let finding = Finding::warning(kind::HTTP_PROXY_BAD_SCHEME, what)
                .fact("key", name.en.clone())
                .seen(entry.at.clone(), format!("{} = {shown}", name.en));
            let say = say!(
                "write http:// or socks5://, or take the line out",
                "改成 http:// 或 socks5://，或去掉这一行"
            );
            found.add(unset(facts, entry, &name, say, finding));
            continue;
        }
        asked.push(entry);
    }
    for entry in asked {
        let Some(value) = entry.value.as_deref() else { continue };
        let (name, shown) = (crate::checks::git::shown(entry), SafeUrl::new(value));
        let Some((host, port)) = address(value) else { continue };
        let Err(err) = facts.connects(&host, port)? else { continue };
        let finding = Finding::error(kind::HTTP_PROXY_DEAD, dead(&host, port, &err.msg()))
            .fact("host", host)
            .fact("key", name.en.clone())
            .seen(entry.at.clone(), format!("{} = {shown}", name.en));
        let say = say!(
            "start the proxy; where it is needed no more, take the line out",
            "启动代理；如果不再需要，去掉这一行"
        );
        found.add(unset(facts, entry, &name, say, finding));
    }
    Ok(())
}

/// With the command that takes the line out of its file.
fn unset(facts: &Facts<'_>, entry: &GitEntry, name: &Msg, say: Msg, finding: Finding) -> Finding {
    let Source::File(path, _) = &entry.at else { return finding };
    let sudo = if facts.is_own_file(path) { "" } else { "sudo " };
    let file = shell_word(&path.display().to_string());
    finding.command(say, format!("{sudo}git config --file {file} --unset-all {}", shell_word(&name.en)))
}
