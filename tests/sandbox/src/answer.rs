//! From a request to its answer: the plain one first, then what the faults make of it.

use std::{fmt, sync::Arc, time::SystemTime};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{
        HeaderName, HeaderValue, Request, Response,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER},
    },
};
use hyper::{body::Incoming, service::Service as _};
use hyper_util::service::TowerToHyperService;
use serde_json::json;

use crate::{
    clock::{http_date, shifted},
    cors,
    envelope::{HTML, Refusal, gateway_response, json_response, text_response},
    fault::{FaultKind, RetryAfter},
    faulty_body::FaultyBody,
    gzip,
    request_log::RequestRecord,
    shared::{Arrival, LIST, Shared},
};

const LARGEST_REQUEST_BODY: usize = 1024 * 1024;

/// The connection is to be reset instead of answered.
#[derive(Debug)]
pub(crate) struct Reset;

impl fmt::Display for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reset on request")
    }
}

impl std::error::Error for Reset {}

/// A request that has no answer yet. It is logged at the latest when it is dropped, as it is when
/// the client hangs up.
struct Unanswered<'a> {
    shared: &'a Shared,
    record: Option<RequestRecord>,
    applied: Vec<FaultKind>,
}

impl Unanswered<'_> {
    fn finish(&mut self, status: Option<u16>) {
        if let Some(record) = self.record.take() {
            self.shared.finish(record, status, std::mem::take(&mut self.applied));
        }
    }
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        self.finish(None);
    }
}

