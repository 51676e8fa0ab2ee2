//! git: which one, and its configuration as git itself sees it, with the line of every entry.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Facts;
use crate::model::{Known, Source, Unknown};
use crate::order::Order;
use crate::say;
use crate::text::gitcfg::GitConfig;
use crate::text::gitcfg::insteadof::{Rule, Rules};
use crate::world::{Cmd, ExecError, Os, World};

/// How long git is waited for; it reads a few files.
const ASK: Duration = Duration::from_secs(2);

/// An installed git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitInstall {
    pub program: PathBuf,
    /// `2.39.5`
    pub version: String,
}

/// Every entry of every file git reads here, in git's order.
#[derive(Clone, Debug, Default)]
pub struct GitView {
    pub entries: Vec<GitEntry>,
}

/// One entry with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitEntry {
    /// `system`, `global`, `local`, `worktree`, `command`.
    pub scope: String,
    pub section: String,
    pub subsection: Option<String>,
    pub name: String,
    /// `None` for a key without `=`, which git takes as true.
    pub value: Option<String>,
    pub at: Source,
}

impl GitEntry {
    /// Whether this is `section.name` or `section.<any>.name`; names in lower case.
    pub fn is(&self, section: &str, name: &str) -> bool {
        self.section == section && self.name == name
    }

    pub fn truthy(&self) -> bool {
        !matches!(
            self.value.as_deref().map(str::to_ascii_lowercase).as_deref(),
            Some("false" | "no" | "off" | "0" | "")
        )
    }
}

impl GitView {
    /// The insteadOf rules, in git's order.
    pub fn rules(&self) -> Rules {
        Rules::new(
            self.entries
                .iter()
                .filter(|entry| entry.is("url", "insteadof"))
                .filter_map(|entry| {
                    Some(Rule::new(entry.subsection.as_deref()?, entry.value.as_deref()?, entry.at.clone()))
                })
                .collect(),
        )
    }

    /// The entries `section.name` and `section.<any>.name`.
    pub fn named<'v>(&'v self, section: &'v str, name: &'v str) -> impl Iterator<Item = &'v GitEntry> {
        self.entries.iter().filter(move |entry| entry.is(section, name))
    }
}

impl Facts<'_> {
    /// The git that go would run.
    pub fn git(&self) -> Known<&GitInstall> {
        self.git.get(|| {
            let program = self.git_program()?;
            // Even `git --version` dies of a configuration that it cannot read, which is another row's to say.
            let cmd = quiet(self.world, &program, self.budget(ASK)).cwd(self.world.places.root());
            let cmd = cmd.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
            let cmd = cmd.without("GIT_CONFIG_COUNT").without("GIT_CONFIG_PARAMETERS").without("HOME");
            let ran = self.world.exec.run(&cmd.without("XDG_CONFIG_HOME").args(["--version"]));
            let ran = ran.map_err(|err| match err {
                ExecError::TimedOut(_) => silent(&program),
                err => failed("git --version", &err.msg()),
            })?;
            let out = ran.out();
            let version = out.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
            let version = version
                .map(str::to_owned)
                .ok_or_else(|| failed("git --version", &crate::model::Msg::plain(out.trim())))?;
            Ok(GitInstall { program, version })
        })
    }

    /// Whether git is there at all.
    pub fn has_git(&self) -> bool {
        self.world.which("git").is_some()
    }

    /// What git reads in this directory, by asking it (only it knows includes and conditions).
    pub fn git_view(&self) -> Known<&GitView> {
        self.git_view.get(|| view(self.world, &self.git_program()?, self.budget(ASK)))
    }

    fn git_program(&self) -> Known<PathBuf> {
        let found = self.world.which("git");
        found.ok_or_else(|| Unknown::new(say!("git is not on PATH", "PATH 中没有 git")))
    }
}

/// git with nothing localised and nothing asked.
pub(super) fn quiet(world: &World, program: &Path, budget: Duration) -> Cmd {
    Cmd::new(program, budget)
        .cwd(&world.cwd)
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GCM_INTERACTIVE", "never")
        .env("GIT_OPTIONAL_LOCKS", "0")
}

