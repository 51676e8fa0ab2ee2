//! Which variables the env file may hold, and what `go env -w` itself would refuse to write there.

use std::fmt;

/// `internal/cfg/cfg.go:KnownEnv` of go 1.26.
const KNOWN: &[&str] = &[
    "AR",
    "CC",
    "CGO_CFLAGS",
    "CGO_CFLAGS_ALLOW",
    "CGO_CFLAGS_DISALLOW",
    "CGO_CPPFLAGS",
    "CGO_CPPFLAGS_ALLOW",
    "CGO_CPPFLAGS_DISALLOW",
    "CGO_CXXFLAGS",
    "CGO_CXXFLAGS_ALLOW",
    "CGO_CXXFLAGS_DISALLOW",
    "CGO_ENABLED",
    "CGO_FFLAGS",
    "CGO_FFLAGS_ALLOW",
    "CGO_FFLAGS_DISALLOW",
    "CGO_LDFLAGS",
    "CGO_LDFLAGS_ALLOW",
    "CGO_LDFLAGS_DISALLOW",
    "CXX",
    "FC",
    "GCCGO",
    "GO111MODULE",
    "GO386",
    "GOAMD64",
    "GOARCH",
    "GOARM",
    "GOARM64",
    "GOAUTH",
    "GOBIN",
    "GOCACHE",
    "GOCACHEPROG",
    "GOENV",
    "GOEXE",
    "GOEXPERIMENT",
    "GOFIPS140",
    "GOFLAGS",
    "GOGCCFLAGS",
    "GOHOSTARCH",
    "GOHOSTOS",
    "GOINSECURE",
    "GOMIPS",
    "GOMIPS64",
    "GOMODCACHE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOOS",
    "GOPATH",
    "GOPPC64",
    "GOPRIVATE",
    "GOPROXY",
    "GORISCV64",
    "GOROOT",
    "GOSUMDB",
    "GOTMPDIR",
    "GOTOOLCHAIN",
    "GOTOOLDIR",
    "GOVCS",
    "GOWASM",
    "GOWORK",
    "GO_EXTLINK_ENABLED",
    "PKG_CONFIG",
];

/// `envcmd/env.go:checkEnvWrite`.
const NEVER: &[&str] = &[
    "GOEXE",
    "GOGCCFLAGS",
    "GOHOSTARCH",
    "GOHOSTOS",
    "GOMOD",
    "GOWORK",
    "GOTOOLDIR",
    "GOVERSION",
    "GOTELEMETRY",
    "GOTELEMETRYDIR",
];

/// Why `go env -w` would not write it, in its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether some version of go reads this variable.
pub fn is_known(key: &str) -> bool {
    KNOWN.contains(&key)
}

/// Whether the env file may hold it.
pub fn is_writable(key: &str) -> bool {
    is_known(key) && !NEVER.contains(&key) && !matches!(key, "GOENV" | "GODEBUG")
}

/// What `go env -w KEY=VALUE` checks before it writes (`checkEnvWrite`, GOTMPDIR of `runEnvW`).
///
/// `is_abs` is the target system's notion of an absolute path.
pub fn check_write(key: &str, value: &str, is_abs: impl Fn(&str) -> bool) -> Result<(), Refusal> {
    let refuse = |why: String| Err(Refusal(why));
    if NEVER.contains(&key) {
        return refuse(format!("{key} cannot be modified"));
    }
    if matches!(key, "GOENV" | "GODEBUG") {
        return refuse(format!("{key} can only be set using the OS environment"));
    }
    if !is_known(key) {
        return refuse(format!("unknown go command variable {key}"));
    }
    let relative = |entry: &str| !entry.is_empty() && !is_abs(entry);
    match key {
        "GO111MODULE" if !matches!(value, "" | "auto" | "on" | "off") => {
            return refuse(format!("invalid GO111MODULE value {value:?}"));
        }
        "GOPATH" if value.starts_with('~') => {
            return refuse(format!("GOPATH entry cannot start with shell metacharacter '~': {value:?}"));
        }
        "GOPATH" | "GOMODCACHE" if relative(value) => {
            return refuse(format!("{key} entry is relative; must be absolute path: {value:?}"));
        }
        "GOTMPDIR" if relative(value) => return refuse("GOTMPDIR must be an absolute path".into()),
        "CC" | "CXX" if !value.is_empty() => {
            let words =
                super::super::quoted::split(value).map_err(|err| Refusal(format!("invalid {key}: {err}")))?;
            let Some(program) = words.first() else {
                return refuse(format!("{key} entry cannot contain only space"));
            };
            if program.contains(['/', '\\']) && !is_abs(program) {
                return refuse(format!("{key} entry is relative; must be absolute path: {program:?}"));
            }
        }
        _ => {}
    }
    if value.contains('\0') {
        return refuse(format!("invalid NUL in {key}=... value"));
    }
    if value.contains(['\x0b', '\r', '\n']) {
        return refuse(format!("invalid newline in {key}=... value"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_words() {
        let check = |key, value| check_write(key, value, |p| p.starts_with('/')).map_err(|r| r.0);
        assert_eq!(check("GOPROXY", "not a url"), Ok(()));
        assert_eq!(check("GO111MODULE", "yes").unwrap_err(), "invalid GO111MODULE value \"yes\"");
        assert_eq!(
            check("GOPATH", "~/go").unwrap_err(),
            "GOPATH entry cannot start with shell metacharacter '~': \"~/go\""
        );
        assert_eq!(check("GONOSUMCHECK", "1").unwrap_err(), "unknown go command variable GONOSUMCHECK");
        assert_eq!(check("GODEBUG", "x").unwrap_err(), "GODEBUG can only be set using the OS environment");
        assert_eq!(check("GOWORK", "off").unwrap_err(), "GOWORK cannot be modified");
        assert_eq!(
            check("CC", "./gcc").unwrap_err(),
            "CC entry is relative; must be absolute path: \"./gcc\""
        );
        assert_eq!(check("CC", "'gcc").unwrap_err(), "invalid CC: unterminated ' string");
        assert_eq!(check("GOFLAGS", "a\nb").unwrap_err(), "invalid newline in GOFLAGS=... value");
    }
}
