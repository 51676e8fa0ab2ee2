//! Go itself: installed, which one, its env file.

use super::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Msg, Text, kind};
use crate::say;

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("go.installed"),
    title: Text { en: "a Go toolchain is installed", zh: "已安装 Go" },
    why: Text {
        en: "Without the go command nothing builds; the first one on PATH is the one that runs.",
        zh: "没有 go 命令什么都编译不了；真正运行的是 PATH 上排在最前面的那个。",
    },
    judge: installed,
}];

fn installed(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    match facts.go() {
        Ok(go) => {
            found.note(Msg::plain(format!("{} · {}", go.version, go.goroot.display())));
            Ok(())
        }
        Err(unknown) => {
            found.add(Finding::error(kind::GO_MISSING, unknown.why.clone()).advice(say!(
                "install Go from https://golang.google.cn/dl/ and put its bin directory on PATH",
                "从 https://golang.google.cn/dl/ 安装 Go，并把它的 bin 目录加入 PATH"
            )));
            Ok(())
        }
    }
}
