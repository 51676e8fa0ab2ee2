//! Progress of long work: on stderr, and only where that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Counts steps; several threads may.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar of so many steps; `quiet` draws nothing, and so does a stderr that is no terminal.
    pub fn new(steps: u64, quiet: bool) -> Bar {
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(10) };
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len}  {elapsed}");
        let bar = ProgressBar::with_draw_target(Some(steps), target);
        Bar(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    pub fn step(&self) {
        // What takes no time needs no bar.
        if self.0.elapsed() > Duration::from_millis(300) {
            self.0.inc(1);
        } else {
            self.0.update(|state| state.set_pos(state.pos() + 1));
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
