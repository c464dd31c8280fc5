//! A KooDrive stand-in to test against.
//!
//! It answers `GET /koodrive/ose/v1/backup/record` the way the contract says: it checks app
//! signatures, tokens, the user, the X-Date window and every parameter rule, pages by opaque
//! cursors that hold the characters clients get wrong, and goes wrong on request. It shares no
//! code with any client, so that a client's mistake cannot cancel out.
//!
//! ```
//! use koodrive_sandbox::{Fault, FaultKind, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::builder()
//!     .records(250)
//!     .fault(Fault::on_page(2, FaultKind::Reset))
//!     .start()
//!     .await?;
//!
//! // Point the client under test at sandbox.url(), with sandbox.app_id(), sandbox.app_secret()
//! // (or sandbox.token()) and sandbox.user_id(), then look at what it sent:
//! for request in sandbox.requests() {
//!     println!("{request}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What the contract leaves open is a choice of the sandbox; the README lists those.

mod answer;
mod auth;
mod builder;
mod clock;
mod cors;
mod cursor;
mod cursor_book;
mod date_window;
mod envelope;
mod error;
mod fault;
mod fault_book;
mod fault_parse;
mod fault_text;
mod faulty_body;
mod gzip;
mod habits;
mod identified;
mod module;
mod page;
mod paging;
mod params;
mod records;
mod request_log;
mod routes;
mod sandbox;
mod server;
mod settings;
mod shared;
mod signature;
#[cfg(test)]
mod signing_vectors;

/// Compiles the README's examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use builder::SandboxBuilder;
pub use error::Error;
pub use fault::{Fault, FaultKind, PageNumber, RetryAfter, When};
pub use fault_parse::ParseFaultError;
pub use habits::{Cursors, RefusalBody, RefusalForm, Refused, TokenForm};
pub use paging::LastPage;
pub use request_log::RequestRecord;
pub use sandbox::Sandbox;
