//! What each verdict says, and what to do next.

use super::verdict::{Case, proxy_of};
use crate::model::Msg;
use crate::model::kind::{
    GOMODCACHE_BAD_GOMOD, GOMODCACHE_CORRUPT_ZIP, GOMODCACHE_TAMPERED_DIR, GOMODCACHE_TAMPERED_ZIP,
    GOSUM_DUPLICATE_CONFLICT, GOSUM_WRONG_HASH, MIRROR_OTHER_BYTES, PRIVATE_RETAGGED, SUMDB_MISMATCH,
    TAG_MOVED, ZIPHASH_STALE,
};
use crate::module::truth::{Certainty, Culprit, Part, Said, Sighting, Witness};
use crate::say;

/// The sentence and the advice for a culprit.
pub(super) fn of(case: &Case<'_>, culprit: &Culprit, wrong: Option<&Sighting>) -> (Msg, Msg) {
    let module = &case.looked.module;
    let part = match culprit.part {
        Part::Zip => say!("zip", "zip"),
        Part::GoMod => say!("go.mod", "go.mod"),
    };
    let authority = authority(culprit.certainty);
    match culprit.kind {
        GOMODCACHE_CORRUPT_ZIP => {
            (say!("{module}: the cached zip is damaged", "{module}：缓存的 zip 已损坏", module), refetch())
        }
        GOMODCACHE_TAMPERED_ZIP => (
            say!(
                "{module}: the cached zip is readable, but not the one {authority}",
                "{module}：缓存的 zip 能打开，但内容不是{authority}的那一份",
                module,
                authority
            ),
            refetch(),
        ),
        GOMODCACHE_TAMPERED_DIR => (tampered_dir(case), refetch_patch()),
        GOMODCACHE_BAD_GOMOD => (
            say!(
                "{module}: the cached go.mod is not the one {authority}",
                "{module}：缓存的 go.mod 不是{authority}的那一份",
                module,
                authority
            ),
            refetch(),
        ),
        ZIPHASH_STALE => (ziphash(case, wrong), refetch()),
        GOSUM_WRONG_HASH => gosum_wrong(case, culprit, wrong),
        GOSUM_DUPLICATE_CONFLICT => conflict(case, culprit, wrong, &part),
        MIRROR_OTHER_BYTES => mirror(case, culprit, wrong, &part),
        TAG_MOVED => (
            say!(
                "{module}: the tag was moved; the checksum database has the first content, the origin now another",
                "{module}：标签被移动过；校验库里是最初的内容，源站现在给的是另一份",
                module
            ),
            say!(
                "do not use the new bytes: take them from a proxy that kept the first ones, or a later version; tell the author",
                "不要用新内容：从保留了最初内容的代理获取，或改用更新的版本，并告知作者"
            ),
        ),
        PRIVATE_RETAGGED => (
            say!(
                "{module}: the origin's content is not what go.sum records; the private tag was most likely moved, which nothing can prove",
                "{module}：源站内容与 go.sum 不一致；多半是私有仓库的标签被移动过，但没有办法证明",
                module
            ),
            say!(
                "ask whoever tagged it; if the new content is meant, tag a new version instead of replacing the line in go.sum",
                "问一下打标签的人；如果确实要用新内容，请打新版本，而不是改 go.sum 这一行"
            ),
        ),
        SUMDB_MISMATCH => (
            say!(
                "{module}: go.sum, cache and sources agree, and the checksum database proves another hash",
                "{module}：go.sum、缓存和各来源一致，但校验库证明的是另一个哈希",
                module
            ),
            say!(
                "do not use these bytes: fetch it from another proxy or its origin and compare, report it, choose another version",
                "不要使用这份内容：换代理或从源站获取后比对，上报，并改用其他版本"
            ),
        ),
        _ => (
            say!(
                "{module}: go.sum, cache and proxies do not agree about the {part}, and no database could be asked",
                "{module}：go.sum、缓存和代理给出的 {part} 各不相同，又问不到校验库",
                module,
                part
            ),
            say!(
                "nothing here is proven; run gobs verify again where the checksum database can be reached, and change nothing before",
                "目前无法判定谁对；请在能连到校验库的环境里再运行 gobs verify，此前什么都不要改"
            ),
        ),
    }
}

/// Moved aside, not deleted: somebody may have patched there.
pub(super) fn refetch() -> Msg {
    say!(
        "moves exactly this version's cache entry aside; go fetches it again and checks it",
        "只把这个版本的缓存移到一旁；go 会重新下载并校验"
    )
}

fn refetch_patch() -> Msg {
    say!(
        "moves exactly this version's cache entry aside (gobs undo brings an edit back); keep patches in a fork with replace",
        "只把这个版本的缓存移到一旁（gobs undo 可取回改动）；要打补丁请 fork 后用 replace"
    )
}

fn authority(certainty: Certainty) -> Msg {
    match certainty {
        Certainty::Proven => say!("the checksum database proves", "校验库证明"),
        Certainty::Recorded => say!("go.sum records", "go.sum 记录"),
        _ => say!("that was downloaded", "当初下载"),
    }
}

