//! The layout of GOMODCACHE (cmd/go/internal/modfetch/cache.go, codehost.go) and its small files.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::ModVer;
use crate::digest::Sha256;
use crate::text::gostr;
use crate::text::modpath::{self, canonical_version, escape_path, escape_version};
use crate::text::semver;

/// A module cache, as paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    root: PathBuf,
}

/// The files of a module version under `cache/download`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheFile {
    Info,
    Mod,
    Zip,
    ZipHash,
    /// Locked (flock) while the version is downloaded or extracted; never deleted.
    Lock,
    /// There while the directory is being extracted: a directory beside it is not to be used.
    Partial,
}

impl CacheFile {
    pub const ALL: [CacheFile; 6] = [
        CacheFile::Info,
        CacheFile::Mod,
        CacheFile::Zip,
        CacheFile::ZipHash,
        CacheFile::Lock,
        CacheFile::Partial,
    ];

    /// What follows the version and a dot.
    pub fn suffix(self) -> &'static str {
        match self {
            CacheFile::Info => "info",
            CacheFile::Mod => "mod",
            CacheFile::Zip => "zip",
            CacheFile::ZipHash => "ziphash",
            CacheFile::Lock => "lock",
            CacheFile::Partial => "partial",
        }
    }
}

impl Cache {
    /// The cache at GOMODCACHE.
    pub fn new(gomodcache: impl Into<PathBuf>) -> Cache {
        Cache { root: gomodcache.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `cache/download`: what can be served as a `file://` GOPROXY.
    pub fn download(&self) -> PathBuf {
        self.root.join("cache/download")
    }

    /// Where the files of all versions of a module lie. The error is go's words.
    pub fn versions(&self, path: &str) -> Result<PathBuf, String> {
        let escaped = escape_path(path).map_err(|err| err.to_string())?;
        Ok(self.download().join(escaped).join("@v"))
    }

    /// `list`: the versions fetched so far.
    pub fn list(&self, path: &str) -> Result<PathBuf, String> {
        Ok(self.versions(path)?.join("list"))
    }

    /// `CachePath`: one file of a module version. The error is go's words.
    pub fn file(&self, module: &ModVer, file: CacheFile) -> Result<PathBuf, String> {
        let dir = self.versions(&module.path)?;
        let version = escaped_version(&module.version)?;
        Ok(dir.join(format!("{version}.{}", file.suffix())))
    }

    /// `DownloadDir`: the extracted directory.
    pub fn extracted(&self, module: &ModVer) -> Result<PathBuf, String> {
        let path = escape_path(&module.path).map_err(|err| err.to_string())?;
        Ok(self.root.join(format!("{path}@{}", escaped_version(&module.version)?)))
    }

    /// What the cache keeps of a checksum database: `lookup/…` and `tile/…`.
    pub fn sumdb(&self, name: &str) -> PathBuf {
        self.download().join("sumdb").join(name)
    }

    /// Whether a file is part of that: what go fetches again when it is gone.
    pub fn keeps_of_sumdb(&self, file: &Path) -> bool {
        file.starts_with(self.download().join("sumdb"))
    }

    /// The lock that older go commands hold while they write go.sum or go.mod.
    pub fn side_lock(&self) -> PathBuf {
        self.root.join("cache/lock")
    }

    /// The bare repository of a remote; `.info` and `.lock` lie beside it.
    pub fn git(&self, remote: &str) -> PathBuf {
        let mut name = String::with_capacity(64);
        for byte in Sha256::digest(format!("git3:{remote}")) {
            let _ = write!(name, "{byte:02x}");
        }
        self.root.join("cache/vcs").join(name)
    }
}

/// Where the head of a checksum database is remembered: in GOPATH, so that `go clean -modcache` leaves it.
pub fn sumdb_latest(gopath: &Path, name: &str) -> PathBuf {
    gopath.join("pkg/sumdb").join(name).join("latest")
}

/// The content of a `.ziphash` (`isValidSum`): 47 bytes, space around them ignored; go computes a bad one anew.
pub fn parse_ziphash(content: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(content).ok()?.trim();
    (text.len() == 47 && !text.contains('\0')).then_some(text)
}

fn escaped_version(version: &str) -> Result<String, String> {
    if !semver::is_valid(version) {
        return Err(format!("non-semver module version {}", gostr::quote(version)));
    }
    if canonical_version(version) != version {
        return Err(format!("non-canonical module version {}", gostr::quote(version)));
    }
    escape_version(version)
}

/// The module version of a file or directory name of the cache: `v1.0.0-!r!c1` and the escaped path.
pub fn unescape(path: &str, version: &str) -> Result<ModVer, String> {
    Ok(ModVer { path: modpath::unescape_path(path)?, version: modpath::unescape_version(version)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout() {
        let cache = Cache::new("/c");
        let module = ModVer::new("github.com/BurntSushi/toml", "v1.0.0-RC1");
        let file = |kind| cache.file(&module, kind).unwrap().display().to_string();
        assert_eq!(
            file(CacheFile::ZipHash),
            "/c/cache/download/github.com/!burnt!sushi/toml/@v/v1.0.0-!r!c1.ziphash"
        );
        let dir = cache.extracted(&module).unwrap();
        assert_eq!(dir, Path::new("/c/github.com/!burnt!sushi/toml@v1.0.0-!r!c1"));
        let list = cache.list("ex.test/a").unwrap();
        assert_eq!(list, Path::new("/c/cache/download/ex.test/a/@v/list"));
        assert_eq!(cache.sumdb("sum.golang.org"), Path::new("/c/cache/download/sumdb/sum.golang.org"));
        assert_eq!(sumdb_latest(Path::new("/g"), "s"), Path::new("/g/pkg/sumdb/s/latest"));
        assert_eq!(unescape("github.com/!burnt!sushi/toml", "v1.0.0-!r!c1"), Ok(module));
        // printf git3:https://ex.test/a | sha256sum
        let repository = cache.git("https://ex.test/a");
        assert_eq!(
            repository,
            Path::new("/c/cache/vcs/eed4e311d4c5bcb4b4859260cb3cbaef95d189777fd18014fe2d8e76cc188db4")
        );
    }

    #[test]
    fn go_words() {
        let cache = Cache::new("/c");
        let words = |path, version| cache.file(&ModVer::new(path, version), CacheFile::Zip).unwrap_err();
        assert_eq!(words("ex.test/a", "main"), "non-semver module version \"main\"");
        assert_eq!(words("ex.test/a", "v1"), "non-canonical module version \"v1\"");
        assert_eq!(words("a", "v1.0.0"), "malformed module path \"a\": missing dot in first path element");
    }

    #[test]
    fn ziphashes() {
        let good = "h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=";
        assert_eq!(parse_ziphash(good.as_bytes()), Some(good));
        assert_eq!(parse_ziphash(format!("{good}\n").as_bytes()), Some(good));
        for bad in [&b""[..], &[0; 47], &good.as_bytes()[..40], b"\xff"] {
            assert_eq!(parse_ziphash(bad), None);
        }
    }
}
