//! The reference vectors, made by an implementation in another language.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::{
    auth,
    builder::SandboxBuilder,
    clock::unix_nanos,
    date_window,
    signature::{self, AppAuthorization, Wire},
};

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/signing.json");
    let text = std::fs::read_to_string(path).expect("the package holds the signing vectors");
    serde_json::from_str(&text).expect("JSON")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a Vec<Value> {
    value[name].as_array().expect(name)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect(name)
}

/// Path and query the way a client sends them, before any normalisation.
fn target(url: &str) -> (&str, &str) {
    let (_, rest) = url.split_once("://").expect("a scheme");
    let rest = rest.split('#').next().unwrap_or_default();
    let rest = rest.find('/').map_or("/", |start| &rest[start..]);
    rest.split_once('?').unwrap_or((rest, ""))
}

fn headers(vector: &Value) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for pair in list(vector, "headers") {
        let (name, value) = (pair[0].as_str()?, pair[1].as_str()?);
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).ok()?,
            HeaderValue::from_bytes(value.as_bytes()).ok()?,
        );
    }
    Some(headers)
}

fn body(vector: &Value) -> Vec<u8> {
    let digits = text(vector, "body_hex");
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex");
    (0..digits.len()).step_by(2).map(byte).collect()
}

#[test]
fn every_stage_of_every_signing_vector_is_reproduced() {
    let vectors = vectors();
    assert_eq!(list(&vectors, "vectors").len(), 102);
    for vector in list(&vectors, "vectors") {
        let name = text(vector, "name");
        let expected = &vector["expect"];
        let (path, query) = target(text(vector, "url"));
        let headers = headers(vector).expect(name);
        let body = body(vector);
        assert_eq!(signature::canonical_uri(path), expected["canonical_uri"], "{name}");
        assert_eq!(signature::canonical_query(query), expected["canonical_query"], "{name}");
        assert_eq!(signature::sha256_hex(&body), expected["body_sha256"], "{name}");

        let authorization = text(expected, "authorization");
        let (scheme, rest) = authorization.split_once(' ').expect(name);
        assert_eq!(scheme, signature::SCHEME);
        let given = AppAuthorization::parse(rest).expect(name);
        let wire =
            Wire { method: text(vector, "method"), path, query, headers: &headers, body: &body };
        let canonical = wire.canonical_request(&given.signed_headers).expect(name);
        assert_eq!(canonical, text(expected, "canonical_request").as_bytes(), "{name}");
        assert_eq!(
            signature::sha256_hex(&canonical),
            expected["canonical_request_sha256"],
            "{name}"
        );
        assert_eq!(signature::string_to_sign(&canonical), expected["string_to_sign"], "{name}");
        let secret = text(vector, "app_secret");
        assert_eq!(signature::signature(secret, &canonical), expected["signature"], "{name}");
        assert!(signature::matches(secret, &canonical, &given.signature), "{name}");
        let mut changed = given.signature;
        changed[31] ^= 1;
        assert!(!signature::matches(secret, &canonical, &changed), "{name}");
    }
}

#[test]
fn everything_that_the_vectors_refuse_is_refused() {
    let vectors = vectors();
    for vector in list(&vectors, "refuse") {
        let name = text(vector, "name");
        let builder = SandboxBuilder::default()
            .app(text(vector, "app_id"), text(vector, "app_secret"))
            .user("1505084218764547200");
        if matches!(name, "app-id-comma" | "app-id-space" | "app-secret-empty") {
            assert!(builder.checked().is_err(), "{name}");
            continue;
        }
        // What no header can hold never arrives.
        let Some(mut headers) = headers(vector) else {
            continue;
        };
        let (Ok(user), Ok(date)) = (
            HeaderValue::from_bytes(text(vector, "user_id").as_bytes()),
            HeaderValue::from_bytes(text(vector, "x_date").as_bytes()),
        ) else {
            assert!(matches!(name, "user-id-lf" | "user-id-nul"), "{name}");
            continue;
        };
        headers.append("x-user-id", user);
        headers.append("x-date", date);
        headers.append("host", HeaderValue::from_static("127.0.0.1"));

        let default = vec!["host".into(), "x-date".into(), "x-user-id".into()];
        let signed = vector["signed_headers"].as_array().unwrap_or(&default);
        let signed: Vec<&str> = signed.iter().filter_map(Value::as_str).collect();
        let (path, query) = target(text(vector, "url"));
        let mut wire =
            Wire { method: text(vector, "method"), path, query, headers: &headers, body: b"" };
        // A good signature where there can be one, so that it is not the reason.
        let canonical = wire.canonical_request(&signed).unwrap_or_default();
        let signature = signature::signature(text(vector, "app_secret"), &canonical);
        let authorization = format!(
            "HMAC-SHA256 AppId={},SignedHeaders={},Signature={signature}",
            text(vector, "app_id"),
            signed.join(";")
        );
        let mut with_authorization = headers.clone();
        with_authorization
            .append("authorization", HeaderValue::from_str(&authorization).expect("visible ASCII"));
        wire.headers = &with_authorization;

        let (settings, tokens) = builder.checked().expect(name);
        let now = UNIX_EPOCH + Duration::from_secs(1_762_153_300);
        let refusal = auth::check(&settings, &tokens, wire, now).expect_err(name);
        assert!((400..=401).contains(&refusal.status), "{name}");
        assert!(!refusal.msg.contains("does not match"), "{name}: {}", refusal.msg);
    }
}

#[test]
fn the_window_of_the_vectors_is_kept_to_the_millisecond() {
    let vectors = vectors();
    assert_eq!(list(&vectors, "window").len(), 13);
    let x_date = 1_762_153_300_i64;
    for case in list(&vectors, "window") {
        let seconds = case["server_minus_x_date_s"].as_f64().expect("seconds");
        let millis = (seconds * 1_000.0).round() as i64;
        let distance = Duration::from_millis(millis.unsigned_abs());
        let at = UNIX_EPOCH + Duration::from_secs(x_date.unsigned_abs());
        let now: SystemTime = if millis < 0 { at - distance } else { at + distance };
        let checked = date_window::check(date_window::Window::default(), x_date, unix_nanos(now));
        assert_eq!(checked.is_ok(), case["accepted"] == true, "{case}");
        if let Err(outside) = checked {
            let reason = text(case, "reason").to_ascii_lowercase();
            assert_eq!(outside.to_string().to_ascii_lowercase(), reason);
        }
    }
}

#[test]
fn the_published_example_of_the_sister_scheme_has_its_published_hash() {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    headers.insert("host", HeaderValue::from_static("service.region.example.com"));
    headers.insert("x-sdk-date", HeaderValue::from_static("20191115T033655Z"));
    let wire = Wire {
        method: "GET",
        path: "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
        query: "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        headers: &headers,
        body: b"",
    };
    let canonical =
        wire.canonical_request(&["content-type", "host", "x-sdk-date"]).expect("all there");
    assert_eq!(
        signature::sha256_hex(&canonical),
        "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
    );
}
