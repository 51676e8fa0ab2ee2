//! The private keys: there, readable by ssh, readable by nobody else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::modes::narrow;
use crate::checks::{Check, CheckId};
use crate::facts::ssh::{KeySeen, first};
use crate::facts::{Facts, ReadError};
use crate::model::{Finding, Findings, Known, Level, Source, Text, kind};
use crate::say;
use crate::text::shellword::shell_word;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("ssh.identity"),
        title: Text {
            en: "the keys named for private hosts are there", zh: "为私有主机指定的密钥都存在"
        },
        why: Text {
            en: "With an IdentityFile that is missing ssh goes on without it and ends in `Permission denied (publickey)`, which go shows as a missing repository.",
            zh: "IdentityFile 指向的文件不存在时，ssh 会跳过它，最后报 `Permission denied (publickey)`，在 go 里看起来像仓库不存在。",
        },
        judge: identity,
    },
    Check {
        id: CheckId("ssh.keys"),
        title: Text { en: "ssh can use the private keys", zh: "ssh 私钥可用" },
        why: Text {
            en: "ssh passes over a private key that others may read (`UNPROTECTED PRIVATE KEY FILE`), and one with Windows line ends or a missing part (`error in libcrypto`).",
            zh: "私钥能被他人读取（`UNPROTECTED PRIVATE KEY FILE`），或者有 Windows 换行、内容不全（`error in libcrypto`），ssh 都不会使用。",
        },
        judge: keys,
    },
];

/// The keys that ssh tries where no `IdentityFile` names others (`readconf.c:fill_default_options`).
const DEFAULTS: [&str; 7] =
    ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa"];

fn identity(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let files = facts.ssh_files()?;
    let mut told = BTreeSet::new();
    for host in super::hosts_of_interest(facts).iter().filter(|host| host.private) {
        let readings = files.readings(&host.host);
        let user = host.user.clone().or_else(|| first(&readings, "user").map(|hit| hit.value().to_owned()));
        for hit in readings.iter().flat_map(|reading| reading.all("identityfile")) {
            let written = hit.value();
            if written.eq_ignore_ascii_case("none") || written.is_empty() {
                continue;
            }
            let Some(path) = facts.ssh_path(written, &host.host, user.as_deref().unwrap_or("")) else {
                continue;
            };
            // The public half alone is enough where the agent (or a token) holds the private one.
            let public = PathBuf::from(format!("{}.pub", path.display()));
            let absent = matches!(facts.ssh_key(&path), Err(ReadError::Absent));
            if !absent
                || facts.file_exists(&public)
                || !told.insert((format!("{:?}", hit.at()), path.clone()))
            {
                continue;
            }
            let (name, file) = (&host.host, path.display().to_string());
            let what = say!(
                "the key for {name}, {file}, does not exist",
                "{name} 使用的密钥 {file} 不存在",
                name,
                file
            );
            found.add(
                Finding::warning(kind::SSH_IDENTITYFILE_MISSING, what)
                    .fact("host", name.clone())
                    .fact("path", file.clone())
                    .seen(hit.at(), format!("IdentityFile {written}"))
                    .command(
                        say!(
                            "correct the path; or make a key and put its public half (.pub) into your account on {name}",
                            "改正路径；或者生成密钥，把公钥（.pub）添加到 {name} 的账号里",
                            name
                        ),
                        format!("ssh-keygen -t ed25519 -f {}", shell_word(&file)),
                    ),
            );
        }
    }
    Ok(())
}

fn keys(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let used = used(facts)?;
    let rest = facts.ssh_dir_files().into_iter().filter(|path| !used.contains(path));
    let rest: Vec<PathBuf> = rest.collect();
    for (path, uses) in used.iter().map(|path| (path, true)).chain(rest.iter().map(|path| (path, false))) {
        match facts.ssh_key(path) {
            Ok(key) if key.private || uses => judge_key(facts, path, &key, uses, found),
            Ok(_) | Err(ReadError::Absent) => {}
            Err(err) if uses => {
                let (file, why) = (path.display(), err.msg());
                let what = say!("ssh cannot use {file}: {why}", "ssh 用不了 {file}：{why}", file, why);
                found.add(
                    Finding::warning(kind::SSH_KEY_INVALID, what)
                        .seen(Source::File(path.clone(), None), err.msg().into_en())
                        .advice(say!("put the key file there that is meant", "请放上正确的密钥文件")),
                );
            }
            Err(_) => {}
        }
    }
    Ok(())
}

/// The keys that ssh would try: those that the configuration names, and its own.
fn used(facts: &Facts<'_>) -> Known<Vec<PathBuf>> {
    let files = facts.ssh_files()?;
    let mut paths: Vec<PathBuf> = DEFAULTS.iter().map(|name| files.dir.join(name)).collect();
    let hosts = super::hosts_of_interest(facts);
    let names: Vec<&str> = hosts.iter().map(|host| host.host.as_str()).chain([""]).collect();
    for (_, config) in files.configs() {
        for line in config.lines.iter().filter(|line| line.keyword == "identityfile") {
            let written = line.arguments.first().map_or("", String::as_str);
            if !written.eq_ignore_ascii_case("none") {
                paths.extend(names.iter().filter_map(|host| facts.ssh_path(written, host, "")));
            }
        }
    }
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    Ok(paths)
}

fn judge_key(facts: &Facts<'_>, path: &Path, key: &KeySeen, uses: bool, found: &mut Findings) {
    let level = if uses { Level::Error } else { Level::Warning };
    let (file, mode) = (path.display().to_string(), format!("{:04o}", key.stat.mode & 0o7777));
    // `authfile.c:sshkey_perm_ok`: only of one's own files.
    let open = !cfg!(windows) && key.private && key.stat.uid == facts.uid() && key.stat.mode & 0o077 != 0;
    if open {
        let what = say!(
            "{file} can be read by others (mode {mode}): ssh does not use it",
            "{file} 可以被他人读取（权限 {mode}）：ssh 不会使用它",
            file,
            mode
        );
        let finding = Finding::new(kind::SSH_KEY_TOO_OPEN, level, what)
            .fact("path", file.clone())
            .fact("mode", mode.clone())
            .seen(Source::File(path.to_path_buf(), None), format!("mode {mode}"));
        found.add(narrow(facts, path, 0o600, finding));
    }
    let Some(fault) = key.fault else { return };
    let why = fault.say();
    let what = say!("ssh cannot load the key {file}: {why}", "ssh 无法加载密钥 {file}：{why}", file, why);
    let finding = Finding::new(kind::SSH_KEY_INVALID, level, what)
        .fact("path", file.clone())
        .seen(Source::File(path.to_path_buf(), None), fault.say().into_en());
    found.add(match fault.command(&shell_word(&file)) {
        Some(command) => finding.command(say!("repairs the file", "修复该文件"), command),
        None => finding.command(
            say!(
                "take the key from its backup, or make a new one and put its public half (.pub) into your accounts",
                "从备份恢复密钥；或重新生成，并把公钥（.pub）添加到各个账号"
            ),
            format!("ssh-keygen -t ed25519 -f {}.new", shell_word(&file)),
        ),
    });
}
