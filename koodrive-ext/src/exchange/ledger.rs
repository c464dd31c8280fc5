//! What the exchanges of one listing (or one user's client) took, and what the last answer said.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::error::Context;
use crate::exchange::redact::Redactor;

/// Requests that were sent, and how many of them were repetitions.
#[derive(Default)]
pub(crate) struct Ledger {
    requests: AtomicU64,
    retries: AtomicU64,
    keeps_bodies: AtomicBool,
    last: Mutex<Last>,
}

/// Of the last answer that was a success.
#[derive(Clone, Default)]
pub(crate) struct Last {
    pub(crate) context: Context,
    pub(crate) redactor: Redactor,
    /// The body, where bodies are kept.
    pub(crate) body: Option<Bytes>,
}

impl Ledger {
    /// A ledger that keeps the body of the last success, if `on`.
    pub(crate) fn keeping_bodies(on: bool) -> Self {
        Self { keeps_bodies: AtomicBool::new(on), ..Self::default() }
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Takes what is to be said of the last success.
    pub(crate) fn take_last(&self) -> Last {
        std::mem::take(&mut *self.lock())
    }

    pub(super) fn count(&self, is_retry: bool) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.retries.fetch_add(u64::from(is_retry), Ordering::Relaxed);
    }

    pub(super) fn remember(&self, context: Context, redactor: Redactor, body: &Bytes) {
        let body = self.keeps_bodies.load(Ordering::Relaxed).then(|| body.clone());
        *self.lock() = Last { context, redactor, body };
    }

    fn lock(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
