//! The way go takes to a module, walked hop by hop: what its settings decide, whom it asks, and where and why it ends.

pub mod address;
pub mod decide;
pub mod gomod;
pub mod meta;
pub mod revision;
pub mod said;
pub mod sites;
pub mod wanted;

pub use decide::{Given, Settings};
pub use wanted::{Query, Unfit, Wanted};
