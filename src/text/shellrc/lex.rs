//! Words of POSIX shells (and bash and zsh): quotes, expansions, here-documents, operators.

use super::{Part, Word};

/// A token with the bytes and lines it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub what: What,
    pub start: usize,
    pub end: usize,
    pub line: u32,
    pub last: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Word(Word),
    /// `;` `&` `&&` `|` `||` `(` `)` `;;` and the newline.
    Op(&'static str),
    End,
}

pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    /// The delimiters of here-documents whose bodies begin after this line; `true` where tabs before it do not count.
    waiting: Vec<(String, bool)>,
}

const OPS: [&str; 12] = [";;&", ";;", ";&", "&&", "||", "|&", ";", "&", "|", "(", ")", "\n"];
const REDIRECTIONS: [&str; 11] = ["<<<", "<<-", "<<", "&>>", "&>", ">>", ">&", "<&", "<>", ">|", ">"];

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, at: 0, line: 1, waiting: Vec::new() }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip(&mut self, bytes: usize) {
        self.line += self.rest()[..bytes].bytes().map(|b| u32::from(b == b'\n')).sum::<u32>();
        self.at += bytes;
    }

    fn next_char(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.skip(c.len_utf8());
        Some(c)
    }

    /// The next token; redirections are passed over with their targets.
    pub(super) fn token(&mut self) -> Token {
        loop {
            self.blanks();
            let (start, line) = (self.at, self.line);
            let made = |lexer: &Lexer<'_>, what| Token {
                what,
                start,
                end: lexer.at,
                line,
                last: lexer.line.max(line),
            };
            let rest = self.rest();
            if rest.is_empty() {
                return made(self, What::End);
            }
            if rest.starts_with("<(") || rest.starts_with(">(") {
                let word = self.word();
                return made(self, What::Word(word));
            }
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let behind = &rest[digits..];
            if behind.starts_with(['<', '>']) || (digits == 0 && behind.starts_with("&>")) {
                self.skip(digits);
                self.redirection();
                continue;
            }
            if let Some(op) = OPS.iter().find(|op| rest.starts_with(**op)) {
                self.skip(op.len());
                let token = Token { what: What::Op(op), start, end: self.at, line, last: line };
                if *op == "\n" {
                    self.here_documents();
                }
                return token;
            }
            let word = self.word();
            return made(self, What::Word(word));
        }
    }

    /// Blanks, line continuations and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            if rest.starts_with([' ', '\t']) {
                self.skip(1);
            } else if rest.starts_with("\\\n") {
                self.skip(2);
            } else if rest.starts_with('#') {
                self.skip(rest.find('\n').unwrap_or(rest.len()));
            } else {
                return;
            }
        }
    }

    fn redirection(&mut self) {
        let op = REDIRECTIONS.iter().find(|op| self.rest().starts_with(**op)).map_or("<", |op| *op);
        self.skip(op.len());
        self.blanks();
        if self.rest().starts_with('\n') {
            return;
        }
        let target = self.word();
        if matches!(op, "<<" | "<<-") {
            self.waiting.push((target.plain().unwrap_or_default(), op == "<<-"));
        }
    }

    fn here_documents(&mut self) {
        for (delimiter, tabs) in std::mem::take(&mut self.waiting) {
            while !self.rest().is_empty() {
                let rest = self.rest();
                let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
                self.skip((line.len() + 1).min(rest.len()));
                let body = if tabs { line.trim_start_matches('\t') } else { line };
                if body == delimiter {
                    break;
                }
            }
        }
    }

    /// Passes over everything up to the bracket that closes `((`.
    pub(super) fn arithmetic(&mut self) {
        self.balanced('(', ')');
        if self.rest().starts_with(')') {
            self.skip(1);
        }
    }

    /// One word; never empty-handed: an odd character is a word of its own.
    fn word(&mut self) -> Word {
        let mut word = Word::default();
        let begin = self.at;
        while let Some(c) = self.rest().chars().next() {
            match c {
                '<' | '>' if self.rest()[1..].starts_with('(') && self.at == begin => {
                    self.skip(2);
                    self.balanced('(', ')');
                    word.0.push(Part::Unknown);
                }
                // An array: `NAME=(…)`; also a pattern of bash or zsh: `*(N)`.
                '(' if self.text[begin..self.at].ends_with(['=', '*', '?', '+', '@', '!', ']']) => {
                    self.skip(1);
                    self.balanced('(', ')');
                    word.0.push(Part::Unknown);
                }
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' if self.at > begin => break,
                '\\' => {
                    self.skip(1);
                    match self.next_char() {
                        Some('\n') | None => {}
                        Some(c) => word.push(c.encode_utf8(&mut [0; 4]), true),
                    }
                }
                '\'' => {
                    self.skip(1);
                    let rest = self.rest();
                    let end = rest.find('\'').unwrap_or(rest.len());
                    word.push(&rest[..end], true);
                    self.skip((end + 1).min(rest.len()));
                }
                '"' => {
                    self.skip(1);
                    self.double_quoted(&mut word, 0);
                }
                '`' => {
                    self.skip(1);
                    self.backticks();
                    word.0.push(Part::Unknown);
                }
                '$' => self.dollar(&mut word, false, 0),
                c => {
                    self.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), false);
                }
            }
        }
        word
    }

    fn double_quoted(&mut self, word: &mut Word, depth: usize) {
        word.push("", true);
        while let Some(c) = self.rest().chars().next() {
            match c {
                '"' => return self.skip(1),
                '\\' => {
                    self.skip(1);
                    match self.next_char() {
                        Some('\n') | None => {}
                        Some(c) => {
                            if !"$`\"\\".contains(c) {
                                word.push("\\", true);
                            }
                            word.push(c.encode_utf8(&mut [0; 4]), true);
                        }
                    }
                }
                '`' => {
                    self.skip(1);
                    self.backticks();
                    word.0.push(Part::Unknown);
                }
                '$' => self.dollar(word, true, depth),
                c => {
                    self.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), true);
                }
            }
        }
    }

    fn backticks(&mut self) {
        while let Some(c) = self.next_char() {
            match c {
                '`' => return,
                '\\' => _ = self.next_char(),
                _ => {}
            }
        }
    }

    /// What follows a `$`.
    fn dollar(&mut self, word: &mut Word, quoted: bool, depth: usize) {
        self.skip(1);
        let rest = self.rest();
        if rest.starts_with('(') {
            self.skip(1);
            self.balanced('(', ')');
            word.0.push(Part::Unknown);
        } else if rest.starts_with('{') {
            self.skip(1);
            let part = self.braced(quoted, depth);
            word.0.push(part);
        } else if rest.starts_with('\'') && !quoted {
            self.skip(1);
            self.ansi_quoted(word);
        } else if rest.starts_with('"') && !quoted {
            self.skip(1);
            self.double_quoted(word, depth);
        } else if let name = name_at(rest)
            && !name.is_empty()
        {
            self.skip(name.len());
            word.0.push(Part::Var(name.to_owned()));
        } else if rest.starts_with('-') {
            self.skip(1);
            word.0.push(Part::Var("-".to_owned()));
        } else if rest.starts_with(['?', '$', '!', '#', '@', '*', '+'])
            || rest.starts_with(|c: char| c.is_ascii_digit())
        {
            self.skip(1);
            word.0.push(Part::Unknown);
        } else {
            word.push("$", true);
        }
    }

    /// `${…}` behind its `{`.
    fn braced(&mut self, quoted: bool, depth: usize) -> Part {
        let name = name_at(self.rest());
        let behind = &self.rest()[name.len()..];
        if !name.is_empty() && behind.starts_with('}') {
            self.skip(name.len() + 1);
            return Part::Var(name.to_owned());
        }
        let op = [":-", ":=", "-", "="].into_iter().find(|op| behind.starts_with(op));
        match op {
            Some(op) if !name.is_empty() && depth < super::MAX_DEPTH => {
                self.skip(name.len() + op.len());
                let mut word = Word::default();
                self.until_brace(&mut word, quoted, depth + 1);
                Part::VarOr(name.to_owned(), word)
            }
            _ => {
                self.balanced('{', '}');
                Part::Unknown
            }
        }
    }

    fn until_brace(&mut self, word: &mut Word, quoted: bool, depth: usize) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '}' => return self.skip(1),
                '\'' if !quoted => {
                    self.skip(1);
                    let rest = self.rest();
                    let end = rest.find('\'').unwrap_or(rest.len());
                    word.push(&rest[..end], true);
                    self.skip((end + 1).min(rest.len()));
                }
                '"' => {
                    self.skip(1);
                    self.double_quoted(word, depth);
                }
                '\\' => {
                    self.skip(1);
                    if let Some(c) = self.next_char() {
                        word.push(c.encode_utf8(&mut [0; 4]), true);
                    }
                }
                '`' => {
                    self.skip(1);
                    self.backticks();
                    word.0.push(Part::Unknown);
                }
                '$' => self.dollar(word, quoted, depth),
                c => {
                    self.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), quoted);
                }
            }
        }
    }

    /// `$'…'`: the escapes that occur in start files.
    fn ansi_quoted(&mut self, word: &mut Word) {
        word.push("", true);
        while let Some(c) = self.next_char() {
            match c {
                '\'' => return,
                '\\' => match self.next_char() {
                    Some('n') => word.push("\n", true),
                    Some('t') => word.push("\t", true),
                    Some('r') => word.push("\r", true),
                    Some(c @ ('\\' | '\'' | '"' | '?')) => word.push(c.encode_utf8(&mut [0; 4]), true),
                    _ => word.0.push(Part::Unknown),
                },
                c => word.push(c.encode_utf8(&mut [0; 4]), true),
            }
        }
    }

    /// Passes over text up to the closing bracket, minding quotes and nested brackets.
    fn balanced(&mut self, open: char, close: char) {
        let mut depth = 1usize;
        while let Some(c) = self.next_char() {
            match c {
                '\\' => _ = self.next_char(),
                '\'' => {
                    let rest = self.rest();
                    self.skip(rest.find('\'').map_or(rest.len(), |end| end + 1));
                }
                '"' => {
                    while let Some(c) = self.next_char() {
                        match c {
                            '"' => break,
                            '\\' => _ = self.next_char(),
                            _ => {}
                        }
                    }
                }
                c if c == open => depth += 1,
                c if c == close => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                _ => {}
            }
        }
    }
}

fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    if text.starts_with(|c: char| c.is_ascii_digit()) { "" } else { &text[..end] }
}
