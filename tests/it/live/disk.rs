//! Disks that say no: full, read-only, mounted file by file, other people's. What was there before is there after.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::{has, text};
use crate::rig::{must, netns, netns::Net};
use crate::sandbox::{Sandbox, world_of};

/// The built gobs in the sandbox's HOME, as `uid` where one is given.
fn gobs(sandbox: &Sandbox, uid: Option<u32>, args: &[&str]) -> Output {
    let mut command = match uid {
        None => Command::new(env!("CARGO_BIN_EXE_gobs")),
        Some(uid) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", &uid.to_string(), "--regid", &uid.to_string(), "--clear-groups"]);
            command.arg(env!("CARGO_BIN_EXE_gobs"));
            command
        }
    };
    command.args(args).env_clear().env("HOME", sandbox.home()).env("PATH", "/usr/bin:/bin");
    command.stdin(Stdio::null()).output().unwrap()
}

fn mount(args: &[&str], at: &Path) {
    must(Command::new("mount").args(args).arg(at).output().unwrap(), &["mount"]);
}

/// From now on root's home is the sandbox's, also for ssh, which asks the passwd file: nobody's own `~/.ssh` is touched.
fn at_home(sandbox: &Sandbox) {
    let passwd = sandbox.base().join("passwd");
    std::fs::write(&passwd, format!("root:x:0:0:root:{}:/bin/sh\n", sandbox.home().display())).unwrap();
    mount(&["--bind", &passwd.display().to_string()], Path::new("/etc/passwd"));
}

/// Three files that a profile changes, as their owner left them: CRLF, no final newline, modes of their own.
fn lived_in(sandbox: &Sandbox) {
    for (path, bytes, mode) in [
        (".config/go/env", "# mine\r\nGOSUMDB=off\r\nGOFLAGS=-v", 0o600),
        (".gitconfig", "[user]\r\n\tname = Li\r\n[alias]\r\n\tst = status", 0o640),
    ] {
        let path = sandbox.write(path, bytes);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
}

const INIT: [&str; 6] = ["init", "--yes", "--offline", "--root", "--private", "ssh://git.corp.example"];

#[test]
fn line_ends_modes_and_owners_stay() {
    let sandbox = Sandbox::bare();
    lived_in(&sandbox);
    let owner = 12_345;
    for path in [".", ".config", ".config/go", ".config/go/env", ".gitconfig"] {
        chown(sandbox.home().join(path), Some(owner), Some(owner)).unwrap();
    }
    std::fs::set_permissions(sandbox.base(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let was = world_of(&sandbox);
    let init = [
        "init",
        "--yes",
        "--offline",
        "--set",
        "GOFLAGS=-mod=readonly",
        "--private",
        "ssh://git.corp.example",
    ];
    let output = gobs(&sandbox, Some(owner), &init);
    assert!(output.status.success(), "{}", text(&output));
    // To go a carriage return is part of the value: none is left there. To git it is a line end: it stays.
    let env = sandbox.read(".config/go/env");
    assert!(env.starts_with("# mine\r\n") && env.contains("\nGOSUMDB=sum.golang.google.cn\n"), "{env:?}");
    let git = sandbox.read(".gitconfig");
    assert!(git.starts_with("[user]\r\n\tname = Li\r\n[alias]\r\n\tst = status"), "{git:?}");
    assert!(git.contains("insteadOf = https://git.corp.example/"), "{git:?}");
    let meta = std::fs::metadata(sandbox.home().join(".config/go/env")).unwrap();
    assert_eq!((meta.mode() & 0o777, meta.uid(), meta.gid()), (0o600, owner, owner));
    let output = gobs(&sandbox, Some(owner), &["undo", "--yes"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(world_of(&sandbox), was);
}

#[test]
fn a_full_disk() {
    netns::inside!(Net::new());
    let mut filled = 0;
    // Room for more and more of it: the disk is full at another step each time.
    for pages in 0..40 {
        let sandbox = Sandbox::bare();
        at_home(&sandbox);
        mount(&["-t", "tmpfs", "-o", "size=256k", "tmpfs"], &sandbox.home());
        lived_in(&sandbox);
        let ballast = sandbox.home().join("ballast");
        let room = rustix::fs::statvfs(sandbox.home()).unwrap();
        let take = (room.f_bavail * room.f_frsize).saturating_sub(pages * 4096);
        std::fs::write(&ballast, vec![0; usize::try_from(take).unwrap()]).unwrap();
        let was = world_of(&sandbox);
        let output = gobs(&sandbox, None, &INIT);
        match output.status.code() {
            Some(0) => assert!(sandbox.read(".config/go/env").contains("GOPRIVATE")),
            Some(2) => {
                filled += 1;
                assert_eq!(world_of(&sandbox), was, "{pages} pages: {}", text(&output));
                has(&text(&output), "no space left on the disk");
                // The next run has nothing to settle, and works once there is room.
                std::fs::remove_file(&ballast).unwrap();
                let output = gobs(&sandbox, None, &INIT);
                assert!(output.status.success(), "{pages} pages: {}", text(&output));
            }
            _ => panic!("{pages} pages: {}", text(&output)),
        }
        must(Command::new("umount").arg("/etc/passwd").arg(sandbox.home()).output().unwrap(), &["umount"]);
    }
    assert!(filled > 2, "the disk was full {filled} times only");
}

#[test]
fn a_read_only_home() {
    netns::inside!(Net::new());
    let sandbox = Sandbox::bare();
    at_home(&sandbox);
    lived_in(&sandbox);
    mount(&["--bind", &sandbox.home().display().to_string()], &sandbox.home());
    mount(&["-o", "remount,bind,ro"], &sandbox.home());
    let was = world_of(&sandbox);
    let output = gobs(&sandbox, None, &INIT);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    has(&text(&output), "the file system is read-only");
    assert_eq!(world_of(&sandbox), was);
    // Looking needs nothing written.
    for args in
        [&["doctor", "--offline"][..], &["init", "--dry-run", "--offline", "--root"], &["undo", "--list"]]
    {
        let output = gobs(&sandbox, None, args);
        assert!(output.status.code().is_some_and(|code| code < 2), "{args:?}: {}", text(&output));
    }
}

#[test]
fn a_file_mounted_on_its_own() {
    netns::inside!(Net::new());
    let sandbox = Sandbox::bare();
    at_home(&sandbox);
    lived_in(&sandbox);
    let outside = sandbox.write("outside", "[user]\n\tname = Li\n");
    mount(&["--bind", &outside.display().to_string()], &sandbox.home().join(".gitconfig"));
    let was = world_of(&sandbox);
    let output = gobs(&sandbox, None, &INIT);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    has(&text(&output), ".gitconfig is mounted on its own");
    assert_eq!(world_of(&sandbox), was);
}

#[test]
fn a_directory_of_somebody_else() {
    let sandbox = Sandbox::bare();
    lived_in(&sandbox);
    std::fs::set_permissions(sandbox.base(), std::fs::Permissions::from_mode(0o755)).unwrap();
    // HOME belongs to root, and this is not root: said before anything is asked.
    let was = world_of(&sandbox);
    let output = gobs(&sandbox, Some(12_345), &["init", "--yes", "--offline"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    has(&text(&output), "HOME names a directory of uid 0");
    assert_eq!(world_of(&sandbox), was);
    // HOME belongs to the user, but the files in it do not.
    chown(sandbox.home(), Some(12_345), Some(12_345)).unwrap();
    let output = gobs(&sandbox, Some(12_345), &["init", "--yes", "--offline"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    has(&text(&output), ".config/go/env");
    assert_eq!(world_of(&sandbox), was);
}
