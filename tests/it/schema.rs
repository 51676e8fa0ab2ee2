//! `docs/schema`: what every verb prints as JSON is what the schemas say, no less and no more, and they refuse what is not.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::sandbox::{Outcome, Sandbox};
use crate::trees;

fn schema(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schema/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The keywords our schemas use; another one is a mistake in the schema, since nothing here would judge it.
const KNOWN: [&str; 16] = [
    "$schema",
    "$id",
    "$defs",
    "$ref",
    "title",
    "description",
    "type",
    "const",
    "enum",
    "required",
    "properties",
    "additionalProperties",
    "items",
    "oneOf",
    "minimum",
    "pattern",
];

/// A judge of the part of JSON Schema 2020-12 that is in use. Members that no schema declares are wrong, too: outside
/// readers may meet new ones, but what we print is documented.
struct Judge<'s> {
    root: &'s Value,
}

impl Judge<'_> {
    fn wrong(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let schema = schema.as_object().unwrap();
        let mut wrong = Vec::new();
        for (word, rule) in schema {
            assert!(KNOWN.contains(&word.as_str()), "the schema uses `{word}`");
            match word.as_str() {
                "$ref" => {
                    let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                    wrong.extend(self.wrong(&self.root["$defs"][name], value, at));
                }
                "type" if !is(value, rule.as_str().unwrap()) => {
                    wrong.push(format!("{at}: not {rule}: {value}"));
                }
                "const" if rule != value => wrong.push(format!("{at}: not {rule}: {value}")),
                "enum" if !rule.as_array().unwrap().contains(value) => {
                    wrong.push(format!("{at}: none of {rule}: {value}"));
                }
                "minimum" if value.as_f64().is_some_and(|n| n < rule.as_f64().unwrap()) => {
                    wrong.push(format!("{at}: below {rule}: {value}"));
                }
                "pattern" if value.as_str().is_some_and(|text| !fits(text, rule.as_str().unwrap())) => {
                    wrong.push(format!("{at}: not like {rule}: {value}"));
                }
                "items" => {
                    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                        wrong.extend(self.wrong(rule, item, &format!("{at}[{n}]")));
                    }
                }
                "required" => {
                    let names = rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                    let missing = names.filter(|name| value.is_object() && value.get(name).is_none());
                    wrong.extend(missing.map(|name| format!("{at}: no `{name}`")));
                }
                "properties" | "additionalProperties" => wrong.extend(self.members(schema, value, at)),
                "oneOf" => {
                    let ways = rule.as_array().unwrap();
                    let tried: Vec<_> = ways.iter().map(|way| self.wrong(way, value, at)).collect();
                    match tried.iter().filter(|wrong| wrong.is_empty()).count() {
                        1 => {}
                        0 => wrong.extend(tried.into_iter().min_by_key(Vec::len).unwrap()),
                        several => wrong.push(format!("{at}: fits {several} ways: {value}")),
                    }
                }
                _ => {}
            }
        }
        wrong
    }

    fn members(&self, schema: &serde_json::Map<String, Value>, value: &Value, at: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        for (name, member) in value.as_object().into_iter().flatten() {
            let at = format!("{at}.{name}");
            let declared = schema.get("properties").and_then(|members| members.get(name));
            match (declared, schema.get("additionalProperties")) {
                (Some(rule), _) | (None, Some(rule)) => wrong.extend(self.wrong(rule, member, &at)),
                (None, None) => wrong.push(format!("{at}: not in the schema")),
            }
        }
        wrong
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("type {other}"),
    }
}

fn fits(text: &str, pattern: &str) -> bool {
    regex::Regex::new(pattern).unwrap().is_match(text)
}

fn wrong(name: &str, document: &Value) -> Vec<String> {
    let schema = schema(name);
    Judge { root: &schema }.wrong(&schema, document, "$")
}

/// Parses what a run printed, and holds it against the schema that it names.
fn valid(outcome: &Outcome) -> Value {
    let document: Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|err| panic!("{err}: {outcome}"));
    let name = document["schema"].as_str().unwrap().replace('/', "-");
    let wrong = wrong(&name, &document);
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), outcome.stdout);
    document
}

/// A machine with something wrong in every place that a check without a network looks at.
fn broken() -> Sandbox {
    let mut sandbox = trees::machine();
    sandbox.write(
        ".config/go/env",
        "export GOTOOLCHAIN=local\nGOPROXY=https://goproxy.cn;direct\nGOSUMDB=off\nGOFLAGS=oops\nGONOSUMCHECK=1\nGOINSECURE=*\n",
    );
    sandbox.write(".bashrc", "export GO111MODULE=off\n");
    sandbox.write(
        ".gitconfig",
        "[http]\n\tsslVerify = false\n[url \"https://u:s3cr3t@git.corp.example/\"]\n\tinsteadOf = https://git.corp.example/\n",
    );
    sandbox.write("p/go.mod", "module corp.example/p\n\ngo 1.26\n\nrequire git.corp.example/a v1.0.0\n");
    sandbox.write("p/go.sum", "<<<<<<< HEAD\n");
    sandbox.set("SHELL", "/bin/bash");
    sandbox.set("HTTP_PROXY", "http://127.0.0.1:9");
    sandbox
}

