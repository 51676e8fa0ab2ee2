//! ssh's configuration with all it includes, key files, known hosts; and what ssh itself says, asked in bounds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Facts;
use crate::model::{Known, Source, Unknown};
use crate::say;
use crate::text::knownhosts::KnownHosts;
use crate::text::sshcfg::{Hit, Reading, Scope, SshConfig, pattern};
use crate::text::sshkey;
use crate::world::{Cmd, FileKind, ReadError, Stat, World};

/// How long ssh is waited for; it reads a few files.
const ASK: Duration = Duration::from_secs(2);
/// Files that include each other; ssh itself gives up at 16 levels.
const MOST: usize = 256;
/// No private key is larger.
const KEY_CAP: u64 = 64 << 10;

/// Every file that ssh would read here.
#[derive(Clone, Debug, Default)]
pub struct SshFiles {
    /// `~/.ssh` of the home that ssh reads.
    pub dir: PathBuf,
    pub dir_stat: Option<Stat>,
    pub files: Vec<SshFile>,
    /// What an `Include` names, by its argument, for the user's files and for the system's.
    includes: BTreeMap<(bool, String), Vec<usize>>,
    /// `Include` of a plain path where nothing is.
    pub missing: Vec<MissingInclude>,
    user: Option<usize>,
    system: Option<usize>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct SshFile {
    pub path: PathBuf,
    pub stat: Option<Stat>,
    pub read: Result<SshConfig, ReadError>,
    /// Below `/etc`: not the user's.
    pub system: bool,
}

/// An `Include` that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingInclude {
    pub at: Source,
    pub written: String,
    pub path: PathBuf,
    pub system: bool,
}

/// A private key file as it lies there.
#[derive(Clone, Debug)]
pub struct KeySeen {
    pub stat: Stat,
    /// A private key, be it damaged.
    pub private: bool,
    pub fault: Option<sshkey::Fault>,
}

impl SshFiles {
    /// What the configuration says to a host: the user's file, then the system's.
    pub fn readings(&self, host: &str) -> Vec<Reading<'_>> {
        let start = [(self.user, false), (self.system, true)];
        start
            .into_iter()
            .filter_map(|(start, system)| {
                let config = self.files[start?].read.as_ref().ok()?;
                let mut include = |written: &str| {
                    let at = self.includes.get(&(system, written.to_owned()));
                    at.into_iter().flatten().filter_map(|at| self.files[*at].read.as_ref().ok()).collect()
                };
                Reading::of(host, config, &mut include).ok()
            })
            .collect()
    }

    /// Whether files include each other deeper than ssh goes.
    pub fn too_deep(&self) -> Option<&SshFile> {
        let file = &self.files[self.user?];
        let mut include = |written: &str| {
            let at = self.includes.get(&(false, written.to_owned()));
            at.into_iter().flatten().filter_map(|at| self.files[*at].read.as_ref().ok()).collect()
        };
        Reading::of("", file.read.as_ref().ok()?, &mut include).is_err().then_some(file)
    }

    /// The files that parse, with the configuration in each.
    pub fn configs(&self) -> impl Iterator<Item = (&SshFile, &SshConfig)> {
        self.files.iter().filter_map(|file| Some((file, file.read.as_ref().ok()?)))
    }

    /// Whether a `Match exec` would run a program when ssh is asked.
    fn runs_programs(&self) -> bool {
        let scopes = self.configs().flat_map(|(_, config)| &config.blocks).map(|block| &block.scope);
        scopes
            .into_iter()
            .any(|scope| matches!(scope, Scope::Match(criteria) if criteria.iter().any(|c| c.name == "exec")))
    }
}

/// The first value that holds for a host, over the user's and the system's files.
pub fn first<'r, 'c>(readings: &'r [Reading<'c>], keyword: &str) -> Option<&'r Hit<'c>> {
    readings.iter().find_map(|reading| reading.first(keyword))
}

