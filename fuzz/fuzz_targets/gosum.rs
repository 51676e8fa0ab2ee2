//! go.sum: anything is read without a panic, and what was read is found again.
#![no_main]

use gobs::text::gosum::{Have, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let sum = parse(data);
    let index = sum.index();
    for entry in &sum.entries {
        let have = index.have(entry.path, entry.version, entry.part, entry.hash);
        assert!(!matches!(have, Have::Missing));
        assert!(index.lines(entry.path, entry.version, entry.part).any(|line| line == entry));
    }
    let _ = (index.conflicts(), sum.refusal("go.sum"), sum.has_merge_markers());
    // Written again, the lines are the same lines.
    let text: String = sum.entries.iter().map(|entry| format!("{entry}\n")).collect();
    let again = parse(text.as_bytes());
    let key = |entry: &gobs::text::gosum::Entry<'_>| entry.to_string();
    assert!(sum.entries.iter().map(key).eq(again.entries.iter().map(key)));
});
