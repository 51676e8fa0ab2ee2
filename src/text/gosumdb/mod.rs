//! GOSUMDB: which checksum database, under which key, asked where (cmd/go/internal/modfetch/sumdb.go:dbDial).

mod vkey;
mod wrong;

pub use vkey::{GO_BASE64, KeyError, VerifierKey, is_valid_name};
pub use wrong::{Mistake, mistake};

use super::gostr;
use super::url::Url;

/// The key of the public database (modfetch/key.go).
pub const SUM_GOLANG_ORG: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

/// The name that stands for the public database at its address in mainland China, written exactly so.
pub const ALIAS: &str = "sum.golang.google.cn";

/// What a GOSUMDB value means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoSumDb {
    /// `off`: nothing is verified, toolchains are refused.
    Off,
    Db(Database),
}

/// A checksum database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    pub key: VerifierKey,
    /// The second field as written: asked there and nowhere else. Without it the proxies are asked whether they
    /// relay the database, then the database itself.
    pub url: Option<String>,
}

impl Database {
    /// The name in the key: the cache directory, and the host (and path) where the database answers for itself.
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// Where the database itself answers, without proxies.
    pub fn direct(&self) -> String {
        format!("https://{}", self.name())
    }

    /// The URL of the second field as go asks it: `https://` where there is no scheme; no slash at the end.
    pub fn base(&self) -> Option<String> {
        let url = self.url.as_deref()?.trim_end_matches('/');
        let scheme = if url.contains("://") { "" } else { "https://" };
        Some(format!("{scheme}{url}"))
    }
}

/// Parses a value; the error is go's words.
pub fn parse(value: &str) -> Result<GoSumDb, String> {
    if value == "off" {
        return Ok(GoSumDb::Off);
    }
    let value = match value {
        ALIAS => "sum.golang.org https://sum.golang.google.cn",
        other => other,
    };
    let fields: Vec<&str> = value.split_whitespace().collect();
    let (key, url) = match fields[..] {
        [] => return Err("missing GOSUMDB".into()),
        [key] => (key, None),
        [key, url] => (key, Some(url)),
        _ => return Err("invalid GOSUMDB: too many fields".into()),
    };
    let key = if key == "sum.golang.org" { SUM_GOLANG_ORG } else { key };
    let key = VerifierKey::parse(key).map_err(|err| format!("invalid GOSUMDB: {err}"))?;
    if !is_host_and_path(key.name()) {
        return Err(format!("invalid sumdb name (must be host[/path]): {}", key.name()));
    }
    if let Some(Err(err)) = url.map(Url::parse) {
        let url = gostr::quote(url.unwrap_or(""));
        return Err(format!("invalid GOSUMDB URL: parse {url}: {err}"));
    }
    Ok(GoSumDb::Db(Database { key, url: url.map(str::to_owned) }))
}

/// "No funny business in the database name": a host, and a path that needs no escapes.
fn is_host_and_path(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&b);
    match Url::parse(&format!("https://{name}")) {
        Err(_) => false,
        Ok(url) => {
            !name.ends_with('/')
                && !name.contains('#')
                && !url.host.is_empty()
                && url.userinfo.is_none()
                && url.query.is_none()
                && url.path.bytes().all(plain)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(value: &str) -> Database {
        match parse(value) {
            Ok(GoSumDb::Db(database)) => database,
            other => panic!("{value}: {other:?}"),
        }
    }

    #[test]
    fn what_go_accepts() {
        assert_eq!(parse("off"), Ok(GoSumDb::Off));
        let alias = database("sum.golang.google.cn");
        assert_eq!(
            (alias.name(), alias.base().as_deref()),
            ("sum.golang.org", Some("https://sum.golang.google.cn"))
        );
        assert_eq!(database(" sum.golang.org ").url, None);
        let relayed = database("sum.golang.org goproxy.cn/sumdb/sum.golang.org/");
        assert_eq!(relayed.base().as_deref(), Some("https://goproxy.cn/sumdb/sum.golang.org"));
        let own = database("gosum.io+ce6e7565+AY5qEHUk/qmHc5btzW45JVoENfazw8LielDsaI+lEbq6 http://x");
        assert_eq!(
            (own.name(), own.direct().as_str(), own.base().as_deref()),
            ("gosum.io", "https://gosum.io", Some("http://x"))
        );
    }

    #[test]
    fn go_words() {
        for value in [
            "off ",
            "OFF",
            "on",
            "none",
            "false",
            "0",
            "'off'",
            "\"sum.golang.org\"",
            "https://sum.golang.google.cn/",
            "goproxy.cn",
            "gosum.io",
            "sum.golang.org,direct",
            "sum.golang.org+https://gocenter.io/sumdb/sum.golang.org",
            "sum.golang.google.cn https://sum.golang.google.cn",
            "sum.golang.google.cn off",
            "off\r",
            "sum.golang.google.cn\r",
        ] {
            assert_eq!(parse(value), Err("invalid GOSUMDB: malformed verifier id".into()), "{value:?}");
        }
        assert_eq!(parse(" "), Err("missing GOSUMDB".into()));
        assert_eq!(parse(""), Err("missing GOSUMDB".into()));
        assert_eq!(parse("a b c"), Err("invalid GOSUMDB: too many fields".into()));
        assert_eq!(
            parse(&SUM_GOLANG_ORG.replace("Ac4z", "Ac5z")),
            Err("invalid GOSUMDB: invalid verifier hash".into())
        );
        assert_eq!(
            parse("sum.golang.org https://[::1"),
            Err("invalid GOSUMDB URL: parse \"https://[::1\": missing ']' in host".into())
        );
    }

    #[test]
    fn names() {
        for good in ["sum.golang.org", "ex.test/sum", "localhost:8080"] {
            assert!(is_host_and_path(good), "{good}");
        }
        for bad in ["ex.test/", "ex.test?x", "u@ex.test", "ex.test#x", "/x", "ex.test/a%2fb", "ex.test:x"] {
            assert!(!is_host_and_path(bad), "{bad}");
        }
    }
}
