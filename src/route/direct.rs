//! The way to the origin: where the code is, git's address for it, whether git gets in, and whether the version is there.

use std::time::Instant;

use super::address::{Address, Transport};
use super::arrival;
use super::blame::Case;
use super::cause;
use super::decide::{self, Decisions};
use super::discover::{self, Said};
use super::git::{Failed, Git};
use super::hop::{End, Hop, Mark, Step, Trail};
use super::login;
use super::look::Look;
use super::proxy;
use super::revision::Refs;
use super::sites::{self, Root, Site};
use super::ssh::{Client, Known};
use super::wanted::Wanted;
use crate::model::{Msg, SafeUrl, Source, kind};
use crate::say;

/// Where the way to the origin led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// The module is there; the version where it is clear.
    Module(Option<String>),
    /// It was not walked to its end, and nothing so far is wrong.
    Unknown(Msg),
}

pub(super) type Ends<T> = Result<T, Box<End>>;

/// A repository that git listed.
pub(super) struct Listed {
    pub root: Root,
    /// As git asks for it, after insteadOf.
    pub url: SafeUrl,
    pub refs: Refs,
    pub said: Option<Said>,
}

pub(super) fn walk(
    look: &Look<'_>,
    wanted: &Wanted,
    decisions: &Decisions,
    trail: &mut Trail<'_>,
) -> Ends<Reached> {
    Direct { look, wanted, decisions }.walk(trail)
}

struct Direct<'a, 'w> {
    look: &'a Look<'w>,
    wanted: &'a Wanted,
    decisions: &'a Decisions,
}

impl<'a, 'w> Direct<'a, 'w> {
    fn walk(&self, trail: &mut Trail<'_>) -> Ends<Reached> {
        let path = &self.wanted.path;
        let site = sites::site(path);
        match &site {
            Site::Known(root) => {
                let repo = &root.repo;
                trail.ok(Step::Root, say!("go knows this site: {repo}", "go 认识这个站点：{repo}", repo));
            }
            Site::Suffix { repo, .. } => {
                trail.ok(
                    Step::Root,
                    say!("the path names its repository: {repo}", "路径中写明了仓库：{repo}", repo),
                );
            }
            Site::Ask => {
                let host = self.wanted.host();
                trail.ok(
                    Step::Root,
                    say!(
                        "go asks {host} where the code is (?go-get=1)",
                        "go 向 {host} 询问代码位置（?go-get=1）",
                        host
                    ),
                );
            }
            Site::Refused(why) => {
                let what = say!("go refuses this path: {why}", "go 不接受这个路径：{why}", why);
                trail.failed(Step::Root, what.clone());
                let found = cause::about(self.wanted, self.wanted.host(), kind::MODULE_PATH_MISMATCH, what);
                return Err(End::not_exist(found.advice(say!("correct the module path", "请改正模块路径"))));
            }
        }
        if let Err(unknown) = self.look.online() {
            match &site {
                Site::Known(root) => _ = self.rewritten(&root.repo, trail),
                Site::Suffix { repo, .. } => _ = self.rewritten(&format!("https://{repo}"), trail),
                Site::Ask | Site::Refused(_) => {}
            }
            trail.skipped(Step::Git, unknown.why.clone());
            return Ok(Reached::Unknown(unknown.why));
        }
        let listed = match site {
            Site::Known(root) => {
                self.govcs(&root, trail)?;
                self.list(root, None, trail)?
            }
            Site::Suffix { prefix, vcs, repo } => self.probe(&prefix, &vcs, &repo, trail)?,
            Site::Ask | Site::Refused(_) => {
                let insecure = self.decisions.insecure.matched.is_some();
                let said = discover::discover(self.look, self.wanted, insecure, trail)?;
                if said.root.vcs == "mod" {
                    let base = SafeUrl::new(&said.root.repo);
                    return proxy::ask(self.look, self.wanted, &base, trail)
                        .map(|has| Reached::Module(Some(has.version)));
                }
                self.govcs(&said.root, trail)?;
                self.list(said.root.clone(), Some(said), trail)?
            }
        };
        match listed {
            Ok(listed) => arrival::arrive(self.look, self.wanted, &listed, trail),
            Err(unknown) => Ok(Reached::Unknown(unknown)),
        }
    }

    fn govcs(&self, root: &Root, trail: &mut Trail<'_>) -> Ends<()> {
        decide::check_govcs(self.look.settings, &root.vcs, &root.prefix).map_err(|why| {
            let what = say!(
                "go may not use {vcs} here: {why}",
                "go 不允许在这里使用 {vcs}：{why}",
                vcs = root.vcs,
                why
            );
            trail.failed(Step::Govcs, what.clone());
            let found = cause::about(self.wanted, self.wanted.host(), kind::GOVCS_INVALID, what);
            let at = self.look.settings.at("GOVCS").cloned().unwrap_or(Source::Host);
            End::not_exist(
                found
                    .seen(at, self.look.settings.value("GOVCS"))
                    .advice(say!("let GOVCS allow it for this path", "请在 GOVCS 中放行这个路径")),
            )
        })
    }

