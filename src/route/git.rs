//! git, run as go runs it and kept from asking: what a repository lists, and one revision's go.mod.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::account::{self, Account};
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
    /// What ssh told of itself, if it was ssh.
    pub account: Box<Account>,
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

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub path: String,
    pub hash: String,
    pub size: u64,
    /// No symlink, no submodule.
    pub regular: bool,
}

impl Leaf {
    /// `100644 blob <hash> <size>\t<path>`
    fn parse(line: &str) -> Option<Leaf> {
        let (head, path) = line.split_once('\t')?;
        let mut words = head.split_whitespace();
        let (mode, _, hash, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let (path, hash) = (path.to_owned(), hash.to_owned());
        Some(Leaf { path, hash, size: size.parse().unwrap_or(0), regular: mode.starts_with("100") })
    }
}

/// What is read of git at most.
const CAP: usize = 48 << 20;

/// git, in a directory of its own, as go uses its cache: a repository's own configuration does not count.
pub(super) struct Git<'a, 'w> {
    look: &'a Look<'w>,
    program: PathBuf,
    scratch: Option<Scratch>,
    has: Cell<Has>,
}

/// How much of the repository is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    Nothing,
    /// Single commits, without what came before them.
    Some,
    All,
}

impl<'a, 'w> Git<'a, 'w> {
    /// `None` where there is no git.
    pub(super) fn new(look: &'a Look<'w>) -> Option<Git<'a, 'w>> {
        let program = look.settings.git.clone()?;
        Some(Git { look, program, scratch: Scratch::new().ok(), has: Cell::new(Has::Nothing) })
    }

    /// `git.go:loadRefs`.
    pub(super) fn refs(&self, url: &str) -> Result<(Refs, Account), Failed> {
        let mut args = vec!["ls-remote", "-q"];
        if self.look.settings.go_since(26) {
            args.push("--end-of-options");
        }
        args.push(url);
        let (out, account) = self.hear(&args, self.look.budget(), " -v", Vec::new())?;
        Ok((revision::refs(&String::from_utf8_lossy(&out)), account))
    }

    /// `git.go:stat` and `ReadFile`: the newest state of one ref, or all history where only a hash is known.
    pub(super) fn fetch(&self, url: &str, found: &Found, place: &Place) -> Result<Fetched, Failed> {
        if self.has.get() == Has::Nothing {
            self.run(&["init", "-q", "--bare", "--template=", "."], self.look.budget())?;
        }
        let long = self.look.patience();
        let commit = match found.reference.as_deref() {
            _ if self.has.get() == Has::All => &found.hash,
            Some(reference) => {
                let from = if reference == "HEAD" { found.hash.as_str() } else { reference };
                let into = format!("{from}:refs/gobs/found");
                let shallow =
                    ["-c", "protocol.version=2", "fetch", "-q", "-f", "--depth=1", "--", url, &into];
                match self.run(&shallow, long) {
                    Ok(_) => {
                        self.has.set(Has::Some);
                        "refs/gobs/found"
                    }
                    // go, too, falls back to everything, whatever it was that went wrong.
                    Err(_) => {
                        self.everything(url, long)?;
                        &found.hash
                    }
                }
            }
            None => {
                self.everything(url, long)?;
                &found.hash
            }
        };
        self.read(commit, place, long)
    }

    /// Without the files, which come one by one as they are asked for where the server can do that.
    fn everything(&self, url: &str, budget: Duration) -> Result<(), Failed> {
        self.run(&["remote", "add", "origin", "--", url], self.look.budget())?;
        let every = ["refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"];
        self.run(&["fetch", "-q", "-f", "--filter=blob:none", "origin", every[0], every[1]], budget)?;
        if self.has.get() == Has::Some {
            // Not in one go: git before 2.24 forgets what is new then (golang.org/issue/34266).
            self.run(&["fetch", "-q", "-f", "--unshallow", "origin", every[0], every[1]], budget)?;
        }
        self.has.set(Has::All);
        Ok(())
    }

