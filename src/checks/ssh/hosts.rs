//! The hosts' keys: known for those git reaches over ssh, and none that was withdrawn.

use std::path::{Path, PathBuf};

use crate::checks::{Check, CheckId};
use crate::facts::hosts::SshHost;
use crate::facts::ssh::{SshFiles, first};
use crate::facts::{Facts, ReadError};
use crate::model::{Finding, Findings, Known, Level, Source, Text, kind};
use crate::order::Order;
use crate::say;
use crate::text::hostkeys::{self, Pin, Verdict};
use crate::text::knownhosts::{KnownHosts, Marker, host_and_port};
use crate::text::shellword::shell_word;
use crate::text::url::split_port;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("ssh.hostkey"),
        title: Text { en: "the host keys of Git hosts are known", zh: "Git 主机的密钥已登记" },
        why: Text {
            en: "Under go nobody is there to confirm an unknown host key: git ends with `Host key verification failed`. The key comes from the host's administrator or a published fingerprint, never from the wire alone.",
            zh: "go 运行时没有人能确认陌生主机的密钥，git 会以 `Host key verification failed` 失败。密钥应来自主机管理员或公开的指纹，不能只凭网络上收到的。",
        },
        judge: known,
    },
    Check {
        id: CheckId("ssh.revoked"),
        title: Text { en: "no withdrawn host key is trusted", zh: "没有信任已作废的主机密钥" },
        why: Text {
            en: "GitHub's RSA key was published by mistake and replaced in March 2023: whoever has the old one can pass as github.com where known_hosts still lists it, and ssh refuses the real one.",
            zh: "GitHub 的 RSA 密钥曾被误公开，2023 年 3 月已更换。known_hosts 里还留着旧密钥，别人就能冒充 github.com，而真正的 github.com 反而会被 ssh 拒绝。",
        },
        judge: revoked,
    },
];

/// The files ssh looks in for a host, the user's first, and the name it looks for.
fn places(facts: &Facts<'_>, files: &SshFiles, host: &SshHost) -> Option<(Vec<PathBuf>, String, u16)> {
    let readings = files.readings(&host.host);
    let value = |keyword: &str| first(&readings, keyword).map(|hit| hit.value().to_owned());
    let name = value("hostname").map_or_else(|| host.host.clone(), |name| name.replace("%h", &host.host));
    let port = host.port.or_else(|| value("port")?.parse().ok()).unwrap_or(22);
    let alias = value("hostkeyalias");
    // A command that gives keys is for ssh alone to ask.
    if value("knownhostscommand").is_some_and(|command| !command.eq_ignore_ascii_case("none")) {
        return None;
    }
    let mut paths: Vec<PathBuf> = Vec::new();
    for (keyword, defaults) in [
        ("userknownhostsfile", [files.dir.join("known_hosts"), files.dir.join("known_hosts2")]),
        (
            "globalknownhostsfile",
            [facts.system_file("/etc/ssh/ssh_known_hosts"), facts.system_file("/etc/ssh/ssh_known_hosts2")],
        ),
    ] {
        match first(&readings, keyword) {
            Some(hit) => {
                for written in hit.line.arguments.iter().filter(|word| !word.eq_ignore_ascii_case("none")) {
                    paths.push(facts.ssh_path(written, &host.host, host.user.as_deref().unwrap_or(""))?);
                }
            }
            None => paths.extend(defaults),
        }
    }
    Some(match alias {
        Some(alias) => (paths, alias, 22),
        None => (paths, name, port),
    })
}

fn known(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let files = facts.ssh_files()?;
    let mut hosts = facts.ssh_hosts();
    let mut at = 0;
    while let Some(host) = hosts.get(at) {
        let jumps = jumps(files, host);
        let news =
            |jump: &SshHost| !hosts.iter().any(|known| (&known.host, known.port) == (&jump.host, jump.port));
        let news: Vec<SshHost> = jumps.into_iter().filter(news).collect();
        hosts.extend(news);
        at += 1;
    }
    for host in hosts {
        let Some((paths, name, port)) = places(facts, files, &host) else { continue };
        let mut lines = 0;
        let mut damaged: Option<Source> = None;
        for path in &paths {
            let Ok(known) = facts.known_hosts_file(path) else { continue };
            lines +=
                known.lookup(&name, port).iter().filter(|f| f.entry.marker != Some(Marker::Revoked)).count();
            damaged = damaged.or_else(|| {
                broken_line(&known, &name, port).map(|line| Source::File(path.clone(), Some(line)))
            });
        }
        if lines > 0 {
            continue;
        }
        missing(&host, &host_and_port(&name, port), &paths, damaged, found);
    }
    Ok(())
}

/// The hosts on the way (`readconf.c:parse_jump`): ssh asks each of them for its key, too.
fn jumps(files: &SshFiles, host: &SshHost) -> Vec<SshHost> {
    let readings = files.readings(&host.host);
    let Some(hit) = first(&readings, "proxyjump").filter(|hit| hit.sure) else { return Vec::new() };
    let named = hit.value().split(',').filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("none"));
    let jump = |word: &str| {
        let word = word.strip_prefix("ssh://").unwrap_or(word);
        let (user, address) = word.rsplit_once('@').map_or((None, word), |(user, at)| (Some(user), at));
        let (name, port) = split_port(address);
        SshHost {
            host: name.to_owned(),
            port: port.parse().ok(),
            user: user.map(str::to_owned),
            private: host.private,
            at: hit.at(),
        }
    };
    named.map(jump).collect()
}

/// A line for the host that ssh passes over.
fn broken_line(known: &KnownHosts, name: &str, port: u16) -> Option<u32> {
    let name = host_and_port(name, port);
    let bad =
        known.malformed.iter().find(|bad| bad.names.split(',').any(|n| n.eq_ignore_ascii_case(&name)))?;
    Some(bad.line)
}

