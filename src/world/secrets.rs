//! Secrets that lie around on a machine, met before anything is said: what follows can then speak of anything.

use std::path::PathBuf;

use super::{Places, Vars, World};
use crate::model::secret::Secrets;
use crate::text::gitcfg::GitConfig;
use crate::text::goenv;
use crate::text::netrc::Netrc;

/// Variables whose whole value is a secret, by how their names end.
const NAMES: [&str; 8] =
    ["_TOKEN", "_PASSWORD", "_PASSWD", "_SECRET", "_PAT", "_API_KEY", "_ACCESS_KEY", "_PRIVATE_KEY"];

/// Shorter values of such variables are switches, not secrets.
const SHORTEST: usize = 8;

impl World {
    /// Learns the passwords and tokens of the environment, the Go env file, netrc and the user's gitconfigs.
    pub fn meet_secrets(&self) {
        of_vars(&self.vars, &self.secrets);
        for path in go_env_files(&self.vars, &self.places) {
            if let Ok(bytes) = self.files.read(&self.cwd.join(path)) {
                goenv::lines(&bytes).for_each(|line| of_text(line.value, &self.secrets));
            }
        }
        for path in netrcs(&self.vars, &self.places) {
            if let Ok(text) = self.files.text(&self.cwd.join(path)) {
                let netrc = Netrc::parse(&text);
                netrc.entries.iter().for_each(|entry| self.secrets.learn(entry.password.reveal()));
                of_netrc_words(&text, &self.secrets);
            }
        }
        for path in gitconfigs(&self.vars, &self.places) {
            if let Ok(bytes) = self.files.read(&self.cwd.join(path)) {
                of_gitconfig(&bytes, &self.secrets);
            }
        }
    }
}

fn of_vars(vars: &Vars, secrets: &Secrets) {
    for (name, value) in vars.iter() {
        let (name, value) = (name.to_string_lossy().to_ascii_uppercase(), value.to_string_lossy());
        of_text(&value, secrets);
        if NAMES.iter().any(|end| name.ends_with(end)) && value.len() >= SHORTEST {
            secrets.learn(value.trim());
        }
        // Proxies are also written without a scheme: `user:password@host:3128`.
        if name.ends_with("_PROXY") && !value.contains("://") {
            value.split(',').for_each(|word| of_authority(word, secrets));
        }
        if name == "GOAUTH" {
            of_command(&value, secrets);
        }
        if name.starts_with("GIT_CONFIG_VALUE_") {
            of_header(&value, secrets);
        }
    }
}

/// `helper --token SECRET`: the word after an option that asks for one.
fn of_command(command: &str, secrets: &Secrets) {
    let words: Vec<&str> = command.split_whitespace().collect();
    for pair in words.windows(2) {
        let option = pair[0].to_ascii_lowercase();
        let asks = ["token", "pass", "secret", "key"].iter().any(|word| option.contains(word));
        if option.starts_with('-') && asks && !option.contains('=') {
            secrets.learn(pair[1]);
        }
    }
}

/// The passwords of every URL in a text, as written and without their escapes.
fn of_text(text: &str, secrets: &Secrets) {
    for (at, _) in text.match_indices("://") {
        let rest = &text[at + 3..];
        let end = rest.find(|c: char| c.is_whitespace() || "\"'<>".contains(c)).unwrap_or(rest.len());
        let word = &rest[..end];
        let next = word.find("://").unwrap_or(word.len());
        of_authority(&word[..next], secrets);
    }
}

/// `user:password@host…`; a password may hold a raw `/` or `@`.
fn of_authority(word: &str, secrets: &Secrets) {
    let host = word.find(['/', ',', '|']).unwrap_or(word.len());
    let Some(user) = word[..host].rsplit_once('@').or_else(|| word.rsplit_once('@')).map(|(user, _)| user)
    else {
        return;
    };
    match user.split_once(':') {
        Some((_, password)) => {
            secrets.learn(password);
            secrets.learn(&unescaped(password));
        }
        // `https://TOKEN@host`: a lone user name is a token where it is as long as one.
        None if user.len() >= 20 && !user.contains('/') => secrets.learn(user),
        None => {}
    }
}

