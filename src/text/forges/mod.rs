//! What is known of Git hosts: how their URLs look, who one is there, what they answer to go. The knowledge is
//! in `hosts.toml`, one entry a family; published host keys are in [`super::hostkeys`].

mod public;

use std::sync::LazyLock;

use serde::Deserialize;

use crate::embedded;
use crate::model::Msg;

pub use public::{dangerous_pattern, is_public};

/// A family of Git hosts.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Forge {
    pub id: String,
    pub name: Msg,
    /// Its own servers; `*` stands for one part of a name.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Those of them where everybody's code lives.
    #[serde(default)]
    pub public: Vec<String>,
    /// What self-hosted ones are often called.
    #[serde(default)]
    pub names: Vec<String>,
    /// How a repository's path looks, for people.
    pub paths: String,
    /// What a clone URL has after the path: `.git` or nothing.
    pub suffix: String,
    pub ssh: Ssh,
    ssh_443: Option<Ssh443>,
    /// Who one is over HTTPS; `None` where it is not known.
    pub login: Option<Login>,
    /// What is the password over HTTPS.
    pub password: Option<Msg>,
    /// What `?go-get=1` answers.
    #[serde(default)]
    pub discovery: Discovery,
    /// Where a token is made.
    pub tokens: Option<Page>,
    /// Where a public key is put in.
    pub keys: Option<Page>,
    /// What else a Go user should know.
    #[serde(default)]
    pub notes: Vec<Msg>,
}

/// Git over SSH: the user that everybody shares, if there is one, and the port.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Ssh {
    pub user: Option<String>,
    pub port: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ssh443 {
    server: String,
    of: String,
}

/// The user name over HTTPS.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Login {
    /// This one, for everybody.
    Fixed(String),
    /// Whatever one likes: only the token counts.
    Any,
    /// The name of the account.
    Own,
}

/// What a forge answers to `?go-get=1` for a private project.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Discovery {
    /// go does not ask: it knows the host (`vcs.go:vcsPaths`).
    BuiltIn,
    /// The project, for who may see it; the first two segments for everybody else; 404 for wrong credentials.
    SignedIn,
    /// The first two segments, whoever asks and whatever is there.
    TwoSegments,
    /// Only the repository's own path is answered, none below it.
    RootOnly,
    /// Nothing of use: the module path needs `.git`.
    None,
    #[default]
    Unknown,
}

/// A page of the forge's settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    url: Option<String>,
    en: String,
    zh: String,
}

impl Page {
    /// The way through the menus.
    pub fn menu(&self) -> Msg {
        Msg::new(self.en.clone(), self.zh.clone())
    }

    /// Its address on this host, where the address is known.
    pub fn url(&self, host: &str) -> Option<String> {
        Some(self.url.as_ref()?.replace("{host}", host))
    }
}

/// How a forge was recognised.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    /// The host is one of the family's own.
    Known(&'static Forge),
    /// The host is called as such servers often are; what it really is, only its answers tell.
    Named(&'static Forge),
}

impl Found {
    pub fn forge(self) -> &'static Forge {
        match self {
            Found::Known(forge) | Found::Named(forge) => forge,
        }
    }
}

/// The families, in the order of the file.
pub fn all() -> &'static [Forge] {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        forge: Vec<Forge>,
    }
    static ALL: LazyLock<Vec<Forge>> = LazyLock::new(|| {
        let file: Result<File, _> = serde_json::from_value(embedded::table(embedded::HOSTS));
        file.unwrap_or_else(|err| unreachable!("hosts.toml: {err}")).forge
    });
    &ALL
}

/// The family of this name: `gitlab`, `gitee`.
pub fn by_id(id: &str) -> Option<&'static Forge> {
    all().iter().find(|forge| forge.id == id)
}

/// What `host` (without a port) is, going by its name alone; `None` says nothing about it.
pub fn of_host(host: &str) -> Option<Found> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let own = |forge: &&Forge| forge.hosts.iter().any(|known| is_host(known, &host));
    if let Some(forge) = all().iter().find(own) {
        return Some(Found::Known(forge));
    }
    let named = |part: &str| all().iter().find(|forge| forge.names.iter().any(|name| name == part));
    // `gitlab.corp.example`, `gitlab-ce.corp.example`: the front of the name, not its domain.
    let (front, _) = host.split_once('.')?;
    front.split('-').find_map(named).map(Found::Named)
}

/// Whether `known` (with `*` for one part) is `host`.
fn is_host(known: &str, host: &str) -> bool {
    let (mut known, mut host) = (known.split('.'), host.split('.'));
    loop {
        match (known.next(), host.next()) {
            (None, None) => return true,
            (Some("*"), Some(part)) if !part.is_empty() => {}
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
}

impl Forge {
    /// Where this host's Git over SSH is: user, server and port.
    pub fn ssh_at<'a>(&'a self, host: &'a str) -> (Option<&'a str>, &'a str, u16) {
        (self.ssh.user.as_deref(), host, self.ssh.port)
    }

    /// The server that speaks SSH on port 443 for this host.
    pub fn ssh_over_443(&self, host: &str) -> Option<&str> {
        self.ssh_443
            .as_ref()
            .filter(|known| known.of.eq_ignore_ascii_case(host))
            .map(|known| known.server.as_str())
    }

    /// What git clones over SSH: `git@host:path.git`, or a URL where the port is another.
    pub fn ssh_url(&self, host: &str, path: &str) -> String {
        let path = self.path(path);
        match (&self.ssh.user, self.ssh.port) {
            (Some(user), 22) => format!("{user}@{host}:{path}"),
            _ => format!("{}{path}", self.ssh_base(host)),
        }
    }

    /// What stands before a path in a URL over SSH; also the right side of an `insteadOf`: `ssh://git@host:7999/`.
    pub fn ssh_base(&self, host: &str) -> String {
        let user = self.ssh.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        match self.ssh.port {
            22 => format!("ssh://{user}{host}/"),
            port => format!("ssh://{user}{host}:{port}/"),
        }
    }

    /// What git clones over HTTPS, without a user name.
    pub fn https_url(&self, host: &str, path: &str) -> String {
        format!("https://{host}/{}", self.path(path))
    }

    fn path(&self, path: &str) -> String {
        let bare = path.trim_matches('/');
        format!("{}{}", bare.strip_suffix(".git").unwrap_or(bare), self.suffix)
    }
}

#[cfg(test)]
mod tests;
