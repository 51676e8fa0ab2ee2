//! Machines whose start files set Go's variables wrong: bash, zsh, fish, the system's files, systemd's.

use super::{doctor, expect, machine};
use crate::sandbox::Sandbox;

/// A user of that shell with these files in HOME.
fn user(shell: &str, files: &[(&str, &str)]) -> Sandbox {
    let mut sandbox = machine();
    sandbox.set("SHELL", format!("/bin/{shell}"));
    for (path, text) in files {
        match path.starts_with('/') {
            true => sandbox.write_system(path, text),
            false => sandbox.write(path, text),
        };
    }
    sandbox
}

#[test]
fn bashrc_with_quotes_within_quotes() {
    let sandbox = user(
        "bash",
        &[(".bashrc", "# mine\nalias ll='ls -l'\nexport GOPROXY=\"'https://goproxy.cn,direct'\"\n")],
    );
    expect(&sandbox, "", &[("env.goproxy", "goproxy-has-quotes", ".bashrc:3")]);
}

#[test]
fn a_file_that_bashrc_sources() {
    let sandbox = user(
        "bash",
        &[
            (".bashrc", "[ -f ~/.goenv.sh ] && . ~/.goenv.sh\n"),
            (".goenv.sh", "export GOPATH=$HOME/go\nexport GOPROXY=goproxy\n"),
        ],
    );
    expect(&sandbox, "", &[("env.goproxy", "goproxy-missing-scheme", ".goenv.sh:2")]);
}

#[test]
fn debians_profile_and_bashrc_with_a_semicolon_in_goproxy() {
    let sandbox = user(
        "bash",
        &[
            (".profile", DEBIAN_PROFILE),
            (
                ".bashrc",
                "case $- in\n    *i*) ;;\n      *) return;;\nesac\nexport GOPROXY='https://goproxy.cn;direct'\n",
            ),
        ],
    );
    expect(&sandbox, "", &[("env.goproxy", "goproxy-bad-separator", ".bashrc:5")]);
}

