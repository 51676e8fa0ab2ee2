//! git itself and whether its configuration can be read at all.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, Text, kind};
use crate::say;
use crate::text::shellword::shell_word;

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
            let level = if facts.needs_git() { Level::Error } else { Level::Warning };
            let finding = match facts.has_git() {
                true => Finding::new(kind::GIT_NO_ANSWER, level, unknown.why).advice(say!(
                    "run `git --version` by hand; a wrapper or an antivirus program may be in between",
                    "手工运行 `git --version` 试试；中间可能有包装脚本或杀毒软件"
                )),
                false => Finding::new(kind::VCS_TOOL_MISSING, level, unknown.why).advice(say!(
                    "install git (apt-get install git, dnf install git)",
                    "安装 git（apt-get install git 或 dnf install git）"
                )),
            };
            found.add(finding.fact("vcs", "git"));
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
    for file in facts.git_files().files {
        let Err(unread) = &file.read else { continue };
        let (path, why) = (file.path.display(), &unread.why);
        let what = match (&file.condition, unread.hangs) {
            (_, true) => say!(
                "{path} is no regular file: every git command waits for it without end",
                "{path} 不是普通文件：所有 git 命令都会一直等下去",
                path
            ),
            (Some(_), _) => say!(
                "git cannot read {path}: {why}; every git command stops where the condition of its include holds",
                "git 无法读取 {path}：{why}；include 条件成立的地方，所有 git 命令都会停下",
                path,
                why
            ),
            _ => say!(
                "git cannot read {path}: {why}; every git command stops",
                "git 无法读取 {path}：{why}；所有 git 命令都会停下",
                path,
                why
            ),
        };
        let level = if file.condition.is_some() { Level::Warning } else { Level::Error };
        let seen = unread.line.map_or(String::new(), |line| facts.raw_line(&file.path, line));
        let finding = Finding::new(kind::GITCONFIG_SYNTAX_ERROR, level, what)
            .fact("file", file.path.display().to_string())
            .fact("line", unread.line.map_or(String::new(), |line| line.to_string()))
            .seen(Source::File(file.path.clone(), unread.line), seen);
        found.add(match (unread.line, facts.is_own_file(&file.path)) {
            (None, true) => finding.advice(say!(
                "make it a regular file that you may read (0644)",
                "把它变成你自己可读的普通文件（0644）"
            )),
            (None, false) => finding.command(
                say!(
                    "it is not yours: its owner lets you read it, or HOME is the wrong one",
                    "它不是你的文件：请属主放开读取权限，或者是 HOME 设错了"
                ),
                format!("ls -ld {}", shell_word(&file.path.display().to_string())),
            ),
            (Some(_), true) => finding.advice(say!("correct that line by hand", "请手工改正这一行")),
            (Some(_), false) => finding.command(
                say!(
                    "that file belongs to the system; its administrator corrects the line",
                    "这是系统文件，需要管理员改正这一行"
                ),
                format!("sudoedit {}", shell_word(&file.path.display().to_string())),
            ),
        });
    }
    match found.list.is_empty() && facts.git().is_ok() {
        true => super::values::judge(facts, found),
        false => Ok(()),
    }
}
