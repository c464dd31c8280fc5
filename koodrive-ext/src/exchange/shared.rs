//! What all calls of a client share.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::clock::Clock;
use crate::credentials::Source;
use crate::credentials::cell::TokenCells;
use crate::exchange::budget::Budget;
use crate::exchange::retry::RetryPolicy;
use crate::exchange::skew::Skew;
use crate::exchange::throttle::Throttle;
use crate::jitter::Random;
use crate::signing::signed_headers::SignedHeaders;

pub(crate) struct Shared {
    pub(crate) source: Source,
    pub(crate) tokens: TokenCells,
    pub(crate) signing: SigningSettings,
    pub(crate) skew: Skew,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) throttle: Throttle,
    /// Maximum size of an answer's body in bytes.
    pub(crate) max_body: u64,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

pub(crate) struct SigningSettings {
    pub(crate) headers: SignedHeaders,
    pub(crate) host: Option<HeaderValue>,
    pub(crate) margin: Duration,
}
