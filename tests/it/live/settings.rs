//! What `init` wrote or printed, read back by the real go, git, dash and bash.

use std::collections::BTreeMap;
use std::process::Command;

use gobs::text::goenv;

use super::{has, text};
use crate::rig::must;
use crate::sandbox::Sandbox;

const PRIVATE: [&str; 4] =
    ["--private", "ssh://git@git.corp.example:2222", "--private", "code.corp.example/team"];

/// What a shell, a Dockerfile and go could trip over.
const FLAGS: &str = r#"-p=4 "-ldflags=-s -w -X main.price=$5""#;

/// A machine with the real go and git, and the settings of a profile written.
fn written(profile: &str, more: &[&str]) -> Sandbox {
    let sandbox = real();
    let flags = format!("GOFLAGS={FLAGS}");
    let args = ["init", "--profile", profile, "--yes", "--offline", "--no-proof", "--set", &flags];
    let outcome = sandbox.gobs(&[&args, &PRIVATE[..], more].concat());
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
    sandbox
}

fn real() -> Sandbox {
    let mut sandbox = Sandbox::bare();
    sandbox.real("go");
    sandbox.real("git");
    sandbox.set("GIT_CONFIG_NOSYSTEM", "1");
    sandbox
}

/// The env file as go would take it.
fn file(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let bytes = sandbox.read(".config/go/env");
    let names = bytes.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name.to_owned());
    names
        .map(|name| {
            let value = goenv::lookup(bytes.as_bytes(), &name).unwrap().value.to_owned();
            (name, value)
        })
        .collect()
}

/// `go env` of these variables, with more in the environment.
fn go_env(sandbox: &Sandbox, names: &[&str], vars: &[(&str, &str)]) -> BTreeMap<String, String> {
    let output = sandbox.command("go").args(["env", "-json"]).args(names).envs(vars.iter().copied()).output();
    serde_json::from_slice(&must(output.unwrap(), &["go env"]).stdout).unwrap()
}

#[test]
fn go_reads_back_every_value() {
    let tree = tempfile::tempdir().unwrap();
    let files = format!("tree={}", tree.path().display());
    for (profile, more) in [
        ("enterprise", vec![]),
        ("enterprise", vec!["--set", "proxy=https://goproxy.corp.example"]),
        ("offline", vec!["--set", files.as_str()]),
        ("offline", vec!["--set", "proxy=https://goproxy.corp.example"]),
        ("xinchuang", vec![]),
    ] {
        let sandbox = written(profile, &more);
        let wrote = file(&sandbox);
        assert!(wrote.len() >= 4 && wrote["GOFLAGS"] == FLAGS, "{wrote:?}");
        let names: Vec<&str> = wrote.keys().map(String::as_str).collect();
        assert_eq!(go_env(&sandbox, &names, &[]), wrote, "{profile} {more:?}");
        // A variable of the environment wins over the file, also this one that every script sets.
        let mut local = wrote.clone();
        local.entry("GOTOOLCHAIN".to_owned()).and_modify(|value| "local".clone_into(value));
        assert_eq!(go_env(&sandbox, &names, &[("GOTOOLCHAIN", "local")]), local, "{profile} {more:?}");
    }
}

#[test]
fn go_env_w_afterwards_makes_no_diff() {
    let sandbox = written("enterprise", &[]);
    let was = sandbox.read(".config/go/env");
    for (name, value) in file(&sandbox) {
        let output = sandbox.command("go").args(["env", "-w", &format!("{name}={value}")]).output().unwrap();
        must(output, &["go env -w", &name]);
        assert_eq!(sandbox.read(".config/go/env"), was);
    }
    // One more variable is one more line, and nothing else moves.
    let output = sandbox.command("go").args(["env", "-w", "GOINSECURE=old.corp.example"]).output().unwrap();
    must(output, &["go env -w"]);
    let now = sandbox.read(".config/go/env");
    assert_eq!(now.replace("GOINSECURE=old.corp.example\n", ""), was);
    assert_ne!(now, was);
}