fn view(world: &World, program: &Path, budget: Duration) -> Known<GitView> {
    let cmd = quiet(world, program, budget).args(["config", "--list", "--show-origin", "--show-scope", "-z"]);
    let ran = world.exec.run(&cmd).map_err(|err| failed("git config --list", &err.msg()))?;
    if !ran.ok() {
        let says = ran.err().lines().next().unwrap_or("").to_owned();
        return Err(failed("git config --list", &crate::model::Msg::plain(says)));
    }
    let mut lines = Lines { world, files: BTreeMap::new() };
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    let mut words = text.split('\0');
    let mut entries = Vec::new();
    while let (Some(scope), Some(origin), Some(pair)) = (words.next(), words.next(), words.next()) {
        let (key, value) = match pair.split_once('\n') {
            Some((key, value)) => (key, Some(value.to_owned())),
            None => (pair, None),
        };
        let Some((section, rest)) = key.split_once('.') else { continue };
        let (subsection, name) = match rest.rsplit_once('.') {
            Some((sub, name)) => (Some(sub.to_owned()), name),
            None => (None, rest),
        };
        let at = match origin.strip_prefix("file:") {
            Some(file) => lines.place(file, key, value.as_deref()),
            None => Source::Command(format!("git config ({origin})")),
        };
        entries.push(GitEntry {
            scope: scope.to_owned(),
            section: section.to_owned(),
            subsection,
            name: name.to_owned(),
            value,
            at,
        });
    }
    Ok(GitView { entries })
}

/// git names the file of an entry but not the line: our own reader finds it, the n-th time it is asked the n-th.
struct Lines<'w> {
    world: &'w World,
    files: BTreeMap<PathBuf, Vec<(String, Option<String>, u32)>>,
}

impl Lines<'_> {
    fn place(&mut self, file: &str, key: &str, value: Option<&str>) -> Source {
        let path = self.world.cwd.join(file);
        let known = self.files.entry(path.clone()).or_insert_with(|| {
            let bytes = self.world.files.read(&path).unwrap_or_default();
            let config = GitConfig::parse(&bytes).ok();
            let entries = config.iter().flat_map(GitConfig::entries);
            entries.map(|e| (e.canonical(), e.value.map(str::to_owned), e.line)).collect()
        });
        let at = known.iter().position(|(k, v, _)| k == key && v.as_deref() == value);
        let line = at.map(|at| known.remove(at).2);
        Source::File(path, line)
    }
}

/// A git that is there and does not answer.
fn silent(program: &Path) -> Unknown {
    let program = program.display();
    Unknown::new(say!(
        "{program} does not answer within 2 s: every direct fetch of go hangs",
        "{program} 在 2 秒内没有应答：go 的直连拉取都会卡住",
        program
    ))
}

fn failed(what: &str, why: &crate::model::Msg) -> Unknown {
    Unknown::new(say!("`{what}` failed: {why}", "`{what}` 失败：{why}", what, why))
}

