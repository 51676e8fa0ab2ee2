//! Which checks to run: ids and globs of them.

use super::{AREAS, Check, all};
use crate::text::pattern;
use crate::text::words::nearest;

/// A selection that names nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchCheck {
    pub word: String,
    pub near: Option<&'static str>,
}

/// The checks whose id matches one of `only` (all if empty) and none of `skip`. A word is an id, an area, a glob.
pub fn select(only: &[String], skip: &[String]) -> Result<Vec<&'static Check>, NoSuchCheck> {
    let all = all();
    for word in only.iter().chain(skip) {
        if !all.iter().any(|check| fits(word, check)) {
            let near = nearest(word, all.iter().map(|check| check.id.0).chain(AREAS));
            return Err(NoSuchCheck { word: word.clone(), near });
        }
    }
    let wanted = |check: &&Check| only.is_empty() || only.iter().any(|word| fits(word, check));
    let unwanted = |check: &&Check| skip.iter().any(|word| fits(word, check));
    Ok(all.into_iter().filter(wanted).filter(|check| !unwanted(check)).collect())
}

fn fits(word: &str, check: &Check) -> bool {
    word == check.id.area() || pattern::matches(word, check.id.0)
}
