//! The references: the least that the work can cost, and what others make of it.

pub mod aws;
pub mod bare;
pub mod hand;
pub mod strict;
