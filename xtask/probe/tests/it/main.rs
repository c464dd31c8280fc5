//! The probe against sandboxes, over real sockets and in no time.
#![allow(clippy::unwrap_used, reason = "a test may unwrap")]

mod alike;
mod answers;
mod command;
mod disclosure;
mod limits;
mod support;
