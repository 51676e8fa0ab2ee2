//! Reading TOML tables strictly: every key is known or an error with its place and the nearest name.

use toml_edit::{Item, TableLike};

use super::At;
use crate::model::{Failure, Msg};
use crate::say;
use crate::text::words::nearest;

/// A file under reading, for turning byte offsets into lines and columns.
pub(super) struct Source<'t> {
    pub(super) file: &'t str,
    pub(super) text: &'t str,
}

impl Source<'_> {
    pub(super) fn at(&self, span: Option<std::ops::Range<usize>>) -> At {
        let offset = span.map_or(0, |span| span.start.min(self.text.len()));
        let before = &self.text[..offset];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        At { file: self.file.to_owned(), line: count(line), column: count(column) }
    }

    pub(super) fn fail(&self, span: Option<std::ops::Range<usize>>, what: &Msg) -> Failure {
        wrong(&self.at(span), what)
    }
}

/// A failure at a place: `acme.toml:3:1: …`.
pub(super) fn wrong(at: &At, what: &Msg) -> Failure {
    Failure::new(say!("{at}: {what}", "{at}：{what}", at, what))
}

/// A table whose keys are taken one by one; [`Table::end`] refuses what is left.
pub(super) struct Table<'t> {
    source: &'t Source<'t>,
    table: &'t dyn TableLike,
    known: Vec<&'static str>,
    span: Option<std::ops::Range<usize>>,
}

impl<'t> Table<'t> {
    pub(super) fn new(source: &'t Source<'t>, item: &'t Item) -> Result<Table<'t>, Failure> {
        match item.as_table_like() {
            Some(table) => Ok(Table { source, table, known: Vec::new(), span: item.span() }),
            None => Err(source.fail(item.span(), &say!("a table is wanted here", "这里应当是一个表"))),
        }
    }

    pub(super) fn root(source: &'t Source<'t>, table: &'t toml_edit::Table) -> Table<'t> {
        Table { source, table, known: Vec::new(), span: None }
    }

    pub(super) fn of(
        source: &'t Source<'t>,
        table: &'t toml_edit::Table,
        span: Option<std::ops::Range<usize>>,
    ) -> Table<'t> {
        Table { source, table, known: Vec::new(), span }
    }

    /// Where the value of a key is written; where there is none, where the table begins.
    pub(super) fn at_value(&self, key: &str) -> At {
        let span = self.table.get(key).and_then(Item::span);
        self.source.at(span.or(self.span.clone()))
    }

    pub(super) fn item(&mut self, key: &'static str) -> Option<&'t Item> {
        self.known.push(key);
        self.table.get(key).filter(|item| !item.is_none())
    }

    pub(super) fn string(&mut self, key: &'static str) -> Result<Option<String>, Failure> {
        let Some(item) = self.item(key) else {
            return Ok(None);
        };
        match item.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => {
                let what = say!("`{key}` wants a string", "`{key}` 应当是字符串", key);
                Err(self.source.fail(item.span(), &what))
            }
        }
    }

    pub(super) fn need(&mut self, key: &'static str) -> Result<String, Failure> {
        self.string(key)?.ok_or_else(|| {
            self.source.fail(self.span.clone(), &say!("`{key}` is missing", "缺少 `{key}`", key))
        })
    }

    pub(super) fn number(&mut self, key: &'static str) -> Result<Option<i64>, Failure> {
        let Some(item) = self.item(key) else {
            return Ok(None);
        };
        item.as_integer().map(Some).ok_or_else(|| {
            self.source.fail(item.span(), &say!("`{key}` wants a number", "`{key}` 应当是数字", key))
        })
    }

    /// One string or a list of strings.
    pub(super) fn strings(&mut self, key: &'static str) -> Result<Option<Vec<String>>, Failure> {
        let Some(item) = self.item(key) else {
            return Ok(None);
        };
        let wrong = || {
            let what =
                say!("`{key}` wants a string or a list of strings", "`{key}` 应当是字符串或字符串列表", key);
            self.source.fail(item.span(), &what)
        };
        if let Some(text) = item.as_str() {
            return Ok(Some(vec![text.to_owned()]));
        }
        let list = item.as_array().ok_or_else(wrong)?;
        list.iter()
            .map(|value| value.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// `{ en = "…", zh = "…" }`, or one string for both.
    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<Msg>, Failure> {
        let Some(item) = self.item(key) else {
            return Ok(None);
        };
        if let Some(both) = item.as_str() {
            return Ok(Some(Msg::plain(both)));
        }
        let mut table = Table::new(self.source, item)?;
        let (en, zh) = (table.string("en")?, table.string("zh")?);
        table.end()?;
        match (en, zh) {
            (Some(en), Some(zh)) => Ok(Some(Msg::new(en, zh))),
            (Some(one), None) | (None, Some(one)) => Ok(Some(Msg::plain(one))),
            (None, None) => {
                let what = say!("`{key}` wants `en` and `zh`", "`{key}` 需要 `en` 和 `zh`", key);
                Err(self.source.fail(item.span(), &what))
            }
        }
    }

    /// Every key of the table, for tables whose keys are names.
    pub(super) fn names(&self) -> Vec<(String, &'t Item, At)> {
        self.table
            .iter()
            .map(|(key, item)| {
                let span = self.table.key(key).and_then(toml_edit::Key::span).or(item.span());
                (key.to_owned(), item, self.source.at(span))
            })
            .collect()
    }

    /// Refuses keys that nobody asked for.
    pub(super) fn end(self) -> Result<(), Failure> {
        for (key, _, at) in self.names() {
            if !self.known.contains(&key.as_str()) {
                return Err(unknown(&at, &key, &self.known));
            }
        }
        Ok(())
    }
}

/// An unknown key with the nearest known one.
pub(super) fn unknown(at: &At, key: &str, known: &[&str]) -> Failure {
    let failure = wrong(at, &say!("unknown key `{key}`", "不认识的键 `{key}`", key));
    match nearest(key, known.iter().copied()) {
        Some(near) => failure.hint(say!("did you mean `{near}`?", "是不是想写 `{near}`？", near)),
        None => {
            let known = known.join("`, `");
            failure.hint(say!("known here: `{known}`", "这里可以写：`{known}`", known))
        }
    }
}
