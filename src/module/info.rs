//! `.info`: the version and its time, as proxies and the cache hold them (cmd/go/internal/modfetch/repo.go:RevInfo).

use std::fmt;

use serde::Deserialize;

/// What go reads of an `.info` file or answer; unknown fields are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Info {
    #[serde(rename = "Version", default)]
    pub version: String,
    /// RFC 3339; may be missing.
    #[serde(rename = "Time", default)]
    pub time: String,
}

/// Why an `.info` is not the one of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InfoError {
    /// Not the JSON it should be; a login page, for instance.
    Malformed(String),
    /// It names another version.
    Other(String),
}

/// Reads the `.info` of a canonical version, which it must name.
pub fn parse(content: &[u8], version: &str) -> Result<Info, InfoError> {
    let info: Info = serde_json::from_slice(content).map_err(|err| InfoError::Malformed(err.to_string()))?;
    if info.version == version { Ok(info) } else { Err(InfoError::Other(info.version)) }
}

impl fmt::Display for InfoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InfoError::Malformed(why) => f.write_str(why),
            InfoError::Other(version) => write!(f, "names version {version}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_must_be_the_one_asked_for() {
        let text = br#"{"Version":"v1.0.0","Time":"2024-01-02T03:04:05Z","Origin":{"VCS":"git"}}"#;
        assert_eq!(parse(text, "v1.0.0").unwrap().time, "2024-01-02T03:04:05Z");
        assert_eq!(parse(text, "v1.0.1"), Err(InfoError::Other("v1.0.0".into())));
        assert!(matches!(parse(b"<!DOCTYPE html>", "v1.0.0"), Err(InfoError::Malformed(_))));
        assert!(matches!(parse(b"", "v1.0.0"), Err(InfoError::Malformed(_))));
    }
}
