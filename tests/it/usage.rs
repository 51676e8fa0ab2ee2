//! What is typed wrong is said in both languages, with the nearest word or where to look; exit 2, nothing on stdout.

use crate::sandbox::Sandbox;

const MISTAKES: &[(&[&str], &str, &str)] = &[
    (
        &["inti"],
        "there is no command `inti`\nhint: did you mean `init`?",
        "没有 `inti` 这个命令\n提示：是不是想写 `init`？",
    ),
    (&["profile", "shw"], "there is no command `shw`", "没有 `shw` 这个命令"),
    (
        &["doctor", "--formt", "json"],
        "there is no option `--formt`\nhint: did you mean `--format`?",
        "没有 `--formt` 这个选项\n提示：是不是想写 `--format`？",
    ),
    (
        &["doctor", "--format", "yaml"],
        "hint: one of: text, json, markdown",
        "提示：可选：text, json, markdown",
    ),
    (&["doctor", "extra"], "`extra` is one word too many", "多了一个参数 `extra`"),
    (&["undo", "x"], "`x` is no value for `[ENTRY]`", "`[ENTRY]` 不接受 `x`"),
    (
        &["trace"],
        "`<MODULE[@VERSION]>` is missing\nhint: gobs trace <MODULE[@VERSION]>",
        "缺少 `<MODULE[@VERSION]>`",
    ),
    (
        &["-q"],
        "a command is missing\nhint: gobs [OPTIONS] <COMMAND>",
        "缺少命令\n提示：用法：gobs [选项] <命令>；详见",
    ),
    (&["init", "--check", "--dry-run"], "`--check` and `--dry-run` exclude each other", "不能同时使用"),
    (
        &["init", "--profile"],
        "`--profile <PROFILE>` wants a value\nhint: more: gobs init --help",
        "`--profile <PROFILE>` 后面缺少值\n提示：详见 gobs init --help",
    ),
    (&["init", "--yes", "--yes"], "`--yes` is given twice", "`--yes` 写了两次"),
    (&["init", "--yes=3"], "`--yes` takes no value", "`--yes` 后面不能带值"),
];

#[test]
fn mistakes_in_typing() {
    for (args, en, zh) in MISTAKES {
        for (lang, wanted) in [("en_US.UTF-8", en), ("zh_CN.UTF-8", zh)] {
            let mut sandbox = Sandbox::new();
            sandbox.set("LANG", lang);
            let outcome = sandbox.gobs(args);
            assert_eq!((outcome.exit.code(), outcome.stdout.as_str()), (2, ""), "{args:?}: {outcome}");
            assert!(outcome.stderr.contains(wanted), "{args:?}: no «{wanted}» in {outcome}");
        }
    }
}

/// A directory that is not there is a mistake, not a machine without git; `run` starts where `-C` says.
#[test]
fn another_directory() {
    let mut sandbox = Sandbox::new();
    let outcome = sandbox.gobs(&["-C", "nowhere", "doctor", "--offline"]);
    assert_eq!((outcome.exit.code(), outcome.stdout.as_str()), (2, ""), "{outcome}");
    assert!(outcome.stderr.contains("nowhere: there is no such directory"), "{outcome}");
    sandbox.set("LANG", "zh_CN.UTF-8");
    assert!(sandbox.gobs(&["-C", "nowhere", "undo"]).stderr.contains("没有这个目录"));
    sandbox.write("below/here", "");
    assert_eq!(sandbox.gobs(&["-C", "below", "run", "--", "test", "-f", "here"]).exit.code(), 0);
    let outcome = sandbox.gobs(&["run", "--", "no-such-program"]);
    assert_eq!(outcome.stderr, "gobs: 无法执行 no-such-program：文件或目录不存在\n");
}

#[test]
fn a_public_forge_is_nobody_s_private_host() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.gobs(&["init", "--yes", "--private", "github.com"]);
    assert_eq!(outcome.exit.code(), 2, "{outcome}");
    assert!(outcome.stderr.contains("--private github.com: `github.com`: "), "{outcome}");
    assert!(!sandbox.home().join(".config/go/env").exists());
}

#[test]
fn help_is_an_answer() {
    for (lang, wanted) in [("en_US.UTF-8", "Usage: gobs doctor"), ("zh_CN.UTF-8", "默认 text。")] {
        let mut sandbox = Sandbox::new();
        sandbox.set("LANG", lang);
        let outcome = sandbox.gobs(&["doctor", "--help"]);
        assert_eq!((outcome.exit.code(), outcome.stderr.as_str()), (0, ""), "{outcome}");
        assert!(outcome.stdout.contains(wanted), "{outcome}");
        let alone = sandbox.gobs(&[]);
        assert_eq!((alone.exit.code(), alone.stdout.as_str()), (2, ""), "{alone}");
        assert!(alone.stderr.contains("doctor"), "{alone}");
    }
}

/// No word of clap's own is left in English.
#[test]
fn chinese_help_is_chinese() {
    let mut sandbox = Sandbox::new();
    sandbox.set("LANG", "zh_CN.UTF-8");
    let verbs = gobs::cli::command(gobs::ui::Lang::En);
    let mut lines: Vec<Vec<String>> = vec![vec!["--help".into()]];
    for verb in verbs.get_subcommands() {
        lines.push(vec![verb.get_name().into(), "--help".into()]);
        for below in verb.get_subcommands() {
            lines.push(vec![verb.get_name().into(), below.get_name().into(), "--help".into()]);
        }
    }
    for line in lines {
        let words: Vec<&str> = line.iter().map(String::as_str).collect();
        let outcome = sandbox.gobs(&words);
        for english in [
            "OPTIONS",
            "<COMMAND>",
            "Usage",
            "Options",
            "Commands",
            "Arguments",
            "Print",
            "[default",
            "[possible",
        ] {
            let ours = line.first().is_some_and(|verb| verb == "run") && english == "<COMMAND>";
            assert!(ours || !outcome.stdout.contains(english), "{words:?} {english}: {outcome}");
        }
    }
}
