//! Looking at one cached module version: every hash of it that this machine holds.

use std::io;
use std::path::{Path, PathBuf};

use super::recorded::Line;
use super::tree::Extracted;
use crate::model::SafeUrl;
use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile, parse_ziphash};
use crate::module::dirhash::{Both, hash_both, hash_dir, hash_go_mod, hash_zip};
use crate::module::info::{self, InfoError};
use crate::module::truth::{Part, Said, Sighting, Witness};
use crate::module::zip::{Archive, Inflater, MAX_GO_MOD, ZipError, check_zip};
use crate::world::{FileKind, Files, ReadError};

/// Where the directory differs from the zip, by file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differing {
    pub changed: Vec<String>,
    pub added: Vec<String>,
    pub missing: Vec<String>,
}

impl Differing {
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.added.is_empty() && self.missing.is_empty()
    }
}

/// A module version as it lies in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    pub module: ModVer,
    /// Go.sum's lines first, then what the cache holds.
    pub sightings: Vec<Sighting>,
    pub differing: Differing,
    /// A proxy whose zip is not the cached one, and where it differs from it.
    pub mirror: Option<(String, Differing)>,
    /// Go's words where it refuses the zip's content, whatever its hash.
    pub illegal: Option<String>,
    /// What is wrong with the `.info` file.
    pub bad_info: Option<InfoError>,
    /// What may not be read, so that nothing is known of it.
    pub unread: Option<PathBuf>,
    /// Whether there is anything of it in the cache.
    pub cached: bool,
    /// Bytes that were hashed.
    pub bytes: u64,
    /// Where the checksum database has its record, once that is proven.
    pub record: Option<SafeUrl>,
}

impl Looked {
    pub(super) fn new(module: ModVer) -> Looked {
        Looked {
            module,
            sightings: Vec::new(),
            differing: Differing::default(),
            mirror: None,
            illegal: None,
            bad_info: None,
            unread: None,
            cached: false,
            bytes: 0,
            record: None,
        }
    }

    /// One of which nothing is in the cache.
    pub(super) fn absent(module: ModVer) -> Looked {
        let mut looked = Looked::new(module);
        looked.saw(Witness::ZipHash, Part::Zip, Said::Absent);
        looked
    }

    /// Puts go.sum's lines before what was seen.
    pub(super) fn recorded(&mut self, lines: Vec<Line>) {
        let mut sightings = Vec::with_capacity(lines.len() + self.sightings.len());
        sightings.extend(lines.into_iter().map(Line::sighting));
        sightings.append(&mut self.sightings);
        self.sightings = sightings;
    }

    /// Whether this is a hash, and somebody said another one about that part.
    pub(super) fn differs_from(&self, part: Part, said: &Said) -> bool {
        let Said::Hash(hash) = said else { return false };
        let mut of_part = self.sightings.iter().filter(|one| one.part == part);
        of_part.any(|one| one.hash().is_some_and(|other| other != hash))
    }

    fn saw(&mut self, witness: Witness, part: Part, said: Said) {
        self.cached |= said != Said::Absent;
        self.sightings.push(Sighting::new(witness, part, said));
    }

    fn saw_dir(&mut self, root: &Path, hashed: io::Result<String>) {
        match hashed {
            Ok(hash) => self.saw(Witness::Dir, Part::Zip, Said::Hash(hash)),
            Err(err) if err.kind() == io::ErrorKind::PermissionDenied => {
                _ = self.refused(root, &ReadError::Denied);
            }
            Err(err) => self.saw(Witness::Dir, Part::Zip, Said::Broken(err.to_string())),
        }
    }

    /// What to think of a file that could not be read: that it is broken, unless it is only not ours to read.
    fn refused(&mut self, path: &Path, err: &ReadError) -> Option<Said> {
        self.cached = true;
        if *err != ReadError::Denied {
            return Some(Said::Broken(err.to_string()));
        }
        self.unread.get_or_insert_with(|| path.to_path_buf());
        None
    }
}

