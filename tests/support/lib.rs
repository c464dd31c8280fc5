//! Shared helpers of the integration tests, one idea per module.

pub mod client;
pub mod clock;
pub mod example;
pub mod hex;
pub mod process;
pub mod raw_server;
pub mod story;
pub mod token_office;
pub mod trace;
pub mod world;

pub use client::{album, client, user};

/// The README's Rust, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
