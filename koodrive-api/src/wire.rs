//! The few types whose Rust form takes more, or checks more, than the document says.
//!
//! The document keeps what the API reference states, for every language. What a service may
//! plausibly send all the same (a number where a text is documented, a record that cannot be
//! read) is taken here, so that one odd member does not lose a page.

mod integer;
mod list;
mod page_size;
#[cfg(feature = "schemars")]
mod schema;
mod text;

pub use integer::{Integer, ParseIntegerError};
pub use list::List;
pub use page_size::{PageSize, PageSizeError};
pub use text::Text;

/// Largest magnitude up to which every whole number has its own double: 2^53.
const EXACT_DOUBLE: f64 = 9_007_199_254_740_992.0;
