//! Asking a go.sum: which hashes a module version has, and where the file contradicts itself.

use super::{Entry, GoSum, Part};

/// The entries of a go.sum, in the order of path, version and part.
#[derive(Clone, Debug)]
pub struct Index<'s, 'a> {
    entries: &'s [Entry<'a>],
    order: Vec<u32>,
}

/// What go.sum says about a hash (`haveModSumLocked`, `HaveSum`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Have<'s, 'a> {
    /// A line has this hash, and go meets it before any other `h1:`.
    Match(&'s Entry<'a>),
    /// Go meets another `h1:` first and stops with a checksum mismatch.
    Mismatch(&'s Entry<'a>),
    /// There are lines, but of algorithms that go does not know.
    Unknown(&'s Entry<'a>),
    Missing,
}

/// A module version with different `h1:` hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict<'s, 'a> {
    /// In the order of the file: go believes the first.
    pub entries: Vec<&'s Entry<'a>>,
}

impl<'a> GoSum<'a> {
    /// An index for look-ups; linear for a file as go writes it.
    pub fn index(&self) -> Index<'_, 'a> {
        let entries = self.entries.as_slice();
        let mut order: Vec<u32> = (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect();
        // Stable, so that lines of one version stay in the order of the file.
        order.sort_by(|a, b| key(&entries[*a as usize]).cmp(&key(&entries[*b as usize])));
        Index { entries, order }
    }
}

impl<'s, 'a> Index<'s, 'a> {
    /// The lines about one part of a module version, in the order of the file.
    pub fn lines(&self, path: &str, version: &str, part: Part) -> impl Iterator<Item = &'s Entry<'a>> {
        let entries = self.entries;
        let wanted = (path, version, part);
        let start = self.order.partition_point(|at| key(&entries[*at as usize]) < wanted);
        let rest = &self.order[start..];
        let count = rest.partition_point(|at| key(&entries[*at as usize]) == wanted);
        let found: Vec<u32> = rest[..count].to_vec();
        found.into_iter().map(move |at| &entries[at as usize])
    }

    /// What go would make of content with this hash.
    pub fn have(&self, path: &str, version: &str, part: Part, hash: &str) -> Have<'s, 'a> {
        let mut unknown = None;
        for entry in self.lines(path, version, part) {
            if entry.hash == hash {
                return Have::Match(entry);
            }
            if entry.hash.starts_with("h1:") {
                return Have::Mismatch(entry);
            }
            unknown = unknown.or(Some(entry));
        }
        unknown.map_or(Have::Missing, Have::Unknown)
    }

    /// The hash go compares with: the first `h1:` line.
    pub fn recorded(&self, path: &str, version: &str, part: Part) -> Option<&'s Entry<'a>> {
        self.lines(path, version, part).find(|entry| entry.hash.starts_with("h1:"))
    }

    /// Every module version with more than one `h1:` hash.
    pub fn conflicts(&self) -> Vec<Conflict<'s, 'a>> {
        let entries = self.entries;
        let same = |a: &u32, b: &u32| key(&entries[*a as usize]) == key(&entries[*b as usize]);
        let groups = self.order.chunk_by(same).filter(|group| group.len() > 1);
        let known = groups.map(|group| {
            let lines = group.iter().map(|at| &entries[*at as usize]);
            lines.filter(|entry| entry.hash.starts_with("h1:")).collect::<Vec<_>>()
        });
        let conflicts = known.filter(|lines| lines.iter().any(|entry| entry.hash != lines[0].hash));
        conflicts.map(|entries| Conflict { entries }).collect()
    }
}

fn key<'e>(entry: &Entry<'e>) -> (&'e str, &'e str, Part) {
    (entry.path, entry.version, entry.part)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn the_first_known_hash_decides() {
        let sum = parse(b"b v1 h1:right\nb v1 h1:wrong\nc v1 h1:wrong\nc v1 h1:right\nd v1 h2:x\nd v1 h1:right\ne v1 h2:x\na v1 h1:a\n");
        let index = sum.index();
        let have = |path| index.have(path, "v1", Part::Zip, "h1:right");
        assert!(matches!(have("b"), Have::Match(entry) if entry.line == 1));
        assert!(matches!(have("c"), Have::Mismatch(entry) if entry.line == 3));
        assert!(matches!(have("d"), Have::Match(entry) if entry.line == 6));
        assert!(matches!(have("e"), Have::Unknown(entry) if entry.line == 7));
        assert_eq!(have("f"), Have::Missing);
        assert_eq!(index.have("b", "v1", Part::GoMod, "h1:right"), Have::Missing);
        assert_eq!(index.recorded("d", "v1", Part::Zip).map(|entry| entry.line), Some(6));
        let conflicts: Vec<Vec<u32>> =
            index.conflicts().iter().map(|c| c.entries.iter().map(|e| e.line).collect()).collect();
        assert_eq!(conflicts, [[1, 2], [3, 4]]);
    }

    #[test]
    fn repeated_lines_are_no_conflict() {
        let sum = parse(b"a v1 h1:x\na v1 h1:x\na v1 h2:y\n");
        assert_eq!(sum.index().conflicts(), []);
    }
}
