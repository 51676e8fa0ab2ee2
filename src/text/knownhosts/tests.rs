//! Specimens: lines from the field, broken ones, hashed ones; and the properties of our own file.

use proptest::prelude::*;

use super::*;

const GITEE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEKxHSJ7084RmkJ4YdEi5tngynE8aZe2uEoVVsB/OvYN";

fn fault(key: &str) -> KeyFault {
    HostKey::parse(key).unwrap_err()
}

fn key(filling: u8) -> HostKey {
    let blob = [&b"\0\0\0\x0bssh-ed25519\0\0\0\x20"[..], &[filling; 32]].concat();
    HostKey::parse(&format!("ssh-ed25519 {}", STANDARD.encode(blob))).unwrap()
}

fn lines(text: &str, host: &str, port: u16) -> Vec<(u32, bool)> {
    let known = KnownHosts::parse(text.as_bytes());
    known.lookup(host, port).iter().map(|found| (found.entry.line, found.exact)).collect()
}

#[test]
fn who_is_known() {
    let text = format!(
        "# c\n\ngitee.com,212.64.63.190 {GITEE} comment here\n[git.corp]:2222 {GITEE}\n*.corp,!bad.corp {GITEE}\r\n@revoked * {GITEE}\n@cert-authority *.cn\t{GITEE}\n"
    );
    assert!(KnownHosts::parse(text.as_bytes()).malformed.is_empty());
    assert_eq!(lines(&text, "gitee.com", 22), [(3, true), (6, true)]);
    assert_eq!(lines(&text, "GITEE.com", 22), [(3, true), (6, true)]);
    assert_eq!(lines(&text, "git.corp", 2222), [(4, true), (6, true), (5, false)]);
    assert_eq!(lines(&text, "git.corp", 22), [(5, true), (6, true)]);
    assert_eq!(lines(&text, "bad.corp", 22), [(6, true)]);
    let known = KnownHosts::parse(text.as_bytes());
    assert_eq!(known.entries[3].marker, Some(Marker::Revoked));
    assert_eq!(known.entries[4].marker, Some(Marker::CertAuthority));
}

/// Hashed by `ssh-keygen -H`.
#[test]
fn hashed_names_match() {
    let text = format!("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= {GITEE}\n");
    assert_eq!(lines(&text, "192.168.1.61", 22), [(1, true)]);
    assert_eq!(lines(&text, "192.168.1.62", 22), []);
}

#[test]
fn fingerprints() {
    assert_eq!(
        HostKey::parse(GITEE).unwrap().fingerprint(),
        "SHA256:+ULzij2u99B9eWYFTw1Q4ErYG/aepHLbu96PAUCoV88"
    );
    assert_eq!(HostKey::parse(GITEE).unwrap().to_string(), GITEE);
}

#[test]
fn lines_that_do_not_count() {
    let text = format!(
        "gitee.com\ngitee.com ssh-ed25519\ngitee.com 1024 35 12345\n@revoke x {GITEE}\n@revoked @revoked x {GITEE}\n|1|bad|hash {GITEE}\nh {GITEE}=\n"
    );
    let known = KnownHosts::parse(text.as_bytes());
    assert!(known.entries.is_empty(), "{known:?}");
    let seen: Vec<_> = known.malformed.iter().map(|m| (m.line, m.names.as_str(), m.why.clone())).collect();
    assert_eq!(
        seen,
        [
            (1, "gitee.com", LineFault::Key(KeyFault::Missing)),
            (2, "gitee.com", LineFault::Key(KeyFault::Missing)),
            (3, "gitee.com", LineFault::Key(KeyFault::NotBase64)),
            (4, "", LineFault::Marker),
            (5, "", LineFault::Marker),
            (6, "|1|bad|hash", LineFault::Hash),
            (7, "h", LineFault::Key(KeyFault::NotBase64)),
        ]
    );
}

