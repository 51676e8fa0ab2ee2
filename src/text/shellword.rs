//! A word of a command that a person pastes into a shell.

/// The word as a POSIX shell takes it: in single quotes where it has to be, but for a `~/` in front, which means home.
pub fn shell_word(word: &str) -> String {
    let (home, rest) = match word.strip_prefix("~/") {
        Some(rest) => ("~/", rest),
        None => ("", word),
    };
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=~".contains(c);
    if rest.chars().all(plain) && !word.is_empty() {
        return word.to_owned();
    }
    format!("{home}'{}'", rest.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn as_a_shell_takes_it() {
        for (word, want) in [
            ("/home/li/.ssh/config", "/home/li/.ssh/config"),
            ("/home/李 雷/a'b", "'/home/李 雷/a'\\''b'"),
            ("~/李 雷", "~/'李 雷'"),
            ("~/.gitconfig", "~/.gitconfig"),
            ("cache --timeout=28800", "'cache --timeout=28800'"),
            ("two\nlines", "'two\nlines'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(word), want);
        }
    }
}
