//! What each fault does to an answer.

use std::{io::ErrorKind, time::Duration};

use crate::common::{
    Answer, Call, PATH, all_record_ids, builder, listing, page, pages, query, start,
};
use koodrive_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};
use tokio::{io::AsyncReadExt, time::Instant};

fn fault(text: &str) -> Fault {
    text.parse().expect(text)
}

/// 25 records of each module; a page size of 10 makes three pages.
pub(crate) async fn with(text: &str) -> Sandbox {
    start(builder().records(25).fault(fault(text))).await
}

async fn first(sandbox: &Sandbox) -> Answer {
    page(sandbox, &listing("101", "10"), None).await
}

fn call(sandbox: &Sandbox) -> Call {
    Call::token(sandbox, format!("{PATH}?{}", query(&listing("101", "10"))))
}

/// Asserts that the fault is gone and that every record comes once.
pub(crate) async fn is_whole(sandbox: &Sandbox) {
    let mut ids = all_record_ids(&pages(sandbox, &listing("101", "10")).await);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 25);
}

#[tokio::test]
async fn a_status_has_the_envelope_and_what_retry_after_was_asked_for() {
    for (kind, status, retry_after) in [
        ("status=503", 503, None),
        ("status=503,retry-after=2", 503, Some("2")),
        ("status=429,retry-after-date=+3s", 429, Some("Mon, 03 Nov 2025 07:01:43 GMT")),
        (
            "status=429,retry-after=Wed, 21 Oct 2026 07:28:00 GMT",
            429,
            Some("Wed, 21 Oct 2026 07:28:00 GMT"),
        ),
        ("status=408,retry-after=soon", 408, Some("soon")),
    ] {
        let sandbox = with(&format!("1:{kind}")).await;
        let answer = first(&sandbox).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.json()["code"], status);
        assert_eq!(answer.header("retry-after"), retry_after);
        is_whole(&sandbox).await;
    }
}

#[tokio::test]
async fn a_reset_closes_the_connection_without_an_answer() {
    let sandbox = with("1:reset").await;
    let error = call(&sandbox).try_send(&sandbox).await.expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(sandbox.requests()[0].status(), None);
    is_whole(&sandbox).await;
}

#[tokio::test]
async fn a_reset_hits_also_those_without_credentials() {
    let sandbox = with("1:reset").await;
    let call = call(&sandbox).without("Authorization");
    assert!(call.try_send(&sandbox).await.is_err());
    assert_eq!(call.send(&sandbox).await.status, 401);
}

#[tokio::test]
async fn other_faults_leave_a_refusal_as_it_is() {
    for kind in ["status=503", "html502", "code=1", "truncate", "garbage", "redirect=/"] {
        let sandbox = with(&format!("*:{kind}")).await;
        let unauthorized = call(&sandbox).without("Authorization");
        assert_eq!(unauthorized.send(&sandbox).await.status, 401, "{kind}");
        let bad = Call::token(&sandbox, PATH).send(&sandbox).await;
        assert_eq!(bad.status, 400, "{kind}");
        assert!(sandbox.requests().iter().all(|request| request.faults().is_empty()));
    }
}

#[tokio::test]
async fn a_truncated_body_is_shorter_than_its_content_length() {
    let sandbox = with("1:truncate").await;
    let mut stream = call(&sandbox).connect(&sandbox).await.expect("a connection");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("a plain close");
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").expect("a whole head");
    assert!(head.starts_with("HTTP/1.1 200"));
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    assert!(body.starts_with('{') && length > Some(body.len()), "{length:?}");
    is_whole(&sandbox).await;
}

#[tokio::test]
async fn a_truncated_error_is_cut_off_too() {
    let faults = [fault("1:status=503"), fault("1:truncate")];
    let sandbox = start(builder().faults(faults)).await;
    let error = call(&sandbox).try_send(&sandbox).await.expect_err("cut off");
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(sandbox.requests()[0].status(), Some(503));
}

