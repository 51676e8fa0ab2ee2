//! Which go runs: installed, shadowed, its GOROOT, its version.

use crate::checks::env::repaired;
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::go::Origin;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, Text, Value, kind};
use crate::say;
use crate::text::gover;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("go.installed"),
        title: Text { en: "a Go toolchain is installed", zh: "已安装 Go" },
        why: Text {
            en: "Without the go command nothing builds; the first one on PATH is the one that runs.",
            zh: "没有 go 命令什么都编译不了；真正运行的是 PATH 上排在最前面的那个。",
        },
        judge: installed,
    },
    Check {
        id: CheckId("go.version"),
        title: Text { en: "Go is recent enough to be safe", zh: "Go 版本足够新且安全" },
        why: Text {
            en: "Before 1.26.3 (and the matching 1.25 patch level) go accepts a checksum database answer that does not mention the module; before 1.21 it does not know toolchain lines.",
            zh: "1.26.3 之前的 go 会接受校验库里根本没提到该模块的应答；1.21 之前的 go 不认识 toolchain 行。",
        },
        judge: version,
    },
    Check {
        id: CheckId("go.path"),
        title: Text { en: "one go on PATH", zh: "PATH 上只有一个 go" },
        why: Text {
            en: "Of several gos the first on PATH wins; after an upgrade that is often the old one.",
            zh: "PATH 上有多个 go 时，排在前面的生效；升级后生效的往往还是旧的。",
        },
        judge: path,
    },
    Check {
        id: CheckId("go.goroot"),
        title: Text { en: "GOROOT is left to go", zh: "GOROOT 由 go 自己决定" },
        why: Text {
            en: "go finds its own tree. A GOROOT that was set once and forgotten breaks go after the next upgrade.",
            zh: "go 会自己找到安装目录。手工设置过又忘掉的 GOROOT，下次升级后就会出错。",
        },
        judge: goroot,
    },
];

fn installed(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    if let Some((program, manager)) = facts.undecided_shim() {
        let what = say!(
            "{manager} has no Go version chosen here that is installed: every go command fails",
            "{manager} 在这里没有选定已安装的 Go 版本：所有 go 命令都会失败",
            manager
        );
        let command = match manager {
            "asdf" => "asdf install golang latest && asdf set -u golang latest",
            "mise" => "mise use --global go@latest",
            _ => "goenv install latest && goenv global latest",
        };
        found.add(
            Finding::error(kind::GO_SHIM_UNDECIDED, what)
                .fact("manager", manager)
                .seen(Source::File(program, None), String::new())
                .command(say!("choose one with {manager}", "用 {manager} 选定一个版本", manager), command),
        );
        return Ok(());
    }
    match facts.go() {
        Ok(go) => {
            if go.program.extension().is_some_and(|ending| ending == "exe") && !cfg!(windows) {
                found.add(of_windows(go.program.clone(), Level::Warning));
            }
            let note = Msg::plain(format!("{} · {}", go.version, go.goroot.display()));
            found.note(match facts.origin_of_go().filter(|origin| origin.managed) {
                Some(origin) => note.then(" · ", &chosen(&origin)),
                None => note,
            });
        }
        Err(unknown) => match facts.go_of_windows() {
            Some(program) => found.add(of_windows(program, Level::Error)),
            None => found.add(missing(facts, &unknown.why)),
        },
    }
    Ok(())
}

/// The manager, and the line that chose the version.
fn chosen(origin: &Origin) -> Msg {
    match origin.chosen.as_ref().map(|chosen| &chosen.from) {
        Some(Source::File(path, Some(line))) => {
            origin.name.then(" ", &Msg::plain(format!("({}:{line})", path.display())))
        }
        _ => origin.name.clone(),
    }
}

