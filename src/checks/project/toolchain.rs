//! The `go` and `toolchain` lines against the Go at hand, and where a newer one would come from (toolchain/select.go).

use std::path::Path;

use super::at;
use crate::facts::Facts;
use crate::facts::toolchain::Supply;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, kind};
use crate::say;
use crate::text::gotoolchain::{self, Beyond};
use crate::text::gover;

/// A line that asks for a Go.
struct Asks<'a> {
    go: &'a str,
    file: &'a Path,
    line: u32,
    /// `go 1.27` as written.
    seen: String,
}

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let project = facts.project()?;
    let (go, toolchain) = project.go_lines();
    let installed = facts.go()?;
    // A build of one's own has no version to compare.
    let Some(local) = gover::from_toolchain(&installed.version) else { return Ok(()) };
    let (named, named_line) = toolchain.as_ref().map_or(("", 0), |(name, _, line)| (name.as_str(), *line));
    let Some((go, file, line)) = &go else { return Ok(()) };
    let asks = Asks { go, file, line: *line, seen: format!("go {go}") };
    found.note(say!("go {go}, here {local}", "go {go}，本机 {local}", go, local));
    if gover::compare(local, "1.21").is_lt() {
        before_toolchains(&asks, local, named_line, found);
        return Ok(());
    }
    let setting = facts.go_env()?.get("GOTOOLCHAIN");
    // What is wrong with GOTOOLCHAIN itself is said where it stands.
    let Ok(parsed) = gotoolchain::parse(&setting.value) else { return Ok(()) };
    let parsed = parsed.unwrap_or(gotoolchain::GoToolchain { min: None, beyond: Beyond::Never });
    let Ok(chosen) = gotoolchain::select(&parsed, &format!("go{local}"), go, named, "go.mod") else {
        return Ok(());
    };
    let version = gover::from_toolchain(&chosen).unwrap_or(local);
    if parsed.beyond == Beyond::Never && gover::compare(go, version).is_gt() {
        let evidence = setting.from.clone();
        found.add(forbidden(facts, &asks, version, &setting.value, evidence));
        return Ok(());
    }
    if gover::from_toolchain(&chosen) == Some(local) {
        return Ok(());
    }
    let asks = match gover::from_toolchain(named) == Some(version) {
        true => Asks { line: named_line, seen: format!("toolchain {named}"), ..asks },
        false => asks,
    };
    fetched(facts, &asks, &chosen, parsed.beyond, found)
}

/// Go 1.20 and older know no toolchain line and no `go 1.22.0`, and build on where the line is merely newer.
fn before_toolchains(asks: &Asks<'_>, local: &str, toolchain_line: u32, found: &mut Findings) {
    let go = asks.go;
    if gover::compare(go, local).is_le() && toolchain_line == 0 {
        return;
    }
    let refuses = toolchain_line > 0 || !gover::is_lang(go) && gover::compare(go, "1.21").is_ge();
    let level = if refuses { Level::Error } else { Level::Warning };
    let what = say!(
        "the project asks for go {go}; the Go here is {local} and fetches no other",
        "项目要求 go {go}，本机是 {local}，而且这个版本不会自动下载别的 Go",
        go,
        local
    );
    let finding = Finding::new(kind::GO_TOO_OLD, level, what).fact("go", local).fact("wants", go);
    found.add(finding.seen(at(asks.file, asks.line), asks.seen.clone()).advice(install(go)));
}