fn missing(host: &SshHost, filed: &str, paths: &[PathBuf], damaged: Option<Source>, found: &mut Findings) {
    let level = if host.private { Level::Warning } else { Level::Info };
    let what = match &damaged {
        None => say!(
            "{filed} has no known host key: git over ssh ends in `Host key verification failed`",
            "{filed} 的主机密钥没有登记：走 ssh 的 git 会报 `Host key verification failed`",
            filed
        ),
        Some(_) => say!(
            "the host key of {filed} in known_hosts is damaged or made up, so it does not count",
            "known_hosts 里 {filed} 的密钥已损坏或是编造的，不起作用",
            filed
        ),
    };
    let file = paths.first().cloned().unwrap_or_default();
    let place = damaged.unwrap_or(Source::File(file, None));
    let finding = Finding::new(kind::KNOWN_HOSTS_MISSING, level, what)
        .fact("host", host.host.clone())
        .seen(place, String::new())
        .seen(host.at.clone(), host.host.clone());
    let pins: Vec<Pin> = hostkeys::pins(&host.host).filter(|pin| !pin.revoked).collect();
    found.add(match pins.first() {
        Some(pin) => {
            let (name, print) = (&host.host, format!("{} SHA256:{}", pin.kind, pin.sha256));
            finding.command(
                say!(
                    "answer yes only if it shows {print} (published)",
                    "只有显示的指纹是 {print}（官方公布）才回答 yes",
                    print
                ),
                format!("ssh -T -o HostKeyAlgorithms={} git@{name}", pin.kind),
            )
        }
        None => {
            let name = &host.host;
            finding.advice(say!(
                "ask the administrator of {name} for its host key and put it into the profile (host_keys), or into known_hosts",
                "向 {name} 的管理员索取主机密钥，写进方案的 host_keys，或写进 known_hosts",
                name
            ))
        }
    });
}

/// Names under which the hosts of the table are filed.
fn names_of(host: &str) -> Vec<(String, u16)> {
    let mut names = vec![(host.to_owned(), 22)];
    names.extend((host == "github.com").then(|| ("ssh.github.com".to_owned(), 443)));
    names
}

fn revoked(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let files = facts.ssh_files()?;
    let mut paths = vec![files.dir.join("known_hosts"), files.dir.join("known_hosts2")];
    for (_, config) in files.configs() {
        for line in config.lines.iter().filter(|line| line.keyword.ends_with("knownhostsfile")) {
            paths.extend(line.arguments.iter().filter_map(|written| facts.ssh_path(written, "", "")));
        }
    }
    paths.extend(
        ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"].map(|path| facts.system_file(path)),
    );
    paths.order();
    paths.dedup();
    for path in paths {
        match facts.known_hosts_file(&path) {
            Ok(known) => hostkeys::hosts().for_each(|host| withdrawn(facts, host, &path, &known, found)),
            Err(err @ (ReadError::NotAFile(_) | ReadError::Denied)) if !path.starts_with("/dev") => {
                let (file, why) = (path.display(), err.msg());
                let what = say!("ssh cannot read {file}: {why}", "ssh 读不了 {file}：{why}", file, why);
                found.add(
                    Finding::warning(kind::SSH_CLIENT_FILES_BAD, what)
                        .seen(Source::File(path.clone(), None), err.msg().into_en())
                        .advice(say!("put a regular file there that you may read", "请换成可读的普通文件")),
                );
            }
            Err(_) => {}
        }
    }
    Ok(())
}

fn withdrawn(facts: &Facts<'_>, host: &str, path: &Path, known: &KnownHosts, found: &mut Findings) {
    for (name, port) in names_of(host) {
        for entry in known.lookup(&name, port).iter().filter(|line| line.exact).map(|line| line.entry) {
            if entry.marker.is_some() {
                continue;
            }
            let (file, filed, print) = (path.display(), host_and_port(&name, port), entry.key.fingerprint());
            let (kind, level, what) = match hostkeys::judge(host, &entry.key) {
                Verdict::Revoked(_) => (
                    kind::SSH_HOSTKEY_REVOKED,
                    Level::Warning,
                    say!(
                        "{file} still trusts the key that {filed} withdrew: whoever has it passes as that host",
                        "{file} 仍信任 {filed} 已作废的密钥：持有它的人可以冒充该主机",
                        file,
                        filed
                    ),
                ),
                Verdict::Differs(pin) if pin.official() => (
                    kind::SSH_HOSTKEY_CHANGED,
                    Level::Warning,
                    say!(
                        "the key in {file} for {filed} is not the published one: mistyped, made up, or an impostor's",
                        "{file} 中 {filed} 的密钥与官方公布的不符：写错、编造，或来自冒充者",
                        file,
                        filed
                    ),
                ),
                _ => continue,
            };
            let sudo = if facts.is_own_file(path) { "" } else { "sudo " };
            found.add(
                Finding::new(kind, level, what)
                    .fact("host", host)
                    .seen(
                        Source::File(path.to_path_buf(), Some(entry.line)),
                        format!("{} {print}", entry.key.kind()),
                    )
                    .command(
                        say!(
                            "takes the key out; the right one's fingerprint is published by the host",
                            "删除该密钥；正确的指纹见该主机官方公布的页面"
                        ),
                        format!(
                            "{sudo}ssh-keygen -R {} -f {}",
                            bracketed(&filed),
                            shell_word(&path.display().to_string())
                        ),
                    ),
            );
        }
    }
}

/// `[host]:port` in quotes: brackets are the shell's.
fn bracketed(filed: &str) -> String {
    if filed.starts_with('[') { format!("'{filed}'") } else { filed.to_owned() }
}
