//! `gobs verify` beside go: made-up module caches and go.sum files, some sound, most of them damaged in one or several
//! places. What gobs accepts every go accepts, what any go refuses gobs refuses, and where gobs sees more, it is known why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::situations::{Made, make, situations};
use super::{machine, text};
use crate::sandbox::Sandbox;

/// The go commands that are asked: this machine's, and an old one by way of the configured module proxy.
fn gos() -> Vec<PathBuf> {
    ["local", "go1.21.13"]
        .iter()
        .map(|toolchain| {
            let asked =
                Command::new("go").args(["env", "GOROOT"]).env("GOTOOLCHAIN", toolchain).output().unwrap();
            assert!(asked.status.success(), "{toolchain} is needed for this test: {}", text(&asked));
            PathBuf::from(String::from_utf8(asked.stdout).unwrap().trim()).join("bin/go")
        })
        .collect()
}

const QUESTIONS: [&[&str]; 3] = [&["mod", "verify"], &["mod", "download"], &["build", "./..."]];

/// What all of them said of one situation.
struct Answers {
    /// Kinds of the findings that are errors, and of those that are warnings.
    errors: BTreeSet<String>,
    warnings: BTreeSet<String>,

    /// The questions that were refused, with go's words.
    refused: Vec<(String, String)>,
}

fn ask_all(made: &Made, sandbox: &Sandbox, gos: &[PathBuf]) -> Answers {
    let base = sandbox.home().join(format!("s{}", made.n));
    let project = base.join("project");
    let caches: Vec<PathBuf> = (0..gos.len() * QUESTIONS.len()).map(|at| base.join(at.to_string())).collect();
    made.write_project(&project);
    for cache in &caches {
        made.fill(cache);
    }
    let mut mine = Command::new(env!("CARGO_BIN_EXE_gobs"));
    mine.env_clear().envs(sandbox.environment()).env("GOMODCACHE", &caches[0]);
    let output = mine.args(["verify", "--offline", "--format", "json", "-C"]).arg(&project).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|err| panic!("{err}: {}\n{:?}", text(&output), made.situation));
    let findings = report["checks"][0]["findings"].as_array().cloned().unwrap_or_default();
    let kinds = |level: &str| {
        let of_level = findings.iter().filter(|one| one["level"] == level);
        of_level.map(|one| one["kind"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let (errors, warnings) = (kinds("error"), kinds("warning"));
    assert_eq!(output.status.code(), Some(i32::from(!errors.is_empty())), "{report}");
    let mut refused = Vec::new();
    for (at, cache) in caches.iter().enumerate() {
        let (go, question) = (&gos[at / QUESTIONS.len()], QUESTIONS[at % QUESTIONS.len()]);
        let mut command = Command::new(go);
        command.env_clear().envs(sandbox.environment()).env("GOMODCACHE", cache).current_dir(&project);
        let output = command.args(question).output().unwrap();
        if !output.status.success() {
            refused.push((format!("{} {}", at / QUESTIONS.len(), question.join(" ")), text(&output)));
        }
        // `go mod download` may add what it found out to go.sum.
        std::fs::write(project.join("go.sum"), made.gosum()).unwrap();
    }
    std::fs::remove_dir_all(&base).unwrap();
    Answers { errors, warnings, refused }
}

#[test]
fn what_gobs_accepts_go_accepts_and_what_go_refuses_gobs_refuses() {
    let gos = gos();
    let mut sandbox = machine();
    let tree = sandbox.home().join("proxy");
    sandbox.set("GOPROXY", format!("file://{}", tree.display()));
    sandbox.set("GOSUMDB", "off");
    sandbox.set("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify-build"));
    let situations = situations();
    assert!(situations.len() >= 200);
    let all = make(&situations);
    for made in &all {
        made.publish(&tree);
    }
    let next = AtomicUsize::new(0);
    let answers: Mutex<BTreeMap<usize, Answers>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(made) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let answer = ask_all(made, &sandbox, &gos);
                    answers.lock().unwrap().insert(made.n, answer);
                }
            });
        }
    });
    let answers = answers.into_inner().unwrap();
    let (mut missed, mut more, mut accepted, mut refused) = (Vec::new(), Vec::new(), 0, 0);
    for (n, answer) in &answers {
        let mut seen =
            answer.errors.iter().chain(answer.warnings.iter().filter(|kind| *kind == "gosum-missing-h1"));
        match (seen.next().is_some(), answer.refused.is_empty()) {
            (false, true) => accepted += 1,
            (true, false) => refused += 1,
            (false, false) => missed.push(format!("{:?}: {:#?}", situations[*n], answer.refused)),
            (true, true) => more.push(format!("{:?}: {:?}", situations[*n], answer.errors)),
        }
    }
    assert!(
        missed.is_empty(),
        "gobs accepts what go refuses, {} times:\n{}",
        missed.len(),
        missed.join("\n")
    );
    assert!(more.is_empty(), "gobs refuses what go accepts, {} times:\n{}", more.len(), more.join("\n"));
    assert!(accepted > 50 && refused > 100, "{accepted} accepted, {refused} refused");
}

