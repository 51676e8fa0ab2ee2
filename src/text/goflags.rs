//! `GOFLAGS`: words that each must be a flag some go command knows (`base/goflags.go:InitGOFLAGS`).

use super::quoted;

/// What go would refuse to start over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub word: String,
    /// After `go: parsing $GOFLAGS: `.
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
    let words = quoted::split(value).map_err(|go_says| Problem { word: value.trim().to_owned(), go_says })?;
    words.into_iter().map(flag).collect()
}

fn flag(word: &str) -> Result<Flag<'_>, Problem> {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).unwrap_or("");
    if name.is_empty() || name.starts_with(['-', '=']) {
        return Err(Problem { word: word.to_owned(), go_says: format!("non-flag {word:?}") });
    }
    let (name, value) = match name.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (name, None),
    };
    if !KNOWN.contains(&name) {
        return Err(Problem { word: word.to_owned(), go_says: format!("unknown flag -{name}") });
    }
    Ok(Flag { name, value })
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
        assert_eq!(refused("mod=mod"), "non-flag \"mod=mod\"");
        assert_eq!(refused("-mod=mod -foo"), "unknown flag -foo");
        assert_eq!(refused("-ldflags '-s"), "unterminated ' string");
        let mods: Vec<_> = flags("-mod=vendor --modcacherw '-ldflags=-s -w'").unwrap();
        assert_eq!(mods[0], Flag { name: "mod", value: Some("vendor") });
        assert_eq!(mods[1], Flag { name: "modcacherw", value: None });
        assert_eq!(mods[2], Flag { name: "ldflags", value: Some("-s -w") });
        assert!(KNOWN.is_sorted());
    }
}
