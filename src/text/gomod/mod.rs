//! go.mod and go.work: parsed as go parses them, refused with its words (x/mod/modfile).
//!
//! Bytes that are not UTF-8 are read as U+FFFD, one each, so that lines and columns are go's.

mod directive;
mod error;
mod lex;
mod replace;
mod retract;
mod syntax;
mod version;

pub use error::{Error, report};
pub use replace::is_directory_path;

use super::gostr;
pub use super::modpath::ModVer;
use directive::Reader;
use syntax::Stmt;
use version::Versions;

/// A parsed go.mod. Every directive knows its line, counted from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    pub module: Option<Module>,
    pub go: Option<Named>,
    pub toolchain: Option<Named>,
    pub godebug: Vec<Godebug>,
    pub require: Vec<Require>,
    pub exclude: Vec<Exclude>,
    pub replace: Vec<Replace>,
    pub retract: Vec<Retract>,
    pub tool: Vec<Named>,
    pub ignore: Vec<Named>,
    /// Versions that are no versions (`master`, `v1.2`): go would ask the module's source what they mean.
    /// Only [`parse_main`] lets them pass.
    pub unresolved: Vec<(u32, ModVer)>,
}

/// A parsed go.work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    pub go: Option<Named>,
    pub toolchain: Option<Named>,
    pub godebug: Vec<Godebug>,
    pub uses: Vec<Named>,
    pub replace: Vec<Replace>,
}

/// A directive with one argument: the version of `go`, the name of `toolchain`, the path of `tool`, `ignore`, `use`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub value: String,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    pub path: String,
    /// What follows `Deprecated:` in its comment.
    pub deprecated: String,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Godebug {
    pub key: String,
    pub value: String,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Require {
    pub module: ModVer,
    /// It has a `// indirect` comment.
    pub indirect: bool,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclude {
    pub module: ModVer,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    pub old: ModVer,
    pub new: ModVer,
    pub line: u32,
}

/// `low` and `high` are both retracted, and what lies between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retract {
    pub low: String,
    pub high: String,
    pub rationale: String,
    pub line: u32,
}

/// `modfile.Parse` without a version fixer: every version must be canonical.
pub fn parse(file: &str, data: &[u8]) -> Result<File, Vec<Error>> {
    parse_mod(file, data, Versions::Canonical, true)
}

/// `modfile.ParseLax`: how go reads the go.mod of a dependency. Unknown directives and those for the main module are
/// skipped.
pub fn parse_lax(file: &str, data: &[u8]) -> Result<File, Vec<Error>> {
    parse_mod(file, data, Versions::Canonical, false)
}

/// How go reads the main module's go.mod (`modload/init.go:fixVersion`): strictly, but a version that is none is
/// looked up; here it is kept as written and listed in `unresolved`.
pub fn parse_main(file: &str, data: &[u8]) -> Result<File, Vec<Error>> {
    parse_mod(file, data, Versions::Main, true)
}

/// `modfile.ParseWork`.
pub fn parse_work(file: &str, data: &[u8]) -> Result<Work, Vec<Error>> {
    let text = gostr::lossy(data);
    let stmts = syntax::parse(file, &text).map_err(|err| vec![err])?;
    let mut reader = Reader::new(file, Versions::Canonical, true);
    for stmt in stmts {
        match stmt {
            Stmt::Line(mut line) => {
                let verb = line.tokens.remove(0);
                reader.add_to_work(&mut line, &verb);
            }
            Stmt::Block(block) => match block.tokens.as_slice() {
                [verb] if matches!(verb.as_str(), "godebug" | "use" | "replace") => {
                    for mut line in block.lines {
                        reader.add_to_work(&mut line, verb);
                    }
                }
                tokens => reader.unknown_block(block.start, tokens),
            },
        }
    }
    let (mod_file, uses) = reader.finish()?;
    Ok(Work {
        go: mod_file.go,
        toolchain: mod_file.toolchain,
        godebug: mod_file.godebug,
        uses,
        replace: mod_file.replace,
    })
}

/// `modfile.ModulePath`: the path that a go.mod declares, whatever else is wrong with it; `""` if none.
pub fn module_path(data: &[u8]) -> String {
    for line in data.split(|b| *b == b'\n') {
        let line = gostr::lossy(line);
        let line = line.split("//").next().unwrap_or("").trim();
        let Some(rest) = line.strip_prefix("module") else {
            continue;
        };
        let path = rest.trim();
        if path.len() == rest.len() || path.is_empty() {
            continue;
        }
        if !path.starts_with(['"', '`']) {
            return path.to_owned();
        }
        let path = gostr::unquote(path).unwrap_or_default();
        return gostr::lossy(&path).into_owned();
    }
    String::new()
}

/// `gover.GoModLookup`: the value of a `go` or `toolchain` line, whatever else is wrong with the file.
pub fn go_mod_lookup(data: &[u8], key: &str) -> String {
    for line in data.split(|b| *b == b'\n') {
        let line = gostr::lossy(line);
        match line.trim().strip_prefix(key) {
            Some(rest) if rest.starts_with([' ', '\t']) => {
                return rest.split("//").next().unwrap_or("").trim().to_owned();
            }
            _ => {}
        }
    }
    String::new()
}

fn parse_mod(file: &str, data: &[u8], versions: Versions, strict: bool) -> Result<File, Vec<Error>> {
    let text = gostr::lossy(data);
    let stmts = syntax::parse(file, &text).map_err(|err| vec![err])?;
    let mut reader = Reader::new(file, versions, strict);
    for stmt in stmts {
        match stmt {
            Stmt::Line(mut line) => {
                let verb = line.tokens.remove(0);
                reader.add(None, &mut line, &verb);
            }
            Stmt::Block(block) => match block.tokens.as_slice() {
                [verb] if is_block_verb(verb) => {
                    for mut line in block.lines {
                        reader.add(Some(&block.before), &mut line, verb);
                    }
                }
                tokens if strict => reader.unknown_block(block.start, tokens),
                _ => {}
            },
        }
    }
    reader.finish().map(|(mod_file, _)| mod_file)
}

fn is_block_verb(verb: &str) -> bool {
    matches!(verb, "module" | "godebug" | "require" | "exclude" | "replace" | "retract" | "tool" | "ignore")
}

#[cfg(test)]
mod tests;
