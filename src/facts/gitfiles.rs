//! The configuration files that git reads, by reading them: with what they include, and under which conditions.

use std::path::{Path, PathBuf};

use super::Facts;
use crate::model::{Known, Msg, Source};
use crate::text::gitcfg::GitConfig;
use crate::text::gitcfg::insteadof::Rules;
use crate::text::sshcfg::pattern;
use crate::world::{FileKind, Os, ReadError, World};

/// `config.c:MAX_INCLUDE_DEPTH`.
const DEEPEST: usize = 10;
const MOST: usize = 256;

/// Every file, in git's order, each once.
#[derive(Clone, Debug, Default)]
pub struct GitFiles {
    pub files: Vec<GitFile>,
    /// Includes of files that are not there; git passes over them silently.
    pub missing: Vec<GitInclude>,
    /// An include that comes round to itself.
    pub circle: Option<GitInclude>,
    /// The files whose includes are being followed.
    open: Vec<PathBuf>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct GitFile {
    pub path: PathBuf,
    pub read: Result<GitConfig, Unread>,
    /// The include that leads to it under a condition.
    pub condition: Option<GitInclude>,
    /// Of the repository at hand, which go's own fetches do not see.
    pub local: bool,
}

/// Why git cannot use a file, with the line it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub line: Option<u32>,
    pub why: Msg,
    /// A pipe or a device: git waits for it.
    pub hangs: bool,
}

/// An `include.path` or `includeIf.<condition>.path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitInclude {
    pub at: Source,
    pub written: String,
    /// `gitdir:~/work/`
    pub condition: Option<String>,
    /// The directory of the file it is written in.
    pub dir: PathBuf,
}

impl Facts<'_> {
    /// The files that git reads here.
    pub fn git_files(&self) -> GitFiles {
        let world = self.world;
        let mut files = GitFiles::default();
        let system = match world.vars.os("GIT_CONFIG_SYSTEM") {
            Some(file) => Some(world.cwd.join(file)),
            None if world.vars.get("GIT_CONFIG_NOSYSTEM").is_some_and(truthy) => None,
            None => Some(world.places.system("/etc/gitconfig")),
        };
        let global = match world.vars.os("GIT_CONFIG_GLOBAL") {
            Some(file) => vec![world.cwd.join(file)],
            None => {
                let xdg = world.vars.os("XDG_CONFIG_HOME").map(PathBuf::from);
                let xdg = xdg.or_else(|| world.places.home().map(|home| home.join(".config")));
                let own = world.places.home().map(|home| home.join(".gitconfig"));
                xdg.map(|dir| dir.join("git/config")).into_iter().chain(own).collect()
            }
        };
        for path in system.into_iter().chain(global) {
            read(world, &mut files, path, None, false, 0);
        }
        if let Some(path) = repository(world) {
            read(world, &mut files, path, None, true, 0);
        }
        files
    }

    /// git's insteadOf rules here: read where its files leave no doubt, else asked for.
    pub fn git_rules(&self) -> Known<&Rules> {
        match self.plain_git_rules() {
            Some(rules) => Ok(rules),
            None => self.git_rules.get(|| self.git_view().map(super::git::GitView::rules)),
        }
    }

    /// The rules of git's files, where nothing has a say that only git knows: conditions, includes, a repository around, a
    /// system file at another place (a git of another prefix), variables.
    pub fn plain_git_rules(&self) -> Option<&Rules> {
        self.plain_git_rules.get(|| Ok(self.read_plain_rules())).ok()?.as_ref()
    }

    fn read_plain_rules(&self) -> Option<Rules> {
        let world = self.world;
        let usual = ["/usr/bin/git", "/bin/git"].map(|git| world.places.system(git));
        let program = world.which("git").filter(|git| usual.contains(git));
        let home = world.vars.os("HOME").map(Path::new);
        let around = |name: &str| world.cwd.ancestors().any(|dir| world.files.exists(&dir.join(name)));
        let steered = world.vars.iter().any(|(name, _)| {
            name.to_str().is_some_and(|name| name.starts_with("GIT_CONFIG") || name.starts_with("GIT_DIR"))
        });
        if program.is_none() || world.host.os != Os::Linux || home != world.places.home() || steered {
            return None;
        }
        // A bare repository is one by these two.
        if around(".git") || (around("HEAD") && around("objects")) {
            return None;
        }
        let files = self.git_files().files;
        let mut entries = Vec::new();
        for file in &files {
            let at = |line| Source::File(file.path.clone(), Some(line));
            entries.extend(file.read.as_ref().ok()?.entries().map(|entry| (entry, at(entry.line))));
        }
        let leads_on = entries.iter().any(|(entry, _)| entry.section.starts_with("include"));
        (!leads_on).then(|| Rules::fetch(entries))
    }

    /// Whether a condition holds in go's own clones, below `GOMODCACHE/cache/vcs`; `None` where that is not known.
    pub fn holds_for_go(&self, include: &GitInclude) -> Option<bool> {
        let condition = include.condition.as_deref()?;
        let (pattern, fold) = match condition.split_once(':')? {
            ("gitdir", pattern) => (pattern, false),
            ("gitdir/i", pattern) => (pattern, true),
            // go's clones have no branch.
            ("onbranch", _) => return Some(false),
            _ => return None,
        };
        let cache = self.go_env().map(|env| env.value("GOMODCACHE")).unwrap_or_default();
        if cache.is_empty() {
            return None;
        }
        let clone = Path::new(&cache).join("cache/vcs/0").display().to_string();
        let home = self.world.places.home().map(|home| home.display().to_string());
        let mut pattern = match (pattern.strip_prefix("~/"), pattern.strip_prefix("./")) {
            (Some(rest), _) => format!("{}/{rest}", home?),
            (_, Some(rest)) => format!("{}/{rest}", include.dir.display()),
            _ if pattern.starts_with('/') => pattern.to_owned(),
            _ => format!("*/{pattern}"),
        };
        if pattern.ends_with('/') {
            pattern.push('*');
        }
        let pattern = pattern.replace("**", "*");
        Some(match fold {
            true => pattern::matches(&clone.to_lowercase(), &pattern.to_lowercase()),
            false => pattern::matches(&clone, &pattern),
        })
    }
}