#[test]
fn git_resolves_the_rewritten_url() {
    let sandbox = written("enterprise", &[]);
    for (url, resolved) in [
        ("https://git.corp.example/team/lib", "ssh://git@git.corp.example:2222/team/lib"),
        ("https://git.corp.example.evil.example/team/lib", "https://git.corp.example.evil.example/team/lib"),
        ("https://code.corp.example/team/lib", "https://code.corp.example/team/lib"),
    ] {
        let output = sandbox.command("git").args(["ls-remote", "--get-url", url]).output().unwrap();
        assert_eq!(text(&must(output, &["git ls-remote"])).trim_end(), resolved);
    }
}

/// What a job sees once it has run the commands: Go's view, git's, ssh's.
fn seen(sandbox: &Sandbox, vars: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let shared: Vec<(&str, &str)> =
        vars.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let names = ["GOPROXY", "GOSUMDB", "GOPRIVATE", "GOFLAGS", "GOTOOLCHAIN", "GONOSUMDB", "GONOPROXY"];
    let mut seen = go_env(sandbox, &names, &shared);
    let git = sandbox.command("git").args(["config", "--global", "--list"]).envs(shared.clone()).output();
    seen.insert("git".to_owned(), text(&git.unwrap()));
    for name in ["HTTPS_PROXY", "NO_PROXY", "no_proxy"] {
        seen.insert(name.to_owned(), vars.get(name).cloned().unwrap_or_default());
    }
    // `Include ~/…` means the home of the account, not $HOME: what would be included is read.
    let files = ["gobs/config", "config"].map(|name| sandbox.home().join(".ssh").join(name));
    let config = files.iter().find(|path| path.exists()).unwrap();
    let ssh = Command::new("ssh").arg("-F").arg(config).args(["-G", "git.corp.example"]).output();
    let ssh = text(&must(ssh.expect("ssh is needed: run scripts/test"), &["ssh -G"]));
    let of_ours = |line: &&str| ["user ", "port ", "hostname "].iter().any(|word| line.starts_with(word));
    seen.insert("ssh".to_owned(), ssh.lines().filter(of_ours).collect::<Vec<_>>().join("\n"));
    seen
}

const WITH_PROXY: [&str; 2] = ["--set", "http_proxy=http://u%24er@10.0.0.1:3128"];

/// What `init` itself would have made of it.
fn expected() -> BTreeMap<String, String> {
    let sandbox = written("enterprise", &WITH_PROXY);
    let script = ". \"$HOME/.config/gobs/env.sh\"; env -0";
    seen(&sandbox, &environment(&sandbox, "dash", script))
}

