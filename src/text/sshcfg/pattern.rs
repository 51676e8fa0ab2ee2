//! Host patterns of ssh: `*`, `?`, negation, lists (`match.c`).

/// `match_pattern`: `*` is any text, `?` one byte. Letters count as they are.
pub fn matches(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let (mut t, mut p) = (0, 0);
    // Where to go on if the last `*` should have taken one byte more.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match pattern.get(p) {
            Some(b'*') => {
                p += 1;
                retry = Some((t, p));
                continue;
            }
            Some(&want) if text.get(t).is_some_and(|&byte| want == b'?' || want == byte) => {
                t += 1;
                p += 1;
                continue;
            }
            None if t == text.len() => return true,
            _ => {}
        }
        match &mut retry {
            Some((from, after)) if *from < text.len() => {
                *from += 1;
                (t, p) = (*from, *after);
            }
            _ => return false,
        }
    }
}

/// What a list of patterns says about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// One matches, and no negated one.
    Yes,
    /// None matches.
    No,
    /// A negated one (`!pattern`) matches.
    Excluded,
}

/// `match_hostname`: patterns separated by commas; upper and lower case are the same.
pub fn in_list(name: &str, list: &str) -> Listed {
    in_folded_list(&name.to_ascii_lowercase(), &list.to_ascii_lowercase())
}

/// `match_pattern_list` after both sides were folded.
fn in_folded_list(name: &str, list: &str) -> Listed {
    /// ssh's buffer for one pattern; a longer one makes the whole list match nothing.
    const LONGEST: usize = 1022;
    let mut listed = Listed::No;
    for pattern in list.split(',') {
        let (negated, pattern) = match pattern.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        if pattern.len() > LONGEST {
            return Listed::No;
        }
        if matches(name, pattern) {
            if negated {
                return Listed::Excluded;
            }
            listed = Listed::Yes;
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (text, pattern, want) in [
            ("git.corp", "git.corp", true),
            ("git.corp", "*", true),
            ("git.corp", "*.corp", true),
            ("git.corp", "g?t.*", true),
            ("git.corp", "*corp*", true),
            ("git.corp", "*.cor", false),
            ("git.corp", "GIT.corp", false),
            ("git.corp", "", false),
            ("", "", true),
            ("", "*", true),
            ("", "?", false),
            ("aab", "*?b", true),
            ("ab", "a***b", true),
        ] {
            assert_eq!(matches(text, pattern), want, "{text} {pattern}");
        }
    }

    #[test]
    fn lists() {
        assert_eq!(in_list("Git.corp", "*.CORP,other"), Listed::Yes);
        assert_eq!(in_list("git.corp", "*.corp,!git.corp"), Listed::Excluded);
        assert_eq!(in_list("git.corp", "!git.*,*"), Listed::Excluded);
        assert_eq!(in_list("git.corp", "!other"), Listed::No);
        assert_eq!(in_list("git.corp", &format!("*,{}", "a".repeat(1023))), Listed::No);
    }

    #[test]
    fn many_stars_take_no_time() {
        assert!(!matches(&"a".repeat(300), &"*a".repeat(200).replace("*a*a", "*a*b")));
    }
}