fn truthy(value: &str) -> bool {
    !["0", "false", "no", "off", ""].iter().any(|no| value.eq_ignore_ascii_case(no))
}

/// `.git/config` of the repository around the current directory.
fn repository(world: &World) -> Option<PathBuf> {
    let git = world.cwd.ancestors().map(|dir| dir.join(".git")).find(|git| world.files.exists(git))?;
    world.files.is_dir(&git).then(|| git.join("config"))
}

fn read(
    world: &World,
    files: &mut GitFiles,
    path: PathBuf,
    by: Option<&GitInclude>,
    local: bool,
    depth: usize,
) {
    if files.files.iter().any(|file| file.path == path) || files.files.len() >= MOST {
        // It has been read, or is being read right now: then this include comes round to it.
        if by.is_some() && files.open.contains(&path) {
            files.circle = files.circle.take().or(by.cloned());
        }
        return;
    }
    let parsed = match world.files.read(&path) {
        Err(ReadError::Absent) => {
            files.missing.extend(by.cloned());
            return;
        }
        Err(err) => {
            let hangs = err == ReadError::NotAFile(FileKind::Other);
            // git reads /dev/null as an empty file.
            if hangs && path.starts_with("/dev/null") {
                return;
            }
            Err(Unread { line: None, why: err.msg(), hangs })
        }
        Ok(bytes) => GitConfig::parse(&bytes).map_err(|bad| Unread {
            line: Some(bad.line),
            why: bad.why,
            hangs: false,
        }),
    };
    let dir = path.parent().unwrap_or(Path::new("/")).to_path_buf();
    let includes: Vec<GitInclude> = parsed.as_ref().map_or(Vec::new(), |config| {
        let includes =
            config.entries().filter(|entry| entry.name == "path" && entry.section.starts_with("include"));
        let include = |entry: crate::text::gitcfg::Entry<'_>| {
            let conditional = entry.section == "includeif";
            (conditional || entry.subsection.is_none()).then_some(())?;
            Some(GitInclude {
                at: Source::File(path.clone(), Some(entry.line)),
                written: entry.value?.to_owned(),
                condition: entry.subsection.filter(|_| conditional).map(str::to_owned),
                dir: dir.clone(),
            })
        };
        includes.filter_map(include).collect()
    });
    let condition = by.filter(|by| by.condition.is_some()).cloned();
    files.files.push(GitFile { path: path.clone(), read: parsed, condition: condition.clone(), local });
    files.open.push(path.clone());
    for include in includes {
        let Some(target) = target(world, &include) else { continue };
        let by = GitInclude {
            condition: include.condition.clone().or(condition.as_ref().and_then(|c| c.condition.clone())),
            ..include
        };
        if depth >= DEEPEST {
            files.circle.get_or_insert(by);
            continue;
        }
        read(world, files, target, Some(&by), local, depth + 1);
    }
    files.open.pop();
}

/// `config.c:handle_path_include`: `~/` is the home, other relative paths begin at the file itself.
fn target(world: &World, include: &GitInclude) -> Option<PathBuf> {
    match include.written.strip_prefix("~/") {
        Some(rest) => Some(world.places.home()?.join(rest)),
        None if include.written.starts_with(['~', '%']) => None,
        None => Some(include.dir.join(&include.written)),
    }
}
