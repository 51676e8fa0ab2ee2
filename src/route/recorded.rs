//! What came, held against the project's go.sum: the check at the very end of a fetch, which a moved tag does not pass.

use std::time::Instant;

use super::cause;
use super::git::{Git, Leaf};
use super::hop::{End, Hop, Mark, Step, Trail};
use super::look::Look;
use super::revision::Place;
use super::wanted::Wanted;
use crate::digest::Sha256;
use crate::model::{Kind, Source, kind};
use crate::module::dirhash::{Summary, hash_go_mod};
use crate::say;
use crate::text::gosum::Part;
use crate::text::{gomod, gover};

/// A line of go.sum about the module that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    pub at: Source,
    pub version: String,
    pub part: Part,
    pub hash: String,
}

/// More than this is not hashed here: `gobs verify` does.
const MANY_FILES: usize = 4000;
const MANY_BYTES: u64 = 32 << 20;

/// The go.mod of a version, as a proxy or git gave it.
pub(super) fn gomod_fits(
    look: &Look<'_>,
    wanted: &Wanted,
    version: &str,
    content: &[u8],
    from: Source,
    trail: &mut Trail<'_>,
) -> Result<(), Box<End>> {
    let Some(sum) = recorded(look, version, Part::GoMod) else { return Ok(()) };
    compare(wanted, version, sum, &hash_go_mod(content), from, Instant::now(), trail)
}

/// The module's files at a commit: `hashed` gives the hash of what go would zip, where it is simple to have.
pub(super) fn files_fit(
    look: &Look<'_>,
    wanted: &Wanted,
    version: &str,
    from: Source,
    trail: &mut Trail<'_>,
    hashed: impl FnOnce(&str) -> Option<String>,
) -> Result<(), Box<End>> {
    let Some(sum) = recorded(look, version, Part::Zip) else { return Ok(()) };
    let start = Instant::now();
    match hashed(&format!("{}@{version}", wanted.path)) {
        Some(hash) => compare(wanted, version, sum, &hash, from, start, trail),
        None => {
            let what = say!("not hashed here; gobs verify does it", "这里不计算哈希，可用 gobs verify 核对");
            trail.skipped(Step::Gosum, what);
            Ok(())
        }
    }
}

fn recorded<'l>(look: &'l Look<'_>, version: &str, part: Part) -> Option<&'l Sum> {
    let fits = |sum: &&Sum| sum.part == part && sum.version == version && sum.hash.starts_with("h1:");
    look.settings.sums.iter().find(fits)
}

fn compare(
    wanted: &Wanted,
    version: &str,
    sum: &Sum,
    hash: &str,
    from: Source,
    start: Instant,
    trail: &mut Trail<'_>,
) -> Result<(), Box<End>> {
    let part = match sum.part {
        Part::Zip => say!("content", "内容"),
        Part::GoMod => say!("go.mod", "go.mod"),
    };
    if sum.hash == hash {
        let what = say!("its {part} is what go.sum records", "{part}与 go.sum 的记录一致", part);
        trail.add(Hop::new(Step::Gosum, Mark::Ok, what).since(start).seen(sum.at.clone(), hash));
        return Ok(());
    }
    let path = &wanted.path;
    let what = say!(
        "the {part} of {path} {version} is not what go.sum records: go takes it for an attack and stops",
        "{path} {version} 的{part}与 go.sum 的记录不一致：go 会当作被篡改而停下",
        part,
        path,
        version
    );
    let hop = Hop::new(Step::Gosum, Mark::Failed, what.clone()).since(start);
    trail.add(hop.seen(sum.at.clone(), sum.hash.clone()));
    let kind: Kind = kind::PRIVATE_RETAGGED;
    let found = cause::about(wanted, wanted.host(), kind, what);
    let found = found.seen(sum.at.clone(), sum.hash.clone()).seen(from, hash);
    Err(End::hard(found.command(
        say!(
            "the tag was most likely moved: ask whoever tagged it, and have a new version tagged if the new content is meant. gobs verify shows every source's hash",
            "多半是标签被移动过：问一下打标签的人；确实要用新内容的话，请打新版本。gobs verify 可列出各来源的哈希"
        ),
        format!("gobs verify {path}@{version}"),
    )))
}

