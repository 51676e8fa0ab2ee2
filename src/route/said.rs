//! What git and ssh said when they failed, by its meaning. They are run with `LC_ALL=C`, so the words are English.

use crate::model::{Kind, kind};

/// The kind of failure that these words are the mark of; `None` for words that say nothing known.
pub fn kind_of(stderr: &str) -> Option<Kind> {
    let lower = stderr.to_ascii_lowercase();
    MARKS.iter().find(|(words, _)| words.iter().all(|word| lower.contains(word))).map(|(_, kind)| *kind)
}

/// The line of the words that matters, for evidence: the one with the mark, else the last that says something.
pub fn telling_line(stderr: &str) -> String {
    let lines = || stderr.lines().map(str::trim).filter(|line| !line.is_empty() && !is_frame(line));
    let marked = MARKS.iter().find_map(|(words, _)| {
        lines().find(|line| {
            let lower = line.to_ascii_lowercase();
            words.iter().all(|word| lower.contains(word))
        })
    });
    let line =
        marked.or_else(|| lines().find(|line| line.starts_with("fatal:"))).or_else(|| lines().next_back());
    line.unwrap_or("").trim_matches(['@', ' ']).chars().take(400).collect()
}

/// Lines of `@@@@` and their like.
fn is_frame(line: &str) -> bool {
    line.bytes().all(|b| matches!(b, b'@' | b'=' | b'*' | b'-' | b' '))
}

