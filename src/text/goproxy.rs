//! `GOPROXY`: the list as go walks it (`modfetch/proxy.go:proxyList`), and what is wrong with a value.

use super::url::Url;
use crate::model::{Kind, Msg, SafeUrl, kind};
use crate::say;

/// One element of the list, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub at: Place,
    /// Whether *any* error goes on to the next element (`|`), or only 404 and 410 do (`,`).
    pub on_any_error: bool,
}

/// Where an element sends go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A module proxy; `https://` is already added where go would add it. No slash at the end.
    Proxy(SafeUrl),
    Direct,
    Off,
}

/// What go would say, and the kind of mistake behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: Kind,
    /// The element at fault, as written.
    pub element: String,
    /// Go's own words, as they appear at the first module access. Empty where go would not complain.
    pub go_says: String,
}

impl Problem {
    /// What is wrong with the element, in words.
    pub fn msg(&self) -> Msg {
        let (element, go) = (&self.element, &self.go_says);
        let go =
            if go.is_empty() { Msg::default() } else { say!("; go says: {go}", "；go 会报：{go}", go) };
        match self.kind {
            kind::GOPROXY_MISSING_SCHEME => say!(
                "GOPROXY: `{element}` is a bare word, not an address{go}",
                "GOPROXY：`{element}` 只是一个词，不是地址{go}",
                element,
                go
            ),
            kind::GOPROXY_BAD_SEPARATOR => say!(
                "GOPROXY: only `,` and `|` separate; go takes `{element}` for one address{go}",
                "GOPROXY：只能用 `,` 或 `|` 分隔；go 会把 `{element}` 当成一个地址{go}",
                element,
                go
            ),
            kind::GOPROXY_HAS_QUOTES => say!(
                "GOPROXY: the quotes in `{element}` became part of the value{go}",
                "GOPROXY：`{element}` 里的引号成了值的一部分{go}",
                element,
                go
            ),
            kind::GOPROXY_HAS_SPACE if element.contains(INVISIBLE) => {
                let element = element.escape_debug();
                say!(
                    "GOPROXY: an invisible character is a part of `{element}`{go}",
                    "GOPROXY：`{element}` 里混入了不可见字符{go}",
                    element,
                    go
                )
            }
            kind::GOPROXY_HAS_SPACE => say!(
                "GOPROXY: a space does not separate; go takes `{element}` for one address{go}",
                "GOPROXY：空格不是分隔符；go 会把 `{element}` 当成一个地址{go}",
                element,
                go
            ),
            _ => {
                say!(
                    "GOPROXY: go cannot use `{element}`{go}",
                    "GOPROXY：go 用不了 `{element}`{go}",
                    element,
                    go
                )
            }
        }
    }
}

/// The steps of a value, or the first error go meets. The empty value is the caller's to default.
pub fn steps(value: &str) -> Result<Vec<Step>, Problem> {
    let mut steps = Vec::new();
    for (element, on_any_error) in elements(value) {
        let at = match element {
            "off" => Place::Off,
            "direct" => Place::Direct,
            url => Place::Proxy(proxy_url(url).map_err(|go_says| blame(url, go_says))?),
        };
        let last = at == Place::Off || at == Place::Direct;
        steps.push(Step { at, on_any_error });
        if last {
            break;
        }
    }
    if steps.is_empty() {
        let go_says = "GOPROXY list is not the empty string, but contains no entries".to_owned();
        return Err(Problem { kind: kind::GOPROXY_CONFIG_INVALID, element: value.to_owned(), go_says });
    }
    Ok(steps)
}

/// Everything that is wrong with a value: what go refuses, and what go takes for something else than was meant.
pub fn problems(value: &str) -> Vec<Problem> {
    if let Err(problem) = steps(value)
        && problem.kind == kind::GOPROXY_CONFIG_INVALID
        && elements(value).next().is_none()
    {
        return vec![problem];
    }
    elements(value)
        .filter(|(element, _)| !matches!(*element, "off" | "direct"))
        .filter_map(|(element, _)| match proxy_url(element) {
            Err(go_says) => Some(blame(element, go_says)),
            Ok(_) => {
                let kind = if separator_inside(element) {
                    kind::GOPROXY_BAD_SEPARATOR
                } else if space_inside(element) {
                    kind::GOPROXY_HAS_SPACE
                } else {
                    return None;
                };
                Some(Problem { kind, element: element.to_owned(), go_says: String::new() })
            }
        })
        .collect()
}

