//! insteadOf: rules that contradict, shadow or yield what git cannot use; tokens written into them.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::git::GitEntry;
use crate::model::{Finding, Findings, Key, Known, Setting, Source, Step, TargetId, Text, Value, kind};
use crate::say;
use crate::text::gitcfg::insteadof::Rule;
use crate::text::shellword::shell_word;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("git.insteadof"),
        title: Text { en: "git's URL rewriting is sound", zh: "git 的地址改写规则有效" },
        why: Text {
            en: "url.<base>.insteadOf decides where git really goes. Of equal prefixes the first wins, of several the longest; go's own ?go-get=1 request is never rewritten.",
            zh: "url.<base>.insteadOf 决定 git 实际访问哪里。前缀相同取第一条，多条匹配取最长；go 自己的 ?go-get=1 请求不受改写影响。",
        },
        judge: insteadof,
    },
    Check {
        id: CheckId("git.secrets"),
        title: Text { en: "no tokens in the gitconfig", zh: "gitconfig 里没有明文令牌" },
        why: Text {
            en: "A token in a URL stands in plain text in the file, in error messages and in CI logs.",
            zh: "写进 URL 的令牌会以明文出现在文件、报错和 CI 日志里。",
        },
        judge: secrets,
    },
];

fn insteadof(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let rules = facts.git_view()?.rules();
    for circle in rules.loops() {
        let bases: Vec<String> =
            circle.iter().map(|rule| format!("{} → {}", rule.prefix, rule.base)).collect();
        let circle_text = bases.join(", ");
        let what = say!(
            "insteadOf rules rewrite in a circle: {circle_text}",
            "insteadOf 规则互相改写：{circle_text}",
            circle_text
        );
        let finding = Finding::error(kind::GITCONFIG_INSTEADOF_LOOP, what);
        let finding = circle.iter().fold(finding, |f, rule| f.seen(rule.at.clone(), line(rule)));
        found.add(finding.command(
            say!("decide which direction you want and take the other rule out", "确定要哪个方向，删掉另一条"),
            unset(facts, circle.last().copied()),
        ));
    }
    for rule in rules.list() {
        if let Some(fault) = rule.fault() {
            let (base, why) = (&rule.base, fault.say());
            let what = say!(
                "this insteadOf rule sends git to `{base}`, which it cannot use: {why}",
                "这条 insteadOf 规则把 git 引向 `{base}`，但它用不了：{why}",
                base,
                why
            );
            let finding = Finding::error(kind::INSTEADOF_MALFORMED_URL, what)
                .fact("url", base.to_string())
                .seen(rule.at.clone(), line(rule));
            found.add(mend(facts, rule, fault.mended(rule), finding));
        }
    }
    for pair in rules.shadows() {
        let (wins, loses) = (pair.wins, pair.loses);
        // The customary pair: ssh for everything, https kept for one repository of the same host on purpose.
        let (prefix, to, other) = (&wins.prefix, &wins.base, &loses.base);
        let what = say!(
            "{prefix} goes to {to}, although a shorter rule sends its host to {other}: of several prefixes the longest counts",
            "{prefix} 会走 {to}，尽管有一条更短的规则把该主机改写到 {other}：多条匹配时最长的生效",
            prefix,
            to,
            other
        );
        found.add(
            Finding::warning(kind::INSTEADOF_SHADOWS, what)
                .seen(wins.at.clone(), line(wins))
                .seen(loses.at.clone(), line(loses))
                .command(
                    say!(
                        "if that is not on purpose, take the longer rule out",
                        "如果不是有意为之，删掉较长的那条"
                    ),
                    unset(facts, Some(wins)),
                ),
        );
    }
    for pair in rules.conflicts() {
        let (prefix, to, never) = (&pair.wins.prefix, &pair.wins.base, &pair.loses.base);
        let what = say!(
            "two rules for {prefix}: git takes the first ({to}); the one to {never} never applies",
            "{prefix} 有两条规则：git 只认第一条（{to}），改写到 {never} 的那条永远不生效",
            prefix,
            to,
            never
        );
        found.add(
            Finding::warning(kind::INSTEADOF_SHADOWS, what)
                .seen(pair.loses.at.clone(), line(pair.loses))
                .seen(pair.wins.at.clone(), line(pair.wins))
                .command(
                    say!("take the one you do not want out", "删掉不要的那条"),
                    unset(facts, Some(pair.loses)),
                ),
        );
    }
    Ok(())
}

