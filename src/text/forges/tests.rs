use super::*;
use crate::text::{hostkeys, url::Url};

fn id(host: &str) -> Option<&'static str> {
    of_host(host).map(|found| found.forge().id.as_str())
}

#[test]
fn the_file_is_sound() {
    let mut ids: Vec<&str> = all().iter().map(|forge| forge.id.as_str()).collect();
    ids.sort_unstable();
    let families = [
        "bitbucket",
        "bitbucket-server",
        "cnb",
        "codearts",
        "codeup",
        "coding",
        "gerrit",
        "gitea",
        "gitee",
        "github",
        "github-enterprise",
        "gitlab",
        "gogs",
        "tgit",
    ];
    assert_eq!(ids, families);
    for forge in all() {
        let id = &forge.id;
        assert!(!forge.hosts.is_empty() || !forge.names.is_empty(), "{id} is never found");
        assert!(forge.public.iter().all(|host| forge.hosts.contains(host)), "{id}: public, but not its own");
        let lower = |name: &String| *name == name.to_ascii_lowercase();
        assert!(forge.hosts.iter().all(lower) && forge.names.iter().all(lower), "{id}");
        assert!(["", ".git"].contains(&forge.suffix.as_str()), "{id}");
        // Who one is and with which password are known together.
        assert_eq!(forge.login.is_some(), forge.password.is_some(), "{id}");
        let texts = forge.notes.iter().chain(&forge.password);
        for text in texts {
            assert!(text.en.is_ascii(), "{id}: {}", text.en);
            assert!(text.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{id}: {}", text.zh);
            assert!(!text.en.ends_with('.') && !text.zh.ends_with('。'), "{id}: {}", text.en);
        }
        for page in forge.tokens.iter().chain(&forge.keys) {
            assert!(!page.menu().en.is_empty() && !page.menu().zh.is_empty(), "{id}");
            if let Some(url) = page.url("git.corp.example") {
                assert_eq!(Url::parse(&url).unwrap().host, "git.corp.example", "{id}");
            }
        }
    }
}

#[test]
fn hosts_and_what_they_are() {
    for (host, family) in [
        ("gitee.com", "gitee"),
        ("Gitee.COM", "gitee"),
        ("gitee.com.", "gitee"),
        ("codeup.aliyun.com", "codeup"),
        ("cnb.cool", "cnb"),
        ("e.coding.net", "coding"),
        ("git.woa.com", "tgit"),
        ("git.code.tencent.com", "tgit"),
        ("codehub.devcloud.cn-north-4.huaweicloud.com", "codearts"),
        ("gitlab.com", "gitlab"),
        ("jihulab.com", "gitlab"),
        ("github.com", "github"),
        ("bitbucket.org", "bitbucket"),
        ("codeberg.org", "gitea"),
    ] {
        assert!(matches!(of_host(host), Some(Found::Known(forge)) if forge.id == family), "{host}");
    }
    for (host, family) in [
        ("gitlab.corp.example", "gitlab"),
        ("gitlab-ce.corp.example", "gitlab"),
        ("dev-gitea.corp.example", "gitea"),
        ("github.corp.example", "github-enterprise"),
        ("stash.corp.example", "bitbucket-server"),
        ("gerrit.corp.example", "gerrit"),
        ("gitee.corp.example", "gitee"),
    ] {
        assert!(matches!(of_host(host), Some(Found::Named(forge)) if forge.id == family), "{host}");
    }
    for host in [
        "git.corp.example",
        "gitlab",
        "",
        ".",
        "mygitlab.corp.example",
        "corp.gitlab.example",
        "codehub.devcloud.huaweicloud.com",
        "codehub.devcloud.a.b.huaweicloud.com",
        "codehub.devcloud..huaweicloud.com",
        "gitee.com.evil.example",
        "xgitee.com",
    ] {
        let found = id(host);
        assert!(found.is_none() || host == "gitee.com.evil.example", "{host}: {found:?}");
    }
    // A name that only begins like a known host is a guess at most.
    assert!(matches!(of_host("gitee.com.evil.example"), Some(Found::Named(_))));
}

#[test]
fn urls() {
    let url = |id: &str, host: &str, path: &str| {
        let forge = by_id(id).unwrap();
        (forge.ssh_url(host, path), forge.https_url(host, path))
    };
    for (id, host, path, ssh, https) in [
        ("gitee", "gitee.com", "acme/lib", "git@gitee.com:acme/lib.git", "https://gitee.com/acme/lib.git"),
        ("gitlab", "git.corp", "/a/b/lib.git", "git@git.corp:a/b/lib.git", "https://git.corp/a/b/lib.git"),
        ("cnb", "cnb.cool", "acme/lib", "git@cnb.cool:acme/lib", "https://cnb.cool/acme/lib"),
        ("gerrit", "g.corp", "acme/lib", "ssh://g.corp:29418/acme/lib", "https://g.corp/acme/lib"),
        (
            "bitbucket-server",
            "stash.corp",
            "PROJ/lib",
            "ssh://git@stash.corp:7999/PROJ/lib.git",
            "https://stash.corp/PROJ/lib.git",
        ),
    ] {
        assert_eq!(url(id, host, path), (ssh.to_owned(), https.to_owned()));
    }
    assert_eq!(by_id("gitlab").unwrap().ssh_base("git.corp"), "ssh://git@git.corp/");
    assert_eq!(by_id("gerrit").unwrap().ssh_at("g.corp"), (None, "g.corp", 29418));
}

#[test]
fn who_one_is_and_what_go_hears() {
    let of = |id: &str| by_id(id).unwrap();
    assert_eq!(of("gitlab").login, Some(Login::Fixed("oauth2".into())));
    assert_eq!(of("cnb").login, Some(Login::Fixed("cnb".into())));
    assert_eq!(of("gitea").login, Some(Login::Any));
    assert_eq!(of("codeup").login, Some(Login::Own));
    assert_eq!(of("tgit").login, None);
    assert_eq!(of("gitlab").discovery, Discovery::SignedIn);
    assert_eq!(of("github").discovery, Discovery::BuiltIn);
    assert_eq!(of("gitee").discovery, Discovery::Unknown);
    assert_eq!(of("github").ssh_over_443("GitHub.com"), Some("ssh.github.com"));
    assert_eq!(of("gitlab").ssh_over_443("gitlab.com"), Some("altssh.gitlab.com"));
    assert_eq!(of("gitlab").ssh_over_443("jihulab.com"), None);
    assert_eq!(of("gitee").ssh_over_443("gitee.com"), None);
    let page = of("gitlab").keys.as_ref().unwrap();
    assert_eq!(page.url("git.corp").unwrap(), "https://git.corp/-/user_settings/ssh_keys");
}

/// Every host with a published key is one that this table knows.
#[test]
fn pinned_hosts_are_known() {
    for host in ["github.com", "gitlab.com", "gitee.com", "e.coding.net"] {
        assert!(hostkeys::pins(host).count() > 0 && matches!(of_host(host), Some(Found::Known(_))), "{host}");
    }
    assert_eq!(hostkeys::pins("codeup.aliyun.com").count(), 0);
}
