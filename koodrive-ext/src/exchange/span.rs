//! The span of an attempt, and what is logged of a retry. Names follow the OpenTelemetry HTTP
//! conventions; credentials, queries and bodies do not appear.

use std::time::Duration;

use reqwest::Request;
use tracing::field::Empty;
use tracing::{Span, info_span, warn};

use crate::error::Error;
use crate::exchange::attempt::Received;
use crate::exchange::remedy::Refusal;

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

pub(crate) fn attempt_ended(span: &Span, result: &Result<Received, Refusal>) {
    match result {
        Ok(received) => {
            span.record("http.response.status_code", received.status.as_u16());
            span.record("http.response.body.size", received.body.len());
        }
        Err(Refusal { error, .. }) => {
            if let Some(status) = error.http_status() {
                span.record("http.response.status_code", status);
            }
            if let Some(id) = error.request_id() {
                span.record("koodrive.request_id", id);
            }
            span.record("error.type", error.kind().name());
        }
    }
}

pub(crate) fn retrying(span: &Span, pause: Duration, error: &Error) {
    warn!(parent: span, monotonic_counter.koodrive.retries = 1_u64, pause = ?pause, %error, "trying again");
}
