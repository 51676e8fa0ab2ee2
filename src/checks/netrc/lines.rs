//! The lines of netrc that go passes over without a word.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Level, Text, kind};
use crate::say;
use crate::text::netrc::{DropReason, Dropped, Entry};

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("netrc.lines"),
    title: Text { en: "go takes every line of netrc", zh: "netrc 的每一行 go 都能用上" },
    why: Text {
        en: "go reads netrc in its own way: a record without login or password, what stands after `default` or inside a macro, and comments that look like words are dropped or taken wrongly, in silence. curl and git read the same file otherwise.",
        zh: "go 读 netrc 有自己的规则：缺 login 或 password 的记录、`default` 之后或宏里面的内容都会被悄悄丢掉，注释也可能被当成内容。curl 和 git 的读法又不一样。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let file = facts.netrc()?;
    let Ok(netrc) = &file.read else { return Ok(()) };
    let hosts = facts.private_hosts();
    let in_use = |machine: &str| hosts.iter().any(|host| host.host.eq_ignore_ascii_case(machine));
    for dropped in &netrc.dropped {
        let Some(level) = level(dropped, &netrc.dropped, in_use) else { continue };
        let (path, line, why) = (file.path.display(), dropped.line, dropped.why.say());
        let what = say!("{path}:{line}: {why}", "{path}:{line}：{why}", path, line, why);
        let finding = Finding::new(kind::NETRC_MALFORMED, level, what).fact("line", line.to_string());
        let finding = match machine(&dropped.why) {
            Some(machine) => finding.fact("host", machine),
            None => finding,
        };
        // The line itself may hold a password.
        found.add(finding.seen(file.at(line), machine(&dropped.why).unwrap_or_default()).advice(say!(
            "write one line for each host: machine HOST login NAME password TOKEN",
            "每台主机写成一行：machine 主机 login 用户名 password 令牌"
        )));
    }
    for entry in &netrc.entries {
        let Some(what) = odd(entry) else { continue };
        let level = if in_use(&entry.machine) { Level::Warning } else { Level::Info };
        found.add(
            Finding::new(kind::NETRC_MALFORMED, level, what)
                .fact("host", entry.machine.clone())
                .seen(file.at(entry.line), format!("machine {}", entry.machine))
                .advice(say!("correct that line by hand", "请手工改正这一行")),
        );
    }
    Ok(())
}

/// How much a dropped line matters; `None` where another finding says it.
fn level(dropped: &Dropped, all: &[Dropped], in_use: impl Fn(&str) -> bool) -> Option<Level> {
    match &dropped.why {
        DropReason::Default | DropReason::Duplicate { .. } => Some(Level::Info),
        DropReason::Incomplete { machine, .. } => {
            let next = all.iter().filter(|d| d.line >= dropped.line && *d != dropped);
            let next = next.map(|d| (d.line, &d.why));
            let split = next.take_while(|(_, why)| !matches!(why, DropReason::Incomplete { .. }));
            let split = split.into_iter().any(|(_, why)| matches!(why, DropReason::Split { .. }));
            (!split).then(|| if in_use(machine) { Level::Error } else { Level::Warning })
        }
        // Of one line the record that comes to nothing is what matters.
        DropReason::UnknownWord { .. } => {
            let same = |other: &&Dropped| {
                other.line == dropped.line && matches!(other.why, DropReason::Incomplete { .. })
            };
            (!all.iter().any(|other| same(&other))).then_some(Level::Warning)
        }
        _ => Some(Level::Warning),
    }
}

fn machine(why: &DropReason) -> Option<String> {
    match why {
        DropReason::Incomplete { machine, .. }
        | DropReason::AfterDefault { machine }
        | DropReason::InMacro { machine }
        | DropReason::Duplicate { machine, .. } => Some(machine.clone()),
        _ => None,
    }
}

/// A record that go takes otherwise than it was meant.
fn odd(entry: &Entry) -> Option<crate::model::Msg> {
    let machine = &entry.machine;
    if entry.quoted {
        return Some(say!(
            "the quotes around login or password of {machine} are a part of them for go; git takes them off",
            "{machine} 的 login 或 password 带了引号：go 会把引号当成内容，git 则会去掉",
            machine
        ));
    }
    entry.commented.then(|| {
        say!(
            "go knows no comments in netrc: the commented record of {machine} is used all the same",
            "go 不认识 netrc 里的注释：被注释掉的 {machine} 仍然会被使用",
            machine
        )
    })
}
