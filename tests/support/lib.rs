//! Shared helpers of the integration tests, one idea a module.

pub mod client;
pub mod clock;
pub mod example;
pub mod process;
pub mod server;
pub mod story;
pub mod trace;

/// The README's Rust, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
