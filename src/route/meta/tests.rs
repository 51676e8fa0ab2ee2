use super::*;

fn import(prefix: &str, vcs: &str, root: &str, subdir: &str) -> Import {
    Import { prefix: prefix.into(), vcs: vcs.into(), root: root.into(), subdir: subdir.into() }
}

const GIT: &str = r#"<meta name="go-import" content="foo/bar git https://github.com/rsc/foo/bar">"#;

/// `discovery_test.go:TestParseMetaGoImports`, the rows for `PreferMod` and those that read the same either way.
#[test]
fn as_go_reads_pages() {
    let git = import("foo/bar", "git", "https://github.com/rsc/foo/bar", "");
    let modded = r#"<meta name="go-import" content="foo/bar mod http://github.com/rsc/baz/quux">"#;
    let myitcv = r#"<meta name="go-import" content="myitcv.io git https://github.com/myitcv/x">
        <meta name="go-import" content="myitcv.io/blah2 mod https://raw.githubusercontent.com/myitcv/pubx/master">
        "#;
    for (page, want) in [
        (GIT.to_owned(), vec![git.clone()]),
        (
            format!(r#"{GIT}<meta name="go-import" content="baz/quux git http://github.com/rsc/baz/quux">"#),
            vec![git.clone(), import("baz/quux", "git", "http://github.com/rsc/baz/quux", "")],
        ),
        (
            format!("{modded}\n{GIT}"),
            vec![import("foo/bar", "mod", "http://github.com/rsc/baz/quux", "")],
        ),
        (format!("<head>\n{GIT}\n</head>"), vec![git.clone()]),
        (format!("{GIT}\n<body>"), vec![git.clone()]),
        (format!("<!doctype html>{GIT}"), vec![git]),
        (
            "<!doctype html><title>Page Not Found</title><meta name=go-import content=\"chitin.io/chitin git \
             https://github.com/chitin-io/chitin\"><div style=position:relative>DRAFT</div>"
                .to_owned(),
            vec![import("chitin.io/chitin", "git", "https://github.com/chitin-io/chitin", "")],
        ),
        (
            myitcv.to_owned(),
            vec![
                import("myitcv.io/blah2", "mod", "https://raw.githubusercontent.com/myitcv/pubx/master", ""),
                import("myitcv.io", "git", "https://github.com/myitcv/x", ""),
            ],
        ),
        (
            GIT.replace("bar\">", "bar subdir/path\">"),
            vec![import("foo/bar", "git", "https://github.com/rsc/foo/bar", "subdir/path")],
        ),
    ] {
        assert_eq!(parse(page.as_bytes()), Page { imports: want, broken: None }, "{page}");
    }
}

#[test]
fn what_stands_behind_the_head_does_not_count() {
    for page in [
        format!("<head></head>{GIT}"),
        format!("<body>{GIT}"),
        format!("<!-- {GIT} -->"),
        "<meta name=go-import content=\"a b\">".to_owned(),
        String::new(),
    ] {
        assert_eq!(parse(page.as_bytes()), Page::default(), "{page}");
    }
    assert_eq!(parse(format!("{GIT}<a b=<").as_bytes()).imports.len(), 1);
}

/// Pages that broke before a tag was found, with the words go 1.26 has for them.
#[test]
fn broken_pages_in_go_words() {
    for (page, want) in [
        (&b"<html>\n<title>\xb5\xc7\xc2\xbc</title>"[..], "XML syntax error on line 2: invalid UTF-8"),
        (b"<a", "XML syntax error on line 1: unexpected EOF"),
        (b"<a b='", "XML syntax error on line 1: unexpected EOF"),
        (b"<script>if (a < b) {}</script>", "XML syntax error on line 1: expected element name after <"),
        (
            b"<?xml version='1.0' encoding='GBK'?>",
            "xml: opening charset \"GBK\": can't decode XML document using charset \"GBK\"",
        ),
        (b"<?xml version='1.1'?>", "xml: unsupported version \"1.1\"; only version 1.0 is supported"),
        (b"a]]>", "XML syntax error on line 1: unescaped ]]> not in CDATA section"),
        (b"\x01", "XML syntax error on line 1: illegal character code U+0001"),
        (b"<!-- a -- b -->", "XML syntax error on line 1: invalid sequence \"--\" not allowed in comments"),
        (b"<a/b>", "XML syntax error on line 1: expected /> in element"),
        (b"<1a>", "XML syntax error on line 1: invalid XML name: 1a"),
    ] {
        assert_eq!(parse(page).broken.as_deref(), Some(want), "{}", String::from_utf8_lossy(page));
    }
}

#[test]
fn entities_and_odd_markup() {
    let page = br#"<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [<!ENTITY x "y>"> <!-- c > -->]>
        <link rel=x disabled/><META NAME="go-import" CONTENT='a.b/c&amp;d&#x2f;e git https://a.b/&nbsp;c'/>"#;
    assert_eq!(parse(page).imports, [import("a.b/c&d/e", "git", "https://a.b/&nbsp;c", "")]);
}

/// `vcs_test.go:TestMatchGoImport`.
#[test]
fn one_tag_speaks() {
    let foo = import("example.com/user/foo", "git", "https://example.com/repo/target", "");
    let fooa = Import { prefix: "example.com/user/fooa".into(), ..foo.clone() };
    let nested = Import { prefix: "example.com/user/foo/bar".into(), ..foo.clone() };
    let modded = import("myitcv.io/blah2", "mod", "https://raw.githubusercontent.com/x", "");
    let beside = import("myitcv.io", "git", "https://github.com/myitcv/x", "");
    for (imports, path, want) in [
        (vec![foo.clone()], "example.com/user/foo", Ok(0)),
        (vec![foo.clone()], "example.com/user/foo/", Ok(0)),
        (vec![foo.clone(), fooa.clone()], "example.com/user/foo", Ok(0)),
        (vec![foo.clone(), fooa], "example.com/user/fooa", Ok(1)),
        (vec![foo.clone(), nested.clone()], "example.com/user/foo/bar", Err(NoMatch::Multiple)),
        (vec![foo.clone(), nested], "example.com/user/foo/bar/baz/", Err(NoMatch::Multiple)),
        (
            vec![foo.clone()],
            "different.example.com/user/foo",
            Err(NoMatch::Mismatch(vec![foo.prefix.clone()])),
        ),
        (vec![foo.clone()], "example.com", Err(NoMatch::Mismatch(vec![foo.prefix.clone()]))),
        (vec![modded.clone(), beside.clone()], "myitcv.io/blah2/foo", Ok(0)),
        (vec![modded, beside], "myitcv.io/other", Ok(1)),
        (vec![foo.clone(), foo], "example.com/user/foo", Err(NoMatch::Multiple)),
        (vec![], "a.b/c", Err(NoMatch::Mismatch(vec![]))),
    ] {
        assert_eq!(speaking(&imports, path), want.map(|at: usize| &imports[at]), "{path}");
    }
}

#[test]
fn titles_of_sign_in_pages() {
    assert_eq!(
        title(b"<html><TITLE lang=en>\n Sign in \xc2\xb7 GitLab</title>").as_deref(),
        Some("Sign in \u{b7} GitLab")
    );
    assert_eq!(title(b"<title></title>"), None);
    assert_eq!(title(b"<title"), None);
}

/// 10 MB in one attribute, 100 000 open brackets: read once, without recursion.
#[test]
fn hostile_pages_end_soon() {
    let long = format!("<meta name=\"go-import\" content=\"a.b git https://a.b/{}\">", "x".repeat(10 << 20));
    assert_eq!(parse(long.as_bytes()).imports.len(), 1);
    assert!(parse("<!a<".repeat(100_000).as_bytes()).broken.is_some());
    assert!(parse("&#".repeat(1 << 20).as_bytes()).broken.is_some());
    assert_eq!(parse("<a>".repeat(1 << 20).as_bytes()), Page::default());
}

proptest::proptest! {
    #[test]
    fn never_panics(page in "[<>/!?a-z&#;x\"'= \\[\\]-]{0,60}") {
        parse(page.as_bytes());
        title(page.as_bytes());
    }

    #[test]
    fn never_panics_on_bytes(page: Vec<u8>) {
        parse(&page);
        title(&page);
    }
}
