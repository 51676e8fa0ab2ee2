//! The hosts file of ours: plain blocks, written whole and read back.

use super::{Line, Scope, SshConfig, keywords, words};
use crate::model::Msg;
use crate::order::Order;
use crate::say;

/// What ssh is to do for the hosts of one `Host` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostBlock {
    pub patterns: Vec<String>,
    /// Options in the usual spelling, each with its arguments. One keyword may stand more than once.
    pub options: Vec<(String, Vec<String>)>,
}

/// A word that `ssh_config` cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritable(pub Msg);

/// The order in which options are written, and their spelling; others follow by name.
const ORDER: [&str; 12] = [
    "HostName",
    "Port",
    "User",
    "ProxyJump",
    "ProxyCommand",
    "IdentityFile",
    "IdentitiesOnly",
    "HostKeyAlias",
    "HostKeyAlgorithms",
    "PubkeyAcceptedAlgorithms",
    "UserKnownHostsFile",
    "StrictHostKeyChecking",
];

const HEAD: &str = "# Hosts of gobs. ~/.ssh/config includes this file; `gobs undo` takes it back.\n";

/// The file for these blocks.
///
/// ssh takes the first value it meets, so plain names come before patterns, and longer patterns before
/// shorter ones; among equals the name decides. The same blocks in any order give the same bytes.
///
/// # Errors
/// An empty word, or one with a line break or NUL.
pub fn render_hosts(blocks: &[HostBlock]) -> Result<Vec<u8>, Unwritable> {
    if blocks.is_empty() {
        return Ok(Vec::new());
    }
    let mut sorted: Vec<&HostBlock> = blocks.iter().collect();
    sorted.order_by_key(|block| {
        let wild = |pattern: &String| pattern.contains(['*', '?', '!']);
        let length = block.patterns.iter().map(String::len).min();
        let wild = block.patterns.iter().any(wild);
        (wild, wild.then_some(std::cmp::Reverse(length)), &block.patterns)
    });
    let mut out = String::from(HEAD);
    for block in sorted {
        out.push_str("\nHost");
        push_words(&mut out, &block.patterns)?;
        let mut options: Vec<&(String, Vec<String>)> = block.options.iter().collect();
        options.order_by_key(|(keyword, _)| {
            let rank = ORDER.iter().position(|known| known.eq_ignore_ascii_case(keyword));
            (rank.unwrap_or(ORDER.len()), keyword.to_ascii_lowercase())
        });
        for (keyword, arguments) in options {
            if keyword.is_empty() || !keyword.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(unwritable(keyword));
            }
            out.push_str("    ");
            out.push_str(keyword);
            if keywords::takes_line(keyword) {
                let line = arguments.join(" ");
                if line.trim() != line || line.starts_with('=') || words::arguments(line.as_bytes()).is_none()
                {
                    return Err(unwritable(&line));
                }
                check(&line)?;
                out.push(' ');
                out.push_str(&line);
                out.push('\n');
            } else {
                push_words(&mut out, arguments)?;
            }
        }
    }
    Ok(out.into_bytes())
}

/// Reads such a file back. Lines above the first `Host` and under a `Match` are not ours and not in the answer.
pub fn parse_hosts(bytes: &[u8]) -> Vec<HostBlock> {
    let config = SshConfig::parse("", bytes);
    let mut blocks: Vec<HostBlock> = Vec::new();
    let mut of = None;
    for line in &config.lines {
        let Scope::Host(patterns) = &config.blocks[line.block].scope else {
            continue;
        };
        if of.replace(line.block) != Some(line.block) {
            blocks.push(HostBlock { patterns: patterns.clone(), options: Vec::new() });
        } else if let Some(block) = blocks.last_mut() {
            block.options.push(option(line));
        }
    }
    blocks
}

fn option(line: &Line) -> (String, Vec<String>) {
    let known = ORDER.iter().find(|known| known.eq_ignore_ascii_case(&line.keyword));
    let keyword = known.map_or_else(|| line.keyword.clone(), |known| (*known).to_owned());
    let arguments =
        if keywords::takes_line(&keyword) { vec![line.rest.clone()] } else { line.arguments.clone() };
    (keyword, arguments)
}

