//! Machines whose CPU, kernel or C library go does not fit, and domestic systems where all is well.

use super::{doctor, expect, healthy, machine, report};
use crate::sandbox::Sandbox;

const AMD64: u16 = 62;
const ARM64: u16 = 183;
const I386: u16 = 3;
const LOONG64: u16 = 258;

const KYLIN_SERVER: &str = "NAME=\"Kylin Linux Advanced Server\"\nVERSION=\"V10 (Lance)\"\nID=\"kylin\"\nVERSION_ID=\"V10\"\nPRETTY_NAME=\"Kylin Linux Advanced Server V10 (Lance)\"\nANSI_COLOR=\"0;31\"\n";
const KYLIN_DESKTOP: &str = "NAME=\"Kylin\"\nVERSION=\"银河麒麟桌面操作系统V10 (SP1)\"\nVERSION_US=\"Kylin Linux Desktop V10 (SP1)\"\nID=kylin\nID_LIKE=debian\nPRETTY_NAME=\"Kylin V10 SP1\"\nVERSION_ID=\"v10\"\nPROJECT_CODENAME=V10SP1\nKYLIN_RELEASE_ID=\"2403\"\n";
const UOS_SERVER: &str = "PRETTY_NAME=\"UOS Server 20\"\nNAME=\"UOS Server 20\"\nVERSION_ID=\"20\"\nVERSION=\"20\"\nID=uos\nHOME_URL=\"https://www.chinauos.com/\"\nVERSION_CODENAME=fuyu\nPLATFORM_ID=\"platform:uel20\"\n";
const OPENEULER: &str = "NAME=\"openEuler\"\nVERSION=\"22.03 LTS\"\nID=\"openEuler\"\nVERSION_ID=\"22.03\"\nPRETTY_NAME=\"openEuler 22.03 LTS\"\nANSI_COLOR=\"0;31\"\n";
const ANOLIS: &str = "NAME=\"Anolis OS\"\nVERSION=\"8.9\"\nID=\"anolis\"\nID_LIKE=\"rhel fedora centos\"\nVERSION_ID=\"8.9\"\nPLATFORM_ID=\"platform:an8\"\nPRETTY_NAME=\"Anolis OS 8.9\"\n";

/// A machine of this CPU (`uname -m`) with a go for the same or another one.
fn machine_of(uname: &str, go: &[u8]) -> Sandbox {
    let sandbox = machine();
    system(&sandbox, "proc/sys/kernel/arch", format!("{uname}\n"));
    system(&sandbox, "usr/local/go/bin/go", go);
    sandbox
}

fn system(sandbox: &Sandbox, path: &str, bytes: impl AsRef<[u8]>) {
    let path = sandbox.root().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// The headers of a program: its CPU, flags, loader, and the versions of `GLIBC_` symbols that it asks for.
#[derive(Default)]
struct Program {
    machine: u16,
    flags: u32,
    loader: &'static str,
    asks: &'static [&'static str],
    offers: &'static [&'static str],
}

fn go_for(machine: u16) -> Vec<u8> {
    Program { machine, ..Program::default() }.bytes()
}

