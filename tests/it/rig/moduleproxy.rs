//! goproxy v0.17.2, as a company runs it: built once by the machine's go, kept in the target folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::repos::Repo;
use super::server::{Server, accepts, must, on_port};

const VERSION: &str = "v0.17.2";

/// A running module proxy.
pub struct ModuleProxy {
    at: SocketAddr,
    server: Server,
    dir: tempfile::TempDir,
}

impl ModuleProxy {
    /// A proxy whose own GOPROXY is `upstream` (a `file://` tree, another server, `direct`, `off`), with more variables.
    pub fn start(upstream: &str, vars: &[(&str, &str)]) -> ModuleProxy {
        ModuleProxy::with(upstream, vars, &[])
    }

    /// The same, relaying a checksum database: its name and its address.
    pub fn relaying(upstream: &str, sumdb: &str) -> ModuleProxy {
        ModuleProxy::with(upstream, &[], &["--proxied-sumdbs", sumdb])
    }

    fn with(upstream: &str, vars: &[(&str, &str)], more: &[&str]) -> ModuleProxy {
        let dir = tempfile::tempdir().unwrap();
        let base =
            [("GOPROXY", upstream), ("GOSUMDB", "off"), ("GOTOOLCHAIN", "local"), ("GOFLAGS", "-modcacherw")];
        let vars: Vec<_> = base.into_iter().chain(vars.iter().copied()).collect();
        let binary = binary().display().to_string();
        let cache = dir.path().join("cache").display().to_string();
        let (at, server) = on_port(None, |at| {
            let at_text = at.to_string();
            let words = [&binary, "server", "--address", &at_text, "--cacher-dir", &cache];
            let words: Vec<&str> = words.into_iter().chain(more.iter().copied()).collect();
            Server::start(dir.path(), &words, &vars, || accepts(at))
        });
        ModuleProxy { at, server, dir }
    }

    /// A proxy of the modules of a file tree that [`Repo::publish`] filled.
    pub fn of(tree: &Path) -> ModuleProxy {
        ModuleProxy::start(&format!("file://{}", tree.display()), &[])
    }

    /// `http://127.0.0.1:port`: what belongs into GOPROXY.
    pub fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    pub fn log(&self) -> String {
        self.server.said()
    }
}

impl Repo {
    /// Puts the version that a tag names into a tree that serves as `GOPROXY=file://…`, or behind any web server.
    pub fn publish(&self, tree: &Path, module: &str, version: &str) {
        let at = tree.join(module).join("@v");
        std::fs::create_dir_all(&at).unwrap();
        let zip = at.join(format!("{version}.zip"));
        let (prefix, output) =
            (format!("--prefix={module}@{version}/"), format!("--output={}", zip.display()));
        self.git(&["archive", "--format=zip", &prefix, &output, version]);
        let go_mod = self.git(&["show", &format!("{version}:go.mod")]) + "\n";
        std::fs::write(at.join(format!("{version}.mod")), go_mod).unwrap();
        let info = format!("{{\"Version\":\"{version}\",\"Time\":\"2025-06-15T15:06:40Z\"}}");
        std::fs::write(at.join(format!("{version}.info")), info).unwrap();
        let list = std::fs::read_to_string(at.join("list")).unwrap_or_default();
        std::fs::write(at.join("list"), format!("{list}{version}\n")).unwrap();
    }
}

/// The program. The first build takes half a minute and downloads its modules from the machine's own module proxy.
fn binary() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("goproxy-{VERSION}"));
        if !kept.exists() {
            // Built aside and renamed: two runs of the tests may come here at once.
            let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            let tool = "github.com/goproxy/goproxy/cmd/goproxy";
            for words in [
                vec!["mod", "init", "rig"],
                vec!["get", "-tool", &format!("{tool}@{VERSION}")],
                vec!["build", "-o", "goproxy", tool],
            ] {
                let go =
                    Command::new("go").args(&words).current_dir(dir.path()).env_remove("GOFLAGS").output();
                must(go.expect("the tests need the go command"), &words);
            }
            std::fs::rename(dir.path().join("goproxy"), &kept).unwrap();
        }
        kept
    })
}
