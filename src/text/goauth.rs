//! `GOAUTH`: how the go command itself gets credentials for https (`auth/auth.go:runGoAuth`, go 1.24 and later).

/// One method, in the order written (earlier ones win).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    Off,
    Netrc,
    /// `git credential fill` in this directory.
    Git(String),
    Command(String),
}

/// The methods of a value, or what go dies of at the first https request.
///
/// That the directory of `git` exists is the caller's to check.
pub fn methods(value: &str) -> Result<Vec<Method>, String> {
    let commands: Vec<&str> = value.split(';').map(str::trim).collect();
    let mut methods = Vec::new();
    for command in &commands {
        let words: Vec<&str> = command.split_whitespace().collect();
        methods.push(match words.as_slice() {
            [] => return Err(format!("GOAUTH encountered an empty command (GOAUTH={value})")),
            ["off", ..] if commands.len() > 1 => {
                return Err(format!(
                    "GOAUTH=off cannot be combined with other authentication commands (GOAUTH={value})"
                ));
            }
            ["off", ..] => Method::Off,
            ["netrc", ..] => Method::Netrc,
            ["git", dir] if std::path::Path::new(dir).is_absolute() => Method::Git((*dir).to_owned()),
            ["git", _] => {
                return Err("GOAUTH=git dir method requires an absolute path to the git working directory, \
                            dir is not absolute"
                    .into());
            }
            ["git", ..] => {
                return Err(
                    "GOAUTH=git dir method requires an absolute path to the git working directory".into()
                );
            }
            _ => Method::Command((*command).to_owned()),
        });
    }
    Ok(methods)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_words() {
        assert_eq!(methods("netrc").unwrap(), [Method::Netrc]);
        assert_eq!(methods("netrc; my-helper x").unwrap()[1], Method::Command("my-helper x".into()));
        assert_eq!(
            methods("off;netrc").unwrap_err(),
            "GOAUTH=off cannot be combined with other authentication commands (GOAUTH=off;netrc)"
        );
        assert_eq!(methods("netrc;").unwrap_err(), "GOAUTH encountered an empty command (GOAUTH=netrc;)");
        assert!(methods("git rel").unwrap_err().ends_with("dir is not absolute"));
    }
}
