//! `gobs fix` on damaged module caches, with the real go: it fails before, works after, and `gobs undo` brings back every
//! byte. And caches that gobs must leave alone: of another user, read-only, in go's hands at that moment.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::machine;
use super::situations::{Dir, Info, Made, Mod, SOUND, Situation, Sum, Zip, ZipHash, make};
use crate::sandbox::{Outcome, Sandbox, tree};

/// A project, a module cache in that situation, an honest proxy.
struct Scene {
    sandbox: Sandbox,
    made: Made,
}

impl Scene {
    fn new(situation: Situation) -> Scene {
        let mut sandbox = machine();
        let made = make(&[situation]).remove(0);
        let proxy = sandbox.home().join("proxy");
        made.publish(&proxy);
        sandbox.set("GOPROXY", format!("file://{}", proxy.display()));
        sandbox.set("GOSUMDB", "off");
        sandbox.set("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify-build"));
        let scene = Scene { sandbox, made };
        scene.made.write_project(&scene.project());
        scene.made.fill(&scene.cache());
        scene
    }

    fn project(&self) -> PathBuf {
        self.sandbox.home().join("project")
    }

    /// Where go looks by default.
    fn cache(&self) -> PathBuf {
        self.sandbox.home().join("go/pkg/mod")
    }

    fn download(&self, suffix: &str) -> PathBuf {
        self.cache().join(format!("cache/download/ex.test/s0/@v/v1.0.0.{suffix}"))
    }

    fn gobs(&self, args: &[&str]) -> Outcome {
        let project = self.project().display().to_string();
        self.sandbox.gobs(&[args, &["-C", &project]].concat())
    }

    fn go(&self, args: &[&str]) -> bool {
        self.sandbox.command("go").current_dir(self.project()).args(args).output().unwrap().status.success()
    }

    /// Every file of the cache, but for go's locks and what it noted down beside.
    fn state(&self) -> String {
        let text = tree(&self.cache());
        let foreign = |line: &&str| !line.contains(".lock ") && !line.starts_with("cache/lock");
        text.lines().filter(foreign).collect::<Vec<_>>().join("\n")
    }
}

