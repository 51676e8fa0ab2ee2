//! What can go wrong on the way to an answer, and how the layers below say it.

use super::own::CA_AS_SERVER;
use crate::model::{Msg, SafeUrl};
use crate::say;

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
    /// A CA's certificate as a server's own, with others between it and a root: go takes it if they are sound, which
    /// is not looked into here.
    CaAsServer,
    Other,
}

impl NetError {
    pub fn new(fault: Fault, text: impl Into<String>) -> NetError {
        NetError { fault, text: text.into(), via: None }
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
                say!("certificate signed by unknown authority", "证书由不受信任的机构签发")
            }
            Fault::Tls(TlsFault::Expired) => say!("certificate has expired", "证书已过期"),
            Fault::Tls(TlsFault::NotYetValid) => say!("certificate is not yet valid", "证书尚未生效"),
            Fault::Tls(TlsFault::WrongName) => say!("certificate is for another name", "证书与域名不符"),
            Fault::Tls(TlsFault::NoCommonGround) => {
                say!("no TLS version or cipher in common", "TLS 版本或算法不兼容")
            }
            Fault::Tls(TlsFault::CaAsServer) => say!(
                "the server shows a CA's certificate (CA:TRUE) as its own, and gobs cannot check who signed it",
                "服务器用的是 CA 证书（CA:TRUE），gobs 无法核对它的签发链"
            ),
            Fault::Tls(TlsFault::Other) => say!("TLS failed", "TLS 握手失败"),
            Fault::NotTls => say!("the port does not speak TLS", "该端口不是 TLS 服务"),
            Fault::ProxyAuth => say!("the HTTP proxy asks for a login (407)", "HTTP 代理要求登录（407）"),
            Fault::ProxyFailed => say!("the HTTP proxy cannot be used", "HTTP 代理不可用"),
            Fault::TooManyRedirects => say!("stopped after 10 redirects", "重定向超过 10 次"),
            Fault::InsecureRedirect(to) => {
                say!("redirected from https to {to}", "被从 https 重定向到 {to}", to)
            }
            Fault::BadUrl | Fault::Other => Msg::plain(self.text.clone()),
        }
    }
}

/// The error and its causes, joined; what names the layer stands last.
pub(super) fn chain(err: &dyn std::error::Error) -> String {
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

pub(super) fn classify(err: &reqwest::Error) -> NetError {
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
            if let Some(tls) = rustls_in(io) {
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
        if text.contains("Temporary failure") { Fault::DnsFailed } else { Fault::NoSuchHost }
    } else if text.contains("connection closed before message completed") || text.contains("unexpected EOF") {
        Fault::Eof
    } else {
        Fault::Other
    };
    match fault {
        // As net/http says it, without the layers around.
        Fault::ProxyAuth => NetError::new(fault, "Proxy Authentication Required"),
        _ => NetError::new(fault, text),
    }
}

/// The TLS error in an I/O error, however often it was wrapped: `source` passes over what is inside.
fn rustls_in(io: &std::io::Error) -> Option<&rustls::Error> {
    let mut inner = io.get_ref()?;
    loop {
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return Some(tls);
        }
        inner = inner.downcast_ref::<std::io::Error>()?.get_ref()?;
    }
}

pub(super) fn io_fault(err: &std::io::Error) -> Option<NetError> {
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

pub(super) fn body_fault(err: &std::io::Error) -> NetError {
    if let Some(inner) = err.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>()) {
        let known = classify(inner);
        return if known.fault == Fault::Other { NetError::new(Fault::Eof, known.text) } else { known };
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
            Cert::Other(why) if format!("{why:?}").contains(CA_AS_SERVER) => TlsFault::CaAsServer,
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
