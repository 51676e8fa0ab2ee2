//! The directories go writes to: can it, is there room, do files lie on this machine.

use std::path::Path;

use crate::facts::Facts;
use crate::facts::dirs::{DirState, GoDir};
use crate::model::{Finding, Findings, Kind, Known, Level, Msg, Source, kind};
use crate::say;

/// Below the first a build fails soon, below the second it may.
const FULL: u64 = 64 << 20;
const LOW: u64 = 512 << 20;
const FULL_INODES: u64 = 100;
const LOW_INODES: u64 = 2000;

/// Can go write there?
pub(super) fn usable(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for dir in facts.go_dirs()? {
        match dir {
            Err((name, why)) => {
                let what = say!("go has no {name}: {why}", "go 找不到 {name}：{why}", name, why);
                let finding = Finding::error(kind::CACHE_DIR_UNUSABLE, what).fact("variable", name);
                let command = match facts.account_home() {
                    Some(home) => format!("export HOME={}", home.display()),
                    None => format!("export {name}=/path/to/a/writable/directory"),
                };
                found.add(finding.seen(Source::Env("HOME".into()), String::new()).command(
                    say!(
                        "set HOME (in a Dockerfile: ENV HOME=…), or the directory itself",
                        "设置 HOME（Dockerfile 里用 ENV HOME=…），或直接指定目录"
                    ),
                    command,
                ));
            }
            // A relative one is told of by env.gopath and env.dirs.
            Ok(dir) if !dir.path.is_absolute() => {}
            Ok(dir) => {
                found.list.extend(unusable(facts, &dir));
                found.list.extend(no_exec(&dir));
            }
        }
    }
    Ok(())
}

fn about(dir: &GoDir, kind: Kind, level: Level, what: Msg, at: &Path) -> Finding {
    let finding = Finding::new(kind, level, what)
        .fact("variable", dir.name)
        .fact("directory", dir.path.display().to_string())
        .seen(Source::File(at.to_path_buf(), None), dir.path.display().to_string());
    match &dir.from {
        Some(from) => finding.seen(from.clone(), dir.path.display().to_string()),
        None => finding,
    }
}

fn unusable(facts: &Facts<'_>, dir: &GoDir) -> Option<Finding> {
    let (name, path) = (dir.name, dir.path.display());
    let locked = dir.volume.as_ref().is_some_and(|volume| volume.read_only);
    // A module cache that is filled and read-only serves builds; it only cannot take anything new.
    let level = if name == "GOMODCACHE" && locked { Level::Warning } else { Level::Error };
    let error = |what, at: &Path| about(dir, kind::CACHE_DIR_UNUSABLE, level, what, at);
    let elsewhere =
        || say!("point {name} to a directory you may write to", "把 {name} 指向你有写权限的目录", name);
    Some(match &dir.state {
        DirState::Usable | DirState::ToBeMade => return None,
        DirState::NotADirectory => {
            let what = say!("{name}: {path} is not a directory", "{name}：{path} 不是目录", name, path);
            error(what, &dir.path).advice(elsewhere())
        }
        DirState::CannotBeMade(at, None) => {
            let what = say!(
                "{name}: {path} does not exist, and go does not make it",
                "{name}：{path} 不存在，go 也不会创建它",
                name,
                path
            );
            error(what, at).command(say!("makes it", "创建它"), format!("mkdir -p {path}"))
        }
        DirState::CannotBeMade(at, Some(stat)) => {
            let parent = at.display();
            let what = say!(
                "{name}: go cannot make {path}: {parent} is not writable",
                "{name}：go 无法创建 {path}：{parent} 不可写",
                name,
                path,
                parent
            );
            match locked || facts.is_me(stat.uid) {
                true => error(what, at).advice(elsewhere()),
                // In the home of somebody else nothing is taken over (env.home).
                false if facts.is_at_home(at) => error(what, at).advice(elsewhere()),
                false => error(what, at).command(
                    say!("makes it, and gives it to you", "创建它并归你所有"),
                    format!("sudo install -d -o \"$(id -u)\" -g \"$(id -g)\" {path}"),
                ),
            }
        }
        DirState::ReadOnly(_) if locked => {
            let what = say!(
                "{name}: {path} lies on a read-only file system",
                "{name}：{path} 在只读文件系统上",
                name,
                path
            );
            error(what, &dir.path).advice(elsewhere())
        }
        DirState::ReadOnly(stat) if facts.is_me(stat.uid) => {
            let what =
                say!("{name}: you may not write to {path}", "{name}：你对 {path} 没有写权限", name, path);
            error(what, &dir.path).command(
                say!("gives its owner leave to write", "给属主写权限"),
                format!("chmod u+rwx {path}"),
            )
        }
        DirState::ReadOnly(stat) => {
            let owner = owner(stat.uid);
            let what = say!(
                "{name}: {path} belongs to {owner}, and you may not write there",
                "{name}：{path} 属于 {owner}，你没有写权限",
                name,
                path,
                owner
            );
            error(what, &dir.path).command(hand_over(), chown(&dir.path))
        }
        DirState::Foreign(count, first, uid) => {
            let count = Msg::counted(*count, "directory", "directories");
            let owner = owner(*uid);
            let what = say!(
                "{name}: below {path} {owner} owns {count}, and go cannot write there",
                "{name}：{path} 下有 {count} 个目录属于 {owner}，go 写不进去",
                name,
                count,
                path,
                owner
            );
            error(what, first).command(hand_over(), chown(&dir.path))
        }
    })
}