/// GOTOOLCHAIN keeps go from using any other.
fn forbidden(
    facts: &Facts<'_>,
    asks: &Asks<'_>,
    running: &str,
    value: &str,
    from: Option<Source>,
) -> Finding {
    let go = asks.go;
    let shown = if value.is_empty() { "local" } else { value };
    let what = say!(
        "the project needs go {go}; GOTOOLCHAIN={shown} keeps go at {running}",
        "项目要求 go {go}，而 GOTOOLCHAIN={shown} 把 go 固定在 {running}",
        go,
        shown,
        running
    );
    let mut finding = Finding::error(kind::TOOLCHAIN_NEWER_THAN_LOCAL, what)
        .fact("go", running)
        .fact("wants", go)
        .seen(at(asks.file, asks.line), asks.seen.clone());
    if let Some(from) = from {
        finding = finding.seen(from, value);
    }
    let advice = match facts.platform_without_toolchain() {
        // What go would download does not start here.
        true => install(go),
        false => say!(
            "install go {go}, or allow GOTOOLCHAIN=auto where a proxy serves golang.org/toolchain",
            "安装 go {go}；如果代理提供 golang.org/toolchain，也可以改用 GOTOOLCHAIN=auto",
            go
        ),
    };
    finding.advice(advice)
}

/// Go takes another toolchain: from where?
fn fetched(
    facts: &Facts<'_>,
    asks: &Asks<'_>,
    chosen: &str,
    beyond: Beyond,
    found: &mut Findings,
) -> Known<()> {
    let wants = |kind, what: Msg| {
        Finding::error(kind, what)
            .fact("toolchain", chosen)
            .fact("wants", asks.go)
            .seen(at(asks.file, asks.line), asks.seen.clone())
    };
    if facts.has_toolchain(chosen) {
        found.note(say!("{chosen}, already here", "{chosen}，本机已有", chosen));
        return Ok(());
    }
    let version = chosen.strip_prefix("go").unwrap_or(chosen);
    if beyond == Beyond::Path {
        let what = say!(
            "the project takes {chosen}, and GOTOOLCHAIN allows only what is on PATH: it is not",
            "项目要用 {chosen}，而 GOTOOLCHAIN 只允许使用 PATH 上的，那里没有",
            chosen
        );
        found.add(wants(kind::TOOLCHAIN_NEWER_THAN_LOCAL, what).advice(install(version)));
        return Ok(());
    }
    if facts.platform_without_toolchain() {
        let what = say!(
            "the project makes go download {chosen}, and upstream toolchains do not start on this machine",
            "项目会让 go 下载 {chosen}，但官方工具链在这台机器上无法启动",
            chosen
        );
        found.add(wants(kind::TOOLCHAIN_UNAVAILABLE, what).advice(say!(
            "set GOTOOLCHAIN=local and install the vendor's Go of that version",
            "请设置 GOTOOLCHAIN=local，并安装厂商提供的对应版本 Go"
        )));
        return Ok(());
    }
    let gone = say!(
        "install it by hand, or name a GOPROXY that serves golang.org/toolchain",
        "请手工安装，或改用提供 golang.org/toolchain 的 GOPROXY"
    );
    match facts.toolchain_supply(chosen)? {
        Supply::There => found.note(say!("{chosen} can be fetched", "{chosen} 可以下载", chosen)),
        Supply::Off(from) => {
            let what = say!(
                "the project takes {chosen}, which is not here, and GOPROXY=off forbids to fetch it",
                "项目要用 {chosen}，本机没有，而 GOPROXY=off 又不允许下载",
                chosen
            );
            let mut finding = wants(kind::TOOLCHAIN_UNAVAILABLE, what);
            if let Some(from) = from {
                finding = finding.seen(from, "off");
            }
            found.add(finding.advice(install(version)));
        }
        Supply::Nowhere(asked) => {
            let what = say!(
                "the project takes {chosen}, and no proxy of GOPROXY has it",
                "项目要用 {chosen}，而 GOPROXY 里的代理都没有它",
                chosen
            );
            let finding = wants(kind::TOOLCHAIN_NOT_ON_PROXY, what);
            let finding =
                asked.into_iter().fold(finding, |finding, (url, seen)| finding.seen(Source::Url(url), seen));
            found.add(finding.advice(gone));
        }
    }
    Ok(())
}

fn install(go: &str) -> Msg {
    say!(
        "install go {go} or later (https://golang.google.cn/dl/, or the vendor's build)",
        "安装 go {go} 或更高版本（https://golang.google.cn/dl/ 或厂商提供的版本）",
        go
    )
}