#[test]
fn every_verb_prints_what_its_schema_says() {
    let sandbox = broken();
    let project = sandbox.home().join("p").display().to_string();
    let run = |args: &[&str]| valid(&sandbox.gobs(&[args, &["--format", "json", "-C", &project]].concat()));

    let doctor = run(&["doctor", "--offline"]);
    let steps = doctor.to_string();
    for part in
        ["\"error\"", "\"warning\"", "\"skipped\"", "\"fine\"", "\"set\"", "\"run\"", "\"comment-out\""]
    {
        assert!(steps.contains(part), "nothing shows {part}: {doctor:#}");
    }
    run(&["doctor"]);
    run(&["doctor", "--list"]);
    run(&["verify", "--offline"]);
    run(&["trace", "--offline", "git.corp.example/a@v1.0.0"]);
    run(&["trace", "github.com/pkg/errors@v0.9.1", "-v"]);

    assert_eq!(run(&["fix", "--offline", "--dry-run"])["fix"]["outcome"], "shown");
    let done = run(&["fix", "--offline", "--yes"]);
    assert_eq!(done["fix"]["outcome"], "done");
    assert_eq!(done["fix"]["entry"], 1);
    assert!(!done["fix"]["left"].as_array().unwrap().is_empty(), "{done:#}");
    assert_eq!(run(&["fix", "--offline", "env.goinsecure", "--yes"])["fix"]["outcome"], "nothing");
    run(&["undo", "--list"]);
    run(&["undo", "--dry-run"]);
    run(&["undo", "--yes"]);

    let private = ["--private", "ssh://git@code.corp.example:2222"];
    run(&[&["init", "--offline", "--dry-run"], &private[..]].concat());
    let init = run(&[&["init", "--offline", "--no-proof", "--yes"], &private[..]].concat());
    assert!(init["applied"].is_u64(), "{init:#}");
    run(&["init", "--offline", "--check"]);
}

#[test]
fn explanations_and_pages() {
    let sandbox = Sandbox::new();
    let log = "go: x.example/a@v1.0.0: reading https://li:pw@goproxy.corp.example/x.example/a/@v/v1.0.0.info: 401 Unauthorized\n";
    sandbox.write("build.log", log);
    sandbox.write("empty.log", "");
    let found = valid(&sandbox.gobs(&["explain", "build.log", "--format", "json"]));
    assert_eq!(found["findings"][0]["kind"], "goproxy-auth-denied");
    assert_eq!(valid(&sandbox.gobs(&["explain", "empty.log", "--format", "json"]))["findings"], json!([]));
    valid(&sandbox.gobs(&["explain", "--list", "--format", "json"]));
    for kind in gobs::model::kind::ALL {
        valid(&sandbox.gobs(&["explain", kind.name(), "--format", "json"]));
    }
    for check in gobs::checks::all() {
        valid(&sandbox.gobs(&["explain", check.id.0, "--format", "json"]));
    }
}

/// A schema that takes anything proves nothing.
#[test]
fn wrong_documents_are_refused() {
    let good = valid(&broken().gobs(&["doctor", "--offline", "--format", "json"]));
    let spoilt = |pointer: &str, value: Value| {
        let mut document = good.clone();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        wrong("gobs.report-1", &document)
    };
    let found =
        good["checks"].as_array().unwrap().iter().position(|check| check["verdict"] == "found").unwrap();
    let finding = format!("/checks/{found}/findings/0");
    for (pointer, value) in [
        ("/schema".to_owned(), json!("gobs.report/2")),
        ("/verb".to_owned(), json!("dance")),
        ("/summary/error".to_owned(), json!(-1)),
        ("/summary".to_owned(), json!({})),
        ("/checks/0/id".to_owned(), json!("Go Installed")),
        ("/checks/0/title".to_owned(), json!("a text in one language")),
        ("/checks/0/verdict".to_owned(), json!("perhaps")),
        (format!("{finding}/level"), json!("fatal")),
        (format!("{finding}/facts"), json!({ "host": 1 })),
        (format!("{finding}/evidence/0/from"), json!({ "type": "file", "line": 3 })),
        (format!("{finding}/evidence/0/from"), json!({ "type": "rumour" })),
        (format!("{finding}/remedy/steps"), json!([{ "step": "rm", "path": "/" }])),
        (format!("{finding}/remedy/automatic"), json!("yes")),
    ] {
        assert!(!spoilt(&pointer, value.clone()).is_empty(), "{pointer} = {value} is taken");
    }
    for name in ["schema", "gobs", "verb", "host", "checks", "summary"] {
        let mut document = good.clone();
        document.as_object_mut().unwrap().remove(name);
        assert!(!wrong("gobs.report-1", &document).is_empty(), "without {name} it is taken");
    }
    let mut document = good.clone();
    document["surprise"] = json!(1);
    assert!(!wrong("gobs.report-1", &document).is_empty());
}
