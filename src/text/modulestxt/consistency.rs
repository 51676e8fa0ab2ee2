//! Whether vendor/modules.txt fits go.mod, in the words go ends with (modload/vendor.go:checkVendorConsistency).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::ModulesTxt;
use super::relative::canonical;
use crate::order::Gather;
use crate::text::gomod::{File, ModVer, Replace, Work};
use crate::text::gover;

/// A main module.
#[derive(Clone, Copy, Debug)]
pub struct MainModule<'a> {
    pub file: &'a File,
    /// How go names its go.mod in messages: relative to the current directory.
    pub name: &'a str,
    /// Its directory, absolute with slashes; only a workspace needs it.
    pub dir: &'a str,
}

/// What vendor/modules.txt must fit.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// One module.
    Module(MainModule<'a>),
    /// A workspace: its modules, its go.work with the name for messages, and its directory.
    Workspace { modules: &'a [MainModule<'a>], work: &'a Work, name: &'a str, dir: &'a str },
}

/// One line under `inconsistent vendoring`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inconsistent {
    pub module: ModVer,
    pub words: String,
}

impl fmt::Display for Inconsistent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.module, self.words)
    }
}

/// Everything that does not fit, in go's order. Empty: `go build -mod=vendor` is content.
pub fn check(txt: &ModulesTxt, expected: &Expected) -> Vec<Inconsistent> {
    let (modules, workspace) = match expected {
        Expected::Module(module) => (std::slice::from_ref(module), false),
        Expected::Workspace { modules, .. } => (*modules, true),
    };
    // Before Go 1.14 modules.txt said too little to be held to.
    let go = modules.first().and_then(|module| module.file.go.as_ref()).map_or("", |go| &go.value);
    let work = match expected {
        Expected::Workspace { work, .. } => index(&work.replace),
        Expected::Module(_) => Index::new(),
    };
    let mut check = Check {
        txt,
        expected,
        modules,
        lenient: !workspace && gover::compare(go, "1.14").is_lt(),
        required: modules
            .iter()
            .flat_map(|module| &module.file.require)
            .map(|require| &require.module)
            .gather_set(),
        replaced: modules.iter().map(|module| index(&module.file.replace)).collect(),
        work,
        found: Vec::new(),
        seen: BTreeSet::new(),
    };
    check.requirements();
    for module in modules {
        check.replacements(&module.file.replace);
    }
    if let Expected::Workspace { work, .. } = expected {
        check.replacements(&work.replace);
    }
    check.marked_explicit(workspace);
    check.marked_replaced(workspace);
    check.found
}

/// The message go ends with; `root` is the directory that holds vendor.
pub fn report(root: &str, found: &[Inconsistent], workspace: bool) -> String {
    let lines: Vec<String> = found.iter().map(|one| format!("\n\t{one}")).collect();
    let sub = if workspace { "work" } else { "mod" };
    format!(
        "go: inconsistent vendoring in {root}:{}\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, run:\n\t\tgo {sub} vendor",
        lines.concat()
    )
}

type Index<'a> = BTreeMap<&'a ModVer, &'a ModVer>;

/// New by old; the last one of equals.
fn index(replaces: &[Replace]) -> Index<'_> {
    replaces.iter().map(|replace| (&replace.old, &replace.new)).gather_map()
}

struct Check<'a> {
    txt: &'a ModulesTxt,
    expected: &'a Expected<'a>,
    modules: &'a [MainModule<'a>],
    lenient: bool,
    required: BTreeSet<&'a ModVer>,
    /// The replacements of each main module.
    replaced: Vec<Index<'a>>,
    work: Index<'a>,
    found: Vec<Inconsistent>,
    seen: BTreeSet<ModVer>,
}

