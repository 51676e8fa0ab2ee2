//! Whether what an insteadOf rule yields is a URL that git can use.

use super::insteadof::{Rule, sample};
use crate::model::Msg;
use crate::say;

/// Why git cannot use the URL that a rule yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `ssh://git@host:group/repo`: ssh is asked for a host of the name `host:group`.
    PathForPort { host: String },
    /// `git@host:2222/repo`: the short form knows no port, so `2222` is a directory.
    PortForPath { port: u16 },
    /// `htps://`: git looks for a program `git-remote-htps`.
    UnknownScheme { scheme: String, meant: Option<&'static str> },
    /// `https:/host`, `https:host`: git takes `https` for a host.
    MissingSlashes { scheme: &'static str },
    /// `ssh://git@hostgroup/repo`: base and rest run into each other.
    GluedHost { base: String, seen: String },
    /// `git@host/repo`: neither scheme nor colon, so git takes it for a directory.
    LooksLikePath,
    /// `ssh:///repo`.
    NoHost,
    /// White space, a control character, a quote or full-width punctuation.
    BadCharacter(char),
}

impl Fault {
    pub fn say(&self) -> Msg {
        match self {
            Fault::PathForPort { host } => say!(
                "in a URL with a scheme a port follows `{host}:`, not a path: replace that colon by /, or write git@{host}:… without ssh://",
                "带协议的 URL 里 `{host}:` 后面只能是端口：把这个冒号改成 /，或者去掉 ssh://，写成 git@{host}:…",
                host
            ),
            Fault::PortForPath { port } => say!(
                "git@host:path has no place for a port, `{port}` is read as a directory: write ssh://git@host:{port}/…",
                "git@host:路径 这种写法不能带端口，`{port}` 会被当成目录：请写 ssh://git@host:{port}/…",
                port
            ),
            Fault::UnknownScheme { scheme, meant: Some(meant) } => say!(
                "git knows no `{scheme}://`; `{meant}://` is meant",
                "git 不认识 `{scheme}://`，应为 `{meant}://`",
                scheme,
                meant
            ),
            Fault::UnknownScheme { scheme, meant: None } => say!(
                "for `{scheme}://` git needs a program git-remote-{scheme}",
                "`{scheme}://` 需要 git-remote-{scheme} 这个程序，git 自己不认识",
                scheme
            ),
            Fault::MissingSlashes { scheme } => {
                say!("`{scheme}:` must be followed by two slashes", "`{scheme}:` 后面要有两个斜杠", scheme)
            }
            Fault::GluedHost { base, seen } => say!(
                "`{base}` and the rest of the URL run into each other: the host becomes `{seen}`; end both sides of the rule with /",
                "`{base}` 和后面的部分粘在了一起，主机名变成了 `{seen}`；规则两边都应以 / 结尾",
                base,
                seen
            ),
            Fault::LooksLikePath => say!(
                "without a scheme or a colon git takes this for a directory on this machine",
                "既没有协议也没有冒号，git 会把它当成本机目录"
            ),
            Fault::NoHost => say!("the URL has no host", "URL 里没有主机名"),
            Fault::BadCharacter(c) => {
                let c = c.escape_debug();
                say!("`{c}` cannot stand in the URL", "URL 里不能有 `{c}`", c)
            }
        }
    }
}

impl Rule {
    /// What is wrong with the URLs that this rule yields, for a repository `group/repo.git`.
    pub fn fault(&self) -> Option<Fault> {
        let (base, prefix) = (self.base.reveal(), self.prefix.reveal());
        let url = format!("{base}{}", &sample(prefix)[prefix.len()..]);
        fault(&url, base, prefix)
    }
}

/// `connect.c:parse_connect_url` and `transport.c:transport_get`, for a URL that begins with `base`.
fn fault(url: &str, base: &str, prefix: &str) -> Option<Fault> {
    if let Some(c) = url.chars().find(|c| is_bad(*c)) {
        return Some(Fault::BadCharacter(c));
    }
    if is_local(url) {
        return None;
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return without_scheme(url, prefix);
    };
    if scheme.contains("::") {
        return None;
    }
    let lower = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&lower.as_str()) {
        let meant = SCHEMES.into_iter().find(|known| is_near(&lower, known));
        return Some(Fault::UnknownScheme { scheme: scheme.to_owned(), meant });
    }
    if lower == "file" {
        return None;
    }
    let seen = host_and_port(rest);
    let (host, port) = split(seen);
    if host.is_empty() {
        return Some(Fault::NoHost);
    }
    let written = base.split_once("://").map_or("", |(_, rest)| host_and_port(rest));
    if seen.len() > written.len() && !written.is_empty() && !written.ends_with(':') {
        return Some(Fault::GluedHost { base: written.to_owned(), seen: seen.to_owned() });
    }
    let is_port = port.is_empty() || port.parse::<u16>().is_ok();
    (!is_port).then(|| Fault::PathForPort { host: host.to_owned() })
}

/// What stands between the user and the path.
fn host_and_port(rest: &str) -> &str {
    let authority = rest.split('/').next().unwrap_or("");
    authority.rsplit('@').next().unwrap_or("")
}

/// The short form `user@host:path`, and what is mistaken for it.
fn without_scheme(url: &str, prefix: &str) -> Option<Fault> {
    let colon = match (url.find(':'), url.find('/')) {
        (Some(colon), slash) if slash.is_none_or(|slash| colon < slash) => colon,
        _ => return Some(Fault::LooksLikePath),
    };
    let (head, path) = (&url[..colon], &url[colon + 1..]);
    if let Some(scheme) = SCHEMES.into_iter().find(|scheme| head.eq_ignore_ascii_case(scheme)) {
        return Some(Fault::MissingSlashes { scheme });
    }
    // `helper::address` names a program of its own; `[host:port]:path` is git's form with a port.
    if path.starts_with(':') || head.starts_with('[') {
        return None;
    }
    let first = path.split('/').next().unwrap_or("");
    let port = first.parse().ok().filter(|port| *port > 0)?;
    // A group may have a number for its name; then the rule has it on both sides.
    let group = prefix.split('/').any(|part| part == first);
    (path.contains('/') && !group).then_some(Fault::PortForPath { port })
}

