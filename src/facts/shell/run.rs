//! Going through start files as a shell would, without running anything: what is exported at the end, and by which line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::stages::{Grammar, Shell, Stage};
use crate::text::shellrc::{
    self, Answer, Asked, Assignment, Command, Dialect, Effect, Node, Word, answer, effects, fits,
};
use crate::world::{ReadError, World};

/// A start file larger than this is not read.
const FILE_CAP: u64 = 1 << 20;
/// More files than this one shell does not read, and more commands than this none of them runs.
const MAX_FILES: usize = 256;
const MAX_STEPS: usize = 50_000;
/// Blocks within functions within files within …
const MAX_NESTING: usize = 48;

/// A value that a line gives a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// `None` where only running the line would tell.
    pub value: Option<String>,
    pub at: (PathBuf, u32),
    /// The condition the line stands under.
    pub maybe: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Var {
    /// The line that sets it for sure, if any, and those after it that may.
    pub held: Vec<Held>,
    exported: bool,
}

/// Files read once, however many shells read them.
#[derive(Default)]
pub(super) struct Scripts(BTreeMap<(PathBuf, Dialect), Script>);

type Script = Rc<Result<Vec<Node>, ReadError>>;

/// One shell on its way through its files.
pub(super) struct Run<'w, 's> {
    pub(super) world: &'w World,
    scripts: &'s mut Scripts,
    pub(super) shell: Shell,
    pub(super) vars: BTreeMap<String, Var>,
    functions: BTreeMap<String, Rc<Vec<Node>>>,
    /// The files that are being read, the innermost last.
    reading: Vec<PathBuf>,
    done: BTreeSet<PathBuf>,
    conditions: Vec<String>,
    export_all: bool,
    files: usize,
    steps: usize,
    nesting: usize,
    /// What PATH becomes, line by line.
    pub(super) path: Vec<Held>,
    /// Start files that are there and cannot be read.
    pub(super) unread: Vec<(PathBuf, ReadError)>,
}

/// Whether the file goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Return,
}

