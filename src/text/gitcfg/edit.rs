//! Changing one variable with the smallest edit, and nothing else.

use std::ops::Range;

use super::splice::{Edit, apply, is_blank, join_on_line, lead, line_after, whole_line};
use super::{GitConfig, Item, Key, Malformed, Variable, What, scan};
use crate::model::Msg;
use crate::order::Order;
use crate::say;

/// The key or a value cannot be written into a git configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritable(pub Msg);

impl GitConfig {
    /// Makes the list of values of `key`, in file order, exactly `values`.
    ///
    /// Values that are right already stay byte-identical, wrong ones are replaced where they stand, new
    /// ones go to the end of the section that holds the last value, else of the last section of that
    /// name, else into a new section at the end. A header left without variable and comment goes.
    ///
    /// # Errors
    /// A key or value that git's syntax cannot express; nothing is changed then.
    pub fn set(&mut self, key: Key<'_>, values: &[String]) -> Result<(), Unwritable> {
        check(key, values)?;
        let base = base(key);
        if self.is_right(&base, key.2, values) {
            return Ok(());
        }
        let unfinished = !self.bytes.is_empty() && !self.bytes.ends_with(b"\n");
        let refused = |malformed: Malformed| Unwritable(malformed.why);
        let config = self.finished().map_err(refused)?;
        let eol = config.eol();
        let edits = Draft { config: &config, eol, base: &base, key }.edits(values);
        let mut bytes = apply(&config.bytes, edits);
        if unfinished {
            // The line that is last now may end in another way than the first.
            let ends = [eol, b"\n"].into_iter().find(|end| bytes.ends_with(end));
            bytes.truncate(bytes.len() - ends.map_or(0, <[u8]>::len));
        }
        *self = scan::scan(bytes).map_err(refused)?;
        debug_assert!(self.is_right(&base, key.2, values));
        Ok(())
    }

    /// Removes every value of `key`.
    ///
    /// # Errors
    /// A key that git's syntax cannot express.
    pub fn unset(&mut self, key: Key<'_>) -> Result<(), Unwritable> {
        self.set(key, &[])
    }

    fn is_right(&self, base: &[u8], name: &str, values: &[String]) -> bool {
        self.of(base, name)
            .map(|(_, variable)| variable)
            .map(|variable| variable.value.as_deref().filter(|_| variable.exact))
            .eq(values.iter().map(|value| Some(value.as_str())))
    }

    /// The variables of that name in sections with that base, with their place in `items`.
    fn of<'c>(&'c self, base: &'c [u8], name: &'c str) -> impl Iterator<Item = (usize, &'c Variable)> {
        self.items.iter().enumerate().filter_map(move |(at, item)| match &item.what {
            What::Variable(variable)
                if variable.name.eq_ignore_ascii_case(name)
                    && variable.section.is_some_and(|at| self.sections[at].base == base) =>
            {
                Some((at, variable))
            }
            _ => None,
        })
    }

    fn eol(&self) -> &'static [u8] {
        match self.bytes.iter().position(|b| *b == b'\n') {
            Some(at) if at > 0 && self.bytes[at - 1] == b'\r' => b"\r\n",
            _ => b"\n",
        }
    }

    /// The same file with its last line ended, so that something can follow it; a continued line (`\` at the very end) too.
    fn finished(&self) -> Result<GitConfig, Malformed> {
        let mut config = self.clone();
        for _ in 0..2 {
            let end = config.bytes.len();
            let open = config.items.last().is_some_and(|item| item.span.end == end);
            if open || !(config.bytes.is_empty() || config.bytes.ends_with(b"\n")) {
                let eol = config.eol();
                config.bytes.extend_from_slice(eol);
                config = scan::scan(config.bytes)?;
            }
        }
        Ok(config)
    }
}

/// What git's grammar can express.
fn check((section, subsection, name): Key<'_>, values: &[String]) -> Result<(), Unwritable> {
    let word = |word: &str| !word.is_empty() && word.bytes().all(scan::is_key_byte);
    if !word(section) || !word(name) || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(Unwritable(say!(
            "`{section}` and `{name}` must be made of letters, digits and `-`",
            "`{section}` 和 `{name}` 只能由字母、数字和 `-` 组成",
            section,
            name
        )));
    }
    if subsection.is_some_and(|sub| sub.contains(['\n', '\0'])) || values.iter().any(|v| v.contains('\0')) {
        return Err(Unwritable(say!(
            "git's configuration cannot hold a NUL, nor a line break in `[{section} \"…\"]`",
            "git 配置里不能有 NUL 字符，`[{section} \"…\"]` 里也不能换行",
            section
        )));
    }
    Ok(())
}