const DEBIAN_PROFILE: &str = "# ~/.profile: executed by the command interpreter for login shells.
if [ -n \"$BASH_VERSION\" ]; then
    # include .bashrc if it exists
    if [ -f \"$HOME/.bashrc\" ]; then
\t. \"$HOME/.bashrc\"
    fi
fi
if [ -d \"$HOME/bin\" ] ; then
    PATH=\"$HOME/bin:$PATH\"
fi
";

#[test]
fn bash_profile_hides_profile() {
    let sandbox =
        user("bash", &[(".bash_profile", "export GOSUMDB=off\n"), (".profile", "export GO111MODULE=off\n")]);
    // `.profile` is read by sh only, then: a remark.
    expect(&sandbox, "", &[("env.gosumdb", "gosumdb-off", ".bash_profile:1")]);
}

#[test]
fn zshrc_that_turns_the_database_off() {
    let sandbox = user("zsh", &[(".zshrc", "plugins=(git golang)\nexport GOSUMDB=off\n")]);
    expect(&sandbox, "", &[("env.gosumdb", "gosumdb-off", ".zshrc:2")]);
}

#[test]
fn zshenv_that_moves_zdotdir() {
    let sandbox = user(
        "zsh",
        &[
            (".zshenv", "export ZDOTDIR=~/.config/zsh\n"),
            (".config/zsh/.zshrc", "typeset -gx GOPRIVATE=https://git.corp.example\n"),
            (".zshrc", "export GOSUMDB=off\n"),
        ],
    );
    expect(&sandbox, "", &[("env.goprivate", "goprivate-has-scheme", ".config/zsh/.zshrc:1")]);
}

#[test]
fn the_system_s_zshrc() {
    let sandbox = user("zsh", &[("/etc/zsh/zshrc", "\nexport GOFLAGS=-insecure\n")]);
    expect(&sandbox, "", &[("env.goflags", "goflags-insecure", "/etc/zsh/zshrc:2")]);
}

#[test]
fn fish_with_module_mode_off() {
    let sandbox = user(
        "fish",
        &[(".config/fish/config.fish", "if status is-interactive\n    set -gx GO111MODULE off\nend\n")],
    );
    expect(&sandbox, "", &[("env.go111module", "go111module-off", ".config/fish/config.fish:2")]);
}

#[test]
fn fish_snippet_and_universal_variable() {
    let sandbox = user(
        "fish",
        &[
            (".config/fish/conf.d/go.fish", "set -gx GOPATH \"~/go\"\n"),
            (
                ".config/fish/fish_variables",
                "# This file contains fish universal variable definitions.\n# VERSION: 3.0\nSETUVAR --export GOSUMDB:sum\\x2egolang\\x2ecn\n",
            ),
        ],
    );
    expect(
        &sandbox,
        "",
        &[
            ("env.gopath", "gopath-relative", ".config/fish/conf.d/go.fish:1"),
            ("env.gosumdb", "gosumdb-malformed", ".config/fish/fish_variables:3"),
        ],
    );
}

#[test]
fn the_system_s_profile_d() {
    let sandbox = user(
        "bash",
        &[
            (
                "/etc/profile",
                "for i in /etc/profile.d/*.sh; do\n  if [ -r \"$i\" ]; then . \"$i\"; fi\ndone\n",
            ),
            (
                "/etc/profile.d/go.sh",
                "export PATH=$PATH:/usr/local/go/bin\nexport GOPROXY=https://gocenter.io\n",
            ),
        ],
    );
    expect(&sandbox, "", &[("env.goproxy", "goproxy-dead", "/etc/profile.d/go.sh:2")]);
    let said = doctor(&sandbox, "", &["--offline"]).stdout;
    assert!(said.contains("sudo sed -i '2s/^/# /' [SANDBOX]/root/etc/profile.d/go.sh"), "{said}");
}

#[test]
fn etc_environment_covers_every_host() {
    let sandbox = user("bash", &[("/etc/environment", "PATH=\"/usr/bin\"\nGOINSECURE=\"*\"\n")]);
    expect(&sandbox, "", &[("env.goinsecure", "goinsecure-too-wide", "/etc/environment:2")]);
}

#[test]
fn environment_d_of_the_session() {
    let sandbox = user("fish", &[(".config/environment.d/50-go.conf", "GOPRIVATE=git.corp.example:8443\n")]);
    expect(&sandbox, "", &[("env.goprivate", "goprivate-has-scheme", ".config/environment.d/50-go.conf:1")]);
}

#[test]
fn the_last_file_wins() {
    let sandbox = user(
        "bash",
        &[
            ("/etc/profile.d/go.sh", "export GOSUMDB=off\n"),
            (".profile", "export GOPROXY=https://goproxy.cn;direct\n. ~/.bashrc\n"),
            (
                ".bashrc",
                "export GOSUMDB=sum.golang.google.cn GOPROXY=https://goproxy.cn,direct\nexport GOFLAGS=-mod=mod\n",
            ),
        ],
    );
    expect(&sandbox, "", &[("env.goflags", "goflags-mod-mod", ".bashrc:2")]);
}

#[test]
fn a_line_under_a_condition_may_set() {
    let sandbox = user(
        "bash",
        &[(
            ".bashrc",
            "if ping -c1 proxy.corp.example; then\n  export GOPROXY=https://goproxy.cn，direct\nfi\n",
        )],
    );
    expect(&sandbox, "", &[("env.goproxy", "goproxy-bad-separator", ".bashrc:2")]);
    let said = doctor(&sandbox, "", &["--offline"]).stdout;
    assert!(said.contains("maybe in your next shell (ping -c1 proxy.corp.example)"), "{said}");
}

#[test]
fn functions_act_where_they_are_called() {
    let quiet = "proxy_on() {\n  export GOPROXY=off GOSUMDB=off\n}\n";
    super::healthy(&user("bash", &[(".bashrc", quiet)]), "");
    let called = format!("{quiet}proxy_on\n");
    expect(&user("bash", &[(".bashrc", &called)]), "", &[("env.gosumdb", "gosumdb-off", ".bashrc:2")]);
}

#[test]
fn what_only_running_would_tell_is_not_judged() {
    let text = "export GOPROXY=$(corp-proxy --url)\nexport GOFLAGS=\"$(cat flags)\"\nexport GOPATH=`go env GOPATH`\nGOSUMDB=off\n";
    super::healthy(&user("bash", &[(".bashrc", text)]), "");
}

#[test]
fn another_shell_s_file_is_a_remark() {
    let sandbox = user("zsh", &[(".bashrc", "export GOSUMDB=off\n")]);
    super::healthy(&sandbox, "");
    let said = doctor(&sandbox, "", &["--offline"]).stdout;
    assert!(said.contains("in another shell: GOSUMDB=off"), "{said}");
}

#[test]
fn a_variable_of_this_process_is_traced_to_its_line() {
    let mut sandbox = user("bash", &[(".bashrc", "# x\n\nexport GOFLAGS=\"-mod=mod\"\n")]);
    sandbox.set("GOFLAGS", "-mod=mod");
    expect(&sandbox, "", &[("env.goflags", "goflags-mod-mod", ".bashrc:3")]);
    sandbox.set("GOFLAGS", "-insecure");
    expect(
        &sandbox,
        "",
        &[("env.goflags", "goflags-insecure", "$GOFLAGS"), ("env.goflags", "goflags-mod-mod", ".bashrc:3")],
    );
}

#[test]
fn whoever_started_the_shell_set_it() {
    let mut sandbox = machine();
    sandbox.set("GO111MODULE", "off");
    sandbox.parent = Some([("GO111MODULE", "off")].into_iter().collect());
    let said = doctor(&sandbox, "", &["--offline"]).stdout;
    assert!(said.contains("handed down by whatever started this shell"), "{said}");
    sandbox.parent = Some([("HOME", "/h")].into_iter().collect());
    let said = doctor(&sandbox, "", &["--offline"]).stdout;
    assert!(said.contains("it was set in this terminal and is gone with it"), "{said}");
}

#[test]
fn direnv_and_mise_set_it_for_the_project() {
    let mut sandbox = machine();
    sandbox.write("p/.envrc", "export GOFLAGS=-mod=mod\n");
    sandbox.set("GOFLAGS", "-mod=mod");
    expect(&sandbox, "p", &[("env.goflags", "goflags-mod-mod", "p/.envrc:1")]);
    sandbox.write("q/mise.toml", "[tools]\n\n[env]\nGOFLAGS = \"-mod=mod\"\n");
    expect(&sandbox, "q", &[("env.goflags", "goflags-mod-mod", "q/mise.toml:4")]);
    let said = sandbox.gobs(&["fix", "env.goflags", "--offline", "--yes", "-C", "q"]);
    assert!(sandbox.read("q/mise.toml").contains("\nGOFLAGS = "), "{said}");
}

#[test]
fn a_line_that_shadows_goes_and_comes_back() {
    let bashrc = "alias a=b\nif true; then\n    export GOPROXY=https://proxy.golang.org,direct # old\nfi\n";
    let sandbox = user(
        "bash",
        &[
            (".bashrc", bashrc),
            (".config/go/env", "GOPRIVATE=git.corp.example\nGOPROXY=https://goproxy.cn,direct\n"),
        ],
    );
    expect(&sandbox, "", &[("env.shadow", "env-var-overrides-goenv", ".bashrc:3")]);
    let fixed = sandbox.gobs(&["fix", "env.shadow", "--offline", "--yes"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    let after = "alias a=b\nif true; then\n    : # commented out by gobs: export GOPROXY=https://proxy.golang.org,direct # old\nfi\n";
    assert_eq!(sandbox.read(".bashrc"), after);
    super::healthy(&sandbox, "");
    let undone = sandbox.gobs(&["undo", "--yes"]);
    assert_eq!((undone.exit.code(), sandbox.read(".bashrc")), (0, bashrc.to_owned()), "{undone}");
}

#[test]
fn a_line_that_does_more_is_left_to_its_owner() {
    let text = "export GOSUMDB=off PATH=$PATH:/usr/local/go/bin\n";
    let sandbox = user("bash", &[(".bashrc", text)]);
    expect(&sandbox, "", &[("env.gosumdb", "gosumdb-off", ".bashrc:1")]);
    let fixed = sandbox.gobs(&["fix", "env.gosumdb", "--offline", "--yes"]);
    assert_eq!((fixed.exit.code(), sandbox.read(".bashrc")), (1, text.to_owned()), "{fixed}");
}

#[test]
fn init_says_what_a_start_file_puts_over_it() {
    let sandbox = user("zsh", &[(".zshrc", "# x\nexport GOPROXY=https://proxy.golang.org,direct\n")]);
    let done = sandbox.gobs(&["init", "--yes"]);
    assert_eq!(done.exit.code(), 1, "{done}");
    assert!(
        done.stdout.contains("in your next shell GOPROXY will be https://proxy.golang.org,direct"),
        "{done}"
    );
    assert!(done.stdout.contains("~/.zshrc:2") || done.stdout.contains("[SANDBOX]/home/.zshrc:2"), "{done}");
}

#[test]
fn fix_never_touches_the_system_s_files() {
    let text = "if true; then\n  export GOSUMDB=off\nfi\n";
    let sandbox = user("bash", &[("/etc/profile.d/go.sh", text)]);
    let fixed = sandbox.gobs(&["fix", "env", "--offline", "--yes"]);
    assert_eq!(fixed.exit.code(), 1, "{fixed}");
    assert_eq!(std::fs::read_to_string(sandbox.root().join("etc/profile.d/go.sh")).unwrap(), text);
    assert!(fixed.stdout.contains("sudo sed -i '2s/^/: # /'"), "{fixed}");
}

/// Ways to set a variable, each with GOSUMDB=off on the line that is named.
#[test]
fn ways_to_set_a_variable() {
    for (shell, file, text, line) in [
        ("bash", ".bashrc", "declare -x GOSUMDB=off\n", 1),
        ("bash", ".bashrc", "typeset -x GOSUMDB=off\n", 1),
        ("bash", ".bashrc", "GOSUMDB=off\nexport GOSUMDB\n", 1),
        ("bash", ".bashrc", "export GO111MODULE=on GOSUMDB=off GOPROXY=https://goproxy.cn,direct\n", 1),
        ("bash", ".bashrc", "export GO111MODULE=on \\\n  GOSUMDB=off\n", 1),
        ("bash", ".bashrc", "export GOSUMDB=${GOSUMDB:-off}\n", 1),
        ("bash", ".bashrc", "[ -z \"$PS1\" ] && return\nexport GOSUMDB=off\n", 2),
        ("bash", ".bashrc", "if [ \"$(hostname)\" = ci ]; then export GOSUMDB=off; fi\n", 1),
        ("bash", ".bash_profile", "export GOSUMDB=off\nexec zsh\n", 1),
        ("dash", ".profile", "GOSUMDB=off; export GOSUMDB\n", 1),
        ("zsh", ".zshenv", "typeset -gx GOSUMDB=off\n", 1),
        ("zsh", ".zshrc", "(( 1 )) && export GOSUMDB=off\n", 1),
        ("fish", ".config/fish/config.fish", "# mine\nset -Ux GOSUMDB off\n", 2),
        ("fish", ".config/fish/config.fish", "export GOSUMDB=off\n", 1),
    ] {
        let sandbox = user(shell, &[(file, text)]);
        expect(&sandbox, "", &[("env.gosumdb", "gosumdb-off", &format!("{file}:{line}"))]);
    }
    let sandbox =
        user("bash", &[(".bashrc", ". ~/.bashrc2\n"), (".bashrc2", ". ~/.bashrc\nexport GOSUMDB=off\n")]);
    expect(&sandbox, "", &[("env.gosumdb", "gosumdb-off", ".bashrc2:2")]);
    let globbed = "for f in ~/.bashrc.d/*.sh; do . \"$f\"; done\n";
    let sandbox = user("bash", &[(".bashrc", globbed), (".bashrc.d/go.sh", "export GOSUMDB=off\n")]);
    expect(&sandbox, "", &[("env.gosumdb", "gosumdb-off", ".bashrc.d/go.sh:1")]);
}

/// And what sets nothing that go would see.
#[test]
fn what_looks_like_setting_a_variable() {
    for (shell, file, text) in [
        ("bash", ".bashrc", "# export GOSUMDB=off\n"),
        ("bash", ".bashrc", "GOSUMDB=off\n"),
        ("bash", ".bashrc", "export GOSUMDB=off\nunset GOSUMDB\n"),
        ("bash", ".bashrc", "alias go='GOSUMDB=off go'\n"),
        ("bash", ".bashrc", "cat <<EOF >/dev/null\nexport GOSUMDB=off\nEOF\n"),
        ("bash", ".bashrc", "\u{feff}export GOSUMDB=off\n"),
        ("bash", ".bashrc", "export GOPROXY=\"https://goproxy.cn,direct\" # mirror\n"),
        ("bash", ".bashrc", "export GOPROXY=https://goproxy.cn,direct\r\n"),
        ("nu", ".config/nushell/env.nu", "$env.GOSUMDB = \"off\"\n"),
        ("tcsh", ".cshrc", "setenv GOSUMDB off\n"),
        ("fish", ".config/fish/config.fish", "set -x GOPROXY https://goproxy.cn;direct\n"),
    ] {
        let sandbox = user(shell, &[(file, text)]);
        expect(&sandbox, "", &[]);
    }
    // The start files of bash, for somebody with nushell: a remark.
    expect(&user("nu", &[(".bashrc", "export GOSUMDB=off\n")]), "", &[]);
}
