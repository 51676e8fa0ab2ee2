//! Formats: every file a pure function over bytes, with its properties under test. No I/O.

pub mod diff;
pub mod gitcfg;
pub mod goauth;
pub mod goenv;
pub mod goflags;
pub mod goproxy;
pub mod govcs;
pub mod httpproxy;
pub mod pattern;
pub mod quoted;
pub mod time;
pub mod url;
pub mod words;
