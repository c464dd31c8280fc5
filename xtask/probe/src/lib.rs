//! Asks a KooDrive deployment what no public page settles, in at most 60 reading requests.
//!
//! A question is a value: the requests that it needs, one after the other, and a verdict that is
//! computed from the answers alone. The session sends the requests at a pace, the report says what
//! was found, what follows for a client and what the document has wrong. Nothing of a user's is
//! kept: answers are reduced to their form when they are read.
//!
//! The feature `http` (default) is all that asks. Without it the crate reads reports and starts
//! sandboxes that decide alike, and needs no TLS to be compiled.

#[cfg(feature = "http")]
mod args;
#[cfg(feature = "http")]
mod ask;
#[cfg(feature = "http")]
mod clock;
#[cfg(feature = "http")]
mod conclude;
#[cfg(feature = "http")]
mod exchange;
mod fact;
#[cfg(feature = "http")]
mod known;
mod like;
#[cfg(feature = "http")]
mod pace;
#[cfg(feature = "http")]
mod page_form;
#[cfg(feature = "http")]
mod question;
#[cfg(feature = "http")]
mod questions;
mod report;
#[cfg(feature = "http")]
mod secrets;
#[cfg(feature = "http")]
mod seen;
#[cfg(feature = "http")]
mod session;
mod shape;
#[cfg(feature = "http")]
mod wire;

#[cfg(feature = "http")]
pub use args::{Args, run};
#[cfg(feature = "http")]
pub use clock::{Clock, ClockFuture, SystemClock};
#[cfg(feature = "http")]
pub use exchange::{Exchange, SentForm};
pub use fact::{Again, Fact, LastNext, Of, Proof, Refusal, Side};
pub use like::{Alike, alike};
pub use report::{Contradiction, Deployment, Finding, Report, Setting};
#[cfg(feature = "http")]
pub use secrets::Secrets;
#[cfg(feature = "http")]
pub use session::{Outcome, Settings, probe};
pub use shape::{Code, Shape};
