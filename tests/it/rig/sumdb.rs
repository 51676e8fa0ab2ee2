//! The Go project's own checksum database server, with a key of ours; and a relay that changes what it says.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use super::liar::{Liar, Lie};
use super::server::{Server, accepts, on_port};
use crate::oracle::{ask, ask_bytes, helper};

pub const NAME: &str = "sum.corp.example";

/// A running database, that is a module proxy of its tree, too.
pub struct SumDb {
    at: SocketAddr,
    vkey: String,
    _server: Server,
    _dir: tempfile::TempDir,
}

impl SumDb {
    /// A database of the modules in `tree`. Before any of them, its log has so many records named after `filler`.
    pub fn start(tree: &Path, count: usize, filler: &str) -> SumDb {
        let dir = tempfile::tempdir().unwrap();
        let (binary, tree, count) =
            (helper().display().to_string(), tree.display().to_string(), count.to_string());
        let (at, server) = on_port(None, |at| {
            let at_text = at.to_string();
            let words = [&binary, "serve", &at_text, NAME, "seed", &tree, &count, filler];
            Server::start(dir.path(), &words, &[], || accepts(at))
        });
        let vkey = ask("note.keys", &[vec![NAME, "seed"]]).remove(0).remove(1);
        SumDb { at, vkey, _server: server, _dir: dir }
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// `name+hash+key`.
    pub fn key(&self) -> &str {
        &self.vkey
    }

    /// Signs a note with the key of the database.
    pub fn sign(text: &str) -> String {
        let skey = ask("note.keys", &[vec![NAME, "seed"]]).remove(0).remove(0);
        ask("note.sign", &[vec![skey, text.to_owned()]]).remove(0).remove(0)
    }

    /// A relay between it and those who ask, that gives `twist` every path with what the database answers.
    pub fn twisted(&self, twist: impl Fn(&str, Said) -> Said + Send + Sync + 'static) -> Liar {
        let (at, liar) = (self.at, Liar::http());
        liar.otherwise(move |path| {
            let Said { status, body } = twist(path, get(at, path));
            Lie::Answer(status, "Content-Type: text/plain", body)
        });
        liar
    }
}

/// An answer.
#[derive(Clone)]
pub struct Said {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Said {
    pub fn ok(body: impl Into<Vec<u8>>) -> Said {
        Said { status: 200, body: body.into() }
    }
}

/// A file of a server's.
pub fn get(at: SocketAddr, path: &str) -> Said {
    let mut stream = TcpStream::connect(at).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {at}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&answer[..head]).split(' ').nth(1).unwrap().parse().unwrap();
    Said { status, body: answer[head + 4..].to_vec() }
}

/// Puts a module version with these files into a tree that serves as `GOPROXY=file://…`.
pub fn publish(tree: &Path, module: &str, version: &str, files: &[(&str, &str)]) {
    let at = tree.join(module).join("@v");
    std::fs::create_dir_all(&at).unwrap();
    let gomod = format!("module {module}\n");
    let mut entries = vec![format!("d{module}@{version}/go.mod"), gomod.clone()];
    for (name, content) in files {
        entries.extend([format!("d{module}@{version}/{name}"), (*content).to_owned()]);
    }
    let zip = ask_bytes("zip.make", &[entries]).remove(0).remove(0);
    std::fs::write(at.join(format!("{version}.zip")), zip).unwrap();
    std::fs::write(at.join(format!("{version}.mod")), gomod).unwrap();
    let info = format!("{{\"Version\":\"{version}\",\"Time\":\"2025-06-15T15:06:40Z\"}}");
    std::fs::write(at.join(format!("{version}.info")), info).unwrap();
}
