//! `http.<url>.*`, `credential.<url>.*`: which of the sections git applies to a URL (`urlmatch.c`).

use super::Entry;

/// A URL in git's normal form: scheme and host in lower case, no default port, no `.` and `..`, `%` only where needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normal {
    scheme: String,
    user: Option<Vec<u8>>,
    host: String,
    /// Empty for the scheme's default port.
    port: String,
    /// Path and query.
    path: Vec<u8>,
}

/// The first part in which a section's URL differs from the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differs {
    /// One of the two is no URL to git.
    NotUrl,
    Scheme,
    User,
    Host,
    Port,
    Path,
}

/// How well a section's URL fits; the greatest is taken (`cmp_matches`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Rank {
    host: usize,
    path: usize,
    user: bool,
}

/// The entry that is in force for `section.name` and this URL, of all entries in the order git reads them.
///
/// `http.name` without a URL counts too, and loses to every section whose URL fits; of equals the last wins.
pub fn best<'c>(
    entries: impl IntoIterator<Item = Entry<'c>>,
    section: &str,
    name: &str,
    url: &str,
) -> Option<Entry<'c>> {
    let url = Normal::of_url(url);
    let mut best: Option<(Rank, Entry<'c>)> = None;
    for entry in entries {
        if entry.section != section || !entry.name.eq_ignore_ascii_case(name) {
            continue;
        }
        let rank = match (entry.subsection, &url) {
            (None, _) => Rank::default(),
            (Some(pattern), Some(url)) => {
                match Normal::of_pattern(pattern).map(|pattern| pattern.fits(url)) {
                    Some(Ok(rank)) => rank,
                    _ => continue,
                }
            }
            (Some(_), None) => continue,
        };
        if best.is_none_or(|(than, _)| rank >= than) {
            best = Some((rank, entry));
        }
    }
    best.map(|(_, entry)| entry)
}

/// Whether the section `http.<pattern>.*` applies to `url`, or in which part they differ.
pub fn compare(pattern: &str, url: &str) -> Result<Rank, Differs> {
    match (Normal::of_pattern(pattern), Normal::of_url(url)) {
        (Some(pattern), Some(url)) => pattern.fits(&url),
        _ => Err(Differs::NotUrl),
    }
}

impl Normal {
    /// `url_normalize`; `None` where git refuses.
    pub fn of_url(url: &str) -> Option<Normal> {
        Normal::parse(url, false)
    }

    /// The same for a section's URL, whose host may have `*` labels.
    pub fn of_pattern(url: &str) -> Option<Normal> {
        Normal::parse(url, true)
    }

    /// `url_normalize_1`.
    fn parse(url: &str, globs: bool) -> Option<Normal> {
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let valid = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(valid) {
            return None;
        }
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, authority) = match authority.split_once('@') {
            Some((user, host)) => (Some(user_of(&normal_escapes(user.as_bytes())?)), host),
            None => (None, authority),
        };
        let (host, port) = match authority.rfind([':', ']']) {
            Some(at) if authority.as_bytes()[at] == b':' => (&authority[..at], &authority[at + 1..]),
            _ => (authority, ""),
        };
        let valid = |c: char| c.is_ascii_alphanumeric() || ".-_[:]".contains(c) || globs && c == '*';
        if !host.chars().all(valid) || host.is_empty() && scheme != "file" {
            return None;
        }
        let port = match port.trim_start_matches('0') {
            "" if port.is_empty() => "",
            "80" if scheme == "http" => "",
            "443" if scheme == "https" => "",
            digits
                if digits.bytes().all(|b| b.is_ascii_digit())
                    && digits.parse::<u16>().is_ok_and(|n| n > 0) =>
            {
                digits
            }
            _ => return None,
        };
        if host.is_empty() && !port.is_empty() {
            return None;
        }
        let (path, tail) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
        let mut path = normal_path(path)?;
        path.extend(normal_escapes(tail.as_bytes())?);
        Some(Normal { scheme, user, host: host.to_ascii_lowercase(), port: port.to_owned(), path })
    }

    /// `match_urls`: `self` is the section's URL.
    fn fits(&self, url: &Normal) -> Result<Rank, Differs> {
        if self.scheme != url.scheme {
            return Err(Differs::Scheme);
        }
        if self.user.is_some() && self.user != url.user {
            return Err(Differs::User);
        }
        if !host_fits(&self.host, &url.host) {
            return Err(Differs::Host);
        }
        if self.port != url.port {
            return Err(Differs::Port);
        }
        let path = prefix_length(&self.path, &url.path).ok_or(Differs::Path)?;
        Ok(Rank { host: self.host.len(), path, user: self.user.is_some() })
    }
}

/// The user of `user:password`.
fn user_of(userinfo: &[u8]) -> Vec<u8> {
    userinfo.split(|b| *b == b':').next().unwrap_or_default().to_vec()
}

