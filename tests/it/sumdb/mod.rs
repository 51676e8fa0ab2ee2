//! The checksum database against x/mod: notes, logs and proofs, and the client under every kind of lie.

mod client;
mod log;
