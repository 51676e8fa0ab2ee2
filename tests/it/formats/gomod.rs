//! go.mod and go.work, of Go's own tests and made up.

use gobs::text::gomod::{self, Error, File, ModVer, Named, Work};
use gobs::text::modpath;
use proptest::prelude::*;
use proptest::sample::select;

use super::{compare, pieces};
use crate::oracle::samples;

#[rustfmt::skip]
const GO_MOD: &[&str] = &[
    "module", "go", "toolchain", "require", "exclude", "replace", "retract", "tool", "ignore", "godebug",
    "use", " ", " ", " ", " ", "\n", "\n", "\n", "\t", "\r\n", "(", ")", "[", "]", ",", "=>", "=",
    "// indirect\n", "//", "// Deprecated: x\n", "/*", "\"", "`", "'", "ex.test/a", "ex.test/a/v2",
    "ex.test/a/v1", "gopkg.in/yaml.v2", "v1.0.0", "v2.0.0", "v2.0.0+incompatible", "master", "v1", "1.21",
    "1.21.0", "v1.21-x", "1.021", "go1.22.3", "default", "../x", "./x", "C:\\x", "x@v1", "\"ex.test/b\"",
    "\"a b\"", "\\", "{", "é", "\u{feff}",
];

/// Lines that often mean something, in an order that often makes sense.
fn go_mod_text() -> impl Strategy<Value = String> {
    let statement = select(
        &[
            "module ex.test/a",
            "module \"ex.test/a\" // Deprecated: gone",
            "go 1.21",
            "go 1.22rc1",
            "go 1.23.4",
            "go v1.2",
            "toolchain go1.22.3",
            "toolchain x",
            "require ex.test/a v1.0.0",
            "require ex.test/a/v2 v2.0.0 // indirect",
            "require ex.test/a v2.0.0",
            "require ex.test/b master // indirect; why",
            "require gopkg.in/yaml.v2 v2.4.0",
            "require gopkg.in/check.v1 v0.0.0-20161208181325-20d25e280405",
            "require ex.test/a/v1 v1.0.0",
            "require \"ex.test/c\" \"v1.0.0\"",
            "exclude ex.test/a v1.0.0",
            "exclude ex.test/a v1",
            "replace ex.test/a => ../a",
            "replace ex.test/a v1.0.0 => ex.test/b v1.1.0",
            "replace ex.test/a => b",
            "replace ex.test/a v2.0.0 => ./x",
            "replace ex.test/a => ./x v1.0.0",
            "replace a => b@v1",
            "retract v1.0.0",
            "retract [v1.0.0, v1.2.0] // bad",
            "retract [v1.0.0 v1.1.0]",
            "retract v1.0.0 x",
            "retract \"v1.0.0\"",
            "retract ()",
            "tool ex.test/a/cmd",
            "tool a b",
            "ignore ./x",
            "godebug a=b",
            "godebug (\n\ta=b\n\tc=d // e\n)",
            "godebug x",
            "use ./a",
            "use (\n./a\n\t../b\n)",
            "unknown x",
            "unknown (\n\tx\n)",
            "require (",
            ")",
            "require (\n\t// why\n\tex.test/a v1.0.0\n\n\tex.test/b v1.0.0 // indirect\n)",
            "// comment",
            "// Deprecated: use x",
            "",
            "retract ( // why\n\tv1.0.0\n\t// other\n\tv1.1.0\n)",
            "// why\nretract (\n\tv1.0.0\n\t[v1.1.0, v1.2.0]\n)",
            "module (\n\t// Deprecated: a\n\t//\n\t// b\n\tex.test/m\n)",
            "go ( )",
            "require ()",
            "require () x",
            "exclude (\n\tex.test/a v1.0.0 )",
            "require ex.test/a ( v1.0.0",
        ][..],
    );
    let noise = prop_oneof![20 => statement.prop_map(str::to_owned), 3 => pieces(GO_MOD, 0..6)];
    let lines = proptest::collection::vec((noise, select(&["\n", "\n", "\n\n", "\r\n"][..])), 0..7);
    prop_oneof![
        6 => lines.prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect::<Vec<_>>().concat()),
        2 => pieces(GO_MOD, 0..14),
    ]
}

