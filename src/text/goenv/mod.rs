//! Go's env file: read as `cfg.go:readEnvFile` reads it, edited as `envcmd/env.go:updateEnvFile` edits it.
//!
//! Reader and writer do not agree in Go, and both matter: the reader wants a line to begin with `A`–`Z`,
//! the writer takes anything before `=` for a key. So both are here, each to the byte.

use crate::order::Order;

mod known;

pub use known::{Refusal, check_write, is_known, is_writable};

/// A line that the reader counts: `KEY=VALUE`, the value verbatim (a `\r` stays in it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub key: &'a str,
    pub value: &'a str,
    /// Counted from 1.
    pub number: u32,
}

/// The lines that go would count, in file order. Text that is not UTF-8 is passed over.
pub fn lines(file: &[u8]) -> impl Iterator<Item = Line<'_>> {
    file.split(|b| *b == b'\n').zip(1..).filter_map(|(line, number)| {
        let (key, value) = split_key(line)?;
        line.first()?.is_ascii_uppercase().then_some(())?;
        Some(Line { key: str::from_utf8(key).ok()?, value: str::from_utf8(value).ok()?, number })
    })
}

/// The line that takes effect for `key`: the last one.
pub fn lookup<'a>(file: &'a [u8], key: &str) -> Option<Line<'a>> {
    lines(file).filter(|line| line.key == key).last()
}

/// Sets and removes keys; `None` removes. The result is what `go env -w` and `-u` would leave behind,
/// but for this: where every key already has its value, the bytes stay as they are.
pub fn edit(file: &[u8], changes: &[(&str, Option<&str>)]) -> Vec<u8> {
    let settled = changes.iter().all(|(key, value)| lookup(file, key).map(|line| line.value) == *value);
    if settled {
        return file.to_vec();
    }
    let mut lines = split_after_newline(file);
    drop_shadowed(&mut lines);
    for (key, value) in changes {
        let at = lines.iter().rposition(|line| write_key(line) == Some(key.as_bytes()));
        match (at, value) {
            (Some(at), Some(value)) => lines[at] = format!("{key}={value}\n").into_bytes(),
            (None, Some(value)) => lines.push(format!("{key}={value}\n").into_bytes()),
            (Some(at), None) => lines[at].clear(),
            (None, None) => {}
        }
    }
    sort_runs(&mut lines);
    lines.concat()
}

