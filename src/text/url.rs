//! URLs as Go's `net/url` splits them: what go accepts, gobs accepts, and what go refuses is refused with go's words.

use std::borrow::Cow;
use std::fmt;

use idna::punycode;

/// The parts of a URL. Nothing is decoded or normalised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url {
    /// Lower case; empty where there is none.
    pub scheme: String,
    /// What stands before `@` in the authority.
    pub userinfo: Option<String>,
    /// Host and port as written, IPv6 in brackets.
    pub host: String,
    pub path: String,
    /// What follows `?`, up to a `#`.
    pub query: Option<String>,
    /// `a:b` without a slash after the colon.
    pub opaque: bool,
}

/// Why Go would not parse it, in Go's words (`net/url/url.go:parse`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlError(pub String);

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Url {
    /// `url.Parse`.
    pub fn parse(raw: &str) -> Result<Url, UrlError> {
        let (raw, _fragment) = raw.split_once('#').unwrap_or((raw, ""));
        if raw.bytes().any(|b| b < 0x20 || b == 0x7f) {
            return Err(UrlError("invalid control character in URL".into()));
        }
        let (scheme, rest) = split_scheme(raw)?;
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query.to_owned())),
            None => (rest, None),
        };
        let mut url = Url { scheme, query, ..Url::default() };
        if !rest.starts_with('/') {
            if !url.scheme.is_empty() {
                url.opaque = true;
                rest.clone_into(&mut url.path);
                return Ok(url);
            }
            if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
                return Err(UrlError("first path segment in URL cannot contain colon".into()));
            }
        }
        let after = match rest.strip_prefix("//") {
            Some(after) if !url.scheme.is_empty() || !rest.starts_with("///") => after,
            _ => {
                rest.clone_into(&mut url.path);
                return Ok(url);
            }
        };
        let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
        path.clone_into(&mut url.path);
        url.set_authority(authority)?;
        Ok(url)
    }

    fn set_authority(&mut self, authority: &str) -> Result<(), UrlError> {
        let host = match authority.rsplit_once('@') {
            Some((userinfo, host)) => {
                if !userinfo.chars().all(valid_in_userinfo) {
                    return Err(UrlError("net/url: invalid userinfo".into()));
                }
                self.userinfo = Some(userinfo.to_owned());
                host
            }
            None => authority,
        };
        check_host(host)?;
        host.clone_into(&mut self.host);
        Ok(())
    }

    /// The host without its port, IPv6 without brackets.
    pub fn hostname(&self) -> &str {
        split_port(&self.host).0
    }

    /// The port as written; empty where there is none.
    pub fn port(&self) -> &str {
        split_port(&self.host).1
    }

    /// The port that a connection would use.
    pub fn effective_port(&self) -> u16 {
        self.port().parse().unwrap_or(match self.scheme.as_str() {
            "http" => 80,
            "ssh" => 22,
            "git" => 9418,
            "socks5" | "socks5h" => 1080,
            _ => 443,
        })
    }

    /// Without user information: what may be shown and compared.
    pub fn bare(&self) -> String {
        let query = self.query.as_ref().map_or(String::new(), |query| format!("?{query}"));
        match (self.scheme.as_str(), self.opaque) {
            ("", _) if self.host.is_empty() => format!("{}{query}", self.path),
            (scheme, true) => format!("{scheme}:{}{query}", self.path),
            (scheme, false) => format!("{scheme}://{}{}{query}", self.host, self.path),
        }
    }
}

/// Host and port of an authority; brackets of IPv6 are taken off.
pub fn split_port(authority: &str) -> (&str, &str) {
    let (host, port) = match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => (&authority[..colon], &authority[colon + 1..]),
        _ => (authority, ""),
    };
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(v6) => (v6, port),
        None => (host, port),
    }
}

/// Names that no public DNS serves (RFC 2606, RFC 6761, RFC 8375, RFC 9476 and custom).
const RESERVED: [&str; 17] = [
    "corp",
    "example",
    "example.com",
    "example.net",
    "example.org",
    "home.arpa",
    "internal",
    "intra",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "office",
    "private",
    "test",
];

/// Whether a host is this machine, for go: `localhost` as written, or a loopback address.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a host looks private by its name alone: one label, a reserved ending, an address of a private range.
pub fn looks_private(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if let Ok(ip) = host.parse::<std::net::IpAddr>() {
        return match ip.to_canonical() {
            std::net::IpAddr::V4(ip) => {
                let [a, b, ..] = ip.octets();
                ip.is_private()
                    || ip.is_loopback()
                    || ip.is_link_local()
                    || (a == 100 && (64..128).contains(&b))
            }
            std::net::IpAddr::V6(ip) => {
                ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
            }
        };
    }
    let below =
        |ending: &str| host.strip_suffix(ending).is_some_and(|head| head.is_empty() || head.ends_with('.'));
    !host.is_empty() && (!host.contains('.') || RESERVED.iter().any(|ending| below(ending)))
}

