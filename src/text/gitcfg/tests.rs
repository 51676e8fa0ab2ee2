//! Specimens and properties of the reader and the editor.

use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> GitConfig {
    GitConfig::parse(text.as_bytes()).unwrap()
}

fn listing(text: &str) -> Vec<(String, Option<String>, u32)> {
    parse(text)
        .entries()
        .map(|entry| (entry.canonical(), entry.value.map(str::to_owned), entry.line))
        .collect()
}

fn one(text: &str) -> (String, Option<String>) {
    let (name, value, _) = listing(text).remove(0);
    (name, value)
}

const INSTEADOF: Key<'static> = ("url", Some("ssh://git@h/"), "insteadOf");

fn set(text: &str, key: Key<'_>, values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(|v| (*v).to_owned()).collect();
    let mut config = parse(text);
    config.set(key, &values).unwrap();
    String::from_utf8(config.render()).unwrap()
}

#[test]
fn names_values_and_lines() {
    let text =
        "# head\n[User]\n\tName = 李雷 ; him\n\n[url \"ssh://git@H/\"] insteadOf = https://h/\n[core]bare\n";
    assert_eq!(
        listing(text),
        [
            ("user.name".into(), Some("李雷".into()), 3),
            ("url.ssh://git@H/.insteadof".into(), Some("https://h/".into()), 5),
            ("core.bare".into(), None, 6),
        ]
    );
}

#[test]
fn values_as_git_reads_them() {
    for (written, want) in [
        ("a", "a"),
        ("  a b  ", "a b"),
        ("a \t b", "a \t b"),
        ("\" a \" b", " a  b"),
        ("a#b", "a"),
        ("\"a#b\" ; c", "a#b"),
        ("a\\tb\\n\\\"\\\\", "a\tb\n\"\\"),
        ("one\\\n  two", "one  two"),
        ("one\\\r\n two", "one two"),
        ("", ""),
        ("\"\"", ""),
        ("a\0b", "a"),
    ] {
        let text = format!("[a]\nb = {written}\n");
        assert_eq!(one(&text), ("a.b".into(), Some(want.into())), "{written:?}");
    }
}

#[test]
fn headers_as_git_reads_them() {
    for (header, want) in [
        ("[A \"B.c\"]", "a.B.c.k"),
        ("[a.B]", "a.b.k"),
        ("[a \t\"q\\\"\\\\x\\y\"]", "a.q\"\\xy.k"),
        ("[a \"\"]", "a..k"),
        ("[a-1]", "a-1.k"),
        ("\u{feff}[a]", "a.k"),
        ("[x][a]", "a.k"),
        ("[a] ; c\n", "a.k"),
        ("", "k"),
    ] {
        assert_eq!(one(&format!("{header} k = v")).0, want, "{header:?}");
    }
}

#[test]
fn what_git_refuses() {
    for (text, line) in [
        ("[a\n", 1),
        ("[a", 2),
        ("[]\n", 1),
        ("[a b]\n", 1),
        ("[a \"b]\nk = v\n", 1),
        ("[a \"b\" ]\n", 1),
        ("[a]\nb = \"x\n", 2),
        ("[a]\nb = \"x", 2),
        ("[a]\nb = C:\\dir\n", 2),
        ("[a]\n\nb c\n", 3),
        ("[a]\nb # c\n", 2),
        ("[a]\n1 = c\n", 2),
        ("[a]\nb.c = d\n", 2),
        ("[a]\n<<<<<<< HEAD\n", 2),
        ("\u{ff}\u{fe}", 1),
    ] {
        assert_eq!(GitConfig::parse(text.as_bytes()).unwrap_err().line, line, "{text:?}");
    }
    assert_eq!(GitConfig::parse(b"\xff\xfe[\0").unwrap_err().line, 1);
    assert_eq!(GitConfig::parse(b"\xef\xbb[a]").unwrap_err().line, 1);
    assert_eq!(GitConfig::parse(b"\0").unwrap_err().line, 1);
}

#[test]
fn other_encodings_stay() {
    let gbk = b"[user]\n\tname = \xc0\xee\xc0\xd7\n".to_vec();
    let mut config = GitConfig::parse(&gbk).unwrap();
    config.set(INSTEADOF, &["https://h/".into()]).unwrap();
    let added = b"[url \"ssh://git@h/\"]\n\tinsteadOf = https://h/\n";
    assert_eq!(config.render(), [&gbk[..], added].concat());
    config.unset(INSTEADOF).unwrap();
    assert_eq!(config.render(), gbk);
}

