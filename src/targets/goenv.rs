//! The Go env file as a target.

use std::path::PathBuf;

use super::{Draft, Drafted, Ground, Located, Refused, Target};
use crate::model::{Change, Key, Setting, State, TargetId, Value};
use crate::say;
use crate::text::goenv;
use crate::world::Snapshot;

pub(super) struct GoEnv;

impl Target for GoEnv {
    fn id(&self) -> TargetId {
        TargetId::GoEnv
    }

    fn files(&self, ground: Ground<'_>) -> Vec<PathBuf> {
        file(ground).into_iter().collect()
    }

    fn read(&self, ground: Ground<'_>, now: &Snapshot) -> Vec<Located> {
        let Ok(path) = file(ground) else { return Vec::new() };
        let bytes = now.bytes(&path).unwrap_or(&[]);
        goenv::lines(bytes)
            .filter(|line| goenv::lookup(bytes, line.key).is_some_and(|last| last.number == line.number))
            .map(|line| Located {
                path: path.clone(),
                line: Some(line.number),
                key: Key::new([line.key]),
                value: Value::one(line.value),
            })
            .collect()
    }

    fn draft(&self, ground: Ground<'_>, now: &Snapshot, wishes: &[Setting]) -> Result<Draft, Refused> {
        let path = file(ground)?;
        let before = super::readable(now, &path)?;
        let mut changes: Vec<(&str, Option<&str>)> = Vec::new();
        for wish in wishes {
            let value = match &wish.value {
                Value::Absent => None,
                Value::One(value) => Some(value.as_str()),
                Value::Many(_) | Value::Among { .. } => {
                    return Err(refuse(wish, "a Go variable has one value"));
                }
            };
            if let Some(value) = value.filter(|_| !wish.back) {
                check(wish.key.name(), value).map_err(|why| refuse(wish, &why))?;
            }
            changes.push((wish.key.name(), value));
        }
        let after = goenv::edit(before, &changes);
        let mut draft = Draft::default();
        for wish in wishes {
            let was = goenv::lookup(before, wish.key.name()).map_or(Value::Absent, |l| Value::one(l.value));
            if was != wish.value {
                draft.edits.push(Drafted { path: path.clone(), before: was, setting: wish.clone() });
            }
        }
        if after != before {
            let state = now.state(&path).cloned();
            let mode = state.as_ref().map_or(0o666 & !ground.host.umask, |state| state.mode);
            draft.changes.push(Change::File { path, before: state, after: Some(State::bytes(after, mode)) });
        }
        Ok(draft)
    }
}

/// `cfg.go:EnvFile`. Where go ignores its file (`GOENV=off`) nothing is written: `go env -w` would, misleadingly.
fn file(ground: Ground<'_>) -> Result<PathBuf, Refused> {
    match ground.vars.os("GOENV") {
        Some(off) if off == "off" => Err(Refused {
            what: say!(
                "GOENV=off: go reads no env file, so writing one would have no effect",
                "GOENV=off：go 不读取环境文件，写了也不会生效"
            ),
            hint: Some(say!("unset GOENV, then run this again", "先执行 unset GOENV，再重新运行")),
        }),
        Some(file) if !std::path::Path::new(file).is_absolute() => {
            let shown = file.to_string_lossy();
            Err(Refused {
                what: say!(
                    "GOENV={shown} is a relative path: go reads another file in every directory, so none is written",
                    "GOENV={shown} 是相对路径：换个目录 go 就读另一个文件，因此没有写入",
                    shown
                ),
                hint: Some(say!(
                    "unset GOENV or give it an absolute path, then run this again",
                    "先执行 unset GOENV 或改成绝对路径，再重新运行"
                )),
            })
        }
        Some(file) => Ok(PathBuf::from(file)),
        None => match ground.places.config() {
            Ok(dir) => Ok(dir.join("go").join("env")),
            Err(why) => Err(Refused {
                what: say!("cannot find go env config", "找不到 Go 环境文件的位置").then(": ", why),
                hint: Some(say!("set HOME to your home directory", "请把 HOME 设为你的主目录")),
            }),
        },
    }
}

/// A value for the file: go's own checks, and never an empty one (go ≥ 1.21 takes it for a value).
fn check(key: &str, value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err("an empty value would shadow the default; remove the key instead".into());
    }
    goenv::check_write(key, value, |path| std::path::Path::new(path).is_absolute())
        .map_err(|refusal| refusal.0)
}

fn refuse(wish: &Setting, why: &str) -> Refused {
    let (key, value) = (&wish.key, &wish.value);
    Refused {
        what: say!(
            "go would not take {key}={value}: {why}",
            "go 不接受 {key}={value}：{why}",
            key,
            value,
            why
        ),
        hint: None,
    }
}
