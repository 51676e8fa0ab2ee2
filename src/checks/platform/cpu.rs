//! The CPU that programs are made for, against the machine's.

use super::target;
use crate::facts::Facts;
use crate::model::{Finding, Findings, Known, Level, Source, kind};
use crate::say;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let machine = facts.machine_arch().to_owned();
    let shell = facts.shell_program().and_then(|elf| elf.goarch());
    let narrow = shell.is_some_and(|shell| is_narrow(shell, &machine));
    if let Some(shell) = shell.filter(|_| narrow) {
        found.note(say!(
            "{shell} programs on a {machine} kernel",
            "{machine} 内核上的 {shell} 系统",
            shell,
            machine
        ));
    }
    if let Some((path, elf)) = facts.go_program()
        && let Some(arch) = elf.goarch()
        && arch != machine
        // A 32-bit system on a 64-bit kernel, and a go that fits the system.
        && !(narrow && shell == Some(arch))
    {
        let what = match (is_narrow(arch, &machine), facts.emulates()) {
            (true, _) => say!(
                "go is made for {arch} on a {machine} machine: what it builds is for {arch}, too",
                "go 是 {arch} 版本，而本机是 {machine}：它编译出来的也是 {arch} 程序",
                arch,
                machine
            ),
            (false, true) => say!(
                "go is made for {arch} and runs in an emulator on this {machine} machine: slow, and it builds for {arch}",
                "go 是 {arch} 版本，在这台 {machine} 机器上靠模拟器运行：很慢，编译出来的也是 {arch} 程序",
                arch,
                machine
            ),
            (false, false) => say!(
                "go is made for {arch}; this machine is {machine}, and it does not start here",
                "go 是 {arch} 版本，而本机是 {machine}，无法启动",
                arch,
                machine
            ),
        };
        let starts = is_narrow(arch, &machine) || facts.emulates();
        let level = if starts { Level::Warning } else { Level::Error };
        found.add(
            Finding::new(kind::WRONG_ARCH_BINARY, level, what)
                .fact("goarch", arch)
                .fact("machine", machine.clone())
                .seen(Source::File(path, None), format!("ELF, {arch}"))
                .advice(say!(
                    "install the linux-{machine} build of Go (https://golang.google.cn/dl/)",
                    "安装 linux-{machine} 版的 Go（https://golang.google.cn/dl/）",
                    machine
                )),
        );
    }
    let foreign = facts.go_tools().into_iter().filter_map(|(path, elf)| Some((path, elf.goarch()?)));
    for (path, arch) in foreign.filter(|(_, arch)| *arch != machine && !is_narrow(arch, &machine)) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let what = say!(
            "{name} is made for {arch}; this machine is {machine}",
            "{name} 是 {arch} 版本，而本机是 {machine}",
            name,
            arch,
            machine
        );
        found.add(
            Finding::warning(kind::WRONG_ARCH_BINARY, what)
                .fact("goarch", arch)
                .fact("machine", machine.clone())
                .seen(Source::File(path, None), format!("ELF, {arch}"))
                .advice(say!("build it here: go install", "在本机重新 go install")),
        );
    }
    target::judge(facts, found)
}

/// Whether a machine runs programs of this CPU as its own 32-bit ones.
pub(super) fn is_narrow(arch: &str, machine: &str) -> bool {
    matches!(
        (arch, machine),
        ("386", "amd64") | ("arm", "arm64") | ("mipsle", "mips64le") | ("mips", "mips64")
    )
}
