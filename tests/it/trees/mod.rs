//! Whole machines, broken in one or two places or healthy: the doctor names every planted defect with its kind, file
//! and line, and nothing else.

mod cache;
mod env;
mod git;
mod go;
mod healthy;
mod httpproxy;
mod netrc;
mod platform;
mod project;
mod shells;
mod ssh;
mod tls;

use crate::sandbox::{Outcome, Sandbox};

/// What a machine is expected to show: check id, kind, and the place to repair (`path:line`, `path`, `$NAME`; paths
/// relative to HOME, or from `/` where they lie under the sandbox's system root; `-` for a command, a URL or the host).
type Planted<'p> = (&'p str, &'p str, &'p str);

/// A healthy machine: Go, git and ssh installed, authorities in place, an empty HOME. The system's files are the
/// sandbox's own (`root/etc/…`).
pub fn machine() -> Sandbox {
    let mut sandbox = Sandbox::new();
    for program in ["git", "ssh"] {
        sandbox.real(program);
    }
    let system = sandbox.root().join("etc/gitconfig");
    std::fs::write(&system, "").unwrap();
    sandbox.set("GIT_CONFIG_SYSTEM", system);
    let roots = sandbox.root().join("etc/ssl/certs/ca-certificates.crt");
    std::fs::create_dir_all(roots.parent().unwrap()).unwrap();
    std::fs::copy("/etc/ssl/certs/ca-certificates.crt", roots).unwrap();
    sandbox
}

/// Judges the machine offline (from `project`, a directory below HOME) and compares all warnings and errors.
fn expect(sandbox: &Sandbox, project: &str, planted: &[Planted<'_>]) {
    expect_with(sandbox, project, &["--offline"], planted);
}

/// The same, with other arguments.
fn expect_with(sandbox: &Sandbox, project: &str, args: &[&str], planted: &[Planted<'_>]) {
    let outcome = doctor(sandbox, project, args);
    let mut found = findings(sandbox, &outcome);
    let mut wanted: Vec<String> = planted.iter().map(|(id, kind, at)| format!("{id} {kind} {at}")).collect();
    found.sort();
    wanted.sort();
    assert_eq!(wanted, found, "{outcome}");
    let errors = report(&outcome)["summary"]["error"].as_u64().unwrap();
    assert_eq!(outcome.exit.code(), u8::from(errors > 0), "{outcome}");
}

/// Nothing to warn of, nothing crashed.
fn healthy(sandbox: &Sandbox, project: &str) {
    expect(sandbox, project, &[]);
}

/// `gobs doctor --format json` with these arguments.
pub fn doctor(sandbox: &Sandbox, project: &str, args: &[&str]) -> Outcome {
    let dir = sandbox.home().join(project).display().to_string();
    let mut all = vec!["doctor", "--format", "json", "-C", &dir];
    all.extend(args);
    sandbox.gobs(&all)
}

pub fn report(outcome: &Outcome) -> serde_json::Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|err| panic!("{err}: {outcome}"))
}

/// `id kind place` of every warning and error; what crashed, too.
fn findings(sandbox: &Sandbox, outcome: &Outcome) -> Vec<String> {
    let mut all = Vec::new();
    for check in report(outcome)["checks"].as_array().unwrap() {
        let id = check["id"].as_str().unwrap();
        if check["verdict"] == "crashed" {
            all.push(format!("{id} crashed"));
        }
        for finding in check["findings"].as_array().into_iter().flatten().filter(|f| f["level"] != "info") {
            let kind = finding["kind"].as_str().unwrap();
            all.push(format!("{id} {kind} {}", place(sandbox, &finding["evidence"][0]["from"])));
        }
    }
    all
}

fn place(sandbox: &Sandbox, from: &serde_json::Value) -> String {
    match from["type"].as_str() {
        Some("file") => {
            let path = from["path"].as_str().unwrap();
            let path = path.replace("[SANDBOX]", &sandbox.base().display().to_string());
            let base = sandbox.base();
            let path = match path.strip_prefix(&format!("{}/home/", base.display())) {
                Some(below) => below.to_owned(),
                None => path.replace(&format!("{}/root", base.display()), ""),
            };
            match from["line"].as_u64() {
                Some(line) => format!("{path}:{line}"),
                None => path,
            }
        }
        Some("env") => format!("${}", from["name"].as_str().unwrap()),
        _ => "-".to_owned(),
    }
}
