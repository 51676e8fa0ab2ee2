//! Proofs that stand alone: that a record is in a tree, that a tree is the beginning of another (RFC 6962, 2.1.1-2).

use super::index::{greatest_power_below, sub_tree_hash, sub_tree_indexes};
use super::{Hash, node_hash};

/// The hashes beside the way, from the bottom up (`RecordProof`, `TreeProof`).
pub type Proof = Vec<Hash>;

/// The stored hashes that [`prove_record`] needs; `None` where tree `t` has no record `n`.
pub fn record_proof_indexes(t: u64, n: u64) -> Option<Vec<u64>> {
    fn walk(from: u64, to: u64, n: u64, need: &mut Vec<u64>) {
        if from + 1 == to {
            return;
        }
        let middle = from + greatest_power_below(to - from).0;
        if n < middle {
            walk(from, middle, n, need);
            sub_tree_indexes(middle, to, need);
        } else {
            sub_tree_indexes(from, middle, need);
            walk(middle, to, n, need);
        }
    }
    let mut need = Vec::new();
    (n < t).then(|| walk(0, t, n, &mut need))?;
    Some(need)
}

/// `ProveRecord`, from the hashes at [`record_proof_indexes`].
pub fn prove_record(t: u64, n: u64, mut hashes: &[Hash]) -> Option<Proof> {
    fn walk(from: u64, to: u64, n: u64, hashes: &mut &[Hash]) -> Option<Proof> {
        if from + 1 == to {
            return Some(Proof::new());
        }
        let middle = from + greatest_power_below(to - from).0;
        let (mut proof, beside);
        if n < middle {
            proof = walk(from, middle, n, hashes)?;
            beside = sub_tree_hash(middle, to, hashes)?;
        } else {
            beside = sub_tree_hash(from, middle, hashes)?;
            proof = walk(middle, to, n, hashes)?;
        }
        proof.push(beside);
        Some(proof)
    }
    let proof = (n < t).then(|| walk(0, t, n, &mut hashes))??;
    hashes.is_empty().then_some(proof)
}

/// `CheckRecord`: whether the tree of size `t` and root `root` has record `n` with this hash.
pub fn check_record(proof: &[Hash], t: u64, root: Hash, n: u64, record: Hash) -> bool {
    fn walk(proof: &[Hash], from: u64, to: u64, n: u64, record: Hash) -> Option<Hash> {
        if from + 1 == to {
            return proof.is_empty().then_some(record);
        }
        let (beside, below) = proof.split_last()?;
        let middle = from + greatest_power_below(to - from).0;
        Some(match n < middle {
            true => node_hash(walk(below, from, middle, n, record)?, *beside),
            false => node_hash(*beside, walk(below, middle, to, n, record)?),
        })
    }
    n < t && walk(proof, 0, t, n, record) == Some(root)
}

/// The stored hashes that [`prove_tree`] needs; `None` where `n` is no size of an earlier tree.
pub fn tree_proof_indexes(t: u64, n: u64) -> Option<Vec<u64>> {
    fn walk(from: u64, to: u64, n: u64, need: &mut Vec<u64>) {
        if n == to {
            if from != 0 {
                sub_tree_indexes(from, to, need);
            }
            return;
        }
        let middle = from + greatest_power_below(to - from).0;
        if n <= middle {
            walk(from, middle, n, need);
            sub_tree_indexes(middle, to, need);
        } else {
            sub_tree_indexes(from, middle, need);
            walk(middle, to, n, need);
        }
    }
    let mut need = Vec::new();
    (1..=t).contains(&n).then(|| walk(0, t, n, &mut need))?;
    Some(need)
}

/// `ProveTree`, from the hashes at [`tree_proof_indexes`].
pub fn prove_tree(t: u64, n: u64, mut hashes: &[Hash]) -> Option<Proof> {
    fn walk(from: u64, to: u64, n: u64, hashes: &mut &[Hash]) -> Option<Proof> {
        if n == to {
            return match from {
                0 => Some(Proof::new()),
                _ => Some(vec![sub_tree_hash(from, to, hashes)?]),
            };
        }
        let middle = from + greatest_power_below(to - from).0;
        let (mut proof, beside);
        if n <= middle {
            proof = walk(from, middle, n, hashes)?;
            beside = sub_tree_hash(middle, to, hashes)?;
        } else {
            beside = sub_tree_hash(from, middle, hashes)?;
            proof = walk(middle, to, n, hashes)?;
        }
        proof.push(beside);
        Some(proof)
    }
    let proof = (1..=t).contains(&n).then(|| walk(0, t, n, &mut hashes))??;
    hashes.is_empty().then_some(proof)
}

/// `CheckTree`: whether the tree (`t`, `root`) begins with the tree (`n`, `old`).
pub fn check_tree(proof: &[Hash], t: u64, root: Hash, n: u64, old: Hash) -> bool {
    /// The old and the new hash of a subtree.
    fn walk(proof: &[Hash], from: u64, to: u64, n: u64, old: Hash) -> Option<(Hash, Hash)> {
        if n == to {
            return match (from, proof) {
                (0, []) => Some((old, old)),
                (1.., [one]) => Some((*one, *one)),
                _ => None,
            };
        }
        let (beside, below) = proof.split_last()?;
        let middle = from + greatest_power_below(to - from).0;
        if n <= middle {
            let (before, now) = walk(below, from, middle, n, old)?;
            Some((before, node_hash(now, *beside)))
        } else {
            let (before, now) = walk(below, middle, to, n, old)?;
            Some((node_hash(*beside, before), node_hash(*beside, now)))
        }
    }
    (1..=t).contains(&n) && walk(proof, 0, t, n, old) == Some((old, root))
}