#[tokio::test]
async fn a_slow_answer_comes_after_its_time() {
    let sandbox = with("1:slow=20ms").await;
    let before = std::time::Instant::now();
    assert_eq!(first(&sandbox).await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(20));
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_waits_on_the_clock_of_the_runtime() {
    let sandbox = with("1:slow=60m").await;
    let before = Instant::now();
    assert_eq!(first(&sandbox).await.status, 200);
    assert!(before.elapsed() >= Duration::from_secs(3_600));
}

#[tokio::test]
async fn an_endless_body_goes_on_after_most_of_it() {
    let sandbox = with("1:endless").await;
    let mut stream = call(&sandbox).connect(&sandbox).await.expect("a connection");
    let mut text = String::new();
    let mut buffer = [0; 4_096];
    // Each blank is a chunk of its own: "1\r\n \r\n".
    while text.matches("1\r\n \r\n").count() < 2 {
        let read = stream.read(&mut buffer).await.expect("more");
        assert_ne!(read, 0, "it ended: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    assert!(text.contains("1842862763295184641"));
    assert!(!text.contains("\r\n0\r\n"));
}

#[tokio::test]
async fn a_bad_gateway_answers_html() {
    let sandbox = with("1:html502").await;
    let answer = first(&sandbox).await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("content-type"), Some("text/html"));
    assert!(answer.body.starts_with(b"<html>"));
    is_whole(&sandbox).await;
}

#[tokio::test]
async fn the_gateway_answers_in_its_own_shape() {
    for (kind, status, error_code) in [
        ("gateway", 401, "APIGW.0301"),
        ("gateway=429", 429, "APIGW.0308"),
        ("gateway=503", 503, "APIGW.0201"),
    ] {
        let sandbox = with(&format!("1:{kind}")).await;
        let answer = first(&sandbox).await;
        assert_eq!(answer.status, status);
        let json = answer.json();
        assert_eq!(json["error_code"], error_code);
        assert!(json["error_msg"].is_string());
        assert_eq!(json["request_id"].as_str(), answer.header("x-traceid"));
    }
}

#[tokio::test]
async fn null_data_loses_no_record() {
    for when in ["1", "page=2", "page=last", "page=2,attempt=1-3"] {
        let sandbox = with(&format!("{when}:null-data")).await;
        let answers = pages(&sandbox, &listing("101", "10")).await;
        let nulls = answers.iter().filter(|answer| answer.json()["data"].is_null()).count();
        assert_eq!(nulls, answers.len() - 3, "{when}");
        assert!(nulls >= 1, "{when}");
        assert_eq!(all_record_ids(&answers).len(), 25, "{when}");
    }
}

#[tokio::test]
async fn an_unreadable_element_comes_on_top_of_the_records() {
    let sandbox = with("*:unreadable").await;
    let answers = pages(&sandbox, &listing("101", "10")).await;
    assert_eq!(all_record_ids(&answers).len(), 25);
    let elements =
        |index: usize| answers[index].json()["data"].as_array().cloned().unwrap_or_default();
    assert_eq!(elements(0).len(), 11);
    assert_eq!(elements(0).iter().filter(|element| element.is_number()).count(), 1);
    let is_wrong =
        |element: &Value| element["recordId"].is_object() && element["status"].is_array();
    assert_eq!(elements(1).iter().filter(|element| is_wrong(element)).count(), 1);
}

#[tokio::test]
async fn unknown_values_keep_the_record_ids() {
    let sandbox = with("1:unknown-values").await;
    let spoiled = first(&sandbox).await;
    let plain = first(&sandbox).await;
    assert_eq!(spoiled.record_ids(), plain.record_ids());
    let json = spoiled.json();
    assert_eq!(json["data"][0]["status"], 9);
    assert_eq!(json["data"][0]["moduleCode"], "199");
    assert!(json["data"][9]["retention"].is_object());
    assert!(json["serverRegion"].is_object());
}

#[tokio::test]
async fn a_code_comes_in_a_200_as_a_number_or_a_text() {
    for (kind, code) in
        [("code=13000410", json!(13_000_410)), ("code=13000410,text", json!("13000410"))]
    {
        let sandbox = with(&format!("1:{kind}")).await;
        let answer = first(&sandbox).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["code"], code);
        assert!(answer.json().get("data").is_none());
        is_whole(&sandbox).await;
    }
}

#[tokio::test]
async fn a_redirect_leads_to_its_url() {
    let sandbox = with("1:redirect=http://127.0.0.1:1/elsewhere?a=b,c").await;
    let answer = first(&sandbox).await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location"), Some("http://127.0.0.1:1/elsewhere?a=b,c"));
}

#[tokio::test]
async fn a_huge_body_is_the_same_json_at_the_length_asked_for() {
    let sandbox = with("1:huge=3MiB").await;
    let huge = first(&sandbox).await;
    assert_eq!(huge.body.len(), 3 << 20);
    assert_eq!(huge.header("content-length"), None);
    assert_eq!(huge.json(), first(&sandbox).await.json());
}

#[tokio::test]
async fn garbage_is_no_json() {
    let sandbox = with("1:garbage").await;
    let answer = first(&sandbox).await;
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
    is_whole(&sandbox).await;
}

#[tokio::test]
async fn a_clock_fault_moves_window_and_date_for_its_request_alone() {
    let sandbox = with("1:clock=-120").await;
    let answer = first(&sandbox).await;
    assert_eq!(answer.status, 401);
    assert!(answer.msg().contains("later than the current time"));
    assert_eq!(answer.header("date"), Some("Mon, 03 Nov 2025 06:59:40 GMT"));
    let answer = first(&sandbox).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("date"), Some("Mon, 03 Nov 2025 07:01:40 GMT"));
}

#[tokio::test]
async fn a_wrong_content_type_leaves_the_body_as_it_is() {
    let sandbox = with("1:wrong-content-type").await;
    let wrong = first(&sandbox).await;
    assert_eq!(wrong.header("content-type"), Some("text/plain; charset=utf-8"));
    let right = first(&sandbox).await;
    assert_eq!(right.header("content-type"), Some("application/json"));
    assert_eq!(wrong.body, right.body);
}

#[tokio::test]
async fn faults_of_the_whole_answer_hit_the_other_operation_too() {
    let faults = [fault("1:status=503"), fault("2:null-data")];
    let sandbox = start(builder().faults(faults)).await;
    let call = Call::token(&sandbox, format!("{PATH}/1842862763295184641"));
    assert_eq!(call.send(&sandbox).await.status, 503);
    assert_eq!(call.send(&sandbox).await.json()["code"], 0);
    assert!(sandbox.requests()[1].faults().is_empty());
}