#[test]
fn a_new_section_at_the_end() {
    let want = "[url \"ssh://git@h/\"]\n\tinsteadOf = https://h/\n";
    assert_eq!(set("", INSTEADOF, &["https://h/"]), want);
    assert_eq!(set("[a]\nb=c\n", INSTEADOF, &["https://h/"]), format!("[a]\nb=c\n{want}"));
    // No final line end before, none after.
    assert_eq!(set("[a]\nb=c", INSTEADOF, &["https://h/"]), format!("[a]\nb=c\n{}", want.trim_end()));
    assert_eq!(
        set("[a]\r\nb=c\r\n", INSTEADOF, &["https://h/"]),
        format!("[a]\r\nb=c\r\n{}", want.replace('\n', "\r\n"))
    );
    // A continued line swallows nothing of ours.
    assert_eq!(listing(&set("[a]\nb=c\\", INSTEADOF, &["x"])).len(), 2);
}

#[test]
fn at_the_end_of_its_section() {
    let text = "[url \"ssh://git@h/\"]\n  insteadOf = a\n# c\n[core]\n\tbare\n";
    assert_eq!(
        set(text, INSTEADOF, &["a", "b"]),
        "[url \"ssh://git@h/\"]\n  insteadOf = a\n  insteadOf = b\n# c\n[core]\n\tbare\n"
    );
    assert_eq!(set("[a] [b] c = d\n", ("a", None, "k"), &["v"]), "[a]\n\tk = v\n [b] c = d\n");
    assert_eq!(set("[a] # c\n[b]\n", ("a", None, "k"), &["v"]), "[a] # c\n\tk = v\n[b]\n");
    assert_eq!(set("[a]", ("a", None, "k"), &["v"]), "[a]\n\tk = v");
}

#[test]
fn replaced_where_it_stands() {
    assert_eq!(set("[A]\n  B=old # note\n", ("a", None, "b"), &["new"]), "[A]\n  B=new # note\n");
    assert_eq!(set("[a]\nb\n", ("a", None, "b"), &["x"]), "[a]\nb = x\n");
    assert_eq!(set("[a]\nb=;c\n", ("a", None, "b"), &["x"]), "[a]\nb= x;c\n");
    assert_eq!(set("[a] b = one\\\ntwo\nc=d\n", ("a", None, "b"), &["x"]), "[a] b = x\nc=d\n");
}

#[test]
fn lists_with_the_smallest_edit() {
    let text = "[a]\nk = 1\nk = 2 ;keep\n[b]\nx=y\n[a]\n\tk = 3\n";
    let key = ("a", None, "k");
    assert_eq!(set(text, key, &["1", "3"]), "[a]\nk = 1\n[b]\nx=y\n[a]\n\tk = 3\n");
    assert_eq!(set(text, key, &["2", "3"]), "[a]\nk = 2 ;keep\n[b]\nx=y\n[a]\n\tk = 3\n");
    assert_eq!(
        set(text, key, &["0", "1", "2", "2b", "3"]),
        "[a]\nk = 0\nk = 1\nk = 2 ;keep\nk = 2b\n[b]\nx=y\n[a]\n\tk = 3\n"
    );
    assert_eq!(set(text, key, &["1", "2"]), "[a]\nk = 1\nk = 2 ;keep\n[b]\nx=y\n");
    assert_eq!(set(text, key, &[]), "[b]\nx=y\n");
    assert_eq!(set("[a] k = 1\n", key, &["0", "1"]), "[a] k = 0\n\tk = 1\n");
}

#[test]
fn an_empty_header_goes_one_with_a_comment_stays() {
    let key = ("a", None, "k");
    assert_eq!(set("[x]\ny=z\n[a]\n\n\tk = v\n", key, &[]), "[x]\ny=z\n\n");
    assert_eq!(set("[a] ; mine\n\tk = v\n", key, &[]), "[a] ; mine\n");
    assert_eq!(set("[a]\n\tk = v\n\tother = w\n", key, &[]), "[a]\n\tother = w\n");
    assert_eq!(set("[a] k = v\n[b]\n", key, &[]), "[b]\n");
    assert_eq!(set("[a] k = v\n other\n", key, &[]), "[a]\n other\n");
    assert_eq!(set("[z] [a] k = v\n", key, &[]), "[z]\n");
}

#[test]
fn what_cannot_be_written() {
    let mut config = parse("[a]\nb=c\n");
    for key in
        [("a b", None, "k"), ("", None, "k"), ("a", None, "1k"), ("a", Some("x\ny"), "k"), ("a", None, "")]
    {
        assert!(config.set(key, &["v".into()]).is_err(), "{key:?}");
    }
    assert!(config.set(("a", None, "k"), &["nul\0".into()]).is_err());
    assert_eq!(config.render(), b"[a]\nb=c\n");
}

