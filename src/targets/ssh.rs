//! ssh's configuration as a target: one `Include` line on top of the user's file, the hosts in a file of ours.

use std::path::PathBuf;

use super::{Draft, Drafted, Ground, Located, Refused, Target};
use crate::model::{Change, Key, Setting, State, TargetId, Value};
use crate::say;
use crate::text::sshcfg::{HostBlock, SshConfig, parse_hosts, render_hosts, with_include, without_include};
use crate::world::Snapshot;

pub(super) struct Ssh;

/// The key of the line in the user's file; hosts have keys of two names.
const INCLUDE: &str = "Include";

impl Target for Ssh {
    fn id(&self) -> TargetId {
        TargetId::Ssh
    }

    fn files(&self, ground: Ground<'_>) -> Vec<PathBuf> {
        dir(ground)
            .map_or_else(|_| Vec::new(), |dir| vec![dir.join("config"), dir.join("gobs").join("config")])
    }

    fn read(&self, ground: Ground<'_>, now: &Snapshot) -> Vec<Located> {
        let (Ok(dir), include) = (dir(ground), included(ground)) else { return Vec::new() };
        let (users, ours) = (dir.join("config"), dir.join("gobs").join("config"));
        let mut found = Vec::new();
        if let Ok(bytes) = now.bytes(&users)
            && !bytes.is_empty()
            && with_include(bytes, &include) == bytes
        {
            found.push(Located {
                path: users,
                line: None,
                key: Key::new([INCLUDE]),
                value: Value::one(include),
            });
        }
        for block in parse_hosts(now.bytes(&ours).unwrap_or(&[])) {
            for (option, arguments) in &block.options {
                let key = Key::new([block.patterns.join(" "), option.clone()]);
                let value = match arguments.as_slice() {
                    [one] => Value::one(one),
                    many => Value::Many(many.to_vec()),
                };
                found.push(Located { path: ours.clone(), line: None, key, value });
            }
        }
        found
    }

    fn draft(&self, ground: Ground<'_>, now: &Snapshot, wishes: &[Setting]) -> Result<Draft, Refused> {
        let dir = dir(ground)?;
        let (users, ours) = (dir.join("config"), dir.join("gobs").join("config"));
        let (users_bytes, ours_bytes) = (super::readable(now, &users)?, super::readable(now, &ours)?);
        let parsed = SshConfig::parse(&users, users_bytes);
        if let Some(fault) = parsed.faults.first() {
            let (file, line, why) = (users.display(), fault.line, fault.what.say());
            return Err(Refused {
                what: say!(
                    "{file}:{line}: ssh cannot read this line: {why}",
                    "{file}:{line}：ssh 读不懂这一行：{why}",
                    file,
                    line,
                    why
                ),
                hint: Some(say!("correct the line, then run this again", "改正这一行后重新运行")),
            });
        }
        let mut draft = Draft::default();
        let mut blocks = parse_hosts(ours_bytes);
        for wish in wishes.iter().filter(|wish| wish.key.0.len() == 2) {
            let before = option(&blocks, wish.key.first(), wish.key.name());
            if before.list() != wish.value.list() {
                set_option(&mut blocks, wish);
                draft.edits.push(Drafted { path: ours.clone(), before, setting: wish.clone() });
            }
        }
        blocks.retain(|block| !block.options.is_empty());
        let hosts = render_hosts(&blocks).map_err(|bad| Refused { what: bad.0, hint: None })?;

        let unwanted = wishes.iter().any(|wish| wish.key.first() == INCLUDE && wish.value == Value::Absent);
        let include = !blocks.is_empty() && !unwanted;
        let path = included(ground);
        let config = match include {
            true => with_include(users_bytes, &path),
            false => without_include(users_bytes, &path),
        };
        if config != users_bytes {
            let (before, after) = match include {
                true => (Value::Absent, Value::one(&path)),
                false => (Value::one(&path), Value::Absent),
            };
            let why = say!("ssh reads the hosts of gobs from there", "ssh 从这里读取 gobs 写入的主机");
            let setting = Setting::new(TargetId::Ssh, Key::new([INCLUDE]), after).because(why);
            draft.edits.push(Drafted { path: users.clone(), before, setting });
        }
        if let Some(home) = ground.places.home()
            && !draft.edits.is_empty()
            && ground.places.ssh_home() != Some(home)
        {
            let (dir, home) = (dir.display(), home.display());
            draft.notes.push(say!(
                "ssh reads {dir}, whatever HOME ({home}) says",
                "ssh 只读 {dir}，与 HOME（{home}）无关",
                dir,
                home
            ));
        }
        super::private_dir(now, &dir, &mut draft);
        super::private_dir(now, &dir.join("gobs"), &mut draft);
        for (path, before, after, keep) in
            [(users, users_bytes, config, true), (ours, ours_bytes, hosts, false)]
        {
            if after != before {
                let state = now.state(&path).cloned();
                // ssh refuses a configuration that others may write.
                let mode = state.as_ref().map_or(0o600, |state| state.mode & !0o022);
                let gone = after.is_empty() && !keep;
                let after = (!gone).then(|| State::bytes(after, mode));
                draft.changes.push(Change::File { path, before: state, after });
            }
        }
        Ok(draft)
    }
}

/// The hosts that settings wish for, as ssh's configuration writes them.
pub fn host_blocks(settings: &[Setting]) -> Vec<HostBlock> {
    let mut blocks = Vec::new();
    for setting in settings.iter().filter(|s| s.target == TargetId::Ssh && s.key.0.len() == 2) {
        set_option(&mut blocks, setting);
    }
    blocks
}

fn option(blocks: &[HostBlock], host: &str, name: &str) -> Value {
    let block = blocks.iter().find(|block| block.patterns.join(" ") == host);
    let found = block.and_then(|block| block.options.iter().find(|(o, _)| o.eq_ignore_ascii_case(name)));
    found.map_or(Value::Absent, |(_, arguments)| Value::from_list(arguments.clone()))
}

fn set_option(blocks: &mut Vec<HostBlock>, wish: &Setting) {
    let (host, name) = (wish.key.first(), wish.key.name());
    let at = blocks.iter().position(|block| block.patterns.join(" ") == host).unwrap_or_else(|| {
        let patterns = host.split(' ').map(str::to_owned).collect();
        blocks.push(HostBlock { patterns, options: Vec::new() });
        blocks.len() - 1
    });
    let options = &mut blocks[at].options;
    options.retain(|(option, _)| !option.eq_ignore_ascii_case(name));
    if wish.value != Value::Absent {
        options.push((name.to_owned(), wish.value.list().to_vec()));
    }
}

/// The file of ours as the `Include` line names it. ssh finds its own files in the home of the passwd entry, but
/// expands `~` of an `Include` by `$HOME` (`readconf.c`, glob(3)): where the two differ the path is written out.
fn included(ground: Ground<'_>) -> String {
    match ground.places.ssh_home() {
        Some(home) if ground.places.home() != Some(home) => {
            home.join(".ssh").join("gobs").join("config").display().to_string()
        }
        _ => "~/.ssh/gobs/config".to_owned(),
    }
}

/// `.ssh` in the home that ssh reads: the passwd entry's, whatever HOME says.
pub(super) fn dir(ground: Ground<'_>) -> Result<PathBuf, Refused> {
    ground.places.ssh_home().map(|home| home.join(".ssh")).ok_or_else(|| Refused {
        what: say!("there is no home in which ssh would look for .ssh", "找不到 ssh 使用的主目录"),
        hint: None,
    })
}
