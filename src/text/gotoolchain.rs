//! GOTOOLCHAIN: what the value means, or go's words for what is wrong with it (cmd/go/internal/toolchain/select.go).

use super::gostr;
use super::gover;

/// A GOTOOLCHAIN that go accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoToolchain {
    /// The least toolchain: `None` for the local one.
    pub min: Option<String>,
    pub beyond: Beyond,
}

/// Where a newer toolchain may come from, when go.mod asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// From nowhere: `local`, or a named toolchain alone.
    Never,
    /// From PATH only.
    Path,
    /// From PATH, else by download.
    Auto,
}

/// Go's words behind `go: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(pub String);

impl GoToolchain {
    /// Whether go may download a toolchain, be it the named one.
    pub fn may_download(&self) -> bool {
        self.beyond == Beyond::Auto || (self.beyond == Beyond::Never && self.min.is_some())
    }
}

/// Parses a value; `None` for the empty one, which makes go use the local toolchain without looking at go.mod.
pub fn parse(value: &str) -> Result<Option<GoToolchain>, Invalid> {
    let beyond = |beyond| Ok(Some(GoToolchain { min: None, beyond }));
    match value {
        "" => return Ok(None),
        "auto" => return beyond(Beyond::Auto),
        "path" => return beyond(Beyond::Path),
        _ => {}
    }
    let quoted = gostr::quote(value);
    let (min, suffix) = match value.split_once('+') {
        Some((min, suffix)) => (min, Some(suffix)),
        None => (value, None),
    };
    if min != "local" && gover::from_toolchain(min).is_none() {
        let more = match suffix {
            Some(_) => format!(": invalid minimum toolchain {}", gostr::quote(min)),
            None => String::new(),
        };
        return Err(Invalid(format!("invalid GOTOOLCHAIN {quoted}{more}")));
    }
    let beyond = match suffix {
        None => Beyond::Never,
        Some("auto") => Beyond::Auto,
        Some("path") => Beyond::Path,
        Some(_) => {
            let words = format!("invalid GOTOOLCHAIN {quoted}: only version suffixes are +auto and +path");
            return Err(Invalid(words));
        }
    };
    if min != "local" && beyond == Beyond::Never {
        check_is_go1(min)?;
    }
    Ok(Some(GoToolchain { min: (min != "local").then(|| min.to_owned()), beyond }))
}

/// The "minimal sanity check" before a toolchain is looked for in PATH.
fn check_is_go1(name: &str) -> Result<(), Invalid> {
    if name.starts_with("go1") || name.contains("-go1") {
        return Ok(());
    }
    Err(Invalid(format!("invalid GOTOOLCHAIN {}", gostr::quote(name))))
}

/// The toolchain that a setting chooses for a go.mod (or go.work), as `Select` does.
///
/// `local` is the running toolchain (`go1.26.8`), `go` and `toolchain` the lines of the file; `""` where there is none.
/// The error is go's words for an unusable `toolchain` line of `file`, or for a toolchain that is no Go 1.
pub fn select(
    setting: &GoToolchain,
    local: &str,
    go: &str,
    toolchain: &str,
    file: &str,
) -> Result<String, Invalid> {
    let mut chosen = setting.min.as_deref().unwrap_or(local).to_owned();
    let mut version = gover::from_toolchain(&chosen).unwrap_or("").to_owned();
    if setting.beyond == Beyond::Never || toolchain == "default" {
        return Ok(chosen);
    }
    if !toolchain.is_empty() {
        let Some(asked) = gover::from_toolchain(toolchain) else {
            return Err(Invalid(format!("invalid toolchain {} in {file}", gostr::quote(toolchain))));
        };
        if gover::compare(asked, &version).is_gt() {
            toolchain.clone_into(&mut chosen);
            asked.clone_into(&mut version);
        }
    }
    if gover::compare(go, &version).is_gt() {
        chosen = gover::toolchain_for(go);
    }
    if chosen != local {
        check_is_go1(&chosen)?;
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(value: &str) -> GoToolchain {
        parse(value).unwrap().unwrap()
    }

    #[test]
    fn grammar() {
        assert_eq!(parse(""), Ok(None));
        for (value, min, beyond, download) in [
            ("local", None, Beyond::Never, false),
            ("auto", None, Beyond::Auto, true),
            ("path", None, Beyond::Path, false),
            ("local+auto", None, Beyond::Auto, true),
            ("go1.22.3", Some("go1.22.3"), Beyond::Never, true),
            ("go1.22.3-corp+path", Some("go1.22.3-corp"), Beyond::Path, false),
            ("go1.22.3+auto", Some("go1.22.3"), Beyond::Auto, true),
        ] {
            let parsed = good(value);
            assert_eq!(
                (parsed.min.as_deref(), parsed.beyond, parsed.may_download()),
                (min, beyond, download),
                "{value}"
            );
        }
    }

    #[test]
    fn go_words() {
        for (value, words) in [
            ("off", "invalid GOTOOLCHAIN \"off\""),
            ("latest", "invalid GOTOOLCHAIN \"latest\""),
            ("1.22", "invalid GOTOOLCHAIN \"1.22\""),
            ("AUTO", "invalid GOTOOLCHAIN \"AUTO\""),
            ("local\r", "invalid GOTOOLCHAIN \"local\\r\""),
            ("1.22+auto", "invalid GOTOOLCHAIN \"1.22+auto\": invalid minimum toolchain \"1.22\""),
            ("auto+auto", "invalid GOTOOLCHAIN \"auto+auto\": invalid minimum toolchain \"auto\""),
            ("go1.22.3+x", "invalid GOTOOLCHAIN \"go1.22.3+x\": only version suffixes are +auto and +path"),
            ("local+", "invalid GOTOOLCHAIN \"local+\": only version suffixes are +auto and +path"),
            ("go2.0", "invalid GOTOOLCHAIN \"go2.0\""),
        ] {
            assert_eq!(parse(value), Err(Invalid(words.into())), "{value}");
        }
    }

    #[test]
    fn selection() {
        for (value, go, line, want) in [
            ("auto", "1.22", "", "go1.26.8"),
            ("auto", "1.99", "", "go1.99.0"),
            ("auto", "1.27rc1", "", "go1.27rc1"),
            ("auto", "1.26", "go1.27.1", "go1.27.1"),
            ("auto", "1.28", "go1.27.1", "go1.28.0"),
            ("auto", "1.28", "default", "go1.26.8"),
            ("local", "1.99", "go1.99.1", "go1.26.8"),
            ("go1.20.1+auto", "1.21.3", "", "go1.21.3"),
            ("go1.26.8-corp+auto", "1.26.8", "go1.26.8", "go1.26.8-corp"),
        ] {
            assert_eq!(
                select(&good(value), "go1.26.8", go, line, "go.mod"),
                Ok(want.to_owned()),
                "{value} {go} {line}"
            );
        }
        assert_eq!(
            select(&good("auto"), "go1.26.8", "1.22", "go1.x", "go.mod"),
            Err(Invalid("invalid toolchain \"go1.x\" in go.mod".into()))
        );
        assert_eq!(
            select(&good("go2.0+auto"), "go1.26.8", "1.22", "", "go.mod"),
            Err(Invalid("invalid GOTOOLCHAIN \"go2.0\"".into()))
        );
    }
}
