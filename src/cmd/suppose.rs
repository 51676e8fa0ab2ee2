//! This machine as if a profile were in force: go, git and ssh are handed its settings by variables, and nothing is written.

use super::init::patterns_now;
use super::profile::{Source, load};
use crate::facts::{Facts, Looking};
use crate::model::{Failure, Setting, TargetId, Value};
use crate::profile::{Given, resolve};
use crate::say;
use crate::targets::host_blocks;
use crate::text::knownhosts::{HostKey, KnownKeys, render_ours};
use crate::text::sshcfg::render_hosts;
use crate::world::{Scratch, Vars, World};

/// A world in which a profile is in force; the directory holds what ssh reads and is gone with it.
pub(super) struct Supposed {
    pub(super) world: World,
    pub(super) private: Vec<String>,
    _files: Option<Scratch>,
}

/// Resolves a profile against this machine, as `init` would without asking, and lays it over the variables.
pub(super) fn profile(world: &World, name: &str) -> Result<Supposed, Failure> {
    let merged = load(world, &Source { name, sha256: None, ca: None }, false)?;
    let facts = Facts::new(world, Looking { offline: true, ..Looking::default() });
    let mut given = Given { patterns_now: patterns_now(world, &facts), ..Given::default() };
    if facts.platform_without_toolchain() {
        given.facts.insert("machine.no-toolchain");
    }
    let resolved = resolve(&merged, &given)?;
    let mut vars = world.vars.clone();
    for setting in &resolved.settings {
        match (setting.target, &setting.value) {
            (TargetId::GoEnv | TargetId::Shell, Value::Absent) => vars.remove(setting.key.name()),
            (TargetId::GoEnv | TargetId::Shell, value) => vars.set(setting.key.name(), value.to_string()),
            _ => {}
        }
    }
    git(&mut vars, &resolved.settings);
    let files = ssh(world, &mut vars, &resolved.settings)?;
    let private = resolved.private.into_iter().map(|private| private.host).collect();
    Ok(Supposed { world: world.with_vars(vars), private, _files: files })
}

/// git reads keys from `GIT_CONFIG_KEY_0` and on, too.
fn git(vars: &mut Vars, settings: &[Setting]) {
    let mut count: usize = vars.get("GIT_CONFIG_COUNT").and_then(|count| count.parse().ok()).unwrap_or(0);
    for setting in settings.iter().filter(|setting| setting.target == TargetId::Git) {
        for value in setting.value.list() {
            vars.set(&format!("GIT_CONFIG_KEY_{count}"), setting.key.to_string());
            vars.set(&format!("GIT_CONFIG_VALUE_{count}"), value);
            count += 1;
        }
    }
    if count > 0 {
        vars.set("GIT_CONFIG_COUNT", count.to_string());
    }
}

/// ssh reads a file before the user's own, which comes after it.
fn ssh(world: &World, vars: &mut Vars, settings: &[Setting]) -> Result<Option<Scratch>, Failure> {
    let mut blocks = host_blocks(settings);
    if blocks.is_empty() {
        return Ok(None);
    }
    let no_room = |err: &dyn std::fmt::Display| {
        let why = err.to_string();
        Failure::new(say!("no temporary file can be written: {why}", "无法写临时文件：{why}", why))
    };
    let scratch = Scratch::new().map_err(|err| no_room(&err))?;
    let keys = settings.iter().filter(|setting| setting.target == TargetId::KnownHosts);
    let known: Vec<KnownKeys> = keys.map(known_keys).collect();
    let known = scratch.put("known_hosts", &render_ours(&known).map_err(|bad| Failure::new(bad.0))?);
    let known = known.map_err(|err| no_room(&err))?.display().to_string();
    for (name, values) in blocks.iter_mut().flat_map(|block| &mut block.options) {
        if name == "UserKnownHostsFile" {
            values.iter_mut().filter(|file| file.contains("/gobs/")).for_each(|file| known.clone_into(file));
        }
    }
    let mut text = render_hosts(&blocks).map_err(|bad| Failure::new(bad.0))?;
    let own = world.places.ssh_home().map(|home| home.join(".ssh/config"));
    for file in own.into_iter().chain([world.places.system("/etc/ssh/ssh_config")]) {
        text.extend(format!("Match all\nInclude \"{}\"\n", file.display()).into_bytes());
    }
    let config = scratch.put("config", &text).map_err(|err| no_room(&err))?;
    let own = vars.get("GIT_SSH_COMMAND").unwrap_or("ssh").to_owned();
    vars.set("GIT_SSH_COMMAND", format!("{own} -F '{}'", config.display()));
    Ok(Some(scratch))
}

fn known_keys(setting: &Setting) -> KnownKeys {
    let name = setting.key.name();
    let with_port = name.strip_prefix('[').and_then(|rest| rest.split_once("]:"));
    let (host, port) = match with_port.and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => (host.to_owned(), port),
        None => (name.to_owned(), 22),
    };
    let keys = setting.value.list().iter().filter_map(|text| HostKey::parse(text).ok()).collect();
    KnownKeys { host, port, keys }
}
