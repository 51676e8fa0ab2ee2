//! Projects with a defect beside the real go: go fails on it, gobs names it, and what gobs says makes go work again.

use std::path::{Path, PathBuf};
use std::process::Output;

use super::{has, text};
use crate::rig::Repos;
use crate::sandbox::Sandbox;
use crate::trees::{doctor, report};

const LIB: &str = "mods.acme.dev/lib";
const BASE: &str = "mods.acme.dev/base";

const GO_MOD: &str = "module mods.acme.dev/app\n\ngo 1.22\n\nrequire mods.acme.dev/lib v1.0.0\n";

/// A machine with the real go, a file tree that serves `lib` (which needs `base`), and a tidy project `app` that imports it.
struct Scene {
    sandbox: Sandbox,
    tree: PathBuf,
    repos: Repos,
}

impl Scene {
    fn new() -> Scene {
        let mut sandbox = Sandbox::bare();
        for name in ["go", "git"] {
            sandbox.real(name);
        }
        sandbox.set("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-build"));
        let tree = sandbox.base().join("tree");
        let scene = Scene { sandbox, tree, repos: Repos::new() };
        scene.publish(BASE, "package base\n", "");
        scene.publish(
            LIB,
            "package lib\n\nimport _ \"mods.acme.dev/base\"\n",
            "\nrequire mods.acme.dev/base v1.0.0\n",
        );
        scene.settings("");
        scene.write("go.mod", GO_MOD);
        scene.write("app.go", "package app\n\nimport _ \"mods.acme.dev/lib\"\n");
        scene.works(&["mod", "tidy"]);
        scene
    }

    fn publish(&self, module: &str, code: &str, requires: &str) {
        self.publish_files(module, &[("x.go", code)], requires);
    }

    fn publish_files(&self, module: &str, files: &[(&str, &str)], requires: &str) {
        let repo = self.repos.empty(module);
        let gomod = format!("module {module}\n\ngo 1.21\n{requires}");
        repo.commit(&[&[("go.mod", gomod.as_str())], files].concat());
        repo.tag("v1.0.0");
        repo.publish(&self.tree, module, "v1.0.0");
    }

    /// The Go env file: these lines below what every scene needs.
    fn settings(&self, more: &str) {
        let proxy = format!("GOPROXY=file://{}\n", self.tree.display());
        let text = format!("{proxy}GONOSUMDB=mods.acme.dev\nGOTOOLCHAIN=local\nGOFLAGS=-modcacherw\n{more}");
        self.sandbox.write(".config/go/env", text);
    }

    fn write(&self, path: &str, content: &str) {
        self.sandbox.write(&format!("app/{path}"), content);
    }

    fn read(&self, path: &str) -> String {
        self.sandbox.read(&format!("app/{path}"))
    }

    fn go_in(&self, dir: &str, words: &[&str]) -> Output {
        self.sandbox.command("go").args(words).current_dir(self.sandbox.home().join(dir)).output().unwrap()
    }

    /// go succeeds in the project.
    fn works(&self, words: &[&str]) {
        self.works_in("app", words);
    }

    fn works_in(&self, dir: &str, words: &[&str]) {
        let output = self.go_in(dir, words);
        assert!(output.status.success(), "go {words:?}: {}", text(&output));
    }

    /// `go build` fails with these words, and the doctor has exactly one finding in the area, of this kind.
    fn fails(&self, words: &str, id: &str, kind: &str) -> serde_json::Value {
        self.fails_in("app", words, id, kind)
    }

    fn fails_in(&self, dir: &str, words: &str, id: &str, kind: &str) -> serde_json::Value {
        let output = self.go_in(dir, &["build", "./..."]);
        assert!(!output.status.success(), "go build works");
        has(&text(&output), words);
        let found = self.findings(dir);
        let kinds: Vec<_> =
            found.iter().map(|(id, finding)| (id.as_str(), finding["kind"].as_str().unwrap())).collect();
        assert_eq!(kinds, [(id, kind)], "{found:#?}");
        assert_eq!(found[0].1["level"], "error", "{found:#?}");
        found[0].1.clone()
    }

    /// `go build` works and the doctor has nothing to say of the project.
    fn is_well(&self) {
        self.works(&["build", "./..."]);
        assert_eq!(self.findings("app"), []);
    }

    /// Warnings and errors of the area, with their checks.
    fn findings(&self, dir: &str) -> Vec<(String, serde_json::Value)> {
        let outcome = doctor(&self.sandbox, dir, &["--offline", "--only", "project.*"]);
        let mut found = Vec::new();
        for check in report(&outcome)["checks"].as_array().unwrap() {
            let of_check = check["findings"].as_array().unwrap().iter();
            let id = check["id"].as_str().unwrap();
            found.extend(of_check.filter(|f| f["level"] != "info").map(|f| (id.to_owned(), f.clone())));
        }
        found
    }

    /// Runs the go command that a remedy says, in a directory.
    fn paste(&self, dir: &str, finding: &serde_json::Value) {
        let step = &finding["remedy"]["steps"][0];
        assert_eq!(step["step"], "run", "{finding:#}");
        let words: Vec<&str> = step["command"].as_str().unwrap().split(' ').skip(1).collect();
        self.works_in(dir, &words);
    }

    fn fix(&self, id: &str) {
        let app = self.sandbox.home().join("app").display().to_string();
        let outcome = self.sandbox.gobs(&["-C", &app, "fix", id, "--offline", "--yes"]);
        assert_eq!(outcome.exit.code(), 0, "{outcome}");
    }

    /// go.sum without the lines that start so.
    fn without(&self, start: &str) {
        let kept: String =
            self.read("go.sum").split_inclusive('\n').filter(|line| !line.starts_with(start)).collect();
        self.write("go.sum", &kept);
    }
}

