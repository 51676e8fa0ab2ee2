//! A program that serves: started in a process group of its own, waited for, killed on drop.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

/// Ends the group when the test process goes away, however it goes; the program itself replaces the shell.
const WATCHED: &str = r#"exec 3<&0; (cat <&3 >/dev/null; kill -TERM 0) & exec 3<&-; exec "$@" </dev/null"#;

/// A running program.
pub struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts `command` in `dir` with `vars` and little else in its environment, and waits until `ready` says so.
    ///
    /// # Errors
    /// What the program said, when it ended before it was ready.
    pub fn start(
        dir: &Path,
        command: &[&str],
        vars: &[(&str, &str)],
        ready: impl Fn() -> bool,
    ) -> Result<Server, String> {
        let name = Path::new(command[0]).file_name().unwrap().to_string_lossy().into_owned();
        let log = dir.join(format!("{name}.out"));
        let out = std::fs::File::create(&log).unwrap();
        let child = Command::new("/bin/sh")
            .args(["-c", WATCHED, "sh"])
            .args(command)
            .env_clear()
            .envs(quiet(dir))
            .envs(vars.iter().copied())
            .current_dir(dir)
            .stdin(Stdio::piped())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .process_group(0)
            .spawn()
            .unwrap();
        let mut server = Server { child, log };
        let started = Instant::now();
        while !ready() {
            if let Some(status) = server.child.try_wait().unwrap() {
                return Err(format!("{name}: {status}\n{}", server.said()));
            }
            assert!(started.elapsed() < Duration::from_secs(20), "{name} does not answer\n{}", server.said());
            std::thread::sleep(Duration::from_millis(3));
        }
        // Somebody else may have been the one who answered.
        match server.child.try_wait().unwrap() {
            Some(status) => Err(format!("{name}: {status}\n{}", server.said())),
            None => Ok(server),
        }
    }

    /// All that the program wrote to its streams.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(group) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// Starts something on `wanted`, or on a free port of 127.0.0.1; a port that somebody took meanwhile is tried anew.
pub fn on_port<T>(
    wanted: Option<SocketAddr>,
    mut start: impl FnMut(SocketAddr) -> Result<T, String>,
) -> (SocketAddr, T) {
    let mut last = String::new();
    for _ in 0..4 {
        let at = wanted.unwrap_or_else(free_port);
        match start(at) {
            Ok(started) => return (at, started),
            Err(why) => last = why,
        }
    }
    panic!("{last}");
}

/// A port of 127.0.0.1 that nobody listens on and that this process did not hand out before.
pub fn free_port() -> SocketAddr {
    static GIVEN: LazyLock<Mutex<BTreeSet<u16>>> = LazyLock::new(Mutex::default);
    loop {
        let at = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        if GIVEN.lock().unwrap().insert(at.port()) {
            return at;
        }
    }
}

/// Whether something accepts connections there.
pub fn accepts(at: SocketAddr) -> bool {
    TcpStream::connect_timeout(&at, Duration::from_secs(1)).is_ok()
}

/// The path of a program, also where only root looks.
pub fn program(name: &str) -> String {
    let dirs = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/lib/git-core"].map(PathBuf::from);
    let found = which::which(name).ok().or_else(|| dirs.iter().map(|d| d.join(name)).find(|p| p.exists()));
    let path = found.unwrap_or_else(|| panic!("{name} is needed for this test: run scripts/test"));
    path.display().to_string()
}

/// Runs a tool in `dir` that has to succeed, and gives what it printed.
pub fn out(dir: &Path, words: &[&str]) -> String {
    let output = run(dir, words, b"");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Runs a tool in `dir` with this input; it has to succeed.
pub fn run(dir: &Path, words: &[&str], input: &[u8]) -> Output {
    use std::io::Write;
    let mut child = Command::new(program(words[0]))
        .args(&words[1..])
        .env_clear()
        .envs(quiet(dir))
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    must(child.wait_with_output().unwrap(), words)
}

/// The output of something that has to succeed.
pub fn must(output: Output, what: &[&str]) -> Output {
    let streams = [&output.stdout, &output.stderr].map(|s| String::from_utf8_lossy(s).into_owned());
    assert!(output.status.success(), "{}: {}\n{}", what.join(" "), output.status, streams.concat());
    output
}

/// An environment that knows nothing of this machine's user.
fn quiet(dir: &Path) -> Vec<(&'static str, String)> {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/bin:/sbin:/bin";
    vec![
        ("PATH", path),
        ("HOME", dir.display().to_string()),
        ("LC_ALL", "C".to_owned()),
        ("GIT_CONFIG_GLOBAL", "/dev/null".to_owned()),
        ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
    ]
}
