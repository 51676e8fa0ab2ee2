//! Speaking: the only place that knows languages, colours, widths and terminals. stdout is data, stderr is talk.

mod ask;
mod bar;
mod fold;
mod json;
mod lang;
mod markdown;
mod palette;
mod plan;
mod real;
mod redact;
mod report;

use std::io::{self, Write};

pub use ask::{Answer, Ask, Terminal};
pub use bar::Bar;
pub use json::{
    checks as checks_json, evidence as evidence_json, finding as finding_json, plan as plan_json,
    to_string as json_string,
};
pub use lang::Lang;
pub use markdown::markdown;
pub use palette::{Label, Palette, pad};
pub use plan::PlanView;
pub use redact::{Redact, visible};
pub use report::{ID, Report, Totals, detail, detail_parts, finding as show_finding, place};

use crate::model::{Failure, Msg};
use crate::say;

/// How much is said beside the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loudness {
    Quiet,
    #[default]
    Normal,
    Verbose,
}

/// The two streams and how to use them.
pub struct Ui {
    pub out: Box<dyn Write + Send>,
    pub err: Box<dyn Write + Send>,
    /// Where `-v` traces to; taken by whoever listens.
    pub tracer: Option<Box<dyn Write + Send>>,
    pub lang: Lang,
    pub palette: Palette,
    /// The palette for stderr, which may be a terminal where stdout is not.
    pub talk: Palette,
    pub width: usize,
    /// Prose is folded to the width. Off a terminal it is not: `grep` wants whole lines.
    pub fold: bool,
    pub loudness: Loudness,
    pub redact: Redact,
    /// `None` off a terminal: then nothing is ever asked.
    pub ask: Option<Box<dyn Ask>>,
}

impl Ui {
    /// The one of the two texts that the user reads.
    pub fn pick<'m>(&self, msg: &'m Msg) -> &'m str {
        self.lang.pick(msg)
    }

    /// A line on stdout, masked and escaped.
    pub fn line(&mut self, parts: &[(Label, &str)]) -> io::Result<()> {
        let line = self.palette.line(parts, &self.redact);
        writeln!(self.out, "{line}")
    }

    /// Prose on stdout with an indent, folded on a terminal.
    pub fn prose(&mut self, label: Label, text: &str, indent: usize) -> io::Result<()> {
        for line in self.folded(text, indent, indent) {
            self.line(&[(Label::Plain, &" ".repeat(indent)), (label, &line)])?;
        }
        Ok(())
    }

    /// The lines of a text, the first after `used` columns, the others after `indent`.
    fn folded(&self, text: &str, used: usize, indent: usize) -> Vec<String> {
        let shown = self.redact.show(text);
        match self.fold {
            true => fold::fold(&shown, self.width.saturating_sub(used), self.width.saturating_sub(indent)),
            false => vec![shown],
        }
    }

    /// Text on stdout exactly as it is: scripts, completions, JSON.
    pub fn raw(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// A line of talk on stderr; silent with `--quiet`.
    pub fn say(&mut self, label: Label, msg: &Msg) {
        if self.loudness > Loudness::Quiet {
            self.tell(&[(label, self.lang.pick(msg).to_owned())]);
        }
    }

    /// A line of talk made of parts.
    pub fn tell(&mut self, parts: &[(Label, String)]) {
        let parts: Vec<(Label, &str)> = parts.iter().map(|(label, text)| (*label, text.as_str())).collect();
        let line = self.talk.line(&parts, &self.redact);
        let _ = writeln!(self.err, "{line}");
    }

    /// Why a run ends with status 2: the failure, its causes, what to do.
    pub fn fail(&mut self, err: &anyhow::Error) {
        let (what, hint) = match err.downcast_ref::<Failure>() {
            Some(failure) => (self.pick(&failure.what).to_owned(), failure.hint.clone()),
            None => (format!("{err:#}"), None),
        };
        self.tell(&[(Label::Bad, "gobs: ".to_owned()), (Label::Plain, what)]);
        if let Some(hint) = hint {
            let word = self.pick(&say!("hint: ", "提示：")).to_owned();
            let hint = self.pick(&hint).to_owned();
            self.tell(&[(Label::Dim, word), (Label::Plain, hint)]);
        }
    }
}