/// Whatever go itself wrote is never missed: every pruning, after `go mod tidy` and after `go get` alone.
#[test]
fn what_go_writes_is_complete() {
    let scene = Scene::new();
    for go in ["1.13", "1.16", "1.17", "1.20", "1.22"] {
        scene.write("go.mod", &format!("module mods.acme.dev/app\n\ngo {go}\n"));
        let _ = std::fs::remove_file(scene.sandbox.home().join("app/go.sum"));
        scene.works(&["get", "mods.acme.dev/lib@v1.0.0"]);
        scene.is_well();
        scene.works(&["mod", "tidy"]);
        scene.is_well();
    }
}

/// The same where a dependency has files for other systems, tests, a nested module beside it and packages nobody uses.
#[test]
fn what_go_writes_is_complete_for_dependencies_of_many_files() {
    let scene = Scene::new();
    for name in ["win", "testing", "unused", "tool"] {
        scene.publish(&format!("mods.acme.dev/{name}"), &format!("package {name}\n"), "");
    }
    let requires: String = ["base", "lib", "testing", "unused", "win"]
        .iter()
        .map(|name| format!("require mods.acme.dev/{name} v1.0.0\n"))
        .collect();
    scene.publish_files(
        "mods.acme.dev/big",
        &[
            ("x.go", "package big\n\nimport _ \"mods.acme.dev/lib\"\n"),
            ("x_windows.go", "package big\n\nimport _ \"mods.acme.dev/win\"\n"),
            ("x_test.go", "package big\n\nimport _ \"mods.acme.dev/testing\"\n"),
            ("gen.go", "//go:build ignore\n\npackage main\n\nimport _ \"mods.acme.dev/tool\"\n"),
            ("other/x.go", "package other\n\nimport _ \"mods.acme.dev/unused\"\n"),
        ],
        &format!("\n{requires}"),
    );
    scene.publish("mods.acme.dev/big/nested", "package nested\n", "");
    scene.write(
        "app.go",
        "package app\n\nimport (\n\t_ \"mods.acme.dev/big\"\n\t_ \"mods.acme.dev/big/nested\"\n)\n",
    );
    for go in ["1.13", "1.16", "1.17", "1.22"] {
        scene.write("go.mod", &format!("module mods.acme.dev/app\n\ngo {go}\n"));
        let _ = std::fs::remove_file(scene.sandbox.home().join("app/go.sum"));
        scene.works(&["get", "mods.acme.dev/big@v1.0.0", "mods.acme.dev/big/nested@v1.0.0"]);
        scene.is_well();
        scene.works(&["mod", "tidy"]);
        scene.is_well();
        // What only another system builds: go here does not mind, `go mod tidy` would add it.
        scene.without("mods.acme.dev/win v1.0.0 ");
        scene.works(&["build", "./..."]);
        let found = scene.findings("app");
        let told: Vec<_> = found.iter().map(|(_, f)| (&f["level"], &f["facts"]["module"])).collect();
        assert_eq!(told, [(&"warning".into(), &"mods.acme.dev/win".into())], "go {go}: {found:#?}");
    }
}

