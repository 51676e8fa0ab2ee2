//! The lines of every go.sum in force, by module version.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::module::ModVer;
use crate::module::truth::{Said, Sighting, Witness};
use crate::text::gosum::{self, Part};

/// A line about a module version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub file: Arc<Path>,
    pub line: u32,
    pub part: Part,
    pub hash: Box<str>,
}

/// A go.sum that go refuses, in its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub file: Arc<Path>,
    pub line: u32,
    pub words: String,
    /// A merge was not finished.
    pub merge: bool,
}

/// What is recorded.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    pub lines: BTreeMap<ModVer, Vec<Line>>,
    pub refused: Vec<Refused>,
}

impl Recorded {
    /// Adds a file; of several, go asks the first added first.
    pub fn read(&mut self, path: &Path, bytes: &[u8]) {
        let file: Arc<Path> = path.into();
        let sum = gosum::parse(bytes);
        for entry in &sum.entries {
            let line =
                Line { file: file.clone(), line: entry.line, part: entry.part, hash: entry.hash.into() };
            self.lines.entry(ModVer::new(entry.path, entry.version)).or_default().push(line);
        }
        if let Some(words) = sum.refusal(&path.display().to_string()) {
            let line = sum.problems.first().map_or(1, |(line, _)| *line);
            self.refused.push(Refused { file, line, words, merge: sum.has_merge_markers() });
        }
    }
}

impl Recorded {
    /// Whether go.sum has a hash that go knows of that part.
    pub fn has(&self, module: &ModVer, part: Part) -> bool {
        let known = |line: &Line| line.part == part && line.hash.starts_with("h1:");
        self.lines.get(module).is_some_and(|lines| lines.iter().any(known))
    }
}

impl Line {
    pub fn sighting(self) -> Sighting {
        let witness = Witness::GoSum { file: self.file, line: self.line };
        Sighting::new(witness, self.part, Said::Hash(self.hash.into()))
    }
}
