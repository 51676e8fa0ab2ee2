//! The time of day. Tests stop it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Where "now" comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    Real,
    /// Seconds since 1970-01-01 UTC.
    Stopped(u64),
}

impl Clock {
    /// Seconds since 1970-01-01 UTC.
    pub fn now(self) -> u64 {
        match self {
            Clock::Real => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            Clock::Stopped(at) => at,
        }
    }
}
