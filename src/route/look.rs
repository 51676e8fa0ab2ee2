//! How the walk looks: the world, the settings, what is allowed and for how long.

use std::time::{Duration, Instant};

use super::decide::Settings;
use super::hop::{Hop, Mark, Step, Trail};
use crate::model::{Known, SafeUrl, Unknown};
use crate::say;
use crate::text::goauth::{self, Method};
use crate::text::httpproxy::{Decision, Why};
use crate::text::url::Url;
use crate::world::World;
use crate::world::net::{NetError, Request, Response};

/// How long one question may take, unless said otherwise.
pub const BUDGET: Duration = Duration::from_secs(5);

/// How long a fetch may take, unless said otherwise.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A page longer than this is cut; go-get pages have a few hundred bytes.
pub const PAGE: u64 = 4 << 20;

/// What the walk sees the world through.
pub struct Look<'w> {
    pub world: &'w World,
    pub settings: &'w Settings,
    /// Make no connection at all.
    pub offline: bool,
    /// For one question.
    pub budget: Duration,
    /// For moving a repository's files, of a server that has already answered.
    pub patience: Duration,
}

impl Look<'_> {
    /// Leave to connect.
    pub fn online(&self) -> Known<()> {
        match self.offline {
            true => Err(Unknown::new(say!("--offline makes no connection", "--offline 不联网"))),
            false => Ok(()),
        }
    }

    /// GET with the credentials go would send, asked again with fresh ones on 4xx as go 1.24 and later do.
    pub fn get(&self, url: &str, cap: u64) -> Result<Response, NetError> {
        let first = self.credentials(url, false);
        let answer = self.world.net.fetch(&self.request(url, &first, cap), None)?;
        if !(400..500).contains(&answer.status) || !url.starts_with("https://") || !self.settings.go_since(24)
        {
            return Ok(answer);
        }
        match self.credentials(url, true) {
            again if again.is_empty() || again == first => Ok(answer),
            again => self.world.net.fetch(&self.request(url, &again, cap), None),
        }
    }

    fn request(&self, url: &str, headers: &[(String, String)], cap: u64) -> Request {
        let ask = Request::get(url, self.budget).cap(cap);
        headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value.clone()))
    }

    /// What go itself adds to a request (`auth.go:AddCredentials`): only ever to https.
    fn credentials(&self, url: &str, with_url: bool) -> Vec<(String, String)> {
        let Some(target) = url.strip_prefix("https://") else { return Vec::new() };
        let methods = match self.settings.go_since(24) {
            true => goauth::methods(self.settings.value("GOAUTH")).unwrap_or_default(),
            false => vec![Method::Netrc],
        };
        let found = methods.iter().find_map(|method| match method {
            Method::Netrc => self.login_in_netrc(target),
            Method::Git(dir) if with_url => super::credential::from_git(self, dir, url),
            Method::Command(command) => super::credential::from_command(self, command, url, with_url),
            Method::Git(_) | Method::Off => None,
        });
        found.unwrap_or_default()
    }

    fn login_in_netrc(&self, target: &str) -> Option<Vec<(String, String)>> {
        let (_, netrc) = self.settings.netrc.as_ref()?;
        let target = target.split('?').next().unwrap_or(target);
        let entry = netrc.for_go(target)?;
        Some(super::credential::basic(self, entry.login.reveal(), entry.password.reveal()))
    }

    /// Whether go sends credentials of its own to this host.
    pub fn sends_credentials(&self, host: &str) -> bool {
        !self.credentials(&format!("https://{host}/"), false).is_empty()
    }

    /// Name, way out and port of a server, each a hop; the error is the first that does not work.
    pub fn reach(&self, url: &str, trail: &mut Trail<'_>) -> Result<(), NetError> {
        let Ok(parsed) = Url::parse(url) else { return Ok(()) };
        let (host, port) = (parsed.hostname().to_owned(), parsed.effective_port());
        let mut via = None;
        let (host, port) = match self.settings.http_proxy.decide(&parsed) {
            Decision::Proxied(proxy) => {
                via = Some(SafeUrl::new(proxy.bare()));
                let shown = SafeUrl::new(proxy.bare());
                let what = say!(
                    "{host} is asked for through {shown}",
                    "{host} 经 HTTP 代理 {shown} 访问",
                    host,
                    shown
                );
                trail.ok(Step::HttpProxy, what);
                (proxy.hostname().to_owned(), proxy.effective_port())
            }
            Decision::Direct(Why::Bypassed(element)) => {
                let what = say!(
                    "{host} goes past the HTTP proxy (NO_PROXY has {element})",
                    "{host} 不走 HTTP 代理（NO_PROXY 中有 {element}）",
                    host,
                    element
                );
                trail.ok(Step::HttpProxy, what);
                (host, port)
            }
            Decision::Direct(_) | Decision::Refused => (host, port),
        };
        self.dial(&host, port, trail).map_err(|err| NetError { via, ..err })
    }

    /// Name look-up and connection.
    pub fn dial(&self, host: &str, port: u16, trail: &mut Trail<'_>) -> Result<(), NetError> {
        if host.parse::<std::net::IpAddr>().is_err() {
            let start = Instant::now();
            match self.world.net.resolve(host, self.budget) {
                Ok(found) => {
                    let shown: Vec<String> = found.iter().take(4).map(ToString::to_string).collect();
                    let shown = shown.join(", ");
                    let what = say!("{host} is {shown}", "{host} 解析为 {shown}", host, shown);
                    trail.add(Hop::new(Step::Dns, Mark::Ok, what).since(start));
                }
                Err(err) => {
                    let why = err.msg();
                    let what = say!("{host}: {why}", "{host}：{why}", host, why);
                    trail.add(Hop::new(Step::Dns, Mark::Failed, what).since(start));
                    return Err(err);
                }
            }
        }
        let start = Instant::now();
        match self.world.net.connect(host, port, self.budget) {
            Ok(_) => {
                let what = say!("{host}:{port} accepts connections", "{host}:{port} 可以连接", host, port);
                trail.add(Hop::new(Step::Connect, Mark::Ok, what).since(start));
                Ok(())
            }
            Err(err) => {
                let why = err.msg();
                let what = say!("{host}:{port}: {why}", "{host}:{port}：{why}", host, port, why);
                trail.add(Hop::new(Step::Connect, Mark::Failed, what).since(start));
                Err(err)
            }
        }
    }
}
