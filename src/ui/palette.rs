//! Meanings to looks: the only place with colours and marks. Everything is readable without them.

use anstyle::{AnsiColor, Style};

use super::Redact;

/// What a piece of text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Plain,
    Strong,
    Dim,
    Good,
    Warn,
    Bad,
    Path,
    Command,
    Added,
    Removed,
    Hunk,
}

/// The marks before a verdict: different in shape, not only in colour.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    pub fine: &'static str,
    pub error: &'static str,
    pub warning: &'static str,
    pub info: &'static str,
    pub skipped: &'static str,
    pub crashed: &'static str,
    pub dot: &'static str,
    pub arrow: &'static str,
}

const UNICODE: Marks = Marks {
    fine: "✓",
    error: "✗",
    warning: "!",
    info: "i",
    skipped: "–",
    crashed: "☠",
    dot: "·",
    arrow: "→",
};

const ASCII: Marks = Marks {
    fine: "+",
    error: "x",
    warning: "!",
    info: "i",
    skipped: "-",
    crashed: "X",
    dot: "|",
    arrow: "->",
};

/// Whether to colour, and which marks to use.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    pub colour: bool,
    pub marks: Marks,
}

impl Palette {
    pub fn new(colour: bool, unicode: bool) -> Palette {
        Palette { colour, marks: if unicode { UNICODE } else { ASCII } }
    }

    /// The parts as one line: masked and escaped first, coloured after.
    pub fn line(&self, parts: &[(Label, &str)], redact: &Redact) -> String {
        parts.iter().map(|(label, text)| self.paint(*label, &redact.show(text))).collect()
    }

    pub fn paint(&self, label: Label, text: &str) -> String {
        let style = style(label);
        if !self.colour || text.is_empty() || style == Style::new() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }
}

fn style(label: Label) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match label {
        Label::Plain => Style::new(),
        Label::Strong => Style::new().bold(),
        Label::Dim => Style::new().dimmed(),
        Label::Good | Label::Added => colour(AnsiColor::Green),
        Label::Warn => colour(AnsiColor::Yellow),
        Label::Bad => colour(AnsiColor::Red).bold(),
        Label::Removed => colour(AnsiColor::Red),
        Label::Path => colour(AnsiColor::Cyan),
        Label::Command => Style::new().bold(),
        Label::Hunk => colour(AnsiColor::Blue),
    }
}

/// How wide a text stands on a terminal: 中 counts two.
pub(super) fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// The text followed by what it lacks of `wide` columns.
pub fn pad(text: &str, wide: usize) -> String {
    format!("{text}{}", " ".repeat(wide.saturating_sub(width(text))))
}