/// `match_host`: label by label, `*` stands for one label.
fn host_fits(pattern: &str, host: &str) -> bool {
    // A dot at the end does not count.
    let labels = |name: &'_ str| -> usize { name.strip_suffix('.').unwrap_or(name).split('.').count() };
    let fits = |(pattern, host): (&str, &str)| pattern == "*" || pattern == host;
    labels(pattern) == labels(host) && pattern.split('.').zip(host.split('.')).take(labels(host)).all(fits)
}

/// `url_match_prefix`: the length of the match, which ends where a part of the path ends.
fn prefix_length(prefix: &[u8], path: &[u8]) -> Option<usize> {
    let prefix = prefix.strip_suffix(b"/").unwrap_or(prefix);
    let rest = path.strip_prefix(prefix)?;
    (rest.is_empty() || rest[0] == b'/').then_some(prefix.len() + 1)
}

/// The path with `.` and `..` resolved; `None` where `..` leads above the root.
fn normal_path(path: &str) -> Option<Vec<u8>> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut segments: Vec<Vec<u8>> = Vec::new();
    for segment in path.split('/') {
        let segment = normal_escapes(segment.as_bytes())?;
        match segment.as_slice() {
            b"." => {}
            b".." => {
                segments.pop()?;
            }
            _ => segments.push(segment),
        }
    }
    let mut out = vec![b'/'];
    out.extend(segments.join(&b'/'));
    Some(out)
}

/// `append_normalized_escapes`, with git's set of delimiters that stay escaped.
fn normal_escapes(from: &[u8]) -> Option<Vec<u8>> {
    const UNSAFE: &[u8] = b" <>\"%{}|\\^`";
    const RESERVED: &[u8] = b":/?#[]@!$&'()*+,;=";
    let mut out = Vec::with_capacity(from.len());
    let mut at = 0;
    while let Some(&byte) = from.get(at) {
        let escaped = byte == b'%';
        let byte = if escaped {
            let digits = from.get(at + 1..at + 3)?;
            at += 2;
            u8::from_str_radix(str::from_utf8(digits).ok().filter(|d| !d.starts_with('+'))?, 16).ok()?
        } else {
            byte
        };
        at += 1;
        if byte <= 0x1f || byte >= 0x7f || UNSAFE.contains(&byte) || escaped && RESERVED.contains(&byte) {
            out.extend(format!("%{byte:02X}").into_bytes());
        } else {
            out.push(byte);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::GitConfig;
    use super::*;

    #[test]
    fn a_port_must_be_written() {
        assert_eq!(compare("https://host/", "https://host:8443/x"), Err(Differs::Port));
        assert!(compare("https://host:8443/", "https://host:8443/x").is_ok());
        assert!(compare("https://host", "https://HOST:443/x").is_ok());
    }

    #[test]
    fn the_first_difference() {
        for (pattern, url, want) in [
            ("https://h/", "http://h/", Err(Differs::Scheme)),
            ("https://u@h/", "https://h/", Err(Differs::User)),
            ("https://u@h/", "https://u:pw@h/", Ok(())),
            ("https://h/", "https://u@h/", Ok(())),
            ("https://*.corp/", "https://git.corp/", Ok(())),
            ("https://*.corp/", "https://a.git.corp/", Err(Differs::Host)),
            ("https://corp/", "https://git.corp/", Err(Differs::Host)),
            ("https://h./", "https://h/", Ok(())),
            ("https://h/group", "https://h/group/repo", Ok(())),
            ("https://h/group/", "https://h/group", Ok(())),
            ("https://h/group", "https://h/groups/repo", Err(Differs::Path)),
            ("https://h/a/../b/./c", "https://h/b/c", Ok(())),
            ("https://h/%7euser", "https://h/~user/x", Ok(())),
            ("h", "https://h/", Err(Differs::NotUrl)),
            ("https://h:70000/", "https://h/", Err(Differs::NotUrl)),
            ("https://h/../x", "https://h/", Err(Differs::NotUrl)),
            ("https://h/%zz", "https://h/", Err(Differs::NotUrl)),
        ] {
            assert_eq!(compare(pattern, url).map(|_| ()), want, "{pattern} {url}");
        }
    }

    #[test]
    fn the_best_section_is_in_force() {
        let config = GitConfig::parse(
            b"[http]\n sslCAInfo=all\n[http \"https://*.corp/\"]\n sslcainfo=star\n\
              [http \"https://git.corp/\"]\n sslCAInfo=host\n[http \"https://git.corp/a\"]\n sslCAInfo=path\n\
              [http \"https://git.corp/\"]\n sslCAInfo=host2\n[http \"https://me@git.corp/\"]\n sslCAInfo=me\n",
        )
        .unwrap();
        let seen =
            |url: &str| best(config.entries(), "http", "sslCAInfo", url).and_then(|e| e.value).unwrap_or("-");
        assert_eq!(seen("https://elsewhere/"), "all");
        assert_eq!(seen("https://x.corp/"), "star");
        assert_eq!(seen("https://git.corp/b"), "host2");
        assert_eq!(seen("https://git.corp/a/b"), "path");
        assert_eq!(seen("https://me@git.corp/b"), "me");
        assert_eq!(seen("not a url"), "all");
        assert_eq!(best(config.entries(), "http", "proxy", "https://git.corp/"), None);
    }
}
