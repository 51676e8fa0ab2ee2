//! What the grammars share: a cursor over the text, and tokens with one looked at ahead.

use super::Word;

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

/// A place in a text, with its line.
pub(super) struct Cursor<'t> {
    pub text: &'t str,
    pub at: usize,
    pub line: u32,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Cursor<'t> {
        Cursor { text, at: 0, line: 1 }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.line += self.rest()[..bytes].bytes().map(|b| u32::from(b == b'\n')).sum::<u32>();
        self.at += bytes;
    }

    pub(super) fn next_char(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.skip(c.len_utf8());
        Some(c)
    }
}

/// Cuts a text into tokens; [`What::End`] for ever behind the last.
pub(super) trait Lex {
    fn token(&mut self) -> Token;
}

/// The tokens of a lexer, one of them looked at ahead.
pub(super) struct Tokens<L> {
    pub lexer: L,
    peeked: Option<Token>,
}

impl<L: Lex> Tokens<L> {
    pub(super) fn new(lexer: L) -> Tokens<L> {
        Tokens { lexer, peeked: None }
    }

    pub(super) fn peek(&mut self) -> &Token {
        self.peeked.get_or_insert_with(|| self.lexer.token())
    }

    pub(super) fn token(&mut self) -> Token {
        self.peeked.take().unwrap_or_else(|| self.lexer.token())
    }

    pub(super) fn at_op(&mut self, op: &str) -> bool {
        matches!(&self.peek().what, What::Op(there) if *there == op)
    }

    pub(super) fn at_word(&mut self, word: &str) -> bool {
        matches!(&self.peek().what, What::Word(there) if there.bare() == Some(word))
    }

    /// Passes over the word, if it is the next.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let there = self.at_word(word);
        if there {
            self.token();
        }
        there
    }

    /// Passes over all of these operators that come next.
    pub(super) fn skip_ops(&mut self, ops: &[&str]) {
        while ops.iter().any(|op| self.at_op(op)) {
            self.token();
        }
    }
}
