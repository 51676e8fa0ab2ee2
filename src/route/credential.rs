//! Credentials as go gets them for its own https requests, from git and from commands. None is ever shown or stored.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::look::Look;
use crate::text::quoted;
use crate::world::{Cmd, Ran};

type Headers = Vec<(String, String)>;

/// HTTP Basic; the parts are remembered as secrets.
pub(super) fn basic(look: &Look<'_>, login: &str, password: &str) -> Headers {
    let coded = STANDARD.encode(format!("{login}:{password}"));
    look.world.secrets.learn(password);
    look.world.secrets.learn(&coded);
    vec![("Authorization".to_owned(), format!("Basic {coded}"))]
}

/// `GOAUTH=git dir` (`gitauth.go:runGitAuth`): what `git credential fill` answers, without ever prompting.
pub(super) fn from_git(look: &Look<'_>, dir: &str, url: &str) -> Option<Headers> {
    let git = look.settings.git.as_ref()?;
    let mut cmd = quiet(look, git).cwd(dir).args(["credential", "fill"]);
    cmd.stdin = format!("url={url}\n").into_bytes();
    let out = look.world.exec.run(&cmd).ok().filter(Ran::ok)?.out();
    let value = |key: &str| out.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='));
    let prefix = match value("url") {
        Some(url) => url.to_owned(),
        None => format!("{}://{}/{}", value("protocol")?, value("host")?, value("path").unwrap_or("")),
    };
    let fits = url.starts_with(prefix.trim_end_matches('/'));
    fits.then(|| basic(look, value("username").unwrap_or(""), value("password").unwrap_or("")))
}

/// A command of GOAUTH (`userauth.go:runAuthCommand`): headers for URL prefixes.
pub(super) fn from_command(look: &Look<'_>, command: &str, url: &str, with_url: bool) -> Option<Headers> {
    let words = quoted::split(command).ok()?;
    let program = look.world.which(words.first()?)?;
    let args = words.into_iter().skip(1).chain(with_url.then_some(url));
    let ran = look.world.exec.run(&quiet(look, &program).args(args)).ok().filter(Ran::ok)?;
    let headers = headers_for(&ran.out(), url)?;
    for (_, value) in &headers {
        look.world.secrets.learn(value);
        value.split_whitespace().skip(1).for_each(|word| look.world.secrets.learn(word));
    }
    Some(headers)
}

fn quiet(look: &Look<'_>, program: &Path) -> Cmd {
    Cmd::new(program, look.budget())
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GCM_INTERACTIVE", "never")
        .without("SSH_ASKPASS")
}

/// `parseUserAuth` and `loadCredential`: the headers of the longest prefix of `url`; `None` where the text is malformed.
fn headers_for(text: &str, url: &str) -> Option<Headers> {
    let mut best: Option<(usize, Headers)> = None;
    let mut rest = text;
    let target = url.trim_start_matches("https://").split('?').next().unwrap_or("").trim_end_matches('/');
    while !rest.is_empty() {
        let (urls, after) = rest.split_once("\n\n")?;
        let (block, after) = match after.strip_prefix('\n') {
            Some(after) => ("", after),
            None => after.split_once("\n\n").or_else(|| after.strip_suffix('\n').map(|last| (last, "")))?,
        };
        let headers: Option<Headers> = block
            .lines()
            .map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.trim().to_owned())))
            .collect();
        let headers = headers?;
        for prefix in urls.lines() {
            let prefix = prefix.trim_start_matches("https://").trim_end_matches('/');
            let covers = super::meta::has_path_prefix(target, prefix);
            if covers && best.as_ref().is_none_or(|(length, _)| prefix.len() > *length) {
                best = Some((prefix.len(), headers.clone()));
            }
        }
        rest = after;
    }
    best.map(|(_, headers)| headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_longest_prefix() {
        let text = "https://git.corp.com\n\nAuthorization: Basic YTpi\n\nhttps://git.corp.com/team\nhttps://x.corp.com\n\nX-Token: t\n\n";
        let of = |url: &str| headers_for(text, url).map(|headers| headers[0].0.clone());
        assert_eq!(of("https://git.corp.com/a?go-get=1").as_deref(), Some("Authorization"));
        assert_eq!(of("https://git.corp.com/team/a").as_deref(), Some("X-Token"));
        assert_eq!(of("https://git.corp.com/teams").as_deref(), Some("Authorization"));
        assert_eq!(of("https://other.com/"), None);
        assert_eq!(headers_for("https://a.b\nAuthorization: x\n", "https://a.b"), None);
        assert_eq!(headers_for("https://a.b\n\nnonsense\n\n", "https://a.b"), None);
    }
}
