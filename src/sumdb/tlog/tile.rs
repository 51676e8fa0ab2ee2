//! Tiles: 2^H neighbouring hashes of a level as one file, from which the levels above can be made.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "levels stay below 64, widths at 2^30"
)]

use std::fmt;

use super::{Hash, node_hash, split_stored_index};

/// The height that the go command asks for.
pub const HEIGHT: u32 = 8;

/// `Tile`: `w` consecutive hashes of level `h × l`, from number `n × 2^h` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    pub h: u32,
    /// -1 holds the records themselves, which the go command never asks for.
    pub l: i32,
    pub n: u64,
    pub w: u32,
}

impl Tile {
    /// How many hashes a whole one holds.
    pub fn full_width(h: u32) -> u32 {
        1 << h
    }

    pub fn is_full(&self) -> bool {
        self.w == Tile::full_width(self.h)
    }

    /// The tile of which this one is the beginning.
    pub fn full(&self) -> Tile {
        Tile { w: Tile::full_width(self.h), ..*self }
    }

    /// The bytes it has.
    pub fn size(&self) -> usize {
        self.w as usize * Hash::SIZE
    }

    /// `TileForIndex`: the narrowest tile that holds a stored hash, and the bytes there that make it.
    pub fn for_index(h: u32, index: u64) -> (Tile, std::ops::Range<usize>) {
        let (level, n) = split_stored_index(index);
        let l = level / h;
        let level = level - l * h;
        let number = n << level >> h;
        let n = n - (number << h >> level);
        let range = ((n << level) as usize * Hash::SIZE)..(((n + 1) << level) as usize * Hash::SIZE);
        (Tile { h, l: l as i32, n: number, w: ((n + 1) << level) as u32 }, range)
    }

    /// `tileParent`: the k'th parent among the tiles of a tree of this size, as wide as that tree makes it.
    pub fn parent(&self, k: u32, size: u64) -> Option<Tile> {
        let l = self.l + k as i32;
        let n = self.n.checked_shr(k * self.h).unwrap_or(0);
        let level = u32::try_from(l).ok()?.checked_mul(self.h)?;
        let there = size.checked_shr(level).unwrap_or(0);
        let start = n << self.h;
        let w = u64::from(Tile::full_width(self.h)).min(there.saturating_sub(start));
        (w > 0).then_some(Tile { h: self.h, l, n, w: w as u32 })
    }

    /// `HashFromTile`: a stored hash, where the tile holds it and `data` is all there.
    pub fn hash_at(&self, data: &[u8], index: u64) -> Option<Hash> {
        let (narrow, range) = Tile::for_index(self.h, index);
        let holds = (narrow.l, narrow.n) == (self.l, self.n) && narrow.w <= self.w;
        (holds && data.len() >= self.size()).then(|| subtree(&data[range]))
    }

    /// `Path`: `tile/8/0/x001/x234/067.p/5`.
    pub fn path(&self) -> String {
        let mut n = self.n;
        let mut number = format!("{:03}", n % 1000);
        while n >= 1000 {
            n /= 1000;
            number = format!("x{:03}/{number}", n % 1000);
        }
        let part = if self.is_full() { String::new() } else { format!(".p/{}", self.w) };
        match self.l {
            -1 => format!("tile/{}/data/{number}{part}", self.h),
            level => format!("tile/{}/{level}/{number}{part}", self.h),
        }
    }

    /// `ParseTilePath`.
    pub fn parse(path: &str) -> Option<Tile> {
        let mut parts: Vec<&str> = path.split('/').collect();
        if parts.len() < 4 || parts[0] != "tile" {
            return None;
        }
        let h = parts[1].parse().ok().filter(|h| (1..=30).contains(h))?;
        let l = match parts[2] {
            "data" => -1,
            level => level.parse().ok().filter(|level| *level >= 0)?,
        };
        let mut w = Tile::full_width(h);
        if let Some(number) = parts[parts.len() - 2].strip_suffix(".p") {
            w = parts.pop()?.parse().ok().filter(|part| (1..w).contains(part))?;
            *parts.last_mut()? = number;
        }
        let mut n: u64 = 0;
        for part in &parts[3..] {
            let digits: u64 = part.strip_prefix('x').unwrap_or(part).parse().ok()?;
            n = n.checked_mul(1000)?.checked_add(digits)?;
        }
        let tile = Tile { h, l, n, w };
        (i64::try_from(n).is_ok() && tile.path() == path).then_some(tile)
    }
}

/// `tileHash`: the root of the complete subtree over these hashes.
pub(super) fn subtree(data: &[u8]) -> Hash {
    match <[u8; Hash::SIZE]>::try_from(data) {
        Ok(one) => Hash(one),
        Err(_) => {
            let (left, right) = data.split_at(data.len() / 2);
            node_hash(subtree(left), subtree(right))
        }
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}
