//! The file itself: whether go reads it at all, and who else may.

use crate::checks::{Check, CheckId};
use crate::facts::acting::Scope;
use crate::facts::netrc::NetrcFile;
use crate::facts::{Facts, FileKind, ReadError};
use crate::model::{Finding, Findings, Known, Level, Source, Step, Text, kind};
use crate::say;
use crate::text::shellword::shell_word;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("netrc.file"),
        title: Text { en: "go reads the netrc that is meant", zh: "go 读到的是正确的 netrc" },
        why: Text {
            en: "go takes logins for https from $NETRC or ~/.netrc (%HOME%\\_netrc on Windows) unless GOAUTH says otherwise, and says nothing where the file is missing or cannot be read.",
            zh: "除非 GOAUTH 另有设置，go 从 $NETRC 或 ~/.netrc（Windows 上是 %HOME%\\_netrc）读取 https 登录信息；文件不存在或读不了时不会有任何提示。",
        },
        judge: file,
    },
    Check {
        id: CheckId("netrc.mode"),
        title: Text { en: "only you can read netrc", zh: "netrc 只有本人可读" },
        why: Text {
            en: "The passwords and tokens in it stand in plain text: everybody who may read the file has them.",
            zh: "里面的密码和令牌是明文：谁能读这个文件，谁就拿到了它们。",
        },
        judge: mode,
    },
];

fn file(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    named(facts, found);
    let netrc = facts.netrc()?;
    unreadable(netrc, found);
    unused(facts, netrc, found)
}

/// What `NETRC` names.
fn named(facts: &Facts<'_>, found: &mut Findings) {
    for acting in facts.acting_variable("NETRC") {
        if acting.scope == Scope::OtherShell || acting.value.is_empty() {
            continue;
        }
        let (value, place) = (acting.value.clone(), acting.places.first().cloned().unwrap_or(Source::Host));
        let relative = !std::path::Path::new(&value).is_absolute();
        let what = if relative {
            say!(
                "NETRC={value} follows the current directory: go finds it in one place and not in another",
                "NETRC={value} 是相对路径，换个目录 go 就找不到了",
                value
            )
        } else if facts.exists(&value) {
            continue;
        } else {
            say!(
                "NETRC names {value}, which does not exist: go has no logins, and does not look at ~/.netrc",
                "NETRC 指向 {value}，但它不存在：go 没有任何登录信息，也不会再读 ~/.netrc",
                value
            )
        };
        found.add(
            Finding::warning(kind::NETRC_IGNORED, what)
                .fact("path", acting.value.clone())
                .seen(place, format!("NETRC={}", acting.value))
                .command(
                    say!(
                        "take the variable away, or write the whole path of the file",
                        "去掉该变量，或写成文件的绝对路径"
                    ),
                    "unset NETRC",
                ),
        );
    }
}

/// A directory, a FIFO, a file of somebody else.
fn unreadable(netrc: &NetrcFile, found: &mut Findings) {
    let Err(err) = &netrc.read else { return };
    let path = netrc.path.display();
    let (level, what) = match err {
        ReadError::Absent => return,
        ReadError::NotAFile(FileKind::Other) => (
            Level::Error,
            say!(
                "{path} is no regular file: go waits for it without end",
                "{path} 不是普通文件：go 会一直等下去",
                path
            ),
        ),
        _ => {
            let why = err.msg();
            (
                Level::Warning,
                say!(
                    "go cannot read {path}: {why}; it says nothing and has no logins",
                    "go 读不了 {path}：{why}；它不会提示，只是没有登录信息",
                    path,
                    why
                ),
            )
        }
    };
    found.add(
        Finding::new(kind::NETRC_IGNORED, level, what)
            .seen(Source::File(netrc.path.clone(), None), err.msg().into_en())
            .advice(say!(
                "put a regular file there that you may read, mode 0600",
                "请换成本人可读的普通文件，权限 0600"
            )),
    );
}

/// GOAUTH without netrc, over a file with logins for the private hosts.
fn unused(facts: &Facts<'_>, netrc: &NetrcFile, found: &mut Findings) -> Known<()> {
    let Ok(file) = &netrc.read else { return Ok(()) };
    if facts.goauth_reads_netrc() || file.entries.is_empty() {
        return Ok(());
    }
    let Some(acting) = facts.acting("GOAUTH")?.into_iter().find(|a| matches!(a.scope, Scope::Now(_))) else {
        return Ok(());
    };
    let hosts = facts.private_hosts();
    let wanted = hosts.iter().find(|host| file.for_go(&host.host).is_some());
    let value = acting.value.clone();
    let what = say!(
        "GOAUTH={value}: go sends none of the logins in netrc",
        "GOAUTH={value}：go 不会使用 netrc 里的登录信息",
        value
    );
    // Another method was chosen on purpose; `off` over a login for a host in use hardly was.
    let level = if wanted.is_some() && value == "off" { Level::Warning } else { Level::Info };
    let finding = Finding::new(kind::NETRC_IGNORED, level, what);
    let finding =
        acting.places.iter().fold(finding, |f, place| f.seen(place.clone(), format!("GOAUTH={value}")));
    let finding = finding.seen(Source::File(netrc.path.clone(), None), String::new());
    found.add(finding.command(
        say!("lets go read netrc again", "让 go 重新读取 netrc"),
        "go env -u GOAUTH   # GOAUTH=netrc",
    ));
    Ok(())
}

fn mode(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let netrc = facts.netrc()?;
    if netrc.read.is_err() {
        return Ok(());
    }
    let Some(mode) = facts.mode_open_to_others(&netrc.path) else { return Ok(()) };
    let path = netrc.path.display().to_string();
    let what = say!(
        "{path} can be read by others (mode {mode}); its passwords are in plain text",
        "{path} 可以被他人读取（权限 {mode}），而里面的密码是明文",
        path,
        mode
    );
    let finding = Finding::warning(kind::NETRC_TOO_OPEN, what)
        .fact("mode", mode.clone())
        .seen(Source::File(netrc.path.clone(), None), format!("mode {mode}"));
    let say = say!("sets mode 0600 on {path}", "把 {path} 的权限改为 0600", path);
    found.add(match facts.is_own_file(&netrc.path) {
        true => finding.remedy(say, vec![Step::Chmod { path: netrc.path.clone(), mode: 0o600 }]),
        false => finding.command(say, format!("sudo chmod 600 {}", shell_word(&path))),
    });
    Ok(())
}