/// The h1 hash of what go would zip (`coderepo.go:Zip`, `zip.go:checkFiles`); `None` where that is not simple.
pub(super) fn hashed(git: &Git<'_, '_>, commit: &str, place: &Place, prefix: &str) -> Option<String> {
    let leaves = git.leaves(commit).ok()?;
    let plain = leaves.iter().all(|leaf| leaf.path.rsplit('/').next() != Some(".gitattributes"));
    let dir = if place.dir.is_empty() { String::new() } else { format!("{}/", place.dir) };
    let inside: Vec<(&str, &Leaf)> =
        leaves.iter().filter_map(|leaf| Some((leaf.path.strip_prefix(&dir)?, leaf))).collect();
    let simple = plain && !place.may_be_below && inside.len() < MANY_FILES;
    if !simple || inside.iter().map(|(_, leaf)| leaf.size).sum::<u64>() > MANY_BYTES {
        return None;
    }
    let go = inside.iter().find(|(name, _)| *name == "go.mod");
    let lang = match go {
        Some((_, leaf)) => go_version(&git.blobs(&[leaf]).ok()?.pop()??),
        None => String::new(),
    };
    let nested: Vec<&str> = inside.iter().filter_map(|(name, _)| name.strip_suffix("/go.mod")).collect();
    let below =
        |name: &str| nested.iter().any(|dir| name.strip_prefix(dir).is_some_and(|n| n.starts_with('/')));
    let mut kept: Vec<(&str, &Leaf)> = inside
        .iter()
        .filter(|(name, leaf)| {
            leaf.regular && !below(name) && !vendored(name, &lang) && *name != ".hg_archival.txt"
        })
        .copied()
        .collect();
    let license = leaves.iter().find(|leaf| leaf.path == "LICENSE" && leaf.regular);
    if let (Some(leaf), false) = (license, dir.is_empty() || kept.iter().any(|(name, _)| *name == "LICENSE"))
    {
        kept.push(("LICENSE", leaf));
    }
    let blobs = git.blobs(&kept.iter().map(|(_, leaf)| *leaf).collect::<Vec<_>>()).ok()?;
    let mut summary = Summary::default();
    for ((name, _), blob) in kept.iter().zip(blobs) {
        summary.add(format!("{prefix}/{name}").into_bytes(), Sha256::digest(blob?));
    }
    summary.finish()
}

fn go_version(gomod: &[u8]) -> String {
    let file = gomod::parse_lax("go.mod", gomod).ok();
    file.and_then(|file| file.go).map_or_else(String::new, |go| go.value)
}

/// `zip.go:isVendoredPackage`.
fn vendored(name: &str, lang: &str) -> bool {
    let since_24 = gover::compare(&gover::lang(lang), "1.24").is_ge();
    if since_24 && name == "vendor/modules.txt" {
        return true;
    }
    let from = match (name.strip_prefix("vendor/"), name.find("/vendor/")) {
        (Some(_), _) => "vendor/".len(),
        (None, Some(at)) if since_24 => at + "/vendor/".len(),
        (None, Some(_)) => "/vendor/".len(),
        (None, None) => return false,
    };
    name[from..].contains('/')
}

#[cfg(test)]
mod tests {
    use super::vendored;

    /// `zip_test.go:TestIsVendoredPackage`, and what changed in 1.24.
    #[test]
    fn vendored_packages() {
        for (name, lang, want) in [
            ("vendor/foo/foo.go", "1.20", true),
            ("pkg/vendor/foo/foo.go", "1.20", true),
            ("longpackagename/vendor/foo/foo.go", "1.24", true),
            ("vendor/vendor.go", "1.20", false),
            ("vendor/foo/modules.txt", "1.20", true),
            ("modules.txt", "1.20", false),
            ("vendor/amodules.txt", "1.20", false),
            ("vendor/modules.txt", "1.23", false),
            ("vendor/modules.txt", "1.24", true),
            ("pkg/vendor/vendor.go", "1.23", true),
            ("pkg/vendor/vendor.go", "1.24", false),
        ] {
            assert_eq!(vendored(name, lang), want, "{name} {lang}");
        }
    }
}
