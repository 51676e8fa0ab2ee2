//! git itself and whether its configuration can be read at all.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, Text, kind};
use crate::say;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("git.installed"),
        title: Text { en: "git is installed and recent enough", zh: "已安装足够新的 git" },
        why: Text {
            en: "go runs git for every module that comes from its origin: private ones, and public ones after `direct`. Go 1.26 wants git 2.24 or later.",
            zh: "凡是直连源站的模块（私有模块，以及 `direct` 之后的公共模块），go 都要调用 git。Go 1.26 需要 git 2.24 以上。",
        },
        judge: installed,
    },
    Check {
        id: CheckId("git.config"),
        title: Text { en: "git can read its configuration", zh: "git 配置文件能够解析" },
        why: Text {
            en: "One malformed line in a gitconfig stops every git command, and with it every direct fetch of go.",
            zh: "gitconfig 里只要有一行语法错误，所有 git 命令都会停下，go 的直连拉取也一样。",
        },
        judge: config,
    },
];

/// `--end-of-options`, which go 1.26 passes, came with git 2.24.
const OLDEST: (u32, u32) = (2, 24);

fn installed(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let git = match facts.git() {
        Ok(git) => git,
        Err(unknown) => {
            let needed = facts.needs_git();
            let level = if needed { Level::Error } else { Level::Warning };
            found.add(Finding::new(kind::VCS_TOOL_MISSING, level, unknown.why).fact("vcs", "git").advice(
                say!(
                    "install git (apt-get install git, dnf install git)",
                    "安装 git（apt-get install git 或 dnf install git）"
                ),
            ));
            return Ok(());
        }
    };
    found.note(Msg::plain(format!("git {} · {}", git.version, git.program.display())));
    let mut numbers = git.version.split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version < OLDEST {
        let have = &git.version;
        let what = say!(
            "git {have} does not know --end-of-options, which go 1.26 and later pass",
            "git {have} 不认识 --end-of-options，而 go 1.26 起会用到它",
            have
        );
        found.add(
            Finding::warning(kind::GIT_TOO_OLD, what)
                .fact("version", have.clone())
                .seen(Source::File(git.program.clone(), None), format!("git version {have}"))
                .advice(say!("update git to 2.24 or later", "把 git 升级到 2.24 以上")),
        );
    }
    Ok(())
}

fn config(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for broken in facts.broken_gitconfigs() {
        let (path, why) = (broken.path.display(), &broken.why);
        let what = say!(
            "git cannot read {path}: {why}; every git command stops",
            "git 读不懂 {path}：{why}；所有 git 命令都会停下",
            path,
            why
        );
        let seen = broken.line.map_or(String::new(), |line| facts.raw_line(&broken.path, line));
        found.add(
            Finding::error(kind::GITCONFIG_SYNTAX_ERROR, what)
                .fact("file", broken.path.display().to_string())
                .fact("line", broken.line.map_or(String::new(), |line| line.to_string()))
                .seen(Source::File(broken.path.clone(), broken.line), seen)
                .advice(say!("correct that line by hand", "请手工改正这一行")),
        );
    }
    if found.list.is_empty() && facts.git().is_ok() {
        facts.git_view()?;
    }
    Ok(())
}
