//! Remedies that a person or `gobs fix` can carry out: patterns, insteadOf, host keys, exceptions from the HTTP proxy.

use super::look::Look;
use super::ssh::Client;
use super::wanted::Wanted;
use crate::model::{Finding, Key, Setting, Source, Step, TargetId, Value};
use crate::say;
use crate::text::{forges, pattern};

/// The host speaks plain HTTP only.
pub(super) fn plain_http(finding: Finding, host: &str) -> Finding {
    finding.advice(say!(
        "give {host} TLS. Until then, for exactly this host: GOINSECURE={host} beside GOPRIVATE={host}; code and passwords then travel unencrypted",
        "请给 {host} 配上 TLS。在此之前，可只对这一台主机设置 GOINSECURE={host} 和 GOPRIVATE={host}，代价是代码和口令明文传输",
        host
    ))
}

/// Lets a host go past the HTTP proxy.
pub(super) fn no_proxy(finding: Finding, look: &Look<'_>, host: &str) -> Finding {
    let now = look.settings.http_proxy.no_proxy.trim_matches(',').to_owned();
    let value = if now.is_empty() { host.to_owned() } else { format!("{now},{host}") };
    if let Some(name) = &look.settings.supposed {
        return finding.advice(in_profile(name, host));
    }
    // go reads the upper case first, git the lower.
    let steps = ["NO_PROXY", "no_proxy"].map(|name| {
        let setting = Setting::new(TargetId::Shell, Key::new([name]), Value::one(value.clone()));
        Step::Set(setting.because(say!("{host} is inside", "{host} 在内网", host)))
    });
    let advice = say!(
        "let {host} go past the HTTP proxy, in new shells; in this one: export NO_PROXY='{value}' no_proxy='{value}'",
        "让 {host} 不经过 HTTP 代理（新终端生效；当前终端执行：export NO_PROXY='{value}' no_proxy='{value}'）",
        host,
        value
    );
    finding.remedy(advice, steps.to_vec())
}

fn in_profile(name: &str, host: &str) -> crate::model::Msg {
    say!("name {host} in [[private]] of {name}", "请在 {name} 的 [[private]] 中写上 {host}", name, host)
}

/// The pattern to make this module private: its host, or host and owner on a public forge.
pub fn private_pattern(path: &str) -> String {
    let mut elements = path.split('/');
    let host = elements.next().unwrap_or("");
    match (forges::is_public(host), elements.next()) {
        (true, Some(owner)) => format!("{host}/{owner}"),
        _ => host.to_owned(),
    }
}

/// Puts the module under GOPRIVATE: a mistaken pattern is put right, else one is added.
pub(super) fn make_private(look: &Look<'_>, wanted: &Wanted, finding: Finding) -> Finding {
    if let Some(name) = &look.settings.supposed {
        return finding.advice(in_profile(name, &private_pattern(&wanted.path)));
    }
    let list = look.settings.value("GOPRIVATE");
    let near = pattern::near_misses(list, &wanted.path);
    // What was meant may be too much: everybody's code on a public forge.
    let sound = |miss: &&pattern::NearMiss| forges::dangerous_pattern(&miss.better).is_none();
    let (value, advice) = match near.iter().find(sound) {
        Some(miss) => {
            let places = list.split(',').enumerate();
            let better = &miss.better;
            let fixed: Vec<&str> =
                places.map(|(at, text)| if at == miss.place { better.as_str() } else { text }).collect();
            let text = &miss.text;
            let advice = say!(
                "in GOPRIVATE, write {better} in place of {text}",
                "GOPRIVATE 中的 {text} 应写成 {better}",
                better,
                text
            );
            (fixed.join(","), advice)
        }
        None => {
            let pattern = private_pattern(&wanted.path);
            let value = if list.is_empty() {
                pattern.clone()
            } else {
                format!("{},{pattern}", list.trim_end_matches(','))
            };
            let advice = say!(
                "if it is private, add {pattern} to GOPRIVATE; else check the path",
                "如果是私有模块，把 {pattern} 加入 GOPRIVATE；否则请检查路径是否写错",
                pattern
            );
            (value, advice)
        }
    };
    match look.settings.at("GOPRIVATE") {
        Some(Source::Env(_)) => finding.command(advice, format!("export GOPRIVATE='{value}'")),
        // Nothing says that it is private: that is for a person to know.
        _ if near.is_empty() && !super::cause::is_private(look, wanted.host()) => {
            finding.command(advice, format!("go env -w GOPRIVATE='{value}'"))
        }
        _ => finding.remedy(advice, vec![Step::Set(Setting::go("GOPRIVATE", Value::one(value)))]),
    }
}

/// git's way to a host by ssh: the profile's rule where it has one, else one to this base.
pub(super) fn instead_of(look: &Look<'_>, host: &str, base: &str) -> Step {
    let prefix = format!("https://{host}/");
    let of_profile = look.settings.wishes.iter().find(|wish| {
        wish.target == TargetId::Git && wish.key.name() == "insteadOf" && wish.value.list().contains(&prefix)
    });
    Step::Set(of_profile.cloned().unwrap_or_else(|| {
        let key = Key::new(["url", base, "insteadOf"]);
        let why = say!(
            "git reaches it over ssh; go's own ?go-get=1 stays on https",
            "git 走 ssh；go 的 ?go-get=1 仍走 https"
        );
        Setting::new(TargetId::Git, key, Value::among([prefix])).because(why)
    }))
}

/// Whether the applied profile wants git to reach a host over ssh.
pub(super) fn profile_wants_ssh(look: &Look<'_>, host: &str) -> bool {
    let prefix = format!("https://{host}/");
    look.settings.wishes.iter().any(|wish| {
        let ssh = wish.key.0.get(1).is_some_and(|base| base.starts_with("ssh://"));
        wish.target == TargetId::Git && ssh && wish.value.list().contains(&prefix)
    })
}

/// Host keys into the file of ours, and ssh told to read it.
pub(super) fn known_host(client: &Client, name: &str, keys: Vec<String>) -> Vec<Step> {
    let files = ["~/.ssh/gobs/known_hosts", "~/.ssh/known_hosts"].map(str::to_owned);
    let read = Key::new([name, "UserKnownHostsFile"]);
    vec![
        Step::Set(Setting::new(TargetId::Ssh, read, Value::Many(files.to_vec()))),
        Step::Set(Setting::new(TargetId::KnownHosts, Key::new([client.filed_as()]), Value::among(keys))),
    ]
}
