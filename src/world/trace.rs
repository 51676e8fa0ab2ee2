//! Every look at the world, with its time: what `-v` prints.

use std::fmt::Display;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

type Sink = Box<dyn FnMut(&str) + Send>;

/// Where looks are reported. Silent until somebody listens.
#[derive(Default)]
pub struct Trace {
    sink: Mutex<Option<Sink>>,
    /// So that threads which nobody listens to do not wait for one another.
    heard: AtomicBool,
    /// Questions to the file system.
    looks: AtomicU64,
}

impl Trace {
    /// From now on every look is told to `sink`, one line each.
    pub fn listen(&self, sink: impl FnMut(&str) + Send + 'static) {
        if let Ok(mut slot) = self.sink.lock() {
            *slot = Some(Box::new(sink));
            self.heard.store(true, Ordering::Relaxed);
        }
    }

    /// Reports one look: its sort (`run`, `read`, `get`), what was looked at, what came of it.
    pub(crate) fn saw(&self, sort: &str, what: impl Display, came: impl Display, took: Duration) {
        if self.on()
            && let Ok(mut slot) = self.sink.lock()
            && let Some(sink) = slot.as_mut()
        {
            let ms = took.as_secs_f64() * 1000.0;
            sink(&format!("{ms:8.1} ms  {sort:<5} {what}  → {came}"));
        }
    }

    /// Counts a question to the file system.
    pub(super) fn looked(&self) {
        self.looks.fetch_add(1, Ordering::Relaxed);
    }

    /// How often the file system was asked for a file, a directory or what they are.
    pub fn looks(&self) -> u64 {
        self.looks.load(Ordering::Relaxed)
    }

    /// Whether anybody listens; spares the formatting on hot paths.
    pub(crate) fn on(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }
}

/// Times one look.
pub(super) fn timed<T>(look: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let came = look();
    (came, start.elapsed())
}
