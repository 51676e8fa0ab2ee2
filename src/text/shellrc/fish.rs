//! The grammar of fish.

use super::fishlex::FishLexer;
use super::tokens::{Tokens, What};
use super::{Command, MAX_DEPTH, Node, Test, Word, said};

/// Reads a whole file.
pub(super) fn parse(text: &str) -> Vec<Node> {
    let mut parser = Parser { text, tokens: Tokens::new(FishLexer::new(text)), depth: 0 };
    let mut nodes = Vec::new();
    loop {
        nodes.extend(parser.list());
        // An `end` too many closes nothing.
        if parser.tokens.token().what == What::End {
            return nodes;
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Tokens<FishLexer<'t>>,
    depth: usize,
}

/// A statement: what it does, and its status as a condition.
struct Piece {
    nodes: Vec<Node>,
    test: Test,
    start: usize,
    end: usize,
}

impl Parser<'_> {
    fn separators(&mut self) {
        self.tokens.skip_ops(&["\n", ";", "&"]);
    }

    fn at_close(&mut self) -> bool {
        self.tokens.peek().what == What::End
            || ["end", "else", "case"].into_iter().any(|word| self.tokens.at_word(word))
    }

    fn end(&mut self) -> usize {
        let next = self.tokens.peek().start;
        self.text[..next].trim_end().len()
    }

    /// What was read since `start`, for a message.
    fn said(&mut self, start: usize) -> String {
        let end = self.end();
        said(self.text.get(start..end).unwrap_or("").trim_end_matches(';'))
    }

    /// Statements up to `end`, `else` or `case`. `and` and `or` continue the statement before them.
    fn list(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        if self.depth >= MAX_DEPTH {
            while self.tokens.token().what != What::End {}
            return nodes;
        }
        self.depth += 1;
        loop {
            self.separators();
            if self.at_close() {
                break;
            }
            nodes.extend(self.chain().nodes);
        }
        self.depth -= 1;
        nodes
    }

    fn chain(&mut self) -> Piece {
        let mut whole = self.pipeline();
        let mut links = 0;
        loop {
            let Some(and) = self.joins() else { return whole };
            self.separators();
            if self.at_close() {
                return whole;
            }
            let next = self.pipeline();
            let before = std::mem::replace(&mut whole.test, Test::Unknown);
            let said = said(self.text.get(whole.start..whole.end).unwrap_or(""));
            let test = if and { before.clone() } else { Test::Not(Box::new(before.clone())) };
            whole.nodes.push(Node::When { test, said, then: next.nodes, otherwise: Vec::new() });
            links += 1;
            whole.test = match and {
                _ if links > MAX_DEPTH => Test::Unknown,
                true => Test::All(vec![before, next.test]),
                false => Test::Any(vec![before, next.test]),
            };
            whole.end = next.end;
        }
    }

    /// `&&`, `||`, or a new statement that begins with `and` or `or`.
    fn joins(&mut self) -> Option<bool> {
        for (op, and) in [("&&", true), ("||", false)] {
            if self.tokens.at_op(op) {
                self.tokens.token();
                return Some(and);
            }
        }
        self.separators();
        for (word, and) in [("and", true), ("or", false)] {
            if self.tokens.take_word(word) {
                return Some(and);
            }
        }
        None
    }

    fn pipeline(&mut self) -> Piece {
        let mut negated = false;
        while self.tokens.at_word("not") || self.tokens.at_word("!") || self.tokens.at_word("time") {
            negated ^= !self.tokens.at_word("time");
            self.tokens.token();
        }
        let mut piece = self.command();
        while self.tokens.at_op("|") {
            self.tokens.token();
            let next = self.command();
            // fish runs its own commands of a pipe in the same shell: what they set may stay.
            piece.nodes.extend(next.nodes);
            piece.test = Test::Unknown;
            piece.end = next.end;
        }
        if negated {
            piece.test = Test::Not(Box::new(piece.test));
        }
        piece
    }

    fn command(&mut self) -> Piece {
        let start = self.tokens.peek().start;
        let word = match &self.tokens.peek().what {
            What::Word(word) => word.bare().unwrap_or("").to_owned(),
            _ => {
                let end = self.tokens.token().end;
                return Piece { nodes: Vec::new(), test: Test::Unknown, start, end };
            }
        };
        let nodes = match word.as_str() {
            "if" => self.branch(),
            "begin" => {
                self.tokens.token();
                let nodes = self.list();
                self.tokens.take_word("end");
                vec![Node::Group(nodes)]
            }
            "for" => {
                self.tokens.token();
                let mut words = self.words();
                let var = words.first().and_then(Word::plain).unwrap_or_default();
                words.drain(..words.len().min(2));
                let body = self.list();
                self.tokens.take_word("end");
                vec![Node::Each { var, words, body }]
            }
            "while" => {
                self.tokens.token();
                self.chain();
                let said = self.said(start);
                let body = self.list();
                self.tokens.take_word("end");
                vec![Node::Loop { said, body }]
            }
            "switch" => self.switch(),
            "function" => {
                self.tokens.token();
                let name = self.words().first().and_then(Word::plain).unwrap_or_default();
                let body = self.list();
                self.tokens.take_word("end");
                vec![Node::Function { name, body }]
            }
            _ => {
                let line = self.tokens.peek().line;
                let words_start = start;
                let (words, last, end) = self.words_with_end();
                let command = Command { words, line, last, span: (words_start, end) };
                return Piece {
                    nodes: vec![Node::Run(command.clone())],
                    test: Test::Command(command),
                    start,
                    end,
                };
            }
        };
        Piece { nodes, test: Test::Unknown, start, end: self.end() }
    }

    fn words(&mut self) -> Vec<Word> {
        self.words_with_end().0
    }

    fn words_with_end(&mut self) -> (Vec<Word>, u32, usize) {
        let mut words = Vec::new();
        let (mut last, mut end) = (self.tokens.peek().line, self.tokens.peek().start);
        while let What::Word(word) = &self.tokens.peek().what {
            words.push(word.clone());
            let token = self.tokens.token();
            (last, end) = (token.last, token.end);
        }
        (words, last, end)
    }

    fn branch(&mut self) -> Vec<Node> {
        self.tokens.token();
        let start = self.tokens.peek().start;
        let test = self.chain().test;
        let said = self.said(start);
        let then = self.list();
        let otherwise = if self.tokens.take_word("else") {
            if self.tokens.at_word("if") && self.depth < MAX_DEPTH {
                self.depth += 1;
                let nodes = self.branch();
                self.depth -= 1;
                return vec![Node::When { test, said, then, otherwise: nodes }];
            }
            self.list()
        } else {
            Vec::new()
        };
        self.tokens.take_word("end");
        vec![Node::When { test, said, then, otherwise }]
    }

    fn switch(&mut self) -> Vec<Node> {
        let start = self.tokens.token().start;
        let word = self.words().into_iter().next().unwrap_or_default();
        let said = self.said(start);
        let mut arms = Vec::new();
        self.separators();
        while self.tokens.take_word("case") {
            let patterns = self.words();
            arms.push((patterns, self.list()));
        }
        self.tokens.take_word("end");
        vec![Node::Case { word, said, arms }]
    }
}
