//! Whether ssh can read its configuration: judged by our own reader, with ssh itself as the witness.

use crate::checks::{Check, CheckId};
use crate::facts::ssh::SshFile;
use crate::facts::{Facts, ReadError};
use crate::model::{Finding, Findings, Kind, Known, Level, Msg, Source, Step, Text, Unknown, kind};
use crate::say;
use crate::text::shellword::shell_word;
use crate::text::sshcfg::keywords::Standing;
use crate::text::sshcfg::{SshConfig, UnknownOption};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("ssh.config"),
        title: Text { en: "ssh can read its configuration", zh: "ssh 配置文件能够解析" },
        why: Text {
            en: "One unknown word in ~/.ssh/config or a file it includes, in whatever Host block, ends every ssh at once, and with it every git fetch over ssh.",
            zh: "~/.ssh/config 及其 Include 的文件里只要有一个 ssh 不认识的词（不管在哪个 Host 段），所有 ssh 连接都会立即失败，走 ssh 的 git 拉取也一样。",
        },
        judge,
    },
    Check {
        id: CheckId("ssh.include"),
        title: Text { en: "what ssh includes is there", zh: "ssh 的 Include 文件都存在" },
        why: Text {
            en: "ssh passes over an Include of a missing file without a word: the host that was configured there is then reached with defaults.",
            zh: "Include 的文件不存在时 ssh 不会提示：写在那里的主机设置悄悄失效，只剩默认值。",
        },
        judge: include,
    },
];

/// A host that no configuration is about: for asking whether the files can be read at all.
const ANY: &str = "gobs.invalid";

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let files = facts.ssh_files()?;
    for file in &files.files {
        if let Err(err) = &file.read {
            unreadable(file, err, found);
        }
    }
    if let Some(file) = files.too_deep() {
        let what = say!(
            "the files of ssh's configuration include each other: ssh gives up",
            "ssh 配置文件互相 Include，ssh 会直接放弃"
        );
        found.add(
            Finding::error(kind::SSH_CONFIG_MALFORMED, what)
                .seen(Source::File(file.path.clone(), None), "Include")
                .advice(say!("take one of the Include lines out", "去掉其中一条 Include")),
        );
    }
    if !found.list.is_empty() {
        return Ok(());
    }
    let hosts = super::hosts_of_interest(facts);
    let host = hosts.first().map_or(ANY, |host| host.host.as_str());
    // What ssh says outranks our own reading; where it cannot be asked, ours stands.
    let says = facts.ssh_refuses(host);
    if says == Ok(None) {
        return Ok(());
    }
    let refused = says.clone().ok().flatten();
    for (file, config) in files.configs() {
        for fault in &config.faults {
            let (path, line, why) = (file.path.display(), fault.line, fault.what.say());
            let what = say!(
                "{path}:{line}: ssh gives up: {why}",
                "{path}:{line}：ssh 直接报错退出：{why}",
                path,
                line,
                why
            );
            let finding = at(facts, kind::SSH_CONFIG_MALFORMED, what, file, fault.line);
            found.add(finding.advice(say!("correct that line by hand", "请手工改正这一行")));
        }
    }
    for reading in files.readings(host) {
        for (config, option) in &reading.unknown {
            let named = refused.as_deref().is_some_and(|says| names(says, config, option));
            // A word that some ssh knows is only wrong where this one says so.
            if named || option.standing.is_none() {
                bad_option(facts, config, option, found);
            }
        }
    }
    if let (Some(says), true) = (&refused, found.list.is_empty()) {
        said(facts, says, found);
    }
    if found.list.is_empty() && refused.is_some_and(|says| says.contains("Bad owner")) {
        return Err(Unknown::new(say!(
            "ssh ends before that: see ssh.modes",
            "ssh 在此之前就退出了：见 ssh.modes"
        )));
    }
    match says {
        Err(unknown) if found.list.is_empty() && facts.has_ssh() => Err(unknown),
        _ => Ok(()),
    }
}