    /// `git.go:fetchRefsLocked`: all branches and tags with all that came before them.
    pub(super) fn history(&self, url: &str) -> Result<(), Failed> {
        match self.has.get() {
            Has::All => Ok(()),
            Has::Some | Has::Nothing => self.everything(url, self.look.patience()),
        }
    }

    /// The tags of a commit and of what came before it, of the history that is there.
    pub(super) fn tags_before(&self, commit: &str) -> Result<Vec<String>, Failed> {
        let args = ["for-each-ref", "--format=%(refname)", "--merged", commit, "refs/tags"];
        let out = self.run(&args, self.look.budget())?;
        let text = String::from_utf8_lossy(&out);
        Ok(text.lines().filter_map(|full| full.strip_prefix("refs/tags/")).map(str::to_owned).collect())
    }

    /// A file as `commit:path`; `None` where there is none.
    pub(super) fn blob(&self, wish: &str) -> Result<Option<Vec<u8>>, Failed> {
        let wishes = [wish.to_owned()];
        let asked = format!("{wish}\n").into_bytes();
        let (out, _) = self.hear(&["cat-file", "--batch"], self.look.patience(), "", asked)?;
        Ok(batch(&out, &wishes).remove(0).map(|(_, content)| content))
    }

    /// The commit and its go.mod files, by one git.
    fn read(&self, commit: &str, place: &Place, budget: Duration) -> Result<Fetched, Failed> {
        let files = place.gomods();
        let wishes: Vec<String> = std::iter::once(format!("{commit}^{{commit}}"))
            .chain(files.iter().map(|file| format!("{commit}:{file}")))
            .collect();
        let asked = (wishes.join("\n") + "\n").into_bytes();
        let (out, _) = self.hear(&["cat-file", "--batch"], budget, "", asked)?;
        let mut objects = batch(&out, &wishes);
        let (hash, text) = objects.remove(0).ok_or_else(|| Failed {
            kind: kind::UNKNOWN_REVISION,
            line: format!("{commit} missing"),
            stderr: String::new(),
            timed_out: false,
            account: Box::default(),
            command: format!("git cat-file -t {commit}"),
        })?;
        let gomods = objects.into_iter().map(|object| object.map(|(_, content)| content)).collect();
        Ok(Fetched { commit: hash, time: committed(&text), gomods })
    }

    /// Every file of a commit.
    pub(super) fn leaves(&self, commit: &str) -> Result<Vec<Leaf>, Failed> {
        let out = self.run(&["ls-tree", "-r", "-l", "-z", "--full-tree", commit], self.look.patience())?;
        let text = String::from_utf8_lossy(&out).into_owned();
        Ok(text.split('\0').filter_map(Leaf::parse).collect())
    }

    /// The content of files, in their order.
    pub(super) fn blobs(&self, leaves: &[&Leaf]) -> Result<Vec<Option<Vec<u8>>>, Failed> {
        let wishes: Vec<String> = leaves.iter().map(|leaf| leaf.hash.clone()).collect();
        let asked = (wishes.join("\n") + "\n").into_bytes();
        let (out, _) = self.hear(&["cat-file", "--batch"], self.look.patience(), "", asked)?;
        Ok(batch(&out, &wishes).into_iter().map(|object| object.map(|(_, content)| content)).collect())
    }

    fn run(&self, args: &[&str], budget: Duration) -> Result<Vec<u8>, Failed> {
        self.hear(args, budget, "", Vec::new()).map(|(out, _)| out)
    }

