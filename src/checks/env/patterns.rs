//! The pattern lists: `GOPRIVATE`, `GONOPROXY`, `GONOSUMDB`, `GOINSECURE`. Do they match what they were meant for, and no more.

use super::repair::repair;
use super::{about, each};
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::Acting;
use crate::model::{Findings, Kind, Known, Level, Msg, Text, Value, kind};
use crate::say;
use crate::text::forges::dangerous_pattern;
use crate::text::pattern::{Miss, NearMiss, matches, slips};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("env.goprivate"),
        title: Text { en: "GOPRIVATE matches module paths", zh: "GOPRIVATE 能匹配模块路径" },
        why: Text {
            en: "A pattern that matches nothing sends the names of private modules to public servers; one that matches everything turns verification off for all.",
            zh: "什么都匹配不上的模式会把私有模块的名字发到公共服务器；什么都匹配的模式等于关掉全部校验。",
        },
        judge: |facts, found| list(facts, found, "GOPRIVATE"),
    },
    Check {
        id: CheckId("env.gonoproxy"),
        title: Text { en: "GONOPROXY does not undo GOPRIVATE", zh: "GONOPROXY 没有抵消 GOPRIVATE" },
        why: Text {
            en: "GONOPROXY replaces GOPRIVATE for proxies, it does not add to it: hosts that are only in GOPRIVATE go to the proxy again.",
            zh: "GONOPROXY 会取代 GOPRIVATE 在代理方面的作用，而不是追加：只写在 GOPRIVATE 里的主机又会走代理。",
        },
        judge: |facts, found| {
            list(facts, found, "GONOPROXY")?;
            replaced(facts, found, "GONOPROXY", kind::GONOPROXY_REPLACES_GOPRIVATE)
        },
    },
    Check {
        id: CheckId("env.gonosumdb"),
        title: Text { en: "GONOSUMDB exempts private modules only", zh: "GONOSUMDB 只豁免私有模块" },
        why: Text {
            en: "GONOSUMDB names the modules that are not verified. It replaces GOPRIVATE for the checksum database.",
            zh: "GONOSUMDB 列出不校验的模块；设置后，GOPRIVATE 对校验库不再起作用。",
        },
        judge: |facts, found| {
            list(facts, found, "GONOSUMDB")?;
            replaced(facts, found, "GONOSUMDB", kind::GONOSUMDB_REPLACES_GOPRIVATE)
        },
    },
    Check {
        id: CheckId("env.goinsecure"),
        title: Text { en: "GOINSECURE is narrow", zh: "GOINSECURE 范围够小" },
        why: Text {
            en: "GOINSECURE lets go fetch over plain http and past broken certificates. One exact host is the limit; proxies it does not concern at all.",
            zh: "GOINSECURE 允许 go 走明文 http、忽略证书错误。最多写一个确切的主机；它对模块代理不起作用。",
        },
        judge: insecure,
    },
];

fn list(facts: &Facts<'_>, found: &mut Findings, name: &str) -> Known<()> {
    each(facts, name, |acting| {
        slipped(facts, found, acting);
        for pattern in acting.value.split(',').map(str::trim).filter(|pattern| !pattern.is_empty()) {
            if let Some(why) = dangerous_pattern(pattern) {
                found.add(too_wide(facts, acting, name, pattern, &why));
            }
        }
    })
}

/// Patterns that can match no module path, each with the list as it was meant.
fn slipped(facts: &Facts<'_>, found: &mut Findings, acting: &Acting) {
    let slips = slips(&acting.value);
    for slip in &slips {
        let kind = match slip.miss {
            Miss::Scheme | Miss::Port | Miss::User => kind::GOPRIVATE_HAS_SCHEME,
            _ => kind::GOPRIVATE_MALFORMED,
        };
        let better = mended(&acting.value, &slips);
        let finding =
            about(acting, kind, Level::Error, &says(&acting.name, slip)).fact("pattern", slip.text.trim());
        found.add(repair(facts, acting, &better, finding));
    }
}

/// The list with every slip put right.
fn mended(value: &str, slips: &[NearMiss]) -> Value {
    let mut patterns: Vec<String> = Vec::new();
    for (place, text) in value.split(',').enumerate() {
        let better =
            slips.iter().find(|slip| slip.place == place).map_or(text.trim(), |slip| slip.better.as_str());
        for pattern in better.split(',').map(str::trim).filter(|pattern| !pattern.is_empty()) {
            if !patterns.iter().any(|known| known == pattern) && dangerous_pattern(pattern).is_none() {
                patterns.push(pattern.to_owned());
            }
        }
    }
    if patterns.is_empty() { Value::Absent } else { Value::One(patterns.join(",")) }
}