/// The import stands in a dependency, the requirement (since Go 1.17) in go.mod as an indirect one.
#[test]
fn a_zip_hash_that_a_dependency_needs() {
    let scene = Scene::new();
    for (go, word) in [("1.22", "mods.acme.dev/base v1.0.0 // indirect"), ("1.16", "")] {
        scene.write("go.mod", &GO_MOD.replace("1.22", go));
        scene.works(&["mod", "tidy"]);
        has(&scene.read("go.mod"), word);
        scene.is_well();
        scene.without("mods.acme.dev/base v1.0.0 ");
        let words = "missing go.sum entry for module providing package mods.acme.dev/base (imported by mods.acme.dev/lib)";
        let finding = scene.fails(words, "project.sums", "gosum-missing-h1");
        assert_eq!((&finding["facts"]["module"], &finding["facts"]["package"]), (&BASE.into(), &BASE.into()));
        let importer = finding["evidence"].as_array().unwrap().last().unwrap();
        assert!(importer["from"]["path"].as_str().unwrap().ends_with("lib@v1.0.0/x.go"), "{finding:#}");
        scene.paste("app", &finding);
        scene.is_well();
    }
}

/// Below a replacement that is a directory, too.
#[test]
fn a_zip_hash_that_a_replacement_needs() {
    let scene = Scene::new();
    scene.sandbox.write("lib/go.mod", format!("module {LIB}\n\ngo 1.22\n\nrequire {BASE} v1.0.0\n"));
    scene.sandbox.write("lib/x.go", format!("package lib\n\nimport _ \"{BASE}\"\n"));
    scene.write("go.mod", &format!("{GO_MOD}\nreplace {LIB} => ../lib\n"));
    scene.works(&["mod", "tidy"]);
    scene.is_well();
    scene.without("mods.acme.dev/base v1.0.0 ");
    let words = "missing go.sum entry for module providing package mods.acme.dev/base";
    let finding = scene.fails(words, "project.sums", "gosum-missing-h1");
    scene.paste("app", &finding);
    scene.is_well();
}

/// Of a module that could have the package, though another has it.
#[test]
fn a_zip_hash_that_rules_a_module_out() {
    let scene = Scene::new();
    scene.publish("mods.acme.dev/lib/nested", "package nested\n", "\nrequire mods.acme.dev/lib v1.0.0\n");
    scene.write("app.go", "package app\n\nimport _ \"mods.acme.dev/lib/nested\"\n");
    scene.write(
        "go.mod",
        "module mods.acme.dev/app\n\ngo 1.22\n\nrequire (\n\tmods.acme.dev/lib v1.0.0 // indirect\n\tmods.acme.dev/lib/nested v1.0.0\n)\n",
    );
    scene.works(&["get", "mods.acme.dev/lib/nested@v1.0.0"]);
    scene.is_well();
    scene.without("mods.acme.dev/lib v1.0.0 ");
    let words = "missing go.sum entry needed to verify package mods.acme.dev/lib/nested (imported by mods.acme.dev/app) is provided by exactly one module";
    let finding = scene.fails(words, "project.sums", "gosum-missing-h1");
    assert_eq!(finding["facts"]["module"], LIB);
}

