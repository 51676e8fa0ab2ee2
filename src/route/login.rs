//! Who go says it is, and who git says it is: the same host may hear two different things.

use super::address::{Address, Transport};
use super::hop::{Hop, Mark, Step};
use super::look::Look;
use crate::model::Source;
use crate::say;
use crate::text::goauth::{self, Method};
use crate::text::netrc::Entry;
use crate::text::url::Url;

/// What go itself sends with a request over https (`auth.go:AddCredentials`).
pub(super) fn of_go(look: &Look<'_>, url: &str) -> Hop {
    let host = Url::parse(url).map_or_else(|_| String::new(), |url| url.host);
    let value = look.settings.value("GOAUTH");
    let methods = match look.settings.go_since(24) {
        true => goauth::methods(value).unwrap_or_default(),
        false => vec![Method::Netrc],
    };
    for method in &methods {
        match method {
            Method::Netrc => {
                let target = url.trim_start_matches("https://").split('?').next().unwrap_or("");
                if let Some((entry, at)) = in_netrc(look, target) {
                    let user = entry.login.reveal();
                    let what = say!(
                        "go signs in to {host} as {user}, from netrc",
                        "go 以 {user} 的身份访问 {host}（账号来自 netrc）",
                        host,
                        user
                    );
                    return Hop::new(Step::Login, Mark::Ok, what).seen(at, "");
                }
            }
            Method::Git(dir) => {
                let what = say!(
                    "go asks git in {dir} for a login once {host} refuses (GOAUTH)",
                    "{host} 拒绝后，go 会在 {dir} 中向 git 要账号（GOAUTH）",
                    dir,
                    host
                );
                return Hop::new(Step::Login, Mark::Ok, what);
            }
            Method::Command(command) => {
                let program = command.split_whitespace().next().unwrap_or("");
                let what = say!(
                    "go sends {host} what {program} prints (GOAUTH)",
                    "go 把 {program} 给出的凭据发给 {host}（GOAUTH）",
                    host,
                    program
                );
                return Hop::new(Step::Login, Mark::Ok, what);
            }
            Method::Off => {}
        }
    }
    let off = methods.iter().all(|method| *method == Method::Off);
    let what = match (off, look.settings.netrc.is_some()) {
        (true, _) => {
            say!("go sends {host} no login (GOAUTH=off)", "go 访问 {host} 时不带账号（GOAUTH=off）", host)
        }
        (_, true) => say!(
            "go sends {host} no login: netrc has none for it",
            "go 访问 {host} 时不带账号（netrc 中没有它的记录）",
            host
        ),
        (_, false) => say!(
            "go sends {host} no login: there is no netrc",
            "go 访问 {host} 时不带账号（没有 netrc 文件）",
            host
        ),
    };
    Hop::new(Step::Login, Mark::Ok, what)
}

/// Where git gets a login for an https address from, in libcurl's and git's own order.
pub(super) fn of_git(look: &Look<'_>, address: &Address) -> Option<Hop> {
    if address.transport != Transport::Https {
        return None;
    }
    let host = &address.host;
    let helpers: Vec<&str> = helpers(look).collect();
    let what = match (&address.user, look.settings.netrc.as_ref().and_then(|(_, netrc)| netrc.for_git(host)))
    {
        (Some(user), _) => say!(
            "git signs in to {host} as {user}, from the address",
            "git 以 {user} 的身份访问 {host}（写在地址里）",
            host,
            user
        ),
        (None, Some(login)) if login.password.reveal().is_empty() => say!(
            "netrc names {host} without a password, which git asks for in vain",
            "netrc 中 {host} 的记录缺少 password，git 需要询问，而 go 不允许",
            host
        ),
        (None, Some(_)) => {
            say!("git signs in to {host} with the login of netrc", "git 用 netrc 中的账号访问 {host}", host)
        }
        (None, None) if !helpers.is_empty() => {
            let helpers = helpers.join(", ");
            say!(
                "git asks its credential helper ({helpers}) if {host} wants a login",
                "{host} 要求登录时，git 会问凭据助手（{helpers}）",
                helpers,
                host
            )
        }
        (None, None) => say!(
            "git has no login for {host}: no netrc record, no credential helper",
            "git 没有 {host} 的账号：netrc 中没有记录，也没有凭据助手",
            host
        ),
    };
    Some(Hop::new(Step::Login, Mark::Ok, what))
}

/// The credential helpers in force, the newest first; an empty value takes back those before it. Only their first word:
/// a helper may be a line of shell with the password in it.
pub(super) fn helpers<'l>(look: &'l Look<'_>) -> impl Iterator<Item = &'l str> {
    let all = look.settings.git_keys.iter().filter(|(key, _)| key == "credential.helper");
    let values = all.map(|(_, given)| given.value.as_str()).take_while(|helper| !helper.is_empty());
    values.map(|helper| helper.split_whitespace().next().unwrap_or(""))
}

fn in_netrc<'l>(look: &'l Look<'_>, target: &str) -> Option<(&'l Entry, Source)> {
    let (path, netrc) = look.settings.netrc.as_ref()?;
    let entry = netrc.for_go(target)?;
    Some((entry, Source::File(path.clone(), Some(entry.line))))
}
