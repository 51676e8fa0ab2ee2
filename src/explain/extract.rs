//! What a message speaks of: module, version, host, file and line, status.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::{Captures, Regex};

use super::catalogue::Pattern;
use super::derive::leads_elsewhere;
use crate::model::SafeUrl;
use crate::text::url::Url;

/// Facts by name.
pub(super) type Facts = BTreeMap<&'static str, String>;

/// The names that patterns may give to their groups.
const NAMES: [&str; 33] = [
    "module",
    "version",
    "host",
    "port",
    "url",
    "status",
    "file",
    "line",
    "package",
    "toolchain",
    "platform",
    "variable",
    "value",
    "library",
    "directive",
    "expected",
    "dir",
    "option",
    "resolver",
    "offer",
    "user",
    "path",
    "program",
    "revision",
    "declared",
    "required",
    "proxy",
    "go",
    "running",
    "key",
    "peer",
    "via",
    "viaport",
];

macro_rules! regexes {
    ($($name:ident = $source:expr;)*) => { $(
        fn $name() -> &'static Regex {
            static REGEX: OnceLock<Regex> = OnceLock::new();
            REGEX.get_or_init(|| Regex::new($source).expect("a constant"))
        }
    )* };
}

regexes! {
    a_package = r#"(?:providing package|provides package|package|cannot load|^import|unknown import path) "?([A-Za-z0-9][A-Za-z0-9._~-]*/[A-Za-z0-9._~!+/-]+[A-Za-z0-9])"#;
    an_address = r"(?:dial tcp |->|connect to |by |host )\[?((?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-f:]{3,}:[0-9a-f:]+)\]?(?::([0-9]{1,5}))?";
    a_port = r"\bport ([0-9]{1,5})\b";
    a_mod_flag = r"(-mod=(?:mod|vendor|readonly))\b";
    a_toolchain_setting = r"GOTOOLCHAIN=(\S+?)[;)\s]";
    a_user = r"(?:^|[\s/'])([A-Za-z0-9._-]+)@(?:[A-Za-z0-9-]+\.)+[a-z]{2,}[:/']";
    a_hash = r"downloaded:\s+(h1:\S+)\s+(\S+):\s+(h1:\S+)";
    a_fingerprint = r"(SHA256:[A-Za-z0-9+/]{43}=?)";
    a_reason = r"(i/o timeout|connection refused|connection reset by peer|no route to host|network is unreachable|TLS handshake timeout|unexpected EOF|no such host|server misbehaving|read-only file system|permission denied|no space left on device|operation not permitted|no IP SANs|any IP SANs|[Cc]onnection (?:timed out|refused|reset by peer|was reset|closed by remote host)|[Oo]peration timed out|No route to host|Name or service not known|bad permissions|invalid format|error in libcrypto|early EOF|terminal prompts disabled|Access is denied|did not properly respond|unreachable network|unreachable host|deadline exceeded|SSL_ERROR_SYSCALL|拒绝访问|连接超时|拒绝连接|积极拒绝|连接尝试失败|强迫关闭|没有到主机的路由|连接被对方重设|actively refused|forcibly closed|unknown host|\bEOF\b)";
    module_version = r"([A-Za-z0-9][A-Za-z0-9._~-]*(?:/[A-Za-z0-9._~!+-]+)*)@(v[0-9][A-Za-z0-9.+-]*|latest|[0-9a-f]{7,40}|[A-Za-z][A-Za-z0-9._/-]*)";
    a_url = r#"(?:https?|ssh|git|git\+ssh|file)://[^\s"'<>，：]+"#;
    a_status = r"(?:: |error: |response |answers? |HTTP (?:code )?|HTTP/[0-9.]+ )([1-5][0-9]{2})(?: [A-Z][A-Za-z' -]+|\b)";
    a_file = r#"((?:[A-Za-z]:\\|[~./])?[^\s:"'()=]*(?:go\.mod|go\.sum|go\.work(?:\.sum)?|modules\.txt|\.go|config|\.gitconfig|known_hosts)):([0-9]+)"#;
    scp_host = r"(?:^|[\s'])[A-Za-z0-9._-]+@([A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z0-9-]+)(?::|')";
    quoted_path = r#"(?:unrecognized|unknown) import path "([^"]+)""#;
    an_invalid_version = r#"version "(v[0-9][^"]*)" invalid"#;
    a_toolchain = r"^v[0-9.]+-(go[0-9][0-9a-z.]*)\.([a-z0-9]+)-([a-z0-9]+)$";
    a_manual = r"^https://(?:golang\.org|go\.dev)/(?:s|doc|issue|wiki|ref|help)/|^https://github\.com/golang/[a-z-]+/(?:issues|wiki|blob)/|^https://(?:git-scm\.com|docs\.|help\.)";
    module_word = r"(?:module|go get|go: finding module for package|package|require) ([A-Za-z0-9][A-Za-z0-9._~-]*\.[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~!+-]+)*)[:\s]";
}

