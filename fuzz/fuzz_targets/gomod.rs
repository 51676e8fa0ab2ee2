//! go.mod and go.work: no panic; what is strictly right is right leniently, too, and means the same.
#![no_main]

use gobs::text::gomod::{module_path, parse, parse_lax, parse_main, parse_work};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = (module_path(data), parse_work("go.work", data), parse_main("go.mod", data));
    let Ok(strict) = parse("go.mod", data) else { return };
    let lax = parse_lax("go.mod", data).expect("strictly right, and leniently wrong");
    assert_eq!((&strict.module, &strict.require), (&lax.module, &lax.require));
    assert_eq!(strict.go.as_ref().map(|go| &go.value), lax.go.as_ref().map(|go| &go.value));
});