/// The file with one line (counted from 1) behind a `#`, and without the byte order mark before it.
pub fn comment_out(file: &[u8], number: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(file.len() + 2);
    for (line, at) in file.split_inclusive(|b| *b == b'\n').zip(1..) {
        let line =
            if at == 1 && at == number { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        if at == number && !line.starts_with(b"#") {
            out.extend_from_slice(b"# ");
        }
        out.extend_from_slice(line);
    }
    out
}

/// `readEnvFileLines`: split after each newline; a missing last one is added.
fn split_after_newline(file: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = file.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    if let Some(last) = lines.last_mut()
        && !last.ends_with(b"\n")
    {
        last.push(b'\n');
    }
    lines
}

/// All but the last copy of a key are emptied: the last one is in effect.
fn drop_shadowed(lines: &mut [Vec<u8>]) {
    let mut last = std::collections::HashMap::new();
    for at in 0..lines.len() {
        if let Some(key) = write_key(&lines[at]).filter(|key| !key.is_empty()).map(<[u8]>::to_vec)
            && let Some(before) = last.insert(key, at)
        {
            lines[before].clear();
        }
    }
}

/// Runs of key lines are sorted; comments, blank and emptied lines end a run and never move.
fn sort_runs(lines: &mut [Vec<u8>]) {
    for run in lines.split_mut(|line| write_key(line).is_none_or(<[u8]>::is_empty)) {
        run.order_by(|a, b| write_key(a).cmp(&write_key(b)));
    }
}

/// `lineToKey`: what stands before the first `=`, if there is no `#` in it.
fn write_key(line: &[u8]) -> Option<&[u8]> {
    split_key(line).map(|(key, _)| key).filter(|key| !key.contains(&b'#'))
}

fn split_key(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.iter().position(|b| *b == b'=')?;
    Some((&line[..at], &line[at + 1..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(file: &str, changes: &[(&str, Option<&str>)]) -> String {
        String::from_utf8(edit(file.as_bytes(), changes)).unwrap()
    }

    #[test]
    fn the_reader_is_strict_where_the_writer_is_not() {
        let file = b"\xEF\xBB\xBFGOPROXY=bom\n# GOSUMDB=off\n GOFLAGS=x\nexport GOBIN=/x\nGOPRIVATE=a\r\nGOPRIVATE=b\nGOSUMDB =y\n=z\n";
        let seen: Vec<_> = lines(file).map(|l| (l.key, l.value, l.number)).collect();
        assert_eq!(seen, [("GOPRIVATE", "a\r", 5), ("GOPRIVATE", "b", 6), ("GOSUMDB ", "y", 7)]);
        assert_eq!(lookup(file, "GOPRIVATE").unwrap().value, "b");
    }

    #[test]
    fn keys_are_replaced_in_place_or_sorted_in() {
        assert_eq!(set("", &[("GOPROXY", Some("p"))]), "GOPROXY=p\n");
        assert_eq!(set("GOSUMDB=s", &[("GOPROXY", Some("p"))]), "GOPROXY=p\nGOSUMDB=s\n");
        assert_eq!(
            set("# mine\n\nGOSUMDB=s\r\n", &[("GOPROXY", Some("p"))]),
            "# mine\n\nGOPROXY=p\nGOSUMDB=s\r\n"
        );
        assert_eq!(set("GOSUMDB=s\r\n", &[("GOSUMDB", Some("t"))]), "GOSUMDB=t\n");
        assert_eq!(set("GOPROXY=p\n", &[("GOPROXY", None)]), "");
    }

    /// Observed with go 1.26 (`reference/go-semantics.md` 1.5, step 10).
    #[test]
    fn removed_duplicates_split_a_run_as_in_go() {
        let file = "GOPRIVATE=a\nGOBIN=/b\nGOPRIVATE=b\nGOARCH=amd64\nGOPRIVATE=c\nAR=ar\n";
        assert_eq!(set(file, &[("CC", Some("gcc"))]), "GOBIN=/b\nAR=ar\nCC=gcc\nGOARCH=amd64\nGOPRIVATE=c\n");
    }

    #[test]
    fn what_is_settled_is_left_alone() {
        let file = "GOSUMDB=s\nGOPROXY=p";
        assert_eq!(set(file, &[("GOPROXY", Some("p")), ("GOFLAGS", None)]), file);
    }

    proptest! {
        #[test]
        fn editing_is_idempotent_and_keeps_comments(
            file in "((#[ a-z=]*|[A-C]{1,2}=[a-z ]{0,3}|[a-z ]{0,4}|)(\n|\r\n)){0,12}[A-C=#]{0,3}",
            key in "[A-C]{1,2}",
            value in proptest::option::of("[a-z]{1,3}"),
        ) {
            let change = [(key.as_str(), value.as_deref())];
            let once = edit(file.as_bytes(), &change);
            prop_assert_eq!(lookup(&once, &key).map(|l| l.value.to_owned()), value.clone());
            let twice = edit(&once, &change);
            prop_assert_eq!(&once, &twice);
            let comments = |bytes: &[u8]| -> Vec<String> {
                String::from_utf8_lossy(bytes).lines().filter(|l| l.starts_with('#')).map(str::to_owned).collect()
            };
            prop_assert_eq!(comments(file.as_bytes()), comments(&once));
        }

        #[test]
        fn any_bytes_are_survived(file in proptest::collection::vec(any::<u8>(), 0..200)) {
            let once = edit(&file, &[("GOPROXY", Some("p"))]);
            prop_assert_eq!(lookup(&once, "GOPROXY").unwrap().value, "p");
        }
    }
}
