//! What could not be done, in words for the user: the error that ends a run with status 2.

use std::fmt;

use super::Msg;

/// A failure with what to do next. Travels through `anyhow`; `ui` shows it in the user's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub what: Msg,
    pub hint: Option<Msg>,
}

impl Failure {
    pub fn new(what: Msg) -> Failure {
        Failure { what, hint: None }
    }

    pub fn hint(mut self, hint: Msg) -> Failure {
        self.hint = Some(hint);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what.en)
    }
}

impl std::error::Error for Failure {}
