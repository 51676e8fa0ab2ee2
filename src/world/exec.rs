//! Running a program: explicit environment, no terminal, a deadline, bounded output.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

#[cfg(unix)]
use super::leash;
use super::trace::Trace;
use super::{Vars, reason, trace};
use crate::model::Msg;
use crate::model::secret::mask_userinfo;
use crate::say;

/// A program to run. The environment is the world's, with `env` laid over it.
#[derive(Clone, Debug)]
pub struct Cmd {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    /// `None` removes the variable.
    pub env: Vec<(&'static str, Option<OsString>)>,
    pub cwd: Option<PathBuf>,
    pub stdin: Vec<u8>,
    pub budget: Duration,
    /// Output beyond this many bytes a stream is dropped.
    pub cap: usize,
}

impl Cmd {
    pub fn new(program: impl Into<PathBuf>, budget: Duration) -> Cmd {
        Cmd {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            cwd: None,
            stdin: Vec::new(),
            budget,
            cap: 8 << 20,
        }
    }

    pub fn args<S: Into<OsString>>(mut self, args: impl IntoIterator<Item = S>) -> Cmd {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Cmd {
        self.env.push((name, Some(value.into())));
        self
    }

    pub fn without(mut self, name: &'static str) -> Cmd {
        self.env.push((name, None));
        self
    }

    pub fn cwd(mut self, dir: impl Into<PathBuf>) -> Cmd {
        self.cwd = Some(dir.into());
        self
    }

    /// The command line as a shell would show it, masked.
    pub fn shown(&self) -> String {
        let name = self.program.file_name().unwrap_or(self.program.as_os_str()).to_string_lossy();
        let words = std::iter::once(name).chain(self.args.iter().map(|arg| arg.to_string_lossy()));
        mask_userinfo(&words.collect::<Vec<_>>().join(" "))
    }
}

/// What a program left behind.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// The exit status; `None` if a signal ended it.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Ran {
    pub fn ok(&self) -> bool {
        self.code == Some(0)
    }

    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecError {
    NotFound,
    TimedOut(Duration),
    Other(Msg),
}

impl ExecError {
    pub fn msg(&self) -> Msg {
        match self {
            ExecError::NotFound => say!("not found", "没有找到"),
            ExecError::TimedOut(after) => {
                let after = after.as_secs_f64();
                say!("no answer within {after} s", "{after} 秒内没有结果", after)
            }
            ExecError::Other(why) => why.clone(),
        }
    }
}

/// Runs programs. Faked in tests.
pub trait Exec: Send + Sync {
    fn run(&self, cmd: &Cmd) -> Result<Ran, ExecError>;
}

pub(super) struct Real {
    vars: Vars,
    trace: Arc<Trace>,
}

impl Real {
    pub(super) fn new(vars: Vars, trace: Arc<Trace>) -> Real {
        Real { vars, trace }
    }
}

impl Exec for Real {
    fn run(&self, cmd: &Cmd) -> Result<Ran, ExecError> {
        let (ran, took) = trace::timed(|| spawn(cmd, &self.vars));
        if self.trace.on() {
            match &ran {
                Ok(ran) => {
                    let code = ran.code.map_or("signal".to_owned(), |code| format!("exit {code}"));
                    self.trace.saw("run", cmd.shown(), code, took);
                }
                Err(err) => self.trace.saw("run", cmd.shown(), &err.msg().en, took),
            }
        }
        ran
    }
}

/// The program of that name on the PATH of `vars`.
#[allow(clippy::disallowed_methods, reason = "the door")]
pub(super) fn which(program: &str, vars: &Vars, cwd: &Path) -> Option<PathBuf> {
    which::which_in(program, vars.os("PATH"), cwd).ok()
}

#[allow(clippy::disallowed_methods, reason = "the door")]
fn spawn(cmd: &Cmd, vars: &Vars) -> Result<Ran, ExecError> {
    let mut command = Command::new(&cmd.program);
    command.args(&cmd.args).env_clear().envs(vars.iter());
    for (name, value) in &cmd.env {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(dir) = &cmd.cwd {
        command.current_dir(dir);
    }
    command.stdin(if cmd.stdin.is_empty() { Stdio::null() } else { Stdio::piped() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = leash::spawn(&mut command).map_err(|err| match err.kind() {
        std::io::ErrorKind::NotFound => ExecError::NotFound,
        _ => ExecError::Other(reason(&err)),
    })?;
    if let Some(mut stdin) = child.stdin.take() {
        let bytes = cmd.stdin.clone();
        std::thread::spawn(move || stdin.write_all(&bytes));
    }
    let stdout = drain(child.stdout.take(), cmd.cap);
    let stderr = drain(child.stderr.take(), cmd.cap);
    let (code, said) = wait(&mut child, &stdout, start, cmd.budget)?;
    // A grandchild may hold the pipes open after its parent died: what it still says is not waited for.
    let left = cmd.budget.saturating_sub(start.elapsed()).max(Duration::from_millis(50));
    let stdout = said.unwrap_or_else(|| stdout.recv_timeout(left).unwrap_or_default());
    let stderr = stderr.recv_timeout(Duration::from_millis(50)).unwrap_or_default();
    Ok(Ran { code, stdout, stderr })
}

/// Reads a stream to its end on a thread, keeping `cap` bytes.
fn drain(stream: Option<impl Read + Send + 'static>, cap: usize) -> Receiver<Vec<u8>> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.by_ref().take(cap as u64).read_to_end(&mut kept);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
        let _ = tell.send(kept);
    });
    told
}

/// The status of a child, and what came on `stdout` if that ended before it. The end of its output is waited for rather
/// than a time: a program that closes it is about to end.
fn wait(
    child: &mut Child,
    stdout: &Receiver<Vec<u8>>,
    start: Instant,
    budget: Duration,
) -> Result<(Option<i32>, Option<Vec<u8>>), ExecError> {
    const SHORTEST: Duration = Duration::from_micros(50);
    const LONGEST: Duration = Duration::from_millis(10);
    let mut pause = SHORTEST;
    let mut said = None;
    loop {
        match leash::ended(child) {
            Ok(Some(status)) => return Ok((status.code(), said)),
            Ok(None) if start.elapsed() >= budget => {
                leash::end(child);
                return Err(ExecError::TimedOut(budget));
            }
            Ok(None) if said.is_none() => match stdout.recv_timeout(pause) {
                Ok(all) => {
                    said = Some(all);
                    pause = SHORTEST;
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => said = Some(Vec::new()),
            },
            Ok(None) => std::thread::sleep(pause),
            Err(err) => return Err(ExecError::Other(reason(&err))),
        }
        pause = (pause * 2).min(LONGEST);
    }
}

/// Where there are no process groups a program is ended alone.
#[cfg(not(unix))]
mod leash {
    use std::io;
    use std::process::{Child, Command, ExitStatus};

    #[allow(clippy::disallowed_methods, reason = "the door")]
    pub(super) fn spawn(command: &mut Command) -> io::Result<Child> {
        command.spawn()
    }

    pub(super) fn ended(child: &mut Child) -> io::Result<Option<ExitStatus>> {
        child.try_wait()
    }

    pub(super) fn end(child: &mut Child) {
        let _ = child.kill();
        let _ = child.wait();
    }
}
