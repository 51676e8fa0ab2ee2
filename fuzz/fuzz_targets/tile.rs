//! Tiles of a checksum database: paths come back, a hash is read only of a tile that holds it, and tiles of another tree
//! are never taken for those of this one.
#![no_main]

use gobs::sumdb::tlog::{HEIGHT, Hash, Plan, Tile, Tree, stored_index};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data)
        && let Some(tile) = Tile::parse(text)
    {
        assert_eq!(tile.path(), text);
    }
    let Some((head, rest)) = data.split_first_chunk::<16>() else { return };
    let (size, record) = head.split_at(8);
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
    let (size, record) = (number(size) >> 4, number(record) >> 4);
    let (tile, _) = Tile::for_index(HEIGHT, stored_index(0, record));
    let _ = tile.hash_at(rest, stored_index(0, record));
    let tree = Tree { n: size, hash: Hash([0; 32]) };
    let Ok(plan) = Plan::new(tree, HEIGHT, &[stored_index(0, record)]) else { return };
    assert!(record < size);
    // No bytes have this root, but those of the one record that is its own tree.
    let whole: Vec<Vec<u8>> =
        plan.tiles().iter().map(|tile| rest.iter().copied().cycle().take(tile.size()).collect()).collect();
    assert!(rest.is_empty() || size == 1 || plan.check(&whole).is_err());
});