#[test]
fn a_hundred_thousand_values_take_no_time() {
    let text = "[a]\n".to_owned() + &"\tk = v\n".repeat(100_000);
    let key = ("a", None, "k");
    assert_eq!(set(&text, key, &["w", "v", "x"]).lines().count(), 4);
    assert_eq!(set(&text, key, &[]), "");
    let headers = "[a]".repeat(100_000);
    assert_eq!(parse(&headers).entries().count(), 0);
    let long = format!("[a \"{}\"]\n{}", "s".repeat(100_000), "k\n".repeat(10_000));
    assert_eq!(parse(&long).entries().count(), 10_000);
}

/// Pieces that make up files, sound ones more often than broken ones.
fn piece() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(
        [
            "[a]",
            "[a \"s\"]",
            "[b]\n",
            "[A.s]",
            "k = v",
            "k = v\n",
            "\tk=w\n",
            "K = \"x y\" # c\n",
            "k\n",
            "k = \\\n v\n",
            "other = 1\n",
            "# note\n",
            "; note",
            "\n",
            "\r\n",
            "  ",
            "k = a;b\n",
            "k=\n",
            "k = \"\"\n",
            "\\",
            "\"",
            "=",
            "\u{feff}",
            "名 = 值\n",
            "k = 值\n",
            "[a]\r\n",
            "k = v\r\n",
            "\r",
        ]
        .map(str::as_bytes)
        .into_iter()
        .chain([&b"\xc0\xee"[..], b"k = \xc0\xee\n", b"\0"])
        .collect::<Vec<_>>(),
    )
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

fn sound() -> impl Strategy<Value = GitConfig> {
    file().prop_filter_map("git would refuse it", |bytes| GitConfig::parse(&bytes).ok())
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "v",
            "w",
            "x y",
            "",
            " lead",
            "trail ",
            "a;b",
            "q\"\\",
            "tab\there",
            "new\nline",
            "值",
            "cr\r"
        ])
        .prop_map(str::to_owned),
        "[^\0]{0,8}",
    ]
}

fn key() -> impl Strategy<Value = Key<'static>> {
    prop::sample::select(vec![
        ("a", None, "k"),
        ("a", Some("s"), "k"),
        ("a", Some("a \"quoted\\\" sub"), "newKey"),
        ("b", None, "other"),
    ])
}

/// The last line goes, and the one before it has another kind of end than the first.
#[test]
fn a_missing_final_line_end_stays_missing() {
    for (before, after) in
        [(&b"[a]\r\nk = v\nk = v"[..], &b"[a]\r\nk = v"[..]), (b"[a]\nk = v\nk = v", b"[a]\nk = v")]
    {
        let mut config = GitConfig::parse(before).unwrap();
        config.set(("a", None, "k"), &["v".to_owned()]).unwrap();
        assert_eq!(config.render(), after);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(config) = GitConfig::parse(&bytes) {
            prop_assert_eq!(config.render(), bytes);
        }
    }

    #[test]
    fn set_makes_the_list_and_touches_nothing_else(
        before in sound(), key in key(), values in prop::collection::vec(value(), 0..4),
    ) {
        let mut after = before.clone();
        after.set(key, &values).unwrap();
        let read: Vec<_> = after.values(key).map(Option::unwrap).collect();
        prop_assert_eq!(&read, &values);
        let others = |config: &GitConfig| -> Vec<(String, Option<String>)> {
            let others = config.entries().filter(|entry| !entry.is(key));
            others.map(|entry| (entry.canonical(), entry.value.map(str::to_owned))).collect()
        };
        prop_assert_eq!(others(&before), others(&after));
        let comments = |config: &GitConfig| -> Vec<Vec<u8>> {
            let comments = config.items.iter().filter(|item| item.what == What::Comment);
            comments.map(|item| config.bytes[item.span.clone()].trim_ascii_end().to_vec()).collect()
        };
        prop_assert_eq!(comments(&before), comments(&after));
        let final_line_end = |config: &GitConfig| config.bytes.ends_with(b"\n");
        if !before.bytes.is_empty() && !after.bytes.is_empty() {
            prop_assert!(final_line_end(&before) || !final_line_end(&after) || before.bytes.ends_with(b"\\"));
        }
        // The same again changes nothing, and reading what was written gives the same.
        let mut again = after.clone();
        again.set(key, &values).unwrap();
        prop_assert_eq!(&again, &after);
        prop_assert_eq!(&GitConfig::parse(&after.render()).unwrap(), &after);
    }

    #[test]
    fn taking_back_what_was_added_gives_the_same_bytes(before in sound(), value in value()) {
        // A file that ends in the middle of a continued line gets that line ended, for good.
        prop_assume!(!before.bytes.trim_ascii_end().ends_with(b"\\") && !before.bytes.ends_with(b"\r"));
        let key = ("new", Some("section"), "key");
        let mut config = before.clone();
        config.set(key, &[value]).unwrap();
        config.unset(key).unwrap();
        prop_assert_eq!(config.render(), before.render());
    }
}
