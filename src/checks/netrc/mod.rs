//! netrc, as go reads it: the file it finds, its mode, the lines it drops, the hosts they are for.

mod file;
mod host;
mod lines;

use super::Check;

pub(super) const CHECKS: &[&[Check]] = &[file::CHECKS, lines::CHECKS, host::CHECKS];
