//! Variables for new shells as a target: one line in the user's start file, the content in a file of ours.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Draft, Drafted, Ground, Located, Refused, Target};
use crate::model::{Change, Key, Msg, Setting, State, TargetId, Value};
use crate::say;
use crate::text::shellenv::{Reader, is_writable, parse, render, source_line, with_line, without_line};
use crate::world::{Os, Snapshot};

pub(super) struct Shell;

/// A key of this first name is a variable for programs that the desktop starts: `environment.d` / `HTTPS_PROXY`.
pub const DESKTOP: &str = "environment.d";

/// The key of the line in the start file.
const SOURCE: &str = ".";

/// Where the variables of this account's shell go.
struct Where {
    /// Of ours: the variables.
    content: PathBuf,
    reader: Reader,
    /// The user's: the line that reads ours. fish reads its `conf.d` by itself.
    start: Option<(PathBuf, String)>,
    desktop: PathBuf,
}

impl Target for Shell {
    fn id(&self) -> TargetId {
        TargetId::Shell
    }

    fn files(&self, ground: Ground<'_>) -> Vec<PathBuf> {
        let Ok(place) = place(ground) else { return Vec::new() };
        let start = place.start.map(|(path, _)| path);
        [Some(place.content), start, Some(place.desktop)].into_iter().flatten().collect()
    }

    fn read(&self, ground: Ground<'_>, now: &Snapshot) -> Vec<Located> {
        let Ok(place) = place(ground) else { return Vec::new() };
        let mut found = Vec::new();
        for (path, reader, above) in
            [(&place.content, place.reader, None), (&place.desktop, Reader::EnvironmentD, Some(DESKTOP))]
        {
            for (name, value) in parse(reader, now.bytes(path).unwrap_or(&[])) {
                let key = Key::new(above.into_iter().chain([name.as_str()]));
                found.push(Located { path: path.clone(), line: None, key, value: Value::One(value) });
            }
        }
        if let Some((path, line)) = place.start
            && let Ok(bytes) = now.bytes(&path)
            && without_line(bytes, &line) != bytes
        {
            found.push(Located { path, line: None, key: Key::new([SOURCE]), value: Value::One(line) });
        }
        found
    }

    fn draft(&self, ground: Ground<'_>, now: &Snapshot, wishes: &[Setting]) -> Result<Draft, Refused> {
        let mut draft = Draft::default();
        if ground.host.os == Os::Windows {
            draft.notes.extend(wishes.iter().map(setx));
            return Ok(draft);
        }
        let place = place(ground)?;
        let (for_desktop, for_shell): (Vec<&Setting>, Vec<&Setting>) = wishes
            .iter()
            .filter(|wish| wish.key.first() != SOURCE)
            .partition(|wish| wish.key.first() == DESKTOP);
        let vars = variables(now, &mut draft, (&place.content, place.reader), &for_shell)?;
        variables(now, &mut draft, (&place.desktop, Reader::EnvironmentD), &for_desktop)?;
        let unwanted = wishes.iter().any(|wish| wish.key.first() == SOURCE && wish.value == Value::Absent);
        if let Some((path, line)) = &place.start
            && (unwanted || !for_shell.is_empty())
        {
            let bytes = super::readable(now, path)?;
            let wanted = !vars.is_empty() && !unwanted;
            let after = if wanted { with_line(bytes, line) } else { without_line(bytes, line) };
            if after != bytes {
                let (was, is) = (Value::Absent, Value::one(line));
                let (before, value) = if wanted { (was, is) } else { (is, was) };
                let why = say!("new shells read the variables from there", "新开的终端从这里读取变量");
                let setting = Setting::new(TargetId::Shell, Key::new([SOURCE]), value).because(why);
                draft.edits.push(Drafted { path: path.clone(), before, setting });
                let state = now.state(path).cloned();
                let mode = state.as_ref().map_or(0o666 & !ground.host.umask, |state| state.mode);
                let after = Some(State::bytes(after, mode));
                draft.changes.push(Change::File { path: path.clone(), before: state, after });
            }
        }
        Ok(draft)
    }
}

