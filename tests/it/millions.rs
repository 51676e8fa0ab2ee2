//! A go.sum of a million lines: `verify` ends with the right verdict, and asks the file system no more than the cache
//! has places for an answer.

use std::fmt::Write;
use std::path::Path;

use gobs::facts::modules::{Recorded, Wanted, survey};
use gobs::module::cache::Cache;

use crate::sandbox::Sandbox;
use crate::trees;

const H: &str = "h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=";
const OTHER: &str = "h1:7KI2Sl6eA3yWwJ4RZxkTNZx1yCbTxRL3nXwQo9Nqh9U=";

/// Half a million module versions, half of them of hosts and modules of which the cache has others.
fn gosum() -> String {
    let mut text = String::with_capacity(96 << 20);
    for n in 0..250_000 {
        for path in [format!("a.test/m{:05}", n / 5), format!("b.test/m{:05}", n / 5)] {
            let _ = writeln!(text, "{path} v1.{0}.0 {H}\n{path} v1.{0}.0/go.mod {H}", n % 5);
        }
    }
    text
}

/// A `.ziphash` in the cache.
fn cached(sandbox: &Sandbox, file: &str, hash: &str) {
    sandbox.write(&format!("go/pkg/mod/cache/download/{file}.ziphash"), hash);
}

#[test]
fn a_million_lines() {
    let sandbox = trees::machine();
    let text = gosum();
    assert_eq!(text.lines().count(), 1_000_000);
    cached(&sandbox, "b.test/m00007/@v/v1.9.0", H);
    cached(&sandbox, "b.test/m04999/@v/v1.3.0", OTHER);
    sandbox.write("go/pkg/mod/b.test/m04999@v1.3.0/go.mod", "module b.test/m04999\n");

    let mut recorded = Recorded::default();
    recorded.read(Path::new("go.sum"), text.as_bytes());
    let wanted: Vec<Wanted> =
        recorded.lines.into_iter().map(|(module, lines)| Wanted { module, lines }).collect();
    let world = sandbox.world();
    let (before, count) = (world.trace.looks(), wanted.len());
    let looked = survey(&world.files, &Cache::new(sandbox.home().join("go/pkg/mod")), wanted, &|| {});
    let looks = world.trace.looks() - before;
    assert_eq!((looked.len(), count), (500_000, 500_000));
    let here: Vec<String> =
        looked.iter().filter(|one| one.cached).map(|one| one.module.to_string()).collect();
    assert_eq!(here, ["b.test/m04999@v1.3.0"]);
    assert!(looks < 50, "{looks} looks");

    sandbox.write("p/go.mod", "module p.test/p\n\ngo 1.26\n");
    sandbox.write("p/go.sum", text);
    let project = sandbox.home().join("p").display().to_string();
    let outcome = sandbox.gobs(&["verify", "--offline", "-C", &project]);
    assert_eq!(outcome.exit.code(), 1, "{outcome}");
    assert!(outcome.stdout.contains("1 of 500000 modules in the cache, 1 with findings"), "{outcome}");
    assert!(outcome.stdout.contains("b.test/m04999@v1.3.0"), "{outcome}");
}