/// What the pattern's groups say, and what the message says beside them.
pub(super) fn facts(text: &str, pattern: &Pattern, captures: &Captures<'_>) -> Facts {
    let mut facts = Facts::new();
    for name in pattern.regex().capture_names().flatten() {
        if let (Some(known), Some(found)) = (NAMES.iter().find(|n| **n == name), captures.name(name)) {
            let value = match found.as_str() {
                "Git" => "git",
                "Mercurial" => "hg",
                "Subversion" => "svn",
                "Bazaar" => "bzr",
                "Fossil" => "fossil",
                value if matches!(name, "package" | "module" | "version") => {
                    value.trim_matches(['.', ',', ':', ';', '"', '\'', '(', ')', '`'])
                }
                value => value.trim_end_matches(['.', ',', ':']),
            };
            let value = match name {
                "status" => value.split(' ').next().unwrap_or(value),
                _ => value,
            };
            if !value.is_empty() {
                facts.insert(known, masked(value));
            }
        }
    }
    let end = captures.get(0).map_or(text.len(), |whole| whole.end());
    let start = captures.get(0).map_or(0, |whole| whole.start());
    module(text, start, end, &mut facts);
    if let Some(url) = url_near(text, start, end) {
        if !facts.contains_key("host")
            && let Some(host) = host_of(url)
        {
            facts.insert("host", host);
        }
        from_proxy_path(url, &mut facts);
        facts.entry("url").or_insert_with(|| SafeUrl::new(url).to_string());
    }
    if let Some(found) = scp_host().captures(text) {
        facts.entry("host").or_insert_with(|| found[1].to_owned());
    }
    // What git was told is in its cache: the host is the one that the module's path begins with.
    if !facts.contains_key("host") && text.contains("git ") && text.contains("/cache/vcs/") {
        let host = facts.get("module").and_then(|module| module.split('/').next()).map(str::to_owned);
        if let Some(host) = host.filter(|host| host.contains('.') && !leads_elsewhere(host)) {
            facts.insert("host", host);
        }
    }
    if let Some(peer) = facts.remove("peer") {
        facts.entry("host").or_insert(peer);
    }
    facts.remove("viaport");
    if let Some(via) = facts.remove("via") {
        let port = facts.get("port").map_or_else(String::new, |port| format!(":{port}"));
        facts.insert("proxy", format!("{via}{port}"));
        facts.remove("port");
    }
    beside(text, &mut facts);
    if facts.get("module").is_some_and(|module| module == "golang.org/toolchain")
        && let Some(found) = facts.get("version").and_then(|version| a_toolchain().captures(version))
    {
        let (toolchain, platform) = (found[1].to_owned(), format!("{}/{}", &found[2], &found[3]));
        facts.entry("toolchain").or_insert(toolchain);
        facts.entry("platform").or_insert(platform);
    }
    if let Some(found) = a_status().captures(&text[start..]).or_else(|| a_status().captures(text)) {
        facts.entry("status").or_insert_with(|| found[1].to_owned());
    }
    // The place that stands before the words of the error on their line, else the next one, else any.
    let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let place = a_file().captures_iter(&text[begin..end.max(begin)]).last();
    if let Some(found) =
        place.or_else(|| a_file().captures(&text[start..])).or_else(|| a_file().captures(text))
    {
        facts.entry("file").or_insert_with(|| found[1].to_owned());
        facts.entry("line").or_insert_with(|| found[2].to_owned());
    }
    facts
}

