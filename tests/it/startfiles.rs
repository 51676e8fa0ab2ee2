//! What gobs reads out of start files, compared with what the shells themselves export.

use std::collections::BTreeMap;
use std::process::Stdio;

use gobs::facts::acting::Scope;
use gobs::facts::{Facts, Looking};

use crate::sandbox::Sandbox;

/// The variables that the files of this test set.
const NAMES: [&str; 12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];

/// What gobs says is surely exported.
fn judged(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let world = sandbox.world();
    let facts = Facts::new(&world, Looking::default());
    let sure = |name: &str| {
        let lines = facts.shell_lines(name);
        let mut sure = lines.into_iter().filter(|line| line.scope == Scope::NextShell { maybe: None });
        sure.next_back().map(|line| (name.to_owned(), line.value))
    };
    NAMES.into_iter().filter_map(sure).collect()
}

/// What the shell exports, started for a terminal.
fn exported(sandbox: &Sandbox, shell: &str) -> BTreeMap<String, String> {
    let mut command = sandbox.command(shell);
    for program in ["env", "true", "false", "cat", "test"] {
        if !sandbox.bin().join(program).exists() {
            sandbox.real(program);
        }
    }
    command.args(["-i", "-c", "env -0"]).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
    // To go an empty variable is an unset one.
    let ours = pairs.filter(|(name, value)| NAMES.contains(name) && !value.is_empty());
    ours.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[must_use]
fn differ(shell: &str, file: &str, text: &str) -> Option<String> {
    let mut sandbox = Sandbox::new();
    sandbox.set("SHELL", format!("/bin/{shell}"));
    sandbox.write(file, text);
    sandbox.write("more.sh", "export K=more\n");
    sandbox.write("more.fish", "set -gx K more\n");
    let (said, real) = (judged(&sandbox), exported(&sandbox, shell));
    (said != real).then(|| format!("{shell}: {text}\n  gobs: {said:?}\n  {shell}: {real:?}\n"))
}

#[test]
fn bash_and_zsh_agree() {
    let mut differ_in = Vec::new();
    for text in [
        "export A=1\nB=2\nexport B\nC=3\n",
        "export A='a b' B=\"a $HOME b\" C=a\\ b D=$'a\\tb' E=a'b'\"c\"\n",
        "export A=~/x B=\"~/x\" C=/a:~/b D=a~b\n",
        "export A=${NOT_SET_BY_ANYBODY:-x}\nexport B=\"${A}y\" C=${A:-z} A=q D=$A\nE=1 F=$E; export E F\n",
        "export A=1 # comment\nexport B=a#b # c\n#export C=1\n  # export D=1\n",
        "if true; then export A=1; else export A=2; fi\nif false; then export B=1; else export B=2; fi\n",
        "[ -f ~/more.sh ] && . ~/more.sh\n[ -f ~/gone.sh ] && export A=1\n[ -d ~ ] || export B=1\n",
        "source \"$HOME/more.sh\" && export A=1\n",
        "f() { export A=1; }\ng() { export B=1; }\nf\n",
        "function f {\n  export A=1\n}\nf\nf2() (\n export B=2\n)\nf2\n",
        "(export A=1)\nexport B=1 | cat\n{ export C=1; }\n",
        "cat <<EOF >/dev/null\nexport A=1\nEOF\ncat <<-'X' >/dev/null\n\texport B=1\n\tX\nexport C=1\n",
        "case $- in *i*) export A=1;; *) export A=2;; esac\ncase abc in a*) export B=1 ;; *) export B=2 ;; esac\n",
        "[[ $- == *i* ]] && export A=1\n[[ $- != *i* ]] && return\nexport B=1\n",
        "for x in 1 2 3; do export A=$x; done\nfor f in ~/*.sh; do . \"$f\"; done\n",
        "export A=1 \\\n  B=2\nexport C=\"1\n2\"\n",
        "export A=1; export B=2; unset A\nexport C=1; C=2\nexport D=x; D+=y\n",
        "set -a\nA=1\nset +a\nB=2\n",
        "A=1 true\nexport \"B=2\" C=\"\"\n",
        "export A=(x\nexport B=1\n)\n",
        "export A=\"a;b&c|d\" B='$HOME' C=\"\\$HOME\" D=\"\\\\\"\n",
        "declare -x A=1\ntypeset -x B=2\nreadonly C=3\nexport D\nD=4\n",
        "if [ 1 = 1 ] && [ -z \"\" ]; then export A=1; fi\nif ! [ 1 = 1 ]; then export B=1; elif [ x != y ]; then export C=1; fi\n",
        "while false; do export A=1; done\nexport B=1 && export C=2 || export D=3\n",
        "export A=https://goproxy.cn,direct\r\nexport B=2\n",
        ". ~/more.sh; unset K; export L=1\n",
        "return 0\nexport A=1\n",
        "export A=1 >/dev/null 2>&1\n: ${B:=x}\nexport C=a=b\n",
    ] {
        differ_in.extend(differ("bash", ".bashrc", text));
        differ_in.extend(differ("zsh", ".zshrc", text));
    }
    assert!(differ_in.is_empty(), "{}", differ_in.join("\n"));
}

#[test]
fn fish_agrees() {
    let mut differ_in = Vec::new();
    for text in [
        "set -gx A 1\nset B 2\nset -x C 3 4\nset -gx D 'a b' # c\n",
        "set -gx A $HOME/x\nset -gx B \"$HOME/x\"\nset -gx C '$HOME'\nset -gx D ~/x\nset -gx E \"~/x\"\n",
        "if true\n set -gx A 1\nelse\n set -gx A 2\nend\nif test -f ~/gone\n set -gx B 1\nelse if test -f ~/more.fish\n set -gx B 2\nend\n",
        "if status is-interactive\n set -gx A 1\nend\nstatus is-interactive; and set -gx B 1\n",
        "source ~/more.fish\ntest -f ~/gone; or set -gx A 1\ntest -f ~/gone; and set -gx B 1\n",
        "function f\n set -gx A 1\nend\nfunction g\n set -gx B 1\nend\nf\n",
        "switch abc\ncase 'a*'\n set -gx A 1\ncase '*'\n set -gx A 2\nend\n",
        "for x in 1 2\n set -gx A $x\nend\nbegin\n set -gx B 1\nend\n",
        "export A=1\nset -gx B 1; set -e B\nset -gx C 1; set -gx D 2\n",
        "true && set -gx A 1\nfalse || set -gx B 1\nnot false; and set -gx C 1\n",
        "set --export --global A 'it\\'s'\nset -gx B \"a\\\"b\"\nset -gx C a\\ b\n",
    ] {
        differ_in.extend(differ("fish", ".config/fish/config.fish", text));
    }
    assert!(differ_in.is_empty(), "{}", differ_in.join("\n"));
}

/// A FIFO, a device, a directory, other encodings, files that source themselves, depth and size: an answer, soon.
#[test]
fn bad_start_files_end() {
    let deep = "if true; then\n".repeat(5000) + "export A=1\n" + &"fi\n".repeat(5000);
    let brackets = "(".repeat(100_000);
    let chain = "true && ".repeat(20_000) + "export A=1\n";
    let elifs = format!("if x; then :\n{}fi\nexport A=1\n", "elif y; then :\n".repeat(20_000));
    let nested = "${A:-".repeat(20_000);
    let huge = "export A=1\n".repeat(80_000);
    let loops = "for i in 1 2 3 4 5 6 7 8 9; do ".repeat(20) + "export A=1; " + &"done; ".repeat(20);
    let texts: Vec<Vec<u8>> = vec![
        b". ~/.bashrc\nexport A=1\n. ~/.bashrc\n".to_vec(),
        b". ~/b.sh\n".to_vec(),
        b"f() { f; f; }\nf\n".to_vec(),
        b"# \xb4\xfa\xc0\xed\nexport A=\xff\xfe\nexport B=1\n".to_vec(),
        vec![0; 100_000],
        deep.into_bytes(),
        brackets.into_bytes(),
        chain.into_bytes(),
        elifs.into_bytes(),
        format!("export A={nested}").into_bytes(),
        huge.into_bytes(),
        loops.into_bytes(),
        b"'\"`$(${".to_vec(),
        b"case x in\n(\n".to_vec(),
        b"<<EOF <<EOF\nx".to_vec(),
    ];
    for text in texts {
        for (shell, file) in [("bash", ".bashrc"), ("fish", ".config/fish/config.fish")] {
            let mut sandbox = Sandbox::new();
            sandbox.set("SHELL", format!("/bin/{shell}"));
            sandbox.write(file, &text);
            sandbox.write("b.sh", ". ~/.bashrc\n");
            let _ = judged(&sandbox);
        }
    }
}