impl Facts<'_> {
    /// ssh's configuration files.
    pub fn ssh_files(&self) -> Known<&SshFiles> {
        self.ssh.get(|| {
            let home = self.world.places.ssh_home().ok_or_else(|| {
                Unknown::new(say!("there is no home to look for ~/.ssh in", "找不到主目录，无从查看 ~/.ssh"))
            })?;
            Ok(look(self.world, &home.join(".ssh")))
        })
    }

    /// The version that `ssh -V` prints: `OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL …`.
    pub fn ssh_version(&self) -> Known<&String> {
        self.ssh_version.get(|| {
            let cmd = self.ssh_command(["-V"])?;
            let ran = self.world.exec.run(&cmd).map_err(|err| {
                let why = err.msg();
                Unknown::new(say!("`ssh -V` failed: {why}", "`ssh -V` 失败：{why}", why))
            })?;
            Ok(ran.err().lines().next().unwrap_or("").to_owned())
        })
    }

    /// What `ssh -G` says where it refuses the configuration for a host; `None` where it takes it. It connects nowhere.
    pub fn ssh_refuses(&self, host: &str) -> Known<Option<String>> {
        let files = self.ssh_files()?;
        if files.runs_programs() {
            return Err(Unknown::new(say!(
                "`ssh -G` would run the program of a Match exec",
                "`ssh -G` 会执行 Match exec 里的程序"
            )));
        }
        let mut args: Vec<std::ffi::OsString> = vec!["-G".into()];
        if let Some(home) = self.world.places.ssh_home().filter(|home| !self.is_passwd_home(home)) {
            args.extend(["-F".into(), home.join(".ssh").join("config").into_os_string()]);
        }
        args.extend(["--".into(), host.into()]);
        let ran = self.world.exec.run(&self.ssh_command(args)?).map_err(|err| {
            let why = err.msg();
            Unknown::new(say!("`ssh -G` failed: {why}", "`ssh -G` 失败：{why}", why))
        })?;
        Ok((!ran.ok()).then(|| ran.err()))
    }

    fn is_passwd_home(&self, home: &Path) -> bool {
        self.world.host.account.as_ref().is_some_and(|account| account.home == home)
    }

    fn ssh_command<S: Into<std::ffi::OsString>>(&self, args: impl IntoIterator<Item = S>) -> Known<Cmd> {
        let ssh = self
            .world
            .which("ssh")
            .ok_or_else(|| Unknown::new(say!("ssh is not on PATH", "PATH 中没有 ssh")))?;
        let cmd = Cmd::new(ssh, self.budget(ASK)).cwd(self.world.places.root()).args(args);
        Ok(cmd.env("LC_ALL", "C").env("SSH_ASKPASS_REQUIRE", "never").without("SSH_ASKPASS"))
    }

    /// Whether ssh is installed.
    pub fn has_ssh(&self) -> bool {
        self.world.which("ssh").is_some()
    }

    /// A path as ssh expands it for a host; `None` where that depends on more than is known.
    pub fn ssh_path(&self, written: &str, host: &str, user: &str) -> Option<PathBuf> {
        let home = self.world.places.ssh_home()?;
        let text = match written.strip_prefix("~/") {
            Some(rest) => format!("{}/{rest}", home.display()),
            None if written.starts_with('~') => return None,
            None => written.to_owned(),
        };
        let own = self.world.host.account.as_ref().map_or("", |account| account.name.as_str());
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['%', '$']) {
            out.push_str(&rest[..at]);
            let tail = &rest[at..];
            if let Some(name) = tail.strip_prefix("${").and_then(|tail| tail.split_once('}')) {
                out.push_str(self.world.vars.get(name.0)?);
                rest = name.1;
                continue;
            }
            if let Some(after) = tail.strip_prefix('$') {
                out.push('$');
                rest = after;
                continue;
            }
            match tail[1..].chars().next()? {
                '%' => out.push('%'),
                'd' => out.push_str(&home.display().to_string()),
                'h' | 'n' | 'k' if !host.is_empty() => out.push_str(host),
                'r' if !user.is_empty() => out.push_str(user),
                'u' if !own.is_empty() => out.push_str(own),
                'i' => out.push_str(&self.world.host.uid.to_string()),
                _ => return None,
            }
            rest = &tail[2..];
        }
        out.push_str(rest);
        Some(self.world.cwd.join(out))
    }

    /// A key file, looked at without giving out what is in it. `Err(Absent)` where there is none.
    pub fn ssh_key(&self, path: &Path) -> Result<KeySeen, ReadError> {
        let stat = self.world.files.stat(path)?;
        let bytes = self.world.files.read_capped(path, KEY_CAP)?;
        Ok(KeySeen { stat, private: sshkey::is_private(&bytes), fault: sshkey::fault(&bytes) })
    }

    /// The files directly in `~/.ssh` that may be keys: plain names, in order, a bounded number.
    pub fn ssh_dir_files(&self) -> Vec<PathBuf> {
        const MOST_KEYS: usize = 64;
        let Ok(files) = self.ssh_files() else { return Vec::new() };
        let names = self.world.files.list(&files.dir).unwrap_or_default();
        let other = |name: &str| {
            Path::new(name).extension().is_some_and(|end| end == "pub")
                || name.starts_with("known_hosts")
                || name.starts_with("authorized_keys")
        };
        let names = names.into_iter().filter(|name| !other(name) && name != "config");
        names.map(|name| files.dir.join(name)).filter(|path| self.file_exists(path)).take(MOST_KEYS).collect()
    }

    /// The user's own id: what decides whether ssh looks at a key's mode.
    pub fn uid(&self) -> u32 {
        self.world.host.uid
    }

    /// A file of known hosts; absent counts as empty.
    pub fn known_hosts_file(&self, path: &Path) -> Result<KnownHosts, ReadError> {
        match self.world.files.read(path) {
            Ok(bytes) => Ok(KnownHosts::parse(&bytes)),
            Err(ReadError::Absent) => Ok(KnownHosts::default()),
            Err(err) => Err(err),
        }
    }

    /// A file below `/etc`.
    pub fn system_file(&self, path: &str) -> PathBuf {
        self.world.places.system(path)
    }

    /// The agent's socket: `SSH_AUTH_SOCK`, and whether something of the kind is there.
    pub fn agent_socket(&self) -> Option<(String, bool)> {
        let socket = self.var("SSH_AUTH_SOCK")?;
        let there = self.world.files.stat(Path::new(&socket)).is_ok_and(|stat| stat.kind == FileKind::Other);
        Some((socket, there))
    }

    /// Whether an agent answers at `SSH_AUTH_SOCK` (`ssh-add -l` ends with 2 where none does).
    pub fn agent_answers(&self) -> Known<bool> {
        let program = self
            .world
            .which("ssh-add")
            .ok_or_else(|| Unknown::new(say!("ssh-add is not on PATH", "PATH 中没有 ssh-add")))?;
        let ran = self.world.exec.run(&Cmd::new(program, self.budget(ASK)).args(["-l"]).env("LC_ALL", "C"));
        match ran {
            Ok(ran) => Ok(ran.code != Some(2)),
            Err(crate::world::ExecError::TimedOut(_)) => Ok(false),
            Err(err) => Err(Unknown::new(err.msg())),
        }
    }
}

