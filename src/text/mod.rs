//! Formats: every file a pure function over bytes, with its properties under test. No I/O.

pub mod gomod;
pub mod gostr;
pub mod gosum;
pub mod gosumdb;
pub mod gotoolchain;
pub mod gover;
pub mod httpproxy;
pub mod modpath;
pub mod modulestxt;
pub mod pattern;
pub mod pseudo;
pub mod semver;
pub mod url;
