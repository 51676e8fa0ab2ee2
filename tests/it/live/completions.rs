//! The completion files as the shells load them.

use super::{has, text};
use crate::sandbox::Sandbox;

/// Runs a script in a shell, with the file that gobs prints for it as `$1`.
fn completes(shell: &str, form: &str, script: &str) -> String {
    let sandbox = Sandbox::new();
    let file = sandbox.write("completions", sandbox.gobs(&["completions", form]).stdout);
    let mut command = sandbox.command(shell);
    let args: &[&str] = match shell {
        "zsh" => &["-f", "-c", script, "zsh"],
        "fish" => &["--no-config", "-c", script],
        _ => &["--norc", "-c", script, "bash"],
    };
    let output = command.args(args).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    text(&output)
}

#[test]
fn bash_completes_verbs_and_options() {
    let script = "source \"$1\" && COMP_WORDS=(gobs doc) COMP_CWORD=1 && _gobs gobs doc gobs && echo \"${COMPREPLY[@]}\" \
                  && COMP_WORDS=(gobs init --pro) COMP_CWORD=2 && _gobs gobs --pro init && echo \"${COMPREPLY[@]}\"";
    let said = completes("bash", "bash", script);
    has(&said, "doctor\n");
    has(&said, "--profile\n");
}

#[test]
fn zsh_loads_it() {
    let script = "autoload -Uz compinit && compinit -u -D && source \"$1\" && print -r -- ${_comps[gobs]}";
    has(&completes("zsh", "zsh", script), "_gobs\n");
}

#[test]
fn fish_completes_verbs_and_options() {
    let script = "source $argv[1]; complete -C 'gobs doc'; complete -C 'gobs init --pro'";
    let said = completes("fish", "fish", script);
    has(&said, "doctor\t");
    has(&said, "--profile\t");
}

#[test]
fn man_formats_the_manual() {
    let sandbox = Sandbox::new();
    let page = sandbox.gobs(&["completions", "man"]).stdout;
    for verb in ["INIT", "DOCTOR", "FIX", "UNDO", "TRACE", "VERIFY", "EXPLAIN"] {
        has(&page, &format!(".SH \"GOBS {verb}\""));
    }
}
