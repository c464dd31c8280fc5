//! What a run tells: one span a listing, a child a page, a grandchild an attempt. Names follow the
//! OpenTelemetry HTTP conventions; cursors appear as fingerprints, credentials not at all.

use std::time::Duration;

use reqwest::Request;
use tracing::field::Empty;
use tracing::{Span, debug, info_span, warn};

use crate::Error;
use crate::attempt::{Failure, Received};
use crate::fingerprint::Fingerprint;

pub(crate) fn listing_span(module: &str, resumed: bool) -> Span {
    info_span!(
        "koodrive.listing",
        koodrive.module = module,
        koodrive.resumed = resumed,
        koodrive.pages = Empty,
        koodrive.records = Empty,
        koodrive.requests = Empty,
        koodrive.retries = Empty,
    )
}

pub(crate) fn page_span(parent: &Span, page: u64, cursor: Option<&str>) -> Span {
    let span =
        info_span!(parent: parent, "koodrive.page", koodrive.page = page, koodrive.cursor = Empty);
    // Hashed only for somebody who looks.
    if let Some(cursor) = cursor.filter(|_| !span.is_disabled()) {
        span.record("koodrive.cursor", tracing::field::display(Fingerprint::of(&[cursor])));
    }
    span
}

pub(crate) fn attempt_span(request: &Request, operation: &'static str, attempt: u32) -> Span {
    info_span!(
        "koodrive.attempt",
        otel.kind = "client",
        otel.name = operation,
        http.request.method = %request.method(),
        http.request.resend_count = attempt - 1,
        server.address = request.url().host_str().unwrap_or_default(),
        server.port = request.url().port_or_known_default(),
        url.scheme = request.url().scheme(),
        url.path = request.url().path(),
        http.response.status_code = Empty,
        http.response.body.size = Empty,
        koodrive.request_id = Empty,
        error.r#type = Empty,
    )
}

pub(crate) fn attempt_ended(span: &Span, outcome: &Result<Received, Failure>) {
    match outcome {
        Ok(received) => {
            span.record("http.response.status_code", received.status.as_u16());
            span.record("http.response.body.size", received.body.len());
        }
        Err(Failure { error, .. }) => {
            if let Some(status) = error.http_status() {
                span.record("http.response.status_code", status);
            }
            if let Some(id) = error.request_id() {
                span.record("koodrive.request_id", id);
            }
            span.record("error.type", error.type_name());
        }
    }
}

pub(crate) fn retrying(span: &Span, pause: Duration, error: &Error) {
    warn!(parent: span, monotonic_counter.koodrive.retries = 1_u64, pause = ?pause, %error, "trying again");
}

pub(crate) fn page_received(span: &Span, records: usize, has_next: bool) {
    debug!(
        parent: span,
        monotonic_counter.koodrive.pages = 1_u64,
        monotonic_counter.koodrive.records = records as u64,
        has_next,
        "page received"
    );
}