/// A public repository ships such lines: they look right and have wrong lengths.
#[test]
fn made_up_keys() {
    let encode = |kind: &str, blob: &[u8]| format!("{kind} {}", STANDARD.encode(blob));
    let string = |part: &[u8]| [&u32::try_from(part.len()).unwrap().to_be_bytes()[..], part].concat();
    let blob = |parts: &[&[u8]]| parts.iter().flat_map(|part| string(part)).collect::<Vec<u8>>();
    let ed = |rest: &[u8]| encode("ssh-ed25519", &[string(b"ssh-ed25519"), rest.to_vec()].concat());
    assert_eq!(fault(&ed(&string(&[1; 31]))), KeyFault::Length { want: 32, seen: 31 });
    assert_eq!(fault(&ed(&[0, 0, 0, 32, 1])), KeyFault::Truncated);
    assert_eq!(fault(&ed(&[0])), KeyFault::Truncated);
    assert_eq!(fault(&ed(&blob(&[&[1; 32], &[2]]))), KeyFault::Surplus(5));
    assert_eq!(fault(&ed(&[0xff; 8])), KeyFault::Truncated);
    assert_eq!(
        fault(&encode("ssh-rsa", &string(b"ssh-ed25519"))),
        KeyFault::OtherType { written: "ssh-rsa".into(), inside: "ssh-ed25519".into() }
    );
    assert_eq!(fault(&encode("ssh-rsa", &blob(&[b"ssh-rsa", &[3], &[0x7f; 100]]))), KeyFault::ShortRsa(799));
    assert_eq!(fault(&encode("ssh-rsa", &blob(&[b"ssh-rsa", &[3], &[0xff; 256]]))), KeyFault::Value);
    assert_eq!(fault(&encode("ssh-rsa", &blob(&[b"ssh-rsa", &[], &[0x7f; 256]]))), KeyFault::Value);
    let point = [&[4][..], &[7; 64]].concat();
    let kind = "ecdsa-sha2-nistp256";
    assert!(HostKey::parse(&encode(kind, &blob(&[kind.as_bytes(), b"nistp256", &point]))).is_ok());
    assert_eq!(fault(&encode(kind, &blob(&[kind.as_bytes(), b"nistp384", &point]))), KeyFault::Value);
    assert_eq!(
        fault(&encode(kind, &blob(&[kind.as_bytes(), b"nistp256", &point[1..]]))),
        KeyFault::Length { want: 65, seen: 64 }
    );
    assert_eq!(fault("ssh-ed25518 AAAA"), KeyFault::Type("ssh-ed25518".into()));
    assert_eq!(fault("ssh-ed25519 A*"), KeyFault::NotBase64);
}

#[test]
fn our_file() {
    let of = |host: &str, port, keys: &[u8]| KnownKeys {
        host: host.into(),
        port,
        keys: keys.iter().map(|filling| key(*filling)).collect(),
    };
    let rendered = render_ours(&[of("Git.corp", 2222, &[2, 1, 2]), of("fd00::1", 22, &[3])]).unwrap();
    assert_eq!(
        String::from_utf8(rendered.clone()).unwrap(),
        format!(
            "# Host keys of gobs; `gobs undo` takes them back.\nfd00::1 {}\n[git.corp]:2222 {}\n[git.corp]:2222 {}\n",
            key(3),
            key(1),
            key(2)
        )
    );
    assert_eq!(parse_ours(&rendered), [of("fd00::1", 22, &[3]), of("git.corp", 2222, &[1, 2])]);
    assert_eq!(render_ours(&[]).unwrap(), b"");
    for host in ["", "a b", "*.corp", "a,b", "!a", "[a]", "|1|x", "#", "@revoked"] {
        assert!(render_ours(&[of(host, 22, &[1])]).is_err(), "{host}");
    }
}

proptest! {
    #[test]
    fn anything_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        KnownHosts::parse(&bytes);
        parse_ours(&bytes);
    }

    #[test]
    fn a_damaged_key_is_caught_or_another_key(at in 0_usize..68, byte in 0x20_u8..0x7f) {
        let mut text = GITEE.as_bytes().to_vec();
        let place = text.len() - 68 + at;
        text[place] = byte;
        let text = String::from_utf8(text).unwrap();
        if let Ok(key) = HostKey::parse(&text) && text != GITEE {
            prop_assert_ne!(key.fingerprint(), HostKey::parse(GITEE).unwrap().fingerprint());
        }
    }

    #[test]
    fn what_is_written_is_read_back(
        known in prop::collection::btree_map(("[a-z0-9.:-]{1,8}", 1_u16..), prop::collection::btree_set(any::<u8>(), 1..4), 0..4),
    ) {
        let known: Vec<KnownKeys> = known
            .into_iter()
            .map(|((host, port), keys)| KnownKeys { host, port, keys: keys.into_iter().map(key).collect() })
            .collect();
        let rendered = render_ours(&known).unwrap();
        prop_assert_eq!(parse_ours(&rendered), known);
    }
}
