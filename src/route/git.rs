//! git, run as go runs it and kept from asking: what a repository lists, and one revision's go.mod.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::look::Look;
use super::revision::{self, Found, Place, Refs};
use crate::model::{Kind, kind};
use crate::world::{Cmd, ExecError, Scratch};

/// Why git did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    pub kind: Kind,
    /// The line that tells.
    pub line: String,
    pub stderr: String,
    pub timed_out: bool,
    /// As a shell would show it, masked.
    pub command: String,
}

/// What a fetch brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fetched {
    pub commit: String,
    /// Unix time of the commit.
    pub time: i64,
    /// The files that [`Place::gomods`] names, in its order.
    pub gomods: Vec<Option<Vec<u8>>>,
}

/// git, in a directory of its own, as go uses its cache: a repository's own configuration does not count.
pub(super) struct Git<'a, 'w> {
    look: &'a Look<'w>,
    program: PathBuf,
    scratch: Option<Scratch>,
}

impl<'a, 'w> Git<'a, 'w> {
    /// `None` where there is no git.
    pub(super) fn new(look: &'a Look<'w>) -> Option<Git<'a, 'w>> {
        let program = look.settings.git.clone()?;
        Some(Git { look, program, scratch: Scratch::new().ok() })
    }

    /// `git.go:loadRefs`.
    pub(super) fn refs(&self, url: &str) -> Result<Refs, Failed> {
        let mut args = vec!["ls-remote", "-q"];
        if self.look.settings.go_since(26) {
            args.push("--end-of-options");
        }
        args.push(url);
        self.run(&args, self.look.budget).map(|out| revision::refs(&String::from_utf8_lossy(&out)))
    }

    /// `git.go:stat` and `ReadFile`: the newest state of one ref, or all history where only a hash is known.
    pub(super) fn fetch(&self, url: &str, found: &Found, place: &Place) -> Result<Fetched, Failed> {
        self.run(&["init", "-q", "--bare", "."], self.look.budget)?;
        self.run(&["remote", "add", "origin", "--", url], self.look.budget)?;
        let long = self.look.patience;
        let commit = match found.reference.as_deref() {
            Some(reference) => {
                let from = if reference == "HEAD" { found.hash.as_str() } else { reference };
                let into = format!("{from}:refs/gobs/found");
                let shallow = ["-c", "protocol.version=2", "fetch", "-q", "-f", "--depth=1", "origin", &into];
                match self.run(&shallow, long) {
                    Ok(_) => "refs/gobs/found".to_owned(),
                    // go, too, falls back to everything, whatever it was that went wrong.
                    Err(_) => {
                        self.everything(long)?;
                        found.hash.clone()
                    }
                }
            }
            None => {
                self.everything(long)?;
                found.hash.clone()
            }
        };
        self.read(&commit, place, long)
    }

    /// Without the files, which come one by one as they are asked for where the server can do that.
    fn everything(&self, budget: Duration) -> Result<Vec<u8>, Failed> {
        let heads = "refs/heads/*:refs/heads/*";
        let tags = "refs/tags/*:refs/tags/*";
        self.run(&["fetch", "-q", "-f", "--filter=blob:none", "origin", heads, tags], budget)
    }

    fn read(&self, commit: &str, place: &Place, budget: Duration) -> Result<Fetched, Failed> {
        let log = [
            "-c",
            "log.showsignature=false",
            "log",
            "--no-decorate",
            "-n1",
            "--format=format:%H %ct",
            commit,
            "--",
        ];
        let out = self.run(&log, budget).map_err(|err| Failed { kind: kind::UNKNOWN_REVISION, ..err })?;
        let out = String::from_utf8_lossy(&out).into_owned();
        let (commit, time) = out.split_once(' ').unwrap_or((out.as_str(), ""));
        let blob = |file: &String| self.run(&["cat-file", "blob", &format!("{commit}:{file}")], budget).ok();
        let gomods = place.gomods().iter().map(blob).collect();
        Ok(Fetched { commit: commit.to_owned(), time: time.trim().parse().unwrap_or(0), gomods })
    }

    fn run(&self, args: &[&str], budget: Duration) -> Result<Vec<u8>, Failed> {
        let dir = self.scratch.as_ref().map_or(self.look.world.places.root(), Scratch::path);
        let cmd = environment(self.look, &self.program, budget).cwd(dir).args(args.iter().copied());
        let command = cmd.shown();
        match self.look.world.exec.run(&cmd) {
            Ok(ran) if ran.ok() => Ok(ran.stdout),
            Ok(ran) => {
                let stderr = ran.err();
                let kind = super::said::kind_of(&stderr).unwrap_or(kind::ORIGIN_UNREACHABLE);
                let line = super::said::telling_line(&stderr);
                Err(Failed { kind, line, stderr, timed_out: false, command })
            }
            Err(err) => {
                let kind = match &err {
                    ExecError::NotFound => kind::VCS_TOOL_MISSING,
                    _ => kind::ORIGIN_UNREACHABLE,
                };
                let timed_out = matches!(err, ExecError::TimedOut(_));
                Err(Failed { kind, line: err.msg().en, stderr: String::new(), timed_out, command })
            }
        }
    }
}

/// `modload/init.go:Init`, and what keeps ssh from asking, which go before 1.25 had as well.
fn environment(look: &Look<'_>, git: &Path, budget: Duration) -> Cmd {
    let cmd = Cmd::new(git, budget)
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GCM_INTERACTIVE", "never")
        .env("SSH_ASKPASS_REQUIRE", "never")
        .env("GIT_CEILING_DIRECTORIES", "/")
        .without("SSH_ASKPASS")
        .without("GIT_DIR")
        .without("GIT_WORK_TREE")
        .without("GIT_INDEX_FILE")
        .without("GIT_TRACE")
        .without("GIT_CURL_VERBOSE");
    // An editor's askpass would open a window.
    let cmd = match look.world.vars.get("VSCODE_GIT_ASKPASS_MAIN") {
        Some(_) => cmd.without("GIT_ASKPASS"),
        None => cmd,
    };
    match ssh_command(look) {
        Some(ssh) => cmd.env("GIT_SSH_COMMAND", ssh),
        None => cmd,
    }
}

/// The user's own ssh command with options that keep it from asking; `None` where `GIT_SSH` names a program.
fn ssh_command(look: &Look<'_>) -> Option<String> {
    const QUIET: &str = "-o BatchMode=yes -o ControlMaster=no";
    match super::ssh::own_command(look) {
        Some(own) => {
            let program = own.split_whitespace().next().unwrap_or("").trim_matches(['"', '\'']);
            let is_ssh = program == "ssh" || program.ends_with("/ssh") || program.ends_with("ssh.exe");
            // Anything else may not know ssh's options.
            Some(if is_ssh { format!("{own} {QUIET}") } else { own.to_owned() })
        }
        None if look.world.vars.get("GIT_SSH").is_some() => None,
        None => Some(format!("ssh {QUIET}")),
    }
}
