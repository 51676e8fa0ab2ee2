//! Who is wrong, with everybody there to be asked: a checksum database, a mirror, the repository, git's history of go.sum.

use std::path::PathBuf;

use serde_json::Value;

use super::text;
use crate::rig::{Liar, Repos, SumDb, must, publish};
use crate::sandbox::Sandbox;

const LIB: &str = "lib.corp-one.org/team/lib.git";

/// A repository whose tag was moved after its first content was published, a mirror of each content, a database that
/// knows the first.
struct Scene {
    sandbox: Sandbox,
    repos: Repos,
    first: tempfile::TempDir,
    second: tempfile::TempDir,
    database: SumDb,
}

impl Scene {
    fn new() -> Scene {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let repos = Repos::new();
        let repo = repos.module("team/lib", LIB);
        let file = |name: &str| repo.git(&["show", &format!("main:{name}")]) + "\n";
        let (gomod, lib) = (file("go.mod"), file("lib.go"));
        let more = "package lib\n\nconst More = 1\n";
        publish(first.path(), LIB, "v1.0.0", &[("go.mod", &gomod), ("lib.go", &lib)]);
        publish(second.path(), LIB, "v1.0.0", &[("go.mod", &gomod), ("lib.go", &lib), ("more.go", more)]);
        repo.commit(&[("more.go", more)]);
        repo.tag("v1.0.0");
        let database = SumDb::start(first.path(), 300, "filler.corp-one.org/f");
        let mut sandbox = Sandbox::bare();
        for program in ["go", "git"] {
            sandbox.real(program);
        }
        for (name, value) in
            [("GOTOOLCHAIN", "local"), ("GOFLAGS", "-modcacherw"), ("GIT_CONFIG_NOSYSTEM", "1")]
        {
            sandbox.set(name, value);
        }
        sandbox.set("GOSUMDB", format!("{} {}", database.key(), database.url()));
        let at = repos.root().display();
        sandbox.write(
            ".gitconfig",
            format!("[url \"file://{at}/\"]\n\tinsteadOf = https://lib.corp-one.org/\n[user]\n\tname = Li\n\temail = li@example.org\n"),
        );
        sandbox.write("app/go.mod", format!("module example.org/app\n\ngo 1.21\n\nrequire {LIB} v1.0.0\n"));
        Scene { sandbox, repos, first, second, database }
    }

    fn app(&self) -> PathBuf {
        self.sandbox.home().join("app")
    }

    fn run(&self, program: &str, words: &[&str], vars: &[(&str, &str)]) -> String {
        let mut command = self.sandbox.command(program);
        command.args(words).current_dir(self.app()).envs(vars.iter().copied());
        text(&must(command.output().unwrap(), words))
    }

    /// What go.sum and the cache hold when a module came from there and nobody was asked.
    fn unchecked(&self, goproxy: &str) -> String {
        let _ = std::fs::remove_dir_all(self.sandbox.home().join("go"));
        let _ = std::fs::remove_file(self.app().join("go.sum"));
        self.run("go", &["mod", "download"], &[("GOPROXY", goproxy), ("GOSUMDB", "off")]);
        self.run(
            "go",
            &["mod", "download", &format!("{LIB}@v1.0.0")],
            &[("GOPROXY", goproxy), ("GOSUMDB", "off")],
        );
        // Nothing imports it: go.sum as `go mod tidy` would have it.
        let json = self.run(
            "go",
            &["mod", "download", "-json", &format!("{LIB}@v1.0.0")],
            &[("GOPROXY", goproxy), ("GOSUMDB", "off")],
        );
        let json: Value = serde_json::from_str(&json).unwrap();
        let lines = format!(
            "{LIB} v1.0.0 {}\n{LIB} v1.0.0/go.mod {}\n",
            json["Sum"].as_str().unwrap(),
            json["GoModSum"].as_str().unwrap()
        );
        self.sandbox.write("app/go.sum", &lines);
        lines
    }

    /// Kind, certainty, exit and the finding.
    fn verdict(&self, words: &[&str]) -> (String, String, u8, Value) {
        let app = self.app().display().to_string();
        let outcome = self.sandbox.gobs(&[&["verify", "--format", "json", "-C", &app], words].concat());
        let report: Value =
            serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {outcome}"));
        let found = report["checks"][0]["findings"].as_array().cloned().unwrap_or_default();
        assert_eq!(found.len(), 1, "{outcome}");
        let word = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let one = found[0].clone();
        (word(&one["kind"]), word(&one["facts"]["certainty"]), outcome.exit.code(), one)
    }
}

