//! What to do about a failing git: one place for each kind of failure.

use super::address::{Address, Transport};
use super::blame::Case;
use super::cause;
use super::git::{Failed, Git};
use super::remedy;
use super::ssh::{self, Client};
use crate::model::{Finding, Kind, Msg, Source, kind};
use crate::say;
use crate::text::forges::{self, Forge, Login};
use crate::text::hostkeys::{self, Verdict};
use crate::text::knownhosts::HostKey;

impl Case<'_, '_> {
    pub(super) fn advise(&self, found: Finding, kind: Kind, failed: &Failed) -> Finding {
        let host = self.host();
        if let Some(advice) = cause::tls_advice(kind, host) {
            return self.certificate(found, kind, advice);
        }
        match kind {
            kind::GITLAB_SUBGROUP_PATH => {
                let forge = self.gitlab();
                let (host, token) = (self.wanted.host(), token_at(self.wanted.host(), forge));
                let user = user_of(forge);
                found.command(
                    say!(
                        "sign the go-get request in with a line in ~/.netrc ({token}); insteadOf does not help here, for go asks over https all the same. Or import the path with .git after the repository",
                        "让 go-get 请求带上账号：在 ~/.netrc 中写一行（{token}）；insteadOf 在这里不管用，go 照样走 https 询问。也可以在模块路径的仓库名后加 .git",
                        token
                    ),
                    netrc_for(host, user),
                )
            }
            kind::GIT_HTTPS_NO_CREDENTIALS if failed.timed_out => found.advice(say!(
                "run the command above in a terminal and see what it waits for",
                "请在终端里运行上面的命令，看它在等什么"
            )),
            kind::GIT_HTTPS_NO_CREDENTIALS => self.no_login(found),
            kind::NETRC_WRONG_HOST => {
                let (other, place) = self.netrc_for_other().unzip();
                let other = other.unwrap_or_default();
                let found = place.into_iter().fold(found, |found, place| found.seen(place, format!("machine {other}")));
                found.advice(say!("write `machine {host}` in netrc", "netrc 中请写 `machine {host}`", host))
            }
            kind::NETRC_MALFORMED => {
                let place = self.incomplete().map(|(_, place)| place);
                let found = place.into_iter().fold(found, |found, place| found.seen(place, format!("machine {host}")));
                found.advice(say!(
                    "write the record whole: `machine {host} login USER password TOKEN`",
                    "请把记录写完整：`machine {host} login 用户名 password 令牌`",
                    host
                ))
            }
            kind::GIT_HTTPS_AUTH_REJECTED => {
                let token = token_of(host);
                found.advice(say!(
                    "renew the login ({token}), then see that this account may read the project",
                    "请更换账号口令（{token}），再确认该账号有项目的读权限",
                    token
                ))
            }
            kind::GIT_REPO_NOT_FOUND => found.advice(say!(
                "check group, name and letter case of the path; if they are right, ask for access",
                "请核对路径中的组名、仓库名和大小写；如果没错，请申请访问权限"
            )),
            kind::SSH_HOSTKEY_UNKNOWN => self.host_key(found, failed),
            kind::SSH_HOSTKEY_CHANGED => self.host_key_changed(found, failed),
            kind::SSH_PUBLICKEY_DENIED => self.keys(found, failed),
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
            kind::SSH_ACCOUNT_MISSING => found.advice(say!(
                "give this uid a line in /etc/passwd (in the image, or by its entrypoint), or fetch over https",
                "在 /etc/passwd 里为这个 uid 加一行（写进镜像或由入口脚本添加），或改用 https 拉取"
            )),
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
                    return remedy::no_proxy(found, self.look, host);
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

    /// Who answers with two segments is GitLab, whatever its name.
    fn gitlab(&self) -> Option<&'static Forge> {
        family(self.wanted.host()).or_else(|| forges::by_id("gitlab"))
    }

    /// No login over https. Where ssh gets in, that is the way; it needs no secret.
    fn no_login(&self, found: Finding) -> Finding {
        let host = self.host();
        if let Some((base, seen)) = self.over_ssh() {
            let (found, advice) = match seen {
                Some((url, refs)) => {
                    let command = format!("git ls-remote {url}");
                    let found = found.seen(Source::Command(command), refs);
                    let advice = say!(
                        "over ssh git gets in ({url}), so let it go that way when go asks for https (insteadOf)",
                        "git 走 ssh 可以登录（{url}）：让它在 go 要求 https 时也走 ssh（insteadOf）",
                        url
                    );
                    (found, advice)
                }
                None => {
                    let advice = say!(
                        "the profile has git reach {host} over ssh (insteadOf)",
                        "配置方案要求 git 走 ssh 访问 {host}（insteadOf）",
                        host
                    );
                    (found, advice)
                }
            };
            return found.remedy(advice, vec![remedy::instead_of(self.look, host, &base)]);
        }
        let (user, token) = (user_at(host), token_of(host));
        found.command(
            say!(
                "give git a login for {host} ({token}): through its credential helper, as below, or in ~/.netrc, which go reads as well; and check the path",
                "给 git 一个 {host} 的账号（{token}）：像下面这样交给凭据助手，或写进 ~/.netrc（go 也会读）；并请核对路径",
                host,
                token
            ),
            format!("printf 'protocol=https\\nhost={host}\\nusername={user}\\npassword=TOKEN\\n' | git credential approve"),
        )
    }

    /// The address ssh would be asked under, and the URL where that was tried and works.
    fn over_ssh(&self) -> Option<(String, Option<(String, String)>)> {
        let host = self.host();
        if self.address.transport != Transport::Https || self.rule.is_some() {
            return None;
        }
        let base = family(host).map_or_else(|| format!("ssh://git@{host}/"), |forge| forge.ssh_base(host));
        if remedy::profile_wants_ssh(self.look, host) {
            return Some((base, None));
        }
        let url = format!("{base}{}", self.address.path.trim_start_matches('/'));
        let client = Client::of(self.look, &Address::parse(&url)?)?;
        let glance = self.look.glance();
        if !client.jumps {
            self.look.world.net.connect(&client.host, client.port, glance).ok()?;
        }
        let (refs, _) = Git::new(self.look)?.refs(&url).ok()?;
        let some: Vec<String> = refs.iter().take(2).map(|(name, hash)| format!("{hash} {name}")).collect();
        Some((base, Some((url, some.join("\n")))))
    }

    /// A published fingerprint where there is one; a key is never taken over the network on trust.
    fn host_key(&self, found: Finding, failed: &Failed) -> Finding {
        let name = self.filed_as();
        let shown = self.shown_keys(failed);
        let found = with_fingerprint(found, failed);
        if let (Some(client), [_, ..]) = (self.client, &shown.vouched[..]) {
            let advice = say!(
                "the key that {name} shows is the one that was published: keep it",
                "{name} 出示的密钥与公布的一致：可以保存",
                name
            );
            return found.remedy(advice, remedy::known_host(client, self.host(), shown.vouched));
        }
        if let Some(withdrawn) = shown.withdrawn {
            return found.advice(say!(
                "do not connect: {withdrawn} was withdrawn by {name}, and whoever shows it is somebody else",
                "不要连接：{withdrawn} 已被 {name} 作废，出示它的是别人",
                withdrawn,
                name
            ));
        }
        let pins = self.pins();
        match pins.is_empty() {
            true => found.advice(say!(
                "ask the administrator for the host key of {name}, and add it to ~/.ssh/known_hosts (or host_keys of the profile); do not take it over the network unseen",
                "请向管理员要 {name} 的主机密钥，写进 ~/.ssh/known_hosts（或方案的 host_keys）；不要未经核对就从网络上抓取",
                name
            )),
            false => found.advice(say!(
                "connect once with ssh in a terminal and compare the fingerprint it shows with the published one: {pins}",
                "在终端里用 ssh 连接一次，把它显示的指纹与公布的对照：{pins}",
                pins
            )),
        }
    }

    fn host_key_changed(&self, found: Finding, failed: &Failed) -> Finding {
        let name = self.filed_as();
        let shown = self.shown_keys(failed);
        let found = with_fingerprint(found, failed);
        let advice = match shown.vouched.is_empty() {
            true => say!(
                "ask the administrator for the new fingerprint; only if it is the one shown, take the old key away and add the new one",
                "请向管理员核实新的指纹；确认一致后，再删除旧密钥、加入新密钥"
            ),
            false => say!(
                "the new key is the one that was published: take the old one away, then run gobs fix private.hostkey",
                "新密钥与公布的一致：请先删除旧密钥，再运行 gobs fix private.hostkey"
            ),
        };
        found.command(advice, format!("ssh-keygen -R '{name}'"))
    }

    /// The pins that the profile has for this host.
    fn own_pins(&self) -> impl Iterator<Item = &str> {
        let name = self.filed_as();
        let own = self.look.settings.pins.iter().filter(move |(host, _)| *host == name);
        own.map(|(_, pin)| pin.as_str())
    }

    /// The pins of the profile and the published ones, for people.
    fn pins(&self) -> String {
        let own = self.own_pins().map(str::to_owned);
        let published = hostkeys::pins(self.host()).filter(|pin| !pin.revoked);
        let all = own.chain(published.map(|pin| format!("{} SHA256:{}", pin.kind, pin.sha256)));
        all.collect::<Vec<_>>().join(", ")
    }

    /// What the server shows, held against the pins. It is asked only where there is a pin for what it showed to ssh.
    fn shown_keys(&self, failed: &Failed) -> Shown {
        let Some(client) = self.client.filter(|client| !client.jumps) else { return Shown::default() };
        let own: Vec<&str> = self.own_pins().collect();
        let any = !own.is_empty() || hostkeys::pins(self.host()).next().is_some();
        if !any || failed.account.host_key.is_none() {
            return Shown::default();
        }
        let mut shown = Shown::default();
        for key in ssh::scan(self.look, client) {
            let text = key.to_string();
            let pinned = own.iter().any(|pin| **pin == key.fingerprint() || is_key(pin, &key));
            match hostkeys::judge(self.host(), &key) {
                Verdict::Revoked(_) => shown.withdrawn = Some(key.fingerprint()),
                Verdict::Pinned(_) => shown.vouched.push(text),
                _ if pinned => shown.vouched.push(text),
                _ => {}
            }
        }
        shown
    }

    fn keys(&self, found: Finding, failed: &Failed) -> Finding {
        let Some(client) = self.client else { return found };
        let account = &failed.account;
        let command = format!("ssh -vT -p {} {}@{}", client.port, client.user, client.host);
        let place = key_page(self.host());
        if let Some(key) = &account.accepted {
            let file = key.split_whitespace().next().unwrap_or("").to_owned();
            return found.seen(Source::Command(command), key.clone()).command(
                say!(
                    "the server takes {file}, but the key is locked with a passphrase and nobody is there to type it: load it into the agent",
                    "服务器认 {file}，但这个密钥有口令，没有人在场输入：请先载入 ssh-agent",
                    file
                ),
                format!("ssh-add {file}"),
            );
        }
        if account.offered.is_empty() {
            return found.command(
                say!(
                    "no key was offered: make one or load it (ssh-add), name it in ~/.ssh/config (IdentityFile), and register its public half at the server{place}",
                    "ssh 没有提供任何密钥：请生成或加载密钥（ssh-add），在 ~/.ssh/config 中用 IdentityFile 指定，并把公钥登记到服务器{place}",
                    place
                ),
                command,
            );
        }
        found.seen(Source::Command(command.clone()), account.offered.join("\n")).command(
            say!(
                "register the public half of one of these keys at the server{place}, or choose the right one (IdentityFile in ~/.ssh/config)",
                "请把其中一个密钥的公钥登记到服务器{place}，或在 ~/.ssh/config 中用 IdentityFile 选对密钥",
                place
            ),
            command,
        )
    }
}

fn with_fingerprint(found: Finding, failed: &Failed) -> Finding {
    match &failed.account.host_key {
        Some(key) => {
            found.fact("fingerprint", key.clone()).seen(Source::Command("ssh -v".into()), key.clone())
        }
        None => found,
    }
}

/// What a server shows, seen with the pins.
#[derive(Default)]
struct Shown {
    /// Keys that a pin vouches for, as `known_hosts` writes them.
    vouched: Vec<String>,
    /// The fingerprint of a key that was withdrawn.
    withdrawn: Option<String>,
}

fn is_key(pin: &str, key: &HostKey) -> bool {
    HostKey::parse(pin).is_ok_and(|pinned| pinned == *key)
}

/// The line for netrc, with placeholders; the user name where the host's family has one for everybody.
pub(super) fn netrc_line(host: &str) -> String {
    netrc_for(host, user_at(host))
}

fn netrc_for(host: &str, user: &str) -> String {
    format!("(umask 077; echo 'machine {host} login {user} password TOKEN' >> ~/.netrc)")
}

fn family(host: &str) -> Option<&'static Forge> {
    forges::of_host(host).map(forges::Found::forge)
}

