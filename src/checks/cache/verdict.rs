//! From what was seen of a module version to findings: the culprit, every hash with its source, the remedy.

use std::path::{Path, PathBuf};

use super::words;
use crate::facts::modules::{Looked, Refused, Required};
use crate::model::{Finding, Kind, Level, Msg, SafeUrl, Source, Step, kind};
use crate::module::ModVer;
use crate::module::cache::{Cache, CacheFile};
use crate::module::info::InfoError;
use crate::module::truth::{Certainty, Culprit, Database, Part, Said, Sighting, Witness, culprits};
use crate::say;

/// A module version to be judged.
pub struct Case<'a> {
    pub looked: &'a Looked,
    pub cache: &'a Cache,
    pub database: Database,
    /// The commit that brought the go.sum line in, as `git log` shows it.
    pub since: Option<&'a str>,
    /// Where the damaged entry of a version would be moved to.
    pub aside: &'a dyn Fn(&ModVer) -> Option<PathBuf>,
}

/// What is wrong with a module version; nothing where all agree.
pub fn findings(case: &Case<'_>) -> Vec<Finding> {
    let culprits = culprits(&case.looked.sightings, case.database);
    let mut found: Vec<Finding> = culprits.iter().map(|culprit| case.finding(culprit)).collect();
    if found.is_empty() {
        found.extend(case.illegal());
        found.extend(case.bad_info());
    }
    found.extend(case.unread());
    found
}

/// A go.sum that go cannot read.
pub fn gosum_refused(refused: &Refused) -> Finding {
    let what = match refused.merge {
        true => say!("go.sum holds an unfinished merge", "go.sum 里有没合并完的冲突标记"),
        false => say!("go.sum has a line that go cannot read", "go.sum 有一行 go 读不懂"),
    };
    Finding::error(kind::GOSUM_MALFORMED, what)
        .seen(Source::File(refused.file.to_path_buf(), Some(refused.line)), refused.words.trim_end())
        .advice(say!(
            "resolve the conflict or repair that line by hand (keep the lines of both sides), then go mod tidy",
            "手工解决冲突或改好这一行（两边的记录都保留），再执行 go mod tidy"
        ))
}

/// A go.sum without a hash that go will ask for: without that of go.mod it stops; without that of the zip, as soon as a
/// package of the module is imported.
pub fn gosum_lacks(required: &Required, part: Part) -> Finding {
    let module = &required.module;
    let (level, tail, word) = match part {
        Part::GoMod => (Level::Error, "/go.mod", part_word(part)),
        Part::Zip => (Level::Warning, "", part_word(part)),
    };
    let line = format!("{} {}{tail}", module.path, module.version);
    let what = say!(
        "{module}: go.sum has no hash of its {word}",
        "{module}：go.sum 里没有它的 {word} 哈希",
        module,
        word
    );
    Finding::new(kind::GOSUM_MISSING_H1, level, what)
        .seen(
            Source::File(required.file.clone(), Some(required.line)),
            format!("no line `{line} h1:…` in go.sum"),
        )
        .advice(say!(
            "go mod tidy adds the line, after asking the checksum database; commit go.sum with it",
            "go mod tidy 会先向校验库求证再补上这一行；随后把 go.sum 一并提交"
        ))
        .fact("module", module.path.clone())
        .fact("version", module.version.clone())
        .fact("part", word)
}

/// A directory of the cache that may not be read: what it holds is not known.
pub fn cache_unread(dir: &Path) -> Finding {
    let shown = dir.display();
    denied(say!("{shown} may not be read by this user", "当前用户无权读取 {shown}", shown), dir)
}

fn denied(what: Msg, path: &Path) -> Finding {
    Finding::error(kind::CACHE_DIR_UNUSABLE, what)
        .seen(Source::File(path.to_path_buf(), None), "permission denied")
        .advice(say!(
            "let its owner make the module cache readable, or give yourself one: go env -w GOMODCACHE=DIR",
            "请让所有者开放模块缓存的读权限，或改用自己的目录：go env -w GOMODCACHE=目录"
        ))
}