fn tree(dir: &tempfile::TempDir) -> String {
    format!("file://{}", dir.path().display())
}

#[test]
fn who_is_wrong() {
    let mut scene = Scene::new();
    let (first, second) = (tree(&scene.first), tree(&scene.second));
    let right = scene.unchecked(&first);
    let wrong = scene.unchecked(&second);
    assert_ne!(right, wrong);
    let is = |scene: &Scene, kind: &str, certainty: &str, exit: u8| {
        let (found, certain, code, one) = scene.verdict(&[]);
        assert_eq!((found.as_str(), certain.as_str(), code), (kind, certainty, exit), "{one:#}");
        one
    };

    // The tag was moved: go.sum and cache have what the origin has now, the database what it had first.
    scene.sandbox.set("GOPROXY", "direct");
    let moved = scene.unchecked("direct");
    let one = is(&scene, "tag-moved", "proven", 1);
    let hashes = one["evidence"].to_string();
    for line in right.lines().take(1).chain(moved.lines().take(1)) {
        assert!(hashes.contains(line.rsplit(' ').next().unwrap()), "{one:#}");
    }

    // One mirror serves the other bytes, and the cache was filled from it.
    scene.unchecked(&second);
    scene.sandbox.write("app/go.sum", &right);
    scene.sandbox.set("GOPROXY", &second);
    let away = scene.sandbox.home().join("away");
    std::fs::rename(scene.repos.root(), &away).unwrap();
    let one = is(&scene, "mirror-other-bytes", "proven", 1);
    assert!(one["facts"]["files"].as_str().is_none_or(|files| files.contains("more.go")), "{one:#}");

    // Everybody agrees but the database.
    scene.sandbox.write("app/go.sum", &wrong);
    is(&scene, "sumdb-mismatch", "proven", 1);

    // A wrong line in go.sum, and since when: cache, mirror and database have the first content.
    scene.unchecked(&first);
    scene.sandbox.set("GOPROXY", &first);
    scene.run("git", &["init", "-q"], &[]);
    for (lines, message) in [(&right, "start"), (&wrong, "merge by hand"), (&wrong, "later")] {
        scene.sandbox.write("app/go.sum", lines);
        std::fs::write(scene.app().join("note"), message).unwrap();
        scene.run("git", &["add", "."], &[]);
        scene.run("git", &["commit", "-q", "-m", message], &[]);
    }
    let one = is(&scene, "gosum-wrong-hash", "proven", 1);
    assert!(one["facts"]["since"].as_str().unwrap().ends_with("merge by hand"), "{one:#}");
    let line = right.lines().next().unwrap();
    assert!(one["remedy"].to_string().contains(line), "{one:#}");
    assert_eq!(one["remedy"]["automatic"], false);
    assert_eq!(std::fs::read_to_string(scene.app().join("go.sum")).unwrap(), wrong);

    // Nobody to prove anything: said, and no mismatch.
    scene.sandbox.write("app/go.sum", &right);
    scene.sandbox.set("GOSUMDB", format!("{} http://127.0.0.1:1", scene.database.key()));
    let one = is(&scene, "sumdb-unreachable", "", 0);
    assert_eq!(one["level"], "warning");
    assert_eq!(scene.verdict(&["--strict"]).2, 1);
    let app = scene.app().display().to_string();
    for format in ["text", "markdown", "json"] {
        let outcome = scene.sandbox.gobs(&["verify", "--format", format, "-C", &app]);
        let said = outcome.stdout.matches("proven").count();
        assert!(said == 1 || (format == "markdown" && said == 2), "{}{}", outcome.stdout, outcome.stderr);
    }

    // Private, and re-tagged: the database may not be asked.
    std::fs::rename(&away, scene.repos.root()).unwrap();
    scene.sandbox.set("GOPRIVATE", "lib.corp-one.org");
    scene.unchecked("direct");
    scene.sandbox.write("app/go.sum", &right);
    is(&scene, "private-retagged", "open", 1);
}

