//! What go builds for (GOOS, GOARCH), against the machine.

use super::cpu::is_narrow;
use crate::checks::env::repaired;
use crate::facts::Facts;
use crate::facts::acting::{Acting, Scope};
use crate::facts::go::Layer;
use crate::model::{Findings, Known, Level, Source, Value, kind};
use crate::say;
use crate::text::gosource;

pub(super) fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    let machine = (facts.goos(), facts.machine_arch());
    for name in ["GOOS", "GOARCH"] {
        for acting in facts.acting(name)? {
            let value = acting.value.trim();
            let here = if name == "GOOS" { machine.0 } else { machine.1 };
            if value.is_empty() || value == here || value == facts.go_arch() || is_narrow(value, here) {
                continue;
            }
            let known = if name == "GOOS" { gosource::is_os(value) } else { gosource::is_arch(value) };
            let (kind, level, what) = match known {
                true => (
                    kind::GOARCH_FOREIGN,
                    // For one command it is how one cross-compiles.
                    if for_now(&acting) { Level::Info } else { Level::Warning },
                    say!(
                        "{name}={value}, and this machine is {here}: what `go run`, `go test` and `go install` build does not start here",
                        "{name}={value}，而本机是 {here}：`go run`、`go test`、`go install` 编译出来的程序在本机无法运行",
                        name,
                        value,
                        here
                    ),
                ),
                false => (
                    kind::UNSUPPORTED_PLATFORM,
                    Level::Error,
                    say!(
                        "{name}={value}: go knows no such platform, and builds nothing (this machine is {here})",
                        "{name}={value}：go 没有这个平台，什么都编译不了（本机是 {here}）",
                        name,
                        value,
                        here
                    ),
                ),
            };
            found.add(repaired(facts, &acting, kind, level, &what, &Value::Absent).fact("machine", here));
        }
    }
    Ok(())
}

/// Set in this process, and no file sets it.
fn for_now(acting: &Acting) -> bool {
    acting.scope == Scope::Now(Layer::Process) && matches!(acting.places.first(), Some(Source::Env(_)))
}
