//! The machine, as far as it decides what Go can run here.

use super::Facts;

impl Facts<'_> {
    /// Whether no upstream Go runs on this machine: Sunway, and old-world `LoongArch`.
    pub fn platform_without_toolchain(&self) -> bool {
        let host = &self.world.host;
        let old_world = || {
            let at = |path: &str| self.world.files.exists(&self.world.places.system(path));
            !at("/lib64/ld-linux-loongarch-lp64d.so.1") && at("/lib64/ld.so.1")
        };
        match host.arch {
            "loongarch64" => old_world(),
            "sw_64" | "sw64" => true,
            _ => false,
        }
    }
}
