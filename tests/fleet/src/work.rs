//! A worker process: jobs from the engine, several listings at a time.

pub mod alone;
pub mod backoff;
pub mod crew;
pub mod engine;
pub mod held;
pub mod mirror;
pub mod stop;
mod wind_down;
