//! Bodies: the documented envelope, and the shape of the gateway before the service.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode, header::CONTENT_TYPE},
};
use serde_json::{Value, json};

use crate::habits::{Habits, RefusalBody, RefusalForm, Refused};

/// A load balancer's page.
pub(crate) const HTML: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

/// What the sandbox computed of a request whose signature does not match.
pub(crate) const CANONICAL_SHA256: HeaderName =
    HeaderName::from_static("x-canonical-request-sha256");

/// The documented code of a parameter check that failed.
const PARAMETER_CHECK_FAILED: i64 = 13_000_102;

/// A request that is answered with an error in the documented envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What it is for, where a habit may give it another form.
    pub(crate) what: Option<Refused>,
    pub(crate) status: u16,
    pub(crate) code: i64,
    pub(crate) msg: String,
    /// SHA-256 of the canonical request, where a signature did not match.
    pub(crate) canonical_sha256: Option<String>,
}

impl Refusal {
    pub(crate) fn parameter(msg: impl Into<String>) -> Self {
        let (what, code) = (Some(Refused::Parameter), PARAMETER_CHECK_FAILED);
        Self { what, status: 400, code, msg: msg.into(), canonical_sha256: None }
    }

    /// The code repeats the status, as nothing else is documented.
    pub(crate) fn with_status(status: u16, msg: impl Into<String>) -> Self {
        let code = i64::from(status);
        Self { what: None, status, code, msg: msg.into(), canonical_sha256: None }
    }

    pub(crate) fn of(self, what: Refused) -> Self {
        Self { what: Some(what), ..self }
    }

    /// In the form that the habits give it. The hash stands in a header, too: clients cut long
    /// messages.
    pub(crate) fn formed(mut self, habits: &Habits, trace_id: &str) -> Response<Body> {
        let hash = self.canonical_sha256.take().and_then(|hash| HeaderValue::try_from(hash).ok());
        let mut response = self.in_form(habits, trace_id);
        if let Some(hash) = hash {
            response.headers_mut().insert(CANONICAL_SHA256, hash);
        }
        response
    }

    fn in_form(self, habits: &Habits, trace_id: &str) -> Response<Body> {
        let form = self.what.and_then(|what| habits.refusals.get(&what));
        let Some(RefusalForm { status, body }) = form else {
            return self.into_response();
        };
        match body {
            RefusalBody::Envelope { code, as_text } => {
                let code = if *as_text { json!(code.to_string()) } else { json!(code) };
                json_response(*status, &json!({ "code": code, "msg": self.msg }))
            }
            RefusalBody::Gateway(error_code) => json_response(
                *status,
                &json!({ "error_code": error_code, "error_msg": self.msg, "request_id": trace_id }),
            ),
            RefusalBody::Html => text_response(*status, "text/html", HTML),
            RefusalBody::Empty => text_response(*status, "text/plain", ""),
        }
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