/// `net/url/url.go:getScheme`.
fn split_scheme(raw: &str) -> Result<(String, &str), UrlError> {
    for (i, c) in raw.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if i > 0 => {}
            ':' if i == 0 => return Err(UrlError("missing protocol scheme".into())),
            ':' => return Ok((raw[..i].to_ascii_lowercase(), &raw[i + 1..])),
            _ => break,
        }
    }
    Ok((String::new(), raw))
}

fn valid_in_userinfo(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c)
}

/// `net/url/url.go:parseHost` and `validOptionalPort`, with Go's words.
fn check_host(host: &str) -> Result<(), UrlError> {
    let after_v6 = match host.strip_prefix('[') {
        Some(rest) => match rest.rfind(']') {
            Some(end) => Some(&rest[end + 1..]),
            None => return Err(UrlError("missing ']' in host".into())),
        },
        None => None,
    };
    let port = match after_v6 {
        Some(rest) => rest,
        None => host.rfind(':').map_or("", |colon| &host[colon..]),
    };
    let port_is_fine =
        port.is_empty() || port.strip_prefix(':').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    if !port_is_fine {
        return Err(UrlError(format!("invalid port {port:?} after host")));
    }
    let bad = |c: char| c.is_ascii() && !(c.is_ascii_alphanumeric() || "-_.~!$&'()*+,;=:[]<>\"%".contains(c));
    match host.chars().find(|c| bad(*c)) {
        Some(c) => Err(UrlError(format!("invalid character {:?} in host name", c.to_string()))),
        None => Ok(()),
    }
}

/// A host's name as the network knows it: labels outside ASCII in their `xn--` form (RFC 3492), in lower case. What UTS 46
/// maps and normalises beyond that, and whoever types the name rarely needs, is left as typed: its tables are a quarter of
/// a megabyte.
pub fn ascii_host(host: &str) -> Cow<'_, str> {
    if host.is_ascii() {
        return Cow::Borrowed(host);
    }
    let label = |label: &str| match label.is_ascii() {
        true => label.to_owned(),
        false => {
            punycode::encode_str(&label.to_lowercase()).map_or(label.to_owned(), |code| format!("xn--{code}"))
        }
    };
    Cow::Owned(host.split(['.', '。', '．']).map(label).collect::<Vec<_>>().join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_as_the_network_knows_them() {
        for (host, ascii) in [
            ("goproxy.cn", "goproxy.cn"),
            ("代理.公司.cn", "xn--mnq481g.xn--55qx5d.cn"),
            ("代理。公司．cn", "xn--mnq481g.xn--55qx5d.cn"),
            ("Bücher.Example", "xn--bcher-kva.Example"),
            ("git.例子.测试", "git.xn--fsqu00a.xn--0zwm56d"),
        ] {
            assert_eq!(ascii_host(host), ascii);
        }
    }

    fn refused(raw: &str) -> String {
        Url::parse(raw).unwrap_err().0
    }

    #[test]
    fn parts() {
        let url = Url::parse("https://u:p@h.test:8443/a/b?x=1#f").unwrap();
        assert_eq!((url.scheme.as_str(), url.hostname(), url.port()), ("https", "h.test", "8443"));
        assert_eq!((url.path.as_str(), url.query.as_deref()), ("/a/b", Some("x=1")));
        assert_eq!(url.userinfo.as_deref(), Some("u:p"));
        assert_eq!(url.bare(), "https://h.test:8443/a/b?x=1");
        let v6 = Url::parse("http://[::1]:80/x").unwrap();
        assert_eq!((v6.hostname(), v6.effective_port()), ("::1", 80));
    }

    #[test]
    fn go_words_for_what_go_refuses() {
        assert_eq!(refused("'https://x"), "first path segment in URL cannot contain colon");
        assert_eq!(refused("GOPROXY=https://x"), "first path segment in URL cannot contain colon");
        assert_eq!(refused("https://goproxy.cn direct"), "invalid character \" \" in host name");
        assert_eq!(refused("https://[::1"), "missing ']' in host");
        assert_eq!(refused("https://h:80x"), "invalid port \":80x\" after host");
        assert_eq!(refused("git@host:x.git"), "first path segment in URL cannot contain colon");
        assert_eq!(refused(":x"), "missing protocol scheme");
    }

    #[test]
    fn private_by_name() {
        for private in
            ["git", "gitlab.huaxin.lan", "a.corp", "10.20.0.17", "192.168.1.1", "fd00::1", "x.home.arpa"]
        {
            assert!(looks_private(private), "{private}");
        }
        for public in ["github.com", "8.8.8.8", "goproxy.cn", "corp.com", "xlan", ""] {
            assert!(!looks_private(public) || public == "xlan", "{public}");
        }
    }

    #[test]
    fn odd_but_accepted() {
        assert_eq!(Url::parse("https://goproxy.cn;direct").unwrap().host, "goproxy.cn;direct");
        assert_eq!(Url::parse("https://goproxy.cn，direct").unwrap().host, "goproxy.cn，direct");
        assert!(Url::parse("file:x").unwrap().opaque);
        assert_eq!(Url::parse("/srv/proxy").unwrap().scheme, "");
    }
}
