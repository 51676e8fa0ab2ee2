//! What repairs a bad value: by the layer it stands in.

use std::path::Path;

use crate::facts::Facts;
use crate::facts::acting::{Acting, Scope};
use crate::facts::go::Layer;
use crate::model::{Finding, Msg, Setting, Source, Step, Value};
use crate::say;
use crate::text::goenv;

/// Adds the remedy that puts `wanted` in force in place of a bad value; `Absent` takes the value away.
///
/// In the Go env file (or above the SDK's go.env) the key is set; a line of a start file of the user's own is
/// commented out; what lies in system files or only in this process is for a person.
pub(in crate::checks) fn repair(
    facts: &Facts<'_>,
    acting: &Acting,
    wanted: &Value,
    finding: Finding,
) -> Finding {
    let name = &acting.name;
    let set = Step::Set(Setting::go(name, wanted.clone()));
    if let Scope::Now(Layer::UserFile | Layer::GorootFile | Layer::Default) = acting.scope {
        return match wanted {
            Value::Absent => finding.remedy(
                say!("removes {name} from the Go env file", "从 Go 环境文件中删除 {name}", name),
                vec![set],
            ),
            wanted => finding
                .remedy(say!("sets {name} to {wanted}", "把 {name} 设为 {wanted}", name, wanted), vec![set]),
        };
    }
    match acting.places.first() {
        Some(Source::File(path, _)) if facts.is_managed_file(path) => finding.advice(say!(
            "the project or its version manager sets it: change it in that file",
            "它由项目或版本管理器设置：请在那个文件里修改"
        )),
        Some(Source::File(path, Some(line))) if !facts.is_own_file(path) => finding.command(
            say!(
                "that file belongs to the system; its administrator takes the line out",
                "这是系统文件，需要管理员去掉这一行"
            ),
            by_administrator(facts, path, *line),
        ),
        Some(Source::File(path, Some(line))) if facts.commented_out(path, *line).is_some() => {
            let was = facts.raw_line(path, *line);
            let mut steps = vec![Step::CommentOut { path: path.clone(), line: *line, was }];
            let there = facts.env_file_line(name).map(|(_, _, value)| value);
            if let (Value::One(wanted), None) = (wanted, &there)
                && goenv::is_writable(name)
            {
                steps.push(Step::Set(Setting::go(name, Value::one(wanted))));
            }
            finding.remedy(
                say!(
                    "comments that line out, so that go's own setting counts; open a new shell afterwards",
                    "注释掉这一行，让 go 自己的设置生效；之后请新开一个终端"
                ),
                steps,
            )
        }
        Some(Source::File(path, Some(_))) if path.ends_with("fish/fish_variables") => finding.command(
            say!("takes the universal variable of fish away", "删除 fish 的这个通用变量"),
            format!("fish -c 'set -Ue {name}'"),
        ),
        Some(Source::File(..)) => finding.advice(say!(
            "take {name} out of that line by hand; the line does something else, too",
            "请手工把 {name} 从这一行去掉；这一行还做了别的事",
            name
        )),
        _ => finding.command(in_this_process(facts, name), format!("unset {name}")),
    }
}

/// Where a value comes from that no file sets.
fn in_this_process(facts: &Facts<'_>, name: &str) -> Msg {
    match facts.set_by_this_shell(name) {
        Some(true) => say!(
            "it was set in this terminal and is gone with it; until then:",
            "它是在当前终端里设置的，关掉终端就没有了；在此之前可以："
        ),
        Some(false) => say!(
            "no start file sets it: it was handed down by whatever started this shell (IDE, service, CI); take it away there",
            "没有启动文件设置它：它由启动当前 shell 的程序（IDE、服务、CI）传入；请在那里去掉"
        ),
        None => say!(
            "it stands in this process's environment only; take it away where it is set (IDE, service, CI)",
            "它只在当前进程的环境里；请在设置它的地方（IDE、服务、CI）去掉"
        ),
    }
}

/// Comments a line of a system file out, or opens the file there; for a person to paste.
fn by_administrator(facts: &Facts<'_>, path: &Path, line: u32) -> String {
    let shown = path.display().to_string();
    let plain = shown.chars().all(|c| c.is_ascii_alphanumeric() || "-_./+".contains(c));
    let shown = if plain { shown } else { format!("'{}'", shown.replace('\'', "'\\''")) };
    match facts.commented_out(path, line) {
        Some(after) if after.trim_start().starts_with(':') => {
            format!("sudo sed -i '{line}s/^/: # /' {shown}")
        }
        Some(_) => format!("sudo sed -i '{line}s/^/# /' {shown}"),
        None => format!("sudo vi +{line} {shown}"),
    }
}
