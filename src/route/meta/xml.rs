//! The tokens of `encoding/xml` in its lenient mode, as far as a go-get page needs them: what go chokes on, we choke on.

/// What matters of a page: where elements begin and end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Local name, attributes.
    Start(String, Vec<(String, String)>),
    End(String),
    /// Text, comments, directives, instructions.
    Other,
}

/// Walks over a page once, never back.
pub(super) struct Tokens<'p> {
    page: &'p [u8],
    at: usize,
    /// `<br/>` is two tokens.
    close: Option<String>,
}

type Step<T> = Result<T, String>;

impl<'p> Tokens<'p> {
    pub(super) fn new(page: &'p [u8]) -> Tokens<'p> {
        Tokens { page, at: 0, close: None }
    }

    /// `Decoder.rawToken`; `None` at the end of the page.
    pub(super) fn next(&mut self) -> Step<Option<Token>> {
        if let Some(name) = self.close.take() {
            return Ok(Some(Token::End(name)));
        }
        match self.peek() {
            None => return Ok(None),
            Some(b'<') => self.at += 1,
            Some(_) => {
                self.text(None, false)?;
                return Ok(Some(Token::Other));
            }
        }
        match self.must_peek()? {
            b'/' => {
                self.at += 1;
                let name = self.name()?.ok_or_else(|| self.error("expected element name after </"))?;
                self.space();
                match self.must()? {
                    b'>' => Ok(Some(Token::End(name))),
                    _ => Err(self.error(&format!("invalid characters between </{name} and >"))),
                }
            }
            b'?' => self.instruction(),
            b'!' => self.declaration(),
            _ => self.element(),
        }
    }

    fn element(&mut self) -> Step<Option<Token>> {
        let name = self.name()?.ok_or_else(|| self.error("expected element name after <"))?;
        let mut attributes = Vec::new();
        loop {
            self.space();
            match self.must_peek()? {
                b'/' => {
                    self.at += 1;
                    if self.must()? != b'>' {
                        return Err(self.error("expected /> in element"));
                    }
                    self.close = Some(name.clone());
                    break;
                }
                b'>' => {
                    self.at += 1;
                    break;
                }
                _ => {}
            }
            let key = self.name()?.ok_or_else(|| self.error("expected attribute name in element"))?;
            self.space();
            let value = if self.must_peek()? == b'=' {
                self.at += 1;
                self.space();
                self.value()?
            } else {
                key.clone()
            };
            attributes.push((key, value));
        }
        Ok(Some(Token::Start(name, attributes)))
    }

    /// `attrval`: quoted, or a bare word as in HTML.
    fn value(&mut self) -> Step<String> {
        let quote = self.must_peek()?;
        if matches!(quote, b'"' | b'\'') {
            self.at += 1;
            return self.text(Some(quote), false);
        }
        let from = self.at;
        while matches!(self.must_peek()?, b if b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'-')) {
            self.at += 1;
        }
        Ok(lossy(&self.page[from..self.at]))
    }

    /// `<? … ?>`: an XML declaration may name a charset that go cannot read.
    fn instruction(&mut self) -> Step<Option<Token>> {
        self.at += 1;
        let target = self.full_name()?.ok_or_else(|| self.error("expected target name after <?"))?;
        self.space();
        let data = self.until(b"?>")?;
        if target == "xml" {
            let version = parameter("version", &data);
            if !matches!(version, "" | "1.0") {
                return Err(format!("xml: unsupported version {version:?}; only version 1.0 is supported"));
            }
            let charset = parameter("encoding", &data);
            if !matches!(charset.to_lowercase().as_str(), "" | "utf-8" | "ascii") {
                return Err(format!(
                    "xml: opening charset {charset:?}: can't decode XML document using charset {charset:?}"
                ));
            }
        }
        Ok(Some(Token::Other))
    }

    /// `<!-- -->`, `<![CDATA[ ]]>`, `<!doctype …>`.
    fn declaration(&mut self) -> Step<Option<Token>> {
        self.at += 1;
        match self.must()? {
            b'-' => {
                if self.must()? != b'-' {
                    return Err(self.error("invalid sequence <!- not part of <!--"));
                }
                self.until(b"--")?;
                if self.must()? != b'>' {
                    return Err(self.error("invalid sequence \"--\" not allowed in comments"));
                }
            }
            b'[' => {
                for want in b"CDATA[" {
                    if self.must()? != *want {
                        return Err(self.error("invalid <![ sequence"));
                    }
                }
                self.text(None, true)?;
            }
            _ => self.directive()?,
        }
        Ok(Some(Token::Other))
    }

    /// To the `>` that belongs to it: quotes, nested `<…>` and comments inside count.
    fn directive(&mut self) -> Step<()> {
        let (mut quote, mut depth) = (None, 0usize);
        loop {
            match (self.must()?, quote) {
                (b, Some(open)) if b == open => quote = None,
                (_, Some(_)) => {}
                (b'>', None) if depth == 0 => return Ok(()),
                (b'>', None) => depth -= 1,
                (b @ (b'"' | b'\''), None) => quote = Some(b),
                (b'<', None) if self.page[self.at..].starts_with(b"!--") => {
                    self.at += 3;
                    self.until(b"-->")?;
                }
                (b'<', None) => depth += 1,
                _ => {}
            }
        }
    }

    /// Reads past `end`; what stood before it.
    fn until(&mut self, end: &[u8]) -> Step<String> {
        let rest = &self.page[self.at..];
        match rest.windows(end.len()).position(|window| window == end) {
            Some(found) => {
                self.at += found + end.len();
                Ok(lossy(&rest[..found]))
            }
            None => {
                self.at = self.page.len();
                Err(self.error("unexpected EOF"))
            }
        }
    }

