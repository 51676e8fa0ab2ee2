//! What stands over the Go env file, and start files that cannot be read.

use super::about;
use super::repair::repair;
use crate::checks::{Check, CheckId};
use crate::facts::acting::{Acting, Scope};
use crate::facts::go::{EnvFile, Layer};
use crate::facts::{Facts, ReadError};
use crate::model::{Finding, Findings, Known, Level, Source, Text, Value, kind};
use crate::order::Order;
use crate::say;
use crate::text::goenv;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("env.shadow"),
        title: Text { en: "nothing stands over the Go env file", zh: "没有变量盖住 Go 环境文件" },
        why: Text {
            en: "A variable of the environment wins over the Go env file. Where a start file exports another value, `go env -w` writes it down and nothing changes.",
            zh: "环境变量优先于 Go 环境文件。启动文件里导出了别的值时，go env -w 写了也不起作用。",
        },
        judge: shadow,
    },
    Check {
        id: CheckId("env.startfiles"),
        title: Text { en: "the shell's start files can be read", zh: "shell 启动文件可以读取" },
        why: Text {
            en: "What a start file sets decides what go sees in the next terminal. One that cannot be read is a riddle to the shell, too: on a FIFO it waits forever.",
            zh: "启动文件决定了新终端里 go 看到什么。读不了的启动文件，shell 也一样读不了：遇到 FIFO 会一直等下去。",
        },
        judge: startfiles,
    },
];

fn shadow(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let EnvFile::At { path, bytes: Ok(bytes) } = &facts.go_env()?.file else { return Ok(()) };
    let mut names: Vec<&str> =
        goenv::lines(bytes).map(|line| line.key).filter(|key| goenv::is_writable(key)).collect();
    names.order();
    names.dedup();
    for name in names {
        let Some(line) = goenv::lookup(bytes, name).filter(|line| !line.value.is_empty()) else { continue };
        let there = Source::File(path.clone(), Some(line.number));
        let (value, at_line) = (line.value.to_owned(), line.number);
        for acting in facts.acting(name)?.iter().filter(|acting| stands_over(acting, line.value)) {
            let instead = &acting.value;
            let what = say!(
                "{name}={instead} stands over the Go env file, whose line {at_line} says {value}: `go env -w` has no effect",
                "{name}={instead} 盖住了 Go 环境文件第 {at_line} 行的 {value}：go env -w 不起作用",
                name,
                instead,
                at_line,
                value
            );
            let managed =
                matches!(acting.places.first(), Some(Source::File(at, _)) if facts.is_managed_file(at));
            let level = if managed { Level::Info } else { Level::Warning };
            let finding = about(acting, kind::ENV_VAR_OVERRIDES_GOENV, level, &what)
                .seen(there.clone(), format!("{name}={value}"));
            found.add(repair(facts, acting, &Value::Absent, finding));
        }
    }
    Ok(())
}

/// Whether a value wins over this one of the env file.
fn stands_over(acting: &Acting, value: &str) -> bool {
    let over = match acting.scope {
        Scope::Now(layer) => layer == Layer::Process,
        Scope::NextShell { .. } | Scope::OtherShell => true,
    };
    over && acting.value.trim() != value.trim() && !acting.value.is_empty()
}

fn startfiles(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for (path, err) in facts.unread_start_files()? {
        if !facts.is_at_home(path) {
            continue;
        }
        let (shown, why) = (path.display(), err.msg());
        let what = say!(
            "{shown} is not read ({why}); what it sets is not judged",
            "没有读取 {shown}（{why}）；它设置的变量未检查",
            shown,
            why
        );
        let level = if matches!(err, ReadError::TooLarge { .. }) { Level::Info } else { Level::Warning };
        found.add(
            Finding::new(kind::SHELL_FILE_UNREADABLE, level, what)
                .seen(Source::File(path.clone(), None), String::new())
                .advice(say!(
                    "make it a regular file of yours that can be read (0644)",
                    "把它变成你自己可读的普通文件（0644）"
                )),
        );
    }
    Ok(())
}
