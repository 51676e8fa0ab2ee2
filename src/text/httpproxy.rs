//! `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` as Go applies them (`golang.org/x/net/http/httpproxy/proxy.go`).

use std::net::IpAddr;

use super::url::{Url, is_loopback, split_port};

/// The three variables as Go picks them: upper case first, empty counts as unset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpProxy {
    pub http: String,
    pub https: String,
    pub no_proxy: String,
    /// `REQUEST_METHOD` is set: Go then refuses `HTTP_PROXY`.
    pub cgi: bool,
}

/// What Go does with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Direct(Why),
    /// Through the proxy at this URL.
    Proxied(Url),
    /// `refusing to use HTTP_PROXY value in CGI environment`.
    Refused,
}

/// Why a request goes direct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    NoProxySet,
    Loopback,
    /// The element of `NO_PROXY` that matched.
    Bypassed(String),
}

impl HttpProxy {
    /// Reads the variables through `get`, which answers `None` for unset and for empty.
    pub fn from_vars<'v>(get: impl Fn(&str) -> Option<&'v str>) -> HttpProxy {
        let any = |upper: &str, lower: &str| get(upper).or_else(|| get(lower)).unwrap_or("").to_owned();
        HttpProxy {
            http: any("HTTP_PROXY", "http_proxy"),
            https: any("HTTPS_PROXY", "https_proxy"),
            no_proxy: any("NO_PROXY", "no_proxy"),
            cgi: get("REQUEST_METHOD").is_some(),
        }
    }

    /// `config.proxyForURL`.
    pub fn decide(&self, url: &Url) -> Decision {
        let value = match url.scheme.as_str() {
            "https" => &self.https,
            "http" => &self.http,
            _ => return Decision::Direct(Why::NoProxySet),
        };
        let Some(proxy) = parse_proxy(value) else {
            return Decision::Direct(Why::NoProxySet);
        };
        if url.scheme == "http" && self.cgi {
            return Decision::Refused;
        }
        match self.bypass(url.hostname(), url.effective_port()) {
            Some(why) => Decision::Direct(why),
            None => Decision::Proxied(proxy),
        }
    }

    /// Whether a request to this host and port goes past the proxy, and why (`config.useProxy`).
    pub fn bypass(&self, host: &str, port: u16) -> Option<Why> {
        let ip: Option<IpAddr> = host.parse().ok();
        if is_loopback(host) {
            return Some(Why::Loopback);
        }
        let host = host.trim().to_lowercase();
        let elements = || self.no_proxy.split(',').map(str::trim).filter(|e| !e.is_empty());
        elements()
            .find(|e| *e == "*")
            .or_else(|| elements().find(|e| element_matches(&e.to_lowercase(), &host, port, ip)))
            .map(|element| Why::Bypassed(element.to_owned()))
    }
}

/// `parseProxy`: `host:port` gets `http://`; what cannot be a URL either way is no proxy, silently.
pub fn parse_proxy(value: &str) -> Option<Url> {
    if value.is_empty() {
        return None;
    }
    match Url::parse(value) {
        Ok(url) if !url.scheme.is_empty() && !url.host.is_empty() => Some(url),
        parsed => Url::parse(&format!("http://{value}")).ok().or(parsed.ok()),
    }
}

/// One lower-case element of `NO_PROXY` against a host (lower case) and port.
fn element_matches(element: &str, host: &str, port: u16, ip: Option<IpAddr>) -> bool {
    if let Some((net, bits)) = cidr(element) {
        return ip.is_some_and(|ip| in_net(ip, net, bits));
    }
    let (name, want) = match element.rfind(':') {
        Some(_) if element.parse::<IpAddr>().is_ok() => (element, ""),
        Some(_) => split_port(element),
        None => (element, ""),
    };
    let port_fits = want.is_empty() || want == port.to_string();
    if let Ok(want_ip) = name.parse::<IpAddr>() {
        return port_fits && ip.is_some_and(|ip| ip.to_canonical() == want_ip.to_canonical());
    }
    if name.is_empty() || ip.is_some() {
        return false;
    }
    let name = name.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(name);
    let matched = match name.strip_prefix('.') {
        Some(_) => host.ends_with(name),
        None => host == name || host.strip_suffix(name).is_some_and(|head| head.ends_with('.')),
    };
    matched && port_fits
}

/// Why an element of `NO_PROXY` does not do what it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// `a b`, `a;b`: only commas separate.
    Separator,
    /// `https://corp.com`: a host is meant.
    Url,
    /// `10.1.*`, `git.*`, `*corp.com`: a star stands only as `*` or in `*.corp.com`.
    Star,
    /// `corp.com.`: only a URL with the dot matches.
    FinalDot,
    /// `corp.com/x`, `10.0.0.0/99`: neither a network nor a host.
    Slash,
    /// `*.corp.com`: go takes it, curl and git do not.
    GoOnly,
}

/// The elements that Go does not read as they look, and those that curl and git do not.
pub fn odd_elements(no_proxy: &str) -> Vec<(String, Odd)> {
    let elements = no_proxy.split(',').map(str::trim).filter(|element| !element.is_empty());
    elements.filter_map(|element| Some((element.to_owned(), odd(element)?))).collect()
}

fn odd(element: &str) -> Option<Odd> {
    match element {
        "*" => None,
        _ if element.contains(char::is_whitespace) || element.contains([';', '，', '、']) => {
            Some(Odd::Separator)
        }
        _ if element.contains("://") => Some(Odd::Url),
        _ if element.starts_with("*.") && !element[2..].contains('*') => Some(Odd::GoOnly),
        _ if element.contains('*') => Some(Odd::Star),
        _ if element.contains('/') => cidr(element).is_none().then_some(Odd::Slash),
        _ => element.ends_with('.').then_some(Odd::FinalDot),
    }
}

