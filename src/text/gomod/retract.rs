//! `retract`: versions the author takes back (x/mod/modfile/rule.go:parseVersionInterval, fixRetract).

use super::directive::{Reader, Refused};
use super::error::Error;
use super::syntax::{Line, directive_comment};
use super::version::{Versions, parse_version};
use super::{ModVer, Retract};
use crate::text::gostr;

impl Reader<'_> {
    pub(super) fn retract(
        &mut self,
        block_before: Option<&[String]>,
        line: &mut Line,
    ) -> Result<(), Refused> {
        let rationale = directive_comment(block_before, line);
        let Interval { low, high, used, .. } = match interval("", &mut line.tokens, Versions::AsWritten) {
            Ok(read) => read,
            // A dependency may use a syntax of tomorrow.
            Err(_) if !self.strict => return Ok(()),
            Err(words) => return Err(words.into()),
        };
        if let Some(more) = line.tokens.get(used)
            && self.strict
        {
            return Err(format!("unexpected token after version: {}", gostr::quote(more)).into());
        }
        self.retracts.push((line.start, line.tokens.clone()));
        self.parsed.retract.push(Retract { low, high, rationale, line: line.start.line });
        Ok(())
    }

    /// `fixRetract`: the versions of retract directives, checked against the module path.
    pub(super) fn fix_retracts(&mut self) {
        if self.versions != Versions::Main {
            return;
        }
        let path = self.parsed.module.as_ref().map_or("", |module| &module.path).to_owned();
        for (at, (start, mut tokens)) in std::mem::take(&mut self.retracts).into_iter().enumerate() {
            if path.is_empty() {
                let words = "no module directive found, so retract cannot be used";
                self.errors.push(Error::at(self.file, start, words));
                return;
            }
            match interval(&path, &mut tokens, Versions::Main) {
                Ok(Interval { low, high, lookups, .. }) => {
                    let lookups = lookups.into_iter().map(|version| ModVer { path: path.clone(), version });
                    self.parsed.unresolved.extend(lookups.map(|module| (start.line, module)));
                    self.parsed.retract[at].low = low;
                    self.parsed.retract[at].high = high;
                }
                Err(words) => self.errors.push(Error::at(self.file, start, words)),
            }
        }
    }
}

/// What stands behind `retract`.
#[derive(Default)]
struct Interval {
    low: String,
    high: String,
    /// Tokens it took.
    used: usize,
    /// Versions that go would look up.
    lookups: Vec<String>,
}

/// `parseVersionInterval`.
fn interval(path: &str, tokens: &mut [String], how: Versions) -> Result<Interval, String> {
    let mut found = Interval::default();
    match tokens.first().map(String::as_str) {
        None | Some("(") => return Err("expected '[' or version".into()),
        Some("[") => {}
        Some(_) => {
            found.low = found.version(path, tokens, 0, how, "")?;
            found.high.clone_from(&found.low);
            found.used = 1;
            return Ok(found);
        }
    }
    found.low = found.version(path, tokens, 1, how, "expected version after '['")?;
    if tokens.get(2).is_none_or(|token| token != ",") {
        return Err("expected ',' after version".into());
    }
    found.high = found.version(path, tokens, 3, how, "expected version after ','")?;
    if tokens.get(4).is_none_or(|token| token != "]") {
        return Err("expected ']' after version".into());
    }
    found.used = 5;
    Ok(found)
}

impl Interval {
    fn version(
        &mut self,
        path: &str,
        tokens: &mut [String],
        at: usize,
        how: Versions,
        missing: &str,
    ) -> Result<String, String> {
        let token = tokens.get_mut(at).ok_or(missing)?;
        let (version, lookup) = parse_version("retract", path, token, how)?;
        if lookup {
            self.lookups.push(version.clone());
        }
        Ok(version)
    }
}
