//! The Go env file: lines that do not count, values that are not what they seem, names that do not exist.

use std::path::Path;

use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::ReadError;
use crate::facts::acting::Scope;
use crate::facts::go::EnvFile;
use crate::model::{Finding, Findings, Kind, Known, Level, Msg, Setting, Source, Step, Text, Value, kind};
use crate::say;
use crate::text::goenv;
use crate::text::govalue;
use crate::text::shellword::shell_word;
use crate::text::words::nearest;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("go.envfile"),
        title: Text { en: "the Go env file says what it seems to say", zh: "Go 环境文件内容有效" },
        why: Text {
            en: "go passes over lines it cannot read without a word, and takes carriage returns, quotes and empty values literally.",
            zh: "go 读不懂的行会悄悄跳过，而回车符、引号、空值都会原样当真。",
        },
        judge: envfile,
    },
    Check {
        id: CheckId("go.unknown"),
        title: Text { en: "no variables that go does not know", zh: "没有 go 不认识的变量" },
        why: Text {
            en: "GONOSUMCHECK and its like stand in many articles and exist in no version of go: they do nothing.",
            zh: "GONOSUMCHECK 之类的变量在很多文章里出现，但任何版本的 go 都没有它，写了不起任何作用。",
        },
        judge: unknown,
    },
];

fn envfile(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let EnvFile::At { path, bytes } = &facts.go_env()?.file else { return Ok(()) };
    let at = |line: u32| Source::File(path.clone(), Some(line));
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(ReadError::Absent) => return Ok(()),
        Err(err) => {
            let (shown, why) = (path.display(), err.msg());
            let what = say!(
                "go cannot read {shown} ({why}) and says nothing about it",
                "go 读不了 {shown}（{why}），而且不会报错",
                shown,
                why
            );
            found.add(
                Finding::error(kind::GOENV_UNREADABLE, what)
                    .seen(Source::File(path.clone(), None), String::new())
                    .advice(say!(
                        "make it a file of yours that can be read (0644)",
                        "把它变成你自己可读的普通文件（0644）"
                    )),
            );
            return Ok(());
        }
    };
    if matches!(bytes.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        found.add(utf16(path).seen(at(1), "UTF-16"));
        return Ok(());
    }
    if let Some(finding) = unmerged(bytes, &at) {
        found.add(finding);
    }
    for (number, line) in (1u32..).zip(bytes.split(|b| *b == b'\n')) {
        let text = String::from_utf8_lossy(line).into_owned();
        if let Some((kind, level, what, mut steps)) = odd(number, &text, bytes) {
            // A line that go passes over would go on standing beside the one that counts.
            let passed_over = matches!(kind, kind::GOENV_BOM | kind::GOENV_LINE_IGNORED);
            if passed_over && !steps.is_empty() {
                steps.push(Step::CommentOut { path: path.clone(), line: number, was: text.clone() });
            }
            let finding =
                Finding::new(kind, level, what).seen(at(number), text.trim_end_matches('\r').to_owned());
            found.add(match steps.is_empty() {
                true => finding.advice(say!("correct the line by hand", "请手工改正这一行")),
                false => {
                    finding.remedy(say!("writes the line as go reads it", "改写成 go 能读懂的样子"), steps)
                }
            });
        }
    }
    Ok(())
}

/// A file that an editor of Windows saved as "Unicode".
fn utf16(path: &Path) -> Finding {
    let shown = path.display();
    let what = say!(
        "{shown} is saved as UTF-16: go finds no setting in it and says nothing",
        "{shown} 存成了 UTF-16：go 读不到任何设置，也不会提示",
        shown
    );
    let file = shell_word(&path.display().to_string());
    Finding::error(kind::GOENV_BOM, what).command(
        say!("writes it as UTF-8", "转换为 UTF-8"),
        format!("iconv -f UTF-16 -t UTF-8 {file} > {file}.utf8 && mv {file}.utf8 {file}"),
    )
}

/// The first marker of a merge that was not finished.
fn unmerged(bytes: &[u8], at: &dyn Fn(u32) -> Source) -> Option<Finding> {
    let marks: [&[u8]; 2] = [b"<<<<<<< ", b">>>>>>> "];
    let (number, line) = (1u32..)
        .zip(bytes.split(|b| *b == b'\n'))
        .find(|(_, line)| marks.iter().any(|m| line.starts_with(m)))?;
    let what = say!(
        "the file holds an unfinished merge: go passes over the markers and takes the last line of each variable, whichever side it is of",
        "文件里有没合并完的冲突标记：go 会跳过标记，每个变量取最后一行，不管它属于哪一边"
    );
    let finding = Finding::warning(kind::GOENV_LINE_IGNORED, what)
        .seen(at(number), String::from_utf8_lossy(line).trim_end().to_owned());
    Some(finding.advice(say!(
        "keep the lines that are right, and take the others and the markers out",
        "保留正确的行，删掉其余的行和冲突标记"
    )))
}

/// A setting written in another notation, `GOPROXY: value`, `GOPROXY value` or JSON: its name, and its value where that is
/// plain.
fn other_notation(body: &str) -> Option<(&str, &str)> {
    let text = body.trim().trim_start_matches(['{', '"', '\'']);
    let end = text.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))?;
    let (name, rest) = text.split_at(end);
    let plain = body.starts_with(name) && rest.starts_with([':', ' ', '\t']);
    let value = rest.trim_start_matches([':', ' ', '\t']).trim();
    let value = if plain && !value.contains(char::is_whitespace) { value } else { "" };
    (goenv::is_known(name) && rest.trim_start_matches(['"', '\'']).starts_with([':', ' ', '\t']))
        .then_some((name, value))
}

