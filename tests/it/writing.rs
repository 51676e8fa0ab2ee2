//! What writing promises: all or nothing, whatever happens in between.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gobs::journal::{Entry, Journal};
use gobs::model::{Change, Setting, State, Step, Value};
use gobs::plan::{Applied, Interrupted, Way, apply, plan, settle, survey};
use gobs::targets::Ground;
use gobs::world::{Disk, Touch, World};

use crate::sandbox::{Sandbox, tree, world_of};

fn disk(world: &World) -> Disk {
    Disk::open(world, world.places.state().unwrap(), "test", Duration::from_secs(1)).unwrap()
}

fn journal(world: &World) -> Journal {
    Journal::under(world.places.state().unwrap())
}

/// An entry that changes three files: one there before, one new in a new directory, one removed.
fn three_files(sandbox: &Sandbox) -> Entry {
    let a = sandbox.write("a", "old a\n");
    let c = sandbox.write("c", "old c");
    std::fs::set_permissions(&a, std::fs::Permissions::from_mode(0o640)).unwrap();
    let dir = sandbox.home().join("new");
    let changes = vec![
        Change::Dir { path: dir.clone(), before: None, after: Some(0o700) },
        Change::File {
            path: a,
            before: Some(State::bytes("old a\n", 0o640)),
            after: Some(State::bytes("new a\n", 0o640)),
        },
        Change::File { path: dir.join("b"), before: None, after: Some(State::bytes("new b", 0o600)) },
        Change::File { path: c, before: Some(State::bytes("old c", 0o644)), after: None },
    ];
    Entry {
        schema: "gobs.journal/1".into(),
        id: 0,
        verb: "test".into(),
        about: String::new(),
        at: 0,
        undoes: None,
        profile: None,
        changes,
        edits: Vec::new(),
        locks: Vec::new(),
    }
}

