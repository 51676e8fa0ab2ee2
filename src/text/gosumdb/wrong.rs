//! Values of GOSUMDB that are wrong but popular: what their writers meant.

use super::{ALIAS, GoSumDb, VerifierKey, parse};
use crate::text::gosumdb::KeyError;

/// The slip behind an unusable (or unwise) value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mistake {
    /// Nothing but spaces, or `go env -w GOSUMDB=`.
    Empty,
    /// `OFF`, `false`, `none`, `0`: only `off` is off.
    MeantOff,
    /// `on`, `auto`, `true`, `default`: there is no such word.
    MeantOn,
    /// Literal quotes around an otherwise good value.
    Quotes,
    /// A carriage return or a space around `sum.golang.google.cn` or `off`, which are compared exactly.
    Space,
    /// `https://sum.golang.google.cn`: the name goes without a scheme.
    UrlForName,
    /// `sum.golang.org+https://gocenter.io/…`: a URL where the key hash belongs (and that host is gone since 2021).
    UrlAfterPlus,
    /// `sum.golang.google.cn https://…`: the alias works alone only.
    AliasWithMore,
    /// `sum.golang.org,direct`: it is no list.
    List,
    /// `goproxy.cn`: a module proxy is no checksum database.
    ProxyForDatabase,
    /// A third-party log that no longer answers (`gosum.io`).
    DeadLog,
    /// Name, hash and key do not belong together.
    DamagedKey,
    /// A name without a key that go does not know.
    UnknownName,
    /// More than two fields.
    TooManyFields,
}

const PROXIES: &[&str] = &[
    "goproxy.cn",
    "goproxy.io",
    "proxy.golang.org",
    "proxy.golang.com.cn",
    "mirrors.aliyun.com",
    "gocenter.io",
    "athens.azurefd.net",
    "mirrors.tencent.com",
    "mirrors.cloud.tencent.com",
    "repo.huaweicloud.com",
    "mirrors.huaweicloud.com",
    "goproxy.baidu.com",
];

/// The mistake in a value; `None` for a good one.
pub fn mistake(value: &str) -> Option<Mistake> {
    if let Ok(good) = parse(value) {
        let dead = matches!(&good, GoSumDb::Db(db) if db.name() == "gosum.io" && db.url.is_none());
        return dead.then_some(Mistake::DeadLog);
    }
    let fields: Vec<&str> = value.split_whitespace().collect();
    let Some(&first) = fields.first() else {
        return Some(Mistake::Empty);
    };
    let unquoted = value.trim().trim_matches(['"', '\'', '`', '“', '”']);
    if unquoted.len() < value.trim().len() {
        return Some(Mistake::Quotes);
    }
    if value != value.trim() && parse(value.trim()).is_ok() {
        return Some(Mistake::Space);
    }
    let word = first.to_ascii_lowercase();
    Some(match word.as_str() {
        "off" | "no" | "none" | "false" | "0" | "disable" | "disabled" | "null" if fields.len() == 1 => {
            Mistake::MeantOff
        }
        "on" | "yes" | "true" | "1" | "auto" | "default" | "enable" | "enabled" | "direct"
            if fields.len() == 1 =>
        {
            Mistake::MeantOn
        }
        _ if first.contains("+http://") || first.contains("+https://") => Mistake::UrlAfterPlus,
        _ if first.contains([',', '|', ';', '，']) => Mistake::List,
        _ if first == ALIAS => Mistake::AliasWithMore,
        _ if is_proxy(first) => Mistake::ProxyForDatabase,
        _ if first.contains("://") => Mistake::UrlForName,
        _ if fields.len() > 2 => Mistake::TooManyFields,
        _ if first.contains('+') && VerifierKey::parse(first) != Err(KeyError::Malformed) => {
            Mistake::DamagedKey
        }
        _ if first.matches('+').count() >= 2 => Mistake::DamagedKey,
        _ => Mistake::UnknownName,
    })
}

fn is_proxy(field: &str) -> bool {
    let bare = field.split_once("://").map_or(field, |(_, rest)| rest);
    PROXIES.contains(&bare.split('/').next().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::gosumdb::SUM_GOLANG_ORG;

    #[test]
    fn popular_mistakes() {
        let damaged = SUM_GOLANG_ORG.replace("033de0ae", "033de0af");
        for (value, want) in [
            ("", Mistake::Empty),
            ("OFF", Mistake::MeantOff),
            ("false", Mistake::MeantOff),
            ("on", Mistake::MeantOn),
            ("'off'", Mistake::Quotes),
            ("\"sum.golang.org\"", Mistake::Quotes),
            ("off ", Mistake::Space),
            ("sum.golang.google.cn\r", Mistake::Space),
            ("https://sum.golang.google.cn/", Mistake::UrlForName),
            ("sum.golang.org+https://gocenter.io/sumdb/sum.golang.org", Mistake::UrlAfterPlus),
            ("sum.golang.google.cn https://sum.golang.google.cn", Mistake::AliasWithMore),
            ("sum.golang.google.cn off", Mistake::AliasWithMore),
            ("sum.golang.org,direct", Mistake::List),
            ("goproxy.cn", Mistake::ProxyForDatabase),
            ("goproxy.cn/sumdb/sum.golang.org", Mistake::ProxyForDatabase),
            ("https://goproxy.cn", Mistake::ProxyForDatabase),
            ("gosum.io+ce6e7565+AY5qEHUk/qmHc5btzW45JVoENfazw8LielDsaI+lEbq6", Mistake::DeadLog),
            ("gosum.io", Mistake::UnknownName),
            (damaged.as_str(), Mistake::DamagedKey),
            ("sum.golang.org https://a https://b", Mistake::TooManyFields),
        ] {
            assert_eq!(mistake(value), Some(want), "{value:?}");
        }
        for good in ["off", ALIAS, "sum.golang.org", SUM_GOLANG_ORG, "sum.golang.org goproxy.cn"] {
            assert_eq!(mistake(good), None, "{good}");
        }
    }
}
