//! Replacement directories as modules.txt writes them: relative to the workspace, by words alone.

use crate::text::gomod::{ModVer, is_directory_path};

/// `canonicalizeReplacePath`: a replacement directory of a workspace's module, seen from the workspace's directory.
///
/// Both directories are absolute, with slashes.
pub(super) fn canonical(new: &ModVer, module_dir: &str, work_dir: &str) -> ModVer {
    if is_absolute(&new.path) || !new.version.is_empty() {
        return new.clone();
    }
    let target = cleaned(&format!("{module_dir}/{}", new.path));
    let base = cleaned(work_dir);
    let shared = target.iter().zip(&base).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), base.len() - shared);
    let relative = up.chain(target[shared..].iter().cloned()).collect::<Vec<_>>().join("/");
    let path = match relative.as_str() {
        "" => ".".to_owned(),
        path if is_directory_path(path) => path.to_owned(),
        path => format!("./{path}"),
    };
    ModVer { path, version: String::new() }
}

fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
        || matches!(path.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic())
}

/// The elements of an absolute path without `.` and `..` (`filepath.Clean`).
fn cleaned(path: &str) -> Vec<String> {
    let mut elements: Vec<String> = Vec::new();
    for element in path.split(['/', '\\']) {
        match element {
            "" | "." => {}
            ".." => {
                elements.pop();
            }
            element => elements.push(element.to_owned()),
        }
    }
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_from_the_workspace() {
        let see = |path: &str| {
            let new = ModVer { path: path.into(), version: String::new() };
            canonical(&new, "/w/a", "/w").path
        };
        assert_eq!(see("../lib"), "./lib");
        assert_eq!(see("../../lib"), "../lib");
        assert_eq!(see(".."), ".");
        assert_eq!(see("./x/../y"), "./a/y");
        assert_eq!(see("/abs"), "/abs");
    }
}
