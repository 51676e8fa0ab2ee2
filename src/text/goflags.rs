//! `GOFLAGS`: words that each must be a flag some go command knows (`base/goflags.go:InitGOFLAGS`).

use super::quoted;

/// What go would refuse to start over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub word: String,
    /// In its own words.
    pub go_says: String,
}

/// A flag with its value, `-mod=vendor` → (`mod`, `vendor`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag<'a> {
    pub name: &'a str,
    pub value: Option<&'a str>,
}

/// The flags of a value, or the first word that go refuses.
pub fn flags(value: &str) -> Result<Vec<Flag<'_>>, Problem> {
    let refused = |go_says| Problem { word: value.trim().to_owned(), go_says: parsing(go_says) };
    let words = quoted::split(value).map_err(refused)?;
    let flags: Vec<Flag<'_>> = words.iter().map(|word| flag(word)).collect::<Result<_, _>>()?;
    // Only when every word is a flag of somebody's does go look at the values.
    for (flag, word) in flags.iter().zip(&words) {
        if let Some(go_says) = refusal(flag.name, flag.value) {
            return Err(Problem { word: (*word).to_owned(), go_says });
        }
    }
    Ok(flags)
}

fn flag(word: &str) -> Result<Flag<'_>, Problem> {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).unwrap_or("");
    if name.is_empty() || name.starts_with(['-', '=']) {
        return Err(Problem { word: word.to_owned(), go_says: parsing(format!("non-flag {word:?}")) });
    }
    let (name, value) = match name.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (name, None),
    };
    if !KNOWN.contains(&name) {
        return Err(Problem { word: word.to_owned(), go_says: parsing(format!("unknown flag -{name}")) });
    }
    Ok(Flag { name, value })
}

fn parsing(what: impl std::fmt::Display) -> String {
    format!("parsing $GOFLAGS: {what}")
}

/// What every command that knows the flag says of its value (`base/goflags.go:SetFromGOFLAGS`, `modload/init.go:setDefaultBuildMod`).
fn refusal(name: &str, value: Option<&str>) -> Option<String> {
    // `strconv.ParseBool`
    let boolean = |value: &str| {
        ["1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"].contains(&value)
    };
    let invalid = |value: &str, why: &str| {
        Some(format!("invalid boolean value {value:?} for flag -{name} (from $GOFLAGS): {why}"))
    };
    match (name, value) {
        ("mod" | "tags" | "ldflags" | "gcflags" | "asmflags" | "modfile" | "overlay" | "p", None) => {
            Some(format!("flag needs an argument: -{name} (from $GOFLAGS)"))
        }
        ("mod", Some("" | "mod" | "readonly" | "vendor")) => None,
        ("mod", Some(value)) => {
            Some(format!("-mod={value} not supported (can be '', 'mod', 'readonly', or 'vendor')"))
        }
        ("asan" | "linkshared" | "modcacherw" | "msan" | "race" | "trimpath" | "work", Some(value)) => {
            if boolean(value) {
                None
            } else {
                invalid(value, "parse error")
            }
        }
        ("buildvcs", Some(value)) if value != "auto" && !boolean(value) => {
            invalid(value, "value is neither 'auto' nor a valid bool")
        }
        _ => None,
    }
}

/// Every flag of every go command of 1.15 to 1.27, so that only real mistakes are reported.
const KNOWN: &[&str] = &[
    "C",
    "a",
    "all",
    "args",
    "artifacts",
    "asan",
    "asmflags",
    "bench",
    "benchmem",
    "benchtime",
    "blockprofile",
    "blockprofilerate",
    "buildmode",
    "buildvcs",
    "c",
    "cache",
    "changed",
    "cmd",
    "compiled",
    "compiler",
    "count",
    "cover",
    "covermode",
    "coverpkg",
    "coverprofile",
    "cpu",
    "cpuprofile",
    "d",
    "deps",
    "diff",
    "dropexclude",
    "dropgodebug",
    "dropignore",
    "dropreplace",
    "droprequire",
    "dropretract",
    "droptool",
    "dropuse",
    "e",
    "exclude",
    "exec",
    "export",
    "f",
    "failfast",
    "find",
    "fix",
    "flags",
    "fmt",
    "fullpath",
    "func",
    "fuzz",
    "fuzzcache",
    "fuzzminimizetime",
    "fuzztime",
    "gccgoflags",
    "gcflags",
    "go",
    "godebug",
    "graph",
    "http",
    "i",
    "ignore",
    "insecure",
    "installsuffix",
    "json",
    "k",
    "ldflags",
    "linkobj",
    "linkshared",
    "list",
    "m",
    "memprofile",
    "memprofilerate",
    "mod",
    "modcache",
    "modcacherw",
    "modfile",
    "module",
    "msan",
    "mutexprofile",
    "mutexprofilefraction",
    "n",
    "o",
    "outputdir",
    "overlay",
    "p",
    "parallel",
    "pgo",
    "pkgdir",
    "print",
    "r",
    "race",
    "replace",
    "require",
    "retract",
    "retracted",
    "reuse",
    "run",
    "s",
    "short",
    "shuffle",
    "skip",
    "src",
    "t",
    "tags",
    "test",
    "testcache",
    "timeout",
    "tool",
    "toolchain",
    "toolexec",
    "trace",
    "trimpath",
    "u",
    "use",
    "v",
    "vendor",
    "versions",
    "vet",
    "vettool",
    "w",
    "work",
    "x",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_go_reads_it() {
        let refused = |value| flags(value).unwrap_err().go_says;
        assert_eq!(refused("mod=mod"), "parsing $GOFLAGS: non-flag \"mod=mod\"");
        assert_eq!(refused("-mod=mod -foo"), "parsing $GOFLAGS: unknown flag -foo");
        assert_eq!(refused("-ldflags '-s"), "parsing $GOFLAGS: unterminated ' string");
        assert_eq!(
            refused("-mod=readonlly"),
            "-mod=readonlly not supported (can be '', 'mod', 'readonly', or 'vendor')"
        );
        assert_eq!(refused("-mod vendor"), "parsing $GOFLAGS: non-flag \"vendor\"");
        assert_eq!(refused("-tags"), "flag needs an argument: -tags (from $GOFLAGS)");
        assert_eq!(
            refused("-trimpath=yes"),
            "invalid boolean value \"yes\" for flag -trimpath (from $GOFLAGS): parse error"
        );
        assert!(flags("-mod= -modcacherw=1 -buildvcs=auto -trimpath=false -v=test2json").is_ok());
        let mods: Vec<_> = flags("-mod=vendor --modcacherw '-ldflags=-s -w'").unwrap();
        assert_eq!(mods[0], Flag { name: "mod", value: Some("vendor") });
        assert_eq!(mods[1], Flag { name: "modcacherw", value: None });
        assert_eq!(mods[2], Flag { name: "ldflags", value: Some("-s -w") });
        assert!(KNOWN.is_sorted());
    }
}
