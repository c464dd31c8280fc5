//! Every error's message, as a person would meet it.

use koodrive_ext::{AppCredentials, BackupRecordsQuery, ClientBuilder, Error, RetryPolicy};
use koodrive_sandbox::{Sandbox, SandboxBuilder};
use koodrive_tests::client::{BuildFor as _, album, any_app, at, signed, user_at, with_token};
use koodrive_tests::clock::TestClock;
use koodrive_tests::raw_server::{RawServer, ok};
use koodrive_tests::story;

fn client(sandbox: &Sandbox) -> ClientBuilder {
    let retry = RetryPolicy::default().max_attempts(3);
    signed(sandbox, &TestClock::default()).retry(retry)
}

async fn first_error(query: BackupRecordsQuery) -> Error {
    story::first_error(query.page_size(2)).await
}

/// The message, with names for what differs from run to run.
fn told(sandbox: &Sandbox, error: &Error) -> String {
    let mut text = error.to_string();
    for request in sandbox.requests() {
        text = text.replace(request.trace_id(), "<trace id>");
    }
    text.replace(&sandbox.addr().to_string(), "<address>")
}

/// What a listing says when this fault hits it.
async fn faulty(fault: &str) -> String {
    faulty_with(Sandbox::builder().records(5), fault, |builder| builder).await
}

async fn faulty_with(
    sandbox: SandboxBuilder,
    fault: &str,
    change: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> String {
    let sandbox = sandbox.fault(fault.parse().unwrap()).start().await.unwrap();
    let user = change(client(&sandbox)).build_for(sandbox.user_id());
    let error = first_error(album(&user)).await;
    format!("{fault}\n  {}", told(&sandbox, &error))
}

#[tokio::test]
async fn failures_of_the_service_say_what_where_and_what_to_do() {
    let mut story = Vec::new();
    for fault in [
        "*:status=503",
        "2-:status=500",
        "*:status=429,retry-after=7",
        "*:status=429,retry-after=1000",
        "*:status=403",
        "*:status=404",
        "2:status=409",
        "*:html502",
        "2:gateway=401",
        "*:code=13000410",
        "2-:garbage",
        "2:redirect=https://elsewhere.example/login?next=secret",
    ] {
        story.push(faulty(fault).await);
    }
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn broken_paging_says_so() {
    let mut story = Vec::new();
    for fault in ["2:loop=1", "1:loop=3", "2:empty-forever"] {
        story.push(faulty(fault).await);
    }
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn a_body_over_the_limit_says_so() {
    let small = |builder: ClientBuilder| builder.max_body_bytes(4096);
    let story = faulty_with(Sandbox::builder().records(5), "2:huge=1MiB", small).await;
    insta::assert_snapshot!(story);
}

#[tokio::test]
async fn connection_failures_name_their_cause() {
    let mut story = vec![faulty("*:reset").await, faulty("*:truncate").await];
    // A port that was free a moment ago.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let user = at(&format!("http://{address}"), &TestClock::default())
        .credentials(any_app())
        .retry(RetryPolicy::none())
        .build_for("1");
    story.push(first_error(album(&user)).await.to_string());
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn refused_credentials_say_what_to_check() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let wrong_secret = client(&sandbox)
        .credentials(AppCredentials::new(sandbox.app_id(), "wrong-secret").unwrap())
        .build_for(sandbox.user_id());
    let wrong_app = client(&sandbox)
        .credentials(AppCredentials::new("nobody", "secret").unwrap())
        .build_for(sandbox.user_id());
    let wrong_user = client(&sandbox).build_for("42");
    let token = with_token(&sandbox, &TestClock::default()).build_for(sandbox.user_id());
    sandbox.set_token("another").unwrap();
    let mut story = Vec::new();
    for user in [wrong_secret, wrong_app, wrong_user, token] {
        let error = first_error(album(&user)).await;
        assert!(error.is_unauthorized(), "{error}");
        assert_eq!(error.attempts(), 1, "a real refusal costs one attempt: {error}");
        let mut text = told(&sandbox, &error);
        // It differs with the date that is signed.
        let marker = "canonical request is ";
        if let Some(at) = text.find(marker).map(|at| at + marker.len()) {
            text.replace_range(at..at + 64, "<hash>");
        }
        story.push(text);
    }
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn an_unreadable_record_shows_its_json() {
    let records = vec![
        serde_json::json!({"recordId": "1"}),
        serde_json::json!({"recordId": 1.5}),
        serde_json::json!({"recordId": "3"}),
    ];
    let sandbox = Sandbox::builder().records_of("101", records).start().await.unwrap();
    let mut records = album(&client(&sandbox).build_for(sandbox.user_id())).records();
    let mut story = Vec::new();
    while let Some(record) = records.next().await {
        match record {
            Ok(record) => story.push(story::told(&record)),
            Err(error) => {
                assert!(error.is_unreadable_record());
                assert_eq!(error.raw_record(), Some(r#"{"recordId":1.5}"#));
                story.push(error.to_string());
            }
        }
    }
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn what_ends_a_listing_before_or_between_requests_says_so() {
    let sandbox = Sandbox::builder().records(5).start().await.unwrap();
    let user = client(&sandbox).build_for(sandbox.user_id());
    let query = || album(&user).page_size(2);
    let mut records = query().records();
    for _ in 0..3 {
        records.try_next().await.unwrap();
    }
    let checkpoint = records.checkpoint();
    let written = checkpoint.to_string();
    // As if other records stood there now.
    let moved: koodrive_ext::Checkpoint =
        written.replacen("\"after\":\"", "\"after\":\"0", 1).parse().unwrap();
    let other = first_error(query().device_id("1842812272691451648").resume(checkpoint)).await;
    let changed = first_error(query().resume(moved)).await;
    let without = |text: String| {
        let mut text = text;
        while let Some(at) = text.find('#') {
            text.replace_range(at..at + 13, "<fingerprint>");
        }
        text
    };
    insta::assert_snapshot!(
        [told(&sandbox, &other), told(&sandbox, &changed)].map(without).join("\n")
    );
}

#[tokio::test]
async fn a_cursor_that_is_too_long_to_be_sent_ends_the_list_after_its_page() {
    let cursor = "x".repeat(1001);
    let body = serde_json::json!({"code": 0, "data": [{"recordId": "1"}], "nextCursor": cursor})
        .to_string();
    let server = RawServer::answering(move |_, _| ok(&body)).await;
    let mut records = album(&user_at(server.url(), any_app())).records();
    assert!(records.try_next().await.unwrap().is_some(), "the page itself is good");
    let error = records.try_next().await.unwrap_err();
    assert!(error.is_broken_paging());
    assert!(records.is_ended() && !records.checkpoint().is_end());
    insta::assert_snapshot!(error.to_string());
}
