//! What was typed wrong, in the user's language and in the form of every other failure.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::Exit;
use crate::cli;
use crate::model::{Failure, Msg};
use crate::say;
use crate::ui::{Lang, Ui};

/// `--help` and `--version` are answers; anything else is a mistake in what was typed.
pub(crate) fn usage(err: &clap::Error, args: &[OsString], ui: &mut Ui) -> Exit {
    match err.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text =
                if ui.palette.colour { err.render().ansi().to_string() } else { err.render().to_string() };
            let _ = ui.raw(&in_language(text, ui.lang));
            Exit::Fine
        }
        // `gobs` and `gobs profile` alone: the commands there are, on stderr.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = ui.err.write_all(in_language(err.render().to_string(), ui.lang).as_bytes());
            Exit::Failed
        }
        _ => {
            ui.fail(&failure(err, args).into());
            Exit::Failed
        }
    }
}

fn failure(err: &clap::Error, args: &[OsString]) -> Failure {
    let got = |kind| words(err.get(kind));
    let (arg, value) = (got(ContextKind::InvalidArg), got(ContextKind::InvalidValue));
    let what = match err.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = got(ContextKind::InvalidSubcommand);
            say!("there is no command `{word}`", "没有 `{word}` 这个命令", word)
        }
        ErrorKind::UnknownArgument if arg.starts_with('-') => {
            say!("there is no option `{arg}`", "没有 `{arg}` 这个选项", arg)
        }
        ErrorKind::UnknownArgument => {
            say!("`{arg}` is one word too many", "多了一个参数 `{arg}`", arg)
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            say!("`{arg}` wants a value", "`{arg}` 后面缺少值", arg)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            say!("`{value}` is no value for `{arg}`", "`{arg}` 不接受 `{value}`", value, arg)
        }
        ErrorKind::MissingSubcommand => say!("a command is missing", "缺少命令"),
        ErrorKind::MissingRequiredArgument => say!("`{arg}` is missing", "缺少 `{arg}`", arg),
        ErrorKind::ArgumentConflict => {
            let other = got(ContextKind::PriorArg);
            match other == arg {
                true => say!("`{arg}` is given twice", "`{arg}` 写了两次", arg),
                false => {
                    say!(
                        "`{arg}` and `{other}` exclude each other",
                        "`{arg}` 和 `{other}` 不能同时使用",
                        arg,
                        other
                    )
                }
            }
        }
        ErrorKind::TooManyValues => say!("`{arg}` takes no value", "`{arg}` 后面不能带值", arg),
        // clap's own words for what hardly happens.
        _ => {
            let text = err.render().to_string();
            let line = text.lines().next().unwrap_or_default();
            Msg::plain(line.strip_prefix("error: ").unwrap_or(line))
        }
    };
    Failure::new(what).hint(hint(err, args))
}

/// The nearest word, the words there are, or where to look.
fn hint(err: &clap::Error, args: &[OsString]) -> Msg {
    for kind in [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue] {
        let near = words(err.get(kind));
        if !near.is_empty() {
            return say!("did you mean `{near}`?", "是不是想写 `{near}`？", near);
        }
    }
    let valid = words(err.get(ContextKind::ValidValue));
    if !valid.is_empty() {
        return say!("one of: {valid}", "可选：{valid}", valid);
    }
    match words(err.get(ContextKind::Usage)).trim().strip_prefix("Usage: ") {
        Some(usage) => {
            let command: Vec<&str> =
                usage.split(' ').take_while(|word| !word.starts_with(['-', '[', '<'])).collect();
            let command = command.join(" ");
            let usage = Msg::new(usage.to_owned(), in_language(usage.to_owned(), Lang::Zh));
            say!("{usage}; more: {command} --help", "用法：{usage}；详见 {command} --help", usage, command)
        }
        None => {
            let grammar = cli::command(Lang::En);
            let verb = args.iter().skip(1).find_map(|word| grammar.find_subcommand(word));
            let command = verb.map_or("gobs".to_owned(), |verb| format!("gobs {}", verb.get_name()));
            say!("more: {command} --help", "详见 {command} --help", command)
        }
    }
}

/// The placeholders in a usage line that clap has in English only, and the colon behind its headings.
fn in_language(text: String, lang: Lang) -> String {
    match lang {
        Lang::En => text,
        Lang::Zh => {
            let text = text.replace("[OPTIONS]", "[选项]").replace("<COMMAND>", "<命令>");
            ["选项", "命令", "参数"]
                .iter()
                .fold(text, |text, heading| text.replace(&format!("{heading}:"), &format!("{heading}：")))
        }
    }
}

fn words(value: Option<&ContextValue>) -> String {
    match value {
        Some(ContextValue::Strings(all)) => all.join(", "),
        Some(ContextValue::None) | None => String::new(),
        Some(other) => anstream::adapter::strip_str(&other.to_string()).to_string(),
    }
}
