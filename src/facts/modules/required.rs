//! What the main modules require, replacements applied: what go looks up in go.sum first.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Recorded;
use crate::facts::Facts;
use crate::facts::project::Project;
use crate::model::Known;
use crate::module::ModVer;
use crate::text::gosum::Part;
use crate::text::semver;

/// A module version that a go.mod of ours names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required {
    pub module: ModVer,
    /// The go.mod and the line of the requirement.
    pub file: PathBuf,
    pub line: u32,
    /// Without `// indirect`: `go mod tidy` says so of modules whose packages the project imports.
    pub direct: bool,
}

impl Facts<'_> {
    /// Every requirement that go would fetch, of each path the highest version; nothing where `vendor` is in force.
    pub fn required(&self) -> Known<Vec<Required>> {
        let project = self.project()?;
        Ok(match project.vendor {
            Some(_) => Vec::new(),
            None => project.required(),
        })
    }
}

impl Project {
    fn required(&self) -> Vec<Required> {
        let mut highest: BTreeMap<&str, Required> = BTreeMap::new();
        for main in &self.mains {
            for one in main.file.iter().flat_map(|file| &file.require) {
                let found = highest.get(one.module.path.as_str());
                if found
                    .is_none_or(|found| semver::compare(&found.module.version, &one.module.version).is_lt())
                {
                    let (module, file) = (one.module.clone(), main.gomod.clone());
                    let required = Required { module, file, line: one.line, direct: !one.indirect };
                    highest.insert(&one.module.path, required);
                }
            }
        }
        let own = |path: &str| {
            let modules = self.mains.iter().flat_map(|main| &main.file).flat_map(|file| &file.module);
            modules.into_iter().any(|module| module.path == path)
        };
        let used = highest.into_iter().filter(|(path, _)| !own(path));
        used.filter_map(|(_, one)| Some(Required { module: self.resolved(&one.module)?, ..one })).collect()
    }
}

impl Recorded {
    /// The part of a direct requirement for which go.sum has no hash that go knows. Which of the others need one shows
    /// only when their packages are imported.
    pub fn lacks(&self, required: &Required) -> Option<Part> {
        [Part::GoMod, Part::Zip]
            .into_iter()
            .find(|part| required.direct && !self.has(&required.module, *part))
    }
}
