//! Versions, paths, pseudo-versions and patterns.

use gobs::text::{gover, modpath, pattern, pseudo, semver};
use proptest::prelude::*;
use proptest::sample::select;

use super::{both, compare, pieces, sign, words};
use crate::oracle::samples;

#[rustfmt::skip]
const VERSION: &[&str] = &[
    "v", "v1", "v2", "v0", "1", "0", "01", "10", ".", ".", ".", "-", "-0", "-0.", "+", "rc", "rc1", "pre",
    "alpha", "incompatible", "+incompatible", "20060102150405", "20061302150405", "00010101000000",
    "abcdef123456", "v1.2.3", "v0.0.0", "v2.0.0", "v1.2.3-pre", "-", "X", "99",
];

#[rustfmt::skip]
const PATH: &[&str] = &[
    "ex.test", "github.com", "gopkg.in", "/", "/", "/", ".", "..", "-", "_", "~", "~1", "!", "!a", "A",
    "Burnt", "a", "b", "v", "/v", "v2", "/v2", "/v1", ".v1", ".v2", "-unstable", "0", "1", "02", "con",
    "COM1", "nul.", "é", "中", "+", " ", "@", ":", "\\", "*", "\"", "'", "x", "yaml", "\u{301}", "\u{feff}",
];

#[test]
fn semantic_versions() {
    let pair = (pieces(VERSION, 0..7), pieces(VERSION, 0..7));
    let mut cases: Vec<Vec<String>> = samples(&pair, 3000).into_iter().map(|(v, w)| vec![v, w]).collect();
    let known = [
        "v1.0.0",
        "v1.0.0-alpha",
        "v1.0.0-alpha.1",
        "v1.0.0-1.2",
        "v1.0.0-1.x",
        "v1.0.0-x.1",
        "v1.0.0+b",
        "v1",
        "v1.0",
        "v1.10.0",
        "v1.9.0",
        "v1.0.0-rc.10",
        "v1.0.0-rc.9",
        "v18446744073709551616.0.0",
        "v2.0.0",
        "bad",
    ];
    cases.extend(known.iter().flat_map(|v| known.iter().map(|w| vec![(*v).to_owned(), (*w).to_owned()])));
    compare("semver", &cases, |case| {
        let (v, w) = (case[0].as_str(), case[1].as_str());
        vec![
            semver::is_valid(v).to_string(),
            semver::canonical(v),
            semver::major(v).to_owned(),
            semver::major_minor(v),
            semver::prerelease(v).to_owned(),
            semver::build(v).to_owned(),
            sign(semver::compare(v, w)),
        ]
    });
}

#[test]
fn module_paths_and_versions() {
    let host = prop_oneof![Just(String::new()), Just("ex.test/".to_owned()), Just("gopkg.in/".to_owned())];
    let pair = (host, pieces(PATH, 0..6), pieces(VERSION, 0..5));
    let cases: Vec<Vec<String>> =
        samples(&pair, 6000).into_iter().map(|(host, path, version)| vec![host + &path, version]).collect();
    compare("modpath", &cases, |case| {
        let (path, version) = (case[0].as_str(), case[1].as_str());
        let (epath, err1) = both(modpath::escape_path(path));
        let (evers, err2) = both(modpath::escape_version(version));
        let (upath, err3) = both(modpath::unescape_path(path));
        let (uvers, err4) = both(modpath::unescape_version(version));
        let split = modpath::split_path_version(path);
        let (prefix, major) = split.unwrap_or((path, ""));
        vec![
            words(modpath::check_path(path)),
            words(modpath::check_import_path(path)),
            words(modpath::check_file_path(path)),
            epath,
            err1,
            evers,
            err2,
            upath,
            err3,
            uvers,
            err4,
            prefix.to_owned(),
            major.to_owned(),
            split.is_some().to_string(),
            words(modpath::check_path_major(version, major)),
            words(modpath::check(path, version)),
            modpath::canonical_version(version),
        ]
    });
}

