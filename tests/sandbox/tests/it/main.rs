//! What the sandbox does, a room per subject: this list is the map.

mod authentication;
mod common;
mod cors;
mod early_refusals;
mod fault_timing;
mod faults;
mod habits;
mod loops;
mod observing;
mod paging;
mod parameters;
