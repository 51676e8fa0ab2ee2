//! The checksum database, asked and proven as go does (golang.org/x/mod/sumdb, cmd/go/internal/modfetch/sumdb.go).
//!
//! A record counts once the tree head beside it is signed by the key of GOSUMDB, the head is consistent with the one
//! go remembers, and tiles of that tree prove the record to be in it. Go's own caches are read, never written.
//!
//! Follows x/mod v0.40.0 and later: before, three holes let forged answers through (go.dev/issue/79070, 80744, 80745).

mod base;
mod client;
mod heads;
mod kept;
pub mod note;
mod prove;
mod settle;
pub mod tlog;
mod trouble;

pub use base::{Base, find_base};
pub use client::{Answers, Client, Record, Wanted};
pub use heads::Head;
pub use kept::{Damage, Kept};
pub use trouble::{Misbehaviour, Trouble};

use crate::goproxy::Refusal;

/// How the network is asked: an address and the most bytes wanted of it, to the body of a 200.
pub type Ask<'w> = &'w (dyn Fn(&str, u64) -> Result<Vec<u8>, Refusal> + Sync);