/// Looks at a module version. What cannot be in a cache (no canonical version) is looked at in vain.
pub(super) fn look(files: &Files, cache: &Cache, module: &ModVer, inflater: &mut Inflater) -> Looked {
    let mut looked = Looked::new(module.clone());
    let file = |kind| cache.file(module, kind);
    let (Ok(zip), Ok(ziphash), Ok(gomod), Ok(info), Ok(dir)) = (
        file(CacheFile::Zip),
        file(CacheFile::ZipHash),
        file(CacheFile::Mod),
        file(CacheFile::Info),
        cache.extracted(module),
    ) else {
        return looked;
    };
    let half = file(CacheFile::Partial).is_ok_and(|path| files.exists(&path));
    // What is no directory go replaces (`modfetch/cache.go:DownloadDir`); a link to one it reads, but does not verify.
    let dir = Some(dir).filter(|dir| !half && files.is_dir(dir));
    let linked = dir.as_ref().is_some_and(|dir| is_link(files, dir));
    if let Some(dir) = dir.as_ref().filter(|_| linked) {
        let words = format!("{} is not a directory", dir.display());
        looked.saw(Witness::Dir, Part::Zip, Said::Broken(words));
    }
    let dir = dir.filter(|_| !linked);
    contents(files, &mut looked, &zip, dir.as_deref(), inflater);
    let said = match small(files, &ziphash, 4096) {
        Ok(bytes) => match parse_ziphash(&bytes) {
            Some(hash) => Some(Said::Hash(hash.to_owned())),
            None => Some(Said::Broken(format!("{} bytes, not a hash", bytes.len()))),
        },
        Err(ReadError::Absent) => Some(Said::Absent),
        Err(err) => looked.refused(&ziphash, &err),
    };
    if let Some(said) = said {
        looked.saw(Witness::ZipHash, Part::Zip, said);
    }
    gomods(files, &mut looked, &gomod, dir.as_deref());
    if let Ok(bytes) = small(files, &info, 1 << 20) {
        looked.bad_info = info::parse(&bytes, &module.version).err();
    }
    looked
}

/// Zip and directory, in one pass where both are there.
fn contents(files: &Files, looked: &mut Looked, zip: &Path, dir: Option<&Path>, inflater: &mut Inflater) {
    let prefix = looked.module.to_string();
    let tree = dir.map(|dir| (dir, Extracted::new(files, dir.to_path_buf(), &looked.module.path)));
    let archive = match files.open(zip) {
        Ok((file, _)) => Some(Archive::open(file)),
        Err(ReadError::Absent) => None,
        Err(err) => {
            if let Some(said) = looked.refused(zip, &err) {
                looked.saw(Witness::Zip, Part::Zip, said);
            }
            None
        }
    };
    match (archive, tree) {
        (Some(Ok(archive)), tree) => {
            looked.bytes += archive.unpacked_size();
            looked.illegal = match check_zip(&looked.module, &archive) {
                Ok(checked) => checked.refusal(),
                Err(words) => Some(words),
            };
            match tree {
                Some((root, tree)) => {
                    let Both { zip, dir, changed, added, missing } =
                        hash_both(&archive, inflater, &tree, &prefix);
                    looked.saw(Witness::Zip, Part::Zip, of_zip(zip));
                    looked.saw_dir(root, dir);
                    looked.differing = Differing { changed, added, missing };
                }
                None => looked.saw(Witness::Zip, Part::Zip, of_zip(hash_zip(&archive, inflater))),
            }
        }
        (broken, tree) => {
            if let Some(Err(err)) = broken {
                looked.saw(Witness::Zip, Part::Zip, Said::Broken(err.to_string()));
            }
            if let Some((root, tree)) = tree {
                looked.saw_dir(root, hash_dir(&tree, &prefix));
            }
        }
    }
}

/// The cached `.mod`, and the go.mod of the module itself beside it.
fn gomods(files: &Files, looked: &mut Looked, gomod: &Path, dir: Option<&Path>) {
    match small(files, gomod, MAX_GO_MOD) {
        Ok(bytes) => looked.saw(Witness::Mod, Part::GoMod, Said::Hash(hash_go_mod(&bytes))),
        Err(ReadError::Absent) => {}
        Err(err) => {
            if let Some(said) = looked.refused(gomod, &err) {
                looked.saw(Witness::Mod, Part::GoMod, said);
            }
        }
    }
    if let Some(dir) = dir
        && let Ok(bytes) = small(files, &dir.join("go.mod"), MAX_GO_MOD)
    {
        looked.saw(Witness::InnerMod, Part::GoMod, Said::Hash(hash_go_mod(&bytes)));
    }
}

fn is_link(files: &Files, path: &Path) -> bool {
    files.lstat(path).is_ok_and(|stat| stat.kind == FileKind::Symlink)
}

fn small(files: &Files, path: &Path, cap: u64) -> Result<Vec<u8>, ReadError> {
    files.read_capped(path, cap)
}

pub(super) fn of_zip(hashed: Result<String, ZipError>) -> Said {
    match hashed {
        Ok(hash) => Said::Hash(hash),
        Err(err) => Said::Broken(match &err.entry {
            Some(entry) => format!("{entry}: {err}"),
            None => err.to_string(),
        }),
    }
}
