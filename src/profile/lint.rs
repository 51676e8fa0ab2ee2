//! What a profile must not ask for: values go would refuse, and values that turn verification off.

use super::{At, Merged, Private, Row};
use crate::model::{Msg, TargetId};
use crate::say;
use crate::text::forges::dangerous_pattern;
use crate::text::govalue;
use crate::text::knownhosts::HostKey;

/// A row or entry that `profile check` refuses, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub at: At,
    pub what: Msg,
}

/// Everything that is wrong with a profile.
pub fn lint(profile: &Merged) -> Vec<Refused> {
    let mut refused = Vec::new();
    for row in &profile.rows {
        if let Some(what) = row_fault(row) {
            refused.push(Refused { at: row.at.clone(), what });
        }
    }
    for private in &profile.private {
        refused
            .extend(private_faults(private).into_iter().map(|what| Refused { at: private.at.clone(), what }));
    }
    refused
}

fn row_fault(row: &Row) -> Option<Msg> {
    let name = row.key.name();
    let value = row.value.list().first()?;
    // A variable's value is checked when it is given.
    let open = value.contains("${");
    if row.target == TargetId::Git {
        return git_fault(&row.key.to_string(), value);
    }
    if row.target != TargetId::GoEnv {
        return None;
    }
    if open { None } else { govalue::fault(name, value) }
}

fn git_fault(key: &str, value: &str) -> Option<Msg> {
    let lower = key.to_lowercase();
    let off = matches!(value.to_lowercase().as_str(), "false" | "no" | "off" | "0");
    if lower.starts_with("http.") && lower.ends_with("sslverify") && off {
        return Some(say!(
            "{key}=false lets anybody in between read and change what git fetches; give `ca` instead",
            "{key}=false 会让中间人读取和篡改 git 的内容；请改用 `ca`",
            key
        ));
    }
    if lower == "safe.directory" && value == "*" {
        return Some(say!(
            "safe.directory=* trusts repositories of every user on the machine",
            "safe.directory=* 会信任本机所有用户的仓库"
        ));
    }
    if lower.ends_with("helper") && value.trim() == "store" {
        return Some(say!(
            "credential.helper=store keeps passwords in plain text",
            "credential.helper=store 会明文保存密码"
        ));
    }
    let shown = crate::model::secret::mask_userinfo(key);
    (shown != key && !shown.contains("git@")).then(|| {
        say!(
            "a token in {shown} would be readable by everybody who gets the profile",
            "{shown} 中含有令牌，任何拿到配置的人都能看到",
            shown
        )
    })
}

fn private_faults(private: &Private) -> Vec<Msg> {
    let mut faults: Vec<Msg> = private
        .patterns()
        .iter()
        .filter_map(|pattern| {
            dangerous_pattern(pattern)
                .map(|why| say!("`{pattern}`: {why}", "`{pattern}`：{why}", pattern, why))
        })
        .collect();
    faults.extend(private.host_keys.iter().filter_map(|key| host_key_fault(key)));
    faults
}

/// The same judge that stands before the `known_hosts` file.
fn host_key_fault(key: &str) -> Option<Msg> {
    if let Some(digest) = key.strip_prefix("SHA256:") {
        return (digest.len() != 43).then(|| {
            say!(
                "`{key}` is no SHA256 pin: 43 characters follow the colon",
                "`{key}` 不是 SHA256 指纹：冒号后应为 43 个字符",
                key
            )
        });
    }
    let fault = HostKey::parse(key).err()?.say();
    Some(say!(
        "`{key}` is no public host key: {fault}; copy the whole line of the server's /etc/ssh/ssh_host_ed25519_key.pub, or give its SHA256: pin",
        "`{key}` 不是主机公钥：{fault}；请填入服务器上 /etc/ssh/ssh_host_ed25519_key.pub 的整行内容，或 SHA256: 指纹",
        key,
        fault
    ))
}