#[test]
fn pseudo_versions() {
    let stem = prop_oneof![
        Just("v0.0.0-"),
        Just("v1.2.4-0."),
        Just("v1.2.3-pre.0."),
        Just("v2.0.0-"),
        Just("v1.0.0-a-b.0."),
        Just("v1.2.3-pre-0."),
        Just("v1.2.0-0.")
    ];
    let time = prop_oneof![
        "[0-9]{14}",
        "20[0-2][0-9][01][0-9][0-3][0-9][0-2][0-9][0-5][0-9][0-6][0-9]",
        Just("00010101000000".to_owned()),
        "[0-9]{13,15}"
    ];
    let tail = prop_oneof![
        Just("-abcdef123456"),
        Just("-ABC"),
        Just("-"),
        Just(""),
        Just("-abc+incompatible"),
        Just("-000000000000"),
        Just("-a.b"),
        Just("-abc+x.y")
    ];
    let likely = (stem, time, tail).prop_map(|(stem, time, tail)| format!("{stem}{time}{tail}"));
    let any = prop_oneof![4 => likely, 1 => pieces(VERSION, 0..8)];
    let cases: Vec<Vec<String>> = samples(&any, 4000).into_iter().map(|v| vec![v]).collect();
    compare("pseudo", &cases, |case| {
        let version = case[0].as_str();
        let (base, err1) = both(pseudo::base(version));
        let (time, err2) = both(pseudo::time(version));
        let (rev, err3) = both(pseudo::parse(version).map(|parsed| parsed.rev.to_owned()));
        let zero = pseudo::is_zero(version).to_string();
        vec![pseudo::is_pseudo(version).to_string(), base, err1, time, err2, rev, err3, zero]
    });
    let make = (
        select(&["", "v0", "v1", "v2"][..]),
        prop_oneof![pieces(VERSION, 0..6), "v[0-9]{1,2}\\.[0-9]\\.[0-9]{1,3}(-pre)?(\\+incompatible)?"],
        select(&["20060102150405", "00010101000000", "19991231235959"][..]),
    );
    let cases: Vec<Vec<String>> = samples(&make, 500)
        .into_iter()
        .map(|(major, older, time)| vec![major.into(), older, time.into(), "abcdef123456".into()])
        .collect();
    compare("pseudo.make", &cases, |case| vec![pseudo::make(&case[0], &case[1], &case[2], &case[3])]);
}

#[rustfmt::skip]
const GLOB: &[&str] = &[
    "*", "*", "?", "[", "]", "[a-z]", "[^a-c]", "[^", "\\", "\\*", "-", "/", "/", ",", "a", "b", "abc",
    "ex.test", "*.test", ".", "é", "中", "git", "corp", " ",
];
#[rustfmt::skip]
const TARGET: &[&str] = &[
    "a", "b", "abc", "/", "/", "ex.test", ".", "é", "中", "git", "corp", "c", "*", "]", "-", " ",
];

#[test]
fn globs_and_lists_of_them() {
    let pair = (pieces(GLOB, 0..8), pieces(TARGET, 0..6));
    let cases: Vec<Vec<String>> =
        samples(&pair, 6000).into_iter().map(|(glob, target)| vec![glob, target]).collect();
    compare("path.match", &cases, |case| match pattern::match_path(&case[0], &case[1]) {
        Ok(matched) => vec![matched.to_string(), String::new()],
        Err(err) => vec!["false".into(), err.to_string()],
    });
    compare("pattern", &cases, |case| vec![pattern::matches(&case[0], &case[1]).to_string()]);
}

#[test]
fn versions_of_go() {
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "1", "1.21", "1.20", "1.22", ".", ".0", ".1", "rc", "rc1", "rc2", "beta1", "0", "01", "2", "x",
        "99999999999999999999",
    ];
    let pair = (pieces(PARTS, 0..5), pieces(PARTS, 0..5));
    let plain = |text: &str| !text.contains('-');
    let cases: Vec<Vec<String>> = samples(&pair, 3000)
        .into_iter()
        .filter(|(x, y)| plain(x) && plain(y))
        .map(|(x, y)| vec![x, y])
        .collect();
    compare("gover", &cases, |case| {
        let (x, y) = (case[0].as_str(), case[1].as_str());
        let lang = gover::lang(x);
        let lang = if lang.is_empty() { lang } else { format!("go{lang}") };
        vec![gover::is_valid(x).to_string(), lang, sign(gover::compare(x, y))]
    });
}
