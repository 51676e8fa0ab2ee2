//! Text in two languages, side by side where it is used; only `ui` chooses between them.

use std::fmt::{Display, Write};
use std::ops::{Deref, DerefMut};

use serde::Serialize;

/// A fixed text in both languages, for tables of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    pub en: &'static str,
    pub zh: &'static str,
}

/// A composed text in both languages; made by [`say!`](crate::say). One pointer, since it travels in every error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Msg(Box<Columns>);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Columns {
    pub en: String,
    pub zh: String,
}

impl Deref for Msg {
    type Target = Columns;

    fn deref(&self) -> &Columns {
        &self.0
    }
}

impl DerefMut for Msg {
    fn deref_mut(&mut self) -> &mut Columns {
        &mut self.0
    }
}

impl Msg {
    pub fn new(en: String, zh: String) -> Msg {
        Msg(Box::new(Columns { en, zh }))
    }

    /// The English column alone.
    pub fn into_en(self) -> String {
        self.0.en
    }

    /// The same words in both languages: names, versions, other programs' output.
    pub fn plain(text: impl Into<String>) -> Msg {
        let en = text.into();
        Msg::new(en.clone(), en)
    }

    /// A number with its noun, for an argument of [`say!`](crate::say): `1 file`, `2 files`. Chinese has one form and its measure
    /// word in the sentence, so that column is the number alone.
    pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> Msg {
        let noun = if count == N::from(1) { one } else { many };
        Msg::new(format!("{count} {noun}"), count.to_string())
    }

    /// Both columns joined by `between`.
    pub fn then(&self, between: &str, more: &Msg) -> Msg {
        Msg::new(format!("{}{between}{}", self.en, more.en), format!("{}{between}{}", self.zh, more.zh))
    }
}

impl From<Text> for Msg {
    fn from(text: Text) -> Msg {
        Msg::new(text.en.to_owned(), text.zh.to_owned())
    }
}

/// What can be named in a message: anything with one face, and texts with two.
pub trait Speak {
    fn en(&self) -> &dyn Display;
    fn zh(&self) -> &dyn Display;
}

impl<T: Display> Speak for T {
    fn en(&self) -> &dyn Display {
        self
    }

    fn zh(&self) -> &dyn Display {
        self
    }
}

impl Speak for Msg {
    fn en(&self) -> &dyn Display {
        &self.en
    }

    fn zh(&self) -> &dyn Display {
        &self.zh
    }
}

impl Speak for &Msg {
    fn en(&self) -> &dyn Display {
        &self.en
    }

    fn zh(&self) -> &dyn Display {
        &self.zh
    }
}

impl Speak for Text {
    fn en(&self) -> &dyn Display {
        &self.en
    }

    fn zh(&self) -> &dyn Display {
        &self.zh
    }
}

/// Builds a [`Msg`] from an English and a Chinese text, in which `{name}` stands for an argument of that name.
///
/// A name that is no argument, and an argument that one column forgets, do not compile. Both columns are composed in one
/// place ([`Msg::fill`]) and not, as with `format!`, where they are used: there are more than a thousand of them.
#[macro_export]
macro_rules! say {
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
    ($en:literal, $zh:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const TEMPLATE: &str = concat!($en, "\0", $zh $(, "\0", stringify!($name))*);
        const { $crate::model::check_template(TEMPLATE) };
        let said: &[&dyn $crate::model::Speak] = &[$(&$crate::say!(@value $name $($value)?)),*];
        $crate::model::Msg::fill(TEMPLATE, said)
    }};
}

impl Msg {
    /// Both columns of a template of [`say!`](crate::say): English, Chinese and the names of what is `said`, with NULs between.
    pub fn fill(template: &'static str, said: &[&dyn Speak]) -> Msg {
        let mut parts = template.split('\0');
        let (en, zh) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let names: Vec<&str> = parts.collect();
        let value = |name: &str| names.iter().position(|known| *known == name).map(|at| said[at]);
        let en = compose(en, &|name| value(name).map(Speak::en));
        Msg::new(en, compose(zh, &|name| value(name).map(Speak::zh)))
    }
}

/// A column with its arguments in place; `{{` and `}}` are braces.
fn compose<'v>(column: &str, value: &dyn Fn(&str) -> Option<&'v dyn Display>) -> String {
    let mut text = String::with_capacity(column.len() + 32);
    let mut rest = column;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let (brace, behind) = rest[at..].split_at(1);
        rest = behind;
        match behind.split_once('}') {
            _ if behind.starts_with(brace) => {
                text.push_str(brace);
                rest = &behind[1..];
            }
            Some((name, behind)) => {
                if let Some(value) = value(name) {
                    _ = write!(text, "{value}");
                }
                rest = behind;
            }
            None => {}
        }
    }
    text.push_str(rest);
    text
}

