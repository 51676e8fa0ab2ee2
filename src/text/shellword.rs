//! A word of a command that a person pastes into a shell.

/// The word with a backslash before whatever a POSIX shell would not take as it is: quotes would keep `~` from meaning home.
pub fn shell_word(word: &str) -> String {
    if word.is_empty() {
        return "''".to_owned();
    }
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=~".contains(c);
    word.chars().fold(String::with_capacity(word.len()), |mut out, c| {
        if !plain(c) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn as_a_shell_takes_it() {
        for (word, want) in [
            ("/home/li/.ssh/config", "/home/li/.ssh/config"),
            ("/home/李 雷/a'b", "/home/李\\ 雷/a\\'b"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(word), want);
        }
    }
}
