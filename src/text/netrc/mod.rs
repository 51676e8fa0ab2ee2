//! netrc, twice: as the go command reads it, with what it passes over and why; and as curl, and with it git, reads it.

mod explain;
mod git;
mod near;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

pub use git::GitLogin;
pub use near::{Near, NearMiss};

use crate::model::Msg;
use crate::model::secret::MASK;
use crate::say;

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Netrc {
    /// What the go command takes, in file order.
    pub entries: Vec<Entry>,
    /// What it passes over, in file order.
    pub dropped: Vec<Dropped>,
    text: Secret,
}

/// A complete record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub machine: String,
    pub login: Secret,
    pub password: Secret,
    /// Where `machine` stands, from 1.
    pub line: u32,
    /// The line begins with `#`. Go knows no comments and takes it all the same.
    pub commented: bool,
    /// Login or password begin with a quote, which Go takes for a part of them.
    pub quoted: bool,
}

/// Something that the go command passes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    pub line: u32,
    pub why: DropReason,
}

/// Why the go command passes over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// A machine without login or password.
    Incomplete { machine: String, login: bool, password: bool },
    /// `default` is never used, for any host.
    Default,
    /// `default` alone on its line ends the reading; this machine comes after it.
    AfterDefault { machine: String },
    /// A macro goes to the next empty line; this machine is inside.
    InMacro { machine: String },
    /// The same machine stands further up, and the first wins.
    Duplicate { machine: String, first: u32 },
    /// The word stands at the end of its line and what belongs to it on the next.
    Split { word: String },
    /// A login or password before any `machine`, or after a complete record.
    Stray { word: String },
    /// A word that means nothing here, where `machine`, `login` or `password` could stand.
    UnknownWord { word: String },
}

/// A text that does not show itself.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The real text: for using it, never for showing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl Netrc {
    /// `cmd/go/internal/auth/netrc.go:parseNetrc`.
    pub fn parse(text: &str) -> Netrc {
        let entries = read(text);
        let dropped = explain::dropped(text, &entries);
        Netrc { entries, dropped, text: Secret(text.to_owned()) }
    }

    /// The record that Go (1.24 and later) sends to `https://{target}`, a host with its port and a path if you have one.
    ///
    /// The port counts unless it is 443 and left out of the URL (`auth.go:storeCredential`, `loadCredential`).
    pub fn for_go(&self, target: &str) -> Option<&Entry> {
        let mut by_key: HashMap<&str, &Entry> = HashMap::new();
        for entry in &self.entries {
            by_key.entry(go_key(&entry.machine)).or_insert(entry);
        }
        let mut prefix = go_key(target);
        loop {
            if let Some(entry) = by_key.get(prefix) {
                return Some(entry);
            }
            prefix = &prefix[..prefix.rfind('/')?];
        }
    }

    /// What git sends to a host over HTTPS: curl's reading, which compares the host without its port and uses `default`.
    pub fn for_git(&self, host: &str) -> Option<GitLogin> {
        git::login(self.text.reveal(), host)
    }

    /// Records for names that look like `host` (with its port) and are not taken for it.
    pub fn near_misses(&self, host: &str) -> Vec<NearMiss<'_>> {
        near::misses(&self.entries, host)
    }
}

/// `storeCredential`: what a machine's name becomes.
fn go_key(machine: &str) -> &str {
    let machine = machine.strip_prefix("https://").unwrap_or(machine);
    machine.strip_suffix('/').unwrap_or(machine)
}

/// The record in the making.
#[derive(Default)]
struct Pending<'t> {
    machine: &'t str,
    login: &'t str,
    password: &'t str,
    line: u32,
    commented: bool,
}

/// Word for word Go's loop; the lines come with their numbers.
fn read(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut pending = Pending::default();
    let mut in_macro = false;
    for (line, number) in text.split('\n').zip(1..) {
        if in_macro {
            in_macro = !line.is_empty();
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let pairs = words.chunks_exact(2);
        let last = pairs.remainder();
        for pair in pairs {
            match pair[0] {
                "machine" => {
                    pending = Pending {
                        machine: pair[1],
                        line: number,
                        commented: words[0].starts_with('#'),
                        ..Pending::default()
                    };
                }
                "login" => pending.login = pair[1],
                "password" => pending.password = pair[1],
                "macdef" => in_macro = true,
                _ => {}
            }
            if !pending.machine.is_empty() && !pending.login.is_empty() && !pending.password.is_empty() {
                entries.push(std::mem::take(&mut pending).entry());
            }
        }
        if last == ["default"] {
            break;
        }
    }
    entries
}

impl Pending<'_> {
    fn entry(self) -> Entry {
        Entry {
            quoted: self.login.starts_with('"') || self.password.starts_with('"'),
            machine: self.machine.to_owned(),
            login: Secret(self.login.to_owned()),
            password: Secret(self.password.to_owned()),
            line: self.line,
            commented: self.commented,
        }
    }
}

impl DropReason {
    pub fn say(&self) -> Msg {
        match self {
            DropReason::Incomplete { machine, login, password } => {
                let missing = match (login, password) {
                    (false, false) => say!("login and password", "login 和 password"),
                    (false, true) => Msg::plain("login"),
                    (true, _) => Msg::plain("password"),
                };
                say!(
                    "{machine} has no {missing}: Go ignores the record",
                    "{machine} 缺少 {missing}，Go 会忽略整条记录",
                    machine,
                    missing
                )
            }
            DropReason::Default => say!("Go never uses `default`", "Go 从不使用 `default`"),
            DropReason::AfterDefault { machine } => say!(
                "{machine} comes after `default`, where Go stops reading: move it up",
                "{machine} 写在 `default` 之后，Go 读到 `default` 就停了：请把它移到前面",
                machine
            ),
            DropReason::InMacro { machine } => say!(
                "{machine} is part of the macro above, which ends at the first empty line",
                "{machine} 被当成了上面宏（macdef）的内容，宏要到空行才结束",
                machine
            ),
            DropReason::Duplicate { machine, first } => say!(
                "{machine} stands in line {first} already, and the first record wins",
                "{machine} 在第 {first} 行已经有了，以第一条为准",
                machine,
                first
            ),
            DropReason::Split { word } => say!(
                "what belongs to `{word}` must stand on the same line",
                "`{word}` 的值要和它写在同一行",
                word
            ),
            DropReason::Stray { word } => {
                say!("this `{word}` belongs to no machine", "这个 `{word}` 不属于任何 machine", word)
            }
            DropReason::UnknownWord { word } => say!(
                "`{word}` means nothing here; Go knows machine, login and password",
                "`{word}` 在这里没有意义；Go 只认 machine、login 和 password",
                word
            ),
        }
    }
}
