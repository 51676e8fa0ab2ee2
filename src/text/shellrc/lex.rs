//! Words of POSIX shells (and bash and zsh): quotes, expansions, here-documents, operators.

use super::tokens::{Cursor, Lex, Token, What};
use super::{Part, Word};

pub(super) struct Lexer<'t> {
    cursor: Cursor<'t>,
    /// The delimiters of here-documents whose bodies begin after this line; `true` where tabs before it do not count.
    waiting: Vec<(String, bool)>,
}

const OPS: [&str; 12] = [";;&", ";;", ";&", "&&", "||", "|&", ";", "&", "|", "(", ")", "\n"];
const REDIRECTIONS: [&str; 11] = ["<<<", "<<-", "<<", "&>>", "&>", ">>", ">&", "<&", "<>", ">|", ">"];

impl Lex for Lexer<'_> {
    /// The next token; redirections are passed over with their targets.
    fn token(&mut self) -> Token {
        loop {
            self.blanks();
            let (start, line) = (self.cursor.at, self.cursor.line);
            let made = |lexer: &Lexer<'_>, what| Token {
                what,
                start,
                end: lexer.cursor.at,
                line,
                last: lexer.cursor.line.max(line),
            };
            let rest = self.cursor.rest();
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
                self.cursor.skip(digits);
                self.redirection();
                continue;
            }
            if let Some(op) = OPS.iter().find(|op| rest.starts_with(**op)) {
                self.cursor.skip(op.len());
                let token = Token { what: What::Op(op), start, end: self.cursor.at, line, last: line };
                if *op == "\n" {
                    self.here_documents();
                }
                return token;
            }
            let word = self.word();
            return made(self, What::Word(word));
        }
    }
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Lexer<'t> {
        Lexer { cursor: Cursor::new(text), waiting: Vec::new() }
    }

    /// Blanks, line continuations and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.cursor.rest();
            if rest.starts_with([' ', '\t']) {
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

    fn redirection(&mut self) {
        let op = REDIRECTIONS.iter().find(|op| self.cursor.rest().starts_with(**op)).map_or("<", |op| *op);
        self.cursor.skip(op.len());
        self.blanks();
        if self.cursor.rest().starts_with('\n') {
            return;
        }
        let target = self.word();
        if matches!(op, "<<" | "<<-") {
            self.waiting.push((target.plain().unwrap_or_default(), op == "<<-"));
        }
    }

    fn here_documents(&mut self) {
        for (delimiter, tabs) in std::mem::take(&mut self.waiting) {
            while !self.cursor.rest().is_empty() {
                let rest = self.cursor.rest();
                let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
                self.cursor.skip((line.len() + 1).min(rest.len()));
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
        if self.cursor.rest().starts_with(')') {
            self.cursor.skip(1);
        }
    }

    /// One word; never empty-handed: an odd character is a word of its own.
    fn word(&mut self) -> Word {
        let mut word = Word::default();
        let begin = self.cursor.at;
        while let Some(c) = self.cursor.rest().chars().next() {
            match c {
                '<' | '>' if self.cursor.rest()[1..].starts_with('(') && self.cursor.at == begin => {
                    self.cursor.skip(2);
                    self.balanced('(', ')');
                    word.0.push(Part::Unknown);
                }
                // An array: `NAME=(…)`; also a pattern of bash or zsh: `*(N)`.
                '(' if self.cursor.text[begin..self.cursor.at]
                    .ends_with(['=', '*', '?', '+', '@', '!', ']']) =>
                {
                    self.cursor.skip(1);
                    self.balanced('(', ')');
                    word.0.push(Part::Unknown);
                }
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' if self.cursor.at > begin => {
                    break;
                }
                '\\' => {
                    self.cursor.skip(1);
                    match self.cursor.next_char() {
                        Some('\n') | None => {}
                        Some(c) => word.push(c.encode_utf8(&mut [0; 4]), true),
                    }
                }
                '\'' => {
                    self.cursor.skip(1);
                    let rest = self.cursor.rest();
                    let end = rest.find('\'').unwrap_or(rest.len());
                    word.push(&rest[..end], true);
                    self.cursor.skip((end + 1).min(rest.len()));
                }
                '"' => {
                    self.cursor.skip(1);
                    self.double_quoted(&mut word, 0);
                }
                '`' => {
                    self.cursor.skip(1);
                    self.backticks();
                    word.0.push(Part::Unknown);
                }
                '$' => self.dollar(&mut word, false, 0),
                c => {
                    self.cursor.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), false);
                }
            }
        }
        word
    }

    fn double_quoted(&mut self, word: &mut Word, depth: usize) {
        word.push("", true);
        while let Some(c) = self.cursor.rest().chars().next() {
            match c {
                '"' => return self.cursor.skip(1),
                '\\' => {
                    self.cursor.skip(1);
                    match self.cursor.next_char() {
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
                    self.cursor.skip(1);
                    self.backticks();
                    word.0.push(Part::Unknown);
                }
                '$' => self.dollar(word, true, depth),
                c => {
                    self.cursor.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), true);
                }
            }
        }
    }

    fn backticks(&mut self) {
        while let Some(c) = self.cursor.next_char() {
            match c {
                '`' => return,
                '\\' => _ = self.cursor.next_char(),
                _ => {}
            }
        }
    }

    /// What follows a `$`.
    fn dollar(&mut self, word: &mut Word, quoted: bool, depth: usize) {
        self.cursor.skip(1);
        let rest = self.cursor.rest();
        if rest.starts_with('(') {
            self.cursor.skip(1);
            self.balanced('(', ')');
            word.0.push(Part::Unknown);
        } else if rest.starts_with('{') {
            self.cursor.skip(1);
            let part = self.braced(quoted, depth);
            word.0.push(part);
        } else if rest.starts_with('\'') && !quoted {
            self.cursor.skip(1);
            self.ansi_quoted(word);
        } else if rest.starts_with('"') && !quoted {
            self.cursor.skip(1);
            self.double_quoted(word, depth);
        } else if let name = name_at(rest)
            && !name.is_empty()
        {
            self.cursor.skip(name.len());
            word.0.push(Part::Var(name.to_owned()));
        } else if rest.starts_with('-') {
            self.cursor.skip(1);
            word.0.push(Part::Var("-".to_owned()));
        } else if rest.starts_with(['?', '$', '!', '#', '@', '*', '+'])
            || rest.starts_with(|c: char| c.is_ascii_digit())
        {
            self.cursor.skip(1);
            word.0.push(Part::Unknown);
        } else {
            word.push("$", true);
        }
    }

    /// `${…}` behind its `{`.
    fn braced(&mut self, quoted: bool, depth: usize) -> Part {
        let name = name_at(self.cursor.rest());
        let behind = &self.cursor.rest()[name.len()..];
        if !name.is_empty() && behind.starts_with('}') {
            self.cursor.skip(name.len() + 1);
            return Part::Var(name.to_owned());
        }
        let op = [":-", ":=", "-", "="].into_iter().find(|op| behind.starts_with(op));
        match op {
            Some(op) if !name.is_empty() && depth < super::MAX_DEPTH => {
                self.cursor.skip(name.len() + op.len());
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
        while let Some(c) = self.cursor.rest().chars().next() {
            match c {
                '}' => return self.cursor.skip(1),
                '\'' if !quoted => {
                    self.cursor.skip(1);
                    let rest = self.cursor.rest();
                    let end = rest.find('\'').unwrap_or(rest.len());
                    word.push(&rest[..end], true);
                    self.cursor.skip((end + 1).min(rest.len()));
                }
                '"' => {
                    self.cursor.skip(1);
                    self.double_quoted(word, depth);
                }
                '\\' => {
                    self.cursor.skip(1);
                    if let Some(c) = self.cursor.next_char() {
                        word.push(c.encode_utf8(&mut [0; 4]), true);
                    }
                }
                '`' => {
                    self.cursor.skip(1);
                    self.backticks();
                    word.0.push(Part::Unknown);
                }
                '$' => self.dollar(word, quoted, depth),
                c => {
                    self.cursor.skip(c.len_utf8());
                    word.push(c.encode_utf8(&mut [0; 4]), quoted);
                }
            }
        }
    }

    /// `$'…'`: the escapes that occur in start files.
    fn ansi_quoted(&mut self, word: &mut Word) {
        word.push("", true);
        while let Some(c) = self.cursor.next_char() {
            match c {
                '\'' => return,
                '\\' => match self.cursor.next_char() {
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
        while let Some(c) = self.cursor.next_char() {
            match c {
                '\\' => _ = self.cursor.next_char(),
                '\'' => {
                    let rest = self.cursor.rest();
                    self.cursor.skip(rest.find('\'').map_or(rest.len(), |end| end + 1));
                }
                '"' => {
                    while let Some(c) = self.cursor.next_char() {
                        match c {
                            '"' => break,
                            '\\' => _ = self.cursor.next_char(),
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
