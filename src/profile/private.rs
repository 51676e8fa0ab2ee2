//! A private host: one entry from which patterns, git, ssh and proxy exceptions follow.

use super::At;
use crate::model::{Failure, Key, Msg, Setting, TargetId, Value};
use crate::say;

/// How git shall reach a private host. Without it git's own settings are left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Ssh,
    Https,
}

/// One `[[private]]` entry, or one `--private` on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private {
    pub host: String,
    /// Module path patterns; `[host]` unless given.
    pub patterns: Vec<String>,
    pub transport: Option<Transport>,
    /// The address ssh connects to, where it is not the host (`ssh.github.com`).
    pub hostname: Option<String>,
    pub port: Option<u16>,
    pub user: Option<String>,
    pub identity_file: Option<String>,
    /// Whole public keys (`ssh-ed25519 AAAA…`) or pins (`SHA256:…`).
    pub host_keys: Vec<String>,
    /// A PEM file with the authority of the host's certificate, for git.
    pub ca: Option<String>,
    /// git's `credential.<url>.helper`.
    pub credential_helper: Option<String>,
    pub why: Option<Msg>,
    pub at: At,
}

impl Private {
    /// `[ssh://|https://][user@]host[:port][/path]`; without a scheme only the pattern follows from it.
    pub fn from_words(words: &str) -> Result<Private, Failure> {
        let wrong = |what: Msg| {
            Failure::new(say!("--private {words}: {what}", "--private {words}：{what}", words, what)).hint(say!(
                "write it as git.corp.example.com, ssh://git@git.corp.example.com:2222 or git.corp.example.com/team",
                "写法示例：git.corp.example.com、ssh://git@git.corp.example.com:2222、git.corp.example.com/team"
            ))
        };
        let (transport, rest) = match words.split_once("://") {
            Some(("ssh", rest)) => (Some(Transport::Ssh), rest),
            Some(("https", rest)) => (Some(Transport::Https), rest),
            Some((scheme, _)) => {
                return Err(wrong(say!("no scheme `{scheme}` here", "这里不支持 `{scheme}://`", scheme)));
            }
            None => (None, words),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, authority) = match authority.rsplit_once('@') {
            Some((user, _)) if user.contains(':') => {
                return Err(wrong(say!("leave the password out", "不要写密码")));
            }
            Some((user, authority)) => (Some(user.to_owned()), authority),
            None => (None, authority),
        };
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => match port.parse() {
                Ok(port) => (host, Some(port)),
                Err(_) => return Err(wrong(say!("`{port}` is no port", "`{port}` 不是端口号", port))),
            },
            None => (authority, None),
        };
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._*".contains(&b)) {
            return Err(wrong(say!("`{host}` is no host name", "`{host}` 不是主机名", host)));
        }
        let transport = transport.or((user.is_some() || port.is_some()).then_some(Transport::Ssh));
        let host = host.to_ascii_lowercase();
        let path = path.trim_matches('/').trim_end_matches(".git");
        let pattern = if path.is_empty() { host.clone() } else { format!("{host}/{path}") };
        Ok(Private { host, patterns: vec![pattern], transport, port, user, ..Private::default() })
    }

    /// Both entries for one host: what `self` says counts, the rest comes from `base`.
    pub fn over(self, base: Private) -> Private {
        let list = |mine: Vec<String>, theirs: Vec<String>| if mine.is_empty() { theirs } else { mine };
        Private {
            host: self.host,
            patterns: list(self.patterns, base.patterns),
            transport: self.transport.or(base.transport),
            hostname: self.hostname.or(base.hostname),
            port: self.port.or(base.port),
            user: self.user.or(base.user),
            identity_file: self.identity_file.or(base.identity_file),
            host_keys: list(self.host_keys, base.host_keys),
            ca: self.ca.or(base.ca),
            credential_helper: self.credential_helper.or(base.credential_helper),
            why: self.why.or(base.why),
            at: self.at,
        }
    }

    /// The patterns for GOPRIVATE.
    pub fn patterns(&self) -> Vec<String> {
        if self.patterns.is_empty() { vec![self.host.clone()] } else { self.patterns.clone() }
    }

    /// What git, ssh and the shell get out of it. GOPRIVATE is joined over all entries elsewhere.
    pub fn settings(&self) -> Vec<Setting> {
        match self.transport {
            Some(Transport::Ssh) => self.ssh_settings(),
            Some(Transport::Https) => self.https_settings(),
            None => Vec::new(),
        }
    }

    fn ssh_settings(&self) -> Vec<Setting> {
        let user = self.user.as_deref().unwrap_or("git");
        let port = self.port.filter(|port| *port != 22).map_or(String::new(), |port| format!(":{port}"));
        let why = self.why.clone().unwrap_or_else(|| {
            say!(
                "git reaches it over ssh; go's own ?go-get=1 stays on https",
                "git 走 ssh；go 的 ?go-get=1 仍走 https"
            )
        });
        let mut settings = Vec::new();
        for pattern in self.patterns() {
            let path = pattern.strip_prefix(&self.host).unwrap_or("").trim_matches('/').to_owned();
            if path.contains(['*', '?', '[']) || !pattern.starts_with(&self.host) {
                continue;
            }
            let tail = if path.is_empty() { String::new() } else { format!("{path}/") };
            let base = format!("ssh://{user}@{}{port}/{tail}", self.host);
            let instead = format!("https://{}/{tail}", self.host);
            let key = Key::new(["url", &base, "insteadOf"]);
            settings.push(Setting::new(TargetId::Git, key, Value::among([instead])).because(why.clone()));
        }
        let mut host = |option: &str, value: Option<String>| {
            if let Some(value) = value {
                let key = Key::new([self.host.as_str(), option]);
                settings.push(Setting::new(TargetId::Ssh, key, Value::One(value)));
            }
        };
        host("HostName", self.hostname.clone());
        host("Port", self.port.map(|port| port.to_string()));
        host("User", Some(user.to_owned()));
        host("IdentityFile", self.identity_file.clone());
        let keys: Vec<String> =
            self.host_keys.iter().filter(|key| !key.starts_with("SHA256:")).cloned().collect();
        if !keys.is_empty() {
            let files = ["~/.ssh/gobs/known_hosts", "~/.ssh/known_hosts"].map(str::to_owned);
            let key = Key::new([self.host.as_str(), "UserKnownHostsFile"]);
            settings.push(Setting::new(TargetId::Ssh, key, Value::Many(files.to_vec())));
            settings.push(Setting::new(
                TargetId::KnownHosts,
                Key::new([self.known_as()]),
                Value::among(keys),
            ));
        }
        settings
    }

    /// The name under which ssh looks the host key up.
    pub fn known_as(&self) -> String {
        let name = self.hostname.as_deref().unwrap_or(&self.host);
        match self.port {
            Some(port) if port != 22 => format!("[{name}]:{port}"),
            _ => name.to_owned(),
        }
    }

    fn https_settings(&self) -> Vec<Setting> {
        let port = self.port.filter(|port| *port != 443).map_or(String::new(), |port| format!(":{port}"));
        let url = format!("https://{}{port}/", self.host);
        let git = |section: &str, name: &str, value: &str, why: Msg| {
            Setting::new(TargetId::Git, Key::new([section, &url, name]), Value::one(value)).because(why)
        };
        let mut settings = Vec::new();
        if let Some(ca) = &self.ca {
            let why = say!("git trusts this authority for this host only", "仅对该主机信任此 CA");
            settings.push(git("http", "sslCAInfo", ca, why));
        }
        if let Some(helper) = &self.credential_helper {
            let why = say!("where git gets the login for this host", "git 从这里取该主机的登录凭据");
            settings.push(git("credential", "helper", helper, why));
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_command_line() {
        let p = Private::from_words("git.corp.example.com").unwrap();
        assert_eq!((p.patterns(), p.transport), (vec!["git.corp.example.com".to_owned()], None));
        assert_eq!(p.settings(), []);
        let p = Private::from_words("ssh://git@Git.corp.example.com:2222/team").unwrap();
        assert_eq!(p.patterns(), ["git.corp.example.com/team"]);
        let settings = p.settings();
        assert_eq!(settings[0].key.0[1], "ssh://git@git.corp.example.com:2222/team/");
        assert_eq!(settings[0].value, Value::among(["https://git.corp.example.com/team/"]));
        assert_eq!(p.known_as(), "[git.corp.example.com]:2222");
        for bad in ["", "ftp://x", "https://u:p@h", "h:22x", "a b"] {
            assert!(Private::from_words(bad).is_err(), "{bad}");
        }
    }
}
