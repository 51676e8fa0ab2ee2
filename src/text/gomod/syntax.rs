//! Lines, blocks and their comments (x/mod/modfile/read.go:parseFile).

use super::error::Error;
use super::lex::{Kind, Lexer, Position};

#[derive(Debug)]
pub(super) enum Stmt {
    Line(Line),
    Block(Block),
}

#[derive(Debug)]
pub(super) struct Line {
    pub(super) start: Position,
    pub(super) tokens: Vec<String>,
    /// Whole-line comments before it; empty ones are blank lines.
    pub(super) before: Vec<String>,
    /// The comment at its end.
    pub(super) suffix: Option<String>,
}

/// `require ( … )`.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) start: Position,
    pub(super) tokens: Vec<String>,
    pub(super) before: Vec<String>,
    pub(super) lines: Vec<Line>,
}

/// The statements of a file; comments that belong to none are left out.
pub(super) fn parse(file: &str, text: &str) -> Result<Vec<Stmt>, Error> {
    let mut lexer = Lexer::new(file, text)?;
    let mut stmts = Vec::new();
    // The comments that stand right before a statement belong to it; a blank line parts them.
    let mut before = Vec::new();
    loop {
        match lexer.peek() {
            Kind::Newline => {
                lexer.lex()?;
                before.clear();
            }
            Kind::Comment => before.push(lexer.lex()?.text.to_owned()),
            Kind::Eof => return Ok(stmts),
            _ => stmts.push(parse_stmt(&mut lexer, std::mem::take(&mut before))?),
        }
    }
}

fn parse_stmt(lexer: &mut Lexer, before: Vec<String>) -> Result<Stmt, Error> {
    let first = lexer.lex()?;
    let start = first.start;
    let mut tokens = vec![first.text.to_owned()];
    loop {
        let token = lexer.lex()?;
        match token.kind {
            kind if kind.is_eol() => {
                let suffix = (kind == Kind::EolComment).then(|| token.text.to_owned());
                return Ok(Stmt::Line(Line { start, tokens, before, suffix }));
            }
            Kind::Punctuation('(') if lexer.peek().is_eol() => {
                let lines = parse_block(lexer, start)?;
                return Ok(Stmt::Block(Block { start, tokens, before, lines }));
            }
            Kind::Punctuation('(') if lexer.peek() == Kind::Punctuation(')') => {
                lexer.lex()?;
                if lexer.peek().is_eol() {
                    lexer.lex()?;
                    return Ok(Stmt::Block(Block { start, tokens, before, lines: Vec::new() }));
                }
                tokens.extend(["(".to_owned(), ")".to_owned()]);
            }
            _ => tokens.push(token.text.to_owned()),
        }
    }
}

/// What follows `(` at the end of a line, up to the line of `)`.
fn parse_block(lexer: &mut Lexer, start: Position) -> Result<Vec<Line>, Error> {
    let mut lines: Vec<Line> = Vec::new();
    let mut comments: Vec<String> = Vec::new();
    loop {
        match lexer.peek() {
            Kind::EolComment => {
                lexer.lex()?;
            }
            Kind::Newline => {
                lexer.lex()?;
                let blank = match comments.last() {
                    None => !lines.is_empty(),
                    Some(last) => !last.is_empty(),
                };
                if blank {
                    comments.push(String::new());
                }
            }
            Kind::Comment => comments.push(lexer.lex()?.text.to_owned()),
            Kind::Eof => {
                let at = format!("{}:{}:{}", lexer.file, start.line, start.rune);
                return lexer.error(format!("syntax error (unterminated block started at {at})"));
            }
            Kind::Punctuation(')') => {
                lexer.lex()?;
                if !lexer.peek().is_eol() {
                    return lexer.error("syntax error (expected newline after closing paren)");
                }
                lexer.lex()?;
                return Ok(lines);
            }
            _ => lines.push(parse_line(lexer, std::mem::take(&mut comments))?),
        }
    }
}

fn parse_line(lexer: &mut Lexer, before: Vec<String>) -> Result<Line, Error> {
    let first = lexer.lex()?;
    let mut tokens = vec![first.text.to_owned()];
    loop {
        let token = lexer.lex()?;
        if token.kind.is_eol() {
            return Ok(Line {
                start: first.start,
                tokens,
                before,
                suffix: (token.kind == Kind::EolComment).then(|| token.text.to_owned()),
            });
        }
        tokens.push(token.text.to_owned());
    }
}

/// The text of the comments on a directive, or of its block where the line has none
/// (`rule.go:parseDirectiveComment`).
pub(super) fn directive_comment(block_before: Option<&[String]>, line: &Line) -> String {
    let own = !line.before.is_empty() || line.suffix.is_some();
    let comments: Vec<&String> = match block_before {
        Some(before) if !own => before.iter().collect(),
        _ => line.before.iter().chain(&line.suffix).collect(),
    };
    let texts = comments.iter().filter_map(|comment| comment.strip_prefix("//"));
    texts.map(str::trim).collect::<Vec<_>>().join("\n")
}

/// Whether the line has a `// indirect` comment (`rule.go:isIndirect`).
pub(super) fn is_indirect(line: &Line) -> bool {
    let Some(comment) = &line.suffix else {
        return false;
    };
    let mut words = comment.strip_prefix("//").unwrap_or(comment).split_whitespace();
    let (first, more) = (words.next(), words.next().is_some());
    match first {
        Some("indirect") => !more,
        Some("indirect;") => more,
        _ => false,
    }
}