/// Before Go 1.17 the go.mod of every module in the graph is loaded, in go.mod or not.
#[test]
fn a_go_mod_hash_deep_in_an_unpruned_graph() {
    let scene = Scene::new();
    scene.write("go.mod", &GO_MOD.replace("1.22", "1.16"));
    scene.works(&["mod", "tidy"]);
    scene.without("mods.acme.dev/base v1.0.0/go.mod");
    let words = "mods.acme.dev/base@v1.0.0: missing go.sum entry for go.mod file";
    let finding = scene.fails(words, "project.sums", "gosum-missing-entry");
    scene.paste("app", &finding);
    scene.is_well();
}

#[test]
fn a_zip_hash_that_is_missing() {
    let scene = Scene::new();
    scene.is_well();
    scene.without("mods.acme.dev/lib v1.0.0 ");
    let words = "missing go.sum entry for module providing package mods.acme.dev/lib";
    let finding = scene.fails(words, "project.sums", "gosum-missing-h1");
    assert_eq!(finding["facts"]["package"], LIB);
    scene.paste("app", &finding);
    scene.is_well();
}

#[test]
fn a_go_mod_hash_that_is_missing() {
    let scene = Scene::new();
    scene.without("mods.acme.dev/lib v1.0.0/go.mod");
    let words = "mods.acme.dev/lib@v1.0.0: missing go.sum entry for go.mod file";
    let finding = scene.fails(words, "project.sums", "gosum-missing-entry");
    scene.paste("app", &finding);
    scene.is_well();
}

#[test]
fn a_requirement_that_is_not_in_go_sum_at_all() {
    let scene = Scene::new();
    scene.without("mods.acme.dev/lib ");
    let words = "missing go.sum entry for module providing package mods.acme.dev/lib";
    let finding = scene.fails(words, "project.sums", "gosum-missing-entry");
    scene.paste("app", &finding);
    scene.is_well();
}

/// Before Go 1.17 every go.mod of the requirements is loaded, imported or not.
#[test]
fn a_go_mod_hash_of_an_unpruned_requirement() {
    let scene = Scene::new();
    scene.write("go.mod", "module mods.acme.dev/app\n\ngo 1.16\n\nrequire (\n\tmods.acme.dev/base v1.0.0 // indirect\n\tmods.acme.dev/lib v1.0.0\n)\n");
    scene.without("mods.acme.dev/base v1.0.0/go.mod");
    let words = "mods.acme.dev/base@v1.0.0: missing go.sum entry for go.mod file";
    scene.fails(words, "project.sums", "gosum-missing-entry");
}

/// go takes the mark for a part of the first path; the hashes themselves are sound.
#[test]
fn a_go_sum_with_a_byte_order_mark() {
    let scene = Scene::new();
    let sound = scene.read("go.sum");
    scene.write("go.sum", &format!("\u{feff}{sound}"));
    let words = "missing go.sum entry for module providing package mods.acme.dev/base";
    let finding = scene.fails(words, "project.gosum", "gosum-malformed");
    assert_eq!(finding["evidence"][0]["from"]["line"], 1);
    let step = finding["remedy"]["steps"][0]["command"].as_str().unwrap();
    let step = step.replace("[SANDBOX]", &scene.sandbox.base().display().to_string());
    let done = scene.sandbox.command("sh").args(["-c", &step]).env("PATH", "/usr/bin:/bin").status().unwrap();
    assert!(done.success(), "{step}");
    assert_eq!(scene.read("go.sum"), sound);
    scene.is_well();
}

