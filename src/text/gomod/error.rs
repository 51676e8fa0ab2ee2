//! What is wrong with a go.mod, in go's words and at go's place (x/mod/modfile/rule.go:Error).

use std::fmt;

use super::lex::Position;

/// One error: `go.mod:5:2: require ex.test/a: version "v2.0.0" invalid: should be v0 or v1, not v2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The name the file was parsed under.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
    /// In runes, from 1; go leaves it out where it is 1.
    pub column: u32,
    /// The module the error is about, where go names it.
    pub module: Option<String>,
    /// What follows the place.
    pub words: String,
}

impl Error {
    pub(super) fn at(file: &str, at: Position, words: impl Into<String>) -> Error {
        Error { file: file.to_owned(), line: at.line, column: at.rune, module: None, words: words.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.file, self.line)?;
        if self.column > 1 {
            write!(f, "{}:", self.column)?;
        }
        write!(f, " {}", self.words)
    }
}

impl std::error::Error for Error {}

/// The errors as go prints them, under `errors parsing go.mod:`.
pub fn report(file: &str, errors: &[Error]) -> String {
    let lines: Vec<String> = errors.iter().map(Error::to_string).collect();
    format!("errors parsing {file}:\n{}", lines.join("\n"))
}