/// Whether ssh names this option at its line.
fn names(says: &str, config: &SshConfig, option: &UnknownOption) -> bool {
    let (path, line) = (config.path.display().to_string(), option.line);
    says.lines().any(|said| {
        said.contains(&path)
            && said.contains(&format!("line {line}:"))
            && said.contains("configuration option")
    })
}

fn at(facts: &Facts<'_>, kind: Kind, what: Msg, file: &SshFile, line: u32) -> Finding {
    Finding::error(kind, what)
        .fact("file", file.path.display().to_string())
        .fact("line", line.to_string())
        .seen(Source::File(file.path.clone(), Some(line)), facts.raw_line(&file.path, line).trim())
}

fn bad_option(facts: &Facts<'_>, config: &SshConfig, option: &UnknownOption, found: &mut Findings) {
    let (path, line, name) = (config.path.display(), option.line, &option.name);
    let why = match option.standing {
        None => say!("no ssh knows it", "没有任何 ssh 认识它"),
        Some(Standing::Since(major, minor)) => say!(
            "it needs OpenSSH {major}.{minor} or later",
            "需要 OpenSSH {major}.{minor} 以上",
            major,
            minor
        ),
        Some(Standing::Vendor(vendors)) => {
            say!("only the ssh of {vendors} knows it", "只有 {vendors} 的 ssh 认识它", vendors)
        }
        Some(Standing::Known | Standing::Obsolete) => {
            say!("this ssh was built without it", "这个 ssh 编译时没有带上它")
        }
    };
    let what = say!(
        "{path}:{line}: `{name}` ends every ssh: {why}",
        "{path}:{line}：`{name}` 会让所有 ssh 失败：{why}",
        path,
        line,
        name,
        why
    );
    let raw = facts.raw_line(&config.path, option.line);
    let finding = Finding::error(kind::SSH_CONFIG_BAD_OPTION, what)
        .fact("file", config.path.display().to_string())
        .fact("line", option.line.to_string())
        .fact("option", name.clone())
        .seen(config.at(option.line), raw.trim());
    let own = facts.is_own_file(&config.path);
    found.add(match (option.meant, option.standing) {
        (Some(meant), _) if own && respelled(&raw, name, meant).is_some() => {
            let to = respelled(&raw, name, meant).unwrap_or_default();
            let steps = vec![Step::Rewrite { path: config.path.clone(), from: raw, to }];
            finding.remedy(say!("writes `{meant}` instead", "改写为 `{meant}`", meant), steps)
        }
        // IgnoreUnknown keeps the line for the machines that know the word.
        (_, Some(Standing::Vendor(_) | Standing::Since(..))) => finding.command(
            say!(
                "lets ssh pass over it here, and keeps it for the machines that know it",
                "让这里的 ssh 忽略它，认识它的机器上照常生效"
            ),
            format!("sed -i '1i IgnoreUnknown {name}' {}", shell_word(&config.path.display().to_string())),
        ),
        _ => finding.command(
            say!("comments the line out", "注释掉这一行"),
            comment_out(facts, &config.path, option.line),
        ),
    });
}

/// The line with the first word spelled right; whatever else it holds stays.
fn respelled(raw: &str, name: &str, meant: &str) -> Option<String> {
    if !raw.is_ascii() {
        return None;
    }
    let at = raw.to_ascii_lowercase().find(name)?;
    let head = raw[..at].trim().is_empty();
    let unique = !raw[at + name.len()..].to_ascii_lowercase().contains(name);
    let capital = raw[at..].starts_with(|c: char| c.is_ascii_uppercase());
    let mut word = meant.to_owned();
    if capital {
        word[..1].make_ascii_uppercase();
    }
    (head && unique).then(|| format!("{}{word}{}", &raw[..at], &raw[at + name.len()..]))
}

