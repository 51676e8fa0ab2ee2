//! Transparency logs (x/mod/sumdb/tlog): a Merkle tree over records as RFC 6962 has it, kept in tiles. Pure.

mod hash;
mod index;
mod plan;
mod proof;
mod tile;
mod tree;

pub use hash::{Hash, node_hash, record_hash};
pub use index::{split_stored_index, stored_index, tree_hash, tree_indexes};
pub use plan::{Doubt, Plan, PlanError};
pub use proof::{
    Proof, check_record, check_tree, prove_record, prove_tree, record_proof_indexes, tree_proof_indexes,
};
pub use tile::{HEIGHT, Tile};
pub use tree::{Record, Tree, parse_record, parse_tree};