fn line(rule: &Rule) -> String {
    format!("url.{}.insteadOf = {}", rule.base, rule.prefix)
}

fn unset(facts: &Facts<'_>, rule: Option<&Rule>) -> String {
    let Some(rule) = rule else { return String::new() };
    let key = format!("url.{}.insteadOf", rule.base.reveal());
    match &rule.at {
        Source::File(path, _) => super::unset(facts, path, &key, Some(rule.prefix.reveal())),
        _ => "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS".to_owned(),
    }
}

/// The rule with the base that was meant, where that is plain and the file is the user's own.
fn mend(facts: &Facts<'_>, rule: &Rule, base: Option<String>, finding: Finding) -> Finding {
    let own = matches!(&rule.at, Source::File(path, _) if facts.is_own_file(path));
    match base {
        Some(base) if own => {
            let url = |base: &str| Key::new(["url", base, "insteadOf"]);
            let steps = vec![
                Step::Set(Setting::new(TargetId::Git, url(rule.base.reveal()), Value::Absent)),
                Step::Set(Setting::new(TargetId::Git, url(&base), Value::among([rule.prefix.reveal()]))),
            ];
            finding.remedy(say!("rewrites to {base} instead", "改为改写到 {base}", base), steps)
        }
        _ => finding.command(
            say!("take the rule out and write it anew", "删掉这条规则重新写"),
            unset(facts, Some(rule)),
        ),
    }
}

fn secrets(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for entry in &facts.git_view()?.entries {
        let Some(where_) = secret_in(entry) else { continue };
        for secret in &where_ {
            facts.learn_secret(secret);
        }
        let name = super::shown(entry);
        let what = say!(
            "a secret stands in plain text in {name}; it shows up in error messages and logs",
            "{name} 里有明文密钥，会出现在报错和日志里",
            name
        );
        let finding = Finding::warning(kind::TOKEN_IN_GITCONFIG, what)
            .fact("key", name.en.clone())
            .seen(entry.at.clone(), "***");
        found.add(finding.command(
            say!(
                "revoke the token, then let git ask a credential helper (or use ~/.netrc with mode 0600)",
                "先吊销该令牌，再改用凭据助手（或权限为 0600 的 ~/.netrc）"
            ),
            edit(facts, entry),
        ));
    }
    Ok(())
}

/// The command that opens the file at hand.
fn edit(facts: &Facts<'_>, entry: &GitEntry) -> String {
    match &entry.at {
        Source::File(path, line) => {
            let file = shell_word(&path.display().to_string());
            let line = line.map_or(String::new(), |line| format!("   # line {line}"));
            match facts.is_own_file(path) {
                true => format!("git config --file {file} --edit{line}"),
                false => format!("sudoedit {file}{line}"),
            }
        }
        _ => "env | grep ^GIT_CONFIG".to_owned(),
    }
}

/// The secrets in an entry: passwords in URLs of its name or value, authorisation headers.
fn secret_in(entry: &GitEntry) -> Option<Vec<String>> {
    let value = entry.value.as_deref().unwrap_or("");
    let mut secrets: Vec<String> = Vec::new();
    for text in [entry.subsection.as_deref().unwrap_or(""), value] {
        secrets.extend(password(text));
    }
    if entry.name == "extraheader"
        && let Some((header, value)) = value.split_once(':')
        && names_a_secret(header)
    {
        secrets.extend(value.split_whitespace().last().map(str::to_owned));
    }
    (!secrets.is_empty()).then_some(secrets)
}

/// `Authorization`, and what forges have beside it: `PRIVATE-TOKEN`, `JOB-TOKEN`, `X-Api-Key`, `Cookie`.
fn names_a_secret(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    ["authorization", "token", "api-key", "apikey", "cookie", "secret"]
        .iter()
        .any(|word| header.contains(word))
}

/// The password (or lone token) before the `@` of an http URL.
fn password(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.starts_with("http") {
        return None;
    }
    let authority = rest.split('/').next().unwrap_or("");
    let (user, _) = authority.rsplit_once('@')?;
    match user.split_once(':') {
        Some((_, password)) if !password.is_empty() => Some(password.to_owned()),
        Some(_) => None,
        // `https://TOKEN@host`: a lone user name is a token where it looks like one.
        None => (user.len() >= 20).then(|| user.to_owned()),
    }
}
