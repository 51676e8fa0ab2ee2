//! Servers, asked: one probe an address, however many checks use the answer; many addresses side by side.

use std::thread;
use std::time::Duration;

use super::Facts;
use super::memo::Keyed;
use crate::model::{Known, SafeUrl, Unknown};
use crate::say;
use crate::text::httpproxy::{Decision, HttpProxy};
use crate::text::url::Url;
use crate::text::{time, x509};
use crate::world::net::Request;
pub use crate::world::net::{Fault, NetError, TlsFault};
use crate::world::roots::{self, RootsSeen};

/// How long one server is waited for.
pub(super) const ASK: Duration = Duration::from_secs(3);

/// How much of a body is looked at.
const ENOUGH: u64 = 64 << 10;

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub status_line: String,
    pub body: String,
    pub html: bool,
    /// Where the answer came from, after redirects.
    pub at: SafeUrl,
    /// Seconds by which the server's clock is ahead of ours.
    pub ahead: Option<i64>,
    /// The certificate it showed (DER), where it was asked over https.
    pub certificate: Option<Vec<u8>>,
}

/// An answer, or why there is none.
pub type Asked = Result<Answer, NetError>;

pub(super) type Probes = Keyed<String, Asked>;

impl Facts<'_> {
    /// A GET as go would send it, with the login that go takes from netrc.
    pub fn asked(&self, url: &str) -> Known<Asked> {
        self.probes.get(url.to_owned(), || {
            self.online()?;
            let budget = self.budget(ASK);
            if budget.is_zero() {
                return Err(Unknown::new(say!("no time was left to ask", "总时限已到，没有来得及查询")));
            }
            let mut ask = Request::get(url, budget).cap(ENOUGH);
            if let Some(login) = self.netrc_login(url) {
                ask = ask.header("authorization", login);
            }
            Ok(self.world.net.fetch(&ask, None).map(|answer| Answer {
                status: answer.status,
                html: answer.header("content-type").starts_with("text/html"),
                ahead: time::http_date(answer.header("date"))
                    .and_then(|date| i64::try_from(date).ok())
                    .and_then(|date| Some(date - i64::try_from(self.world.clock.now()).ok()?)),
                at: answer.urls.last().cloned().unwrap_or_else(|| SafeUrl::new(url)),
                certificate: answer.certificate,
                status_line: answer.status_line,
                body: String::from_utf8_lossy(&answer.body).into_owned(),
            }))
        })
    }

    /// Asks all of these at once, so that the slowest decides how long it takes.
    pub fn asked_all(&self, urls: &[String]) -> Vec<Known<Asked>> {
        thread::scope(|scope| {
            let asking: Vec<_> = urls.iter().map(|url| scope.spawn(|| self.asked(url))).collect();
            asking
                .into_iter()
                .zip(urls)
                .map(|(asking, url)| asking.join().unwrap_or_else(|_| self.asked(url)))
                .collect()
        })
    }

    /// Whether something takes TCP connections there.
    pub fn connects(&self, host: &str, port: u16) -> Known<Result<(), NetError>> {
        self.connections.get((host.to_owned(), port), || {
            self.online()?;
            Ok(self.world.net.connect(host, port, self.budget(ASK)).map(|_| ()))
        })
    }

    /// The certificate that a server shows (DER), whoever signed it; `None` where it cannot be looked at.
    pub fn certificate(&self, host: &str, port: u16) -> Option<Vec<u8>> {
        let look = || {
            self.online()?;
            if self.http_proxy_for(&format!("https://{host}:{port}/")).is_some() {
                return Ok(None);
            }
            Ok(self.world.net.certificate(host, port, self.budget(ASK)).ok())
        };
        self.certificates.get((host.to_owned(), port), look).ok().flatten()
    }

    /// Who signed the certificate that a server shows.
    pub fn issuer(&self, host: &str, port: u16) -> Option<x509::Names> {
        x509::names(&self.certificate(host, port)?)
    }

    /// Seconds since 1970, by this machine's clock.
    pub fn now(&self) -> u64 {
        self.world.clock.now()
    }

    /// The HTTP proxy that go would use for a URL.
    pub fn http_proxy_for(&self, url: &str) -> Option<Url> {
        match HttpProxy::from_vars(|name| self.world.vars.get(name)).decide(&Url::parse(url).ok()?) {
            Decision::Proxied(proxy) => Some(proxy),
            Decision::Direct(_) | Decision::Refused => None,
        }
    }

    /// The authorities go trusts here; `None` where the system keeps them elsewhere than in files.
    pub fn roots(&self) -> Option<RootsSeen> {
        use crate::world::Os;
        matches!(self.world.host.os, Os::Linux | Os::OtherUnix)
            .then(|| roots::look(&self.world.vars, self.world.places.root()))
    }

    /// `auth/netrc.go`: go sends what its netrc holds for the host, over https only.
    pub(super) fn netrc_login(&self, url: &str) -> Option<String> {
        use base64::Engine as _;
        let url = Url::parse(url).ok().filter(|url| url.scheme == "https" && url.userinfo.is_none())?;
        if !self.goauth_reads_netrc() {
            return None;
        }
        let netrc = self.netrc().ok()?.read.as_ref().ok()?;
        let entry = netrc.for_go(&format!("{}{}", url.host, url.path))?;
        let (login, password) = (entry.login.reveal(), entry.password.reveal());
        self.learn_secret(password);
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{login}:{password}"));
        Some(format!("Basic {pair}"))
    }
}
