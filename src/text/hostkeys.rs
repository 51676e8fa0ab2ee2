//! Fingerprints of host keys that were published: what a key is compared with before it is trusted.
//!
//! Hosts whose keys are published nowhere have no rows: codeup.aliyun.com, cnb.cool, git.code.tencent.com and
//! codehub.devcloud.* were looked for and not found.

use super::knownhosts::HostKey;

/// A published fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    pub host: &'static str,
    /// The key's type.
    pub kind: &'static str,
    /// Base64 of the SHA-256, without `SHA256:`.
    pub sha256: &'static str,
    pub source: &'static str,
    /// The key was withdrawn: whoever shows it is an impostor.
    pub revoked: bool,
}

/// What the table says about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the published key.
    Pinned(Pin),
    /// It was the host's key and is withdrawn.
    Revoked(Pin),
    /// Another key of this type is published for the host.
    Differs(Pin),
    /// Nothing is published for this host and type.
    Unknown,
}

/// The rows for a host, whatever its spelling.
pub fn pins(host: &str) -> impl Iterator<Item = Pin> {
    PINS.into_iter().filter(move |pin| pin.host.eq_ignore_ascii_case(host))
}

/// The hosts of the table, each once.
pub fn hosts() -> impl Iterator<Item = &'static str> {
    let first = |at: &usize| !PINS[..*at].iter().any(|pin| pin.host == PINS[*at].host);
    (0..PINS.len()).filter(first).map(|at| PINS[at].host)
}

impl Pin {
    /// The host's owner published it.
    pub fn official(&self) -> bool {
        self.source != LOGS
    }
}

/// Whether `key` is the published key of `host`.
pub fn judge(host: &str, key: &HostKey) -> Verdict {
    let seen = key.fingerprint();
    let is_it = |pin: &Pin| seen.strip_prefix("SHA256:") == Some(pin.sha256);
    let same_kind = |pin: &Pin| pin.kind == key.kind() && !pin.revoked;
    match pins(host).find(is_it) {
        Some(pin) if pin.revoked => Verdict::Revoked(pin),
        Some(pin) => Verdict::Pinned(pin),
        None => pins(host).find(same_kind).map_or(Verdict::Unknown, Verdict::Differs),
    }
}

const fn pin(host: &'static str, kind: &'static str, sha256: &'static str, source: &'static str) -> Pin {
    Pin { host, kind, sha256, source, revoked: false }
}

const ED25519: &str = "ssh-ed25519";
const ECDSA: &str = "ecdsa-sha2-nistp256";
const RSA: &str = "ssh-rsa";

const GITHUB: &str = "GitHub docs, \"GitHub's SSH key fingerprints\"";
const GITLAB: &str = "GitLab docs, \"SSH host keys fingerprints\"";
/// No official page was found: the same value in many independent terminal logs.
const LOGS: &str = "many independent logs; no official page";

const PINS: [Pin; 11] = [
    pin("github.com", ED25519, "+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU", GITHUB),
    pin("github.com", ECDSA, "p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM", GITHUB),
    pin("github.com", RSA, "uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s", GITHUB),
    Pin {
        // Its private half was published by mistake; replaced on 2023-03-24.
        revoked: true,
        ..pin("github.com", RSA, "nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", GITHUB)
    },
    pin("gitlab.com", ED25519, "eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8", GITLAB),
    pin("gitlab.com", ECDSA, "HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw", GITLAB),
    pin("gitlab.com", RSA, "ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ", GITLAB),
    pin("gitee.com", ED25519, "+ULzij2u99B9eWYFTw1Q4ErYG/aepHLbu96PAUCoV88", LOGS),
    pin("gitee.com", ECDSA, "FQGC9Kn/eye1W8icdBgrQp+KkGYoFgbVr17bmjey0Wc", LOGS),
    pin("gitee.com", RSA, "meTsVSCgOas8fBnJyx8EPlUJr6iQ96riFmCFPfUkDtU", LOGS),
    pin("e.coding.net", RSA, "jok3FH7q5LJ6qvE7iPNehBgXRw51ErE77S0Dn+Vg/Ik", LOGS),
];

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    use super::*;

    fn key(text: &str) -> HostKey {
        HostKey::parse(text).unwrap()
    }

    #[test]
    fn published_keys() {
        let gitee = key("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEKxHSJ7084RmkJ4YdEi5tngynE8aZe2uEoVVsB/OvYN");
        let github = key("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl");
        assert!(matches!(judge("gitee.com", &gitee), Verdict::Pinned(_)));
        assert!(matches!(judge("GitHub.com", &github), Verdict::Pinned(_)));
        assert!(matches!(judge("github.com", &gitee), Verdict::Differs(pin) if pin.kind == ED25519));
        assert_eq!(judge("e.coding.net", &gitee), Verdict::Unknown);
        assert_eq!(judge("codeup.aliyun.com", &gitee), Verdict::Unknown);
    }

    /// The key that GitHub withdrew.
    #[test]
    fn a_withdrawn_key() {
        let old = key(
            "ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEAq2A7hRGmdnm9tUDbO9IDSwBK6TbQa+PXYPCPy6rbTrTtw7PHkccKrpp0yVhp5HdEIcKr6pLlVDBfOLX9QUsyCOV0wzfjIJNlGEYsdlLJizHhbn2mUjvSAHQqZETYP81eFzLQNnPHt4EVVUh7VfDESU84KezmD5QlWpXLmvU31/yMf+Se8xhHTvKSCZIFImWwoG6mbUoWf9nzpIoaSjB+weqqUUmpaaasXVal72J+UX2B+2RPW3RcT0eOzQgqlJL3RKrTJvdsjE3JEAvGq3lGHSZXy28G3skua2SmVi/w4yCE6gbODqnTWlg7+wC604ydGXA8VJiS5ap43JXiUFFAaQ==",
        );
        assert!(matches!(judge("github.com", &old), Verdict::Revoked(_)));
    }

    #[test]
    fn every_row_is_a_sha256() {
        for pin in PINS {
            assert_eq!(STANDARD_NO_PAD.decode(pin.sha256).unwrap().len(), 32, "{pin:?}");
        }
    }
}