fn look(world: &World, dir: &Path) -> SshFiles {
    let mut files = SshFiles { dir: dir.to_path_buf(), ..SshFiles::default() };
    files.dir_stat = world.files.stat(dir).ok();
    files.user = add(world, &mut files, dir.join("config"), false);
    files.system = add(world, &mut files, world.places.system("/etc/ssh/ssh_config"), true);
    let mut at = 0;
    while at < files.files.len() && files.files.len() < MOST {
        let file = &files.files[at];
        let system = file.system;
        let named: Vec<(Source, String)> = file.read.as_ref().map_or(Vec::new(), |config| {
            config.includes().map(|(line, path)| (config.at(line), path.to_owned())).collect()
        });
        for (from, written) in named {
            let key = (system, written.clone());
            let known = files.includes.contains_key(&key);
            let Some(pattern) = include_path(world, dir, &written, system) else { continue };
            let found = expand(world, &pattern);
            let wild = written.contains(['*', '?', '[']);
            let there: Vec<PathBuf> = found.into_iter().filter(|path| world.files.exists(path)).collect();
            if there.is_empty() && !wild {
                files.missing.push(MissingInclude { at: from, written, path: pattern, system });
                continue;
            }
            if !known {
                let list =
                    there.into_iter().filter_map(|path| add(world, &mut files, path, system)).collect();
                files.includes.insert(key, list);
            }
        }
        at += 1;
    }
    files
}

/// Reads a file once; `None` where it is absent.
fn add(world: &World, files: &mut SshFiles, path: PathBuf, system: bool) -> Option<usize> {
    if let Some(at) = files.files.iter().position(|file| file.path == path) {
        return Some(at);
    }
    let stat = world.files.stat(&path).ok();
    let read = match world.files.read(&path) {
        Err(ReadError::Absent) => return None,
        read => read.map(|bytes| SshConfig::parse(&path, &bytes)),
    };
    files.files.push(SshFile { path, stat, read, system });
    Some(files.files.len() - 1)
}

/// `readconf.c`: relative to `~/.ssh` or `/etc/ssh`; `~` is glob(3)'s, which follows `$HOME`.
fn include_path(world: &World, dir: &Path, written: &str, system: bool) -> Option<PathBuf> {
    if written.contains(['%', '$']) {
        return None;
    }
    match written.strip_prefix("~/") {
        Some(rest) => Some(world.places.home().or(world.places.ssh_home())?.join(rest)),
        None if written.starts_with('~') => None,
        None if system => Some(world.places.system("/etc/ssh").join(written)),
        None => Some(dir.join(written)),
    }
}

/// glob(3), with `*` and `?`; hidden files need their dot.
fn expand(world: &World, wanted: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in wanted.components() {
        let part = part.as_os_str().to_string_lossy().into_owned();
        if !part.contains(['*', '?']) {
            for path in &mut found {
                path.push(&part);
            }
            continue;
        }
        let mut next = Vec::new();
        for dir in found {
            for name in world.files.list(&dir).unwrap_or_default() {
                let hidden = name.starts_with('.') && !part.starts_with('.');
                if !hidden && pattern::matches(&name, &part) && next.len() < MOST {
                    next.push(dir.join(name));
                }
            }
        }
        found = next;
    }
    found
}
