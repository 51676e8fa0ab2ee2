//! git's own walk over the bytes of a configuration file (`config.c:git_parse_source` and what it calls).

use std::ops::Range;

use super::{GitConfig, Item, Malformed, Section, Variable, What};
use crate::model::Msg;
use crate::say;

/// Reads a whole file.
pub(super) fn scan(bytes: Vec<u8>) -> Result<GitConfig, Malformed> {
    let mut scan =
        Scan { bytes: &bytes, pos: 0, line: 1, eof: false, sections: Vec::new(), items: Vec::new() };
    match scan.file() {
        Ok(()) => {
            let Scan { sections, items, .. } = scan;
            Ok(GitConfig { bytes, sections, items })
        }
        Err(why) => Err(Malformed { line: scan.line, why }),
    }
}

struct Scan<'b> {
    bytes: &'b [u8],
    pos: usize,
    line: u32,
    eof: bool,
    sections: Vec<Section>,
    items: Vec<Item>,
}

impl Scan<'_> {
    /// `get_next_char`: `\r\n` is one line end, and so is the end of the file.
    fn next(&mut self) -> u8 {
        let byte = match self.bytes.get(self.pos) {
            Some(b'\r') if self.bytes.get(self.pos + 1) == Some(&b'\n') => {
                self.pos += 1;
                b'\n'
            }
            Some(&byte) => byte,
            None => {
                self.eof = true;
                self.line = self.line.saturating_add(1);
                return b'\n';
            }
        };
        self.pos += 1;
        if byte == b'\n' {
            self.line = self.line.saturating_add(1);
        }
        byte
    }

    fn file(&mut self) -> Result<(), Msg> {
        if self.bytes.len() > i32::MAX as usize {
            return Err(say!("the file is larger than git reads (2 GiB)", "文件超过 2 GiB，git 不读"));
        }
        self.byte_order_mark()?;
        loop {
            let start = self.pos;
            match self.next() {
                b'\n' if self.eof => return Ok(()),
                byte if is_space(byte) => {}
                b'#' | b';' => self.comment(start),
                b'[' => self.header(start)?,
                byte if byte.is_ascii_alphabetic() => self.variable(start)?,
                0xfe | 0xff if start == 0 => return Err(other_encoding()),
                byte => return Err(stray(byte)),
            }
        }
    }

    /// The mark that Windows editors put in front of UTF-8 is skipped; a part of it is refused.
    fn byte_order_mark(&mut self) -> Result<(), Msg> {
        const BOM: [u8; 3] = *b"\xef\xbb\xbf";
        if self.bytes.first() == Some(&BOM[0]) {
            for byte in BOM {
                if self.next() != byte {
                    return Err(other_encoding());
                }
            }
        }
        Ok(())
    }

    fn comment(&mut self, start: usize) {
        let rest = &self.bytes[start..];
        let mut end = rest.iter().position(|b| *b == b'\n').map_or(self.bytes.len(), |at| start + at);
        self.pos = end;
        if end < self.bytes.len() && self.bytes[end - 1] == b'\r' {
            end -= 1;
        }
        self.push(start..end, What::Comment);
    }

    fn push(&mut self, span: Range<usize>, what: What) {
        self.items.push(Item { span, what });
    }

    /// `get_base_var`: what follows `[`.
    fn header(&mut self, start: usize) -> Result<(), Msg> {
        let mut base = Vec::new();
        loop {
            let byte = self.next();
            if self.eof {
                return Err(unclosed_header());
            }
            match byte {
                b']' => break,
                byte if is_space(byte) => {
                    self.subsection(&mut base, byte)?;
                    break;
                }
                byte if is_key_byte(byte) || byte == b'.' => base.push(byte.to_ascii_lowercase()),
                byte => {
                    let byte = visible(byte);
                    return Err(say!(
                        "{byte} cannot stand in the name of a section",
                        "小节名里不能有 {byte}",
                        byte
                    ));
                }
            }
        }
        if base.is_empty() {
            return Err(say!("the section has no name", "方括号里没有小节名"));
        }
        self.sections.push(Section::new(base));
        self.push(start..self.pos, What::Header(self.sections.len() - 1));
        Ok(())
    }

    /// `get_extended_base_var`: ` "subsection"]`.
    fn subsection(&mut self, base: &mut Vec<u8>, mut byte: u8) -> Result<(), Msg> {
        while is_space(byte) {
            if byte == b'\n' {
                self.line -= 1;
                return Err(unclosed_header());
            }
            byte = self.next();
        }
        if byte != b'"' {
            return Err(say!(
                "the part after the section name needs double quotes: [section \"part\"]",
                "小节名后面的部分要用双引号括起来：[section \"part\"]"
            ));
        }
        base.push(b'.');
        loop {
            let mut byte = self.next();
            if byte == b'"' {
                break;
            }
            if byte == b'\\' {
                byte = self.next();
            }
            if byte == b'\n' {
                self.line -= 1;
                return Err(unclosed_header());
            }
            base.push(byte);
        }
        match self.next() {
            b']' => Ok(()),
            _ => Err(say!(
                "a section header must end with ] right after the closing quote",
                "小节标题的右引号后面必须紧跟 ]"
            )),
        }
    }

    /// `get_value`: a key and what follows it, to the end of the (continued) line.
    fn variable(&mut self, start: usize) -> Result<(), Msg> {
        let line = self.line;
        let mut end = self.pos;
        let mut byte = self.next();
        while !self.eof && is_key_byte(byte) {
            end = self.pos;
            byte = self.next();
        }
        let name = String::from_utf8_lossy(&self.bytes[start..end]).to_ascii_lowercase();
        let mut line_end = if self.eof { self.pos } else { self.before(byte) };
        while byte == b' ' || byte == b'\t' {
            byte = self.next();
            line_end = if self.eof { self.pos } else { self.before(byte) };
        }
        let (value, written) = match byte {
            b'\n' => (None, end..end),
            b'=' => {
                let (value, written, at) = self.value()?;
                line_end = at;
                (Some(value), written)
            }
            byte => {
                let byte = visible(byte);
                return Err(say!(
                    "after the key `{name}` comes {byte}, where `=` or the end of the line should be",
                    "键 `{name}` 后面出现了 {byte}，这里应该是 `=` 或行尾",
                    name,
                    byte
                ));
            }
        };
        let exact = value.as_deref().is_none_or(|value| str::from_utf8(value).is_ok());
        let variable = Variable {
            section: self.sections.len().checked_sub(1),
            name,
            value: value.as_deref().map(lossy),
            exact,
            written,
            line,
        };
        self.push(start..line_end, What::Variable(variable));
        Ok(())
    }

    /// Where the byte just read begins.
    fn before(&self, byte: u8) -> usize {
        let crlf = byte == b'\n' && self.pos >= 2 && self.bytes[self.pos - 2] == b'\r';
        self.pos - if crlf { 2 } else { 1 }
    }

    /// `parse_value`: the value, where it is written, and where its line ends.
    fn value(&mut self) -> Result<(Vec<u8>, Range<usize>, usize), Msg> {
        let mut value = Vec::new();
        // The length to cut back to if only space follows.
        let mut trim = None;
        let mut written = self.pos..self.pos;
        let (mut quote, mut comment, mut seen) = (false, false, false);
        loop {
            let start = self.pos;
            let mut byte = self.next();
            if byte == b'\n' {
                if quote {
                    self.line -= 1;
                    return Err(say!("a double quote is not closed", "双引号没有闭合"));
                }
                if let Some(length) = trim {
                    value.truncate(length);
                }
                if let Some(nul) = value.iter().position(|b| *b == 0) {
                    value.truncate(nul);
                }
                return Ok((value, written, start));
            }
            if comment {
                continue;
            }
            if !quote && is_space(byte) {
                if !value.is_empty() {
                    trim.get_or_insert(value.len());
                    value.push(byte);
                }
                continue;
            }
            if !quote && (byte == b';' || byte == b'#') {
                comment = true;
                continue;
            }
            trim = None;
            if !seen {
                seen = true;
                written.start = start;
            }
            if byte == b'"' {
                quote = !quote;
            } else if byte == b'\\' {
                byte = self.next();
                match byte {
                    b'\n' => {}
                    b't' => value.push(b'\t'),
                    b'b' => value.push(8),
                    b'n' => value.push(b'\n'),
                    b'\\' | b'"' => value.push(byte),
                    byte => {
                        let byte = visible(byte);
                        return Err(say!(
                            "a backslash before {byte} means nothing to git; a literal backslash is written twice: \\\\",
                            "git 不认识反斜杠加 {byte} 的写法；要写反斜杠本身请连写两个：\\\\",
                            byte
                        ));
                    }
                }
            } else {
                value.push(byte);
            }
            written.end = self.pos;
        }
    }
}

