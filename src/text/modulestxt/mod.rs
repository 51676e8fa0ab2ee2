//! vendor/modules.txt: what was vendored, and whether that still fits go.mod (modload/vendor.go).

mod consistency;
mod relative;

use std::collections::BTreeMap;

pub use consistency::{Expected, Inconsistent, MainModule, check, report};

use super::gostr;
use super::modpath::ModVer;
use super::{gover, modpath, semver};

/// A vendor/modules.txt as go reads it; what it does not understand is skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModulesTxt {
    /// Modules that provide packages, in order of appearance (`vendorList`).
    pub list: Vec<ModVer>,
    /// Modules marked as replaced, in order of appearance (`vendorReplaced`).
    pub replaced: Vec<ModVer>,
    /// The module of each package.
    pub packages: BTreeMap<String, ModVer>,
    versions: BTreeMap<String, String>,
    notes: BTreeMap<ModVer, Notes>,
}

/// What the lines about a module say beside its name (`vendorMetadata`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// `## explicit`: go.mod requires it by name.
    pub explicit: bool,
    pub replacement: Option<ModVer>,
    /// `## go 1.21`; empty if none.
    pub go: String,
}

impl ModulesTxt {
    /// What is said about a module version.
    pub fn notes(&self, module: &ModVer) -> Option<&Notes> {
        self.notes.get(module)
    }

    /// The selected version of a module that provides packages.
    pub fn version(&self, path: &str) -> Option<&str> {
        self.versions.get(path).map(String::as_str)
    }

    /// The modules that need a newer Go than `local`; go stops at the first.
    pub fn too_new(&self, local: &str) -> Vec<(&ModVer, &str)> {
        let notes = self.notes.iter().map(|(module, notes)| (module, notes.go.as_str()));
        notes.filter(|(_, go)| gover::compare(go, local).is_gt()).collect()
    }

    fn read_module(&mut self, fields: &[&str]) -> ModVer {
        let [path, second, rest @ ..] = fields else {
            return ModVer::default();
        };
        let (module, rest) = if semver::is_valid(second) {
            (version(path, second), rest)
        } else if *second == "=>" {
            // A replacement of all versions.
            (version(path, ""), &fields[1..])
        } else {
            return ModVer::default();
        };
        let replacement = match rest {
            ["=>", path] => Some(version(path, "")),
            ["=>", path, new] if semver::is_valid(new) => Some(version(path, new)),
            _ => None,
        };
        if rest.len() >= 2 && rest[0] == "=>" {
            let notes = self.notes.entry(module.clone()).or_default();
            if replacement.is_some() {
                notes.replacement = replacement;
                self.replaced.push(module.clone());
            }
        }
        module
    }

    fn read_annotations(&mut self, module: &ModVer, annotations: &str) {
        let notes = self.notes.entry(module.clone()).or_default();
        for entry in annotations.split(';') {
            let entry = entry.trim();
            if entry == "explicit" {
                notes.explicit = true;
            }
            if let Some(go) = entry.strip_prefix("go ") {
                go.clone_into(&mut notes.go);
            }
        }
    }

    fn read_package(&mut self, module: &ModVer, line: &str) {
        let mut fields = line.split_whitespace();
        let (Some(package), None) = (fields.next(), fields.next()) else {
            return;
        };
        if modpath::check_import_path(package).is_err() {
            return;
        }
        self.packages.insert(package.to_owned(), module.clone());
        // A module that provides a package is in the build list, with its highest version here.
        let known = self.versions.get(&module.path);
        if known.is_none_or(|known| gover::compare_of_module(&module.path, known, &module.version).is_lt()) {
            self.list.push(module.clone());
            self.versions.insert(module.path.clone(), module.version.clone());
        }
    }
}

/// `readVendorList`.
pub fn parse(data: &[u8]) -> ModulesTxt {
    let mut txt = ModulesTxt::default();
    let mut module = ModVer::default();
    for line in gostr::lossy(data).split('\n') {
        if line.starts_with("# ") {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // A line of fewer words changes nothing, not even the module that packages belong to.
            if fields.len() >= 3 {
                module = txt.read_module(&fields[1..]);
            }
        } else if module.path.is_empty() {
        } else if let Some(annotations) = line.strip_prefix("## ") {
            txt.read_annotations(&module, annotations);
        } else {
            txt.read_package(&module, line);
        }
    }
    txt
}

fn version(path: &str, version: &str) -> ModVer {
    ModVer { path: path.to_owned(), version: version.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let txt = parse(
            b"# ex.test/a v1.0.0\n## explicit; go 1.21\nex.test/a\nex.test/a/sub\n# ex.test/b v1.1.0 => ../b\n## explicit\nex.test/b\n# ex.test/c => ex.test/d v1.0.0\n# ex.test/e what\nex.test/e\n# short\nex.test/f\n",
        );
        assert_eq!(txt.list, [version("ex.test/a", "v1.0.0"), version("ex.test/b", "v1.1.0")]);
        assert_eq!(txt.replaced, [version("ex.test/b", "v1.1.0"), version("ex.test/c", "")]);
        let notes = txt.notes(&version("ex.test/a", "v1.0.0")).unwrap();
        assert_eq!((notes.explicit, notes.go.as_str()), (true, "1.21"));
        assert_eq!(
            txt.notes(&version("ex.test/c", "")).unwrap().replacement,
            Some(version("ex.test/d", "v1.0.0"))
        );
        assert_eq!(txt.packages.len(), 3);
        assert_eq!(txt.version("ex.test/b"), Some("v1.1.0"));
        assert_eq!(txt.too_new("1.20.1").len(), 1);
        assert_eq!(txt.too_new("1.21.0").len(), 0);
    }
}
