//! What interrupted downloads leave in the module cache, of the project's own modules.

use crate::facts::Facts;
use crate::facts::modules::Leftover;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, Step, kind};
use crate::module::cache::CacheFile;
use crate::say;

/// Files named in one finding.
const SHOWN: usize = 8;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let cache = facts.module_cache()?;
    let leftovers = facts.leftovers(&cache)?;
    let stale: Vec<_> = leftovers.iter().filter_map(Leftover::stale).collect();
    if !stale.is_empty() {
        let count = Msg::counted(
            stale.len(),
            "file of an interrupted download lies",
            "files of interrupted downloads lie",
        );
        let what = say!(
            "{count} in the module cache, of no use to go",
            "模块缓存里有 {count} 个下载中断留下的文件；go 不会使用它们",
            count
        );
        let finding = Finding::new(kind::GOMODCACHE_LEFTOVERS, Level::Info, what);
        let finding = stale.iter().take(SHOWN).fold(finding, |finding, path| {
            finding.seen(Source::File(path.to_path_buf(), None), String::new())
        });
        found.add(finding.advice(say!(
            "they go when the same version is downloaded again; when no go runs they may be deleted",
            "再次下载同一版本时会被清理；没有 go 在运行时也可以直接删除"
        )));
    }
    // Without --quick cache.content has read these files, and tells more of them.
    if !facts.looking().quick {
        return Ok(());
    }
    for (module, file, path) in leftovers.iter().filter_map(Leftover::empty) {
        let (kind, suffix) = match file {
            CacheFile::Info => (kind::GOMODCACHE_BAD_INFO, "info"),
            CacheFile::Mod => (kind::GOMODCACHE_BAD_GOMOD, "mod"),
            _ => (kind::GOMODCACHE_CORRUPT_ZIP, "zip"),
        };
        let what = say!(
            "{module}: the cached .{suffix} file is empty",
            "{module}：缓存的 .{suffix} 文件是空的",
            module,
            suffix
        );
        let finding = Finding::error(kind, what)
            .fact("module", module.path.clone())
            .fact("version", module.version.clone())
            .seen(Source::File(path.to_path_buf(), None), "0 B");
        let Some(aside) = facts.aside_dir(&cache, module) else { continue };
        let (name, version) = (module.path.clone(), module.version.clone());
        let step = Step::Uncache { module: name, version, entry: vec![path.to_path_buf()], aside };
        found.add(finding.remedy(super::words::refetch(), vec![step]));
    }
    Ok(())
}
