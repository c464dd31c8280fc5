//! What koodrive-fleet promises, on both databases.
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod commands;
mod fencing;
mod kills;
mod scale;
mod serving;
mod shutdown;
mod support;