/// No go on PATH: one that the next shell has, one that lies beside PATH, or none at all.
fn missing(facts: &Facts<'_>, why: &Msg) -> Finding {
    if let Some((program, line)) = facts.go_of_next_shell() {
        let (shown, dir) = (program.display(), program.parent().unwrap_or(&program).display().to_string());
        let what = say!(
            "{why} of this process; new terminals have {shown}",
            "当前进程的 {why}；新开的终端里有 {shown}",
            why,
            shown
        );
        return Finding::error(kind::GO_MISSING, what).seen(line, shown.to_string()).command(
            say!(
                "open a new terminal (restart the IDE), or here:",
                "新开一个终端（重启 IDE），或在这里执行："
            ),
            format!("export PATH=\"$PATH:{dir}\""),
        );
    }
    if let Some(program) = facts.go_off_path() {
        let (shown, dir) = (program.display(), program.parent().unwrap_or(&program).display().to_string());
        let what = say!("{why}, but {shown} is installed", "{why}，但 {shown} 已安装", why, shown);
        return Finding::error(kind::GO_MISSING, what)
            .seen(Source::File(program, None), String::new())
            .command(
                say!("put its directory on PATH, in your start file", "在启动文件里把它的目录加入 PATH"),
                format!("export PATH=\"$PATH:{dir}\""),
            );
    }
    Finding::error(kind::GO_MISSING, why.clone()).advice(say!(
        "install Go from https://golang.google.cn/dl/ and put its bin directory on PATH",
        "从 https://golang.google.cn/dl/ 安装 Go，并把它的 bin 目录加入 PATH"
    ))
}

fn of_windows(program: std::path::PathBuf, level: Level) -> Finding {
    let shown = program.display();
    let what = say!(
        "the go here is that of Windows ({shown}): it builds for Windows and reads the settings and caches of Windows",
        "这里的 go 是 Windows 的（{shown}）：它编译的是 Windows 程序，读的也是 Windows 的设置和缓存",
        shown
    );
    Finding::new(kind::GO_OF_WINDOWS, level, what).seen(Source::File(program, None), String::new()).advice(say!(
        "install Go for Linux inside WSL from https://golang.google.cn/dl/, and put its bin directory before /mnt/c in PATH",
        "在 WSL 里从 https://golang.google.cn/dl/ 安装 Linux 版 Go，并让它的 bin 目录在 PATH 中排在 /mnt/c 前面"
    ))
}

/// The first releases that check what the database answers (go.dev/issue/79070).
const SAFE: [(&str, &str); 2] = [("1.26", "1.26.3"), ("1.25", "1.25.10")];

fn version(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let go = facts.go()?;
    let Some(version) = gover::from_toolchain(&go.version) else { return Ok(()) };
    let at = Source::File(go.goroot.join("VERSION"), Some(1));
    if gover::compare(version, "1.21") == std::cmp::Ordering::Less {
        let what = say!(
            "go {version} is too old for today's modules: it knows no toolchain line, and `go 1.22.0` in a go.mod is an error to it",
            "go {version} 太旧：不认识 toolchain 行，go.mod 里写 `go 1.22.0` 就会报错",
            version
        );
        found.add(
            Finding::warning(kind::GO_TOO_OLD, what).fact("go", version).seen(at, go.version.clone()).advice(
                say!(
                    "install a current Go from https://golang.google.cn/dl/",
                    "从 https://golang.google.cn/dl/ 安装当前版本"
                ),
            ),
        );
        return Ok(());
    }
    let lang = gover::lang(version);
    let floor = SAFE.iter().find(|(series, _)| *series == lang).map_or("1.26.3", |(_, floor)| floor);
    if gover::compare(version, floor) == std::cmp::Ordering::Less && own_proxy(facts) {
        let what = say!(
            "go {version} takes a checksum database answer that leaves the module out for a proof (CVE-2026-42501)",
            "go {version} 会把没有提到该模块的校验库应答当作已验证（CVE-2026-42501）",
            version
        );
        found.add(
            Finding::info(kind::GO_VULNERABLE, what)
                .fact("go", version)
                .seen(at, go.version.clone())
                .advice(say!("update to go {floor} or later", "请升级到 go {floor} 或更高", floor)),
        );
    }
    Ok(())
}

/// Whether downloads come through anybody but the Go project: then the database answers through them, too.
fn own_proxy(facts: &Facts<'_>) -> bool {
    facts.go_env().is_ok_and(|env| !env.value("GOPROXY").starts_with("https://proxy.golang.org"))
}