impl<'w, 's> Run<'w, 's> {
    pub(super) fn new(world: &'w World, scripts: &'s mut Scripts, shell: Shell) -> Run<'w, 's> {
        Run {
            world,
            scripts,
            shell,
            vars: BTreeMap::new(),
            functions: BTreeMap::new(),
            reading: Vec::new(),
            done: BTreeSet::new(),
            conditions: Vec::new(),
            export_all: false,
            files: 0,
            steps: 0,
            nesting: 0,
            path: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// Reads start files in their order.
    pub(super) fn stages(&mut self, stages: &[Stage]) {
        for stage in stages {
            self.stage(stage);
        }
    }

    /// Reads one start file; one that another has sourced already is not read again unless it is read `anew`.
    pub(super) fn stage(&mut self, stage: &Stage) {
        let seen = self.done.contains(&stage.path);
        if seen && !stage.anew {
            return;
        }
        match stage.grammar {
            Grammar::Script(dialect) => self.file(&stage.path, dialect),
            Grammar::Pam => self.plain(&stage.path, shellrc::pam_environment),
            Grammar::EnvironmentD => self.plain(&stage.path, shellrc::environment_d),
            Grammar::Universal => self.plain(&stage.path, shellrc::universal),
        }
    }

    /// What is exported at the end: every line whose value may be in force, by variable.
    pub(super) fn exported(&self) -> impl Iterator<Item = (&String, &Held)> {
        let exported = self.vars.iter().filter(|(_, var)| var.exported);
        exported.flat_map(|(name, var)| var.held.iter().map(move |held| (name, held)))
    }

    fn plain(&mut self, path: &Path, read: impl Fn(&str) -> Vec<Assignment>) {
        match self.world.files.read_capped(path, FILE_CAP) {
            Ok(bytes) => {
                for Assignment { name, value, line } in read(&shellrc::decoded(&bytes)) {
                    let value = self.expand(&value);
                    self.set(name, value, Some(true), (path.to_path_buf(), line));
                }
            }
            Err(ReadError::Absent) => {}
            Err(err) => self.unread.push((path.to_path_buf(), err)),
        }
    }

    fn file(&mut self, path: &Path, dialect: Dialect) {
        let path = self.here(path);
        let itself = self.world.files.canonical(&path).unwrap_or_else(|| path.clone());
        if self.reading.contains(&itself) || self.files >= MAX_FILES || self.nesting >= MAX_NESTING {
            return;
        }
        self.files += 1;
        self.done.insert(path.clone());
        let script = self.scripts.get(self.world, &path, dialect);
        match script.as_ref() {
            Ok(nodes) => {
                self.reading.push(itself);
                self.nodes(nodes, &path, dialect);
                self.reading.pop();
            }
            Err(ReadError::Absent) => {}
            Err(err) if self.unread.iter().any(|(known, _)| *known == path) => drop(err.clone()),
            Err(err) => self.unread.push((path, err.clone())),
        }
    }

    fn nodes(&mut self, nodes: &[Node], path: &Path, dialect: Dialect) -> Flow {
        if self.nesting >= MAX_NESTING {
            return Flow::On;
        }
        self.nesting += 1;
        let mut flow = Flow::On;
        for node in nodes {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                break;
            }
            flow = self.node(node, path, dialect);
            if flow == Flow::Return {
                break;
            }
        }
        self.nesting -= 1;
        flow
    }

    fn node(&mut self, node: &Node, path: &Path, dialect: Dialect) -> Flow {
        match node {
            Node::Run(command) => self.command(command, path, dialect),
            Node::Group(body) => self.nodes(body, path, dialect),
            Node::When { test, said, then, otherwise } => match answer(dialect, test, self) {
                Answer::Yes => self.nodes(then, path, dialect),
                Answer::No => self.nodes(otherwise, path, dialect),
                Answer::Maybe => {
                    self.maybe(said, then, path, dialect);
                    self.maybe(said, otherwise, path, dialect)
                }
            },
            Node::Loop { said, body } => self.maybe(said, body, path, dialect),
            Node::Each { var, words, body } => self.each(var, words, body, path, dialect),
            Node::Case { word, said, arms } => self.case(word, said, arms, path, dialect),
            Node::Function { name, body } => {
                self.functions.insert(name.clone(), Rc::new(body.clone()));
                Flow::On
            }
        }
    }

    /// A block that may run. That it may also leave the file is not reckoned with: such lines guard
    /// against shells that are not interactive.
    fn maybe(&mut self, said: &str, body: &[Node], path: &Path, dialect: Dialect) -> Flow {
        self.conditions.push(said.to_owned());
        self.nodes(body, path, dialect);
        self.conditions.pop();
        Flow::On
    }

    fn each(&mut self, var: &str, words: &[Word], body: &[Node], path: &Path, dialect: Dialect) -> Flow {
        let mut values = Vec::new();
        for word in words {
            match self.globbed(word) {
                Some(more) => values.extend(more),
                None => return self.maybe(&format!("for {var} in …"), body, path, dialect),
            }
        }
        for value in values.into_iter().take(MAX_FILES) {
            let at = (path.to_path_buf(), 0);
            self.set(var.to_owned(), Some(value), None, at);
            if self.nodes(body, path, dialect) == Flow::Return {
                return Flow::Return;
            }
        }
        Flow::On
    }

    fn case(
        &mut self,
        word: &Word,
        said: &str,
        arms: &[(Vec<Word>, Vec<Node>)],
        path: &Path,
        dialect: Dialect,
    ) -> Flow {
        let known = self.expand(word);
        for (patterns, body) in arms {
            let patterns: Option<Vec<String>> = patterns.iter().map(|pattern| self.expand(pattern)).collect();
            match (&known, patterns) {
                (Some(text), Some(patterns)) => {
                    if patterns.iter().any(|pattern| fits(pattern, text)) {
                        return self.nodes(body, path, dialect);
                    }
                }
                _ => _ = self.maybe(said, body, path, dialect),
            }
        }
        Flow::On
    }

    fn command(&mut self, command: &Command, path: &Path, dialect: Dialect) -> Flow {
        let effects = effects(dialect, command);
        // The arguments of `export` are expanded before the first of them takes effect, a row of assignments one by one.
        let row = command.words.iter().all(Word::is_assignment);
        let early: Vec<Option<String>> = match row {
            true => Vec::new(),
            false => effects.iter().map(|effect| self.value_of(effect)).collect(),
        };
        for (at, effect) in effects.into_iter().enumerate() {
            match effect {
                Effect::Set { name, value, exports, appends } => {
                    let mut value = early.get(at).cloned().unwrap_or_else(|| self.expand(&value));
                    if appends {
                        value = value.and_then(|more| Some(self.value(&name)? + &more));
                    }
                    self.set(name, value, exports, (path.to_path_buf(), command.line));
                }
                Effect::Export { name, on } => {
                    let sure = self.conditions.is_empty();
                    let var = self.vars.entry(name).or_default();
                    var.exported = on || (var.exported && !sure);
                }
                Effect::Unset(name) => {
                    if self.conditions.is_empty() {
                        self.vars.remove(&name);
                    }
                }
                Effect::ExportAll(on) => self.export_all = on,
                Effect::Source(word) => {
                    let Some(file) = self.expand(&word).map(PathBuf::from) else { continue };
                    if file.is_absolute() {
                        self.file(&file, dialect);
                    }
                }
                Effect::Return => return Flow::Return,
                Effect::Call(name) => {
                    if let Some(body) = self.functions.get(&name).cloned() {
                        self.nodes(&body, path, dialect);
                    }
                }
            }
        }
        Flow::On
    }

    fn value_of(&self, effect: &Effect) -> Option<String> {
        match effect {
            Effect::Set { value, .. } => self.expand(value),
            _ => None,
        }
    }

    fn set(&mut self, name: String, value: Option<String>, exports: Option<bool>, at: (PathBuf, u32)) {
        let maybe = self.conditions.last().cloned();
        let exports = exports.or(self.export_all.then_some(true));
        let held = Held { value, at, maybe };
        if name == "PATH" && held.maybe.is_none() {
            self.path.push(held.clone());
        }
        let var = self.vars.entry(name).or_default();
        if held.maybe.is_none() {
            var.held.clear();
        }
        var.held.push(held);
        var.exported = exports.unwrap_or(var.exported);
    }
}

impl Scripts {
    fn get(&mut self, world: &World, path: &Path, dialect: Dialect) -> Script {
        let read = || {
            let bytes = world.files.read_capped(path, FILE_CAP)?;
            Ok(shellrc::parse(dialect, &shellrc::decoded(&bytes)))
        };
        self.0.entry((path.to_path_buf(), dialect)).or_insert_with(|| Rc::new(read())).clone()
    }
}