fn tampered_dir(case: &Case<'_>) -> Msg {
    let module = &case.looked.module;
    let differing = &case.looked.differing;
    let count = differing.changed.len() + differing.added.len() + differing.missing.len();
    match count {
        0 => say!(
            "{module}: the extracted directory was changed after download",
            "{module}：解压出来的目录在下载之后被改动过",
            module
        ),
        1 => say!(
            "{module}: one file of the extracted directory is not the zip's",
            "{module}：解压目录里有一个文件与 zip 不符",
            module
        ),
        _ => say!(
            "{module}: {count} files of the extracted directory are not the zip's",
            "{module}：解压目录里有 {count} 个文件与 zip 不符",
            module,
            count
        ),
    }
}

fn ziphash(case: &Case<'_>, wrong: Option<&Sighting>) -> Msg {
    let module = &case.looked.module;
    match wrong.map(|one| &one.said) {
        Some(Said::Hash(_)) => say!(
            "{module}: the cache's .ziphash file has another hash than the zip, which is sound",
            "{module}：缓存里的 .ziphash 与 zip 不符，而 zip 本身是好的",
            module
        ),
        Some(Said::Broken(_)) => say!(
            "{module}: the cache's .ziphash file holds no hash; the zip is sound",
            "{module}：缓存里的 .ziphash 不是有效的哈希；zip 本身是好的",
            module
        ),
        _ => say!(
            "{module}: the cache's .ziphash file is missing; what lies beside it is sound",
            "{module}：缓存里缺少 .ziphash；其余内容是好的",
            module
        ),
    }
}

/// `go.sum line 12`.
fn line_of(wrong: Option<&Sighting>) -> Msg {
    match wrong.map(|one| &one.witness) {
        Some(Witness::GoSum { file, line }) => {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            say!("line {line} of {name}", "{name} 第 {line} 行", name, line)
        }
        _ => say!("go.sum", "go.sum"),
    }
}

fn entry(case: &Case<'_>, culprit: &Culprit) -> String {
    let module = &case.looked.module;
    let tail = if culprit.part == Part::GoMod { "/go.mod" } else { "" };
    let hash = culprit.right.as_deref().unwrap_or("h1:…");
    format!("{} {}{tail} {hash}", module.path, module.version)
}

fn gosum_wrong(case: &Case<'_>, culprit: &Culprit, wrong: Option<&Sighting>) -> (Msg, Msg) {
    let (module, line, entry) = (&case.looked.module, line_of(wrong), entry(case, culprit));
    if culprit.certainty == Certainty::Proven {
        return (
            say!(
                "{module}: {line} is wrong; the checksum database proves another hash",
                "{module}：{line}有误；校验库证明的是另一个哈希",
                module,
                line
            ),
            say!("replace {line} by: {entry}", "把 {line} 换成：{entry}", line, entry),
        );
    }
    (
        say!(
            "{module}: {line} is most likely wrong; zip, .ziphash and directory of the cache agree against it",
            "{module}：{line}多半有误；缓存里的 zip、.ziphash 和目录彼此一致，唯独与它不符",
            module,
            line
        ),
        say!(
            "not proven: ask the checksum database first (gobs verify {module}, online and with GOSUMDB on); if it agrees, the line is: {entry}",
            "尚未证实：先向校验库求证（联网且未关闭 GOSUMDB 时运行 gobs verify {module}）；若一致，这一行应为：{entry}",
            module,
            entry
        ),
    )
}

fn conflict(case: &Case<'_>, culprit: &Culprit, wrong: Option<&Sighting>, part: &Msg) -> (Msg, Msg) {
    let (module, line) = (&case.looked.module, line_of(wrong));
    let what = say!(
        "{module}: go.sum has two hashes for the {part}; go believes the first",
        "{module}：go.sum 对 {part} 记了两个哈希；go 以第一个为准",
        module,
        part
    );
    let advice = match (culprit.certainty, &culprit.right) {
        (Certainty::Proven, _) => say!(
            "remove {line}: the checksum database proves the other one",
            "删掉{line}：校验库证明另一个是对的",
            line
        ),
        (_, Some(_)) => say!(
            "{line} is most likely the wrong one: the cached copy has the other hash; let the checksum database confirm it (gobs verify {module}, online and with GOSUMDB on) before removing the line",
            "{line}多半是错的：缓存里是另一个哈希；删除前先让校验库确认（联网且未关闭 GOSUMDB 时运行 gobs verify {module}）",
            line,
            module
        ),
        _ => say!(
            "which one is right is not known here: run gobs verify {module} where the checksum database can be reached",
            "在这里无法判断哪个对：请在能连到校验库的环境运行 gobs verify {module}",
            module
        ),
    };
    (what, advice)
}

fn mirror(case: &Case<'_>, culprit: &Culprit, wrong: Option<&Sighting>, part: &Msg) -> (Msg, Msg) {
    let (module, proxy) = (&case.looked.module, proxy_of(wrong));
    let than = match culprit.certainty {
        Certainty::Proven => say!("the checksum database proves", "校验库证明"),
        _ => say!("origin and go.sum have", "源站和 go.sum"),
    };
    let what = say!(
        "{module}: {proxy} serves another {part} than {than}",
        "{module}：{proxy} 给的 {part} 与{than}的不同",
        module,
        proxy,
        part,
        than
    );
    let advice = say!(
        "use another proxy for it, report {proxy}, and keep go.sum as it is",
        "换一个代理获取，向 {proxy} 的维护者反馈，go.sum 保持不动",
        proxy
    );
    (what, advice)
}