/// Fails to compile where a column names no argument, or an argument is not named in both columns.
pub const fn check_template(template: &str) {
    let all = template.as_bytes();
    let zh = next_part(all, 0);
    let names = next_part(all, zh);
    check_column(all, 0, zh, names);
    check_column(all, zh, names, names);
    let mut name = names;
    while name < all.len() {
        let next = next_part(all, name);
        assert!(has_placeholder(all, 0, zh, name, next), "the English text does not name an argument");
        assert!(has_placeholder(all, zh, names, name, next), "the Chinese text does not name an argument");
        name = next;
    }
}

/// Where the part behind the next NUL starts; one past the end where there is none.
const fn next_part(all: &[u8], mut at: usize) -> usize {
    while at < all.len() && all[at] != 0 {
        at += 1;
    }
    at + 1
}

/// Every placeholder between `from` and the NUL before `to` is one of the names from `names` on.
const fn check_column(all: &[u8], from: usize, to: usize, names: usize) {
    let mut at = from;
    while at < to - 1 {
        let twice = at + 1 < to - 1 && all[at + 1] == all[at];
        match all[at] {
            b'{' | b'}' if twice => at += 1,
            b'{' => {
                let mut name = names;
                while name < all.len() && !is_placeholder(all, at, name, next_part(all, name)) {
                    name = next_part(all, name);
                }
                assert!(name < all.len(), "a placeholder names no argument");
                at += next_part(all, name) - name;
            }
            b'}' => panic!("a closing brace has no opening one"),
            _ => {}
        }
        at += 1;
    }
}

/// Whether the name from `name` to the NUL before `next` stands in braces somewhere between `from` and `to`.
const fn has_placeholder(all: &[u8], from: usize, to: usize, name: usize, next: usize) -> bool {
    let mut at = from;
    while at < to {
        if all[at] == b'{' && is_placeholder(all, at, name, next) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether the brace at `at` opens a placeholder of that name.
const fn is_placeholder(all: &[u8], at: usize, name: usize, next: usize) -> bool {
    let length = next - 1 - name;
    let mut same = 0;
    while same < length {
        if at + 1 + same >= all.len() || all[at + 1 + same] != all[name + same] {
            return false;
        }
        same += 1;
    }
    at + 1 + length < all.len() && all[at + 1 + length] == b'}'
}

/// What could be learnt, or why it could not.
pub type Known<T> = Result<T, Unknown>;

/// Why something is not known; a check that needs it is "skipped, because …".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unknown {
    pub why: Msg,
}

impl Unknown {
    pub fn new(why: Msg) -> Unknown {
        Unknown { why }
    }
}

#[cfg(test)]
mod tests {
    use super::{Msg, check_template};

    #[test]
    fn nouns_follow_their_number() {
        let said = |count: usize| {
            let files = Msg::counted(count, "file changes", "files change");
            say!("{files}", "将改动 {files} 个文件", files)
        };
        assert_eq!((said(1).en.as_str(), said(1).zh.as_str()), ("1 file changes", "将改动 1 个文件"));
        assert_eq!((said(2).en.as_str(), said(2).zh.as_str()), ("2 files change", "将改动 2 个文件"));
        assert_eq!(said(0).en, "0 files change");
    }

    #[test]
    fn both_columns_take_the_same_arguments() {
        let code = 404;
        let msg = say!("{url} answered {code}", "{url} 返回了 {code}", url = "https://a.test", code);
        assert_eq!(msg.en, "https://a.test answered 404");
        assert_eq!(msg.zh, "https://a.test 返回了 404");
    }

    #[test]
    fn a_text_within_a_text_keeps_its_language() {
        let why = say!("no such file", "文件不存在");
        let msg = say!("cannot read it: {why} ({ms} ms)", "读不了：{why}（{ms} 毫秒）", why, ms = 12);
        assert_eq!(msg.en, "cannot read it: no such file (12 ms)");
        assert_eq!(msg.zh, "读不了：文件不存在（12 毫秒）");
    }

    /// What does not compile in a [`say!`](crate::say).
    #[test]
    fn templates_that_do_not_fit_their_arguments() {
        let fits = |template: &'static str| std::panic::catch_unwind(|| check_template(template)).is_ok();
        for good in ["a\0b", "{x}\0{x}\0x", "{{x}}\0{{}}", "{y}{x}{{\0{x} {y}}}\0x\0y"] {
            assert!(fits(good), "{good:?}");
        }
        for bad in [
            "{x}\0b",
            "{x}\0b\0x",
            "a\0{x}\0x",
            "{x:?}\0{x}\0x",
            "{xy}\0{x}\0x",
            "a }\0b",
            "{x\0{x}\0x",
            "a\0b\0x",
        ] {
            assert!(!fits(bad), "{bad:?}");
        }
    }

    #[test]
    fn doubled_braces_are_braces() {
        let name = "a.test";
        let msg = say!("{{host}} {{{name}}} {name}", "{name}：{{}}", name);
        assert_eq!((msg.en.as_str(), msg.zh.as_str()), ("{host} {a.test} a.test", "a.test：{}"));
    }
}
