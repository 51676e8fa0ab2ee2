//! gobs makes Go environments work behind walls, and tells the truth when they do not.
//!
//! The house, from the ground up: `model` and `text` are words and formats, `world` is the only door
//! to the outside, `facts` look, `checks` judge, `targets` and `plan` propose and touch, `cmd` speaks.

pub mod model;
pub mod plan;
pub mod profile;
pub mod targets;
pub mod text;
pub mod world;
