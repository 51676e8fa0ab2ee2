//! Modules as bytes: where the cache keeps them, what they hash to, which zips go accepts, and who is wrong.
//!
//! Pure over what it is handed; opening files is its callers' business.

pub mod cache;
pub mod dirhash;
pub mod info;
pub mod truth;
pub mod zip;

pub use crate::text::modpath::ModVer;
