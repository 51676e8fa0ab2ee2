//! After damaged cache entries were moved aside: go fetches them again, under its own locks, against its own go.sum.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::facts::Facts;
use crate::model::{Msg, Step};
use crate::module::ModVer;
use crate::order::Gather;
use crate::say;
use crate::text::gosum::Part;
use crate::ui::{Label, Ui};
use crate::world::{Cmd, World};

/// Half a gigabyte over a slow line.
const BUDGET: Duration = Duration::from_mins(10);

/// `go mod download` for every version that a step moved aside. What go cannot fetch now it fetches when it needs it;
/// that is said, and no failure. With `--offline` it may use what the cache still holds.
pub(super) fn refetch(world: &World, ui: &mut Ui, facts: &Facts<'_>, steps: &[Step]) {
    let wanted = wanted(facts, steps);
    let Some(go) = world.which("go").filter(|_| !wanted.is_empty()) else { return };
    let count = wanted.len();
    ui.say(
        Label::Dim,
        &say!("go fetches {count} module versions again …", "正在让 go 重新获取 {count} 个模块版本 …", count),
    );
    let mut cmd = Cmd::new(go, BUDGET)
        .cwd(&world.cwd)
        .args(["mod", "download"])
        .args(wanted.iter().map(ModVer::to_string));
    if facts.online().is_err() {
        cmd = cmd.env("GOPROXY", "off");
    }
    let why = match world.exec.run(&cmd) {
        Ok(ran) if ran.ok() => return,
        Ok(ran) => Msg::plain(ran.err().trim_end().to_owned()),
        Err(err) => err.msg(),
    };
    ui.say(
        Label::Warn,
        &say!(
            "go could not fetch everything again; gobs undo brings back what was moved aside:\n{why}",
            "go 没能全部重新获取；移到一旁的内容可用 gobs undo 取回：\n{why}",
            why
        ),
    );
}

/// The versions that go.sum knows in both parts: of others go would write what it finds into go.sum.
fn wanted(facts: &Facts<'_>, steps: &[Step]) -> BTreeSet<ModVer> {
    let recorded = facts.recorded().unwrap_or_default();
    let known = |module: &ModVer| recorded.has(module, Part::Zip) && recorded.has(module, Part::GoMod);
    let moved = steps.iter().filter_map(|step| match step {
        Step::Uncache { module, version, .. } => Some(ModVer::new(module, version)),
        _ => None,
    });
    moved.filter(known).gather_set()
}