impl Check<'_> {
    fn add(&mut self, module: &ModVer, words: impl Into<String>) {
        self.found.push(Inconsistent { module: module.clone(), words: words.into() });
    }

    fn requirements(&mut self) {
        let required = self.modules.iter().flat_map(|module| &module.file.require);
        for module in required.map(|require| &require.module) {
            if self.txt.notes(module).is_some_and(|notes| notes.explicit) {
                continue;
            }
            if !self.lenient {
                self.add(
                    module,
                    "is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt",
                );
                continue;
            }
            let path = &module.path;
            if let Some(version) = self.txt.version(path).filter(|version| *version != module.version) {
                self.add(
                    module,
                    format!(
                        "is explicitly required in go.mod, but vendor/modules.txt indicates {path}@{version}"
                    ),
                );
            }
        }
    }

    fn replacements(&mut self, replaces: &[Replace]) {
        for old in replaces.iter().map(|replace| &replace.old) {
            if !self.seen.insert(old.clone()) {
                continue;
            }
            let actual = self.replacement(old);
            let marked = self.txt.notes(old).and_then(|notes| notes.replacement.clone());
            match (marked, actual) {
                (None, None) => {}
                (None, Some(_)) if self.lenient && self.unvendored(old) => {}
                (None, Some(actual)) => {
                    let words = format!(
                        "is replaced in {}, but not marked as replaced in vendor/modules.txt",
                        actual.from
                    );
                    self.add(old, words);
                }
                (Some(marked), actual) => {
                    let canonical =
                        actual.as_ref().map(|actual| actual.canonical.clone()).unwrap_or_default();
                    if marked != canonical {
                        let (new, from) = actual
                            .map_or((ModVer::default(), String::new()), |actual| (actual.new, actual.from));
                        self.add(old, format!("is replaced by {new} in {from}, but marked as replaced by {marked} in vendor/modules.txt"));
                    }
                }
            }
        }
    }

    /// Before 1.14, wildcards and replacements of modules without packages were left out.
    fn unvendored(&self, old: &ModVer) -> bool {
        old.version.is_empty() || self.txt.version(&old.path) != Some(old.version.as_str())
    }

    fn marked_explicit(&mut self, workspace: bool) {
        for module in &self.txt.list {
            let explicit = self.txt.notes(module).is_some_and(|notes| notes.explicit);
            if explicit && !self.required.contains(module) {
                let article = if workspace { "a " } else { "" };
                self.add(module, format!("is marked as explicit in vendor/modules.txt, but not explicitly required in {article}go.mod"));
            }
        }
    }

    fn marked_replaced(&mut self, workspace: bool) {
        for module in &self.txt.replaced {
            if self.replacement(module).is_none() {
                let place = if workspace { "the workspace" } else { "go.mod" };
                self.add(
                    module,
                    format!("is marked as replaced in vendor/modules.txt, but not replaced in {place}"),
                );
            }
        }
    }

    /// `replacementFrom` and `canonicalizeReplacePath`: go.work first, then the last module that replaces it.
    fn replacement(&self, old: &ModVer) -> Option<Replacement> {
        let is_main =
            |main: &MainModule| main.file.module.as_ref().is_some_and(|module| module.path == old.path);
        if old.version.is_empty() && self.modules.iter().any(is_main) {
            return None;
        }
        let work_dir = match self.expected {
            Expected::Workspace { name, dir, .. } => {
                if let Some(new) = lookup(&self.work, old) {
                    return Some(Replacement {
                        canonical: new.clone(),
                        new: new.clone(),
                        from: (*name).to_owned(),
                    });
                }
                Some(*dir)
            }
            Expected::Module(_) => None,
        };
        let last_first = self.modules.iter().zip(&self.replaced).rev();
        let mut hits = last_first.filter_map(|(main, replaced)| Some((main, lookup(replaced, old)?)));
        let (main, new) = hits.next()?;
        Some(Replacement {
            canonical: work_dir.map_or_else(|| new.clone(), |work_dir| canonical(new, main.dir, work_dir)),
            new: new.clone(),
            from: main.name.to_owned(),
        })
    }
}

/// What replaces a module, and where that is written.
struct Replacement {
    /// As written.
    new: ModVer,
    /// As modules.txt writes it.
    canonical: ModVer,
    from: String,
}

