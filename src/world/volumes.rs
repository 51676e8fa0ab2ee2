//! File systems: what is left on them, and of what kind they are. Tests tell them.

use std::path::{Path, PathBuf};

/// A mounted file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Bytes that an ordinary user may still write, and all there are.
    pub free: u64,
    pub size: u64,
    /// Files that may still be made; `None` where the file system does not count them.
    pub inodes: Option<u64>,
    pub read_only: bool,
    /// Programs on it are not started.
    pub no_exec: bool,
    /// `nfs`, `9p` …: named only where files lie elsewhere than on a disk of this machine.
    pub remote: Option<&'static str>,
}

/// Where volumes are looked up.
#[derive(Clone, Debug)]
pub enum Volumes {
    Real,
    /// The longest of these prefixes decides.
    Told(Vec<(PathBuf, Volume)>),
}

impl Volumes {
    /// The volume that holds `path`, which must exist. `None` where nobody can tell.
    pub fn of(&self, path: &Path) -> Option<Volume> {
        match self {
            Volumes::Real => real(path),
            Volumes::Told(told) => {
                let holding = told.iter().filter(|(prefix, _)| path.starts_with(prefix));
                holding
                    .max_by_key(|(prefix, _)| prefix.components().count())
                    .map(|(_, volume)| volume.clone())
            }
        }
    }
}

#[cfg(unix)]
fn real(path: &Path) -> Option<Volume> {
    use rustix::fs::StatVfsMountFlags;
    let stat = rustix::fs::statvfs(path).ok()?;
    Some(Volume {
        free: stat.f_bavail.saturating_mul(stat.f_frsize),
        size: stat.f_blocks.saturating_mul(stat.f_frsize),
        inodes: (stat.f_files > 0).then_some(stat.f_favail),
        read_only: stat.f_flag.contains(StatVfsMountFlags::RDONLY),
        no_exec: stat.f_flag.contains(StatVfsMountFlags::NOEXEC),
        remote: remote(path),
    })
}

#[cfg(not(unix))]
fn real(_path: &Path) -> Option<Volume> {
    None
}

/// By the magic number of the file system (linux/magic.h, fs/smb/client/cifsfs.c).
#[cfg(target_os = "linux")]
fn remote(path: &Path) -> Option<&'static str> {
    let magic = rustix::fs::statfs(path).ok()?.f_type;
    match u32::try_from(i128::from(magic) & 0xffff_ffff).ok()? {
        0x6969 => Some("nfs"),
        0x0102_1997 => Some("9p"),
        0xff53_4d42 => Some("cifs"),
        0xfe53_4d42 => Some("smb2"),
        0x0000_517b => Some("smb"),
        0x5346_414f => Some("afs"),
        0x00c3_6400 => Some("ceph"),
        0x0bd0_0bd0 => Some("lustre"),
        _ => None,
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn remote(_path: &Path) -> Option<&'static str> {
    None
}
