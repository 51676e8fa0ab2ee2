//! tinyproxy: the way out of the building, with or without a password.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::server::{Server, accepts, on_port, program};

/// A running proxy.
pub struct HttpProxy {
    at: SocketAddr,
    server: Server,
    dir: tempfile::TempDir,
}

impl HttpProxy {
    /// For everybody, on a free port of 127.0.0.1.
    pub fn open() -> HttpProxy {
        HttpProxy::start(None, None)
    }

    /// For who knows this name and password.
    pub fn guarded(user: &str, password: &str) -> HttpProxy {
        HttpProxy::start(None, Some((user, password)))
    }

    /// On this address, or on a free port; with a name and a password, or for everybody.
    pub fn start(at: Option<&str>, account: Option<(&str, &str)>) -> HttpProxy {
        let dir = tempfile::tempdir().unwrap();
        let (at, server) = on_port(at.map(|at| at.parse().unwrap()), |at| {
            let mut config = format!("Port {}\nListen {}\nTimeout 30\n", at.port(), at.ip());
            config += "MaxClients 64\nLogLevel Connect\nDisableViaHeader Yes\n";
            if let Some((user, password)) = account {
                let _ = writeln!(config, "BasicAuth {user} {password}");
            }
            let file = dir.path().join("tinyproxy.conf");
            std::fs::write(&file, config).unwrap();
            let words = [&program("tinyproxy"), "-d", "-c", &file.display().to_string()];
            Server::start(dir.path(), &words, &[], || accepts(at))
        });
        HttpProxy { at, server, dir }
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// With name and password in it.
    pub fn url_for(&self, user: &str, password: &str) -> String {
        format!("http://{user}:{password}@{}", self.at)
    }

    /// The hosts and ports that were asked for with CONNECT, let through or not.
    pub fn connects(&self) -> Vec<String> {
        self.asked().iter().filter_map(|line| Some(line.strip_prefix("CONNECT ")?.to_owned())).collect()
    }

    /// Every request's method and target.
    pub fn asked(&self) -> Vec<String> {
        // CONNECT   Nov 24 02:14:39.123 [1]: Request (file descriptor 4): CONNECT host:443 HTTP/1.1
        let said = self.server.said();
        let requests = said.lines().filter_map(|line| line.split_once("): "));
        let requests = requests.filter(|(head, _)| head.contains("Request (file descriptor"));
        requests.map(|(_, request)| request.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
    }
}
