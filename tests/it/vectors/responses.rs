//! What comes of which answer.
//!
//! Source: `openapi/vectors/responses.json`, which teams in other languages use as well.

use koodrive_ext::{BackupRecord, RetryPolicy, UserClient};
use koodrive_tests::client::{BuildFor as _, FixedJitter, Pages, at, token};
use koodrive_tests::clock::TestClock;
use koodrive_tests::hex;
use koodrive_tests::raw_server::{RawServer, response};
use koodrive_tests::story::cursor;
use serde_json::{Map, Value, json};

use super::file::{text, vectors};
use super::parameters::listing;

fn answer(vector: &Value) -> Vec<u8> {
    let headers: Vec<(&str, &str)> = vector["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
        .collect();
    let body = match vector["body_hex"].as_str() {
        Some(digits) => hex::decode(digits),
        None => text(vector, "body").as_bytes().to_vec(),
    };
    response(&format!("{} Vector", vector["status"]), &headers, body)
}

/// A client whose only pause between attempts is the one that the answer asks for.
fn user(server: &RawServer, attempts: u32, clock: &TestClock) -> UserClient {
    at(server.url(), clock)
        .credentials(token("60f4ccc7b1a94e20b83dd9a68068"))
        .random(FixedJitter(0.0))
        .retry(RetryPolicy::none().max_attempts(attempts))
        .build_for("1505084218764547200")
}

fn pages(user: &UserClient) -> Pages {
    listing(user, &json!({ "moduleCode": "101", "pageSize": 100 }))
}

/// The documented members of a record in their documented types, as clients in other languages
/// write it; here a number that came for a text stays a number, and other members are kept.
fn documented(record: &BackupRecord) -> Value {
    fn with_texts(members: &mut Map<String, Value>) {
        for (name, value) in members {
            match value {
                Value::Object(members) => with_texts(members),
                Value::String(text) if ["status", "version"].contains(&&**name) => {
                    *value = text.parse::<i64>().unwrap().into();
                }
                Value::Number(number) if !["status", "version"].contains(&&**name) => {
                    *value = number.to_string().into();
                }
                _ => {}
            }
        }
    }
    let mut record = record.clone();
    record.extra.clear();
    record.device_info.iter_mut().for_each(|device| device.extra.clear());
    let mut written = serde_json::to_value(record).unwrap();
    with_texts(written.as_object_mut().unwrap());
    written
}

/// The outcome in the words of the vectors.
async fn outcome(vector: &Value) -> Value {
    let answer = answer(vector);
    let server = RawServer::answering(move |_, _| answer.clone()).await;
    let mut pages = pages(&user(&server, 1, &TestClock::default()));
    let first = pages.next().await.unwrap();
    assert_eq!(server.heads().len(), 1, "{} was followed", vector["name"]);
    match first {
        Ok(page) => {
            let checkpoint = pages.checkpoint();
            let next = cursor(&checkpoint);
            assert_eq!(checkpoint.is_end(), next.is_none(), "{}", vector["name"]);
            assert_eq!(checkpoint.offset(), 0, "{}", vector["name"]);
            assert_eq!(page.has_next(), next.is_some(), "{}", vector["name"]);
            json!({
                "kind": "page",
                "records": page.records().map(documented).collect::<Vec<_>>(),
                "unreadable": page.unreadable().count(),
                "next_cursor": next,
            })
        }
        Err(error) => json!({
            "kind": "error",
            "http_status": error.http_status(),
            "code": error.code(),
            "request_id": error.request_id(),
            "unauthorized": error.is_unauthorized(),
            "throttled": error.is_throttled(),
            "retryable": error.is_retryable(),
            "retry_after_s": asked_pause(&server).await,
        }),
    }
}

/// The pause before a second attempt: none when there is none, and none for one at once.
async fn asked_pause(server: &RawServer) -> Option<u64> {
    let clock = TestClock::default();
    let _ = pages(&user(server, 2, &clock)).next().await;
    clock.slept().first().map(std::time::Duration::as_secs)
}

#[tokio::test]
async fn every_answer_has_its_outcome() {
    let mut differ = Vec::new();
    for vector in &vectors("responses.json", "vectors") {
        let (got, wanted) = (outcome(vector).await, &vector["outcome"]);
        if got != *wanted {
            differ.push(format!("{}: {got}\n  instead of {wanted}", text(vector, "name")));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn every_kind_of_answer_has_a_vector() {
    let vectors = vectors("responses.json", "vectors");
    let has = |is: &dyn Fn(&Value) -> bool| vectors.iter().any(is);
    assert!(vectors.len() >= 40);
    for status in [200, 302, 400, 401, 403, 429, 500, 502, 503] {
        assert!(has(&|v| v["status"] == status), "{status}");
    }
    for flag in ["unauthorized", "throttled", "retryable"] {
        for value in [true, false] {
            assert!(has(&|v| v["outcome"][flag] == value), "{flag} {value}");
        }
    }
    assert!(has(&|v| v["outcome"]["unreadable"].as_u64() > Some(0)));
    assert!(has(&|v| v["outcome"]["next_cursor"].is_string()));
}

/// The example of the document is the one of the vectors.
#[test]
fn the_documented_answer_is_the_one_in_the_document() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/koodrive.yaml");
    let document: Value = serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let example = &document["components"]["examples"]["ListBackupRecordsDocumented"]["value"];
    let vectors = vectors("responses.json", "vectors");
    let vector = vectors.iter().find(|v| v["name"] == "documented-example").unwrap();
    assert_eq!(&serde_json::from_str::<Value>(text(vector, "body")).unwrap(), example);
}
