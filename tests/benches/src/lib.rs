//! What koodrive-ext costs, beside what the same work could cost: references, inputs, and a server
//! that answers at once. `cargo xtask bench` runs it; README.md says how each row is measured.

pub mod child;
pub mod committed;
pub mod counts;
pub mod dependents;
pub mod input;
pub mod listing;
pub mod peer;
pub mod rounds;
pub mod serve;
pub mod table;
pub mod times;
