//! Go itself as a witness: a helper of `golang.org/x/mod` that is built once per run and asked in batches.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// What Go answers to each case; a case is the arguments of the operation.
pub(crate) fn ask<A: AsRef<[u8]>>(op: &str, cases: &[Vec<A>]) -> Vec<Vec<String>> {
    let answers = ask_bytes(op, cases);
    let text = |answer: Vec<u8>| String::from_utf8_lossy(&answer).into_owned();
    answers.into_iter().map(|list| list.into_iter().map(text).collect()).collect()
}

pub(crate) fn ask_bytes<A: AsRef<[u8]>>(op: &str, cases: &[Vec<A>]) -> Vec<Vec<Vec<u8>>> {
    let mut input = Vec::new();
    for case in cases {
        let args = case.iter().map(|arg| STANDARD.encode(arg));
        let line: Vec<String> = std::iter::once(op.to_owned()).chain(args).collect();
        serde_json::to_writer(&mut input, &line).unwrap();
        input.push(b'\n');
    }
    let mut child = Command::new(helper()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "the helper failed");
    let answers: Vec<Vec<Vec<u8>>> = output
        .stdout
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            let list: Option<Vec<String>> = serde_json::from_slice(line).unwrap();
            list.unwrap_or_default().iter().map(|text| STANDARD.decode(text).unwrap()).collect()
        })
        .collect();
    assert_eq!(answers.len(), cases.len());
    answers
}

/// The helper's binary.
pub(crate) fn helper() -> &'static Path {
    static HELPER: OnceLock<PathBuf> = OnceLock::new();
    HELPER.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go/oracle");
        let binary =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("oracle{}", std::env::consts::EXE_SUFFIX));
        let built =
            Command::new("go").arg("build").arg("-o").arg(&binary).arg(".").current_dir(source).output();
        let built = built.expect("the tests need the go command");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        binary
    })
}

/// So many values of a strategy, the same ones each time.
pub(crate) fn samples<S: Strategy>(strategy: &S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}