fn owner(uid: u32) -> Msg {
    match uid {
        0 => Msg::plain("root"),
        uid => say!("user {uid}", "用户 {uid}", uid),
    }
}

fn hand_over() -> Msg {
    say!(
        "gives it back to you; go was run as another user there (sudo?), which is better not done",
        "把它还给你；以前有人用别的用户（sudo？）运行过 go，以后请避免"
    )
}

fn chown(path: &Path) -> String {
    format!("sudo chown -R \"$(id -u):$(id -g)\" {}", path.display())
}

/// Programs that `go run` and `go test` make are started where they are made.
fn no_exec(dir: &GoDir) -> Option<Finding> {
    let no_exec = dir.name == "GOTMPDIR" && dir.volume.as_ref().is_some_and(|volume| volume.no_exec);
    if !no_exec {
        return None;
    }
    let path = dir.path.display();
    let what = say!(
        "{path} is mounted noexec: go run and go test cannot start what they build there",
        "{path} 以 noexec 挂载：go run 和 go test 编译出的程序无法在那里运行",
        path
    );
    Some(about(dir, kind::TMP_NOEXEC, Level::Warning, what, &dir.path).command(
        say!("lets go build where programs may start", "让 go 在允许执行的目录里编译"),
        "mkdir -p ~/.cache/go-tmp && go env -w GOTMPDIR=\"$HOME/.cache/go-tmp\"",
    ))
}

/// Is there room?
pub(super) fn space(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let mut least: Option<u64> = None;
    let mut seen = Vec::new();
    for dir in facts.go_dirs()?.into_iter().flatten() {
        let Some(volume) = dir.volume.clone().filter(|volume| !volume.read_only) else { continue };
        // Caches mostly share one volume: it is told once.
        if seen.contains(&volume) {
            continue;
        }
        seen.push(volume.clone());
        least = Some(least.map_or(volume.free, |least| least.min(volume.free)));
        let (name, path, free) = (dir.name, dir.path.display(), shown(volume.free));
        let inodes = volume.inodes.unwrap_or(u64::MAX);
        let what = if volume.free < LOW {
            say!(
                "{name}: {free} left where {path} lies",
                "{name}：{path} 所在的文件系统只剩 {free}",
                name,
                free,
                path
            )
        } else if inodes < LOW_INODES {
            say!(
                "{name}: {inodes} files can still be made where {path} lies (inodes), whatever room is left",
                "{name}：{path} 所在的文件系统只能再建 {inodes} 个文件（inode 不足），与剩余空间无关",
                name,
                inodes,
                path
            )
        } else {
            continue;
        };
        let full = volume.free < FULL || inodes < FULL_INODES;
        let level = if full { Level::Error } else { Level::Warning };
        found.add(about(&dir, kind::DISK_FULL, level, what, &dir.path).fact("free", volume.free.to_string()).command(
            say!(
                "empties the build cache, which go makes anew; or move {name} to a larger file system",
                "清空编译缓存（go 会重新生成）；或把 {name} 移到更大的文件系统",
                name
            ),
            "go clean -cache",
        ));
    }
    if let Some(free) = least.map(shown) {
        found.note(say!("{free} free", "剩余 {free}", free));
    }
    Ok(())
}

fn shown(bytes: u64) -> String {
    match bytes {
        0..=0x3fff_ffff => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}

/// Do caches lie on a disk of this machine?
pub(super) fn local(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for dir in facts.go_dirs()?.into_iter().flatten() {
        let Some(remote) = dir.volume.as_ref().and_then(|volume| volume.remote) else { continue };
        let (name, path) = (dir.name, dir.path.display());
        let what = say!(
            "{name}: {path} lies on {remote}: builds wait for it, and its locks may not hold between machines",
            "{name}：{path} 在 {remote} 上：编译会变慢，跨机器的文件锁也未必可靠",
            name,
            path,
            remote
        );
        found.add(about(&dir, kind::CACHE_ON_NETWORK, Level::Info, what, &dir.path).advice(say!(
            "a local disk is faster: go env -w {name}=/local/directory",
            "放到本地磁盘更快：go env -w {name}=/本地目录",
            name
        )));
    }
    Ok(())
}
