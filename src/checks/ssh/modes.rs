//! Who else may write ssh's files: ssh refuses a configuration that others could change.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::ssh::SshFile;
use crate::model::{Finding, Findings, Known, Level, Source, Step, Text, kind};
use crate::say;
use crate::text::shellword::shell_word;

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("ssh.modes"),
    title: Text { en: "only you can write ssh's files", zh: "只有本人能改写 ssh 的文件" },
    why: Text {
        en: "Whoever can write ~/.ssh/config can run programs as you. ssh refuses such a file (`Bad owner or permissions`), and every git fetch over ssh ends there.",
        zh: "能改写 ~/.ssh/config 的人就能以你的身份运行程序。ssh 会拒绝这样的文件（`Bad owner or permissions`），走 ssh 的 git 拉取全部失败。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let files = facts.ssh_files()?;
    if let Some(stat) = files.dir_stat.as_ref().filter(|stat| stat.mode & 0o022 != 0) {
        let (path, mode) = (files.dir.display(), format!("{:04o}", stat.mode & 0o7777));
        let what = say!(
            "{path} can be written by others (mode {mode}): they can replace your keys",
            "{path} 可以被他人写入（权限 {mode}）：别人能换掉你的密钥",
            path,
            mode
        );
        let finding = Finding::warning(kind::SSH_DIR_TOO_OPEN, what)
            .fact("mode", mode.clone())
            .seen(Source::File(files.dir.clone(), None), format!("mode {mode}"));
        found.add(narrow(facts, &files.dir, 0o700, finding));
    }
    for file in files.files.iter().filter(|file| !file.system && file.read.is_ok()) {
        writable(facts, file, found);
        foreign(facts, file, found);
    }
    Ok(())
}

/// `readconf.c:read_config_file_depth`: nobody but the owner may write. Debian and its kin forgive the group of a user alone.
fn writable(facts: &Facts<'_>, file: &SshFile, found: &mut Findings) {
    let Some(stat) = file.stat.as_ref().filter(|stat| stat.mode & 0o022 != 0) else { return };
    let (path, mode) = (file.path.display(), format!("{:04o}", stat.mode & 0o7777));
    let world = stat.mode & 0o002 != 0;
    let forgiving = || facts.ssh_version().is_ok_and(|v| v.contains("Debian") || v.contains("Ubuntu"));
    let (level, what) = match !world && forgiving() {
        true => (
            Level::Warning,
            say!(
                "{path} can be written by its group (mode {mode}); other machines' ssh refuses it",
                "{path} 可以被同组用户写入（权限 {mode}），换一台机器 ssh 就会拒绝",
                path,
                mode
            ),
        ),
        false => (
            Level::Error,
            say!(
                "{path} can be written by others (mode {mode}): ssh refuses it and ends",
                "{path} 可以被他人写入（权限 {mode}）：ssh 会拒绝并退出",
                path,
                mode
            ),
        ),
    };
    let finding = Finding::new(kind::SSH_DIR_TOO_OPEN, level, what)
        .fact("mode", mode.clone())
        .seen(Source::File(file.path.clone(), None), format!("mode {mode}"));
    found.add(narrow(facts, &file.path, 0o600, finding));
}

/// A file of somebody else, who is not root, is refused as well.
fn foreign(facts: &Facts<'_>, file: &SshFile, found: &mut Findings) {
    let Some(stat) = file.stat.as_ref().filter(|stat| stat.uid != 0 && stat.uid != facts.uid()) else {
        return;
    };
    let (path, owner) = (file.path.display(), stat.uid);
    let what = say!(
        "{path} belongs to another user (uid {owner}): ssh refuses it and ends",
        "{path} 属于其他用户（uid {owner}）：ssh 会拒绝并退出",
        path,
        owner
    );
    let word = shell_word(&file.path.display().to_string());
    found.add(
        Finding::error(kind::SSH_CLIENT_FILES_BAD, what)
            .seen(Source::File(file.path.clone(), None), format!("uid {owner}"))
            .command(
                say!("makes the file yours", "把文件改为归你所有"),
                format!("sudo chown \"$(id -u):$(id -g)\" {word}"),
            ),
    );
}

/// The remedy that takes the others' rights away.
pub(super) fn narrow(facts: &Facts<'_>, path: &std::path::Path, mode: u32, finding: Finding) -> Finding {
    let (shown, octal) = (path.display(), format!("{mode:04o}"));
    let say = say!("sets mode {octal} on {shown}", "把 {shown} 的权限改为 {octal}", octal, shown);
    match facts.is_own_file(path) {
        true => finding.remedy(say, vec![Step::Chmod { path: path.to_path_buf(), mode }]),
        false => {
            finding.command(say, format!("sudo chmod {octal} {}", shell_word(&path.display().to_string())))
        }
    }
}