fn base((section, subsection, _): Key<'_>) -> Vec<u8> {
    let mut base = section.to_ascii_lowercase();
    if let Some(subsection) = subsection {
        base.push('.');
        base.push_str(subsection);
    }
    base.into_bytes()
}

/// One change of one variable.
struct Draft<'c> {
    config: &'c GitConfig,
    eol: &'static [u8],
    base: &'c [u8],
    key: Key<'c>,
}

impl Draft<'_> {
    fn edits(&self, values: &[String]) -> Vec<Edit> {
        let present: Vec<(usize, &Variable)> = self.config.of(self.base, self.key.2).collect();
        let kept = common(&present, values);
        let mut edits = Vec::new();
        let mut gone = Vec::new();
        let mut anchor = None;
        let (mut p, mut v) = (0, 0);
        for (kept_p, kept_v) in kept.into_iter().chain([(present.len(), values.len())]) {
            let (old, new) = (&present[p..kept_p], &values[v..kept_v]);
            for ((at, variable), value) in old.iter().zip(new) {
                edits.push(replace(variable, value));
                anchor = Some(*at);
            }
            gone.extend(old.iter().skip(new.len()).map(|(at, _)| *at));
            let more = new.get(old.len()..).unwrap_or_default();
            if !more.is_empty() {
                edits.push(match (anchor, present.get(kept_p)) {
                    (None, Some((next, _))) => self.insert_before(*next, more),
                    (Some(anchor), Some(_)) => self.insert_after(anchor, more),
                    (anchor, None) => self.append(anchor, more),
                });
            }
            if let Some((at, _)) = present.get(kept_p) {
                anchor = Some(*at);
            }
            (p, v) = (kept_p + 1, kept_v + 1);
        }
        edits.extend(self.removals(&gone));
        edits.order_by_key(|(span, _)| (span.start, span.end));
        edits
    }

    fn assignment(&self, value: &str) -> String {
        format!("{} = {}", self.key.2, quoted(value))
    }

    fn lines(&self, indent: &[u8], values: &[String]) -> Vec<u8> {
        let mut lines = Vec::new();
        for value in values {
            lines.extend_from_slice(indent);
            lines.extend_from_slice(self.assignment(value).as_bytes());
            lines.extend_from_slice(self.eol);
        }
        lines
    }

    fn insert_before(&self, next: usize, values: &[String]) -> Edit {
        let start = self.config.items[next].span.start;
        let indent = self.indent(next);
        let mut text = self.lines(&indent, values);
        // The first value takes the place, and with it the space, of the one it pushes down.
        text.drain(..indent.len());
        text.extend_from_slice(&indent);
        (start..start, text)
    }

    fn insert_after(&self, previous: usize, values: &[String]) -> Edit {
        let at = line_after(&self.config.bytes, self.config.items[previous].span.end);
        (at..at, self.lines(&self.indent(previous), values))
    }

    /// At the end of the section of `anchor`, else of the last section of that name, else in a new one.
    fn append(&self, anchor: Option<usize>, values: &[String]) -> Edit {
        let items = &self.config.items;
        let header = match anchor {
            Some(anchor) => items[..anchor].iter().rposition(is_header),
            None => items.iter().rposition(
                |item| matches!(item.what, What::Header(at) if self.config.sections[at].base == self.base),
            ),
        };
        let Some(header) = header else {
            let end = self.config.bytes.len();
            let mut text = title(self.key).into_bytes();
            text.extend_from_slice(self.eol);
            text.extend(self.lines(b"\t", values));
            return (end..end, text);
        };
        let section = &items[header..self.section_end(header)];
        match section.iter().rposition(|item| matches!(item.what, What::Variable(_))) {
            Some(last) => self.insert_after(header + last, values),
            None => self.insert_below(header, values),
        }
    }

    /// Under a header that has no variables, which may share its line with a comment or the next header.
    fn insert_below(&self, header: usize, values: &[String]) -> Edit {
        let (bytes, items) = (&self.config.bytes, &self.config.items);
        let end = items[header].span.end;
        let below = line_after(bytes, end);
        match items.get(header + 1) {
            Some(next) if next.span.start < below && is_header(next) => {
                let text = [self.eol, &self.lines(b"\t", values)].concat();
                (end..end, text)
            }
            _ => (below..below, self.lines(b"\t", values)),
        }
    }

    /// Where in `items` the section of this header ends.
    fn section_end(&self, header: usize) -> usize {
        let after = &self.config.items[header + 1..];
        header + 1 + after.iter().position(is_header).unwrap_or(after.len())
    }

    /// The space in front of a variable that begins its line; a tab otherwise.
    fn indent(&self, at: usize) -> Vec<u8> {
        let lead = lead(&self.config.bytes, self.config.items[at].span.start);
        if lead.iter().all(|b| is_blank(*b)) { lead.to_vec() } else { b"\t".to_vec() }
    }

    /// Takes these variables out, and the headers that have nothing left.
    fn removals(&self, gone: &[usize]) -> Vec<Edit> {
        let items = &self.config.items;
        let mut spans: Vec<Range<usize>> = gone.iter().map(|at| items[*at].span.clone()).collect();
        let mut gone = gone.iter().peekable();
        while let Some(first) = gone.peek().copied() {
            // A variable of ours always has a header above it.
            let Some(header) = items[..*first].iter().rposition(is_header) else {
                break;
            };
            let end = self.section_end(header);
            let mut ours = 0;
            while gone.next_if(|at| **at < end).is_some() {
                ours += 1;
            }
            if ours == end - header - 1 {
                spans.push(items[header].span.clone());
            }
        }
        spans.order_by_key(|span| span.start);
        join_on_line(&self.config.bytes, spans)
            .into_iter()
            .map(|span| (whole_line(&self.config.bytes, span), Vec::new()))
            .collect()
    }
}