/// All words of a row must be there; the first row that fits says what it is. ssh's own words come before
/// those that git adds to every failure of its transport.
const MARKS: &[(&[&str], Kind)] = &[
    (&["remote host identification has changed"], kind::SSH_HOSTKEY_CHANGED),
    (&["revoked host key"], kind::SSH_HOSTKEY_CHANGED),
    (&["unprotected private key file"], kind::SSH_CLIENT_FILES_BAD),
    (&["bad owner or permissions on"], kind::SSH_CLIENT_FILES_BAD),
    (&["bad configuration option"], kind::SSH_CLIENT_FILES_BAD),
    (&["terminating,", "bad configuration options"], kind::SSH_CLIENT_FILES_BAD),
    (&["load key", "invalid format"], kind::SSH_CLIENT_FILES_BAD),
    (&["load key", "error in libcrypto"], kind::SSH_CLIENT_FILES_BAD),
    (&["no user exists for uid"], kind::SSH_ACCOUNT_MISSING),
    (&["host key is known for"], kind::SSH_HOSTKEY_UNKNOWN),
    (&["host key verification failed"], kind::SSH_HOSTKEY_UNKNOWN),
    (&["unable to negotiate with"], kind::SSH_LEGACY_ALGORITHM),
    (&["no matching host key type"], kind::SSH_LEGACY_ALGORITHM),
    (&["no mutual signature"], kind::SSH_LEGACY_ALGORITHM),
    (&["permission denied (publickey"], kind::SSH_PUBLICKEY_DENIED),
    (&["permission denied, please try again"], kind::SSH_PUBLICKEY_DENIED),
    (&["permission denied (password"], kind::SSH_PUBLICKEY_DENIED),
    (&["permission denied (keyboard-interactive"], kind::SSH_PUBLICKEY_DENIED),
    (&["too many authentication failures"], kind::SSH_PUBLICKEY_DENIED),
    (&["could not resolve hostname"], kind::DNS_FAILURE),
    (&["could not resolve proxy"], kind::HTTP_PROXY_BROKEN),
    (&["could not resolve host"], kind::DNS_FAILURE),
    (&["ssh: connect to host"], kind::SSH_PORT_BLOCKED),
    (&["kex_exchange_identification"], kind::SSH_PORT_BLOCKED),
    (&["banner exchange"], kind::SSH_PORT_BLOCKED),
    (&["ssh_exchange_identification"], kind::SSH_PORT_BLOCKED),
    (&["cannot run ssh"], kind::VCS_TOOL_MISSING),
    (&["ssh: not found"], kind::VCS_TOOL_MISSING),
    (&["ssh: command not found"], kind::VCS_TOOL_MISSING),
    (&["response 407"], kind::HTTP_PROXY_AUTH),
    (&["error: 407"], kind::HTTP_PROXY_AUTH),
    (&["proxy authentication required"], kind::HTTP_PROXY_AUTH),
    (&["connect tunnel failed"], kind::HTTP_PROXY_BROKEN),
    (&["proxy connect aborted"], kind::HTTP_PROXY_BROKEN),
    (&["from proxy after connect"], kind::HTTP_PROXY_BROKEN),
    (&["unsupported proxy"], kind::HTTP_PROXY_BROKEN),
    (&["error setting certificate"], kind::CA_BUNDLE_MISSING),
    (&["error adding trust anchors"], kind::CA_BUNDLE_MISSING),
    (&["problem with the ssl ca cert"], kind::CA_BUNDLE_MISSING),
    (&["certificate has expired"], kind::TLS_CERT_EXPIRED_OR_CLOCK),
    (&["certificate is not yet valid"], kind::TLS_CERT_EXPIRED_OR_CLOCK),
    (&["certificate expired"], kind::TLS_CERT_EXPIRED_OR_CLOCK),
    (&["no alternative certificate subject name"], kind::TLS_NAME_MISMATCH),
    (&["does not match target host name"], kind::TLS_NAME_MISMATCH),
    (&["certificate subject name"], kind::TLS_NAME_MISMATCH),
    (&["server certificate verification failed"], kind::TLS_UNKNOWN_AUTHORITY),
    (&["unable to get local issuer"], kind::TLS_UNKNOWN_AUTHORITY),
    (&["self-signed certificate"], kind::TLS_UNKNOWN_AUTHORITY),
    (&["self signed certificate"], kind::TLS_UNKNOWN_AUTHORITY),
    (&["could not read username"], kind::GIT_HTTPS_NO_CREDENTIALS),
    (&["could not read password"], kind::GIT_HTTPS_NO_CREDENTIALS),
    (&["authentication failed for"], kind::GIT_HTTPS_AUTH_REJECTED),
    (&["access denied"], kind::GIT_HTTPS_AUTH_REJECTED),
    (&["returned error: 401"], kind::GIT_HTTPS_AUTH_REJECTED),
    (&["returned error: 403"], kind::GIT_HTTPS_AUTH_REJECTED),
    (&["repository", "not found"], kind::GIT_REPO_NOT_FOUND),
    (&["project you were looking for could not be found"], kind::GIT_REPO_NOT_FOUND),
    (&["returned error: 404"], kind::GIT_REPO_NOT_FOUND),
    (&["does not appear to be a git repository"], kind::GIT_REPO_NOT_FOUND),
    (&["not valid: is this a git repository"], kind::GIT_REPO_NOT_FOUND),
    (&["unknown option", "end-of-options"], kind::GIT_TOO_OLD),
    (&["usage: git"], kind::GIT_TOO_OLD),
    (&["detected dubious ownership"], kind::GIT_DUBIOUS_OWNERSHIP),
    (&["bad config"], kind::GIT_CONFIG_BROKEN),
    (&["unable to find remote helper"], kind::GIT_CONFIG_BROKEN),
    (&["not allowed", "transport"], kind::GIT_CONFIG_BROKEN),
    (&["url using bad/illegal format"], kind::GIT_CONFIG_BROKEN),
    (&["no host part"], kind::GIT_CONFIG_BROKEN),
    (&["early eof"], kind::GIT_TRANSFER_INTERRUPTED),
    (&["rpc failed"], kind::GIT_TRANSFER_INTERRUPTED),
    (&["recv error"], kind::GIT_TRANSFER_INTERRUPTED),
    (&["remote end hung up unexpectedly"], kind::GIT_TRANSFER_INTERRUPTED),
    (&["failed to connect to"], kind::ORIGIN_UNREACHABLE),
    (&["couldn't connect to server"], kind::ORIGIN_UNREACHABLE),
    (&["connection refused"], kind::ORIGIN_UNREACHABLE),
    (&["connection timed out"], kind::ORIGIN_UNREACHABLE),
    (&["connection reset"], kind::ORIGIN_UNREACHABLE),
    (&["returned error: 5"], kind::ORIGIN_UNREACHABLE),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of git 2.39 and OpenSSH 9.2, and of servers in the field.
    #[test]
    fn words_and_their_meaning() {
        for (words, want) in [
            (
                "fatal: could not read Username for 'https://git.corp.com': terminal prompts disabled",
                "git-https-no-credentials",
            ),
            (
                "remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://git.corp.com/a/'",
                "git-https-auth-rejected",
            ),
            (
                "fatal: unable to access 'https://h/a/': The requested URL returned error: 403",
                "git-https-auth-rejected",
            ),
            (
                "remote: Repository not found.\nfatal: repository 'https://h/a/' not found",
                "git-repo-not-found",
            ),
            (
                "ERROR: Repository not found.\nfatal: Could not read from remote repository.",
                "git-repo-not-found",
            ),
            (
                "git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.",
                "ssh-publickey-denied",
            ),
            (
                "Host key verification failed.\nfatal: Could not read from remote repository.",
                "ssh-hostkey-unknown",
            ),
            (
                "@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@\nHost key verification failed.",
                "ssh-hostkey-changed",
            ),
            (
                "No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed.",
                "ssh-hostkey-unknown",
            ),
            (
                "@ WARNING: UNPROTECTED PRIVATE KEY FILE! @\nPermissions 0644 for 'k' are too open.\n\
                 git@h: Permission denied (publickey).",
                "ssh-client-files-bad",
            ),
            (
                "ssh: connect to host h port 22: Connection timed out\nfatal: Could not read",
                "ssh-port-blocked",
            ),
            ("ssh: Could not resolve hostname h: Name or service not known", "dns-failure"),
            ("fatal: unable to access 'https://h/': Could not resolve host: h", "dns-failure"),
            ("fatal: unable to access 'https://h/': Could not resolve proxy: p", "http-proxy-broken"),
            ("fatal: unable to access 'https://h/': CONNECT tunnel failed, response 407", "http-proxy-auth"),
            (
                "fatal: unable to access 'https://h/': CONNECT tunnel failed, response 503",
                "http-proxy-broken",
            ),
            (
                "fatal: unable to access 'https://h/': server certificate verification failed. CAfile: none CRLfile: none",
                "tls-unknown-authority",
            ),
            (
                "fatal: unable to access 'https://h/': error setting certificate verify locations:  CAfile: /x",
                "ca-bundle-missing",
            ),
            (
                "fatal: unable to access 'https://h/': SSL: no alternative certificate subject name matches target host name 'h'",
                "tls-name-mismatch",
            ),
            (
                "Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa",
                "ssh-legacy-algorithm",
            ),
            ("fatal: '/srv/x' does not appear to be a git repository", "git-repo-not-found"),
            ("fatal: bad config line 3 in file /home/li/.gitconfig", "git-config-broken"),
            ("fatal: unable to find remote helper for 'htps'", "git-config-broken"),
            ("fatal: transport 'file' not allowed", "git-config-broken"),
            (
                "fatal: unable to access 'https://h/': Failed to connect to h port 443 after 3 ms: Couldn't connect to server",
                "origin-unreachable",
            ),
            (
                "error: RPC failed; curl 56 GnuTLS recv error (-54)\nfatal: early EOF",
                "git-transfer-interrupted",
            ),
            ("error: cannot run ssh: No such file or directory", "vcs-tool-missing"),
        ] {
            assert_eq!(kind_of(words).map(Kind::name), Some(want), "{words}");
        }
        assert_eq!(kind_of("all is well"), None);
    }

    #[test]
    fn the_line_that_tells() {
        let changed = "@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@\nfatal: Could not read";
        assert_eq!(telling_line(changed), "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!");
        assert_eq!(telling_line("hint\nfatal: odd\nmore"), "fatal: odd");
        assert_eq!(telling_line("one\ntwo\n\n"), "two");
        assert_eq!(telling_line(""), "");
    }
}
