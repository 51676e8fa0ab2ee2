//! The machine: what it is, and what Go cannot do on it. Where all is well, a remark.

mod abi;
mod cpu;
mod system;
mod target;

use super::{Check, CheckId};
use crate::model::Text;

pub(super) const CHECKS: &[&[Check]] = &[&[
    Check {
        id: CheckId("platform.os"),
        title: Text { en: "the system can run this Go", zh: "操作系统能运行这个 Go" },
        why: Text {
            en: "Every Go has a floor: a kernel that is older lacks calls its runtime makes, and programs crash at start.",
            zh: "每个 Go 版本都有内核下限：内核太旧，缺少运行时要用的系统调用，程序一启动就会崩溃。",
        },
        judge: system::judge,
    },
    Check {
        id: CheckId("platform.cpu"),
        title: Text { en: "go is made for this CPU", zh: "go 与本机 CPU 架构一致" },
        why: Text {
            en: "A go for another CPU does not start, or runs in an emulator: many times slower, with crashes nobody can explain, and it builds for the other CPU.",
            zh: "别的架构的 go 要么启动不了，要么在模拟器里运行：慢很多倍，会莫名其妙地崩溃，编译出来的也是别的架构的程序。",
        },
        judge: cpu::judge,
    },
    Check {
        id: CheckId("platform.abi"),
        title: Text {
            en: "programs find their loader and C library", zh: "程序能找到装载器和 C 库"
        },
        why: Text {
            en: "LoongArch has two worlds that do not run each other's programs; a program made with cgo needs a C library as new as the one it was made with.",
            zh: "龙架构有新、旧两个互不兼容的世界；用 cgo 编译的程序需要不低于编译时版本的 C 库。",
        },
        judge: abi::judge,
    },
]];
