//! Asking over the network: bounded in time and size, trusting and proxying exactly as go does.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, mpsc};
use std::time::{Duration, Instant};

use super::trace::{Trace, timed};
use super::{Os, Vars, roots};
use crate::model::{Msg, SafeUrl};
use crate::say;
use crate::text::httpproxy::{Decision, HttpProxy};
use crate::text::url::Url;

/// A request. Only GET and HEAD are ever sent.
#[derive(Clone, Debug)]
pub struct Request {
    pub url: SafeUrl,
    pub head: bool,
    /// Names and values; values may be secret and are never traced.
    pub headers: Vec<(String, String)>,
    /// For the whole exchange, redirects and body included.
    pub budget: Duration,
    /// A body longer than this is cut (`truncated`).
    pub cap: u64,
    /// Authorities to trust beside the machine's, as PEM: only ever what the user named for this request.
    pub extra_roots: Option<Vec<u8>>,
}

impl Request {
    pub fn get(url: impl Into<String>, budget: Duration) -> Request {
        Request {
            url: SafeUrl::new(url),
            head: false,
            headers: Vec::new(),
            budget,
            cap: 4 << 20,
            extra_roots: None,
        }
    }

    pub fn cap(mut self, cap: u64) -> Request {
        self.cap = cap;
        self
    }

