//! The project at hand: go.mod and go.work, the Go they ask for, go.sum, vendor, what leaks, what is left of GOPATH days.

mod gomod;
mod gopath;
mod gosum;
pub(super) mod leak;
mod missing;
mod replace;
mod toolchain;
mod vendor;
mod workspace;

use std::path::Path;

use super::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Source, Text};

pub(super) const CHECKS: &[&[Check]] = &[&[
    Check {
        id: CheckId("project.gomod"),
        title: Text { en: "go.mod can be read", zh: "go.mod 能正常读取" },
        why: Text {
            en: "A line that go cannot read stops every go command, `go env` included; most often it is a merge that was not finished.",
            zh: "go.mod 里只要有一行 go 读不懂，所有 go 命令都会停下，连 `go env` 也不例外；最常见的原因是合并冲突没有处理完。",
        },
        judge: gomod::judge,
    },
    Check {
        id: CheckId("project.toolchain"),
        title: Text { en: "Go here is new enough for the project", zh: "本机的 Go 满足项目要求" },
        why: Text {
            en: "A `go` line newer than the installed Go makes go fetch a toolchain, or stop where GOTOOLCHAIN, GOPROXY or the platform do not let it.",
            zh: "go 行比本机的 Go 新时，go 会去下载工具链；如果 GOTOOLCHAIN、GOPROXY 或平台不允许，就会停下。",
        },
        judge: toolchain::judge,
    },
    Check {
        id: CheckId("project.gosum"),
        title: Text {
            en: "go.sum can be read and does not contradict itself",
            zh: "go.sum 能正常读取且没有自相矛盾",
        },
        why: Text {
            en: "Every line is a path, a version and a hash. A conflict marker stops go; of two hashes for one version go believes the first, and stops if that is the wrong one.",
            zh: "每行应是路径、版本、哈希三项。冲突标记会让 go 停下；同一版本有两个哈希时 go 以第一个为准，它若是错的 go 就会报 checksum mismatch。",
        },
        judge: gosum::judge,
    },
    Check {
        id: CheckId("project.sums"),
        title: Text {
            en: "go.sum has every hash a build needs", zh: "go.sum 记录了编译所需的全部哈希"
        },
        why: Text {
            en: "Since Go 1.16 a build does not add to go.sum: it needs the go.mod hash of every requirement and the zip hash of every module that provides an imported package. Other modules may well lack theirs.",
            zh: "Go 1.16 起编译时不再补写 go.sum：每个依赖的 go.mod 哈希、以及提供了被导入包的模块的 zip 哈希都必须在里面。其余模块没有 zip 哈希是正常的。",
        },
        judge: missing::judge,
    },
    Check {
        id: CheckId("project.vendor"),
        title: Text { en: "vendor fits go.mod", zh: "vendor 与 go.mod 一致" },
        why: Text {
            en: "With a vendor directory go builds from it alone, and refuses to where vendor/modules.txt does not list what go.mod requires.",
            zh: "有 vendor 目录时 go 只用它来编译；vendor/modules.txt 与 go.mod 对不上时，go 会拒绝编译。",
        },
        judge: vendor::judge,
    },
    Check {
        id: CheckId("project.replace"),
        title: Text {
            en: "directories that replace modules are there", zh: "replace 指向的目录都存在"
        },
        why: Text {
            en: "`replace … => ../dir` works only where that directory lies beside the project; a fresh clone or a Docker build context often lacks it.",
            zh: "`replace … => ../dir` 只有在目录确实存在时才有效；刚克隆的仓库、Docker 构建上下文里往往没有它。",
        },
        judge: replace::judge,
    },
    Check {
        id: CheckId("project.workspace"),
        title: Text { en: "go.work uses what is there", zh: "go.work 列出的模块都在" },
        why: Text {
            en: "A go.work in any directory above counts. One missing directory stops every go command, and a module that it does not list cannot be built inside it.",
            zh: "上级任何目录里的 go.work 都会生效。其中一个目录不存在，所有 go 命令都会停下；没有列入的模块在它下面也无法编译。",
        },
        judge: workspace::judge,
    },
    Check {
        id: CheckId("project.leak"),
        title: Text {
            en: "private modules are not asked of the public", zh: "私有模块不会发往公共服务"
        },
        why: Text {
            en: "A required module on a private host that no pattern covers is asked of the public proxy and looked up in the public checksum database: its name leaks, and go refuses it.",
            zh: "依赖的私有模块如果没有被规则覆盖，就会去问公共代理、查公共校验库：名字泄露出去，go 还会拒绝它。",
        },
        judge: leak::judge,
    },
    Check {
        id: CheckId("project.gopath"),
        title: Text { en: "the project is a module", zh: "项目已经是 Go 模块" },
        why: Text {
            en: "dep, glide, govendor and GOPATH itself are past: go needs a go.mod, and since Go 1.22 `go mod init` takes over no versions from them.",
            zh: "dep、glide、govendor 和 GOPATH 方式都已成为历史：go 需要 go.mod，而 Go 1.22 起 `go mod init` 不再从它们那里继承版本。",
        },
        judge: gopath::judge,
    },
]];

/// A place in a file; line 0 stands for the file itself.
fn at(path: &Path, line: u32) -> Source {
    Source::File(path.to_path_buf(), (line > 0).then_some(line))
}

/// A path as a reader of the project would write it.
fn relative(facts: &Facts<'_>, path: &Path) -> String {
    let root = facts.project().map(|project| project.root.clone()).unwrap_or_default();
    path.strip_prefix(&root).unwrap_or(path).display().to_string()
}
