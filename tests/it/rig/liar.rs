//! A web server of our own that does what servers should not: hangs, resets, truncates, redirects for ever, shouts.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::ca::Leaf;

/// What the server does when a path is asked for.
#[derive(Clone, Debug)]
pub enum Lie {
    /// An honest answer: status, header lines, body.
    Answer(u16, &'static str, Vec<u8>),
    /// A redirect to this place.
    To(String),
    /// A redirect to itself with a longer query, for ever.
    Round,
    /// Nothing at all, as long as the client waits.
    Hang,
    /// The head of an answer and half a body, then nothing.
    HangHalfway,
    /// So many bytes are promised, this much comes, and then the connection ends.
    Cut(usize, Vec<u8>),
    /// The connection is reset once the request is read.
    Reset,
    /// So many bytes of body.
    Flood(usize),
    /// One byte a second.
    Drip,
    /// These bytes and nothing around them.
    Raw(Vec<u8>),
}

/// A running server; its threads end with it.
pub struct Liar {
    at: SocketAddr,
    scheme: &'static str,
    shared: Arc<Shared>,
}

/// What is done where no lie names the path.
type Otherwise = Arc<dyn Fn(&str) -> Lie + Send + Sync>;

#[derive(Default)]
struct Shared {
    lies: Mutex<BTreeMap<String, Lie>>,
    otherwise: Mutex<Option<Otherwise>>,
    asked: Mutex<Vec<String>>,
    over: AtomicBool,
}

impl Liar {
    /// Plain HTTP on a free port of 127.0.0.1; what no lie names is 404.
    pub fn http() -> Liar {
        Liar::start("127.0.0.1:0", None)
    }

    /// HTTPS with this certificate.
    pub fn https(leaf: &Leaf) -> Liar {
        Liar::start("127.0.0.1:0", Some(leaf))
    }

    pub fn start(at: &str, leaf: Option<&Leaf>) -> Liar {
        let listener = TcpListener::bind(at).unwrap();
        let shared = Arc::new(Shared::default());
        let tls = leaf.map(config);
        let liar = Liar {
            at: listener.local_addr().unwrap(),
            scheme: if leaf.is_some() { "https" } else { "http" },
            shared: shared.clone(),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.over.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), shared, tls) = (stream, shared.clone(), tls.clone()) else { continue };
                // A client that goes away in the middle is none of our business.
                std::thread::spawn(move || _ = serve(stream, &shared, tls));
            }
        });
        liar
    }

    /// From now on `path` (without its query; `*` is every other path) is answered with this.
    pub fn on(&self, path: &str, lie: Lie) {
        self.shared.lies.lock().unwrap().insert(path.to_owned(), lie);
    }

    /// What no lie names is answered by this, given the path with its query.
    pub fn otherwise(&self, answer: impl Fn(&str) -> Lie + Send + Sync + 'static) {
        *self.shared.otherwise.lock().unwrap() = Some(Arc::new(answer));
    }

    /// An honest page.
    pub fn page(&self, path: &str, status: u16, body: impl Into<Vec<u8>>) {
        self.on(path, Lie::Answer(status, "Content-Type: text/html", body.into()));
    }

    pub fn port(&self) -> u16 {
        self.at.port()
    }

    /// `http://127.0.0.1:port`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.at)
    }

    /// Each request's first line without its protocol, and the `Authorization` it brought, in the order they came.
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap().clone()
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // Wakes the one that accepts.
        let _ = TcpStream::connect_timeout(&self.at, Duration::from_millis(200));
    }
}

