//! Starting over without what panicked. The released program does not unwind (the tables for that are a sixth of it): a panic
//! would end the run. Where gobs has only looked so far, it takes its own place once more and is told what to leave out.

use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What crashed in the runs before this one: a line each, a name and what was said.
const VARIABLE: &str = "GOBS_CRASHED";

/// Whether all that was done may be done twice.
static ONLY_LOOKED: AtomicBool = AtomicBool::new(false);

/// While it lives, a panic makes the process start over.
pub struct OnlyLooking(());

/// Says that nothing was done so far that may not be done twice: nothing read from a pipe, no program run for the user.
pub fn only_looking() -> OnlyLooking {
    ONLY_LOOKED.store(true, Ordering::Relaxed);
    OnlyLooking(())
}

impl Drop for OnlyLooking {
    fn drop(&mut self) {
        ONLY_LOOKED.store(false, Ordering::Relaxed);
    }
}

/// More is no accident: then the run ends as it would have.
const MOST: usize = 8;

/// What crashed in the runs that this one takes the place of: names, and what was said.
#[allow(clippy::disallowed_methods, reason = "the door; what is asked for deep below has no world at hand")]
pub fn crashed() -> &'static [(String, String)] {
    static CRASHED: OnceLock<Vec<(String, String)>> = OnceLock::new();
    CRASHED.get_or_init(|| {
        let line = |line: &str| line.split_once('\t').map(|(name, said)| (name.to_owned(), said.to_owned()));
        std::env::var(VARIABLE).unwrap_or_default().lines().filter_map(line).collect()
    })
}

/// Starts over without `name`, whose last words were `said`. Comes back only where that may not be, or cannot.
#[allow(clippy::disallowed_methods, reason = "the door; and a program that has died goes no other way")]
pub fn start_over(name: &str, said: &str) {
    // One is enough, however many die of the same.
    if !ONLY_LOOKED.swap(false, Ordering::Relaxed) || crashed().len() >= MOST {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let before = std::env::var(VARIABLE).unwrap_or_default();
    let line = format!("{name}\t{}", said.replace(['\n', '\t'], " "));
    let mut again = Command::new(program);
    again.args(std::env::args_os().skip(1)).env(VARIABLE, format!("{before}{line}\n"));
    #[cfg(unix)]
    let _ = std::os::unix::process::CommandExt::exec(&mut again);
    #[cfg(not(unix))]
    if let Ok(status) = again.status() {
        std::process::exit(status.code().unwrap_or(2));
    }
}