/// The kind, the situation, and what of go fails in it.
fn damaged() -> [(&'static str, Situation, &'static [&'static str]); 6] {
    const VERIFY: &[&str] = &["mod", "verify"];
    const BUILD: &[&str] = &["build", "./..."];
    [
        ("gomodcache-corrupt-zip", Situation { zip: Zip::Truncated, ..SOUND }, VERIFY),
        ("gomodcache-tampered-zip", Situation { zip: Zip::Edited, dir: Dir::Absent, ..SOUND }, VERIFY),
        ("gomodcache-tampered-dir", Situation { dir: Dir::Touched, ..SOUND }, VERIFY),
        ("ziphash-stale", Situation { ziphash: ZipHash::Wrong, ..SOUND }, BUILD),
        ("gomodcache-bad-gomod", Situation { gomod: Mod::Page, ..SOUND }, BUILD),
        ("gomodcache-bad-info", Situation { info: Info::OtherVersion, ..SOUND }, &["mod", "download"]),
    ]
}

#[test]
fn broken_before_sound_after_and_back_again() {
    for (kind, situation, question) in damaged() {
        let scene = Scene::new(situation);
        let gosum = scene.made.gosum();
        let before = scene.state();
        assert!(!scene.go(question), "{kind}: go is content");
        // What go did while it failed is no part of the scene.
        std::fs::remove_dir_all(scene.cache()).unwrap();
        scene.made.fill(&scene.cache());
        let found = scene.gobs(&["verify", "--offline"]);
        assert!(found.exit.code() == 1 && found.stdout.contains(kind), "{kind}: {found}");

        let fixed = scene.gobs(&["fix", "cache.content", "--yes"]);
        assert_eq!(fixed.exit.code(), 0, "{kind}: {fixed}");
        assert_eq!(scene.gobs(&["verify", "--offline"]).exit.code(), 0, "{kind}");
        assert!(scene.download("zip").exists() && scene.download("ziphash").exists(), "{kind}: not fetched");
        for question in [&["mod", "verify"][..], &["mod", "download"], &["build", "./..."]] {
            assert!(scene.go(question), "{kind}: go {question:?} after the fix");
        }
        assert_eq!(std::fs::read_to_string(scene.project().join("go.sum")).unwrap(), gosum, "{kind}");

        let undone = scene.gobs(&["undo", "--yes"]);
        assert_eq!(undone.exit.code(), 0, "{kind}: {undone}");
        let lost: Vec<&str> = before.lines().filter(|line| !scene.state().contains(line)).collect();
        assert!(lost.is_empty(), "{kind}: {lost:#?}");
        assert!(!scene.go(question), "{kind}: go is content after the undo");
    }
}

/// Zip and `.ziphash` replaced together, no directory: the cache alone makes go.sum look wrong.
#[test]
fn whom_a_proxy_contradicts_is_the_cache() {
    let scene =
        Scene::new(Situation { zip: Zip::Edited, ziphash: ZipHash::OfTheCache, dir: Dir::Absent, ..SOUND });
    let (before, build) = (scene.state(), ["build", "./..."]);
    assert!(!scene.go(&build), "go is content before");
    let offline = scene.gobs(&["doctor", "--offline", "--only", "cache.content"]);
    assert!(offline.stdout.contains("go.sum:1"), "{offline}");
    assert!(!offline.stdout.contains("gomodcache-tampered-zip"), "{offline}");
    let fixed = scene.gobs(&["fix", "cache.content", "--yes"]);
    assert_eq!(fixed.exit.code(), 0, "{fixed}");
    assert!(scene.go(&build), "go refuses what was repaired: {fixed}");
    assert!(scene.go(&["mod", "verify"]));
    let undone = scene.gobs(&["undo", "--yes"]);
    assert_eq!(undone.exit.code(), 0, "{undone}");
    let lost: Vec<&str> = before.lines().filter(|line| !scene.state().contains(line)).collect();
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn a_go_sum_that_is_wrong_is_shown_and_not_touched() {
    for sum in [Sum::WrongZip, Sum::WrongThenRight] {
        let scene = Scene::new(Situation { sum, ..SOUND });
        let before = tree(&scene.project());
        let fixed = scene.gobs(&["fix", "cache.content", "project.gosum", "--yes"]);
        assert_eq!(fixed.exit.code(), 1, "{fixed}");
        assert!(fixed.stdout.contains("line 1 of go.sum") || fixed.stdout.contains("go.sum:1"), "{fixed}");
        assert!(fixed.stdout.contains(&scene.made.right()), "{fixed}");
        assert_eq!(tree(&scene.project()), before);
    }
}

#[test]
fn an_entry_in_gos_hands_is_left_alone() {
    for damage in [Situation { zip: Zip::Truncated, ..SOUND }, Situation { dir: Dir::Touched, ..SOUND }] {
        let scene = Scene::new(damage);
        let before = scene.state();
        // As go's own lockedfile does it.
        let lock = std::fs::File::create(scene.download("lock")).unwrap();
        lock.lock().unwrap();
        let refused = scene.gobs(&["fix", "cache.content", "--yes"]);
        assert_eq!(refused.exit.code(), 2, "{refused}");
        assert!(refused.stderr.contains("go is at work on that module right now"), "{refused}");
        assert_eq!(scene.state(), before);
        drop(lock);
        assert_eq!(scene.gobs(&["fix", "cache.content", "--yes"]).exit.code(), 0);
    }
}

#[test]
fn where_go_cannot_fetch_it_again_that_is_said() {
    let mut scene = Scene::new(Situation { zip: Zip::Truncated, ..SOUND });
    scene.sandbox.set("GOPROXY", "off");
    let before = scene.state();
    let fixed = scene.gobs(&["fix", "cache.content", "--yes"]);
    assert!(fixed.stderr.contains("gobs undo brings back"), "{fixed}");
    assert!(!scene.download("zip").exists());
    assert_eq!(scene.gobs(&["undo", "--yes"]).exit.code(), 0);
    assert_eq!(scene.state(), before);
}

/// Runs gobs as nobody: root may read and write everything.
fn as_nobody(scene: &Scene, args: &[&str]) -> (Option<i32>, String) {
    let home = scene.sandbox.base().join("nobody");
    std::fs::create_dir_all(&home).unwrap();
    std::os::unix::fs::chown(&home, Some(65534), Some(65534)).unwrap();
    for dir in [scene.sandbox.base(), scene.sandbox.home()] {
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let gobs = home.join("gobs");
    Sandbox::copy_program(Path::new(env!("CARGO_BIN_EXE_gobs")), &gobs);
    let output =
        Command::new(which::which("setpriv").expect("setpriv is needed for this test: run scripts/test"))
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
            .arg(&gobs)
            .args(args)
            .arg("-C")
            .arg(scene.project())
            .env_clear()
            .envs(scene.sandbox.environment())
            .env("HOME", &home)
            .env("GOMODCACHE", scene.cache())
            .output()
            .unwrap();
    (output.status.code(), super::text(&output))
}

#[test]
fn a_cache_of_another_user_can_be_verified_and_stays_as_it_is() {
    let scene = Scene::new(Situation { zip: Zip::Truncated, ..SOUND });
    let before = scene.state();
    let (code, found) = as_nobody(&scene, &["verify", "--offline"]);
    assert!(code == Some(1) && found.contains("gomodcache-corrupt-zip"), "{found}");
    let (code, refused) = as_nobody(&scene, &["fix", "cache.content", "--yes", "--offline"]);
    assert_eq!(code, Some(2), "{refused}");
    assert!(refused.contains("belongs to somebody else or is read-only"), "{refused}");
    assert_eq!(scene.state(), before);
    // Nor is what may not be entered passed over as if it were empty.
    std::fs::set_permissions(scene.download("zip").parent().unwrap(), std::fs::Permissions::from_mode(0o700))
        .unwrap();
    let (code, found) = as_nobody(&scene, &["verify", "--offline", "--all"]);
    assert!(code == Some(1) && found.contains("ex.test/s0/@v may not be read by this user"), "{found}");
    std::fs::set_permissions(scene.download("zip").parent().unwrap(), std::fs::Permissions::from_mode(0o755))
        .unwrap();
    // What may not even be read is no damage.
    std::fs::set_permissions(scene.download("zip"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let (code, found) = as_nobody(&scene, &["verify", "--offline"]);
    assert!(
        !found.contains("gomodcache-corrupt-zip") && found.contains("permission denied"),
        "{code:?} {found}"
    );
}
