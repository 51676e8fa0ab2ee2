//! Asking module proxies, as go does (cmd/go/internal/modfetch/proxy.go): lists, infos, go.mod files, zips.

mod refusal;
mod walk;

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::PathBuf;
use std::time::Duration;

pub use refusal::{Refusal, Wrong};
pub use walk::{Tried, try_proxies};

use crate::model::SafeUrl;
use crate::module::ModVer;
use crate::module::info::{self, Info};
use crate::module::zip::{MAX_GO_MOD, MAX_ZIP_FILE};
use crate::text::modpath::{self, escape_path, escape_version};
use crate::text::url::Url;
use crate::text::{pseudo, semver};
use crate::world::World;
use crate::world::net::{Request, Response};

/// For a list, an info, a go.mod.
const SMALL: Duration = Duration::from_secs(30);
/// For a zip, which may have half a gigabyte.
const LARGE: Duration = Duration::from_mins(10);
/// A list or info longer than this is none.
const CAP: u64 = 16 << 20;
/// What is read of a body that is not an answer.
const WORDS_CAP: usize = 64 << 10;

/// The `Authorization` header go would send to a URL, if any.
pub type Login<'w> = &'w (dyn Fn(&str) -> Option<String> + Sync);

/// One module proxy: an `http(s)://` server or a `file://` tree.
pub struct Proxy<'w> {
    world: &'w World,
    base: SafeUrl,
    login: Login<'w>,
    /// For any one question.
    most: Duration,
}

impl<'w> Proxy<'w> {
    /// The proxy at an element of GOPROXY, as `text::goproxy::steps` gives it.
    pub fn new(world: &'w World, base: SafeUrl, login: Login<'w>) -> Proxy<'w> {
        Proxy { world, base, login, most: LARGE }
    }

    /// The same, which waits no longer than that for any one answer.
    pub fn within(self, most: Duration) -> Proxy<'w> {
        Proxy { most, ..self }
    }

    pub fn base(&self) -> &SafeUrl {
        &self.base
    }

    /// `@v/list`: the released versions, sorted; pseudo-versions and what is no version are left out (`Versions`).
    pub fn list(&self, path: &str) -> Result<Vec<String>, Refusal> {
        let body = self.small(path, "@v/list", CAP)?;
        let text = String::from_utf8_lossy(&body);
        let first = text.lines().filter_map(|line| line.split_whitespace().next());
        let mut versions: Vec<String> = first
            .filter(|version| semver::is_valid(version) && !pseudo::is_pseudo(version))
            .map(str::to_owned)
            .collect();
        semver::sort(&mut versions);
        Ok(versions)
    }

    /// `.info` of a version or of anything that names one (a branch, a commit); a canonical version must come back as it is.
    pub fn info(&self, path: &str, version: &str) -> Result<Info, Refusal> {
        let what = format!("@v/{}.info", self.escaped(version)?);
        let body = self.small(path, &what, CAP)?;
        let canonical = semver::is_valid(version) && modpath::canonical_version(version) == version;
        let read = match canonical {
            true => info::parse(&body, version).map_err(|err| err.to_string()),
            false => serde_json::from_slice(&body).map_err(|err| err.to_string()),
        };
        read.map_err(|why| self.refuse(path, &what, Wrong::Malformed { why, body: shown(&body) }))
    }

    /// `@latest`.
    pub fn latest(&self, path: &str) -> Result<Info, Refusal> {
        let body = self.small(path, "@latest", CAP)?;
        let read = serde_json::from_slice(&body).map_err(|err| err.to_string());
        read.map_err(|why| self.refuse(path, "@latest", Wrong::Malformed { why, body: shown(&body) }))
    }

    /// The go.mod, byte for byte.
    pub fn gomod(&self, module: &ModVer) -> Result<Vec<u8>, Refusal> {
        self.small(&module.path, &format!("@v/{}.mod", self.escaped(&module.version)?), MAX_GO_MOD)
    }

    /// The zip, streamed into a file without a name that stands at its beginning.
    pub fn zip(&self, module: &ModVer) -> Result<File, Refusal> {
        let what = format!("@v/{}.zip", self.escaped(&module.version)?);
        let failed = |err: std::io::Error| self.refuse(&module.path, &what, Wrong::Disk(err.to_string()));
        let mut file = self.world.scratch().map_err(failed)?;
        self.get(&module.path, &what, MAX_ZIP_FILE, LARGE, Some(&mut file))?;
        file.rewind().map_err(failed)?;
        Ok(file)
    }

    /// Any path below the proxy's own address (`sumdb/…`), at most `cap` bytes.
    pub fn below(&self, what: &str, cap: u64) -> Result<Vec<u8>, Refusal> {
        self.fetch(format!("{}/{what}", self.base.reveal()), cap, SMALL, None)
    }

    fn small(&self, path: &str, what: &str, cap: u64) -> Result<Vec<u8>, Refusal> {
        self.get(path, what, cap, SMALL, None)
    }

    fn escaped(&self, version: &str) -> Result<String, Refusal> {
        escape_version(version).map_err(|why| self.refuse("", version, Wrong::Name(why)))
    }

    fn get(
        &self,
        path: &str,
        what: &str,
        cap: u64,
        budget: Duration,
        sink: Option<&mut dyn Write>,
    ) -> Result<Vec<u8>, Refusal> {
        let escaped =
            escape_path(path).map_err(|why| self.refuse(path, what, Wrong::Name(why.to_string())))?;
        self.fetch(format!("{}/{escaped}/{what}", self.base.reveal()), cap, budget, sink)
    }

    fn fetch(
        &self,
        url: String,
        cap: u64,
        budget: Duration,
        sink: Option<&mut dyn Write>,
    ) -> Result<Vec<u8>, Refusal> {
        fetch(self.world, self.login, &url, cap, budget.min(self.most), sink)
    }

    fn refuse(&self, path: &str, what: &str, wrong: Wrong) -> Refusal {
        Refusal { url: SafeUrl::new(format!("{}/{path}/{what}", self.base.reveal())), wrong }
    }
}

