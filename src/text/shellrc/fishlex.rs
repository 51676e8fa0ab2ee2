//! Words of fish: its quotes, its expansions, its separators.

use super::tokens::{Cursor, Lex, Token, What};
use super::{Part, Word};

pub(super) struct FishLexer<'t> {
    cursor: Cursor<'t>,
}

const OPS: [&str; 6] = ["&&", "||", ";", "&", "|", "\n"];

impl Lex for FishLexer<'_> {
    /// The next token; redirections are passed over with their targets.
    fn token(&mut self) -> Token {
        loop {
            self.blanks();
            let (start, line) = (self.cursor.at, self.cursor.line);
            let rest = self.cursor.rest();
            if rest.is_empty() {
                return Token { what: What::End, start, end: start, line, last: line };
            }
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if rest[digits..].starts_with(['<', '>']) {
                self.cursor.skip(digits + 1);
                while self.cursor.rest().starts_with(['>', '&', '?', '|']) {
                    self.cursor.skip(1);
                }
                self.blanks();
                if !self.cursor.rest().starts_with(['\n', ';']) {
                    self.word();
                }
                continue;
            }
            if let Some(op) = OPS.iter().find(|op| rest.starts_with(**op)) {
                self.cursor.skip(op.len());
                return Token { what: What::Op(op), start, end: self.cursor.at, line, last: line };
            }
            let word = self.word();
            return Token {
                what: What::Word(word),
                start,
                end: self.cursor.at,
                line,
                last: self.cursor.line,
            };
        }
    }
}

impl<'t> FishLexer<'t> {
    pub(super) fn new(text: &'t str) -> FishLexer<'t> {
        FishLexer { cursor: Cursor::new(text) }
    }

    fn blanks(&mut self) {
        loop {
            let rest = self.cursor.rest();
            if rest.starts_with([' ', '\t', '\r']) {
                self.cursor.skip(1);
            } else if rest.starts_with("\\\n") {
                self.cursor.skip(2);
            } else if rest.starts_with('#') {
                self.cursor.skip(rest.find('\n').unwrap_or(rest.len()));
            } else {
                return;
            }
        }
    }

    fn word(&mut self) -> Word {
        let mut word = Word::default();
        let begin = self.cursor.at;
        while let Some(c) = self.cursor.rest().chars().next() {
            match c {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' if self.cursor.at > begin => break,
                '\\' => {
                    self.cursor.skip(1);
                    match self.cursor.next_char() {
                        Some('n') => word.push("\n", true),
                        Some('t') => word.push("\t", true),
                        Some('\n') | None => {}
                        Some(c) => word.push(c.encode_utf8(&mut [0; 4]), true),
                    }
                }
                '\'' => {
                    self.cursor.skip(1);
                    self.quoted(&mut word, '\'');
                }
                '"' => {
                    self.cursor.skip(1);
                    self.quoted(&mut word, '"');
                }
                '$' => self.dollar(&mut word),
                '(' => {
                    self.cursor.skip(1);
                    self.command();
                    word.0.push(Part::Unknown);
                }
                '{' => {
                    self.cursor.skip(1);
                    let rest = self.cursor.rest();
                    let end = rest.find(['}', '\n']).unwrap_or(rest.len());
                    self.cursor.skip((end + 1).min(rest.len()));
                    word.0.push(Part::Unknown);
                }
                c => {
                    self.cursor.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), false);
                }
            }
        }
        word
    }

    fn quoted(&mut self, word: &mut Word, quote: char) {
        word.push("", true);
        while let Some(c) = self.cursor.rest().chars().next() {
            match c {
                c if c == quote => return self.cursor.skip(1),
                '\\' => {
                    self.cursor.skip(1);
                    match self.cursor.rest().chars().next() {
                        Some('\n') if quote == '"' => self.cursor.skip(1),
                        Some(c) if c == '\\' || c == quote || (c == '$' && quote == '"') => {
                            self.cursor.skip(1);
                            word.push(c.encode_utf8(&mut [0; 4]), true);
                        }
                        _ => word.push("\\", true),
                    }
                }
                '$' if quote == '"' => self.dollar(word),
                c => {
                    self.cursor.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), true);
                }
            }
        }
    }

    fn dollar(&mut self, word: &mut Word) {
        self.cursor.skip(1);
        let rest = self.cursor.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if rest.starts_with('(') {
            self.cursor.skip(1);
            self.command();
            word.0.push(Part::Unknown);
        } else if end == 0 {
            word.push("$", true);
        } else {
            let name = rest[..end].to_owned();
            self.cursor.skip(end);
            if self.cursor.rest().starts_with('[') {
                let rest = self.cursor.rest();
                let end = rest.find([']', '\n']).map_or(rest.len(), |at| at + 1);
                self.cursor.skip(end);
                word.0.push(Part::Unknown);
            } else {
                word.0.push(Part::Var(name));
            }
        }
    }

    /// Passes over `(…)`.
    fn command(&mut self) {
        let mut depth = 1usize;
        while let Some(c) = self.cursor.next_char() {
            match c {
                '\\' => _ = self.cursor.next_char(),
                '\'' | '"' => {
                    while let Some(inner) = self.cursor.next_char() {
                        match inner {
                            '\\' => _ = self.cursor.next_char(),
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
