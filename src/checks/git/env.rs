//! The variables that give git its configuration: `GIT_CONFIG_*` that name nothing, or that git gives up at.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::Scope;
use crate::model::{Finding, Findings, Known, Level, Source, Text, kind};
use crate::say;

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("git.env"),
    title: Text { en: "the variables of git are sound", zh: "git 的环境变量有效" },
    why: Text {
        en: "GIT_CONFIG_COUNT with a key missing stops every git command; GIT_CONFIG_GLOBAL that names a missing file makes git ignore ~/.gitconfig, insteadOf and helpers included, without a word.",
        zh: "GIT_CONFIG_COUNT 缺了对应的键，所有 git 命令都会停下；GIT_CONFIG_GLOBAL 指向不存在的文件，git 就不读 ~/.gitconfig（包括 insteadOf 和凭据助手），而且没有任何提示。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    counted(facts, found);
    for (name, usual) in [("GIT_CONFIG_GLOBAL", "~/.gitconfig"), ("GIT_CONFIG_SYSTEM", "/etc/gitconfig")] {
        elsewhere(facts, name, usual, found);
    }
    program(facts, found)
}

/// `config.c:git_config_from_parameters`: a number, and a key and a value for each.
fn counted(facts: &Facts<'_>, found: &mut Findings) {
    let Some(count) = facts.var("GIT_CONFIG_COUNT") else { return };
    let broken = match count.parse::<u32>() {
        Err(_) => Some(("GIT_CONFIG_COUNT".to_owned(), say!("it is no number", "它不是数字"))),
        Ok(count) => (0..count.min(1000)).find_map(|at| {
            let (key, value) = (format!("GIT_CONFIG_KEY_{at}"), format!("GIT_CONFIG_VALUE_{at}"));
            let Some(written) = facts.var(&key) else {
                return Some((key.clone(), say!("{key} is missing", "缺少 {key}", key)));
            };
            if !written.contains('.') {
                return Some((key, say!("`{written}` has no section", "`{written}` 没有小节名", written)));
            }
            (!facts.has_var(&value))
                .then(|| (value.clone(), say!("{value} is missing", "缺少 {value}", value)))
        }),
    };
    let Some((name, why)) = broken else { return };
    let what = say!(
        "GIT_CONFIG_COUNT={count}, but {why}: every git command stops",
        "GIT_CONFIG_COUNT={count}，但{why}：所有 git 命令都会停下",
        count,
        why
    );
    found.add(
        Finding::error(kind::GIT_CONFIG_BROKEN, what)
            .fact("variable", name)
            .seen(Source::Env("GIT_CONFIG_COUNT".into()), count)
            .command(say!("take the variables away", "去掉这些变量"), "unset GIT_CONFIG_COUNT"),
    );
}

/// A configuration file of another name that is not there.
fn elsewhere(facts: &Facts<'_>, name: &str, usual: &str, found: &mut Findings) {
    for acting in facts.acting_variable(name) {
        let value = &acting.value;
        if acting.scope == Scope::OtherShell || facts.exists(value) || value == "/dev/null" {
            continue;
        }
        // What is ignored matters where there is something.
        let usually = if usual.starts_with('/') { facts.system_file(usual) } else { facts.git_path(usual) };
        let ignored = facts.file_exists(&usually);
        let level = if ignored { Level::Warning } else { Level::Info };
        let what = say!(
            "{name} names {value}, which does not exist: git does not read {usual} either",
            "{name} 指向 {value}，但它不存在：git 也不会再读 {usual}",
            name,
            value,
            usual
        );
        let finding = Finding::new(kind::GIT_CONFIG_IGNORED, level, what);
        let finding =
            acting.places.iter().fold(finding, |f, place| f.seen(place.clone(), format!("{name}={value}")));
        found.add(finding.command(
            say!("take the variable away, or correct the path", "去掉该变量，或改正路径"),
            format!("unset {name}"),
        ));
    }
}

/// The program that git runs in place of ssh.
fn program(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for name in ["GIT_SSH_COMMAND", "core.sshCommand", "GIT_SSH"] {
        if name == "core.sshCommand" {
            if ssh_command(facts, found)? {
                return Ok(());
            }
            continue;
        }
        let Some(value) = facts.var(name).filter(|value| !value.is_empty()) else { continue };
        let word = match name {
            "GIT_SSH" => value.as_str(),
            _ => value.split_whitespace().next().unwrap_or(""),
        };
        // Of these the first counts (`connect.c:get_ssh_command`).
        if is_there(facts, word) {
            return Ok(());
        }
        let what = say!(
            "{name} names `{word}`, and there is no such program: git cannot use ssh at all",
            "{name} 指向 `{word}`，但没有这个程序：git 完全用不了 ssh",
            name,
            word
        );
        found.add(
            Finding::error(kind::VCS_TOOL_MISSING, what)
                .fact("vcs", "ssh")
                .seen(Source::Env(name.into()), value.clone())
                .command(say!("take the variable away", "去掉该变量"), format!("unset {name}")),
        );
        return Ok(());
    }
    Ok(())
}

/// Whether a word names a program; what the shell has to work out first is the shell's.
fn is_there(facts: &Facts<'_>, word: &str) -> bool {
    word.is_empty()
        || word.contains(['$', '=', '"', '\'', '`', '\\'])
        || facts.has_program(&facts.git_path_or_name(word))
}

/// The gitconfig's own word, outside the repository at hand; whether there is one.
fn ssh_command(facts: &Facts<'_>, found: &mut Findings) -> Known<bool> {
    let view = facts.git_view()?;
    let of_user = view.named("core", "sshcommand").filter(|entry| entry.scope != "local");
    let Some(entry) = of_user.last() else { return Ok(false) };
    let value = entry.value.clone().unwrap_or_default();
    let word = value.split_whitespace().next().unwrap_or("");
    if !is_there(facts, word) {
        let what = say!(
            "core.sshCommand names `{word}`, and there is no such program: git cannot use ssh at all",
            "core.sshCommand 指向 `{word}`，但没有这个程序：git 完全用不了 ssh",
            word
        );
        let finding = Finding::error(kind::VCS_TOOL_MISSING, what)
            .fact("vcs", "ssh")
            .seen(entry.at.clone(), format!("core.sshCommand = {value}"));
        found.add(super::take_away(facts, entry, Vec::new(), finding));
    }
    Ok(!value.is_empty())
}