fn too_wide(
    facts: &Facts<'_>,
    acting: &Acting,
    name: &str,
    pattern: &str,
    why: &Msg,
) -> crate::model::Finding {
    let everything = pattern.chars().all(|c| matches!(c, '*' | '/' | '?' | '.'));
    let (kind, level) = match (name, everything) {
        ("GONOPROXY", _) => (kind::GOPRIVATE_TOO_WIDE, Level::Warning),
        (_, true) => (kind::GOSUMDB_OFF, Level::Error),
        _ => (kind::GOPRIVATE_TOO_WIDE, Level::Warning),
    };
    let what = say!("{name}: `{pattern}`: {why}", "{name}：`{pattern}`：{why}", name, pattern, why);
    repair(
        facts,
        acting,
        &without_dangerous(facts, name, &acting.value),
        about(acting, kind, level, &what).fact("pattern", pattern),
    )
}

/// What is safe of a list, and what the applied profile has in it: a `*` covered that, too.
fn without_dangerous(facts: &Facts<'_>, name: &str, value: &str) -> Value {
    let profile = facts.profile_value(name).map(ToString::to_string).unwrap_or_default();
    let mut safe: Vec<&str> = Vec::new();
    for pattern in value.split(',').chain(profile.split(',')).map(str::trim) {
        if !pattern.is_empty() && dangerous_pattern(pattern).is_none() && !safe.contains(&pattern) {
            safe.push(pattern);
        }
    }
    if safe.is_empty() { Value::Absent } else { Value::One(safe.join(",")) }
}

fn says(name: &str, slip: &NearMiss) -> Msg {
    let (text, better) = (slip.text.trim(), &slip.better);
    let why = match slip.miss {
        Miss::Scheme => say!("a module path has no scheme", "模块路径不带协议"),
        Miss::Port => say!("a module path has no port", "模块路径不带端口"),
        Miss::User => say!("a module path has no user", "模块路径不带用户名"),
        Miss::Dots => say!("`...` is no wildcard here", "`...` 在这里不是通配符"),
        Miss::LeadingDot => {
            say!("a leading dot matches nothing; write `*.`", "开头的点什么都匹配不上，应写 `*.`")
        }
        Miss::Quotes => say!("the quotes became part of the value", "引号成了值的一部分"),
        Miss::Space => say!("go does not trim spaces", "go 不会去掉空格"),
        Miss::Separator => say!("only `,` separates", "只能用 `,` 分隔"),
        Miss::Case => say!("upper and lower case differ", "大小写不一致"),
        Miss::Slashes => say!("there is a slash too many", "多了斜杠"),
        Miss::DotGit => say!("the module path has no .git", "模块路径不带 .git"),
        Miss::TooDeep => say!("it wants more elements than the path has", "它要求的层级比路径还多"),
        Miss::BareDomain => say!("`*.` does not cover the bare domain", "`*.` 不包含域名本身"),
        Miss::Malformed => say!("go cannot read the pattern", "go 读不懂这个模式"),
    };
    say!(
        "{name}: `{text}` matches nothing: {why}; meant is {better}",
        "{name}：`{text}` 什么都匹配不上：{why}；应写 {better}",
        name,
        text,
        why,
        better
    )
}

/// A list that is set beside GOPRIVATE and leaves out some of its patterns.
fn replaced(facts: &Facts<'_>, found: &mut Findings, name: &str, kind: Kind) -> Known<()> {
    let private = facts.go_env()?.value("GOPRIVATE");
    each(facts, name, |acting| {
        let idiom = matches!(acting.value.trim(), "none" | "off" | "direct");
        let lost: Vec<&str> = private
            .split(',')
            .filter(|pattern| !pattern.is_empty() && !pattern.contains(['*', '?', '[']))
            .filter(|pattern| !matches(&acting.value, pattern))
            .collect();
        if idiom || lost.is_empty() || acting.value.is_empty() {
            return;
        }
        let (lost, whither) = (
            lost.join(","),
            if name == "GONOPROXY" {
                say!("the proxy", "代理")
            } else {
                say!("the checksum database", "校验库")
            },
        );
        let what = say!(
            "{name} replaces GOPRIVATE, it does not add to it: {lost} goes to {whither} again",
            "{name} 会取代 GOPRIVATE 而不是追加：{lost} 又会发往{whither}",
            name,
            lost,
            whither
        );
        let both = Value::One(format!("{},{lost}", acting.value.trim_end_matches(',')));
        found.add(repair(facts, acting, &both, about(acting, kind, Level::Warning, &what)));
    })
}

fn insecure(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    each(facts, "GOINSECURE", |acting| {
        slipped(facts, found, acting);
        for pattern in acting.value.split(',').map(str::trim).filter(|pattern| !pattern.is_empty()) {
            if let Some(why) = dangerous_pattern(pattern) {
                let what = say!(
                    "GOINSECURE: `{pattern}`: {why}; go then fetches it over plain http and past broken certificates",
                    "GOINSECURE：`{pattern}`：{why}；go 会对它们走明文 http 并忽略证书错误",
                    pattern,
                    why
                );
                let finding =
                    about(acting, kind::GOINSECURE_TOO_WIDE, Level::Error, &what).fact("pattern", pattern);
                found.add(repair(
                    facts,
                    acting,
                    &without_dangerous(facts, "GOINSECURE", &acting.value),
                    finding,
                ));
            }
        }
    })
}
