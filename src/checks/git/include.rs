//! What a gitconfig includes: files that are not there, circles, and conditions that go's own clones never meet.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::gitfiles::GitInclude;
use crate::model::{Finding, Findings, Known, Level, Source, Text, kind};
use crate::say;
use crate::text::gitcfg::GitConfig;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("git.include"),
        title: Text { en: "what the gitconfig includes is read", zh: "gitconfig 的 include 都能读到" },
        why: Text {
            en: "git passes over an include of a missing file without a word, and gives up at files that include each other.",
            zh: "include 的文件不存在时 git 不会提示，设置悄悄失效；文件互相 include 时 git 会直接报错退出。",
        },
        judge: include,
    },
    Check {
        id: CheckId("git.condition"),
        title: Text {
            en: "no rule for private code stands under a condition",
            zh: "私有代码的规则不依赖 includeIf 条件",
        },
        why: Text {
            en: "go fetches in clones of its own below GOMODCACHE. What a gitconfig includes under `gitdir:~/work/` holds in ~/work and not there: git clone works, go does not.",
            zh: "go 在 GOMODCACHE 下自己的克隆里拉取代码。`includeIf \"gitdir:~/work/\"` 的设置只在 ~/work 里生效，在那里不生效：git clone 正常，go 却失败。",
        },
        judge: condition,
    },
];

fn include(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let files = facts.git_files();
    if let Some(circle) = &files.circle {
        let written = &circle.written;
        let what = say!(
            "the gitconfig includes itself through {written}: every git command stops",
            "gitconfig 通过 {written} 把自己又 include 了进来：所有 git 命令都会停下",
            written
        );
        found.add(
            Finding::error(kind::GIT_CONFIG_BROKEN, what)
                .seen(circle.at.clone(), seen(circle))
                .advice(say!("take that include out", "去掉这条 include")),
        );
    }
    for missing in &files.missing {
        let written = &missing.written;
        let what = say!(
            "the gitconfig includes {written}, which is not there; git passes over it silently",
            "gitconfig include 了 {written}，但文件不存在，git 会悄悄跳过",
            written
        );
        // Many keep such a line for machines that have the file.
        found.add(
            Finding::info(kind::GIT_INCLUDE_MISSING, what)
                .seen(missing.at.clone(), seen(missing))
                .advice(say!("put the file there, or take the line out", "放上该文件，或去掉这一行")),
        );
    }
    Ok(())
}

fn seen(include: &GitInclude) -> String {
    match &include.condition {
        Some(condition) => format!("includeIf.{condition}.path = {}", include.written),
        None => format!("include.path = {}", include.written),
    }
}

fn condition(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let files = facts.git_files();
    let mut told: Vec<Source> = Vec::new();
    for file in files.files.iter().filter(|file| !file.local) {
        let (Some(by), Ok(config)) = (&file.condition, &file.read) else { continue };
        let Some(key) = how_git_connects(config) else { continue };
        if facts.holds_for_go(by) != Some(false) || told.contains(&by.at) {
            continue;
        }
        told.push(by.at.clone());
        let condition = by.condition.as_deref().unwrap_or("");
        let path = file.path.display();
        let what = say!(
            "{key} in {path} holds only under `{condition}`: go's own clones are elsewhere and do not see it",
            "{path} 里的 {key} 只在 `{condition}` 条件下生效：go 自己的克隆不在那里，看不到它",
            key,
            path,
            condition
        );
        let level = if facts.private_hosts().is_empty() { Level::Info } else { Level::Warning };
        found.add(
            Finding::new(kind::GIT_INCLUDE_CONDITIONAL, level, what)
                .fact("key", key.clone())
                .seen(by.at.clone(), seen(by))
                .seen(Source::File(file.path.clone(), None), key.clone())
                .advice(say!(
                    "move the url, credential, http and ssh settings into the gitconfig itself (they name their host anyway); name and e-mail may stay under the condition",
                    "把 url、credential、http、ssh 相关的设置移到 gitconfig 本身（它们本来就写明了主机）；姓名和邮箱可以留在条件里"
                )),
        );
    }
    Ok(())
}

/// The first setting that changes how git gets to a host.
fn how_git_connects(config: &GitConfig) -> Option<String> {
    let connects = |entry: &crate::text::gitcfg::Entry<'_>| {
        matches!(
            (entry.section, entry.name),
            ("url", "insteadof") | ("credential" | "http", _) | ("core", "sshcommand" | "askpass")
        )
    };
    let entry = config.entries().find(connects)?;
    let name = crate::model::secret::mask_userinfo(&entry.canonical());
    Some(name)
}
