//! What is left of the days before modules, and the next step out of them.

use super::at;
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Level, kind};
use crate::say;

/// The files of the tools before modules, and the tool.
const LEFTOVERS: [(&str, &str); 8] = [
    ("Gopkg.toml", "dep"),
    ("Gopkg.lock", "dep"),
    ("glide.yaml", "glide"),
    ("glide.lock", "glide"),
    ("vendor/vendor.json", "govendor"),
    ("Godeps/Godeps.json", "godep"),
    ("vendor.conf", "vndr"),
    ("vendor/manifest", "gvt"),
];

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let project = facts.project();
    let root = match &project {
        Ok(project) => project.root.clone(),
        Err(_) => facts.outside_modules(&LEFTOVERS.map(|(file, _)| file)),
    };
    let left = LEFTOVERS.into_iter().find(|(file, _)| facts.file_exists(&root.join(file)));
    if project.is_ok() {
        if let Some((file, tool)) = left {
            let what = say!(
                "{file} is left of {tool}; go does not read it",
                "{file} 是 {tool} 留下的，go 不会读它",
                file,
                tool
            );
            let finding =
                Finding::new(kind::GOPATH_LEFTOVER, Level::Info, what).seen(at(&root.join(file), 0), tool);
            found.add(
                finding
                    .advice(say!("remove it when nothing else needs it", "确认没有别的工具使用后可以删除")),
            );
        }
        return Ok(());
    }
    let below = facts.below_gopath(&root);
    let (finding, path) = match (left, &below) {
        (Some((file, tool)), below) => {
            let what = say!(
                "the project is one of {tool} ({file}) and has no go.mod: go does not build it",
                "这是 {tool} 的项目（{file}），没有 go.mod：go 无法编译",
                tool,
                file
            );
            (Finding::error(kind::GOMOD_MISSING, what).seen(at(&root.join(file), 0), tool), below.clone())
        }
        (None, Some(path)) if facts.holds_source(&root) => {
            let what = say!(
                "the project lies in GOPATH and has no go.mod: go does not build it",
                "项目放在 GOPATH 里且没有 go.mod：go 无法编译"
            );
            (Finding::error(kind::GOMOD_MISSING, what).seen(at(&root, 0), path.clone()), Some(path.clone()))
        }
        _ => return project.map(|_| ()),
    };
    let path = path.unwrap_or_else(|| "MODULE/PATH".to_owned());
    let dir = root.display();
    // Go 1.22 took the reading of other tools' files out of `go mod init`.
    let command = match left {
        Some((file, _)) if facts.open_network() && file != "vendor.conf" => {
            format!("cd {dir} && GOTOOLCHAIN=go1.21.13 go mod init {path} && go mod tidy")
        }
        _ => format!("cd {dir} && go mod init {path} && go mod tidy"),
    };
    found.add(finding.command(
        say!(
            "make it a module (Go 1.21 still takes the versions over from dep, glide and their like; later ones do not)",
            "把它改造成模块（Go 1.21 还能从 dep、glide 等继承版本，更新的 Go 不行）"
        ),
        command,
    ));
    Ok(())
}
