//! One row per situation that means something: what each witness says, and the verdict.

use super::*;

/// `go.sum=a zip=a ziphash=! dir=- sumdb=b proxy=a proxy=b origin=a`; `!` is broken, `-` absent; `/` before it: go.mod.
fn sightings(row: &str) -> Vec<Sighting> {
    let mut line = 0;
    row.split_whitespace()
        .map(|word| {
            let (name, value) = word.split_once('=').unwrap();
            let (part, name) = match name.strip_prefix('/') {
                Some(name) => (Part::GoMod, name),
                None => (Part::Zip, name),
            };
            let witness = match name {
                "go.sum" => {
                    line += 1;
                    Witness::GoSum { file: Path::new("go.sum").into(), line }
                }
                "zip" => Witness::Zip,
                "ziphash" => Witness::ZipHash,
                "dir" => Witness::Dir,
                "mod" => Witness::Mod,
                "inner" => Witness::InnerMod,
                "sumdb" => Witness::Database,
                "proxy" => Witness::Proxy("https://proxy.test".into()),
                "origin" => Witness::Origin,
                other => panic!("{other}"),
            };
            let said = match value {
                "!" => Said::Broken("broken".into()),
                "-" => Said::Absent,
                hash => Said::Hash(format!("h1:{hash}")),
            };
            Sighting::new(witness, part, said)
        })
        .collect()
}

/// `kind certainty right wrong-witness's-place`, or `fine`; a warning begins with `~`.
fn verdict(row: &str, database: Database) -> String {
    let sightings = sightings(row);
    let shown = |culprit: &Culprit| {
        let mark = if culprit.level == Level::Warning { "~" } else { "" };
        let right = culprit.right.as_deref().map_or("?", |hash| &hash[3..]);
        let at = culprit.at.map_or("?".to_owned(), |at| row.split_whitespace().nth(at).unwrap().to_owned());
        format!("{mark}{} {:?} {right} {at}", culprit.kind, culprit.certainty)
    };
    match culprits(&sightings, database).as_slice() {
        [] => "fine".into(),
        found => found.iter().map(shown).collect::<Vec<_>>().join(" + "),
    }
}

fn check(database: Database, rows: &[(&str, &str)]) {
    for (row, want) in rows {
        assert_eq!(verdict(row, database), *want, "{row}");
    }
}

#[test]
fn the_cache_against_go_sum() {
    let whole = "go.sum=a zip=a ziphash=a dir=a /go.sum=m /mod=m /inner=m";
    check(
        Database::NotAsked,
        &[
            ("", "fine"),
            ("go.sum=a", "fine"),
            ("go.sum=a ziphash=-", "fine"),
            (whole, "fine"),
            ("go.sum=a zip=! ziphash=a dir=a", "gomodcache-corrupt-zip Recorded a zip=!"),
            ("go.sum=a zip=b ziphash=a dir=a", "gomodcache-tampered-zip Recorded a zip=b"),
            ("go.sum=a zip=b ziphash=b dir=a", "gomodcache-tampered-zip Recorded a zip=b"),
            ("go.sum=a zip=b ziphash=a dir=b", "gomodcache-tampered-zip Recorded a zip=b"),
            ("go.sum=a zip=b ziphash=! dir=-", "gomodcache-tampered-zip Recorded a zip=b"),
            ("go.sum=a zip=a ziphash=a dir=b", "gomodcache-tampered-dir Recorded a dir=b"),
            ("go.sum=a zip=a ziphash=a dir=!", "gomodcache-tampered-dir Recorded a dir=!"),
            ("go.sum=a zip=a ziphash=b dir=b", "gomodcache-tampered-dir Recorded a dir=b"),
            ("go.sum=a ziphash=a dir=b", "gomodcache-tampered-dir Recorded a dir=b"),
            ("go.sum=a zip=a ziphash=b dir=a", "ziphash-stale Recorded a ziphash=b"),
            ("go.sum=a zip=a ziphash=! dir=a", "ziphash-stale Recorded a ziphash=!"),
            ("go.sum=a zip=a ziphash=-", "ziphash-stale Recorded a ziphash=-"),
            ("go.sum=a ziphash=- dir=a", "ziphash-stale Recorded a ziphash=-"),
            ("go.sum=a ziphash=b", "ziphash-stale Recorded a ziphash=b"),
            ("go.sum=a zip=b ziphash=b dir=b", "gosum-wrong-hash Likely b go.sum=a"),
            ("go.sum=a zip=b ziphash=b", "gosum-wrong-hash Likely b go.sum=a"),
            ("go.sum=a ziphash=b dir=b", "gosum-wrong-hash Likely b go.sum=a"),
        ],
    );
}

