//! What the directives mean (x/mod/modfile/rule.go:add).

use super::error::Error;
use super::lex::Position;
use super::syntax::{Line, directive_comment, is_indirect};
use super::version::{Versions, is_go_version, is_toolchain, lax_go_version, parse_string, parse_version};
use super::{Exclude, File, Godebug, ModVer, Module, Named, Require};
use crate::text::modpath;

/// Collects directives and errors of one file.
pub(super) struct Reader<'a> {
    pub(super) file: &'a str,
    pub(super) versions: Versions,
    pub(super) strict: bool,
    pub(super) parsed: File,
    uses: Vec<Named>,
    pub(super) errors: Vec<Error>,
    /// The tokens of each retract directive, to be read again when the module path is known.
    pub(super) retracts: Vec<(Position, Vec<String>)>,
}

/// Words of an error, and the module go names in front of them.
pub(super) struct Refused {
    module: Option<String>,
    words: String,
}

impl<S: Into<String>> From<S> for Refused {
    fn from(words: S) -> Refused {
        Refused { module: None, words: words.into() }
    }
}

impl Refused {
    /// `wrapModPathError`.
    pub(super) fn about(verb: &str, path: &str, words: impl std::fmt::Display) -> Refused {
        Refused { module: Some(path.to_owned()), words: format!("{verb} {path}: {words}") }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str, versions: Versions, strict: bool) -> Reader<'a> {
        Reader {
            file,
            versions,
            strict,
            parsed: File::default(),
            uses: Vec::new(),
            errors: Vec::new(),
            retracts: Vec::new(),
        }
    }

    /// One line of a go.mod; its tokens are the arguments behind `verb`.
    pub(super) fn add(&mut self, block_before: Option<&[String]>, line: &mut Line, verb: &str) {
        if !self.strict && !matches!(verb, "go" | "module" | "retract" | "require" | "ignore") {
            return;
        }
        let read = match verb {
            "go" => self.go(line),
            "toolchain" => self.toolchain(line),
            "module" => self.module(block_before, line),
            "godebug" => self.godebug(line),
            "require" | "exclude" => self.require_or_exclude(line, verb),
            "replace" => self.replace(line),
            "retract" => self.retract(block_before, line),
            "tool" => one_path(line, "tool directive expects exactly one argument")
                .map(|tool| self.parsed.tool.push(tool)),
            "ignore" => one_path(line, "ignore directive expects exactly one argument")
                .map(|path| self.parsed.ignore.push(path)),
            _ => Err(format!("unknown directive: {verb}").into()),
        };
        self.note(line.start, read);
    }

    /// One line of a go.work.
    pub(super) fn add_to_work(&mut self, line: &mut Line, verb: &str) {
        let read = match verb {
            "go" => self.go(line),
            "toolchain" => self.toolchain(line),
            "godebug" => self.godebug(line),
            "use" => one_path(line, "usage: use local/dir").map(|path| self.uses.push(path)),
            "replace" => self.replace(line),
            _ => Err(format!("unknown directive: {verb}").into()),
        };
        self.note(line.start, read);
    }

    pub(super) fn unknown_block(&mut self, at: Position, tokens: &[String]) {
        let words = format!("unknown block type: {}", tokens.join(" "));
        self.errors.push(Error::at(self.file, at, words));
    }

    /// The file and the `use` directives, or all errors.
    pub(super) fn finish(mut self) -> Result<(File, Vec<Named>), Vec<Error>> {
        self.fix_retracts();
        if self.errors.is_empty() { Ok((self.parsed, self.uses)) } else { Err(self.errors) }
    }

    fn note(&mut self, at: Position, read: Result<(), Refused>) {
        if let Err(Refused { module, words }) = read {
            let error = Error::at(self.file, at, words);
            self.errors.push(Error { module, ..error });
        }
    }

    fn go(&mut self, line: &Line) -> Result<(), Refused> {
        if self.parsed.go.is_some() {
            return Err("repeated go statement".into());
        }
        let [version] = line.tokens.as_slice() else {
            return Err("go directive expects exactly one argument".into());
        };
        let lax = || lax_go_version(version).filter(|_| !self.strict);
        let value = Some(version.as_str()).filter(|version| is_go_version(version)).or_else(lax);
        let Some(value) = value else {
            return Err(format!("invalid go version '{version}': must match format 1.23.0").into());
        };
        self.parsed.go = Some(named(value, line));
        Ok(())
    }

    fn toolchain(&mut self, line: &Line) -> Result<(), Refused> {
        if self.parsed.toolchain.is_some() {
            return Err("repeated toolchain statement".into());
        }
        let [name] = line.tokens.as_slice() else {
            return Err("toolchain directive expects exactly one argument".into());
        };
        if !is_toolchain(name) {
            return Err(
                format!("invalid toolchain version '{name}': must match format go1.23.0 or default").into()
            );
        }
        self.parsed.toolchain = Some(named(name, line));
        Ok(())
    }

    fn module(&mut self, block_before: Option<&[String]>, line: &mut Line) -> Result<(), Refused> {
        if self.parsed.module.is_some() {
            return Err("repeated module statement".into());
        }
        let deprecated = deprecation(&directive_comment(block_before, line));
        let module =
            self.parsed.module.insert(Module { path: String::new(), deprecated, line: line.start.line });
        let [path] = line.tokens.as_mut_slice() else {
            return Err("usage: module module/path".into());
        };
        module.path = parse_string(path).map_err(quoted)?;
        Ok(())
    }

    fn godebug(&mut self, line: &Line) -> Result<(), Refused> {
        let usage = || Refused::from("usage: godebug key=value");
        let [setting] = line.tokens.as_slice() else {
            return Err(usage());
        };
        let (key, value) = setting.split_once('=').ok_or_else(usage)?;
        if setting.contains(['"', '`', '\'', ',']) {
            return Err(usage());
        }
        self.parsed.godebug.push(Godebug {
            key: key.to_owned(),
            value: value.to_owned(),
            line: line.start.line,
        });
        Ok(())
    }

    fn require_or_exclude(&mut self, line: &mut Line, verb: &str) -> Result<(), Refused> {
        let indirect = is_indirect(line);
        let number = line.start.line;
        let [path, version] = line.tokens.as_mut_slice() else {
            return Err(format!("usage: {verb} module/path v1.2.3").into());
        };
        let path = parse_string(path).map_err(quoted)?;
        let (version, lookup) =
            parse_version(verb, &path, version, self.versions).map_err(|words| with_module(&path, words))?;
        let module =
            self.fitting(verb, path, version, lookup, number, Refused::from("invalid module path"))?;
        match verb {
            "require" => self.parsed.require.push(Require { module, indirect, line: number }),
            _ => self.parsed.exclude.push(Exclude { module, line: number }),
        }
        Ok(())
    }

    /// The module version, if the path is one and the version fits its major version.
    pub(super) fn fitting(
        &mut self,
        verb: &str,
        path: String,
        version: String,
        lookup: bool,
        line: u32,
        bad: Refused,
    ) -> Result<ModVer, Refused> {
        let (_, path_major) = modpath::split_path_version(&path).ok_or(bad)?;
        let fits = modpath::check_path_major(&version, path_major);
        let module = ModVer { path, version };
        match fits {
            _ if lookup => self.parsed.unresolved.push((line, module.clone())),
            Ok(()) => {}
            Err(error) => return Err(Refused::about(verb, &module.path, error)),
        }
        Ok(module)
    }
}

pub(super) fn with_module(path: &str, words: String) -> Refused {
    Refused { module: Some(path.to_owned()), words }
}

fn named(value: &str, line: &Line) -> Named {
    Named { value: value.to_owned(), line: line.start.line }
}

pub(super) fn quoted(why: &'static str) -> Refused {
    format!("invalid quoted string: {why}").into()
}

fn one_path(line: &mut Line, usage: &str) -> Result<Named, Refused> {
    let number = line.start.line;
    let [path] = line.tokens.as_mut_slice() else {
        return Err(usage.into());
    };
    let value = parse_string(path).map_err(quoted)?;
    Ok(Named { value, line: number })
}

/// `deprecatedRE`: the first paragraph that starts with `Deprecated:`, without it.
fn deprecation(text: &str) -> String {
    const MARK: &str = "Deprecated:";
    let starts = |at: &usize| *at == 0 || text[..*at].ends_with("\n\n");
    let start = text.match_indices(MARK).map(|(at, _)| at).find(starts);
    let after = start.map_or("", |at| text[at + MARK.len()..].trim_start_matches(' '));
    after.split("\n\n").next().unwrap_or("").to_owned()
}
