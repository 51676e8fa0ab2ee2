//! The integration tests: one binary, so that everything is linked once.

#![allow(clippy::disallowed_methods, reason = "tests set the scene and look at it from outside")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot go on shall stop")]

mod account;
mod badzips;
mod explain;
mod fix;
mod formats;
mod gitcfg;
mod hostile;
mod house;
mod init;
mod knownhosts;
mod live;
mod millions;
mod netrc;
mod oracle;
mod output;
mod pages;
mod profile;
#[allow(unreachable_pub, reason = "what tests share is as public as they like")]
mod rig;
#[allow(unreachable_pub, reason = "what tests share is as public as they like")]
mod sandbox;
mod schema;
mod secrets;
mod sshcfg;
mod startfiles;
mod sumdb;
mod targets;
mod trace;
#[allow(unreachable_pub, reason = "what tests share is as public as they like")]
mod trees;
mod usage;
mod writing;
mod zips;