/// What is odd about one line of the file, and the steps that put it right.
fn odd(number: u32, text: &str, file: &[u8]) -> Option<(Kind, Level, Msg, Vec<Step>)> {
    let body = text.trim_end_matches('\r');
    let in_force = |key: &str| goenv::lookup(file, key).is_some_and(|line| line.number == number);
    let set = |key: &str, value: &str| {
        let usable = goenv::is_writable(key) && !value.is_empty() && govalue::fault(key, value).is_none();
        if usable { vec![Step::Set(Setting::go(key, Value::one(value)))] } else { Vec::new() }
    };
    if number == 1 && body.starts_with('\u{feff}') {
        let (key, value) = body.trim_start_matches('\u{feff}').split_once('=').unwrap_or(("", ""));
        let what = say!(
            "the file begins with a byte order mark: go passes over its first line ({key})",
            "文件开头有 BOM：go 会跳过第一行（{key}）",
            key
        );
        return Some((kind::GOENV_BOM, Level::Error, what, set(key, value)));
    }
    let Some((key, value)) = body.split_once('=') else {
        let (name, value) = other_notation(body)?;
        let what = say!(
            "go passes over this line: a setting is written {name}=VALUE",
            "go 会跳过这一行：设置必须写成 {name}=值",
            name
        );
        return Some((kind::GOENV_LINE_IGNORED, Level::Warning, what, set(name, value)));
    };
    let counts = body.starts_with(|c: char| c.is_ascii_uppercase());
    let meant = key.trim().trim_start_matches("export ").trim_start_matches("set ").trim();
    if (!counts || key != key.trim()) && goenv::is_known(meant) && !key.trim_start().starts_with('#') {
        let what = say!(
            "go passes over this line: a setting begins with its name, without space or `export`",
            "go 会跳过这一行：设置必须以变量名开头，前后不能有空格或 `export`"
        );
        return Some((kind::GOENV_LINE_IGNORED, Level::Warning, what, set(meant, value.trim())));
    }
    if !counts || !in_force(key) {
        return None;
    }
    if text.ends_with('\r') && !harmless_with_cr(key) {
        let what = say!(
            "the carriage return at the end became part of {key}",
            "行尾的回车符成了 {key} 的一部分",
            key
        );
        return Some((kind::GOENV_CRLF, Level::Error, what, set(key, value)));
    }
    if value.is_empty() && goenv::is_known(key) {
        let what = say!(
            "{key} is set to nothing, and since Go 1.21 that shadows the default",
            "{key} 被设成空值，Go 1.21 起空值会盖住默认值",
            key
        );
        let steps = vec![Step::Set(Setting::go(key, Value::Absent))];
        // GOPROXY and GOSUMDB have checks of their own that say what comes of it.
        return (!matches!(key, "GOPROXY" | "GOSUMDB")).then_some((
            kind::GOENV_EMPTY_VALUE,
            Level::Warning,
            what,
            steps,
        ));
    }
    None
}

/// Lists that go trims element by element, and words it splits at white space.
fn harmless_with_cr(key: &str) -> bool {
    matches!(key, "GOPROXY" | "GOFLAGS")
}

fn unknown(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let env = facts.go_env()?;
    if let EnvFile::At { path, bytes: Ok(bytes) } = &env.file {
        for line in
            goenv::lines(bytes).filter(|line| line.key.starts_with("GO") && !goenv::is_known(line.key.trim()))
        {
            let finding = nothing_by_that_name(line.key.trim(), Level::Warning)
                .seen(Source::File(path.clone(), Some(line.number)), format!("{}={}", line.key, line.value));
            let steps = vec![Step::Set(Setting::go(line.key, Value::Absent))];
            found.add(finding.remedy(say!("removes the line", "删除这一行"), steps));
        }
    }
    for name in INVENTED {
        for acting in facts.acting(name)? {
            if matches!(acting.scope, Scope::Now(crate::facts::go::Layer::UserFile)) {
                continue;
            }
            let finding = nothing_by_that_name(name, Level::Info);
            let finding = acting
                .places
                .iter()
                .fold(finding, |f, place| f.seen(place.clone(), format!("{name}={}", acting.value)));
            found.add(
                finding.advice(say!("take the line out; it does nothing", "去掉这一行，它不起任何作用")),
            );
        }
    }
    Ok(())
}

/// Names that articles invented.
const INVENTED: [&str; 10] = [
    "GO11MODULE",
    "GO111MODULES",
    "GOINSECURES",
    "GONOPRIVATE",
    "GONOSUMCHECK",
    "GONOVERIFY",
    "GOPRIVATES",
    "GOPROXIES",
    "GOSUMCHECK",
    "GO_PROXY",
];

fn nothing_by_that_name(name: &str, level: Level) -> Finding {
    let known =
        ["GO111MODULE", "GOINSECURE", "GONOPROXY", "GONOSUMDB", "GOPRIVATE", "GOPROXY", "GOSUMDB", "GOFLAGS"];
    let what = match nearest(name, known) {
        Some(near) => say!(
            "no version of go knows {name}; {near} is meant",
            "任何版本的 go 都没有 {name} 这个变量，应为 {near}",
            name,
            near
        ),
        None => say!("no version of go knows {name}", "任何版本的 go 都没有 {name} 这个变量", name),
    };
    Finding::new(kind::GOENV_UNKNOWN_VARIABLE, level, what).fact("variable", name)
}
