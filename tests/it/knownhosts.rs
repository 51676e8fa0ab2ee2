//! The real ssh-keygen judges our reading of `known_hosts` and of keys.

use std::path::PathBuf;
use std::process::{Command, Output};

use gobs::text::knownhosts::{HostKey, KnownHosts, KnownKeys, host_and_port, render_ours};
use proptest::prelude::*;

struct Keygen {
    dir: tempfile::TempDir,
}

impl Keygen {
    fn new() -> Keygen {
        Keygen { dir: tempfile::tempdir().expect("a temporary directory") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).expect("the directory is ours");
        self.path(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut keygen = Command::new("ssh-keygen");
        let keygen = keygen.env("LC_ALL", "C").current_dir(self.dir.path()).args(args);
        keygen.output().expect("ssh-keygen is installed")
    }

    /// A new public key.
    fn key(&self, kind: &str, bits: &str) -> HostKey {
        let name = format!("{kind}-{bits}");
        let made = self.run(&["-q", "-t", kind, "-b", bits, "-N", "", "-f", &name]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let public = std::fs::read_to_string(self.path(&format!("{name}.pub"))).expect("just written");
        HostKey::parse(&public).expect("a sound key")
    }
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned()
}

const KINDS: [(&str, &str); 5] =
    [("ed25519", "256"), ("rsa", "2048"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521")];

#[test]
fn keygen_agrees_on_fingerprints() {
    let keygen = Keygen::new();
    for (kind, bits) in KINDS {
        let key = keygen.key(kind, bits);
        keygen.write("one", format!("{key}\n").as_bytes());
        assert!(said(&keygen.run(&["-l", "-f", "one"])).contains(&key.fingerprint()), "{kind}");
    }
}

#[test]
fn keygen_finds_what_we_write_hashed_or_not() {
    let keygen = Keygen::new();
    let known: Vec<KnownKeys> = [("git.corp", 22), ("git.corp", 2222), ("10.0.0.1", 22), ("fd00::1", 2222)]
        .into_iter()
        .map(|(host, port)| KnownKeys { host: host.into(), port, keys: vec![keygen.key("ed25519", "256")] })
        .inspect(|_| std::fs::remove_file(keygen.path("ed25519-256")).expect("made anew for each"))
        .collect();
    let plain = render_ours(&known).expect("plain names");
    keygen.write("plain", &plain);
    keygen.write("hashed", &plain);
    assert!(keygen.run(&["-H", "-f", "hashed"]).status.success());
    for file in ["plain", "hashed"] {
        let bytes = std::fs::read(keygen.path(file)).expect("just written");
        let ours = KnownHosts::parse(&bytes);
        assert_eq!((ours.entries.len(), ours.malformed.len()), (known.len(), 0), "{file}");
        for KnownKeys { host, port, keys } in &known {
            let found = ours.lookup(host, *port);
            assert_eq!(found[0].entry.key, keys[0]);
            assert!(found[0].exact);
            let said = said(&keygen.run(&["-F", &host_and_port(host, *port), "-f", file]));
            assert!(said.contains(&format!("found: line {}", found[0].entry.line)), "{file} {host} {said}");
        }
        assert!(ours.lookup("nobody", 22).is_empty());
    }
}

fn list() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "git.corp",
        "*.corp",
        "!git.corp",
        "GIT.corp",
        "[git.corp]:2222",
        "g?t.corp",
        "*",
        "!*.corp",
        "other",
        "[*]:2222",
        "",
    ]);
    prop::collection::vec(name, 1..4).prop_map(|names| names.join(","))
}

proptest! {
    #[test]
    fn keygen_agrees_who_is_meant(lists in prop::collection::vec(list(), 1..5)) {
        const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEKxHSJ7084RmkJ4YdEi5tngynE8aZe2uEoVVsB/OvYN";
        let lines: Vec<String> = lists.iter().map(|list| format!("{list} {KEY}\n")).collect();
        let file = lines.concat();
        let keygen = Keygen::new();
        keygen.write("known", file.as_bytes());
        let known = KnownHosts::parse(file.as_bytes());
        for (host, port) in [("git.corp", 22), ("git.corp", 2222), ("other", 22)] {
            let ours: Vec<u32> =
                known.lookup(host, port).iter().filter(|found| found.exact).map(|found| found.entry.line).collect();
            let said = said(&keygen.run(&["-F", &host_and_port(host, port), "-f", "known"]));
            let theirs: Vec<u32> = said
                .lines()
                .filter_map(|line| line.split("found: line ").nth(1)?.split_whitespace().next()?.parse().ok())
                .collect();
            prop_assert_eq!(ours, theirs, "{} in {}", host, file);
        }
    }

    /// A byte or length changed, a piece cut off: what ssh refuses we refuse. (The other way round we may take a
    /// point that is not on its curve.)
    #[test]
    fn keygen_agrees_which_keys_are_damaged(kind in 0_usize..5, at in 0_usize..2000, to in any::<u8>(), cut in prop::option::of(0_usize..2000)) {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let mut blob = SAMPLES[kind].1.split(' ').nth(1).map(|blob| STANDARD.decode(blob).unwrap()).unwrap();
        let length = blob.len();
        blob[at % length] = to;
        blob.truncate(cut.map_or(length, |cut| cut % length + 1));
        let line = format!("{} {}", SAMPLES[kind].0, STANDARD.encode(&blob));
        let keygen = Keygen::new();
        keygen.write("one", format!("{line}\n").as_bytes());
        let out = keygen.run(&["-l", "-f", "one"]);
        match HostKey::parse(&line) {
            // ssh-keygen writes the numbers of an RSA key anew (no needless zeros) before it takes the fingerprint.
            Ok(key) if out.status.success() => {
                prop_assert!(SAMPLES[kind].0 == "ssh-rsa" || said(&out).contains(&key.fingerprint()));
            }
            Ok(_) => prop_assert!(SAMPLES[kind].0.starts_with("ecdsa"), "{}", line),
            Err(why) => prop_assert!(!out.status.success(), "{} {:?}", line, why),
        }
    }
}

/// Made with ssh-keygen for this test, their private halves thrown away.
const SAMPLES: [(&str, &str); 5] = [
    ("ssh-ed25519", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGnXmvKN3CkhYKhj4/CEh4jt0qn8VwYma2HlTkCnmzDy"),
    (
        "ssh-rsa",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDQFBBgRUBELmubwpyqZb9twPiiYOQR8057nHzDFo33oXF92wU1q/A+wUUUcSQwJ05cH1ULRgdyRU4EmlynWFZA281cKagLRSMs3m3pwoCNzz8vASIs8OxuT6cJthGxMO3nldCRcHw4L0GPMzqY9aFfcTzHao+MNEmS4Jin1564HnTOg7S2NQZejvG5sLfUYECx3sEi0yehzRauo+4DpxL/hD8DzTHVEjS71foEXOcms6cZF006q2SnvczS91RYdFRtL1xGoGfDBotBKBXPh8imtUJZLgHDBZ/+BhnistgPt7WelxhKUx+ZiAoFvzwc79x08V3ogQY8UhxdLjxL/ePR",
    ),
    (
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDeuGP2S4ag03cNp9DlDxNnJ2sRGJ3URsZp5PMeEI8M4oIhSv/UTQRseLVwbli4i4k30S3/V6ihIpeV7+MKnCcM=",
    ),
    (
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBL+mQ+AtwsMrBV2ZSrAEz9u/T6ufTnUpYSOqoPd693lFrdYJ3yiNPzgBvxIG98faS0mIZfVUwjrNCmcPM6dpD1Yg19g6bjzfefLqKxjjdCBCA2L6hL26uVvFH9EAABAa7A==",
    ),
    (
        "ecdsa-sha2-nistp521",
        "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBABX+ruicEo5vny7NjQYDVWtJMeQVV4D+/PWamT1bTmhBQBPZF63U0BAthikCaoB8M6ySZL2ZewYqYm8sPtknn+kHgAfRW+5JjbQrhkCtMaiehgJRJa26PRbyzsFXphnOMK4js9vUeiI4UYvcg2GVWtOBP+omVPtLtBABBu/ESnxKsn6GA==",
    ),
];
