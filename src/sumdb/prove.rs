//! Tiles: had from memory, from go's cache or from the network, and proven before anything is taken from them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::client::{AT_ONCE, Client, side_by_side};
use super::kept::Damage;
use super::tlog::{Doubt, HEIGHT, Hash, Plan, Tile, Tree};
use super::{Head, Trouble};
use crate::model::Source;
use crate::say;

/// Larger is no tile.
const LARGEST: u64 = 64 << 10;

type Bytes = Arc<[u8]>;

/// What is known of tiles in this run.
#[derive(Default)]
pub(super) struct Tiles {
    /// Proven to be of a tree.
    proven: Mutex<HashMap<(Tree, Tile), Bytes>>,
    /// As they came over the network.
    fetched: Mutex<HashMap<Tile, Result<Bytes, Trouble>>>,
}

/// A tile that may be wrong.
struct Had {
    bytes: Bytes,
    /// The file of go's cache it is from.
    file: Option<PathBuf>,
}

impl Client<'_> {
    /// The stored hashes of the tree at `indexes`, proven. Kept tiles that do not fit give way to fresh ones, and
    /// those that differ are remembered as damaged.
    pub(super) fn hashes(&self, head: &Head, indexes: &[u64]) -> Result<Vec<Hash>, Trouble> {
        let plan = Plan::new(head.tree, HEIGHT, indexes).map_err(|_| self.outside(head))?;
        let tiles = plan.tiles();
        let asked = side_by_side(tiles.len(), AT_ONCE, &|at| self.tile(head.tree, tiles[at]));
        let mut at_hand = asked.into_iter().collect::<Result<Vec<Had>, Trouble>>()?;
        let checked = |at_hand: &[Had]| plan.check(&at_hand.iter().map(|one| &one.bytes).collect::<Vec<_>>());
        let hashes = match checked(&at_hand) {
            Ok(proven) => proven,
            Err(doubt) if at_hand.iter().all(|one| one.file.is_none()) => {
                return Err(self.not_of(head, tiles, doubt));
            }
            Err(_) => {
                let (differing, failed) = self.refresh(tiles, &mut at_hand);
                let wrong = |doubt| failed.unwrap_or_else(|| self.not_of(head, tiles, doubt));
                let proven = checked(&at_hand).map_err(wrong)?;
                self.refuted(differing);
                proven
            }
        };
        if let Ok(mut proven) = self.tiles.proven.lock() {
            let of_tree = tiles.iter().map(|tile| (head.tree, *tile));
            proven.extend(of_tree.zip(at_hand.into_iter().map(|one| one.bytes)));
        }
        Ok(hashes)
    }

    /// Fetches what came from go's cache; gives the files that differ, and why some could not be had.
    fn refresh(&self, tiles: &[Tile], at_hand: &mut [Had]) -> (Vec<PathBuf>, Option<Trouble>) {
        let files: Vec<PathBuf> = at_hand.iter().filter_map(|one| one.file.clone()).collect();
        let kept: Vec<usize> = (0..at_hand.len()).filter(|at| at_hand[*at].file.is_some()).collect();
        let fresh = side_by_side(kept.len(), AT_ONCE, &|at| self.fetch(tiles[kept[at]]));
        let (mut differing, mut failed) = (Vec::new(), None);
        for (at, fresh) in kept.into_iter().zip(fresh) {
            match fresh {
                Ok(fresh) => {
                    if fresh != at_hand[at].bytes {
                        differing.extend(at_hand[at].file.take());
                    }
                    at_hand[at] = Had { bytes: fresh, file: None };
                }
                Err(Trouble::Offline) => failed = Some(Trouble::KeptTiles(files.clone())),
                Err(trouble) => failed = failed.or(Some(trouble)),
            }
        }
        (differing, failed)
    }

    fn refuted(&self, files: Vec<PathBuf>) {
        let why = || {
            say!(
                "not the tile that the signed tree has; a fresh one is proven",
                "与签名树中的哈希块不同；新取回的一份已得到证明"
            )
        };
        let damages = files.into_iter().map(|file| Damage { file, why: why(), refuted: true });
        if let Ok(mut all) = self.damages.lock() {
            all.extend(damages);
        }
    }

    fn tile(&self, tree: Tree, tile: Tile) -> Result<Had, Trouble> {
        let proven = self.tiles.proven.lock().ok().and_then(|proven| proven.get(&(tree, tile)).cloned());
        if let Some(bytes) = proven {
            return Ok(Had { bytes, file: None });
        }
        match self.kept.tile(tile) {
            Some((there, bytes)) => {
                // Of a whole one the beginning; of one that is cut all, which then fits nowhere.
                let size = if bytes.len() == there.size() { tile.size() } else { bytes.len() };
                Ok(Had { bytes: bytes[..size].into(), file: Some(self.kept.tile_path(there)) })
            }
            None => self.fetch(tile).map(|bytes| Had { bytes, file: None }),
        }
    }

    /// A tile from the network, asked for once a run. A part that is not there is the beginning of the whole one,
    /// which may be all that is left of it (`Client.readTile`).
    fn fetch(&self, tile: Tile) -> Result<Bytes, Trouble> {
        let known = self.tiles.fetched.lock().ok().and_then(|fetched| fetched.get(&tile).cloned());
        if let Some(known) = known {
            return known;
        }
        let mut answer = self.fetch_exactly(tile);
        if answer.is_err()
            && !tile.is_full()
            && let Ok(whole) = self.fetch_exactly(tile.full())
        {
            answer = Ok(whole[..tile.size()].into());
        }
        if let Ok(mut fetched) = self.tiles.fetched.lock() {
            fetched.insert(tile, answer.clone());
        }
        answer
    }

    fn fetch_exactly(&self, tile: Tile) -> Result<Bytes, Trouble> {
        let (url, bytes) = self.read(&tile.path(), LARGEST)?;
        if bytes.len() != tile.size() {
            let why = format!("{} bytes instead of {}", bytes.len(), tile.size());
            return Err(self.garbled(url, why, &bytes));
        }
        Ok(bytes.into())
    }

    fn outside(&self, head: &Head) -> Trouble {
        let size = head.tree.n;
        let what = say!("a tree of {size} records cannot be", "不可能存在 {size} 条记录的树", size);
        Trouble::lie(what, "indexes not in tree", vec![(self.source(""), head.note.clone())])
    }

    /// Tiles as they came are not of the tree that was signed.
    fn not_of(&self, head: &Head, tiles: &[Tile], doubt: Doubt) -> Trouble {
        let size = head.tree.n;
        let what = say!(
            "its tiles are not of the tree of {size} records whose head it signed",
            "它给出的哈希块不属于它签名的那棵树（{size} 条记录）",
            size
        );
        let wrong = match doubt {
            Doubt::Tile(at) => &tiles[at..=at],
            Doubt::Root => tiles,
        };
        let mut evidence: Vec<(Source, String)> =
            wrong.iter().take(4).map(|tile| (self.source(&tile.path()), String::new())).collect();
        evidence.push((self.source(""), head.note.clone()));
        Trouble::lie(what, "downloaded inconsistent tile", evidence)
    }
}
