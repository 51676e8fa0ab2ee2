//! Sorting and collecting in order, with little code of their own for each type: the standard library's sorts and its
//! `BTreeMap::from_iter` are made anew for every type they are used with, 5 KB at a time, which was a thirtieth of the binary.
//! Where millions are sorted (go.sum, the files of a module), theirs is used all the same.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Stable sorts of short lists.
pub trait Order<T> {
    fn order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering);

    fn order_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }

    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        if self.len() < 2 {
            return;
        }
        let order = places(self.len(), &|a, b| compare(&self[a], &self[b]));
        for at in 0..order.len() {
            // What belongs here may have been swapped to where an earlier one came from.
            let mut from = order[at];
            while from < at {
                from = order[from];
            }
            self.swap(at, from);
        }
    }
}

/// Which place each comes from.
fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

/// Maps and sets of what an iterator gives, one by one.
pub trait Gather: Iterator + Sized {
    /// Of a key that comes twice, the last value.
    fn gather_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        Self: Iterator<Item = (K, V)>,
    {
        let mut map = BTreeMap::new();
        for (key, value) in self {
            map.insert(key, value);
        }
        map
    }

    fn gather_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord,
    {
        let mut set = BTreeSet::new();
        for one in self {
            set.insert(one);
        }
        set
    }
}

impl<I: Iterator> Gather for I {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Gather, Order};

    proptest! {
        #[test]
        fn lists_are_sorted_as_the_standard_library_sorts_them(list: Vec<(u8, u16)>) {
            let (mut ours, mut theirs) = (list.clone(), list.clone());
            ours.order_by_key(|(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(&ours, &theirs);
            ours.order();
            theirs.sort_unstable();
            prop_assert_eq!(ours, theirs);
            prop_assert_eq!(list.iter().copied().gather_map(), list.iter().copied().collect());
            prop_assert_eq!(list.iter().gather_set(), list.iter().collect());
        }
    }
}
