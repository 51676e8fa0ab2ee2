//! Which start files a shell reads, in order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::run::Run;
use crate::text::shellrc::Dialect;
use crate::world::{Os, World};

/// The shells whose files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shell {
    Bash,
    Zsh,
    Fish,
    Sh,
    /// tcsh, nu, PowerShell: their own files are not read.
    Foreign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    Script(Dialect),
    Pam,
    EnvironmentD,
    Universal,
}

/// One file that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    pub path: PathBuf,
    pub grammar: Grammar,
    /// Read again, though a file before it has sourced it.
    pub anew: bool,
}

impl Stage {
    pub(super) fn script(path: PathBuf, dialect: Dialect) -> Stage {
        Stage { path, grammar: Grammar::Script(dialect), anew: false }
    }
}

impl Shell {
    pub(super) const READ: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Sh];

    /// The user's: `$SHELL`, else what the passwd entry says, else the system's usual one.
    pub(super) fn of(world: &World) -> Shell {
        let said = world.vars.os("SHELL").map(PathBuf::from);
        let entry = world.host.account.as_ref().map(|account| account.shell.clone());
        let named = |path: &PathBuf| Some(path.file_name()?.to_string_lossy().into_owned());
        let usual = || if world.host.os == Os::MacOs { Shell::Zsh } else { Shell::Bash };
        match said.or(entry).as_ref().and_then(named).as_deref() {
            Some("bash" | "rbash") => Shell::Bash,
            Some("zsh") => Shell::Zsh,
            Some("fish") => Shell::Fish,
            Some("sh" | "dash" | "ash" | "ksh" | "mksh" | "busybox") => Shell::Sh,
            // Accounts that do not log in are entered with `su -s`, `docker exec` and the like.
            Some("nologin" | "false" | "sync") | None => usual(),
            Some(_) => Shell::Foreign,
        }
    }

    /// The ways to a new shell, each with the files on it: a login, and a terminal of the desktop.
    pub(super) fn ways(self, world: &World) -> Vec<Vec<Stage>> {
        let session = session(world);
        let whole = |own: Vec<Stage>| session.iter().cloned().chain(own).collect::<Vec<_>>();
        self.own_ways(world).into_iter().map(whole).collect()
    }

    /// The same without what every session reads.
    pub(super) fn own_ways(self, world: &World) -> Vec<Vec<Stage>> {
        let Some(home) = world.places.home() else { return vec![Vec::new()] };
        let system = |path: &str| world.places.system(path);
        let posix = |path: PathBuf| Stage::script(path, Dialect::Posix);
        match self {
            Shell::Bash => {
                let login = [".bash_profile", ".bash_login", ".profile"].map(|name| home.join(name));
                let login = login.into_iter().find(|path| world.files.lstat(path).is_ok());
                let login: Vec<Stage> = login.into_iter().map(posix).collect();
                let more = [system("/etc/bash.bashrc"), home.join(".bashrc")];
                let more = more.map(|path| Stage { anew: true, ..posix(path) });
                let terminal = login.iter().cloned().chain(more).collect();
                vec![login, terminal]
            }
            Shell::Zsh => {
                let env = [system("/etc/zshenv"), system("/etc/zsh/zshenv"), home.join(".zshenv")];
                let dir = zdotdir(world, home, &env);
                let mut env: Vec<PathBuf> = env.to_vec();
                // HOME's `.zshenv` is read only where ZDOTDIR was not set before.
                if world.vars.has("ZDOTDIR") {
                    env[2] = dir.join(".zshenv");
                }
                let two =
                    |name: &str| [system(&format!("/etc/z{name}")), system(&format!("/etc/zsh/z{name}"))];
                let of = |name: &str| two(name).into_iter().chain([dir.join(format!(".z{name}"))]);
                let login = env.iter().cloned().chain(of("profile")).chain(of("shrc")).chain(of("login"));
                let terminal = env.iter().cloned().chain(of("shrc"));
                vec![login.map(posix).collect(), terminal.map(posix).collect()]
            }
            Shell::Fish => {
                let dir = config(world, home).join("fish");
                let universal =
                    Stage { path: dir.join("fish_variables"), grammar: Grammar::Universal, anew: false };
                // Of files with one name the user's own hides the others.
                let dirs = [system("/etc/fish/conf.d"), dir.join("conf.d")];
                let snippets = by_name(world, &dirs, ".fish");
                let last = [system("/etc/fish/config.fish"), dir.join("config.fish")];
                let scripts = snippets.into_iter().chain(last).map(|path| Stage::script(path, Dialect::Fish));
                vec![std::iter::once(universal).chain(scripts).collect()]
            }
            Shell::Sh => vec![vec![posix(home.join(".profile"))]],
            Shell::Foreign => vec![Vec::new()],
        }
    }
}

/// What is read for every session, whatever the shell.
fn session(world: &World) -> Vec<Stage> {
    let system = |path: &str| world.places.system(path);
    let mut stages = vec![Stage { path: system("/etc/environment"), grammar: Grammar::Pam, anew: false }];
    let mut dirs = vec![system("/usr/lib/environment.d"), system("/etc/environment.d")];
    dirs.extend(world.places.home().map(|home| config(world, home).join("environment.d")));
    let files = by_name(world, &dirs, ".conf");
    stages.extend(files.into_iter().map(|path| Stage { path, grammar: Grammar::EnvironmentD, anew: false }));
    stages.push(Stage::script(system("/etc/profile"), Dialect::Posix));
    let more = by_name(world, &[system("/etc/profile.d")], ".sh");
    stages.extend(more.into_iter().map(|path| Stage::script(path, Dialect::Posix)));
    stages
}

/// The files of several directories in the order of their names; of one name the last directory's.
fn by_name(world: &World, dirs: &[PathBuf], ending: &str) -> Vec<PathBuf> {
    let mut files = BTreeMap::new();
    for dir in dirs {
        for name in world.files.list(dir).unwrap_or_default() {
            if name.ends_with(ending) && !name.starts_with('.') {
                files.insert(name.clone(), dir.join(name));
            }
        }
    }
    files.into_values().collect()
}

/// XDG's rule, as shells and systemd follow it, also where Go has another one.
fn config(world: &World, home: &Path) -> PathBuf {
    let said = world.vars.os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|dir| dir.is_absolute());
    said.unwrap_or_else(|| home.join(".config"))
}

/// Where zsh looks for the user's files: as this process has it, else as the first files say.
fn zdotdir(world: &World, home: &Path, first: &[PathBuf]) -> PathBuf {
    if let Some(dir) = world.vars.os("ZDOTDIR") {
        return PathBuf::from(dir);
    }
    let mut scripts = super::run::Scripts::default();
    let mut run = Run::new(world, &mut scripts, Shell::Zsh);
    for path in first {
        run.stage(&Stage::script(path.clone(), Dialect::Posix));
    }
    run.value("ZDOTDIR").filter(|dir| !dir.is_empty()).map_or_else(|| home.to_path_buf(), PathBuf::from)
}
