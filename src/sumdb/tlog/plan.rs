//! Reading hashes of a tree out of tiles that nobody vouches for (x/mod/sumdb/tlog/tile.go:ReadHashes).
//!
//! Which tiles are needed is planned first, so that one round of questions brings them all; then every one is checked,
//! the outermost against the signed root, each other one against its parent, before a single hash is taken from them.

use std::collections::HashMap;

use super::tile::subtree;
use super::{Hash, Tile, Tree, node_hash, stored_index, tree_indexes};

/// Which tiles prove which hashes.
pub struct Plan {
    tree: Tree,
    indexes: Vec<u64>,
    tiles: Vec<Tile>,
    /// Where each tile stands in `tiles`.
    order: HashMap<Tile, usize>,
    /// The subtrees that make up the whole tree, with the tile that holds each.
    whole: Vec<(u64, usize)>,
    /// The tile that holds each wanted hash.
    holders: Vec<usize>,
}

/// No log will ever have this many records.
const MOST: u64 = 1 << 56;

/// A hash was wanted that the tree does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanError {
    pub index: u64,
}

/// Tiles that are not of this tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Those that make up the root give another one: at least one of them is wrong.
    Root,
    /// This one is not what its parent says.
    Tile(usize),
}

impl Plan {
    /// What is needed to know the hashes at `indexes` of `tree`, from tiles of height `h`.
    pub fn new(tree: Tree, h: u32, indexes: &[u64]) -> Result<Plan, PlanError> {
        let mut plan = Plan {
            tree,
            indexes: indexes.to_vec(),
            tiles: Vec::new(),
            order: HashMap::new(),
            whole: Vec::new(),
            holders: Vec::with_capacity(indexes.len()),
        };
        if tree.n > MOST {
            return Err(PlanError { index: tree.n });
        }
        for index in tree_indexes(tree.n) {
            let (tile, _) = Tile::for_index(h, index);
            let tile = tile.parent(0, tree.n).ok_or(PlanError { index })?;
            let at = plan.add(tile);
            plan.whole.push((index, at));
        }
        let end = stored_index(0, tree.n);
        for &index in indexes {
            if index >= end {
                return Err(PlanError { index });
            }
            let at = plan.add_with_parents(Tile::for_index(h, index).0).ok_or(PlanError { index })?;
            plan.holders.push(at);
        }
        Ok(plan)
    }

    /// The tiles to be had, parents before children.
    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    fn add(&mut self, tile: Tile) -> usize {
        *self.order.entry(tile).or_insert_with(|| {
            self.tiles.push(tile);
            self.tiles.len() - 1
        })
    }

    /// Adds a tile and those above it, up to one that is there already and so will be proven.
    fn add_with_parents(&mut self, tile: Tile) -> Option<usize> {
        let mut chain = Vec::new();
        for k in 0.. {
            let parent = tile.parent(k, self.tree.n)?;
            chain.push(parent);
            if self.order.contains_key(&parent) {
                break;
            }
            // Only whole tiles have parents.
            if !parent.is_full() {
                return None;
            }
        }
        chain.iter().rev().map(|tile| self.add(*tile)).last()
    }

    /// Proves `data` (one block for each of [`Plan::tiles`], of its size) to be of the tree, and takes the hashes out.
    pub fn check<D: AsRef<[u8]>>(&self, data: &[D]) -> Result<Vec<Hash>, Doubt> {
        let sound = |(tile, data): (&Tile, &D)| data.as_ref().len() == tile.size();
        if data.len() != self.tiles.len() || !self.tiles.iter().zip(data).all(sound) {
            return Err(Doubt::Root);
        }
        let hash = |at: usize, index: u64| self.tiles[at].hash_at(data[at].as_ref(), index);
        let mut root = None;
        for (index, at) in self.whole.iter().rev() {
            let left = hash(*at, *index).ok_or(Doubt::Root)?;
            root = Some(root.map_or(left, |right| node_hash(left, right)));
        }
        if root.unwrap_or_else(Hash::empty_tree) != self.tree.hash {
            return Err(Doubt::Root);
        }
        // Every tile after those that made the root. Several subtrees may share a tile, so these are counted by
        // tiles, not by subtrees (CVE-2026-56865, go.dev/issue/80744).
        let proven = self.whole.last().map_or(0, |(_, at)| at + 1);
        for (at, tile) in self.tiles.iter().enumerate().skip(proven) {
            let parent = tile.parent(1, self.tree.n).ok_or(Doubt::Tile(at))?;
            let above = *self.order.get(&parent).ok_or(Doubt::Tile(at))?;
            let level = u32::try_from(parent.l).map_err(|_| Doubt::Tile(at))? * parent.h;
            let said = hash(above, stored_index(level, tile.n)).ok_or(Doubt::Tile(at))?;
            if said != subtree(data[at].as_ref()) {
                return Err(Doubt::Tile(at));
            }
        }
        self.indexes
            .iter()
            .zip(&self.holders)
            .map(|(index, at)| hash(*at, *index).ok_or(Doubt::Root))
            .collect()
    }
}
