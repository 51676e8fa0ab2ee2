//! What a simple command does to the variables of its shell.

use super::{Command, Dialect, Part, Word, is_name};

/// One thing that a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Set {
        name: String,
        value: Word,
        /// `None` leaves it as it is: exported or not.
        exports: Option<bool>,
        appends: bool,
    },
    Export {
        name: String,
        on: bool,
    },
    Unset(String),
    /// `set -a`: what is assigned from here on is exported.
    ExportAll(bool),
    /// Another file is read here, by this shell.
    Source(Word),
    /// No more of this file is read.
    Return,
    /// A command of this name is run; it may be a function of the files.
    Call(String),
}

/// The effects of a command, in order. Other programs have none.
pub fn effects(dialect: Dialect, command: &Command) -> Vec<Effect> {
    match dialect {
        Dialect::Posix => posix(&command.words),
        Dialect::Fish => fish(&command.words),
    }
}

fn posix(words: &[Word]) -> Vec<Effect> {
    let assigned = words.iter().take_while(|word| word.assignment().is_some()).count();
    let (assignments, words) = words.split_at(assigned);
    let Some(first) = words.first() else {
        return assignments.iter().filter_map(|word| set(word, None)).collect();
    };
    // In front of a command they hold for that command alone.
    let (name, args) = (first.plain().unwrap_or_default(), &words[1..]);
    match name.as_str() {
        "builtin" | "command" => posix(args),
        "export" => declared(args, true),
        "readonly" => declared(args, false),
        "declare" | "typeset" => {
            let flags: String =
                args.iter().filter_map(Word::bare).take_while(|w| w.starts_with('-')).collect();
            declared(args, flags.contains('x'))
        }
        "unset" => {
            let names = args.iter().filter_map(Word::plain).filter(|name| is_name(name));
            let functions = args.first().and_then(Word::bare) == Some("-f");
            if functions { Vec::new() } else { names.map(Effect::Unset).collect() }
        }
        "set" => {
            let args: Vec<&str> = args.iter().filter_map(Word::bare).collect();
            match args.as_slice() {
                ["-a"] | ["-o", "allexport"] => vec![Effect::ExportAll(true)],
                ["+a"] | ["+o", "allexport"] => vec![Effect::ExportAll(false)],
                _ => Vec::new(),
            }
        }
        "setopt" | "unsetopt" => {
            let all = args
                .iter()
                .filter_map(Word::bare)
                .any(|w| w.replace('_', "").eq_ignore_ascii_case("allexport"));
            if all { vec![Effect::ExportAll(name == "setopt")] } else { Vec::new() }
        }
        "." | "source" => args.first().cloned().map(Effect::Source).into_iter().collect(),
        "return" | "exit" | "logout" => vec![Effect::Return],
        _ => vec![Effect::Call(name)],
    }
}

/// The arguments of `export` and its like.
fn declared(args: &[Word], exports: bool) -> Vec<Effect> {
    let mut on = true;
    let mut effects = Vec::new();
    for arg in args {
        match arg.bare() {
            Some(flag) if flag.starts_with('-') || flag.starts_with('+') => {
                on &= !(exports && flag.starts_with('-') && flag.contains('n'));
            }
            _ => match (set(arg, exports.then_some(on)), arg.plain()) {
                (Some(effect), _) => effects.push(effect),
                (None, Some(name)) if exports && is_name(&name) => effects.push(Effect::Export { name, on }),
                _ => {}
            },
        }
    }
    effects
}

fn set(word: &Word, exports: Option<bool>) -> Option<Effect> {
    let (name, appends, value) = word.declaration()?;
    Some(Effect::Set { name, value, exports, appends })
}

fn fish(words: &[Word]) -> Vec<Effect> {
    let Some(first) = words.first() else { return Vec::new() };
    let (name, args) = (first.plain().unwrap_or_default(), &words[1..]);
    match name.as_str() {
        "builtin" | "command" => fish(args),
        "set" => fish_set(args),
        "export" => declared(args, true),
        "fish_add_path" => fish_add_path(args),
        "." | "source" => args.first().cloned().map(Effect::Source).into_iter().collect(),
        "return" | "exit" => vec![Effect::Return],
        _ => vec![Effect::Call(name)],
    }
}

/// `fish_add_path DIR…`: before the PATH that is there, with `-a` behind it.
fn fish_add_path(args: &[Word]) -> Vec<Effect> {
    let flag = |word: &&Word| word.bare().is_some_and(|word| word.starts_with('-'));
    let appends = args.iter().filter(flag).any(|word| matches!(word.bare(), Some("-a" | "--append")));
    let mut words: Vec<Word> = args.iter().filter(|word| !flag(word)).cloned().collect();
    let path = Word(vec![Part::Var("PATH".to_owned())]);
    words.insert(if appends { 0 } else { words.len() }, path);
    let value = joined("PATH", &words);
    vec![Effect::Set { name: "PATH".to_owned(), value, exports: None, appends: false }]
}