/// The replacement of this very version, else of all versions.
fn lookup<'a>(replaced: &Index<'a>, old: &ModVer) -> Option<&'a ModVer> {
    let wildcard = || ModVer { path: old.path.clone(), version: String::new() };
    replaced.get(old).or_else(|| replaced.get(&wildcard())).copied()
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::text::gomod;

    fn verdict(go_mod: &str, txt: &str) -> Vec<String> {
        let file = gomod::parse("go.mod", go_mod.as_bytes()).unwrap();
        let main = MainModule { file: &file, name: "go.mod", dir: "/m" };
        let found = check(&parse(txt.as_bytes()), &Expected::Module(main));
        found.iter().map(Inconsistent::to_string).collect()
    }

    const MOD: &str =
        "module ex.test/m\ngo 1.21\nrequire ex.test/a v1.0.0\nreplace ex.test/b v1.0.0 => ../b\n";

    #[test]
    fn consistent() {
        let txt = "# ex.test/a v1.0.0\n## explicit\nex.test/a\n# ex.test/b v1.0.0 => ../b\n";
        assert_eq!(verdict(MOD, txt), Vec::<String>::new());
    }

    #[test]
    fn every_message() {
        assert_eq!(
            verdict(MOD, ""),
            [
                "ex.test/a@v1.0.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt",
                "ex.test/b@v1.0.0: is replaced in go.mod, but not marked as replaced in vendor/modules.txt",
            ]
        );
        let txt = "# ex.test/a v1.0.0\n## explicit\n# ex.test/b v1.0.0 => ../c\n# ex.test/c v1.0.0\n## explicit\nex.test/c\n# ex.test/d => ../d\n";
        assert_eq!(
            verdict(MOD, txt),
            [
                "ex.test/b@v1.0.0: is replaced by ../b in go.mod, but marked as replaced by ../c in vendor/modules.txt",
                "ex.test/c@v1.0.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod",
                "ex.test/d: is marked as replaced in vendor/modules.txt, but not replaced in go.mod",
            ]
        );
        let old = "module ex.test/m\ngo 1.13\nrequire ex.test/a v1.0.0\nreplace ex.test/b => ../b\n";
        assert_eq!(
            verdict(old, "# ex.test/a v1.1.0\nex.test/a\n"),
            [
                "ex.test/a@v1.0.0: is explicitly required in go.mod, but vendor/modules.txt indicates ex.test/a@v1.1.0"
            ]
        );
    }

    #[test]
    fn workspaces() {
        let a = gomod::parse(
            "go.mod",
            b"module ex.test/m\ngo 1.22\nrequire ex.test/a v1.0.0\nreplace ex.test/b => ../lib\n",
        )
        .unwrap();
        let work = gomod::parse_work("go.work", b"go 1.22\nuse ./m\nreplace ex.test/c => ./c\n").unwrap();
        let modules = [MainModule { file: &a, name: "m/go.mod", dir: "/w/m" }];
        let expected = Expected::Workspace { modules: &modules, work: &work, name: "go.work", dir: "/w" };
        let good = "## workspace\n# ex.test/a v1.0.0\n## explicit\nex.test/a\n# ex.test/b => ./lib\n# ex.test/c => ./c\n";
        assert_eq!(check(&parse(good.as_bytes()), &expected), []);
        let found = check(&parse(b"# ex.test/a v1.0.0\n## explicit\n# ex.test/d v1.0.0\n## explicit\nex.test/d\n# ex.test/e => ./e\n"), &expected);
        assert_eq!(
            report("/w", &found, true),
            "go: inconsistent vendoring in /w:\n\tex.test/b: is replaced in m/go.mod, but not marked as replaced in vendor/modules.txt\n\tex.test/c: is replaced in go.work, but not marked as replaced in vendor/modules.txt\n\tex.test/d@v1.0.0: is marked as explicit in vendor/modules.txt, but not explicitly required in a go.mod\n\tex.test/e: is marked as replaced in vendor/modules.txt, but not replaced in the workspace\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, run:\n\t\tgo work vendor"
        );
    }
}
