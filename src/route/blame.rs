//! The cause behind a failing git, as a finding: what its words mean for this module, on this machine.

use super::address::{Address, Transport};
use super::cause;
use super::discover::Said;
use super::git::Failed;
use super::look::Look;
use super::ssh::{self, Client};
use super::wanted::Wanted;
use crate::model::{Finding, Kind, Msg, SafeUrl, Source, kind};
use crate::say;
use crate::text::forges::{self, Login};
use crate::text::hostkeys;
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

    fn host(&self) -> &str {
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

    fn helper(&self) -> Option<&str> {
        let keys = &self.look.settings.git_keys;
        keys.iter()
            .find(|(key, given)| key == "credential.helper" && !given.value.is_empty())
            .map(|(_, g)| g.value.as_str())
    }

    /// A record of netrc for this host that go and git pass over.
    fn incomplete(&self) -> Option<(Msg, Source)> {
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
    fn netrc_for_other(&self) -> Option<(String, Source)> {
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
                    "{host} names {prefix} as the repository of {path}: that is what GitLab tells those who are not signed in, and no repository is there",
                    "{host} 把 {prefix} 当成了 {path} 的仓库：GitLab 对未登录的请求只给前两段路径，那里并没有仓库",
                    host,
                    prefix,
                    path
                )
            }
            kind::GIT_HTTPS_NO_CREDENTIALS if failed.timed_out => {
                let helper = self.helper().unwrap_or("");
                let budget = self.look.budget.as_secs_f64();
                say!(
                    "git did not finish within {budget} s: {host} accepts connections, so its credential helper ({helper}) may be waiting",
                    "git 在 {budget} 秒内没有结束：{host} 可以连接，可能是凭据助手（{helper}）卡住了",
                    budget,
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
                    "git has no login for {host}: in netrc, {why}",
                    "git 没有 {host} 的账号：netrc 中，{why}",
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
            _ => say!("git cannot read {url}: {line}", "git 读不到 {url}：{line}", url, line),
        }
    }

    fn filed_as(&self) -> String {
        self.client.map_or_else(|| self.host().to_owned(), Client::filed_as)
    }

    fn advise(&self, found: Finding, kind: Kind, failed: &Failed) -> Finding {
        let host = self.host();
        if let Some(advice) = cause::tls_advice(kind, host) {
            let port = self.address.effective_port();
            let found = cause::signer(found, self.look, host, port);
            return found.command(
                advice,
                format!("openssl s_client -connect {host}:{port} -servername {host} </dev/null"),
            );
        }
        match kind {
            kind::GITLAB_SUBGROUP_PATH => found.command(
                say!(
                    "sign the go-get request in: a token with read_api and read_repository in ~/.netrc (insteadOf does not help here). Or import the path with .git after the repository",
                    "让 go-get 请求带上账号：在 ~/.netrc 中写一个有 read_api 和 read_repository 权限的令牌（insteadOf 在这里不管用）；或在模块路径的仓库名后加 .git"
                ),
                netrc_line(self.wanted.host()),
            ),
            kind::GIT_HTTPS_NO_CREDENTIALS if failed.timed_out => found.advice(say!(
                "run the command above in a terminal and see what it waits for",
                "请在终端里运行上面的命令，看它在等什么"
            )),
            kind::GIT_HTTPS_NO_CREDENTIALS => found.command(
                say!(
                    "give git a login for {host}: through its credential helper, as below, or in ~/.netrc, which go reads as well; and check the path",
                    "给 git 一个 {host} 的账号：像下面这样交给凭据助手，或写进 ~/.netrc（go 也会读）；并请核对路径",
                    host
                ),
                format!("printf 'protocol=https\\nhost={host}\\nusername={user}\\npassword=TOKEN\\n' | git credential approve", user = user_at(host)),
            ),
            kind::NETRC_WRONG_HOST => {
                let place = self.netrc_for_other().map(|(_, place)| place);
                let found = place.into_iter().fold(found, |found, place| found.seen(place, "machine"));
                found.advice(say!("write `machine {host}` in netrc", "netrc 中请写 `machine {host}`", host))
            }
            kind::NETRC_MALFORMED => {
                let place = self.incomplete().map(|(_, place)| place);
                let found = place.into_iter().fold(found, |found, place| found.seen(place, "machine"));
                found.advice(say!(
                    "write the record whole: `machine {host} login USER password TOKEN`",
                    "请把记录写完整：`machine {host} login 用户名 password 令牌`",
                    host
                ))
            }
            kind::GIT_HTTPS_AUTH_REJECTED => found.advice(say!(
                "renew the token: most servers take a token with read_repository in place of the password; then see that this account may read the project",
                "请更换令牌：多数服务器要用带 read_repository 权限的令牌代替密码；再确认该账号有项目的读权限"
            )),
            kind::GIT_REPO_NOT_FOUND => found.advice(say!(
                "check group, name and letter case of the path; if they are right, ask for access",
                "请核对路径中的组名、仓库名和大小写；如果没错，请申请访问权限"
            )),
            kind::SSH_HOSTKEY_UNKNOWN => self.host_key(found),
            kind::SSH_HOSTKEY_CHANGED => {
                let name = self.filed_as();
                found.command(
                    say!(
                        "ask the administrator for the new fingerprint; only if it is the one shown, take the old key away and add the new one",
                        "请向管理员核实新的指纹；确认一致后，再删除旧密钥、加入新密钥"
                    ),
                    format!("ssh-keygen -R '{name}'"),
                )
            }
            kind::SSH_PUBLICKEY_DENIED => self.keys(found),
            kind::SSH_PORT_BLOCKED => found.advice(match forges::of_host(host).and_then(|found| found.forge().ssh_over_443(host)) {
                Some(other) => say!(
                    "port 22 is blocked on the way: use {other} port 443 in ~/.ssh/config, or https",
                    "22 端口在途中被拦：可在 ~/.ssh/config 中改用 {other} 的 443 端口，或改用 https",
                    other
                ),
                None => say!(
                    "have the port opened or connect the VPN; if the server uses another port, write it into ~/.ssh/config or the URL",
                    "请申请开通端口或连接 VPN；如果服务器用的是别的端口，请写进 ~/.ssh/config 或地址里"
                ),
            }),
            kind::SSH_CLIENT_FILES_BAD => found.command(
                say!("put right the file that ssh names", "请修正 ssh 指出的文件"),
                "chmod 700 ~/.ssh && chmod 600 ~/.ssh/config ~/.ssh/id_*",
            ),
            kind::SSH_LEGACY_ALGORITHM => found.advice(say!(
                "have the server updated; until then allow the old algorithm for `Host {host}` alone in ~/.ssh/config",
                "请升级服务器；在此之前，只在 ~/.ssh/config 的 `Host {host}` 中允许旧算法",
                host
            )),
            kind::DNS_FAILURE => found.advice(say!(
                "not on the company network? connect the VPN, or check the DNS servers and the spelling of {host}",
                "是否没有接入公司网络？请连接 VPN，或检查 DNS 和 {host} 的拼写",
                host
            )),
            kind::HTTP_PROXY_BROKEN | kind::HTTP_PROXY_AUTH => {
                if kind == kind::HTTP_PROXY_BROKEN && cause::is_private(self.look, host) {
                    return cause::no_proxy(found, self.look, host);
                }
                found.advice(say!(
                    "correct the HTTP proxy that git uses (https_proxy, git config http.proxy), or let {host} go past it (NO_PROXY)",
                    "请改正 git 使用的 HTTP 代理（https_proxy、git config http.proxy），或把 {host} 加入 NO_PROXY",
                    host
                ))
            }
            kind::CA_BUNDLE_MISSING => found.advice(say!(
                "install ca-certificates, or correct http.sslCAInfo and SSL_CERT_FILE",
                "请安装 ca-certificates，或改正 http.sslCAInfo、SSL_CERT_FILE"
            )),
            kind::GIT_CONFIG_BROKEN => found.command(
                say!("correct the insteadOf rule or the line that git names", "请改正 insteadOf 规则或 git 指出的那一行"),
                "git config --list --show-origin",
            ),
            kind::GIT_DUBIOUS_OWNERSHIP => found.advice(say!(
                "give the repository to the user who builds, or name exactly that path in safe.directory",
                "请把仓库的属主改为构建用户，或只把这一个路径写进 safe.directory"
            )),
            kind::GIT_TOO_OLD => found.advice(say!(
                "update git to 2.24 or later: go 1.26 passes options that this one does not know",
                "请把 git 升级到 2.24 以上：go 1.26 用到的选项它不认识"
            )),
            kind::VCS_TOOL_MISSING => found.advice(say!("install it, and see that it is on PATH", "请安装它，并确认在 PATH 中")),
            _ => found.advice(say!("try again; then look at the network on the way to {host}", "请重试；仍不行就检查去往 {host} 的网络", host)),
        }
    }

    /// A published fingerprint where there is one; a key is never taken over the network on trust.
    fn host_key(&self, found: Finding) -> Finding {
        let name = self.filed_as();
        let pins: Vec<String> = hostkeys::pins(self.host())
            .filter(|pin| !pin.revoked)
            .map(|pin| format!("{} SHA256:{}", pin.kind, pin.sha256))
            .collect();
        match pins.is_empty() {
            true => found.advice(say!(
                "ask the administrator for the host key of {name}, and add it to ~/.ssh/known_hosts (or host_keys of the profile); do not take it over the network unseen",
                "请向管理员要 {name} 的主机密钥，写进 ~/.ssh/known_hosts（或方案的 host_keys）；不要未经核对就从网络上抓取",
                name
            )),
            false => {
                let pins = pins.join(", ");
                found.advice(say!(
                    "connect once with ssh in a terminal and compare the fingerprint it shows with the published one: {pins}",
                    "在终端里用 ssh 连接一次，把它显示的指纹与官方公布的对照：{pins}",
                    pins
                ))
            }
        }
    }

    fn keys(&self, found: Finding) -> Finding {
        let Some(client) = self.client else { return found };
        let offered = ssh::keys_offered(self.look, client);
        let command = format!("ssh -vT -p {} {}@{}", client.port, client.user, client.host);
        if offered.is_empty() {
            return found.command(
                say!(
                    "no key was offered: make one or load it (ssh-add), name it in ~/.ssh/config (IdentityFile), and register its public half at the server",
                    "ssh 没有提供任何密钥：请生成或加载密钥（ssh-add），在 ~/.ssh/config 中用 IdentityFile 指定，并把公钥登记到服务器"
                ),
                command,
            );
        }
        found.seen(Source::Command(command.clone()), offered.join("\n")).command(
            say!(
                "register the public half of one of these keys at the server, or choose the right one (IdentityFile in ~/.ssh/config)",
                "请把其中一个密钥的公钥登记到服务器，或在 ~/.ssh/config 中用 IdentityFile 选对密钥"
            ),
            command,
        )
    }
}

/// The line for netrc, with placeholders; the user name where the host's family has one for everybody.
pub(super) fn netrc_line(host: &str) -> String {
    let user = user_at(host);
    format!("(umask 077; echo 'machine {host} login {user} password TOKEN' >> ~/.netrc)")
}

fn user_at(host: &str) -> &'static str {
    match forges::of_host(host).and_then(|found| found.forge().login.as_ref()) {
        Some(Login::Fixed(user)) => user,
        _ => "USER",
    }
}

/// The last lines, bounded.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(8)..];
    last.iter().map(|line| line.chars().take(400).collect::<String>()).collect::<Vec<_>>().join("\n")
}
