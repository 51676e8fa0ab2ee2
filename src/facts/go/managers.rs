//! Where a go comes from: a version manager, the distribution, an IDE, Windows; and the line that chose it.

use std::path::{Path, PathBuf};

use crate::facts::shell::project::{MISE, line_at};
use crate::model::{Evidence, Msg, Source};
use crate::say;
use crate::world::World;

/// Who put a go where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub name: Msg,
    /// For a version manager: the line that chooses the version, if one does.
    pub chosen: Option<Evidence>,
    /// The choice belongs to a manager: PATH is its business, not the user's.
    pub managed: bool,
}

/// A version manager whose `go` is a shim: a stand-in that looks the version up when it is run.
struct Shims {
    name: &'static str,
    /// Below HOME; the variable moves it.
    home: &'static str,
    moved_by: &'static str,
    /// The name of Go in `.tool-versions`.
    tools: &'static [&'static str],
    /// From the manager's directory to the Go tree of a version.
    tree: fn(&Path, &str) -> PathBuf,
}

const SHIMS: [Shims; 3] = [
    Shims {
        name: "asdf",
        home: ".asdf",
        moved_by: "ASDF_DATA_DIR",
        tools: &["golang"],
        tree: |dir, version| dir.join("installs/golang").join(version).join("go"),
    },
    Shims {
        name: "mise",
        home: ".local/share/mise",
        moved_by: "MISE_DATA_DIR",
        tools: &["go", "golang"],
        tree: |dir, version| dir.join("installs/go").join(version),
    },
    Shims {
        name: "goenv",
        home: ".goenv",
        moved_by: "GOENV_ROOT",
        tools: &[],
        tree: |dir, version| dir.join("versions").join(version),
    },
];

/// The name of the manager whose shim a program is, and the Go tree it stands for here, if one is chosen and installed.
pub(super) fn shim(world: &World, program: &Path) -> Option<(&'static str, Option<PathBuf>)> {
    let shims = SHIMS.iter().find(|shims| program.starts_with(shims.dir(world).join("shims")))?;
    let version = shims.choice(world).map(|(_, version)| version);
    let tree = version.map(|version| (shims.tree)(&shims.dir(world), &version));
    Some((shims.name, tree.filter(|tree| world.files.is_dir(&tree.join("pkg").join("tool")))))
}

/// Where a go comes from; `None` where nothing is known of the place.
pub(super) fn origin(world: &World, program: &Path, real: &Path) -> Option<Origin> {
    let managed = |name: &str, chosen| Origin { name: Msg::plain(name), chosen, managed: true };
    for shims in &SHIMS {
        if program.starts_with(shims.dir(world)) || real.starts_with(shims.dir(world)) {
            return Some(managed(shims.name, shims.choice(world).map(|(at, _)| at)));
        }
    }
    if let Some(at) = direnv(world, program) {
        return Some(managed("direnv", Some(at)));
    }
    let home = world.places.home();
    let below =
        |dir: &str| home.is_some_and(|home| [program, real].iter().any(|at| at.starts_with(home.join(dir))));
    let system = |dir: &str| [program, real].iter().any(|at| at.starts_with(world.places.system(dir)));
    let plain = |name: Msg| Some(Origin { name, chosen: None, managed: false });
    if below(".gvm") {
        let default = home?.join(".gvm/environments/default");
        return Some(managed("gvm", line_with(world, &default, "gvm_go_name")));
    }
    if below(".g") {
        return Some(managed("g", None));
    }
    if below("go/sdk") || below("sdk") {
        return plain(say!("an IDE's or golang.org/dl's own", "IDE 或 golang.org/dl 自带"));
    }
    if system("/snap") {
        return plain(Msg::plain("snap"));
    }
    if system("/opt/homebrew") || system("/home/linuxbrew") {
        return plain(Msg::plain("Homebrew"));
    }
    if system("/usr/local/go") {
        return plain(say!("the archive of go.dev", "官方压缩包"));
    }
    if system("/usr/bin") || system("/usr/lib") || system("/bin") {
        return plain(say!("the distribution's package", "发行版软件包"));
    }
    None
}

