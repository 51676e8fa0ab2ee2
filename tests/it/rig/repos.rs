//! Bare Git repositories in one folder, as a forge keeps them: `group/sub/name.git`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::server::{out, run};

/// The folder that the Git servers serve.
pub struct Repos {
    dir: tempfile::TempDir,
}

/// One repository; its methods add to its branch `main`.
pub struct Repo {
    path: PathBuf,
}

impl Repos {
    pub fn new() -> Repos {
        Repos { dir: tempfile::tempdir().unwrap() }
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    /// An empty repository; `name` is without `.git`.
    pub fn empty(&self, name: &str) -> Repo {
        let path = self.root().join(format!("{name}.git"));
        out(self.root(), &["git", "init", "-q", "--bare", "-b", "main", &path.display().to_string()]);
        Repo { path }
    }

    /// A repository with a module at its root, tagged `v1.0.0`.
    pub fn module(&self, name: &str, module: &str) -> Repo {
        let repo = self.empty(name);
        let package = module.rsplit('/').next().unwrap().trim_end_matches(".git").replace(['-', '.'], "_");
        repo.commit(&[
            ("go.mod", &format!("module {module}\n\ngo 1.21\n")),
            ("lib.go", &format!("package {package}\n")),
        ]);
        repo.tag("v1.0.0");
        repo
    }
}

impl Repo {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A commit that writes these files over what was there.
    pub fn commit(&self, files: &[(&str, &str)]) -> String {
        let born = !self.git(&["for-each-ref", "refs/heads/main"]).is_empty();
        // A second apart, so that pseudo-versions differ and are the same in every run.
        let count = if born { self.git(&["rev-list", "--count", "main"]) } else { "0".to_owned() };
        let when = 1_750_000_000 + count.parse::<u64>().unwrap();
        let mut stream =
            format!("commit refs/heads/main\ncommitter Rig <rig@example.com> {when} +0000\ndata 1\n.\n");
        if born {
            stream += "from refs/heads/main^0\n";
        }
        for (name, text) in files {
            let _ = write!(stream, "M 100644 inline {name}\ndata {}\n{text}\n", text.len());
        }
        run(&self.path, &["git", "fast-import", "--quiet", "--date-format=raw"], stream.as_bytes());
        self.git(&["rev-parse", "main"])
    }

    /// Tags the newest commit, moving the tag if it is there.
    pub fn tag(&self, name: &str) {
        self.git(&["tag", "-f", name, "main"]);
    }

    pub fn git(&self, words: &[&str]) -> String {
        let words: Vec<&str> = std::iter::once("git").chain(words.iter().copied()).collect();
        out(&self.path, &words)
    }
}