/// Puts a value where another is written; a key without `=` gets one.
fn replace(variable: &Variable, value: &str) -> Edit {
    let (span, value) = (variable.written.clone(), quoted(value));
    let text = match (&variable.value, span.is_empty()) {
        (None, _) => format!(" = {value}"),
        (Some(_), true) => format!(" {value}"),
        (Some(_), false) => value,
    };
    (span, text.into_bytes())
}

fn is_header(item: &Item) -> bool {
    matches!(item.what, What::Header(_))
}

/// A section header. git writes the section in lower case and escapes `"` and `\` in the subsection.
fn title((section, subsection, _): Key<'_>) -> String {
    match subsection {
        None => format!("[{section}]"),
        Some(sub) => format!("[{section} \"{}\"]", sub.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// A value as `config.c:write_pair` writes it; an empty one as `""`.
fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    for c in value.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    let bare = !value.is_empty() && !value.starts_with(' ') && !value.ends_with(' ');
    if bare && !value.contains([';', '#', '\r']) { out } else { format!("\"{out}\"") }
}

/// The pairs (present, wanted) of a longest common subsequence: what need not be touched.
fn common(present: &[(usize, &Variable)], wanted: &[String]) -> Vec<(usize, usize)> {
    /// Beyond this many comparisons only common ends are kept: correct still, but not the smallest edit.
    const MOST: usize = 1 << 20;
    let same = |p: usize, w: usize| {
        let variable = present[p].1;
        variable.exact && variable.value.as_ref() == Some(&wanted[w])
    };
    let most = present.len().min(wanted.len());
    let head = (0..most).take_while(|at| same(*at, *at)).count();
    let tail = (0..most - head).take_while(|at| same(present.len() - 1 - at, wanted.len() - 1 - at)).count();
    let (rows, cols) = (present.len() - head - tail, wanted.len() - head - tail);
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    if rows.saturating_mul(cols) <= MOST {
        // lengths[r][c]: of the longest common subsequence of what follows r and c.
        let mut lengths = vec![vec![0_u32; cols + 1]; rows + 1];
        for r in (0..rows).rev() {
            for c in (0..cols).rev() {
                lengths[r][c] = if same(head + r, head + c) {
                    lengths[r + 1][c + 1] + 1
                } else {
                    lengths[r + 1][c].max(lengths[r][c + 1])
                };
            }
        }
        let (mut r, mut c) = (0, 0);
        while r < rows && c < cols {
            if same(head + r, head + c) {
                pairs.push((head + r, head + c));
                (r, c) = (r + 1, c + 1);
            } else if lengths[r + 1][c] >= lengths[r][c + 1] {
                r += 1;
            } else {
                c += 1;
            }
        }
    }
    pairs.extend((0..tail).map(|at| (head + rows + at, head + cols + at)));
    pairs
}
