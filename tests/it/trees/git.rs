//! Machines whose git is configured wrong.

use super::{expect, healthy, machine};
use crate::sandbox::Sandbox;

fn with(gitconfig: &str) -> Sandbox {
    let sandbox = machine();
    sandbox.write(".gitconfig", gitconfig);
    sandbox
}

#[test]
fn git_that_verifies_nothing() {
    let sandbox = with("[user]\n\tname = Li\n[http]\n\tsslVerify = false\n[safe]\n\tdirectory = *\n");
    expect(
        &sandbox,
        "",
        &[
            ("git.sslverify", "sslverify-disabled", ".gitconfig:4"),
            ("git.safe", "safe-directory-wildcard", ".gitconfig:6"),
        ],
    );
}

#[test]
fn git_as_most_people_have_it() {
    let sandbox = with("[user]\n\tname = Li\n\temail = li@example.com\n[pull]\n\trebase = true\n");
    healthy(&sandbox, "");
}