pub(crate) async fn answer(
    shared: Arc<Shared>,
    routes: TowerToHyperService<Router>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Reset> {
    let (mut parts, body) = request.into_parts();
    let arrival = Arc::new(shared.arrive(&parts));
    let applied = arrival.kinds.iter().filter(|kind| kind.is_early()).cloned().collect();
    let mut unanswered =
        Unanswered { shared: &shared, record: Some(arrival.record.clone()), applied };

    for kind in &arrival.kinds {
        if let FaultKind::Slow(duration) = kind {
            tokio::time::sleep(*duration).await;
        }
    }
    if arrival.kinds.contains(&FaultKind::Reset) {
        return Err(Reset);
    }

    let is_listing = parts.uri.path() == LIST;
    let is_preflight =
        shared.settings.habits.allows_origins && cors::is_preflight(&parts.method, &parts.headers);
    let mut response = match to_bytes(Body::new(body), LARGEST_REQUEST_BODY).await {
        Ok(_) if is_preflight => cors::allow(),
        Ok(body) => {
            parts.extensions.insert(Arc::clone(&arrival));
            parts.extensions.insert(body);
            let request = Request::from_parts(parts, Body::empty());
            routes.call(request).await.unwrap_or_else(|never| match never {})
        }
        Err(_) => Refusal::with_status(413, "the request's body is too large").into_response(),
    };
    if response.status().is_success() && !is_preflight {
        let late = arrival.kinds.iter().filter(|kind| !kind.is_early());
        let kinds: Vec<&FaultKind> = late.filter(|kind| is_listing || !kind.is_of_page()).collect();
        response = spoiled(response, &kinds, &arrival, &mut unanswered.applied).await;
    }
    let habits = &shared.settings.habits;
    if habits.compresses && accepts_gzip(&arrival.record) {
        response = compressed(response).await;
    }
    let headers = response.headers_mut();
    if habits.sends_date {
        insert(headers, DATE, &http_date(arrival.now));
    }
    let request_id: Option<HeaderName> =
        habits.request_id.as_ref().and_then(|name| name.parse().ok());
    if habits.allows_origins {
        cors::open(headers, request_id.as_ref());
    }
    if let Some(name) = request_id {
        insert(headers, name, &arrival.record.trace_id);
    }
    unanswered.finish(Some(response.status().as_u16()));
    Ok(response)
}

/// Of the faults that replace an answer the first one counts, likewise of those that spoil its body.
async fn spoiled(
    plain: Response<Body>,
    kinds: &[&FaultKind],
    arrival: &Arrival,
    applied: &mut Vec<FaultKind>,
) -> Response<Body> {
    let replacement = kinds.iter().find_map(|kind| {
        let response = replacement(kind, arrival.now, &arrival.record.trace_id)?;
        Some((*kind, response))
    });
    // Loops and the like have begun even when their first answer is replaced.
    applied.extend(
        kinds
            .iter()
            .filter(|kind| kind.lasts() || (kind.is_of_page() && replacement.is_none()))
            .map(|kind| (*kind).clone()),
    );
    let mut response = match replacement {
        Some((kind, response)) => {
            applied.push(kind.clone());
            response
        }
        None => plain,
    };
    let of_body = |kind: &&&FaultKind| {
        matches!(kind, FaultKind::Truncate | FaultKind::Endless | FaultKind::Huge(_))
    };
    if let Some(kind) = kinds.iter().find(of_body) {
        applied.push((*kind).clone());
        response = with_faulty_body(response, kind).await;
    }
    if kinds.contains(&&FaultKind::WrongContentType) {
        applied.push(FaultKind::WrongContentType);
        insert(response.headers_mut(), CONTENT_TYPE, "text/plain; charset=utf-8");
    }
    response
}

fn replacement(kind: &FaultKind, now: SystemTime, trace_id: &str) -> Option<Response<Body>> {
    Some(match kind {
        FaultKind::Status { status, retry_after } => {
            let msg = "this status was asked for";
            let mut response = Refusal::with_status(final_status(*status), msg).into_response();
            if let Some(retry_after) = retry_after {
                let text = match retry_after {
                    RetryAfter::Seconds(seconds) => seconds.to_string(),
                    RetryAfter::DateIn(seconds) => http_date(shifted(now, *seconds)),
                    RetryAfter::Text(text) => text.clone(),
                };
                insert(response.headers_mut(), RETRY_AFTER, &text);
            }
            response
        }
        FaultKind::Html502 => text_response(502, "text/html", HTML),
        FaultKind::Gateway { status } => gateway_response(
            final_status(*status),
            "the gateway was asked to refuse this",
            trace_id,
        ),
        FaultKind::Code { code, as_text } => {
            let code = if *as_text { json!(code.to_string()) } else { json!(code) };
            json_response(200, &json!({ "code": code, "msg": "this code was asked for" }))
        }
        FaultKind::Redirect(url) => {
            let mut response = text_response(302, "text/plain", "");
            insert(response.headers_mut(), LOCATION, url);
            response
        }
        FaultKind::Garbage => {
            text_response(200, "application/json", "{\"data\": [ this is not JSON")
        }
        _ => return None,
    })
}

/// Statuses below 300 would be no fault, and 1xx no final answer.
fn final_status(status: u16) -> u16 {
    if (300..600).contains(&status) { status } else { 500 }
}

async fn with_faulty_body(response: Response<Body>, kind: &FaultKind) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let whole: Bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    // Set by the router for the plain body.
    parts.headers.remove(CONTENT_LENGTH);
    let body = match kind {
        FaultKind::Truncate => {
            // Promised and not kept: the client has to notice what is missing.
            let promised = (whole.len() as u64).max(2);
            parts.headers.insert(CONTENT_LENGTH, promised.into());
            FaultyBody::cut_after(whole.slice(..whole.len() / 2))
        }
        FaultKind::Huge(length) => FaultyBody::padded(&whole, *length),
        _ => FaultyBody::endless(&whole),
    };
    Response::from_parts(parts, Body::new(body))
}

fn accepts_gzip(request: &RequestRecord) -> bool {
    request.header("accept-encoding").is_some_and(|accepted| accepted.contains("gzip"))
}

async fn compressed(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let whole: Bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Response::from_parts(parts, Body::from(gzip::stored(&whole)))
}

/// Leaves a header out whose text no header can hold.
fn insert(headers: &mut axum::http::HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}
