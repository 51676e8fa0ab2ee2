//! The machine, as far as it decides what Go can run here: system, kernel, CPU, C library, and what programs are made for.

use std::path::{Path, PathBuf};

use super::Facts;
use crate::text::elf::{self, Elf};
use crate::text::osrelease::{self, OsRelease};

/// The two worlds of `LoongArch`, told apart by their loaders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoongWorld {
    Old,
    New,
    /// A compatibility layer runs programs of the other one.
    Both,
}

/// The loaders of `LoongArch`.
const NEW_WORLD: &str = "/lib64/ld-linux-loongarch-lp64d.so.1";
const OLD_WORLD: &str = "/lib64/ld.so.1";

/// Where the C library lies, by distribution and CPU.
const LIBC_DIRS: [&str; 10] = [
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
    "/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/lib/loongarch64-linux-gnu",
    "/lib/mips64el-linux-gnuabi64",
    "/lib/riscv64-linux-gnu",
    "/lib/sw_64-linux-gnu",
];

/// Programs of GOBIN that are looked at.
const TOOLS: usize = 64;

impl Facts<'_> {
    /// Whether no upstream Go runs on this machine: Sunway, and old-world `LoongArch`.
    pub fn platform_without_toolchain(&self) -> bool {
        self.world.host.goarch() == "sw64" || self.loong_world() == Some(LoongWorld::Old)
    }

    /// `GOOS` of the machine.
    pub fn goos(&self) -> &'static str {
        self.world.host.os.goos()
    }

    /// `GOARCH` of the machine.
    pub fn machine_arch(&self) -> &str {
        self.world.host.goarch()
    }

    /// `GOARCH` of the go that runs: what it builds for and which toolchains it fetches; the machine's where its file does not say.
    pub fn go_arch(&self) -> &str {
        let of_go = self.go_program().and_then(|(_, elf)| elf.goarch());
        of_go.unwrap_or_else(|| self.machine_arch())
    }

    /// What Linux calls itself; `None` elsewhere and where nothing says.
    pub fn os_release(&self) -> Option<OsRelease> {
        let files = ["/etc/os-release", "/usr/lib/os-release"].map(|path| self.world.places.system(path));
        files.iter().find_map(|path| self.world.files.text(path).ok()).map(|text| osrelease::parse(&text))
    }

    /// `4.19.90-52.22.v2207.ky10.aarch64`.
    pub fn kernel(&self) -> Option<String> {
        let text = self.world.files.text(&self.world.places.system("/proc/sys/kernel/osrelease")).ok()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Which world this `LoongArch` system is of.
    pub fn loong_world(&self) -> Option<LoongWorld> {
        let at = |path: &str| self.world.files.exists(&self.world.places.system(path));
        match (self.world.host.goarch(), at(NEW_WORLD), at(OLD_WORLD)) {
            ("loong64", true, true) => Some(LoongWorld::Both),
            ("loong64", true, false) => Some(LoongWorld::New),
            ("loong64", false, true) => Some(LoongWorld::Old),
            _ => None,
        }
    }

    /// The go that runs: the program itself, not a script that stands for it.
    pub fn go_program(&self) -> Option<(PathBuf, Elf)> {
        let go = self.go().ok()?;
        let name = go.program.file_name()?;
        let places = [go.program.clone(), go.goroot.join("bin").join(name)];
        places.into_iter().find_map(|path| {
            let path = self.world.files.canonical(&path)?;
            let elf = self.elf(&path)?;
            Some((path, elf))
        })
    }

    /// What ordinary programs here are made for, by the shell.
    pub fn shell_program(&self) -> Option<Elf> {
        self.elf(&self.world.places.system("/bin/sh"))
    }

    /// The programs that `go install` put into GOBIN, or into `GOPATH/bin`.
    pub fn go_tools(&self) -> Vec<(PathBuf, Elf)> {
        let Ok(env) = self.go_env() else { return Vec::new() };
        let (gobin, gopath) = (env.value("GOBIN"), env.value("GOPATH"));
        let dir = match (gobin.as_str(), std::env::split_paths(&gopath).next()) {
            ("", Some(gopath)) if !gopath.as_os_str().is_empty() => gopath.join("bin"),
            ("", _) => return Vec::new(),
            (gobin, _) => PathBuf::from(gobin),
        };
        let names = self.world.files.list(&dir).unwrap_or_default();
        let programs = names.into_iter().take(TOOLS).map(|name| dir.join(name));
        programs.filter_map(|path| Some((self.elf(&path)?, path))).map(|(elf, path)| (path, elf)).collect()
    }

    /// The version of the C library; `None` where there is no glibc.
    pub fn glibc(&self) -> Option<(u32, u32)> {
        let mut dirs = LIBC_DIRS.iter().map(|dir| self.world.places.system(dir).join("libc.so.6"));
        dirs.find_map(|path| self.elf(&path)?.is_glibc())
    }

    /// Whether a loader is there; one of another root is looked for in ours.
    pub fn has_loader(&self, path: &str) -> bool {
        self.world.files.exists(&self.world.places.system(path))
    }

    /// Whether the kernel hands programs of other CPUs to an emulator (`binfmt_misc`).
    pub fn emulates(&self) -> bool {
        let dir = self.world.places.system("/proc/sys/fs/binfmt_misc");
        let names = self.world.files.list(&dir).unwrap_or_default();
        names.iter().any(|name| name.starts_with("qemu-") || name == "rosetta" || name == "FEX-x86_64")
    }

    /// The headers of a program or library.
    fn elf(&self, path: &Path) -> Option<Elf> {
        use crate::module::zip::ReadAt;
        let (file, _) = self.world.files.open(path).ok()?;
        elf::read(&|offset, len| {
            let mut bytes = vec![0; len];
            let count = file.read_at(&mut bytes, offset).unwrap_or(0);
            bytes.truncate(count);
            bytes
        })
    }
}
