//! What go takes from the process alone: GODEBUG, and the account with its home.

use super::repair::repair;
use super::{about, each};
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Level, Source, Text, Value, kind};
use crate::say;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("env.godebug"),
        title: Text { en: "GODEBUG weakens nothing", zh: "GODEBUG 没有削弱安全" },
        why: Text {
            en: "GODEBUG settings bring broken ciphers and signatures back for every Go program that this account runs, not for the one old server they were meant for.",
            zh: "GODEBUG 会让这个账户运行的所有 Go 程序重新接受不安全的算法和证书，而不只是当初那台旧服务器。",
        },
        judge: godebug,
    },
    Check {
        id: CheckId("env.home"),
        title: Text { en: "HOME is this account's own", zh: "HOME 是当前账户自己的" },
        why: Text {
            en: "go keeps its env file and both caches under HOME. In the home of somebody else (sudo without -H) it leaves files that their owner cannot change any more.",
            zh: "go 的环境文件和两个缓存都在 HOME 下。在别人的 HOME 里运行（sudo 没加 -H），会留下原主人改不了的文件。",
        },
        judge: home,
    },
];

/// Settings that bring back what was removed because it is broken, and the value that does it (`internal/godebugs/table.go`).
const WEAK: [(&str, &str); 9] = [
    ("rsa1024min", "0"),
    ("tls10server", "1"),
    ("tls3des", "1"),
    ("tlsrsakex", "1"),
    ("tlssha1", "1"),
    ("tlsunsafeekm", "1"),
    ("x509ignoreCN", "0"),
    ("x509negativeserial", "1"),
    ("x509sha1", "1"),
];

fn godebug(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    each(facts, "GODEBUG", |acting| {
        let weak = acting.value.split(',').map(str::trim).filter(|setting| {
            setting.split_once('=').is_some_and(|(name, value)| WEAK.contains(&(name, value)))
        });
        for setting in weak {
            let what = say!(
                "GODEBUG: {setting} weakens TLS for every Go program of this account",
                "GODEBUG：{setting} 削弱了这个账户所有 Go 程序的 TLS",
                setting
            );
            let finding =
                about(acting, kind::GODEBUG_WEAKENS, Level::Warning, &what).fact("setting", setting);
            found.add(repair(facts, acting, &Value::Absent, finding));
        }
    })
}

fn home(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    // Without a home, or with one that is not there, the caches have none: cache.dirs tells.
    let Some((home, owner)) = facts.home().and_then(|home| Some((home, facts.owner(home)?))) else {
        return Ok(());
    };
    if facts.is_me(owner) {
        return Ok(());
    }
    let shown = home.display();
    let what = match facts.var("SUDO_USER") {
        Some(by) => say!(
            "running under sudo in {shown}, the home of another account: what go writes there, {by} cannot change afterwards",
            "在 sudo 下运行，而 HOME 仍是别人的 {shown}：go 写在那里的文件，之后 {by} 改不了",
            shown,
            by
        ),
        None => say!(
            "HOME is {shown}, which belongs to uid {owner}: the caches in it cannot be shared",
            "HOME 是 {shown}，属于 uid {owner}：其中的缓存不能共用",
            shown,
            owner
        ),
    };
    found.add(
        Finding::warning(kind::HOME_OF_ANOTHER, what)
            .fact("owner", owner.to_string())
            .seen(Source::Env("HOME".into()), shown.to_string())
            .advice(say!(
                "run go as the account that owns the home; for root itself: sudo -H",
                "用主目录所有者的账户运行 go；确实要用 root 时请用 sudo -H"
            )),
    );
    Ok(())
}