/// In one go.mod, and between two modules of a workspace; go.work has the last word.
#[test]
fn replacements_that_contradict_each_other() {
    let scene = Scene::new();
    for dir in ["one", "two"] {
        scene.sandbox.write(&format!("{dir}/go.mod"), format!("module {LIB}\n\ngo 1.22\n"));
        scene.sandbox.write(&format!("{dir}/x.go"), "package lib\n");
    }
    let sound = scene.read("go.mod");
    let replaced = format!("{sound}\nreplace {LIB} => ../one\n");
    scene.write("go.mod", &format!("{replaced}replace {LIB} => ../two\n"));
    let words = "conflicting replacements for mods.acme.dev/lib";
    let finding = scene.fails(words, "project.replace", "replace-conflict");
    assert_eq!(finding["evidence"][0]["from"]["line"], replaced.lines().count() + 1);
    // Of one version and of all is no contradiction.
    scene.write("go.mod", &format!("{replaced}replace {LIB} v1.0.0 => ../one\n"));
    scene.is_well();
    scene.write("go.mod", &replaced);
    scene.is_well();
    scene.sandbox.write(
        "other/go.mod",
        format!("module mods.acme.dev/other\n\ngo 1.22\n\nrequire {LIB} v1.0.0\n\nreplace {LIB} => ../two\n"),
    );
    scene.sandbox.write("other/x.go", format!("package other\n\nimport _ \"{LIB}\"\n"));
    scene.sandbox.write("go.work", "go 1.22\n\nuse ./app\nuse ./other\n");
    let finding = scene.fails(words, "project.replace", "replace-conflict");
    assert!(finding["evidence"][0]["from"]["path"].as_str().unwrap().ends_with("/home/other/go.mod"));
    scene.paste("", &finding);
    scene.is_well();
}

#[test]
fn one_module_twice_in_a_workspace() {
    let scene = Scene::new();
    scene.sandbox.write("copy/go.mod", "module mods.acme.dev/app\n\ngo 1.22\n");
    scene.sandbox.write("go.work", "go 1.22\n\nuse (\n\t./app\n\t./copy\n)\n");
    let words = "module mods.acme.dev/app appears multiple times in workspace";
    let finding = scene.fails(words, "project.workspace", "gowork-duplicate-module");
    assert!(finding["evidence"][0]["from"]["path"].as_str().unwrap().ends_with("/home/copy/go.mod"));
}

/// What is in the cache serves builds; what is not, nobody may fetch.
#[test]
fn goproxy_off_over_what_is_not_here() {
    let scene = Scene::new();
    scene.settings("GOPROXY=off\n");
    let env = scene.sandbox.read(".config/go/env");
    let (_, rest) = env.split_once('\n').unwrap();
    scene.sandbox.write(".config/go/env", rest);
    let off = |scene: &Scene| {
        let outcome = doctor(&scene.sandbox, "app", &["--offline", "--only", "proxy.*"]);
        let report = report(&outcome);
        let checks = report["checks"].as_array().unwrap().clone();
        checks.iter().flat_map(|c| c["findings"].as_array().unwrap().clone()).collect::<Vec<_>>()
    };
    scene.works(&["build", "./..."]);
    assert_eq!(off(&scene), Vec::<serde_json::Value>::new());
    std::fs::remove_dir_all(scene.sandbox.home().join("go/pkg/mod")).unwrap();
    let output = scene.go_in("app", &["build", "./..."]);
    has(&text(&output), "module lookup disabled by GOPROXY=off");
    let found = off(&scene);
    let told: Vec<_> = found.iter().map(|f| (&f["kind"], &f["evidence"][0]["from"]["line"])).collect();
    assert_eq!(told, [(&"goproxy-off".into(), &4.into())], "{found:#?}");
    // A requirement that nothing imports, and a vendored project, ask for nothing.
    scene.write("app.go", "package app\n");
    scene.works(&["build", "./..."]);
    assert_eq!(off(&scene), Vec::<serde_json::Value>::new());
}

