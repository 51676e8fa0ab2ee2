//! The integration tests: one binary.
#![allow(
    clippy::disallowed_methods,
    reason = "tests run the real programs and keep real files; only the product goes through the world's door"
)]

mod gitcfg;
mod knownhosts;
mod netrc;
mod sshcfg;