fn push_words(out: &mut String, words: &[String]) -> Result<(), Unwritable> {
    if words.is_empty() {
        check("")?;
    }
    for word in words {
        check(word)?;
        out.push(' ');
        out.push_str(&words::quoted(word));
    }
    out.push('\n');
    Ok(())
}

fn check(word: &str) -> Result<(), Unwritable> {
    if word.is_empty() || word.contains(['\n', '\r', '\0']) {
        return Err(unwritable(word));
    }
    Ok(())
}

fn unwritable(word: &str) -> Unwritable {
    let word = word.escape_debug();
    Unwritable(say!(
        "`{word}` cannot be written into ssh's configuration",
        "`{word}` 无法写进 ssh 配置",
        word
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(patterns: &[&str], options: &[(&str, &[&str])]) -> HostBlock {
        let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        HostBlock {
            patterns: words(patterns),
            options: options.iter().map(|(k, v)| ((*k).to_owned(), words(v))).collect(),
        }
    }

    #[test]
    fn plain_names_first_options_in_order() {
        let blocks = [
            block(&["*.corp.example"], &[("User", &["git"])]),
            block(
                &["git.corp.example"],
                &[
                    ("UserKnownHostsFile", &["~/.ssh/gobs/known_hosts", "~/.ssh/known_hosts"]),
                    ("IdentityFile", &["~/my keys/id"]),
                    ("Port", &["2222"]),
                    ("HostKeyAlgorithms", &["+ssh-rsa"]),
                ],
            ),
            block(&["*.git.corp.example"], &[("ProxyCommand", &["nc -X \"connect\" %h %p"])]),
        ];
        let want = "\
# Hosts of gobs. ~/.ssh/config includes this file; `gobs undo` takes it back.

Host git.corp.example
    Port 2222
    IdentityFile \"~/my keys/id\"
    HostKeyAlgorithms +ssh-rsa
    UserKnownHostsFile ~/.ssh/gobs/known_hosts ~/.ssh/known_hosts

Host *.git.corp.example
    ProxyCommand nc -X \"connect\" %h %p

Host *.corp.example
    User git
";
        let rendered = render_hosts(&blocks).unwrap();
        assert_eq!(String::from_utf8(rendered.clone()).unwrap(), want);
        let mut turned = blocks.to_vec();
        turned.reverse();
        assert_eq!(render_hosts(&turned).unwrap(), rendered);
        assert_eq!(render_hosts(&parse_hosts(&rendered)).unwrap(), rendered);
        assert_eq!(render_hosts(&[]).unwrap(), b"");
    }

    #[test]
    fn what_cannot_be_written() {
        for bad in [
            block(&[], &[]),
            block(&["a\nb"], &[]),
            block(&["a"], &[("User", &[])]),
            block(&["a"], &[("User", &[""])]),
            block(&["a"], &[("Us er", &["x"])]),
            block(&["a"], &[("ProxyCommand", &["say \"x"])]),
        ] {
            assert!(render_hosts(std::slice::from_ref(&bad)).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            blocks in prop::collection::btree_map(
                "[a-z*?!.]{1,6}",
                prop::collection::vec(
                    (prop::sample::select(vec!["HostName", "Port", "IdentityFile", "setenv"]), "[^\0\r\n]{1,8}"), 0..4,
                ),
                0..4,
            ),
        ) {
            let blocks: Vec<HostBlock> = blocks
                .into_iter()
                .map(|(host, options)| {
                    let options = options.into_iter().map(|(k, v)| (k.to_owned(), vec![v])).collect();
                    HostBlock { patterns: vec![host], options }
                })
                .collect();
            let rendered = render_hosts(&blocks).unwrap();
            let read = parse_hosts(&rendered);
            prop_assert_eq!(render_hosts(&read).unwrap(), rendered);
            let sorted = |mut blocks: Vec<HostBlock>| {
                blocks.sort_by(|a, b| a.patterns.cmp(&b.patterns));
                for block in &mut blocks {
                    block.options.sort();
                }
                blocks
            };
            prop_assert_eq!(sorted(read), sorted(blocks));
        }
    }
}
