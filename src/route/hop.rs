//! One step of the way: what was looked at, how it went, how long it took; told as soon as it is known.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::model::{Evidence, Finding, Msg, Source};

/// How a hop went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    Ok,
    /// This way ends here; another may go on.
    Failed,
    /// Not looked at: offline, or nothing to look at.
    Skipped,
}

/// What a hop looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// GOPRIVATE and its kin.
    Pattern,
    /// One element of GOPROXY.
    Proxy,
    Sumdb,
    /// Where the code lives, as far as the path tells.
    Root,
    Dns,
    HttpProxy,
    Connect,
    /// The certificate.
    Tls,
    /// What go, or git, sends to say who it is.
    Login,
    /// The go-get page.
    Discovery,
    /// Its go-import tag.
    Meta,
    Govcs,
    /// insteadOf.
    Rewrite,
    /// ssh: client configuration and host key.
    Ssh,
    /// `git ls-remote`.
    Git,
    Revision,
    /// go.mod at that revision.
    Gomod,
    /// go.sum of the project at hand.
    Gosum,
}

impl Step {
    /// The word in a table and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Step::Pattern => "pattern",
            Step::Proxy => "proxy",
            Step::Sumdb => "sumdb",
            Step::Root => "root",
            Step::Dns => "dns",
            Step::HttpProxy => "http-proxy",
            Step::Connect => "connect",
            Step::Tls => "tls",
            Step::Login => "login",
            Step::Discovery => "discovery",
            Step::Meta => "meta",
            Step::Govcs => "govcs",
            Step::Rewrite => "rewrite",
            Step::Ssh => "ssh",
            Step::Git => "git",
            Step::Revision => "revision",
            Step::Gomod => "gomod",
            Step::Gosum => "gosum",
        }
    }
}

/// One step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    pub step: Step,
    pub mark: Mark,
    pub what: Msg,
    /// Of what was asked over the network; `None` for decisions.
    pub took: Option<Duration>,
    pub evidence: Vec<Evidence>,
}

/// The hops so far, and who hears of each.
pub struct Trail<'t> {
    pub hops: Vec<Hop>,
    /// The servers that accepted a connection.
    reached: BTreeSet<(String, u16)>,
    tell: &'t mut dyn FnMut(&Hop),
}

impl<'t> Trail<'t> {
    pub fn new(tell: &'t mut dyn FnMut(&Hop)) -> Trail<'t> {
        Trail { hops: Vec::new(), reached: BTreeSet::new(), tell }
    }

    /// Whether this server has accepted a connection before.
    pub fn knows(&self, host: &str, port: u16) -> bool {
        self.reached.contains(&(host.to_owned(), port))
    }

    /// It accepts connections.
    pub fn accepts(&mut self, host: &str, port: u16) {
        self.reached.insert((host.to_owned(), port));
    }

    pub fn add(&mut self, hop: Hop) {
        (self.tell)(&hop);
        self.hops.push(hop);
    }

    pub fn ok(&mut self, step: Step, what: Msg) {
        self.add(Hop { step, mark: Mark::Ok, what, took: None, evidence: Vec::new() });
    }

    pub fn skipped(&mut self, step: Step, what: Msg) {
        self.add(Hop { step, mark: Mark::Skipped, what, took: None, evidence: Vec::new() });
    }

    /// The hop that failed last.
    pub fn last_failed(&self) -> Option<usize> {
        self.hops.iter().rposition(|hop| hop.mark == Mark::Failed)
    }

    pub fn failed(&mut self, step: Step, what: Msg) {
        self.add(Hop { step, mark: Mark::Failed, what, took: None, evidence: Vec::new() });
    }
}

impl Hop {
    pub fn new(step: Step, mark: Mark, what: Msg) -> Hop {
        Hop { step, mark, what, took: None, evidence: Vec::new() }
    }

    /// With the time since `start`.
    pub fn since(mut self, start: Instant) -> Hop {
        self.took = Some(start.elapsed());
        self
    }

    pub fn took(mut self, took: Duration) -> Hop {
        self.took = Some(took);
        self
    }

    pub fn seen(mut self, from: Source, seen: impl Into<String>) -> Hop {
        self.evidence.push(Evidence { from, seen: seen.into() });
        self
    }
}

/// Where a way ends: what is wrong, and whether go takes it for "there is no such thing", which lets it go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub finding: Finding,
    pub not_exist: bool,
    /// The hop, if it is not the last that failed.
    pub hop: Option<usize>,
}

impl End {
    pub fn hard(finding: Finding) -> Box<End> {
        Box::new(End { finding, not_exist: false, hop: None })
    }

    pub fn not_exist(finding: Finding) -> Box<End> {
        Box::new(End { finding, not_exist: true, hop: None })
    }

    /// Remembers the hop that failed last, for where others follow.
    pub fn at(mut self: Box<End>, trail: &Trail<'_>) -> Box<End> {
        self.hop = self.hop.or(trail.last_failed());
        self
    }
}