impl Shims {
    fn dir(&self, world: &World) -> PathBuf {
        let moved = world.vars.os(self.moved_by).map(PathBuf::from);
        let home = || world.places.home().map(|home| home.join(self.home));
        moved.or_else(home).unwrap_or_else(|| PathBuf::from("/nonexistent"))
    }

    /// The version chosen here and the line that says so: from the current directory upwards, then in HOME.
    fn choice(&self, world: &World) -> Option<(Evidence, String)> {
        let home = world.places.home().map(Path::to_path_buf);
        let dirs = world.cwd.ancestors().take(64).map(Path::to_path_buf).chain(home);
        dirs.into_iter().find_map(|dir| match self.name {
            "mise" => MISE
                .iter()
                .find_map(|file| mise_tool(world, &dir.join(file)))
                .or_else(|| self.tool_version(world, &dir)),
            "goenv" => [".go-version", ".goenv/version"].iter().find_map(|file| {
                let at = dir.join(file);
                let text = world.files.text(&at).ok()?;
                let version = text.lines().next()?.trim().to_owned();
                Some((Evidence { from: Source::File(at, Some(1)), seen: version.clone() }, version))
            }),
            _ => self.tool_version(world, &dir),
        })
    }

    /// `golang 1.26.3` in `.tool-versions`.
    fn tool_version(&self, world: &World, dir: &Path) -> Option<(Evidence, String)> {
        let at = dir.join(".tool-versions");
        let text = world.files.text(&at).ok()?;
        (1..).zip(text.lines()).find_map(|(number, line)| {
            let mut words = line.split_whitespace();
            let tool = words.next().filter(|tool| self.tools.contains(tool))?;
            let version = words.next()?.to_owned();
            let seen = format!("{tool} {version}");
            Some((Evidence { from: Source::File(at.clone(), Some(number)), seen }, version))
        })
    }
}

/// `go = "1.26"` under `[tools]`.
fn mise_tool(world: &World, at: &Path) -> Option<(Evidence, String)> {
    let text = world.files.text(at).ok()?;
    let document = toml_edit::Document::parse(text.as_str()).ok()?;
    let item = document.get("tools")?.as_table_like()?.get("go")?;
    let table = item.as_table_like().and_then(|table| table.get("version")?.as_str());
    let version = item.as_str().or(table)?.to_owned();
    let line = line_at(&text, item.span()?.start);
    Some((
        Evidence { from: Source::File(at.to_path_buf(), line), seen: format!("go = \"{version}\"") },
        version,
    ))
}

/// The line of the `.envrc` in force that puts this go on PATH.
fn direnv(world: &World, program: &Path) -> Option<Evidence> {
    let envrc = PathBuf::from(world.vars.os("DIRENV_FILE")?);
    let tree = program.parent()?;
    let text = world.files.text(&envrc).ok()?;
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let adds = ["PATH_add", "path_add", "PATH=", "GOROOT=", "use go", "use_go"];
        let sets = adds.iter().any(|word| line.contains(word)) && !line.trim_start().starts_with('#');
        let here = tree.ancestors().take(2).any(|dir| {
            let dir = dir.display().to_string();
            let below = envrc.parent().map(|at| format!("{}/", at.display())).unwrap_or_default();
            line.contains(&dir) || dir.strip_prefix(&below).is_some_and(|dir| line.contains(dir))
        });
        let from = Source::File(envrc.clone(), Some(number));
        (sets && (here || line.contains("use"))).then(|| Evidence { from, seen: line.trim().to_owned() })
    })
}

fn line_with(world: &World, at: &Path, needle: &str) -> Option<Evidence> {
    let text = world.files.text(at).ok()?;
    let (number, line) = (1..).zip(text.lines()).find(|(_, line)| line.contains(needle))?;
    Some(Evidence { from: Source::File(at.to_path_buf(), Some(number)), seen: line.trim().to_owned() })
}
