//! The start files of shells, read and never executed: which variables they would set, and under which conditions.

mod edit;
mod effect;
mod fish;
mod fishlex;
mod lex;
mod plain;
mod posix;
mod test;
mod tokens;

pub use edit::comment_out;
pub use effect::{Effect, effects};
pub use plain::{Assignment, environment_d, pam_environment, universal};
pub use test::{Answer, Asked, answer, fits};

/// Whose grammar a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// sh, dash, bash, zsh, ksh.
    Posix,
    Fish,
}

impl Dialect {
    /// The grammar of a file, by its name.
    pub fn of(path: &std::path::Path) -> Dialect {
        if path.extension().is_some_and(|ending| ending == "fish") { Dialect::Fish } else { Dialect::Posix }
    }
}

/// One word, as far as it can be known without running anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word(pub Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Text {
        text: String,
        /// Neither `~` nor `*` mean anything in it.
        quoted: bool,
    },
    Var(String),
    /// `${NAME:-WORD}`.
    VarOr(String, Word),
    /// The output of a command, arithmetic, an array: not known without running it.
    Unknown,
}

/// A simple command with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    pub words: Vec<Word>,
    /// The line it begins on, counted from 1, and the one it ends on.
    pub line: u32,
    pub last: u32,
    /// Its bytes in the (lossily decoded) text.
    pub span: (usize, usize),
}

/// What a shell does, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Run(Command),
    When {
        test: Test,
        /// The condition as it is written.
        said: String,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    /// `for VAR in WORDS`.
    Each {
        var: String,
        words: Vec<Word>,
        body: Vec<Node>,
    },
    /// `while`, `until`, `select`: may run.
    Loop {
        said: String,
        body: Vec<Node>,
    },
    Case {
        word: Word,
        said: String,
        arms: Vec<(Vec<Word>, Vec<Node>)>,
    },
    Function {
        name: String,
        body: Vec<Node>,
    },
    /// `{ … }`, `begin … end`.
    Group(Vec<Node>),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    Command(Command),
    Not(Box<Test>),
    All(Vec<Test>),
    Any(Vec<Test>),
    Unknown,
}

/// Deeper nesting than this no start file has; what lies below is left out.
const MAX_DEPTH: usize = 32;

/// Reads a file. What cannot be understood is left out, and reading goes on behind it.
pub fn parse(dialect: Dialect, text: &str) -> Vec<Node> {
    match dialect {
        Dialect::Posix => posix::parse(text),
        Dialect::Fish => fish::parse(text),
    }
}

impl Word {
    /// The word where it is plain text, quoted or not.
    pub fn plain(&self) -> Option<String> {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Whether it is `NAME=…`, as it stands before a command or alone.
    pub fn is_assignment(&self) -> bool {
        self.assignment().is_some()
    }

    /// The word where it is unquoted text: what may be a keyword.
    fn bare(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Part::Text { text, quoted: false }] => Some(text),
            _ => None,
        }
    }

    fn text(text: &str) -> Word {
        Word(vec![Part::Text { text: text.to_owned(), quoted: false }])
    }

    /// Adds text, joining it to what it continues.
    fn push(&mut self, more: &str, now_quoted: bool) {
        match self.0.last_mut() {
            Some(Part::Text { text, quoted }) if *quoted == now_quoted => text.push_str(more),
            _ => self.0.push(Part::Text { text: more.to_owned(), quoted: now_quoted }),
        }
    }

    /// `NAME=rest` or `NAME+=rest` taken apart: name, whether it appends, the value.
    fn assignment(&self) -> Option<(String, bool, Word)> {
        matches!(self.0.first(), Some(Part::Text { quoted: false, .. })).then(|| self.declaration())?
    }

    /// The same for the argument of `export`, which may be quoted as a whole.
    fn declaration(&self) -> Option<(String, bool, Word)> {
        let [Part::Text { text, quoted }, rest @ ..] = self.0.as_slice() else { return None };
        let (name, value) = text.split_once('=')?;
        let (name, appends) = match name.strip_suffix('+') {
            Some(name) => (name, true),
            None => (name, false),
        };
        is_name(name).then_some(())?;
        let first = (!value.is_empty()).then(|| Part::Text { text: value.to_owned(), quoted: *quoted });
        Some((name.to_owned(), appends, Word(first.into_iter().chain(rest.iter().cloned()).collect())))
    }
}

/// Whether a shell takes it for the name of a variable.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The text of a file, byte for byte: what is no UTF-8 becomes `?`.
pub fn decoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

/// A condition as a message shows it: one line, not too long.
fn said(text: &str) -> String {
    const MANY: usize = 60;
    let end = text.char_indices().nth(4 * MANY).map_or(text.len(), |(at, _)| at);
    let line = text[..end].split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MANY) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200), fish: bool) {
            let dialect = if fish { Dialect::Fish } else { Dialect::Posix };
            let text = decoded(&bytes);
            prop_assert_eq!(text.len(), bytes.len());
            parse(dialect, &text);
        }

        #[test]
        fn any_scraps_of_shell_are_survived(text in "([a-z$={}()'\"`\\\\;&|<>\n #!*?]|if |then |fi\n|case |esac|for |do |done|end\n|<<E|\\$\\{A:-){0,60}") {
            for dialect in [Dialect::Posix, Dialect::Fish] {
                parse(dialect, &text);
            }
        }

        #[test]
        fn plain_files_are_survived(text in "([A-C=:'\"$\\{}\\\\x0-9\n #é]|SETUVAR --export A:){0,40}") {
            pam_environment(&text);
            environment_d(&text);
            universal(&text);
        }
    }
}