/// What ssh says that our own reader does not see: a bad value.
fn said(facts: &Facts<'_>, says: &str, found: &mut Findings) {
    for said in says.lines().filter(|line| !line.contains("terminating,")) {
        let Some((path, line)) = place(said) else { continue };
        let raw = facts.raw_line(&path, line);
        let words = said.trim();
        let what = say!("ssh refuses its configuration: {words}", "ssh 拒绝其配置：{words}", words);
        found.add(
            Finding::error(kind::SSH_CONFIG_MALFORMED, what)
                .fact("file", path.display().to_string())
                .fact("line", line.to_string())
                .seen(Source::File(path, Some(line)), raw.trim())
                .advice(say!("correct that line by hand", "请手工改正这一行")),
        );
    }
}

/// `PATH: line N: …` and `PATH line N: …`.
fn place(said: &str) -> Option<(std::path::PathBuf, u32)> {
    let at = said.find(" line ")?;
    let path = said[..at].trim_end_matches(':');
    let digits: String = said[at + 6..].chars().take_while(char::is_ascii_digit).collect();
    path.starts_with('/').then_some(())?;
    Some((path.into(), digits.parse().ok()?))
}

fn unreadable(file: &SshFile, err: &ReadError, found: &mut Findings) {
    let (path, why) = (file.path.display(), err.msg());
    let (level, what) = match err {
        ReadError::NotAFile(crate::facts::FileKind::Other) => (
            Level::Error,
            say!(
                "{path} is no regular file: ssh waits for it without end",
                "{path} 不是普通文件：ssh 会一直等下去",
                path
            ),
        ),
        _ => (Level::Warning, say!("ssh cannot use {path}: {why}", "ssh 用不了 {path}：{why}", path, why)),
    };
    found.add(
        Finding::new(kind::SSH_CLIENT_FILES_BAD, level, what)
            .fact("file", file.path.display().to_string())
            .seen(Source::File(file.path.clone(), None), err.msg().into_en())
            .advice(say!("put a regular file there that you may read", "请换成可读的普通文件")),
    );
}

/// A command that comments a line out, with sudo where the file is not the user's.
fn comment_out(facts: &Facts<'_>, path: &std::path::Path, line: u32) -> String {
    let sudo = if facts.is_own_file(path) { "" } else { "sudo " };
    format!("{sudo}sed -i '{line}s/^/# /' {}", shell_word(&path.display().to_string()))
}

fn include(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for missing in &facts.ssh_files()?.missing {
        let (written, path) = (&missing.written, missing.path.display().to_string());
        let what = say!(
            "`Include {written}` names no file; ssh passes over it silently",
            "`Include {written}` 指向的文件不存在，ssh 会悄悄跳过",
            written
        );
        let level = if missing.system { Level::Info } else { Level::Warning };
        let finding = Finding::new(kind::SSH_CONFIG_BAD_INCLUDE, level, what)
            .fact("path", path.clone())
            .seen(missing.at.clone(), format!("Include {written}"));
        found.add(match &missing.at {
            Source::File(file, Some(line)) => finding.command(
                say!(
                    "put the file to {path}; where it is needed no more, comment the line out",
                    "把文件放到 {path}；不再需要的话注释掉这一行",
                    path
                ),
                comment_out(facts, file, *line),
            ),
            _ => finding,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn respelling_keeps_the_rest() {
        assert_eq!(respelled("  Usr git", "usr", "user").as_deref(), Some("  User git"));
        assert_eq!(respelled("\tusr=git # me", "usr", "user").as_deref(), Some("\tuser=git # me"));
        assert_eq!(respelled("usr usr", "usr", "user"), None);
        assert_eq!(respelled("\"usr\" x", "usr", "user"), None);
    }

    #[test]
    fn places_in_the_words_of_ssh() {
        let at = |path: &str, line| Some((std::path::PathBuf::from(path), line));
        assert_eq!(place("/h/.ssh/config: line 3: Bad configuration option: usr"), at("/h/.ssh/config", 3));
        assert_eq!(place("/h/.ssh/config line 5: unsupported option \"maybe\"."), at("/h/.ssh/config", 5));
        assert_eq!(place("command-line line 0: x"), None);
    }
}
