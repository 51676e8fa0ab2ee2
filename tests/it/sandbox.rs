//! A machine of one's own: temp HOME, cleared environment, a fake Go tree, captured streams.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use gobs::Exit;
use gobs::ui::{Answer, Ask, Lang, Loudness, Palette, Redact, Ui};
use gobs::world::{Clock, Vars, Volume, Volumes, World};

/// A temp directory with `home`, a root for system files, and a PATH that holds what a test puts there.
pub struct Sandbox {
    dir: tempfile::TempDir,
    vars: Vars,
    volumes: Vec<(PathBuf, Volume)>,
    /// The environment of the process that started us, where it is to be seen.
    pub parent: Option<Vars>,
}

/// A local disk with room.
pub const ROOMY: Volume = Volume {
    free: 100 << 30,
    size: 200 << 30,
    inodes: Some(10_000_000),
    read_only: false,
    no_exec: false,
    remote: None,
};

/// All that a run gave away.
pub struct Outcome {
    pub exit: Exit,
    pub stdout: String,
    pub stderr: String,
    pub tree: String,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "exit {}", self.exit.code())?;
        writeln!(f, "--- stdout\n{}", self.stdout)?;
        writeln!(f, "--- stderr\n{}", self.stderr)?;
        write!(f, "--- home\n{}", self.tree)
    }
}

#[allow(dead_code)]
impl Sandbox {
    /// An empty HOME, and Go 1.26.8 in `/usr/local/go`.
    pub fn new() -> Sandbox {
        let sandbox = Sandbox::bare();
        sandbox.install_go("/usr/local/go", "go1.26.8");
        sandbox
    }

    /// An empty HOME and nothing installed.
    pub fn bare() -> Sandbox {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        for sub in ["home", "root/etc", "bin", "tmp"] {
            std::fs::create_dir_all(root.join(sub)).unwrap();
        }
        let mut vars = Vars::default();
        vars.set("HOME", root.join("home"));
        vars.set("PATH", root.join("bin"));
        vars.set("LANG", "en_US.UTF-8");
        let volumes = vec![(PathBuf::from("/"), ROOMY)];
        Sandbox { dir, vars, volumes, parent: None }
    }

    /// A tree that looks like a Go installation, first on PATH; running it fails.
    pub fn install_go(&self, at: &str, version: &str) {
        let goroot = self.root().join(at.trim_start_matches('/'));
        for sub in ["bin", "pkg/tool"] {
            std::fs::create_dir_all(goroot.join(sub)).unwrap();
        }
        std::fs::write(goroot.join("VERSION"), format!("{version}\ntime 2026-08-01T00:00:00Z\n")).unwrap();
        let go_env = "GOPROXY=https://proxy.golang.org,direct\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n";
        std::fs::write(goroot.join("go.env"), go_env).unwrap();
        Self::program(&goroot.join("bin/go"), "#!/bin/sh\nexit 9\n");
        let link = self.bin().join("go");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(goroot.join("bin/go"), link).unwrap();
    }

    /// A program with this text.
    pub fn program(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let draft = path.with_extension("draft");
        std::fs::write(&draft, text).unwrap();
        Self::copy_program(&draft, path);
        std::fs::remove_file(draft).unwrap();
    }