/// What is asked in vain is not called sound.
#[test]
fn what_cannot_be_looked_at_is_said() {
    let mut sandbox = machine();
    sandbox.set("GOPROXY", "off");
    sandbox.set("GOSUMDB", "off");
    let made = make(&[super::situations::SOUND]).remove(0);
    let (cache, project) = (sandbox.home().join("go/pkg/mod"), sandbox.home().join("project"));
    made.write_project(&project);
    made.fill(&cache);
    let at = project.display().to_string();
    let verify = |sandbox: &Sandbox, words: &[&str]| {
        let outcome = sandbox.gobs(&[&["verify", "-C", &at], words].concat());
        (outcome.exit.code(), outcome.stdout + &outcome.stderr)
    };
    for (word, wanted) in [
        ("ex.test/s0@v1", "version v1 is not in full"),
        ("ex.test/s0@", "not a semantic version"),
        ("@v1.0.0", "malformed module path"),
        ("../../etc@v1.0.0", "invalid path element"),
        ("ex.test/s0@v1.0.7", "neither go.sum nor the module cache"),
    ] {
        let (code, said) = verify(&sandbox, &[word]);
        assert!(code == 2 && said.contains(wanted), "{word}: {code} {said}");
    }
    // Online, too, the version that go.sum does have is named.
    let (_, said) = verify(&sandbox, &["ex.test/s0@v1.0.7"]);
    assert!(said.contains("go.sum has ex.test/s0 at v1."), "{said}");
    // What no go made is no module version.
    let download = cache.join("cache/download/ex.test/s0/@v");
    for name in ["foo.zip", "v1.zip", ".zip", "v1.2.zip"] {
        std::fs::write(download.join(name), "").unwrap();
    }
    let (code, said) = verify(&sandbox, &["--all"]);
    assert!(code == 0 && said.contains("1 of 1 modules"), "{said}");

    let gomod = project.join("go.mod");
    let whole = std::fs::read_to_string(&gomod).unwrap();
    std::fs::write(&gomod, whole.clone() + "requir x\n").unwrap();
    let (code, said) = verify(&sandbox, &[]);
    assert!(
        code == 0 && said.contains("go.mod cannot be read, so what it requires was not looked for"),
        "{said}"
    );
    assert_eq!(verify(&sandbox, &["--strict"]).0, 1);
    std::fs::write(&gomod, whole).unwrap();

    std::fs::write(sandbox.home().join("file"), "").unwrap();
    for (dir, wanted) in [
        (sandbox.home().join("file").display().to_string(), "~/file is not a directory"),
        ("rel".to_owned(), "GOMODCACHE=rel is a relative path"),
    ] {
        sandbox.set("GOMODCACHE", dir);
        let (code, said) = verify(&sandbox, &["--all"]);
        assert!(code == 2 && said.contains(wanted), "{said}");
    }
}