    /// git, or why it cannot be run.
    fn git(&self, vcs: &str, trail: &mut Trail<'_>) -> Ends<Result<Git<'a, 'w>, Msg>> {
        if vcs == "git"
            && let Some(git) = Git::new(self.look)
        {
            return Ok(Ok(git));
        }
        if vcs != "git" && self.look.world.which(vcs).is_some() {
            let what = say!(
                "the code is under {vcs}, which is not walked further",
                "代码由 {vcs} 管理，不再往下检查",
                vcs
            );
            trail.skipped(Step::Git, what.clone());
            return Ok(Err(what));
        }
        let what = say!("{vcs} is needed here and is not on PATH", "这里需要 {vcs}，但 PATH 中没有", vcs);
        trail.failed(Step::Git, what.clone());
        let found =
            cause::about(self.wanted, self.wanted.host(), kind::VCS_TOOL_MISSING, what).fact("vcs", vcs);
        Err(End::hard(found.advice(say!(
            "install {vcs}, or let go take the module from a proxy",
            "请安装 {vcs}，或让 go 从代理获取这个模块",
            vcs
        ))))
    }

    /// `host/path.git`: the schemes in go's order; the first that git can list is taken.
    fn probe(&self, prefix: &str, vcs: &str, repo: &str, trail: &mut Trail<'_>) -> Ends<Result<Listed, Msg>> {
        let named = |scheme: &str| Root {
            prefix: prefix.to_owned(),
            vcs: vcs.to_owned(),
            repo: format!("{scheme}://{repo}"),
            subdir: String::new(),
        };
        self.govcs(&named("https"), trail)?;
        let insecure = self.decisions.insecure.matched.is_some();
        let allow = self.look.world.vars.get("GIT_ALLOW_PROTOCOL");
        let mut first: Option<Box<End>> = None;
        for scheme in sites::schemes(insecure, allow) {
            match self.list(named(scheme), None, trail) {
                Ok(listed) => return Ok(listed),
                Err(end) if end.finding.kind == kind::VCS_TOOL_MISSING => return Err(end),
                // What https said tells most; ssh is tried by go without being asked for.
                Err(end) => first = first.or(Some(end.at(trail))),
            }
        }
        Err(first.unwrap_or_else(|| {
            let what = say!(
                "GIT_ALLOW_PROTOCOL leaves no way to the repository",
                "GIT_ALLOW_PROTOCOL 没有留下可用的协议"
            );
            End::hard(cause::about(self.wanted, self.wanted.host(), kind::GIT_CONFIG_BROKEN, what))
        }))
    }

    /// Address, connection, `git ls-remote`.
    fn list(&self, root: Root, said: Option<Said>, trail: &mut Trail<'_>) -> Ends<Result<Listed, Msg>> {
        let git = match self.git(&root.vcs, trail)? {
            Ok(git) => git,
            Err(unknown) => return Ok(Err(unknown)),
        };
        let (url, rule) = self.rewritten(&root.repo, trail);
        let usable = |address: &Address| {
            let scheme = url.reveal().split("://").next().unwrap_or("");
            let helper = || self.look.world.which(&format!("git-remote-{scheme}"));
            address.transport != Transport::Unknown || rule.is_none() || helper().is_some()
        };
        let Some(address) = Address::parse(url.reveal()).filter(usable) else {
            let what = say!("git cannot make sense of {url}", "git 无法理解地址 {url}", url);
            trail.failed(Step::Rewrite, what.clone());
            let found = cause::about(self.wanted, self.wanted.host(), kind::INSTEADOF_MALFORMED_URL, what);
            let at = rule.unwrap_or(Source::Host);
            return Err(End::hard(found.seen(at, url.to_string()).advice(say!(
                "correct the insteadOf rule: ssh://git@host:port/path, or git@host:path without a port",
                "请改正 insteadOf 规则：写成 ssh://git@主机:端口/路径，或不带端口的 git@主机:路径"
            ))));
        };
        let client = self.ssh(&address, trail);
        let case = Case {
            look: self.look,
            wanted: self.wanted,
            url: &url,
            address: &address,
            rule,
            said: said.as_ref(),
            client: client.as_ref(),
        };
        self.reach(&case, trail)?;
        let start = Instant::now();
        // git applies insteadOf itself: it is given what go gives it.
        match git.refs(&root.repo) {
            Ok((refs, account)) => {
                let count = Msg::counted(refs.len(), "ref", "refs");
                let what = match &account.accepted {
                    Some(key) => say!(
                        "git lists {count} of {url}; the server took {key}",
                        "git 列出了 {url} 的 {count} 个引用；服务器接受了密钥 {key}",
                        count,
                        url,
                        key
                    ),
                    None => {
                        say!("git lists {count} of {url}", "git 列出了 {url} 的 {count} 个引用", count, url)
                    }
                };
                trail.add(Hop::new(Step::Git, Mark::Ok, what).since(start));
                Ok(Ok(Listed { root, url, refs, said }))
            }
            Err(failed) => Err(git_failed(&case, &failed, start, trail)),
        }
    }