    /// `text`: to a `<`, to the closing quote, or to `]]>` in CDATA. Unknown entities stay as they are.
    fn text(&mut self, quote: Option<u8>, cdata: bool) -> Step<String> {
        let mut out: Vec<u8> = Vec::new();
        // How many of the bytes right before are raw: entities do not take part in `]]>`.
        let mut raw = 0usize;
        loop {
            let Some(b) = self.peek() else {
                if cdata {
                    return Err(self.error("unexpected EOF in CDATA section"));
                }
                break;
            };
            if quote.is_none() && b == b'>' && raw >= 2 && out.ends_with(b"]]") {
                self.at += 1;
                if !cdata {
                    return Err(self.error("unescaped ]]> not in CDATA section"));
                }
                out.truncate(out.len() - 2);
                break;
            }
            if b == b'<' && !cdata {
                if quote.is_some() {
                    return Err(self.error("unescaped < inside quoted string"));
                }
                break;
            }
            self.at += 1;
            if quote == Some(b) {
                break;
            }
            if b == b'&' && !cdata {
                self.entity(&mut out)?;
                raw = 0;
                continue;
            }
            match b {
                b'\r' => out.push(b'\n'),
                b'\n' if raw > 0 && self.at >= 2 && self.page[self.at - 2] == b'\r' => {}
                b => out.push(b),
            }
            raw += 1;
        }
        let text = String::from_utf8(out).map_err(|_| self.error("invalid UTF-8"))?;
        match text.chars().find(|c| !in_character_range(*c)) {
            Some(c) => Err(self.error(&format!("illegal character code U+{:04X}", c as u32))),
            None => Ok(text),
        }
    }

    /// What follows an `&`.
    fn entity(&mut self, out: &mut Vec<u8>) -> Step<()> {
        let from = self.at;
        if self.must_peek()? == b'#' {
            self.at += 1;
            let hex = self.must_peek()? == b'x';
            self.at += usize::from(hex);
            let digits = self.at;
            while matches!(self.must_peek()?, b if b.is_ascii_digit() || (hex && b.is_ascii_hexdigit())) {
                self.at += 1;
            }
            let number = lossy(&self.page[digits..self.at]);
            if self.must_peek()? == b';' {
                self.at += 1;
                let code = u32::from_str_radix(&number, if hex { 16 } else { 10 }).ok();
                let c = code.filter(|code| *code <= 0x0010_FFFF);
                if let Some(code) = c {
                    let c = char::from_u32(code).unwrap_or('\u{fffd}');
                    out.extend(c.to_string().bytes());
                    return Ok(());
                }
            }
        } else {
            while matches!(self.must_peek()?, b if is_name_byte(b)) {
                self.at += 1;
            }
            let name = &self.page[from..self.at];
            if self.must_peek()? == b';' {
                self.at += 1;
                let known = match name {
                    b"lt" => Some(b'<'),
                    b"gt" => Some(b'>'),
                    b"amp" => Some(b'&'),
                    b"apos" => Some(b'\''),
                    b"quot" => Some(b'"'),
                    _ => None,
                };
                if let Some(known) = known {
                    out.push(known);
                    return Ok(());
                }
            }
        }
        out.push(b'&');
        out.extend(&self.page[from..self.at]);
        Ok(())
    }

    /// `nsname`, without its name space.
    fn name(&mut self) -> Step<Option<String>> {
        let Some(full) = self.full_name()? else { return Ok(None) };
        if full.matches(':').count() > 1 {
            return Ok(None);
        }
        Ok(Some(match full.split_once(':') {
            Some((space, local)) if !space.is_empty() && !local.is_empty() => local.to_owned(),
            _ => full,
        }))
    }

    fn full_name(&mut self) -> Step<Option<String>> {
        let from = self.at;
        while is_name_byte(self.must_peek()?) {
            self.at += 1;
        }
        if from == self.at {
            return Ok(None);
        }
        let name = lossy(&self.page[from..self.at]);
        let first = |c: char| c.is_alphabetic() || matches!(c, '_' | ':');
        if !name.starts_with(first) || name.contains('\u{fffd}') {
            return Err(self.error(&format!("invalid XML name: {name}")));
        }
        Ok(Some(name))
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\r' | b'\n' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.page.get(self.at).copied()
    }

    fn must_peek(&self) -> Step<u8> {
        self.peek().ok_or_else(|| self.error("unexpected EOF"))
    }

    fn must(&mut self) -> Step<u8> {
        let b = self.must_peek()?;
        self.at += 1;
        Ok(b)
    }

    fn error(&self, what: &str) -> String {
        let line = 1 + memchr::memchr_iter(b'\n', &self.page[..self.at.min(self.page.len())]).count();
        format!("XML syntax error on line {line}: {what}")
    }
}

fn is_name_byte(b: u8) -> bool {
    !b.is_ascii() || b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'.' | b'-')
}

fn in_character_range(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `procInst`: a parameter of an XML declaration.
fn parameter<'d>(name: &str, data: &'d str) -> &'d str {
    let key = format!("{name}=");
    let mut rest = data;
    while let Some(at) = rest.find(&key) {
        rest = &rest[at + key.len()..];
        let Some(quote) = rest.chars().next() else { return "" };
        rest = &rest[quote.len_utf8()..];
        if matches!(quote, '"' | '\'') {
            return rest.find(quote).map_or("", |end| &rest[..end]);
        }
    }
    ""
}