    /// Copies a program, by another process: while this one has it open for writing, what another test's thread forks
    /// in that moment has it open too, and it cannot be run ("Text file busy").
    pub fn copy_program(from: &Path, to: &Path) {
        let copied = std::process::Command::new("cp").arg("--").args([from, to]).status();
        assert!(copied.is_ok_and(|status| status.success()), "cp {} {}", from.display(), to.display());
        std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Puts a real program of this machine on the sandbox's PATH.
    pub fn real(&self, name: &str) {
        let real =
            which::which(name).unwrap_or_else(|_| panic!("{name} is needed for this test: run scripts/test"));
        std::os::unix::fs::symlink(real, self.bin().join(name)).unwrap();
    }

    /// Puts this program on the sandbox's PATH under a name, in place of what was there.
    pub fn link(&self, name: &str, program: &Path) {
        let at = self.bin().join(name);
        let _ = std::fs::remove_file(&at);
        std::os::unix::fs::symlink(program, at).unwrap();
    }

    pub fn base(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    pub fn home(&self) -> PathBuf {
        self.base().join("home")
    }

    pub fn root(&self) -> PathBuf {
        self.base().join("root")
    }

    pub fn bin(&self) -> PathBuf {
        self.base().join("bin")
    }

    /// Writes a file of the system (`/etc/…`), making its directories.
    pub fn write_system(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(path.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Writes a file under HOME, making its directories.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn read(&self, path: &str) -> String {
        String::from_utf8(std::fs::read(self.home().join(path)).unwrap()).unwrap()
    }

    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.vars.set(name, value);
    }

    pub fn unset(&mut self, name: &str) {
        self.vars.remove(name);
    }

    /// The file system that holds what lies below `path`.
    pub fn mount(&mut self, path: impl Into<PathBuf>, volume: Volume) {
        self.volumes.push((path.into(), volume));
    }

    pub fn world(&self) -> World {
        let mut world = World::with(self.vars.clone(), self.home(), self.root());
        world.places.set_ssh_home(self.home());
        world.clock = Clock::Stopped(1_795_426_212);
        world.volumes = Volumes::Told(self.volumes.clone());
        world.parent = std::sync::OnceLock::from(self.parent.clone());
        world
    }

    /// A real program of this machine with the sandbox's environment and nothing else, started in HOME.
    pub fn command(&self, name: &str) -> Command {
        if !self.bin().join(name).exists() {
            self.real(name);
        }
        let mut command = Command::new(self.bin().join(name));
        command.env_clear().envs(self.vars.iter()).current_dir(self.home());
        command
    }

    /// The environment of this machine.
    pub fn environment(&self) -> impl Iterator<Item = (&std::ffi::OsStr, &std::ffi::OsStr)> {
        self.vars.iter()
    }

    /// Runs gobs in this process, off a terminal.
    pub fn gobs(&self, args: &[&str]) -> Outcome {
        self.gobs_answering(args, None)
    }

    /// Runs gobs at a terminal that gives these answers.
    pub fn gobs_answering(&self, args: &[&str], answers: Option<Answers>) -> Outcome {
        self.gobs_at(args, answers, None)
    }

    /// Runs gobs at a terminal of so many columns; `None` is no terminal.
    pub fn gobs_at(&self, args: &[&str], answers: Option<Answers>, columns: Option<usize>) -> Outcome {
        let mut world = self.world();
        let (out, err) = (Captured::default(), Captured::default());
        let mut ui = Ui {
            out: Box::new(out.clone()),
            err: Box::new(err.clone()),
            tracer: Some(Box::new(err.clone())),
            lang: Lang::of(&self.vars),
            palette: Palette::new(false, true),
            talk: Palette::new(false, true),
            width: columns.unwrap_or(100),
            fold: columns.is_some(),
            loudness: Loudness::Normal,
            redact: Redact::new(world.places.home(), world.secrets.clone()),
            ask: answers.map(|answers| Box::new(answers) as Box<dyn Ask>),
        };
        let args = std::iter::once("gobs").chain(args.iter().copied()).map(OsString::from);
        let exit = gobs::run(args, &mut world, &mut ui);
        let place = |text: String| text.replace(&self.base().display().to_string(), "[SANDBOX]");
        Outcome {
            exit,
            stdout: place(out.text()),
            stderr: place(err.text()),
            tree: place(tree(&self.home())),
        }
    }
}

/// Answers in the order of the questions.
#[derive(Default)]
pub struct Answers {
    pub write: Vec<Answer>,
    pub texts: Vec<Option<&'static str>>,
    pub choices: Vec<usize>,
}

impl Ask for Answers {
    fn write_it(&mut self, _: &gobs::model::Msg, _: Lang) -> io::Result<Answer> {
        Ok(self.write.remove(0))
    }

    fn text(&mut self, _: &gobs::model::Msg, _: Lang) -> io::Result<Option<String>> {
        Ok(if self.texts.is_empty() { None } else { self.texts.remove(0).map(str::to_owned) })
    }

    fn choose(&mut self, _: &gobs::model::Msg, _: &[gobs::model::Msg], _: Lang) -> io::Result<usize> {
        Ok(self.choices.remove(0))
    }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Every file below `dir` with mode and content; the journal by name only.
pub fn tree(dir: &Path) -> String {
    let mut text = String::new();
    let mut files = walk(dir);
    files.sort();
    for path in files {
        let meta = std::fs::symlink_metadata(&path).unwrap();
        let name = path.strip_prefix(dir).unwrap().display().to_string();
        let mode = meta.mode() & 0o7777;
        if meta.is_symlink() {
            let _ = writeln!(text, "{name} -> {}", std::fs::read_link(&path).unwrap().display());
        } else if meta.is_dir() {
            let _ = writeln!(text, "{name}/ {mode:o}");
        } else if name.contains("gobs/journal/")
            || name.ends_with("gobs/lock")
            || name.ends_with("gobs/holder")
        {
            let _ = writeln!(text, "{name} {mode:o}");
        } else if !meta.is_file() {
            // A FIFO would be waited for.
            let _ = writeln!(text, "{name} {mode:o} {:?}", meta.file_type());
        } else {
            let bytes = std::fs::read(&path).unwrap();
            let _ = writeln!(text, "{name} {mode:o}");
            for line in String::from_utf8_lossy(&bytes).split_inclusive('\n') {
                let _ = write!(
                    text,
                    "    {}{}",
                    line.trim_end_matches('\n'),
                    if line.ends_with('\n') { "\n" } else { "¬\n" }
                );
            }
        }
    }
    text
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if std::fs::symlink_metadata(&path).unwrap().is_dir() {
            files.extend(walk(&path));
        }
        files.push(path);
    }
    files
}

/// Bytes and modes of everything below HOME but gobs' own state: what must come back after an undo.
pub fn world_of(sandbox: &Sandbox) -> String {
    let keep = |line: &&str| !line.starts_with(".local/");
    tree(&sandbox.home()).lines().filter(keep).collect::<Vec<_>>().join("\n")
}
