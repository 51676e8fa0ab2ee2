//! The machine and the account we run as.

use std::path::{Path, PathBuf};

use super::{Files, Vars};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    Linux,
    MacOs,
    Windows,
    OtherUnix,
}

impl Os {
    pub const fn here() -> Os {
        if cfg!(target_os = "linux") {
            Os::Linux
        } else if cfg!(target_os = "macos") {
            Os::MacOs
        } else if cfg!(windows) {
            Os::Windows
        } else {
            Os::OtherUnix
        }
    }

    /// Go's name for it (`GOOS`).
    pub const fn goos(self) -> &'static str {
        match self {
            Os::Linux => "linux",
            Os::MacOs => "darwin",
            Os::Windows => "windows",
            Os::OtherUnix => "unix",
        }
    }
}

/// A line of the passwd file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub home: PathBuf,
    pub shell: PathBuf,
}

/// What does not change while we run.
#[derive(Clone, Debug)]
pub struct Host {
    pub os: Os,
    /// The CPU we are built for, as Rust names it (`x86_64`, `aarch64`, `loongarch64` …).
    pub arch: &'static str,
    /// The CPU as the kernel names it (`uname -m`); also of a 64-bit kernel below 32-bit programs.
    pub machine: String,
    /// The effective user id; 0 on Windows, where nobody asks.
    pub uid: u32,
    /// Our own entry in the passwd file; absent for directory users (LDAP, sssd) and on Windows.
    pub account: Option<Account>,
    /// What is masked from the modes of new files.
    pub umask: u32,
}

impl Host {
    pub(super) fn look(files: &Files, root: &Path) -> Host {
        let uid = effective_uid();
        let account = match Os::here() {
            Os::Windows => None,
            _ => files
                .text(&root.join("etc/passwd"))
                .ok()
                .and_then(|text| text.lines().filter_map(account).find(|a| a.uid == uid)),
        };
        let arch = std::env::consts::ARCH;
        Host { os: Os::here(), arch, machine: machine(files, root), uid, account, umask: umask(files) }
    }
}

impl Host {
    /// Go's name for the CPU (`GOARCH`); one that Go does not know keeps its own.
    pub fn goarch(&self) -> &str {
        match self.machine.as_str() {
            "x86_64" => "amd64",
            "x86" | "i386" | "i486" | "i586" | "i686" => "386",
            "aarch64" | "aarch64_be" => "arm64",
            "loongarch64" => "loong64",
            "mips64" | "mips64el" if cfg!(target_endian = "little") => "mips64le",
            "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
            "powerpc64" => "ppc64",
            "sw_64" => "sw64",
            arm if arm.starts_with("armv") => "arm",
            other => other,
        }
    }
}

/// Linux 6.1 and later tell it in a file, too.
fn machine(files: &Files, root: &Path) -> String {
    let told = files.text(&root.join("proc/sys/kernel/arch")).unwrap_or_default();
    match told.trim() {
        "" => uname().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        told => told.to_owned(),
    }
}

#[cfg(unix)]
fn uname() -> Option<String> {
    rustix::system::uname().machine().to_str().ok().map(str::to_owned)
}

#[cfg(not(unix))]
fn uname() -> Option<String> {
    None
}

/// Linux tells it; elsewhere the customary 022 stands in, since asking would change it for all threads.
fn umask(files: &Files) -> u32 {
    let status = files.text(Path::new("/proc/self/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    line.and_then(|mask| u32::from_str_radix(mask.trim(), 8).ok()).unwrap_or(0o022)
}

fn account(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let uid = fields.nth(1)?.parse().ok()?;
    let home = PathBuf::from(fields.nth(2)?);
    let shell = PathBuf::from(fields.next().unwrap_or(""));
    Some(Account { name, uid, home, shell })
}

#[cfg(unix)]
fn effective_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn effective_uid() -> u32 {
    0
}

/// What the parent process was started with; what it has set since is not in it.
pub(super) fn parent_environ(files: &Files) -> Option<Vars> {
    let bytes = files.read(Path::new(&format!("/proc/{}/environ", parent_id()?))).ok()?;
    let pairs = bytes.split(|b| *b == 0).filter_map(|pair| {
        let (name, value) = str::from_utf8(pair).ok()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    Some(pairs.collect())
}

#[cfg(unix)]
fn parent_id() -> Option<u32> {
    rustix::process::getppid().and_then(|pid| u32::try_from(pid.as_raw_nonzero().get()).ok())
}

#[cfg(not(unix))]
fn parent_id() -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwd_lines() {
        let li = account("li:x:1000:1000:Li:/home/li:/bin/zsh").unwrap();
        assert_eq!((li.name.as_str(), li.uid), ("li", 1000));
        assert_eq!((li.home.as_path(), li.shell.as_path()), (Path::new("/home/li"), Path::new("/bin/zsh")));
        assert_eq!(account("# comment"), None);
    }
}
