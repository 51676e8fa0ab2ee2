//! What git trusts and whom it asks: certificates, helpers, other people's repositories.

use super::{others, shown, take_away};
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::Scope;
use crate::facts::git::GitEntry;
use crate::model::{Finding, Findings, Known, Level, Source, Text, kind};
use crate::say;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("git.sslverify"),
        title: Text { en: "git verifies certificates", zh: "git 会校验证书" },
        why: Text {
            en: "With verification off anybody in between reads and changes what git fetches, tokens included. go's own requests verify all the same, so it does not even help.",
            zh: "关闭校验后，中间人可以读取和篡改 git 的一切内容，包括令牌。而且 go 自己的请求照样校验，关了也没用。",
        },
        judge: sslverify,
    },
    Check {
        id: CheckId("git.sslcainfo"),
        title: Text { en: "git's authority files exist", zh: "git 的 CA 文件存在" },
        why: Text {
            en: "http.sslCAInfo that names a missing file fails every https fetch.",
            zh: "http.sslCAInfo 指向不存在的文件，所有 https 拉取都会失败。",
        },
        judge: sslcainfo,
    },
    Check {
        id: CheckId("git.helper"),
        title: Text { en: "git's credential helpers exist", zh: "git 的凭据助手可用" },
        why: Text {
            en: "A helper that is not installed gives no login; under go that ends in `terminal prompts disabled`.",
            zh: "凭据助手没有安装就取不到登录信息，在 go 里表现为 `terminal prompts disabled`。",
        },
        judge: helper,
    },
    Check {
        id: CheckId("git.safe"),
        title: Text { en: "safe.directory is not a wildcard", zh: "safe.directory 没有用通配符" },
        why: Text {
            en: "safe.directory=* lets a repository that another user planted run hooks as you.",
            zh: "safe.directory=* 会让别的用户放置的仓库以你的身份执行钩子。",
        },
        judge: safe,
    },
];

fn sslverify(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    if let Some(value) = facts.var("GIT_SSL_NO_VERIFY") {
        let what = say!(
            "GIT_SSL_NO_VERIFY is set: git verifies no certificate",
            "设置了 GIT_SSL_NO_VERIFY：git 不校验任何证书"
        );
        found.add(
            Finding::error(kind::SSLVERIFY_DISABLED, what)
                .seen(Source::Env("GIT_SSL_NO_VERIFY".into()), value)
                .command(
                    say!(
                        "unset it, and install the authority's certificate instead",
                        "去掉它，改为安装 CA 证书"
                    ),
                    "unset GIT_SSL_NO_VERIFY",
                ),
        );
    }
    let view = facts.git_view()?;
    for (at, entry) in
        view.entries.iter().enumerate().filter(|(_, e)| e.is("http", "sslverify") && !e.truthy())
    {
        let name = shown(entry);
        // The last of equal keys counts: a later `true` leaves this one without effect.
        let same = |later: &&GitEntry| later.is("http", "sslverify") && later.subsection == entry.subsection;
        let undone = view.entries[at + 1..].iter().rfind(same).is_some_and(GitEntry::truthy);
        let level = match (undone, &entry.subsection) {
            (true, _) => Level::Info,
            (false, None) => Level::Error,
            (false, Some(_)) => Level::Warning,
        };
        let what = say!(
            "{name} is off: anybody in between can read and change what git fetches",
            "{name} 已关闭：中间人可以读取和篡改 git 的内容",
            name
        );
        let finding = Finding::new(kind::SSLVERIFY_DISABLED, level, what)
            .fact("key", name.en.clone())
            .seen(entry.at.clone(), format!("{} = {}", name.en, entry.value.clone().unwrap_or_default()));
        found.add(take_away(facts, entry, Vec::new(), finding));
    }
    Ok(())
}