    /// insteadOf, with the line of the rule.
    fn rewritten(&self, repo: &str, trail: &mut Trail<'_>) -> (SafeUrl, Option<Source>) {
        let Some((url, rule)) = self.look.settings.rules.rewrite(repo) else {
            return (SafeUrl::new(repo), None);
        };
        let prefix = &rule.prefix;
        let what =
            say!("insteadOf {prefix}: git asks {url}", "insteadOf {prefix}：git 改为访问 {url}", prefix, url);
        let hop = Hop::new(Step::Rewrite, Mark::Ok, what);
        trail.add(hop.seen(rule.at.clone(), format!("[url \"{}\"] insteadOf = {prefix}", rule.base)));
        (url, Some(rule.at.clone()))
    }

    /// What ssh would do, and whether the host is known to it.
    fn ssh(&self, address: &Address, trail: &mut Trail<'_>) -> Option<Client> {
        if address.transport != Transport::Ssh {
            return None;
        }
        let client = Client::of(self.look, address)?;
        let (user, filed) = (&client.user, client.filed_as());
        match client.known(self.look) {
            Known::Yes { kinds, file, line } => {
                let kinds = kinds.join(", ");
                let what = say!(
                    "ssh to {user}@{filed}; host key known ({kinds})",
                    "ssh 连接 {user}@{filed}；主机密钥已保存（{kinds}）",
                    user,
                    filed,
                    kinds
                );
                trail.add(Hop::new(Step::Ssh, Mark::Ok, what).seen(Source::File(file, Some(line)), ""));
            }
            Known::No => {
                let what = say!(
                    "ssh to {user}@{filed}; no host key on file",
                    "ssh 连接 {user}@{filed}；没有保存主机密钥",
                    user,
                    filed
                );
                trail.add(Hop::new(Step::Ssh, Mark::Ok, what));
            }
        }
        Some(client)
    }

    /// Whether the server can be connected to at all, the way git goes.
    fn reach(&self, case: &Case<'_, '_>, trail: &mut Trail<'_>) -> Ends<()> {
        let address = case.address;
        let answer = match (address.transport, case.client) {
            (Transport::Https | Transport::Http, _) => {
                let own_proxy = self.look.settings.git_keys.iter().any(|(key, _)| key == "http.proxy");
                let answer = if own_proxy { Ok(()) } else { self.look.reach(case.url.reveal(), trail) };
                if let (Ok(()), Some(hop)) = (&answer, login::of_git(self.look, address)) {
                    trail.add(hop);
                }
                answer
            }
            (Transport::Ssh, Some(client)) if !client.jumps => {
                self.look.dial(&client.host, client.port, trail)
            }
            (Transport::Git, _) => self.look.dial(&address.host, address.effective_port(), trail),
            _ => Ok(()),
        };
        answer.map_err(|err| {
            let role = cause::Role::Origin;
            let mut found = cause::no_answer(self.look, self.wanted, role, case.url.reveal(), &err);
            if address.transport == Transport::Ssh && found.kind == kind::ORIGIN_UNREACHABLE {
                let failed = Failed {
                    kind: kind::SSH_PORT_BLOCKED,
                    line: err.msg().into_en(),
                    stderr: err.text.clone(),
                    timed_out: false,
                    account: Box::default(),
                    command: format!("ssh {}", address.host),
                };
                found = case.finding(&failed);
            }
            End::hard(found)
        })
    }
}

fn git_failed(case: &Case<'_, '_>, failed: &Failed, start: Instant, trail: &mut Trail<'_>) -> Box<End> {
    let (url, line) = (case.url, &failed.line);
    let what = say!("git cannot list {url}: {line}", "git 无法列出 {url}：{line}", url, line);
    let hop = Hop::new(Step::Git, Mark::Failed, what).since(start);
    trail.add(hop.seen(Source::Command(failed.command.clone()), failed.line.clone()));
    End::hard(case.finding(failed))
}
