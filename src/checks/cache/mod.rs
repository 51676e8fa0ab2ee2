//! The module cache: what `doctor` says of the project's own modules, in the words of `verify`.

mod dirs;
mod doubt;
mod leftovers;
mod verdict;
mod words;

use super::{Check, CheckId};
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Msg, Text, Unknown, kind};
use crate::say;

pub use verdict::{Case, cache_unread, findings, gosum_lacks, gosum_refused};

pub(super) const CHECKS: &[&[Check]] = &[&[
    Check {
        id: CheckId("cache.dirs"),
        title: Text { en: "go can write to its caches", zh: "go 能写入它的缓存目录" },
        why: Text {
            en: "Without a build cache nothing compiles, without a module cache nothing is downloaded. One `sudo go build` leaves directories that belong to root, and go then fails with `permission denied` for good.",
            zh: "没有编译缓存就编译不了，没有模块缓存就下载不了。执行一次 `sudo go build` 就会留下属于 root 的目录，此后 go 会一直报 `permission denied`。",
        },
        judge: dirs::usable,
    },
    Check {
        id: CheckId("cache.space"),
        title: Text { en: "there is room for caches and builds", zh: "缓存和编译有足够的空间" },
        why: Text {
            en: "A file system that fills up while go downloads or links leaves errors that name everything but the cause; inodes run out before bytes do, since caches are many small files.",
            zh: "下载或链接途中磁盘写满，报出来的错往往看不出真正的原因；缓存都是小文件，inode 常常比空间先用完。",
        },
        judge: dirs::space,
    },
    Check {
        id: CheckId("cache.filesystem"),
        title: Text { en: "caches lie on this machine", zh: "缓存在本机磁盘上" },
        why: Text {
            en: "On NFS, SMB or a Windows drive of WSL every build waits for thousands of small files.",
            zh: "缓存放在 NFS、SMB 或 WSL 的 Windows 盘上时，每次编译都要等待成千上万个小文件。",
        },
        judge: dirs::local,
    },
    CONTENT,
    Check {
        id: CheckId("cache.leftovers"),
        title: Text { en: "no download was left half-done", zh: "没有中断的下载残留" },
        why: Text {
            en: "A go that was killed, or a disk that was full, leaves temporary files (which go passes over) and empty files (which it takes for the real ones).",
            zh: "go 被杀掉或磁盘写满时，会留下临时文件（go 不会使用）和空文件（go 会当成真的）。",
        },
        judge: leftovers::judge,
    },
]];

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

/// Module versions that a doctor looks at. The largest projects have a few thousand.
const MOST: usize = 20_000;

fn content(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    if facts.looking().quick {
        return Err(Unknown::new(say!("--quick hashes nothing", "--quick 不计算哈希")));
    }
    let cache = facts.module_cache()?;
    let recorded = facts.recorded()?;
    let count = recorded.lines.len();
    if count > MOST {
        return Err(Unknown::new(say!(
            "go.sum names {count} module versions; gobs verify looks at them all, and takes its time",
            "go.sum 里有 {count} 个模块版本；gobs verify 会全部核对，但需要较长时间",
            count
        )));
    }
    let mut all = facts.project_modules(&cache, recorded);
    let databases = doubt::settle(facts, &cache, &mut all);
    for (looked, database) in all.iter().zip(databases) {
        let case = Case {
            looked,
            cache: &cache,
            database,
            since: None,
            aside: &|module| facts.aside_dir(&cache, module),
        };
        // What go.sum alone shows is told by project.gosum.
        let of_gosum = |finding: &Finding| finding.kind == kind::GOSUM_DUPLICATE_CONFLICT;
        found.list.extend(findings(&case).into_iter().filter(|finding| !of_gosum(finding)));
    }
    let count = all.iter().filter(|looked| looked.cached).count();
    if count > 0 {
        let count = Msg::counted(count, "module", "modules");
        found.note(say!("{count} hashed", "已核对 {count} 个模块", count));
    }
    Ok(())
}
