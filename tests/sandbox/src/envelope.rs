//! Bodies: the documented envelope, and the shape of the gateway before the service.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE},
};
use serde_json::{Value, json};

/// The documented code of a parameter check that failed.
const PARAMETER_CHECK_FAILED: i64 = 13_000_102;

/// A request that is answered with an error in the documented envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: i64,
    pub(crate) msg: String,
}

impl Refusal {
    pub(crate) fn parameter(msg: impl Into<String>) -> Self {
        Self { status: 400, code: PARAMETER_CHECK_FAILED, msg: msg.into() }
    }

    /// The code repeats the status, as nothing else is documented.
    pub(crate) fn with_status(status: u16, msg: impl Into<String>) -> Self {
        Self { status, code: i64::from(status), msg: msg.into() }
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        json_response(self.status, &json!({ "code": self.code, "msg": self.msg }))
    }
}

pub(crate) fn json_response(status: u16, body: &Value) -> Response<Body> {
    text_response(status, "application/json", body.to_string())
}

pub(crate) fn text_response(
    status: u16,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// What the gateway answers: another shape than the service's, with an id in the body.
pub(crate) fn gateway_response(status: u16, msg: &str, request_id: &str) -> Response<Body> {
    let error_code = match status {
        401 | 403 => "APIGW.0301",
        404 | 405 => "APIGW.0101",
        429 => "APIGW.0308",
        _ => "APIGW.0201",
    };
    json_response(
        status,
        &json!({ "error_code": error_code, "error_msg": msg, "request_id": request_id }),
    )
}
