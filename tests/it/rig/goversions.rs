//! Other versions of the go command, for what differs between them: fetched once as `golang.org/toolchain` modules by the
//! machine's own go, kept in the target folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::server::must;

/// The `go` program of a version (`1.27.1`). Ask outside of a network namespace first: the first time it is downloaded.
pub fn go_of(version: &str) -> PathBuf {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("toolchains");
    let words = ["env", "GOROOT"];
    let output = Command::new("go")
        .args(words)
        .env("GOTOOLCHAIN", format!("go{version}"))
        .env("GOMODCACHE", kept)
        .env("GOFLAGS", "-modcacherw")
        .env_remove("GOROOT")
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .expect("the tests need the go command");
    let root = String::from_utf8(must(output, &words).stdout).unwrap();
    PathBuf::from(root.trim()).join("bin/go")
}
