//! The start files of shells, read, never executed.

use std::path::Path;

use super::Facts;
use super::acting::Acting;

impl Facts<'_> {
    /// The lines of start files that set a variable.
    pub fn shell_lines(&self, _name: &str) -> Vec<Acting> {
        Vec::new()
    }

    /// A line of a file as it stands there.
    pub fn raw_line(&self, path: &Path, line: u32) -> String {
        let text = self.world.files.text(path).unwrap_or_default();
        text.lines().nth(line.saturating_sub(1) as usize).unwrap_or("").to_owned()
    }
}
