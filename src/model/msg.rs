//! Text in two languages, side by side where it is used; only `ui` chooses between them.

use std::fmt::Display;

use serde::Serialize;

/// A fixed text in both languages, for tables of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    pub en: &'static str,
    pub zh: &'static str,
}

/// A composed text in both languages; made by [`say!`](crate::say).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Msg {
    pub en: String,
    pub zh: String,
}

impl Msg {
    /// The same words in both languages: names, versions, other programs' output.
    pub fn plain(text: impl Into<String>) -> Msg {
        let en = text.into();
        Msg { zh: en.clone(), en }
    }

    /// A number with its noun, for an argument of [`say!`](crate::say): `1 file`, `2 files`. Chinese has one form and its measure
    /// word in the sentence, so that column is the number alone.
    pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> Msg {
        let noun = if count == N::from(1) { one } else { many };
        Msg { en: format!("{count} {noun}"), zh: count.to_string() }
    }

    /// Both columns joined by `between`.
    pub fn then(&self, between: &str, more: &Msg) -> Msg {
        Msg { en: format!("{}{between}{}", self.en, more.en), zh: format!("{}{between}{}", self.zh, more.zh) }
    }
}

impl From<Text> for Msg {
    fn from(text: Text) -> Msg {
        Msg { en: text.en.to_owned(), zh: text.zh.to_owned() }
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

/// Builds a [`Msg`] from an English and a Chinese format string over the same named arguments.
///
/// An argument that one column forgets does not compile.
#[macro_export]
macro_rules! say {
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
    ($en:literal, $zh:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        $(let $name = &$crate::say!(@value $name $($value)?);)*
        $crate::model::Msg {
            en: format!($en $(, $name = $crate::model::Speak::en($name))*),
            zh: format!($zh $(, $name = $crate::model::Speak::zh($name))*),
        }
    }};
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
    use super::Msg;

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
        let ms = 12.345;
        let msg = say!("cannot read it: {why} ({ms:.1} ms)", "读不了：{why}（{ms:.1} 毫秒）", why, ms);
        assert_eq!(msg.en, "cannot read it: no such file (12.3 ms)");
        assert_eq!(msg.zh, "读不了：文件不存在（12.3 毫秒）");
    }
}