impl Section {
    fn new(base: Vec<u8>) -> Section {
        let nul = base.iter().position(|b| *b == 0);
        let seen = lossy(&base[..nul.unwrap_or(base.len())]);
        let (name, rest) = match seen.split_once('.') {
            Some((name, rest)) => (name.to_owned(), Some(rest.to_owned())),
            None => (seen, None),
        };
        let (subsection, cut_variable) = match (nul, rest) {
            (Some(_), Some(rest)) => match rest.rsplit_once('.') {
                Some((subsection, variable)) => (Some(subsection.to_owned()), Some(variable.to_owned())),
                None => (None, Some(rest)),
            },
            (_, subsection) => (subsection, None),
        };
        Section { base, name, subsection, cut_variable }
    }
}

/// git's `isspace` (`ctype.c`): fewer than C's.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// git's `iskeychar`.
pub(super) fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A byte in a message.
fn visible(byte: u8) -> String {
    match byte {
        b'\n' => "⏎".to_owned(),
        0x21..=0x7e => format!("`{}`", char::from(byte)),
        b' ' => "` `".to_owned(),
        _ => format!("0x{byte:02x}"),
    }
}

fn other_encoding() -> Msg {
    say!(
        "the file is not saved as UTF-8: its first bytes are the mark of another encoding",
        "文件编码不是 UTF-8（开头是其他编码的标记），请另存为 UTF-8"
    )
}

fn unclosed_header() -> Msg {
    say!("the section header is not closed with ]", "小节标题缺少结尾的 ]")
}

fn stray(byte: u8) -> Msg {
    let byte = visible(byte);
    say!(
        "the line starts with {byte}: neither a [section], a key nor a # comment",
        "这一行以 {byte} 开头，既不是 [小节]、键，也不是 # 注释",
        byte
    )
}
