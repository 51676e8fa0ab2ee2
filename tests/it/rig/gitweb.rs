//! Git over HTTPS as companies run it: nginx, fcgiwrap and `git-http-backend`, and `?go-get=1` in several manners.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ca::{Ca, Leaf};
use super::repos::Repos;
use super::server::{Server, accepts, on_port, program};

/// A running nginx with its fcgiwrap.
pub struct GitWeb {
    at: SocketAddr,
    scheme: &'static str,
    nginx: Server,
    fcgiwrap: Server,
    dir: tempfile::TempDir,
}

/// How a forge answers `?go-get=1` for private projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// The project for who may see it, the first two segments for everybody else, 404 for wrong credentials
    /// (GitLab's `lib/gitlab/middleware/go.rb` and its documentation of Go packages).
    GitLab,
    /// Always the first two segments, also of what does not exist (Gitea's `routers/web/goget.go`).
    Gitea,
    /// A redirect to a page that asks for name and password, which has no meta tag and is 200.
    SignIn,
    /// 401 for everybody without credentials: a reverse proxy that wants a password first.
    Password,
    /// 404: a server that knows nothing of Go.
    Nothing,
}

impl Manner {
    fn word(self) -> &'static str {
        match self {
            Manner::GitLab => "gitlab",
            Manner::Gitea => "gitea",
            Manner::SignIn => "signin",
            Manner::Password => "password",
            Manner::Nothing => "nothing",
        }
    }
}

/// How it shall run; see [`GitWeb::of`].
pub struct Wanted<'a> {
    repos: &'a Repos,
    at: Option<SocketAddr>,
    leaf: Option<Leaf>,
    manner: Manner,
    account: Option<(&'a str, &'a str)>,
    clone_base: String,
}

/// What answers everything that is not Git's own traffic.
const PAGES: &str = include_str!("pages.sh");

impl GitWeb {
    /// A server of these repositories, readable by all, over plain HTTP, in GitLab's manner.
    pub fn of(repos: &Repos) -> Wanted<'_> {
        Wanted {
            repos,
            at: None,
            leaf: None,
            manner: Manner::GitLab,
            account: None,
            clone_base: "$scheme://$http_host/".to_owned(),
        }
    }

    pub fn port(&self) -> u16 {
        self.at.port()
    }

    /// `https://127.0.0.1:port/`: a repository's path follows.
    pub fn url(&self) -> String {
        format!("{}://{}/", self.scheme, self.at)
    }

    /// One line for each request: method, URL, status, the user that the credentials name.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("access.log")).unwrap_or_default()
    }

    /// What nginx complains about.
    pub fn errors(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("error.log")).unwrap_or_default() + &self.nginx.said()
    }
}

impl<'a> Wanted<'a> {
    /// On this address and port; without, on a free port of 127.0.0.1.
    pub fn at(mut self, at: &str) -> Self {
        self.at = Some(at.parse().unwrap());
        self
    }

    /// Over TLS, with a certificate of `ca` for these names and 127.0.0.1.
    pub fn tls(self, ca: &Ca, names: &[&str]) -> Self {
        let names: Vec<&str> = names.iter().copied().chain(["127.0.0.1"]).collect();
        self.certificate(ca.leaf(&names))
    }

    /// Over TLS, with this certificate.
    pub fn certificate(mut self, leaf: Leaf) -> Self {
        self.leaf = Some(leaf);
        self
    }

    pub fn manner(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    /// Repositories are for this user with this password (a token, mostly) only.
    pub fn account(mut self, user: &'a str, password: &'a str) -> Self {
        self.account = Some((user, password));
        self
    }

    /// What stands before the project's path in the meta tag: `ssh://git@host/`, or `http://host/`.
    pub fn clone_base(mut self, base: &str) -> Self {
        base.clone_into(&mut self.clone_base);
        self
    }

    pub fn start(self) -> GitWeb {
        let dir = tempfile::tempdir().unwrap();
        let here = dir.path();
        crate::sandbox::Sandbox::program(&here.join("pages.sh"), PAGES);
        let socket = here.join("fcgi.sock");
        let wrap = [&program("fcgiwrap"), "-f", "-c", "4", "-s", &format!("unix:{}", socket.display())];
        let fcgiwrap = Server::start(here, &wrap, &[], || UnixStream::connect(&socket).is_ok()).unwrap();
        let (at, nginx) = on_port(self.at, |at| {
            let file = here.join("nginx.conf");
            std::fs::write(&file, self.config(&here.display().to_string(), at)).unwrap();
            let words = [&program("nginx"), "-e", "stderr", "-p", ".", "-c", &file.display().to_string()];
            Server::start(here, &words, &[], || accepts(at))
        });
        let scheme = if self.leaf.is_some() { "https" } else { "http" };
        GitWeb { at, scheme, nginx, fcgiwrap, dir }
    }

    fn config(&self, here: &str, at: SocketAddr) -> String {
        let root = self.repos.root().display();
        let mut auth = String::new();
        let mut expected = "-".to_owned();
        if let Some((user, password)) = self.account {
            std::fs::write(format!("{here}/users"), format!("{user}:{{PLAIN}}{password}\n")).unwrap();
            let _ = write!(auth, "auth_basic \"Git\"; auth_basic_user_file {here}/users;");
            expected = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        }
        let (listen, tls) = match &self.leaf {
            None => ("", String::new()),
            Some(leaf) => (
                " ssl",
                format!(
                    "ssl_certificate {}; ssl_certificate_key {};",
                    leaf.cert.display(),
                    leaf.key.display()
                ),
            ),
        };
        let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
        let temps: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {here}/{kind};"))
            .collect();
        let (manner, base) = (self.manner.word(), &self.clone_base);
        format!(
            r#"daemon off; master_process off; {user} pid {here}/nginx.pid; error_log {here}/error.log info;
events {{}}
http {{
  log_format rig '$request_method $scheme://$http_host$request_uri $status $remote_user';
  access_log {here}/access.log rig; {temps}
  map $args $go_get {{ default ''; '~(^|&)go-get=1(&|$)' 1; }}
  server {{
    listen {at}{listen}; {tls}
    location ~ '^/(?<repo>.+?)(\.git)?/(?<what>info/refs|git-upload-pack)$' {{
      {auth}
      fastcgi_pass unix:{here}/fcgi.sock;
      fastcgi_param REQUEST_METHOD $request_method; fastcgi_param QUERY_STRING $query_string;
      fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param SCRIPT_FILENAME {backend}; fastcgi_param PATH_INFO /$repo.git/$what;
      fastcgi_param GIT_PROJECT_ROOT {root}; fastcgi_param GIT_HTTP_EXPORT_ALL 1;
      fastcgi_param REMOTE_USER $remote_user; fastcgi_param GIT_PROTOCOL $http_git_protocol;
      fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
    }}
    location / {{
      fastcgi_pass unix:{here}/fcgi.sock;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param SCRIPT_FILENAME {here}/pages.sh; fastcgi_param REPOS {root};
      fastcgi_param MANNER {manner}; fastcgi_param GO_GET $go_get; fastcgi_param URI $uri;
      fastcgi_param ON $host; fastcgi_param CLONE "{base}";
      fastcgi_param CAME "$http_authorization"; fastcgi_param EXPECTED "{expected}";
    }}
  }}
}}
"#,
            backend = program("git-http-backend"),
        )
    }
}
