//! Words of fish: its quotes, its expansions, its separators.

use super::lex::{Token, What};
use super::{Part, Word};

pub(super) struct FishLexer<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

const OPS: [&str; 6] = ["&&", "||", ";", "&", "|", "\n"];

impl<'t> FishLexer<'t> {
    pub(super) fn new(text: &'t str) -> FishLexer<'t> {
        FishLexer { text, at: 0, line: 1 }
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
            let rest = self.rest();
            if rest.is_empty() {
                return Token { what: What::End, start, end: start, line, last: line };
            }
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if rest[digits..].starts_with(['<', '>']) {
                self.skip(digits + 1);
                while self.rest().starts_with(['>', '&', '?', '|']) {
                    self.skip(1);
                }
                self.blanks();
                if !self.rest().starts_with(['\n', ';']) {
                    self.word();
                }
                continue;
            }
            if let Some(op) = OPS.iter().find(|op| rest.starts_with(**op)) {
                self.skip(op.len());
                return Token { what: What::Op(op), start, end: self.at, line, last: line };
            }
            let word = self.word();
            return Token { what: What::Word(word), start, end: self.at, line, last: self.line };
        }
    }

    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            if rest.starts_with([' ', '\t', '\r']) {
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

    fn word(&mut self) -> Word {
        let mut word = Word::default();
        let begin = self.at;
        while let Some(c) = self.rest().chars().next() {
            match c {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' if self.at > begin => break,
                '\\' => {
                    self.skip(1);
                    match self.next_char() {
                        Some('n') => word.push("\n", true),
                        Some('t') => word.push("\t", true),
                        Some('\n') | None => {}
                        Some(c) => word.push(c.encode_utf8(&mut [0; 4]), true),
                    }
                }
                '\'' => {
                    self.skip(1);
                    self.quoted(&mut word, '\'');
                }
                '"' => {
                    self.skip(1);
                    self.quoted(&mut word, '"');
                }
                '$' => self.dollar(&mut word),
                '(' => {
                    self.skip(1);
                    self.command();
                    word.0.push(Part::Unknown);
                }
                '{' => {
                    self.skip(1);
                    let rest = self.rest();
                    let end = rest.find(['}', '\n']).unwrap_or(rest.len());
                    self.skip((end + 1).min(rest.len()));
                    word.0.push(Part::Unknown);
                }
                c => {
                    self.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), false);
                }
            }
        }
        word
    }

    fn quoted(&mut self, word: &mut Word, quote: char) {
        word.push("", true);
        while let Some(c) = self.rest().chars().next() {
            match c {
                c if c == quote => return self.skip(1),
                '\\' => {
                    self.skip(1);
                    match self.rest().chars().next() {
                        Some('\n') if quote == '"' => self.skip(1),
                        Some(c) if c == '\\' || c == quote || (c == '$' && quote == '"') => {
                            self.skip(1);
                            word.push(c.encode_utf8(&mut [0; 4]), true);
                        }
                        _ => word.push("\\", true),
                    }
                }
                '$' if quote == '"' => self.dollar(word),
                c => {
                    self.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), true);
                }
            }
        }
    }

    fn dollar(&mut self, word: &mut Word) {
        self.skip(1);
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if rest.starts_with('(') {
            self.skip(1);
            self.command();
            word.0.push(Part::Unknown);
        } else if end == 0 {
            word.push("$", true);
        } else {
            let name = rest[..end].to_owned();
            self.skip(end);
            if self.rest().starts_with('[') {
                let rest = self.rest();
                let end = rest.find([']', '\n']).map_or(rest.len(), |at| at + 1);
                self.skip(end);
                word.0.push(Part::Unknown);
            } else {
                word.0.push(Part::Var(name));
            }
        }
    }

    /// Passes over `(…)`.
    fn command(&mut self) {
        let mut depth = 1usize;
        while let Some(c) = self.next_char() {
            match c {
                '\\' => _ = self.next_char(),
                '\'' | '"' => {
                    while let Some(inner) = self.next_char() {
                        match inner {
                            '\\' => _ = self.next_char(),
                            inner if inner == c => break,
                            _ => {}
                        }
                    }
                }
                '(' => depth += 1,
                ')' if depth == 1 => return,
                ')' => depth -= 1,
                _ => {}
            }
        }
    }
}
