//! Exchanges as they may be kept: forms and lengths instead of values.

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use crate::page_form::{DEVICE, PAGE, RECORD, shown, type_of};
use crate::seen::Head;

/// A request and its answer, redacted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exchange {
    /// Id of the question that it was for.
    pub question: String,
    /// What was sent.
    pub request: SentForm,
    /// Status of the answer.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Form of its body.
    pub body: Value,
}

/// What was sent of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentForm {
    /// Names of its parameters, with the values that are nobody's.
    pub query: Vec<(String, String)>,
    /// Its headers, with the values that are nobody's.
    pub headers: Vec<(String, String)>,
}

/// Headers whose values are the same for everyone.
const PLAIN_HEADERS: [&str; 9] = [
    "accept-encoding",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "x-date",
];
const KEPT_RECORDS: usize = 2;

impl Exchange {
    pub(crate) fn redacted(url: &Url, sent: &HeaderMap, head: &Head<'_>, body: &[u8]) -> Self {
        let query = url.query_pairs().map(|(name, value)| {
            let value = if name == "cursor" { form_of(&value) } else { value.into_owned() };
            (name.into_owned(), value)
        });
        Self {
            question: String::new(),
            request: SentForm { query: query.collect(), headers: headers(sent) },
            status: head.status,
            headers: headers(head.headers),
            body: match serde_json::from_slice::<Value>(body) {
                Ok(json) => page(&json),
                Err(_) => json!(format!("({} bytes that are not JSON)", body.len())),
            },
        }
    }
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = |name: &str, value: &http::HeaderValue| match value.to_str() {
        Ok(text) if name == "authorization" => scheme_of(text).to_owned(),
        Ok(text) if PLAIN_HEADERS.contains(&name) => text.to_owned(),
        Ok(text) => form_of(text),
        Err(_) => "(not ASCII)".to_owned(),
    };
    headers.iter().map(|(name, value)| (name.to_string(), shown(name.as_str(), value))).collect()
}

fn scheme_of(authorization: &str) -> &'static str {
    let schemes = [
        ("Bearer+", "Bearer+(token)"),
        ("Bearer ", "Bearer (token)"),
        ("HMAC-SHA256 ", "HMAC-SHA256 (signature)"),
    ];
    let known = schemes.into_iter().find(|(scheme, _)| authorization.starts_with(scheme));
    known.map_or("(token)", |(_, shown)| shown)
}

fn form_of(text: &str) -> String {
    format!("({} characters)", text.chars().count())
}

fn page(json: &Value) -> Value {
    let Value::Object(members) = json else { return hidden(json) };
    redacted(members, PAGE, |name, value| match (name, value) {
        ("data", Value::Array(records)) => {
            let mut kept: Vec<Value> = records.iter().take(KEPT_RECORDS).map(record).collect();
            if let more @ 1.. = records.len().saturating_sub(KEPT_RECORDS) {
                kept.push(json!(format!("({more} more)")));
            }
            Value::Array(kept)
        }
        ("code" | "error_code", value) => code(value),
        (_, value) => hidden(value),
    })
}

fn record(json: &Value) -> Value {
    let Value::Object(members) = json else { return hidden(json) };
    redacted(members, RECORD, |name, value| match (name, value) {
        ("deviceInfo", Value::Object(device)) => redacted(device, DEVICE, |_, value| hidden(value)),
        // Three codes and three numbers that are the same for everyone.
        ("moduleCode", Value::String(code)) if ["100", "101", "102"].contains(&code.as_str()) => {
            value.clone()
        }
        ("status", Value::Number(number)) if number.as_u64().is_some_and(|n| n <= 9) => {
            value.clone()
        }
        ("createTime" | "endTime", Value::String(text)) => json!(digits_hidden(text)),
        (_, value) => hidden(value),
    })
}

