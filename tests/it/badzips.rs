//! Zips that somebody made on purpose: escaping, colliding, lying, exploding ones. Go's own code is the judge.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use gobs::module::ModVer;

use crate::oracle::ask;
use crate::zips::{judge, plain};

const ROOT: &str = "ex.test/a@v1.0.0/";

/// One entry, down to its lies. What is `None` is the truth.
#[derive(Clone, Default)]
struct Entry {
    name: Vec<u8>,
    data: Vec<u8>,
    method: u16,
    flags: u16,
    crc: u32,
    size: u64,
    /// Unix mode, in the upper half of the external attributes.
    mode: u32,
    /// Sizes are written into a zip64 extra field of so many bytes.
    zip64: Option<u16>,
    descriptor: Vec<u8>,
    /// Its local header is that of the first entry.
    shares: bool,
}

impl Entry {
    fn stored(name: &str, content: &[u8]) -> Entry {
        Entry {
            name: format!("{ROOT}{name}").into_bytes(),
            data: content.to_vec(),
            crc: libdeflater::crc32(content),
            size: content.len() as u64,
            ..Entry::default()
        }
    }

    fn deflated(name: &str, content: &[u8]) -> Entry {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        Entry { data: encoder.finish().unwrap(), method: 8, ..Entry::stored(name, content) }
    }

    fn named(name: &[u8]) -> Entry {
        Entry { name: name.to_vec(), ..Entry::stored("", b"x") }
    }

    /// With a data descriptor behind it.
    fn described(name: &str, content: &[u8], signed: bool, crc: u32) -> Entry {
        let mut descriptor = if signed { b"PK\x07\x08".to_vec() } else { Vec::new() };
        for value in [crc, 0, 0] {
            descriptor.extend(value.to_le_bytes());
        }
        Entry { flags: 8, descriptor, ..Entry::stored(name, content) }
    }

    fn head(&self) -> Vec<u8> {
        let mut head = Vec::new();
        for value in [self.flags, self.method, 0, 0] {
            head.extend(value.to_le_bytes());
        }
        let number = |value: u64| match self.zip64 {
            Some(_) => u32::MAX,
            None => u32::try_from(value).unwrap(),
        };
        for value in [self.crc, number(self.data.len() as u64), number(self.size)] {
            head.extend(value.to_le_bytes());
        }
        head.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        head
    }

    fn extra(&self) -> Vec<u8> {
        let Some(length) = self.zip64 else { return Vec::new() };
        let mut extra = 1_u16.to_le_bytes().to_vec();
        extra.extend(length.to_le_bytes());
        let sizes = [self.size.to_le_bytes(), (self.data.len() as u64).to_le_bytes()].concat();
        extra.extend(&sizes[..usize::from(length)]);
        extra
    }
}

/// How the zip ends.
#[derive(Clone, Copy, Default)]
struct End {
    zip64: bool,
    /// Added to the number of entries.
    more: u16,
    comment: &'static [u8],
}

