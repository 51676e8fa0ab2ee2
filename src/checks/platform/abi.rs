//! Loaders, C libraries, and the two worlds of `LoongArch`.

use std::path::Path;

use crate::checks::env::repair;
use crate::facts::Facts;
use crate::facts::acting::Scope;
use crate::facts::platform::LoongWorld;
use crate::model::{Finding, Findings, Known, Level, Setting, Source, Step, Value, kind};
use crate::say;
use crate::text::elf::Elf;
use crate::text::gotoolchain;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    note(facts, found);
    if let Some((path, elf)) = facts.go_program() {
        found.list.extend(program(facts, &path, &elf, Level::Error));
    }
    for (path, elf) in facts.go_tools() {
        found.list.extend(program(facts, &path, &elf, Level::Warning));
    }
    if facts.platform_without_toolchain() {
        found.list.extend(downloads(facts));
    }
    Ok(())
}

fn note(facts: &Facts<'_>, found: &mut Findings) {
    let glibc = facts.glibc().map(|(major, minor)| format!("glibc {major}.{minor}"));
    let glibc = glibc.unwrap_or_default();
    let special = match (facts.machine_arch(), facts.loong_world()) {
        ("sw64", _) => say!("Sunway: the vendor's Go only", "申威：只能用厂商的 Go"),
        (_, Some(LoongWorld::Old)) => {
            say!("LoongArch, old world: Loongson's Go only", "龙架构旧世界（ABI1.0）：只能用龙芯的 Go")
        }
        (_, Some(LoongWorld::New)) => say!("LoongArch, new world", "龙架构新世界（ABI2.0）"),
        (_, Some(LoongWorld::Both)) => {
            say!("LoongArch with a compatibility layer for the other world", "龙架构，装有新旧世界兼容层")
        }
        _ if glibc.is_empty() => return,
        _ => return found.note(crate::model::Msg::plain(glibc)),
    };
    found.note(match glibc.as_str() {
        "" => special,
        glibc => special.then(" · ", &crate::model::Msg::plain(glibc)),
    });
}

/// What keeps a program for this CPU from starting.
fn program(facts: &Facts<'_>, path: &Path, elf: &Elf, level: Level) -> Option<Finding> {
    // Of another CPU: that is for platform.cpu to say.
    if elf.goarch() != Some(facts.machine_arch()) {
        return None;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let at = || Source::File(path.to_path_buf(), None);
    if elf.new_world() && facts.loong_world() == Some(LoongWorld::Old) {
        let what = say!(
            "{name} is made for the new world of LoongArch (ABI2.0); on this old-world system it crashes at start",
            "{name} 是龙架构新世界（ABI2.0）的程序；在这个旧世界系统上一启动就会崩溃",
            name
        );
        return Some(Finding::new(kind::UNSUPPORTED_PLATFORM, level, what).seen(at(), "LoongArch, OBJ-v1").advice(say!(
            "use Loongson's own Go for this system (https://www.loongnix.cn/zh/toolchain/Golang/), or a new-world system",
            "请使用龙芯为该系统提供的 Go（https://www.loongnix.cn/zh/toolchain/Golang/），或换用新世界系统"
        )));
    }
    if let Some(loader) = elf.interpreter.as_ref().filter(|loader| !facts.has_loader(loader)) {
        let what = say!(
            "{name} asks for the loader {loader}, which is not here: starting it says `no such file or directory`",
            "{name} 需要装载器 {loader}，而本机没有：启动时会报 `no such file or directory`",
            name,
            loader
        );
        return Some(Finding::new(kind::LOADER_MISSING, level, what).fact("loader", loader.clone()).seen(at(), loader.clone()).advice(say!(
            "use a build for this system's C library (official Go is static and needs none); CGO_ENABLED=0 makes tools without one",
            "请使用适合本系统 C 库的版本（官方 Go 是静态的，不需要装载器）；工具可用 CGO_ENABLED=0 编译"
        )));
    }
    let (needs, have) = (elf.needs_glibc()?, facts.glibc()?);
    if needs <= have {
        return None;
    }
    let [needs, have] = [needs, have].map(|(major, minor)| format!("{major}.{minor}"));
    let what = say!(
        "{name} needs glibc {needs}; this system has {have}",
        "{name} 需要 glibc {needs}，而本机是 {have}",
        name,
        needs,
        have
    );
    let seen = format!("GLIBC_{needs}");
    Some(
        Finding::new(kind::GLIBC_TOO_OLD, level, what).fact("needs", needs).fact("have", have).seen(at(), seen).advice(say!(
            "use the official Go (static), or build the program on the oldest system it is to run on, or with CGO_ENABLED=0",
            "改用官方 Go（静态链接）；程序请在要支持的最旧系统上编译，或用 CGO_ENABLED=0"
        )),
    )
}

/// Where upstream toolchains do not start, go must not fetch any.
fn downloads(facts: &Facts<'_>) -> Option<Finding> {
    let value = facts.go_env().ok()?.value("GOTOOLCHAIN");
    let may = gotoolchain::parse(&value).ok()??.may_download();
    if !may {
        return None;
    }
    let what = say!(
        "GOTOOLCHAIN={value} lets go download upstream toolchains, and none of them starts on this machine",
        "GOTOOLCHAIN={value} 允许 go 下载官方工具链，而它们在这台机器上都无法启动",
        value
    );
    let acting = facts.acting("GOTOOLCHAIN").unwrap_or_default();
    let acting = acting.iter().find(|acting| matches!(acting.scope, Scope::Now(_)));
    let at = acting.and_then(|acting| acting.places.first().cloned()).unwrap_or(Source::Host);
    let finding = Finding::warning(kind::TOOLCHAIN_UNAVAILABLE, what).seen(at, value);
    Some(match acting {
        Some(acting) => repair(facts, acting, &Value::one("local"), finding),
        None => finding.remedy(
            say!("sets GOTOOLCHAIN to local", "把 GOTOOLCHAIN 设为 local"),
            vec![Step::Set(Setting::go("GOTOOLCHAIN", Value::one("local")))],
        ),
    })
}
