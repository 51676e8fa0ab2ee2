//! What the profile applied before wanted and this one does not: it goes, where the value is still that profile's.

use crate::cmd::profile as load;
use crate::cmd::write::ground;
use crate::facts::Facts;
use crate::model::{Setting, TargetId, Value};
use crate::profile::{Merged, Resolved};
use crate::say;
use crate::targets::target;
use crate::world::{Snapshot, World};

/// Variables alone: private hosts add up over the runs, and what somebody edited since is theirs.
pub(super) fn stale(world: &World, facts: &Facts<'_>, profile: &Merged, resolved: &Resolved) -> Vec<Setting> {
    let Some(applied) = facts.applied_profile() else { return Vec::new() };
    let name = &applied.name;
    if load::lasting(world, profile) == *name {
        return Vec::new();
    }
    let ground = ground(world, &[]);
    let mut stale = Vec::new();
    for id in [TargetId::GoEnv, TargetId::Shell] {
        let now = Snapshot::take(&world.files, target(id).files(ground));
        let standing = target(id).read(ground, &now);
        for old in applied.settings.iter().filter(|old| old.target == id) {
            let patterns = ["GOPRIVATE", "GONOPROXY", "GONOSUMDB"].contains(&old.key.name());
            let wanted = resolved.settings.iter().any(|new| new.target == id && new.key == old.key);
            let ours = standing.iter().any(|at| at.key == old.key && at.value.list() == old.value.list());
            if ours && !wanted && !patterns {
                let why = say!("only {name} wanted it", "只有 {name} 需要它", name);
                stale.push(Setting::new(id, old.key.clone(), Value::Absent).because(why));
            }
        }
    }
    stale
}
