//! The system and its kernel.

use std::path::Path;

use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Msg, Source, kind};
use crate::say;
use crate::text::gover;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let name = facts.os_release().map(|os| os.name()).filter(|name| !name.is_empty());
    let kernel = facts.kernel();
    let pair = format!("{}/{}", facts.goos(), facts.machine_arch());
    let parts = [name, Some(pair), kernel.clone()];
    found.note(Msg::plain(parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")));
    let (Some(kernel), Ok(go)) = (kernel, facts.go()) else { return Ok(()) };
    let Some(version) = gover::from_toolchain(&go.version) else { return Ok(()) };
    let floor = floor(version, facts.machine_arch());
    if let Some(have) = numbers(&kernel)
        && have < floor
    {
        let (major, minor) = floor;
        let what = say!(
            "the kernel is {kernel}; go {version} needs {major}.{minor} or later",
            "内核是 {kernel}；go {version} 需要 {major}.{minor} 或更高",
            kernel,
            version,
            major,
            minor
        );
        found.add(
            Finding::error(kind::UNSUPPORTED_PLATFORM, what)
                .fact("kernel", kernel.clone())
                .fact("go", version)
                .seen(Source::File(Path::new("/proc/sys/kernel/osrelease").to_path_buf(), None), kernel)
                .advice(say!(
                    "use an older Go (1.23 is content with 2.6.32), or a newer system",
                    "改用较旧的 Go（1.23 支持 2.6.32），或升级系统"
                )),
        );
    }
    Ok(())
}

/// go.dev/wiki/Linux and the release notes of 1.18 and 1.24. `LoongArch` is told apart by its worlds, not by kernels.
fn floor(go: &str, arch: &str) -> (u32, u32) {
    match arch {
        "mips64le" | "mips64" => (4, 8),
        "riscv64" => (4, 15),
        _ if gover::compare(go, "1.24").is_ge() => (3, 2),
        _ => (2, 6),
    }
}

fn numbers(kernel: &str) -> Option<(u32, u32)> {
    let mut parts = kernel.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels() {
        assert_eq!(numbers("4.19.90-52.22.v2207.ky10.aarch64"), Some((4, 19)));
        assert_eq!(numbers("2.6.32-754.el6.x86_64"), Some((2, 6)));
        assert_eq!(numbers("x"), None);
        assert_eq!(floor("1.26.8", "amd64"), (3, 2));
        assert_eq!(floor("1.23.4", "amd64"), (2, 6));
    }
}