#[test]
fn go_mod_files() {
    let mut texts = samples(&go_mod_text(), 4000);
    texts.extend(corpus());
    for (kind, parse) in [
        ("strict", gomod::parse as fn(&str, &[u8]) -> Result<File, Vec<Error>>),
        ("lax", gomod::parse_lax),
        ("main", gomod::parse_main),
    ] {
        let cases: Vec<Vec<String>> = texts.iter().map(|text| vec![kind.to_owned(), text.clone()]).collect();
        compare("gomod", &cases, |case| dump(parse("go.mod", case[1].as_bytes())));
    }
    let cases: Vec<Vec<String>> = texts.iter().map(|text| vec!["work".to_owned(), text.clone()]).collect();
    compare("gomod", &cases, |case| dump_work(gomod::parse_work("go.work", case[1].as_bytes())));
    let cases: Vec<Vec<String>> = texts.iter().map(|text| vec!["path".to_owned(), text.clone()]).collect();
    compare("gomod", &cases, |case| vec![gomod::module_path(case[1].as_bytes())]);
}

/// The go.mod and go.work files in Go's own tree and tests.
fn corpus() -> Vec<String> {
    let root = std::process::Command::new("go").args(["env", "GOROOT"]).output().unwrap();
    let root = std::path::PathBuf::from(String::from_utf8(root.stdout).unwrap().trim());
    let mut texts = Vec::new();
    for dir in ["src/cmd/go/testdata/script", "src/cmd/go/testdata/mod", "src/cmd/go/testdata/vcstest/git"] {
        let Ok(entries) = std::fs::read_dir(root.join(dir)) else {
            continue;
        };
        for entry in entries.flatten() {
            let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
            // txtar: each file starts at a line `-- name --`.
            let mut files = text.split("\n-- ").skip(1);
            texts.extend(files.by_ref().filter_map(|file| {
                let (name, body) = file.split_once(" --\n")?;
                (name.ends_with("go.mod") || name.ends_with("go.work")).then(|| body.to_owned())
            }));
        }
    }
    for name in ["src/go.mod", "src/cmd/go.mod", "misc/go.mod"] {
        texts.extend(std::fs::read_to_string(root.join(name)));
    }
    assert!(texts.len() > 500, "only {} files of Go's own", texts.len());
    texts.sort();
    texts.dedup();
    texts
}

fn dump(parsed: Result<File, Vec<Error>>) -> Vec<String> {
    let file = match parsed {
        Ok(file) => file,
        Err(errors) => return failure(&errors),
    };
    // The helper makes up a version where go would look one up.
    let version = |line: u32, module: &ModVer| {
        if file.unresolved.contains(&(line, module.clone())) {
            looked_up(&module.path)
        } else {
            module.version.clone()
        }
    };
    let mut out = Vec::new();
    if let Some(module) = &file.module {
        out.push(format!("{}|module|{}|{}", module.line, module.path, module.deprecated));
    }
    out.extend(named("go", file.go.as_slice()));
    out.extend(named("toolchain", file.toolchain.as_slice()));
    out.extend(file.godebug.iter().map(|x| format!("{}|godebug|{}|{}", x.line, x.key, x.value)));
    for x in &file.require {
        out.push(format!(
            "{}|require|{}|{}|{}",
            x.line,
            x.module.path,
            version(x.line, &x.module),
            x.indirect
        ));
    }
    for x in &file.exclude {
        out.push(format!("{}|exclude|{}|{}", x.line, x.module.path, version(x.line, &x.module)));
    }
    for x in &file.replace {
        let (old, new) = (version(x.line, &x.old), version(x.line, &x.new));
        out.push(format!("{}|replace|{}|{old}|{}|{new}", x.line, x.old.path, x.new.path));
    }
    let path = file.module.as_ref().map_or("", |module| &module.path);
    for x in &file.retract {
        let of = |bound: &str| version(x.line, &ModVer { path: path.to_owned(), version: bound.to_owned() });
        out.push(format!("{}|retract|{}|{}|{}", x.line, of(&x.low), of(&x.high), x.rationale));
    }
    out.extend(named("tool", &file.tool));
    out.extend(named("ignore", &file.ignore));
    out
}

fn dump_work(parsed: Result<Work, Vec<Error>>) -> Vec<String> {
    let work = match parsed {
        Ok(work) => work,
        Err(errors) => return failure(&errors),
    };
    let file = File {
        go: work.go,
        toolchain: work.toolchain,
        godebug: work.godebug,
        replace: work.replace,
        ..File::default()
    };
    let mut out = dump(Ok(file));
    out.extend(named("use", &work.uses));
    out
}

fn failure(errors: &[Error]) -> Vec<String> {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    vec!["error".into(), lines.join("\n")]
}

fn named<'a>(verb: &'a str, list: &'a [Named]) -> impl Iterator<Item = String> + 'a {
    list.iter().map(move |x| format!("{}|{verb}|{}", x.line, x.value))
}

fn looked_up(path: &str) -> String {
    let (_, path_major) = modpath::split_path_version(path).unwrap();
    let major = modpath::path_major_prefix(path_major).filter(|major| !major.is_empty()).unwrap_or("v0");
    format!("{major}.0.0-looked.up")
}