/// What a message of any kind may name besides.
fn beside(text: &str, facts: &mut Facts) {
    let mut take = |name: &'static str, regex: &Regex| {
        if let Some(found) = regex.captures(text) {
            facts.entry(name).or_insert_with(|| masked(&found[1]));
        }
    };
    take("port", a_port());
    take("flag", a_mod_flag());
    take("gotoolchain", a_toolchain_setting());
    take("fingerprint", a_fingerprint());
    take("reason", a_reason());
    take("package", a_package());
    take("version", an_invalid_version());
    if text.contains("Proxy Authentication Required") {
        facts.entry("status").or_insert_with(|| "407".to_owned());
    }
    if let Some(found) = an_address().captures(text) {
        facts.entry("address").or_insert_with(|| found[1].to_owned());
        if let Some(port) = found.get(2) {
            facts.entry("port").or_insert_with(|| port.as_str().to_owned());
        }
    }
    if !facts.contains_key("user")
        && let Some(found) = a_user().captures(text)
        && &found[1] != "git"
    {
        facts.insert("user", found[1].to_owned());
    }
    if let Some(found) = a_hash().captures(text) {
        facts.insert("downloaded", found[1].to_owned());
        facts.insert("recorded", found[3].to_owned());
        facts.insert("recorder", found[2].to_owned());
    }
    if let Some((_, said)) = text.split_once("server response:") {
        let line = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
        facts.insert("server", masked(&line.chars().take(200).collect::<String>()));
    }
}

/// The module the error is about: the last one named before the words of the error, else the first after.
fn module(text: &str, start: usize, end: usize, facts: &mut Facts) {
    if !facts.contains_key("module") || !facts.contains_key("version") {
        let usable = |found: &Captures<'_>| {
            let path = &found[1];
            let at = found.get(0).map_or(0, |whole| whole.start());
            let before = text[..at].chars().next_back();
            // `git@host:path` and the user of a URL are no modules.
            path.contains('.') && !text[..at].ends_with("//") && before != Some(':') && before != Some('@')
        };
        let all: Vec<Captures<'_>> = module_version().captures_iter(text).filter(usable).collect();
        let place = |found: &Captures<'_>| found.get(0).map_or(0, |whole| whole.start());
        let real = |found: &&Captures<'_>| found[2].starts_with('v') || &found[2] == "latest";
        let before = all.iter().filter(|found| place(found) < end.max(start)).rfind(real);
        let after = all.iter().find(real);
        if let Some(found) = before.or(after).or(all.first()) {
            let path = in_cache(&found[1]);
            if !facts.contains_key("module") {
                facts.insert("module", path);
                facts.entry("version").or_insert_with(|| found[2].trim_end_matches('.').to_owned());
            } else if facts["module"] == path {
                facts.entry("version").or_insert_with(|| found[2].trim_end_matches('.').to_owned());
            }
        }
    }
    if !facts.contains_key("module")
        && let Some(found) = quoted_path().captures(text).or_else(|| module_word().captures(text))
    {
        facts.insert("module", found[1].to_owned());
    }
}

/// The path of a module as the cache's directories have it: `/root/go/pkg/mod/github.com/!azure/x` is `github.com/Azure/x`.
fn in_cache(path: &str) -> String {
    path.rsplit_once("pkg/mod/").map_or_else(|| path.to_owned(), |(_, path)| unescaped(path))
}

