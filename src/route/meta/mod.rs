//! The go-import tags of a go-get page (`vcs/discovery.go`), and which of them speaks for a path.

mod xml;

use std::collections::BTreeSet;

use xml::{Token, Tokens};

use crate::order::Gather;

/// `<meta name="go-import" content="prefix vcs root [subdir]">`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub prefix: String,
    pub vcs: String,
    pub root: String,
    /// The fourth field, which go 1.25 and later read.
    pub subdir: String,
}

/// What a page holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Modules proxies first, without what they supersede (`PreferMod`).
    pub imports: Vec<Import>,
    /// What go says of a page that it cannot read and that held no tag before it broke.
    pub broken: Option<String>,
}

/// Why no tag of a page speaks for a path, in go's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoMatch {
    /// Prefixes that stand on the page and are not a prefix of the path.
    Mismatch(Vec<String>),
    /// More than one does.
    Multiple,
}

/// `parseMetaGoImports` with `PreferMod`: reads up to `</head>` or `<body>`, or to where the page breaks.
pub fn parse(page: &[u8]) -> Page {
    let mut tokens = Tokens::new(page);
    let mut found = Vec::new();
    let mut broken = None;
    loop {
        match tokens.next() {
            Ok(Some(Token::Start(name, _))) if name.eq_ignore_ascii_case("body") => break,
            Ok(Some(Token::End(name))) if name.eq_ignore_ascii_case("head") => break,
            Ok(Some(Token::Start(name, attributes))) if name.eq_ignore_ascii_case("meta") => {
                found.extend(import(&attributes));
            }
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(why) => {
                broken = found.is_empty().then_some(why);
                break;
            }
        }
    }
    Page { imports: preferred(found), broken }
}

/// The title of a page, for people: what kind of page came instead.
pub fn title(page: &[u8]) -> Option<String> {
    const FAR: usize = 16 << 10;
    let head = String::from_utf8_lossy(&page[..page.len().min(FAR)]).into_owned();
    let lower = head.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let from = open + lower[open..].find('>')? + 1;
    let to = from + lower[from..].find('<')?;
    let words: Vec<&str> = head[from..to].split_whitespace().collect();
    let title: String = words.join(" ").chars().take(80).collect();
    (!title.is_empty()).then_some(title)
}

fn import(attributes: &[(String, String)]) -> Option<Import> {
    let value = |name: &str| {
        attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    };
    if value("name") != "go-import" {
        return None;
    }
    let fields: Vec<&str> = value("content").split_whitespace().collect();
    let owned = |at: usize| fields.get(at).map_or(String::new(), |field| (*field).to_owned());
    matches!(fields.len(), 3 | 4).then(|| Import {
        prefix: owned(0),
        vcs: owned(1),
        root: owned(2),
        subdir: owned(3),
    })
}

fn preferred(found: Vec<Import>) -> Vec<Import> {
    let (mut list, others): (Vec<Import>, Vec<Import>) =
        found.into_iter().partition(|import| import.vcs == "mod");
    let superseded: BTreeSet<String> = list.iter().map(|import| import.prefix.clone()).gather_set();
    list.extend(others.into_iter().filter(|import| !superseded.contains(&import.prefix)));
    list
}

/// `matchGoImport`: the one tag whose prefix the path begins with.
pub fn speaking<'i>(imports: &'i [Import], path: &str) -> Result<&'i Import, NoMatch> {
    let mut taken: Option<&Import> = None;
    let mut others = Vec::new();
    for import in imports {
        if !has_path_prefix(path, &import.prefix) {
            others.push(import.prefix.clone());
            continue;
        }
        match taken {
            Some(first) if first.vcs == "mod" && import.vcs != "mod" => break,
            Some(_) => return Err(NoMatch::Multiple),
            None => taken = Some(import),
        }
    }
    taken.ok_or(NoMatch::Mismatch(others))
}

/// `str.HasPathPrefix`.
pub fn has_path_prefix(path: &str, prefix: &str) -> bool {
    match path.strip_prefix(prefix) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || prefix.ends_with('/') || prefix.is_empty(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
