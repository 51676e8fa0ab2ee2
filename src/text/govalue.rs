//! Values of Go variables: what gobs refuses to write, though `go env -w` would.

use super::forges::dangerous_pattern;
use super::{goauth, goenv, goflags, goproxy, gosumdb, gotoolchain, govcs};
use crate::model::Msg;
use crate::say;

/// Why a Go variable must not get this value: go would refuse it, or it would turn verification off.
pub fn fault(name: &str, value: &str) -> Option<Msg> {
    let go_refuses = |why: String| {
        say!("go would refuse {name}={value}: {why}", "go 会拒绝 {name}={value}：{why}", name, value, why)
    };
    match name {
        "GOPROXY" => goproxy::problems(value).first().map(goproxy::Problem::msg),
        "GOSUMDB" if value.trim() == "off" => Some(say!(
            "GOSUMDB=off turns verification off for every module; use sum.golang.google.cn, and GOPRIVATE for your own hosts",
            "GOSUMDB=off 会关闭所有模块的校验；请用 sum.golang.google.cn，私有主机写进 GOPRIVATE"
        )),
        "GOSUMDB" => gosumdb::parse(value).err().map(go_refuses),
        "GOTOOLCHAIN" => gotoolchain::parse(value).err().map(|invalid| go_refuses(invalid.0)),
        "GOPRIVATE" | "GONOSUMDB" | "GONOPROXY" | "GOINSECURE" => value.split(',').find_map(|pattern| {
            let why = dangerous_pattern(pattern.trim())?;
            Some(say!("{name}: `{pattern}`: {why}", "{name}：`{pattern}`：{why}", name, pattern, why))
        }),
        "GOFLAGS" => match goflags::flags(value) {
            Err(problem) => Some(go_refuses(problem.go_says)),
            Ok(flags) => flags.iter().find_map(|flag| match (flag.name, flag.value) {
                ("insecure", _) => Some(say!(
                    "GOFLAGS: -insecure is gone since Go 1.17 and never was safe",
                    "GOFLAGS：-insecure 自 Go 1.17 起已移除，而且本来就不安全"
                )),
                ("mod", Some("mod")) => Some(say!(
                    "GOFLAGS: -mod=mod for good lets every build rewrite go.mod and go.sum",
                    "GOFLAGS：长期 -mod=mod 会让每次构建都改写 go.mod 和 go.sum"
                )),
                _ => None,
            }),
        },
        "GOVCS" => govcs::rules(value).err().map(go_refuses),
        "GOAUTH" => goauth::methods(value).err().map(go_refuses),
        "GOARCH" | "GOAMD64" | "GOARM" | "GOARM64" | "GOOS" | "CGO_ENABLED" => Some(say!(
            "{name} holds for one kind of machine or build only; a profile is for all of them",
            "{name} 只适用于某一类机器或构建，不应写进通用的配置",
            name
        )),
        _ => {
            let is_abs = |path: &str| path.starts_with('/') || path.get(1..2) == Some(":");
            goenv::check_write(name, value, is_abs).err().map(|refusal| go_refuses(refusal.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_go_accepts_and_gobs_does_not() {
        for (name, value) in [
            ("GOPROXY", "not a url"),
            ("GOSUMDB", "zzz"),
            ("GOSUMDB", "off"),
            ("GOFLAGS", "bad flags"),
            ("GOTOOLCHAIN", "bash"),
            ("GOVCS", "zz"),
            ("GOAUTH", "off;netrc"),
            ("GOPRIVATE", "*"),
            ("GONOSUMDB", "github.com/*"),
            ("GOARCH", "arm64"),
            ("GOPATH", "rel"),
        ] {
            assert!(fault(name, value).is_some(), "{name}={value}");
        }
        for (name, value) in [
            ("GOPROXY", "https://goproxy.cn,direct"),
            ("GOSUMDB", "sum.golang.google.cn"),
            ("GOFLAGS", "-modcacherw"),
            ("GOTOOLCHAIN", "local"),
            ("GOPRIVATE", "git.corp.example.com"),
            ("GOMODCACHE", "/data/mod"),
        ] {
            assert_eq!(fault(name, value), None, "{name}={value}");
        }
    }
}