/// The last URL before the words of the error, else the first after.
fn url_near(text: &str, start: usize, end: usize) -> Option<&str> {
    let trim = |url: &'_ str| url.len() - url.trim_end_matches(['.', ',', ':', ';', ')', ']', '/']).len();
    // What a message tells to read is not what it failed at.
    let urls: Vec<_> = a_url().find_iter(text).filter(|url| !a_manual().is_match(url.as_str())).collect();
    let near = urls.iter().rfind(|url| url.start() < end.max(start)).or(urls.first())?;
    let url = near.as_str();
    Some(&url[..url.len() - trim(url)])
}

fn host_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    (!url.hostname().is_empty()).then(|| url.hostname().to_owned())
}

/// `…/gitlab.corp/a/b/@v/v1.2.0.mod`: which module and version was asked of a proxy.
fn from_proxy_path(url: &str, facts: &mut Facts) {
    let Ok(parsed) = Url::parse(url) else { return };
    let asked = parsed.path.split_once("/@v/").or_else(|| parsed.path.split_once("/@latest"));
    let Some((path, rest)) = asked else {
        let looked_up = parsed.path.split_once("/lookup/").and_then(|(_, rest)| rest.split_once('@'));
        if let Some((module, version)) = looked_up {
            facts.entry("module").or_insert_with(|| unescaped(module));
            facts.entry("version").or_insert_with(|| version.to_owned());
        }
        return;
    };
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(first) = segments.iter().position(|part| part.contains('.')) {
        facts.entry("module").or_insert_with(|| unescaped(&segments[first..].join("/")));
    }
    if let Some((version, _)) = rest.rsplit_once('.').filter(|(version, _)| version.starts_with('v')) {
        facts.entry("version").or_insert_with(|| unescaped(version));
    }
}

/// Whether a pattern for "the connection went to another host or port than the URL's" met one to the URL's own.
pub(super) fn reaches_its_host(text: &str, captures: &Captures<'_>) -> bool {
    let (host, port) = (captures.name("via"), captures.name("viaport"));
    let Some(place) = host.or(port) else { return false };
    let Some(url) = a_url().find_iter(&text[..place.start()]).last() else { return true };
    let Ok(url) = Url::parse(url.as_str().trim_end_matches(['\'', ':', '/'])) else { return true };
    let own = url.effective_port().to_string();
    host.is_none_or(|host| host.as_str() == url.hostname()) && port.is_none_or(|port| port.as_str() == own)
}

/// Whether a repository's URL in the message is a true beginning of the module's path, which a `/vN` does not lengthen.
pub(super) fn url_is_cut(text: &str, facts: &Facts) -> bool {
    let Some(module) = facts.get("module") else { return false };
    a_url().find_iter(text).any(|url| {
        let Ok(url) = Url::parse(url.as_str().trim_end_matches(['\'', ':', ')', '/'])) else { return false };
        // Forges without nested groups: what is below the repository is a directory in it.
        let flat = ["github.com", "gitee.com", "bitbucket.org", "gitcode.com", "codeberg.org", "gopkg.in"];
        let path = url.path.trim_end_matches('/').trim_end_matches(".git");
        // `could not read Username for 'https://host'` names no repository.
        if path.is_empty() || flat.contains(&url.hostname()) {
            return false;
        }
        let below = module.strip_prefix(&format!("{}{path}", url.hostname()));
        let Some(rest) = below.and_then(|rest| rest.strip_prefix('/')) else { return false };
        let major =
            |part: &str| part.strip_prefix('v').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        !(rest.is_empty() || major(rest))
    })
}

/// `!azure` is `Azure`.
fn unescaped(path: &str) -> String {
    let mut out = String::new();
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match c {
            '!' => out.extend(chars.next().map(|c| c.to_ascii_uppercase())),
            c => out.push(c),
        }
    }
    out
}

fn masked(text: &str) -> String {
    crate::model::secret::mask_userinfo(text)
}

/// The message as it is quoted: its first lines, cut.
pub(super) fn shown(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(6).collect();
    let mut shown: String = lines.join("\n").chars().take(600).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    masked(&shown)
}
