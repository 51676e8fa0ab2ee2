//! The cause behind a failing git, as a finding: what its words mean for this module, on this machine.

use super::address::{Address, Transport};
use super::cause;
use super::discover::Said;
use super::git::Failed;
use super::login;
use super::look::Look;
use super::ssh::Client;
use super::wanted::Wanted;
use crate::model::{Finding, Kind, Msg, SafeUrl, Source, kind};
use crate::say;
use crate::text::netrc::DropReason;

/// All that is known about a repository when git fails on it.
pub(super) struct Case<'a, 'w> {
    pub look: &'a Look<'w>,
    pub wanted: &'a Wanted,
    /// As git asks for it, after insteadOf.
    pub url: &'a SafeUrl,
    pub address: &'a Address,
    /// The line of the insteadOf rule that was applied.
    pub rule: Option<Source>,
    /// The go-get page that named the repository.
    pub said: Option<&'a Said>,
    pub client: Option<&'a Client>,
}

impl Case<'_, '_> {
    pub(super) fn finding(&self, failed: &Failed) -> Finding {
        let kind = self.kind(failed);
        let (what, finding) = (self.what(kind, failed), Source::Command(failed.command.clone()));
        let seen = if failed.stderr.trim().is_empty() { failed.line.clone() } else { tail(&failed.stderr) };
        let mut found = cause::about(self.wanted, self.host(), kind, what).fact("url", self.url.to_string());
        if let (Some(rule), kind::GIT_CONFIG_BROKEN) = (&self.rule, kind) {
            found = found.seen(rule.clone(), self.url.to_string());
        }
        self.advise(found.seen(finding, seen), kind, failed)
    }

    pub(super) fn host(&self) -> &str {
        if self.address.host.is_empty() { self.wanted.host() } else { &self.address.host }
    }

    fn login_sent(&self) -> bool {
        let netrc = self.look.settings.netrc.as_ref();
        self.address.user.is_some()
            || netrc.is_some_and(|(_, netrc)| netrc.for_git(&self.address.host).is_some())
    }

    /// git's words, seen together with what else is known.
    fn kind(&self, failed: &Failed) -> Kind {
        let said_two = self.said.is_some_and(|said| said.two_segments);
        let https = self.address.transport == Transport::Https;
        match failed.kind {
            kind::GIT_REPO_NOT_FOUND | kind::GIT_HTTPS_NO_CREDENTIALS | kind::GIT_HTTPS_AUTH_REJECTED
                if said_two =>
            {
                kind::GITLAB_SUBGROUP_PATH
            }
            kind::GIT_HTTPS_NO_CREDENTIALS if self.incomplete().is_some() => kind::NETRC_MALFORMED,
            // git asks again where a login was refused, and then says that it may not ask.
            kind::GIT_HTTPS_NO_CREDENTIALS if self.login_sent() => kind::GIT_HTTPS_AUTH_REJECTED,
            kind::GIT_HTTPS_NO_CREDENTIALS if self.netrc_for_other().is_some() => kind::NETRC_WRONG_HOST,
            kind::ORIGIN_UNREACHABLE if failed.timed_out && https && self.helper().is_some() => {
                kind::GIT_HTTPS_NO_CREDENTIALS
            }
            kind::ORIGIN_UNREACHABLE if failed.timed_out && self.address.transport == Transport::Ssh => {
                kind::SSH_PORT_BLOCKED
            }
            kind => kind,
        }
    }

    /// A certificate that git does not take, with whoever signed it.
    pub(super) fn certificate(&self, found: Finding, kind: Kind, advice: Msg) -> Finding {
        let (host, port) = (self.host(), self.address.effective_port());
        let found = cause::signer(found, self.look, host, port);
        // go has read a page of this very host.
        if kind == kind::TLS_UNKNOWN_AUTHORITY && self.said.is_some() && self.wanted.host() == host {
            return found.advice(say!(
                "go trusts it, git does not: have git read the same authorities (http.sslCAInfo, GIT_SSL_CAINFO)",
                "go 信任它而 git 不信任：让 git 使用同一份 CA（http.sslCAInfo、GIT_SSL_CAINFO）"
            ));
        }
        found
            .command(advice, format!("openssl s_client -connect {host}:{port} -servername {host} </dev/null"))
    }

    fn helper(&self) -> Option<&str> {
        login::helpers(self.look).next()
    }

    /// A record of netrc for this host that go and git pass over.
    pub(super) fn incomplete(&self) -> Option<(Msg, Source)> {
        let (path, netrc) = self.look.settings.netrc.as_ref()?;
        let host = &self.address.host;
        let of_host = |why: &DropReason| match why {
            DropReason::Incomplete { machine, .. }
            | DropReason::AfterDefault { machine }
            | DropReason::InMacro { machine } => machine == host,
            _ => false,
        };
        let dropped = netrc.dropped.iter().find(|dropped| of_host(&dropped.why))?;
        Some((dropped.why.say(), Source::File(path.clone(), Some(dropped.line))))
    }