/// How many steps the disk is touched in for [`three_files`].
fn steps() -> usize {
    let sandbox = Sandbox::new();
    let world = sandbox.world();
    let entry = three_files(&sandbox);
    let mut disk = disk(&world);
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    disk.watch(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    assert_eq!(apply(&world.files, &mut disk, &journal(&world), entry).unwrap(), Applied::Done(1));
    count.load(Ordering::Relaxed)
}

#[test]
fn a_failure_at_any_step_leaves_everything_as_it_was() {
    for at in 0..steps() {
        for kind in [std::io::ErrorKind::StorageFull, std::io::ErrorKind::PermissionDenied] {
            let sandbox = Sandbox::new();
            let world = sandbox.world();
            let entry = three_files(&sandbox);
            let was = world_of(&sandbox);
            let mut disk = disk(&world);
            let mut left = at;
            let broken = Arc::new(Mutex::new(String::new()));
            let tell = broken.clone();
            disk.watch(move |touch| {
                if left == 0 {
                    *tell.lock().unwrap() = format!("{touch:?}");
                    left = usize::MAX;
                    return Err(kind.into());
                }
                left = left.saturating_sub(1);
                Ok(())
            });
            let applied = apply(&world.files, &mut disk, &journal(&world), entry);
            let broken = broken.lock().unwrap().clone();
            // Removing what was staged may fail without harm; it is only litter then.
            let harmless = applied.is_ok();
            if harmless {
                assert!(broken.starts_with("Remove"), "step {at} ({broken}) failed in silence");
            } else if broken.starts_with("Rename") && broken.contains(".json") {
                // Everything is done but the closing: the next gobs finds that out and closes it.
                let open = Interrupted::all(&world.files, &journal(&world)).unwrap();
                assert!(open.len() == 1 && open[0].made == open[0].entry.changes.len());
            } else {
                assert_eq!(world_of(&sandbox), was, "step {at}: {broken}");
                assert!(journal(&world).entries(&world.files).unwrap().is_empty());
                assert!(
                    Interrupted::all(&world.files, &journal(&world)).unwrap().is_empty(),
                    "step {at}: {broken}"
                );
            }
        }
    }
}

#[test]
fn a_crash_at_any_step_is_found_and_settled_either_way() {
    let mut halfway = 0;
    for at in 0..steps() {
        for way in [Way::RollBack, Way::Complete] {
            let sandbox = Sandbox::new();
            let world = sandbox.world();
            let entry = three_files(&sandbox);
            let was = world_of(&sandbox);
            let crashed = std::thread::scope(|scope| {
                let run = std::thread::Builder::new().name("gobs:crash".into());
                let run = run.spawn_scoped(scope, || {
                    let mut disk = disk(&world);
                    let mut left = at;
                    disk.watch(move |_| {
                        assert!(left > 0, "killed");
                        left -= 1;
                        Ok(())
                    });
                    apply(&world.files, &mut disk, &journal(&world), entry)
                });
                run.unwrap().join().is_err()
            });
            assert!(crashed, "step {at}");
            for broken in Interrupted::all(&world.files, &journal(&world)).unwrap() {
                halfway += usize::from(broken.halfway());
                settle(&world.files, &mut disk(&world), &journal(&world), &broken, way).unwrap();
            }
            let now = world_of(&sandbox);
            let done = now.contains("new a") && now.contains("new b") && !now.contains("old c");
            assert!(now == was || done, "step {at} {way:?}: neither old nor new:\n{now}");
            assert!(!now.contains(".gobs-"), "step {at} {way:?}: litter:\n{now}");
            if done {
                assert_eq!(journal(&world).entries(&world.files).unwrap().len(), 1, "step {at} {way:?}");
            }
        }
    }
    assert!(halfway > 4, "no crash fell between two renames");
}

#[test]
fn a_file_that_moved_since_the_plan_is_not_touched() {
    let sandbox = Sandbox::new();
    let world = sandbox.world();
    let entry = three_files(&sandbox);
    sandbox.write("a", "somebody else\n");
    let was = world_of(&sandbox);
    let applied = apply(&world.files, &mut disk(&world), &journal(&world), entry).unwrap();
    assert_eq!(applied, Applied::Moved(vec![sandbox.home().join("a")]));
    assert_eq!(world_of(&sandbox), was);
}

fn set_goproxy(world: &World) {
    let ground = Ground {
        places: &world.places,
        vars: &world.vars,
        cwd: &world.cwd,
        host: &world.host,
        git_rules: &[],
    };
    let steps = [Step::Set(Setting::go("GOPROXY", Value::one("https://a.example")))];
    let now = survey(&world.files, ground, &steps);
    let plan = plan(ground, &now, &steps).unwrap();
    let entry = Entry { changes: plan.changes, edits: plan.edits, ..three_entry() };
    assert!(matches!(
        apply(&world.files, &mut disk(world), &journal(world), entry).unwrap(),
        Applied::Done(_)
    ));
}

fn three_entry() -> Entry {
    Entry {
        schema: "gobs.journal/1".into(),
        id: 0,
        verb: "test".into(),
        about: String::new(),
        at: 0,
        undoes: None,
        profile: None,
        changes: Vec::new(),
        edits: Vec::new(),
        locks: Vec::new(),
    }
}

#[test]
fn dotfiles_behind_symlinks_are_written_through() {
    let sandbox = Sandbox::new();
    let real = sandbox.write("dotfiles/goenv", "GOFLAGS=-x\n");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::create_dir_all(sandbox.home().join(".config/go")).unwrap();
    symlink("../../dotfiles/link", sandbox.home().join(".config/go/env")).unwrap();
    symlink("goenv", sandbox.home().join("dotfiles/link")).unwrap();
    set_goproxy(&sandbox.world());
    let after = tree(&sandbox.home().join("dotfiles"));
    assert_eq!(after, "goenv 600\n    GOFLAGS=-x\n    GOPROXY=https://a.example\nlink -> goenv\n");
    assert!(sandbox.home().join(".config/go/env").is_symlink());
}

#[test]
fn a_dangling_symlink_gets_its_file() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.home().join(".config/go")).unwrap();
    std::fs::create_dir_all(sandbox.home().join("dotfiles")).unwrap();
    symlink(sandbox.home().join("dotfiles/goenv"), sandbox.home().join(".config/go/env")).unwrap();
    set_goproxy(&sandbox.world());
    assert_eq!(sandbox.read("dotfiles/goenv"), "GOPROXY=https://a.example\n");
}