    /// Trusts the authorities of this PEM file, too.
    pub fn trusting(mut self, pem: Vec<u8>) -> Request {
        self.extra_roots = Some(pem);
        self
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Request {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    /// `404 Not Found`.
    pub status_line: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    pub truncated: bool,
    /// The URLs asked on the way, the first request's first; the last one answered.
    pub urls: Vec<SafeUrl>,
    pub took: Duration,
}

impl Response {
    pub fn ok(&self) -> bool {
        self.status == 200
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What went wrong before there was an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetError {
    pub fault: Fault,
    /// The words of the layer that failed, in English.
    pub text: String,
    /// The HTTP proxy in between, if any.
    pub via: Option<SafeUrl>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    NoSuchHost,
    DnsFailed,
    Refused,
    Unreachable,
    TimedOut,
    Reset,
    /// The connection closed in the middle.
    Eof,
    Tls(TlsFault),
    /// `https://` to a port that speaks something else.
    NotTls,
    /// The HTTP proxy wants a login (407).
    ProxyAuth,
    /// The HTTP proxy itself could not be used.
    ProxyFailed,
    TooManyRedirects,
    /// From https to http: go refuses it, and so do we. Holds the target.
    InsecureRedirect(SafeUrl),
    BadUrl,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    UnknownIssuer,
    Expired,
    NotYetValid,
    WrongName,
    /// No algorithm or version in common.
    NoCommonGround,
    Other,
}

impl NetError {
    pub fn new(fault: Fault, text: impl Into<String>) -> NetError {
        NetError {
            fault,
            text: text.into(),
            via: None,
        }
    }

    /// In a few words for people.
    pub fn msg(&self) -> Msg {
        match &self.fault {
            Fault::NoSuchHost => say!("no such host", "域名解析不到"),
            Fault::DnsFailed => say!("name look-up failed", "域名解析失败"),
            Fault::Refused => say!("connection refused", "连接被拒绝"),
            Fault::Unreachable => say!("network unreachable", "网络不可达"),
            Fault::TimedOut => say!("timed out", "超时"),
            Fault::Reset => say!("connection reset", "连接被重置"),
            Fault::Eof => say!("connection closed early", "连接提前断开"),
            Fault::Tls(TlsFault::UnknownIssuer) => {
                say!(
                    "certificate signed by unknown authority",
                    "证书由不受信任的机构签发"
                )
            }
            Fault::Tls(TlsFault::Expired) => say!("certificate has expired", "证书已过期"),
            Fault::Tls(TlsFault::NotYetValid) => say!("certificate is not yet valid", "证书尚未生效"),
            Fault::Tls(TlsFault::WrongName) => say!("certificate is for another name", "证书与域名不符"),
            Fault::Tls(TlsFault::NoCommonGround) => {
                say!("no TLS version or cipher in common", "TLS 版本或算法不兼容")
            }
            Fault::Tls(TlsFault::Other) => say!("TLS failed", "TLS 握手失败"),
            Fault::NotTls => say!("the port does not speak TLS", "该端口不是 TLS 服务"),
            Fault::ProxyAuth => say!(
                "the HTTP proxy asks for a login (407)",
                "HTTP 代理要求登录（407）"
            ),
            Fault::ProxyFailed => say!("the HTTP proxy cannot be used", "HTTP 代理不可用"),
            Fault::TooManyRedirects => say!("stopped after 10 redirects", "重定向超过 10 次"),
            Fault::InsecureRedirect(to) => {
                say!("redirected from https to {to}", "被从 https 重定向到 {to}", to)
            }
            Fault::BadUrl | Fault::Other => Msg::plain(self.text.clone()),
        }
    }
}

/// The network. Faked in tests.
pub trait Net: Send + Sync {
    /// The addresses of a host name.
    fn resolve(&self, host: &str, budget: Duration) -> Result<Vec<IpAddr>, NetError>;

    /// Whether something accepts TCP connections there; the time it took.
    fn connect(&self, host: &str, port: u16, budget: Duration) -> Result<Duration, NetError>;

    /// Asks; the body goes to `sink` where one is given, else into the response.
    fn fetch(&self, ask: &Request, sink: Option<&mut dyn Write>) -> Result<Response, NetError>;
}

pub(super) struct Real {
    vars: Vars,
    os: Os,
    root: PathBuf,
    proxy: HttpProxy,
    client: OnceLock<Result<reqwest::blocking::Client, NetError>>,
    trace: Arc<Trace>,
}

impl Real {
    pub(super) fn new(vars: Vars, os: Os, root: PathBuf, trace: Arc<Trace>) -> Real {
        let proxy = HttpProxy::from_vars(|name| vars.get(name));
        Real {
            vars,
            os,
            root,
            proxy,
            client: OnceLock::new(),
            trace,
        }
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
            .timeout(None);
        if matches!(self.os, Os::Linux | Os::OtherUnix) {
            builder = builder.tls_backend_preconfigured(self.tls(extra_roots));
        } else if let Some(pem) = extra_roots {
            let certs = reqwest::Certificate::from_pem_bundle(pem);
            builder = builder.tls_certs_merge(certs.map_err(|err| NetError::new(Fault::Other, chain(&err)))?);
        }
        builder
            .build()
            .map_err(|err| NetError::new(Fault::Other, chain(&err)))
    }

    fn tls(&self, extra_roots: Option<&[u8]>) -> rustls::ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = roots::load(&self.vars, &self.root);
        if let Some(pem) = extra_roots {
            roots::add(&mut roots, pem);
        }
        rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    fn ask_once(
        &self,
        url: &str,
        ask: &Request,
        left: Duration,
        keep_secrets: bool,
    ) -> Result<reqwest::blocking::Response, NetError> {
        let client = self.client(ask)?;
        let method = if ask.head {
            reqwest::Method::HEAD
        } else {
            reqwest::Method::GET
        };
        let mut request = client.request(method, url).timeout(left);
        for (name, value) in &ask.headers {
            if keep_secrets || !name.eq_ignore_ascii_case("authorization") {
                request = request.header(name, value);
            }
        }
        let via = proxy_for(&self.proxy, url).map(|url| SafeUrl::new(url.as_str()));
        request.send().map_err(|err| NetError {
            via,
            ..classify(&err)
        })
    }

    fn exchange(&self, ask: &Request, mut sink: Option<&mut dyn Write>) -> Result<Response, NetError> {
        let start = Instant::now();
        let mut urls = vec![ask.url.clone()];
        loop {
            let at = urls.last().map_or("", |url| url.reveal()).to_owned();
            let left = ask
                .budget
                .saturating_sub(start.elapsed())
                .max(Duration::from_millis(1));
            let same_host = same_site(ask.url.reveal(), &at);
            let mut answer = self.ask_once(&at, ask, left, same_host)?;
            if let Some(to) = redirect(&at, &answer)? {
                if urls.len() > 10 {
                    return Err(NetError::new(
                        Fault::TooManyRedirects,
                        "stopped after 10 redirects",
                    ));
                }
                urls.push(SafeUrl::new(to));
                continue;
            }
            let status = answer.status();
            let headers = answer
                .headers()
                .iter()
                .map(|(name, value)| {
                    (
                        name.as_str().to_owned(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                })
                .collect();
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
            told.recv_timeout(budget).unwrap_or_else(|_| {
                Err(NetError::new(
                    Fault::TimedOut,
                    format!("lookup {host}: timed out"),
                ))
            })
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
                return Err(NetError::new(
                    Fault::TimedOut,
                    format!("dial tcp {host}:{port}: timed out"),
                ));
            }
            match dial(SocketAddr::new(ip, port), left) {
                Ok(_) => {
                    self.trace
                        .saw("tcp", format_args!("{host}:{port}"), "connected", start.elapsed());
                    return Ok(start.elapsed());
                }
                Err(err) => last = io_fault(&err).unwrap_or(NetError::new(Fault::Other, err.to_string())),
            }
        }
        self.trace
            .saw("tcp", format_args!("{host}:{port}"), &last.text, start.elapsed());
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
    match (host, 0).to_socket_addrs() {
        Ok(found) => {
            let mut ips: Vec<IpAddr> = found.map(|addr| addr.ip()).collect();
            ips.dedup();
            Ok(ips)
        }
        Err(err) => {
            let text = format!("lookup {host}: {err}");
            let again = err.to_string().contains("Temporary failure");
            Err(NetError::new(
                if again {
                    Fault::DnsFailed
                } else {
                    Fault::NoSuchHost
                },
                text,
            ))
        }
    }
}

fn proxy_for(proxy: &HttpProxy, url: &str) -> Option<reqwest::Url> {
    match proxy.decide(&Url::parse(url).ok()?) {
        Decision::Proxied(via) => {
            let userinfo = via
                .userinfo
                .as_ref()
                .map_or(String::new(), |user| format!("{user}@"));
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
                || now
                    .hostname()
                    .strip_suffix(first.hostname())
                    .is_some_and(|head| head.ends_with('.'))
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
        return Err(NetError::new(
            Fault::InsecureRedirect(SafeUrl::new(to.as_str())),
            text,
        ));
    }
    Ok(Some(to.into()))
}

/// The error and its causes, joined; what names the layer stands last.
fn chain(err: &dyn std::error::Error) -> String {
    let mut words = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        let more = err.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = err.source();
    }
    words
}

fn classify(err: &reqwest::Error) -> NetError {
    let text = chain(err);
    if err.is_timeout() {
        return NetError::new(Fault::TimedOut, "timed out");
    }
    if err.is_builder() {
        return NetError::new(Fault::BadUrl, text);
    }
    let mut cause: Option<&dyn std::error::Error> = Some(err);
    while let Some(at) = cause {
        if let Some(tls) = at.downcast_ref::<rustls::Error>() {
            return tls_fault(tls);
        }
        if let Some(io) = at.downcast_ref::<std::io::Error>() {
            if let Some(tls) = io
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<rustls::Error>())
            {
                return tls_fault(tls);
            }
            if let Some(known) = io_fault(io) {
                return known;
            }
        }
        cause = at.source();
    }
    let fault = if text.contains("proxy authorization required") {
        Fault::ProxyAuth
    } else if text.contains("tunnel error") || text.contains("socks") {
        Fault::ProxyFailed
    } else if text.contains("dns error") || text.contains("failed to lookup address") {
        if text.contains("Temporary failure") {
            Fault::DnsFailed
        } else {
            Fault::NoSuchHost
        }
    } else if text.contains("connection closed before message completed") || text.contains("unexpected EOF") {
        Fault::Eof
    } else {
        Fault::Other
    };
    NetError::new(fault, text)
}

fn io_fault(err: &std::io::Error) -> Option<NetError> {
    use std::io::ErrorKind;
    let text = err.to_string();
    let fault = match err.kind() {
        ErrorKind::ConnectionRefused => Fault::Refused,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => Fault::Reset,
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => Fault::Unreachable,
        ErrorKind::TimedOut => Fault::TimedOut,
        ErrorKind::UnexpectedEof => Fault::Eof,
        ErrorKind::InvalidData if text.contains("corrupt message") || text.contains("InvalidMessage") => {
            Fault::NotTls
        }
        _ if text.contains("failed to lookup address") && text.contains("Temporary") => Fault::DnsFailed,
        _ if text.contains("failed to lookup address") => Fault::NoSuchHost,
        _ => return None,
    };
    Some(NetError::new(fault, text))
}

fn body_fault(err: &std::io::Error) -> NetError {
    if let Some(inner) = err
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<reqwest::Error>())
    {
        let known = classify(inner);
        return if known.fault == Fault::Other {
            NetError::new(Fault::Eof, known.text)
        } else {
            known
        };
    }
    io_fault(err).unwrap_or_else(|| NetError::new(Fault::Eof, err.to_string()))
}

fn tls_fault(err: &rustls::Error) -> NetError {
    use rustls::{CertificateError as Cert, Error};
    let fault = match err {
        Error::InvalidCertificate(cert) => Fault::Tls(match cert {
            Cert::UnknownIssuer => TlsFault::UnknownIssuer,
            Cert::Expired | Cert::ExpiredContext { .. } => TlsFault::Expired,
            Cert::NotValidYet | Cert::NotValidYetContext { .. } => TlsFault::NotYetValid,
            Cert::NotValidForName | Cert::NotValidForNameContext { .. } => TlsFault::WrongName,
            _ => TlsFault::Other,
        }),
        Error::InvalidMessage(_) => Fault::NotTls,
        Error::AlertReceived(
            rustls::AlertDescription::HandshakeFailure | rustls::AlertDescription::ProtocolVersion,
        )
        | Error::PeerIncompatible(_) => Fault::Tls(TlsFault::NoCommonGround),
        _ => Fault::Tls(TlsFault::Other),
    };
    NetError::new(fault, err.to_string())
}