#[test]
fn the_cache_against_itself() {
    check(
        Database::NotAsked,
        &[
            ("zip=a ziphash=a dir=a", "fine"),
            ("zip=a ziphash=a", "fine"),
            ("ziphash=a", "fine"),
            ("zip=! ziphash=a", "gomodcache-corrupt-zip Likely ? zip=!"),
            ("zip=b ziphash=a dir=a", "gomodcache-tampered-zip Likely ? zip=b"),
            ("zip=b ziphash=a", "gomodcache-tampered-zip Likely ? zip=b"),
            ("zip=c ziphash=a dir=b", "gomodcache-tampered-zip Likely ? zip=c"),
            ("zip=a ziphash=a dir=b", "gomodcache-tampered-dir Likely ? dir=b"),
            ("zip=a ziphash=- dir=b", "gomodcache-tampered-dir Likely ? dir=b"),
            ("ziphash=a dir=b", "gomodcache-tampered-dir Likely ? dir=b"),
            ("zip=a ziphash=b dir=a", "ziphash-stale Likely ? ziphash=b"),
            ("zip=a ziphash=- dir=a", "ziphash-stale Likely ? ziphash=-"),
            ("ziphash=- dir=a", "ziphash-stale Likely ? ziphash=-"),
        ],
    );
}

#[test]
fn go_mod_files() {
    check(
        Database::NotAsked,
        &[
            ("/go.sum=m /mod=m", "fine"),
            ("/go.sum=m", "fine"),
            ("/mod=x", "fine"),
            ("/go.sum=m /mod=x", "gomodcache-bad-gomod Recorded m /mod=x"),
            ("/go.sum=m /mod=!", "gomodcache-bad-gomod Recorded m /mod=!"),
            ("/mod=x /inner=m", "gomodcache-bad-gomod Likely ? /mod=x"),
            // The verified zip holds the go.mod that the line contradicts.
            ("go.sum=a zip=a /go.sum=x /mod=m /inner=m", "gosum-wrong-hash Likely m /go.sum=x"),
            (
                "go.sum=a zip=b ziphash=a /go.sum=x /mod=m /inner=m",
                "gomodcache-tampered-zip Recorded a zip=b + gomodcache-bad-gomod Recorded x /mod=m",
            ),
        ],
    );
}

#[test]
fn two_hashes_in_go_sum() {
    check(
        Database::NotAsked,
        &[
            ("go.sum=a go.sum=a zip=a ziphash=a", "fine"),
            ("go.sum=a go.sum=b", "gosum-duplicate-conflict Open ? go.sum=a"),
            ("go.sum=a go.sum=b zip=a ziphash=a", "~gosum-duplicate-conflict Likely a go.sum=b"),
            ("go.sum=a go.sum=b zip=b ziphash=b", "gosum-duplicate-conflict Likely b go.sum=a"),
            // Damage here is told before the remark.
            ("go.sum=a go.sum=b zip=a ziphash=a dir=c", "gomodcache-tampered-dir Recorded a dir=c"),
        ],
    );
    check(
        Database::Asked,
        &[
            ("go.sum=a go.sum=b zip=b ziphash=b sumdb=a", "gomodcache-tampered-zip Proven a zip=b"),
            ("go.sum=a go.sum=b zip=a ziphash=a sumdb=a", "~gosum-duplicate-conflict Proven a go.sum=b"),
            ("go.sum=a go.sum=b zip=b ziphash=b sumdb=b", "gosum-duplicate-conflict Proven b go.sum=a"),
        ],
    );
}