fn zip(entries: &[Entry], end: End) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = if entry.shares { 0 } else { u32::try_from(out.len()).unwrap() };
        if !entry.shares {
            out.extend(b"PK\x03\x04\x2d\0");
            out.extend(entry.head());
            out.extend([0, 0]);
            for part in [&entry.name, &entry.data, &entry.descriptor] {
                out.extend(part);
            }
        }
        central.extend(b"PK\x01\x02\x2d\x03\x2d\0");
        central.extend(entry.head());
        central.extend(u16::try_from(entry.extra().len()).unwrap().to_le_bytes());
        central.extend([0; 6]);
        central.extend((entry.mode << 16).to_le_bytes());
        central.extend(at.to_le_bytes());
        central.extend(&entry.name);
        central.extend(entry.extra());
    }
    let (count, start, length) =
        (entries.len() as u64 + u64::from(end.more), out.len() as u64, central.len() as u64);
    out.extend(central);
    if end.zip64 {
        let at = out.len() as u64;
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend([45, 0, 45, 0]);
        out.extend([0; 8]);
        for value in [count, count, length, start] {
            out.extend(value.to_le_bytes());
        }
        out.extend(b"PK\x06\x07\0\0\0\0");
        out.extend(at.to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    let small = |value: u64| if end.zip64 { u32::MAX } else { u32::try_from(value).unwrap() };
    let few = if end.zip64 { u16::MAX } else { u16::try_from(count).unwrap() };
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([few.to_le_bytes(), few.to_le_bytes()].concat());
    out.extend([small(length).to_le_bytes(), small(start).to_le_bytes()].concat());
    out.extend(u16::try_from(end.comment.len()).unwrap().to_le_bytes());
    out.extend(end.comment);
    out
}

/// A name for the case, the zip, and whether go takes it.
fn cases() -> Vec<(String, Vec<u8>, bool)> {
    let gomod = || Entry::stored("go.mod", b"module ex.test/a\n");
    let a = || Entry::deflated("a.go", b"package a\n");
    let plain = End::default();
    let mut all: Vec<(String, Vec<u8>, bool)> = Vec::new();
    let mut add = |name: &str, entries: &[Entry], end: End, good| {
        all.push((name.to_owned(), zip(entries, end), good));
    };
    add("sound", &[gomod(), a()], plain, true);
    add("nothing in it", &[], plain, true);
    add(
        "a comment with an end record in it",
        &[a()],
        End { comment: b"PK\x05\x06 is not the end", ..plain },
        true,
    );
    add("one entry more than there is", &[a()], End { more: 1, ..plain }, false);
    add("zip64 end", &[gomod(), a()], End { zip64: true, ..plain }, true);
    add("zip64 sizes", &[gomod(), Entry { zip64: Some(16), ..a() }], plain, true);
    add("zip64 sizes and end", &[Entry { zip64: Some(16), ..a() }], End { zip64: true, ..plain }, true);
    add("zip64 field cut short", &[Entry { zip64: Some(8), ..a() }], plain, false);
    add("zip64 size of 2^40", &[Entry { zip64: Some(16), size: 1 << 40, ..a() }], plain, false);
    let crc = libdeflater::crc32(b"package a\n");
    for (signed, crc, good) in [(true, crc, true), (false, crc, true), (true, 1, false), (false, 1, false)] {
        let entry = Entry::described("a.go", b"package a\n", signed, crc);
        add(&format!("data descriptor {signed} {good}"), &[entry], plain, good);
    }
    let mut cut = zip(&[a()], plain);
    cut.truncate(cut.len() - 30);
    add("symlink", &[Entry { mode: 0o120_777, ..Entry::stored("link", b"/etc/passwd") }], plain, true);
    add("device", &[Entry { mode: 0o020_666, ..a() }], plain, true);
    add("setuid", &[Entry { mode: 0o104_755, ..a() }], plain, true);
    add("twice the same name", &[a(), a()], plain, false);
    add("letter case", &[a(), Entry::stored("A.go", b"")], plain, false);
    add(
        "letter case of a directory",
        &[Entry::stored("sub/a", b""), Entry::stored("SUB/b", b"")],
        plain,
        false,
    );
    add("file and directory", &[Entry::stored("x", b""), Entry::stored("x/y", b"")], plain, false);
    add("GO.MOD", &[Entry::stored("GO.MOD", b"module ex.test/a\n")], plain, false);
    add("go.mod below", &[Entry::stored("sub/go.mod", b"module ex.test/a/sub\n")], plain, false);
    for name in [
        &b"../../etc/passwd"[..],
        b"/etc/passwd",
        b"ex.test/a@v1.0.0/../../etc/passwd",
        b"ex.test/a@v1.0.0/./a.go",
        b"ex.test/a@v1.0.0//a.go",
        b"ex.test/a@v1.0.0/..\\..\\a.go",
        b"ex.test/a@v1.0.0/C:/a.go",
        b"ex.test/a@v1.0.0/nul.go",
        b"ex.test/a@v1.0.0/a\0.go",
        b"ex.test/a@v1.0.0/a\n.go",
        b"ex.test/a@v1.0.0/\xff\xfe.go",
        b"ex.test/a@v1.0.1/a.go",
        b"ex.test/a@v1.0.0",
        b"",
    ] {
        add(
            &format!("name {:?}", String::from_utf8_lossy(name)),
            &[gomod(), Entry::named(name)],
            plain,
            false,
        );
    }
    add("encrypted, it says", &[Entry { flags: 1, ..a() }], plain, true);
    add("method 12", &[Entry { method: 12, ..a() }], plain, false);
    add("a directory with content", &[Entry::stored("sub/", b"x")], plain, false);
    add("CRC of another content", &[Entry { crc: 7, ..a() }], plain, false);
    add("claims less than there is", &[Entry { size: 3, ..a() }], plain, false);
    add("claims more than there is", &[Entry { size: 3000, ..a() }], plain, false);
    let zeros = vec![0; 17 << 20];
    add("a large go.mod", &[Entry::deflated("go.mod", &zeros)], plain, false);
    add("a large LICENSE", &[Entry::deflated("LICENSE", &zeros)], plain, false);
    add("a large file", &[gomod(), Entry::deflated("a.bin", &zeros)], plain, true);
    add(
        "a bomb that claims ten bytes",
        &[Entry { size: 10, ..Entry::deflated("a.bin", &zeros) }],
        plain,
        false,
    );
    add("claims 600 MiB", &[Entry { size: 600 << 20, ..a() }], plain, false);
    all.push(("cut in the directory".into(), cut, false));
    all.push(("no bytes".into(), Vec::new(), false));
    all.push(("a page".into(), b"<!DOCTYPE html>".to_vec(), false));
    all
}

#[test]
fn go_is_the_judge() {
    let module = ModVer::new("ex.test/a", "v1.0.0");
    let cases = cases();
    let asked: Vec<Vec<&[u8]>> =
        cases.iter().map(|(_, zip, _)| vec![&b"ex.test/a"[..], b"v1.0.0", zip]).collect();
    let mut wrong = Vec::new();
    for ((name, zip, good), theirs) in cases.iter().zip(ask("zip.judge", &asked)) {
        let ours: Vec<String> = judge(&module, zip).iter().map(|words| plain(words)).collect();
        let theirs: Vec<String> = theirs.iter().map(|words| plain(words)).collect();
        let accepted = theirs[1].is_empty() && theirs[2].is_empty() && theirs[3].is_empty();
        if ours != theirs || accepted != *good {
            wrong.push(format!("{name}, good: {good}\n  go   {theirs:?}\n  gobs {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// 600 entries of one megabyte that are all the same bytes of the file: go hashes them all and refuses it then; gobs
/// stops where go would stop unpacking.
#[test]
fn entries_that_share_their_content_are_a_bomb() {
    let zeros = vec![0; 1 << 20];
    let first = Entry::deflated("f0", &zeros);
    let entries: Vec<Entry> = (0..600)
        .map(|n| Entry { name: format!("{ROOT}f{n}").into_bytes(), shares: n > 0, ..first.clone() })
        .collect();
    let zip = zip(&entries, End::default());
    assert!(zip.len() < 200 << 10);
    let [_, words, refusal, unzip, _] = judge(&ModVer::new("ex.test/a", "v1.0.0"), &zip);
    assert!(words.starts_with("total uncompressed size of module contents too large"), "{words}");
    assert!(refusal.contains("total uncompressed size"), "{refusal}");
    assert_eq!(unzip, "refused");
    let theirs = ask("zip.judge", &[vec![&b"ex.test/a"[..], b"v1.0.0", &zip]]);
    assert_eq!((theirs[0][2].as_str(), theirs[0][3].as_str()), (refusal.as_str(), "refused"));
}
