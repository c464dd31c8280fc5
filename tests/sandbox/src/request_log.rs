//! What the sandbox received, in order.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    time::{Duration, SystemTime},
};

use axum::http::{HeaderMap, header::AUTHORIZATION};

use crate::{fault::FaultKind, signature::sha256_hex};

/// One request as the sandbox received it, and what became of it.
///
/// The credentials of its `Authorization` header are replaced by a fingerprint, unless
/// [`SandboxBuilder::keep_authorization`](crate::SandboxBuilder::keep_authorization) says otherwise.
#[derive(Clone, Debug)]
pub struct RequestRecord {
    pub(crate) id: u64,
    pub(crate) number: u64,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) params: BTreeMap<String, String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) page: Option<u64>,
    pub(crate) attempt: Option<u64>,
    pub(crate) received_at: SystemTime,
    pub(crate) since_start: Duration,
    pub(crate) trace_id: String,
    pub(crate) status: Option<u16>,
    pub(crate) faults: Vec<FaultKind>,
}

impl RequestRecord {
    /// The number of the request, counted from 1; it starts again after
    /// [`Sandbox::clear_requests`](crate::Sandbox::clear_requests).
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The method, in upper case as a rule: `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path as on the wire, still percent-encoded, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query as on the wire, without its question mark. `None` without a question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The decoded parameters by name. Of a name given twice only the first value is here;
    /// [`query`](Self::query) has them all. Bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn params(&self) -> &BTreeMap<String, String> {
        &self.params
    }

    /// One decoded parameter, such as `cursor`.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// The headers in the order received, names in lower case. Values that are not UTF-8 have
    /// those bytes replaced.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The first value of a header, whatever the case of the name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The HTTP status that was answered. `None` while the answer is under way, and for a
    /// connection that was reset without one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The faults that changed the answer, in the order they were set up. Empty for a plain one.
    #[must_use]
    pub fn faults(&self) -> &[FaultKind] {
        &self.faults
    }

    /// The page of its listing that was asked for, counted from 1. `None` for other requests and
    /// for those whose parameters are refused.
    #[must_use]
    pub fn page(&self) -> Option<u64> {
        self.page
    }

    /// How many times this page of this listing had been asked for, with this one: 1 for the
    /// first attempt. `None` where [`page`](Self::page) is.
    #[must_use]
    pub fn attempt(&self) -> Option<u64> {
        self.attempt
    }

    /// When it arrived, by the server's clock, offset included.
    #[must_use]
    pub fn received_at(&self) -> SystemTime {
        self.received_at
    }

    /// When it arrived, since the sandbox started, on the runtime's clock (which a test may pause).
    #[must_use]
    pub fn since_start(&self) -> Duration {
        self.since_start
    }

    /// The `X-Traceid` of the answer, unique within a sandbox.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }
}

/// One line for a log: `3 GET /path?query page 2 attempt 1 -> 503 (status=503)`.
impl fmt::Display for RequestRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.number, self.method, self.path)?;
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        if let (Some(page), Some(attempt)) = (self.page, self.attempt) {
            write!(f, " page {page} attempt {attempt}")?;
        }
        match self.status {
            Some(status) => write!(f, " -> {status}")?,
            None => f.write_str(" -> no answer")?,
        }
        if !self.faults.is_empty() {
            let faults: Vec<String> = self.faults.iter().map(ToString::to_string).collect();
            write!(f, " ({})", faults.join(", "))?;
        }
        Ok(())
    }
}

/// The headers as they may be shown.
pub(crate) fn shown(headers: &HeaderMap, keep_authorization: bool) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let hidden = name == AUTHORIZATION && !keep_authorization;
            let text = if hidden { redacted(&text) } else { text };
            (name.as_str().to_owned(), text)
        })
        .collect()
}

fn redacted(value: &str) -> String {
    // Only a scheme that is known to be one is shown: a bare token has no part that is not secret.
    let scheme = ["Bearer+", "Bearer ", "HMAC-SHA256 "]
        .into_iter()
        .find(|scheme| {
            value
                .split_at_checked(scheme.len())
                .is_some_and(|(start, _)| start.eq_ignore_ascii_case(scheme))
        })
        .unwrap_or_default();
    let fingerprint = sha256_hex(value.as_bytes());
    format!("{scheme}<redacted {}>", &fingerprint[..12])
}

/// The newest requests, up to a bound.
#[derive(Debug)]
pub(crate) struct RequestLog {
    records: VecDeque<RequestRecord>,
    bound: usize,
}

impl RequestLog {
    pub(crate) fn new(bound: usize) -> Self {
        Self { records: VecDeque::new(), bound }
    }

    pub(crate) fn push(&mut self, record: RequestRecord) {
        if self.bound == 0 {
            return;
        }
        if self.records.len() == self.bound {
            self.records.pop_front();
        }
        self.records.push_back(record);
    }

    /// Replaces the record once its answer is known; one that was cleared meanwhile stays away.
    pub(crate) fn complete(&mut self, record: &RequestRecord) {
        let mut newest_first = self.records.iter_mut().rev();
        if let Some(kept) = newest_first.find(|kept| kept.id == record.id) {
            kept.clone_from(record);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
    }

    pub(crate) fn all(&self) -> Vec<RequestRecord> {
        self.records.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_known_scheme_of_a_credential_is_shown() {
        for (value, start) in [
            ("Bearer+abc123", "Bearer+<redacted "),
            ("bearer abc123", "Bearer <redacted "),
            ("HMAC-SHA256 AppId=abc123", "HMAC-SHA256 <redacted "),
            ("abc123", "<redacted "),
            ("abc123 abc", "<redacted "),
            ("é", "<redacted "),
        ] {
            let shown = redacted(value);
            assert!(shown.starts_with(start), "{shown}");
            assert!(!shown.contains("abc123"), "{shown}");
        }
        assert_ne!(redacted("Bearer+a"), redacted("Bearer+b"));
    }
}
