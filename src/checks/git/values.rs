//! Values that git gives up at: it parses the file, and dies of what stands in it.

use super::{others, shown, take_away};
use crate::facts::Facts;
use crate::facts::git::GitEntry;
use crate::model::{Finding, Findings, Known, kind};
use crate::say;

/// What git takes for a value.
enum Form {
    /// A boolean, or one of these words.
    Boolean(&'static [&'static str]),
    Number,
    Word(&'static [&'static str]),
}

/// The keys that every command reads, or every fetch over https (`config.c:git_default_config`, `http.c:http_options`).
const STRICT: [(&str, &str, Form); 16] = [
    ("core", "autocrlf", Form::Boolean(&["input"])),
    ("core", "bare", Form::Boolean(&[])),
    ("core", "compression", Form::Number),
    ("core", "filemode", Form::Boolean(&[])),
    ("core", "ignorecase", Form::Boolean(&[])),
    ("core", "precomposeunicode", Form::Boolean(&[])),
    ("core", "quotepath", Form::Boolean(&[])),
    ("core", "symlinks", Form::Boolean(&[])),
    ("http", "followredirects", Form::Boolean(&["initial"])),
    ("http", "lowspeedlimit", Form::Number),
    ("http", "lowspeedtime", Form::Number),
    ("http", "maxrequests", Form::Number),
    ("http", "postbuffer", Form::Number),
    ("http", "sslverify", Form::Boolean(&[])),
    ("protocol", "version", Form::Word(&["0", "1", "2"])),
    ("push", "default", Form::Word(&["nothing", "current", "upstream", "tracking", "simple", "matching"])),
];

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for entry in &facts.git_view()?.entries {
        let Some((_, _, form)) = STRICT.iter().find(|(section, name, _)| entry.is(section, name)) else {
            continue;
        };
        // Without `=` it is true.
        let Some(value) = entry.value.as_deref().filter(|value| !form.takes(value)) else { continue };
        found.add(refused(facts, entry, value, form));
    }
    Ok(())
}

fn refused(facts: &Facts<'_>, entry: &GitEntry, value: &str, form: &Form) -> Finding {
    let (name, wanted) = (shown(entry), form.says());
    let what = match entry.section.as_str() {
        "http" => say!(
            "{name} = {value}: git takes {wanted} there, and stops every fetch over https",
            "{name} = {value}：git 只接受{wanted}，所有 https 拉取都会停下",
            name,
            value,
            wanted
        ),
        _ => say!(
            "{name} = {value}: git takes {wanted} there, and every command stops",
            "{name} = {value}：git 只接受{wanted}，所有命令都会停下",
            name,
            value,
            wanted
        ),
    };
    let finding = Finding::error(kind::GIT_CONFIG_BROKEN, what)
        .fact("key", name.en.clone())
        .seen(entry.at.clone(), format!("{} = {value}", name.en));
    take_away(facts, entry, others(facts, entry), finding)
}

impl Form {
    /// `config.c:git_config_bool`, `git_config_int`.
    fn takes(&self, value: &str) -> bool {
        // `strtoimax` with base 0: decimal, octal, hexadecimal; then a unit.
        let number = |value: &str| {
            let value = value.trim_start();
            let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
            let digits = digits.strip_suffix(['k', 'K', 'm', 'M', 'g', 'G']).unwrap_or(digits);
            let (digits, hexadecimal) = match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
                Some(digits) => (digits, true),
                None => (digits, false),
            };
            let fits = |b: u8| if hexadecimal { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
            !digits.is_empty() && digits.bytes().all(fits)
        };
        match self {
            Form::Boolean(more) => {
                let word = value.to_ascii_lowercase();
                ["true", "yes", "on", "false", "no", "off", ""].contains(&word.as_str())
                    || more.contains(&word.as_str())
                    || number(value)
            }
            Form::Number => number(value),
            Form::Word(words) => words.contains(&value),
        }
    }

    fn says(&self) -> crate::model::Msg {
        match self {
            Form::Boolean([]) => say!("true or false", " true 或 false"),
            Form::Boolean(more) => {
                let more = more.join(", ");
                say!("true, false or {more}", " true、false 或 {more}", more)
            }
            Form::Number => say!("a number", "数字"),
            Form::Word(words) => {
                let words = words.join(", ");
                say!("one of {words}", "其中之一：{words}", words)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn what_git_takes() {
        for (value, number, boolean) in [
            ("524288000", true, true),
            ("500m", true, true),
            ("-1", true, true),
            ("0x1F400000", true, true),
            ("0x", false, false),
            ("500mb", false, false),
            ("--5", false, false),
            ("", false, true),
            ("Yes", false, true),
            ("ja", false, false),
            ("true ", false, false),
        ] {
            assert_eq!(Form::Number.takes(value), number, "{value:?}");
            assert_eq!(Form::Boolean(&[]).takes(value), boolean, "{value:?}");
        }
        assert!(Form::Boolean(&["input"]).takes("Input"));
    }
}
