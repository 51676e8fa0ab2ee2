//! Computing a fact at most once, however many checks ask at the same time; a panic in it is an `Unknown`.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock};

use crate::model::{Known, Unknown};
use crate::say;
use crate::world::crashed;

/// One fact.
pub(super) struct Once<T>(OnceLock<Known<T>>);

impl<T> Once<T> {
    pub(super) const fn new() -> Once<T> {
        Once(OnceLock::new())
    }

    /// The fact, computed now if nobody asked before. Must not ask for itself.
    pub(super) fn get(&self, look: impl FnOnce() -> Known<T>) -> Known<&T> {
        self.0.get_or_init(|| guarded(look)).as_ref().map_err(Clone::clone)
    }
}

/// One fact a key: probes by host, by URL.
pub(super) struct Keyed<K, T>(Mutex<BTreeMap<K, Arc<OnceLock<Known<T>>>>>);

impl<K: Ord, T: Clone> Keyed<K, T> {
    pub(super) const fn new() -> Keyed<K, T> {
        Keyed(Mutex::new(BTreeMap::new()))
    }

    /// The fact for `key`; others who ask for the same key meanwhile wait for this one look.
    pub(super) fn get(&self, key: K, look: impl FnOnce() -> Known<T>) -> Known<T> {
        let cell = match self.0.lock() {
            Ok(mut table) => table.entry(key).or_default().clone(),
            Err(_) => return Err(broken("a thread died while it held the table")),
        };
        cell.get_or_init(|| guarded(look)).clone()
    }
}

/// A panic is an [`Unknown`] here and now where panics unwind; else it is one of the run that takes the place of this one.
fn guarded<T, F: FnOnce() -> Known<T>>(look: F) -> Known<T> {
    let name = std::any::type_name::<F>();
    if let Some((_, said)) = crashed().iter().find(|(crashed, _)| crashed == name) {
        return Err(broken(said));
    }
    let around = AT_WORK.replace(Some(name));
    let known = catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        let words = words.or_else(|| panic.downcast_ref::<&str>().map(|&s| s.to_owned()));
        Err(broken(&words.unwrap_or_default()))
    });
    AT_WORK.set(around);
    known
}

thread_local! {
    /// The fact that this thread is looking for.
    static AT_WORK: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// For whoever hears a panic: the fact that was being looked for.
pub fn fact_at_work() -> Option<&'static str> {
    AT_WORK.get()
}

fn broken(why: &str) -> Unknown {
    Unknown::new(say!("gobs itself failed while looking: {why}", "gobs 自身在查看时出错：{why}", why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_and_a_panic_is_known_as_such() {
        let once: Once<u32> = Once::new();
        assert_eq!(once.get(|| Ok(1)), Ok(&1));
        assert_eq!(once.get(|| Ok(2)), Ok(&1));
        let bad: Once<u32> = Once::new();
        assert!(bad.get(|| panic!("ouch")).unwrap_err().why.en.contains("ouch"));
        let keyed: Keyed<&str, u32> = Keyed::new();
        assert_eq!(keyed.get("a", || Ok(1)), Ok(1));
        assert_eq!(keyed.get("a", || Ok(2)), Ok(1));
        assert_eq!(keyed.get("b", || Ok(2)), Ok(2));
    }
}