/// Puts the wishes into one of our files; the variables that it holds then.
fn variables(
    now: &Snapshot,
    draft: &mut Draft,
    (path, reader): (&Path, Reader),
    wishes: &[&Setting],
) -> Result<BTreeMap<String, String>, Refused> {
    let bytes = super::readable(now, path)?;
    let mut vars = parse(reader, bytes);
    for wish in wishes {
        let name = wish.key.name();
        let before = vars.get(name).map_or(Value::Absent, Value::one);
        if before.list() == wish.value.list() {
            continue;
        }
        match wish.value.list() {
            [] => _ = vars.remove(name),
            [value] if is_writable(value) && is_name(name) => _ = vars.insert(name.to_owned(), value.clone()),
            _ => {
                return Err(Refused {
                    what: say!(
                        "{name} cannot be set for shells: one value on one line is possible",
                        "{name} 无法写进 shell：只能是单行的一个值",
                        name
                    ),
                    hint: None,
                });
            }
        }
        draft.edits.push(Drafted { path: path.to_path_buf(), before, setting: (*wish).clone() });
    }
    let after = render(reader, &vars);
    if after != bytes {
        let state = now.state(path).cloned();
        // The address of a proxy may hold a password.
        let mode = state.as_ref().map_or(0o600, |state| state.mode);
        let after = (!after.is_empty()).then(|| State::bytes(after, mode));
        draft.changes.push(Change::File { path: path.to_path_buf(), before: state, after });
    }
    Ok(vars)
}

/// Windows keeps such variables in its registry, which is not gobs' to write.
fn setx(wish: &Setting) -> Msg {
    let (name, value) = (wish.key.name(), &wish.value);
    say!("for new terminals: setx {name} {value}", "让新终端生效：setx {name} {value}", name, value)
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn place(ground: Ground<'_>) -> Result<Where, Refused> {
    let homeless = || Refused {
        what: say!(
            "there is no home for a shell's start file: HOME is not set",
            "没有设置 HOME，不知道 shell 的启动文件在哪里"
        ),
        hint: None,
    };
    let home = ground.places.home().ok_or_else(homeless)?;
    let absolute = |name: &str| ground.vars.os(name).map(PathBuf::from).filter(|dir| dir.is_absolute());
    // The shells' rule (XDG), also where Go has another one: fish on a Mac reads ~/.config.
    let config = absolute("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let desktop = config.join("environment.d").join("60-gobs.conf");
    let shell = shell(ground);
    if shell == "fish" {
        let content = config.join("fish").join("conf.d").join("gobs.fish");
        return Ok(Where { content, reader: Reader::Fish, start: None, desktop });
    }
    let start = match shell.as_str() {
        "bash" if ground.host.os == Os::MacOs => home.join(".bash_profile"),
        "bash" => home.join(".bashrc"),
        "zsh" => absolute("ZDOTDIR").unwrap_or_else(|| home.to_path_buf()).join(".zshrc"),
        _ => home.join(".profile"),
    };
    let content = config.join("gobs").join("env.sh");
    let spoken = match content.strip_prefix(home) {
        Ok(rest) => format!("$HOME/{}", rest.display()),
        Err(_) => content.display().to_string(),
    };
    let line = source_line(Reader::Posix, &spoken);
    Ok(Where { content, reader: Reader::Posix, start: Some((start, line)), desktop })
}

/// The name of the user's shell: `$SHELL`, else what the passwd entry says.
fn shell(ground: Ground<'_>) -> String {
    let said = ground.vars.os("SHELL").map(PathBuf::from);
    let shell = said.or_else(|| ground.host.account.as_ref().map(|account| account.shell.clone()));
    let name = shell.as_deref().and_then(Path::file_name).unwrap_or_default();
    name.to_string_lossy().into_owned()
}