/// Cache and go.sum contradict each other and nothing else: then the doctor asks the proxies, and the database where
/// they do not settle it.
#[test]
fn in_doubt_the_doctor_asks_the_database() {
    let mut scene = Scene::new();
    let (first, second) = (tree(&scene.first), tree(&scene.second));
    let wrong = scene.unchecked(&second);
    let right = scene.unchecked(&first);
    let app = scene.app().display().to_string();
    let doctor = |scene: &Scene| {
        let words = ["doctor", "--only", "cache.content", "--format", "json", "-C", &app];
        let outcome = scene.sandbox.gobs(&words);
        let report: Value =
            serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {outcome}"));
        let found = report["checks"][0]["findings"].as_array().cloned().unwrap_or_default();
        assert_eq!(found.len(), 1, "{outcome}");
        let word = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let one = found[0].clone();
        (word(&one["kind"]), word(&one["facts"]["certainty"]), one)
    };
    let lookups = |relay: &Liar| relay.asked().iter().filter(|path| path.contains("/lookup/")).count();
    let is = |scene: &Scene, kind: &str, certainty: &str| {
        let (found, certain, one) = doctor(scene);
        assert_eq!((found.as_str(), certain.as_str()), (kind, certainty), "{one:#}");
        one
    };
    let relay = scene.database.twisted(|_, said| said);
    let key = scene.database.key().to_owned();
    scene.sandbox.set("GOSUMDB", format!("{key} {}", relay.url()));

    // The cache is right and the line is wrong. No proxy to ask; the database proves it.
    scene.sandbox.set("GOPROXY", "off");
    scene.sandbox.write("app/go.sum", &wrong);
    let one = is(&scene, "gosum-wrong-hash", "proven");
    assert!(one["remedy"].to_string().contains(right.lines().next().unwrap()), "{one:#}");
    assert_eq!(one["remedy"]["automatic"], false);
    assert_eq!(lookups(&relay), 1, "{:?}", relay.asked());

    // The line is right, and the cache of one mind against it.
    scene.unchecked(&second);
    scene.sandbox.write("app/go.sum", &right);
    let one = is(&scene, "gomodcache-tampered-zip", "proven");
    assert_eq!(one["remedy"]["automatic"], true, "{one:#}");
    assert_eq!(lookups(&relay), 2, "{:?}", relay.asked());

    // A proxy that sides with go.sum settles it; the database is not troubled.
    scene.sandbox.set("GOPROXY", &first);
    is(&scene, "gomodcache-tampered-zip", "recorded");
    assert_eq!(lookups(&relay), 2, "{:?}", relay.asked());

    // A proxy that sides with the cache does not: it is the one that lies.
    scene.sandbox.set("GOPROXY", &second);
    is(&scene, "mirror-other-bytes", "proven");
    assert_eq!(lookups(&relay), 3, "{:?}", relay.asked());

    // The database cannot be reached, or has no record of it: nothing is proven, and nothing is moved.
    let unaware = Liar::http();
    for at in [format!("{key} http://127.0.0.1:1"), format!("{key} {}", unaware.url())] {
        scene.sandbox.set("GOSUMDB", at);
        for goproxy in ["off", &second] {
            scene.sandbox.set("GOPROXY", goproxy);
            let one = is(&scene, "gosum-wrong-hash", "likely");
            assert_eq!(one["remedy"]["automatic"], false, "{one:#}");
        }
    }

    assert_eq!(lookups(&unaware), 2, "{:?}", unaware.asked());

    // It may not be asked about a private module, and it is not.
    scene.sandbox.set("GOSUMDB", format!("{key} {}", relay.url()));
    scene.sandbox.set("GONOSUMDB", "lib.corp-one.org");
    scene.sandbox.set("GOPROXY", "off");
    is(&scene, "gosum-wrong-hash", "likely");
    assert_eq!(lookups(&relay), 3, "{:?}", relay.asked());
    scene.sandbox.unset("GONOSUMDB");

    // A lie about the record is no proof of anything: the line and the cache stay as uncertain as they were.
    let (from, to) = (hash(&right), hash(&wrong));
    let liar = scene.database.twisted(move |path, mut said| {
        if path.contains("/lookup/") {
            said.body = String::from_utf8(said.body).unwrap().replace(&from, &to).into_bytes();
        }
        said
    });
    let _ = std::fs::remove_dir_all(scene.sandbox.home().join("go/pkg/mod/cache/download/sumdb"));
    scene.sandbox.set("GOSUMDB", format!("{key} {}", liar.url()));
    is(&scene, "gosum-wrong-hash", "likely");
    assert_eq!(lookups(&liar), 1, "{:?}", liar.asked());
}

/// That of the zip.
fn hash(gosum: &str) -> String {
    gosum.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned()
}
