//! The other variables: modules on, flags, toolchain, version control, credentials, directories.

use std::path::Path;

use super::repair::repair;
use super::{about, each};
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::Acting;
use crate::facts::go::EnvFile;
use crate::model::{Finding, Findings, Known, Level, Msg, Source, Text, Value, kind};
use crate::say;
use crate::text::{goauth, goflags, gotoolchain, govcs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: CheckId("env.go111module"),
        title: Text { en: "module mode is on", zh: "模块模式已开启" },
        why: Text {
            en: "With GO111MODULE=off go ignores go.mod and GOPROXY altogether; it is a leftover of 2019.",
            zh: "GO111MODULE=off 时 go 完全不看 go.mod 和 GOPROXY；这是 2019 年遗留下来的设置。",
        },
        judge: go111module,
    },
    Check {
        id: CheckId("env.goflags"),
        title: Text { en: "GOFLAGS holds flags go knows", zh: "GOFLAGS 里都是 go 认识的参数" },
        why: Text {
            en: "A word in GOFLAGS that is no flag stops every go command; -mod=mod for good lets every build rewrite go.mod.",
            zh: "GOFLAGS 里有不是参数的词，所有 go 命令都会停下；长期 -mod=mod 会让每次构建都改写 go.mod。",
        },
        judge: goflags,
    },
    Check {
        id: CheckId("env.gotoolchain"),
        title: Text { en: "GOTOOLCHAIN can be read", zh: "GOTOOLCHAIN 写法正确" },
        why: Text {
            en: "A bad GOTOOLCHAIN stops every go command, even `go env -u GOTOOLCHAIN`.",
            zh: "GOTOOLCHAIN 写错会让所有 go 命令停下，连 `go env -u GOTOOLCHAIN` 也不行。",
        },
        judge: |facts, found| {
            each(facts, "GOTOOLCHAIN", |acting| {
                if let Err(invalid) = gotoolchain::parse(&acting.value) {
                    let (value, says) = (&acting.value, invalid.0);
                    let what = say!(
                        "GOTOOLCHAIN={value}: go says: {says}",
                        "GOTOOLCHAIN={value}：go 会报：{says}",
                        value,
                        says
                    );
                    found.add(repair(
                        facts,
                        acting,
                        &Value::Absent,
                        about(acting, kind::GOTOOLCHAIN_INVALID, Level::Error, &what),
                    ));
                }
            })
        },
    },
    Check {
        id: CheckId("env.govcs"),
        title: Text { en: "GOVCS can be read", zh: "GOVCS 写法正确" },
        why: Text {
            en: "A bad GOVCS fails every direct fetch.", zh: "GOVCS 写错会让所有直连拉取失败。"
        },
        judge: |facts, found| {
            each(facts, "GOVCS", |acting| {
                if let Err(says) = govcs::rules(&acting.value) {
                    let what = say!("GOVCS: go says: {says}", "GOVCS：go 会报：{says}", says);
                    found.add(repair(
                        facts,
                        acting,
                        &Value::Absent,
                        about(acting, kind::GOVCS_INVALID, Level::Error, &what),
                    ));
                }
            })
        },
    },
    Check {
        id: CheckId("env.goauth"),
        title: Text { en: "GOAUTH can be read", zh: "GOAUTH 写法正确" },
        why: Text {
            en: "A bad GOAUTH ends the go command at its first https request.",
            zh: "GOAUTH 写错，go 在第一个 https 请求时就会退出。",
        },
        judge: |facts, found| {
            each(facts, "GOAUTH", |acting| {
                if let Err(says) = goauth::methods(&acting.value) {
                    let what = say!("GOAUTH: go says: {says}", "GOAUTH：go 会报：{says}", says);
                    found.add(repair(
                        facts,
                        acting,
                        &Value::Absent,
                        about(acting, kind::GOAUTH_INVALID, Level::Error, &what),
                    ));
                }
                for method in goauth::methods(&acting.value).unwrap_or_default() {
                    goauth_missing(facts, found, acting, &method);
                }
            })
        },
    },
    Check {
        id: CheckId("env.gopath"),
        title: Text { en: "GOPATH is an absolute path of its own", zh: "GOPATH 是独立的绝对路径" },
        why: Text {
            en: "A relative GOPATH, or one with a literal ~, stops every go command.",
            zh: "GOPATH 是相对路径或带有字面的 ~，所有 go 命令都会停下。",
        },
        judge: gopath,
    },
    Check {
        id: CheckId("env.dirs"),
        title: Text { en: "Go's directories are absolute paths", zh: "Go 的各目录都是绝对路径" },
        why: Text {
            en: "GOMODCACHE, GOCACHE, GOBIN and GOTMPDIR must be absolute; GOCACHE=off is refused since Go 1.12.",
            zh: "GOMODCACHE、GOCACHE、GOBIN、GOTMPDIR 必须是绝对路径；GOCACHE=off 自 Go 1.12 起不被接受。",
        },
        judge: dirs,
    },
    Check {
        id: CheckId("env.goenv"),
        title: Text {
            en: "go reads the env file you edit", zh: "go 读取的就是你编辑的环境文件"
        },
        why: Text {
            en: "With GOENV=off or another GOENV, `go env -w` settings have no effect.",
            zh: "GOENV=off 或指向别的文件时，go env -w 写的设置不起作用。",
        },
        judge: goenv,
    },
];

