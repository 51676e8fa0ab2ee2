//! Formats: every file a pure function over bytes, with its properties under test. No I/O.

pub mod diff;
pub mod gitcfg;
pub mod goauth;
pub mod goenv;
pub mod goflags;
pub mod gomod;
pub mod goproxy;
pub mod gostr;
pub mod gosum;
pub mod gosumdb;
pub mod gotoolchain;
pub mod govcs;
pub mod gover;
pub mod httpproxy;
pub mod modpath;
pub mod modulestxt;
pub mod pattern;
pub mod pseudo;
pub mod quoted;
pub mod semver;
pub mod time;
pub mod url;
pub mod words;
