//! go.sum by itself: lines go cannot read, and hashes that contradict each other.

use std::path::Path;

use super::at;
use crate::checks::cache::gosum_refused;
use crate::facts::Facts;
use crate::facts::modules::Refused;
use crate::facts::project::{BuildMod, Main};
use crate::model::{Finding, Findings, Known, Level, Msg, kind};
use crate::module::ModVer;
use crate::order::Order;
use crate::say;
use crate::text::gosum::{self, Encoding, Entry, GoSum, Part, Problem};
use crate::text::shellword::shell_word;

/// A line of one of the files.
type Line<'s> = (&'s Path, &'s Entry<'s>);

/// Conflicts told one by one.
const SHOWN: usize = 20;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let files = facts.sums()?;
    let sums: Vec<(&Path, GoSum<'_>)> =
        files.iter().map(|(path, bytes)| (path.as_path(), gosum::parse(bytes))).collect();
    // From vendor go builds without looking at go.sum.
    let worst = match facts.build_mod() {
        Ok(BuildMod::Vendor) => Level::Warning,
        _ => Level::Error,
    };
    for (path, sum) in &sums {
        if let Some(words) = sum.refusal(&path.display().to_string()) {
            let line = sum.problems.first().map_or(1, |(line, _)| *line);
            let refused = Refused { file: (*path).into(), line, words, merge: sum.has_merge_markers() };
            found.add(gosum_refused(&refused).at_level(worst));
        } else if let Some((line, _)) = sum.problems.iter().find(|(_, what)| *what == Problem::MergeMarker) {
            // Three words on every marker: go takes them for a module of a strange name.
            let refused = Refused { file: (*path).into(), line: *line, words: String::new(), merge: true };
            found.add(gosum_refused(&refused).at_level(Level::Warning));
        }
    }
    for (path, sum) in &sums {
        if sum.encoding == Encoding::Utf8Bom {
            found.add(marked(facts, worst, path, sum));
        }
    }
    for lines in conflicts(&sums).into_iter().take(SHOWN) {
        found.add(conflict(facts, worst, &lines));
    }
    let count: usize = sums.iter().map(|(_, sum)| sum.entries.len()).sum();
    if count > 0 {
        let count = Msg::counted(count, "hash", "hashes");
        found.note(say!("{count}", "{count} 条哈希", count));
    }
    Ok(())
}

/// A byte order mark, which go takes for a part of the first path: it does not find that line.
fn marked(facts: &Facts<'_>, worst: Level, path: &Path, sum: &GoSum<'_>) -> Finding {
    let first = sum.entries.first().filter(|entry| entry.line == 1);
    let (module, version) = first.map_or(("", ""), |entry| (entry.path, entry.version));
    let needed = |main: &Main| {
        main.file
            .iter()
            .flat_map(|file| &file.require)
            .any(|require| require.module.path == module && require.module.version == version)
    };
    let in_use = facts.project().is_ok_and(|project| project.mains.iter().any(needed));
    let level = if in_use { worst } else { Level::Warning };
    let what = say!(
        "go.sum begins with a byte order mark: go does not find its first line ({module} {version})",
        "go.sum 开头有 BOM：go 找不到它的第一行（{module} {version}）",
        module,
        version
    );
    Finding::new(kind::GOSUM_MALFORMED, level, what)
        .fact("module", module)
        .fact("version", version)
        .seen(at(path, 1), "EF BB BF")
        .command(
            say!("takes the mark off; the hashes stay as they are", "去掉 BOM，哈希保持不变"),
            format!("sed -i '1s/^\\xef\\xbb\\xbf//' {}", shell_word(&path.display().to_string())),
        )
}

/// The `h1:` lines of each module version that has different ones, in the order in which go meets them.
fn conflicts<'s>(sums: &'s [(&'s Path, GoSum<'s>)]) -> Vec<Vec<Line<'s>>> {
    if let [(path, sum)] = sums {
        let of = |conflict: gosum::Conflict<'s, 's>| {
            conflict.entries.into_iter().map(|entry| (*path, entry)).collect()
        };
        return sum.index().conflicts().into_iter().map(of).collect();
    }
    // In a workspace go takes all files together.
    let mut lines: Vec<Line<'_>> = sums
        .iter()
        .flat_map(|(path, sum)| sum.entries.iter().map(|entry| (*path, entry)))
        .filter(|(_, entry)| entry.hash.starts_with("h1:"))
        .collect();
    lines.order_by_key(|(_, entry)| (entry.path, entry.version, entry.part));
    let same =
        |a: &Line<'_>, b: &Line<'_>| (a.1.path, a.1.version, a.1.part) == (b.1.path, b.1.version, b.1.part);
    let groups = lines.chunk_by(same);
    groups
        .filter(|group| group.iter().any(|(_, entry)| entry.hash != group[0].1.hash))
        .map(<[Line<'_>]>::to_vec)
        .collect()
}

fn conflict(facts: &Facts<'_>, worst: Level, lines: &[Line<'_>]) -> Finding {
    let first = lines[0].1;
    let module = ModVer::new(first.path, first.version);
    let cached = facts.cached_hash(&module, first.part);
    let differs = |line: &&Line<'_>| cached.as_ref().is_some_and(|cached| line.1.hash != *cached);
    let known = cached.is_some() && lines.iter().any(|line| !differs(&line));
    // Where nothing tells which is right, the later line is the more likely newcomer.
    let other = lines.iter().rfind(|line| line.1.hash != first.hash);
    let suspect = if known { lines.iter().find(differs) } else { other }.unwrap_or(&lines[0]);
    let level = if known && suspect.1 != first { Level::Warning } else { worst };
    let part = match first.part {
        Part::Zip => "zip",
        Part::GoMod => "go.mod",
    };
    let what = say!(
        "{module}: go.sum has two hashes for the {part}; go believes the first",
        "{module}：go.sum 对 {part} 记了两个哈希；go 以第一个为准",
        module,
        part
    );
    let mut finding = Finding::new(kind::GOSUM_DUPLICATE_CONFLICT, level, what)
        .fact("module", module.path.clone())
        .fact("version", module.version.clone())
        .fact("part", part)
        .seen(at(suspect.0, suspect.1.line), suspect.1.hash);
    for (path, entry) in lines.iter().filter(|line| *line != suspect) {
        finding = finding.seen(at(path, entry.line), entry.hash);
    }
    let line = suspect.1.line;
    finding.command(
        match known {
            true => say!(
                "the cached copy has the other hash, so line {line} is most likely the wrong one; let the checksum database confirm it before removing the line",
                "缓存里是另一个哈希，所以第 {line} 行多半是错的；删掉它之前先让校验库确认",
                line
            ),
            false => say!(
                "which one is right is for the checksum database to say; remove the other line",
                "哪个对要由校验库来判断；另一行删掉"
            ),
        },
        format!("gobs verify {module}"),
    )
}