/// Schemes that git serves itself or with the helpers it comes with.
const SCHEMES: [&str; 9] = ["https", "ssh", "http", "git", "file", "git+ssh", "ssh+git", "ftp", "ftps"];

fn is_local(url: &str) -> bool {
    let drive = url.as_bytes().get(1) == Some(&b':') && !url.contains("://");
    url.starts_with(['/', '.', '\\']) || drive && url.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Quotes, blanks, control characters, and the punctuation that a Chinese input method leaves behind.
fn is_bad(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "\"'<>`，。；：／“”‘’＠．".contains(c)
}

/// Host and port; brackets of IPv6 are kept with the host.
fn split(authority: &str) -> (&str, &str) {
    match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => (&authority[..colon], &authority[colon + 1..]),
        _ => (authority, ""),
    }
}

/// Whether one is a slip of the other: a letter too many or too few, a wrong one, or two swapped.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[head..], &b[head..]);
    match (a, b) {
        ([_, rest @ ..], other) | (other, [_, rest @ ..]) if rest == other => true,
        ([_, a @ ..], [_, b @ ..]) if a == b => head + a.len() >= 3,
        ([a1, a2, a @ ..], [b1, b2, b @ ..]) => (a1, a2, a) == (b2, b1, b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;

    fn fault_of(base: &str, prefix: &str) -> Option<Fault> {
        Rule::new(base, prefix, Source::Host).fault()
    }

    #[test]
    fn rules_that_work() {
        for (base, prefix) in [
            ("ssh://git@h/", "https://h/"),
            ("ssh://git@h:2222/", "https://h/"),
            ("ssh://git@codeup.aliyun.com", "https://codeup.aliyun.com"),
            ("git@h:", "https://h/"),
            ("git@h:group/", "https://h/group/"),
            ("https://oauth2:t0ken@h/", "https://h/"),
            ("https://h:8443/", "https://h/"),
            ("https://ghproxy.test/https://github.com/", "https://github.com/"),
            ("/srv/mirror/", "https://h/"),
            ("C:/mirror/", "https://h/"),
            ("file:///srv/", "https://h/"),
            ("[git@h:2222]:", "https://h/"),
            ("codecommit::cn-north-1://", "https://h/"),
            ("ssh://git@[fd00::1]:22/", "https://h/"),
            ("https://h/git", "https://h"),
            ("https://", "ssh://git@"),
            ("https://", "git://"),
            ("git@h:42/", "https://h/42/"),
            (
                "git@codeup.aliyun.com:5f3a0000000000000000aaaa/",
                "https://codeup.aliyun.com/5f3a0000000000000000aaaa/",
            ),
        ] {
            assert_eq!(fault_of(base, prefix), None, "{base} {prefix}");
        }
    }

    #[test]
    fn rules_that_cannot_work() {
        let path_for_port = |host: &str| Some(Fault::PathForPort { host: host.into() });
        let glued = |base: &str, seen: &str| Some(Fault::GluedHost { base: base.into(), seen: seen.into() });
        let scheme = |scheme: &str, meant| Some(Fault::UnknownScheme { scheme: scheme.into(), meant });
        for (base, prefix, want) in [
            ("ssh://git@h:", "https://h/", path_for_port("h")),
            ("ssh://git@h:group/", "https://h/group/", path_for_port("h")),
            ("ssh://git@h", "https://h/", glued("h", "hgroup")),
            ("https://h:8443", "https://h/", glued("h:8443", "h:8443group")),
            ("git@h:2222/", "https://h/", Some(Fault::PortForPath { port: 2222 })),
            ("htps://h/", "https://h/", scheme("htps", Some("https"))),
            ("httsp://h/", "https://h/", scheme("httsp", Some("https"))),
            ("shs://git@h/", "https://h/", scheme("shs", Some("ssh"))),
            ("sso://h/", "https://h/", scheme("sso", None)),
            ("https:/h/", "https://h/", Some(Fault::MissingSlashes { scheme: "https" })),
            ("ssh:git@h/", "https://h/", Some(Fault::MissingSlashes { scheme: "ssh" })),
            ("git@h/", "https://h/", Some(Fault::LooksLikePath)),
            ("https//h/", "https://h/", Some(Fault::LooksLikePath)),
            ("ssh:///", "https://h/", Some(Fault::NoHost)),
            ("ssh://git@/", "https://h/", Some(Fault::NoHost)),
            ("ssh://git@h：2222/", "https://h/", Some(Fault::BadCharacter('：'))),
            ("ssh://git@h /", "https://h/", Some(Fault::BadCharacter(' '))),
        ] {
            assert_eq!(fault_of(base, prefix), want, "{base} {prefix}");
        }
    }

    #[test]
    fn every_fault_speaks_both_languages() {
        let faults = [
            "ssh://git@h:",
            "git@h:2222/",
            "htps://h/",
            "x://h/",
            "https:/h",
            "ssh://h",
            "a/",
            "ssh:///",
            "a b",
        ];
        for base in faults {
            let said = fault_of(base, "https://h/").unwrap().say();
            let chinese = |text: &str| text.contains(|c| ('\u{4e00}'..'\u{a000}').contains(&c));
            assert!(!chinese(&said.en) && chinese(&said.zh), "{} {}", said.en, said.zh);
        }
    }
}
