//! Where the database is asked (modfetch/sumdb.go:initBase): the URL of GOSUMDB, else the first proxy that relays it,
//! else the database itself.

use super::{Ask, Trouble};
use crate::model::SafeUrl;
use crate::text::goproxy::{Place, Step};
use crate::text::gosumdb::Database;

/// An answer to `supported` has nothing in it.
const NOTHING: u64 = 64 << 10;

/// Where the database answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Without a slash at the end.
    pub url: SafeUrl,
    /// The module proxy that relays it.
    pub relay: Option<SafeUrl>,
}

/// Asks the proxies of GOPROXY, in order, whether they relay the database, until it is known where to ask.
///
/// As `TryProxies` has it: 404 and 410 go on; any other failure ends the search, or after `|` goes on, and is the
/// answer if nothing better comes. With `direct` reached, or nothing but 404s, the database is asked itself.
pub fn find_base(database: &Database, steps: &[Step], ask: Ask<'_>) -> Result<Base, Trouble> {
    if let Some(url) = database.base() {
        return Ok(Base { url: SafeUrl::new(url), relay: None });
    }
    let mut failed = None;
    for step in steps {
        let proxy = match &step.at {
            Place::Direct => {
                failed = None;
                break;
            }
            Place::Off => break,
            Place::Proxy(proxy) => proxy,
        };
        let url = format!("{}/sumdb/{}", proxy.reveal(), database.name());
        match ask(&format!("{url}/supported"), NOTHING) {
            Ok(_) => return Ok(Base { url: SafeUrl::new(url), relay: Some(proxy.clone()) }),
            Err(refusal) if refusal.not_exist() => {}
            Err(refusal) => {
                failed = Some(Trouble::Unanswered { relay: Some(proxy.clone()), refusal });
                if !step.on_any_error {
                    break;
                }
            }
        }
    }
    match failed {
        Some(trouble) => Err(trouble),
        None => Ok(Base { url: SafeUrl::new(database.direct()), relay: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goproxy::{Refusal, Wrong};
    use crate::text::goproxy::steps;
    use crate::text::gosumdb::{GoSumDb, parse};

    /// `a` relays, `n` answers 404, `e` 500.
    fn found(goproxy: &str, gosumdb: &str) -> String {
        let Ok(GoSumDb::Db(database)) = parse(gosumdb) else { panic!("{gosumdb}") };
        let ask = |url: &str, _| {
            let status = match url.split('/').nth(2) {
                Some("a") => return Ok(Vec::new()),
                Some("n") => 404,
                _ => 500,
            };
            assert!(url.ends_with("/sumdb/sum.golang.org/supported"), "{url}");
            let wrong = Wrong::Status { status, line: status.to_string(), words: String::new() };
            Err(Refusal { url: SafeUrl::new(url), wrong })
        };
        match find_base(&database, &steps(goproxy).unwrap(), &ask) {
            Ok(base) => base.url.to_string(),
            Err(Trouble::Unanswered { refusal, .. }) => refusal.url.to_string(),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn as_go_looks_for_it() {
        let (relayed, itself) = ("https://a/sumdb/sum.golang.org", "https://sum.golang.org");
        let failed = "https://e/sumdb/sum.golang.org/supported";
        for (goproxy, want) in [
            ("https://a,direct", relayed),
            ("https://n,https://a", relayed),
            ("https://e,https://a", failed),
            ("https://e|https://a", relayed),
            ("https://n,https://n", itself),
            ("https://n,direct", itself),
            ("https://e|direct", itself),
            ("https://e|off", failed),
            ("https://e|https://n", failed),
            ("direct", itself),
            ("off", itself),
        ] {
            assert_eq!(found(goproxy, "sum.golang.org"), want, "GOPROXY={goproxy}");
        }
        let alias = found("https://e", "sum.golang.google.cn");
        assert_eq!(alias, "https://sum.golang.google.cn");
    }
}
