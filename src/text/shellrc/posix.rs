//! The grammar of POSIX shells, with what bash and zsh add where start files use it.

use super::lex::Lexer;
use super::tokens::{Tokens, What};
use super::{Command, MAX_DEPTH, Node, Test, Word, said};

/// Reads a whole file.
pub(super) fn parse(text: &str) -> Vec<Node> {
    let mut parser = Parser { text, tokens: Tokens::new(Lexer::new(text)), depth: 0 };
    let mut nodes = Vec::new();
    loop {
        nodes.extend(parser.list());
        // What ended the list belongs to nothing that is open: it is passed over.
        if parser.tokens.token().what == What::End {
            return nodes;
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Tokens<Lexer<'t>>,
    depth: usize,
}

/// A pipeline: what it does here, and its status as a condition.
struct Piece {
    nodes: Vec<Node>,
    test: Test,
    start: usize,
    end: usize,
}

const CLOSERS: [&str; 9] = ["then", "elif", "else", "fi", "do", "done", "esac", "}", "end"];

impl Parser<'_> {
    fn newlines(&mut self) {
        self.tokens.skip_ops(&["\n", ";"]);
    }

    /// Whether the next token ends a list of commands.
    fn at_close(&mut self) -> bool {
        match &self.tokens.peek().what {
            What::End => true,
            What::Op(op) => matches!(*op, ")" | ";;" | ";&" | ";;&"),
            What::Word(word) => word.bare().is_some_and(|word| CLOSERS.contains(&word)),
        }
    }

    /// Commands up to a word that closes something.
    fn list(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        if self.depth >= MAX_DEPTH {
            // Too deep: the rest of the file is left out.
            while self.tokens.token().what != What::End {}
            return nodes;
        }
        self.depth += 1;
        loop {
            self.newlines();
            if self.at_close() {
                break;
            }
            let piece = self.and_or();
            if self.tokens.at_op("&") {
                // In the background, in a shell of its own.
                self.tokens.token();
            } else {
                nodes.extend(piece.nodes);
            }
        }
        self.depth -= 1;
        nodes
    }

    /// `a && b || c`: what follows an operator runs by the status of all before it.
    fn and_or(&mut self) -> Piece {
        let mut whole = self.pipeline();
        let mut links = 0;
        while self.tokens.at_op("&&") || self.tokens.at_op("||") {
            let and = self.tokens.at_op("&&");
            self.tokens.token();
            self.newlines();
            if self.at_close() {
                break;
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
        whole
    }

    fn pipeline(&mut self) -> Piece {
        let mut negated = false;
        while self.tokens.at_word("!") || self.tokens.at_word("time") {
            negated ^= self.tokens.at_word("!");
            self.tokens.token();
        }
        let mut piece = self.command();
        while self.tokens.at_op("|") || self.tokens.at_op("|&") {
            self.tokens.token();
            self.newlines();
            if self.at_close() {
                break;
            }
            let end = self.command().end;
            // Every part of a pipe is a shell of its own: nothing it sets stays.
            piece = Piece { nodes: Vec::new(), test: Test::Unknown, end, ..piece };
        }
        if negated {
            piece.test = Test::Not(Box::new(piece.test));
        }
        piece
    }

    fn command(&mut self) -> Piece {
        let (start, line) = (self.tokens.peek().start, self.tokens.peek().line);
        let word = match &self.tokens.peek().what {
            What::Op("(") => {
                self.tokens.token();
                return self.bracket(start);
            }
            What::Word(word) => word.bare().unwrap_or("").to_owned(),
            _ => {
                let end = self.tokens.token().end;
                return Piece { nodes: Vec::new(), test: Test::Unknown, start, end };
            }
        };
        let nodes = match word.as_str() {
            "if" => self.branch(),
            "for" | "foreach" => self.each(),
            "while" | "until" | "select" => self.repeat(),
            "case" => self.case(),
            "{" => {
                self.tokens.token();
                let nodes = self.list();
                self.tokens.take_word("}");
                vec![Node::Group(nodes)]
            }
            "function" => {
                self.tokens.token();
                let name = self.tokens.token();
                let name = if let What::Word(word) = name.what { word.plain() } else { None };
                if self.tokens.at_op("(") {
                    self.tokens.token();
                    self.tokens.token();
                }
                self.function(name.unwrap_or_default())
            }
            "[[" => return self.double_bracket(start, line),
            _ => return self.simple(start, line),
        };
        Piece { nodes, test: Test::Unknown, start, end: self.end() }
    }

    /// The end of what was read last.
    fn end(&mut self) -> usize {
        let next = self.tokens.peek().start;
        self.text[..next].trim_end().len()
    }

    /// What was read since `start`, for a message.
    fn said(&mut self, start: usize) -> String {
        let end = self.end();
        said(self.text.get(start..end).unwrap_or("").trim_end_matches(';'))
    }

    /// `( … )`, a shell of its own, or `(( … ))`, arithmetic.
    fn bracket(&mut self, start: usize) -> Piece {
        if self.tokens.at_op("(") && self.tokens.peek().start == start + 1 {
            self.tokens.token();
            self.tokens.lexer.arithmetic();
        } else {
            self.list();
            if self.tokens.at_op(")") {
                self.tokens.token();
            }
        }
        Piece { nodes: Vec::new(), test: Test::Unknown, start, end: self.end() }
    }

    fn branch(&mut self) -> Vec<Node> {
        self.tokens.token();
        let start = self.tokens.peek().start;
        let test = self.condition();
        let said = self.said(start);
        self.tokens.take_word("then");
        let then = self.list();
        let otherwise = if self.tokens.at_word("elif") && self.depth < MAX_DEPTH {
            self.depth += 1;
            let nodes = self.branch();
            self.depth -= 1;
            nodes
        } else {
            let nodes = if self.tokens.take_word("else") { self.list() } else { Vec::new() };
            self.tokens.take_word("fi");
            nodes
        };
        vec![Node::When { test, said, then, otherwise }]
    }

    /// The commands before `then` or `do`; only a single one can be judged.
    fn condition(&mut self) -> Test {
        let mut test = Test::Unknown;
        let mut count = 0;
        loop {
            self.newlines();
            if self.at_close() {
                break;
            }
            test = self.and_or().test;
            count += 1;
        }
        if count == 1 { test } else { Test::Unknown }
    }

    fn each(&mut self) -> Vec<Node> {
        let start = self.tokens.token().start;
        let var = match self.tokens.token().what {
            What::Word(word) => word.plain().unwrap_or_default(),
            _ => String::new(),
        };
        let mut words = Vec::new();
        let bracketed = self.tokens.at_op("(");
        if bracketed || self.tokens.take_word("in") {
            if bracketed {
                self.tokens.token();
            }
            while let What::Word(word) = &self.tokens.peek().what {
                words.push(word.clone());
                self.tokens.token();
            }
            if bracketed && self.tokens.at_op(")") {
                self.tokens.token();
            }
        }
        self.until_do();
        match self.in_loop(start).pop() {
            Some(Node::Loop { body, .. }) if !words.is_empty() => vec![Node::Each { var, words, body }],
            other => other.into_iter().collect(),
        }
    }

    fn repeat(&mut self) -> Vec<Node> {
        let start = self.tokens.token().start;
        self.condition();
        self.in_loop(start)
    }

    fn until_do(&mut self) {
        while !self.at_close() {
            if self.tokens.at_op("\n") || self.tokens.at_op(";") {
                self.tokens.token();
                self.newlines();
                return;
            }
            self.tokens.token();
        }
    }

    /// `do … done`, or the `{ … }` and `… end` of zsh; `start` is where the loop begins.
    fn in_loop(&mut self, start: usize) -> Vec<Node> {
        self.newlines();
        let said = self.said(start);
        let _ = self.tokens.take_word("{") || self.tokens.take_word("do");
        let body = self.list();
        let _ = self.tokens.take_word("done") || self.tokens.take_word("}") || self.tokens.take_word("end");
        vec![Node::Loop { said, body }]
    }

    fn case(&mut self) -> Vec<Node> {
        let start = self.tokens.token().start;
        let word = match self.tokens.token().what {
            What::Word(word) => word,
            _ => Word::default(),
        };
        let said = self.said(start);
        self.newlines();
        self.tokens.take_word("in");
        let mut arms = Vec::new();
        loop {
            self.newlines();
            if self.tokens.take_word("esac") || self.tokens.peek().what == What::End {
                break;
            }
            if self.tokens.at_op("(") {
                self.tokens.token();
            }
            let mut patterns = Vec::new();
            loop {
                match self.tokens.token().what {
                    What::Word(word) => patterns.push(word),
                    What::Op("|") => {}
                    _ => break,
                }
            }
            let body = self.list();
            arms.push((patterns, body));
            if self.tokens.at_op(";;")
                || self.tokens.at_op(";&")
                || self.tokens.at_op(";;&")
                || self.tokens.at_op(")")
            {
                self.tokens.token();
            } else if !self.tokens.at_word("esac") {
                // A closing word of something else: the file is broken here.
                break;
            }
        }
        vec![Node::Case { word, said, arms }]
    }

    fn function(&mut self, name: String) -> Vec<Node> {
        self.newlines();
        if self.at_close() || self.depth >= MAX_DEPTH {
            return Vec::new();
        }
        self.depth += 1;
        let body = self.command().nodes;
        self.depth -= 1;
        vec![Node::Function { name, body }]
    }

    /// `[[ … ]]` as one command; what joins its parts makes it too much to judge.
    fn double_bracket(&mut self, start: usize, line: u32) -> Piece {
        let mut words = Vec::new();
        let (mut last, mut end);
        loop {
            let token = self.tokens.token();
            (last, end) = (token.last, token.end);
            match token.what {
                What::End => break,
                What::Word(word) => {
                    let closes = word.bare() == Some("]]");
                    words.push(word);
                    if closes {
                        break;
                    }
                }
                What::Op(op) => words.push(Word::text(op)),
            }
        }
        let command = Command { words, line, last, span: (start, end) };
        Piece { nodes: vec![Node::Run(command.clone())], test: Test::Command(command), start, end }
    }

    fn simple(&mut self, start: usize, line: u32) -> Piece {
        let mut words = Vec::new();
        let (mut last, mut end) = (line, start);
        while let What::Word(word) = &self.tokens.peek().what {
            words.push(word.clone());
            let token = self.tokens.token();
            (last, end) = (token.last, token.end);
        }
        if let ([name], true) = (words.as_slice(), self.tokens.at_op("(")) {
            let name = name.plain().unwrap_or_default();
            self.tokens.token();
            if self.tokens.at_op(")") {
                self.tokens.token();
                let nodes = self.function(name);
                return Piece { nodes, test: Test::Unknown, start, end: self.end() };
            }
        }
        let command = Command { words, line, last, span: (start, end) };
        Piece { nodes: vec![Node::Run(command.clone())], test: Test::Command(command), start, end }
    }
}
