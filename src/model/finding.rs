//! What a judge found: a kind, a level, the evidence and the remedy. Prose is rendered last, once.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

use serde::Serialize;

use super::{Kind, Msg, SafeUrl, Step, Unknown};

/// How much it matters. Ordered: the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Info,
    Warning,
    Error,
}

/// Where something was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Env(String),
    File(PathBuf, Option<u32>),
    Command(String),
    Url(SafeUrl),
    /// A line of the log under explanation, counted from 1.
    Log(u32),
    Host,
}

/// Something seen, and where. The first evidence of a finding is the place to repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub from: Source,
    pub seen: String,
}

/// What to do about a finding: words, and steps for `fix` or for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    pub say: Msg,
    pub steps: Vec<Step>,
}

impl Remedy {
    /// Advice without a step that gobs could take.
    pub fn advice(say: Msg) -> Remedy {
        Remedy { say, steps: Vec::new() }
    }

    /// Whether `fix` may do it: there are steps, and none of them is a foreign command.
    pub fn automatic(&self) -> bool {
        !self.steps.is_empty() && !self.steps.iter().any(|step| matches!(step, Step::Run { .. }))
    }

    /// The commands to paste.
    pub fn commands(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Run { command } => Some(command.as_str()),
            _ => None,
        })
    }
}

/// One problem (or remark), as data. One pointer, since it is built link by link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding(Box<Found>);

/// What a [`Finding`] holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: Kind,
    pub level: Level,
    pub what: Msg,
    pub facts: BTreeMap<&'static str, String>,
    pub evidence: Vec<Evidence>,
    pub remedy: Option<Remedy>,
}

impl Deref for Finding {
    type Target = Found;

    fn deref(&self) -> &Found {
        &self.0
    }
}

impl DerefMut for Finding {
    fn deref_mut(&mut self) -> &mut Found {
        &mut self.0
    }
}

impl Finding {
    pub fn new(kind: Kind, level: Level, what: Msg) -> Finding {
        let (facts, evidence) = (BTreeMap::new(), Vec::new());
        Finding(Box::new(Found { kind, level, what, facts, evidence, remedy: None }))
    }

    /// The same at another level.
    pub fn at_level(mut self, level: Level) -> Finding {
        self.level = level;
        self
    }

    /// The same in other words.
    pub fn in_words(mut self, what: Msg) -> Finding {
        self.what = what;
        self
    }

    /// The same with what another one advises.
    pub fn remedied_as(mut self, other: Finding) -> Finding {
        self.remedy = other.0.remedy;
        self
    }

    pub fn error(kind: Kind, what: Msg) -> Finding {
        Finding::new(kind, Level::Error, what)
    }

    pub fn warning(kind: Kind, what: Msg) -> Finding {
        Finding::new(kind, Level::Warning, what)
    }

    pub fn info(kind: Kind, what: Msg) -> Finding {
        Finding::new(kind, Level::Info, what)
    }

    pub fn fact(mut self, name: &'static str, value: impl Into<String>) -> Finding {
        self.facts.insert(name, value.into());
        self
    }

    pub fn seen(mut self, from: Source, seen: impl Into<String>) -> Finding {
        self.evidence.push(Evidence { from, seen: seen.into() });
        self
    }

    /// Words, and steps to go with them.
    pub fn remedy(mut self, say: Msg, steps: Vec<Step>) -> Finding {
        self.remedy = Some(Remedy { say, steps });
        self
    }

    /// Advice in words only.
    pub fn advice(self, say: Msg) -> Finding {
        self.remedy(say, Vec::new())
    }

    /// Advice with one command to paste.
    pub fn command(self, say: Msg, command: impl Into<String>) -> Finding {
        self.remedy(say, vec![Step::Run { command: command.into() }])
    }
}

/// The list a judge adds to: what it found before a fact could not be had stays found.
#[derive(Debug, Default)]
pub struct Findings {
    pub list: Vec<Finding>,
    /// A remark for a passed check (`go1.26.8 · /usr/local/go`).
    pub note: Option<Msg>,
}

impl Findings {
    pub fn add(&mut self, finding: Finding) {
        self.list.push(finding);
    }

    pub fn note(&mut self, note: Msg) {
        self.note = Some(note);
    }
}

/// What a check came to.
#[derive(Clone, Debug)]
pub enum Verdict {
    Fine {
        note: Option<Msg>,
    },
    /// With why the rest could not be judged, if so.
    Found {
        findings: Vec<Finding>,
        unknown: Option<Unknown>,
    },
    Skipped(Unknown),
    /// The judge panicked: our fault, said aloud.
    Crashed(String),
}

impl Verdict {
    /// The word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Fine { .. } => "fine",
            Verdict::Found { .. } => "found",
            Verdict::Skipped(_) => "skipped",
            Verdict::Crashed(_) => "crashed",
        }
    }

    pub fn findings(&self) -> &[Finding] {
        match self {
            Verdict::Found { findings, .. } => findings,
            _ => &[],
        }
    }
}
