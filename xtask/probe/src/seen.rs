//! An answer, reduced to what a verdict needs. What is a user's does not get past this file.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::ask::Cursor;
use crate::fact::LastNext;

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Shape {
    /// A page of records.
    Page,
    /// The service's envelope with a code other than 0.
    Envelope,
    /// The gateway's `error_code`, `error_msg`, `request_id`.
    Gateway,
    /// HTML.
    Html,
    /// No body.
    Empty,
    /// JSON of another form.
    OtherJson,
    /// Something else.
    Other,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Page => "a page",
            Self::Envelope => "the service's envelope",
            Self::Gateway => "the gateway's envelope",
            Self::Html => "HTML",
            Self::Empty => "no body",
            Self::OtherJson => "JSON of another form",
            Self::Other => "a body that is not JSON",
        })
    }
}

/// A code of the service or of the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Code {
    /// The code.
    pub text: String,
    /// Whether it is a JSON string.
    pub is_text: bool,
}

/// `nextCursor` of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Last(LastNext),
    Cursor(Cursor),
    /// Neither a text nor null.
    Other,
}

#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) shape: Shape,
    pub(crate) code: Option<Code>,
    pub(crate) next: Next,
    pub(crate) records: u64,
    /// Of the records' JSON: equal for equal pages.
    pub(crate) digest: Vec<u8>,
    pub(crate) unknown: Vec<String>,
    pub(crate) other_types: Vec<String>,
    pub(crate) date: Option<SystemTime>,
    pub(crate) request_id: Option<String>,
    pub(crate) encoding: Option<String>,
    pub(crate) has_retry_after: bool,
    pub(crate) version: String,
    pub(crate) sent: SystemTime,
    pub(crate) received: SystemTime,
}

/// What HTTP says of an answer beside its body.
pub(crate) struct Head<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) version: http::Version,
    pub(crate) sent: SystemTime,
    pub(crate) received: SystemTime,
}

impl Seen {
    pub(crate) fn read(head: &Head<'_>, body: &[u8]) -> Self {
        let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
        let json: Option<Value> = serde_json::from_slice(body).ok();
        let json = json.unwrap_or_default();
        let code = code_of(&json);
        let shape = shape_of(body, text("content-type").unwrap_or_default(), &json, code.as_ref());
        let data = json["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        let (unknown, other_types) = crate::page_form::differences(&json);
        Self {
            status: head.status,
            shape,
            code: code.filter(|_| shape != Shape::Page),
            next: next_of(&json),
            records: data.len() as u64,
            digest: Sha256::digest(json["data"].to_string()).to_vec(),
            unknown: if shape == Shape::Page { unknown } else { Vec::new() },
            other_types: if shape == Shape::Page { other_types } else { Vec::new() },
            date: text("date").and_then(|date| httpdate::parse_http_date(date).ok()),
            request_id: request_id_of(head.headers),
            encoding: text("content-encoding").map(|value| printable(value).to_owned()),
            has_retry_after: head.headers.contains_key("retry-after"),
            version: format!("{:?}", head.version),
            sent: head.sent,
            received: head.received,
        }
    }

    /// Whether it is a page, rather than a refusal of any form.
    pub(crate) fn is_accepted(&self) -> bool {
        self.status == 200 && self.shape == Shape::Page
    }

    pub(crate) fn is_throttled(&self) -> bool {
        self.status == 429 || self.code.as_ref().is_some_and(|code| code.text.ends_with(".0308"))
    }

    /// Whether something in front of the service failed, which says nothing of the request.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(self.status, 502..=504)
    }

    pub(crate) fn cursor(&self) -> Option<&Cursor> {
        match &self.next {
            Next::Cursor(cursor) => Some(cursor),
            _ => None,
        }
    }

    pub(crate) fn took(&self) -> Duration {
        self.received.duration_since(self.sent).unwrap_or_default()
    }
}

fn shape_of(body: &[u8], content_type: &str, json: &Value, code: Option<&Code>) -> Shape {
    if body.is_empty() {
        return Shape::Empty;
    }
    if json["error_code"].is_string() || json["error_msg"].is_string() {
        return Shape::Gateway;
    }
    let is_failure = code.is_some_and(|code| code.text != "0");
    match json {
        Value::Object(_) if is_failure => Shape::Envelope,
        Value::Object(_) if json["data"].is_array() || code.is_some() => Shape::Page,
        Value::Object(members) if members.contains_key("msg") => Shape::Envelope,
        Value::Null if content_type.contains("html") || body.starts_with(b"<") => Shape::Html,
        Value::Null if body != b"null" => Shape::Other,
        _ => Shape::OtherJson,
    }
}

fn code_of(json: &Value) -> Option<Code> {
    let member = [&json["code"], &json["error_code"]].into_iter().find(|code| !code.is_null())?;
    match member {
        Value::String(text) => Some(Code { text: printable(text).to_owned(), is_text: true }),
        Value::Number(number) => Some(Code { text: number.to_string(), is_text: false }),
        _ => None,
    }
}

/// Codes and encodings are short words; whatever else stands there is not shown.
pub(crate) fn printable(text: &str) -> &str {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b"._-, ".contains(&b);
    if text.len() <= 24 && text.bytes().all(is_word) { text } else { "(not shown)" }
}

fn next_of(json: &Value) -> Next {
    match json.get("nextCursor") {
        None => Next::Last(LastNext::Absent),
        Some(Value::Null) => Next::Last(LastNext::Null),
        Some(Value::String(text)) if text.is_empty() => Next::Last(LastNext::Empty),
        Some(Value::String(text)) => Next::Cursor(Cursor(text.clone())),
        Some(Value::Number(number)) => Next::Cursor(Cursor(number.to_string())),
        Some(_) => Next::Other,
    }
}

fn request_id_of(headers: &HeaderMap) -> Option<String> {
    let is_id = |name: &str| {
        let plain: String = name.chars().filter(|c| *c != '-' && *c != '_').collect();
        ["traceid", "requestid", "correlationid"].iter().any(|id| plain.ends_with(id))
    };
    headers.keys().map(http::HeaderName::as_str).find(|name| is_id(name)).map(str::to_owned)
}
