//! The vectors of openapi/vectors, each asserted; every function returns how many there were.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use http::Extensions;
use jiff::Timestamp;
use koodrive_client::apis::backup_api::list_backup_records;
use koodrive_client::apis::configuration::Configuration;
use koodrive_client::models::BackupRecord;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};
use serde_json::{Value, json};

use crate::client::{Credentials, Failure, Outcome, connect, page};
use crate::signer::{Signer, x_date_at};

pub fn read(path: &str) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn list<'a>(file: &'a Value, member: &str) -> &'a [Value] {
    file[member].as_array().unwrap_or_else(|| panic!("no {member}"))
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {}", value["name"]))
}

pub fn signing(folder: &str) -> usize {
    let file = read(&format!("{folder}/signing.json"));
    for v in list(&file, "vectors") {
        let stages = sign(v, |name| !["x-date", "x-user-id"].contains(&name)).unwrap_or_else(|e| panic!("{}: {e}", v["name"]));
        assert_eq!(json!(stages), v["expect"], "{}", v["name"]);
    }
    for v in list(&file, "refuse") {
        assert!(sign(v, |_| true).is_err(), "{} must be refused", v["name"]);
    }
    for v in list(&file, "dates") {
        let now = Timestamp::from_millisecond(v["unix_ms"].as_i64().expect("unix_ms")).expect("a time");
        assert_eq!(x_date_at(now), text(v, "x_date"), "{}", v["name"]);
    }
    ["vectors", "refuse", "dates"].iter().map(|part| list(&file, part).len()).sum()
}

fn sign(v: &Value, keep: impl Fn(&str) -> bool) -> std::result::Result<BTreeMap<&'static str, String>, String> {
    let pairs = list(v, "headers").iter().map(|pair| (pair[0].as_str().unwrap_or_default(), pair[1].as_str().unwrap_or_default()));
    let headers: Vec<(&str, &str)> = pairs.filter(|(name, _)| keep(&name.to_lowercase())).collect();
    let names: Option<Vec<&str>> = v["signed_headers"].as_array().map(|names| names.iter().filter_map(Value::as_str).collect());
    let hex = text(v, "body_hex");
    let body: Vec<u8> = (0..hex.len()).step_by(2).filter_map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect();
    let signer = Signer { app_id: text(v, "app_id"), app_secret: text(v, "app_secret"), user_id: text(v, "user_id") };
    signer.sign(text(v, "method"), text(v, "url"), &headers, &body, text(v, "x_date"), names.as_deref())
}

/// Stands in for the service, and keeps what was sent.
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<Option<Request>>>);

#[async_trait::async_trait]
impl Middleware for Capture {
    async fn handle(&self, request: Request, _: &mut Extensions, _: Next<'_>) -> Result<Response> {
        *self.0.lock().expect("no panic before") = Some(request);
        Ok(Response::from(http::Response::new(r#"{"code":0,"data":[]}"#)))
    }
}

pub async fn requests(folder: &str) -> usize {
    let file = read(&format!("{folder}/requests.json"));
    for v in list(&file, "vectors") {
        let (given, expect, name, capture) = (&v["parameters"], &v["expect"], &v["name"], Capture::default());
        let credentials = match v["credentials"]["token"].as_str() {
            Some(token) => Credentials::Token(token.to_owned()),
            None => Credentials::App {
                id: text(&v["credentials"], "app_id").to_owned(),
                secret: text(&v["credentials"], "app_secret").to_owned(),
            },
        };
        let x_date = Some(text(v, "x_date").to_owned());
        let client = connect(text(v, "endpoint"), text(v, "user_id"), credentials, x_date, Some(capture.clone()));
        let size = given["pageSize"].as_i64().and_then(|size| i32::try_from(size).ok()).expect("pageSize");
        let optional = ["cursor", "deviceId", "x-backup-lock-id"].map(|name| given[name].as_str());
        let _ = list_backup_records(&client, text(given, "moduleCode"), size, optional[0], optional[1], optional[2]).await;
        let sent = capture.0.lock().expect("no panic before").take().unwrap_or_else(|| panic!("{name}: nothing was sent"));
        assert_eq!((sent.method().as_str(), sent.url().as_str()), (text(expect, "method"), text(expect, "url")), "{name}");
        for (header, value) in expect["headers"].as_object().expect("headers") {
            // Hyper writes Host itself, from the URL.
            let found = sent.headers().get(header).and_then(|value| value.to_str().ok());
            assert!(header == "Host" || found == value.as_str(), "{name}: {header} is {found:?}");
        }
        for header in list(expect, "absent_headers") {
            assert!(!sent.headers().contains_key(header.as_str().unwrap_or_default()), "{name}: {header}");
        }
    }
    list(&file, "vectors").len()
}

/// `limits` names the vectors that the generated types cannot read; those must be seen. Returns how
/// many vectors there were, and how many of how many pages the generated operation alone reads.
pub async fn responses(folder: &str, answers: &str, limits: &Value) -> (usize, usize, usize) {
    let file = read(&format!("{folder}/responses.json"));
    let (mut plain, mut pages) = (0, 0);
    for v in list(&file, "vectors") {
        let (name, wanted) = (text(v, "name"), &v["outcome"]);
        let client =
            connect(&format!("{answers}/{name}"), "1505084218764547200", Credentials::Token("60f4ccc7".into()), None, None::<Capture>);
        let got = page(&client, "101", 100, None).await;
        let is_good = matches(&got, wanted);
        if limits.get(name).is_some() {
            assert!(!is_good, "{name} is read well: take it off the limits");
            let unreadable = if let Outcome::Page { unreadable, .. } = &got { *unreadable as u64 } else { u64::MAX };
            assert!(unreadable > wanted["unreadable"].as_u64().unwrap_or_default(), "{name}: {got:?}, and nobody sees it");
        } else {
            assert!(is_good, "{name}: {got:?}");
        }
        if wanted["kind"] == "page" {
            pages += 1;
            plain += usize::from(reads_plainly(&client, wanted).await);
        }
    }
    (list(&file, "vectors").len(), plain, pages)
}

async fn reads_plainly(client: &Configuration, wanted: &Value) -> bool {
    let page = list_backup_records(client, "101", 100, None, None, None).await;
    page.is_ok_and(|page| told(&page.data.unwrap_or_default()) == wanted_records(wanted))
}

fn matches(got: &Outcome, wanted: &Value) -> bool {
    match got {
        Outcome::Page { records, unreadable, next_cursor } => {
            wanted["kind"] == "page"
                && told(records) == wanted_records(wanted)
                && wanted["unreadable"] == *unreadable
                && wanted["next_cursor"].as_str() == next_cursor.as_deref()
        }
        // The client saw no usable answer; what it need not know is which status that had.
        Outcome::Failure(Failure { http_status: None, .. }) => {
            wanted["kind"] == "error" && wanted["code"].is_null() && wanted["retryable"] == true
        }
        Outcome::Failure(failure) => {
            wanted["kind"] == "error"
                && wanted["http_status"].as_u64() == failure.http_status.map(u64::from)
                && wanted["code"].as_str() == failure.code.as_deref()
                && wanted["unauthorized"] == failure.unauthorized
                && wanted["throttled"] == failure.throttled
        }
    }
}

pub fn told(records: &[BackupRecord]) -> Value {
    records.iter().map(|record| json!([record.record_id, record.module_code, record.status])).collect()
}

fn wanted_records(wanted: &Value) -> Value {
    let records = wanted["records"].as_array().map_or(&[][..], Vec::as_slice);
    records.iter().map(|record| json!([record["recordId"], record["moduleCode"], record["status"]])).collect()
}
