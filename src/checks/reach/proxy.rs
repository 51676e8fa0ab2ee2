//! Each element of GOPROXY: is it there, does it speak the protocol.

use super::{finding, trouble};
use crate::checks::env::repaired;
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::{Acting, Scope};
use crate::facts::net::Fault;
use crate::mirrors::{self, State};
use crate::model::{Finding, Findings, Known, Level, Source, Text, Unknown, Value, kind};
use crate::say;
use crate::text::goproxy::{Place, Step, problems, steps};
use crate::text::url::{Url, is_loopback, looks_private};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("proxy.reach"),
        title: Text { en: "every module proxy answers", zh: "模块代理都能访问" },
        why: Text {
            en: "go asks the elements of GOPROXY in order. After a comma it goes on only when told 404 or 410: a proxy that does not answer stops every download there.",
            zh: "go 按顺序访问 GOPROXY 里的每个代理。逗号后面的代理只有在前一个返回 404 或 410 时才会用到：某个代理不应答，下载就停在那里。",
        },
        judge: reach,
    },
    Check {
        id: CheckId("proxy.protocol"),
        title: Text { en: "what answers speaks the module protocol", zh: "应答的确实是模块代理" },
        why: Text {
            en: "A sign-in page, a web server or the wrong repository path answers too, but not with modules.",
            zh: "登录页、普通网站或写错的仓库路径也会应答，但给不出模块。",
        },
        judge: protocol,
    },
    Check {
        id: CheckId("proxy.tree"),
        title: Text { en: "a file:// proxy is a tree of modules", zh: "file:// 代理目录有效" },
        why: Text {
            en: "go reads a file:// proxy as a directory tree (module/@v/list …). A missing tree looks to it like a module that does not exist.",
            zh: "go 把 file:// 代理当作目录树读取（模块/@v/list …）。目录不存在时，go 只会说找不到模块。",
        },
        judge: tree,
    },
];

/// The path every proxy can be asked: a module of the Go project, its versions.
pub(super) const ASKED: &str = "/golang.org/x/mod/@v/list";

/// The value in force, and its elements that are asked over the network, each with the URL asked.
type Elements = (Acting, Vec<(Step, String)>);

/// `None` for a value that go cannot walk.
fn elements(facts: &Facts<'_>) -> Known<Option<Elements>> {
    let now = facts.acting("GOPROXY")?.into_iter().find(|acting| matches!(acting.scope, Scope::Now(_)));
    let value = now
        .as_ref()
        .map_or_else(|| facts.go_env().map(|env| env.value("GOPROXY")), |now| Ok(now.value.clone()))?;
    let acting = now.unwrap_or_else(|| Acting {
        name: "GOPROXY".into(),
        value: value.clone(),
        places: Vec::new(),
        scope: Scope::Now(crate::facts::go::Layer::Default),
    });
    // A value that go cannot walk is env.goproxy's.
    let Ok(walk) = steps(&value) else { return Ok(None) };
    let http = |step: Step| match &step.at {
        Place::Proxy(url) if url.reveal().starts_with("http") => {
            let asked = format!("{}{ASKED}", url.reveal().trim_end_matches('/'));
            Some((step, asked))
        }
        _ => None,
    };
    Ok(Some((acting, walk.into_iter().filter_map(http).collect())))
}

fn reach(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    facts.online()?;
    let Some((acting, elements)) = elements(facts)? else { return Ok(()) };
    let urls: Vec<String> = elements.iter().map(|(_, url)| url.clone()).collect();
    let mut away = None;
    for ((step, url), asked) in elements.iter().zip(facts.asked_all(&urls)) {
        let asked = asked?;
        let Place::Proxy(proxy) = &step.at else { continue };
        let host = Url::parse(proxy.reveal()).map(|url| url.hostname().to_owned()).unwrap_or_default();
        // On this machine nobody is on the way: where a connection is refused, nothing listens.
        let refused = matches!(&asked, Err(err) if err.fault == Fault::Refused);
        let kind = match refused && is_loopback(&host) {
            true => kind::GOPROXY_DEAD,
            false => kind::GOPROXY_UNREACHABLE,
        };
        let Some(trouble) = trouble(&asked, kind) else { continue };
        if matches!(trouble.kind, kind::GATEWAY_INTERFERENCE | kind::GOPROXY_AUTH_DENIED) {
            continue;
        }
        let inside = looks_private(&host) || facts.is_private_host(&host);
        if inside && trouble.kind == kind::DNS_FAILURE {
            away.get_or_insert(Unknown::new(say!(
                "{host} does not resolve; not on the company network?",
                "{host} 解析不到；当前不在公司网络里？",
                host
            )));
            continue;
        }
        // A dead mirror is reported where the value is judged.
        if mirrors::known(proxy.reveal()).is_some_and(|mirror| mirror.state == State::Dead) {
            continue;
        }
        let why = &trouble.why;
        let (level, what) = match step.on_any_error {
            true => (
                Level::Warning,
                say!(
                    "{proxy} does not answer ({why}); go loses time on it, then takes the next",
                    "{proxy} 没有应答（{why}）；go 会先在它上面浪费时间，再换下一个",
                    proxy,
                    why
                ),
            ),
            false => (
                Level::Error,
                say!(
                    "{proxy} does not answer: {why}; downloads stop there",
                    "{proxy} 没有应答：{why}；下载会停在这里",
                    proxy,
                    why
                ),
            ),
        };
        let one = finding(facts, level, what, url, &asked, &trouble);
        found.add(place(remedied(facts, &acting, one, inside), &acting));
    }
    away.map_or(Ok(()), Err)
}

