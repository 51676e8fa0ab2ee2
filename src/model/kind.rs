//! The vocabulary of root causes that `doctor`, `explain`, `verify` and `trace` share. Names are permanent.

use std::fmt;

use serde::{Serialize, Serializer};

/// The name of a root cause that a user can act upon, in kebab-case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    name: &'static str,
    family: Option<&'static str>,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The broader kind that a log of the same cause would show, if this one refines another.
    pub const fn family(self) -> Option<&'static str> {
        self.family
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Kind> {
        ALL.iter().copied().find(|kind| kind.name == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $id:ident = $name:literal $(< $family:literal)?;)*) => {
        $($(#[$doc])* pub const $id: Kind = Kind { name: $name, family: kinds!(@family $($family)?) };)*
        /// Every kind, in the order of the vocabulary.
        pub const ALL: &[Kind] = &[$($id),*];
    };
    (@family) => { None };
    (@family $family:literal) => { Some($family) };
}

kinds! {
    // Seen in logs, and found on machines.
    GOSUM_MISMATCH = "gosum-mismatch";
    SUMDB_MISMATCH = "sumdb-mismatch";
    MODCACHE_MODIFIED = "modcache-modified";
    MODULE_ZIP_INVALID = "module-zip-invalid";
    GOSUM_MISSING_ENTRY = "gosum-missing-entry";
    PRIVATE_MODULE_SENT_TO_SUMDB = "private-module-sent-to-sumdb";
    PRIVATE_MODULE_SENT_TO_PROXY = "private-module-sent-to-proxy";
    SUMDB_UNREACHABLE = "sumdb-unreachable";
    SUMDB_CONFIG_INVALID = "sumdb-config-invalid";
    GOPROXY_UNREACHABLE = "goproxy-unreachable";
    ORIGIN_UNREACHABLE = "origin-unreachable";
    GOPROXY_CONFIG_INVALID = "goproxy-config-invalid";
    GOPROXY_OFF = "goproxy-off";
    GOPROXY_AUTH_DENIED = "goproxy-auth-denied";
    GOPROXY_SERVER_ERROR = "goproxy-server-error";
    HTTP_PROXY_BROKEN = "http-proxy-broken";
    HTTP_PROXY_AUTH = "http-proxy-auth";
    GATEWAY_INTERFERENCE = "gateway-interference";
    GIT_HTTPS_NO_CREDENTIALS = "git-https-no-credentials";
    GIT_HTTPS_AUTH_REJECTED = "git-https-auth-rejected";
    GIT_REPO_NOT_FOUND = "git-repo-not-found";
    GIT_TRANSFER_INTERRUPTED = "git-transfer-interrupted";
    GIT_CONFIG_BROKEN = "git-config-broken";
    GIT_DUBIOUS_OWNERSHIP = "git-dubious-ownership";
    SSH_PUBLICKEY_DENIED = "ssh-publickey-denied";
    SSH_HOSTKEY_UNKNOWN = "ssh-hostkey-unknown";
    SSH_HOSTKEY_CHANGED = "ssh-hostkey-changed";
    SSH_PORT_BLOCKED = "ssh-port-blocked";
    SSH_CLIENT_FILES_BAD = "ssh-client-files-bad";
    SSH_LEGACY_ALGORITHM = "ssh-legacy-algorithm";
    SSH_ACCOUNT_MISSING = "ssh-account-missing";
    TLS_UNKNOWN_AUTHORITY = "tls-unknown-authority";
    CA_BUNDLE_MISSING = "ca-bundle-missing";
    TLS_NAME_MISMATCH = "tls-name-mismatch";
    TLS_CERT_EXPIRED_OR_CLOCK = "tls-cert-expired-or-clock";
    PLAIN_HTTP_HOST = "plain-http-host";
    GO_IMPORT_META_MISSING = "go-import-meta-missing";
    GO_IMPORT_META_MISMATCH = "go-import-meta-mismatch";
    GITLAB_SUBGROUP_PATH = "gitlab-subgroup-path";
    UNKNOWN_REVISION = "unknown-revision";
    INVALID_VERSION = "invalid-version";
    MODULE_PATH_MISMATCH = "module-path-mismatch";
    MAJOR_VERSION_SUFFIX = "major-version-suffix";
    PACKAGE_NOT_IN_MODULE = "package-not-in-module";
    REPLACE_TARGET_MISSING = "replace-target-missing";
    GOMOD_NEEDS_UPDATE = "gomod-needs-update";
    GOMOD_MISSING = "gomod-missing";
    GOMOD_SYNTAX_ERROR = "gomod-syntax-error";
    VENDOR_INCONSISTENT = "vendor-inconsistent";
    GO_TOO_OLD = "go-too-old";
    TOOLCHAIN_UNAVAILABLE = "toolchain-unavailable";
    GOPATH_MODE = "gopath-mode";
    GOROOT_BROKEN = "goroot-broken";
    CACHE_DIR_UNUSABLE = "cache-dir-unusable";
    DISK_FULL = "disk-full";
    DNS_FAILURE = "dns-failure";
    VCS_TOOL_MISSING = "vcs-tool-missing";
    C_TOOLCHAIN_MISSING = "c-toolchain-missing";
    WRONG_ARCH_BINARY = "wrong-arch-binary";
    GLIBC_TOO_OLD = "glibc-too-old";
    UNSUPPORTED_PLATFORM = "unsupported-platform";
    NOTHING_RECOGNIZED = "nothing-recognized";
    // Found on a machine.
    ENV_VAR_OVERRIDES_GOENV = "env-var-overrides-goenv";
    GOENV_IGNORED = "goenv-ignored";
    GOPROXY_MISSING_SCHEME = "goproxy-missing-scheme" < "goproxy-config-invalid";
    GOPROXY_BAD_SEPARATOR = "goproxy-bad-separator" < "goproxy-config-invalid";
    GOPROXY_HAS_QUOTES = "goproxy-has-quotes" < "goproxy-config-invalid";
    GOPROXY_HAS_SPACE = "goproxy-has-space" < "goproxy-config-invalid";
    REPLACE_CONFLICT = "replace-conflict";
    GOWORK_DUPLICATE_MODULE = "gowork-duplicate-module";
    GOPROXY_DEAD = "goproxy-dead" < "goproxy-unreachable";
    GOSUMDB_MALFORMED = "gosumdb-malformed" < "sumdb-config-invalid";
    GOSUMDB_OFF = "gosumdb-off";
    GOPRIVATE_HAS_SCHEME = "goprivate-has-scheme" < "private-module-sent-to-proxy";
    GOPRIVATE_DOES_NOT_COVER_HOST = "goprivate-does-not-cover-host" < "private-module-sent-to-proxy";
    GOINSECURE_TOO_WIDE = "goinsecure-too-wide";
    GO111MODULE_OFF = "go111module-off" < "gopath-mode";
    GOFLAGS_INVALID = "goflags-invalid";
    GOFLAGS_VENDOR_WITHOUT_VENDOR = "goflags-vendor-without-vendor";
    GOROOT_WRONG = "goroot-wrong" < "goroot-broken";
    GOPATH_RELATIVE = "gopath-relative";
    TOOLCHAIN_NEWER_THAN_LOCAL = "toolchain-newer-than-local" < "toolchain-unavailable";
    TOOLCHAIN_NOT_ON_PROXY = "toolchain-not-on-proxy" < "toolchain-unavailable";
    HTTP_PROXY_LOWERCASE_CONFLICT = "http-proxy-lowercase-conflict";
    HTTP_PROXY_BAD_SCHEME = "http-proxy-bad-scheme" < "http-proxy-broken";
    HTTP_PROXY_DEAD = "http-proxy-dead" < "http-proxy-broken";
    NO_PROXY_MISSES_PRIVATE_HOST = "no-proxy-misses-private-host" < "http-proxy-broken";
    GITCONFIG_SYNTAX_ERROR = "gitconfig-syntax-error" < "git-config-broken";
    GITCONFIG_INSTEADOF_LOOP = "gitconfig-insteadof-loop" < "git-config-broken";
    INSTEADOF_SHADOWS = "insteadof-shadows";
    INSTEADOF_MALFORMED_URL = "insteadof-malformed-url" < "git-config-broken";
    SSLVERIFY_DISABLED = "sslverify-disabled";
    SSLCAINFO_MISSING = "sslcainfo-missing" < "ca-bundle-missing";
    CREDENTIAL_HELPER_MISSING = "credential-helper-missing" < "git-https-no-credentials";
    CREDENTIAL_STORE_PLAINTEXT = "credential-store-plaintext";
    GIT_CREDENTIALS_TOO_OPEN = "git-credentials-too-open";
    TOKEN_IN_GITCONFIG = "token-in-gitconfig";
    SAFE_DIRECTORY_WILDCARD = "safe-directory-wildcard";
    SSH_KEY_TOO_OPEN = "ssh-key-too-open" < "ssh-client-files-bad";
    SSH_DIR_TOO_OPEN = "ssh-dir-too-open" < "ssh-client-files-bad";
    SSH_CONFIG_BAD_OPTION = "ssh-config-bad-option" < "ssh-client-files-bad";
    SSH_CONFIG_BAD_INCLUDE = "ssh-config-bad-include";
    SSH_IDENTITYFILE_MISSING = "ssh-identityfile-missing";
    SSH_KEY_INVALID = "ssh-key-invalid" < "ssh-client-files-bad";
    SSH_HOSTKEY_CHECK_OFF = "ssh-hostkey-check-off";
    KNOWN_HOSTS_MISSING = "known-hosts-missing" < "ssh-hostkey-unknown";
    NETRC_TOO_OPEN = "netrc-too-open";
    NETRC_WRONG_HOST = "netrc-wrong-host" < "git-https-no-credentials";
    NETRC_MALFORMED = "netrc-malformed" < "git-https-no-credentials";
    GOMODCACHE_CORRUPT_ZIP = "gomodcache-corrupt-zip" < "module-zip-invalid";
    GOMODCACHE_TAMPERED_ZIP = "gomodcache-tampered-zip" < "gosum-mismatch";
    GOMODCACHE_TAMPERED_DIR = "gomodcache-tampered-dir" < "modcache-modified";
    GOMODCACHE_BAD_GOMOD = "gomodcache-bad-gomod";
    GOSUM_DUPLICATE_CONFLICT = "gosum-duplicate-conflict" < "gosum-mismatch";
    GOSUM_MISSING_H1 = "gosum-missing-h1" < "gosum-missing-entry";
    GOSUM_WRONG_HASH = "gosum-wrong-hash" < "gosum-mismatch";
    GOSUM_MALFORMED = "gosum-malformed" < "gomod-syntax-error";
    GOMOD_MALFORMED = "gomod-malformed" < "gomod-syntax-error";
    REPLACE_DIR_MISSING = "replace-dir-missing" < "replace-target-missing";
    GOWORK_USE_MISSING = "gowork-use-missing";
    GO_MISSING = "go-missing";
    GO_INSTALL_REPLACE = "go-install-replace";
    GOPROXY_CREDENTIALS_HTTP = "goproxy-credentials-http";
    GOPROXY_PLAIN_HTTP = "goproxy-plain-http";
    GOPROXY_LEAKS_REFUSED = "goproxy-leaks-refused";
    GOPROXY_IGNORED_ELEMENTS = "goproxy-ignored-elements";
    SUMDB_CLOSED = "sumdb-closed" < "sumdb-unreachable";
    GOPRIVATE_MALFORMED = "goprivate-malformed" < "private-module-sent-to-proxy";
    GOPRIVATE_TOO_WIDE = "goprivate-too-wide";
    GONOPROXY_REPLACES_GOPRIVATE = "gonoproxy-replaces-goprivate";
    GONOSUMDB_REPLACES_GOPRIVATE = "gonosumdb-replaces-goprivate";
    GO111MODULE_INVALID = "go111module-invalid" < "gopath-mode";
    GOFLAGS_INSECURE = "goflags-insecure";
    GOFLAGS_MOD_MOD = "goflags-mod-mod";
    GOTOOLCHAIN_INVALID = "gotoolchain-invalid" < "toolchain-unavailable";
    GOVCS_INVALID = "govcs-invalid";
    GOAUTH_INVALID = "goauth-invalid";
    GOPATH_IS_GOROOT = "gopath-is-goroot";
    GO_DIR_RELATIVE = "go-dir-relative" < "cache-dir-unusable";
    GOCACHE_OFF = "gocache-off" < "cache-dir-unusable";
    GOENV_RELATIVE = "goenv-relative";
    GOENV_BOM = "goenv-bom";
    GOENV_CRLF = "goenv-crlf";
    GOENV_LINE_IGNORED = "goenv-line-ignored";
    GOENV_EMPTY_VALUE = "goenv-empty-value";
    GOENV_UNKNOWN_VARIABLE = "goenv-unknown-variable";
    GOENV_UNREADABLE = "goenv-unreadable";
    SHELL_FILE_UNREADABLE = "shell-file-unreadable";
    HOME_OF_ANOTHER = "home-of-another" < "cache-dir-unusable";
    GO_SHIM_UNDECIDED = "go-shim-undecided";
    GO_OF_WINDOWS = "go-of-windows";
    GODEBUG_WEAKENS = "godebug-weakens";
    GOARCH_FOREIGN = "goarch-foreign" < "wrong-arch-binary";
    JOURNAL_INTERRUPTED = "journal-interrupted";
    JOURNAL_UNREADABLE = "journal-unreadable";
    PROFILE_DRIFT = "profile-drift";
    GIT_TOO_OLD = "git-too-old";
    GIT_SETTING_SHADOWED = "git-setting-shadowed";
    SSH_OPTION_SHADOWED = "ssh-option-shadowed";
    GO_VULNERABLE = "go-vulnerable";
    GO_SHADOWED = "go-shadowed";
    GOROOT_MISMATCH = "goroot-mismatch" < "goroot-broken";
    GOWORK_MISSING = "gowork-missing";
    GOWORK_GO_TOO_OLD = "gowork-go-too-old";
    GOWORK_MODULE_NOT_LISTED = "gowork-module-not-listed";
    GOPATH_LEFTOVER = "gopath-leftover";
    TMP_NOEXEC = "tmp-noexec";
    CACHE_ON_NETWORK = "cache-on-network";
    GOMODCACHE_LEFTOVERS = "gomodcache-leftovers";
    LOADER_MISSING = "loader-missing" < "wrong-arch-binary";
    SSH_CONFIG_MALFORMED = "ssh-config-malformed" < "ssh-client-files-bad";
    SSH_HOSTKEY_REVOKED = "ssh-hostkey-revoked" < "ssh-hostkey-changed";
    SSH_AGENT_UNREACHABLE = "ssh-agent-unreachable";
    SSH_LEGACY_TOO_WIDE = "ssh-legacy-too-wide";
    NETRC_IGNORED = "netrc-ignored" < "git-https-no-credentials";
    NO_PROXY_MALFORMED = "no-proxy-malformed" < "http-proxy-broken";
    HTTP_PROXY_CGI = "http-proxy-cgi" < "http-proxy-broken";
    ALL_PROXY_IGNORED = "all-proxy-ignored";
    TLS_SM2_CERTIFICATE = "tls-sm2-certificate";
    TLS_CERT_EXPIRES_SOON = "tls-cert-expires-soon" < "tls-cert-expired-or-clock";
    GIT_NO_ANSWER = "git-no-answer";
    GIT_CONFIG_IGNORED = "git-config-ignored";
    GIT_INCLUDE_MISSING = "git-include-missing";
    GIT_INCLUDE_CONDITIONAL = "git-include-conditional";
    // Verdicts of `verify`.
    MIRROR_OTHER_BYTES = "mirror-other-bytes" < "gosum-mismatch";
    TAG_MOVED = "tag-moved" < "gosum-mismatch";
    PRIVATE_RETAGGED = "private-retagged" < "gosum-mismatch";
    SOURCES_DISAGREE = "sources-disagree";
    ZIPHASH_STALE = "ziphash-stale";
    GOMODCACHE_BAD_INFO = "gomodcache-bad-info";
    MODULE_ZIP_ILLEGAL = "module-zip-illegal";
    SUMDB_INCONSISTENT = "sumdb-inconsistent";
    SUMDB_CACHE_DAMAGED = "sumdb-cache-damaged";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_families_exist() {
        let mut names = BTreeSet::new();
        for kind in ALL {
            assert!(names.insert(kind.name()), "{kind} stands twice");
            assert!(kind.name().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        }
        for family in ALL.iter().filter_map(|kind| kind.family()) {
            assert!(Kind::named(family).is_some(), "no kind {family}");
        }
    }
}
