//! Logins that git keeps in plain text: `credential.helper = store`, and the file it writes.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::git::GitEntry;
use crate::model::{Finding, Findings, Known, Source, Step, Text, kind};
use crate::say;
use crate::text::shellword::shell_word;

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("git.store"),
    title: Text { en: "git keeps no password in plain text", zh: "git 没有明文保存密码" },
    why: Text {
        en: "`credential.helper = store` writes every password and token that git learns into ~/.git-credentials as it is: backups, other programs of this account and whoever gets the disk can read them.",
        zh: "`credential.helper = store` 会把 git 得到的每个密码和令牌原样写进 ~/.git-credentials：备份、本账户的其他程序、拿到硬盘的人都能读到。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let view = facts.git_view()?;
    let helpers: Vec<&GitEntry> = view.named("credential", "helper").collect();
    // An empty value takes all before it back, those for one URL included (`credential.c:credential_config_callback`).
    let empty = |e: &&GitEntry| {
        e.subsection.is_none() && e.value.as_deref().is_none_or(|value| value.trim().is_empty())
    };
    let from = helpers.iter().rposition(empty).map_or(0, |at| at + 1);
    for entry in &helpers[from..] {
        let Some(value) = entry.value.as_deref().filter(|value| is_store(value)) else { continue };
        // What an administrator chose for a whole machine (a CI image, most often) is not this user's to change.
        let Source::File(path, _) = &entry.at else { continue };
        if !facts.is_own_file(path) {
            continue;
        }
        let kept = facts.stored_credentials(value);
        found.add(plain(facts, entry, value, &kept));
        for file in kept {
            too_open(facts, &file, found);
        }
    }
    Ok(())
}

/// `store`, `store --file …`, git's own program by path, or either through a shell.
fn is_store(value: &str) -> bool {
    let mut words = value.trim_start_matches('!').split_whitespace();
    let first = match (value.starts_with('!'), words.next()) {
        (true, Some("git")) => words.next(),
        (_, first) => first,
    };
    let name = first.map(|word| word.rsplit('/').next().unwrap_or(word));
    match value.starts_with(['!', '/', '~']) {
        true => matches!(name, Some("git-credential-store" | "credential-store")),
        false => first == Some("store"),
    }
}

fn plain(facts: &Facts<'_>, entry: &GitEntry, value: &str, kept: &[std::path::PathBuf]) -> Finding {
    let (name, file) = (super::shown(entry), facts.credential_store(value).display().to_string());
    let what = match kept.is_empty() {
        false => say!(
            "{name} = store: git's passwords stand in plain text in {file}",
            "{name} = store：git 的密码以明文存放在 {file}",
            name,
            file
        ),
        true => say!(
            "{name} = store: git will write the next password in plain text into {file}",
            "{name} = store：git 会把下一个密码以明文写入 {file}",
            name,
            file
        ),
    };
    let mut finding = Finding::warning(kind::CREDENTIAL_STORE_PLAINTEXT, what)
        .fact("helper", value)
        .fact("file", file.clone())
        .seen(entry.at.clone(), format!("{} = {value}", name.en));
    for file in kept {
        finding = finding.seen(Source::File(file.clone(), None), String::new());
    }
    let Source::File(path, _) = &entry.at else { return finding };
    let instead = facts.safe_credential_helper();
    let memory = instead.starts_with("cache");
    let say = match (memory, kept.is_empty()) {
        (true, true) => say!(
            "keeps them in memory for eight hours instead; where nobody can log in again (CI, servers), use an ssh key",
            "改为只在内存中保存八小时；没有人能重新登录的地方（CI、服务器）请改用 ssh 密钥"
        ),
        (true, false) => say!(
            "keeps them in memory for eight hours instead (where nobody can log in again, use an ssh key); log in once more, then delete {file}",
            "改为只在内存中保存八小时（没有人能重新登录的地方请改用 ssh 密钥）；重新登录一次后删除 {file}",
            file
        ),
        (false, true) => {
            say!("keeps them in the system's own keychain instead", "改为存放在系统自带的钥匙串里")
        }
        (false, false) => say!(
            "keeps them in the system's own keychain instead; log in once more, then delete {file}",
            "改为存放在系统自带的钥匙串里；重新登录一次后删除 {file}",
            file
        ),
    };
    let (path, key) = (path.display().to_string(), super::key(entry).to_string());
    let command = format!(
        "git config --file {} --replace-all {} {} {}",
        shell_word(&path),
        shell_word(&key),
        shell_word(instead),
        shell_word(&super::regex_quoted(value)),
    );
    finding.command(say, command)
}

/// git makes the file 0600; a copy or a restored backup may be wider.
fn too_open(facts: &Facts<'_>, file: &std::path::Path, found: &mut Findings) {
    let Some(mode) = facts.mode_open_to_others(file) else { return };
    let shown = file.display();
    let what = say!(
        "{shown} can be read by others (mode {mode}); its passwords are in plain text",
        "{shown} 可以被他人读取（权限 {mode}），而里面的密码是明文",
        shown,
        mode
    );
    let say = say!("sets mode 0600 on {shown}", "把 {shown} 的权限改为 0600", shown);
    let finding = Finding::warning(kind::GIT_CREDENTIALS_TOO_OPEN, what)
        .fact("mode", mode.clone())
        .seen(Source::File(file.to_path_buf(), None), format!("mode {mode}"));
    found.add(match facts.is_own_file(file) {
        true => finding.remedy(say, vec![Step::Chmod { path: file.to_path_buf(), mode: 0o600 }]),
        false => finding.command(say, format!("sudo chmod 600 {}", shell_word(&file.display().to_string()))),
    });
}

#[cfg(test)]
mod tests {
    #[test]
    fn ways_to_write_the_store() {
        for (value, store) in [
            ("store", true),
            ("store --file ~/.my-credentials", true),
            ("!git credential-store", true),
            ("!/usr/lib/git-core/git-credential-store --file x", true),
            ("/usr/lib/git-core/git-credential-store", true),
            ("cache --timeout=3600", false),
            ("!f() { echo store; }; f", false),
            ("restore", false),
            ("/opt/store", false),
            ("", false),
        ] {
            assert_eq!(super::is_store(value), store, "{value}");
        }
    }
}
