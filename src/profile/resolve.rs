//! From a merged profile and what is known of this machine to settings.

use std::collections::{BTreeMap, BTreeSet};

use super::reader::{unknown, wrong};
use super::{Merged, Private, Row};
use crate::model::{Failure, Key, Msg, Setting, TargetId, Value};
use crate::say;
use crate::text::forges::dangerous_pattern;

/// What a row's `if` may name beside the profile's own variables.
pub const FACTS: &[&str] = &[
    // The company proxy relays the checksum database.
    "proxy.sumdb",
    // The company proxy did not answer when asked.
    "proxy.silent",
    // No upstream Go runs on this machine (sw64, old-world LoongArch).
    "machine.no-toolchain",
];

/// What a profile is resolved against.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub vars: BTreeMap<String, String>,
    /// Of [`FACTS`], those that hold.
    pub facts: BTreeSet<&'static str>,
    /// `--set GOPROXY=…`: the last word.
    pub set: BTreeMap<String, String>,
    /// Patterns that stand in the env file now, by variable.
    pub patterns_now: BTreeMap<String, Vec<String>>,
    /// The private hosts of the runs before: they stay private.
    pub private_before: Vec<String>,
}

/// The settings, and what the user should be told beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    pub settings: Vec<Setting>,
    pub private: Vec<Private>,
    pub notes: Vec<Msg>,
}

/// Per key the first row whose condition holds.
pub fn resolve(profile: &Merged, given: &Given) -> Result<Resolved, Failure> {
    let mut resolved = Resolved { private: profile.private.clone(), ..Resolved::default() };
    let mut vars = given.vars.clone();
    vars.insert("no_proxy".into(), no_proxy(profile, given));
    let mut decided: BTreeSet<(TargetId, &Key)> = BTreeSet::new();
    for row in &profile.rows {
        let holds = match &row.when {
            None => true,
            Some(name) => holds(profile, given, row, name)?,
        };
        if holds && decided.insert((row.target, &row.key)) {
            let value = substitute(row, &vars)?;
            let mut setting = Setting::new(row.target, row.key.clone(), value);
            setting.why.clone_from(&row.why);
            resolved.settings.push(setting);
        }
    }
    for (name, value) in &given.set {
        let said = say!("given on the command line", "命令行指定");
        resolved.settings.retain(|s| !(s.target == TargetId::GoEnv && s.key.name() == name));
        resolved.settings.push(Setting::go(name, Value::one(value)).because(said));
    }
    patterns(profile, given, &mut resolved);
    for private in &profile.private {
        resolved.settings.extend(private.settings());
    }
    lower_case_twins(&mut resolved.settings);
    Ok(resolved)
}

fn holds(profile: &Merged, given: &Given, row: &Row, name: &str) -> Result<bool, Failure> {
    if profile.vars.contains_key(name) {
        return Ok(given.vars.contains_key(name));
    }
    if FACTS.contains(&name) {
        return Ok(given.facts.contains(name));
    }
    let known: Vec<&str> = profile.vars.keys().map(String::as_str).chain(FACTS.iter().copied()).collect();
    let failure = unknown(&row.when_at, name, &known);
    Err(Failure {
        what: wrong(
            &row.when_at,
            &say!(
                "`if` names no variable or fact: `{name}`",
                "`if` 里的 `{name}` 既不是变量也不是已知事实",
                name
            ),
        )
        .what,
        ..failure
    })
}