    /// Runs git, with more words for its ssh and with this to read.
    fn hear(
        &self,
        args: &[&str],
        budget: Duration,
        more: &str,
        stdin: Vec<u8>,
    ) -> Result<(Vec<u8>, Account), Failed> {
        let dir = self.scratch.as_ref().map_or(self.look.world.places.root(), Scratch::path);
        let mut cmd = environment(self.look, &self.program, budget, more).cwd(dir).args(args.iter().copied());
        cmd.stdin = stdin;
        cmd.cap = CAP;
        let command = cmd.shown();
        match self.look.world.exec.run(&cmd) {
            Ok(ran) if ran.ok() => {
                let account = account::read(&ran.err()).0;
                Ok((ran.stdout, account))
            }
            Ok(ran) => {
                let (account, stderr) = account::read(&ran.err());
                let kind = super::said::kind_of(&stderr).unwrap_or(kind::ORIGIN_UNREACHABLE);
                let line = super::said::telling_line(&stderr);
                Err(Failed { kind, line, stderr, timed_out: false, account: Box::new(account), command })
            }
            Err(err) => {
                let kind = match &err {
                    ExecError::NotFound => kind::VCS_TOOL_MISSING,
                    _ => kind::ORIGIN_UNREACHABLE,
                };
                let timed_out = matches!(err, ExecError::TimedOut(_));
                if timed_out {
                    self.look.timed_out(budget);
                }
                Err(Failed {
                    kind,
                    line: err.msg().into_en(),
                    stderr: String::new(),
                    timed_out,
                    account: Box::default(),
                    command,
                })
            }
        }
    }
}

/// What `cat-file --batch` says of each wish: hash and content, or `None` for what is missing or no blob.
fn batch(out: &[u8], wishes: &[String]) -> Vec<Option<(String, Vec<u8>)>> {
    let mut rest = out;
    let one = |_: &String| {
        let end = rest.iter().position(|b| *b == b'\n')?;
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        let mut words = head.split(' ');
        let (hash, kind, size) = (words.next()?, words.next()?, words.next().and_then(|n| n.parse().ok()));
        let size: usize = size.filter(|_| matches!(kind, "blob" | "commit" | "tree" | "tag"))?;
        let content = rest.get(..size)?.to_vec();
        rest = rest.get(size + 1..)?;
        matches!(kind, "blob" | "commit").then(|| (hash.to_owned(), content))
    };
    wishes.iter().map(one).collect()
}

/// The Unix time in a commit object's `committer` line.
fn committed(commit: &[u8]) -> i64 {
    let text = String::from_utf8_lossy(commit);
    let line = text.lines().find_map(|line| line.strip_prefix("committer ")).unwrap_or("");
    line.rsplit(' ').nth(1).and_then(|time| time.parse().ok()).unwrap_or(0)
}

/// `modload/init.go:Init`, and what keeps ssh from asking, which go before 1.25 had as well.
fn environment(look: &Look<'_>, git: &Path, budget: Duration, more: &str) -> Cmd {
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
    match ssh_command(look, more) {
        Some(ssh) => cmd.env("GIT_SSH_COMMAND", ssh),
        None => cmd,
    }
}

/// The user's own ssh command with options that keep it from asking; `None` where `GIT_SSH` names a program.
fn ssh_command(look: &Look<'_>, more: &str) -> Option<String> {
    const QUIET: &str = "-o BatchMode=yes -o ControlMaster=no";
    match super::ssh::own_command(look) {
        Some(own) => {
            let program = own.split_whitespace().next().unwrap_or("").trim_matches(['"', '\'']);
            let is_ssh = program == "ssh" || program.ends_with("/ssh") || program.ends_with("ssh.exe");
            // Anything else may not know ssh's options.
            Some(if is_ssh { format!("{own} {QUIET}{more}") } else { own.to_owned() })
        }
        None if look.world.vars.get("GIT_SSH").is_some() => None,
        None => Some(format!("ssh {QUIET}{more}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_a_batch() {
        let out =
            b"c0ffee commit 24\ncommitter L <l> 17 +0000refs/x:go.mod missing\nabc blob 3\na\nb\n".as_slice();
        let out = [&out[..40], b"\n", &out[40..]].concat();
        let wishes = ["c", "x:go.mod", "x:v2/go.mod"].map(str::to_owned);
        let objects = batch(&out, &wishes);
        assert_eq!(committed(&objects[0].as_ref().unwrap().1), 17);
        assert_eq!(objects[1], None);
        assert_eq!(objects[2], Some(("abc".to_owned(), b"a\nb".to_vec())));
        assert_eq!(batch(b"", &wishes), [None, None, None]);
    }
}