/// The place to repair comes first in the evidence.
fn place(mut finding: Finding, acting: &Acting) -> Finding {
    for source in acting.places.iter().rev() {
        let evidence = crate::model::Evidence { from: source.clone(), seen: acting.value.clone() };
        finding.evidence.insert(0, evidence);
    }
    finding
}

fn remedied(facts: &Facts<'_>, acting: &Acting, finding: Finding, inside: bool) -> Finding {
    if finding.remedy.is_some() {
        return finding;
    }
    match facts.preferred_goproxy() {
        Some(better) if !inside && better != acting.value => {
            let (level, what, kind) = (finding.level, finding.what.clone(), finding.kind);
            finding.remedied_as(repaired(facts, acting, kind, level, &what, &Value::One(better)))
        }
        _ if inside => finding.advice(say!(
            "ask who runs that proxy; until then the VPN and NO_PROXY are worth a look",
            "请联系该代理的管理员；同时检查 VPN 和 NO_PROXY"
        )),
        _ => finding.advice(say!(
            "try again later, or name another mirror: gobs init --set GOPROXY=…",
            "稍后再试，或换一个镜像：gobs init --set GOPROXY=…"
        )),
    }
}

fn protocol(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    facts.online()?;
    let Some((acting, elements)) = elements(facts)? else { return Ok(()) };
    let urls: Vec<String> = elements.iter().map(|(_, url)| url.clone()).collect();
    for ((step, url), asked) in elements.iter().zip(facts.asked_all(&urls)) {
        let asked = asked?;
        let (Place::Proxy(proxy), Some(trouble)) = (&step.at, trouble(&asked, kind::GOPROXY_UNREACHABLE))
        else {
            continue;
        };
        if !matches!(trouble.kind, kind::GATEWAY_INTERFERENCE | kind::GOPROXY_AUTH_DENIED) {
            continue;
        }
        let why = &trouble.why;
        // 403 is also how a company proxy says that its policy refuses this one module.
        let policy = asked.as_ref().is_ok_and(|answer| answer.status == 403);
        let level = if policy { Level::Warning } else { Level::Error };
        let what = say!("{proxy} does not serve modules: {why}", "{proxy} 没有提供模块：{why}", proxy, why);
        let one = finding(facts, level, what, url, &asked, &trouble);
        let one = match trouble.kind {
            kind::GOPROXY_AUTH_DENIED if policy => one.advice(say!(
                "golang.org/x/mod is refused: the policy of that proxy, or a login that is missing",
                "golang.org/x/mod 被拒绝：可能是该代理的策略，也可能缺少登录凭据"
            )),
            kind::GOPROXY_AUTH_DENIED => one.advice(say!(
                "give go the login: a line in ~/.netrc (mode 0600): machine HOST login NAME password TOKEN",
                "给 go 提供登录凭据：在 ~/.netrc（权限 0600）写一行：machine 主机 login 用户名 password 令牌"
            )),
            _ => one,
        };
        found.add(place(one, &acting));
    }
    Ok(())
}

fn tree(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let value = facts.go_env()?.value("GOPROXY");
    // A value that go takes for another list than was meant is env.goproxy's.
    let (Ok(walk), true) = (steps(&value), problems(&value).is_empty()) else { return Ok(()) };
    let places = facts.acting("GOPROXY")?.into_iter().next().map(|acting| acting.places).unwrap_or_default();
    for step in walk {
        let Place::Proxy(url) = &step.at else { continue };
        let Some(path) = Url::parse(url.reveal()).ok().filter(|url| url.scheme == "file").map(|url| url.path)
        else {
            continue;
        };
        let path = std::path::PathBuf::from(path);
        if facts.dir_exists(&path) {
            continue;
        }
        let shown = path.display().to_string();
        let what = say!(
            "GOPROXY names the tree {shown}, and there is no such directory: go finds no module there",
            "GOPROXY 指向目录 {shown}，但它不存在：go 在那里找不到任何模块",
            shown
        );
        let one = Finding::error(kind::GOPROXY_DEAD, what).fact("path", shown.clone());
        let one = places.iter().fold(one, |one, place| one.seen(place.clone(), value.clone()));
        let one = one.seen(Source::File(path, None), String::new());
        found.add(one.advice(say!(
            "mount or unpack the tree there (its root holds directories such as golang.org/), or name the right one: gobs init --profile offline --set tree=DIR",
            "请在该处挂载或解压模块目录（根下应有 golang.org/ 等目录），或指定正确的目录：gobs init --profile offline --set tree=目录"
        )));
    }
    Ok(())
}
