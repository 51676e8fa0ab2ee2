//! What weakens ssh for every host: keys of hosts not checked, algorithms of old brought back.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Level, Source, Text, kind};
use crate::say;
use crate::text::shellword::shell_word;
use crate::text::sshcfg::{Line, Scope, SshConfig, pattern};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("ssh.strict"),
        title: Text { en: "ssh checks host keys", zh: "ssh 会核对主机密钥" },
        why: Text {
            en: "With StrictHostKeyChecking no anybody in between can pass as the Git host, and what go builds then is theirs.",
            zh: "StrictHostKeyChecking no 会让中间人冒充 Git 主机，go 编译的就可能是别人塞进来的代码。",
        },
        judge: strict,
    },
    Check {
        id: CheckId("ssh.algorithms"),
        title: Text { en: "no old algorithms for every host", zh: "没有对所有主机启用旧算法" },
        why: Text {
            en: "An old server needs old algorithms; allowed for `Host *` they weaken the way to every other host as well.",
            zh: "老服务器才需要旧算法；写在 `Host *` 下，连接其他主机时安全性也一并降低。",
        },
        judge: algorithms,
    },
];

/// Whether a block is for every host.
fn everywhere(config: &SshConfig, line: &Line) -> bool {
    match &config.blocks[line.block].scope {
        Scope::All => true,
        Scope::Host(patterns) => {
            patterns.iter().any(|p| p == "*") && !patterns.iter().any(|p| p.starts_with('!'))
        }
        Scope::Match(criteria) => criteria.iter().all(|c| c.name == "all" && !c.negated),
    }
}

/// Whether a block is for one of these hosts.
fn names_any(config: &SshConfig, line: &Line, hosts: &[String]) -> bool {
    match &config.blocks[line.block].scope {
        Scope::Host(patterns) => hosts.iter().any(|host| patterns.iter().any(|p| pattern::matches(host, p))),
        _ => false,
    }
}

fn strict(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let hosts: Vec<String> = super::hosts_of_interest(facts)
        .into_iter()
        .map(|host| host.host)
        .chain(["github.com".into()])
        .collect();
    for (_, config) in facts.ssh_files()?.configs() {
        for line in config.lines.iter().filter(|line| line.keyword == "stricthostkeychecking") {
            let value = line.arguments.first().map_or("", String::as_str);
            if !["no", "off"].iter().any(|off| value.eq_ignore_ascii_case(off)) {
                continue;
            }
            let matters = everywhere(config, line) || names_any(config, line, &hosts);
            let level = if matters { Level::Warning } else { Level::Info };
            let what = say!(
                "StrictHostKeyChecking {value}: ssh takes any key that a host shows",
                "StrictHostKeyChecking {value}：主机出示什么密钥 ssh 都接受",
                value
            );
            let path = shell_word(&config.path.display().to_string());
            let sudo = if facts.is_own_file(&config.path) { "" } else { "sudo " };
            found.add(
                Finding::new(kind::SSH_HOSTKEY_CHECK_OFF, level, what)
                    .seen(config.at(line.number), format!("StrictHostKeyChecking {value}"))
                    .command(
                        say!(
                            "comments the line out; put the hosts' keys into known_hosts first (ssh.hostkey names them)",
                            "注释掉这一行；请先把主机密钥写进 known_hosts（见 ssh.hostkey）"
                        ),
                        format!("{sudo}sed -i '{}s/^/# /' {path}", line.number),
                    ),
            );
        }
    }
    for (from, command) in commands(facts) {
        let lower = command.to_ascii_lowercase().replace([' ', '='], "");
        if !["no", "off"].iter().any(|off| lower.contains(&format!("stricthostkeychecking{off}"))) {
            continue;
        }
        let what = say!(
            "git runs ssh with StrictHostKeyChecking off: it takes any key that a host shows",
            "git 调用 ssh 时关闭了 StrictHostKeyChecking：主机出示什么密钥都接受"
        );
        found.add(Finding::warning(kind::SSH_HOSTKEY_CHECK_OFF, what).seen(from, command).advice(say!(
            "take the option out; put the hosts' keys into known_hosts first (ssh.hostkey names them)",
            "去掉这个选项；请先把主机密钥写进 known_hosts（见 ssh.hostkey）"
        )));
    }
    Ok(())
}

/// The commands that git runs in place of ssh.
fn commands(facts: &Facts<'_>) -> Vec<(Source, String)> {
    let mut commands = Vec::new();
    for acting in facts.acting_variable("GIT_SSH_COMMAND") {
        let from = acting.places.first().cloned().unwrap_or(Source::Host);
        commands.push((from, acting.value));
    }
    let configured =
        facts.git_view().map(|view| view.named("core", "sshcommand").cloned().collect::<Vec<_>>());
    for entry in configured.unwrap_or_default() {
        commands.push((entry.at, entry.value.unwrap_or_default()));
    }
    commands
}

/// What OpenSSH took out of its defaults because it can be broken.
const OLD: [&str; 9] = [
    "ssh-rsa",
    "ssh-dss",
    "diffie-hellman-group1-sha1",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group-exchange-sha1",
    "3des-cbc",
    "aes128-cbc",
    "aes256-cbc",
    "hmac-md5",
];

const LISTS: [&str; 7] = [
    "hostkeyalgorithms",
    "pubkeyacceptedalgorithms",
    "pubkeyacceptedkeytypes",
    "kexalgorithms",
    "ciphers",
    "macs",
    "casignaturealgorithms",
];

fn algorithms(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for (_, config) in facts.ssh_files()?.configs() {
        for line in config.lines.iter().filter(|line| LISTS.contains(&line.keyword.as_str())) {
            let value = line.arguments.first().map_or("", String::as_str);
            // `-` takes algorithms away.
            if value.starts_with('-') || !everywhere(config, line) {
                continue;
            }
            let names = value.trim_start_matches(['+', '^']).split(',').map(str::trim);
            let old: Vec<&str> = names.filter(|name| OLD.contains(name)).collect();
            if old.is_empty() {
                continue;
            }
            let old = old.join(", ");
            let what = say!(
                "{old} is allowed for every host: it was taken out of ssh because it can be broken",
                "对所有主机都启用了 {old}：这些算法已能被破解，ssh 早已弃用",
                old
            );
            found.add(
                Finding::warning(kind::SSH_LEGACY_TOO_WIDE, what)
                    .seen(config.at(line.number), format!("{} {value}", line.keyword))
                    .advice(say!(
                        "move the line under `Host` with the name of the one old server, and have that server updated",
                        "把这一行移到只写了那台老服务器名字的 `Host` 段里，并推动该服务器升级"
                    )),
            );
        }
    }
    Ok(())
}
