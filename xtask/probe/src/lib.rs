//! Asks a KooDrive deployment what no public page settles, in at most 60 reading requests.
//!
//! A question is a value: the requests that it needs, one after the other, and a verdict that is
//! computed from the answers alone. The session sends the requests at a pace, the report says what
//! was found, what follows for a client and what the document has wrong. Nothing of a user's is
//! kept: answers are reduced to their form when they are read.

mod args;
mod ask;
mod clock;
mod conclude;
mod exchange;
mod fact;
mod known;
mod like;
mod pace;
mod page_form;
mod question;
mod questions;
mod report;
mod secrets;
mod seen;
mod session;
mod wire;

pub use args::{Args, read_report, run};
pub use clock::{Clock, ClockFuture, SystemClock};
pub use conclude::{Contradiction, Setting};
pub use exchange::{Exchange, SentForm};
pub use fact::{Again, Fact, LastNext, Of, Proof, Refusal, Side};
pub use like::{Alike, alike};
pub use report::{Deployment, Finding, Report};
pub use secrets::Secrets;
pub use seen::{Code, Shape};
pub use session::{Outcome, Settings, probe};