/// The elements as go cuts them: trimmed, empty ones left out, each with whether a `|` follows it.
pub fn elements(value: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = value;
    std::iter::from_fn(move || {
        (!rest.is_empty()).then(|| match rest.find([',', '|']) {
            Some(at) => {
                let element = (&rest[..at], rest.as_bytes()[at] == b'|');
                rest = &rest[at + 1..];
                element
            }
            None => (std::mem::take(&mut rest), false),
        })
    })
    .map(|(element, pipe)| (element.trim(), pipe))
    .filter(|(element, _)| !element.is_empty())
}

/// `newProxyRepo`: the base URL, or go's refusal.
fn proxy_url(element: &str) -> Result<SafeUrl, String> {
    let is_abs = element.starts_with('/') || (cfg!(windows) && is_windows_abs(element));
    let guessed = element.contains(['.', ':', '/']) && !element.contains(":/") && !is_abs;
    let full = if guessed { format!("https://{element}") } else { element.to_owned() };
    let shown = SafeUrl::new(&full);
    let url = Url::parse(&full).map_err(|err| format!("parse {:?}: {err}", shown.to_string()))?;
    match url.scheme.as_str() {
        "http" | "https" if url.host.is_empty() => return Err("http: no Host in request URL".to_owned()),
        "http" | "https" => {}
        "file" => {
            let plain = url.host.is_empty() && url.userinfo.is_none() && url.query.is_none() && !url.opaque;
            if !plain || !full.starts_with("file://") {
                return Err(format!("invalid file:// proxy URL with non-path elements: {shown}"));
            }
        }
        "" => return Err(format!("invalid proxy URL missing scheme: {shown}")),
        _ => {
            return Err(format!("invalid proxy URL scheme (must be https, http, file): {shown}"));
        }
    }
    Ok(SafeUrl::new(full.trim_end_matches('/')))
}

fn is_windows_abs(path: &str) -> bool {
    path.as_bytes().get(1) == Some(&b':') || path.starts_with("\\\\")
}

/// Quotes, spaces and foreign separators explain most of what go cannot parse.
fn blame(element: &str, go_says: String) -> Problem {
    let kind = if element.contains(['"', '\'', '`', '“', '”', '‘', '’']) {
        kind::GOPROXY_HAS_QUOTES
    } else if separator_inside(element) {
        kind::GOPROXY_BAD_SEPARATOR
    } else if element.contains(char::is_whitespace) || element.contains(INVISIBLE) {
        kind::GOPROXY_HAS_SPACE
    } else if go_says.contains("missing scheme") && !element.starts_with('/') {
        kind::GOPROXY_MISSING_SCHEME
    } else {
        kind::GOPROXY_CONFIG_INVALID
    };
    Problem { kind, element: element.to_owned(), go_says }
}

/// What comes along when a value is copied from a chat or a web page, and is no white space to go.
pub const INVISIBLE: [char; 5] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

/// A space that go takes for a part of the path. A directory may well have one in its name; what follows it there must
/// look like an element.
fn space_inside(element: &str) -> bool {
    if element.contains(INVISIBLE) {
        return true;
    }
    let mut words = element.split_whitespace();
    let first = words.next().unwrap_or("");
    let mut rest = words.peekable();
    match first.starts_with("file:") {
        true => rest.any(|word| matches!(word, "direct" | "off") || word.contains("://")),
        false => rest.peek().is_some(),
    }
}

