//! Where things are on this machine, by the rules of the programs that own them.

use std::path::{Path, PathBuf};

use super::{Host, Os, Vars};
use crate::model::Msg;
use crate::say;

/// Directories, worked out once from the variables.
#[derive(Clone, Debug)]
pub struct Places {
    root: PathBuf,
    os: Os,
    home: Option<PathBuf>,
    ssh_home: Option<PathBuf>,
    config: Result<PathBuf, Msg>,
    cache: Result<PathBuf, Msg>,
    state: Option<PathBuf>,
}

impl Places {
    pub(super) fn new(vars: &Vars, host: &Host, root: PathBuf) -> Places {
        let home = match host.os {
            Os::Windows => vars.os("USERPROFILE").or(vars.os("HOME")).map(PathBuf::from),
            _ => vars.os("HOME").map(PathBuf::from),
        };
        let ssh_home = host.account.as_ref().map(|a| a.home.clone()).or(home.clone());
        let config = user_config_dir(vars, host.os);
        let cache = user_cache_dir(vars, host.os);
        let state = state_dir(vars, host.os);
        Places { root, os: host.os, home, ssh_home, config, cache, state }
    }

    /// Where `/etc` and friends hang; `/` but in tests.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A system file (`/etc/profile`).
    pub fn system(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// The home of go and git: `$HOME`, on Windows `%USERPROFILE%`.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The home that ssh reads: the passwd entry's, whatever `$HOME` says.
    pub fn ssh_home(&self) -> Option<&Path> {
        self.ssh_home.as_deref()
    }

    /// For tests, which may not touch the passwd entry's home.
    pub fn set_ssh_home(&mut self, home: PathBuf) {
        self.ssh_home = Some(home);
    }

    /// Go's `os.UserConfigDir` (os/file.go), or why there is none.
    pub fn config(&self) -> Result<&Path, &Msg> {
        self.config.as_deref()
    }

    /// Go's `os.UserCacheDir`, or why there is none.
    pub fn cache(&self) -> Result<&Path, &Msg> {
        self.cache.as_deref()
    }

    /// gobs' own state: journal, lock, memo, things moved aside.
    pub fn state(&self) -> Option<&Path> {
        self.state.as_deref()
    }

    pub fn os(&self) -> Os {
        self.os
    }
}

/// `os/file.go:UserConfigDir`: an XDG path must be absolute, and then there is no falling back to HOME.
fn user_config_dir(vars: &Vars, os: Os) -> Result<PathBuf, Msg> {
    match os {
        Os::Windows => vars
            .os("AppData")
            .map(PathBuf::from)
            .or_else(|| directories::BaseDirs::new().map(|dirs| dirs.config_dir().to_path_buf()))
            .ok_or_else(|| say!("%AppData% is not defined", "没有定义 %AppData%")),
        Os::MacOs => vars
            .os("HOME")
            .map(|home| PathBuf::from(home).join("Library/Application Support"))
            .ok_or_else(|| say!("$HOME is not defined", "没有定义 $HOME")),
        Os::Linux | Os::OtherUnix => match vars.os("XDG_CONFIG_HOME").map(PathBuf::from) {
            Some(dir) if dir.is_absolute() => Ok(dir),
            Some(_) => Err(say!("path in $XDG_CONFIG_HOME is relative", "$XDG_CONFIG_HOME 是相对路径")),
            None => vars.os("HOME").map(|home| PathBuf::from(home).join(".config")).ok_or_else(|| {
                say!("neither $XDG_CONFIG_HOME nor $HOME are defined", "$XDG_CONFIG_HOME 和 $HOME 都没有定义")
            }),
        },
    }
}

/// `os/file.go:UserCacheDir`.
fn user_cache_dir(vars: &Vars, os: Os) -> Result<PathBuf, Msg> {
    let home = |below: &str| vars.os("HOME").map(|home| PathBuf::from(home).join(below));
    match os {
        Os::Windows => vars
            .os("LocalAppData")
            .map(PathBuf::from)
            .ok_or_else(|| say!("%LocalAppData% is not defined", "没有定义 %LocalAppData%")),
        Os::MacOs => home("Library/Caches").ok_or_else(|| say!("$HOME is not defined", "没有定义 $HOME")),
        Os::Linux | Os::OtherUnix => match vars.os("XDG_CACHE_HOME").map(PathBuf::from) {
            Some(dir) if dir.is_absolute() => Ok(dir),
            Some(_) => Err(say!("path in $XDG_CACHE_HOME is relative", "$XDG_CACHE_HOME 是相对路径")),
            None => home(".cache").ok_or_else(|| {
                say!("neither $XDG_CACHE_HOME nor $HOME are defined", "$XDG_CACHE_HOME 和 $HOME 都没有定义")
            }),
        },
    }
}

fn state_dir(vars: &Vars, os: Os) -> Option<PathBuf> {
    let base = match os {
        Os::Windows => vars
            .os("LocalAppData")
            .map(PathBuf::from)
            .or_else(|| directories::BaseDirs::new().map(|dirs| dirs.data_local_dir().to_path_buf())),
        Os::MacOs => vars.os("HOME").map(|home| PathBuf::from(home).join("Library/Application Support")),
        Os::Linux | Os::OtherUnix => vars
            .os("XDG_STATE_HOME")
            .map(PathBuf::from)
            .filter(|dir| dir.is_absolute())
            .or_else(|| vars.os("HOME").map(|home| PathBuf::from(home).join(".local/state"))),
    };
    base.map(|dir| dir.join("gobs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(os: Os, vars: &[(&str, &str)]) -> Result<String, String> {
        let vars = vars.iter().copied().collect();
        user_config_dir(&vars, os).map(|p| p.display().to_string()).map_err(Msg::into_en)
    }

    #[test]
    fn config_dir_by_os() {
        assert_eq!(config(Os::Linux, &[("HOME", "/h")]).unwrap(), "/h/.config");
        assert_eq!(config(Os::Linux, &[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]).unwrap(), "/x");
        assert_eq!(
            config(Os::Linux, &[("HOME", "/h"), ("XDG_CONFIG_HOME", "x")]).unwrap_err(),
            "path in $XDG_CONFIG_HOME is relative"
        );
        assert_eq!(
            config(Os::MacOs, &[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]).unwrap(),
            "/h/Library/Application Support"
        );
        assert_eq!(config(Os::Linux, &[]).unwrap_err(), "neither $XDG_CONFIG_HOME nor $HOME are defined");
    }
}
