//! How the walk looks: the world, the settings, what is allowed and for how long.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::decide::Settings;
use super::hop::{Hop, Mark, Step, Trail};
use crate::model::{Known, SafeUrl, Unknown};
use crate::say;
use crate::text::goauth::{self, Method};
use crate::text::httpproxy::{Decision, Why};
use crate::text::url::Url;
use crate::world::World;
use crate::world::net::{Fault, NetError, Request, Response};

/// How long one question may take, unless said otherwise.
pub const BUDGET: Duration = Duration::from_secs(5);

/// How long a fetch may take, unless said otherwise.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Who has not answered in less than this has not been heard out.
const FAIR: Duration = Duration::from_secs(2);

/// A page longer than this is cut; go-get pages have a few hundred bytes.
pub const PAGE: u64 = 4 << 20;

/// What the walk sees the world through.
pub struct Look<'w> {
    pub world: &'w World,
    pub settings: &'w Settings,
    /// Make no connection at all.
    pub offline: bool,
    /// How long one question may take.
    question: Duration,
    /// When the run it belongs to is over.
    until: Option<Instant>,
    /// A question that was given too little time for an answer had none.
    unheard: AtomicBool,
}

impl<'w> Look<'w> {
    /// Online, and with as long as each question takes.
    pub fn new(world: &'w World, settings: &'w Settings) -> Look<'w> {
        Look {
            world,
            settings,
            offline: false,
            question: BUDGET,
            until: None,
            unheard: AtomicBool::new(false),
        }
    }

    pub fn offline(self, offline: bool) -> Look<'w> {
        Look { offline, ..self }
    }

    /// As a part of a run that is over at `until` and gives each question so long.
    pub fn until(self, until: Instant, question: Duration) -> Look<'w> {
        Look { until: Some(until), question, ..self }
    }

    /// For one question.
    pub fn budget(&self) -> Duration {
        self.left(self.question)
    }

    /// For moving a repository's files, of a server that has already answered.
    pub fn patience(&self) -> Duration {
        self.left(PATIENCE)
    }

    /// For a question that only makes a remedy better.
    pub fn glance(&self) -> Duration {
        self.left(FAIR)
    }

    fn left(&self, own: Duration) -> Duration {
        match self.until {
            Some(until) => own.min(until.saturating_duration_since(Instant::now())),
            None => own,
        }
    }

    /// Notes that a question had no answer in the time it was given.
    pub fn timed_out(&self, given: Duration) {
        if given < FAIR {
            self.unheard.store(true, Ordering::Relaxed);
        }
    }

    /// Whether somebody who might have answered was not heard out, because the run was over.
    pub fn unheard(&self) -> bool {
        self.unheard.load(Ordering::Relaxed)
    }
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
        let ask = self.request(url, &first, cap);
        let answer = self.noted(ask.budget, self.world.net.fetch(&ask, None))?;
        if !(400..500).contains(&answer.status) || !url.starts_with("https://") || !self.settings.go_since(24)
        {
            return Ok(answer);
        }
        match self.credentials(url, true) {
            again if again.is_empty() || again == first => Ok(answer),
            again => self.world.net.fetch(&self.request(url, &again, cap), None),
        }
    }

    fn noted<T>(&self, given: Duration, answer: Result<T, NetError>) -> Result<T, NetError> {
        if answer.as_ref().is_err_and(|err| err.fault == Fault::TimedOut) {
            self.timed_out(given);
        }
        answer
    }

    fn request(&self, url: &str, headers: &[(String, String)], cap: u64) -> Request {
        let ask = Request::get(url, self.budget()).cap(cap);
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
        if trail.knows(&host, port) {
            return Ok(());
        }
        let asked = (host.clone(), port);
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
            Decision::Direct(_) | Decision::Refused => {
                let any = [&self.settings.http_proxy.http, &self.settings.http_proxy.https];
                if any.iter().any(|value| !value.is_empty()) {
                    let scheme = &parsed.scheme;
                    let what = say!(
                        "{host} is asked for without an HTTP proxy (none is set for {scheme})",
                        "{host} 不走 HTTP 代理（没有为 {scheme} 设置代理）",
                        host,
                        scheme
                    );
                    trail.ok(Step::HttpProxy, what);
                }
                (host, port)
            }
        };
        self.dial(&host, port, trail).map_err(|err| NetError { via, ..err })?;
        trail.accepts(&asked.0, asked.1);
        Ok(())
    }

    /// Name look-up and connection.
    pub fn dial(&self, host: &str, port: u16, trail: &mut Trail<'_>) -> Result<(), NetError> {
        if host.parse::<std::net::IpAddr>().is_err() {
            let start = Instant::now();
            let given = self.budget();
            let found = self.noted(given, self.world.net.resolve(host, given));
            // A name server that does not answer is as bad as one that says no.
            let found = found.map_err(|err| match err.fault {
                Fault::TimedOut => NetError { fault: Fault::DnsFailed, ..err },
                _ => err,
            });
            match found {
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
        let budget = self.budget();
        let given = budget.saturating_sub(trail.waited(host)).max(budget / 10);
        match self.noted(budget, self.world.net.connect(host, port, given)) {
            Ok(_) => {
                let what = say!("{host}:{port} accepts connections", "{host}:{port} 可以连接", host, port);
                trail.add(Hop::new(Step::Connect, Mark::Ok, what).since(start));
                Ok(())
            }
            Err(err) => {
                if err.fault == Fault::TimedOut {
                    trail.in_vain(host, start.elapsed());
                }
                let why = err.msg();
                let what = say!("{host}:{port}: {why}", "{host}:{port}：{why}", host, port, why);
                trail.add(Hop::new(Step::Connect, Mark::Failed, what).since(start));
                Err(err)
            }
        }
    }
}
