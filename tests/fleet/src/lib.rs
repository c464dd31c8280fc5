//! koodrive-fleet: a nightly mirror of the backup records of many users, by many workers.
//!
//! One listing (a user, a module) is one job. apalis distributes the jobs; SQLite or PostgreSQL
//! keeps jobs, checkpoints and records. **Correctness does not rest on the engine's lease:** a
//! worker claims a listing by raising its epoch, and each page is one transaction that only
//! succeeds while the epoch is still the worker's ([`store`]).
//!
//! The binary is thin; everything is here so that tests and the example can use it.

pub mod cli;
pub mod credentials;
pub mod error;
pub mod job;
pub mod rows;
pub mod serve;
pub mod store;
pub mod telemetry;
pub mod users;
pub mod work;