fn user_at(host: &str) -> &'static str {
    user_of(family(host))
}

fn user_of(forge: Option<&'static Forge>) -> &'static str {
    match forge.and_then(|forge| forge.login.as_ref()) {
        Some(Login::Fixed(user)) => user,
        _ => "USER",
    }
}

/// What serves as a password there, and where it is made.
pub(super) fn token_of(host: &str) -> Msg {
    token_at(host, family(host))
}

fn token_at(host: &str, forge: Option<&'static Forge>) -> Msg {
    let password = forge.and_then(|forge| forge.password.clone());
    let password = password.unwrap_or_else(|| {
        say!("most servers take an access token in place of the password", "多数服务器要用访问令牌代替密码")
    });
    match forge.and_then(|forge| forge.tokens.as_ref()) {
        Some(page) => {
            let (menu, url) = (page.menu(), page.url(host).unwrap_or_default());
            match url.is_empty() {
                true => say!("{password}; {menu}", "{password}，在“{menu}”", password, menu),
                false => {
                    say!("{password}; {menu}, {url}", "{password}，在“{menu}”，{url}", password, menu, url)
                }
            }
        }
        None => password,
    }
}

/// Where a public key is put in, as an aside.
fn key_page(host: &str) -> Msg {
    match family(host).and_then(|forge| forge.keys.as_ref()) {
        Some(page) => {
            let (menu, url) = (page.menu(), page.url(host).unwrap_or_default());
            say!(" ({menu} {url})", "（{menu} {url}）", menu, url)
        }
        None => Msg::default(),
    }
}
