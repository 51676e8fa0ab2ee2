//! The keywords that OpenSSH's client knows (`readconf.c:keywords`, 9.2 and 10.0, and those since).

use crate::text::words;

/// What ssh makes of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In every OpenSSH since 7.3 (2016).
    Known,
    /// From this version on; an older one refuses the file.
    Since(u8, u8),
    /// Accepted without effect.
    Obsolete,
    /// Only in builds of these vendors; any other refuses the file.
    Vendor(&'static str),
}

/// The standing of a lower-case keyword; `None` if no ssh knows it.
pub fn standing(keyword: &str) -> Option<Standing> {
    let plain = |list: &[&str], standing| list.binary_search(&keyword).is_ok().then_some(standing);
    plain(&KNOWN, Standing::Known)
        .or_else(|| plain(&OBSOLETE, Standing::Obsolete))
        .or_else(|| plain(&PATCHED, Standing::Vendor("Debian, Ubuntu, Red Hat, openEuler")))
        .or_else(|| plain(&APPLE, Standing::Vendor("macOS")))
        .or_else(|| {
            SINCE
                .iter()
                .find(|(name, ..)| *name == keyword)
                .map(|(_, major, minor)| Standing::Since(*major, *minor))
        })
}

/// Whether ssh refuses a second argument.
pub(super) fn takes_one(keyword: &str) -> bool {
    let counted = matches!(standing(keyword), Some(Standing::Known | Standing::Since(..)));
    counted && MANY.binary_search(&keyword).is_err()
}

/// Whether the keyword takes the rest of the line as it stands, quotes and all.
pub(super) fn takes_line(keyword: &str) -> bool {
    let line = ["proxycommand", "proxyjump", "localcommand", "remotecommand", "knownhostscommand"];
    line.iter().any(|known| known.eq_ignore_ascii_case(keyword))
}

/// Every keyword with its standing.
pub fn all() -> impl Iterator<Item = (&'static str, Standing)> {
    let all = KNOWN.iter().chain(&OBSOLETE).chain(&PATCHED).chain(&APPLE).copied();
    all.chain(SINCE.iter().map(|(name, ..)| *name)).filter_map(|name| Some((name, standing(name)?)))
}

/// The keyword that was meant by one that no ssh knows (`usr` → `user`).
pub fn nearest(keyword: &str) -> Option<&'static str> {
    words::meant(keyword, ["user", "port", "host"].into_iter().chain(KNOWN))
}

const SINCE: [(&str, u8, u8); 21] = [
    ("setenv", 7, 8),
    ("remotecommand", 7, 6),
    ("bindinterface", 7, 7),
    ("casignaturealgorithms", 7, 9),
    ("securitykeyprovider", 8, 2),
    ("hostbasedacceptedalgorithms", 8, 5),
    ("knownhostscommand", 8, 5),
    ("logverbose", 8, 5),
    ("permitremoteopen", 8, 5),
    ("pubkeyacceptedalgorithms", 8, 5),
    ("forkafterauthentication", 8, 7),
    ("sessiontype", 8, 7),
    ("stdinnull", 8, 7),
    ("requiredrsasize", 9, 1),
    ("enableescapecommandline", 9, 2),
    ("tag", 9, 4),
    ("obscurekeystroketiming", 9, 5),
    ("channeltimeout", 9, 6),
    ("versionaddendum", 10, 0),
    ("refuseconnection", 10, 1),
    ("warnweakcrypto", 10, 1),
];

/// Keywords with a list, a pair, or the rest of the line.
const MANY: [&str; 24] = [
    "addkeystoagent",
    "canonicaldomains",
    "canonicalizepermittedcnames",
    "channeltimeout",
    "globalknownhostsfile",
    "host",
    "include",
    "ipqos",
    "knownhostscommand",
    "localcommand",
    "localforward",
    "logverbose",
    "match",
    "permitremoteopen",
    "proxycommand",
    "proxyjump",
    "refuseconnection",
    "rekeylimit",
    "remotecommand",
    "remoteforward",
    "sendenv",
    "setenv",
    "userknownhostsfile",
    "versionaddendum",
];

