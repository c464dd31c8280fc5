//! What a browser asks before it lets a page of another origin call, and reads of the answer.

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, Method, Response, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN,
        },
    },
};

use crate::envelope::CANONICAL_SHA256;

const ALLOWED: &str = "authorization, x-user-id, x-date, x-backup-lock-id, content-type, accept";

/// Whether it is a browser's question ahead of a call.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to it: nobody is asked for credentials, and nothing is given away.
pub(crate) fn allow() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

/// Lets a page of any origin read the answer, and the headers that help it.
pub(crate) fn open(headers: &mut HeaderMap, request_id: Option<&HeaderName>) {
    let named = request_id.map_or("x-traceid", HeaderName::as_str);
    let exposed = format!("{named}, retry-after, date, {CANONICAL_SHA256}");
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(exposed) = HeaderValue::from_str(&exposed) {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}
