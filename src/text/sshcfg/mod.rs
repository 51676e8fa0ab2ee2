//! `ssh_config(5)`: which line says what, to whom; the one Include line of ours; and the hosts file behind it.

mod hosts;
mod include;
pub mod keywords;
pub mod pattern;
mod reach;
#[cfg(test)]
mod tests;
mod words;

use std::path::PathBuf;

pub use hosts::{HostBlock, Unwritable, parse_hosts, render_hosts};
pub use include::{with_include, without_include};
pub use reach::{Hit, Reading, TooDeep};

use crate::model::{Msg, Source};
use crate::say;
use keywords::Standing;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshConfig {
    pub path: PathBuf,
    /// What stands in the file, without comments and empty lines.
    pub lines: Vec<Line>,
    /// `blocks[0]` is what stands above the first `Host` or `Match`.
    pub blocks: Vec<Block>,
    /// Lines that make ssh give up, whatever the value means. Unknown options are not among them: see [`SshConfig::unknown_options`].
    pub faults: Vec<Fault>,
}

/// A keyword with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u32,
    /// Lower case.
    pub keyword: String,
    /// Without quotes.
    pub arguments: Vec<String>,
    /// The arguments as written: what `ProxyCommand` and its like take whole.
    pub rest: String,
    /// The block that it is in, or that it opens: an index into [`SshConfig::blocks`].
    pub block: usize,
}

/// What lines hold for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it opens; 0 for the first.
    pub line: u32,
    pub scope: Scope,
}

/// The condition of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Before any `Host` and `Match`: every host.
    All,
    Host(Vec<String>),
    /// The criteria in order, each with its argument.
    Match(Vec<Criterion>),
}

/// One condition of a `Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// Lower case, without `!`.
    pub name: String,
    pub negated: bool,
    /// Empty for those without.
    pub argument: String,
}

/// A line that makes ssh give up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: u32,
    pub what: FaultKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The file begins with a byte order mark, which ssh takes for a part of the first keyword.
    ByteOrderMark,
    /// `no argument after keyword`.
    NoArgument(String),
    /// `invalid quotes`.
    Quotes,
    /// `keyword … extra arguments at end of line`.
    ExtraArguments(String),
    /// `Missing argument`, `empty argument`: there are only quotes or a comment.
    EmptyArgument(String),
    /// `Bad Match condition`.
    Match(String),
}

/// An option that this ssh may not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOption {
    pub line: u32,
    /// Lower case, as ssh prints it.
    pub name: String,
    /// What is known about it; `None`: no ssh knows it.
    pub standing: Option<Standing>,
    /// What was meant, if nothing is known.
    pub meant: Option<&'static str>,
}

impl SshConfig {
    /// Reads a file; nothing is refused, what ssh would refuse is among the faults.
    pub fn parse(path: impl Into<PathBuf>, bytes: &[u8]) -> SshConfig {
        let mut config = SshConfig {
            path: path.into(),
            lines: Vec::new(),
            blocks: vec![Block { line: 0, scope: Scope::All }],
            faults: Vec::new(),
        };
        for (line, number) in bytes.split(|b| *b == b'\n').zip(1..) {
            config.line(line, number);
        }
        config
    }

    /// `readconf.c:process_config_line_depth`, up to the keyword's own work.
    fn line(&mut self, line: &[u8], number: u32) {
        let mut line = line.split(|b| *b == 0).next().unwrap_or_default();
        if number == 1
            && let Some(rest) = line.strip_prefix(b"\xef\xbb\xbf")
        {
            self.fault(number, FaultKind::ByteOrderMark);
            line = rest;
        }
        let line = trim_end(line);
        let mut rest = Some(line);
        let keyword = match words::delimited(&mut rest) {
            Some(word) if word.is_empty() => words::delimited(&mut rest),
            word => word,
        };
        let Some(keyword) = keyword.filter(|word| !word.is_empty() && word[0] != b'#') else {
            return;
        };
        let keyword = String::from_utf8_lossy(&keyword).to_ascii_lowercase();
        let rest = words::after_space(rest.unwrap_or_default());
        if rest.is_empty() {
            return self.fault(number, FaultKind::NoArgument(keyword));
        }
        let Some(arguments) = words::arguments(rest) else {
            return self.fault(number, FaultKind::Quotes);
        };
        let one = keywords::takes_one(&keyword);
        let counted =
            one || keywords::standing(&keyword) == Some(Standing::Known) && !keywords::takes_line(&keyword);
        if one && arguments.len() > 1 {
            self.fault(number, FaultKind::ExtraArguments(keyword.clone()));
        } else if one && arguments.is_empty() || counted && arguments.iter().any(String::is_empty) {
            self.fault(number, FaultKind::EmptyArgument(keyword.clone()));
        }
        match keyword.as_str() {
            "host" => self.open(number, Scope::Host(arguments.clone())),
            "match" => match criteria(rest) {
                Ok(criteria) => self.open(number, Scope::Match(criteria)),
                Err(why) => self.fault(number, FaultKind::Match(why)),
            },
            _ => {}
        }
        self.lines.push(Line {
            number,
            keyword,
            arguments,
            rest: String::from_utf8_lossy(rest).into_owned(),
            block: self.blocks.len() - 1,
        });
    }

