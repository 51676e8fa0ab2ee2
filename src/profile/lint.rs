//! What a profile must not ask for: values go would refuse, and values that turn verification off.

use super::{At, Merged, Private, Row};
use crate::model::{Msg, TargetId};
use crate::say;
use crate::text::{goauth, goenv, goflags, goproxy, govcs};

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
    go_fault(name, value, open)
}

/// Why a Go variable must not get this value; `None` where it may.
pub fn go_fault(name: &str, value: &str, open: bool) -> Option<Msg> {
    let go_refuses = |why: String| {
        say!("go would refuse {name}={value}: {why}", "go 会拒绝 {name}={value}：{why}", name, value, why)
    };
    match name {
        "GOPROXY" if !open => {
            let problem = goproxy::problems(value).into_iter().next()?;
            let (element, says) = (problem.element, problem.go_says);
            Some(say!(
                "GOPROXY: `{element}` is no proxy {says}",
                "GOPROXY：`{element}` 不是有效的代理 {says}",
                element,
                says
            ))
        }
        "GOSUMDB" if value.trim() == "off" => Some(say!(
            "GOSUMDB=off turns verification off for every module; use sum.golang.google.cn, and GOPRIVATE for your own hosts",
            "GOSUMDB=off 会关闭所有模块的校验；请用 sum.golang.google.cn，私有主机写进 GOPRIVATE"
        )),
        "GOPRIVATE" | "GONOSUMDB" | "GONOPROXY" | "GOINSECURE" => value.split(',').find_map(|pattern| {
            let why = dangerous_pattern(pattern.trim())?;
            Some(say!("{name}: `{pattern}`: {why}", "{name}：`{pattern}`：{why}", name, pattern, why))
        }),
        "GOFLAGS" => match goflags::flags(value) {
            Err(problem) => Some(go_refuses(problem.go_says)),
            Ok(flags) => flags.iter().find_map(|flag| match (flag.name, flag.value) {
                ("insecure", _) => Some(say!(
                    "-insecure is gone since Go 1.17 and never was safe",
                    "-insecure 自 Go 1.17 起已移除，而且本来就不安全"
                )),
                ("mod", Some("mod")) => Some(say!(
                    "-mod=mod for good lets every build rewrite go.mod and go.sum",
                    "长期 -mod=mod 会让每次构建都改写 go.mod 和 go.sum"
                )),
                _ => None,
            }),
        },
        "GOVCS" if !open => govcs::rules(value).err().map(go_refuses),
        "GOAUTH" if !open => goauth::methods(value).err().map(go_refuses),
        "GOARCH" | "GOAMD64" | "GOARM" | "GOARM64" | "GOOS" | "CGO_ENABLED" => Some(say!(
            "{name} holds for one kind of machine or build only; a profile is for all of them",
            "{name} 只适用于某一类机器或构建，不应写进通用的配置",
            name
        )),
        _ if !open => {
            let is_abs = |path: &str| path.starts_with('/') || path.get(1..2) == Some(":");
            goenv::check_write(name, value, is_abs).err().map(|refusal| go_refuses(refusal.0))
        }
        _ => None,
    }
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
    for key in &private.host_keys {
        let words: Vec<&str> = key.split_whitespace().collect();
        let fine = match words.as_slice() {
            [pin] => pin.strip_prefix("SHA256:").is_some_and(|digest| digest.len() == 43),
            [sort, blob, ..] => {
                (sort.starts_with("ssh-") || sort.starts_with("ecdsa-")) && blob.starts_with("AAAA")
            }
            _ => false,
        };
        if !fine {
            faults.push(say!(
                "`{key}` is neither a public host key (ssh-ed25519 AAAA…) nor a SHA256: pin",
                "`{key}` 既不是主机公钥（ssh-ed25519 AAAA…）也不是 SHA256: 指纹",
                key
            ));
        }
    }
    faults
}

/// Hosts where everybody's code lives: a pattern must name an owner there.
const PUBLIC_FORGES: &[&str] = &[
    "bitbucket.org",
    "cnb.cool",
    "codeberg.org",
    "codeup.aliyun.com",
    "e.coding.net",
    "gitcode.com",
    "gitee.com",
    "github.com",
    "gitlab.com",
    "go.dev",
    "golang.org",
    "google.golang.org",
    "gopkg.in",
    "k8s.io",
    "sigs.k8s.io",
];

/// Why a pattern in GOPRIVATE and its like would un-verify the public world; `None` where it would not.
pub fn dangerous_pattern(pattern: &str) -> Option<Msg> {
    let bare = pattern.trim_end_matches('/');
    let head = bare.split('/').next().unwrap_or("");
    let wild = |part: &str| part.chars().all(|c| matches!(c, '*' | '?' | '.')) && part.contains('*');
    if wild(head) || matches!(head, "*.com" | "*.cn" | "*.org" | "*.net" | "*.io" | "*.dev" | "*.in") {
        return Some(say!("it covers the public world", "它覆盖了整个公网"));
    }
    let forge = PUBLIC_FORGES.iter().find(|forge| crate::text::pattern::matches(head, forge))?;
    let owner = bare.split('/').nth(1).unwrap_or("");
    (owner.is_empty() || wild(owner)).then(|| {
        say!(
            "everybody's code lives on {forge}; name the owner: {forge}/your-org",
            "{forge} 上是所有人的代码，请写到组织：{forge}/你的组织",
            forge
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_cover_the_world() {
        for bad in ["*", "*/*", "github.com", "github.com/*", "*.com", "gitee.com/", "git*.com", "?*"] {
            assert!(dangerous_pattern(bad).is_some(), "{bad}");
        }
        for fine in
            ["git.corp.example.com", "*.corp.example.com", "github.com/acme", "gitee.com/acme/*", "none"]
        {
            assert!(dangerous_pattern(fine).is_none(), "{fine}");
        }
    }
}
