//! Answers that are not what the contract describes.

use koodrive_tests::client::{BuildFor as _, album, any_app, at, user_at};
use koodrive_tests::clock::TestClock;
use koodrive_tests::raw_server::{RawServer, ok, response};
use koodrive_tests::story::{first_error, list};

#[tokio::test]
async fn a_page_that_cannot_be_decoded_says_what_it_took_and_shows_no_cursor() {
    let body = r#"{"nextCursor":"hush-hush","code":0,"data":{"a":"b"}}"#;
    let server =
        RawServer::answering(move |_, _| response("200 OK", &[("x-traceid", "trace-7")], body))
            .await;
    let error = first_error(album(&user_at(server.url(), any_app()))).await;
    assert!(error.is_undecodable() && !error.to_string().contains("hush"), "{error}");
    let found = (error.attempts(), error.request_id(), error.page());
    assert_eq!(found, (1, Some("trace-7"), Some(1)));
}

#[tokio::test]
async fn a_next_cursor_is_hidden_wherever_the_body_repeats_it() {
    let body = r#"{"nextCursor":"hush-hush","code":0,"data":{"a":"hush-hush"}}"#;
    let server = RawServer::answering(move |_, _| ok(body)).await;
    let error = first_error(album(&user_at(server.url(), any_app()))).await;
    assert!(!error.to_string().contains("hush"), "{error}");
}

#[tokio::test]
async fn a_refusal_keeps_its_status_even_when_its_body_breaks_off_or_is_huge() {
    for came in ["{", ""] {
        let cut = response("401 Unauthorized", &[("content-length", "99")], came);
        let server = RawServer::answering(move |_, _| cut.clone()).await;
        let error = first_error(album(&user_at(server.url(), any_app()))).await;
        assert_eq!((error.http_status(), error.attempts()), (Some(401), 1), "{error}");
    }

    let huge = response("503 Service Unavailable", &[], "x".repeat(100_000));
    let server = RawServer::answering(move |_, _| huge.clone()).await;
    let builder = at(server.url(), &TestClock::default()).credentials(any_app());
    let error = first_error(album(&builder.max_body_bytes(1000).build_for("1"))).await;
    assert_eq!((error.http_status(), error.attempts()), (Some(503), 5), "{error}");
}

#[tokio::test]
async fn a_page_of_which_nothing_came_is_no_page_without_records() {
    let page = response("200 OK", &[("content-length", "99")], "");
    let server = RawServer::answering(move |_, _| page.clone()).await;
    let error = first_error(album(&user_at(server.url(), any_app()))).await;
    assert!(error.is_connection(), "{error}");
}

#[tokio::test]
async fn a_body_of_just_the_limit_is_read_and_one_of_a_byte_more_is_not() {
    let body = r#"{"code":0,"data":[{"recordId":"1"}]}"#;
    let server = RawServer::answering(move |_, _| ok(body)).await;
    let limited = |limit: usize| {
        let builder = at(server.url(), &TestClock::default()).credentials(any_app());
        album(&builder.max_body_bytes(limit as u64).build_for("1"))
    };
    assert_eq!(list(limited(body.len())).await.unwrap().len(), 1);
    let error = first_error(limited(body.len() - 1)).await;
    assert!(error.to_string().contains("larger than"), "{error}");
}