fn sslcainfo(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for acting in facts.acting_variable("GIT_SSL_CAINFO") {
        let value = &acting.value;
        if value.is_empty() || facts.file_exists(&facts.git_path(value)) || acting.scope == Scope::OtherShell
        {
            continue;
        }
        let what = say!(
            "GIT_SSL_CAINFO names {value}, which is not there: git fails every https fetch",
            "GIT_SSL_CAINFO 指向 {value}，但文件不存在：git 的 https 拉取都会失败",
            value
        );
        let now = matches!(acting.scope, Scope::Now(_));
        let finding =
            Finding::new(kind::SSLCAINFO_MISSING, if now { Level::Error } else { Level::Warning }, what);
        let places = acting.places.iter();
        let finding =
            places.fold(finding, |f, place| f.seen(place.clone(), format!("GIT_SSL_CAINFO={value}")));
        found.add(finding.command(
            say!("take the variable away, or correct the path", "去掉该变量，或改正路径"),
            "unset GIT_SSL_CAINFO",
        ));
    }
    for entry in facts.git_view()?.named("http", "sslcainfo") {
        let Some(value) = entry.value.as_deref().filter(|value| !value.is_empty()) else { continue };
        let path = facts.git_path(value);
        if facts.file_exists(&path) {
            continue;
        }
        let (name, file) = (shown(entry), path.display());
        let what =
            say!("{name} names {file}, which is not there", "{name} 指向 {file}，但文件不存在", name, file);
        let finding = Finding::error(kind::SSLCAINFO_MISSING, what)
            .fact("file", path.display().to_string())
            .seen(entry.at.clone(), format!("{} = {value}", name.en));
        found.add(take_away(facts, entry, Vec::new(), finding));
    }
    Ok(())
}

fn helper(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for entry in facts.git_view()?.named("credential", "helper") {
        let Some(value) = entry.value.as_deref().filter(|value| !value.trim().is_empty()) else { continue };
        if facts.has_credential_helper(value) {
            continue;
        }
        let (name, helper) = (shown(entry), value.split_whitespace().next().unwrap_or(value));
        let what = say!(
            "{name}: there is no helper `{helper}` here",
            "{name}：本机没有 `{helper}` 这个凭据助手",
            name,
            helper
        );
        let finding = Finding::warning(kind::CREDENTIAL_HELPER_MISSING, what)
            .fact("helper", helper)
            .seen(entry.at.clone(), format!("{} = {value}", name.en));
        let rest = others(facts, entry);
        found.add(take_away(facts, entry, rest, finding));
    }
    reset(facts, found)
}

/// An empty `credential.helper` takes back those before it; as the last word it leaves git with none.
fn reset(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let view = facts.git_view()?;
    let general: Vec<&GitEntry> = view
        .named("credential", "helper")
        .filter(|entry| entry.subsection.is_none() && !matches!(entry.scope.as_str(), "local" | "worktree"))
        .collect();
    let empty = |entry: &&GitEntry| entry.value.as_deref().is_none_or(|value| value.trim().is_empty());
    let (Some(last), Some(before)) =
        (general.last().filter(|e| empty(e)), general.iter().rfind(|e| !empty(e)))
    else {
        return Ok(());
    };
    let helper = before.value.clone().unwrap_or_default();
    let what = say!(
        "an empty credential.helper takes `{helper}` back: git has no helper left",
        "空的 credential.helper 取消了前面的 `{helper}`：git 没有凭据助手可用",
        helper
    );
    found.add(
        Finding::warning(kind::GIT_SETTING_SHADOWED, what)
            .fact("helper", helper.clone())
            .seen(last.at.clone(), "credential.helper =")
            .seen(before.at.clone(), format!("credential.helper = {helper}"))
            .advice(say!(
                "take the empty line out, or name the helper after it",
                "去掉这个空行，或在它后面再写一次助手"
            )),
    );
    Ok(())
}

fn safe(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let wild = |entry: &&GitEntry| entry.value.as_deref() == Some("*");
    for entry in facts.git_view()?.named("safe", "directory").filter(wild) {
        let what = say!(
            "safe.directory=*: git trusts repositories of every user on this machine",
            "safe.directory=*：git 会信任本机所有用户的仓库"
        );
        let finding = Finding::warning(kind::SAFE_DIRECTORY_WILDCARD, what)
            .seen(entry.at.clone(), "safe.directory = *");
        let rest = others(facts, entry);
        found.add(take_away(facts, entry, rest, finding));
    }
    Ok(())
}