    /// A record of netrc that was probably meant for this host.
    pub(super) fn netrc_for_other(&self) -> Option<(String, Source)> {
        let (path, netrc) = self.look.settings.netrc.as_ref()?;
        let misses = netrc.near_misses(self.host());
        let miss = misses.first()?;
        Some((miss.entry.machine.clone(), Source::File(path.clone(), Some(miss.entry.line))))
    }

    fn what(&self, kind: Kind, failed: &Failed) -> Msg {
        let (host, url, line) = (self.host(), self.url, &failed.line);
        match kind {
            kind::GITLAB_SUBGROUP_PATH => {
                let (path, prefix) =
                    (&self.wanted.path, self.said.map_or("", |said| said.root.prefix.as_str()));
                say!(
                    "{host} names {prefix} as the repository of {path}: GitLab tells that to whoever is not signed in, whether or not a repository is there",
                    "{host} 把 {prefix} 说成 {path} 的仓库：GitLab 对没登录的请求只回答前两段路径，不管那里有没有仓库",
                    host,
                    prefix,
                    path
                )
            }
            kind::GIT_HTTPS_NO_CREDENTIALS if failed.timed_out => {
                let helper = self.helper().unwrap_or("");
                say!(
                    "git did not finish in time: {host} accepts connections, so its credential helper ({helper}) may be waiting",
                    "git 迟迟没有结束：{host} 可以连接，可能是凭据助手（{helper}）卡住了",
                    host,
                    helper
                )
            }
            kind::GIT_HTTPS_NO_CREDENTIALS => {
                say!(
                    "git has no login for {host}, and go does not let it ask",
                    "git 没有 {host} 的账号，而 go 不允许它询问",
                    host
                )
            }
            kind::NETRC_WRONG_HOST => {
                let other = self.netrc_for_other().map_or(String::new(), |(machine, _)| machine);
                say!(
                    "git has no login for {host}; netrc has one for {other}",
                    "git 没有 {host} 的账号；netrc 里写的是 {other}",
                    host,
                    other
                )
            }
            kind::NETRC_MALFORMED => {
                let why = self.incomplete().map_or(Msg::default(), |(why, _)| why);
                say!(
                    "git has no login for {host}, though netrc names it ({why})",
                    "netrc 中写了 {host}，但 git 没拿到账号（{why}）",
                    host,
                    why
                )
            }
            kind::GIT_HTTPS_AUTH_REJECTED => {
                say!(
                    "{host} does not accept the login for {url}: {line}",
                    "{host} 不接受访问 {url} 的账号：{line}",
                    host,
                    url,
                    line
                )
            }
            kind::GIT_REPO_NOT_FOUND => {
                say!(
                    "{host} knows no repository {url}, or does not show it to this account",
                    "{host} 上没有仓库 {url}，或当前账号看不到它",
                    host,
                    url
                )
            }
            kind::SSH_HOSTKEY_UNKNOWN => {
                let name = self.filed_as();
                say!(
                    "ssh has no host key for {name}, so it does not connect",
                    "ssh 没有 {name} 的主机密钥，因此拒绝连接",
                    name
                )
            }
            kind::SSH_HOSTKEY_CHANGED => {
                let name = self.filed_as();
                say!(
                    "{name} shows another host key than the one on file",
                    "{name} 的主机密钥与已保存的不同",
                    name
                )
            }
            kind::SSH_PUBLICKEY_DENIED => {
                say!(
                    "{host} accepts none of the ssh keys it was offered",
                    "{host} 不接受 ssh 提供的任何密钥",
                    host
                )
            }
            kind::VCS_TOOL_MISSING => say!("a program is missing: {line}", "缺少程序：{line}", line),
            kind::TLS_UNKNOWN_AUTHORITY => {
                say!("git does not trust the certificate of {host}", "git 不信任 {host} 的证书", host)
            }
            _ => say!("git cannot read {url}: {line}", "git 读不到 {url}：{line}", url, line),
        }
    }

    pub(super) fn filed_as(&self) -> String {
        self.client.map_or_else(|| self.host().to_owned(), Client::filed_as)
    }
}

/// The last lines, bounded.
fn tail(text: &str) -> String {
    const BOILERPLATE: [&str; 3] = [
        "fatal: Could not read from remote repository.",
        "Please make sure you have the correct access rights",
        "and the repository exists.",
    ];
    let says = |line: &&str| !line.is_empty() && !BOILERPLATE.contains(line);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(says).collect();
    let last = &lines[lines.len().saturating_sub(8)..];
    last.iter().map(|line| line.chars().take(400).collect::<String>()).collect::<Vec<_>>().join("\n")
}