#[test]
fn the_database_decides() {
    check(
        Database::Asked,
        &[
            ("go.sum=a zip=a ziphash=a dir=a sumdb=a", "fine"),
            ("zip=a ziphash=a dir=a sumdb=a", "fine"),
            ("go.sum=b zip=a ziphash=a dir=a sumdb=a", "gosum-wrong-hash Proven a go.sum=b"),
            ("go.sum=b sumdb=a", "gosum-wrong-hash Proven a go.sum=b"),
            ("go.sum=b sumdb=a proxy=a", "gosum-wrong-hash Proven a go.sum=b"),
            ("go.sum=b zip=b ziphash=b dir=b sumdb=a", "sumdb-mismatch Proven a go.sum=b"),
            ("go.sum=b zip=b ziphash=b sumdb=a proxy=b proxy=b", "sumdb-mismatch Proven a go.sum=b"),
            ("go.sum=a zip=b ziphash=b dir=b sumdb=a", "gomodcache-tampered-zip Proven a zip=b"),
            ("go.sum=a zip=b ziphash=b dir=b sumdb=a proxy=a", "gomodcache-tampered-zip Proven a zip=b"),
            ("zip=b ziphash=b dir=b sumdb=a", "gomodcache-tampered-zip Proven a zip=b"),
            ("go.sum=a zip=a ziphash=a sumdb=a proxy=b", "mirror-other-bytes Proven a proxy=b"),
            ("go.sum=a zip=b ziphash=b sumdb=a proxy=b", "mirror-other-bytes Proven a proxy=b"),
            // The cache was filled from the second proxy.
            ("go.sum=a zip=b ziphash=b sumdb=a proxy=a proxy=b", "mirror-other-bytes Proven a proxy=b"),
            ("go.sum=a zip=a ziphash=a sumdb=a proxy=a proxy=b", "~mirror-other-bytes Proven a proxy=b"),
            (
                "go.sum=a zip=a ziphash=a dir=c sumdb=a proxy=a proxy=b",
                "gomodcache-tampered-dir Proven a dir=c",
            ),
            ("go.sum=b zip=a ziphash=a sumdb=a proxy=a proxy=b", "gosum-wrong-hash Proven a go.sum=b"),
            ("go.sum=a zip=a ziphash=a sumdb=a origin=b", "tag-moved Proven a origin=b"),
            ("go.sum=b zip=b ziphash=b sumdb=a origin=b", "tag-moved Proven a origin=b"),
            ("/go.sum=m /mod=m /sumdb=m /proxy=x", "mirror-other-bytes Proven m /proxy=x"),
            ("/go.sum=x /mod=m /sumdb=m", "gosum-wrong-hash Proven m /go.sum=x"),
        ],
    );
}

#[test]
fn without_a_database() {
    check(
        Database::Unaware,
        &[
            ("go.sum=a zip=a ziphash=a origin=b", "private-retagged Open ? origin=b"),
            ("go.sum=a zip=b ziphash=b origin=b", "private-retagged Open ? origin=b"),
            ("go.sum=a zip=a ziphash=a origin=a proxy=b", "mirror-other-bytes Likely a proxy=b"),
            ("go.sum=a zip=a ziphash=a origin=a proxy=a proxy=b", "~mirror-other-bytes Likely a proxy=b"),
            ("go.sum=a zip=b ziphash=b origin=a", "gomodcache-tampered-zip Recorded a zip=b"),
        ],
    );
    check(
        Database::Unreachable,
        &[
            ("go.sum=a zip=a ziphash=a", "fine"),
            ("go.sum=a zip=a ziphash=a proxy=a", "fine"),
            ("go.sum=a zip=a ziphash=a proxy=b", "sources-disagree Open ? proxy=b"),
            ("go.sum=a zip=a ziphash=a proxy=a proxy=b", "~sources-disagree Open ? proxy=b"),
            ("go.sum=a zip=a ziphash=a origin=b", "sources-disagree Open ? origin=b"),
            ("go.sum=a zip=b ziphash=b dir=b proxy=a", "gomodcache-tampered-zip Recorded a zip=b"),
            ("go.sum=a zip=b ziphash=b dir=b proxy=b", "gosum-wrong-hash Likely b go.sum=a"),
            ("zip=a ziphash=a proxy=b", "sources-disagree Open ? proxy=b"),
            ("proxy=a proxy=b", "sources-disagree Open ? proxy=b"),
            ("proxy=a", "fine"),
        ],
    );
}

#[test]
fn one_culprit_for_both_parts_is_told_once() {
    check(
        Database::Asked,
        &[
            (
                "go.sum=b zip=a ziphash=a sumdb=a /go.sum=x /mod=m /sumdb=m",
                "gosum-wrong-hash Proven a go.sum=b",
            ),
            (
                "go.sum=a zip=a ziphash=b sumdb=a /go.sum=m /mod=x /sumdb=m",
                "ziphash-stale Proven a ziphash=b + gomodcache-bad-gomod Proven m /mod=x",
            ),
        ],
    );
}
