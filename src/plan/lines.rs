//! Steps about lines rather than settings: a line commented out, and what `undo` needs to put it back.

use std::path::Path;

use crate::model::plan::Edit;
use crate::model::{Key, Step, TargetId, Value};
use crate::order::Order;
use crate::say;
use crate::targets::{Ground, Refused, target};
use crate::text::shellrc::{self, Dialect};
use crate::text::{diff, goenv};

/// The first name of the key of such an edit; the second is the number of the line.
const LINE: &str = "line";

/// The file with these lines commented out, last line first so that numbers stay true.
///
/// # Errors
/// A line that is no longer what it was, or that cannot be taken out of its surroundings.
pub(super) fn comment_out(
    ground: Ground<'_>,
    path: &Path,
    bytes: &[u8],
    mut lines: Vec<(u32, &str)>,
) -> Result<(Vec<u8>, Vec<Edit>), Refused> {
    lines.order();
    lines.dedup();
    let of_go = target(TargetId::GoEnv).files(ground).iter().any(|file| file == path);
    let (mut text, mut edits) = (bytes.to_vec(), Vec::new());
    for (line, was) in lines.into_iter().rev() {
        let stands = text.split(|b| *b == b'\n').nth(line.saturating_sub(1) as usize).unwrap_or(&[]);
        let stands = String::from_utf8_lossy(stands);
        let file = path.display();
        if stands.trim_end_matches('\r') != was.trim_end_matches('\r') {
            return Err(Refused {
                what: say!("{file}:{line} has changed meanwhile", "{file}:{line} 已被改动", file, line),
                hint: Some(say!("run this again", "请重新运行")),
            });
        }
        let after = match of_go {
            true => Some(goenv::comment_out(&text, line)),
            false => shellrc::comment_out(Dialect::of(path), &text, line),
        };
        let Some(after) = after else {
            return Err(Refused {
                what: say!(
                    "{file}:{line} cannot be commented out by itself",
                    "{file}:{line} 这一行无法单独注释掉",
                    file,
                    line
                ),
                hint: Some(say!("edit it by hand", "请手工修改")),
            });
        };
        let (old, new) = diff::changed(&text, &after);
        edits.push(Edit {
            target: if of_go { TargetId::GoEnv } else { TargetId::Shell },
            path: path.to_path_buf(),
            key: Key::new([LINE.to_owned(), line.to_string()]),
            before: Value::One(String::from_utf8_lossy(old).into_owned()),
            after: Value::One(String::from_utf8_lossy(new).into_owned()),
            why: None,
        });
        text = after;
    }
    edits.reverse();
    Ok((text, edits))
}

/// The step that takes such an edit back; `None` for an edit of a setting.
pub(super) fn back(edit: &Edit) -> Option<Step> {
    let ([from], [to], LINE) = (edit.after.list(), edit.before.list(), edit.key.first()) else {
        return None;
    };
    Some(Step::Rewrite { path: edit.path.clone(), from: from.clone(), to: to.clone() })
}

/// The file with the one place that reads `from` reading `to`; `None` where it does not stand there any more.
pub(super) fn rewrite(bytes: &[u8], from: &str, to: &str) -> Option<Vec<u8>> {
    let at = memchr::memmem::find_iter(bytes, from).find(|at| *at == 0 || bytes[at - 1] == b'\n')?;
    Some([&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat())
}
