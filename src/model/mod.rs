//! The words everything else speaks: findings, settings, plans, messages. Knows nothing; does no I/O.

mod failure;
pub mod finding;
pub mod kind;
mod msg;
pub mod plan;
pub mod secret;
pub mod setting;

pub use failure::Failure;
pub use finding::{Evidence, Finding, Findings, Level, Remedy, Source, Verdict};
pub use kind::Kind;
pub use msg::{Known, Msg, Speak, Text, Unknown, check_template};
pub use plan::{Change, Content, State, Step};
pub use secret::SafeUrl;
pub use setting::{Key, Setting, TargetId, Value};