fn substitute(row: &Row, vars: &BTreeMap<String, String>) -> Result<Value, Failure> {
    let fill = |text: &String| {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((head, tail)) = rest.split_once("${") {
            out.push_str(head);
            let (name, after) = tail
                .split_once('}')
                .ok_or_else(|| wrong(&row.at, &say!("`${{` without `}}`", "`${{` 没有配对的 `}}`")))?;
            let value = vars.get(name).ok_or_else(|| {
                wrong(&row.at, &say!("`{name}` has no value here", "变量 `{name}` 在这里没有值", name)).hint(
                    say!(
                        "guard the row with if = \"{name}\", or give --set {name}=…",
                        "给这一行加上 if = \"{name}\"，或用 --set {name}=… 指定",
                        name
                    ),
                )
            })?;
            out.push_str(value);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    };
    Ok(match &row.value {
        Value::Absent => Value::Absent,
        Value::One(text) => Value::One(fill(text)?),
        Value::Many(texts) => Value::Many(texts.iter().map(fill).collect::<Result<_, Failure>>()?),
        Value::Among { among } => {
            Value::Among { among: among.iter().map(fill).collect::<Result<_, Failure>>()? }
        }
    })
}

/// GOPRIVATE is a list that several parties write: private hosts, the profile's row, the user. None is lost.
///
/// GONOPROXY and GONOSUMDB replace GOPRIVATE where they are set, so they get the patterns too.
fn patterns(profile: &Merged, given: &Given, resolved: &mut Resolved) {
    let wanted: Vec<String> = profile.private.iter().flat_map(Private::patterns).collect();
    if given.set.contains_key("GOPRIVATE") {
        return;
    }
    for name in ["GOPRIVATE", "GONOPROXY", "GONOSUMDB"] {
        let now = given.patterns_now.get(name).cloned().unwrap_or_default();
        let at = resolved.settings.iter().position(|s| s.target == TargetId::GoEnv && s.key.name() == name);
        let row: Vec<String> = at.map_or(Vec::new(), |at| {
            resolved.settings[at].value.list().iter().flat_map(|v| v.split(',').map(str::to_owned)).collect()
        });
        let idle = name != "GOPRIVATE"
            && (now.is_empty() || now.iter().all(|p| matches!(p.as_str(), "none" | "off")));
        if at.is_none() && idle {
            continue;
        }
        let mut joined: Vec<String> = Vec::new();
        for pattern in now.iter().chain(&row).chain(&wanted) {
            match dangerous_pattern(pattern) {
                Some(why) if !row.contains(pattern) => resolved.notes.push(say!(
                    "{name}: `{pattern}` is left out: {why}",
                    "{name}：去掉了 `{pattern}`：{why}",
                    name,
                    pattern,
                    why
                )),
                _ if pattern.is_empty() || joined.contains(pattern) => {}
                _ => joined.push(pattern.clone()),
            }
        }
        if joined.is_empty() && now.is_empty() {
            continue;
        }
        let value = if joined.is_empty() { Value::Absent } else { Value::One(joined.join(",")) };
        let why = profile.private.iter().find_map(|p| p.why.clone()).unwrap_or_else(|| {
            say!("private modules: not sent to public servers", "私有模块不发往公共服务器")
        });
        match at {
            Some(at) => resolved.settings[at].value = value,
            None => resolved.settings.push(Setting::go(name, value).because(why)),
        }
    }
}

/// What goes past the HTTP proxy: this machine, the private hosts, the company's module proxy.
fn no_proxy(profile: &Merged, given: &Given) -> String {
    let mut hosts: Vec<String> = vec!["localhost".into(), "127.0.0.1".into(), "::1".into()];
    for host in profile.private.iter().map(|private| &private.host).chain(&given.private_before) {
        // Both go and curl read a bare name as "it and what is below it"; `*.` only go does.
        hosts.push(host.trim_start_matches("*.").to_owned());
    }
    if let Some(host) = given.vars.get("proxy").and_then(|url| crate::text::url::Url::parse(url).ok()) {
        hosts.push(host.hostname().to_owned());
    }
    let mut seen = BTreeSet::new();
    hosts.retain(|host| seen.insert(host.clone()));
    hosts.join(",")
}

/// go reads upper case first, curl and git lower case: both get the same value.
fn lower_case_twins(settings: &mut Vec<Setting>) {
    let twins: Vec<Setting> = settings
        .iter()
        .filter(|s| s.target == TargetId::Shell && s.key.name().ends_with("_PROXY"))
        .map(|s| Setting { key: Key::new([s.key.name().to_lowercase()]), why: None, ..s.clone() })
        .filter(|twin| !settings.iter().any(|s| s.key == twin.key && s.target == twin.target))
        .collect();
    settings.extend(twins);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{embedded, merge, parse};

    fn go(resolved: &Resolved) -> Vec<(String, String)> {
        let go = resolved.settings.iter().filter(|s| s.target == TargetId::GoEnv);
        go.map(|s| (s.key.to_string(), s.value.to_string())).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn enterprise_as_it_is_and_with_a_proxy() {
        let profile = merge(vec![embedded("enterprise").unwrap()]);
        let plain = resolve(&profile, &Given::default()).unwrap();
        assert_eq!(
            go(&plain),
            pairs(&[
                ("GOPROXY", "https://goproxy.cn|https://mirrors.aliyun.com/goproxy/,direct"),
                ("GOSUMDB", "sum.golang.google.cn"),
            ])
        );
        let mut given = Given::default();
        given.vars.insert("proxy".into(), "https://goproxy.corp.example".into());
        assert_eq!(go(&resolve(&profile, &given).unwrap())[1].1, "sum.golang.google.cn");
        given.facts.insert("proxy.sumdb");
        assert_eq!(
            go(&resolve(&profile, &given).unwrap()),
            pairs(&[("GOPROXY", "https://goproxy.corp.example"), ("GOSUMDB", "sum.golang.org")])
        );
    }

    #[test]
    fn patterns_of_all_parties_are_joined() {
        let mut profile = merge(vec![embedded("enterprise").unwrap()]);
        profile.add_private(Private::from_words("git.new.example").unwrap());
        let mut given = Given::default();
        given.patterns_now.insert("GOPRIVATE".into(), vec!["git.user.example".into(), "*".into()]);
        let resolved = resolve(&profile, &given).unwrap();
        assert_eq!(go(&resolved)[2], ("GOPRIVATE".into(), "git.user.example,git.new.example".into()));
        assert!(resolved.notes[0].en.contains("`*` is left out"));
    }

    #[test]
    fn a_row_that_names_nothing_is_an_error_with_its_place() {
        let text =
            "schema = 1\n[vars.proxy]\ntype = \"url\"\n[[go.GOPROXY]]\nif = \"proxi\"\nvalue = \"x\"\n";
        let profile = merge(vec![parse("acme.toml", text).unwrap()]);
        let failure = resolve(&profile, &Given::default()).unwrap_err();
        assert_eq!(failure.what.en, "acme.toml:5:6: `if` names no variable or fact: `proxi`");
        assert_eq!(failure.hint.unwrap().en, "did you mean `proxy`?");
    }
}