fn redacted(
    members: &Map<String, Value>,
    document: &[(&str, &str)],
    value_of: impl Fn(&str, &Value) -> Value,
) -> Value {
    let known = |name: &str| {
        document.iter().any(|(known, _)| *known == name)
            || ["error_code", "error_msg", "request_id"].contains(&name)
    };
    let redact = |(name, value): (&String, &Value)| match known(name) {
        true => (name.clone(), value_of(name, value)),
        false => (shown(name).to_owned(), hidden(value)),
    };
    Value::Object(members.iter().map(redact).collect())
}

/// The form of a time, without the time.
fn digits_hidden(text: &str) -> String {
    let hide = |c: char| match c {
        '0'..='9' => '9',
        'T' | 'Z' | ':' | '-' | '+' | '.' | ' ' | '/' => c,
        _ => '?',
    };
    text.chars().take(40).map(hide).collect()
}

fn code(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(crate::seen::printable(text)),
        Value::Number(_) => value.clone(),
        other => hidden(other),
    }
}

fn hidden(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::String(text) if text.is_empty() => value.clone(),
        Value::String(text) => json!(form_of(text)),
        other => json!(format!("({})", type_of(other))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn an_empty_text_is_told_from_one_that_is_hidden() {
        assert_eq!(hidden(&json!("")), json!(""));
        assert_eq!(hidden(&json!("hush")), json!(form_of("hush")));
    }

    #[test]
    fn a_status_and_a_module_that_nobody_knows_are_hidden() {
        let kept = record(&json!({ "status": 4711, "moduleCode": "hush" }));
        assert_eq!(kept, json!({ "status": "(integer)", "moduleCode": form_of("hush") }));
        let known = json!({ "status": 9, "moduleCode": "102" });
        assert_eq!(record(&known), known);
    }

    #[test]
    fn an_exchange_keeps_forms_and_no_values() {
        let url: Url = "https://example.com/x?moduleCode=101&cursor=hush%2Fhush".parse().unwrap();
        let header = |name: &'static str, value: &str| {
            (http::HeaderName::from_static(name), value.parse().unwrap())
        };
        let sent = HeaderMap::from_iter([
            header("authorization", "Bearer+hush-hush"),
            header("x-user-id", "1505084218764547200"),
            header("x-date", "20251103T070140Z"),
        ]);
        let received = HeaderMap::from_iter([
            header("content-type", "application/json"),
            header("set-cookie", "hush=hush"),
        ]);
        let head = Head {
            status: 200,
            headers: &received,
            version: http::Version::HTTP_11,
            sent: SystemTime::UNIX_EPOCH,
            received: SystemTime::UNIX_EPOCH,
        };
        let body = json!({
            "code": 0,
            "error_code": "APIGW.0301",
            "msg": "hush",
            "nextCursor": "hush",
            "1505084218764547200": 1,
            "data": [
                { "recordId": 1_842_862_763_295_184_641_u64, "status": 1, "moduleCode": "101",
                  "createTime": "2025-12-17T07:59:20.752Z", "retention": { "hush": "hush" },
                  "deviceInfo": { "deviceName": "hush", "owner": ["hush"] } },
                "hush", {}, {},
            ],
        });
        let kept = Exchange::redacted(&url, &sent, &head, body.to_string().as_bytes());
        let text = serde_json::to_string(&kept).unwrap();
        for secret in ["hush", "1505084218764547200", "1842862763295184641", "2025-12-17"] {
            assert!(!text.contains(secret), "{text}");
        }
        for form in [
            "\"Bearer+(token)\"",
            "\"x-user-id\",\"(19 characters)\"",
            "\"cursor\",\"(9 characters)\"",
            "\"createTime\":\"9999-99-99T99:99:99.999Z\"",
            "\"retention\":\"(object)\"",
            "\"recordId\":\"(integer)\"",
            "\"(2 more)\"",
            "\"status\":1",
            "\"code\":0",
            "\"error_code\":\"APIGW.0301\"",
        ] {
            assert!(text.contains(form), "{form} in {text}");
        }
    }
}