impl Case<'_> {
    fn finding(&self, culprit: &Culprit) -> Finding {
        let module = &self.looked.module;
        let wrong = culprit.at.and_then(|at| self.looked.sightings.get(at));
        let (what, advice) = words::of(self, culprit, wrong);
        let mut finding = self.base(Finding::new(culprit.kind, culprit.level, what));
        finding = finding
            .fact("part", part_word(culprit.part))
            .fact("certainty", certainty_word(culprit.certainty));
        if let Some(right) = &culprit.right {
            finding = finding.fact("expected", right.clone());
        }
        if let Some(hash) = wrong.and_then(Sighting::hash) {
            finding = finding.fact("found", hash);
        }
        if let Some(since) = self.since {
            finding = finding.fact("since", since);
        }
        let differing = self.differing(wrong);
        if !differing.is_empty() {
            finding = finding.fact("files", differing.join(", "));
        }
        finding = self.evidence(finding, culprit, wrong, &differing);
        match culprit.is_in_cache() {
            true => finding.remedy(advice, self.uncache(culprit.kind)),
            false => finding.advice(advice),
        }
        .fact("module", module.path.clone())
    }

    fn base(&self, finding: Finding) -> Finding {
        let module = &self.looked.module;
        finding.fact("module", module.path.clone()).fact("version", module.version.clone())
    }

    /// The step that moves aside what is damaged, and no more: go makes or fetches exactly that anew.
    fn uncache(&self, kind: Kind) -> Vec<Step> {
        let module = &self.looked.module;
        let Some(aside) = (self.aside)(module) else { return Vec::new() };
        let file = |kind| self.cache.file(module, kind).ok();
        let there = |witness: Witness| {
            self.looked.sightings.iter().any(|one| one.witness == witness && one.said != Said::Absent)
        };
        let dir = self.cache.extracted(module).ok().filter(|_| there(Witness::Dir));
        let ziphash = file(CacheFile::ZipHash).filter(|_| there(Witness::ZipHash));
        let entry = match kind {
            kind::GOMODCACHE_TAMPERED_DIR => vec![dir],
            kind::ZIPHASH_STALE => vec![ziphash],
            kind::GOMODCACHE_BAD_GOMOD => vec![file(CacheFile::Mod)],
            kind::GOMODCACHE_BAD_INFO => vec![file(CacheFile::Info)],
            _ => vec![file(CacheFile::Zip), ziphash, dir],
        };
        let entry: Vec<PathBuf> = entry.into_iter().flatten().collect();
        if entry.is_empty() {
            return Vec::new();
        }
        let (module, version) = (module.path.clone(), module.version.clone());
        vec![Step::Uncache { module, version, entry, aside }]
    }

    /// The wrong one first, then everybody else who said something about that part.
    fn evidence(
        &self,
        mut finding: Finding,
        culprit: &Culprit,
        wrong: Option<&Sighting>,
        differing: &[String],
    ) -> Finding {
        let others = self.looked.sightings.iter().filter(|one| one.part == culprit.part);
        let others = others.filter(|one| wrong.is_none_or(|wrong| !std::ptr::eq(*one, wrong)));
        let others = others.filter(|one| one.said != Said::Absent);
        for one in wrong.into_iter().chain(others) {
            let mut seen = match &one.said {
                Said::Hash(hash) => hash.clone(),
                Said::Broken(words) => words.clone(),
                Said::Absent => "absent".to_owned(),
            };
            let differs = match (&one.witness, wrong.map(|wrong| &wrong.witness)) {
                (Witness::Proxy(_), Some(_)) => wrong.is_some_and(|wrong| std::ptr::eq(one, wrong)),
                (witness, _) => *witness == Witness::Dir,
            };
            if differs && !differing.is_empty() {
                seen = format!("{seen}\n{}", shortened(differing));
            }
            if let (Witness::GoSum { .. }, Some(since)) = (&one.witness, self.since)
                && wrong.is_some_and(|wrong| std::ptr::eq(one, wrong))
            {
                seen = format!("{seen}\n{since}");
            }
            finding = finding.seen(self.place(one), seen);
        }
        finding
    }

    /// Where a witness is to be found.
    pub(super) fn place(&self, one: &Sighting) -> Source {
        let module = &self.looked.module;
        let file = |kind| self.cache.file(module, kind).unwrap_or_default();
        let dir = || self.cache.extracted(module).unwrap_or_default();
        match &one.witness {
            Witness::GoSum { file, line } => Source::File(file.to_path_buf(), Some(*line)),
            Witness::ZipHash => Source::File(file(CacheFile::ZipHash), None),
            Witness::Zip => Source::File(file(CacheFile::Zip), None),
            Witness::Dir => Source::File(dir(), None),
            Witness::Mod => Source::File(file(CacheFile::Mod), None),
            Witness::InnerMod => Source::File(dir().join("go.mod"), None),
            Witness::Database => {
                let record = self.looked.record.clone();
                Source::Url(record.unwrap_or_else(|| SafeUrl::new(format!("sumdb: {module}"))))
            }
            Witness::Proxy(url) => Source::Url(SafeUrl::new(url.clone())),
            Witness::Origin => Source::Command(format!("git fetch {module}")),
        }
    }

    /// The files in which directory and zip differ: `~ changed`, `+ added`, `- missing`.
    fn differing(&self, wrong: Option<&Sighting>) -> Vec<String> {
        let differing = match (wrong.map(|one| &one.witness), &self.looked.mirror) {
            (Some(Witness::Proxy(url)), Some((mirror, differing))) if url == mirror => differing,
            (Some(Witness::Proxy(_)), _) => return Vec::new(),
            _ => &self.looked.differing,
        };
        let marked = |mark: char, names: &[String]| {
            names.iter().map(|name| format!("{mark} {name}")).collect::<Vec<_>>()
        };
        [marked('~', &differing.changed), marked('+', &differing.added), marked('-', &differing.missing)]
            .concat()
    }

    fn illegal(&self) -> Option<Finding> {
        let words = self.looked.illegal.as_ref()?;
        let module = &self.looked.module;
        let what = say!(
            "{module}: go refuses what is in its zip, though the hashes agree",
            "{module}：哈希都对，但 zip 里的内容 go 不接受",
            module
        );
        let zip = self.cache.file(module, CacheFile::Zip).unwrap_or_default();
        let finding = Finding::error(kind::MODULE_ZIP_ILLEGAL, what);
        Some(self.base(finding).seen(Source::File(zip, None), words.clone()).advice(say!(
            "it was published that way: take another version, or ask its author to publish a corrected one",
            "它发布时就是这样：换一个版本，或请作者重新发布"
        )))
    }

    /// Not damage: nothing is known, and go could not use it either.
    fn unread(&self) -> Option<Finding> {
        let path = self.looked.unread.as_ref()?;
        let module = &self.looked.module;
        let what = say!(
            "{module}: its cache entry may not be read by this user",
            "{module}：当前用户无权读取它的缓存",
            module
        );
        Some(self.base(denied(what, path)))
    }

    fn bad_info(&self) -> Option<Finding> {
        let words = self.looked.bad_info.as_ref()?;
        let module = &self.looked.module;
        let info: PathBuf = self.cache.file(module, CacheFile::Info).unwrap_or_default();
        let what = say!(
            "{module}: the cached .info file is not that version's",
            "{module}：缓存的 .info 文件不是这个版本的",
            module
        );
        // One that is no JSON go fetches again in silence; one of another version it believes.
        let finding = match words {
            InfoError::Malformed(_) => Finding::warning(kind::GOMODCACHE_BAD_INFO, what),
            InfoError::Other(_) => Finding::error(kind::GOMODCACHE_BAD_INFO, what),
        };
        let finding = self.base(finding).seen(Source::File(info, None), words.to_string());
        Some(finding.remedy(words::refetch(), self.uncache(kind::GOMODCACHE_BAD_INFO)))
    }
}

/// As many names as a reader takes in.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n");
    if names.len() > SHOWN {
        text.push_str(&format!("\n… {}", names.len() - SHOWN));
    }
    text
}

fn part_word(part: Part) -> &'static str {
    match part {
        Part::Zip => "zip",
        Part::GoMod => "go.mod",
    }
}

fn certainty_word(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Open => "open",
        Certainty::Likely => "likely",
        Certainty::Recorded => "recorded",
        Certainty::Proven => "proven",
    }
}

/// For messages that name a proxy.
pub(super) fn proxy_of(wrong: Option<&Sighting>) -> Msg {
    match wrong.map(|one| &one.witness) {
        Some(Witness::Proxy(url)) => Msg::plain(url.clone()),
        _ => say!("the origin", "源站"),
    }
}
