//! Go source, as far as its imports: which packages a file names, and whether every build takes the file.

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub path: String,
    pub line: u32,
}

/// The head of a source file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    pub imports: Vec<Import>,
    /// A `//go:build` or `// +build` line stands above the package clause.
    pub constrained: bool,
    /// `ignore` is that constraint: no build and no `go mod tidy` looks at the file.
    pub ignored: bool,
}

/// Reads the package clause and the imports of a file; stops at the first other declaration, or at what is not Go.
pub fn parse(text: &str) -> Source {
    let mut lexer = Lexer { rest: text, line: 1, source: Source::default(), head: true };
    lexer.file();
    lexer.source
}

/// Whether the name alone keeps a file out of some builds (`go/build:goodOSArchFile`): tests, and `_GOOS`, `_GOARCH`.
pub fn constrained_name(name: &str) -> bool {
    let stem = name.strip_suffix(".go").unwrap_or(name);
    let known = |part: &str| is_os(part) || is_arch(part);
    let last = stem.rsplit('_').next().filter(|part| part.len() < stem.len());
    last.is_some_and(|part| part == "test" || known(part))
}

/// Whether this is a GOOS that Go has, or had (`internal/syslist`).
pub fn is_os(name: &str) -> bool {
    OSES.contains(&name)
}

/// Whether this is a GOARCH that Go has.
pub fn is_arch(name: &str) -> bool {
    ARCHES.contains(&name)
}

const OSES: [&str; 17] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
];

const ARCHES: [&str; 14] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le",
    "riscv64", "s390x", "wasm",
];

struct Lexer<'a> {
    rest: &'a str,
    line: u32,
    source: Source,
    /// Above the package clause.
    head: bool,
}

#[derive(PartialEq)]
enum Token {
    Word(String),
    Literal(String),
    Other(char),
}

impl Lexer<'_> {
    fn file(&mut self) {
        if self.next() != Some(Token::Word("package".into())) {
            return;
        }
        self.head = false;
        self.next();
        while let Some(token) = self.next() {
            match token {
                Token::Other(';') => {}
                Token::Word(word) if word == "import" => self.import(),
                _ => return,
            }
        }
    }

    fn import(&mut self) {
        let mut block = false;
        while let Some(token) = self.next() {
            match token {
                Token::Other('(') if !block => block = true,
                Token::Literal(path) => {
                    self.source.imports.push(Import { path, line: self.line });
                    if !block {
                        return;
                    }
                }
                // A name, `_` or `.` before the path.
                Token::Word(_) | Token::Other('.' | ';') => {}
                Token::Other(_) => return,
            }
        }
    }

    fn next(&mut self) -> Option<Token> {
        loop {
            let first = self.rest.chars().next()?;
            match first {
                '\n' => {
                    self.line += 1;
                    self.skip(1);
                }
                c if c.is_whitespace() || c == '\u{feff}' => self.skip(c.len_utf8()),
                '/' if self.rest.starts_with("//") => {
                    let end = self.rest.find('\n').unwrap_or(self.rest.len());
                    let comment = &self.rest[2..end];
                    self.comment(comment.trim());
                    self.skip(end);
                }
                '/' if self.rest.starts_with("/*") => {
                    let end = self.rest.find("*/").map_or(self.rest.len(), |at| at + 2);
                    self.line += lines(&self.rest[..end]);
                    self.skip(end);
                }
                '"' | '`' => return self.literal(first),
                c if c.is_alphanumeric() || c == '_' => {
                    let word = |c: char| !(c.is_alphanumeric() || c == '_');
                    let end = self.rest.find(word).unwrap_or(self.rest.len());
                    let word = self.rest[..end].to_owned();
                    self.skip(end);
                    return Some(Token::Word(word));
                }
                c => {
                    self.skip(c.len_utf8());
                    return Some(Token::Other(c));
                }
            }
        }
    }

    /// An import path holds nothing that would have to be escaped.
    fn literal(&mut self, quote: char) -> Option<Token> {
        let end = self.rest[1..].find([quote, '\n'])? + 1;
        let path = self.rest[1..end].to_owned();
        self.skip(end + 1);
        Some(Token::Literal(path))
    }

    fn comment(&mut self, comment: &str) {
        let constraint = comment.strip_prefix("go:build ").or_else(|| comment.strip_prefix("+build "));
        if let (true, Some(tags)) = (self.head, constraint) {
            self.source.constrained = true;
            self.source.ignored |= tags.trim() == "ignore";
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn imports(text: &str) -> Vec<(String, u32)> {
        parse(text).imports.into_iter().map(|import| (import.path, import.line)).collect()
    }

    #[test]
    fn every_form() {
        let text = "// Package m.\npackage m // import \"ex.test/m\"\n\nimport \"fmt\"\nimport (\n\t_ \"ex.test/a\"\n\t. `ex.test/b`; c \"ex.test/c\"\n\t/* \"no\"\n */ \"ex.test/d\" // \"no\"\n)\nvar x = \"no\"\nimport \"no\"\n";
        let want = [("fmt", 4), ("ex.test/a", 6), ("ex.test/b", 7), ("ex.test/c", 7), ("ex.test/d", 9)];
        assert_eq!(imports(text), want.map(|(path, line)| (path.to_owned(), line)));
        assert_eq!(imports("<html>"), []);
        assert_eq!(imports("package m\nimport \"cut"), []);
        assert_eq!(
            imports("package m; import \"a.b/c\"; import `d`"),
            [("a.b/c".into(), 1), ("d".into(), 1)]
        );
    }

    #[test]
    fn constraints() {
        let of = |text| {
            let source = parse(text);
            (source.constrained, source.ignored)
        };
        assert_eq!(of("//go:build ignore\n\npackage main\n"), (true, true));
        assert_eq!(of("//go:build linux && !cgo\n\npackage main\n"), (true, false));
        assert_eq!(of("// +build ignore\n\npackage main\n"), (true, true));
        assert_eq!(of("package main\n//go:build ignore\n"), (false, false));
        for (name, want) in [
            ("a_test.go", true),
            ("a_windows.go", true),
            ("a_linux_arm64.go", true),
            ("linux.go", false),
            ("a_b.go", false),
        ] {
            assert_eq!(constrained_name(name), want, "{name}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}") {
            let _ = parse(&format!("package m\nimport {text}"));
        }
    }
}
