//! The real network: reqwest over rustls, with go's roots and go's reading of the proxy variables.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, mpsc};
use std::time::{Duration, Instant};

use rustls::RootCertStore;

use super::fault::{body_fault, chain, classify, io_fault};
use super::{Fault, Net, NetError, Request, Response, own, peek};
use crate::model::SafeUrl;
use crate::order::Gather;
use crate::text::httpproxy::{Decision, HttpProxy};
use crate::text::url::{Url, ascii_host};
use crate::world::trace::{Trace, timed};
use crate::world::{Os, Vars, roots};

pub(in crate::world) struct Real {
    vars: Vars,
    os: Os,
    root: PathBuf,
    proxy: HttpProxy,
    client: OnceLock<Result<reqwest::blocking::Client, NetError>>,
    trace: Arc<Trace>,
}

impl Real {
    pub(in crate::world) fn new(vars: Vars, os: Os, root: PathBuf, trace: Arc<Trace>) -> Real {
        let proxy = HttpProxy::from_vars(|name| vars.get(name));
        Real { vars, os, root, proxy, client: OnceLock::new(), trace }
    }

    /// Built on first use: loading the system's roots is the slow part.
    fn client(&self, ask: &Request) -> Result<reqwest::blocking::Client, NetError> {
        match &ask.extra_roots {
            Some(pem) => self.build(Some(pem)),
            None => self.client.get_or_init(|| self.build(None)).clone(),
        }
    }

    #[allow(clippy::disallowed_methods, reason = "the door")]
    fn build(&self, extra_roots: Option<&[u8]>) -> Result<reqwest::blocking::Client, NetError> {
        let proxy = self.proxy.clone();
        let mut builder = reqwest::blocking::Client::builder()
            .no_proxy()
            .proxy(reqwest::Proxy::custom(move |url| proxy_for(&proxy, url.as_str())))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("gobs/", env!("CARGO_PKG_VERSION")))
            .tls_info(true)
            .timeout(None);
        if matches!(self.os, Os::Linux | Os::OtherUnix) {
            builder = builder.tls_backend_preconfigured(self.tls(extra_roots));
        } else if let Some(pem) = extra_roots {
            let certs = reqwest::Certificate::from_pem_bundle(pem);
            builder = builder.tls_certs_merge(certs.map_err(|err| NetError::new(Fault::Other, chain(&err)))?);
        }
        builder.build().map_err(|err| NetError::new(Fault::Other, chain(&err)))
    }

    fn tls(&self, extra_roots: Option<&[u8]>) -> rustls::ClientConfig {
        let provider = own::provider();
        let mut roots = roots::load(&self.vars, &self.root);
        if let Some(pem) = extra_roots {
            roots::add(&mut roots, pem);
        }
        let config = rustls::ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3");
        match own::Verifier::new(roots, provider) {
            Some(verifier) => {
                config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
            }
            None => config.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
        }
    }

    fn ask_once(
        &self,
        url: &str,
        ask: &Request,
        left: Duration,
        keep_secrets: bool,
    ) -> Result<reqwest::blocking::Response, NetError> {
        let client = self.client(ask)?;
        let method = if ask.head { reqwest::Method::HEAD } else { reqwest::Method::GET };
        let mut request = client.request(method, url).timeout(left);
        for (name, value) in &ask.headers {
            if keep_secrets || !name.eq_ignore_ascii_case("authorization") {
                request = request.header(name, value);
            }
        }
        let via = proxy_for(&self.proxy, url).map(|url| SafeUrl::new(url.as_str()));
        request.send().map_err(|err| NetError { via, ..classify(&err) })
    }

    fn exchange(&self, ask: &Request, mut sink: Option<&mut dyn Write>) -> Result<Response, NetError> {
        let start = Instant::now();
        let host = Url::parse(ask.url.reveal()).map(|url| url.hostname().to_owned()).unwrap_or_default();
        let first = ask.url.reveal().replacen(&host, &ascii_host(&host), 1);
        let mut urls = vec![SafeUrl::new(&*first)];
        loop {
            let at = urls.last().map_or("", |url| url.reveal()).to_owned();
            let left = ask.budget.saturating_sub(start.elapsed()).max(Duration::from_millis(1));
            let same_host = same_site(&first, &at);
            let mut answer = self.ask_once(&at, ask, left, same_host)?;
            if let Some(to) = redirect(&at, &answer)? {
                // net/http counts the requests made so far.
                if urls.len() >= 10 {
                    return Err(NetError::new(Fault::TooManyRedirects, "stopped after 10 redirects"));
                }
                urls.push(SafeUrl::new(to));
                continue;
            }
            let status = answer.status();
            let shown = answer.extensions().get::<reqwest::tls::TlsInfo>();
            let certificate = shown.and_then(|shown| shown.peer_certificate()).map(<[u8]>::to_vec);
            let headers = answer
                .headers()
                .iter()
                .map(|(name, value)| {
                    (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .gather_map();
            let mut body = Vec::new();
            let mut limited = (&mut answer).take(ask.cap + 1);
            let size = match (&mut sink, status.as_u16()) {
                (Some(sink), 200) => std::io::copy(&mut limited, *sink),
                _ => limited.read_to_end(&mut body).map(|n| n as u64),
            }
            .map_err(|err| body_fault(&err))?;
            let truncated = size > ask.cap;
            if truncated {
                body.truncate(usize::try_from(ask.cap).unwrap_or(usize::MAX));
            }
            return Ok(Response {
                status: status.as_u16(),
                status_line: format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("")),
                headers,
                body,
                truncated,
                urls,
                certificate,
                took: start.elapsed(),
            });
        }
    }
}

impl Net for Real {
    fn resolve(&self, host: &str, budget: Duration) -> Result<Vec<IpAddr>, NetError> {
        // A name look-up cannot be interrupted: it runs on a thread that is abandoned at the deadline.
        let (tell, told) = mpsc::channel();
        let name = host.to_owned();
        let (found, took) = timed(|| {
            std::thread::spawn(move || tell.send(look_up(&name)));
            told.recv_timeout(budget)
                .unwrap_or_else(|_| Err(NetError::new(Fault::TimedOut, format!("lookup {host}: timed out"))))
        });
        if self.trace.on() {
            match &found {
                Ok(ips) => self.trace.saw("dns", host, format_args!("{ips:?}"), took),
                Err(err) => self.trace.saw("dns", host, &err.text, took),
            }
        }
        found
    }

    fn connect(&self, host: &str, port: u16, budget: Duration) -> Result<Duration, NetError> {
        let start = Instant::now();
        let mut last = NetError::new(Fault::NoSuchHost, format!("lookup {host}: no such host"));
        for ip in self.resolve(host, budget)? {
            let left = budget.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(NetError::new(Fault::TimedOut, format!("dial tcp {host}:{port}: timed out")));
            }
            match dial(SocketAddr::new(ip, port), left) {
                Ok(_) => {
                    self.trace.saw("tcp", format_args!("{host}:{port}"), "connected", start.elapsed());
                    return Ok(start.elapsed());
                }
                Err(err) => last = io_fault(&err).unwrap_or(NetError::new(Fault::Other, err.to_string())),
            }
        }
        self.trace.saw("tcp", format_args!("{host}:{port}"), &last.text, start.elapsed());
        Err(last)
    }

    fn certificate(&self, host: &str, port: u16, budget: Duration) -> Result<Vec<u8>, NetError> {
        let start = Instant::now();
        let mut last = NetError::new(Fault::NoSuchHost, format!("lookup {host}: no such host"));
        for ip in self.resolve(host, budget)? {
            let left = budget.saturating_sub(start.elapsed()).max(Duration::from_millis(1));
            match dial(SocketAddr::new(ip, port), left) {
                Ok(tcp) => {
                    let shown = peek::certificate(tcp, &ascii_host(host), left);
                    let words = shown.as_ref().map_or_else(|err| err.text.clone(), |_| "shown".to_owned());
                    self.trace.saw("tls", format_args!("{host}:{port}"), words, start.elapsed());
                    return shown;
                }
                Err(err) => last = io_fault(&err).unwrap_or(NetError::new(Fault::Other, err.to_string())),
            }
        }
        Err(last)
    }

    fn fetch(&self, ask: &Request, sink: Option<&mut dyn Write>) -> Result<Response, NetError> {
        let (answer, took) = timed(|| self.exchange(ask, sink));
        if self.trace.on() {
            match &answer {
                Ok(answer) => self.trace.saw("get", &ask.url, &answer.status_line, took),
                Err(err) => self.trace.saw("get", &ask.url, &err.text, took),
            }
        }
        answer
    }
}

