//! The module cache: what `doctor` says of the project's own modules, in the words of `verify`.

mod verdict;
mod words;

use super::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Findings, Known, Text, Unknown};
use crate::module::truth::Database;
use crate::say;

pub use verdict::{Case, findings, gosum_lacks, gosum_refused};

pub(super) const CHECKS: &[&[Check]] = &[&[CONTENT]];

/// The row under which `verify` reports, too.
pub const CONTENT: Check = Check {
    id: CheckId("cache.content"),
    title: Text {
        en: "cached modules are what go.sum records", zh: "缓存的模块与 go.sum 记录的一致"
    },
    why: Text {
        en: "Go compares a download with go.sum once, then trusts the cache: a damaged zip, an edited directory or a wrong go.sum line shows up later, as a checksum mismatch or as a bug nobody can find. `gobs verify` asks the checksum database and the proxies, too.",
        zh: "go 只在下载时与 go.sum 核对一次，此后一直信任缓存：zip 损坏、目录被改、go.sum 写错，都要到后来才以 checksum mismatch 或查不出原因的问题冒出来。`gobs verify` 还会向校验库和各代理求证。",
    },
    judge: content,
};

fn content(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    if facts.looking().quick {
        return Err(Unknown::new(say!("--quick hashes nothing", "--quick 不计算哈希")));
    }
    let cache = facts.module_cache()?;
    let recorded = facts.recorded()?;
    for refused in &recorded.refused {
        found.add(gosum_refused(refused));
    }
    let all = facts.project_modules(&cache, recorded);
    for looked in &all {
        let case = Case {
            looked,
            cache: &cache,
            database: Database::NotAsked,
            since: None,
            aside: &|module| facts.aside_dir(&cache, module),
        };
        found.list.extend(findings(&case));
    }
    let count = all.iter().filter(|looked| looked.cached).count();
    if count > 0 {
        found.note(say!("{count} modules hashed", "已核对 {count} 个模块", count));
    }
    Ok(())
}
