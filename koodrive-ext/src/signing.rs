//! App ID authentication, as pure functions: for tests, for tools, and for those who port it.
//!
//! ```text
//! canonical request = method, canonical URI, canonical query, canonical headers, signed names,
//!                     SHA-256 of the body, joined by line feeds
//! string to sign    = "HMAC-SHA256", SHA-256 of the canonical request
//! signature         = HMAC-SHA-256 of the string to sign, keyed by the app secret
//! ```
//!
//! Source: "App ID authentication" of the KooDrive API reference. Every stage of 100 vectors is in
//! `openapi/vectors/signing.json` of this project.

pub(crate) mod canonical;
pub(crate) mod signature;
pub(crate) mod signed_headers;
pub(crate) mod x_date;

pub use crate::signing::canonical::{body_sha256, canonical_host, canonical_query, canonical_uri};
pub use crate::signing::signature::{Signature, SigningRequest, sign};
pub use crate::signing::signed_headers::SignedHeaders;