/// Asks for a URL of a proxy's as go does: `http(s)://`, with its login, or `file://`. At most `cap` bytes; the body
/// of a 200 goes to `sink`, if there is one.
pub fn fetch(
    world: &World,
    login: Login<'_>,
    url: &str,
    cap: u64,
    budget: Duration,
    sink: Option<&mut dyn Write>,
) -> Result<Vec<u8>, Refusal> {
    if url.starts_with("file://") {
        return read_tree(world, url, cap, sink);
    }
    let insecure = Url::parse(url).is_ok_and(|url| url.scheme == "http" && url.userinfo.is_some());
    if insecure {
        return Err(Refusal { url: SafeUrl::new(url), wrong: Wrong::Insecure });
    }
    // `url.PathEscape` of Go also escapes what we escape upper case with.
    let mut ask = Request::get(url.replace('!', "%21"), budget).cap(cap);
    if let Some(login) = login(url) {
        ask = ask.header("authorization", login);
    }
    let asked = ask.url.clone();
    let answer = world.net.fetch(&ask, sink).map_err(|err| Refusal { url: asked, wrong: Wrong::Net(err) })?;
    answered(&ask, answer)
}

/// The body of an answer to `ask`, or why it is none.
pub fn answered(ask: &Request, answer: Response) -> Result<Vec<u8>, Refusal> {
    let refused = |wrong| Err(Refusal { url: ask.url.clone(), wrong });
    match answer.status {
        200 if answer.truncated => refused(Wrong::TooLarge(ask.cap)),
        200 => Ok(answer.body),
        _ => refused(Wrong::status(&answer)),
    }
}

/// `web/file_url.go:readFile`: what is not there is not found, what may not be read is forbidden.
fn read_tree(world: &World, url: &str, cap: u64, sink: Option<&mut dyn Write>) -> Result<Vec<u8>, Refusal> {
    let refused = |wrong| Refusal { url: SafeUrl::new(url), wrong };
    let parsed = Url::parse(url).map_err(|err| refused(Wrong::Name(err.to_string())))?;
    let path = PathBuf::from(decoded(&parsed.path));
    let (file, stat) = world.files.open(&path).map_err(|err| refused(Wrong::File(err)))?;
    if stat.len > cap {
        return Err(refused(Wrong::TooLarge(cap)));
    }
    let mut body = Vec::new();
    let mut limited = file.take(cap);
    match sink {
        Some(sink) => std::io::copy(&mut limited, sink),
        None => limited.read_to_end(&mut body).map(|count| count as u64),
    }
    .map_err(|err| refused(Wrong::Disk(err.to_string())))?;
    Ok(body)
}

/// The beginning of a body that is not what was asked for.
fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(WORDS_CAP)]);
    text.lines().map(str::trim).filter(|line| !line.is_empty()).take(3).collect::<Vec<_>>().join("\n")
}

/// Percent-decoding of a path; what is no escape stays.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (bytes.push(byte), rest = &after[2..]),
            None => (bytes.push(*first), rest = after),
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
