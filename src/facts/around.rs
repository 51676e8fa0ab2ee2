//! Small questions about files around a project.

use std::path::{Path, PathBuf};

use super::{Facts, sources};
use crate::model::{Known, Unknown};
use crate::module::ModVer;
use crate::module::cache::{CacheFile, parse_ziphash};
use crate::module::dirhash::hash_go_mod;
use crate::say;
use crate::text::gosum::Part;
use crate::world::ReadError;

impl Facts<'_> {
    /// Nothing of that name is there.
    pub fn is_absent(&self, path: &Path) -> bool {
        self.world.files.stat(path).err() == Some(ReadError::Absent)
    }

    /// The text of a file; absent counts as empty.
    pub fn text_of(&self, path: &Path) -> Known<String> {
        match self.world.files.text(path) {
            Ok(text) => Ok(text),
            Err(ReadError::Absent) => Ok(String::new()),
            Err(err) => {
                let (path, why) = (path.display(), err.msg());
                Err(Unknown::new(say!("cannot read {path}: {why}", "读不了 {path}：{why}", path, why)))
            }
        }
    }

    /// The hash of a module in the cache: what `.ziphash` says, or of the `.mod` file. Nothing large is read.
    pub fn cached_hash(&self, module: &ModVer, part: Part) -> Option<String> {
        let cache = self.module_cache().ok()?;
        let read = |kind| self.world.files.read(&cache.file(module, kind).ok()?).ok();
        match part {
            Part::Zip => parse_ziphash(&read(CacheFile::ZipHash)?).map(str::to_owned),
            Part::GoMod => read(CacheFile::Mod).map(|bytes| hash_go_mod(&bytes)),
        }
    }

    /// The root of a project without go.mod: the nearest directory that holds one of these files or `.git`.
    pub fn outside_modules(&self, marks: &[&str]) -> PathBuf {
        let cwd = &self.world.cwd;
        let home = self.world.places.home();
        let up = cwd.ancestors().take_while(|dir| Some(*dir) != home);
        let marked =
            |dir: &&Path| marks.iter().chain(&[".git"]).any(|mark| self.world.files.exists(&dir.join(mark)));
        up.into_iter().find(marked).unwrap_or(cwd).to_path_buf()
    }

    /// The import path of a directory below `GOPATH/src`.
    pub fn below_gopath(&self, dir: &Path) -> Option<String> {
        let gopath = self.go_env().ok()?.value("GOPATH");
        let below = std::env::split_paths(&gopath).find_map(|entry| {
            dir.strip_prefix(entry.join("src")).ok().map(|below| below.to_string_lossy().replace('\\', "/"))
        });
        below.filter(|below| !below.is_empty())
    }

    /// Whether a directory itself holds Go files.
    pub fn holds_source(&self, dir: &Path) -> bool {
        self.world.files.list(dir).is_ok_and(|names| names.iter().any(|name| sources::is_source(name)))
    }
}