/// Runs a script and gives the environment that it leaves, which its last command prints.
fn environment(sandbox: &Sandbox, shell: &str, script: &str) -> BTreeMap<String, String> {
    let path = format!("{}:/usr/bin:/bin", sandbox.bin().display());
    let output = sandbox.command(shell).args(["-euc", script]).env("PATH", path).output().unwrap();
    let output = must(output, &[shell, script]);
    let vars = String::from_utf8(output.stdout).unwrap();
    vars.split_terminator('\0')
        .filter_map(|var| var.split_once('='))
        .filter(|(name, _)| !["PATH", "PWD", "OLDPWD", "_", "SHLVL"].contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn printed(sandbox: &Sandbox, form: &str) -> String {
    let flags = format!("GOFLAGS={FLAGS}");
    let args = ["init", "--print", form, "--offline", "--set", &flags];
    let outcome = sandbox.gobs(&[&args, &PRIVATE[..], &WITH_PROXY].concat());
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
    outcome.stdout
}

#[test]
fn the_printed_script_gives_the_same_in_dash_and_bash() {
    let expected = expected();
    has(&expected["ssh"], "port 2222");
    has(&expected["git"], "insteadof=https://git.corp.example/");
    for shell in ["dash", "bash"] {
        let sandbox = real();
        let script = printed(&sandbox, "sh") + "env -0\n";
        let vars = environment(&sandbox, shell, &script);
        assert_eq!(seen(&sandbox, &vars), expected, "{shell}");
    }
}

#[test]
fn the_printed_dockerfile_parses_and_gives_the_same() {
    let sandbox = real();
    let (vars, runs) = dockerfile(&printed(&sandbox, "dockerfile"));
    assert!(!runs.is_empty());
    environment(&sandbox, "dash", &runs.join("\n"));
    let mut all = environment(&sandbox, "dash", "env -0");
    all.extend(vars);
    assert_eq!(seen(&sandbox, &all), expected());
}

/// `ENV NAME="value"` and `RUN command` of a Dockerfile, as its reference says they are read: a backslash before the end of
/// a line continues it; in double quotes `\` escapes and `$` expands.
fn dockerfile(text: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let (mut vars, mut runs) = (BTreeMap::new(), Vec::new());
    for line in text.replace("\\\n", "").lines() {
        match line.split_once(' ').unwrap() {
            ("ENV", rest) => {
                let (name, value) = rest.split_once('=').unwrap();
                let value = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap();
                let (mut plain, mut chars) = (String::new(), value.chars());
                while let Some(c) = chars.next() {
                    assert!(c != '$' && c != '"', "expands or ends too early: {line}");
                    plain.push(if c == '\\' { chars.next().unwrap() } else { c });
                }
                vars.insert(name.to_owned(), plain);
            }
            ("RUN", command) => runs.push(command.to_owned()),
            other => panic!("not an instruction we print: {other:?}"),
        }
    }
    (vars, runs)
}

#[test]
fn the_printed_github_step_gives_the_same() {
    let sandbox = real();
    let step = printed(&sandbox, "github");
    let (head, body) = step.split_once("run: |\n").unwrap();
    assert_eq!(head, "- name: Go settings\n  shell: bash\n  ");
    let body: String = body.lines().map(|line| format!("{}\n", line.strip_prefix("    ").unwrap())).collect();
    let file = sandbox.write("github-env", "");
    let script = format!("GITHUB_ENV='{}'\n{body}", file.display());
    environment(&sandbox, "bash", &script);
    // The runner reads NAME=value, a line each, and gives them to the steps that follow.
    let lines = sandbox.read("github-env");
    let mut vars = environment(&sandbox, "bash", "env -0");
    vars.extend(
        lines.lines().map(|line| line.split_once('=').unwrap()).map(|(n, v)| (n.to_owned(), v.to_owned())),
    );
    assert_eq!(seen(&sandbox, &vars), expected());
}

#[test]
fn the_printed_gitlab_job_gives_the_same() {
    let sandbox = real();
    let job = printed(&sandbox, "gitlab");
    let (variables, script) = job.split_once("before_script:\n").unwrap();
    let mut vars = environment(&sandbox, "bash", "env -0");
    for line in variables.strip_prefix("variables:\n").unwrap().lines() {
        let (name, quoted) = line.trim_start().split_once(": ").unwrap();
        let value = quoted.strip_prefix('\'').and_then(|v| v.strip_suffix('\'')).unwrap();
        // YAML halves quotes; the runner expands `$name` and halves `$$`.
        let value = value.replace("''", "'");
        assert!(!value.replace("$$", "").contains('$'), "expands: {line}");
        vars.insert(name.to_owned(), value.replace("$$", "$"));
    }
    for command in script.split("  - |\n").skip(1) {
        let lines: String =
            command.lines().map(|line| format!("{}\n", line.strip_prefix("    ").unwrap())).collect();
        environment(&sandbox, "bash", &lines);
    }
    assert_eq!(seen(&sandbox, &vars), expected());
}
