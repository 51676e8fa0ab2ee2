//! The way go takes to a module, walked hop by hop: what its settings decide, whom it asks, and where and why it ends.

mod account;
pub mod address;
mod advice;
mod arrival;
mod blame;
mod cause;
mod credential;
mod database;
pub mod decide;
mod direct;
mod discover;
mod git;
pub mod gomod;
pub mod hop;
mod login;
pub mod look;
pub mod meta;
mod naming;
mod proxy;
pub mod recorded;
mod remedy;
pub mod revision;
pub mod said;
pub mod sites;
mod ssh;
pub mod walk;
pub mod wanted;

pub use decide::{Given, Settings};
pub use hop::{Hop, Mark, Step};
pub use look::{BUDGET, Look, PATIENCE};
pub use remedy::private_pattern;
pub use walk::{Outcome, Route, walk};
pub use wanted::{Query, Unfit, Wanted};
