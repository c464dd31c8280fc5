//! The two operations, behind the same authentication.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, Response, header::ALLOW},
    routing::get,
};
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::{
    auth,
    envelope::{Refusal, gateway_response, json_response},
    page,
    params::Query,
    shared::{Arrival, LIST, Shared},
    signature::Wire,
};

const ONE: &str = "/koodrive/ose/v1/backup/record/{recordId}";

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route(LIST, get(list).head(other_method).fallback(other_method))
        .route(ONE, get(one).head(other_method).fallback(other_method))
        .fallback(other_path)
        .with_state(shared)
}

async fn list(
    State(shared): State<Arc<Shared>>,
    Extension(arrival): Extension<Arc<Arrival>>,
    Extension(body): Extension<Bytes>,
    request: Request,
) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default();
    let read = user(&shared, &arrival, &body, &request).and_then(|user| {
        let read = Query::read(query, user, &shared.settings.habits)?;
        shared.state().cursors.take(&shared.settings.habits, &read, arrival.now)?;
        Ok(read)
    });
    match read {
        Ok(query) => page::answer(&shared, &arrival, &query),
        Err(refusal) => refusal.formed(&shared.settings.habits, &arrival.record.trace_id),
    }
}

async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(arrival): Extension<Arc<Arrival>>,
    Extension(body): Extension<Bytes>,
    request: Request,
) -> Response<Body> {
    let user = match user(&shared, &arrival, &body, &request) {
        Ok(user) => user,
        Err(refusal) => {
            return refusal.formed(&shared.settings.habits, &arrival.record.trace_id);
        }
    };
    let last_segment = request.uri().path().rsplit('/').next().unwrap_or_default();
    let record_id = percent_decode_str(last_segment).decode_utf8_lossy();
    match shared.catalogue.find(user, &record_id) {
        Some(record) => json_response(200, &json!({ "code": 0, "msg": "success", "data": record })),
        None => {
            Refusal::with_status(404, "this user has no record of this recordId").into_response()
        }
    }
}

fn user(
    shared: &Shared,
    arrival: &Arrival,
    body: &Bytes,
    request: &Request,
) -> Result<usize, Refusal> {
    let wire = Wire {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: request.headers(),
        body,
    };
    let tokens = shared.state().tokens.clone();
    auth::check(&shared.settings, &tokens, wire, arrival.now)
}

async fn other_path(Extension(arrival): Extension<Arc<Arrival>>) -> Response<Body> {
    let msg = "no API is published under this path";
    gateway_response(404, msg, &arrival.record.trace_id)
}

async fn other_method(Extension(arrival): Extension<Arc<Arrival>>) -> Response<Body> {
    let msg = "this API is published for GET only";
    let mut response = gateway_response(405, msg, &arrival.record.trace_id);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
    response
}
