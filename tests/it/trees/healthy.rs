//! Machines with nothing wrong, of different shapes.

use std::os::unix::fs::symlink;

use super::{healthy, machine};

#[test]
fn plain() {
    healthy(&machine(), "");
}

#[test]
fn a_go_env_file_as_go_writes_it() {
    let sandbox = machine();
    sandbox.write(
        ".config/go/env",
        "GONOPROXY=none\nGOPRIVATE=git.corp.example\nGOPROXY=https://goproxy.cn,direct\nGOSUMDB=sum.golang.google.cn\nGOTOOLCHAIN=local\n",
    );
    healthy(&sandbox, "");
}

#[test]
fn xdg_moved() {
    let mut sandbox = machine();
    let config = sandbox.home().join("cfg");
    sandbox.set("XDG_CONFIG_HOME", config);
    sandbox.write("cfg/go/env", "GOPROXY=https://goproxy.cn,direct\n");
    // The file that nobody reads any more may say what it likes.
    sandbox.write(".config/go/env", "GOSUMDB=off\n");
    sandbox.write(".bashrc", "export XDG_CONFIG_HOME=\"$HOME/cfg\"\n");
    healthy(&sandbox, "");
}

#[test]
fn goenv_moved() {
    let mut sandbox = machine();
    let file = sandbox.write("go.env", "GOPROXY=https://goproxy.cn,direct\n");
    sandbox.set("GOENV", file);
    sandbox.write(".bashrc", "export GOENV=~/go.env\n");
    healthy(&sandbox, "");
}

#[test]
fn dotfiles_through_symlinks() {
    let sandbox = machine();
    let bashrc = sandbox.write("dotfiles/bashrc", "export GOPATH=$HOME/go\nexport PATH=$PATH:$GOPATH/bin\n");
    let env = sandbox.write("dotfiles/goenv", "GOPROXY=https://goproxy.cn,direct\n");
    std::fs::create_dir_all(sandbox.home().join(".config/go")).unwrap();
    symlink(bashrc, sandbox.home().join(".bashrc")).unwrap();
    symlink(env, sandbox.home().join(".config/go/env")).unwrap();
    symlink("/dev/null", sandbox.home().join(".bash_profile")).unwrap();
    healthy(&sandbox, "");
}

#[test]
fn zsh_user() {
    let mut sandbox = machine();
    sandbox.set("SHELL", "/usr/bin/zsh");
    sandbox.set("GOPROXY", "https://goproxy.cn,direct");
    sandbox.write(
        ".zshrc",
        "autoload -Uz compinit && compinit\nsource $ZSH/oh-my-zsh.sh\nexport GOPATH=~/go GOPROXY=https://goproxy.cn,direct\npath+=($GOPATH/bin)\nif (( $+commands[direnv] )); then eval \"$(direnv hook zsh)\"; fi\n",
    );
    healthy(&sandbox, "");
}

#[test]
fn fish_user() {
    let mut sandbox = machine();
    sandbox.set("SHELL", "/usr/bin/fish");
    sandbox.write(
        ".config/fish/config.fish",
        "set -gx GOPATH $HOME/go\nset -gx GOPRIVATE git.corp.example\nfish_add_path $GOPATH/bin\nfunction proxy_off\n    set -gx GOPROXY off\nend\n",
    );
    healthy(&sandbox, "");
}

#[test]
fn root_in_a_container() {
    let mut sandbox = machine();
    sandbox.write_system("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
    sandbox.unset("LANG");
    for (name, value) in [("GOPATH", "/go"), ("GOTOOLCHAIN", "local"), ("GOLANG_VERSION", "1.26.8")] {
        sandbox.set(name, value);
    }
    healthy(&sandbox, "");
}

#[test]
fn a_company_s_own_proxy_and_profile_d() {
    let sandbox = machine();
    sandbox.write_system(
        "/etc/profile.d/corp-go.sh",
        "export GOPROXY=https://goproxy.corp.example\nexport GONOSUMDB=git.corp.example\nexport GOPRIVATE=git.corp.example\nexport GONOPROXY=none\n",
    );
    healthy(&sandbox, "");
}

#[test]
fn goenv_of_a_project() {
    let mut sandbox = machine();
    sandbox.write("p/.envrc", "export GOENV=$PWD/.goenv\n");
    let file = sandbox.write("p/.goenv", "GOFLAGS=-trimpath\n");
    sandbox.set("GOENV", file);
    healthy(&sandbox, "p");
}