/// Whether Go knows how to speak to a proxy of this scheme (`net/http/transport.go`); any other is spoken to in plain HTTP.
pub fn known_scheme(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "socks5" | "socks5h")
}

/// The port that Go connects to (`transport.go:canonicalAddr`).
pub fn proxy_port(proxy: &Url) -> u16 {
    match proxy.scheme.as_str() {
        _ if !proxy.port().is_empty() => proxy.effective_port(),
        "https" => 443,
        "socks5" | "socks5h" => 1080,
        _ => 80,
    }
}

fn cidr(element: &str) -> Option<(IpAddr, u8)> {
    let (net, bits) = element.split_once('/')?;
    let net: IpAddr = net.parse().ok()?;
    let bits: u8 = bits.parse().ok()?;
    (bits <= if net.is_ipv4() { 32 } else { 128 }).then_some((net, bits))
}

fn in_net(ip: IpAddr, net: IpAddr, bits: u8) -> bool {
    match (ip.to_canonical(), net) {
        (IpAddr::V4(ip), IpAddr::V4(net)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            u32::from(ip) & mask == u32::from(net) & mask
        }
        (IpAddr::V6(ip), IpAddr::V6(net)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            u128::from(ip) & mask == u128::from(net) & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxied(no_proxy: &str, url: &str) -> bool {
        let proxy = HttpProxy {
            http: "http://p:1".into(),
            https: "http://p:1".into(),
            no_proxy: no_proxy.into(),
            cgi: false,
        };
        matches!(proxy.decide(&Url::parse(url).unwrap()), Decision::Proxied(_))
    }

    /// The Go column of the table in `reference/go-semantics.md` 2.10, observed with `http.ProxyFromEnvironment`.
    #[test]
    fn no_proxy_as_go_reads_it() {
        for (no_proxy, url, want) in [
            ("", "https://localhost", false),
            ("", "https://127.0.0.1", false),
            ("", "https://[::1]:8080", false),
            ("corp.com", "https://corp.com", false),
            ("corp.com", "https://git.corp.com", false),
            ("corp.com", "https://corp.com:8443", false),
            ("corp.com", "https://xcorp.com", true),
            (".corp.com", "https://corp.com", true),
            (".corp.com", "https://git.corp.com", false),
            ("*.corp.com", "https://git.corp.com", false),
            ("*.corp.com", "https://corp.com", true),
            ("*corp.com", "https://corp.com", true),
            ("corp.com:8443", "https://corp.com:8443", false),
            ("corp.com:8443", "https://corp.com", true),
            ("*", "https://a.b", false),
            ("corp.com,*", "https://a.b", false),
            ("10.0.0.0/8", "https://10.1.2.3", false),
            ("10.0.0.0/8", "https://11.1.2.3", true),
            ("10.1.2.3:443", "https://10.1.2.3", false),
            ("10.1.2.3:80", "https://10.1.2.3", true),
            ("corp.com.", "https://corp.com", true),
            ("CORP.COM", "https://corp.com", false),
            ("corp.com 10.1.2.3", "https://corp.com", true),
            ("http://corp.com", "https://corp.com", true),
            ("10.1.*", "https://10.1.2.3", true),
        ] {
            assert_eq!(proxied(no_proxy, url), want, "NO_PROXY={no_proxy} {url}");
        }
    }

    /// What is odd matches nothing that it looks like, and what is not does.
    #[test]
    fn odd_elements_of_no_proxy() {
        for (element, want, url) in [
            ("corp.com", None, "https://git.corp.com"),
            (".corp.com", None, "https://git.corp.com"),
            ("10.0.0.0/8", None, "https://10.1.2.3"),
            ("10.1.2.3:443", None, "https://10.1.2.3"),
            ("::1", None, "https://[::1]"),
            ("*", None, "https://a.b"),
            ("*.corp.com", Some(Odd::GoOnly), "https://git.corp.com"),
            ("corp.com 10.1.2.3", Some(Odd::Separator), "https://corp.com"),
            ("corp.com;x.cn", Some(Odd::Separator), "https://corp.com"),
            ("https://corp.com", Some(Odd::Url), "https://corp.com"),
            ("10.1.*", Some(Odd::Star), "https://10.1.2.3"),
            ("*corp.com", Some(Odd::Star), "https://git.corp.com"),
            ("git.*", Some(Odd::Star), "https://git.corp.com"),
            ("corp.com.", Some(Odd::FinalDot), "https://corp.com"),
            ("10.0.0.0/99", Some(Odd::Slash), "https://10.1.2.3"),
        ] {
            assert_eq!(odd(element), want, "{element}");
            let works = want.is_none_or(|odd| odd == Odd::GoOnly);
            assert_eq!(!proxied(element, url), works, "{element}");
        }
        assert_eq!(
            odd_elements("a.cn, b c,*.d"),
            [("b c".into(), Odd::Separator), ("*.d".into(), Odd::GoOnly)]
        );
    }

    #[test]
    fn proxy_values() {
        assert_eq!(parse_proxy("10.0.0.1:3128").unwrap().bare(), "http://10.0.0.1:3128");
        assert_eq!(parse_proxy("socks5://h:1").unwrap().scheme, "socks5");
        assert_eq!(parse_proxy(""), None);
    }

    #[test]
    fn https_never_falls_back_to_http_proxy() {
        let proxy = HttpProxy { http: "http://p:1".into(), ..HttpProxy::default() };
        assert_eq!(proxy.decide(&Url::parse("https://a.b").unwrap()), Decision::Direct(Why::NoProxySet));
        let cgi = HttpProxy { cgi: true, ..proxy };
        assert_eq!(cgi.decide(&Url::parse("http://a.b").unwrap()), Decision::Refused);
    }
}
