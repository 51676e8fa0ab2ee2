//! Proof: after writing, the real consumers are asked whether the values are in force, and if not, what shadows them.

mod git;
mod go;
mod ssh;

use std::thread;
use std::time::Duration;

use crate::facts::{Facts, Looking};
use crate::model::kind::Kind;
use crate::model::{Evidence, Finding, Setting, Source, TargetId, kind};
use crate::say;
use crate::world::World;

/// A setting that was written and is not in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadow {
    pub setting: Setting,
    /// The value in force instead.
    pub instead: String,
    /// Who sets it.
    pub by: Evidence,
    /// Only in the user's next shell.
    pub next: bool,
}

impl Shadow {
    pub fn finding(&self) -> Finding {
        let (name, value) = (&self.setting.key, &self.instead);
        let what = match self.next {
            false => say!(
                "{name} is {value}, not the value written",
                "{name} 实际是 {value}，不是写入的值",
                name,
                value
            ),
            true => say!(
                "in your next shell {name} will be {value}, not the value written",
                "在新开的终端里 {name} 会是 {value}，不是写入的值",
                name,
                value
            ),
        };
        let mut finding = Finding::warning(self.kind(), what)
            .fact("variable", name.to_string())
            .fact("value", value.clone());
        finding.evidence.push(self.by.clone());
        match &self.by.from {
            Source::Env(name) => finding.advice(say!(
                "this process got it from its environment; find the line with: gobs doctor --only env.shadow",
                "它来自当前进程的环境变量；查找设置它的那一行：gobs doctor --only env.shadow",
            )).fact("name", name.clone()),
            Source::File(..) if matches!(self.setting.target, TargetId::GoEnv) => finding.command(
                say!("shows what to do about that line", "查看如何处理这一行"),
                "gobs doctor --only env.shadow",
            ),
            Source::Command(_) => finding.advice(say!(
                "the file was changed since, or that program reads another one: run this again",
                "文件随后又被改过，或该程序读的是另一个文件：请重新运行"
            )),
            _ => finding.advice(say!("change it there", "请在该处修改")),
        }
    }

    fn kind(&self) -> Kind {
        match self.setting.target {
            TargetId::Git if self.setting.key.first() == "url" => kind::INSTEADOF_SHADOWS,
            TargetId::Git => kind::GIT_SETTING_SHADOWED,
            TargetId::Ssh | TargetId::KnownHosts => kind::SSH_OPTION_SHADOWED,
            TargetId::GoEnv | TargetId::Shell => kind::ENV_VAR_OVERRIDES_GOENV,
        }
    }
}

/// What the consumers said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    pub shadows: Vec<Shadow>,
    /// The programs that answered, in this order: `go`, `git`, `ssh`.
    pub asked: Vec<&'static str>,
}

impl Proof {
    /// What our own reading of go's layers says; nobody is asked.
    pub fn by_layers(facts: &Facts<'_>, settings: &[Setting]) -> Proof {
        Proof { shadows: go::by_layers(facts, settings), asked: Vec::new() }
    }
}

/// Asks go, git and ssh, those of them that are here and concerned, side by side; each within `budget`.
pub fn by_asking(world: &World, settings: &[Setting], budget: Duration) -> Proof {
    let facts = Facts::new(world, Looking { offline: true, ..Looking::default() });
    thread::scope(|scope| {
        let git = scope.spawn(|| git::by_asking(&facts, settings));
        let ssh = scope.spawn(|| ssh::by_asking(world, settings, budget));
        let mut proof = Proof { shadows: go::by_layers(&facts, settings), asked: Vec::new() };
        let go = go::by_asking(world, settings, budget).map(|mut says| {
            // What the layers explain needs no second word.
            says.retain(|said| !proof.shadows.iter().any(|s| s.setting.key == said.setting.key));
            says
        });
        let answers =
            [("go", go), ("git", git.join().unwrap_or_default()), ("ssh", ssh.join().unwrap_or_default())];
        for (name, says) in answers {
            if let Some(says) = says {
                proof.asked.push(name);
                proof.shadows.extend(says);
            }
        }
        proof
    })
}