/// Whether one toolchain's version is above another's, as far as both are known.
fn is_newer(one: Option<&str>, than: Option<&str>) -> bool {
    let (one, than) = (one.and_then(gover::from_toolchain), than.and_then(gover::from_toolchain));
    one.zip(than).is_some_and(|(one, than)| gover::compare(one, than) == std::cmp::Ordering::Greater)
}

fn path(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let gos = facts.gos_on_path();
    if let (Some(first), Some((next, line))) = (gos.first(), facts.go_of_next_shell())
        && !facts.same_file(&first.program, &next)
    {
        let version = facts.version_of_program(&next);
        let older = is_newer(first.version.as_deref(), version.as_deref());
        let (shown, version) = (next.display(), version.unwrap_or_else(|| "?".to_owned()));
        let here = first.version.as_deref().unwrap_or("?");
        let what = say!(
            "in your next shell: {shown} ({version}) is the go that runs, not the {here} of this process",
            "在新开的终端里：运行的是 {shown}（{version}），而不是当前进程的 {here}",
            shown,
            version,
            here
        );
        let level = if older { Level::Warning } else { Level::Info };
        found.add(Finding::new(kind::GO_SHADOWED, level, what).seen(line, shown.to_string()).advice(say!(
            "if that is not meant, change the line, or the order of the directories in it",
            "如果不是有意的，请修改这一行，或调整其中目录的顺序"
        )));
    }
    let Some((first, others)) = gos.split_first() else { return Ok(()) };
    let different: Vec<_> = others.iter().filter(|go| go.real != first.real).collect();
    if different.is_empty() {
        return Ok(());
    }
    let (wins, version) = (first.program.display(), first.version.as_deref().unwrap_or("?"));
    let newer = different.iter().any(|go| is_newer(go.version.as_deref(), first.version.as_deref()));
    let managed = first.origin.as_ref().is_some_and(|origin| origin.managed);
    let level = if newer && !managed { Level::Warning } else { Level::Info };
    let what = match first.origin.as_ref().map(|origin| &origin.name) {
        Some(origin) => say!(
            "several gos on PATH; {wins} ({version}, {origin}) is the one that runs",
            "PATH 上有多个 go，实际运行的是 {wins}（{version}，{origin}）",
            wins,
            version,
            origin
        ),
        None => say!(
            "several gos on PATH; {wins} ({version}) is the one that runs",
            "PATH 上有多个 go，实际运行的是 {wins}（{version}）",
            wins,
            version
        ),
    };
    let mut finding = Finding::new(kind::GO_SHADOWED, level, what);
    for go in &gos {
        let version = go.version.as_deref().unwrap_or("?");
        let seen = match &go.origin {
            Some(origin) => format!("{version} ({})", origin.name.en),
            None => version.to_owned(),
        };
        finding = finding.seen(Source::File(go.program.clone(), None), seen);
        finding.evidence.extend(go.origin.as_ref().and_then(|origin| origin.chosen.clone()));
    }
    found.add(finding.advice(match managed {
        true => say!(
            "its version manager chooses the version: change it there",
            "版本由版本管理器选定：请在那里修改"
        ),
        false => say!(
            "put the directory of the one you want first in PATH, and remove the others",
            "把要用的那个放到 PATH 最前面，并移除其余的"
        ),
    }));
    Ok(())
}

fn goroot(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let own = facts.go().ok();
    for acting in facts.acting("GOROOT")? {
        let dir = std::path::PathBuf::from(&acting.value);
        let Some(version) = facts.goroot_version(&dir) else {
            let shown = dir.display();
            let what = say!(
                "GOROOT is {shown}, which is no Go tree",
                "GOROOT 指向 {shown}，那里不是 Go 的安装目录",
                shown
            );
            found.add(repaired(facts, &acting, kind::GOROOT_WRONG, Level::Error, &what, &Value::Absent));
            continue;
        };
        if let Some(go) = own
            && go.version != version
        {
            let (have, runs) = (&version, &go.version);
            let what = say!(
                "GOROOT holds {have}, but the go on PATH is {runs}: compile errors about versions follow",
                "GOROOT 里是 {have}，而 PATH 上的 go 是 {runs}：编译时会报版本不匹配",
                have,
                runs
            );
            found.add(repaired(facts, &acting, kind::GOROOT_MISMATCH, Level::Error, &what, &Value::Absent));
        }
    }
    Ok(())
}