    fn open(&mut self, line: u32, scope: Scope) {
        self.blocks.push(Block { line, scope });
    }

    fn fault(&mut self, line: u32, what: FaultKind) {
        self.faults.push(Fault { line, what });
    }

    /// Where a line of this file is.
    pub fn at(&self, line: u32) -> Source {
        Source::File(self.path.clone(), Some(line))
    }

    /// The paths that `Include` lines name, as written, with the line.
    pub fn includes(&self) -> impl Iterator<Item = (u32, &str)> {
        let includes = self.lines.iter().filter(|line| line.keyword == "include");
        includes.flat_map(|line| line.arguments.iter().map(|path| (line.number, path.as_str())))
    }

    /// Options that not every ssh knows, less those that an `IgnoreUnknown` in force for `host` allows.
    ///
    /// ssh gives up at them whatever block they are in. Included files are not looked at: see [`Reading`].
    pub fn unknown_options(&self, host: &str) -> Vec<UnknownOption> {
        let alone = Reading::of(host, self, &mut |_| Vec::new());
        alone
            .map(|reading| reading.unknown.into_iter().map(|(_, option)| option).collect())
            .unwrap_or_default()
    }
}

impl FaultKind {
    pub fn say(&self) -> Msg {
        match self {
            FaultKind::ByteOrderMark => say!(
                "the file begins with a byte order mark (BOM), which ssh takes for a part of the first word; save it as UTF-8 without BOM",
                "文件开头有 BOM，ssh 会把它当成第一个词的一部分；请另存为不带 BOM 的 UTF-8"
            ),
            FaultKind::NoArgument(keyword) => {
                say!("nothing follows `{keyword}`", "`{keyword}` 后面没有内容", keyword)
            }
            FaultKind::ExtraArguments(keyword) => say!(
                "`{keyword}` takes one word; more follow (a value with spaces needs double quotes)",
                "`{keyword}` 只接受一个值，后面却不止一个（带空格的值要用双引号括起来）",
                keyword
            ),
            FaultKind::EmptyArgument(keyword) => {
                say!("the value of `{keyword}` is empty", "`{keyword}` 的值是空的", keyword)
            }
            FaultKind::Quotes => say!("a quote is not closed", "引号没有闭合"),
            FaultKind::Match(why) => say!("bad Match condition: {why}", "Match 条件不对：{why}", why),
        }
    }
}

/// White space at the end, and form feeds with it.
fn trim_end(line: &[u8]) -> &[u8] {
    let kept = line.iter().rposition(|b| !words::WHITESPACE.contains(b) && *b != b'\x0c');
    &line[..kept.map_or(0, |at| at + 1)]
}

/// `readconf.c:match_cfg_line`, less the judging.
fn criteria(text: &[u8]) -> Result<Vec<Criterion>, String> {
    let mut criteria = Vec::new();
    let mut rest = Some(text);
    let word = |rest: &mut Option<&[u8]>| {
        let word = words::delimited(rest).filter(|word| !word.is_empty() && word[0] != b'#');
        word.map(|word| String::from_utf8_lossy(&word).into_owned())
    };
    while let Some(attribute) = word(&mut rest) {
        let (negated, name) = match attribute.strip_prefix('!') {
            Some(name) => (true, name.to_ascii_lowercase()),
            None => (false, attribute.to_ascii_lowercase()),
        };
        let argument = match name.as_str() {
            "all" if criteria.len() > 1 || word(&mut rest).is_some() => {
                return Err(format!("'{attribute}' cannot be combined with other Match attributes"));
            }
            "all" | "canonical" | "final" => String::new(),
            "host" | "originalhost" | "user" | "localuser" | "exec" | "localnetwork" | "tagged"
            | "version" | "command" | "sessiontype" => {
                word(&mut rest).ok_or_else(|| format!("Missing Match criteria for {attribute}"))?
            }
            _ => return Err(format!("Unsupported Match attribute {attribute}")),
        };
        let last = name == "all";
        criteria.push(Criterion { name, negated, argument });
        if last {
            break;
        }
    }
    if criteria.is_empty() {
        return Err("One or more attributes required for Match".to_owned());
    }
    Ok(criteria)
}