#[test]
fn a_symlink_into_no_directory_is_named_with_that_directory() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.home().join(".config/go")).unwrap();
    symlink(sandbox.home().join("away/goenv"), sandbox.home().join(".config/go/env")).unwrap();
    let was = world_of(&sandbox);
    let outcome = sandbox.gobs(&["init", "--yes"]);
    assert_eq!(outcome.exit.code(), 2, "{outcome}");
    assert!(outcome.stderr.contains("~/.config/go/env is a symbolic link into ~/away,"), "{outcome}");
    assert_eq!(world_of(&sandbox), was);
    assert!(sandbox.gobs(&["undo", "--list"]).stdout.is_empty());
}

/// As go has it, each directory has another file then.
#[test]
fn a_relative_goenv_is_refused() {
    let mut sandbox = Sandbox::new();
    sandbox.set("GOENV", "rel/env");
    let was = world_of(&sandbox);
    let outcome = sandbox.gobs(&["init", "--yes"]);
    assert_eq!(outcome.exit.code(), 2, "{outcome}");
    assert!(outcome.stderr.contains("GOENV=rel/env is a relative path"), "{outcome}");
    assert_eq!(world_of(&sandbox), was);
}

#[test]
fn a_directory_where_the_file_should_be_is_refused() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.home().join(".config/go/env")).unwrap();
    let was = world_of(&sandbox);
    let outcome = sandbox.gobs(&["init", "--yes"]);
    assert_eq!(outcome.exit.code(), 2);
    assert!(outcome.stderr.contains("~/.config/go/env"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("it is a directory"), "{}", outcome.stderr);
    assert_eq!(world_of(&sandbox), was);
}

#[test]
fn a_lock_that_is_held_is_waited_for_and_its_holder_named() {
    let sandbox = Sandbox::new();
    let world = sandbox.world();
    let state = world.places.state().unwrap();
    let _held = Disk::open(&world, state, "gobs init, pid 42", Duration::ZERO).unwrap();
    let busy = Disk::open(&world, state, "gobs fix, pid 43", Duration::from_millis(30)).err().unwrap();
    match busy {
        gobs::world::Busy::Held { by, waited } => {
            assert_eq!(by, "gobs init, pid 42");
            assert!(waited >= Duration::from_millis(30));
        }
        other @ gobs::world::Busy::Io(..) => panic!("{other:?}"),
    }
}

#[test]
fn a_gobs_at_work_is_not_an_interrupted_one() {
    let sandbox = Arc::new(Sandbox::new());
    let world = sandbox.world();
    let entry = three_files(&sandbox);
    let mut disk = disk(&world);
    let (second, mut renames) = (Arc::new(Mutex::new(None)), 0);
    let (at_work, handle) = (sandbox.clone(), second.clone());
    disk.watch(move |touch| {
        renames += usize::from(matches!(touch, Touch::Rename(..)));
        // The entry is open, one of its files is written and the others are not, and the lock is held.
        if renames == 3 && handle.lock().unwrap().is_none() {
            let sandbox = at_work.clone();
            let init = std::thread::spawn(move || sandbox.gobs(&["init", "--yes", "--offline"]).to_string());
            *handle.lock().unwrap() = Some(init);
            std::thread::sleep(Duration::from_millis(150));
        }
        Ok(())
    });
    assert_eq!(apply(&world.files, &mut disk, &journal(&world), entry).unwrap(), Applied::Done(1));
    drop(disk);
    let second = second.lock().unwrap().take().expect("no second gobs").join().unwrap();
    assert!(second.starts_with("exit 0") && !second.contains("interrupted"), "{second}");
    let now = world_of(&sandbox);
    assert!(now.contains("new a") && now.contains("new b") && !now.contains("old c"), "{now}");
    assert_eq!(journal(&world).entries(&world.files).unwrap().len(), 2);
}

#[test]
fn the_doctor_has_no_way_to_write() {
    // The only constructor of a `Disk` is called in `cmd`; this reads the sources to keep it so.
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut callers = Vec::new();
    let mut dirs = vec![src.clone()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else if std::fs::read_to_string(&path).unwrap().contains("Disk::open(") {
                callers.push(path.strip_prefix(&src).unwrap().display().to_string());
            }
        }
    }
    callers.retain(|path| !path.starts_with("cmd/"));
    assert_eq!(callers, [] as [String; 0]);
    let _ = Touch::Write(Path::new("/"));
}