fn config(leaf: &Leaf) -> Arc<rustls::ServerConfig> {
    let chain = CertificateDer::pem_file_iter(&leaf.cert).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(&leaf.key).unwrap();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ServerConfig::builder_with_provider(ring).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// One connection, one request.
fn serve(tcp: TcpStream, shared: &Shared, tls: Option<Arc<rustls::ServerConfig>>) -> std::io::Result<()> {
    let raw = tcp.try_clone()?;
    let stream: Box<dyn Stream> = match tls {
        None => Box::new(tcp),
        Some(config) => {
            let session = rustls::ServerConnection::new(config).map_err(std::io::Error::other)?;
            Box::new(rustls::StreamOwned::new(session, tcp))
        }
    };
    let mut stream = BufReader::new(stream);
    let (mut request, mut authorization) = (String::new(), String::new());
    stream.read_line(&mut request)?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("authorization")
        {
            authorization = format!(" {}", value.trim());
        }
    }
    let target = request.split(' ').nth(1).unwrap_or("").to_owned();
    let shown = request.trim_end().trim_end_matches(" HTTP/1.1").to_owned() + &authorization;
    shared.asked.lock().unwrap().push(shown);
    let path = target.split('?').next().unwrap_or("");
    let lie = {
        let lies = shared.lies.lock().unwrap();
        lies.get(path).or_else(|| lies.get("*")).cloned()
    };
    let otherwise = shared.otherwise.lock().unwrap().clone();
    let lie = lie.or_else(|| otherwise.map(|answer| answer(&target)));
    let lie = lie.unwrap_or(Lie::Answer(404, "Content-Type: text/plain", b"not found\n".to_vec()));
    let stream = stream.get_mut();
    tell(lie, &target, stream.as_mut(), &raw, shared)?;
    stream.flush()?;
    // What the client still sends would turn the end into a reset.
    raw.shutdown(Shutdown::Write)?;
    raw.set_read_timeout(Some(Duration::from_millis(500)))?;
    let _ = std::io::copy(&mut &raw, &mut std::io::sink());
    Ok(())
}

fn tell(
    lie: Lie,
    target: &str,
    to: &mut dyn Stream,
    raw: &TcpStream,
    shared: &Shared,
) -> std::io::Result<()> {
    let head = |status: u16, lines: &str, length: usize| {
        let lines = if lines.is_empty() { String::new() } else { format!("{lines}\r\n") };
        format!("HTTP/1.1 {status} Rig\r\n{lines}Content-Length: {length}\r\nConnection: close\r\n\r\n")
    };
    match lie {
        Lie::Answer(status, lines, body) => {
            to.write_all(head(status, lines, body.len()).as_bytes())?;
            to.write_all(&body)
        }
        Lie::To(place) => to.write_all(head(302, &format!("Location: {place}"), 0).as_bytes()),
        Lie::Round => {
            let join = if target.contains('?') { '&' } else { '?' };
            to.write_all(head(302, &format!("Location: {target}{join}again=1"), 0).as_bytes())
        }
        Lie::Hang => wait(raw, shared),
        Lie::HangHalfway => {
            to.write_all(head(200, "", 1000).as_bytes())?;
            to.write_all(&[b'.'; 500])?;
            to.flush()?;
            wait(raw, shared)
        }
        Lie::Cut(promised, body) => {
            to.write_all(head(200, "", promised).as_bytes())?;
            to.write_all(&body)
        }
        Lie::Reset => {
            // Closing with a linger of zero is what sends RST.
            rustix::net::sockopt::set_socket_linger(raw, Some(Duration::ZERO))?;
            Err(std::io::Error::other("reset"))
        }
        Lie::Flood(size) => {
            to.write_all(head(200, "Content-Type: text/html", size).as_bytes())?;
            let chunk = [b'x'; 16 << 10];
            (0..size)
                .step_by(chunk.len())
                .try_for_each(|at| to.write_all(&chunk[..chunk.len().min(size - at)]))
        }
        Lie::Drip => {
            to.write_all(head(200, "", 3600).as_bytes())?;
            while !shared.over.load(Ordering::Relaxed) {
                to.write_all(b".")?;
                to.flush()?;
                std::thread::sleep(Duration::from_secs(1));
            }
            Ok(())
        }
        Lie::Raw(bytes) => to.write_all(&bytes),
    }
}

/// Until the client has had enough, or the server is dropped.
fn wait(raw: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    raw.set_read_timeout(Some(Duration::from_millis(100)))?;
    let mut byte = [0];
    while !shared.over.load(Ordering::Relaxed) {
        match (&mut &*raw).read(&mut byte) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    Ok(())
}
