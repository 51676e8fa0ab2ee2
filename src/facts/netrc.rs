//! The netrc file, as go finds and reads it (`cmd/go/internal/auth/netrc.go`).

use std::path::PathBuf;

use super::Facts;
use crate::model::{Known, Source, Unknown};
use crate::say;
use crate::text::netrc::Netrc;
use crate::world::{Os, ReadError, World};

/// The file that go reads, be it absent.
#[derive(Clone, Debug)]
pub struct NetrcFile {
    pub path: PathBuf,
    /// `NETRC`, where that names it.
    pub named: bool,
    pub read: Result<Netrc, ReadError>,
}

impl Facts<'_> {
    /// The file go looks at; its passwords are remembered as secrets.
    pub fn netrc(&self) -> Known<&NetrcFile> {
        self.netrc.get(|| {
            look(self.world).ok_or_else(|| {
                Unknown::new(say!("there is no home to look for netrc in", "没有设置 HOME，无从查找 netrc"))
            })
        })
    }

    /// Whether go reads netrc at all: GOAUTH names it (or says nothing).
    pub fn goauth_reads_netrc(&self) -> bool {
        use crate::text::goauth::{Method, methods};
        let value = self.go_env().map(|env| env.value("GOAUTH")).unwrap_or_default();
        value.is_empty() || methods(&value).is_ok_and(|methods| methods.contains(&Method::Netrc))
    }
}

/// `netrcPath`: `NETRC`, else the home's `.netrc`; on Windows `_netrc`, and since 1.24 `.netrc` where that is absent.
fn path(world: &World) -> Option<(PathBuf, bool)> {
    if let Some(path) = world.vars.os("NETRC") {
        return Some((world.cwd.join(path), true));
    }
    let home = world.places.home()?;
    let legacy = home.join("_netrc");
    let windows = world.host.os == Os::Windows && world.files.exists(&legacy);
    Some((if windows { legacy } else { home.join(".netrc") }, false))
}

pub(super) fn look(world: &World) -> Option<NetrcFile> {
    let (path, named) = path(world)?;
    let read = world.files.text(&path).map(|text| Netrc::parse(&text));
    for entry in read.iter().flat_map(|netrc| &netrc.entries) {
        world.secrets.learn(entry.password.reveal());
    }
    Some(NetrcFile { path, named, read })
}

impl NetrcFile {
    /// A line of it.
    pub fn at(&self, line: u32) -> Source {
        Source::File(self.path.clone(), Some(line))
    }
}