/// `%40` is `@`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| byte == b'%') {
            Some(plain) => {
                bytes.push(plain);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What follows the word `password`, also in records that go drops.
fn of_netrc_words(text: &str, secrets: &Secrets) {
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word == "password"
            && let Some(password) = words.next()
        {
            secrets.learn(password.trim_matches('"'));
        }
    }
}

fn of_gitconfig(bytes: &[u8], secrets: &Secrets) {
    // A file that git cannot read may hold a secret all the same.
    of_text(&String::from_utf8_lossy(bytes), secrets);
    let Ok(config) = GitConfig::parse(bytes) else { return };
    for entry in config.entries().filter(|entry| entry.name == "extraheader") {
        of_header(entry.value.unwrap_or(""), secrets);
    }
}

/// `Authorization: Basic …`, `PRIVATE-TOKEN: …`: the last word of a header that lets somebody in.
fn of_header(header: &str, secrets: &Secrets) {
    let Some((name, value)) = header.split_once(':') else { return };
    let name = name.trim().to_ascii_lowercase();
    if name == "authorization" || name == "cookie" || name.ends_with("token") || name.ends_with("key") {
        value.split_whitespace().filter(|word| word.len() >= SHORTEST).for_each(|word| secrets.learn(word));
    }
}

fn go_env_files(vars: &Vars, places: &Places) -> Vec<PathBuf> {
    let default = places.config().ok().map(|dir| dir.join("go").join("env"));
    default.into_iter().chain(vars.os("GOENV").map(PathBuf::from)).collect()
}

fn netrcs(vars: &Vars, places: &Places) -> Vec<PathBuf> {
    let home = places.home().into_iter().flat_map(|home| [home.join(".netrc"), home.join("_netrc")]);
    home.chain(vars.os("NETRC").map(PathBuf::from)).collect()
}

fn gitconfigs(vars: &Vars, places: &Places) -> Vec<PathBuf> {
    let home =
        places.home().into_iter().flat_map(|home| [home.join(".gitconfig"), home.join(".config/git/config")]);
    let named = ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"].into_iter().filter_map(|name| vars.os(name));
    let xdg = vars.os("XDG_CONFIG_HOME").map(|dir| PathBuf::from(dir).join("git/config"));
    home.chain(xdg).chain(named.map(PathBuf::from)).chain([places.system("/etc/gitconfig")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_by_name_and_by_shape() {
        let secrets = Secrets::default();
        let vars: Vars = [
            ("CI_JOB_TOKEN", "job-token-1"),
            ("HTTP_PROXY", "li:scheme1ess@10.0.0.1:3128"),
            ("GOPROXY", "https://u:g0pr%40xy@a.test,https://u:sec/ond@b.test|direct"),
            ("USE_TOKEN", "true"),
            ("GOAUTH", "helper --api-token argument-1"),
            ("GIT_CONFIG_VALUE_0", "Authorization: Basic aGVsbG86d29ybGQ="),
        ]
        .into_iter()
        .collect();
        of_vars(&vars, &secrets);
        of_gitconfig(
            b"[http]\n\textraHeader = PRIVATE-TOKEN: abcdefgh-1\n[url \"https://x:in-url@h/\"]\n",
            &secrets,
        );
        of_netrc_words("machine a login b password dropped-one", &secrets);
        for secret in [
            "job-token-1",
            "argument-1",
            "scheme1ess",
            "g0pr%40xy",
            "g0pr@xy",
            "sec/ond",
            "aGVsbG86d29ybGQ=",
            "abcdefgh-1",
            "in-url",
            "dropped-one",
        ] {
            assert_eq!(secrets.mask(&format!("<{secret}>")), "<***>", "{secret}");
        }
        assert_eq!(secrets.mask("true Basic https a.test"), "true Basic https a.test");
    }
}
