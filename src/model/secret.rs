//! Values that must not be shown: the types that print a mask in their place.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use serde::{Serialize, Serializer};

use crate::order::Order;

/// What stands for a hidden value.
pub const MASK: &str = "***";

/// A URL (or a list that contains URLs) whose `Display` and JSON hide the user information.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafeUrl(String);

impl SafeUrl {
    pub fn new(url: impl Into<String>) -> SafeUrl {
        SafeUrl(url.into())
    }

    /// The real text, credentials included: for making the request, never for showing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask_userinfo(&self.0))
    }
}

impl fmt::Debug for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for SafeUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Literal secrets met while looking (netrc passwords, tokens in a gitconfig), masked wherever they turn up.
#[derive(Clone, Default)]
pub struct Secrets(Arc<Mutex<BTreeSet<String>>>);

impl Secrets {
    /// Remembers a secret. Very short ones are not: masking them would eat ordinary words.
    pub fn learn(&self, secret: &str) {
        if secret.len() >= 4
            && let Ok(mut known) = self.0.lock()
        {
            known.insert(secret.to_owned());
        }
    }

    /// The text with every known secret replaced, longest first.
    pub fn mask(&self, text: &str) -> String {
        let Ok(known) = self.0.lock() else {
            return text.to_owned();
        };
        let mut longest_first: Vec<&String> = known.iter().filter(|secret| text.contains(*secret)).collect();
        longest_first.order_by_key(|secret| std::cmp::Reverse(secret.len()));
        longest_first.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
    }
}

/// Replaces the user information of every URL in `text` by `***`; other text is untouched.
///
/// A lone user name that is no secret by convention (`git@`) stays readable.
pub fn mask_userinfo(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (head, tail) = rest.split_at(at + 3);
        out.push_str(head);
        let end = tail.find(|c: char| c.is_whitespace() || "/?#\"'<>|,".contains(c)).unwrap_or(tail.len());
        // The authority of a URL whose password holds a raw `/` or `,` ends at the last `@` of the word.
        let word_end = tail.find(|c: char| c.is_whitespace() || "\"'<>".contains(c)).unwrap_or(tail.len());
        let authority = &tail[..end];
        let user = match authority.rfind('@') {
            Some(at) => Some(at),
            None if authority.contains(':') && !port_only(authority) => {
                tail[..word_end].rfind('@').filter(|at| !tail[..*at].contains("://"))
            }
            None => None,
        };
        rest = match user {
            Some(at) if &tail[..at] == "git" => {
                out.push_str("git@");
                &tail[at + 1..]
            }
            Some(at) => {
                out.push_str(MASK);
                out.push('@');
                &tail[at + 1..]
            }
            None => tail,
        };
    }
    out.push_str(rest);
    out
}

fn port_only(authority: &str) -> bool {
    authority.rsplit_once(':').is_some_and(|(host, port)| {
        !host.contains(':') && (port.is_empty() || port.bytes().all(|b| b.is_ascii_digit()))
    }) || authority.starts_with('[')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_information_is_masked_and_the_rest_stays() {
        for (seen, shown) in [
            ("https://u:p@h/x", "https://***@h/x"),
            ("https://token@h", "https://***@h"),
            ("ssh://git@h:2222/x", "ssh://git@h:2222/x"),
            ("https://a:1,https://u:p@b,direct", "https://a:1,https://***@b,direct"),
            ("https://u:p/q@h/x", "https://***@h/x"),
            ("https://u:p@ss@h/x", "https://***@h/x"),
            ("https://goproxy.cn/a@v1", "https://goproxy.cn/a@v1"),
            ("https://h:8443/a@v1.0.0", "https://h:8443/a@v1.0.0"),
            ("http://[::1]:80/a@v1", "http://[::1]:80/a@v1"),
            ("no url u:p@h", "no url u:p@h"),
        ] {
            assert_eq!(mask_userinfo(seen), shown);
        }
    }
}
