//! Public forges and patterns that would cover them: what must not be made private as a whole.

use crate::model::Msg;
use crate::say;
use crate::text::pattern;

/// More names under which everybody's modules live, beside the forges of `hosts.toml`.
const ELSEWHERE: &[&str] =
    &["gitcode.com", "go.dev", "golang.org", "google.golang.org", "gopkg.in", "k8s.io", "sigs.k8s.io"];

/// Whether everybody's code lives on this host.
pub fn is_public(host: &str) -> bool {
    hosts().any(|public| public.eq_ignore_ascii_case(host))
}

fn hosts() -> impl Iterator<Item = &'static str> {
    let forges = super::all().iter().flat_map(|forge| &forge.public).map(String::as_str);
    forges.chain(ELSEWHERE.iter().copied())
}

/// Why a pattern in GOPRIVATE and its like would un-verify the public world; `None` where it would not.
pub fn dangerous_pattern(glob: &str) -> Option<Msg> {
    let bare = glob.trim_end_matches('/');
    let head = bare.split('/').next().unwrap_or("");
    let wild = |part: &str| part.chars().all(|c| matches!(c, '*' | '?' | '.')) && part.contains('*');
    if wild(head) || matches!(head, "*.com" | "*.cn" | "*.org" | "*.net" | "*.io" | "*.dev" | "*.in") {
        return Some(say!("it covers the public world", "它覆盖了整个公网"));
    }
    let forge = hosts().find(|forge| pattern::matches(head, forge))?;
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
    fn where_everybody_is() {
        for host in
            ["github.com", "GitHub.com", "gitee.com", "codeup.aliyun.com", "golang.org", "jihulab.com"]
        {
            assert!(is_public(host), "{host}");
        }
        for host in ["git.corp.example.com", "git.woa.com", "codehub.devcloud.cn-north-4.huaweicloud.com", ""]
        {
            assert!(!is_public(host), "{host}");
        }
    }

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
