//! Go's strings, verifier keys and go.sum.

use gobs::text::gosumdb::VerifierKey;
use gobs::text::{gostr, gosum};
use proptest::prelude::*;

use super::{compare, pieces};
use crate::oracle::{ask, samples};

#[test]
fn strings() {
    let text = prop_oneof![
        pieces(
            &[
                "\"",
                "\\",
                "\\x41",
                "\\u4e2d",
                "\\777",
                "\\101",
                "`",
                "\r",
                "\n",
                "\t",
                "a",
                "\u{feff}",
                "中",
                "\u{7f}",
                "\u{a0}",
                "\u{85}",
                "\u{2028}",
                "\u{10ffff}",
                "é",
                " "
            ],
            0..8
        ),
        "\\PC*",
        any::<String>()
    ];
    let cases: Vec<Vec<String>> = samples(&text, 2000).into_iter().map(|text| vec![text]).collect();
    compare("quote", &cases, |case| vec![gostr::quote(&case[0])]);
    compare("fields", &cases, |case| {
        gostr::fields(case[0].as_bytes())
            .into_iter()
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect()
    });
    let quoted: Vec<Vec<String>> = cases
        .iter()
        .flat_map(|case| {
            [vec![format!("\"{}\"", case[0])], vec![format!("`{}`", case[0])], vec![gostr::quote(&case[0])]]
        })
        .collect();
    compare("unquote", &quoted, |case| match gostr::unquote(&case[0]) {
        Ok(text) => vec![String::from_utf8_lossy(&text).into_owned(), String::new()],
        Err(err) => vec![String::new(), err.to_string()],
    });
    let every: Vec<Vec<String>> = ('\0'..=char::MAX)
        .step_by(7)
        .collect::<Vec<_>>()
        .chunks(1024)
        .map(|run| vec![run.iter().collect()])
        .collect();
    for (case, theirs) in every.iter().zip(ask("quote", &every)) {
        assert_eq!(gostr::quote(&case[0]), theirs[0]);
    }
}

#[test]
fn verifier_keys() {
    #[rustfmt::skip]
    const KEYS: &[&str] = &[
        "sum.golang.org", "+", "033de0ae", "Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", "=", "A", " ", "\u{a0}",
        "C74F20A3", "PeterNeumann",
    ];
    let cases: Vec<Vec<String>> =
        samples(&pieces(KEYS, 0..6), 1500).into_iter().map(|key| vec![key]).collect();
    compare("vkey", &cases, |case| match VerifierKey::parse(&case[0]) {
        Ok(key) => vec![String::new(), key.name().to_owned(), key.hash().to_string()],
        Err(err) => vec![err.to_string()],
    });
}

#[test]
fn go_sum_lines() {
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "ex.test/a", "v1.0.0", "v1.0.0/go.mod", "h1:x", "h2:y", " ", " ", " ", "\n", "\n", "\r\n", "\t",
        "\u{a0}", "ex.test/a v1.0.0 h1:x\n", "ex.test/b v1.0.0/go.mod h1:y\n", gosum::EMPTY_GO_MOD, "\u{b}",
        "é",
    ];
    let cases: Vec<Vec<String>> =
        samples(&pieces(PARTS, 0..12), 3000).into_iter().map(|text| vec![text]).collect();
    compare("gosum", &cases, |case| {
        let sum = gosum::parse(case[0].as_bytes());
        match sum.refusal("go.sum") {
            Some(words) => vec![words],
            None => sum.entries.iter().map(ToString::to_string).collect(),
        }
    });
}
