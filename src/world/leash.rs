//! Programs that gobs runs stand in process groups of their own, where no Ctrl-C reaches them: they end with gobs.

use std::collections::BTreeSet;
use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Signals that end gobs.
pub(super) const ENDING: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// How long a program may tidy up: git takes its lock files away.
const TIDY: Duration = Duration::from_millis(100);

/// The groups of programs that run now, by the leader's id. It is held while a program is started or waited for, so that
/// no id in it is another program's.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

fn groups() -> MutexGuard<'static, BTreeSet<i32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn id(child: &Child) -> i32 {
    i32::try_from(child.id()).unwrap_or(0)
}

/// Starts a program in a group of its own.
#[allow(clippy::disallowed_methods, reason = "the door")]
pub(super) fn spawn(command: &mut Command) -> io::Result<Child> {
    std::os::unix::process::CommandExt::process_group(command, 0);
    listen();
    let mut groups = groups();
    let child = command.spawn()?;
    groups.insert(id(&child));
    Ok(child)
}

/// Its exit status, if it has ended. What it left running in the background (git's own maintenance) stays.
pub(super) fn ended(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let mut groups = groups();
    let status = child.try_wait()?;
    if status.is_some() {
        groups.remove(&id(child));
    }
    Ok(status)
}

/// Ends a program and all it started. One that hangs in the kernel (a dead file server) is not waited for.
pub(super) fn end(child: &mut Child) {
    signal([id(child)], Signal::KILL);
    let start = Instant::now();
    while let Ok(None) = ended(child)
        && start.elapsed() < TIDY
    {
        thread::sleep(Duration::from_millis(1));
    }
}

fn signal(groups: impl IntoIterator<Item = i32>, signal: Signal) {
    for group in groups.into_iter().filter_map(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

/// From now on a signal that ends gobs ends what it runs first.
pub(super) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let Ok(mut signals) = Signals::new(heeded(ENDING)) else { return };
        thread::spawn(move || {
            let Some(came) = signals.forever().next() else { return };
            // Held to the end: nothing is started any more.
            let groups = groups();
            if !groups.is_empty() {
                signal(groups.iter().copied(), Signal::TERM);
                thread::sleep(TIDY);
                signal(groups.iter().copied(), Signal::KILL);
            }
            super::scratch::sweep();
            let _ = emulate_default_handler(came);
        });
    });
}

/// These without the ones that our parent has us ignore (`nohup`, `&` in a script).
#[allow(clippy::disallowed_methods, reason = "the door")]
pub(super) fn heeded(signals: impl IntoIterator<Item = i32>) -> Vec<i32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    signals.into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0).collect()
}