fn fish_set(args: &[Word]) -> Vec<Effect> {
    let mut short = String::new();
    let mut at = 0;
    while let Some(flag) = args.get(at).and_then(Word::bare).filter(|flag| flag.starts_with('-')) {
        at += 1;
        short.push_str(match flag {
            "--" => break,
            "--export" => "x",
            "--unexport" => "u",
            "--erase" => "e",
            "--append" => "a",
            "--prepend" => "p",
            "--query" => "q",
            "--local" => "l",
            "--function" => "f",
            flag if flag.starts_with("--") => "",
            flag => &flag[1..],
        });
    }
    let Some(name) = args.get(at).and_then(Word::plain).filter(|name| is_name(name)) else {
        return Vec::new();
    };
    if short.contains(['q', 'n', 'S']) {
        return Vec::new();
    }
    if short.contains('e') {
        return vec![Effect::Unset(name)];
    }
    let exports = if short.contains('x') { Some(true) } else { short.contains('u').then_some(false) };
    let value =
        if short.contains(['a', 'p']) { Word(vec![Part::Unknown]) } else { joined(&name, &args[at + 1..]) };
    vec![Effect::Set { name, value, exports, appends: false }]
}

/// A list reaches other programs as one word: with `:` for the variables that are paths, with spaces otherwise.
fn joined(name: &str, words: &[Word]) -> Word {
    let between = if name.ends_with("PATH") { ":" } else { " " };
    let mut all = Word::default();
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            all.push(between, true);
        }
        all.0.extend(word.0.iter().cloned());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::{Node, parse};
    use super::*;

    fn of(dialect: Dialect, line: &str) -> Vec<String> {
        let nodes = parse(dialect, line);
        let commands = nodes.iter().filter_map(|node| match node {
            Node::Run(command) => Some(command),
            _ => None,
        });
        commands
            .flat_map(|command| effects(dialect, command))
            .map(|effect| match effect {
                Effect::Set { name, value, exports, appends } => {
                    let value = value.plain().unwrap_or("?".into());
                    let how = exports.map_or("", |on| if on { " exported" } else { " kept" });
                    format!("{name}{}={value}{how}", if appends { "+" } else { "" })
                }
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn posix_commands() {
        for (line, want) in [
            ("export GOPROXY=https://a,direct # mirror", &["GOPROXY=https://a,direct exported"][..]),
            ("export A='x y' B=\"p q\"", &["A=x y exported", "B=p q exported"]),
            ("A=1; export A", &["A=1", "Export { name: \"A\", on: true }"]),
            ("A=1 go build", &["Call(\"go\")"]),
            ("declare -gx A=1", &["A=1 exported"]),
            ("typeset -x A=1", &["A=1 exported"]),
            ("export -n A", &["Export { name: \"A\", on: false }"]),
            ("unset A B", &["Unset(\"A\")", "Unset(\"B\")"]),
            ("set -a", &["ExportAll(true)"]),
            ("A=$(b \"c)\" 'd)')", &["A=?"]),
            ("A=(x y) B=1", &["A=?", "B=1"]),
            ("A+=x", &["A+=x"]),
            ("A=`b`c", &["A=?"]),
            ("A=$'a\\tb'", &["A=a\tb"]),
            ("(A=1)", &[]),
            ("A=1 | cat", &[]),
            ("A=1 &", &[]),
            ("cat <<EOF\nexport A=1\nEOF\nB=2", &["Call(\"cat\")", "B=2"]),
            ("A=1 >/dev/null 2>&1", &["A=1"]),
            ("export A=\\\n1", &["A=1 exported"]),
            ("export \"A=1\" \"B\"=2", &["A=1 exported"]),
        ] {
            assert_eq!(of(Dialect::Posix, line), want, "{line}");
        }
    }

    #[test]
    fn fish_commands() {
        for (line, want) in [
            ("set -gx GOPROXY https://a,direct # mirror", &["GOPROXY=https://a,direct exported"][..]),
            ("set -Ux A 'b c'", &["A=b c exported"]),
            ("set --export --global A b c", &["A=b c exported"]),
            ("set -gx GOPATH /a /b", &["GOPATH=/a:/b exported"]),
            ("set -e A", &["Unset(\"A\")"]),
            ("set -q A", &[]),
            ("set -gx A (go env GOPATH)", &["A=? exported"]),
            ("export A=b", &["A=b exported"]),
            ("set A b", &["A=b"]),
        ] {
            assert_eq!(of(Dialect::Fish, line), want, "{line}");
        }
    }
}
