//! An answer, reduced to what a verdict needs. What is a user's does not get past this file.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::ask::Cursor;
use crate::fact::{LastNext, Refusal};
use crate::shape::{Code, Shape};

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

    /// The form in which it refuses.
    pub(crate) fn refusal(&self) -> Refusal {
        Refusal { status: self.status, shape: self.shape, code: self.code.clone() }
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

#[cfg(test)]
pub(crate) mod tests {
    use std::time::UNIX_EPOCH;

    use http::header::{CONTENT_TYPE, HeaderName};
    use serde_json::json;

    use super::*;

    /// An answer of this body, a second after 1970 began.
    pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Seen {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let sent = UNIX_EPOCH + Duration::from_secs(1);
        let received = sent + Duration::from_millis(20);
        let version = http::Version::HTTP_2;
        Seen::read(&Head { status, headers: &map, version, sent, received }, body)
    }

    pub(crate) fn page(next: &Value, records: &Value) -> Seen {
        let body = json!({ "code": 0, "data": records, "nextCursor": next });
        answer(200, &[], body.to_string().as_bytes())
    }

    #[test]
    fn the_form_of_a_body_is_told() {
        let html = [(CONTENT_TYPE.as_str(), "text/html; charset=utf-8")];
        for (headers, body, shape) in [
            (&[][..], "{\"code\":0,\"data\":[]}", Shape::Page),
            (&[], "{\"code\":\"0\",\"data\":null}", Shape::Page),
            (&[], "{\"data\":[]}", Shape::Page),
            (&[], "{\"code\":7,\"data\":[]}", Shape::Envelope),
            (&[], "{\"code\":\"7\"}", Shape::Envelope),
            (&[], "{\"msg\":\"no\"}", Shape::Envelope),
            (&[], "{\"error_code\":\"APIGW.0301\",\"request_id\":\"x\"}", Shape::Gateway),
            (&[], "{\"error_msg\":\"no\"}", Shape::Gateway),
            (&[], "", Shape::Empty),
            (&html, "oops", Shape::Html),
            (&[], "<html>", Shape::Html),
            (&[], "oops", Shape::Other),
            (&[], "{\"data\": [", Shape::Other),
            (&[], "[]", Shape::OtherJson),
            (&[], "null", Shape::OtherJson),
            (&[], "{}", Shape::OtherJson),
        ] {
            assert_eq!(answer(200, headers, body.as_bytes()).shape, shape, "{body}");
        }
    }

    #[test]
    fn only_a_page_with_status_200_counts_as_accepted() {
        let page = b"{\"code\":0,\"data\":[]}";
        assert!(answer(200, &[], page).is_accepted());
        assert!(!answer(401, &[], page).is_accepted());
        assert!(!answer(200, &[], b"{\"code\":7}").is_accepted());
    }

    #[test]
    fn a_code_that_is_no_code_is_not_shown() {
        for (body, text, is_text) in [
            ("{\"code\":13000410}", "13000410", false),
            ("{\"code\":\"13000410\"}", "13000410", true),
            ("{\"error_code\":\"APIGW.0301\"}", "APIGW.0301", true),
            ("{\"code\":\"user <grace> is not known\"}", "(not shown)", true),
            ("{\"code\":\"1505084218764547200150508\"}", "(not shown)", true),
        ] {
            let code = Some(Code { text: text.to_owned(), is_text });
            assert_eq!(answer(400, &[], body.as_bytes()).code, code, "{body}");
        }
    }

    #[test]
    fn next_cursor_is_read_in_every_form() {
        let next = |json: &str| {
            let body = format!("{{\"code\":0,\"data\":[]{json}}}");
            answer(200, &[], body.as_bytes()).next
        };
        assert_eq!(next(""), Next::Last(LastNext::Absent));
        assert_eq!(next(",\"nextCursor\":null"), Next::Last(LastNext::Null));
        assert_eq!(next(",\"nextCursor\":\"\""), Next::Last(LastNext::Empty));
        assert_eq!(next(",\"nextCursor\":\"a\""), Next::Cursor(Cursor("a".to_owned())));
        assert_eq!(next(",\"nextCursor\":7"), Next::Cursor(Cursor("7".to_owned())));
        assert_eq!(next(",\"nextCursor\":[]"), Next::Other);
        assert!(!format!("{:?}", next(",\"nextCursor\":\"hush\"")).contains("hush"));
    }

    #[test]
    fn headers_are_read_by_what_they_mean() {
        for (name, is_id) in [
            ("x-traceid", true),
            ("x-trace-id", true),
            ("x-request-id", true),
            ("x-hw-requestid", true),
            ("x-correlation-id", true),
            ("x-user-id", false),
            ("traceparent", false),
        ] {
            let seen = answer(200, &[(name, "7")], b"");
            assert_eq!(seen.request_id.as_deref(), is_id.then_some(name));
        }
        let seen = answer(429, &[("retry-after", "7"), ("content-encoding", "br")], b"");
        assert!(seen.is_throttled() && seen.has_retry_after && !seen.is_outage());
        assert_eq!(seen.encoding.as_deref(), Some("br"));
        assert!(answer(403, &[], b"{\"error_code\":\"APIG.0308\"}").is_throttled());
        assert!(answer(504, &[], b"").is_outage() && !answer(500, &[], b"").is_outage());
    }
}
