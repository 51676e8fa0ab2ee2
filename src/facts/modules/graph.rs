//! The whole module graph, from go.mod files at hand: what go loads for a main module of before Go 1.17.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::Facts;
use crate::facts::project::{Main, Project};
use crate::module::ModVer;
use crate::module::cache::CacheFile;
use crate::text::gomod::{self, File};
use crate::text::semver;

/// No project comes near that many module versions.
const MOST: usize = 20_000;

/// Every module version that is required by anybody, and of each path the highest (`modload/mvs.go`).
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub nodes: BTreeSet<ModVer>,
    pub selected: BTreeMap<String, ModVer>,
}

impl Facts<'_> {
    /// The graph below a main module without pruning (`modload/buildlist.go:readModGraph`); `None` where a go.mod of it
    /// is not at hand.
    pub fn module_graph(&self, project: &Project, main: &Main) -> Option<Graph> {
        let file = main.file.as_ref().ok()?;
        let cache = self.module_cache().ok()?;
        let mut graph = Graph::default();
        let mut open: Vec<ModVer> = required(file, file);
        while let Some(node) = open.pop() {
            if !graph.nodes.insert(node.clone()) {
                continue;
            }
            if graph.nodes.len() > MOST {
                return None;
            }
            let higher = |found: &ModVer| semver::compare(&found.version, &node.version).is_lt();
            if graph.selected.get(&node.path).is_none_or(higher) {
                graph.selected.insert(node.path.clone(), node.clone());
            }
            let gomod = match project.resolved(&node) {
                Some(module) => cache.file(&module, CacheFile::Mod).ok()?,
                None => project.replacement(&node)?.join("go.mod"),
            };
            let bytes = self.world.files.read(&gomod).ok()?;
            open.extend(required(&gomod::parse_lax("go.mod", &bytes).ok()?, file));
        }
        Some(graph)
    }
}

/// What a go.mod requires and the main module does not exclude; not itself.
fn required(of: &File, main: &File) -> Vec<ModVer> {
    let own = main.module.as_ref().map(|module| module.path.as_str());
    let excluded = |module: &ModVer| main.exclude.iter().any(|exclude| exclude.module == *module);
    let all = of.require.iter().map(|require| &require.module);
    all.filter(|module| Some(module.path.as_str()) != own && !excluded(module)).cloned().collect()
}
