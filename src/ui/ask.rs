//! Asking, on a terminal only. dialoguer lives here.

use crate::model::Msg;

use super::Lang;

/// The answer to "write it?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    /// Show the whole difference, then ask again.
    Diff,
    No,
}

/// Somebody at a terminal. `Err` is Ctrl-C or a terminal that went away.
pub trait Ask: Send {
    /// `[y] yes  [d] whole difference  [N] no`.
    fn write_it(&mut self, question: &Msg, lang: Lang) -> std::io::Result<Answer>;

    /// A line of text; `None` for an empty one.
    fn text(&mut self, question: &Msg, lang: Lang) -> std::io::Result<Option<String>>;

    /// One of several.
    fn choose(&mut self, question: &Msg, choices: &[Msg], lang: Lang) -> std::io::Result<usize>;
}

/// The terminal of this process.
pub struct Terminal;

impl Ask for Terminal {
    fn write_it(&mut self, question: &Msg, lang: Lang) -> std::io::Result<Answer> {
        let term = dialoguer::console::Term::stderr();
        loop {
            term.write_str(lang.pick(question))?;
            let key = term.read_char()?;
            let answer = match key.to_ascii_lowercase() {
                'y' => Answer::Yes,
                'd' => Answer::Diff,
                'n' | '\r' | '\n' | '\u{1b}' => Answer::No,
                '\u{3}' => return Err(std::io::ErrorKind::Interrupted.into()),
                _ => {
                    term.clear_line()?;
                    continue;
                }
            };
            term.write_line(&key.to_string().replace(['\r', '\n', '\u{1b}'], ""))?;
            return Ok(answer);
        }
    }

    fn text(&mut self, question: &Msg, lang: Lang) -> std::io::Result<Option<String>> {
        let typed: String = dialoguer::Input::new()
            .with_prompt(lang.pick(question))
            .allow_empty(true)
            .interact_text()
            .map_err(|dialoguer::Error::IO(err)| err)?;
        let typed = typed.trim();
        Ok((!typed.is_empty()).then(|| typed.to_owned()))
    }

    fn choose(&mut self, question: &Msg, choices: &[Msg], lang: Lang) -> std::io::Result<usize> {
        let items: Vec<&str> = choices.iter().map(|choice| lang.pick(choice)).collect();
        dialoguer::Select::new()
            .with_prompt(lang.pick(question))
            .items(items)
            .default(0)
            .interact()
            .map_err(|dialoguer::Error::IO(err)| err)
    }
}
