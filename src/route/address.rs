//! The address of a repository as git reads it: over which transport, to which host and port.

use crate::text::url::Url;

/// How git gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Https,
    Http,
    Ssh,
    /// The unauthenticated git protocol, port 9418.
    Git,
    /// This machine's disk.
    File,
    /// A scheme that git knows no transport for.
    Unknown,
}

/// An address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub transport: Transport,
    pub user: Option<String>,
    /// Empty for files.
    pub host: String,
    /// `None` where the transport's own is meant (for ssh: or the one of its configuration).
    pub port: Option<u16>,
    pub path: String,
    /// `git@host:path`, which go refuses and git takes.
    pub scp: bool,
}

impl Address {
    /// As `connect.c:parse_connect_url` and `transport.c:transport_get` read it; `None` if git would not.
    pub fn parse(address: &str) -> Option<Address> {
        if address.contains("://") {
            return Address::of_url(address);
        }
        let colon = address.find(':');
        let slash = address.find('/');
        match colon {
            Some(colon) if slash.is_none_or(|slash| colon < slash) => {
                let (who, path) = (&address[..colon], &address[colon + 1..]);
                let (user, host) = match who.rsplit_once('@') {
                    Some((user, host)) => (Some(user.to_owned()), host),
                    None => (None, who),
                };
                let host = host.trim_matches(['[', ']']).to_owned();
                let path = path.to_owned();
                Some(Address { transport: Transport::Ssh, user, host, port: None, path, scp: true })
            }
            _ => Some(Address {
                transport: Transport::File,
                user: None,
                host: String::new(),
                port: None,
                path: address.to_owned(),
                scp: false,
            }),
        }
    }

    fn of_url(address: &str) -> Option<Address> {
        let url = Url::parse(address).ok()?;
        let transport = match url.scheme.as_str() {
            "https" => Transport::Https,
            "http" => Transport::Http,
            "ssh" | "git+ssh" | "ssh+git" => Transport::Ssh,
            "git" => Transport::Git,
            "file" => Transport::File,
            _ => Transport::Unknown,
        };
        let port = match url.port() {
            "" => None,
            port => Some(port.parse().ok()?),
        };
        let user = url.userinfo.as_ref().map(|info| info.split(':').next().unwrap_or("").to_owned());
        Some(Address { transport, user, host: url.hostname().to_owned(), port, path: url.path, scp: false })
    }

    /// The port a connection would use.
    pub fn effective_port(&self) -> u16 {
        self.port.unwrap_or(match self.transport {
            Transport::Https => 443,
            Transport::Http => 80,
            Transport::Ssh => 22,
            Transport::Git => 9418,
            Transport::File | Transport::Unknown => 0,
        })
    }
}

/// `validateRepoRoot`: go's words where a go-import tag names a repository it does not take.
pub fn refused_by_go(root: &str) -> Option<String> {
    match Url::parse(root) {
        Err(err) => Some(format!("parse {root:?}: {err}")),
        Ok(url) if url.scheme.is_empty() => Some("no scheme".into()),
        Ok(url) if url.scheme == "file" => Some("file scheme disallowed".into()),
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_git_reads_them() {
        for (address, transport, user, host, port, path) in [
            ("https://git.corp.com/a/b.git", Transport::Https, None, "git.corp.com", 443, "/a/b.git"),
            ("https://u:p@git.corp.com:8443/a", Transport::Https, Some("u"), "git.corp.com", 8443, "/a"),
            (
                "ssh://git@git.corp.com:2222/a/b.git",
                Transport::Ssh,
                Some("git"),
                "git.corp.com",
                2222,
                "/a/b.git",
            ),
            ("git@git.corp.com:a/b.git", Transport::Ssh, Some("git"), "git.corp.com", 22, "a/b.git"),
            ("work:a/b.git", Transport::Ssh, None, "work", 22, "a/b.git"),
            ("git+ssh://h/a", Transport::Ssh, None, "h", 22, "/a"),
            ("git://h/a", Transport::Git, None, "h", 9418, "/a"),
            ("http://[::1]:80/a", Transport::Http, None, "::1", 80, "/a"),
            ("file:///srv/a.git", Transport::File, None, "", 0, "/srv/a.git"),
            ("/srv/a:b.git", Transport::File, None, "", 0, "/srv/a:b.git"),
            ("./a", Transport::File, None, "", 0, "./a"),
            ("hg://h/a", Transport::Unknown, None, "h", 0, "/a"),
        ] {
            let read = Address::parse(address).expect(address);
            assert_eq!(
                (
                    read.transport,
                    read.user.as_deref(),
                    read.host.as_str(),
                    read.effective_port(),
                    read.path.as_str()
                ),
                (transport, user, host, port, path),
                "{address}"
            );
        }
        assert_eq!(Address::parse("ssh://git@host:a/b.git"), None);
        assert_eq!(Address::parse("https://h:99999/"), None);
    }

    #[test]
    fn roots_that_go_refuses() {
        assert_eq!(refused_by_go("https://a.b/c"), None);
        assert_eq!(refused_by_go("ssh://git@a.b:22/c.git"), None);
        assert_eq!(refused_by_go("a.b/c").as_deref(), Some("no scheme"));
        assert_eq!(refused_by_go("file:///c").as_deref(), Some("file scheme disallowed"));
        assert_eq!(
            refused_by_go("git@host:x.git").as_deref(),
            Some("parse \"git@host:x.git\": first path segment in URL cannot contain colon")
        );
    }
}
