//! The probe against sandboxes, over real sockets and in no time.

mod alike;
mod answers;
mod disclosure;
mod limits;
mod support;
