//! Formats: every file a pure function over bytes, with its properties under test. No I/O.

pub mod gitcfg;
pub mod hostkeys;
pub mod httpproxy;
pub mod knownhosts;
pub mod netrc;
mod slip;
pub mod sshcfg;
pub mod url;
