//! Go itself: installed, which of several, its tree, its version, its env file.

mod envfile;
mod install;

use super::Check;

pub(super) const CHECKS: &[&[Check]] = &[install::CHECKS, envfile::CHECKS];
