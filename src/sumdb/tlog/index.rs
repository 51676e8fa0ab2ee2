//! Where hashes are stored: the tree's nodes in one line, each right after the record that completes it.

#![allow(clippy::cast_possible_truncation, reason = "levels stay below 64")]

use super::{Hash, node_hash};

/// `StoredHashIndex`: the place of node `n` of a level (0 holds the records).
pub fn stored_index(level: u32, n: u64) -> u64 {
    let mut n = (n << level) | ((1 << level) - 1);
    let mut index = u64::from(level);
    while n > 0 {
        index += n;
        n >>= 1;
    }
    index
}

/// `SplitStoredHashIndex`: level and number of the node at a place.
pub fn split_stored_index(index: u64) -> (u32, u64) {
    // The record before it: stored_index(0, n) < 2n.
    let mut n = index / 2;
    let mut at = stored_index(0, n);
    loop {
        // Each record n adds 1 + trailing_zeros(n + 1) hashes.
        let next = at + 1 + u64::from((n + 1).trailing_zeros());
        if next > index {
            break;
        }
        n += 1;
        at = next;
    }
    let level = (index - at) as u32;
    (level, n >> level)
}

/// `maxpow2`: the greatest power of two smaller than `n`, and its logarithm.
pub(super) fn greatest_power_below(n: u64) -> (u64, u32) {
    let mut log = 0;
    while 1 << (log + 1) < n {
        log += 1;
    }
    (1 << log, log)
}

/// `subTreeIndex`: the places of the complete subtrees that make up the records from `from` up to `to`.
pub(super) fn sub_tree_indexes(mut from: u64, to: u64, indexes: &mut Vec<u64>) {
    while from < to {
        let (size, level) = greatest_power_below(to - from + 1);
        indexes.push(stored_index(level, from >> level));
        from += size;
    }
}

/// `subTreeHash`: from the hashes at those places, taken off the front of `hashes`.
pub(super) fn sub_tree_hash(mut from: u64, to: u64, hashes: &mut &[Hash]) -> Option<Hash> {
    let mut count = 0;
    while from < to {
        from += greatest_power_below(to - from + 1).0;
        count += 1;
    }
    let (mine, rest) = hashes.split_at_checked(count)?;
    *hashes = rest;
    mine.iter().copied().rev().reduce(|right, left| node_hash(left, right))
}

/// The places whose hashes give the hash of the tree of the first `n` records.
pub fn tree_indexes(n: u64) -> Vec<u64> {
    let mut indexes = Vec::new();
    sub_tree_indexes(0, n, &mut indexes);
    indexes
}

/// `TreeHash`, from the hashes at [`tree_indexes`]; `None` where their number is wrong.
pub fn tree_hash(n: u64, mut hashes: &[Hash]) -> Option<Hash> {
    if n == 0 {
        return Some(Hash::empty_tree());
    }
    sub_tree_hash(0, n, &mut hashes).filter(|_| hashes.is_empty())
}
