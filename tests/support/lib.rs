//! Shared helpers of the integration tests, one idea a module.

pub mod client;
pub mod clock;
pub mod example;
pub mod process;
pub mod story;
