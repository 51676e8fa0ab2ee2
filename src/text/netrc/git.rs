//! The file as curl reads it (`lib/netrc.c:parsenetrc`, 7.84 to 8.14), and with it git.

use super::Secret;

/// What git would send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitLogin {
    pub login: Secret,
    pub password: Secret,
    /// Where the record begins.
    pub line: u32,
    /// It is the `default` record.
    pub default: bool,
}

/// The first record for `host` (without port) that has a login and a password, or `default` if that comes first.
///
/// A record that lacks one of the two counts if it is the last. A quote that is not closed makes curl give up.
pub(super) fn login(text: &str, host: &str) -> Option<GitLogin> {
    let mut reader = Reader { host, state: State::Outside, keyword: Keyword::None, found: None };
    let mut in_macro = false;
    for (line, number) in text.split('\n').zip(1..) {
        let line = line.trim();
        if in_macro {
            in_macro = !line.is_empty();
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        let mut rest = line;
        while let Some(word) = word(&mut rest).ok()? {
            match reader.take(&word, number) {
                Step::On => {}
                Step::Done => return reader.found.map(Found::login),
                Step::Macro => {
                    in_macro = true;
                    break;
                }
            }
        }
    }
    let something = |found: &Found| found.login.is_some() || found.password.is_some();
    reader.found.filter(something).map(Found::login)
}

struct Reader<'h> {
    host: &'h str,
    state: State,
    keyword: Keyword,
    found: Option<Found>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    /// After `machine`.
    Machine,
    /// In a record for our host.
    Ours,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyword {
    None,
    Login,
    Password,
}

enum Step {
    On,
    Done,
    Macro,
}

struct Found {
    login: Option<String>,
    password: Option<String>,
    line: u32,
    default: bool,
}

impl Found {
    fn login(self) -> GitLogin {
        GitLogin {
            login: Secret(self.login.unwrap_or_default()),
            password: Secret(self.password.unwrap_or_default()),
            line: self.line,
            default: self.default,
        }
    }
}

impl Reader<'_> {
    fn take(&mut self, word: &str, line: u32) -> Step {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        match (self.state, self.keyword) {
            (State::Ours, Keyword::Login) => self.found(line).login = Some(word.to_owned()),
            (State::Ours, Keyword::Password) => self.found(line).password = Some(word.to_owned()),
            (State::Machine, _) if is(self.host) => {
                self.state = State::Ours;
                self.found = None;
                self.found(line);
            }
            (State::Machine, _) => self.state = State::Outside,
            (State::Outside, _) if is("macdef") => return Step::Macro,
            (State::Ours, _) if is("login") => {
                self.keyword = Keyword::Login;
                return Step::On;
            }
            (State::Ours, _) if is("password") => {
                self.keyword = Keyword::Password;
                return Step::On;
            }
            _ if is("machine") => {
                if self.found.as_ref().is_some_and(|found| found.password.is_some()) {
                    return Step::Done;
                }
                self.state = State::Machine;
                self.found = None;
            }
            _ if is("default") => {
                self.state = State::Ours;
                self.found = None;
                self.found(line).default = true;
            }
            _ => {}
        }
        self.keyword = Keyword::None;
        let complete = |found: &Found| found.login.is_some() && found.password.is_some();
        if self.found.as_ref().is_some_and(complete) { Step::Done } else { Step::On }
    }

    fn found(&mut self, line: u32) -> &mut Found {
        self.found.get_or_insert(Found { login: None, password: None, line, default: false })
    }
}

/// A quote that is not closed.
struct Unclosed;

/// The next word, in quotes or not.
fn word(rest: &mut &str) -> Result<Option<String>, Unclosed> {
    let line = rest.trim_start();
    if line.is_empty() {
        return Ok(None);
    }
    let Some(quoted) = line.strip_prefix('"') else {
        let (word, after) = line.split_at(line.find(char::is_whitespace).unwrap_or(line.len()));
        *rest = after;
        return Ok(Some(word.to_owned()));
    };
    let mut word = String::new();
    let mut chars = quoted.chars();
    loop {
        match chars.next().ok_or(Unclosed)? {
            '"' => break,
            '\\' => word.push(match chars.next().ok_or(Unclosed)? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            }),
            other => word.push(other),
        }
    }
    *rest = chars.as_str();
    Ok(Some(word))
}