/// A directory or a program that GOAUTH names and that is not there.
fn goauth_missing(facts: &Facts<'_>, found: &mut Findings, acting: &Acting, method: &goauth::Method) {
    let (level, what) = match method {
        goauth::Method::Git(dir) if !facts.dir_exists(Path::new(dir)) => (
            Level::Error,
            say!(
                "GOAUTH: there is no directory {dir}, and go stops: GOAUTH=git encountered an error; cannot stat {dir}",
                "GOAUTH：目录 {dir} 不存在，go 会停下：GOAUTH=git encountered an error; cannot stat {dir}",
                dir
            ),
        ),
        goauth::Method::Command(command) => {
            let program = command.split_whitespace().next().unwrap_or("");
            if facts.has_program(Path::new(program)) {
                return;
            }
            let what = say!(
                "GOAUTH: there is no program `{program}`; go says nothing and sends no login",
                "GOAUTH：没有 `{program}` 这个程序；go 不会提示，只是不带登录信息",
                program
            );
            (Level::Warning, what)
        }
        _ => return,
    };
    found.add(repair(facts, acting, &Value::Absent, about(acting, kind::GOAUTH_INVALID, level, &what)));
}

fn go111module(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    each(facts, "GO111MODULE", |acting| match acting.value.as_str() {
        "" | "on" | "auto" => {}
        "off" => {
            let what = say!(
                "GO111MODULE=off: go ignores go.mod and GOPROXY and looks into GOPATH only",
                "GO111MODULE=off：go 不看 go.mod 和 GOPROXY，只在 GOPATH 里找"
            );
            found.add(repair(
                facts,
                acting,
                &Value::Absent,
                about(acting, kind::GO111MODULE_OFF, Level::Error, &what),
            ));
        }
        value => {
            let what = say!(
                "GO111MODULE={value}: every go command stops with `unknown environment setting`",
                "GO111MODULE={value}：所有 go 命令都会报 `unknown environment setting`",
                value
            );
            found.add(repair(
                facts,
                acting,
                &Value::Absent,
                about(acting, kind::GO111MODULE_INVALID, Level::Error, &what),
            ));
        }
    })
}

fn goflags(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    each(facts, "GOFLAGS", |acting| match goflags::flags(&acting.value) {
        Err(problem) => {
            let (word, says) = (&problem.word, &problem.go_says);
            let what = say!(
                "GOFLAGS: `{word}` stops go: {says}",
                "GOFLAGS：`{word}` 会让 go 停下：{says}",
                word,
                says
            );
            let finding =
                about(acting, kind::GOFLAGS_INVALID, Level::Error, &what).fact("word", word.clone());
            found.add(repair(facts, acting, &sound(facts, &acting.value), finding));
        }
        Ok(flags) => {
            for flag in flags {
                match (flag.name, flag.value) {
                    ("insecure", _) => {
                        let what = say!(
                            "GOFLAGS: -insecure was removed in Go 1.17; `go get` fails with it",
                            "GOFLAGS：-insecure 在 Go 1.17 已移除，带着它 go get 会失败"
                        );
                        let finding = about(acting, kind::GOFLAGS_INSECURE, Level::Error, &what);
                        found.add(repair(facts, acting, &sound(facts, &acting.value), finding));
                    }
                    ("mod", Some("mod")) => {
                        let what = say!(
                            "GOFLAGS: -mod=mod for good lets every build rewrite go.mod and go.sum, and breaks workspaces",
                            "GOFLAGS：长期 -mod=mod 会让每次构建都改写 go.mod 和 go.sum，还会使工作区失效"
                        );
                        let finding = about(acting, kind::GOFLAGS_MOD_MOD, Level::Warning, &what);
                        found.add(repair(facts, acting, &sound(facts, &acting.value), finding));
                    }
                    ("mod", Some("vendor")) if facts.project_without_vendor() => {
                        let what = say!(
                            "GOFLAGS=-mod=vendor, but this project has no vendor directory",
                            "GOFLAGS=-mod=vendor，但这个项目没有 vendor 目录"
                        );
                        let finding = about(acting, kind::GOFLAGS_VENDOR_WITHOUT_VENDOR, Level::Error, &what);
                        found.add(repair(facts, acting, &sound(facts, &acting.value), finding));
                    }
                    ("modfile" | "overlay", Some(path)) if lacks(facts, path) => {
                        let name = flag.name;
                        let what = say!(
                            "GOFLAGS: -{name}={path}, and there is no such file here: go stops with `no such file or directory`",
                            "GOFLAGS：-{name}={path}，但这里没有这个文件：go 会报 `no such file or directory`",
                            name,
                            path
                        );
                        let finding = about(acting, kind::GOFLAGS_INVALID, Level::Error, &what);
                        found.add(repair(facts, acting, &sound(facts, &acting.value), finding));
                    }
                    _ => {}
                }
            }
        }
    })
}

