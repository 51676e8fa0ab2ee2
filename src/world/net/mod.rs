//! Asking over the network: bounded in time and size, trusting and proxying exactly as go does.

mod fault;
mod own;
mod peek;
mod real;

use std::collections::BTreeMap;
use std::io::Write;
use std::net::IpAddr;
use std::time::Duration;

pub use fault::{Fault, NetError, TlsFault};
pub(super) use real::Real;

use crate::model::SafeUrl;

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
    /// The certificate that the last server showed (DER), where there was one and it was trusted.
    pub certificate: Option<Vec<u8>>,
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

/// The network. Faked in tests.
pub trait Net: Send + Sync {
    /// The addresses of a host name.
    fn resolve(&self, host: &str, budget: Duration) -> Result<Vec<IpAddr>, NetError>;

    /// Whether something accepts TCP connections there; the time it took.
    fn connect(&self, host: &str, port: u16, budget: Duration) -> Result<Duration, NetError>;

    /// The certificate a TLS server shows (DER), whoever signed it. Nothing is sent over that connection.
    fn certificate(&self, host: &str, port: u16, budget: Duration) -> Result<Vec<u8>, NetError>;

    /// Asks; the body goes to `sink` where one is given, else into the response.
    fn fetch(&self, ask: &Request, sink: Option<&mut dyn Write>) -> Result<Response, NetError>;
}
