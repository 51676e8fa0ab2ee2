//! go.mod and go.work as go reads them: its own words, and the place.

use std::path::Path;

use super::at;
use crate::facts::Facts;
use crate::facts::project::Main;
use crate::model::{Finding, Findings, Known, Msg, kind};
use crate::say;
use crate::text::gomod::Error;

/// How many of go's errors are shown; the first one stops it.
const SHOWN: usize = 5;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let project = facts.project()?;
    if let Some(work) = &project.workspace
        && let Err(errors) = &work.file
        && !facts.is_absent(&work.path)
    {
        found.add(unread(&work.path, errors, &[]));
    }
    for main in &project.mains {
        judge_one(main, found);
    }
    let module = |main: &Main| Some(main.file.as_ref().ok()?.module.as_ref()?.path.clone());
    let modules: Vec<String> = project.mains.iter().filter_map(module).collect();
    found.note(match (&project.workspace, modules.as_slice()) {
        (Some(_), modules) => {
            let count = Msg::counted(modules.len(), "module", "modules");
            say!("go.work, {count}", "go.work，{count} 个模块", count)
        }
        (None, modules) => Msg::plain(modules.concat()),
    });
    Ok(())
}

fn judge_one(main: &Main, found: &mut Findings) {
    let file = match &main.file {
        Err(errors) => return found.add(unread(&main.gomod, errors, &main.bytes)),
        Ok(file) => file,
    };
    if file.module.is_none() {
        let what = say!("go.mod declares no module", "go.mod 里没有 module 声明");
        let finding = Finding::error(kind::GOMOD_MALFORMED, what)
            .seen(at(&main.gomod, 0), "missing module declaration");
        found.add(
            finding.command(
                say!("give it the module's path", "补上模块路径"),
                "go mod edit -module=MODULE/PATH",
            ),
        );
    }
    for (line, module) in &file.unresolved {
        let (path, version) = (&module.path, &module.version);
        let what = say!(
            "{path} {version} is no version: go has to look up what it means, and changes go.mod",
            "{path} 的 {version} 不是版本号：go 要联网查它指什么，并改写 go.mod",
            path,
            version
        );
        let finding = Finding::warning(kind::GOMOD_NEEDS_UPDATE, what)
            .fact("module", path.clone())
            .fact("version", version.clone())
            .seen(at(&main.gomod, *line), format!("{path} {version}"));
        found.add(finding.command(
            say!("writes the version it stands for into go.mod", "把它对应的版本写进 go.mod"),
            format!("go get {path}@{version}"),
        ));
    }
}

fn unread(path: &Path, errors: &[Error], bytes: &[u8]) -> Finding {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let merge = merge_marker(bytes);
    let line = merge.unwrap_or(errors.first().map_or(0, |error| error.line));
    let (what, advice) = if line == 0 {
        (
            say!("{name} cannot be read", "读不了 {name}", name),
            say!("it has to be a readable regular file", "它必须是一个可读的普通文件"),
        )
    } else if merge.is_some() {
        (
            say!("{name} holds an unfinished merge", "{name} 里有没合并完的冲突标记", name),
            say!(
                "resolve the conflict (of two versions of a requirement, keep the higher), then go mod tidy",
                "处理冲突（同一依赖两边版本不同时保留较高的），再执行 go mod tidy"
            ),
        )
    } else if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0xef, 0xbb, 0xbf, ..]) {
        (
            say!("{name} begins with a byte order mark", "{name} 开头有 BOM", name),
            say!("save it as UTF-8 without BOM", "请另存为不带 BOM 的 UTF-8"),
        )
    } else {
        (
            say!("{name} has a line that go cannot read", "{name} 有一行 go 读不懂", name),
            say!("repair that line", "请改好这一行"),
        )
    };
    let words = |error: &Error| if error.line == 0 { error.words.clone() } else { error.to_string() };
    let seen: Vec<String> = errors.iter().take(SHOWN).map(words).collect();
    Finding::error(kind::GOMOD_MALFORMED, what).seen(at(path, line), seen.join("\n")).advice(advice)
}

/// The line of the first conflict marker.
fn merge_marker(bytes: &[u8]) -> Option<u32> {
    let marks = [&b"<<<<<<< "[..], b">>>>>>> "];
    let is_marker = |line: &[u8]| marks.iter().any(|mark| line.starts_with(mark));
    let at = bytes.split(|b| *b == b'\n').position(is_marker)?;
    u32::try_from(at + 1).ok()
}