impl Program {
    fn bytes(&self) -> Vec<u8> {
        let mut names = vec![0];
        let mut name = |text: &str| {
            let at = u32::try_from(names.len()).unwrap();
            names.extend(text.bytes());
            names.push(0);
            at
        };
        // One record whose chain holds every version: Verneed with Vernaux, Verdef with one Verdaux each.
        let mut needs = Vec::new();
        if !self.asks.is_empty() {
            needs.extend([1, 0]);
            needs.extend(u16::try_from(self.asks.len()).unwrap().to_le_bytes());
            for word in [name("libc.so.6"), 16, 0] {
                needs.extend(word.to_le_bytes());
            }
            for (at, version) in self.asks.iter().enumerate() {
                let next = if at + 1 == self.asks.len() { 0 } else { 16_u32 };
                for word in [0, 0, name(version), next] {
                    needs.extend(word.to_le_bytes());
                }
            }
        }
        let mut offers: Vec<u8> = Vec::new();
        for (at, version) in self.offers.iter().enumerate() {
            let next = if at + 1 == self.offers.len() { 0 } else { 28_u32 };
            offers.extend([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
            for word in [20, next, name(version), 0] {
                offers.extend(word.to_le_bytes());
            }
        }
        let mut bytes = vec![0_u8; 64];
        bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        bytes[18..20].copy_from_slice(&self.machine.to_le_bytes());
        bytes[48..52].copy_from_slice(&self.flags.to_le_bytes());
        let append = |bytes: &mut Vec<u8>, more: &[u8]| {
            let at = bytes.len() as u64;
            bytes.extend(more);
            (at, more.len() as u64)
        };
        let loader = append(&mut bytes, format!("{}\0", self.loader).as_bytes());
        let sections = [
            (3_u32, append(&mut bytes, &names)),
            (0x6fff_fffe, append(&mut bytes, &needs)),
            (0x6fff_fffd, append(&mut bytes, &offers)),
        ];
        if !self.loader.is_empty() {
            let mut header = [0_u8; 56];
            header[0] = 3;
            header[8..16].copy_from_slice(&loader.0.to_le_bytes());
            header[32..40].copy_from_slice(&loader.1.to_le_bytes());
            let (at, _) = append(&mut bytes, &header);
            bytes[32..40].copy_from_slice(&at.to_le_bytes());
            bytes[54..58].copy_from_slice(&[56, 0, 1, 0]);
        }
        let at = bytes.len() as u64;
        for (kind, (offset, size)) in sections {
            let mut header = [0_u8; 64];
            header[4..8].copy_from_slice(&kind.to_le_bytes());
            header[24..32].copy_from_slice(&offset.to_le_bytes());
            header[32..40].copy_from_slice(&size.to_le_bytes());
            bytes.extend(header);
        }
        bytes[40..48].copy_from_slice(&at.to_le_bytes());
        bytes[58..62].copy_from_slice(&[64, 0, 3, 0]);
        bytes
    }
}

/// What the row remarks on a machine where all is well.
fn note(sandbox: &Sandbox, id: &str) -> String {
    let outcome = sandbox.gobs(&["doctor", "--offline", "--only", id]);
    outcome.stdout
}

#[test]
fn a_go_for_another_cpu() {
    let sandbox = machine_of("aarch64", &go_for(AMD64));
    expect(&sandbox, "", &[("platform.cpu", "wrong-arch-binary", "/usr/local/go/bin/go")]);
    let report = report(&doctor(&sandbox, "", &["--offline", "--only", "platform.cpu"]));
    assert_eq!(report["checks"][0]["findings"][0]["level"], "error");
}

#[test]
fn a_go_for_another_cpu_in_an_emulator() {
    let sandbox = machine_of("aarch64", &go_for(AMD64));
    system(&sandbox, "proc/sys/fs/binfmt_misc/qemu-x86_64", "enabled\n");
    expect(&sandbox, "", &[("platform.cpu", "wrong-arch-binary", "/usr/local/go/bin/go")]);
    let report = report(&doctor(&sandbox, "", &["--offline", "--only", "platform.cpu"]));
    let finding = &report["checks"][0]["findings"][0];
    assert_eq!(finding["level"], "warning");
    assert!(finding["what"]["en"].as_str().unwrap().contains("emulator"), "{finding}");
}

#[test]
fn a_32_bit_go_on_a_64_bit_system() {
    let sandbox = machine_of("x86_64", &go_for(I386));
    system(&sandbox, "bin/sh", go_for(AMD64));
    expect(&sandbox, "", &[("platform.cpu", "wrong-arch-binary", "/usr/local/go/bin/go")]);
    // On a 32-bit system it is the right one.
    system(&sandbox, "bin/sh", go_for(I386));
    healthy(&sandbox, "");
}

#[test]
fn a_tool_copied_from_another_machine() {
    let sandbox = machine_of("aarch64", &go_for(ARM64));
    sandbox.write("go/bin/gopls", go_for(AMD64));
    expect(&sandbox, "", &[("platform.cpu", "wrong-arch-binary", "go/bin/gopls")]);
}

#[test]
fn a_kernel_below_the_floor() {
    let sandbox = machine_of("x86_64", &go_for(AMD64));
    system(&sandbox, "proc/sys/kernel/osrelease", "2.6.32-754.el6.x86_64\n");
    expect(&sandbox, "", &[("platform.os", "unsupported-platform", "/proc/sys/kernel/osrelease")]);
    sandbox.install_go("/usr/local/go", "go1.23.4");
    system(&sandbox, "usr/local/go/bin/go", go_for(AMD64));
    healthy(&sandbox, "");
}

#[test]
fn an_upstream_go_in_the_old_world() {
    let go = Program { machine: LOONG64, flags: 0x43, ..Program::default() }.bytes();
    let sandbox = machine_of("loongarch64", &go);
    system(&sandbox, "lib64/ld.so.1", "");
    sandbox.write(".config/go/env", "GOTOOLCHAIN=local\n");
    expect(&sandbox, "", &[("platform.abi", "unsupported-platform", "/usr/local/go/bin/go")]);
    // In the new world, and with a layer between the two, it runs.
    system(&sandbox, "lib64/ld-linux-loongarch-lp64d.so.1", "");
    healthy(&sandbox, "");
}

#[test]
fn the_old_world_with_toolchains_to_be_downloaded() {
    let go = Program { machine: LOONG64, flags: 0x3, ..Program::default() }.bytes();
    let sandbox = machine_of("loongarch64", &go);
    system(&sandbox, "lib64/ld.so.1", "");
    system(&sandbox, "etc/os-release", KYLIN_SERVER);
    expect(&sandbox, "", &[("platform.abi", "toolchain-unavailable", "/usr/local/go/go.env:3")]);
    sandbox.gobs(&["fix", "platform.abi", "--offline", "--yes"]);
    assert_eq!(sandbox.read(".config/go/env"), "GOTOOLCHAIN=local\n");
    healthy(&sandbox, "");
    assert!(note(&sandbox, "platform.abi").contains("old world"), "{}", note(&sandbox, "platform.abi"));
}

#[test]
fn a_project_that_makes_an_old_world_download_a_toolchain() {
    let go = Program { machine: LOONG64, flags: 0x3, ..Program::default() }.bytes();
    let sandbox = machine_of("loongarch64", &go);
    system(&sandbox, "lib64/ld.so.1", "");
    sandbox.write("app/go.mod", "module github.com/acme/app\n\ngo 1.99\n");
    expect(
        &sandbox,
        "app",
        &[
            ("platform.abi", "toolchain-unavailable", "/usr/local/go/go.env:3"),
            ("project.toolchain", "toolchain-unavailable", "app/go.mod:3"),
        ],
    );
}

#[test]
fn sunway_has_no_upstream_go() {
    let sandbox = machine_of("sw_64", &go_for(0x9916));
    sandbox.write(".config/go/env", "GOTOOLCHAIN=local\n");
    healthy(&sandbox, "");
    assert!(note(&sandbox, "platform.abi").contains("Sunway"));
    let sandbox = machine_of("sw_64", &go_for(AMD64));
    sandbox.write(".config/go/env", "GOTOOLCHAIN=local\n");
    expect(&sandbox, "", &[("platform.cpu", "wrong-arch-binary", "/usr/local/go/bin/go")]);
}

#[test]
fn a_go_that_wants_a_newer_c_library() {
    let go = Program {
        machine: AMD64,
        loader: "/lib64/ld-linux-x86-64.so.2",
        asks: &["GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.17"],
        ..Program::default()
    };
    let libc = |offers| Program { machine: AMD64, offers, ..Program::default() }.bytes();
    let sandbox = machine_of("x86_64", &go.bytes());
    system(&sandbox, "lib64/ld-linux-x86-64.so.2", "");
    system(&sandbox, "lib64/libc.so.6", libc(&["libc.so.6", "GLIBC_2.2.5", "GLIBC_2.28", "GLIBC_PRIVATE"]));
    expect(&sandbox, "", &[("platform.abi", "glibc-too-old", "/usr/local/go/bin/go")]);
    let outcome = doctor(&sandbox, "", &["--offline", "--only", "platform.abi"]);
    assert!(outcome.stdout.contains("needs glibc 2.34; this system has 2.28"), "{outcome}");
    system(&sandbox, "lib64/libc.so.6", libc(&["libc.so.6", "GLIBC_2.38"]));
    healthy(&sandbox, "");
}

#[test]
fn a_go_whose_loader_is_not_there() {
    let go = Program { machine: AMD64, loader: "/lib64/ld-linux-x86-64.so.2", ..Program::default() };
    let sandbox = machine_of("x86_64", &go.bytes());
    system(&sandbox, "lib/ld-musl-x86_64.so.1", "");
    expect(&sandbox, "", &[("platform.abi", "loader-missing", "/usr/local/go/bin/go")]);
}

#[test]
fn domestic_systems_are_named_and_left_in_peace() {
    for (os_release, uname, cpu, name) in [
        (KYLIN_SERVER, "aarch64", ARM64, "Kylin Linux Advanced Server V10 (Lance) · linux/arm64 · 4.19.90"),
        (KYLIN_DESKTOP, "aarch64", ARM64, "Kylin V10 SP1 (2403) · linux/arm64"),
        (UOS_SERVER, "x86_64", AMD64, "UOS Server 20 (fuyu) · linux/amd64"),
        (OPENEULER, "loongarch64", LOONG64, "openEuler 22.03 LTS · linux/loong64"),
        (ANOLIS, "x86_64", AMD64, "Anolis OS 8.9 · linux/amd64"),
    ] {
        let flags = if cpu == LOONG64 { 0x43 } else { 0 };
        let go = Program { machine: cpu, flags, ..Program::default() }.bytes();
        let sandbox = machine_of(uname, &go);
        system(&sandbox, "etc/os-release", os_release);
        system(&sandbox, "proc/sys/kernel/osrelease", "4.19.90-52.22.v2207.ky10\n");
        if cpu == LOONG64 {
            system(&sandbox, "lib64/ld-linux-loongarch-lp64d.so.1", "");
        }
        healthy(&sandbox, "");
        let shown = note(&sandbox, "platform.os");
        assert!(shown.contains(name), "{name}: {shown}");
    }
}
