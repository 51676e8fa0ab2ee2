//! `gobs verify` as its users see it.
