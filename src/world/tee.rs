//! A command run in the user's place: its output passes through as it comes, and its last part is kept.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// How much of the end of the output is kept to be explained.
const KEPT: usize = 4 << 20;

/// Runs a program with this process's environment, stdin and terminal; its exit status (128 + signal, as shells
/// say it), and what it wrote to stderr and, where that is no terminal, to stdout.
#[allow(clippy::disallowed_methods, reason = "the door")]
pub fn tee(program: &OsString, args: &[OsString], cwd: &Path) -> io::Result<(u8, Vec<u8>)> {
    // A program on a terminal shall go on seeing one: what it writes there is not read.
    let through = io::stdout().is_terminal();
    let mut command = Command::new(program);
    command.args(args).current_dir(cwd).stdin(Stdio::inherit()).stderr(Stdio::piped());
    command.stdout(if through { Stdio::inherit() } else { Stdio::piped() });
    #[cfg(unix)]
    let signals = relay::Relay::begin()?;
    let mut child = command.spawn()?;
    #[cfg(unix)]
    signals.to(child.id());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let stdout = out.map(|from| thread::spawn(move || pass(from, io::stdout())));
    let stderr = err.map(|from| thread::spawn(move || pass(from, io::stderr())));
    let status = child.wait()?;
    #[cfg(unix)]
    signals.end();
    let mut log = Vec::new();
    for reader in [stderr, stdout].into_iter().flatten() {
        log.extend(reader.join().unwrap_or_default());
    }
    Ok((code(status), log))
}

fn pass(mut from: impl Read, mut to: impl Write) -> Vec<u8> {
    let (mut kept, mut buffer) = (Vec::new(), vec![0; 64 << 10]);
    while let Ok(size @ 1..) = from.read(&mut buffer) {
        let _ = to.write_all(&buffer[..size]).and_then(|()| to.flush());
        kept.extend_from_slice(&buffer[..size]);
        if kept.len() > 2 * KEPT {
            kept.drain(..kept.len() - KEPT);
        }
    }
    kept
}

fn code(status: std::process::ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(255);
    }
    u8::try_from(status.code().unwrap_or(255) & 0xff).unwrap_or(255)
}

/// Signals that come for us are the command's.
#[cfg(unix)]
mod relay {
    use std::io::{self, IsTerminal};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
    use std::thread::{self, JoinHandle};

    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
    use signal_hook::flag::register_conditional_default;
    use signal_hook::iterator::{Handle, Signals};

    use super::super::leash;

    const ALL: [i32; 6] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2];

    /// Passes signals on to a command while it runs.
    pub(super) struct Relay {
        /// 0 before it runs.
        child: Arc<AtomicI32>,
        handle: Handle,
        thread: JoinHandle<()>,
    }

    impl Relay {
        pub(super) fn begin() -> io::Result<Relay> {
            let mut signals = Signals::new(leash::heeded(ALL))?;
            let handle = signals.handle();
            let child = Arc::new(AtomicI32::new(0));
            let of = Arc::clone(&child);
            // A terminal sends its own to everybody in front of it, the command included.
            let heard = io::stdin().is_terminal() || io::stderr().is_terminal();
            let thread = thread::spawn(move || {
                for signal in signals.forever() {
                    if heard && matches!(signal, SIGINT | SIGQUIT) {
                        continue;
                    }
                    let pid = Pid::from_raw(of.load(Ordering::SeqCst));
                    if let Some((pid, signal)) = pid.zip(Signal::from_named_raw(signal)) {
                        let _ = kill_process(pid, signal);
                    }
                }
            });
            Ok(Relay { child, handle, thread })
        }

        pub(super) fn to(&self, id: u32) {
            self.child.store(i32::try_from(id).unwrap_or(0), Ordering::SeqCst);
        }

        /// From here on a signal means us again.
        pub(super) fn end(self) {
            self.handle.close();
            let _ = self.thread.join();
            leash::listen();
            for signal in leash::heeded(ALL).into_iter().filter(|signal| !leash::ENDING.contains(signal)) {
                let _ = register_conditional_default(signal, Arc::new(AtomicBool::new(true)));
            }
        }
    }
}