/// A file that go opens in every project, and that is not in this one.
fn lacks(facts: &Facts<'_>, path: &str) -> bool {
    facts.project().is_ok() && !facts.exists(path)
}

/// GOFLAGS without everything that is found fault with: each remedy is the whole of them.
fn sound(facts: &Facts<'_>, value: &str) -> Value {
    let bad = |word: &str| match goflags::flags(word) {
        Err(_) => true,
        Ok(flags) => flags.iter().any(|flag| match (flag.name, flag.value) {
            ("insecure", _) | ("mod", Some("mod")) => true,
            ("mod", Some("vendor")) => facts.project_without_vendor(),
            ("modfile" | "overlay", Some(path)) => lacks(facts, path),
            _ => false,
        }),
    };
    let words = crate::text::quoted::split(value).unwrap_or_default();
    let kept: Vec<String> =
        words.into_iter().filter_map(crate::text::quoted::quote).filter(|word| !bad(word)).collect();
    if kept.is_empty() { Value::Absent } else { Value::One(kept.join(" ")) }
}

fn gopath(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let goroot = facts.go().map(|go| go.goroot.clone()).ok();
    each(facts, "GOPATH", |acting| {
        let value = &acting.value;
        let bad = value
            .split(if cfg!(windows) { ';' } else { ':' })
            .find(|entry| !entry.is_empty() && (entry.starts_with('~') || !Path::new(entry).is_absolute()));
        if let Some(entry) = bad {
            let what = say!(
                "GOPATH: `{entry}` is not absolute, and every go command stops",
                "GOPATH：`{entry}` 不是绝对路径，所有 go 命令都会停下",
                entry
            );
            found.add(repair(
                facts,
                acting,
                &Value::Absent,
                about(acting, kind::GOPATH_RELATIVE, Level::Error, &what),
            ));
        } else if goroot.as_deref() == Some(Path::new(value)) {
            let what =
                say!("GOPATH is the Go tree itself ({value})", "GOPATH 就是 Go 的安装目录（{value}）", value);
            found.add(repair(
                facts,
                acting,
                &Value::Absent,
                about(acting, kind::GOPATH_IS_GOROOT, Level::Warning, &what),
            ));
        }
    })
}

fn dirs(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    for name in ["GOMODCACHE", "GOCACHE", "GOBIN", "GOTMPDIR"] {
        each(facts, name, |acting| {
            let value = &acting.value;
            if name == "GOCACHE" && value == "off" {
                let what = say!("GOCACHE=off is refused since Go 1.12", "GOCACHE=off 自 Go 1.12 起不被接受");
                found.add(repair(
                    facts,
                    acting,
                    &Value::Absent,
                    about(acting, kind::GOCACHE_OFF, Level::Error, &what),
                ));
            } else if !value.is_empty() && !Path::new(value).is_absolute() {
                let what = say!(
                    "{name}={value} is not an absolute path",
                    "{name}={value} 不是绝对路径",
                    name,
                    value
                );
                found.add(repair(
                    facts,
                    acting,
                    &Value::Absent,
                    about(acting, kind::GO_DIR_RELATIVE, Level::Error, &what),
                ));
            }
        })?;
    }
    Ok(())
}

fn goenv(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let env = facts.go_env()?;
    let default = facts.default_env_file();
    let settings = default.as_ref().filter(|(_, lines)| *lines > 0);
    for acting in facts.acting("GOENV")? {
        let value = acting.value.clone();
        let relative = value != "off" && !Path::new(&value).is_absolute();
        if relative {
            let what = say!(
                "GOENV={value} is relative: go reads another file in every directory",
                "GOENV={value} 是相对路径：换个目录 go 就读另一个文件",
                value
            );
            found.add(repair(
                facts,
                &acting,
                &Value::Absent,
                about(&acting, kind::GOENV_RELATIVE, Level::Warning, &what),
            ));
        }
        if let Some((path, lines)) = settings
            && !matches!(&env.file, EnvFile::At { path: used, .. } if used == path)
        {
            let (shown, what_instead) = (path.display(), &value);
            let lines = Msg::counted(*lines, "setting has", "settings have");
            let what = say!(
                "GOENV={what_instead}: go does not read {shown}, and its {lines} no effect",
                "GOENV={what_instead}：go 不读 {shown}，其中 {lines} 项设置不起作用",
                what_instead,
                shown,
                lines
            );
            let finding: Finding = about(&acting, kind::GOENV_IGNORED, Level::Warning, &what);
            let finding = finding.seen(Source::File(path.clone(), None), String::new());
            found.add(repair(facts, &acting, &Value::Absent, finding));
        }
    }
    Ok(())
}