/// `;`, a full-width comma and their like, between what looks like two elements.
fn separator_inside(element: &str) -> bool {
    element.contains(['，', '、', '；', '｜'])
        || element.contains(';') && {
            let mut parts = element.split(';');
            parts.next();
            parts.any(|part| {
                matches!(part.trim(), "direct" | "off" | "") || part.contains("://") || part.contains('.')
            })
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(value: &str) -> String {
        match steps(value) {
            Err(problem) => format!("! {}", problem.go_says),
            Ok(steps) => steps
                .iter()
                .map(|step| {
                    let at = match &step.at {
                        Place::Proxy(url) => url.reveal().to_owned(),
                        Place::Direct => "direct".into(),
                        Place::Off => "off".into(),
                    };
                    at + if step.on_any_error { "|" } else { "," }
                })
                .collect(),
        }
    }

    /// The table in `reference/go-semantics.md` 2.2, observed with go 1.26.
    #[test]
    fn as_go_walks_it() {
        for (value, want) in [
            ("https://goproxy.cn, direct", "https://goproxy.cn,direct,"),
            ("goproxy.cn", "https://goproxy.cn,"),
            ("127.0.0.1:8080/x", "https://127.0.0.1:8080/x,"),
            ("https://a|https://b/,direct", "https://a|https://b,direct,"),
            ("direct,https://x", "direct,"),
            ("off,https://x", "off,"),
            ("https://a,,", "https://a,"),
            ("file:///srv/proxy", "file:///srv/proxy,"),
            ("https://goproxy.cn;direct", "https://goproxy.cn;direct,"),
            (",", "! GOPROXY list is not the empty string, but contains no entries"),
            (" ", "! GOPROXY list is not the empty string, but contains no entries"),
            ("noproxy", "! invalid proxy URL missing scheme: noproxy"),
            ("$GOPROXY,direct", "! invalid proxy URL missing scheme: $GOPROXY"),
            ("/srv/proxy", "! invalid proxy URL missing scheme: /srv/proxy"),
            (
                "htps://goproxy.cn",
                "! invalid proxy URL scheme (must be https, http, file): htps://goproxy.cn",
            ),
            ("file://localhost/p", "! invalid file:// proxy URL with non-path elements: file://localhost/p"),
            ("file:/p", "! invalid file:// proxy URL with non-path elements: file:/p"),
            (
                "https://goproxy.cn direct",
                "! parse \"https://goproxy.cn direct\": invalid character \" \" in host name",
            ),
            ("'https://x,direct'", "! parse \"'https://x\": first path segment in URL cannot contain colon"),
            (
                "GOPROXY=https://x",
                "! parse \"GOPROXY=https://x\": first path segment in URL cannot contain colon",
            ),
        ] {
            assert_eq!(walked(value), want, "GOPROXY={value}");
        }
    }

    #[test]
    fn mistakes_have_kinds() {
        let kinds = |value| problems(value).iter().map(|p| p.kind.name()).collect::<Vec<_>>();
        assert_eq!(kinds("https://goproxy.cn;direct"), ["goproxy-bad-separator"]);
        assert_eq!(kinds("https://goproxy.cn，direct"), ["goproxy-bad-separator"]);
        for value in [
            "https://goproxy.cn direct",
            "https://goproxy.corp.example/go direct",
            "https://goproxy.corp.example/go mirrors.aliyun.com/goproxy",
            "file:///srv/tree off",
            "file:///srv/tree https://goproxy.cn,direct",
            "file:///srv/go tree direct",
        ] {
            assert_eq!(kinds(value), ["goproxy-has-space"], "{value}");
        }
        assert_eq!(kinds("https://goproxy.cn\u{200b},direct"), ["goproxy-has-space"]);
        assert_eq!(kinds("file:///srv/go tree,off"), [] as [&str; 0]);
        assert_eq!(kinds("\"https://goproxy.cn,direct\""), ["goproxy-has-quotes", "goproxy-has-quotes"]);
        assert_eq!(kinds("goproxy,direct"), ["goproxy-missing-scheme"]);
        assert_eq!(kinds("ftp://x"), ["goproxy-config-invalid"]);
        assert_eq!(kinds("/srv/proxy"), ["goproxy-config-invalid"]);
        assert_eq!(kinds(","), ["goproxy-config-invalid"]);
        assert_eq!(kinds("https://h/p;v=1/x"), [] as [&str; 0]);
        assert_eq!(kinds("https://goproxy.cn|https://mirrors.aliyun.com/goproxy/,direct"), [] as [&str; 0]);
    }
}
