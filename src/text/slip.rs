//! Slips of the keyboard: which known word somebody meant.

/// The first of `known` that is one slip away from `word`: a letter too many, one too few, a wrong one, or two swapped.
pub(super) fn meant<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .find(|known| one_slip(word.as_bytes(), known.as_bytes()))
}

fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    match (&a[head..], &b[head..]) {
        ([_, a @ ..], b) | (b, [_, a @ ..]) if a == b => true,
        // In a very short word another letter makes another word: `sso` is not `ssh`.
        ([_, a @ ..], [_, b @ ..]) if a == b => head + a.len() >= 3,
        ([a1, a2, a @ ..], [b1, b2, b @ ..]) => (a1, a2, a) == (b2, b1, b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_and_no_more() {
        let known = ["https", "ssh", "user"];
        for (word, want) in [
            ("htps", Some("https")),
            ("httpss", Some("https")),
            ("httsp", Some("https")),
            ("hxtps", Some("https")),
            ("shs", Some("ssh")),
            ("usr", Some("user")),
            ("sso", None),
            ("ftp", None),
            ("https", None),
            ("", None),
        ] {
            assert_eq!(meant(word, known), want, "{word}");
        }
    }
}