impl Facts<'_> {
    /// A path in a gitconfig: `~/` is the home (`config.c:git_config_pathname`).
    pub fn git_path(&self, value: &str) -> PathBuf {
        match (value.strip_prefix("~/"), self.world.places.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.world.cwd.join(value),
        }
    }

    /// A word that git runs: a path with `~/` as the home, or a name to be looked up on PATH.
    pub fn git_path_or_name(&self, word: &str) -> PathBuf {
        if word.starts_with("~/") { self.git_path(word) } else { PathBuf::from(word) }
    }

    /// Whether git could run this credential helper (`credential.c:credential_do`).
    pub fn has_credential_helper(&self, value: &str) -> bool {
        if let Some(command) = value.strip_prefix('!') {
            let word = command.split_whitespace().next().unwrap_or("").trim_matches(['"', '\'']);
            // A shell function or an assignment is for the shell to judge.
            let program = !word.is_empty() && !word.contains(['=', '(', '$']);
            return !program || self.runs(word);
        }
        let word = value.split_whitespace().next().unwrap_or("");
        if word.starts_with(['/', '~']) || (cfg!(windows) && word.contains(':')) {
            return self.world.files.is_program(&self.git_path(word));
        }
        let name = format!("git-credential-{word}");
        self.world.which(&name).is_some()
            || self.git_exec_path().is_some_and(|dir| self.world.files.is_program(&dir.join(name)))
    }

    /// The file that this `store` helper writes first (`builtin/credential-store.c:cmd_credential_store`).
    pub fn credential_store(&self, value: &str) -> PathBuf {
        let words: Vec<&str> = value.split_whitespace().collect();
        let named = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--file=") {
            None if *word == "--file" => words.get(at + 1).copied(),
            file => file,
        });
        let [own, xdg] = self.credential_stores();
        match named {
            Some(file) => self.git_path(file.trim_matches(['"', '\''])),
            None if !self.file_exists(&own) && self.file_exists(&xdg) => xdg,
            None => own,
        }
    }

    /// The files of this `store` helper that hold something.
    pub fn stored_credentials(&self, value: &str) -> Vec<PathBuf> {
        let mut files = vec![self.credential_store(value)];
        if !value.contains("--file") {
            files.extend(self.credential_stores());
        }
        let holds = |file: &PathBuf| self.world.files.stat(file).is_ok_and(|stat| stat.len > 0);
        let mut kept: Vec<PathBuf> = files.into_iter().filter(holds).collect();
        kept.order();
        kept.dedup();
        kept
    }

    /// `~/.git-credentials`, and the one below `$XDG_CONFIG_HOME`.
    fn credential_stores(&self) -> [PathBuf; 2] {
        let xdg = self.world.vars.os("XDG_CONFIG_HOME").filter(|dir| !dir.is_empty()).map(PathBuf::from);
        let xdg = xdg.unwrap_or_else(|| self.git_path("~/.config"));
        [self.git_path("~/.git-credentials"), xdg.join("git/credentials")]
    }

    /// A credential helper of this platform that keeps no plain text: the system's keychain, or else memory.
    pub fn safe_credential_helper(&self) -> &'static str {
        match self.world.host.os {
            Os::Windows => "manager",
            Os::MacOs => "osxkeychain",
            _ if self.has_credential_helper("libsecret") => "libsecret",
            _ => "cache --timeout=28800",
        }
    }

    /// The mode of a file that others than its owner may use.
    pub fn mode_open_to_others(&self, path: &Path) -> Option<String> {
        let stat = self.world.files.stat(path).ok()?;
        (!cfg!(windows) && stat.mode & 0o077 != 0).then(|| format!("{:04o}", stat.mode & 0o7777))
    }

    /// Whether a word is a program: by path or on PATH, or one of the shell's own.
    fn runs(&self, word: &str) -> bool {
        const BUILTIN: [&str; 8] = ["f", "echo", "printf", "test", "cat", "exec", "true", "git"];
        match word.starts_with(['/', '~']) {
            true => self.world.files.is_program(&self.git_path(word)),
            false => BUILTIN.contains(&word) || self.world.which(word).is_some(),
        }
    }

    /// Where git keeps its own programs.
    fn git_exec_path(&self) -> Option<PathBuf> {
        let git = self.git().ok()?;
        let ran = self
            .world
            .exec
            .run(&quiet(self.world, &git.program, self.budget(ASK)).args(["--exec-path"]))
            .ok()?;
        let dir = ran.out().trim().to_owned();
        (!dir.is_empty()).then(|| PathBuf::from(dir))
    }

    /// Whether something here is fetched from its origin: `direct` first in GOPROXY, or private modules.
    pub fn needs_git(&self) -> bool {
        self.go_env()
            .is_ok_and(|env| !env.value("GOPRIVATE").is_empty() || env.value("GOPROXY").trim() == "direct")
    }
}
