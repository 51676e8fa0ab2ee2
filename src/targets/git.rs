//! The user's gitconfig as a target: edited key by key, so that git's own view of whose lines they are stays true.

use std::path::PathBuf;

use super::{Draft, Drafted, Ground, Located, Refused, Target};
use crate::model::{Change, Key, Msg, Setting, Source, State, TargetId, Value};
use crate::say;
use crate::text::gitcfg::{GitConfig, Key as GitKey};
use crate::world::Snapshot;

pub(super) struct Git;

impl Target for Git {
    fn id(&self) -> TargetId {
        TargetId::Git
    }

    fn files(&self, ground: Ground<'_>) -> Vec<PathBuf> {
        candidates(ground)
    }

    fn read(&self, ground: Ground<'_>, now: &Snapshot) -> Vec<Located> {
        let Ok((path, config)) = open(ground, now) else {
            return Vec::new();
        };
        let mut found: Vec<Located> = Vec::new();
        for entry in config.entries() {
            let parts = std::iter::once(entry.section).chain(entry.subsection).chain([entry.name]);
            let key = Key::new(parts);
            let value = entry.value.unwrap_or("true").to_owned();
            match found.iter_mut().find(|at| self.same(&at.key, &key)) {
                Some(at) => at.value = Value::among([value]).over(&at.value),
                None => found.push(Located {
                    path: path.clone(),
                    line: Some(entry.line),
                    key,
                    value: Value::Many(vec![value]),
                }),
            }
        }
        found
    }

    /// Section and name ignore case, what stands between does not.
    fn same(&self, one: &Key, other: &Key) -> bool {
        let (one, other) = (&one.0, &other.0);
        let mut pairs = one.iter().zip(other).enumerate();
        one.len() == other.len()
            && pairs.all(
                |(at, (a, b))| if at == 1 && one.len() == 3 { a == b } else { a.eq_ignore_ascii_case(b) },
            )
    }

    fn draft(&self, ground: Ground<'_>, now: &Snapshot, wishes: &[Setting]) -> Result<Draft, Refused> {
        let (path, mut config) = open(ground, now)?;
        let mut draft = Draft::default();
        for wish in wishes {
            if let Some(why) = conflict(ground, &config, &path, wish) {
                draft.conflicts.push((wish.clone(), why));
                continue;
            }
            let Some(key) = git_key(&wish.key) else {
                return Err(refuse(wish, &say!("it is no git key", "不是 git 的配置项")));
            };
            let values: Vec<String> =
                config.values(key).map(|value| value.unwrap_or("true").to_owned()).collect();
            let before = Value::from_list(values);
            let after = wish.value.over(&before);
            if before.list() == after.list() {
                continue;
            }
            config.set(key, after.list()).map_err(|err| refuse(wish, &err.0))?;
            let setting = Setting { value: after, ..wish.clone() };
            draft.edits.push(Drafted { path: path.clone(), before, setting });
        }
        let after = config.render();
        let state = now.state(&path).cloned();
        if !draft.edits.is_empty() {
            let mode = state.as_ref().map_or(0o666 & !ground.host.umask, |state| state.mode);
            draft.changes.push(Change::File { path, before: state, after: Some(State::bytes(after, mode)) });
        }
        Ok(draft)
    }
}

/// The file git would write with `--global` (`config.c:git_global_config`), parsed.
fn open(ground: Ground<'_>, now: &Snapshot) -> Result<(PathBuf, GitConfig), Refused> {
    let candidates = candidates(ground);
    let exists = |path: &&PathBuf| now.state(path).is_some();
    let path = candidates.iter().find(exists).or(candidates.first()).cloned().ok_or_else(|| Refused {
        what: say!(
            "there is no place for a gitconfig: HOME is not set",
            "没有设置 HOME，不知道 gitconfig 在哪里"
        ),
        hint: None,
    })?;
    let bytes = super::readable(now, &path)?;
    let shown = path.display();
    let config = GitConfig::parse(bytes).map_err(|bad| {
        let (line, why) = (bad.line, bad.why);
        Refused {
            what: say!(
                "{shown}:{line}: git cannot read this line: {why}",
                "{shown}:{line}：git 读不懂这一行：{why}",
                shown,
                line,
                why
            ),
            hint: Some(say!("correct the line, then run this again", "改正这一行后重新运行")),
        }
    })?;
    Ok((path.clone(), config))
}

/// `~/.gitconfig` before `$XDG_CONFIG_HOME/git/config`, the first that exists; `GIT_CONFIG_GLOBAL` before both.
fn candidates(ground: Ground<'_>) -> Vec<PathBuf> {
    if let Some(file) = ground.vars.os("GIT_CONFIG_GLOBAL") {
        return vec![ground.cwd.join(file)];
    }
    let home = ground.places.home().map(|home| home.join(".gitconfig"));
    let xdg = ground.vars.os("XDG_CONFIG_HOME").map(PathBuf::from);
    let xdg = xdg.or_else(|| ground.places.home().map(|home| home.join(".config")));
    home.into_iter().chain(xdg.map(|dir| dir.join("git").join("config"))).collect()
}

fn git_key(key: &Key) -> Option<GitKey<'_>> {
    match key.0.as_slice() {
        [section, name] => Some((section, None, name)),
        [section, sub, name] => Some((section, Some(sub), name)),
        _ => None,
    }
}

/// Of two equal insteadOf prefixes git takes the first, system before global: a second one would have no effect.
fn conflict(ground: Ground<'_>, config: &GitConfig, path: &std::path::Path, wish: &Setting) -> Option<Msg> {
    let (section, Some(base), name) = git_key(&wish.key)? else {
        return None;
    };
    if !section.eq_ignore_ascii_case("url") || !name.eq_ignore_ascii_case("insteadOf") {
        return None;
    }
    let wanted = wish.value.list();
    let here = config.entries().filter(|e| e.section == "url" && e.name == "insteadof").find_map(|entry| {
        let prefix = entry.value?;
        let other = entry.subsection.filter(|other| *other != base)?;
        let at = Source::File(path.to_path_buf(), Some(entry.line));
        wanted.iter().any(|want| want == prefix).then(|| (prefix.to_owned(), other.to_owned(), at))
    });
    let elsewhere = || {
        let in_the_way = ground.git_rules.iter().find(|rule| {
            // What this very file says was looked at above, as it is to be.
            !matches!(&rule.at, Source::File(at, _) if at == path)
                && wanted.iter().any(|want| want == rule.prefix.reveal())
                && rule.base.reveal() != base
        })?;
        Some((in_the_way.prefix.reveal().to_owned(), in_the_way.base.to_string(), in_the_way.at.clone()))
    };
    let (prefix, other, at) = here.or_else(elsewhere)?;
    let at = match at {
        Source::File(path, Some(line)) => format!("{}:{line}", path.display()),
        Source::File(path, None) => path.display().to_string(),
        _ => String::new(),
    };
    Some(say!(
        "{at} already sends {prefix} to {other}, and git takes the first rule; left as it is. Remove that rule to have this one",
        "{at} 已经把 {prefix} 改写到 {other}，git 只认排在前面的规则，因此没有改动；要用新规则请先删掉那一条",
        at,
        prefix,
        other
    ))
}

fn refuse(wish: &Setting, why: &Msg) -> Refused {
    let key = &wish.key;
    Refused {
        what: say!("git cannot hold {key}: {why}", "git 配置写不了 {key}：{why}", key, why),
        hint: None,
    }
}
