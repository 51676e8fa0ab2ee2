//! The formats against Go itself: the same inputs, the same answers, to the byte.

mod gomod;
mod strings;
mod versions;

use std::cmp::Ordering;

use proptest::prelude::*;
use proptest::sample::select;

use crate::oracle::ask;

pub(super) fn sign(order: Ordering) -> String {
    (order as i8).to_string()
}

pub(super) fn words<T, E: ToString>(result: Result<T, E>) -> String {
    result.err().map_or(String::new(), |err| err.to_string())
}

pub(super) fn both<T: Default, E: ToString>(result: Result<T, E>) -> (T, String) {
    match result {
        Ok(value) => (value, String::new()),
        Err(err) => (T::default(), err.to_string()),
    }
}

/// Compares one answer after the other; shows the input where they differ.
pub(super) fn compare<A: AsRef<[u8]>>(op: &str, cases: &[Vec<A>], ours: impl Fn(&[String]) -> Vec<String>) {
    assert!(cases.len() >= 200, "only {} situations", cases.len());
    for (case, theirs) in cases.iter().zip(ask(op, cases)) {
        let case: Vec<String> =
            case.iter().map(|arg| String::from_utf8_lossy(arg.as_ref()).into_owned()).collect();
        assert_eq!(ours(&case), theirs, "{op} {case:?}");
    }
}

/// Text put together from pieces that matter, and now and then from anything.
pub(super) fn pieces(
    of: &'static [&'static str],
    count: std::ops::Range<usize>,
) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        30 => select(of).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "\\PC{0,3}",
    ];
    proptest::collection::vec(piece, count).prop_map(|parts| parts.concat())
}
