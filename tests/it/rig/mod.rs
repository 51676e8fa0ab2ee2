//! Real programs on loopback, each in a temp directory and gone when its struct is dropped: what a company has, small.
//!
//! | part | is | for |
//! |---|---|---|
//! | [`Repos`] | bare Git repositories | what the Git servers serve |
//! | [`Sshd`] | OpenSSH's `sshd` | Git over SSH |
//! | [`GitWeb`] | nginx, fcgiwrap, `git-http-backend` | Git over HTTPS and `?go-get=1` |
//! | [`Ca`] | `openssl` | a company CA |
//! | [`HttpProxy`] | tinyproxy | the way out of the building |
//! | [`ModuleProxy`] | goproxy v0.17.2 | a company module proxy |
//! | [`SumDb`] | x/mod's `sumdb` server | a company's checksum database |
//! | [`go_of`] | another version of the go command | what differs between versions |
//! | [`Liar`] | ours | servers that hang, reset, truncate, redirect, shout |
//! | [`netns`] | `unshare -n -m` | host names, port 22 and 443, dropped packets |
//!
//! Ports are free ones unless a test runs in a network namespace and names its own.

#![allow(dead_code, reason = "what scenarios take from the shelf differs")]

mod ca;
mod gitweb;
mod goversions;
mod httpproxy;
mod liar;
mod moduleproxy;
pub mod netns;
mod repos;
mod server;
mod skipped;
mod sshd;
mod sumdb;

pub use ca::{Ca, Leaf};
pub use gitweb::{GitWeb, Manner};
pub use goversions::go_of;
pub use httpproxy::HttpProxy;
pub use liar::{Liar, Lie};
pub use moduleproxy::ModuleProxy;
pub use repos::Repos;
pub use server::must;
pub use skipped::skipped;
pub use sshd::{Keys, Sshd};
pub use sumdb::{NAME, Said, SumDb, get, publish};
