//! The lexer of go.mod and go.work (x/mod/modfile/read.go:readToken).

use super::error::Error;
use crate::text::gostr;

/// A place in the file; line and rune are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) rune: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Eof,
    /// A comment behind something on its line, with the line's end.
    EolComment,
    /// A comment alone on its line, with the line's end.
    Comment,
    Word,
    Newline,
    /// One of `()[]{},`.
    Punctuation(char),
}

impl Kind {
    /// Whether it ends a line.
    pub(super) fn is_eol(self) -> bool {
        matches!(self, Kind::Eof | Kind::EolComment | Kind::Newline)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) start: Position,
}

/// The input, with one token read ahead; `position` is behind that token, and errors are reported there.
pub(super) struct Lexer<'a> {
    pub(super) file: &'a str,
    text: &'a str,
    at: usize,
    /// Where the current line starts.
    line_start: usize,
    pub(super) position: Position,
    next: Token<'a>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Result<Lexer<'a>, Error> {
        let position = Position { line: 1, rune: 1 };
        let next = Token { kind: Kind::Eof, text: "", start: position };
        let mut lexer = Lexer { file, text, at: 0, line_start: 0, position, next };
        lexer.next = lexer.read()?;
        Ok(lexer)
    }

    pub(super) fn peek(&self) -> Kind {
        self.next.kind
    }

    /// The next token; reads the one after it.
    pub(super) fn lex(&mut self) -> Result<Token<'a>, Error> {
        let token = self.next;
        self.next = self.read()?;
        Ok(token)
    }

    /// An error at the current position.
    pub(super) fn error<T>(&self, words: impl Into<String>) -> Result<T, Error> {
        Err(Error::at(self.file, self.position, words))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek_char(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn advance(&mut self) -> Option<char> {
        let c = self.peek_char()?;
        self.at += c.len_utf8();
        if c == '\n' {
            self.position.line += 1;
            self.position.rune = 1;
            self.line_start = self.at;
        } else {
            self.position.rune += 1;
        }
        Some(c)
    }

    fn read(&mut self) -> Result<Token<'a>, Error> {
        while let Some(' ' | '\t' | '\r') = self.peek_char() {
            self.advance();
        }
        let (from, start) = (self.at, self.position);
        let token = |lexer: &Lexer<'a>, kind| Token { kind, text: &lexer.text[from..lexer.at], start };
        if self.rest().starts_with("//") {
            let alone = self.text[self.line_start..from].trim().is_empty();
            while self.advance().is_some_and(|c| c != '\n') {}
            let kind = if alone { Kind::Comment } else { Kind::EolComment };
            let comment = token(self, kind);
            let text = match comment.text.strip_suffix('\n') {
                Some(line) => line.strip_suffix('\r').unwrap_or(line),
                None => comment.text,
            };
            return Ok(Token { text, ..comment });
        }
        if self.rest().starts_with("/*") {
            return self.error(BLOCK_COMMENT);
        }
        let Some(c) = self.peek_char() else {
            return Ok(token(self, Kind::Eof));
        };
        match c {
            '\n' | '(' | ')' | '[' | ']' | '{' | '}' | ',' => {
                self.advance();
                let kind = if c == '\n' { Kind::Newline } else { Kind::Punctuation(c) };
                return Ok(token(self, kind));
            }
            '"' | '`' => {
                self.read_string(c, start)?;
                return Ok(token(self, Kind::Word));
            }
            c if !is_ident(c) => {
                return self.error(format!("unexpected input character {}", gostr::quote_char(c)));
            }
            _ => {}
        }
        while self.peek_char().is_some_and(is_ident) && !self.rest().starts_with("//") {
            if self.rest().starts_with("/*") {
                return self.error(BLOCK_COMMENT);
            }
            self.advance();
        }
        Ok(token(self, Kind::Word))
    }

    fn read_string(&mut self, quote: char, start: Position) -> Result<(), Error> {
        const EOF: &str = "unexpected EOF in string";
        self.advance();
        loop {
            if self.peek_char() == Some('\n') {
                return self.error("unexpected newline in string");
            }
            let Some(c) = self.advance() else {
                return Err(Error::at(self.file, start, EOF));
            };
            if c == quote {
                return Ok(());
            }
            if c == '\\' && quote != '`' && self.advance().is_none() {
                return Err(Error::at(self.file, start, EOF));
            }
        }
    }
}

const BLOCK_COMMENT: &str = "mod files must use // comments (not /* */ comments)";

fn is_ident(c: char) -> bool {
    !matches!(c, ' ' | '(' | ')' | '[' | ']' | '{' | '}' | ',') && !c.is_whitespace() && gostr::is_print(c)
}
