//! Go's four layers, resolved natively (`cfg/cfg.go:Getenv`): process, env file, `GOROOT/go.env`, default.

use std::path::{Path, PathBuf};

use super::GoInstall;
use crate::model::{Msg, Source};
use crate::text::goenv;
use crate::world::{ReadError, Vars, World};

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    Default,
    GorootFile,
    UserFile,
    Process,
}

/// A value in force, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    pub value: String,
    pub layer: Layer,
    /// `None` for a default.
    pub from: Option<Source>,
}

/// The user's env file, as go finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvFile {
    /// `GOENV=off`.
    Off,
    /// No directory to look in; go then reads nothing, silently.
    Nowhere(Msg),
    /// Absent, unreadable and a directory are all the same to go: as if empty.
    At { path: PathBuf, bytes: Result<Vec<u8>, ReadError> },
}

/// Every layer of Go's settings.
#[derive(Clone, Debug)]
pub struct GoEnv {
    pub file: EnvFile,
    /// `GOROOT/go.env` of the go that runs; empty before Go 1.21 and where there is no go.
    goroot_file: Option<(PathBuf, Vec<u8>)>,
    vars: Vars,
    home: Option<PathBuf>,
    goroot: Option<PathBuf>,
    /// Go 1.21 and later: an empty value in a file shadows what is below it.
    empty_counts: bool,
}

impl GoEnv {
    pub(super) fn look(world: &World, go: Option<&GoInstall>) -> GoEnv {
        let file = match world.vars.os("GOENV") {
            Some(off) if off == "off" => EnvFile::Off,
            Some(path) => at(world, world.cwd.join(path)),
            None => match world.places.config() {
                Ok(dir) => at(world, dir.join("go").join("env")),
                Err(why) => EnvFile::Nowhere(why.clone()),
            },
        };
        let goroot_file = go.map(|go| go.goroot.join("go.env"));
        let goroot_file =
            goroot_file.and_then(|path| world.files.read(&path).ok().map(|bytes| (path, bytes)));
        let old = go.is_some_and(|go| before_1_21(&go.version));
        GoEnv {
            file,
            goroot_file,
            vars: world.vars.clone(),
            home: world.places.home().map(Path::to_path_buf),
            goroot: go.map(|go| go.goroot.clone()),
            empty_counts: !old,
        }
    }

    /// The value go would use, and where it stands.
    pub fn get(&self, name: &str) -> Effective {
        self.layers(name).into_iter().next().unwrap_or_else(|| Effective {
            value: self.default(name),
            layer: Layer::Default,
            from: None,
        })
    }

    /// The value alone.
    pub fn value(&self, name: &str) -> String {
        self.get(name).value
    }

    /// Every layer that sets the variable, the winning one first; defaults are not listed.
    pub fn layers(&self, name: &str) -> Vec<Effective> {
        let mut layers = Vec::new();
        if let Some(value) = self.vars.get(name) {
            let from = Some(Source::Env(name.to_owned()));
            layers.push(Effective { value: value.to_owned(), layer: Layer::Process, from });
        }
        // Others than go's own are never taken from a file (`net/http`, `x509`, `godebug` ask the process).
        if matches!(name, "GOENV" | "GODEBUG") || !(name.starts_with("GO") || goenv::is_known(name)) {
            return layers;
        }
        if let EnvFile::At { path, bytes: Ok(bytes) } = &self.file {
            layers.extend(self.in_file(name, path, bytes, Layer::UserFile));
        }
        if let Some((path, bytes)) = &self.goroot_file {
            layers.extend(self.in_file(name, path, bytes, Layer::GorootFile));
        }
        layers
    }

    fn in_file(&self, name: &str, path: &Path, bytes: &[u8], layer: Layer) -> Option<Effective> {
        let line = goenv::lookup(bytes, name)?;
        let counts = self.empty_counts || !line.value.is_empty();
        counts.then(|| Effective {
            value: line.value.to_owned(),
            layer,
            from: Some(Source::File(path.to_path_buf(), Some(line.number))),
        })
    }

    /// What is compiled in (`cfg.go`). From Go 1.21 GOPROXY, GOSUMDB and GOTOOLCHAIN have no default but go.env's.
    fn default(&self, name: &str) -> String {
        let bare_goroot = self.goroot.is_some() && self.goroot_file.is_none() && self.empty_counts;
        match name {
            "GOPROXY" | "GOSUMDB" | "GOTOOLCHAIN" if bare_goroot => String::new(),
            "GOPROXY" => "https://proxy.golang.org,direct".into(),
            "GOSUMDB" => "sum.golang.org".into(),
            "GOTOOLCHAIN" => "auto".into(),
            "GOAUTH" => "netrc".into(),
            "GONOPROXY" | "GONOSUMDB" => self.value("GOPRIVATE"),
            "GOPATH" => self.home.as_ref().map_or(String::new(), |home| join(home, "go")),
            "GOMODCACHE" => {
                let gopath = self.value("GOPATH");
                let first = gopath.split(if cfg!(windows) { ';' } else { ':' }).next().unwrap_or("");
                if first.is_empty() { String::new() } else { join(Path::new(first), "pkg/mod") }
            }
            "GOROOT" => self.goroot.as_ref().map_or(String::new(), |dir| dir.display().to_string()),
            _ => String::new(),
        }
    }
}

fn at(world: &World, path: PathBuf) -> EnvFile {
    let bytes = world.files.read(&path);
    EnvFile::At { path, bytes }
}

fn join(dir: &Path, below: &str) -> String {
    below.split('/').fold(dir.to_path_buf(), |dir, part| dir.join(part)).display().to_string()
}

/// `go1.20.14` and older, also Debian's `go1.19.8`.
fn before_1_21(version: &str) -> bool {
    let minor = version.strip_prefix("go1.").and_then(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().ok()
    });
    minor.is_some_and(|minor| minor < 21)
}
