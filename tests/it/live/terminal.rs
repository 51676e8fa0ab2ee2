//! At a real terminal (`expect`): questions are asked there, and only there; what is answered counts.

use super::{has, text};
use crate::sandbox::{Sandbox, world_of};

/// Runs `gobs init` at a terminal, answers the questions for the profile's variables with Enter, then follows `script`.
/// Gives all that was seen; the last line is `status N`, with the signal that ended it (to a shell, 130).
fn at_terminal(sandbox: &Sandbox, lang: &str, script: &str) -> String {
    let script = format!(
        "set timeout 30\nspawn {} init --offline --root\n\
         expect \"Go \" {{ send \"\\r\" }} timeout {{ exit 9 }}\n\
         expect \"HTTP\" {{ send \"\\r\" }} timeout {{ exit 9 }}\n\
         {script}\nexpect eof\ncatch wait result\nputs \"status [lrange $result 3 end]\"\n",
        env!("CARGO_BIN_EXE_gobs")
    );
    let output = sandbox
        .command("expect")
        .args(["-c", &script])
        .env("LANG", lang)
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", text(&output));
    text(&output)
}

#[test]
fn the_difference_then_yes() {
    let sandbox = Sandbox::new();
    let seen = at_terminal(
        &sandbox,
        "en_US.UTF-8",
        "expect \"Write it?\"\nsend d\nexpect \"@@\"\nexpect \"Write it?\"\nsend y",
    );
    has(&seen, "+GOSUMDB=sum.golang.google.cn");
    has(&seen, "status 0");
    has(&sandbox.read(".config/go/env"), "GOSUMDB=sum.golang.google.cn\n");
}

#[test]
fn no_and_an_interrupt_write_nothing() {
    for (answer, status) in [("n", "status 1"), ("\\r", "status 1"), ("\\003", "status 0 CHILDKILLED SIGINT")]
    {
        let sandbox = Sandbox::new();
        let was = world_of(&sandbox);
        let script = format!("expect \"写入？\"\nsend \"{answer}\"");
        let seen = at_terminal(&sandbox, "zh_CN.UTF-8", &script);
        has(&seen, status);
        assert_eq!(world_of(&sandbox), was, "{answer}");
    }
}
