//! ssh itself, where git is sent to a host over it.

use std::path::Path;

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::ssh::first;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, Text, kind};
use crate::say;

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("ssh.installed"),
    title: Text { en: "ssh is installed where git needs it", zh: "需要走 ssh 时已安装 ssh" },
    why: Text {
        en: "A slim image often has git and no ssh: an insteadOf rule to ssh then ends in `cannot run ssh: No such file or directory`.",
        zh: "精简镜像常常只装了 git 没装 ssh：insteadOf 改写到 ssh 后就会报 `cannot run ssh: No such file or directory`。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    if facts.has_ssh() {
        if let Ok(version) = facts.ssh_version() {
            if version.starts_with("No user exists") {
                found.add(no_account(facts, version));
                return Ok(());
            }
            found.note(Msg::plain(version.split(',').next().unwrap_or("")));
        }
        return proxy_commands(facts, found);
    }
    let own = facts.var("GIT_SSH_COMMAND").or_else(|| facts.var("GIT_SSH"));
    let configured = facts.git_view().is_ok_and(|view| view.named("core", "sshcommand").next().is_some());
    let Some(host) = facts.ssh_hosts().into_iter().find(|_| own.is_none() && !configured) else {
        return Ok(());
    };
    let name = &host.host;
    let what = say!(
        "git is sent to {name} over ssh, and there is no ssh here",
        "git 要通过 ssh 访问 {name}，但这里没有安装 ssh",
        name
    );
    let level = if host.private { Level::Error } else { Level::Warning };
    found.add(
        Finding::new(kind::VCS_TOOL_MISSING, level, what)
            .fact("vcs", "ssh")
            .fact("host", name.clone())
            .seen(host.at.clone(), name.clone())
            .advice(say!(
                "install it (apt-get install openssh-client, dnf install openssh-clients, apk add openssh-client)",
                "安装它（apt-get install openssh-client、dnf install openssh-clients 或 apk add openssh-client）"
            )),
    );
    Ok(())
}

/// ssh looks its own user up before it does anything (`ssh.c:main`), even for `ssh -V`.
fn no_account(facts: &Facts<'_>, says: &str) -> Finding {
    let private = facts.ssh_hosts().iter().any(|host| host.private);
    let level = if private { Level::Error } else { Level::Warning };
    let what = say!(
        "ssh does not run here: this uid has no line in /etc/passwd, as in OpenShift or `docker run --user`",
        "ssh 在这里无法运行：当前 uid 在 /etc/passwd 里没有条目（OpenShift、`docker run --user` 常见）"
    );
    Finding::new(kind::SSH_ACCOUNT_MISSING, level, what)
        .seen(Source::Command("ssh -V".to_owned()), says)
        .advice(say!(
            "give this uid a line in /etc/passwd (in the image, or by its entrypoint), or fetch over https",
            "在 /etc/passwd 里为这个 uid 加一行（写进镜像或由入口脚本添加），或改用 https 拉取"
        ))
}

/// The program through which ssh is told to connect.
fn proxy_commands(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let files = facts.ssh_files()?;
    for host in facts.ssh_hosts() {
        let readings = files.readings(&host.host);
        let Some(hit) = first(&readings, "proxycommand").filter(|hit| hit.sure) else { continue };
        let mut words = hit.line.arguments.iter().flat_map(|word| word.split_whitespace());
        let program = words.find(|word| *word != "exec").unwrap_or("");
        // What the shell has to work out first is the shell's.
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
        if program.is_empty()
            || program.eq_ignore_ascii_case("none")
            || !program.chars().all(plain)
            || facts.has_program(Path::new(program))
        {
            continue;
        }
        let name = &host.host;
        let what = say!(
            "ssh reaches {name} through `{program}` (ProxyCommand), and there is no such program here",
            "ssh 要通过 `{program}`（ProxyCommand）连接 {name}，但这里没有这个程序",
            name,
            program
        );
        let level = if host.private { Level::Error } else { Level::Warning };
        found.add(
            Finding::new(kind::VCS_TOOL_MISSING, level, what)
                .fact("vcs", "ssh")
                .fact("host", name.clone())
                .fact("program", program)
                .seen(hit.at(), format!("ProxyCommand {}", hit.line.arguments.join(" ")))
                .seen(host.at.clone(), name.clone())
                .advice(say!(
                    "install it (nc is in netcat-openbsd), or take the line out where the host can be reached directly",
                    "安装它（nc 在 netcat-openbsd 包里）；能直连该主机时可以去掉这一行"
                )),
        );
    }
    Ok(())
}