#[test]
fn hashes_that_contradict_each_other() {
    let scene = Scene::new();
    let sound = scene.read("go.sum");
    let wrong = format!("{LIB} v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    scene.write("go.sum", &format!("{wrong}{sound}"));
    let finding = scene.fails("checksum mismatch", "project.gosum", "gosum-duplicate-conflict");
    assert_eq!(finding["evidence"][0]["from"]["line"], 1);
    // Behind the right one go does not notice it: a warning, and the very line.
    scene.write("go.sum", &format!("{sound}{wrong}"));
    scene.works(&["build", "./..."]);
    let found = scene.findings("app");
    assert_eq!((found.len(), &found[0].1["level"]), (1, &"warning".into()), "{found:#?}");
    assert_eq!(found[0].1["evidence"][0]["from"]["line"], 5);
}

#[test]
fn a_go_sum_with_conflict_markers() {
    let scene = Scene::new();
    let sound = scene.read("go.sum");
    scene.write("go.sum", &format!("<<<<<<< HEAD\n{sound}=======\n>>>>>>> theirs\n"));
    let finding = scene.fails("wrong number of fields 2", "project.gosum", "gosum-malformed");
    has(finding["evidence"][0]["seen"].as_str().unwrap(), "wrong number of fields 2");
}

#[test]
fn a_go_mod_that_does_not_parse() {
    let scene = Scene::new();
    for (broken, words) in [
        (GO_MOD.replace("require", "requir"), "go.mod:5: unknown directive: requir"),
        (
            GO_MOD.replace("v1.0.0", "v2.0.0"),
            "go.mod:5:2: require mods.acme.dev/lib: version \"v2.0.0\" invalid",
        ),
        (format!("{GO_MOD}<<<<<<< HEAD\n"), "unknown directive: <<<<<<<"),
    ] {
        let broken =
            broken.replace("require mods.acme.dev/lib v2.0.0", "require (\n\tmods.acme.dev/lib v2.0.0\n)");
        let words = words.replace("go.mod:5:2:", "go.mod:6:2:");
        scene.write("go.mod", &broken);
        let finding = scene.fails(&words, "project.gomod", "gomod-malformed");
        has(finding["evidence"][0]["seen"].as_str().unwrap(), &words);
    }
}

#[test]
fn a_replacement_that_is_not_there() {
    let scene = Scene::new();
    scene.write("go.mod", &format!("{}\nreplace mods.acme.dev/lib => ../lib\n", scene.read("go.mod")));
    scene.fails("replacement directory ../lib does not exist", "project.replace", "replace-dir-missing");
    scene.sandbox.write("lib/go.mod", "module mods.acme.dev/lib\n\ngo 1.22\n");
    scene.sandbox.write("lib/x.go", "package lib\n");
    scene.is_well();
}

#[test]
fn workspaces() {
    let scene = Scene::new();
    let gowork = |content: &str| scene.sandbox.write("go.work", content);
    gowork("go 1.22\n\nuse ./app\nuse ./gone\n");
    let words = "cannot load module ../gone listed in go.work file";
    let finding = scene.fails(words, "project.workspace", "gowork-use-missing");
    scene.paste("", &finding);
    scene.is_well();
    gowork("go 1.21\n\nuse ./app\n");
    let words = "module . listed in go.work file requires go >= 1.22, but go.work lists go 1.21";
    let finding = scene.fails(words, "project.workspace", "gowork-go-too-old");
    scene.paste("", &finding);
    scene.is_well();
    scene.sandbox.write("other/go.mod", "module mods.acme.dev/other\n\ngo 1.22\n");
    scene.sandbox.write("other/x.go", "package other\n");
    let words = "does not contain modules listed in go.work";
    let finding = scene.fails_in("other", words, "project.workspace", "gowork-module-not-listed");
    scene.paste("other", &finding);
    scene.works_in("other", &["build", "./..."]);
    assert_eq!(scene.findings("other"), []);
}

/// Repaired by gobs itself.
#[test]
fn a_gowork_that_is_gone() {
    let scene = Scene::new();
    scene.settings("GOWORK=/srv/gone/go.work\n");
    scene.fails("open /srv/gone/go.work: no such file or directory", "project.workspace", "gowork-missing");
    scene.fix("project.workspace");
    scene.is_well();
}

#[test]
fn a_vendor_directory_that_does_not_fit() {
    let scene = Scene::new();
    scene.works(&["mod", "vendor"]);
    scene.is_well();
    scene.write("vendor/modules.txt", &scene.read("vendor/modules.txt").replace("lib v1.0.0", "lib v1.1.0"));
    let words = "mods.acme.dev/lib@v1.0.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt";
    let finding = scene.fails(words, "project.vendor", "vendor-inconsistent");
    has(finding["evidence"][0]["seen"].as_str().unwrap(), words);
    scene.paste("app", &finding);
    scene.is_well();
}

#[test]
fn a_go_line_beyond_the_go_at_hand() {
    let scene = Scene::new();
    scene.write("go.mod", &scene.read("go.mod").replace("go 1.22", "go 1.99"));
    scene.fails("go.mod requires go >= 1.99", "project.toolchain", "toolchain-newer-than-local");
    scene.settings("GOTOOLCHAIN=auto\n");
    // The last of equal keys counts, as go reads the file.
    scene
        .sandbox
        .write(".config/go/env", scene.sandbox.read(".config/go/env").replace("GOTOOLCHAIN=local\n", ""));
    scene.fails("go1.99.0", "project.toolchain", "toolchain-not-on-proxy");
}

#[test]
fn a_project_of_before_modules() {
    let scene = Scene::new();
    std::fs::remove_file(scene.sandbox.home().join("app/go.mod")).unwrap();
    scene.write("Gopkg.toml", "");
    scene.fails("does not contain main module", "project.gopath", "gomod-missing");
}

/// A tree serves a private module, and go asks the public database about it: refused here, at a port where nobody is.
#[test]
fn a_private_module_looked_up_in_the_public_database() {
    let mut scene = Scene::new();
    scene.publish("git.corp.example/lib", "package lib\n", "");
    scene.sandbox.set("HTTPS_PROXY", "http://127.0.0.1:9");
    scene.settings("");
    let env = scene.sandbox.read(".config/go/env").replace("GONOSUMDB=mods.acme.dev\n", "");
    scene.sandbox.write(".config/go/env", env);
    scene.write("go.mod", "module mods.acme.dev/app\n\ngo 1.22\n\nrequire git.corp.example/lib v1.0.0\n");
    scene.write("app.go", "package app\n\nimport _ \"git.corp.example/lib\"\n");
    std::fs::remove_file(scene.sandbox.home().join("app/go.sum")).unwrap();
    let output = scene.go_in("app", &["mod", "tidy"]);
    assert!(!output.status.success());
    has(&text(&output), "Get \"https://sum.golang.org/lookup/git.corp.example/lib@v1.0.0\"");
    let found = scene.findings("app");
    assert!(
        found.iter().any(|(id, f)| id == "project.leak" && f["kind"] == "private-module-sent-to-sumdb"),
        "{found:#?}"
    );
    scene.fix("project.leak");
    scene.works(&["mod", "tidy"]);
    scene.is_well();
}

/// An empty zip, as a full disk leaves it: go stops at it, gobs moves it aside, go fetches it again.
#[test]
fn an_empty_zip_in_the_cache() {
    let scene = Scene::new();
    let cache = scene.sandbox.home().join("go/pkg/mod");
    std::fs::remove_dir_all(cache.join(format!("{LIB}@v1.0.0"))).unwrap();
    std::fs::write(cache.join(format!("cache/download/{LIB}/@v/v1.0.0.zip")), "").unwrap();
    let output = scene.go_in("app", &["build", "./..."]);
    assert!(!output.status.success());
    has(&text(&output), "zip: not a valid zip file");
    let outcome = doctor(&scene.sandbox, "app", &["--offline", "--quick", "--only", "cache.leftovers"]);
    has(&outcome.stdout, "gomodcache-corrupt-zip");
    scene.fix("cache.*");
    scene.is_well();
}

/// A file where the module cache should be.
#[test]
fn a_module_cache_that_is_a_file() {
    let scene = Scene::new();
    let file = scene.sandbox.write("file", "");
    scene.settings(&format!("GOMODCACHE={}\n", file.display()));
    let output = scene.go_in("app", &["build", "./..."]);
    assert!(!output.status.success());
    has(&text(&output), "not a directory");
    let outcome = doctor(&scene.sandbox, "app", &["--offline", "--only", "cache.dirs"]);
    has(&outcome.stdout, "cache-dir-unusable");
}
