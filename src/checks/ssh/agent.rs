//! The agent that holds keys: a variable that names a socket where nobody answers.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, Text, kind};
use crate::say;

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("ssh.agent"),
    title: Text { en: "the ssh agent answers", zh: "ssh 代理（agent）有应答" },
    why: Text {
        en: "A key with a passphrase works under go only from an agent, since nobody can be asked. A variable that outlived its agent (tmux, screen, a closed session) leaves ssh without keys.",
        zh: "带口令的密钥只有放在 agent 里才能供 go 使用，因为没有人能当场输入口令。SSH_AUTH_SOCK 指向已退出的 agent（tmux、screen、断开的会话）时，ssh 就拿不到密钥。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let Some((socket, there)) = facts.agent_socket() else { return Ok(()) };
    let answers = there && facts.agent_answers()?;
    if answers {
        found.note(Msg::plain(socket));
        return Ok(());
    }
    let why = match there {
        true => say!("nobody answers there", "没有程序应答"),
        false => say!("there is no such socket", "这个套接字不存在"),
    };
    let what = say!(
        "SSH_AUTH_SOCK names {socket}, but {why}: keys of the agent are not used",
        "SSH_AUTH_SOCK 指向 {socket}，但{why}：agent 里的密钥用不上",
        socket,
        why
    );
    // Without ssh hosts nobody misses it.
    let level = if facts.ssh_hosts().is_empty() { Level::Info } else { Level::Warning };
    found.add(
        Finding::new(kind::SSH_AGENT_UNREACHABLE, level, what)
            .seen(Source::Env("SSH_AUTH_SOCK".into()), socket)
            .command(
                say!(
                    "starts an agent for this shell; `ssh-add` gives it the key. Inside tmux or screen, open a new window",
                    "为当前终端启动 agent，再用 `ssh-add` 加入密钥；在 tmux 或 screen 里请新开窗口"
                ),
                "eval \"$(ssh-agent -s)\" && ssh-add",
            ),
    );
    Ok(())
}
