//! What go keeps of a database: the head it saw last, in GOPATH; lookups and tiles, in the module cache. Only read.

use std::path::PathBuf;

use super::heads::{Head, HeadError};
use super::tlog::Tile;
use crate::model::Msg;
use crate::module::ModVer;
use crate::say;
use crate::text::gosumdb::VerifierKey;
use crate::text::modpath::{escape_path, escape_version};
use crate::world::{Files, ReadError};

/// A lookup or a head larger than this is none.
pub(super) const LARGEST: u64 = 2 << 20;

/// The files that go keeps.
pub struct Kept<'w> {
    pub files: &'w Files,
    /// `GOMODCACHE/cache/download/sumdb/NAME`.
    pub cache: PathBuf,
    /// `GOPATH/pkg/sumdb/NAME/latest`; without GOPATH there is none.
    pub latest: Option<PathBuf>,
}

/// A kept file that cannot be what go put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    pub file: PathBuf,
    pub why: Msg,
    /// A tile or lookup that a fresh one, proven against the head go remembers, shows to be wrong: then it can go.
    pub refuted: bool,
}

impl Kept<'_> {
    /// The head go saw last; `None` where there is none. The error holds go's words.
    pub fn head(&self, key: &VerifierKey) -> Result<Option<Head>, Msg> {
        let Some(path) = &self.latest else { return Ok(None) };
        match self.files.read_capped(path, LARGEST) {
            Ok(bytes) if bytes.is_empty() => Ok(None),
            Ok(bytes) => Head::open(&bytes, key).map(Some).map_err(|words: HeadError| {
                say!(
                    "not a tree head that the key of GOSUMDB signed: {words}",
                    "不是由 GOSUMDB 的密钥签名的树头：{words}",
                    words
                )
            }),
            Err(ReadError::Absent) => Ok(None),
            Err(err) => {
                let why = err.msg();
                Err(say!("go cannot read it: {why}", "go 无法读取：{why}", why))
            }
        }
    }

    /// Where the answer to a lookup is kept.
    pub fn lookup_path(&self, module: &ModVer) -> PathBuf {
        self.cache.join(lookup_name(module).unwrap_or_default())
    }

    /// An empty file is none: go's is, for a moment, while it writes (`ReadCache`).
    pub fn lookup(&self, module: &ModVer) -> Option<Vec<u8>> {
        self.read(self.lookup_path(module))
    }

    pub fn tile_path(&self, tile: Tile) -> PathBuf {
        self.cache.join(tile.path())
    }

    /// A tile, or the beginning of the whole one; with its file. Its length is not looked at.
    pub fn tile(&self, tile: Tile) -> Option<(Tile, Vec<u8>)> {
        let kinds = if tile.is_full() { vec![tile] } else { vec![tile, tile.full()] };
        kinds.into_iter().find_map(|there| Some((there, self.read(self.tile_path(there))?)))
    }

    fn read(&self, path: PathBuf) -> Option<Vec<u8>> {
        self.files.read_capped(&path, LARGEST).ok().filter(|bytes| !bytes.is_empty())
    }
}

/// `lookup/PATH@VERSION`, escaped; the error is go's words.
pub(super) fn lookup_name(module: &ModVer) -> Result<String, String> {
    let path = escape_path(&module.path).map_err(|err| err.to_string())?;
    Ok(format!("lookup/{path}@{}", escape_version(&module.version)?))
}
