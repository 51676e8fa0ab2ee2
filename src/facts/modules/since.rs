//! Since when a line stands in go.sum: the commit that brought it in.

use std::path::Path;
use std::time::Duration;

use crate::facts::Facts;
use crate::facts::git::quiet;

/// How long git is waited for; the history may be long.
const ASK: Duration = Duration::from_secs(5);

impl Facts<'_> {
    /// `a1b2c3d 2026-05-01 update dependencies`; `None` without git, or where the line is not committed.
    pub fn since(&self, gosum: &Path, hash: &str) -> Option<String> {
        let git = self.git().ok()?;
        let (dir, name) = (gosum.parent()?, gosum.file_name()?);
        let search = format!("-S{hash}");
        let log = ["log", "-1", "--no-textconv", "--no-ext-diff", "--format=%h %as %s", &search, "--"];
        let cmd = quiet(self.world, &git.program, ASK).cwd(dir).args(log).args([name]);
        let ran = self.world.exec.run(&cmd).ok().filter(crate::world::Ran::ok)?;
        let line: String = ran.out().lines().next()?.chars().filter(|c| !c.is_control()).collect();
        (!line.is_empty()).then_some(line)
    }
}
