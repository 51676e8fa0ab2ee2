//! Which of the two languages, and which marks, this user reads.

use crate::model::{Msg, Text};
use crate::world::Vars;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    En,
    Zh,
}

impl Lang {
    /// `GOBS_LANG`, then `LC_ALL`, `LC_MESSAGES`, `LANG`: the first that is set decides.
    ///
    /// A Chinese locale in another encoding than UTF-8 reads English: our bytes would be garbage there.
    pub fn of(vars: &Vars) -> Lang {
        let names = ["GOBS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
        let Some((name, value)) = names.iter().find_map(|name| Some((*name, vars.get(name)?))) else {
            return Lang::En;
        };
        let zh = value.to_ascii_lowercase().starts_with("zh");
        let utf8 = match value.split_once('.') {
            Some((_, charset)) => is_utf8(charset),
            None => true,
        };
        if zh && (utf8 || name == "GOBS_LANG") { Lang::Zh } else { Lang::En }
    }

    pub fn pick(self, msg: &Msg) -> &str {
        match self {
            Lang::En => &msg.en,
            Lang::Zh => &msg.zh,
        }
    }

    pub fn text(self, text: Text) -> &'static str {
        match self {
            Lang::En => text.en,
            Lang::Zh => text.zh,
        }
    }
}

/// Whether ✓ and friends can be read: not where the locale says it is plain C or another encoding.
pub(super) fn unicode_marks(vars: &Vars) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| vars.get(name));
    match locale {
        None => true,
        Some("C" | "POSIX") => false,
        Some(value) => value.split_once('.').is_none_or(|(_, charset)| is_utf8(charset)),
    }
}

fn is_utf8(charset: &str) -> bool {
    let charset = charset.split('@').next().unwrap_or("").to_ascii_lowercase();
    matches!(charset.as_str(), "utf-8" | "utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_decides() {
        let lang = |vars: &[(&str, &str)]| Lang::of(&vars.iter().copied().collect());
        assert_eq!(lang(&[]), Lang::En);
        assert_eq!(lang(&[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(lang(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C.UTF-8")]), Lang::En);
        assert_eq!(lang(&[("LANG", "C"), ("GOBS_LANG", "zh")]), Lang::Zh);
        assert_eq!(lang(&[("LANG", "zh_CN.GBK")]), Lang::En);
    }
}