#[allow(clippy::disallowed_methods, reason = "the door")]
fn dial(to: SocketAddr, left: Duration) -> std::io::Result<TcpStream> {
    TcpStream::connect_timeout(&to, left)
}

#[allow(clippy::disallowed_methods, reason = "the door")]
fn look_up(host: &str) -> Result<Vec<IpAddr>, NetError> {
    match (&*ascii_host(host), 0).to_socket_addrs() {
        Ok(found) => {
            let mut ips: Vec<IpAddr> = found.map(|addr| addr.ip()).collect();
            ips.dedup();
            Ok(ips)
        }
        Err(err) => {
            let text = format!("lookup {host}: {err}");
            let again = err.to_string().contains("Temporary failure");
            Err(NetError::new(if again { Fault::DnsFailed } else { Fault::NoSuchHost }, text))
        }
    }
}

fn proxy_for(proxy: &HttpProxy, url: &str) -> Option<reqwest::Url> {
    match proxy.decide(&Url::parse(url).ok()?) {
        Decision::Proxied(via) => {
            let userinfo = via.userinfo.as_ref().map_or(String::new(), |user| format!("{user}@"));
            reqwest::Url::parse(&format!("{}://{userinfo}{}", via.scheme, via.host)).ok()
        }
        Decision::Direct(_) | Decision::Refused => None,
    }
}

/// net/http keeps credentials for the same host and its subdomains.
fn same_site(first: &str, now: &str) -> bool {
    match (Url::parse(first), Url::parse(now)) {
        (Ok(first), Ok(now)) => {
            now.hostname() == first.hostname()
                || now.hostname().strip_suffix(first.hostname()).is_some_and(|head| head.ends_with('.'))
        }
        _ => false,
    }
}

/// Where an answer sends us; go refuses to be sent from https to http (`web/http.go:checkRedirect`).
fn redirect(at: &str, answer: &reqwest::blocking::Response) -> Result<Option<String>, NetError> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = answer.headers().get("location") else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location.as_bytes()).into_owned();
    let to = reqwest::Url::parse(at)
        .and_then(|base| base.join(&location))
        .map_err(|err| NetError::new(Fault::BadUrl, format!("Location {location}: {err}")))?;
    if at.starts_with("https:") && to.scheme() != "https" {
        let text = "redirected from secure URL to insecure URL";
        return Err(NetError::new(Fault::InsecureRedirect(SafeUrl::new(to.as_str())), text));
    }
    Ok(Some(to.into()))
}
