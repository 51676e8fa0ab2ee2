//! What repairs a bad value: by the layer it stands in.

use std::path::Path;

use crate::facts::Facts;
use crate::facts::acting::{Acting, Scope};
use crate::facts::go::Layer;
use crate::model::{Finding, Setting, Source, Step, Value};
use crate::say;

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
        Some(Source::File(path, Some(line))) if facts.is_own_file(path) => {
            let mut steps = vec![Step::CommentOut { path: path.clone(), line: *line, was: facts.raw_line(path, *line) }];
            let there = facts.env_file_line(name).map(|(_, _, value)| value);
            if let (Value::One(wanted), None) = (wanted, &there) {
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
        Some(Source::File(path, Some(line))) => finding.command(
            say!("that file belongs to the system; its administrator takes the line out", "这是系统文件，需要管理员去掉这一行"),
            sudo_comment(path, *line),
        ),
        _ => finding.command(
            say!(
                "it stands in this process's environment only; take it away where it is set (IDE, service, CI)",
                "它只在当前进程的环境里；请在设置它的地方（IDE、服务、CI）去掉"
            ),
            format!("unset {name}"),
        ),
    }
}

/// Comments a line of a system file out; for a person to paste.
fn sudo_comment(path: &Path, line: u32) -> String {
    format!("sudo sed -i '{line}s/^/# /' {}", path.display())
}
