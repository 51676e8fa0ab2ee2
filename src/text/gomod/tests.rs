use proptest::prelude::*;

use super::*;

const WHOLE: &str = r#"// Deprecated: use ex.test/b.
module ex.test/a // the module

go 1.22.1
toolchain go1.23.4

godebug (
	default=go1.21
	panicnil=1
)

require (
	ex.test/b v1.2.3
	// about c
	ex.test/c/v2 v2.0.0 // indirect

	"ex.test/d" v0.0.0-20060102150405-abcdef123456 // indirect; for tests
	gopkg.in/yaml.v2 v2.4.0 // pinned
)
require ex.test/e v1.0.0+incompatible
exclude ex.test/b v1.2.2
replace ex.test/b => ../b
replace (
	ex.test/c/v2 v2.0.0 => ex.test/fork/v2 v2.1.0
)
// broken
retract v1.0.1
retract (
	[v1.1.0, v1.2.0] // leaks
)
tool ex.test/b/cmd/x
ignore ./node_modules
"#;

fn version(path: &str, version: &str) -> ModVer {
    ModVer { path: path.into(), version: version.into() }
}

fn words(text: &str) -> String {
    errors(&parse("go.mod", text.as_bytes()).unwrap_err())
}

fn errors(list: &[Error]) -> String {
    list.iter().map(Error::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_whole_file() {
    let file = parse("go.mod", WHOLE.as_bytes()).unwrap();
    let module = file.module.unwrap();
    assert_eq!(
        (module.path.as_str(), module.deprecated.as_str(), module.line),
        ("ex.test/a", "use ex.test/b.\nthe module", 2)
    );
    assert_eq!(file.go.map(|go| go.value).as_deref(), Some("1.22.1"));
    assert_eq!(
        file.toolchain.map(|toolchain| (toolchain.value, toolchain.line)),
        Some(("go1.23.4".into(), 5))
    );
    assert_eq!(
        file.godebug.iter().map(|g| (g.key.as_str(), g.value.as_str())).collect::<Vec<_>>(),
        [("default", "go1.21"), ("panicnil", "1")]
    );
    let required: Vec<_> = file.require.iter().map(|r| (r.module.to_string(), r.indirect, r.line)).collect();
    assert_eq!(
        required,
        [
            ("ex.test/b@v1.2.3".into(), false, 13),
            ("ex.test/c/v2@v2.0.0".into(), true, 15),
            ("ex.test/d@v0.0.0-20060102150405-abcdef123456".into(), true, 17),
            ("gopkg.in/yaml.v2@v2.4.0".into(), false, 18),
            ("ex.test/e@v1.0.0+incompatible".into(), false, 20),
        ]
    );
    assert_eq!(file.exclude[0].module, version("ex.test/b", "v1.2.2"));
    assert_eq!(
        (&file.replace[0].old, &file.replace[0].new),
        (&version("ex.test/b", ""), &version("../b", ""))
    );
    assert_eq!(
        (&file.replace[1].old, &file.replace[1].new),
        (&version("ex.test/c/v2", "v2.0.0"), &version("ex.test/fork/v2", "v2.1.0"))
    );
    let retracted: Vec<_> =
        file.retract.iter().map(|r| (r.low.as_str(), r.high.as_str(), r.rationale.as_str())).collect();
    assert_eq!(retracted, [("v1.0.1", "v1.0.1", "broken"), ("v1.1.0", "v1.2.0", "leaks")]);
    assert_eq!(
        (file.tool[0].value.as_str(), file.ignore[0].value.as_str()),
        ("ex.test/b/cmd/x", "./node_modules")
    );
    let crlf = WHOLE.replace('\n', "\r\n");
    assert_eq!(parse("go.mod", crlf.as_bytes()).unwrap().require.len(), 5);
}

#[test]
fn go_words_for_directives() {
    for (text, want) in [
        ("go 1.21.0x", "go.mod:1: invalid go version '1.21.0x': must match format 1.23.0"),
        ("module a\n\tgo 1.21\ngo 1.22", "go.mod:3: repeated go statement"),
        (
            "toolchain 1.22",
            "go.mod:1: invalid toolchain version '1.22': must match format go1.23.0 or default",
        ),
        ("module", "go.mod:1: usage: module module/path"),
        ("foo x", "go.mod:1: unknown directive: foo"),
        ("foo (\n)", "go.mod:1: unknown block type: foo"),
        (
            "require ex.test/a v2.0.0",
            "go.mod:1: require ex.test/a: version \"v2.0.0\" invalid: should be v0 or v1, not v2",
        ),
        (
            "require (\n\tex.test/a v2.0.0\n)",
            "go.mod:2:2: require ex.test/a: version \"v2.0.0\" invalid: should be v0 or v1, not v2",
        ),
        (
            "require ex.test/a master",
            "go.mod:1: require ex.test/a: version \"master\" invalid: must be of the form v1.2.3",
        ),
        ("require ex.test/a", "go.mod:1: usage: require module/path v1.2.3"),
        ("require ex.test/a/v1 v1.0.0", "go.mod:1: invalid module path"),
        ("module 'a'", "go.mod:1: invalid quoted string: unquoted string cannot contain quote"),
        ("module \"\\q\"", "go.mod:1: invalid quoted string: invalid syntax"),
        (
            "replace a => b",
            "go.mod:1: replacement module without version must be directory path (rooted or starting with . or ..)",
        ),
        (
            "replace a => b@v1",
            "go.mod:1: replacement module must match format 'path version', not 'path@version'",
        ),
        (
            "replace a => ./b v1.0.0",
            "go.mod:1: replacement module directory path \"./b\" cannot have version",
        ),
        (
            "replace a b",
            "go.mod:1: usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => ../local/directory",
        ),
        ("replace a/v1 => ./b", "go.mod:1: replace a/v1: invalid module path"),
        ("retract [v1.0.0]", "go.mod:1: expected ',' after version"),
        ("retract v1.0.0 x", "go.mod:1: unexpected token after version: \"x\""),
        ("godebug x", "go.mod:1: usage: godebug key=value"),
        ("<<<<<<< HEAD\nmodule a", "go.mod:1: unknown directive: <<<<<<<"),
    ] {
        assert_eq!(words(text), want, "{text}");
    }
}

#[test]
fn go_words_for_syntax() {
    for (text, want) in [
        ("module a /* b */", "go.mod:1:10: mod files must use // comments (not /* */ comments)"),
        ("require (\n\ta v1.0.0\n", "go.mod:3: syntax error (unterminated block started at go.mod:1:1)"),
        ("require (\n) x\n", "go.mod:2:4: syntax error (expected newline after closing paren)"),
        ("module \"a\n", "go.mod:1:10: unexpected newline in string"),
        ("module \"a", "go.mod:1:8: unexpected EOF in string"),
        ("module a\u{0}", "go.mod:1:9: unexpected input character '\\x00'"),
        ("\u{feff}module a", "go.mod:1: unexpected input character '\\ufeff'"),
        ("module a\u{a0}", "go.mod:1:9: unexpected input character '\\u00a0'"),
    ] {
        assert_eq!(words(text), want, "{text}");
    }
}

#[test]
fn dependencies_are_read_laxly() {
    let text = "module a\ngo 1.99-future\nreplace x\nfoo bar\nnew (\n\tx\n)\nretract [v1, )\nrequire ex.test/b v1.0.0\n";
    let file = parse_lax("go.mod", text.as_bytes()).unwrap();
    assert_eq!((file.go.unwrap().value.as_str(), file.require.len(), file.retract.len()), ("1.99", 1, 0));
    assert!(parse("go.mod", text.as_bytes()).is_err());
}

#[test]
fn the_main_module_may_name_branches() {
    let text = "module ex.test/a\nrequire ex.test/b master\nrequire ex.test/c v1.2\nretract v1.0.0\nreplace ex.test/b => ex.test/d main\n";
    let file = parse_main("go.mod", text.as_bytes()).unwrap();
    assert_eq!(
        file.unresolved,
        [
            (2, version("ex.test/b", "master")),
            (3, version("ex.test/c", "v1.2")),
            (5, version("ex.test/d", "main"))
        ]
    );
    assert_eq!(
        errors(&parse_main("go.mod", b"retract v1.0.0").unwrap_err()),
        "go.mod:1: no module directive found, so retract cannot be used"
    );
    assert_eq!(
        errors(&parse_main("go.mod", b"module ex.test/a\nrequire ex.test/b/v1 v1.0.0").unwrap_err()),
        "go.mod:2: require ex.test/b/v1: version \"v1.0.0\" invalid: malformed module path \"ex.test/b/v1\""
    );
}

#[test]
fn workspaces() {
    let work = parse_work(
        "go.work",
        b"go 1.22\ntoolchain go1.22.3\nuse (\n\t./a\n\t\"./b c\"\n)\nreplace x => ../x\n",
    )
    .unwrap();
    assert_eq!(
        work.uses.iter().map(|dir| (dir.value.as_str(), dir.line)).collect::<Vec<_>>(),
        [("./a", 4), ("./b c", 5)]
    );
    assert_eq!(work.replace[0].new.path, "../x");
    let refused = parse_work("go.work", b"require a v1.0.0\nrequire (\n)\nuse a b").unwrap_err();
    assert_eq!(
        errors(&refused),
        "go.work:1: unknown directive: require\ngo.work:2: unknown block type: require\ngo.work:4: usage: use local/dir"
    );
}

#[test]
fn what_can_be_told_of_a_broken_file() {
    assert_eq!(module_path(b"// x\n module \"ex.test/a\" // y\n\xff"), "ex.test/a");
    assert_eq!(module_path(b"<!DOCTYPE html>"), "");
    assert_eq!(module_path(b"modulex\nmodule\nmodule a//b"), "a");
    assert_eq!(go_mod_lookup(b"x (\n\tgo 1.23 // c", "go"), "1.23");
}

#[test]
fn large_and_hostile_files_end() {
    let long = format!("require ({}", "\n\t// x\n".repeat(100_000));
    assert!(parse("go.mod", long.as_bytes()).is_err());
    assert!(parse("go.mod", &b"(".repeat(1_000_000)).is_err());
    assert!(parse("go.mod", &b"// x".repeat(500_000)).is_ok());
    assert!(parse("go.mod", &vec![0; 1_000_000]).is_err());
}

proptest! {
    #[test]
    fn never_panics(data in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse("go.mod", &data);
        let _ = parse_lax("go.mod", &data);
        let _ = parse_main("go.mod", &data);
        let _ = parse_work("go.work", &data);
        let _ = module_path(&data);
    }
}
