//! The hosts that netrc is for, against the hosts in use: almost the right name is no login at all.

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Level, Msg, Text, kind};
use crate::route::address::{Address, Transport};
use crate::say;
use crate::text::goproxy::{Place, steps};
use crate::text::netrc::{Near, NearMiss, Netrc};
use crate::text::url::{Url, looks_private, split_port};

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("netrc.host"),
    title: Text {
        en: "netrc names the private hosts as go does", zh: "netrc 里的主机名与实际一致"
    },
    why: Text {
        en: "go compares the machine with the URL's host letter by letter, a port included; git compares without the port. A record for a similar name, in other case or with a port too many gives no login, and nobody says so.",
        zh: "go 把 machine 与 URL 的主机逐字比较，端口也算在内；git 比较时不看端口。名字相近、大小写不同或多写了端口，都等于没有登录信息，而且没有任何提示。",
    },
    judge,
}];

/// A host that a login may be needed for.
struct Target {
    /// With its port, where one is needed.
    host: String,
    /// git fetches from it over https, too.
    git: bool,
    /// Everything needs ssh there, or a credential helper has the login.
    served: bool,
}

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let file = facts.netrc()?;
    let Ok(netrc) = &file.read else { return Ok(()) };
    let targets = targets(facts);
    for target in &targets {
        match netrc.for_go(&target.host) {
            Some(entry) => {
                let (host, _) = split_port(&target.host);
                if target.git && !target.served && netrc.for_git(host).is_none() {
                    let (machine, line) = (&entry.machine, entry.line);
                    let what = say!(
                        "go takes the record of {machine} for {host}, git does not: curl compares the bare host",
                        "{machine} 这条记录 go 能用在 {host} 上，git 却不行：curl 只比较主机名",
                        machine,
                        host
                    );
                    found.add(
                        Finding::warning(kind::NETRC_WRONG_HOST, what)
                            .fact("host", host)
                            .seen(file.at(line), format!("machine {machine}"))
                            .advice(record(host)),
                    );
                }
            }
            None => {
                let misses = netrc.near_misses(&target.host);
                let Some(miss) = misses.iter().find(|miss| meant(miss, target, &targets, netrc)) else {
                    continue;
                };
                near(file.at(miss.entry.line), target, miss, found);
            }
        }
    }
    for entry in netrc.entries.iter().filter(|entry| entry.machine.ends_with(":443")) {
        if found.list.iter().any(|f| f.evidence.first().is_some_and(|e| e.from == file.at(entry.line))) {
            continue;
        }
        let machine = &entry.machine;
        let what = say!(
            "{machine} is never matched: URLs leave the port 443 out",
            "{machine} 永远匹配不上：URL 里不写 443 端口",
            machine
        );
        let finding = Finding::info(kind::NETRC_WRONG_HOST, what)
            .seen(file.at(entry.line), format!("machine {machine}"));
        found.add(finding.advice(record(split_port(machine).0)));
    }
    Ok(())
}

/// The private hosts, and the module proxies inside.
fn targets(facts: &Facts<'_>) -> Vec<Target> {
    let rules = facts.git_view().map(crate::facts::git::GitView::rules).unwrap_or_default();
    let helper = facts.git_view().is_ok_and(|view| {
        view.named("credential", "helper")
            .any(|entry| entry.value.as_deref().is_some_and(|v| !v.trim().is_empty()))
    });
    let mut targets: Vec<Target> = facts
        .private_hosts()
        .into_iter()
        .map(|private| {
            let rewritten = rules.rewrite(&format!("https://{}/group/repo", private.host));
            let ssh = rewritten
                .and_then(|(to, _)| Address::parse(to.reveal()))
                .is_some_and(|to| to.transport == Transport::Ssh);
            Target { host: private.host, git: !ssh, served: ssh || helper }
        })
        .collect();
    let value = facts.go_env().map(|env| env.value("GOPROXY")).unwrap_or_default();
    for step in steps(&value).unwrap_or_default() {
        let Place::Proxy(url) = &step.at else { continue };
        let Ok(url) = Url::parse(url.reveal()) else { continue };
        let inside = url.scheme == "https" && url.userinfo.is_none() && looks_private(url.hostname());
        let host = if url.port() == "443" { url.hostname().to_owned() } else { url.host.clone() };
        if inside && !targets.iter().any(|target| target.host == host) {
            // A proxy may need no login at all: only a slip is worth a word.
            targets.push(Target { host, git: false, served: true });
        }
    }
    targets
}

/// Whether a record for another name was meant for this host: not where it is right for another one in use.
fn meant(miss: &NearMiss<'_>, target: &Target, targets: &[Target], netrc: &Netrc) -> bool {
    let right = targets.iter().any(|other| {
        other.host != target.host
            && netrc.for_go(&other.host).is_some_and(|entry| entry.line == miss.entry.line)
    });
    !right && (miss.how != Near::SameDomain || !target.served)
}

fn near(at: crate::model::Source, target: &Target, miss: &NearMiss<'_>, found: &mut Findings) {
    let (host, machine) = (&target.host, &miss.entry.machine);
    let why = match miss.how {
        Near::Scheme => say!("a machine is a host, not a URL", "machine 后面是主机名，不是 URL"),
        Near::Case => say!("go compares upper and lower case", "go 区分大小写"),
        Near::NoPort => say!("go needs the port as well", "go 还需要写上端口"),
        Near::OtherPort => say!("the port is not the one in use", "端口与实际使用的不符"),
        Near::Slip => say!("a slip of the keyboard?", "是不是打错了？"),
        Near::SameDomain => say!("another host of the same domain", "只是同一域名下的另一台主机"),
    };
    let what = say!(
        "netrc has no record for {host}, only one for {machine}: {why}",
        "netrc 里没有 {host} 的记录，只有 {machine}：{why}",
        host,
        machine,
        why
    );
    found.add(
        Finding::new(kind::NETRC_WRONG_HOST, Level::Warning, what)
            .fact("host", host.clone())
            .fact("machine", machine.clone())
            .seen(at, format!("machine {machine}"))
            .advice(record(host)),
    );
}

fn record(host: &str) -> Msg {
    say!(
        "add a line for that host, exactly: machine {host} login NAME password TOKEN",
        "为该主机准确地加一行：machine {host} login 用户名 password 令牌",
        host
    )
}
