//! git's configuration files: a lossless reader that knows its lines, and an editor of single keys. Bytes in, bytes out.
//!
//! The grammar is git's own (`config.c:git_parse_source`), so that what git accepts is accepted, what git
//! refuses is refused at git's line, and bytes in any encoding stay what they were.

mod edit;
pub mod insteadof;
mod outcome;
mod scan;
mod splice;
#[cfg(test)]
mod tests;
pub mod urlmatch;

use std::ops::Range;

pub use edit::Unwritable;
pub use outcome::Fault;

use crate::model::Msg;

/// A parsed file. Whatever is not asked to change stays as it is, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitConfig {
    bytes: Vec<u8>,
    sections: Vec<Section>,
    items: Vec<Item>,
}

/// One variable as git sees it, in file order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'c> {
    /// Lower case; empty before the first section header.
    pub section: &'c str,
    /// As written; bytes that are not UTF-8 are replaced.
    pub subsection: Option<&'c str>,
    /// Lower case.
    pub name: &'c str,
    /// `None` for a key without `=`, which git takes as true. Bytes that are not UTF-8 are replaced.
    pub value: Option<&'c str>,
    /// Where the key stands, from 1.
    pub line: u32,
}

impl Entry<'_> {
    /// `section.subsection.name`, as `git config --list` prints it.
    pub fn canonical(&self) -> String {
        match (self.section, self.subsection) {
            ("", None) => self.name.to_owned(),
            (section, None) => format!("{section}.{}", self.name),
            (section, Some(sub)) => format!("{section}.{sub}.{}", self.name),
        }
    }

    /// Whether this is that variable. Section and name ignore case, the subsection does not.
    pub fn is(&self, (section, subsection, name): Key<'_>) -> bool {
        self.section.eq_ignore_ascii_case(section)
            && self.subsection == subsection
            && self.name.eq_ignore_ascii_case(name)
    }
}

/// Section, subsection and name of a variable: `("url", Some("ssh://git@h/"), "insteadOf")`.
pub type Key<'k> = (&'k str, Option<&'k str>, &'k str);

/// git would say `fatal: bad config line {line} in file …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The line that git names.
    pub line: u32,
    pub why: Msg,
}

/// A section header.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Section {
    /// What stands before the last dot of its variables, as bytes.
    base: Vec<u8>,
    /// What stands before the first dot of `base`, and what after it.
    name: String,
    subsection: Option<String>,
    /// git's keys are C strings: after a NUL in the subsection every variable has this one name.
    cut_variable: Option<String>,
}

/// What stands in the file between white space.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    /// Without the line end.
    span: Range<usize>,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// An index into `sections`.
    Header(usize),
    Comment,
    Variable(Variable),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Variable {
    /// The header above, if any: an index into `sections`.
    section: Option<usize>,
    name: String,
    value: Option<String>,
    /// Nothing was replaced in `value`: it was UTF-8.
    exact: bool,
    /// Where the value is written: after `=`, without the space around it. Ends with the key where there is no `=`.
    written: Range<usize>,
    line: u32,
}

impl GitConfig {
    /// Reads a file.
    ///
    /// # Errors
    /// What git refuses, with the line that git names.
    pub fn parse(bytes: &[u8]) -> Result<GitConfig, Malformed> {
        scan::scan(bytes.to_vec())
    }

    /// All variables in file order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.variables().map(|variable| self.entry(variable))
    }

    /// The values of one variable in file order; `None` stands for a key without `=`.
    pub fn values<'c>(&'c self, key: Key<'c>) -> impl Iterator<Item = Option<&'c str>> {
        self.entries().filter(move |entry| entry.is(key)).map(|entry| entry.value)
    }

    /// The file.
    pub fn render(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.items.iter().filter_map(|item| match &item.what {
            What::Variable(variable) => Some(variable),
            What::Header(_) | What::Comment => None,
        })
    }

    fn entry<'c>(&'c self, variable: &'c Variable) -> Entry<'c> {
        let section = variable.section.map(|at| &self.sections[at]);
        Entry {
            section: section.map_or("", |s| s.name.as_str()),
            subsection: section.and_then(|s| s.subsection.as_deref()),
            name: section.and_then(|s| s.cut_variable.as_deref()).unwrap_or(&variable.name),
            value: variable.value.as_deref(),
            line: variable.line,
        }
    }
}
