//! Conditions of start files, as far as they can be judged without running anything.

use super::{Command, Dialect, Test, Word};

/// Whether a condition holds in a new terminal of this user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    Maybe,
}

/// What a condition may ask about.
pub trait Asked {
    /// The word's text, where it is known for sure.
    fn expand(&self, word: &Word) -> Option<String>;
    fn is_file(&self, path: &str) -> bool;
    fn is_dir(&self, path: &str) -> bool;
}

/// Judges a condition.
pub fn answer(dialect: Dialect, test: &Test, asked: &dyn Asked) -> Answer {
    match test {
        Test::Unknown => Answer::Maybe,
        Test::Not(inner) => match answer(dialect, inner, asked) {
            Answer::Yes => Answer::No,
            Answer::No => Answer::Yes,
            Answer::Maybe => Answer::Maybe,
        },
        Test::All(parts) => together(parts.iter().map(|part| answer(dialect, part, asked)), Answer::No),
        Test::Any(parts) => together(parts.iter().map(|part| answer(dialect, part, asked)), Answer::Yes),
        Test::Command(command) => judged(dialect, command, asked),
    }
}

/// The first decisive answer decides; all the other one gives the other one.
fn together(answers: impl Iterator<Item = Answer>, decisive: Answer) -> Answer {
    let other = if decisive == Answer::No { Answer::Yes } else { Answer::No };
    answers.fold(other, |so_far, next| match (so_far, next) {
        (so_far, _) if so_far == decisive => so_far,
        (_, next) if next == decisive => next,
        (Answer::Maybe, _) | (_, Answer::Maybe) => Answer::Maybe,
        _ => other,
    })
}

fn judged(dialect: Dialect, command: &Command, asked: &dyn Asked) -> Answer {
    let words = &command.words;
    let Some(first) = words.first() else { return Answer::Maybe };
    let name = first.plain().unwrap_or_default();
    match (name.as_str(), dialect) {
        ("[", _) => brackets(&words[1..words.len() - usize::from(words.len() > 1)], asked),
        ("[[", _) => brackets(&words[1..words.len() - usize::from(words.len() > 1)], asked),
        ("test", _) => brackets(&words[1..], asked),
        (":" | "true", _) => Answer::Yes,
        ("false", _) => Answer::No,
        ("export" | "declare" | "typeset" | "alias" | "unset" | "echo" | "umask", _) => Answer::Yes,
        ("." | "source", _) => match words.get(1).and_then(|word| asked.expand(word)) {
            Some(path) if asked.is_file(&path) => Answer::Yes,
            Some(_) => Answer::No,
            None => Answer::Maybe,
        },
        ("status", Dialect::Fish) => match words.get(1).and_then(Word::plain).as_deref() {
            Some("is-interactive" | "--is-interactive" | "-i") => Answer::Yes,
            _ => Answer::Maybe,
        },
        ("set", Dialect::Fish)
            if words.get(1).and_then(Word::plain).is_some_and(|w| !w.starts_with("-q")) =>
        {
            Answer::Yes
        }
        _ if dialect == Dialect::Posix && words.iter().all(|word| word.assignment().is_some()) => Answer::Yes,
        _ => Answer::Maybe,
    }
}

/// The words between the brackets.
fn brackets(words: &[Word], asked: &dyn Asked) -> Answer {
    let plain: Vec<Option<String>> = words.iter().map(Word::plain).collect();
    let yes = |holds: bool| if holds { Answer::Yes } else { Answer::No };
    match plain.as_slice() {
        [Some(not), ..] if not == "!" => match brackets(&words[1..], asked) {
            Answer::Yes => Answer::No,
            Answer::No => Answer::Yes,
            Answer::Maybe => Answer::Maybe,
        },
        [Some(op), _] => {
            let Some(value) = asked.expand(&words[1]) else { return Answer::Maybe };
            match op.as_str() {
                "-f" => yes(asked.is_file(&value)),
                "-r" | "-e" | "-s" | "-x" | "-a" => yes(asked.is_file(&value) || asked.is_dir(&value)),
                "-d" => yes(asked.is_dir(&value)),
                "-n" => yes(!value.is_empty()),
                "-z" => yes(value.is_empty()),
                // A terminal is what the question is about.
                "-t" => Answer::Yes,
                _ => Answer::Maybe,
            }
        }
        [_, Some(op), _] => {
            let Some(left) = asked.expand(&words[0]) else { return Answer::Maybe };
            let same = |asked: &dyn Asked| Some(fits(&asked.expand(&words[2])?, &left));
            match (op.as_str(), same(asked)) {
                ("=" | "==", Some(same)) => yes(same),
                ("!=", Some(same)) => yes(!same),
                _ => Answer::Maybe,
            }
        }
        [_] => asked.expand(&words[0]).map_or(Answer::Maybe, |value| yes(!value.is_empty())),
        _ => Answer::Maybe,
    }
}

/// Whether a shell pattern of `*` and `?` covers the whole text.
pub fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last star stood, and how far the text had got there.
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::super::{Node, parse};
    use super::*;

    struct Here;

    impl Asked for Here {
        fn expand(&self, word: &Word) -> Option<String> {
            match word.0.as_slice() {
                [super::super::Part::Var(name)] if name == "-" => Some("himBHs".to_owned()),
                _ => word.plain(),
            }
        }

        fn is_file(&self, path: &str) -> bool {
            path == "/etc/there"
        }

        fn is_dir(&self, path: &str) -> bool {
            path == "/etc"
        }
    }

    fn holds(dialect: Dialect, condition: &str) -> Answer {
        let text = match dialect {
            Dialect::Posix => format!("if {condition}; then x; fi"),
            Dialect::Fish => format!("if {condition}\nx\nend"),
        };
        match &parse(dialect, &text)[..] {
            [Node::When { test, .. }] => answer(dialect, test, &Here),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn conditions() {
        for (condition, want) in [
            ("[ -f /etc/there ]", Answer::Yes),
            ("[ -f /etc/gone ]", Answer::No),
            ("[ ! -f /etc/gone ]", Answer::Yes),
            ("! [ -d /etc ]", Answer::No),
            ("[[ $- == *i* ]]", Answer::Yes),
            ("[[ $- != *i* ]]", Answer::No),
            ("[ -f /etc/there ] && [ -d /etc ]", Answer::Yes),
            ("[ -f /etc/there ] && [ -d /gone ]", Answer::No),
            ("[ -f /gone ] || [ -d /etc ]", Answer::Yes),
            ("[ \"$(uname)\" = Darwin ]", Answer::Maybe),
            ("command -v go >/dev/null 2>&1", Answer::Maybe),
            ("[[ -n $SSH_TTY && -z x ]]", Answer::Maybe),
            ("A=1", Answer::Yes),
        ] {
            assert_eq!(holds(Dialect::Posix, condition), want, "{condition}");
        }
        assert_eq!(holds(Dialect::Fish, "status is-interactive"), Answer::Yes);
        assert_eq!(holds(Dialect::Fish, "not test -d /gone"), Answer::Yes);
        assert_eq!(holds(Dialect::Fish, "type -q go"), Answer::Maybe);
    }

    #[test]
    fn patterns() {
        assert!(fits("*i*", "himBHs") && fits("a?c", "abc") && fits("", "") && fits("*", ""));
        assert!(!fits("*x*", "himBHs") && !fits("a", "ab") && !fits("a?", "a"));
    }
}
