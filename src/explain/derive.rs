//! What follows from a message's facts: the names that a remedy needs and a log does not spell out.

use super::extract::Facts;
use crate::mirrors::MIRRORS;
use crate::text::forges;
use crate::text::url::{Url, looks_private};

/// Adds what can be derived.
pub(super) fn derive(facts: &mut Facts) {
    if let Some(prefix) = facts.get("module").and_then(|module| prefix(module)) {
        facts.insert("prefix", prefix);
    }
    if let (Some(url), Some(module)) = (facts.get("url"), facts.get("module"))
        && let Some(repository) = repository(url, module)
    {
        facts.insert("url", repository);
    }
    if let Some(release) = facts.get("toolchain").and_then(|toolchain| release(toolchain)) {
        facts.insert("release", release);
    }
    if let Some(required) = facts.get("required") {
        let needed = release(required).unwrap_or_else(|| required.clone());
        facts.insert("needed", needed);
    }
    if let Some(commit) = facts.get("version").and_then(|version| commit(version)) {
        facts.insert("commit", commit);
    }
    if let (Some(module), Some(version)) = (facts.get("module"), facts.get("version"))
        && let Some(path) = with_major(module, version)
    {
        facts.insert("suffixed", path);
    }
    if let Some(offer) = facts.get("offer").and_then(|offer| offer.split(',').next()) {
        facts.insert("offer", offer.to_owned());
    }
    if facts.get("host").is_some_and(|host| looks_private(host) || !is_a_mirror(host)) {
        facts.insert("reach", "private".to_owned());
    }
    if let Some(value) = facts.get("value").filter(|value| !value.contains(' ')) {
        // `1.2.3` lacks its v; a branch or a tag can be asked for as it is.
        match value.starts_with(|c: char| c.is_ascii_digit()) {
            true => facts.insert("query", format!("v{value}")),
            false => facts.insert("ref", value.clone()),
        };
    }
    if let Some(host) = facts.get("host") {
        let known = match facts.get("port").map(String::as_str) {
            None | Some("22") => host.clone(),
            Some(port) => format!("[{host}]:{port}"),
        };
        facts.insert("known", known);
    }
}

/// Whether everybody's module proxies are on that host: it is not the company's to repair.
fn is_a_mirror(host: &str) -> bool {
    MIRRORS.iter().any(|mirror| Url::parse(mirror.url).is_ok_and(|url| url.hostname() == host))
}

/// Whether paths of that host lead to public repositories on others: nobody's private code, no owners below it.
pub(super) fn leads_elsewhere(host: &str) -> bool {
    const VANITY: [&str; 11] = [
        "golang.org",
        "google.golang.org",
        "go.dev",
        "gopkg.in",
        "k8s.io",
        "sigs.k8s.io",
        "go.uber.org",
        "go.etcd.io",
        "cloud.google.com",
        "gorm.io",
        "gonum.org",
    ];
    VANITY.contains(&host)
}

/// What of a module's path belongs into GOPRIVATE: its host, and on a public forge the owner too.
fn prefix(module: &str) -> Option<String> {
    let mut parts = module.split('/');
    let host = parts.next().filter(|host| host.contains('.'))?;
    if leads_elsewhere(host) {
        return None;
    }
    match forges::is_public(host) {
        true => parts.next().map(|owner| format!("{host}/{owner}")),
        false => Some(host.to_owned()),
    }
}

/// `could not read Username for 'https://host'` names the host alone: the repository is where the module's path says.
fn repository(url: &str, module: &str) -> Option<String> {
    let host = url.strip_prefix("https://").filter(|host| !host.contains('/'))?;
    let path = module.strip_prefix(host.rsplit('@').next()?)?.strip_prefix('/')?;
    let major = |part: &&str| part.strip_prefix('v').is_none_or(|n| !n.bytes().all(|b| b.is_ascii_digit()));
    let parts = path.split('/').filter(major);
    let parts: Vec<&str> = match forges::is_public(host) && !host.starts_with("gitlab") {
        true => parts.take(2).collect(),
        false => parts.collect(),
    };
    Some(format!("{url}/{}", parts.join("/")))
}

/// `go1.23` is a language version; the first release of it is `1.23.0`. Before Go 1.21 there was no `.0`.
fn release(toolchain: &str) -> Option<String> {
    let version = toolchain.strip_prefix("go").unwrap_or(toolchain);
    let minor: u32 = version.strip_prefix("1.")?.parse().ok()?;
    (minor >= 21).then(|| format!("{version}.0"))
}

/// The commit at the end of a pseudo-version.
fn commit(version: &str) -> Option<String> {
    let (head, hash) = version.rsplit_once('-')?;
    let time = head.rsplit(['-', '.']).next()?;
    let hex = hash.len() >= 7 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    (hex && time.len() == 14 && time.bytes().all(|b| b.is_ascii_digit())).then(|| hash.to_owned())
}

/// The path that goes with a version of v2 or above.
fn with_major(module: &str, version: &str) -> Option<String> {
    let major: u32 = version.strip_prefix('v')?.split('.').next()?.parse().ok()?;
    let last = module.rsplit('/').next()?;
    let has = last.strip_prefix('v').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    (major >= 2 && !has && !module.starts_with("gopkg.in/")).then(|| format!("{module}/v{major}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows() {
        assert_eq!(prefix("github.com/acme/lib/v2").as_deref(), Some("github.com/acme"));
        assert_eq!(prefix("git.corp.example/a/b").as_deref(), Some("git.corp.example"));
        assert_eq!(prefix("common"), None);
        let of = |url, module| repository(url, module);
        assert_eq!(of("https://github.com", "github.com/a/b/v2").as_deref(), Some("https://github.com/a/b"));
        assert_eq!(
            of("https://git.corp.example", "git.corp.example/a/b/c").as_deref(),
            Some("https://git.corp.example/a/b/c")
        );
        assert_eq!(of("https://git.corp.example", "go.corp.example/a"), None);
        assert_eq!(of("https://github.com/a/b", "github.com/a/b"), None);
        assert_eq!(release("go1.23").as_deref(), Some("1.23.0"));
        assert_eq!(release("go1.20"), None);
        assert_eq!(release("go1.23.4"), None);
        assert_eq!(commit("v0.0.0-20190227174305-8f45f776aaf1").as_deref(), Some("8f45f776aaf1"));
        assert_eq!(commit("v1.2.4-0.20190227174305-8f45f776aaf1").as_deref(), Some("8f45f776aaf1"));
        assert_eq!(commit("v1.2.3-rc1"), None);
        assert_eq!(with_major("a.example/b", "v2.0.1").as_deref(), Some("a.example/b/v2"));
        assert_eq!(with_major("a.example/b/v2", "v2.0.1"), None);
        assert_eq!(with_major("a.example/b", "v1.0.1"), None);
    }
}
