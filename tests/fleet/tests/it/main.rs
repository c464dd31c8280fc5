//! What koodrive-fleet promises, on both databases.

mod commands;
mod fencing;
mod kills;
mod scale;
mod serving;
mod shutdown;
mod support;
