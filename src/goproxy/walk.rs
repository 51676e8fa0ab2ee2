//! Which element of GOPROXY answers for a module: `TryProxies` with its two kinds of falling through.

use crate::text::goproxy::{Place, Step};

/// How one element was left.
pub struct Tried<E> {
    pub at: Place,
    pub error: E,
}

/// Asks each element in turn until one answers, or fails in a way that go does not pass over.
///
/// `not_exist` says whether an error is "not there" (404, 410): only that passes a comma; a bar passes any error.
/// The error is every failure, in order; the last one ended the walk.
pub fn try_proxies<T, E>(
    steps: &[Step],
    mut ask: impl FnMut(&Place) -> Result<T, E>,
    not_exist: impl Fn(&E) -> bool,
) -> Result<T, Vec<Tried<E>>> {
    let mut tried = Vec::new();
    for step in steps {
        match ask(&step.at) {
            Ok(answer) => return Ok(answer),
            Err(error) => {
                let passed = step.on_any_error || not_exist(&error);
                tried.push(Tried { at: step.at.clone(), error });
                if !passed {
                    break;
                }
            }
        }
    }
    Err(tried)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::goproxy::steps;

    /// `a` not there, `b` broken, `c` has it.
    fn walk(goproxy: &str) -> Result<String, Vec<String>> {
        let ask = |place: &Place| match place {
            Place::Proxy(url) => match url.reveal() {
                "https://a" => Err(404),
                "https://b" => Err(502),
                other => Ok(other.to_owned()),
            },
            Place::Direct => Ok("direct".to_owned()),
            Place::Off => Err(0),
        };
        let tried = |tried: Vec<Tried<i32>>| tried.iter().map(|one| one.error.to_string()).collect();
        try_proxies(&steps(goproxy).unwrap(), ask, |code| *code == 404).map_err(tried)
    }

    #[test]
    fn comma_and_bar() {
        assert_eq!(walk("https://a,https://c").unwrap(), "https://c");
        assert_eq!(walk("https://b,https://c").unwrap_err(), ["502"]);
        assert_eq!(walk("https://b|https://c").unwrap(), "https://c");
        assert_eq!(walk("https://a,https://b|https://a,direct").unwrap(), "direct");
        assert_eq!(walk("https://a,off").unwrap_err(), ["404", "0"]);
        assert_eq!(walk("https://a|https://b").unwrap_err(), ["404", "502"]);
    }
}