const OBSOLETE: [&str; 16] = [
    "afstokenpassing",
    "cipher",
    "compressionlevel",
    "fallbacktorsh",
    "globalknownhostsfile2",
    "kerberosauthentication",
    "kerberostgtpassing",
    "protocol",
    "rhostsauthentication",
    "rhostsrsaauthentication",
    "rsaauthentication",
    "smartcarddevice",
    "useprivilegedport",
    "userknownhostsfile2",
    "useroaming",
    "usersh",
];

/// Added by the GSSAPI key exchange patch and others that distributions carry.
const PATCHED: [&str; 9] = [
    "gssapiclientidentity",
    "gssapikexalgorithms",
    "gssapikeyexchange",
    "gssapirenewalforcesrekey",
    "gssapiserveridentity",
    "gssapitrustdns",
    "protocolkeepalives",
    "setuptimeout",
    "useblacklistedkeys",
];

const APPLE: [&str; 1] = ["usekeychain"];

const KNOWN: [&str; 91] = [
    "addkeystoagent",
    "addressfamily",
    "batchmode",
    "bindaddress",
    "canonicaldomains",
    "canonicalizefallbacklocal",
    "canonicalizehostname",
    "canonicalizemaxdots",
    "canonicalizepermittedcnames",
    "certificatefile",
    "challengeresponseauthentication",
    "checkhostip",
    "ciphers",
    "clearallforwardings",
    "compression",
    "connectionattempts",
    "connecttimeout",
    "controlmaster",
    "controlpath",
    "controlpersist",
    "dsaauthentication",
    "dynamicforward",
    "enablesshkeysign",
    "escapechar",
    "exitonforwardfailure",
    "fingerprinthash",
    "forwardagent",
    "forwardx11",
    "forwardx11timeout",
    "forwardx11trusted",
    "gatewayports",
    "globalknownhostsfile",
    "gssapiauthentication",
    "gssapidelegatecredentials",
    "hashknownhosts",
    "host",
    "hostbasedauthentication",
    "hostbasedkeytypes",
    "hostkeyalgorithms",
    "hostkeyalias",
    "hostname",
    "identitiesonly",
    "identityagent",
    "identityfile",
    "identityfile2",
    "ignoreunknown",
    "include",
    "ipqos",
    "kbdinteractiveauthentication",
    "kbdinteractivedevices",
    "keepalive",
    "kexalgorithms",
    "localcommand",
    "localforward",
    "loglevel",
    "macs",
    "match",
    "nohostauthenticationforlocalhost",
    "numberofpasswordprompts",
    "passwordauthentication",
    "permitlocalcommand",
    "pkcs11provider",
    "port",
    "preferredauthentications",
    "proxycommand",
    "proxyjump",
    "proxyusefdpass",
    "pubkeyacceptedkeytypes",
    "pubkeyauthentication",
    "rekeylimit",
    "remoteforward",
    "requesttty",
    "revokedhostkeys",
    "sendenv",
    "serveralivecountmax",
    "serveraliveinterval",
    "skeyauthentication",
    "streamlocalbindmask",
    "streamlocalbindunlink",
    "stricthostkeychecking",
    "syslogfacility",
    "tcpkeepalive",
    "tisauthentication",
    "tunnel",
    "tunneldevice",
    "updatehostkeys",
    "user",
    "userknownhostsfile",
    "verifyhostkeydns",
    "visualhostkey",
    "xauthlocation",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_disjoint() {
        for list in [&KNOWN[..], &OBSOLETE, &PATCHED, &APPLE, &MANY] {
            assert!(list.is_sorted_by(|a, b| a < b));
        }
        let mut names: Vec<&str> = all().map(|(name, _)| name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn standings() {
        assert_eq!(standing("hostname"), Some(Standing::Known));
        assert_eq!(standing("pubkeyacceptedalgorithms"), Some(Standing::Since(8, 5)));
        assert_eq!(standing("usekeychain"), Some(Standing::Vendor("macOS")));
        assert_eq!(standing("protocol"), Some(Standing::Obsolete));
        assert_eq!(standing("usr"), None);
        assert_eq!(nearest("usr"), Some("user"));
        assert_eq!(nearest("identityfiles"), Some("identityfile"));
        assert_eq!(nearest("hostnmae"), Some("hostname"));
        assert_eq!(nearest("nonsense"), None);
    }
}
