//! `replace`: another module version or a directory in a module's place (x/mod/modfile/rule.go:parseReplace).

use super::directive::{Reader, Refused, quoted, with_module};
use super::syntax::Line;
use super::version::{parse_string, parse_version};
use super::{ModVer, Replace};
use crate::text::gostr;
use crate::text::modpath;

impl Reader<'_> {
    pub(super) fn replace(&mut self, line: &mut Line) -> Result<(), Refused> {
        let number = line.start.line;
        let args = line.tokens.as_mut_slice();
        let arrow = if args.get(1).is_some_and(|arg| arg == "=>") { 1 } else { 2 };
        let fits = args.len() == arrow + 2 || args.len() == arrow + 3;
        if !fits || args[arrow] != "=>" {
            let usage = "usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => ../local/directory";
            return Err(usage.into());
        }
        let path = parse_string(&mut args[0]).map_err(quoted)?;
        let malformed = || Refused::about("replace", &path, "invalid module path");
        modpath::split_path_version(&path).ok_or_else(malformed)?;
        let mut old = ModVer { path: path.clone(), version: String::new() };
        if arrow == 2 {
            let (version, lookup) = parse_version("replace", &path, &mut args[1], self.versions)
                .map_err(|words| with_module(&path, words))?;
            old = self.fitting("replace", path.clone(), version, lookup, number, malformed())?;
        }
        let new_path = parse_string(&mut args[arrow + 1]).map_err(quoted)?;
        let directory = is_directory_path(&new_path);
        let Some(version) = args.get_mut(arrow + 2) else {
            check_directory(&new_path, directory)?;
            let new = ModVer { path: new_path, version: String::new() };
            self.parsed.replace.push(Replace { old, new, line: number });
            return Ok(());
        };
        let (version, lookup) = parse_version("replace", &new_path, version, self.versions)
            .map_err(|words| with_module(&new_path, words))?;
        if directory {
            let path = gostr::quote(&new_path);
            return Err(format!("replacement module directory path {path} cannot have version").into());
        }
        let new = ModVer { path: new_path, version };
        if lookup {
            self.parsed.unresolved.push((number, new.clone()));
        }
        self.parsed.replace.push(Replace { old, new, line: number });
        Ok(())
    }
}

/// `modfile.IsDirectoryPath`: rooted, or starting with `.` or `..`, on any system.
pub fn is_directory_path(path: &str) -> bool {
    let bytes = path.as_bytes();
    matches!(
        bytes,
        [b'.']
            | [b'.', b'.']
            | [b'/' | b'\\', ..]
            | [b'.', b'/' | b'\\', ..]
            | [b'.', b'.', b'/' | b'\\', ..]
    ) || matches!(bytes, [drive, b':', ..] if drive.is_ascii_alphabetic())
}

fn check_directory(path: &str, directory: bool) -> Result<(), Refused> {
    if !directory && path.contains('@') {
        return Err("replacement module must match format 'path version', not 'path@version'".into());
    }
    if !directory {
        let words =
            "replacement module without version must be directory path (rooted or starting with . or ..)";
        return Err(words.into());
    }
    if cfg!(not(windows)) && path.contains('\\') {
        return Err("replacement directory appears to be Windows path (on a non-windows system)".into());
    }
    Ok(())
}
