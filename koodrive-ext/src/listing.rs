//! Any listing by cursor, knowing no operation.

pub(crate) mod checkpoint;
pub(crate) mod cursor;
pub(crate) mod cycle;
pub(crate) mod decode;
pub(crate) mod fetcher;
pub(crate) mod in_flight;
pub(crate) mod items;
pub(crate) mod many;
pub(crate) mod mark;
pub(crate) mod page;
pub(crate) mod pages;
pub(crate) mod query;
pub(crate) mod source;
pub(crate) mod span;
pub(crate) mod stats;
pub(crate) mod walk;
